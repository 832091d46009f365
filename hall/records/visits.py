"""Rows of tickets and their steps: finding them and claiming a step by compare-and-set.

`claim` is the only statement that changes a step's state: it succeeds for exactly one of several askers.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, insert, select, true, update

from hall.records.prepared import Prepared
from hall.records.tables import calls, ratings, step_items, steps, tickets
from hall.rules.tickets import CLOSED, State

AnyRow = Row[Any]

STEP_COLUMNS: tuple[Any, ...] = (
    steps.c.id,
    steps.c.ticket_id,
    steps.c.business_day,
    steps.c.business_id,
    steps.c.visitor_class,
    steps.c.state,
    steps.c.queued_at,
    steps.c.rank,
    steps.c.pinned_window_id,
    steps.c.window_id,
    steps.c.latest_call_at,
    steps.c.started_at,
    steps.c.recalls,
    steps.c.returns,
    steps.c.note,
    tickets.c.label,
)
"""What the verbs look at: a step and its ticket's label. Each column costs every call a little."""

_step_with_ticket = select(*STEP_COLUMNS).join(tickets, tickets.c.id == steps.c.ticket_id)

_STEP = _step_with_ticket.where(steps.c.id == bindparam("step"), steps.c.hall_id == bindparam("hall"))
_CURRENT = (
    _step_with_ticket.where(
        steps.c.ticket_id == bindparam("ticket"),
        steps.c.hall_id == bindparam("hall"),
        steps.c.state != State.PLANNED.value,
    )
    .order_by(
        case((steps.c.state.in_([state.value for state in CLOSED]), 1), else_=0),
        steps.c.entered_at.desc(),
        steps.c.position.desc(),
    )
    .limit(1)
)
_TICKET = select(tickets).where(tickets.c.id == bindparam("ticket"), tickets.c.hall_id == bindparam("hall"))
_BY_SECRET = select(tickets).where(
    tickets.c.secret == bindparam("secret"), tickets.c.hall_id == bindparam("hall")
)
_BY_LABEL = select(tickets).where(
    tickets.c.hall_id == bindparam("hall"),
    tickets.c.business_day == bindparam("day"),
    tickets.c.prefix == bindparam("prefix"),
    tickets.c.number == bindparam("number"),
)
_STEPS_OF = select(steps).where(steps.c.ticket_id == bindparam("ticket")).order_by(steps.c.position)
_ITEMS_OF = (
    select(step_items.c.item_id)
    .where(step_items.c.step_id == bindparam("step"))
    .order_by(step_items.c.item_id)
)
_CALLS_OF = select(calls).where(calls.c.ticket_id == bindparam("ticket")).order_by(calls.c.id)
_RATING_OF = select(ratings).where(ratings.c.ticket_id == bindparam("ticket"))
_CLAIM = Prepared(
    update(steps).where(steps.c.id == bindparam("claimed_step"), steps.c.state == bindparam("expected_state"))
)
_claim_for_call = (
    update(steps)
    .where(steps.c.id == bindparam("the_step"), steps.c.state == bindparam("expected_state"))
    .values(
        state=bindparam("state"),
        window_id=bindparam("window_id"),
        clerk_id=bindparam("clerk_id"),
        called_at=bindparam("called_at"),
        latest_call_at=bindparam("called_at"),
        recalls=0,
    )
    .returning(*(column for column in STEP_COLUMNS if column.table is steps))
)
_CALL_NAMES = (
    "hall_id",
    "step_id",
    "ticket_id",
    "window_id",
    "clerk_id",
    "called_at",
    "rule",
    "tier",
    "ratio",
    "waited_seconds",
    "overtook",
)
_CLAIM_NAMES = ("the_step", "expected_state", "state", "window_id", "clerk_id", "called_at")
_CLAIM_FOR_CALL, _ADD_CALL = Prepared(_claim_for_call), Prepared(insert(calls).returning(calls.c.id))
_claimed = _claim_for_call.cte("claimed")
_called = (
    insert(calls)
    .from_select(
        _CALL_NAMES,
        select(*(bindparam(name, type_=calls.c[name].type) for name in _CALL_NAMES)).select_from(_claimed),
    )
    .returning(calls.c.id)
    .cte("called")
)
_CLAIM_AND_CALL = Prepared(
    select(*_claimed.c, _called.c.id.label("call_id")).select_from(_claimed.join(_called, true()))
)
"""Both in one journey; SQLite, which makes none, knows no INSERT inside another statement."""
_LATEST_CALL = (
    select(calls.c.id).where(calls.c.step_id == bindparam("step")).order_by(calls.c.id.desc()).limit(1)
)


