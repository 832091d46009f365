"""The journal's old days leave the table that everybody writes to, and are read as before."""

from datetime import timedelta

from sqlalchemy import func, select

from hall.actions import windows
from hall.records import archive, before, journal, past, summing
from hall.records.tables import archived_events, events
from hall.screens import admin
from tests.office import Office, assert_gapless


def kept(office: Office) -> tuple[int, int]:
    """How many of this hall's rows are archived, and how many are not."""
    with office.database.read() as connection:
        found = [
            connection.execute(select(func.count()).where(table.c.hall_id == office.hall_id)).scalar_one()
            for table in (archived_events, events)
        ]
    return found[0], found[1]


def two_days(office: Office) -> list[int]:
    """Three are served on a day, three on the next; the tickets' ids."""
    tickets = []
    for _ in range(2):
        clerk = office.sits(1, 1)
        for _ in range(3):
            tickets.append(office.takes().ticket_id)
            office.serves(clerk, 1)
        office.does(clerk, windows.sign_out, 1)
        office.later(days=1)
    summing.catch_up(office.database, office.book(), office.now, batches=9)
    return tickets


def moves(office: Office, **age: float) -> int:
    return office.database.write(
        office.hall_id, lambda tx: archive.move_some(tx, office.now - timedelta(**age))
    )


def test_old_days_move_some_at_a_time_and_the_journal_reads_as_before(office: Office, monkeypatch):
    tickets = two_days(office)
    whole = office.journal()
    with office.database.read() as connection:
        page = admin.journal_page(connection, office.book(), admin.Wanted(limit=100))
        history = [tuple(row) for row in before.history(connection, office.hall_id, tickets[0])]
    monkeypatch.setattr(archive, "AT_ONCE", 5)
    moved = []
    while count := moves(office, days=1, hours=12):
        moved.append(count)
    assert set(moved) >= {5}
    archived, left = kept(office)
    assert (archived, archived + left) == (sum(moved), len(whole))
    assert {one.at.date() for one in whole[:archived]} == {whole[0].at.date()}
    assert office.journal() == whole
    assert_gapless(office)
    with office.database.read() as connection:
        assert admin.journal_page(connection, office.book(), admin.Wanted(limit=100)) == page
        again = [tuple(row) for row in before.history(connection, office.hall_id, tickets[0])]
        assert again == history
        assert journal.after(connection, office.hall_id, len(whole) - 2, 9) == whole[-2:]
        assert journal.after(connection, office.hall_id, 0, 3) == whole[:3]


def test_a_day_whose_half_is_archived_is_replayed_and_summed_as_before(office: Office):
    two_days(office)
    whole = office.journal()
    day = office.book().day(whole[0].at)
    with office.database.read() as connection:
        facts = [
            tuple(row)
            for row in past.past_day(connection, office.hall_id, day, whole[0].at, office.now).events
        ]
    moves(office, days=2, seconds=-2)
    archived, left = kept(office)
    assert archived and left
    with office.database.read() as connection:
        again = past.past_day(connection, office.hall_id, day, whole[0].at, office.now).events
    assert [tuple(row) for row in again] == facts


def test_what_the_sums_have_not_counted_stays(office: Office):
    two_days(office)
    counted = len(office.journal())
    clerk = office.sits(1, 1)
    office.takes()
    office.serves(clerk, 1)
    office.later(days=9)
    moves(office, days=1)
    assert kept(office)[0] == counted
    assert moves(office, days=1) == 0
