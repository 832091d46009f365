"""What taking a number reads and writes, in two journeys to PostgreSQL: the number with a look at the line,
and the ticket with its first step. SQLite, which makes no journeys and knows no INSERT inside another
statement, is asked one by one. For hall/actions/issue.py.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, true

from hall.records import numbers, queue
from hall.records.book import Book, Business
from hall.records.prepared import Prepared
from hall.records.tables import steps, tickets
from hall.rules.tickets import Place

TICKET = (
    "hall_id",
    "business_day",
    "prefix",
    "number",
    "label",
    "business_id",
    "visitor_class",
    "class_reason",
    "source",
    "device_id",
    "issued_by_id",
    "secret",
    "identity_key",
    "identity_mask",
    "booked_at",
    "arrived_at",
    "language",
    "ahead_at_issue",
    "low_minutes",
    "high_minutes",
)
STEP = (
    "hall_id",
    "position",
    "business_day",
    "business_id",
    "visitor_class",
    "state",
    "queued_at",
    "rank",
    "pinned_window_id",
    "entered_at",
    "recalls",
    "returns",
    "note",
)
"""What is known of a ticket and of a step when they are made."""

_counted = numbers.counted.cte("counted")
_COUNT_AND_LOOK = Prepared(
    select(_counted.c.last_number, queue.counted_ahead.scalar_subquery().label("ahead"))
)
_ADD_TICKET, _ADD_STEP = (Prepared(insert(table).returning(table.c.id)) for table in (tickets, steps))
_ticket = (
    insert(tickets)
    .values({name: bindparam(name, type_=tickets.c[name].type) for name in TICKET})
    .returning(tickets.c.id)
    .cte("ticket")
)
_step = (
    insert(steps)
    .from_select(
        ("ticket_id", *STEP),
        select(_ticket.c.id, *(bindparam(name, type_=steps.c[name].type) for name in STEP)),
        include_defaults=False,
    )
    .returning(steps.c.id)
    .cte("step")
)
_ADD_BOTH = Prepared(
    select(_ticket.c.id, _step.c.id.label("step_id")).select_from(_ticket.join(_step, true()))
)


def count_and_look(
    connection: Connection, book: Book, business: Business, day: date, place: Place, step_id: int
) -> tuple[int, int]:
    """Takes the next number of a business's prefix, and looks how many stand before this place."""
    if connection.dialect.name == "postgresql":
        counting = numbers.count_values(book.id, day, business.prefix)
        looking = queue.place_values(business.id, day, place, step_id)
        row = _COUNT_AND_LOOK.first(connection, {**counting, **looking})
        return int(row.last_number), int(row.ahead)
    number = numbers.count_up(connection, book.id, day, business.prefix)
    return number, queue.ahead(connection, business.id, day, place, step_id)


def add_ticket(connection: Connection, ticket: Mapping[str, Any], step: Mapping[str, Any]) -> tuple[int, int]:
    """Stores a ticket and its first step, with the values that TICKET and STEP name; their ids."""
    if connection.dialect.name == "postgresql":
        both = _ADD_BOTH.first(connection, {**ticket, **step})
        return both.id, both.step_id
    ticket_id = int(_ADD_TICKET.scalar(connection, ticket))
    return ticket_id, add_step(connection, ticket_id, step)


def add_step(connection: Connection, ticket_id: int, step: Mapping[str, Any]) -> int:
    """Stores another step of a visit; its id."""
    return int(_ADD_STEP.scalar(connection, {"ticket_id": ticket_id, **step}))
