"""The server is killed: at random moments under load, and at chosen ones. Nothing in the server helps: the
moments are seen from outside, in the database and at the printer.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import gevent
from alembic import command
from alembic.config import Config
from gevent.event import Event
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError

from hall.bench.faults.board import Board, judge, until_all_show
from hall.bench.faults.fault_hall import FaultHall, fault_hall
from hall.bench.faults.ledger import compare, whole_journal
from hall.bench.faults.load import Load
from hall.bench.faults.paper import Paper
from hall.bench.faults.row import Row, Terms
from hall.records import journal
from hall.records.connections import begin_writing
from hall.records.migrate import FOLDER
from hall.records.tables import accounts, calls, events, print_jobs, tickets

BOARDS = 3
BOARDS_TRUE_SECONDS = 5.0
"""From the server's return until every board shows the truth, without anybody's help."""
PRINTED_SECONDS = 60.0
SLOW_PRINTER_SECONDS = 0.5
DRAIN_SECONDS = 0.1
"""Until a board has read what the dead server had sent it."""


class Scene:
    """A hall under load with boards and a printer, and what is measured of it."""

    def __init__(self, hall: FaultHall, paper: Paper, seed: int) -> None:
        self.hall, self.paper = hall, paper
        self.source = random.Random(seed)
        hall.start()
        self.load = Load(hall, seed)
        self.boards = [Board(hall.port, hall.hall, seed + at) for at in range(BOARDS)]
        self.boards_true: list[float] = []
        self.papers_settled: list[float] = []
        self.away: list[float] = []
        self.hits = 0
        self.lost: list[Any] = []
        self.doubled: list[Any] = []

    def end(self) -> None:
        self.load.end()
        for board in self.boards:
            board.end()

    def crash(self, moment: Callable[["Scene"], object], hit: Callable[["Scene"], bool]) -> None:
        """Works until `moment` has come, kills, starts again, and waits until everybody and everything shows
        the truth. `hit` says, of the dead server, whether the moment was met.
        """
        self.load.work()
        moment(self)
        self.hall.kill(everything=self.source.random() < 0.5)
        died = time.monotonic()
        self.load.rest()
        self.hits += hit(self)
        self.hall.begin()
        back = self.hall.wait()
        self.away.append(back - died)
        self.load.settle()
        self._wait_for_boards(back)
        self._wait_for_papers(back)
        self._judge()

    def latest(self) -> int:
        with self.hall.database.read() as connection:
            return journal.latest(connection, self.hall.hall_id)

    def jobs(self, *states: str) -> int:
        with self.hall.database.read() as connection:
            wanted = select(func.count()).select_from(print_jobs).where(print_jobs.c.state.in_(states))
            return connection.execute(wanted).scalar_one()

    def _wait_for_boards(self, since: float) -> None:
        until_all_show(self.boards, self.latest())
        self.boards_true.append(time.monotonic() - since)

    def _wait_for_papers(self, since: float) -> None:
        until = time.monotonic() + PRINTED_SECONDS
        while self.jobs("waiting", "printing") and time.monotonic() < until:
            gevent.sleep(0.05)
        self.papers_settled.append(time.monotonic() - since)

    def _judge(self) -> None:
        """Everything so far; what was found before is found again, so the last judgement counts."""
        verdict = compare(self.load.ledger, self.hall.database, self.hall.hall_id)
        lost, doubled = judge(self.boards, whole_journal(self.hall.database, self.hall.hall_id))
        self.lost, self.doubled = [*verdict.lost, *lost], [*verdict.doubled, *doubled]
        self._judge_papers()

    def _judge_papers(self) -> None:
        with self.hall.database.read() as connection:
            rows = connection.execute(
                select(print_jobs.c.state, tickets.c.secret, tickets.c.label).join(
                    tickets, tickets.c.id == print_jobs.c.ticket_id
                )
            ).all()
        for row in rows:
            copies = self.paper.copies(row.secret)
            if row.state not in ("printed", "failed") or (row.state == "printed" and not copies):
                self.lost.append(("paper", row.label, row.state))
            self.doubled += [("unmarked copy", row.label) for marked in copies[1:] if not marked]


@contextmanager
def scene(terms: Terms) -> Iterator[Scene]:
    paper = Paper()
    try:
        with fault_hall(terms.postgres, paper.address, many=True) as hall:
            made = Scene(hall, paper, terms.seed)
            try:
                yield made
            finally:
                made.end()
    finally:
        paper.end()


def at_random(terms: Terms) -> Row:
    """Killed a moment after everybody has begun to work again."""

    def moment(made: Scene) -> None:
        gevent.sleep(0.05 + made.source.expovariate(1 / 0.5))

    return _crashes(terms, moment, lambda made: True)


def between_commit_and_emit(terms: Terms) -> Row:
    """Killed as soon as a commit is seen; the boards tell afterwards whether they had heard of it."""

    def moment(made: Scene) -> None:
        gevent.sleep(0.1 + 0.2 * made.source.random())
        before = made.latest()
        while made.latest() == before:
            gevent.sleep(0)

    def unheard(made: Scene) -> bool:
        gevent.sleep(DRAIN_SECONDS)
        latest = made.latest()
        return not any(board.shows(latest) for board in made.boards)

    return _crashes(terms, moment, unheard)


def between_commit_and_print(terms: Terms) -> Row:
    """Killed as soon as a ticket's job is seen that no printer has taken."""

    def moment(made: Scene) -> None:
        gevent.sleep(0.1 + 0.2 * made.source.random())
        while not made.jobs("waiting"):
            gevent.sleep(0)

    return _crashes(terms, moment, lambda made: made.jobs("waiting") > 0, of_papers=True)


