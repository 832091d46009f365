"""Call the next visitor, call again, and call an arrival to a window that stands ready.

The choice is hall/rules/dispatcher.py's; here its ingredients are read and the chosen step is claimed, with
the reason stored beside it, in one transaction. Whoever loses the claim (another server process was first)
chooses again from what is left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, update
from sqlalchemy.exc import IntegrityError

from hall.actions.after_ticket import carry_out
from hall.actions.standing import Outcome, find_step, leave, stand_at
from hall.events import TicketCalled, TicketRecalled, WindowReady
from hall.records import desks, visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.desks import OpenDesk, Standing
from hall.records.prepared import Prepared
from hall.records.tables import windows
from hall.rules import dispatcher
from hall.rules.dispatcher import Asker, Choice, Head, ReadyWindow, Rule
from hall.rules.errors import NotWaitingForYou, WindowBusy, WindowNotOpen
from hall.rules.tickets import State, Verb, VisitorClass, check_recall, transition

_SET_READY = Prepared(update(windows).where(windows.c.id == bindparam("the_window")))


def call_next(tx: Tx, book: Book, number: int, chosen_ticket: int | None = None) -> Outcome:
    """Calls the next visitor to window `number` for the clerk of this transaction.

    It leaves no ticket there when nobody waits: with auto-call on, the window then stands ready and the next
    arrival comes to it; also when the window was to close after the ticket before.
    `chosen_ticket` calls that one instead, which must be waiting for this window. Raises NotYourWindow,
    WindowNotOpen, WindowBusy, NotWaitingForYou.
    """
    standing = stand_at(tx, book, number)
    if standing.desk.state != "open":
        raise WindowNotOpen(window=number)
    if standing.step is not None:
        raise WindowBusy(window=number, label=standing.step.label)
    if standing.desk.move_waits:  # decided while a ticket was here; nobody more is called as before
        book = carry_out(tx, book, standing.desk.id)
        standing = desks.standing(tx.connection, standing.desk.id)
        if standing.desk.state != "open":
            return leave(tx, standing.desk)
    while True:
        choice = (
            _chosen(tx, book, standing, chosen_ticket)
            if chosen_ticket
            else _choose(tx, book, standing.desk.id, standing.desk.skills)
        )
        if choice is None:
            return _stand_ready(tx, book, standing)
        called = put_call(tx, book, choice, standing.desk, State.WAITING)
        if called is not None:
            return leave(tx, standing.desk._replace(ready_since=None), called)
        tx.remembered.forget()


def recall(tx: Tx, book: Book, number: int) -> None:
    """Calls the called visitor once more. Raises NotYourWindow, NoOpenTicket, WrongState, RecallsUsedUp."""
    step = stand_at(tx, book, number).open_step()
    transition(Verb.RECALL, State(step.state), step.label)
    check_recall(step.recalls, book.rules.recalls)
    visits.claim(
        tx.connection, step.id, State.CALLED, {"latest_call_at": tx.now, "recalls": step.recalls + 1}
    )
    window = book.window(number)
    call_id = visits.latest_call_id(tx.connection, step.id) or 0
    tx.record(
        TicketRecalled(
            step.ticket_id,
            step.label,
            book.businesses[step.business_id].code,
            number,
            book.zones[window.zone_id].code,
            call_id,
            step.recalls + 1,
        )
    )


def call_arrival(
    tx: Tx,
    book: Book,
    arrival: Head,
    open_desks: Sequence[OpenDesk],
    pinned_window_id: int | None = None,
) -> int | None:
    """Calls a newly waiting step to a window that stands ready for it, if there is one; returns the window's
    number.

    Whoever else waits for such a window by now, because it was given another business or a booked time has
    come, is measured with the arrival and goes first if the rule says so.
    """
    if not book.rules.auto_call or arrival.queued_at > tx.comes_at:
        return None
    ready = [
        ReadyWindow(
            one.id,
            one.ready_since,
            len(desks.callable_businesses(book, one.id, one.skills)),
            book.askers[one.id].elderly_window,
            book.askers[one.id].first_classes,
        )
        for one in open_desks
        if one.ready_since is not None and pinned_window_id in (None, one.id)
    ]
    while (window := dispatcher.choose_window(arrival.visitor_class, ready)) is not None:
        ready.remove(window)
        desk = next(one for one in open_desks if one.id == window.window_id)
        choice = _choose(tx, book, desk.id, desk.skills)
        if choice is None:
            continue
        called = put_call(tx, book, choice, desk, State.WAITING)
        if called is not None and choice.head.step_id == arrival.step_id:
            return book.windows[desk.id].number
    return None


def call_waiting(tx: Tx, book: Book, number: int) -> None:
    """Calls whoever waits for a window that stands ready and may now call something else than before."""
    desk = desks.desk(tx.connection, book.window(number).id)
    if not book.rules.auto_call or desk.ready_since is None:
        return
    choice = _choose(tx, book, desk.id, desk.skills)
    if choice is not None:
        put_call(tx, book, choice, desk, State.WAITING)


def put_call(tx: Tx, book: Book, choice: Choice, desk: Row[Any] | OpenDesk, expected: State) -> Any:
    """Claims the chosen step for the window, stores why, and records the call; the step as it then is (with
    what visits.STEP_COLUMNS names). None when somebody else had it first.

    Raises WindowBusy when the window already holds an open ticket (its unique index).
    """
    window, head = book.windows[desk.id], choice.head
    after = transition(Verb.RESUME if expected is State.HELD else Verb.CALL, expected, head.label)
    call = {
        "hall_id": book.id,
        "step_id": head.step_id,
        "ticket_id": head.ticket_id,
        "window_id": desk.id,
        "clerk_id": desk.clerk_id,
        "called_at": tx.now,
        "rule": choice.rule.value,
        "tier": choice.tier,
        "ratio": choice.ratio,
        "waited_seconds": choice.waited_seconds,
        "overtook": choice.overtook,
    }
    try:
        claimed = visits.claim_and_call(tx.connection, expected, after, call)
    except IntegrityError as error:
        raise WindowBusy(window=window.number, label="") from error
    if claimed is None:
        return None
    step, call_id = claimed
    if desk.ready_since is not None:
        _set_ready(tx, desk.id, None)
    tx.record(
        TicketCalled(
            head.ticket_id,
            head.label,
            book.businesses[head.business_id].code,
            window.number,
            book.zones[window.zone_id].code,
            call_id,
            head.visitor_class.value,
            head.queued_at,
            True if expected is State.HELD else None,
        )
    )
    return desks.step_of(step, head.label)


def asker_at(book: Book, window_id: int) -> Asker:
    """A window as the dispatcher sees it. The clerk's desk asks for the same when it shows who comes next."""
    return book.askers[window_id]


