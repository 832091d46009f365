"""The network between a hall and a board, a kiosk and clerks goes away, or plays tricks; others in the hall
work on meanwhile, so that those behind the wire have something to catch up with.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import gevent

from hall.bench.faults.board import Board, judge, until_all_show
from hall.bench.faults.fault_hall import FaultHall, fault_hall
from hall.bench.faults.ledger import Ledger, compare, whole_journal
from hall.bench.faults.load import Load
from hall.bench.faults.row import Row, Terms
from hall.bench.faults.wire import Wire
from hall.records import journal

BOARDS = 3
MISCHIEF_SECONDS = 5.0
MISCHIEF_SHARE = 0.35
CAUGHT_UP_SECONDS = 20.0
"""After an outage: a page tries to connect at most every 3 s, for at most 8 s at a time."""
ONE_IN_THE_HALL = 10.0
"""In an outage of minutes those beside the wire work so many times more slowly than in one of seconds."""


class _Scene:
    """A hall, a wire to half of its people and all of its boards, and one ledger of both halves."""

    def __init__(self, hall: FaultHall, seed: int, slowly: float) -> None:
        self.hall = hall
        hall.start()
        self.wire = Wire(hall.port, seed)
        self.ledger = Ledger()
        self.behind = Load(hall, seed, self.wire.url, ("kiosk-1", "kiosk-2"), (1, 2), self.ledger)
        self.beside = Load(hall, seed + 1, None, ("kiosk-3",), (3, 4), self.ledger, slowly)
        self.boards = [Board(self.wire.port, hall.hall, seed + at) for at in range(BOARDS)]
        for load in (self.behind, self.beside):
            load.work()

    def end(self) -> None:
        for load in (self.behind, self.beside):
            load.end()
        for board in self.boards:
            board.end()
        self.wire.end()

    def catches_up(self, since: float) -> float:
        """Seconds from `since` until everybody is answered and every board shows everything."""
        for load in (self.behind, self.beside):
            load.rest()
        for load in (self.behind, self.beside):
            load.settle()
        with self.hall.database.read() as connection:
            latest = journal.latest(connection, self.hall.hall_id)
        until_all_show(self.boards, latest, 90)
        return time.monotonic() - since

    def go_on(self) -> None:
        for load in (self.behind, self.beside):
            load.work()

    def judge(self) -> tuple[list[Any], list[Any]]:
        """What is lost and what doubled, in the hall and on the boards, which showed everything in order."""
        verdict = compare(self.ledger, self.hall.database, self.hall.hall_id)
        lost, doubled = judge(self.boards, whole_journal(self.hall.database, self.hall.hall_id))
        return [*verdict.lost, *lost], [*verdict.doubled, *doubled]


@contextmanager
def _scene(terms: Terms, slowly: float = 1.0) -> Iterator[_Scene]:
    with fault_hall(terms.postgres) as hall:
        made = _Scene(hall, terms.seed, slowly)
        try:
            yield made
        finally:
            made.end()


def outage(seconds: float) -> Callable[[Terms], Row]:
    """The network is away for so long: cut, or every other time silent, which nobody is told of."""
    return partial(_outage, seconds)


def _outage(seconds: float, terms: Terms) -> Row:
    recover: list[float] = []
    with _scene(terms, ONE_IN_THE_HALL if seconds > 60 else 1.0) as made:
        missed = 0
        for turn in range(terms.times):
            gevent.sleep(1.0)
            before = made.boards[0].seq
            made.wire.away(seconds, silent=turn % 2 == 1)
            mended = time.monotonic()
            missed += len(whole_journal(made.hall.database, made.hall.hall_id, before))
            recover.append(made.catches_up(mended))
            made.go_on()
            terms.done()
        made.catches_up(time.monotonic())
        lost, doubled = made.judge()
        acts = sum(made.ledger.acts.values())
    notes = (("fault.note.acts", acts), ("fault.note.missed", missed))
    return Row(terms.times, len(lost), len(doubled), tuple(recover), CAUGHT_UP_SECONDS, notes)


def mischief(terms: Terms) -> Row:
    """Every third request or so is lost, answered by nothing or by half, late or sent twice."""
    recover: list[float] = []
    with _scene(terms) as made:
        for _ in range(terms.times):
            made.wire.mischief = MISCHIEF_SHARE
            made.wire.cut()  # lines that were opened in quieter times
            made.wire.mend()
            gevent.sleep(MISCHIEF_SECONDS)
            made.wire.mischief = 0.0
            recover.append(made.catches_up(time.monotonic()))
            made.go_on()
            terms.done()
        made.catches_up(time.monotonic())
        lost, doubled = made.judge()
        acts = sum(made.ledger.acts.values())
    for one in (lost + doubled)[:20]:
        print(one)
    tricks = sum(made.wire.done.values())
    notes = (("fault.note.acts", acts), ("fault.note.tricks", tricks))
    return Row(terms.times, len(lost), len(doubled), tuple(recover), CAUGHT_UP_SECONDS, notes)
