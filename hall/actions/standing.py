"""A clerk standing at a window, and the step that a ticket is in: what every verb looks at first. And how a
verb leaves the window.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row

from hall.records import desks, visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.desks import Standing
from hall.rules.errors import NobodySignedIn, NotYourWindow, UnknownTicket
from hall.rules.tickets import State

LEFT_OPEN = (State.WAITING, State.MISSED, State.HELD)
"""States in which a ticket that nobody is serving may be when its day ends."""


class AtWindow(NamedTuple):
    """The ticket that a window holds."""

    id: int
    label: str
    state: State


@dataclass(frozen=True)
class Outcome:
    """A window as a verb leaves it: its live row, and the ticket at it, if any."""

    desk: Any
    ticket: AtWindow | None = None


def outcome_at(tx: Tx, book: Book, number: int) -> Outcome:
    """How a window stands now; for verbs that cannot say what they left."""
    here = desks.standing(tx.connection, book.window(number).id)
    step = here.step
    return Outcome(
        here.desk, AtWindow(step.ticket_id, step.label, State(step.state)) if step is not None else None
    )


def leave(tx: Tx, desk: Any, step: Any = None) -> Outcome:
    """How a verb leaves the window, with that step at it or none: answered, and remembered for the next verb.
    After the verb's event was recorded.
    """
    tx.remembered.stands(Standing(desk, step))
    return Outcome(
        desk, AtWindow(step.ticket_id, step.label, State(step.state)) if step is not None else None
    )


def find_step(tx: Tx, book: Book, ticket_id: int) -> Row[Any]:
    """The step a ticket is in. Raises UnknownTicket, also for one that an earlier day left open: it is over,
    though only the day's first number writes that down.
    """
    step = visits.current_step(tx.connection, book.id, ticket_id)
    if step is None:
        raise UnknownTicket(ticket=ticket_id)
    if step.business_day < book.day(tx.now) and step.state in LEFT_OPEN:
        raise UnknownTicket(ticket=step.label)
    return step


def stand_at(tx: Tx, book: Book, number: int) -> Standing:
    """Makes sure the clerk of this transaction is the one signed in at window `number`.

    Raises UnknownWindow, NobodySignedIn, NotYourWindow.
    """
    standing = tx.remembered.standing(tx.connection, book, number)
    if standing.desk.clerk_id is None:
        raise NobodySignedIn(window=number)
    if tx.actor_kind != "account" or standing.desk.clerk_id != tx.actor_id:
        raise NotYourWindow(window=number)
    return standing
