"""Lists of steps for screens: what is at the windows, what waits next, what is held or missed, the day's
latest calls and figures.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, select

from hall.records.tables import calls, steps, tickets
from hall.records.types import constant
from hall.rules.dispatcher import Rule
from hall.rules.tickets import AT_A_WINDOW, State

_with_label = select(steps, tickets.c.label).join(tickets, tickets.c.id == steps.c.ticket_id)
_AT_WINDOWS = _with_label.where(
    steps.c.hall_id == bindparam("hall"),
    steps.c.business_day >= bindparam("day"),
    steps.c.state.in_([one.value for one in AT_A_WINDOW]),
)
_ASIDE = _with_label.where(
    steps.c.window_id == bindparam("window"),
    steps.c.business_day == bindparam("day"),
    steps.c.state.in_([State.HELD.value, State.MISSED.value]),
).order_by(steps.c.latest_call_at.desc(), steps.c.id.desc())
_order = (steps.c.queued_at, steps.c.rank, steps.c.id)
_first = (
    select(steps.c.id)
    .where(
        steps.c.hall_id == bindparam("hall"),
        steps.c.business_day == bindparam("day"),
        steps.c.state == State.WAITING.value,
        steps.c.business_id.in_(bindparam("businesses", expanding=True)),
        steps.c.pinned_window_id.is_(None) | (steps.c.pinned_window_id == bindparam("window")),
    )
    .order_by(*_order)
    .limit(bindparam("most"))
    .subquery("first")
)  # who they are before what is on their tickets: of everybody else that waits no ticket is looked up
_NEXT = _with_label.join(_first, _first.c.id == steps.c.id).order_by(*_order)
_LATEST_CALLS = (
    select(
        calls.c.id.label("call_id"),
        calls.c.window_id,
        calls.c.called_at,
        calls.c.step_id,
        tickets.c.label,
        tickets.c.language,
        steps.c.state,
        steps.c.recalls,
        steps.c.latest_call_at,
        steps.c.window_id.label("window_now"),
        steps.c.called_at.label("step_called_at"),
    )
    .join(tickets, tickets.c.id == calls.c.ticket_id)
    .join(steps, steps.c.id == calls.c.step_id)
    .where(
        calls.c.hall_id == bindparam("hall"),
        steps.c.hall_id == bindparam("hall"),  # the index of the day's steps begins with it
        steps.c.business_day == bindparam("day"),
        calls.c.rule != constant(Rule.PAPER.value),  # no board told it when it was made
    )
    .order_by(calls.c.id.desc())
    .limit(bindparam("most"))
)
_SOME_CALLS = _LATEST_CALLS.where(calls.c.id.in_(bindparam("wanted", expanding=True))).limit(None)
_SERVED_AT = select(func.count()).where(
    steps.c.window_id == bindparam("window"),
    steps.c.business_day == bindparam("day"),
    steps.c.state == State.FINISHED.value,
)

_SERVED_BY = select(func.count()).where(
    steps.c.hall_id == bindparam("hall"),
    steps.c.clerk_id == bindparam("clerk"),
    steps.c.business_day == bindparam("day"),
    steps.c.state == State.FINISHED.value,
)


def at_windows(connection: Connection, hall_id: int, day: date) -> dict[int, Row[Any]]:
    """The called or serving step of every occupied window, by window id."""
    rows = connection.execute(_AT_WINDOWS, {"hall": hall_id, "day": date.fromordinal(day.toordinal() - 1)})
    return {row.window_id: row for row in rows}


def set_aside(connection: Connection, window_id: int, day: date) -> list[Row[Any]]:
    """Tickets held or missed at a window today, the latest first."""
    return list(connection.execute(_ASIDE, {"window": window_id, "day": day}))


def next_waiting(
    connection: Connection, hall_id: int, window_id: int, day: date, businesses: Iterable[int], most: int
) -> list[Row[Any]]:
    """The longest waiting tickets of these businesses that this window may call."""
    values = {
        "hall": hall_id,
        "window": window_id,
        "day": day,
        "businesses": sorted(businesses),
        "most": most,
    }
    return list(connection.execute(_NEXT, values))


def latest_calls(connection: Connection, hall_id: int, day: date, most: int) -> list[Row[Any]]:
    """The day's latest calls, newest first, each with the present state of its step."""
    return list(connection.execute(_LATEST_CALLS, {"hall": hall_id, "day": day, "most": most}))


def some_calls(connection: Connection, hall_id: int, day: date, wanted: Iterable[int]) -> list[Row[Any]]:
    """These of the day's calls, each with the present state of its step."""
    values = {"hall": hall_id, "day": day, "wanted": list(wanted)}
    return list(connection.execute(_SOME_CALLS, values))


def served_at(connection: Connection, window_id: int, day: date) -> int:
    """How many steps were finished at a window today."""
    return connection.execute(_SERVED_AT, {"window": window_id, "day": day}).scalar_one()


def served_by(connection: Connection, hall_id: int, clerk_id: int, day: date) -> int:
    """How many steps a clerk finished today, at whichever windows."""
    return connection.execute(_SERVED_BY, {"hall": hall_id, "clerk": clerk_id, "day": day}).scalar_one()


def figures(connection: Connection, hall_id: int, day: date) -> dict[str, float]:
    """The day's figures: tickets taken, calls, served, missed, cancelled, waits and services in total
    seconds.
    """
    taken = connection.execute(
        select(func.count()).where(tickets.c.hall_id == hall_id, tickets.c.business_day == day)
    ).scalar_one()

    def count(state: State) -> Any:
        return func.sum(case((steps.c.state == state.value, 1), else_=0))

    row = connection.execute(
        select(
            count(State.FINISHED).label("served"),
            count(State.MISSED).label("missed"),
            count(State.CANCELLED).label("cancelled"),
            count(State.WAITING).label("waiting"),
        ).where(steps.c.hall_id == hall_id, steps.c.business_day == day)
    ).one()
    waited = connection.execute(
        select(func.count(), func.sum(calls.c.waited_seconds), func.max(calls.c.waited_seconds))
        .join(steps, steps.c.id == calls.c.step_id)
        .where(calls.c.hall_id == hall_id, steps.c.hall_id == hall_id, steps.c.business_day == day)
    ).one()
    return {
        "taken": taken,
        "served": row.served or 0,
        "missed": row.missed or 0,
        "cancelled": row.cancelled or 0,
        "waiting": row.waiting or 0,
        "calls": waited[0],
        "mean_wait_seconds": round((waited[1] or 0) / waited[0], 1) if waited[0] else 0.0,
        "longest_wait_seconds": round(waited[2] or 0),
    }
