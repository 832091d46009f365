"""What the journal and the calls keep of one number and of those called before it; hall/screens/before.py
reads it back.

Everything is found by the journal's own numbers, so that what happened in one moment keeps its order.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from hall.records.journal import every_event
from hall.records.tables import accounts, calls, steps, tickets, windows

CALLED = "ticket_called"

_HISTORY = (
    select(every_event.c.seq, every_event.c.at, every_event.c.type, every_event.c.data)
    .where(every_event.c.hall_id == bindparam("hall"), every_event.c.ticket_id == bindparam("ticket"))
    .order_by(every_event.c.seq)
)
_CALLED_BETWEEN = (
    select(every_event.c.seq, every_event.c.at, every_event.c.ticket_id, every_event.c.data)
    .where(
        every_event.c.hall_id == bindparam("hall"),
        every_event.c.seq > bindparam("after"),
        every_event.c.seq < bindparam("before"),
        every_event.c.type == CALLED,
        or_(
            every_event.c.data["business"].as_string() == bindparam("business"),
            every_event.c.data["window"].as_integer().in_(bindparam("windows", expanding=True)),
        ),
    )
    .order_by(every_event.c.seq.desc())
    .limit(bindparam("most"))
)
_STORED = (
    select(
        calls,
        tickets.c.label,
        steps.c.business_id,
        steps.c.queued_at,
        steps.c.rank,
        windows.c.number.label("window_number"),
        accounts.c.skills,
    )
    .join(steps, steps.c.id == calls.c.step_id)
    .join(tickets, tickets.c.id == calls.c.ticket_id)
    .join(windows, windows.c.id == calls.c.window_id)
    .join(accounts, accounts.c.id == calls.c.clerk_id)
    .where(calls.c.hall_id == bindparam("hall"), calls.c.id.in_(bindparam("wanted", expanding=True)))
)


def history(connection: Connection, hall_id: int, ticket_id: int) -> list[Row[Any]]:
    """Everything the journal holds of a ticket, in order: seq, at, type, data."""
    return list(connection.execute(_HISTORY, {"hall": hall_id, "ticket": ticket_id}))


def called_between(
    connection: Connection,
    hall_id: int,
    after: int,
    before: int,
    business: str,
    windows: Iterable[int],
    most: int,
) -> list[Row[Any]]:
    """The calls between two journal numbers that were of this business or at one of these windows (by code
    and number), the latest first, `most` of them at most.
    """
    values = {
        "hall": hall_id,
        "after": after,
        "before": before,
        "business": business,
        "windows": list(windows),
        "most": most,
    }
    return list(connection.execute(_CALLED_BETWEEN, values))


def stored(connection: Connection, hall_id: int, wanted: Iterable[int]) -> dict[int, Row[Any]]:
    """These calls by id, each with its reason, its step's place, its window's number and its clerk's
    skills.
    """
    rows = connection.execute(_STORED, {"hall": hall_id, "wanted": list(wanted)})
    return {row.id: row for row in rows}
