"""`python -m hall bench history`: is a hall with three years behind it as quick as on its first day?

Two servers of the district preset, one empty and one with a million tickets and four million journal rows
behind it, are asked the same in turns, so that whatever else the machine does falls on both.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

from sqlalchemy import make_url, text

from hall import config
from hall.bench.past import fill_past
from hall.bench.run import ROUNDS, Report, Running, running
from hall.records.book import Book
from hall.records.connections import make_engine
from hall.records.database import Database

DAYS = 1096
TICKETS_A_DAY = 913
"""Together 1,000,648."""
WAITING = 400
TIMES = 20
BOUND = 1.2
Act = Callable[[], Any]


def bench_history(postgres: str | None, days: int, tickets_a_day: int = TICKETS_A_DAY) -> int:
    """Prints each question's time beside that of an empty hall; returns 1 when a bound does not hold."""
    report = Report()
    with _database(None) as url:
        measure_history(report, "SQLite", url, url, days, tickets_a_day)
    if postgres:
        with (
            _database(postgres, "hall_bench_empty") as empty,
            _database(postgres, "hall_bench_years") as full,
        ):
            measure_history(report, "PostgreSQL", empty, full, days, tickets_a_day)
    return 1 if report.failed else 0


@contextmanager
def _database(server: str | None, name: str = "") -> Iterator[str | None]:
    """A database of its own on this PostgreSQL server, dropped afterwards; None stands for a SQLite file."""
    if server is None:
        yield None
        return
    engine = make_engine(server)
    for statement in (f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"'):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def measure_history(
    report: Report, name: str, empty_url: str | None, full_url: str | None, days: int, tickets_a_day: int
) -> None:
    """Every question of both halls, in turns."""

    def fill(database: Database, book: Book) -> None:
        begun = time.perf_counter()
        fill_past(database, book, days, tickets_a_day)
        words = f"{days * tickets_a_day:,} tickets, {4 * days * tickets_a_day:,} journal rows"
        report.note(f"{name}: {words} of {days} days, made in {time.perf_counter() - begun:.0f} s")

    with ExitStack() as stack:
        empty = stack.enter_context(running("district", empty_url, waiting=WAITING))
        full = stack.enter_context(running("district", full_url, waiting=WAITING, before=fill))
        questions = {id(one): _questions(one) for one in (empty, full)}
        for what in questions[id(empty)]:
            ratios, figures, floors = [], [], []
            for _ in range(ROUNDS):
                floors.append(_seconds(questions[id(empty)][what]))
                figures.append(_seconds(questions[id(full)][what]))
                ratios.append(figures[-1] / floors[-1])
            report.ratio(
                f"{what}, {name}",
                1000 * median(figures),
                1000 * median(floors),
                "ms",
                median(ratios),
                f"≤ {BOUND}",
                median(ratios) <= BOUND,
            )


def _seconds(act: Callable[[], float]) -> float:
    return median(act() for _ in range(TIMES))


def _timed(act: Act) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _questions(server: Running) -> dict[str, Callable[[], float]]:
    """What people ask, each as something that is done once and says how long it took."""
    businesses = [one.business.id for one in config.load(server.settings).halls[0].businesses()]
    kiosk, (window, clerk) = server.kiosk(), server.clerks(1)[0]
    staff = server.kiosk_less()
    staff.sign_in("admin", server.password)
    anyone, turn = server.kiosk_less(), iter(range(10**9))
    mine = kiosk.post("/tickets", {"business": businesses[0]})["ticket"]

    def issue() -> float:
        wish = {"business": businesses[next(turn) % len(businesses)]}
        return _timed(lambda: kiosk.post("/tickets", wish))

    def call() -> float:
        seconds = _timed(lambda: clerk.post(f"/windows/{window}/call"))
        clerk.post(f"/windows/{window}/missed")
        return seconds

    def after_a_change(client: Any, path: str) -> Callable[[], float]:
        """What is kept until something happens is asked for after something happened."""

        def ask() -> float:
            kiosk.post("/tickets", {"business": businesses[next(turn) % len(businesses)]})
            return _timed(lambda: client.get(path))

        return ask

    return {
        "issue": issue,
        "call": call,
        "board": after_a_change(anyone, "/board"),
        "overview": after_a_change(staff, "/overview"),
        "visitor's page": after_a_change(anyone, f"/visits/{mine['secret']}"),
        "desk": after_a_change(clerk, f"/windows/{window}/desk"),
        "report of today": after_a_change(staff, "/reports"),
        "standards of today": after_a_change(staff, "/standards"),
        "journal, newest page": after_a_change(staff, "/journal"),
        "print jobs": after_a_change(staff, "/print-jobs"),
    }
