"""A ticket as people see it: the slip just issued, the full ticket at a window with its hops and why it was
called.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from hall.actions.issue import Issued
from hall.events import iso
from hall.records import queue, visits
from hall.records.book import Book, Business, Item
from hall.records.queue import Place
from hall.rules.tickets import State, VisitorClass
from hall.rules.waits import Said
from hall.screens.why import Say, Wait, explain
from hall.screens.yardsticks import Yardsticks


def name_of(thing: Any, language: str) -> str:
    """A configured thing's name for a reader of `language`; Chinese where no English was given."""
    return str(thing.name_en if language == "en" and thing.name_en else thing.name)


def business_card(business: Business) -> dict[str, Any]:
    return {
        "code": business.code,
        "name": business.name,
        "name_en": business.name_en,
        "prefix": business.prefix,
    }


def item_card(item: Item, materials: bool = False) -> dict[str, Any]:
    card: dict[str, Any] = {"code": item.code, "name": item.name, "name_en": item.name_en}
    if materials:
        card["materials"] = materials_of(item)
    return card


def materials_of(item: Item) -> list[dict[str, Any]]:
    """What to bring: name, copies and note; English texts are empty where the configuration has none."""
    return [{"name_en": "", "note_en": "", **one} for one in item.details.get("materials", [])]


def wait_card(wait: Said | None) -> dict[str, int | None] | None:
    return {"low_minutes": wait.low_minutes, "high_minutes": wait.high_minutes} if wait else None


def where_to_wait(book: Book, business: Business) -> dict[str, Any]:
    """The windows that serve a business now and the zones they stand in."""
    serving = book.windows_of_business[business.id]
    zones = dict.fromkeys(one.zone_id for one in serving)
    return {
        "windows": [one.number for one in serving],
        "zones": [
            {"code": book.zones[one].code, "name": book.zones[one].name, "name_en": book.zones[one].name_en}
            for one in zones
        ],
    }


def slip(book: Book, issued: Issued, business: Business, printer_state: str | None) -> dict[str, Any]:
    """The answer to taking a number: everything the paper says, for the screen and for the printer that
    failed.
    """
    return {
        "ticket": {
            "id": issued.ticket_id,
            "label": issued.label,
            "business": business_card(business),
            "visitor_class": issued.visitor_class.value,
            "state": State.CALLED.value if issued.called_to else State.WAITING.value,
            "arrived_at": iso(issued.arrived_at),
            "ahead": issued.ahead,
            "wait_range": wait_card(issued.wait),
            "called_to": issued.called_to,
            "secret": issued.secret,
            **where_to_wait(book, business),
        },
        "print_job": {"id": issued.print_job_id, "state": "waiting"} if issued.print_job_id else None,
    }


def brief(book: Book, step: Row[Any]) -> dict[str, Any]:
    """One line about a ticket in a list; `step` is a row of records/visits.py or records/lists.py."""
    business = book.businesses[step.business_id]
    return {
        "id": step.ticket_id,
        "label": step.label,
        "business": business.code,
        "business_name": business.name,
        "business_name_en": business.name_en,
        "visitor_class": step.visitor_class,
        "state": step.state,
        "queued_at": iso(step.queued_at),
        "note": step.note,
    }


def full(connection: Connection, book: Book, ticket_id: int, say: Say | None = None) -> dict[str, Any] | None:
    """The ticket as a clerk sees it: steps with items and materials, hops, and why each call was made; with
    `say` also as a sentence.
    """
    ticket = visits.ticket(connection, book.id, ticket_id)
    if ticket is None:
        return None
    steps = visits.steps_of(connection, ticket_id)
    calls = visits.calls_of(connection, ticket_id)
    current = [one for one in steps if one.state != State.PLANNED][-1]
    return {
        "id": ticket.id,
        "label": ticket.label,
        "visitor_class": ticket.visitor_class,
        "class_reason": ticket.class_reason,
        "identity_mask": ticket.identity_mask,
        "source": ticket.source,
        "state": current.state,
        "arrived_at": iso(ticket.arrived_at),
        "booked_at": iso(ticket.booked_at) if ticket.booked_at else None,
        "window": _number(book, current.window_id),
        "business": business_card(book.businesses[current.business_id]),
        "recalls": current.recalls,
        "latest_call_at": _moment(current.latest_call_at),
        "started_at": _moment(current.started_at),
        "steps": [_step(connection, book, one) for one in steps],
        "calls": [_call(book, one, ticket.label, steps, say) for one in calls],
    }


def _step(connection: Connection, book: Book, step: Row[Any]) -> dict[str, Any]:
    items = [book.items[one] for one in visits.items_of(connection, step.id) if one in book.items]
    return {
        "position": step.position,
        "business": business_card(book.businesses[step.business_id]),
        "state": step.state,
        "window": _number(book, step.window_id),
        "pinned_window": _number(book, step.pinned_window_id),
        "queued_at": iso(step.queued_at),
        "entered_at": iso(step.entered_at),
        "called_at": _moment(step.called_at),
        "started_at": _moment(step.started_at),
        "ended_at": _moment(step.ended_at),
        "note": step.note,
        "items": [item_card(one, materials=True) for one in items],
    }


def _call(
    book: Book, call: Row[Any], label: str, steps: Sequence[Row[Any]], say: Say | None
) -> dict[str, Any]:
    """Why a call was made, as values, and as a sentence in the reader's language where one reads it."""
    return {
        "why": _sentence(book, call, label, steps, say) if say is not None else None,
        "id": call.id,
        "window": _number(book, call.window_id),
        "called_at": iso(call.called_at),
        "rule": call.rule,
        "tier": call.tier,
        "ratio": round(call.ratio, 3),
        "waited_seconds": round(call.waited_seconds),
        "overtook": [
            {
                "label": one.label,
                "business": book.businesses[one.business_id].code
                if one.business_id in book.businesses
                else "",
                "visitor_class": one.visitor_class.value,
                "waited_seconds": round(one.waited_seconds),
                "ratio": one.ratio,
            }
            for one in call.overtook
        ],
    }


def _sentence(book: Book, call: Row[Any], label: str, steps: Sequence[Row[Any]], say: Say) -> str:
    yardsticks = Yardsticks(book.promises, book.references)

    def wait(label: str, business_id: int, kind: VisitorClass, waited_seconds: float, ratio: float) -> Wait:
        yardstick = yardsticks.of(business_id, kind, waited_seconds, ratio)
        return Wait(label, kind.value, waited_seconds, ratio, yardstick)

    step = next(one for one in steps if one.id == call.step_id)
    its_class = VisitorClass(step.visitor_class)
    called = wait(label, step.business_id, its_class, call.waited_seconds, call.ratio)
    return explain(call.rule, called, [wait(*one) for one in call.overtook], say)


def people_ahead(connection: Connection, step: Row[Any]) -> int:
    """How many people stand before a waiting step in its business."""
    return queue.ahead(
        connection, step.business_id, step.business_day, Place(step.queued_at, step.rank), step.id
    )


def _number(book: Book, window_id: int | None) -> int | None:
    window = book.windows.get(window_id) if window_id is not None else None
    return window.number if window else None


def _moment(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
