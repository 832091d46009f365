"""What a hall's writers remember from one write to the next: the first of each line, how windows stand, and
which serve a business.

A wide window looks at a hundred lines for each call, and few of them change between two calls; and a clerk's
key finds the window as the key before left it. Every change of a line or a window is an event of the journal,
in the same transaction. So whoever writes, which takes the hall's lock, and finds the journal where the last
write left it knows that what was read then still holds, except where events have named it since. What another
server process recorded is read from the journal first.

hall/records/database.py keeps one for each hall and lets go of it when a transaction is undone; actions find
it in their transaction. It decides nothing: a step is still claimed by compare-and-set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from hall.events import (
    AlertAcknowledged,
    AlertChanged,
    AlertEnded,
    AlertTold,
    Event,
    PrintJobFailed,
    PrintJobPrinted,
    PrintJobRetried,
    TicketCalled,
    TicketFinished,
    TicketHeld,
    TicketIssued,
    TicketMissed,
    TicketRated,
    TicketRecalled,
    TicketReprinted,
    TicketReturned,
    TicketStarted,
    TicketWaiting,
    WindowReady,
)
from hall.records import desks, journal, queue
from hall.records.book import Book, Business
from hall.records.desks import OpenDesk, Standing
from hall.rules.dispatcher import Head
from hall.rules.tickets import VisitorClass

MOST_EVENTS = 200
"""So many of another process's events are looked at; after more, reading everything again costs less."""

FEW_LINES = 2
"""Of so few businesses, which have just changed, the next of each line are read as well: they will change
again."""


def _names(*kinds: type[Event]) -> frozenset[str]:
    return frozenset(kind.type() for kind in kinds)


_CALLED = TicketCalled.type()
_ONLY_TOLD = _names(
    TicketReprinted,
    TicketRated,
    PrintJobFailed,
    PrintJobPrinted,
    PrintJobRetried,
    AlertAcknowledged,
    AlertChanged,
    AlertEnded,
    AlertTold,
)
_AT_ITS_WINDOW = _names(TicketStarted, TicketFinished, TicketMissed, TicketHeld, TicketRecalled, WindowReady)
"""They change one window, the one that they name, and no line."""
_LEAVES_LINES_ALONE = _ONLY_TOLD | _AT_ITS_WINDOW
_LEAVES_WINDOWS_ALONE = _ONLY_TOLD | _names(TicketIssued, TicketReturned, TicketWaiting)


@dataclass
class _Line:
    """The first of a line, in order; `whole` when nobody stands behind them."""

    heads: list[Head]
    whole: bool


class Remembered:
    """What is remembered of one hall. Only for the holder of the hall's lock."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[VisitorClass, _Line]] = {}
        self._pinned: dict[int, list[Head]] = {}
        self._standing: dict[int, Standing] = {}
        self._serving: dict[int, list[OpenDesk]] = {}
        self._some_ready = False
        self._day: date | None = None
        self._version = self._seq = -1

    def forget(self) -> None:
        """Lets go of everything; whoever acts next reads it again."""
        self._lines.clear()
        self._pinned.clear()
        self._standing.clear()
        self._serving.clear()

    def begin(self, connection: Connection, hall_id: int, version: int, seq: int) -> None:
        """A write begins in the hall's settings `version` and at number `seq` of its journal."""
        if version != self._version or seq < self._seq or seq > self._seq + MOST_EVENTS:
            self.forget()
        elif seq > self._seq:
            for row in journal.after(connection, hall_id, self._seq, MOST_EVENTS):
                self.happened(row.type, row.data)
        self._version, self._seq = version, seq

    def end(self, seq: int) -> None:
        """The write was committed, and its last event has this number."""
        self._seq = seq

    def happened(self, kind: str, data: Mapping[str, Any]) -> None:
        """An event was recorded: what it may have changed is not known any more."""
        if kind == _CALLED:
            self._called(data["business"], data["visitor_class"], data["ticket_id"])
        elif kind not in _LEAVES_LINES_ALONE:
            for name in ("business", "to_business"):
                self._lines.pop(data.get(name, ""), None)
            if kind != TicketIssued.type():
                self._pinned.clear()
        if kind == _CALLED or kind in _AT_ITS_WINDOW:
            self._standing.pop(data["window"], None)
            if kind == WindowReady.type() or (kind == _CALLED and self._some_ready):
                self._serving.clear()
        elif kind not in _LEAVES_WINDOWS_ALONE:
            self._standing.clear()
            self._serving.clear()

    def _called(self, business: str, visitor_class: str, ticket_id: int) -> None:
        """Who was called stands in no line any more; behind them stands the next."""
        for pinned in self._pinned.values():
            pinned[:] = [one for one in pinned if one.ticket_id != ticket_id]
        line = self._lines.get(business, {}).get(VisitorClass(visitor_class))
        if line is not None:
            line.heads = [one for one in line.heads if one.ticket_id != ticket_id]
            if not line.heads and not line.whole:
                del self._lines[business]

    def standing(self, connection: Connection, book: Book, number: int) -> Standing:
        """What desks.standing finds at window `number`."""
        known = self._standing.get(number)
        if known is None:
            known = self._standing[number] = desks.standing(connection, book.window(number).id)
        return known

    def stands(self, standing: Standing) -> None:
        """A verb has left a window like this, and its event was recorded."""
        self._standing[standing.desk.number] = standing

    def serving(self, connection: Connection, book: Book, business: Business) -> list[OpenDesk]:
        """What desks.serving finds."""
        known = self._serving.get(business.id)
        if known is None:
            self._some_ready = bool(self._serving) and self._some_ready
            known = self._serving[business.id] = desks.serving(connection, book, business)
            self._some_ready |= any(one.ready_since is not None for one in known)
        return known

    def heads(
        self, connection: Connection, book: Book, window_id: int, businesses: Iterable[int], day: date
    ) -> list[Head]:
        """What queue.heads finds: the first of each of these lines, and who is pinned to the window."""
        if day != self._day:
            self.forget()
            self._day = day
        codes = {one: book.businesses[one].code for one in businesses}
        unknown = [one for one, code in codes.items() if code not in self._lines]
        if unknown or window_id not in self._pinned:
            self._read(connection, codes, window_id, unknown, day)
        firsts = [
            line.heads[0] for code in codes.values() for line in self._lines[code].values() if line.heads
        ]
        return firsts + self._pinned[window_id]

    def _read(
        self,
        connection: Connection,
        codes: Mapping[int, str],
        window_id: int,
        unknown: list[int],
        day: date,
    ) -> None:
        most = queue.MOST if len(unknown) <= FEW_LINES else 1
        pinned = self._pinned[window_id] = []
        for one in unknown:
            self._lines[codes[one]] = {}
        for head in queue.heads(connection, window_id, unknown, day, most):
            if head.pinned:
                pinned.append(head)
                continue
            lines = self._lines[codes[head.business_id]]
            line = lines.setdefault(head.visitor_class, _Line([], whole=True))
            line.heads.append(head)
            line.whole = len(line.heads) < most
