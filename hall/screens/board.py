"""The public board of a hall: every window's state, the latest calls, how many wait where. Numbers and
windows only, no names of visitors.

A thousand boards that come back after a restart ask for the same picture at once: it is made once for each
number of the journal, and kept as the bytes that are sent. hall/web/api/hall.py answers with them.
"""

import gzip
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from hall.events import iso
from hall.records import desks, journal, lists, queue
from hall.records.book import Book
from hall.rules.tickets import State

SHOWN_CALLS = 12
"""The latest calls of each zone a board gets, whatever became of them."""

OPEN_CALLS = 400
"""How far back it looks for calls that are still open: more than the windows of the largest hall."""


@dataclass
class _Kept:
    """The newest picture of one hall and what it was made from."""

    made_from: tuple[int, int, date] | None = None
    plain: bytes = b""
    packed: bytes = b""
    making: threading.Lock = field(default_factory=threading.Lock)


class Pictures:
    """The newest picture of every hall of this process, as JSON ready to be sent."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def of(self, connection: Connection, book: Book, now: datetime, *, packed: bool = False) -> bytes:
        """The board at `now` as UTF-8 JSON, gzipped when `packed`; made anew only when something happened,
        the configuration changed or another business day began.
        """
        wanted = (journal.latest(connection, book.id), book.version, book.day(now))
        kept = self._kept.setdefault(book.id, _Kept())
        with kept.making:
            if kept.made_from != wanted:
                told = _settled(connection, book, now)
                kept.plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
                kept.packed = gzip.compress(kept.plain, 4, mtime=0)
                kept.made_from = (told["seq"], *wanted[1:])
            return kept.packed if packed else kept.plain


def _settled(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """A picture during whose making nothing happened: PostgreSQL lets a later query see a later state, and a
    board would then count the same event twice.
    """
    while True:
        told = picture(connection, book, now)
        if told["seq"] == journal.latest(connection, book.id):
            return told


def picture(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """The board at `now`; events after `seq` carry it forward."""
    day = book.day(now)
    seq = journal.latest(connection, book.id)
    at_windows = lists.at_windows(connection, book.id, day)
    waiting: dict[int, int] = {}
    for line in queue.counts(connection, book.id, day):
        waiting[line.business_id] = waiting.get(line.business_id, 0) + line.waiting
    calls = [
        call_card(book, one)
        for one in lists.latest_calls(connection, book.id, day, OPEN_CALLS)
        if one.window_id in book.windows
    ]
    lately = Counter[str]()
    return {
        "seq": seq,
        "day": day.isoformat(),
        "hall": {"code": book.code, "name": book.name, "name_en": book.name_en, "timezone": book.zone.key},
        "zones": [
            {"code": one.code, "name": one.name, "name_en": one.name_en} for one in book.zones.values()
        ],
        "windows": [
            _window(book, desk, at_windows.get(desk.id))
            for desk in desks.desks(connection, book.id)
            if desk.id in book.windows
        ],
        "calls": [one for one in calls if _shown(one, lately)],
        "waiting": [
            {"business": one.code, "name": one.name, "name_en": one.name_en, "count": waiting.get(one.id, 0)}
            for one in book.businesses.values()
        ],
    }


def _shown(card: dict[str, Any], lately: Counter[str]) -> bool:
    lately[card["zone"]] += 1
    return bool(card["matters"]) or lately[card["zone"]] <= SHOWN_CALLS


def _window(book: Book, desk: Any, step: Any) -> dict[str, Any]:
    window = book.windows[desk.id]
    state = step.state if step is not None else {"open": "idle"}.get(desk.state, desk.state)
    return {
        "number": window.number,
        "label": window.label,
        "label_en": window.label_en,
        "zone": book.zones[window.zone_id].code,
        "kind": window.kind,
        "state": state,
        "ticket": step.label if step is not None else None,
        "clerk": {"name": desk.clerk_name, "badge": desk.badge} if desk.clerk_id is not None else None,
        "businesses": [one.code for one in book.businesses.values() if one.id in window.serves],
    }


def call_card(book: Book, call: Any) -> dict[str, Any]:
    """`matters`: the visitor is still expected, so a board that comes back should still show and speak it."""
    window = book.windows[call.window_id]
    latest = call.window_now == call.window_id and call.step_called_at == call.called_at
    return {
        "call_id": call.call_id,
        "ticket": call.label,
        "window": window.number,
        "zone": book.zones[window.zone_id].code,
        "called_at": iso(call.called_at),
        "latest_at": iso(call.latest_call_at if latest else call.called_at),
        "recalls": call.recalls if latest else 0,
        "state": call.state if latest else None,
        "matters": latest and call.state == State.CALLED,
    }
