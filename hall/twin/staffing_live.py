"""A live hall as a question to the staffing advisor: its windows and who sits there, who could open a closed
one, and its queues.

For the worker that makes plans and for whoever checks one before applying it: the scene comes from
hall/twin/present.py, the rest from the book and the same database look. Where a window belongs when nobody
moved it (`homes`), which windows stay as they are (`held`) and who is in the house without a window (`spare`)
are known to whoever applies advice, and are told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from hall.records import desks
from hall.records.book import Book, Window
from hall.rules.staffing import Businesses, Move, Post, Situation, ways
from hall.twin.knowledge import Knowledge
from hall.twin.lookahead import Scene
from hall.twin.model import Clerk, Hall, Span
from hall.twin.staffing import minutes_there, queues

TIDE, ELDERLY = "tide", "elderly"


@dataclass(frozen=True)
class Spare:
    """A clerk in the house who sits at no window: account id and certified skills as the account has them."""

    clerk_id: int
    skills: str | Sequence[str] | None


def live_situation(
    connection: Connection,
    book: Book,
    scene: Scene,
    knowledge: Knowledge,
    homes: Mapping[int, Businesses] | None = None,
    held: frozenset[int] = frozenset(),
    spare: Sequence[Spare] = (),
    minimum: Mapping[int, int] | None = None,
) -> Situation:
    """The next 45 minutes of a live hall. `homes`: window id → what it serves when nobody moved it (left out:
    what it serves now). `connection`: the look in which the scene was read.
    """
    teams = _teams(book)
    posts: list[Post] = []
    closed: list[Window] = []
    for row in desks.desks(connection, book.id):
        window = book.windows.get(row.id)
        if window is None:
            continue
        clerk = scene.hall.windows[window.id].clerk
        if row.clerk_id is None or row.state == "closed":
            closed.append(window)
        elif clerk is not None:
            may = window.may & _certified(book, row.skills)
            serves = desks.callable_businesses(book, window.id, row.skills)
            home = (homes or {}).get(window.id, window.serves) & may or serves
            if not serves:
                continue
            offered = ways(home, may, teams)
            desk = scene.present.desks.get(window.id)
            posts.append(
                Post(
                    window.id,
                    row.clerk_id,
                    serves,
                    home,
                    offered if serves in offered else (serves, *offered),
                    minutes_there(clerk.staffed, scene.present.at_seconds),
                    reserve=window.kind == TIDE,
                    elderly=window.kind == ELDERLY,
                    serving=desk is not None and desk.ticket is not None,
                    held=window.id in held,
                )
            )
    posts += _openings(book, scene, closed, spare, homes or {}, teams, held)
    return Situation(tuple(posts), queues(scene.hall, scene.present, knowledge), minimum or {})


def clerks_opening(scene: Scene, moves: Iterable[Move]) -> dict[int, Clerk]:
    """Window id → the clerk the moves send there, as `apply_moves` and `foretell` want them."""
    spans = _until_closing(scene.hall, scene.present.at_seconds)
    return {one.window_id: Clerk(spans, skills=one.after) for one in moves if not one.before}


def live_minimum(book: Book, now: datetime) -> dict[int, int]:
    """One window for each business that is open at `now`; none for the others."""
    return {one.id: int(book.opening(now, one).open_now) for one in book.businesses.values()}


def _teams(book: Book) -> tuple[Businesses, ...]:
    """What windows serve together: a department's businesses, and what each window is configured for."""
    departments: dict[int, set[int]] = {}
    for one in book.businesses.values():
        departments.setdefault(one.department_id, set()).add(one.id)
    windows = (one.serves for one in book.windows.values())
    return tuple(dict.fromkeys([*(frozenset(those) for those in departments.values()), *windows]))


def _certified(book: Book, skills: str | Sequence[str] | None) -> Businesses:
    if skills == "all" or skills is None:
        return frozenset(book.businesses)
    known = book.businesses_by_code
    return frozenset(known[code].id for code in skills if code in known)


def _openings(
    book: Book,
    scene: Scene,
    closed: Sequence[Window],
    spare: Sequence[Spare],
    homes: Mapping[int, Businesses],
    teams: tuple[Businesses, ...],
    held: frozenset[int],
) -> list[Post]:
    """Every spare clerk at every closed window; of windows that are alike as many as there are clerks."""
    minutes = minutes_there(_until_closing(scene.hall, scene.present.at_seconds), scene.present.at_seconds)
    alike: Counter[tuple[str, Businesses, Businesses]] = Counter()
    found = []
    for window in closed:
        kind = window.kind, window.serves, window.may
        if window.id in held or alike[kind] >= len(spare):
            continue
        alike[kind] += 1
        for one in spare:
            may = window.may & _certified(book, one.skills)
            home = homes.get(window.id, window.serves) & may or may
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


def _until_closing(hall: Hall, now: float) -> tuple[Span, ...]:
    return tuple((max(now, begins), ends) for begins, ends in hall.open_spans if ends > now)
