"""A past day read out of its journal, on both databases: what it says, and what is wrong with a journal that
contradicts itself.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from hall.actions import serve, transfer, windows
from hall.records.tables import calls, events
from hall.rules.tickets import VisitorClass
from hall.twin.day import Outcome
from hall.twin.measures import EVERYBODY, measure
from hall.twin.policies import FIFO, OWN, POLICIES, SILO
from hall.twin.replay import play_again, same_calls
from hall.twin.replay_day import PastDay, day_of_journal
from hall.twin.replay_errors import CannotReplay
from tests.builders import small_hall
from tests.office import MORNING, Office

THE_DAY = MORNING.date()
OPENS = 9 * 3600.0


def read(office: Office, day: date = THE_DAY, days_later: int = 1, **more: Any) -> PastDay:
    with office.database.read() as connection:
        return day_of_journal(connection, office.book(), day, MORNING + timedelta(days=days_later), **more)


def told_windows(day: PastDay) -> list[tuple[str, int]]:
    labels = {one.id: one.label for one in day.visitors}
    numbers = {one.id: one.number for one in day.hall.windows.values()}
    return [(labels[one.visitor_id], numbers[one.window_id]) for one in day.was.calls]


def serve_for(office: Office, clerk: str, window: int, seconds: float, walk: float = 20) -> str | None:
    """The next one, whose service takes so long from the call on; then the clerk clears up for ten."""
    label = office.calls(clerk, window)
    office.later(seconds=walk)
    office.does(clerk, serve.start, window)
    office.later(seconds=seconds - walk)
    office.does(clerk, serve.finish, window)
    office.later(seconds=10)
    return label


def a_morning(office: Office) -> str:
    """One clerk at window 1, three visitors, and the clerk goes home."""
    for business in ("social", "tax", "social"):
        office.takes(business)
    clerk = office.sits(1, 1)
    office.later(seconds=30)
    for seconds in (300, 200, 100):
        serve_for(office, clerk, 1, seconds)
    office.does(clerk, windows.sign_out, 1)
    return clerk


def test_who_came_and_what_they_took_is_read_from_the_journal(office: Office):
    a_morning(office)
    past = read(office)
    assert [(one.label, one.at_seconds - OPENS, one.service_seconds) for one in past.visitors] == [
        ("A001", 0.0, 300.0),
        ("C001", 0.5, 100.0),
        ("A002", 1.0, 200.0),
    ]
    assert told_windows(past) == [("A001", 1), ("A002", 1), ("C001", 1)]
    assert [visit.outcome for visit in past.was.visits] == [Outcome.SERVED] * 3
    staffed = {one.number: one.clerk.staffed for one in past.hall.windows.values() if one.clerk}
    # From the first call, half a minute after opening, until the clerk left.
    assert staffed == {1: ((OPENS + 31.5, OPENS + 31.5 + 630),)}
    figures = measure(past.was)
    assert figures.waits[EVERYBODY].called == 3
    assert figures.utilisation == pytest.approx(1.0)


def test_played_again_under_the_same_rule_it_is_the_same_day(office: Office):
    a_morning(office)
    past = read(office)
    again = play_again(past.parts, past.visitors, OWN)
    assert same_calls(past.was, again) == 1.0
    assert [call.at_seconds for call in again.calls] == [call.at_seconds for call in past.was.calls]
    assert measure(again).waits == measure(past.was).waits


def test_every_policy_can_be_asked_about_a_day(office: Office):
    a_morning(office)
    past = read(office)
    for policy in POLICIES.values():
        assert len(play_again(past.parts, past.visitors, policy).visits) == 3


def test_a_day_nobody_came_is_an_empty_report(office: Office):
    past = read(office, THE_DAY - timedelta(days=1))
    assert (past.visitors, past.was.calls, past.was.windows) == ((), (), {})
    again = play_again(past.parts, past.visitors, FIFO)
    assert measure(again).visitors == measure(past.was).visitors == 0
    assert same_calls(past.was, again) is None


def test_a_hall_that_was_open_and_had_no_visitor_is_an_empty_report(office: Office):
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) is None
    office.later(hours=1)
    office.does(clerk, windows.sign_out, 1)
    past = read(office)
    assert [one.staffed_seconds for one in past.was.windows.values()] == [3600.0]
    assert measure(play_again(past.parts, past.visitors, SILO)).utilisation == 0.0


def test_missed_returned_held_sent_on_and_given_back_are_read(office: Office):
    missed, held, gives_up = (office.takes("social") for _ in range(3))
    late = office.takes("social", visitor_class="appointment", booked_at=office.now - timedelta(minutes=5))
    clerk = office.sits(1, 1)
    office.calls(clerk, 1, missed.ticket_id)
    office.later(seconds=60)
    office.does(clerk, serve.miss, 1)
    office.later(seconds=5)
    office.calls(clerk, 1, held.ticket_id)
    office.later(seconds=40)
    office.does(clerk, serve.start, 1)
    office.does("guide", serve.return_missed, missed.ticket_id)
    office.does("guide", transfer.cancel, gives_up.ticket_id, "left")
    office.later(seconds=50)
    office.does(clerk, serve.hold, 1, None)
    office.later(seconds=15)
    office.calls(clerk, 1, late.ticket_id)
    office.does(clerk, serve.start, 1)
    office.later(seconds=100)
    office.sends(clerk, 1, business="tax", place="tail")
    office.later(seconds=25)
    office.does(clerk, serve.resume, 1, held.ticket_id)
    office.does(clerk, serve.start, 1)
    office.later(seconds=30)
    office.does(clerk, serve.finish, 1)
    past = read(office)
    away, aside, gone, booked = past.visitors
    assert (away.shows_up, away.known.no_show_seconds, away.known.after_no_show_seconds) == (False, 60, 5)
    assert away.returns_after_seconds == 45
    assert (aside.hold_at_seconds, aside.hold_seconds, aside.service_seconds) == (90, 140, 120)
    assert aside.known.after_hold_seconds == 15
    assert gone.patience_seconds == pytest.approx(60 + 5 + 40 + 1)
    assert booked.visitor_class is VisitorClass.APPOINTMENT
    assert OPENS - 300 < booked.booked_at_seconds < booked.at_seconds
    assert (booked.service_seconds, booked.known.turn_over_seconds[0]) == (100, 25)
    assert [(hop.business_id, hop.place) for hop in booked.hops] == [
        (office.book().business("tax").id, "tail")
    ]
    ended = [visit.outcome for visit in past.was.visits]
    assert ended == [Outcome.EXPIRED, Outcome.SERVED, Outcome.ABANDONED, Outcome.EXPIRED]


def test_windows_serve_again_what_they_were_switched_to(office: Office):
    clerk = office.sits(3, 3)
    first = office.takes("social")
    serve_for(office, clerk, 3, 60)
    sent = office.takes("employment")
    assert office.calls(clerk, 3) is None
    office.later(seconds=60)
    book = office.book()
    office.does("manager", windows.switch_businesses, 3, [book.business("employment")])
    office.later(seconds=60)
    office.does(clerk, serve.start, 3)
    office.does(clerk, serve.finish, 3)
    office.later(hours=5)
    office.does("manager", windows.switch_businesses, 3, [book.business("social")])
    past = read(office, usual={3: ["social"]})
    third = book.windows_by_number[3].id
    serves = [part.hall.windows[third].serves for part in past.parts]
    social, employment = ({book.business(code).id} for code in ("social", "employment"))
    assert serves == [social, employment, social]
    assert [one.label for one in past.visitors] == [first.label, sent.label]
    again = play_again(past.parts, past.visitors, OWN)
    assert [call.at_seconds for call in again.calls] == [call.at_seconds for call in past.was.calls]
    assert measure(again).utilisation == pytest.approx(measure(past.was).utilisation)


def test_what_a_clerk_may_call_follows_who_is_signed_in(office: Office):
    accounts = [
        {**one, "skills": ["tax"]} if one["username"] == "clerk2" else one
        for one in office.settings["accounts"]
    ]
    office.apply({**office.settings, "accounts": accounts})
    first = office.sits(1, 1)
    office.takes("social")
    serve_for(office, first, 1, 60)
    office.does(first, windows.sign_out, 1)
    office.later(seconds=60)
    second = office.sits(2, 1)
    office.takes("social")
    office.takes("tax")
    assert serve_for(office, second, 1, 60) == "C001"
    past = read(office)
    first_window = office.book().windows_by_number[1].id
    tax = office.book().business("tax").id
    assert [part.hall.windows[first_window].calls == {tax} for part in past.parts] == [False, True]
    assert same_calls(past.was, play_again(past.parts, past.visitors, OWN)) == 1.0


def test_who_did_not_sign_out_is_still_there_the_next_morning(office: Office):
    clerk = office.sits(1, 1)
    office.later(days=1)
    office.takes("social")
    serve_for(office, clerk, 1, 60)
    past = read(office, THE_DAY + timedelta(days=1), 2)
    assert told_windows(past) == [("A001", 1)]


def test_a_service_that_nobody_ended_lasts_until_the_last_thing_that_day(office: Office):
    office.takes("social")
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    office.later(hours=2)
    office.takes("tax")
    past = read(office)
    assert past.was.visits[0].outcome is Outcome.HERE
    assert past.visitors[0].service_seconds == pytest.approx(7200)
    assert past.was.visits[1].outcome is Outcome.EXPIRED


def test_who_became_elderly_while_waiting_overtook_nobody_before_that(office: Office):
    changed = office.takes("social")
    office.takes("social", visitor_class="elderly")
    clerk = office.sits(1, 1)
    assert serve_for(office, clerk, 1, 60) == "A002"
    office.does("guide", transfer.reclassify, changed.ticket_id, VisitorClass.ELDERLY, "said so")
    assert serve_for(office, clerk, 1, 60) == "A001"
    past = read(office)
    assert past.visitors[0].visitor_class is VisitorClass.ELDERLY
    assert measure(past.was).overtakes.same_class == 0


def test_who_was_sent_on_while_waiting_had_come_for_the_next_business(office: Office):
    sent = office.takes("social")
    book = office.book()
    elsewhere = transfer.Destination(business=book.business("tax"))
    office.does("guide", transfer.transfer, sent.ticket_id, elsewhere)
    clerk = office.sits(4, 4)
    assert serve_for(office, clerk, 4, 60) == "A001"
    past = read(office)
    assert (past.visitors[0].business_id, past.visitors[0].hops) == (book.business("tax").id, ())
    assert same_calls(past.was, play_again(past.parts, past.visitors, OWN)) == 1.0


def test_without_auto_call_a_clerk_who_waited_for_visitors_was_not_busy(office: Office):
    office.apply({**office.settings, "rules": {"auto_call": False, "missed_after_seconds": 0}})
    clerk = office.sits(1, 1)
    for _ in range(3):
        office.takes("social")
    for _ in range(3):
        serve_for(office, clerk, 1, 100)
    office.later(hours=1)
    office.takes("social")
    office.later(seconds=20)
    serve_for(office, clerk, 1, 100)
    past = read(office)
    assert [one.known.turn_over_seconds for one in past.visitors] == [(10.0,), (10.0,), (10.0,), (0.0,)]
    assert sum(one.busy_seconds for one in past.was.windows.values()) == pytest.approx(430)


def test_a_day_that_is_not_over_is_refused(office: Office):
    with pytest.raises(CannotReplay) as refused:
        read(office, days_later=0)
    assert refused.value.key == "running"
    with pytest.raises(CannotReplay) as refused:
        read(office, THE_DAY + timedelta(days=2))
    assert refused.value.key == "future"


# ---- journals that make no sense ----


def seq_of(office: Office, kind: str, nth: int = 0) -> int:
    return [one.seq for one in office.journal() if one.type == kind][nth]


def change(office: Office, statement: Any) -> None:
    with office.database.engine.begin() as connection:
        connection.execute(statement)


def refused(office: Office, key: str, **params: object) -> None:
    with pytest.raises(CannotReplay) as error:
        read(office)
    assert (error.value.key, error.value.params) == (key, params)


def row_of(office: Office, seq: int) -> Any:
    return (events.c.hall_id == office.hall_id, events.c.seq == seq)


def test_a_time_that_runs_backwards_is_named(office: Office):
    a_morning(office)
    seq = seq_of(office, "ticket_started", 1)
    change(office, update(events).where(*row_of(office, seq)).values(at=MORNING + timedelta(seconds=1)))
    refused(office, "backwards", number=seq, ticket="A002")


@pytest.mark.parametrize(
    ("kind", "data", "key"),
    [
        ("ticket_called", {}, "says_too_little"),
        ("ticket_issued", {"business": "social"}, "says_too_little"),
        ("ticket_issued", {"business": "social", "visitor_class": "giant"}, "says_too_little"),
    ],
)
def test_an_event_that_says_too_little_is_named(office: Office, kind: str, data: dict[str, Any], key: str):
    a_morning(office)
    seq = seq_of(office, kind)
    change(office, update(events).where(*row_of(office, seq)).values(data=data))
    refused(office, key, number=seq, ticket="A001")


def test_a_step_that_is_missing_is_named(office: Office):
    a_morning(office)
    issued, started, finished = (seq_of(office, f"ticket_{one}") for one in ("issued", "started", "finished"))
    change(office, update(events).where(*row_of(office, started)).values(type="ticket_recalled"))
    refused(office, "out_of_order", number=finished, ticket="A001")
    change(office, update(events).where(*row_of(office, issued)).values(type="ticket_reprinted"))
    refused(office, "not_issued", number=seq_of(office, "ticket_called"), ticket="A001")


def test_a_ticket_the_journal_does_not_know_is_named(office: Office):
    taken = office.takes("social")
    change(
        office, update(events).where(*row_of(office, seq_of(office, "ticket_issued"))).values(ticket_id=None)
    )
    refused(office, "not_in_journal", ticket=taken.label)


def test_a_call_that_is_not_stored_is_named(office: Office):
    a_morning(office)
    with office.database.read() as connection:
        first = connection.execute(
            select(calls.c.id).where(calls.c.hall_id == office.hall_id).order_by(calls.c.id)
        ).scalars().first()  # fmt: skip
    change(office, delete(calls).where(calls.c.id == first))
    refused(office, "no_call", number=seq_of(office, "ticket_called"), ticket="A001")


def test_a_window_that_nobody_opened_is_named(office: Office):
    a_morning(office)
    opened = seq_of(office, "window_opened")
    change(office, update(events).where(*row_of(office, opened)).values(type="window_paused"))
    refused(office, "unstaffed", number=seq_of(office, "ticket_called"), window=1)


def without(**gone: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The small hall without some of its entries."""
    hall = small_hall()
    return {**hall, **{key: [one for one in hall[key] if not drop(one)] for key, drop in gone.items()}}