def step(connection: Connection, hall_id: int, step_id: int) -> AnyRow | None:
    return connection.execute(_STEP, {"step": step_id, "hall": hall_id}).first()


def current_step(connection: Connection, hall_id: int, ticket_id: int) -> AnyRow | None:
    """The step a ticket is in: the open one that is not merely planned, else the one entered last.

    Not the last by position: a visit sent elsewhere before its second step has its newest hop behind that.
    """
    return connection.execute(_CURRENT, {"ticket": ticket_id, "hall": hall_id}).first()


def ticket(connection: Connection, hall_id: int, ticket_id: int) -> AnyRow | None:
    return connection.execute(_TICKET, {"ticket": ticket_id, "hall": hall_id}).first()


def ticket_by_secret(connection: Connection, hall_id: int, secret: str) -> AnyRow | None:
    return connection.execute(_BY_SECRET, {"secret": secret, "hall": hall_id}).first()


def ticket_by_label(connection: Connection, hall_id: int, day: date, label: str) -> AnyRow | None:
    """Today's ticket by what is printed on it, e.g. "A001"."""
    named = number_of(label)
    if named is None:
        return None
    return connection.execute(
        _BY_LABEL, {"hall": hall_id, "day": day, "prefix": named[0], "number": named[1]}
    ).first()


def number_of(label: str) -> tuple[str, int] | None:
    """Prefix and number of what is printed on a ticket: letters, then digits. None for anything else."""
    clean = label.strip().upper()
    prefix = clean.rstrip("0123456789")
    digits = clean[len(prefix) :]
    if not prefix or not digits.isascii() or not digits or len(digits) > 6:
        return None
    return prefix, int(digits)


def steps_of(connection: Connection, ticket_id: int) -> list[AnyRow]:
    return list(connection.execute(_STEPS_OF, {"ticket": ticket_id}))


def items_of(connection: Connection, step_id: int) -> list[int]:
    return list(connection.execute(_ITEMS_OF, {"step": step_id}).scalars())


def calls_of(connection: Connection, ticket_id: int) -> list[AnyRow]:
    return list(connection.execute(_CALLS_OF, {"ticket": ticket_id}))


def latest_call_id(connection: Connection, step_id: int) -> int | None:
    return connection.execute(_LATEST_CALL, {"step": step_id}).scalar()


def rating_of(connection: Connection, ticket_id: int) -> AnyRow | None:
    return connection.execute(_RATING_OF, {"ticket": ticket_id}).first()


def claim(connection: Connection, step_id: int, expected: State, changes: Mapping[str, Any]) -> bool:
    """Changes the step only if it is still in `expected`; False when somebody else was first."""
    values = {"claimed_step": step_id, "expected_state": expected.value, **changes}
    return _CLAIM.run(connection, values) == 1


def claim_and_call(
    connection: Connection, expected: State, after: State, call: Mapping[str, Any]
) -> tuple[Any, int] | None:
    """Claims a step, which is still in `expected`, for the window of a `call` and stores that call, by the
    names of its columns; the step as it then is, by those of STEP_COLUMNS without the label, and the call's
    id. None when somebody else was first.
    """
    values = {**call, "the_step": call["step_id"], "expected_state": expected.value, "state": after.value}
    if connection.dialect.name == "postgresql":
        both = _CLAIM_AND_CALL.first(connection, values)
        return (both, both.call_id) if both is not None else None
    step = _CLAIM_FOR_CALL.first(connection, {name: values[name] for name in _CLAIM_NAMES})
    return (step, _ADD_CALL.scalar(connection, call)) if step is not None else None


def add_items(connection: Connection, step_id: int, item_ids: list[int]) -> None:
    if item_ids:
        connection.execute(
            insert(step_items),
            [{"step_id": step_id, "item_id": item_id} for item_id in dict.fromkeys(item_ids)],
        )
