"""The end of a business day: what still waits, was missed or is held expires.

No job has to run for it. The first number of a new day sweeps the days before; until then old tickets are
invisible, because every query of the line asks for today's.
"""

from datetime import date

from sqlalchemy import bindparam, select, update

from hall.events import TicketExpired
from hall.records import once
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import steps, tickets
from hall.records.types import constant
from hall.rules.tickets import State, Verb, transition

_LEFT_OPEN = (
    select(steps.c.id, steps.c.ticket_id, steps.c.state, steps.c.business_id, tickets.c.label)
    .join(tickets, tickets.c.id == steps.c.ticket_id)
    .where(
        steps.c.hall_id == bindparam("hall"),
        steps.c.business_day < bindparam("day"),
        steps.c.ended_at.is_(None),  # what its index says, so that no past day is looked at
        steps.c.state.in_(
            [constant(one) for one in (State.PLANNED, State.WAITING, State.MISSED, State.HELD)]
        ),
    )
    .order_by(steps.c.id)
)


def expire_past_days(tx: Tx, book: Book, day: date) -> int:
    """Expires what earlier days left open, and forgets old Idempotency-Keys; returns how many steps."""
    once.forget_old(tx.connection, tx.now)
    return _expire(tx, book, day)


def close_day(tx: Tx, book: Book, day: date) -> int:
    """A manager closes the hall: everything of `day` that is not at a window expires; returns how
    many steps.
    """
    return _expire(tx, book, date.fromordinal(day.toordinal() + 1))


def _expire(tx: Tx, book: Book, before: date) -> int:
    rows = tx.connection.execute(_LEFT_OPEN, {"hall": book.id, "day": before}).all()
    for row in rows:
        after = transition(Verb.EXPIRE, State(row.state), row.label)
        tx.connection.execute(
            update(steps).where(steps.c.id == row.id).values(state=after.value, ended_at=tx.now)
        )
        tx.connection.execute(update(tickets).where(tickets.c.id == row.ticket_id).values(closed_at=tx.now))
        business = book.businesses.get(row.business_id)
        tx.record(TicketExpired(row.ticket_id, row.label, business.code if business else "", row.state))
    return len(rows)
