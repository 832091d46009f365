"""What a server process remembers of the lines is what stands in the database, whoever changed it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from hall.actions import call
from hall.events import WindowReady
from hall.records import desks, queue
from hall.records.book import Book
from hall.records.connections import begin_writing
from hall.records.database import Database, Tx
from hall.records.desks import OpenDesk
from hall.records.tables import steps
from hall.rules.dispatcher import Head
from hall.rules.errors import WindowBusy
from tests.office import Office
from tests.records.random_day import live_a_random_day


class TwoProcesses(Office):
    """Does each act in another server process than the one before; after each, both compare."""

    def __init__(self, first: Database, second: Database) -> None:
        self.processes = [first, second]
        self.compared = 0
        super().__init__(first)
        second.clock = first.clock

    def does(self, who: str, action: Callable[..., Any], *words: Any, **more: Any) -> Any:
        self.processes.reverse()
        self.database = self.processes[0]
        try:
            return super().does(who, action, *words, **more)
        finally:
            for process in self.processes:
                self.database = process
                # Compared out here: a write that fails is done once more, and remembers nothing then.
                for remembered, found in super().does("", self._look):
                    assert remembered == found
                    self.compared += 1

    def _look(self, tx: Tx, book: Book) -> list[tuple[Any, Any]]:
        day = book.day(tx.now)
        lines = [
            (
                by_step(tx.remembered.heads(tx.connection, book, one.id, one.serves, day)),
                by_step(queue.heads(tx.connection, one.id, one.serves, day)),
            )
            for one in book.windows.values()
        ]
        windows = [
            (
                tx.remembered.standing(tx.connection, book, one.number),
                desks.standing(tx.connection, one.id),
            )
            for one in book.windows.values()
        ]
        serving = [
            (
                by_id(tx.remembered.serving(tx.connection, book, one)),
                by_id(desks.serving(tx.connection, book, one)),
            )
            for one in book.businesses.values()
        ]
        return lines + windows + serving


def by_id(found: list[OpenDesk]) -> list[OpenDesk]:
    return sorted(found, key=lambda one: one.id)


def by_step(heads: list[Head]) -> list[Head]:
    return sorted(heads, key=lambda one: one.step_id)


@pytest.fixture
def second(database: Database):
    other = Database(database.engine.url.render_as_string(hide_password=False))
    yield other
    other.engine.dispose()


@pytest.mark.parametrize("seed", (1, 2))
def test_two_processes_remember_lines_and_windows_as_they_are(
    database: Database, second: Database, seed: int
):
    office = TwoProcesses(database, second)
    live_a_random_day(office, seed, moves=80)
    assert office.compared > 500


def test_what_another_process_did_a_thousand_times_is_not_missed(database: Database, second: Database):
    office = TwoProcesses(database, second)
    clerk = office.sits(1, 1)
    labels = [office.takes().label for _ in range(3)]

    def repeated(tx: Tx, book: Book) -> None:
        for _ in range(1000):
            tx.record(WindowReady(1))

    office.does("", repeated)
    assert [office.serves(clerk, 1) for _ in labels] == labels


def test_whoever_left_the_line_without_a_word_in_the_journal_is_not_called(office: Office):
    clerk = office.sits(1, 1)
    gone, there = office.takes(), office.takes()
    office.does("", remember, 1)
    with begin_writing(office.database.engine) as connection:
        connection.execute(update(steps).where(steps.c.ticket_id == gone.ticket_id).values(state="cancelled"))
    assert office.calls(clerk, 1) == there.label


def test_what_a_refused_action_saw_is_not_remembered(office: Office):
    clerk = office.sits(1, 1)
    first, second = office.takes(), office.takes()

    tries = []

    def called_and_undone(tx: Tx, book: Book) -> None:
        tries.append(tx)
        if len(tries) == 1:  # it is tried once more alone, which would look again
            call.call_next(tx, book, 1)
            remember(tx, book, 1)
        raise WindowBusy(window=1, label="")

    with pytest.raises(WindowBusy):
        office.does(clerk, called_and_undone)
    assert [office.serves(clerk, 1) for _ in range(2)] == [first.label, second.label]


def remember(tx: Tx, book: Book, number: int) -> None:
    window = book.window(number)
    tx.remembered.heads(tx.connection, book, window.id, window.serves, book.day(tx.now))
