"""Rate a served visit (好差评, handbook 9): five grades, once, never filled in by default.

The rated clerk is told nothing about who rated. From the window's pad, the ticket's QR, or paper entered
later. A negative one opens a rectification.
"""

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from hall.actions import rectifications
from hall.events import TicketRated
from hall.records import visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import ratings
from hall.rules.errors import AlreadyRated, NotYetServed, UnknownTicket
from hall.rules.tally import NEGATIVE
from hall.rules.tickets import State

GRADES = range(1, 6)
"""1 非常不满意 … 5 非常满意; 1 and 2 are negative."""

LONGEST_COMMENT = 500


def rate(tx: Tx, book: Book, ticket_id: int, grade: int, comment: str | None, source: str) -> None:
    """Stores the one rating of a finished visit. Raises UnknownTicket, NotYetServed, AlreadyRated."""
    served = [one for one in visits.steps_of(tx.connection, ticket_id) if one.state == State.FINISHED]
    ticket = visits.ticket(tx.connection, book.id, ticket_id)
    if ticket is None:
        raise UnknownTicket(ticket=ticket_id)
    if not served:
        raise NotYetServed(label=ticket.label)
    step = served[-1]
    values = {
        "hall_id": book.id,
        "ticket_id": ticket_id,
        "step_id": step.id,
        "window_id": step.window_id,
        "clerk_id": step.clerk_id,
        "grade": grade,
        "comment": (comment or "").strip()[:LONGEST_COMMENT] or None,
        "source": source,
        "rated_at": tx.now,
    }
    if visits.rating_of(tx.connection, ticket_id) is not None:
        raise AlreadyRated(label=ticket.label)
    try:
        tx.connection.execute(insert(ratings), values)
    except IntegrityError as error:
        raise AlreadyRated(label=ticket.label) from error
    window = book.windows.get(step.window_id)
    business = book.businesses.get(step.business_id)  # retired since, perhaps
    code = business.code if business else ""
    due = None
    if grade <= NEGATIVE:
        about = {"ticket_id": ticket_id, "business_id": step.business_id}
        about |= {"window_id": step.window_id, "clerk_id": step.clerk_id}
        due = rectifications.for_rating(tx, book, ticket.business_day, about).isoformat()
    tx.record(TicketRated(ticket_id, ticket.label, code, window.number if window else 0, grade, due))
