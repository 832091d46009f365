"""The clerk's desk: the window, the ticket at it, what waits for it, what was set aside, and today's
count.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from hall.events import iso
from hall.records import desks, journal, lists, queue, visits
from hall.records.book import Book, Window
from hall.rules.tickets import State
from hall.screens import tickets

SHOWN_NEXT = 8


def picture(connection: Connection, book: Book, window: Window, now: datetime) -> dict[str, Any]:
    """The whole desk of one window at `now`."""
    day = book.day(now)
    desk = desks.desk(connection, window.id)
    step = visits.step_at_window(connection, window.id)
    allowed = desks.callable_businesses(book, window.id, desk.skills)
    lines = [one for one in queue.counts(connection, book.id, day) if one.business_id in allowed]
    aside = lists.set_aside(connection, window.id, day)
    following = lists.next_waiting(connection, book.id, window.id, day, allowed, SHOWN_NEXT)
    return {
        "seq": journal.latest(connection, book.id),
        "window": window_card(book, window, desk),
        "clerk": clerk_card(desk),
        "ticket": tickets.full(connection, book, step.ticket_id) if step is not None else None,
        "waiting": {
            "total": sum(one.waiting for one in lines),
            "lines": [
                {
                    "business": book.businesses[one.business_id].code,
                    "business_name": book.businesses[one.business_id].name,
                    "business_name_en": book.businesses[one.business_id].name_en,
                    "visitor_class": one.visitor_class.value,
                    "count": one.waiting,
                    "since": iso(one.since),
                }
                for one in lines
            ],
            "next": [tickets.brief(book, one) for one in following],
        },
        "held": [tickets.brief(book, one) for one in aside if one.state == State.HELD],
        "missed": [tickets.brief(book, one) for one in aside if one.state == State.MISSED],
        "today": {"served": lists.served_at(connection, window.id, day)},
        "guards": _guards(book, step),
    }


def window_card(book: Book, window: Window, desk: Any) -> dict[str, Any]:
    """What a window is and how it stands now."""
    return {
        "number": window.number,
        "label": window.label,
        "kind": window.kind,
        "zone": book.zones[window.zone_id].code,
        "state": desk.state,
        "state_since": iso(desk.state_since),
        "ready_since": iso(desk.ready_since) if desk.ready_since else None,
        "pause_reason": desk.pause_reason,
        "businesses": [
            {"code": one.code, "name": one.name, "name_en": one.name_en}
            for one in book.businesses.values()
            if one.id in window.serves
        ],
    }


def clerk_card(desk: Any) -> dict[str, Any] | None:
    if desk.clerk_id is None:
        return None
    return {"id": desk.clerk_id, "name": desk.clerk_name, "name_en": desk.clerk_name_en, "badge": desk.badge}


def _guards(book: Book, step: Any) -> dict[str, Any] | None:
    """When the called ticket may be marked missed, and how often it may still be called again."""
    if step is None or step.state != State.CALLED:
        return None
    allowed_at = step.latest_call_at + timedelta(seconds=book.rules.missed_after_seconds)
    return {"missed_after_at": iso(allowed_at), "recalls_left": max(0, book.rules.recalls - step.recalls)}
