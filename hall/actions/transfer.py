"""Send a visit on, take it out of the line, or change its class: the verbs that move a ticket between lines.

A transfer closes the present step as `transferred` and opens a new one elsewhere, so the hops of a visit are
its rows. The number stays.
"""

from dataclasses import dataclass

from sqlalchemy import update

from hall.actions.call import call_arrival
from hall.actions.issue import add_step
from hall.actions.serve import close_ticket, find_step, move
from hall.actions.standing import stand_at
from hall.events import TicketCancelled, TicketReclassified, TicketTransferred
from hall.records import desks, visits
from hall.records.book import Book, Business, Window
from hall.records.database import Tx
from hall.records.tables import steps, tickets
from hall.rules.dispatcher import Head
from hall.rules.errors import NobodyServes, NotAllowed, ReasonNeeded
from hall.rules.tickets import Place, State, Verb, VisitorClass, transition


@dataclass(frozen=True)
class Destination:
    """Where a visit goes: a business, a window (then only that window calls it), or both. `place`: keep |
    tail | None = hall's rule.
    """

    business: Business | None = None
    window: Window | None = None
    item_ids: tuple[int, ...] = ()
    place: str | None = None
    note: str | None = None


def transfer_from_window(tx: Tx, book: Book, number: int, destination: Destination) -> int:
    """Transfers the ticket at window `number`; returns its id. Raises what stand_at and transfer raise, and
    NoOpenTicket.
    """
    step = stand_at(tx, book, number).open_step()
    transfer(tx, book, step.ticket_id, destination, number)
    return int(step.ticket_id)


def transfer(
    tx: Tx, book: Book, ticket_id: int, destination: Destination, from_window: int | None = None
) -> None:
    """Closes the present step and lets the visit wait at its destination. Raises UnknownTicket, WrongState,
    NobodyServes.
    """
    step = find_step(tx, book, ticket_id)
    business = destination.business or book.businesses[step.business_id]
    target = destination.window
    if target is not None and business.id not in target.serves:
        raise NobodyServes(window=target.number, business=business.name)
    if target is None and not book.windows_of_business[business.id]:
        raise NobodyServes(window="", business=business.name)
    move(tx, step, Verb.TRANSFER, {"ended_at": tx.now})
    keep = (destination.place or book.rules.transfer_place) == "keep"
    place = Place(step.queued_at, step.rank) if keep else Place(tx.comes_at)
    visitor_class = VisitorClass(step.visitor_class)
    pinned = target.id if target else None
    position = max(one.position for one in visits.steps_of(tx.connection, ticket_id)) + 1
    new_step = add_step(
        tx,
        book,
        ticket_id,
        position,
        step.business_day,
        business,
        visitor_class,
        State.WAITING,
        place,
        pinned,
        destination.note,
    )
    visits.add_items(tx.connection, new_step, list(destination.item_ids))
    tx.record(
        TicketTransferred(
            ticket_id,
            step.label,
            book.businesses[step.business_id].code,
            business.code,
            visitor_class.value,
            place.queued_at,
            step.state,
            from_window,
            target.number if target else None,
            destination.note,
        )
    )
    arrival = Head(
        new_step,
        ticket_id,
        step.label,
        business.id,
        visitor_class,
        place.queued_at,
        place.rank,
        pinned is not None,
    )
    call_arrival(tx, book, arrival, desks.serving(tx.connection, book, business), pinned)


def cancel(tx: Tx, book: Book, ticket_id: int, reason: str | None) -> None:
    """The visitor gives up the number while waiting."""
    step = find_step(tx, book, ticket_id)
    move(tx, step, Verb.CANCEL, {"ended_at": tx.now})
    for planned in visits.steps_of(tx.connection, ticket_id):
        if planned.state == State.PLANNED:
            after = transition(Verb.CANCEL, State.PLANNED, step.label)
            visits.claim(tx.connection, planned.id, State.PLANNED, {"state": after.value, "ended_at": tx.now})
    close_ticket(tx, ticket_id)
    code = book.businesses[step.business_id].code
    tx.record(TicketCancelled(ticket_id, step.label, code, step.queued_at, reason))


def reclassify(tx: Tx, book: Book, ticket_id: int, visitor_class: VisitorClass, reason: str | None) -> None:
    """A guide marks a waiting visitor elderly or priority (or takes it back); the place in line stays the
    arrival.
    """
    if tx.actor_kind != "account":
        raise NotAllowed()
    if visitor_class is VisitorClass.PRIORITY and not (reason or "").strip():
        raise ReasonNeeded()
    step = find_step(tx, book, ticket_id)
    transition(Verb.RECLASSIFY, State(step.state), step.label)
    tx.connection.execute(
        update(steps).where(steps.c.id == step.id).values(visitor_class=visitor_class.value)
    )
    changes = {"visitor_class": visitor_class.value, "class_reason": reason}
    tx.connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(**changes))
    code = book.businesses[step.business_id].code
    tx.record(TicketReclassified(ticket_id, step.label, code, visitor_class.value, step.queued_at, reason))
