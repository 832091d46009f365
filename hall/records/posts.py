"""The windows of a live hall as posts of the staffing advisor: who sits where, what each serves and may be
set to, and who could open a closed one.

For the worker that makes plans (hall/twin/staffing_live.py) and for whoever checks moves before making them
(hall/actions/moves.py): both see the same posts, so that a plan is refused only where the hall has changed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hall.config_roster import roster_of
from hall.records import desks
from hall.records.book import Book, Window
from hall.records.tables import steps
from hall.rules.staffing import PERIOD_MINUTES, PERIODS, Businesses, Post, Situation, ways
from hall.rules.tickets import AT_A_WINDOW

TIDE, ELDERLY = "tide", "elderly"
LONG_PAUSE = timedelta(hours=1)
"""Who has paused for so long is not there, whatever the window says."""
ALL_THE_TIME = (PERIOD_MINUTES,) * PERIODS

_AT_WINDOWS = select(steps.c.window_id).where(
    steps.c.hall_id == bindparam("hall"),
    steps.c.business_day == bindparam("day"),
    steps.c.state.in_([one.value for one in AT_A_WINDOW]),
)


@dataclass(frozen=True)
class Spare:
    """A clerk in the house who sits at no window: account id and certified skills as the account has them."""

    clerk_id: int
    skills: str | Sequence[str] | None


@dataclass(frozen=True)
class Known:
    """What is known beyond the windows themselves. `homes`: window id → what it serves when nobody moved it
    (left out: what it serves now); `held`: windows that stay as they are.
    """

    homes: Mapping[int, Businesses] = field(default_factory=dict)
    held: frozenset[int] = frozenset()
    spare: Sequence[Spare] = ()


def present_situation(
    connection: Connection, book: Book, known: Known, minimum: Mapping[int, int], now: datetime
) -> Situation:
    """The hall as moves are checked against it: no queues, and who is there stays."""
    standing = desks.desks(connection, book.id)
    serving = frozenset(connection.execute(_AT_WINDOWS, {"hall": book.id, "day": book.day(now)}).scalars())
    minutes = {
        one.id: ALL_THE_TIME
        for one in standing
        if one.state != "paused" or now - one.state_since <= LONG_PAUSE
    }
    return Situation(posts(book, standing, minutes, ALL_THE_TIME, serving, known), (), minimum)


def posts(
    book: Book,
    standing: Sequence[Any],
    minutes: Mapping[int, tuple[float, ...]],
    until_closing: tuple[float, ...],
    serving: frozenset[int],
    known: Known,
) -> tuple[Post, ...]:
    """Every staffed window whose clerk has `minutes`, and every closed one that a spare clerk could open.
    `standing`: rows of `desks.desks`; `serving`: window ids with a ticket.
    """
    teams = _teams(book)
    found: list[Post] = []
    closed: list[Window] = []
    for row in standing:
        window = book.windows.get(row.id)
        if window is None:
            continue
        if row.clerk_id is None or row.state == "closed":
            closed.append(window)
        elif row.id in minutes:
            may = window.may & certified(book, row.skills)
            serves = desks.callable_businesses(book, window.id, row.skills)
            if not serves:
                continue
            home = known.homes.get(window.id, window.serves) & may or serves
            offered = ways(home, may, teams)
            found.append(
                Post(
                    window.id,
                    row.clerk_id,
                    serves,
                    home,
                    offered if serves in offered else (serves, *offered),
                    minutes[row.id],
                    reserve=window.kind == TIDE,
                    elderly=window.kind == ELDERLY,
                    serving=window.id in serving,
                    held=window.id in known.held,
                )
            )
    return (*found, *_openings(book, closed, until_closing, teams, known))


def certified(book: Book, skills: str | Sequence[str] | None) -> Businesses:
    """The businesses that an account's skills name."""
    if skills == "all" or skills is None:
        return frozenset(book.businesses)
    by_code = book.businesses_by_code
    return frozenset(by_code[code].id for code in skills if code in by_code)


def live_minimum(book: Book, now: datetime) -> dict[int, int]:
    """Business id → the least windows it must have at `now`: what `roster.minimum` says, else one, while it
    is open; none while it is not.
    """
    least = roster_of(book.settings).minimum
    return {
        one.id: least.get(one.code, 1) if book.opening(now, one).open_now else 0
        for one in book.businesses.values()
    }


def _teams(book: Book) -> tuple[Businesses, ...]:
    """What windows serve together: a department's businesses, and what each window is configured for."""
    departments: dict[int, set[int]] = {}
    for one in book.businesses.values():
        departments.setdefault(one.department_id, set()).add(one.id)
    windows = (one.serves for one in book.windows.values())
    return tuple(dict.fromkeys([*(frozenset(those) for those in departments.values()), *windows]))


def _openings(
    book: Book,
    closed: Sequence[Window],
    minutes: tuple[float, ...],
    teams: tuple[Businesses, ...],
    known: Known,
) -> list[Post]:
    """Every spare clerk at every closed window; of windows that are alike as many as there are clerks."""
    alike: Counter[tuple[str, Businesses, Businesses]] = Counter()
    found = []
    for window in closed:
        kind = window.kind, window.serves, window.may
        if window.id in known.held or alike[kind] >= len(known.spare):
            continue
        alike[kind] += 1
        for one in known.spare:
            may = window.may & certified(book, one.skills)
            home = known.homes.get(window.id, window.serves) & may or may
            if may:
                found.append(
                    Post(
                        window.id,
                        one.clerk_id,
                        frozenset(),
                        home,
                        ways(home, may, teams),
                        minutes,
                        reserve=True,
                        elderly=window.kind == ELDERLY,
                    )
                )
    return found
