"""The server's clock is put forward or back, also over midnight, and clocks change in summer and winter: no
number twice, no negative wait, nobody overtaken, and the journal keeps its order.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hall.actions import alerts, serve
from hall.records import printjobs, summing
from hall.records.database import Database
from hall.screens import overview
from tests.office import Office, assert_gapless

BERLIN = "Europe/Berlin"


def berlin(month: int, day: int, hour: int, minute: int, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(BERLIN), fold=fold).astimezone(UTC)


def test_a_clock_that_is_put_back_an_hour_lets_nobody_be_overtaken_and_no_wait_be_negative(office: Office):
    early = [office.takes().label for _ in range(2)]
    clerk = office.sits(1, 1)
    assert office.calls(clerk, 1) == early[0]
    office.later(hours=-1)
    late = [office.takes().label for _ in range(2)]
    assert (early, late) == (["A001", "A002"], ["A003", "A004"])
    office.does(clerk, serve.miss, 1)  # who does not come need not be waited for an hour
    assert [office.serves(clerk, 1) for _ in range(3)] == [early[1], *late]
    with office.database.read() as connection:
        shown = overview.picture(connection, office.book(), office.now)
        assert shown["today"]["longest_wait_seconds"] >= 0
        assert all(one.value >= 0 for one in alerts.measure(connection, office.book(), office.now))
    assert summing.catch_up(office.database, office.book(), office.now) == 0


def test_after_a_start_the_newest_event_says_how_late_it_was(office: Office):
    first = office.takes().label
    another = Database(office.database.engine.url.render_as_string(hide_password=False), lambda: office.now)
    office.later(minutes=-30)
    office.database, old = another, office.database
    second = office.takes().label
    clerk = office.sits(1, 1)
    assert [office.serves(clerk, 1) for _ in range(2)] == [first, second]
    another.engine.dispose()
    office.database = old


def test_a_clock_that_showed_next_year_leaves_no_trace_in_the_line(office: Office):
    office.later(days=365)
    office.takes()
    office.later(days=-365)
    tickets = [office.takes() for _ in range(2)]
    assert [office.step(one.ticket_id).queued_at for one in tickets] == [one.arrived_at for one in tickets]
    assert [one.label for one in tickets] == ["A001", "A002"]


def test_a_clock_put_over_midnight_and_back_gives_no_number_twice_on_either_day(database: Database):
    office = Office(database, datetime(2026, 11, 23, 15, 50, tzinfo=UTC))  # ten to midnight in Shanghai
    days: dict[object, list[str]] = {}
    for minutes in (0, 20, -25, 1, 30, -40, 60):
        office.later(minutes=minutes)
        ticket = office.takes()
        days.setdefault(office.book().day(office.now), []).append(ticket.label)
    assert [len(labels) for labels in days.values()] == [4, 3]
    for labels in days.values():
        assert labels == [f"A{number:03d}" for number in range(1, len(labels) + 1)]
    assert_gapless(office)


def test_paper_and_printers_do_not_wait_for_an_hour_that_comes_again(office: Office):
    printer = office.book().device("printer-1").id
    office.takes(printer_id=printer)
    with office.database.read() as connection:
        assert len(printjobs.heads(connection, [office.hall_id], office.now)) == 1
        an_hour_ago = office.now - timedelta(hours=1)
        assert len(printjobs.heads(connection, [office.hall_id], an_hour_ago)) == 1


@pytest.mark.parametrize(
    ("first", "hours", "days"),
    [
        (berlin(3, 28, 23, 30), 4, ["28", "29", "29", "29"]),  # at two it is three: that day has 23 hours
        (berlin(10, 24, 23, 30), 4, ["24", "25", "25", "25"]),  # at three it is two again: 25 hours
    ],
)
def test_summer_and_winter_time_give_each_day_its_own_numbers(
    database: Database, first: datetime, hours: int, days: list[str]
):
    office = Office(database, first, timezone=BERLIN)
    told = []
    for _ in range(hours):
        told.append((f"{office.book().day(office.now):%d}", office.takes().label))
        office.later(hours=1)
    assert [day for day, _ in told] == days
    assert [label for _, label in told] == ["A001", "A001", "A002", "A003"]


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25)])
def test_a_day_of_23_or_25_hours_is_one_day_and_a_wait_through_the_change_is_as_long_as_it_was(
    database: Database, month: int, day: int, hours: int
):
    office = Office(database, berlin(month, day, 0, 0), timezone=BERLIN)
    book = office.book()
    midnight = berlin(month, day, 0, 0)
    assert {book.day(midnight + timedelta(hours=one)) for one in range(hours)} == {book.day(midnight)}
    assert book.day(midnight + timedelta(hours=hours)) == book.day(midnight) + timedelta(days=1)
    office.now = berlin(month, day, 1, 45)
    ticket = office.takes()
    clerk = office.sits(1, 1)
    office.later(minutes=30)  # the clock on the wall says 3:15, or 2:15
    office.calls(clerk, 1)
    called = next(one.at for one in office.journal() if one.type == "ticket_called")
    waited = called - office.step(ticket.ticket_id).queued_at
    assert timedelta(minutes=30) <= waited < timedelta(minutes=31)