def while_printing(terms: Terms) -> Row:
    """Killed when the printer has the first bytes of a ticket and has confirmed nothing."""

    def moment(made: Scene) -> None:
        begun = Event()
        made.paper.slow_seconds, made.paper.on_begin = SLOW_PRINTER_SECONDS, begun.set
        begun.wait(30)
        made.paper.on_begin = lambda: None
        made.paper.slow_seconds = 0.0

    return _crashes(terms, moment, lambda made: made.jobs("printing") > 0, of_papers=True)


def _crashes(
    terms: Terms, moment: Callable[[Scene], object], hit: Callable[[Scene], bool], of_papers: bool = False
) -> Row:
    with scene(terms) as made:
        for _ in range(terms.times):
            made.crash(moment, hit)
            terms.done()
        acts = sum(made.load.ledger.acts.values())
        for one in (made.lost + made.doubled)[:20]:
            print(one)
        return Row(
            tried=terms.times,
            lost=len(made.lost),
            doubled=len(made.doubled),
            recover_seconds=tuple(made.papers_settled if of_papers else made.boards_true),
            within_seconds=None if of_papers else BOARDS_TRUE_SECONDS,
            notes=(
                ("fault.note.acts", acts),
                ("fault.note.hit", made.hits),
                ("fault.note.papers", len(made.paper.papers)),
                ("fault.note.away_ms", round(1000 * median(made.away))),
            ),
        )


KEPT_TABLES = (tickets, calls, events, accounts, print_jobs)


def in_migration(terms: Terms) -> Row:
    """A database of the first version is brought to today's; killed in the middle of that, at a moment seen
    from outside: another transaction holds the database.
    """
    source, recover, hits, lost = random.Random(terms.seed), [], 0, 0
    with fault_hall(terms.postgres, many=True) as hall:
        hall.start()
        load = Load(hall, terms.seed)
        load.work()
        gevent.sleep(2)
        load.rest()
        load.settle()
        load.end()
        hall.stop()
        before = _counts(hall.database.engine)
        for _ in range(terms.times):
            _downgrade(hall.database.engine)
            hall.begin()
            until = time.monotonic() + 20
            while not _held(hall.database.engine) and time.monotonic() < until:
                gevent.sleep(0.001)
            gevent.sleep(0.1 * source.random())
            hits += _held(hall.database.engine)
            hall.kill(everything=True)
            died = time.monotonic()
            recover.append(hall.start() - died)
            hall.stop()
            verdict = compare(load.ledger, hall.database, hall.hall_id)
            lost += len(verdict.lost) + (_counts(hall.database.engine) != before)
            doubled = len(verdict.doubled)
            terms.done()
    return Row(terms.times, lost, doubled, tuple(recover), None, (("fault.note.hit", hits),))


def _counts(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(one)).scalar_one() for one in KEPT_TABLES]


def _downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix())
    with begin_writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")


def _held(engine: Engine) -> bool:
    """Whether somebody else is in the middle of a transaction that writes."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            try:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError:
                return True
            finally:
                connection.invalidate()
            return False
        open_ones = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return connection.execute(open_ones).scalar_one() > 0
