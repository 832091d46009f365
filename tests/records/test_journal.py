"""The journal: one row per event, numbered without gaps, only for what was committed."""

import threading

import pytest

from hall.events import WindowReady
from hall.records import journal
from hall.rules.errors import Refusal, WindowNotOpen
from tests.office import Office


def record(tx, number: int = 1) -> int:
    tx.record(WindowReady(number))
    return number


def test_a_refused_action_leaves_no_number_behind(office: Office):
    office.database.write(office.hall_id, record)

    def refuse(tx):
        record(tx)
        raise WindowNotOpen(window=1)

    for _ in range(3):
        with pytest.raises(Refusal):
            office.database.write(office.hall_id, refuse)
    office.database.write(office.hall_id, record)
    assert [one.seq for one in office.journal()] == [1, 2, 3]


def test_many_writers_leave_no_gap_and_are_told_in_order(office: Office):
    told: list[int] = []
    office.database.on_commit = lambda rows: told.extend(
        one.seq for one in rows if one.hall_id == office.hall_id
    )

    def write(number: int) -> None:
        for turn in range(25):
            try:
                office.database.write(office.hall_id, lambda tx, it=turn: act(tx, it))
            except Refusal:
                continue

    def act(tx, turn: int) -> None:
        record(tx, turn)
        if turn % 5 == 4:
            raise WindowNotOpen(window=1)

    writers = [threading.Thread(target=write, args=(one,)) for one in range(8)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    office.database.on_commit = lambda rows: None
    assert [one.seq for one in office.journal()] == list(range(1, 8 * 20 + 2))
    assert told == list(range(2, 8 * 20 + 2))


def test_everything_after_a_number_comes_in_order_and_in_parts(office: Office):
    for number in range(1, 8):
        office.database.write(office.hall_id, lambda tx, it=number: record(tx, it))
    with office.database.read() as connection:
        part = journal.after(connection, office.hall_id, 3, 2)
        rest = journal.after(connection, office.hall_id, 5, 100)
        latest = journal.latest(connection, office.hall_id)
    assert [one.seq for one in part] == [4, 5]
    assert [one.seq for one in rest] == [6, 7, 8]
    assert latest == 8


def test_each_hall_counts_for_itself(database):
    one, other = Office(database), Office(database)
    for office in (one, other, one):
        office.database.write(office.hall_id, record)
    assert [row.seq for row in one.journal()] == [1, 2, 3]
    assert [row.seq for row in other.journal()] == [1, 2]


def test_who_did_it_stands_in_the_journal(office: Office):
    office.sits(1, 1)
    rows = office.dump()["events"]
    clerk = office.account("clerk1")
    assert [row[5:7] for row in rows[-2:]] == [("account", clerk)] * 2
