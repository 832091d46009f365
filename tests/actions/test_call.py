"""Calling: who comes, that nobody of one line is overtaken, and arrivals to windows that stand ready."""

from datetime import timedelta

import pytest

from hall.actions import call, serve, transfer, windows
from hall.records import visits
from hall.rules import errors
from hall.rules.tickets import VisitorClass
from tests.builders import small_hall
from tests.office import Office


def why(office: Office, label: str) -> dict:
    """The stored reason of a ticket's latest call."""
    names = ("rule", "tier", "ratio", "waited_seconds", "overtook")
    with office.database.read() as connection:
        row = visits.ticket_by_label(connection, office.hall_id, office.book().day(office.now), label)
        assert row is not None
        last = visits.calls_of(connection, row.id)[-1]
    return {name: getattr(last, name) for name in names}


def test_first_come_is_first_called(office: Office):
    labels = [office.takes().label for _ in range(4)]
    clerk = office.sits(1, 1)
    assert [office.serves(clerk, 1) for _ in range(4)] == labels


def test_every_call_stores_why_and_whom_it_overtook(office: Office):
    office.takes("tax")
    office.takes(visitor_class="elderly")
    office.later(minutes=4)
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) == "A001"
    reason = why(office, "A001")
    assert (reason["rule"], reason["tier"]) == ("guarantee", 0)
    assert reason["waited_seconds"] == pytest.approx(240.5)
    assert [(one.label, one.visitor_class) for one in reason["overtook"]] == [("C001", "ordinary")]


def test_a_window_calls_only_what_it_serves(office: Office):
    office.takes("tax")
    clerk = office.sits(1, 3)
    assert office.calls(clerk, 3) is None
    office.takes("social")
    assert office.state(office.ticket_named("A001")) == "called"


def test_a_clerk_calls_only_what_they_are_certified_for(database):
    hall = small_hall()
    accounts = [dict(one) for one in hall["accounts"]]
    next(one for one in accounts if one["username"] == "clerk1")["skills"] = ["tax"]
    office = Office(database, accounts=accounts)
    office.takes("social")
    office.takes("tax")
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) == "C001"


def test_with_nobody_waiting_the_window_stands_ready_once(office: Office):
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) is None
    assert office.calls(clerk, 1) is None
    assert office.told().count("window_ready") == 1


def test_an_arrival_is_called_to_the_window_that_stands_ready(office: Office):
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    issued = office.takes()
    assert issued.called_to == 1
    assert office.state(issued.ticket_id) == "called"
    assert office.takes().called_to is None
    assert office.told()[-3:] == ["ticket_issued", "ticket_called", "ticket_issued"]


def test_the_least_flexible_ready_window_takes_the_arrival(office: Office):
    for clerk, window in ((1, 1), (2, 3), (3, 5)):
        office.calls(office.sits(clerk, window), window)
        office.later(minutes=1)
    assert office.takes("social").called_to == 3
    assert office.takes("social").called_to == 1
    assert office.takes("social", visitor_class="elderly").called_to == 5


def test_an_elderly_arrival_goes_to_the_elderly_window_first(office: Office):
    for clerk, window in ((1, 1), (2, 3), (3, 5)):
        office.calls(office.sits(clerk, window), window)
    assert office.takes("social", visitor_class="elderly").called_to == 5


def test_without_auto_call_nobody_is_called_by_itself(database):
    office = Office(database, rules={"auto_call": False})
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) is None
    assert office.takes().called_to is None
    assert "window_ready" not in office.told()
    assert office.calls(clerk, 1) == "A001"


@pytest.mark.parametrize("verb", ["pause", "sign_out", "manage"])
def test_a_window_that_was_ready_and_left_gets_no_arrival(office: Office, verb: str):
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    if verb == "pause":
        office.does(clerk, windows.pause, 1, "喝水")
    elif verb == "sign_out":
        office.does(clerk, windows.sign_out, 1)
    else:
        office.does("manager", windows.manage, 1, "pause", None)
    assert office.takes().called_to is None


def test_an_arrival_never_passes_those_whom_a_ready_window_was_given_since(office: Office):
    """A window stands ready; the manager gives it a business in which people wait already."""
    clerk = office.sits(1, 3)
    book = office.book()
    office.does("manager", windows.switch_businesses, 3, [book.business("employment")])
    office.takes("social")
    office.takes("social")
    assert office.calls(clerk, 3) is None
    both = [book.business("social"), book.business("employment")]
    office.does("manager", windows.switch_businesses, 3, both)
    assert office.state(office.ticket_named("A001")) == "called"
    assert office.takes("social").called_to is None
    office.does(clerk, serve.start, 3)
    office.does(clerk, serve.finish, 3)
    assert office.calls(clerk, 3) == "A002"


def test_an_appointment_whose_time_has_come_goes_before_a_later_arrival(office: Office):
    booked = office.now + timedelta(minutes=10)
    early = office.takes(visitor_class="appointment", booked_at=booked)
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) is None
    office.later(minutes=12)
    assert office.takes(visitor_class="appointment", booked_at=office.now).called_to is None
    assert office.state(early.ticket_id) == "called"


def test_two_ready_windows_take_the_one_who_waited_and_the_arrival(office: Office):
    booked = office.now + timedelta(minutes=10)
    early = office.takes(visitor_class="appointment", booked_at=booked)
    for clerk in (1, 2):
        office.calls(office.sits(clerk, clerk), clerk)
    office.later(minutes=12)
    arrival = office.takes()
    assert arrival.called_to is not None
    assert office.state(early.ticket_id) == office.state(arrival.ticket_id) == "called"


def test_a_chosen_ticket_is_called_out_of_turn(office: Office):
    office.takes()
    chosen = office.takes()
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1, chosen.ticket_id) == "A002"
    assert why(office, "A002")["rule"] == "chosen"


def test_a_ticket_pinned_to_a_window_is_called_there_first_and_nowhere_else(office: Office):
    office.takes()
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.sends(clerk, 1, window=2)
    assert office.calls(clerk, 1) == "A002"
    other = office.sits(2, 2)
    assert office.calls(other, 2) == "A001"
    assert why(office, "A001")["rule"] == "pinned"


def test_a_ticket_is_repeated_three_times(office: Office):
    office.takes()
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    for _ in range(3):
        office.does(clerk, call.recall, 1)
    before = office.dump()
    with pytest.raises(errors.RecallsUsedUp):
        office.does(clerk, call.recall, 1)
    assert office.dump() == before


def test_a_priority_mark_moves_a_visitor_to_the_faster_promise(office: Office):
    office.takes()
    second = office.takes()
    office.later(minutes=2)
    office.does("guide", transfer.reclassify, second.ticket_id, VisitorClass.PRIORITY, "孕妇")
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) == "A002"
