"""The tickets that one person issued at the guide's desk, latest first."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from hall.records.tables import steps, tickets
from hall.rules.tickets import State

_PRESENT = (
    select(steps.c.ticket_id, func.max(steps.c.position).label("position"))
    .where(
        steps.c.state != State.PLANNED.value,
        steps.c.ticket_id.in_(bindparam("tickets", expanding=True)),
    )
    .group_by(steps.c.ticket_id)
    .subquery()
)
_STEPS = select(steps.c.ticket_id, steps.c.state, steps.c.visitor_class, steps.c.business_id).join(
    _PRESENT, (_PRESENT.c.ticket_id == steps.c.ticket_id) & (_PRESENT.c.position == steps.c.position)
)
_TICKETS = (
    select(tickets.c.id, tickets.c.label, tickets.c.arrived_at)
    .where(
        tickets.c.hall_id == bindparam("hall"),
        tickets.c.business_day == bindparam("day"),
        tickets.c.issued_by_id == bindparam("account"),
    )
    .order_by(tickets.c.id.desc())
    .limit(bindparam("most"))
)


def issued_by(
    connection: Connection, hall_id: int, day: date, account_id: int, most: int
) -> list[tuple[Row[Any], Row[Any]]]:
    """Today's tickets of one issuer with the step each is in now."""
    values = {"hall": hall_id, "day": day, "account": account_id, "most": most}
    rows: list[Row[Any]] = list(connection.execute(_TICKETS, values))
    present = connection.execute(_STEPS, {"tickets": [one.id for one in rows]}).all() if rows else []
    steps_by_ticket: dict[int, Any] = {one.ticket_id: one for one in present}
    return [(one, steps_by_ticket[one.id]) for one in rows if one.id in steps_by_ticket]
