"""The first of each line of a hall, remembered from one write to the next.

A wide window looks at a hundred lines for each call, and few of them change between two calls. Every change
of a line is an event of the journal, in the same transaction. So whoever writes, which takes the hall's lock,
and finds the journal where the last write left it knows that what was read then still holds, except in the
businesses that events have named since. What another server process recorded is read from the journal first.

hall/records/database.py keeps one for each hall and lets go of it when a transaction is undone; actions find
it in their transaction. It decides nothing: a step is still claimed by compare-and-set.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from hall.events import (
    Event,
    TicketFinished,
    TicketHeld,
    TicketMissed,
    TicketRated,
    TicketRecalled,
    TicketReprinted,
    TicketStarted,
)
from hall.records import journal, queue
from hall.records.book import Book
from hall.rules.dispatcher import Head

MOST_EVENTS = 200
"""So many of another process's events are looked at; after more, reading the lines again costs less."""

_NO_CHANGE: tuple[type[Event], ...] = (
    TicketStarted,
    TicketFinished,
    TicketMissed,
    TicketHeld,
    TicketRecalled,
    TicketReprinted,
    TicketRated,
)
_LEAVES_LINES_ALONE = frozenset(kind.type() for kind in _NO_CHANGE)


class Firsts:
    """What is remembered of one hall. Only for the holder of the hall's lock."""

    def __init__(self) -> None:
        self._of: dict[str, list[Head]] = {}
        self._day: date | None = None
        self._version = self._seq = -1

    def forget(self) -> None:
        """Lets go of everything; the next call reads all its lines."""
        self._of.clear()

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
        """An event was recorded: the lines of the businesses it names are not known any more."""
        if kind not in _LEAVES_LINES_ALONE:
            for name in ("business", "to_business"):
                self._of.pop(data.get(name, ""), None)

    def heads(
        self, connection: Connection, book: Book, window_id: int, businesses: Iterable[int], day: date
    ) -> list[Head]:
        """What queue.heads finds: the first of each of these lines, and who is pinned to the window."""
        if day != self._day:
            self.forget()
            self._day = day
        codes = {one: book.businesses[one].code for one in businesses}
        unknown = [one for one, code in codes.items() if code not in self._of]
        found: list[Head] = []
        for code in (codes[one] for one in unknown):
            self._of[code] = []
        for head in queue.heads(connection, window_id, unknown, day):
            if head.pinned:
                found.append(head)
            else:
                self._of[codes[head.business_id]].append(head)
        for code in codes.values():
            found += self._of[code]
        return found
