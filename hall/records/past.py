"""What the database keeps of one business day that is over: its tickets, steps and calls, and the journal of
that day; with what windows last said before it. For hall/twin/replay_day.py.

The journal is ordered by number, and its moments by it: the day's part of it is found by halving, and read as
one range, however long the journal is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from hall.records.journal import every_event
from hall.records.tables import (
    accounts,
    archived_events,
    calls,
    events,
    steps,
    tickets,
    window_businesses,
    windows,
)

LOOK_BACK = timedelta(days=7)
"""A clerk who did not sign out in the evening is still at the window; nobody stays longer than this."""

WINDOW_SAYS = (
    "window_signed_in",
    "window_signed_out",
    "window_opened",
    "window_paused",
    "window_closed",
    "window_ready",
    "window_businesses_changed",
)

_TICKETS = (
    select(
        tickets.c.id,
        tickets.c.label,
        tickets.c.business_id,
        tickets.c.visitor_class,
        tickets.c.booked_at,
        tickets.c.arrived_at,
    )
    .where(tickets.c.hall_id == bindparam("hall"), tickets.c.business_day == bindparam("day"))
    .order_by(tickets.c.arrived_at, tickets.c.id)
)
_STEPS = (
    select(
        steps.c.id,
        steps.c.ticket_id,
        steps.c.queued_at,
        steps.c.rank,
        steps.c.pinned_window_id,
        steps.c.returns,
    )
    .where(steps.c.hall_id == bindparam("hall"), steps.c.business_day == bindparam("day"))
    .order_by(steps.c.id)
)
_CALLS = (
    select(
        calls.c.id,
        calls.c.step_id,
        calls.c.window_id,
        calls.c.clerk_id,
        calls.c.called_at,
        calls.c.rule,
        calls.c.tier,
        calls.c.ratio,
        calls.c.waited_seconds,
    )
    .join(steps, steps.c.id == calls.c.step_id)
    .where(steps.c.hall_id == bindparam("hall"), steps.c.business_day == bindparam("day"))
    .order_by(calls.c.id)
)
_EVENT = (
    every_event.c.seq,
    every_event.c.at,
    every_event.c.type,
    every_event.c.ticket_id,
    every_event.c.actor_id,
    every_event.c.data,
)
_BETWEEN = (
    select(*_EVENT)
    .where(
        every_event.c.hall_id == bindparam("hall"),
        every_event.c.seq >= bindparam("first"),
        every_event.c.seq < bindparam("end"),
    )
    .order_by(every_event.c.seq)
)
_WINDOWS_BETWEEN = _BETWEEN.where(every_event.c.type.in_(WINDOW_SAYS))
_ENDS = [
    select(end(table.c.seq)).where(table.c.hall_id == bindparam("hall"))
    for table in (archived_events, events)
    for end in (func.min, func.max)  # one by one: only then does SQLite seek them
]
_AT = select(every_event.c.at).where(
    every_event.c.hall_id == bindparam("hall"), every_event.c.seq == bindparam("seq")
)
_CHANGED = (
    select(*_EVENT)
    .where(
        every_event.c.hall_id == bindparam("hall"),
        every_event.c.seq >= bindparam("first"),
        every_event.c.type.in_(("window_businesses_changed", "hall_configured")),
    )
    .order_by(every_event.c.seq)
)
_OWN = (
    select(window_businesses.c.window_id, window_businesses.c.business_id)
    .join(windows)
    .where(windows.c.hall_id == bindparam("hall"), window_businesses.c.own.is_(True))
)


@dataclass(frozen=True)
class Past:
    """One day's rows. `events`: the day's journal by number. `before`: what windows said in the week before
    it. `switches`: since that week until now, every change of what windows serve, and of the configuration.
    `windows`: number by id, `skills`: by account; both also of retired ones. `own`: what is a window's own
    work whenever it serves it, by its id.
    """

    tickets: Sequence[Row[Any]]
    steps: Sequence[Row[Any]]
    calls: Mapping[int, Row[Any]]
    events: Sequence[Row[Any]]
    before: Sequence[Row[Any]]
    switches: Sequence[Row[Any]]
    windows: Mapping[int, int]
    skills: Mapping[int, Any]
    own: Mapping[int, frozenset[int]]


def past_day(connection: Connection, hall_id: int, day: date, begins: datetime, ends: datetime) -> Past:
    """The rows of business day `day`, which lasted from `begins` until `ends` (midnights by the hall's
    clock).
    """
    whose = {"hall": hall_id, "day": day}
    first, end = _first_since(connection, hall_id, begins), _first_since(connection, hall_id, ends)
    back = _first_since(connection, hall_id, begins - LOOK_BACK)

    def rows(statement: Any, **values: Any) -> list[Row[Any]]:
        return list(connection.execute(statement, {"hall": hall_id, **values}))

    return Past(
        tickets=list(connection.execute(_TICKETS, whose)),
        steps=list(connection.execute(_STEPS, whose)),
        calls=_calls(connection, whose),
        events=rows(_BETWEEN, first=first, end=end),
        before=rows(_WINDOWS_BETWEEN, first=back, end=first),
        switches=rows(_CHANGED, first=back),
        windows=_by_id(connection, windows, windows.c.number, hall_id),
        skills=_by_id(connection, accounts, accounts.c.skills, hall_id),
        own=_own(connection, hall_id),
    )


def _calls(connection: Connection, whose: Mapping[str, Any]) -> dict[int, Row[Any]]:
    rows: list[Row[Any]] = list(connection.execute(_CALLS, whose))
    return {row.id: row for row in rows}


def _own(connection: Connection, hall_id: int) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for window_id, business_id in connection.execute(_OWN, {"hall": hall_id}):
        found.setdefault(window_id, set()).add(business_id)
    return {window_id: frozenset(those) for window_id, those in found.items()}


def _by_id(connection: Connection, table: Any, column: Any, hall_id: int) -> dict[int, Any]:
    found = connection.execute(select(table.c.id, column).where(table.c.hall_id == hall_id))
    return {row[0]: row[1] for row in found}


def _first_since(connection: Connection, hall_id: int, moment: datetime) -> int:
    """The number of the first event at or after a moment; one above the last where there is none."""
    found = [connection.execute(one, {"hall": hall_id}).scalar_one() for one in _ENDS]
    ends = [end for end in found if end is not None]
    if not ends:
        return 0
    low, high = min(ends), max(ends) + 1
    while low < high:
        middle = (low + high) // 2
        if connection.execute(_AT, {"hall": hall_id, "seq": middle}).scalar_one() < moment:
            low = middle + 1
        else:
            high = middle
    return int(low)
