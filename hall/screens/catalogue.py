"""What a visitor may choose: departments, their businesses with open hours, quota, people waiting and the
wait range; and items.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hall.actions import issue, waiting
from hall.events import iso
from hall.records import desks, journal, queue
from hall.records.book import Book, Business, Item
from hall.rules.errors import BusinessClosed, HallClosed, UnlikelyBeforeClosing
from hall.rules.tickets import VisitorClass
from hall.rules.waits import Said, say_of_all
from hall.screens.tickets import business_card, materials_of, wait_card, where_to_wait


def hall_card(connection: Connection, book: Book, seq: int, now: datetime) -> dict[str, Any]:
    """The hall's name, clock and what screens need of its rules."""
    opening = book.opening(now)
    return {
        "code": book.code,
        "name": book.name,
        "name_en": book.name_en,
        "timezone": book.zone.key,
        "now": iso(now),
        "business_day": book.day(now).isoformat(),
        "open_now": opening.open_now,
        "opens_at": iso(opening.opens_at) if opening.opens_at else None,
        "closes_at": iso(opening.closes_at) if opening.closes_at else None,
        "languages": book.settings["languages"],
        "zones": [
            {"code": one.code, "name": one.name, "name_en": one.name_en} for one in book.zones.values()
        ],
        "seq": seq,
        "rules": {
            name: getattr(book.rules, name)
            for name in (
                "elderly_age",
                "missed_after_seconds",
                "recalls",
                "missed_return",
                "missed_return_behind",
                "kiosk_idle_seconds",
                "kiosk_idle_elderly_seconds",
            )
        },
    }


def picture(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """The whole catalogue without items; events after its `seq` change its counts of people waiting."""
    day = book.day(now)
    people: dict[int, int] = {}
    for line in queue.counts(connection, book.id, day):
        people[line.business_id] = people.get(line.business_id, 0) + line.waiting
    cards: dict[int, list[dict[str, Any]]] = {one: [] for one in book.departments}
    said: dict[int, list[Said | None]] = {one: [] for one in book.departments}
    for business in book.businesses.values():
        card, wait = _business(connection, book, business, now, people.get(business.id, 0))
        cards[business.department_id].append(card)
        if card["open"]:
            said[business.department_id].append(wait)
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "departments": [
            {
                "code": one.code,
                "name": one.name,
                "name_en": one.name_en,
                "wait_range": wait_card(say_of_all(said[one.id])),
                "businesses": cards[one.id],
            }
            for one in book.departments.values()
            if cards[one.id]
        ],
    }


def _business(
    connection: Connection, book: Book, business: Business, now: datetime, ahead: int
) -> tuple[dict[str, Any], Said | None]:
    """A business's card, and what is said of an ordinary visitor's wait."""
    why_closed, opens_at = None, ""
    try:
        issue.check_open(book, business, now)
    except (HallClosed, BusinessClosed) as closed:
        why_closed, opens_at = closed.code, str(closed.params["opens_at"])
    left = issue.quota_left(connection, book, business, now)
    if why_closed is None and left == 0:
        why_closed = "quota_used_up"
    open_windows = len(desks.serving(connection, book, business))
    ranges: dict[VisitorClass, Said | None] = {}
    unlikely = list[str]()
    for one in VisitorClass:
        ranges[one] = waiting.estimate(connection, book, business, one, ahead, open_windows, now)
        if waiting.unlikely(connection, book, business, one, now):
            unlikely.append(one.value)
    at_kiosks = {VisitorClass.ORDINARY, VisitorClass.ELDERLY}
    if why_closed is None and book.rules.stop_issuing_when_unlikely and at_kiosks <= set(unlikely):
        why_closed = UnlikelyBeforeClosing.code
    card = {
        **business_card(business),
        "bundle": business.bundle,
        "open": why_closed is None,
        "why_closed": why_closed,
        "opens_at": opens_at,
        "quota_left": left,
        "waiting": ahead,
        "wait_range": wait_card(ranges[VisitorClass.ORDINARY]),
        "wait_ranges": {one.value: wait_card(said) for one, said in ranges.items()},
        "unlikely_before_closing": unlikely,
        **where_to_wait(book, business),
    }
    return card, ranges[VisitorClass.ORDINARY]


def item_full(book: Book, item: Item) -> dict[str, Any]:
    """An item with its materials and the ways to do it without coming to a window."""
    business = book.businesses[item.business_id]
    department = book.departments[business.department_id]
    return {
        "code": item.code,
        "name": item.name,
        "name_en": item.name_en,
        "aliases": item.details.get("aliases", []),
        "materials": materials_of(item),
        "online": item.details.get("online"),
        "self_service": item.details.get("self_service"),
        "self_service_en": item.details.get("self_service_en", ""),
        "completion": item.details.get("completion"),
        "completion_en": item.details.get("completion_en", ""),
        "business": business_card(business),
        "department": {"code": department.code, "name": department.name, "name_en": department.name_en},
    }