def test_a_window_whose_time_runs_backwards_is_named(office: Office):
    a_morning(office)
    seq = seq_of(office, "window_signed_out")
    change(office, update(events).where(*row_of(office, seq)).values(at=MORNING + timedelta(seconds=2)))
    refused(office, "window_backwards", number=seq, window=1)


@pytest.mark.parametrize("kind", ["window_ready", "window_businesses_changed"])
def test_a_window_event_that_says_nothing_is_named(office: Office, kind: str):
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) is None
    office.does("manager", windows.switch_businesses, 1, [office.book().business("tax")])
    seq = seq_of(office, kind)
    change(office, update(events).where(*row_of(office, seq)).values(data={}))
    refused(office, "unreadable", number=seq)


def test_a_business_that_is_no_longer_configured_is_named(office: Office):
    a_morning(office)
    office.later(days=1)
    left = without(departments=lambda one: one["id"] == "tax", windows=lambda one: one["number"] == 4)
    office.apply({**left, "id": office.settings["id"]})
    refused(
        office, "unknown_business", number=seq_of(office, "ticket_issued", 1), ticket="C001", business="tax"
    )


def test_a_window_that_is_no_longer_configured_is_named(office: Office):
    a_morning(office)
    office.later(days=1)
    office.apply({**without(windows=lambda one: one["number"] == 1), "id": office.settings["id"]})
    refused(office, "unknown_window", number=seq_of(office, "ticket_called"), window=1)
