"""Who was called before a number while it waited, and why: for its visitor, and for whoever is asked about it
at a window, at the desk or on the telephone.

The journal tells how the number stood when each of those calls was made, also when it was transferred, missed
or given another class since. `hall/web/api/visits.py` and `hall/web/api/why.py` send these pictures.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from hall.events import iso
from hall.records import before as records
from hall.records import desks, visits
from hall.records.book import Book
from hall.rules.before import Call, Stand, Where, why_before
from hall.rules.dispatcher import Rule
from hall.rules.tickets import State, VisitorClass
from hall.screens.tickets import name_of
from hall.screens.why import Say
from hall.screens.why_before import Reader, for_visitors, sentence, short
from hall.screens.yardsticks import Yardsticks

EXPLAINED = 20
"""How many calls are explained at once: the latest of those who came later."""

LOOKED_AT = 1000
"""How many calls are looked through at most, the latest first: more than anybody waits for."""

END = 2**62


@dataclass(frozen=True)
class Asker:
    """Who asks: in which language, with which words, and whether about their own number."""

    language: str
    say: Say
    visitor: bool


class _Number:
    """The number that waited: its history, replayed up to any journal number."""

    def __init__(self, connection: Connection, book: Book, ticket: Row[Any]) -> None:
        self.label, self.ticket_id, self.taken_at = str(ticket.label), int(ticket.id), ticket.arrived_at
        self._book = book
        self._history = records.history(connection, book.id, ticket.id)
        self._steps = visits.steps_of(connection, ticket.id)
        self._first = ticket
        self._newest_place = max((one.seq for one in self._history if one.type in _NEW_PLACE), default=0)
        self.since_seq, self.until_seq, self.since, self.until = self._latest_wait()

    def _latest_wait(self) -> tuple[int, int, datetime, datetime | None]:
        """The journal numbers and moments between which it waited last; END and None: it still waits."""
        begun = ended = None
        for row in self._history:
            after = _STATE_AFTER.get(row.type)
            if row.type in _NEW_PLACE:
                begun, ended = row, None
            elif after is not None and after is not State.WAITING and begun is not None and ended is None:
                ended = row
        if begun is None:
            return 0, END, self._first.arrived_at, None
        return begun.seq, ended.seq if ended else END, begun.at, ended.at if ended else None

    def stand(self, seq: int, window_id: int) -> Stand:
        """How it stood just before journal number `seq`, as a call at that window saw it."""
        now = Stand(
            self.label,
            None,
            self._first.business_id,
            VisitorClass(self._first.visitor_class),
            self._first.arrived_at,
            0,
            0,
        )
        sent_to: int | None = None
        for row in self._history:
            after = _STATE_AFTER.get(row.type)
            if row.seq >= seq or after is None:
                continue
            now = replace(now, state=after)
            if after is State.WAITING:
                now = self._waiting(now, row)
                if row.type in _NEW_PLACE:
                    sent_to = row.data.get("to_window")
        window = self._book.windows.get(window_id)
        reference = self._book.references.get((now.business_id, now.visitor_class))
        if window is not None and reference is not None:
            asker = self._book.askers[window_id]
            reference = asker.measures_by(now.business_id, now.visitor_class, self._book.references)
        elsewhere = sent_to is not None and (window is None or window.number != sent_to)
        return replace(now, reference_seconds=reference, pinned_elsewhere=elsewhere)

    def _waiting(self, now: Stand, row: Row[Any]) -> Stand:
        code = row.data["to_business" if row.type == "ticket_transferred" else "business"]
        business = self._book.businesses_by_code.get(code)
        queued_at = datetime.fromisoformat(row.data["queued_at"])
        business_id = business.id if business else now.business_id
        # The journal keeps milliseconds; a step that stands there still, or stood there last, keeps its place
        # exactly.
        steps = [one for one in self._steps if one.business_id == business_id and one.state != State.PLANNED]
        newest = row.seq >= self._newest_place
        step = next(
            (one for one in reversed(steps) if newest or iso(one.queued_at) == row.data["queued_at"]), None
        )
        return replace(
            now,
            business_id=business_id,
            visitor_class=VisitorClass(row.data["visitor_class"]),
            queued_at=step.queued_at if step else queued_at,
            rank=step.rank if step else 0,
            step_id=step.id if step else 0,
            returned=row.type == "ticket_returned" or (row.type == "ticket_reclassified" and now.returned),
        )


_NEW_PLACE = ("ticket_issued", "ticket_waiting", "ticket_transferred", "ticket_returned")

_STATE_AFTER = {
    "ticket_issued": State.WAITING,
    "ticket_waiting": State.WAITING,
    "ticket_transferred": State.WAITING,
    "ticket_returned": State.WAITING,
    "ticket_reclassified": State.WAITING,
    "ticket_called": State.CALLED,
    "ticket_started": State.SERVING,
    "ticket_held": State.HELD,
    "ticket_missed": State.MISSED,
    "ticket_finished": State.FINISHED,
    "ticket_cancelled": State.CANCELLED,
    "ticket_expired": State.EXPIRED,
}


def picture(connection: Connection, book: Book, ticket: Row[Any], asker: Asker) -> dict[str, Any]:
    """Who was called before this number while it waited last, at windows that serve its business or from its
    own line: those who came later with the reason, of those who came earlier how many.
    """
    number = _Number(connection, book, ticket)
    mine = number.stand(number.until_seq, 0)
    windows = {one.number for one in book.windows_of_business.get(mine.business_id, [])}
    business = book.businesses.get(mine.business_id)
    called = records.called_between(
        connection,
        book.id,
        number.since_seq,
        number.until_seq,
        business.code if business else "",
        windows,
        LOOKED_AT,
    )
    # From the latest to the earliest, so that of each number the first call remains.
    first_calls = {row.ticket_id: row for row in called if row.ticket_id != number.ticket_id}
    place = (iso(mine.queued_at), number.ticket_id)
    later = [one for one in first_calls.values() if (one.data["queued_at"], one.ticket_id) > place]
    later.sort(key=lambda one: -one.seq)
    return {
        "label": number.label,
        "since": iso(number.since),
        "until": iso(number.until) if number.until else None,
        "later": len(later),
        "earlier": len(first_calls) - len(later),
        "calls": _explained(connection, book, number, later[:EXPLAINED], asker),
    }


def one_call(
    connection: Connection, book: Book, ticket: Row[Any], called: Row[Any], asker: Asker
) -> dict[str, Any]:
    """Why the number of ticket `called` was called before the one of `ticket`, or that it was not."""
    reader = _reader(book, asker)
    if called.id == ticket.id:
        return _unexplained(called.label, short("same", called.label, ticket.label, reader))
    number = _Number(connection, book, ticket)
    its_calls = [one for one in records.history(connection, book.id, called.id) if one.type == records.CALLED]
    if not its_calls:
        return _unexplained(called.label, short("not_called", called.label, ticket.label, reader))
    while_waiting = [one for one in its_calls if number.stand(one.seq, 0).state is State.WAITING]
    return _explained(connection, book, number, [(while_waiting or its_calls)[-1]], asker)[0]


def _unexplained(label: str, words: str) -> dict[str, Any]:
    return {"label": label, "window": None, "called_at": None, "reason": None, "why": words}


def _explained(
    connection: Connection, book: Book, number: _Number, rows: list[Row[Any]], asker: Asker
) -> list[dict[str, Any]]:
    reader = _reader(book, asker)
    stored = records.stored(connection, book.id, [row.data["call_id"] for row in rows])
    explained = []
    for row in rows:
        kept = stored[row.data["call_id"]]
        call = _call(kept, VisitorClass(row.data["visitor_class"]))
        other = number.stand(row.seq, kept.window_id)
        where = _where(book, kept, other)
        answer = why_before(call, other, where)
        business = book.businesses.get(other.business_id)
        name = name_of(business, asker.language) if business else ""
        explained.append(
            {
                "label": call.label,
                "window": kept.window_number,
                "called_at": iso(call.called_at),
                "reason": answer.reason.value,
                "why": sentence(
                    answer, call, other, kept.window_number, name, number.taken_at, reader, where
                ),
            }
        )
    return explained


def _call(row: Row[Any], visitor_class: VisitorClass) -> Call:
    """A stored call with the place it had then: its wait was measured from there."""
    queued_at = row.called_at - timedelta(seconds=row.waited_seconds)
    still_there = abs((row.queued_at - queued_at).total_seconds()) < 0.001 or row.waited_seconds <= 0
    return Call(
        row.label,
        row.business_id,
        visitor_class,
        row.queued_at if still_there else queued_at,
        row.rank if still_there else 0,
        row.step_id,
        row.called_at,
        Rule(row.rule),
        row.tier,
        row.ratio,
        row.waited_seconds,
        row.overtook,
    )


def _where(book: Book, row: Row[Any], other: Stand) -> Where:
    """The call's window as it is configured now; one that is gone could call whatever it called."""
    window = book.windows.get(row.window_id)
    if window is None or other.business_id not in book.businesses:
        return Where()
    able = other.business_id in desks.callable_businesses(book, window.id, row.skills)
    asker = book.askers[window.id]
    return Where(
        serves=other.business_id in window.serves,
        certified=able,
        own_businesses=asker.own_businesses,
        first_classes=asker.first_classes,
        kept=asker.elderly_window and asker.first_only,
        first_from=asker.first_from if asker.elderly_window else 0.0,
    )


def _reader(book: Book, asker: Asker) -> Reader:
    def clock(moment: datetime) -> str:
        return moment.astimezone(book.zone).strftime("%H:%M")

    say = for_visitors(asker.say) if asker.visitor else asker.say
    return Reader(say, clock, asker.visitor, Yardsticks(book.promises, book.references))
