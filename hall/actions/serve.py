"""What a clerk does with the ticket at the window: start, finish, missed, hold, resume, and a missed
visitor's return.

Each verb: pass the guard (`stand_at`), ask rules/tickets.py for the next state, claim the step, record the
event. A lost claim means that somebody else changed the ticket first, so the state read was stale: the loser
gets WrongState with the state that now holds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, update

from hall.actions.call import call_arrival, put_call
from hall.actions.standing import AtWindow, Outcome, find_step, leave, stand_at
from hall.events import TicketFinished, TicketHeld, TicketMissed, TicketReturned, TicketStarted, TicketWaiting
from hall.records import desks, queue, visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.desks import Standing
from hall.records.prepared import Prepared
from hall.records.tables import steps, tickets
from hall.rules import dispatcher
from hall.rules import tickets as rules
from hall.rules.dispatcher import Head, Rule
from hall.rules.errors import NotYourTicket, WindowBusy, WindowNotOpen, WrongState
from hall.rules.tickets import Place, State, Verb, VisitorClass, transition

_OWN = Prepared(
    update(tickets)
    .where(tickets.c.id == bindparam("ticket"), tickets.c.owner_id.is_(None))
    .values(owner_id=bindparam("clerk"))
)


def start(tx: Tx, book: Book, number: int) -> Outcome:
    """The called visitor sits down. The first clerk who starts a visit owns it (first-contact
    responsibility).
    """
    standing = stand_at(tx, book, number)
    step = standing.open_step()
    move(tx, step, Verb.START, {"started_at": tx.now})
    _OWN.run(tx.connection, {"ticket": step.ticket_id, "clerk": tx.actor_id})
    tx.record(TicketStarted(step.ticket_id, step.label, book.businesses[step.business_id].code, number))
    return Outcome(standing.desk, AtWindow(step.ticket_id, step.label, State.SERVING))


def finish(tx: Tx, book: Book, number: int) -> int:
    """The step is done; the next planned step of the visit opens, or the visit is over. Returns the ticket's
    id.
    """
    step = stand_at(tx, book, number).open_step()
    move(tx, step, Verb.FINISH, {"ended_at": tx.now})
    go_on(tx, book, step, number)
    return step.ticket_id


def go_on(tx: Tx, book: Book, step: Row[Any], number: int, happened_at: datetime | None = None) -> None:
    """After a step was finished: the next planned one of the visit opens, or the visit is over."""
    following = next(
        (one for one in visits.steps_of(tx.connection, step.ticket_id) if one.state == State.PLANNED), None
    )
    business = book.businesses[step.business_id]
    tx.record(
        TicketFinished(step.ticket_id, step.label, business.code, number, following is None, happened_at)
    )
    if following is None:
        close_ticket(tx, step.ticket_id)
    else:
        _open_planned(tx, book, step, following)


def miss(tx: Tx, book: Book, number: int) -> Outcome:
    """The called visitor did not come, at least `missed_after_seconds` after the latest call."""
    standing = stand_at(tx, book, number)
    step = standing.open_step()
    transition(Verb.MISS, State(step.state), step.label)
    rules.check_missed(tx.now, step.latest_call_at, book.rules.missed_after_seconds)
    move(tx, step, Verb.MISS, {})
    tx.record(TicketMissed(step.ticket_id, step.label, book.businesses[step.business_id].code, number))
    return leave(tx, standing.desk)


def hold(tx: Tx, book: Book, number: int, note: str | None) -> Outcome:
    """The visitor steps aside (to copy a paper, say) and will be resumed at this window."""
    standing = stand_at(tx, book, number)
    step = standing.open_step()
    move(tx, step, Verb.HOLD, {"note": note} if note else {})
    tx.record(TicketHeld(step.ticket_id, step.label, book.businesses[step.business_id].code, number, note))
    return leave(tx, standing.desk)


def resume(tx: Tx, book: Book, number: int, ticket_id: int) -> None:
    """Calls a held visitor back to the window where they were held."""
    standing = _free_and_open(tx, book, number)
    step = find_step(tx, book, ticket_id)
    transition(Verb.RESUME, State(step.state), step.label)
    if step.window_id != standing.desk.id:
        raise NotYourTicket(label=step.label)
    head = Head(
        step.id, ticket_id, step.label, step.business_id, VisitorClass(step.visitor_class), step.queued_at
    )
    choice = dispatcher.choice_of(head, Rule.RESUMED, book.references, book.guarantee, tx.now)
    if put_call(tx, book, choice, standing.desk, State.HELD) is None:
        raise _changed(tx, step, Verb.RESUME)


def return_missed(tx: Tx, book: Book, ticket_id: int) -> None:
    """A missed visitor is back: in line behind the next few of the same business, once unless the hall says
    otherwise (handbook 4).
    """
    step = find_step(tx, book, ticket_id)
    after = transition(Verb.RETURN, State(step.state), step.label)
    behind = book.rules.missed_return_behind
    ahead = queue.next_places(tx.connection, step.business_id, step.business_day, behind or 1)
    policy, times = book.rules.missed_return, book.rules.missed_return_times
    place = rules.place_after_return(policy, behind, step.returns, ahead, tx.comes_at, times)
    rules.check_return(tx.now, step.latest_call_at, book.rules.missed_return_within_minutes)
    changes = {
        "state": after.value,
        "queued_at": place.queued_at,
        "rank": place.rank,
        "returns": step.returns + 1,
        "window_id": None,
        "clerk_id": None,
    }
    if not visits.claim(tx.connection, step.id, State.MISSED, changes):
        raise _changed(tx, step, Verb.RETURN)
    business = book.businesses[step.business_id]
    tx.record(TicketReturned(ticket_id, step.label, business.code, step.visitor_class, place.queued_at))
    arrival = Head(
        step.id,
        ticket_id,
        step.label,
        business.id,
        VisitorClass(step.visitor_class),
        place.queued_at,
        place.rank,
    )
    call_arrival(tx, book, arrival, desks.serving(tx.connection, book, business))


def move(tx: Tx, step: Row[Any], verb: Verb, changes: Mapping[str, Any]) -> None:
    """Takes a step through one transition; raises WrongState when the table or another asker forbids it."""
    before = State(step.state)
    after = transition(verb, before, step.label)
    if not visits.claim(tx.connection, step.id, before, {"state": after.value, **changes}):
        raise _changed(tx, step, verb)


def close_ticket(tx: Tx, ticket_id: int) -> None:
    """The visit is over: the person may take another number for the same business, and the ticket may be
    rated.
    """
    tx.connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(closed_at=tx.now))


def _free_and_open(tx: Tx, book: Book, number: int) -> Standing:
    standing = stand_at(tx, book, number)
    if standing.desk.state != "open":
        raise WindowNotOpen(window=number)
    if standing.step is not None:
        raise WindowBusy(window=number, label=standing.step.label)
    return standing


def _open_planned(tx: Tx, book: Book, done: Row[Any], following: Row[Any]) -> None:
    """A visit's next step waits with the visit's original arrival: changing windows costs the visitor
    nothing.
    """
    place = Place(done.queued_at, done.rank)
    changes = {
        "state": State.WAITING.value,
        "queued_at": place.queued_at,
        "rank": place.rank,
        "entered_at": tx.now,
    }
    visits.claim(tx.connection, following.id, State.PLANNED, changes)
    business = book.businesses[following.business_id]
    visitor_class = VisitorClass(following.visitor_class)
    tx.record(TicketWaiting(done.ticket_id, done.label, business.code, visitor_class.value, place.queued_at))
    arrival = Head(
        following.id, done.ticket_id, done.label, business.id, visitor_class, place.queued_at, place.rank
    )
    call_arrival(tx, book, arrival, desks.serving(tx.connection, book, business))


def _changed(tx: Tx, step: Row[Any], verb: Verb) -> WrongState:
    now_is = tx.connection.execute(steps.select().where(steps.c.id == step.id)).one()
    return WrongState(label=step.label, state=now_is.state, verb=verb.value)
