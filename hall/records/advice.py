"""The advisor's rows: the advice of a hall, its suggestions, and the moves in them as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from hall.records.tables import accounts, adjustments, advice, suggestions
from hall.rules.staffing import Kind, Move

WANTED, COMPUTING, READY, FAILED = "wanted", "computing", "ready", "failed"
GIVEN_UP = timedelta(seconds=100)
"""An advice that somebody took to work out and did not bring in this time is worked out by somebody else."""

_NEWEST = (
    select(advice, accounts.c.name.label("by_name"), accounts.c.name_en.label("by_name_en"))
    .outerjoin(accounts, accounts.c.id == advice.c.wanted_by_id)
    .where(advice.c.hall_id == bindparam("hall"))
    .order_by(advice.c.id.desc())
    .limit(1)
)
_NEWEST_READY = _NEWEST.where(advice.c.state == READY)
_SUGGESTIONS = (
    select(suggestions).where(suggestions.c.advice_id == bindparam("advice")).order_by(suggestions.c.position)
)
_ONE = (
    select(suggestions, advice.c.made_at)
    .join(advice, advice.c.id == suggestions.c.advice_id)
    .where(suggestions.c.id == bindparam("suggestion"), suggestions.c.hall_id == bindparam("hall"))
)
_applied = (
    select(adjustments, accounts.c.name.label("by_name"), accounts.c.name_en.label("by_name_en"))
    .join(accounts, accounts.c.id == adjustments.c.applied_by_id)
    .order_by(adjustments.c.id.desc())
)
_APPLIED = _applied.where(
    adjustments.c.suggestion_id == bindparam("suggestion"), adjustments.c.undone_at.is_(None)
)
_ADJUSTMENTS = _applied.where(
    adjustments.c.hall_id == bindparam("hall"),
    adjustments.c.ended_at.is_(None)
    | (adjustments.c.ended_at >= bindparam("since", type_=adjustments.c.ended_at.type)),
)


def newest(connection: Connection, hall_id: int) -> Row[Any] | None:
    """The newest advice, whatever its state."""
    return connection.execute(_NEWEST, {"hall": hall_id}).first()


def newest_ready(connection: Connection, hall_id: int) -> Row[Any] | None:
    """The newest advice that has been worked out."""
    return connection.execute(_NEWEST_READY, {"hall": hall_id}).first()


def suggestions_of(connection: Connection, advice_id: int) -> Sequence[Row[Any]]:
    return connection.execute(_SUGGESTIONS, {"advice": advice_id}).all()


def suggestion(connection: Connection, hall_id: int, suggestion_id: int) -> Row[Any] | None:
    """A suggestion with the moment its advice was made."""
    return connection.execute(_ONE, {"hall": hall_id, "suggestion": suggestion_id}).first()


def applied(connection: Connection, suggestion_id: int) -> Row[Any] | None:
    """The adjustment that a suggestion led to, unless that was undone; with who made it."""
    return connection.execute(_APPLIED, {"suggestion": suggestion_id}).first()


def adjustments_since(connection: Connection, hall_id: int, since: datetime) -> Sequence[Row[Any]]:
    """The adjustments in force and those that ended since, newest first."""
    return connection.execute(_ADJUSTMENTS, {"hall": hall_id, "since": since}).all()


def claim(connection: Connection, hall_id: int, now: datetime) -> int | None:
    """Takes a wanted advice to work it out; None when nothing is wanted or somebody else is at it."""
    free = (advice.c.state == WANTED) | (
        (advice.c.state == COMPUTING) & (advice.c.claimed_at <= now - GIVEN_UP)
    )
    taken = (
        update(advice)
        .where(advice.c.hall_id == hall_id, free)
        .values(state=COMPUTING, claimed_at=now)
        .returning(advice.c.id)
    )
    return connection.execute(taken).scalar()


def moves_as_json(moves: Iterable[Move]) -> list[dict[str, Any]]:
    """Moves as they are stored: window, clerk and businesses by their ids."""
    return [
        {
            "kind": one.kind.value,
            "window_id": one.window_id,
            "clerk_id": one.clerk_id,
            "before": sorted(one.before),
            "after": sorted(one.after),
            "after_ticket": one.after_ticket,
        }
        for one in moves
    ]


def moves_of_json(stored: Iterable[Mapping[str, Any]]) -> list[Move]:
    """The moves that `moves_as_json` stored."""
    return [
        Move(
            Kind(one["kind"]),
            one["window_id"],
            one["clerk_id"],
            frozenset(one["before"]),
            frozenset(one["after"]),
            after_ticket=one["after_ticket"],
        )
        for one in stored
    ]
