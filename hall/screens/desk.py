"""The clerk's desk: the window, the ticket at it, what waits for it, what was set aside, and today's count;
and before that, the windows a clerk may sign in at.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from hall.actions.call import asker_at
from hall.events import iso
from hall.records import desks, journal, lists, queue
from hall.records.book import Book, Window
from hall.rules import dispatcher
from hall.rules.dispatcher import Head
from hall.rules.tickets import State, VisitorClass
from hall.screens import tickets
from hall.screens.why import Say

SHOWN_NEXT = 8


def picture(
    connection: Connection, book: Book, window: Window, now: datetime, say: Say | None = None
) -> dict[str, Any]:
    """The whole desk of one window at `now`; with `say` the reasons of calls also as sentences."""
    day = book.day(now)
    standing = desks.standing(connection, window.id)
    desk, step = standing.desk, standing.step
    allowed = desks.callable_businesses(book, window.id, desk.skills)
    asker = asker_at(book, window.id)
    lines = [
        one
        for one in queue.counts(connection, book.id, day)
        if one.business_id in allowed and asker.serves(one.visitor_class)
    ]
    aside = lists.set_aside(connection, window.id, day)
    following = _following(connection, book, window, allowed, now)
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "window": window_card(book, window, desk),
        "callable": [one.code for one in book.businesses.values() if one.id in allowed],
        "clerk": clerk_card(desk),
        "ticket": tickets.full(connection, book, step.ticket_id, say) if step is not None else None,
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
                    "promise_seconds": book.promises[one.business_id, one.visitor_class],
                }
                for one in lines
            ],
            "next": [_waiting(book, one) for one in following],
        },
        "held": [tickets.brief(book, one) for one in aside if one.state == State.HELD],
        "missed": [tickets.brief(book, one) for one in aside if one.state == State.MISSED],
        "today": {
            "served": lists.served_at(connection, window.id, day),
            "served_by_clerk": lists.served_by(connection, book.id, desk.clerk_id, day)
            if desk.clerk_id
            else 0,
        },
        "guards": _guards(book, step),
        "rules": {
            name: getattr(book.rules, name)
            for name in ("recalls", "missed_after_seconds", "missed_return", "transfer_place", "auto_call")
        },
    }


def windows_to_choose(
    connection: Connection, book: Book, account_id: int, skills: Any, now: datetime
) -> dict[str, Any]:
    """Every window with who is there, what it serves and how many people this clerk could call there; `mine`
    is the one where the clerk is signed in.
    """
    waiting: dict[int, int] = {}
    for line in queue.counts(connection, book.id, book.day(now)):
        waiting[line.business_id] = waiting.get(line.business_id, 0) + line.waiting
    rows = [one for one in desks.desks(connection, book.id) if one.id in book.windows]
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "mine": next((one.number for one in rows if one.clerk_id == account_id), None),
        "zones": [
            {"code": one.code, "name": one.name, "name_en": one.name_en} for one in book.zones.values()
        ],
        "windows": [_to_choose(book, one, skills, waiting) for one in rows],
    }


def _to_choose(book: Book, desk: Any, skills: Any, waiting: dict[int, int]) -> dict[str, Any]:
    allowed = desks.callable_businesses(book, desk.id, skills)
    return {
        **window_card(book, book.windows[desk.id], desk),
        "clerk": clerk_card(desk),
        "callable": len(allowed),
        "waiting": sum(waiting.get(one, 0) for one in allowed),
    }


def _following(
    connection: Connection, book: Book, window: Window, allowed: frozenset[int], now: datetime
) -> list[Head]:
    """Who would be called next, in the dispatcher's own order if nothing changed: the first is exactly whom
    the next call would take.
    """
    day = book.day(now)
    heads = {one.step_id: one for one in queue.heads(connection, window.id, window.serves, day)}
    for row in lists.next_waiting(connection, book.id, window.id, day, allowed, SHOWN_NEXT):
        heads.setdefault(
            row.id,
            Head(
                row.id,
                row.ticket_id,
                row.label,
                row.business_id,
                VisitorClass(row.visitor_class),
                row.queued_at,
                row.rank,
                row.pinned_window_id is not None,
            ),
        )
    left = [
        one for one in heads.values() if one.pinned or (one.business_id in allowed and one.queued_at <= now)
    ]
    order: list[Head] = []
    asker = asker_at(book, window.id)
    while len(order) < SHOWN_NEXT:
        choice = dispatcher.choose(left, asker, book.references, book.guarantee, now)
        if choice is None:
            break
        order.append(choice.head)
        left.remove(choice.head)
    return order


def _waiting(book: Book, head: Head) -> dict[str, Any]:
    business = book.businesses[head.business_id]
    return {
        "id": head.ticket_id,
        "label": head.label,
        "business": business.code,
        "business_name": business.name,
        "business_name_en": business.name_en,
        "visitor_class": head.visitor_class.value,
        "queued_at": iso(head.queued_at),
        "pinned": head.pinned,
    }


def window_card(book: Book, window: Window, desk: Any) -> dict[str, Any]:
    """What a window is, how it stands now, and what it serves."""
    return standing_card(book, window, desk) | {
        "businesses": [
            {"code": one.code, "name": one.name, "name_en": one.name_en}
            for one in book.businesses.values()
            if one.id in window.serves
        ],
    }


def standing_card(book: Book, window: Window, desk: Any) -> dict[str, Any]:
    """What a window is and how it stands now: small enough to be sent on every key press."""
    return {
        "number": window.number,
        "label": window.label,
        "label_en": window.label_en,
        "kind": window.kind,
        "zone": book.zones[window.zone_id].code,
        "state": desk.state,
        "state_since": iso(desk.state_since),
        "ready_since": iso(desk.ready_since) if desk.ready_since else None,
        "pause_reason": desk.pause_reason,
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
