"""Calls that clerks made on paper while the server was away, entered afterwards with their times.

Each is one visitor: whom the clerk called, when they sat down, how it ended. It is applied in one claim
where the hall's state still allows it; otherwise it is kept with the reason, for people to see, and changes
nothing. One whose number no kiosk has handed in yet waits for it (hand_in.py calls `settle`). The entry's
key makes a repetition nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from hall.actions import serve
from hall.events import PaperCallKept, TicketCalled, TicketMissed, TicketStarted
from hall.records import desks, visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import calls, paper_calls, tickets
from hall.rules import dispatcher
from hall.rules.dispatcher import Head, Rule
from hall.rules.errors import (
    ElsewhereMeanwhile,
    NotYourWindow,
    Refusal,
    UnknownTicket,
    WindowBusy,
    WrongState,
)
from hall.rules.leases import in_order, still_to_do
from hall.rules.tickets import AT_A_WINDOW, State, Verb, VisitorClass

DONE, WAITING, CONFLICT = "done", "waiting", "conflict"

_KNOWN = select(paper_calls).where(
    paper_calls.c.hall_id == bindparam("hall"), paper_calls.c.key == bindparam("key")
)
_WAITING = (
    select(paper_calls)
    .where(
        paper_calls.c.hall_id == bindparam("hall"),
        paper_calls.c.business_day == bindparam("day"),
        paper_calls.c.label == bindparam("label"),
        paper_calls.c.state == WAITING,
    )
    .order_by(paper_calls.c.id)
)
_ADD = insert(paper_calls).returning(paper_calls.c.id)
_ADD_CALL = insert(calls).returning(calls.c.id)


@dataclass(frozen=True)
class OnPaper:
    """One visitor of a paper list. `outcome` is how it ended, or how it stands: called, serving, finished or
    missed; `ended_at` when, for the latter two.
    """

    key: str
    label: str
    outcome: State
    called_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Entered:
    """What became of an entry: done; waiting for its number; or a conflict. `why` and `params` are those of
    the refusal.
    """

    key: str
    state: str
    why: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def enter(tx: Tx, book: Book, number: int, entry: OnPaper) -> Entered:
    """Enters one call of window `number` in the name of the clerk of this transaction. Raises UnknownWindow;
    everything else that stands against it is an answer.
    """
    window = book.window(number)
    known = tx.connection.execute(_KNOWN, {"hall": book.id, "key": entry.key}).first()
    if known is not None and not _grew(known, entry):
        return Entered(entry.key, known.state, known.why, known.params or {})
    day = book.day(min(entry.called_at, tx.now))
    label = entry.label.strip().upper()
    ticket = visits.ticket_by_label(tx.connection, book.id, day, label)
    values = {
        "hall_id": book.id,
        "window_id": window.id,
        "clerk_id": tx.actor_id,
        "key": entry.key,
        "business_day": day,
        "label": ticket.label if ticket is not None else label,
        "outcome": entry.outcome.value,
        "called_at": entry.called_at,
        "started_at": entry.started_at,
        "ended_at": entry.ended_at,
        "entered_at": tx.now,
        "state": WAITING,
        "why": None,
        "params": None,
    }
    if known is None:
        row_id = tx.connection.execute(_ADD, values).scalar_one()
    else:
        row_id = known.id
        _change(tx, row_id, values)
    if ticket is None:
        return _keep(tx, book, row_id, WAITING, UnknownTicket(ticket=label))
    return _try(tx, book, row_id)


def settle(tx: Tx, book: Book, day: date, label: str) -> bool:
    """Applies what was entered for a number before it was handed in; says whether there was anything."""
    rows = tx.connection.execute(_WAITING, {"hall": book.id, "day": day, "label": label}).all()
    outcomes = [_try(tx, book, row.id).state for row in rows]
    return DONE in outcomes


def _grew(known: Row[Any], entry: OnPaper) -> bool:
    """Whether an entry tells more than when it came first: somebody was called then and is finished now."""
    return known.outcome != entry.outcome.value and known.outcome in (State.CALLED, State.SERVING)


def _try(tx: Tx, book: Book, row_id: int) -> Entered:
    """Applies one entry whose number is known, or keeps it with the reason."""
    row = tx.connection.execute(select(paper_calls).where(paper_calls.c.id == row_id)).one()
    try:
        ticket_id = _apply(tx, book, row)
    except Refusal as refusal:
        return _keep(tx, book, row_id, CONFLICT, refusal)
    _change(tx, row_id, {"state": DONE, "why": None, "params": None, "ticket_id": ticket_id})
    return Entered(row.key, DONE)


def _apply(tx: Tx, book: Book, row: Row[Any]) -> int:
    ticket = visits.ticket_by_label(tx.connection, book.id, row.business_day, row.label)
    step = visits.current_step(tx.connection, book.id, ticket.id) if ticket is not None else None
    if ticket is None or step is None or row.window_id not in book.windows:
        raise UnknownTicket(ticket=row.label)
    here, outcome = book.windows[row.window_id], State(row.outcome)
    before = State(step.state)
    if before is not State.WAITING and step.window_id not in (None, row.window_id):
        elsewhere = book.windows.get(step.window_id)
        raise ElsewhereMeanwhile(label=step.label, window=elsewhere.number if elsewhere else "")
    if before is outcome:
        return int(ticket.id)
    verbs = still_to_do(before, outcome, step.label)
    called = verbs[0] in (Verb.CALL, Verb.RESUME)
    called_at, started_at, ended_at = in_order(
        tx.now,
        max(row.called_at, min(step.queued_at, tx.now)) if called else row.called_at,
        row.started_at,
        row.ended_at,
    )
    changes: dict[str, Any] = {"state": outcome.value, "window_id": here.id, "clerk_id": row.clerk_id}
    if called:
        changes |= {"called_at": called_at, "latest_call_at": called_at, "recalls": 0}
    if Verb.START in verbs:
        changes["started_at"] = started_at
    if Verb.FINISH in verbs:
        changes["ended_at"] = ended_at
    if outcome in AT_A_WINDOW:
        _check_free(tx, row.window_id, row.clerk_id, here.number, step.label)
    if not visits.claim(tx.connection, step.id, before, changes):
        raise WrongState(label=step.label, state=step.state, verb=verbs[0].value)
    business = book.businesses[step.business_id].code
    about = (int(ticket.id), step.label, business)
    if called:
        _note_call(tx, book, row, step, about, called_at)
    if Verb.START in verbs:
        if ticket.owner_id is None:
            owner = update(tickets).where(tickets.c.id == ticket.id).values(owner_id=row.clerk_id)
            tx.connection.execute(owner)
        tx.record(TicketStarted(*about, here.number, started_at))
    if Verb.MISS in verbs:
        tx.record(TicketMissed(*about, here.number, ended_at))
    if Verb.FINISH in verbs:
        serve.go_on(tx, book, step, here.number, ended_at)
    return int(ticket.id)


def _check_free(tx: Tx, window_id: int, clerk_id: int, number: int, label: str) -> None:
    """Whoever is still at the window stays there only where the clerk stands and nobody else is served."""
    standing = desks.standing(tx.connection, window_id)
    if standing.desk.clerk_id != clerk_id:
        raise NotYourWindow(window=number)
    if standing.step is not None and standing.step.label != label:
        raise WindowBusy(window=number, label=standing.step.label)


def _note_call(
    tx: Tx, book: Book, row: Row[Any], step: Row[Any], about: tuple[int, str, str], called_at: datetime
) -> None:
    window = book.windows[row.window_id]
    head = Head(
        step.id,
        about[0],
        step.label,
        step.business_id,
        VisitorClass(step.visitor_class),
        step.queued_at,
        step.rank,
    )
    choice = dispatcher.choice_of(head, Rule.PAPER, book.references, book.guarantee, called_at)
    call_id = tx.connection.execute(
        _ADD_CALL,
        {
            "hall_id": book.id,
            "step_id": step.id,
            "ticket_id": about[0],
            "window_id": row.window_id,
            "clerk_id": row.clerk_id,
            "called_at": called_at,
            "rule": choice.rule.value,
            "tier": choice.tier,
            "ratio": choice.ratio,
            "waited_seconds": choice.waited_seconds,
            "overtook": choice.overtook,
        },
    ).scalar_one()
    tx.record(
        TicketCalled(
            *about,
            window.number,
            book.zones[window.zone_id].code,
            call_id,
            head.visitor_class.value,
            head.queued_at,
            True if step.state == State.HELD.value else None,
            called_at,
        )
    )


def _keep(tx: Tx, book: Book, row_id: int, state: str, refusal: Refusal) -> Entered:
    _change(tx, row_id, {"state": state, "why": refusal.code, "params": refusal.params})
    row = tx.connection.execute(select(paper_calls).where(paper_calls.c.id == row_id)).one()
    window = book.windows.get(row.window_id)
    number = window.number if window else 0
    tx.record(PaperCallKept(number, row.label, row.outcome, refusal.code, row.called_at))
    return Entered(row.key, state, refusal.code, refusal.params)


def _change(tx: Tx, row_id: int, values: Mapping[str, Any]) -> None:
    tx.connection.execute(update(paper_calls).where(paper_calls.c.id == row_id).values(**values))
