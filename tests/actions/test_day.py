"""The business day turns at the hall's own midnight, with no job to run."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hall.actions import call, closing, serve, transfer
from hall.records import queue
from hall.records.database import Database
from hall.rules import errors
from tests.office import Office

ZONES = ["Asia/Shanghai", "America/New_York"]


def at(zone: str, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_at_midnight_numbers_begin_again_and_yesterdays_line_is_gone(database: Database, zone: str):
    office = Office(database, at(zone, 23, 23, 59), timezone=zone)
    old = [office.takes() for _ in range(3)]
    clerk = office.sits(1, 1)
    office.now = at(zone, 24, 0, 1)
    book = office.book()
    with database.read() as connection:
        assert queue.heads(connection, book.window(1).id, book.window(1).serves, book.day(office.now)) == []
        assert queue.counts(connection, office.hall_id, book.day(office.now)) == []
    assert office.calls(clerk, 1) is None
    assert {office.state(one.ticket_id) for one in old} == {"waiting"}
    fresh = office.takes()
    assert (fresh.label, fresh.ahead, fresh.called_to) == ("A001", 0, 1)
    assert {office.state(one.ticket_id) for one in old} == {"expired"}
    assert all(office.ticket(one.ticket_id).closed_at == fresh.arrived_at for one in old)
    assert office.told().count("ticket_expired") == 3
    assert office.takes("tax").label == "C001"
    assert office.told().count("ticket_expired") == 3


@pytest.mark.parametrize(("here", "there"), [ZONES, ZONES[::-1]])
def test_another_places_midnight_does_not_matter(database: Database, here: str, there: str):
    office = Office(database, at(there, 23, 23, 59), timezone=here)
    assert office.takes().label == "A001"
    office.now = at(there, 24, 0, 1)
    assert office.takes().label == "A002"


def test_the_clocks_going_back_give_no_number_twice(database: Database):
    """New York, 1 November 2026: one o'clock comes twice."""
    office = Office(database, datetime(2026, 11, 1, 4, 30, tzinfo=UTC), timezone="America/New_York")
    labels = []
    for _ in range(4):
        labels.append(office.takes().label)
        office.later(minutes=30)
    assert labels == ["A001", "A002", "A003", "A004"]


def test_what_was_held_or_missed_yesterday_expires_and_what_is_served_stays(office: Office):
    tickets = [office.takes() for _ in range(3)]
    for clerk in (1, 2, 3):
        office.calls(office.sits(clerk, clerk), clerk)
    office.does("clerk1", serve.hold, 1, None)
    office.does("clerk2", serve.miss, 2)
    office.does("clerk3", serve.start, 3)
    office.later(days=1)
    office.takes("tax")
    assert [office.state(one.ticket_id) for one in tickets] == ["expired", "expired", "serving"]
    office.does("clerk3", serve.finish, 3)
    assert office.state(tickets[2].ticket_id) == "finished"


def test_before_the_days_first_number_yesterdays_tickets_are_over_already(office: Office):
    held, missed, waiting = (office.takes().ticket_id for _ in range(3))
    for clerk in (1, 2):
        office.calls(office.sits(clerk, clerk), clerk)
    office.does("clerk1", serve.hold, 1, None)
    office.does("clerk2", serve.miss, 2)
    office.later(days=1)
    before = office.dump()
    for who, action, *words in (
        ("clerk1", serve.resume, 1, held),
        ("guide", serve.return_missed, missed),
        ("clerk1", call.call_next, 1, waiting),
        ("guide", transfer.cancel, waiting, None),
    ):
        with pytest.raises(errors.UnknownTicket):
            office.does(who, action, *words)
    assert office.dump() == before


def test_a_person_who_waited_yesterday_may_come_again_today(office: Office):
    office.takes(id_number="11010519491231002X")
    office.later(days=1)
    assert office.takes(id_number="11010519491231002X").label == "A001"


def test_closing_the_day_sends_everybody_home_but_who_is_at_a_window(office: Office):
    tickets = [office.takes() for _ in range(3)]
    clerk = office.sits(1, 1)
    office.calls(clerk, 1)
    assert office.does("manager", closing.close_day, office.book().day(office.now)) == 2
    assert [office.state(one.ticket_id) for one in tickets] == ["called", "expired", "expired"]
    assert office.does("manager", closing.close_day, office.book().day(office.now)) == 0
    assert office.takes().label == "A004"


def test_every_day_of_a_week_begins_with_001(office: Office):
    for _ in range(7):
        assert [office.takes().label for _ in range(2)] == ["A001", "A002"]
        office.later(days=1)
    expired = [one for one in office.journal() if one.type == "ticket_expired"]
    assert len(expired) == 12
    assert max(one.at for one in expired) < office.now - timedelta(hours=23)
