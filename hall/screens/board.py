"""The public board of a hall: every window's state, the latest calls, how many wait where. Numbers and
windows only, no names of visitors.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hall.events import iso
from hall.records import desks, journal, lists, queue
from hall.records.book import Book
from hall.rules.tickets import State

SHOWN_CALLS = 40


def picture(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """The board at `now`; events after `seq` carry it forward."""
    day = book.day(now)
    at_windows = lists.at_windows(connection, book.id, day)
    waiting: dict[int, int] = {}
    for line in queue.counts(connection, book.id, day):
        waiting[line.business_id] = waiting.get(line.business_id, 0) + line.waiting
    return {
        "seq": journal.latest(connection, book.id),
        "hall": {"code": book.code, "name": book.name, "name_en": book.name_en, "timezone": book.zone.key},
        "zones": [
            {"code": one.code, "name": one.name, "name_en": one.name_en} for one in book.zones.values()
        ],
        "windows": [
            _window(book, desk, at_windows.get(desk.id))
            for desk in desks.desks(connection, book.id)
            if desk.id in book.windows
        ],
        "calls": [
            _call(book, one)
            for one in lists.latest_calls(connection, book.id, day, SHOWN_CALLS)
            if one.window_id in book.windows
        ],
        "waiting": [
            {"business": one.code, "name": one.name, "name_en": one.name_en, "count": waiting.get(one.id, 0)}
            for one in book.businesses.values()
        ],
    }


def _window(book: Book, desk: Any, step: Any) -> dict[str, Any]:
    window = book.windows[desk.id]
    state = step.state if step is not None else {"open": "idle"}.get(desk.state, desk.state)
    return {
        "number": window.number,
        "label": window.label,
        "zone": book.zones[window.zone_id].code,
        "kind": window.kind,
        "state": state,
        "ticket": step.label if step is not None else None,
        "clerk": {"name": desk.clerk_name, "badge": desk.badge} if desk.clerk_id is not None else None,
        "businesses": [one.code for one in book.businesses.values() if one.id in window.serves],
    }


def _call(book: Book, call: Any) -> dict[str, Any]:
    """`matters`: the visitor is still expected, so a board that comes back should still show and speak it."""
    window = book.windows[call.window_id]
    latest = call.window_now == call.window_id and call.step_called_at == call.called_at
    return {
        "call_id": call.call_id,
        "ticket": call.label,
        "window": window.number,
        "zone": book.zones[window.zone_id].code,
        "called_at": iso(call.called_at),
        "recalls": call.recalls if latest else 0,
        "matters": latest and call.state == State.CALLED,
    }
