"""The moves of windows as they stand: which windows were moved and belong elsewhere, which stay as they are,
which clerks are in the house without a window.

Read by the worker that plans, by the verbs (hall/actions/moves.py) and by the screens.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from hall.records import roster
from hall.records.book import Book
from hall.records.posts import Known, Spare
from hall.records.tables import accounts, adjustments, window_moves, windows
from hall.records.types import constant
from hall.rules.staffing import Businesses, Kind

ASKED, WAITING, DONE, REVERTING = "asked", "waiting", "done", "reverting"
LIVE = (ASKED, WAITING, DONE, REVERTING)
UNDER_WAY = (ASKED, WAITING, REVERTING)
REVERTED, LEFT, REPLACED, WITHDRAWN = "reverted", "left", "replaced", "withdrawn"
AWAY = frozenset({Kind.CLOSE.value, Kind.PAUSE.value})
"""Moves after which somebody has to come back to the window."""
WORTH_A_MOVE = timedelta(minutes=30)
"""Nobody is sent to a window for less time than that."""
HELD_FOR = timedelta(minutes=14)
"""A window that was moved stays so until the advice after the next one is made."""
CLERK = "clerk"

_LIVE = window_moves.c.state.in_([constant(one) for one in LIVE])
_moves = (
    select(
        window_moves,
        adjustments.c.applied_at,
        adjustments.c.until,
        adjustments.c.undone_at,
        adjustments.c.ended_at,
        accounts.c.name.label("by_name"),
        accounts.c.name_en.label("by_name_en"),
    )
    .join(adjustments, adjustments.c.id == window_moves.c.adjustment_id)
    .join(accounts, accounts.c.id == adjustments.c.applied_by_id)
)
_LIVE_OF_HALL = _moves.where(window_moves.c.hall_id == bindparam("hall"), _LIVE).order_by(window_moves.c.id)
_LIVE_AT = _moves.where(window_moves.c.window_id == bindparam("window"), _LIVE)
_OF_ADJUSTMENT = _moves.where(window_moves.c.adjustment_id == bindparam("adjustment")).order_by(
    window_moves.c.id
)
_ONE = _moves.where(window_moves.c.id == bindparam("move"), window_moves.c.hall_id == bindparam("hall"))
_DUE = (
    select(window_moves.c.id)
    .join(adjustments, adjustments.c.id == window_moves.c.adjustment_id)
    .where(
        window_moves.c.hall_id == bindparam("hall"),
        _LIVE,
        or_(
            window_moves.c.state.in_([constant(WAITING), constant(REVERTING)]),
            window_moves.c.expires_at <= bindparam("now", type_=window_moves.c.expires_at.type),
            adjustments.c.until <= bindparam("now", type_=adjustments.c.until.type),
        ),
    )
    .limit(1)
)
_later = window_moves.alias("later")
_LEFT = (
    select(window_moves.c.id)
    .outerjoin(_later, _later.c.replaces_id == window_moves.c.id)
    .where(
        window_moves.c.adjustment_id == bindparam("adjustment"),
        or_(_LIVE, _later.c.state.in_([constant(one) for one in LIVE])),
    )
    .limit(1)
)
_UNENDED = select(adjustments.c.id).where(
    adjustments.c.hall_id == bindparam("hall"), adjustments.c.ended_at.is_(None)
)
_SPARE = (
    select(accounts.c.id, accounts.c.skills)
    .outerjoin(windows, windows.c.clerk_id == accounts.c.id)
    .where(
        accounts.c.hall_id == bindparam("hall"),
        accounts.c.role == CLERK,
        accounts.c.retired.is_(False),
        accounts.c.signed_in_at >= bindparam("since", type_=accounts.c.signed_in_at.type),
        windows.c.id.is_(None),
    )
    .order_by(accounts.c.id)
)


def live(connection: Connection, hall_id: int) -> Sequence[Row[Any]]:
    """Every move in force or under way, with when and by whom it was made (`by_name`) and until when."""
    return connection.execute(_LIVE_OF_HALL, {"hall": hall_id}).all()


def is_asked_back(move: Row[Any]) -> bool:
    """Whether a move is over and its clerk has been asked to come back."""
    return bool(move.state == ASKED and move.kind in AWAY)


def live_at(connection: Connection, window_id: int) -> Row[Any] | None:
    """The move in force or under way at a window."""
    return connection.execute(_LIVE_AT, {"window": window_id}).first()


def of_adjustment(connection: Connection, adjustment_id: int) -> Sequence[Row[Any]]:
    return connection.execute(_OF_ADJUSTMENT, {"adjustment": adjustment_id}).all()


def unended(connection: Connection, hall_id: int) -> Sequence[int]:
    """The adjustments that have not ended."""
    return connection.execute(_UNENDED, {"hall": hall_id}).scalars().all()


def is_in_force(connection: Connection, adjustment_id: int) -> bool:
    """Whether some window of an adjustment is still moved, or would be again if a later move were undone."""
    return connection.execute(_LEFT, {"adjustment": adjustment_id}).first() is not None


def one(connection: Connection, hall_id: int, move_id: int) -> Row[Any] | None:
    return connection.execute(_ONE, {"hall": hall_id, "move": move_id}).first()


def anything_due(connection: Connection, hall_id: int, now: datetime) -> bool:
    """Whether a move waits for a ticket, has run out or is over by now."""
    return connection.execute(_DUE, {"hall": hall_id, "now": now}).first() is not None


def known(connection: Connection, book: Book, now: datetime) -> Known:
    """What is known beyond the windows themselves, at this moment."""
    moved = live(connection, book.id)
    return Known(
        homes_of(moved),
        frozenset(
            row.window_id for row in moved if row.state in UNDER_WAY or now - row.changed_at < HELD_FOR
        ),
        _spare(connection, book, now, {row.clerk_id for row in moved if row.state == ASKED}),
    )


def homes_of(moved: Sequence[Row[Any]]) -> Mapping[int, Businesses]:
    """Where moved windows belong: what each serves when its move is over."""
    return {row.window_id: frozenset(row.back_to) for row in moved if row.state != ASKED}


def _spare(connection: Connection, book: Book, now: datetime, asked: set[int]) -> list[Spare]:
    """Clerks who have signed in today, not signed out, sit nowhere, and are not on their way to a window; and
    those whom the roster has in the house without one for a while yet.
    """
    day = book.day(now)
    values = {"hall": book.id, "since": now - timedelta(hours=24)}
    rows = connection.execute(_SPARE.add_columns(accounts.c.signed_in_at), values)
    found = {row.id: Spare(row.id, row.skills) for row in rows if book.day(row.signed_in_at) == day}
    for clerk in roster.in_the_house(connection, book, now):
        if clerk.until - now >= WORTH_A_MOVE:
            found.setdefault(clerk.clerk_id, Spare(clerk.clerk_id, clerk.skills))
    return [one for clerk_id, one in found.items() if clerk_id not in asked]