def _choose(tx: Tx, book: Book, window_id: int, skills: str | Sequence[str] | None) -> Choice | None:
    allowed = desks.callable_businesses(book, window_id, skills)
    heads = [
        head
        for head in tx.remembered.heads(tx.connection, book, window_id, allowed, book.day(tx.now))
        if head.pinned or head.queued_at <= tx.comes_at
    ]
    return dispatcher.choose(heads, asker_at(book, window_id), book.references, book.guarantee, tx.now)


def _chosen(tx: Tx, book: Book, standing: Standing, ticket_id: int) -> Choice:
    step = find_step(tx, book, ticket_id)
    transition(Verb.CALL, State(step.state), step.label)
    allowed = desks.callable_businesses(book, standing.desk.id, standing.desk.skills)
    if step.business_id not in allowed or step.pinned_window_id not in (None, standing.desk.id):
        raise NotWaitingForYou(label=step.label)
    head = Head(
        step.id,
        step.ticket_id,
        step.label,
        step.business_id,
        VisitorClass(step.visitor_class),
        step.queued_at,
        step.rank,
    )
    return dispatcher.choice_of(head, Rule.CHOSEN, book.references, book.guarantee, tx.now)


def _stand_ready(tx: Tx, book: Book, standing: Standing) -> Outcome:
    if not book.rules.auto_call or standing.desk.ready_since is not None:
        return Outcome(standing.desk)
    _set_ready(tx, standing.desk.id, tx.now)
    tx.record(WindowReady(standing.desk.number))
    return leave(tx, standing.desk._replace(ready_since=tx.now))


def _set_ready(tx: Tx, window_id: int, since: datetime | None) -> None:
    _SET_READY.run(tx.connection, {"the_window": window_id, "ready_since": since})
