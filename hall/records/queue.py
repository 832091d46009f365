"""Who waits where: the heads a window may call, counts, longest waits, and the line ahead of somebody.

Every query walks the partial index over waiting steps (`ix_steps_line`), so none of them gets slower with the
past, and the heads cost one index search per line, not per person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)

from hall.records.prepared import Prepared
from hall.records.tables import calls, steps, tickets
from hall.records.types import constant
from hall.rules.dispatcher import Head
from hall.rules.tickets import Place, State, VisitorClass

_WAITING = steps.c.state == constant(State.WAITING)
_classes = union_all(*(select(constant(one).label("name")) for one in VisitorClass)).subquery("classes")
_HEAD_NAMES = (
    "id",
    "ticket_id",
    "business_id",
    "visitor_class",
    "queued_at",
    "rank",
    "pinned_window_id",
)


def _wanted(dialect: str) -> FromClause:
    """The businesses that are asked for, as rows."""
    if dialect == "postgresql":
        listed = bindparam("businesses", type_=ARRAY(BigInteger))
        return func.unnest(listed).table_valued("id", name="wanted").render_derived()
    return func.json_each(bindparam("businesses", type_=JSON)).table_valued("value", name="wanted")


def _line(business: ColumnElement[Any], most: int, *columns: Any) -> Select[Any]:
    """The first of one line: that of this business and a class which the statement around it names."""
    line = steps.alias("line")
    return (
        select(*(line.c[name] for name in columns))
        .where(
            line.c.state == constant(State.WAITING),
            line.c.business_id == business,
            line.c.visitor_class == _classes.c.name,
            line.c.business_day == bindparam("day"),
            line.c.pinned_window_id.is_(None),
        )
        .order_by(line.c.queued_at, line.c.rank, line.c.id)
        .limit(literal_column(str(most)))
    )


def _heads(dialect: str, most: int) -> CompoundSelect[Any]:
    """The firsts of all lines of some businesses, and whoever is pinned to a window. PostgreSQL is told by
    LATERAL to seek each line, where it would read all steps there ever were; SQLite knows no LATERAL and
    seeks anyhow.
    """
    wanted = _wanted(dialect)
    business, lines = next(iter(wanted.c)), wanted.join(_classes, true())
    if dialect == "postgresql":
        first: Any = _line(business, most, *_HEAD_NAMES).lateral("first")
        found = lines.join(first, true())
    else:
        first = steps
        found = lines.join(steps, steps.c.id.in_(_line(business, most, "id")))
    firsts = select(*(first.c[name] for name in _HEAD_NAMES), tickets.c.label).select_from(
        found.join(tickets, tickets.c.id == first.c.ticket_id)
    )
    # By OFFSET 0 PostgreSQL asks for those pinned here first and then whether they wait; else it may look for
    # them among everybody who waits.
    here = (
        select(steps)
        .where(steps.c.pinned_window_id == bindparam("window"), steps.c.business_day == bindparam("day"))
        .offset(literal_column("0"))
        .subquery("here")
    )
    pinned = (
        select(*(here.c[name] for name in _HEAD_NAMES), tickets.c.label)
        .join(tickets, tickets.c.id == here.c.ticket_id)
        .where(here.c.state == constant(State.WAITING))
    )
    return union_all(firsts, pinned)


MOST = 8
_HEADS = {
    most: Prepared(sqlite=_heads("sqlite", most), postgresql=_heads("postgresql", most)) for most in (1, MOST)
}
counted_ahead = select(func.count()).where(
    _WAITING,
    steps.c.business_id == bindparam("business"),
    steps.c.business_day == bindparam("day"),
    tuple_(steps.c.queued_at, steps.c.rank, steps.c.id)
    < tuple_(bindparam("queued_at", type_=steps.c.queued_at.type), bindparam("rank"), bindparam("step")),
)
"""What `ahead` asks, with what `place_values` names."""
_AHEAD = Prepared(counted_ahead)
_COUNTS = (
    select(
        steps.c.business_id,
        steps.c.visitor_class,
        func.count().label("waiting"),
        func.min(steps.c.queued_at, type_=steps.c.queued_at.type).label("since"),
    )
    .where(steps.c.hall_id == bindparam("hall"), _WAITING, steps.c.business_day == bindparam("day"))
    .group_by(steps.c.business_id, steps.c.visitor_class)
    .order_by(steps.c.business_id, steps.c.visitor_class)
)
_NEXT_OF_BUSINESS = (
    select(steps.c.queued_at, steps.c.rank)
    .where(_WAITING, steps.c.business_id == bindparam("business"), steps.c.business_day == bindparam("day"))
    .order_by(steps.c.queued_at, steps.c.rank, steps.c.id)
    .limit(bindparam("most"))
)
_RECENT = (
    select(calls.c.waited_seconds, tickets.c.ahead_at_issue)
    .join(steps, steps.c.id == calls.c.step_id)
    .join(tickets, tickets.c.id == calls.c.ticket_id)
    .where(
        steps.c.business_id == bindparam("business"),
        steps.c.called_at >= bindparam("since", type_=steps.c.called_at.type),
    )
    .order_by(steps.c.called_at.desc(), calls.c.id.desc())
    .limit(12)
)


@dataclass(frozen=True)
class Line:
    """How many wait in one business and class, and since when the longest has."""

    business_id: int
    visitor_class: VisitorClass
    waiting: int
    since: datetime


def heads(
    connection: Connection, window_id: int, businesses: Iterable[int], day: date, most: int = 1
) -> list[Head]:
    """The first of every line of these businesses, `most` (1 or MOST) of each in their order, and all steps
    pinned to the window.
    """
    values = {"businesses": list(businesses), "window": window_id, "day": day}
    found = [_head(row) for row in _HEADS[most].rows(connection, values)]
    return sorted(found, key=lambda one: (one.queued_at, one.rank, one.step_id)) if most > 1 else found


def _head(row: Any) -> Head:
    return Head(
        step_id=row.id,
        ticket_id=row.ticket_id,
        label=row.label,
        business_id=row.business_id,
        visitor_class=VisitorClass(row.visitor_class),
        queued_at=row.queued_at,
        rank=row.rank,
        pinned=row.pinned_window_id is not None,
    )


def ahead(connection: Connection, business_id: int, day: date, place: Place, step_id: int) -> int:
    """How many people of the same business, of any class, stand before this place."""
    return int(_AHEAD.scalar(connection, place_values(business_id, day, place, step_id)))


def place_values(business_id: int, day: date, place: Place, step_id: int) -> dict[str, Any]:
    return {
        "business": business_id,
        "day": day,
        "queued_at": place.queued_at,
        "rank": place.rank,
        "step": step_id,
    }


def counts(connection: Connection, hall_id: int, day: date) -> list[Line]:
    """Every line of the hall in which somebody waits."""
    rows = connection.execute(_COUNTS, {"hall": hall_id, "day": day})
    return [Line(row.business_id, VisitorClass(row.visitor_class), row.waiting, row.since) for row in rows]


def next_places(connection: Connection, business_id: int, day: date, most: int) -> list[Place]:
    """The places of the next `most` waiting steps of a business."""
    rows = connection.execute(_NEXT_OF_BUSINESS, {"business": business_id, "day": day, "most": most})
    return [Place(row.queued_at, row.rank) for row in rows]


def recent_waits(connection: Connection, business_id: int, since: datetime) -> tuple[list[float], list[int]]:
    """Seconds waited by the last dozen visitors called in a business since then, and how many were ahead of
    each at arrival.
    """
    rows = connection.execute(_RECENT, {"business": business_id, "since": since}).all()
    return [row.waited_seconds for row in rows], [row.ahead_at_issue for row in rows]
