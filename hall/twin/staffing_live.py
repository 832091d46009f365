"""A live hall as a question to the staffing advisor: its windows and who sits there, who could open a closed
one, and its queues.

For the worker that makes plans: the scene comes from hall/twin/present.py, the posts from
hall/records/posts.py, and what is known beyond them from hall/records/moves.py.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from hall.records import desks
from hall.records.book import Book
from hall.records.posts import Known, posts
from hall.rules.staffing import Move, Situation
from hall.twin.knowledge import Knowledge
from hall.twin.lookahead import Scene
from hall.twin.model import Clerk, Hall, Span
from hall.twin.staffing import minutes_there, queues


def live_situation(
    connection: Connection,
    book: Book,
    scene: Scene,
    knowledge: Knowledge,
    known: Known,
    minimum: Mapping[int, int] | None = None,
) -> Situation:
    """The next 45 minutes of a live hall. `connection`: the look in which the scene was read."""
    now = scene.present.at_seconds
    minutes = {
        one.id: minutes_there(one.clerk.staffed, now)
        for one in scene.hall.windows.values()
        if one.clerk is not None
    }
    serving = frozenset(one for one, desk in scene.present.desks.items() if desk.ticket is not None)
    found = posts(
        book,
        desks.desks(connection, book.id),
        minutes,
        minutes_there(_until_closing(scene.hall, now), now),
        serving,
        known,
    )
    return Situation(found, queues(scene.hall, scene.present, knowledge), minimum or {})


def clerks_opening(scene: Scene, moves: Iterable[Move]) -> dict[int, Clerk]:
    """Window id → the clerk the moves send there, as `apply_moves` and `foretell` want them."""
    spans = _until_closing(scene.hall, scene.present.at_seconds)
    return {one.window_id: Clerk(spans, skills=one.after) for one in moves if not one.before}


def _until_closing(hall: Hall, now: float) -> tuple[Span, ...]:
    return tuple((max(now, begins), ends) for begins, ends in hall.open_spans if ends > now)
