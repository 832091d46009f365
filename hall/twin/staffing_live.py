"""A live hall as a question to the staffing advisor: its windows and who sits there, who could open a closed
one, and its queues.

For the worker that makes plans: the scene comes from hall/twin/present.py, the posts from
hall/records/posts.py, and what is known beyond them from hall/records/moves.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from hall.records import desks, roster
from hall.records.book import Book
from hall.records.posts import Known, posts
from hall.rules.staffing import Move, Post, Situation
from hall.twin.knowledge import Knowledge
from hall.twin.lookahead import Scene
from hall.twin.model import Clerk, Hall, Span
from hall.twin.staffing import minutes_there, queues

Rostered = Mapping[int, tuple[Span, ...]]
"""Clerk id → when the roster has them at work today, in the twin's seconds; whoever is in no shift is not in
it.
"""


def rostered(connection: Connection, book: Book, hall: Hall, now: datetime) -> Rostered:
    """What the roster says of who is at work now: until when, and the breaks to come."""
    return {
        clerk: tuple((hall.seconds(begins), hall.seconds(ends)) for begins, ends in spans)
        for clerk, spans in roster.there_now(connection, book, now).items()
    }


def live_situation(
    connection: Connection,
    book: Book,
    scene: Scene,
    knowledge: Knowledge,
    known: Known,
    minimum: Mapping[int, int] | None = None,
    there: Rostered | None = None,
) -> Situation:
    """The next 45 minutes of a live hall. `connection`: the look in which the scene was read; `there`: what
    the roster says of its clerks.
    """
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
    in_shifts = tuple(_as_rostered(one, there or {}, now) for one in found)
    return Situation(in_shifts, queues(scene.hall, scene.present, knowledge), minimum or {})


def clerks_opening(scene: Scene, moves: Iterable[Move], there: Rostered | None = None) -> dict[int, Clerk]:
    """Window id → the clerk the moves send there, as `apply_moves` and `foretell` want them."""
    closing = _until_closing(scene.hall, scene.present.at_seconds)
    shifts = there or {}
    return {
        one.window_id: Clerk(shifts.get(one.clerk_id, closing), skills=one.after)
        for one in moves
        if not one.before
    }


def _as_rostered(post: Post, there: Rostered, now: float) -> Post:
    """A post whose clerk stays no longer than the shift, and is away at its breaks."""
    if post.clerk_id not in there:
        return post
    shift = minutes_there(there[post.clerk_id], now)
    return replace(post, minutes=tuple(map(min, post.minutes, shift)))


def _until_closing(hall: Hall, now: float) -> tuple[Span, ...]:
    return tuple((max(now, begins), ends) for begins, ends in hall.open_spans if ends > now)
