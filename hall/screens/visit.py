"""A visit as the visitor's own page and the window's rating pad show it. Numbers, places and times only: no
identity, no clerk's note, no grade.

`hall/web/api/visits.py` sends these pictures; events after `seq` carry them forward.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from hall.actions import waiting
from hall.events import iso
from hall.records import desks, journal, visits
from hall.records.book import Book
from hall.records.tables import ratings, steps, tickets
from hall.rules.errors import ReturnTooLate
from hall.rules.tickets import State, VisitorClass, check_return
from hall.screens.tickets import business_card, people_ahead, wait_card

RATED_FOR_SECONDS = 60
"""How long the pad asks after a finish; then the next visitor may be looking at it."""

_JUST_SERVED = (
    select(steps.c.ticket_id, steps.c.ended_at, tickets.c.label)
    .join(tickets, tickets.c.id == steps.c.ticket_id)
    .outerjoin(ratings, ratings.c.ticket_id == steps.c.ticket_id)
    .where(
        steps.c.window_id == bindparam("window"),
        steps.c.state == State.FINISHED.value,
        steps.c.business_day >= bindparam("day"),
        steps.c.ended_at > bindparam("since", type_=steps.c.ended_at.type),
        tickets.c.closed_at.is_not(None),
        ratings.c.id.is_(None),
    )
    .order_by(steps.c.ended_at.desc(), steps.c.id.desc())
    .limit(1)
)


def picture(connection: Connection, book: Book, ticket: Row[Any], now: datetime) -> dict[str, Any]:
    """Where one visit stands at `now`."""
    walked = [one for one in visits.steps_of(connection, ticket.id) if one.state != State.PLANNED]
    step = walked[-1]
    state = _state(book, step, now)
    business = book.businesses.get(step.business_id)
    rated = visits.rating_of(connection, ticket.id) is not None
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "hall": {"code": book.code, "name": book.name, "name_en": book.name_en},
        "ticket": {
            "id": ticket.id,
            "label": ticket.label,
            "business": business_card(business) if business else None,
            "visitor_class": step.visitor_class,
            "state": state,
            "arrived_at": iso(ticket.arrived_at),
            "queued_at": iso(step.queued_at),
            "moved": _moved(walked),
            "returned": step.returns > 0,
            "window": _place(book, step.window_id if state != State.WAITING else step.pinned_window_id),
            "recalls": step.recalls,
            "latest_call_at": iso(step.latest_call_at) if step.latest_call_at else None,
            "may_return": state == State.MISSED and _may_return(book, step, now),
            "return_behind": book.rules.missed_return_behind,
            "return_until": _return_until(book, step) if state == State.MISSED else None,
            "may_rate": state == State.FINISHED and not rated,
            "rated": rated,
            **(
                _waiting(connection, book, step, now) if state == State.WAITING and business else _NOT_WAITING
            ),
        },
    }


_NOT_WAITING: dict[str, Any] = {
    "ahead": None,
    "wait_range": None,
    "windows_open": 0,
    "windows": [],
    "zones": [],
}


def _state(book: Book, step: Row[Any], now: datetime) -> str:
    """The step's state; what an earlier day left open has expired, whether or not anything swept it yet."""
    open_states = (State.WAITING, State.MISSED, State.HELD)
    if step.state in open_states and step.business_day < book.day(now):
        return State.EXPIRED.value
    return str(step.state)


def _may_return(book: Book, step: Row[Any], now: datetime) -> bool:
    """Whether the hall would take this missed visitor back into the line."""
    rules = book.rules
    try:
        check_return(now, step.latest_call_at, rules.missed_return_within_minutes)
    except ReturnTooLate:
        return False
    return rules.missed_return == "behind" and step.returns < rules.missed_return_times


def _return_until(book: Book, step: Row[Any]) -> str | None:
    """Until when a missed visitor may come back; None: the hall sets no limit within the day."""
    minutes = book.rules.missed_return_within_minutes
    return iso(step.latest_call_at + timedelta(minutes=minutes)) if minutes is not None else None


def _moved(walked: list[Row[Any]]) -> str | None:
    """How the visit came to its present step: None for the first one, else `transferred` or `next_step`."""
    if len(walked) < 2:
        return None
    return "transferred" if walked[-2].state == State.TRANSFERRED else "next_step"


def _waiting(connection: Connection, book: Book, step: Row[Any], now: datetime) -> dict[str, Any]:
    """What only a waiting visitor asks: how many are ahead, how long, and where to sit."""
    business = book.businesses[step.business_id]
    ahead = people_ahead(connection, step)
    calling = desks.serving(connection, book, business)
    if step.pinned_window_id in book.windows:
        windows = [book.windows[step.pinned_window_id]]
    else:
        opened = {one.id for one in calling}
        serving = book.windows_of_business[business.id]
        windows = [one for one in serving if one.id in opened] or serving
    zones = [book.zones[one] for one in dict.fromkeys(window.zone_id for window in windows)]
    visitor_class, pinned = VisitorClass(step.visitor_class), step.pinned_window_id is not None
    wait = waiting.estimate(
        connection, book, business, visitor_class, ahead, len(calling), now, step.queued_at, pinned
    )
    return {
        "ahead": ahead,
        "wait_range": wait_card(wait),
        "windows_open": len(calling),
        "windows": [one.number for one in windows],
        "zones": [{"code": one.code, "name": one.name, "name_en": one.name_en} for one in zones],
    }


def _place(book: Book, window_id: int | None) -> dict[str, Any] | None:
    window = book.windows.get(window_id) if window_id is not None else None
    if window is None:
        return None
    zone = book.zones[window.zone_id]
    return {
        "number": window.number,
        "label": window.label,
        "label_en": window.label_en,
        "zone": {"code": zone.code, "name": zone.name, "name_en": zone.name_en},
    }


def pad(connection: Connection, book: Book, window_id: int, now: datetime) -> dict[str, Any]:
    """The pad of one window: who serves there, and the visit that may be rated now, if any."""
    desk = desks.desk(connection, window_id)
    window = book.windows[window_id]
    served = just_served(connection, book, window_id, now, RATED_FOR_SECONDS)
    clerk = {"name": desk.clerk_name, "name_en": desk.clerk_name_en, "badge": desk.badge}
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "window": {"number": window.number, "label": window.label, "state": desk.state},
        "clerk": clerk if desk.clerk_id is not None else None,
        "rate": {
            "ticket": served.ticket_id,
            "label": served.label,
            "until": iso(served.ended_at + timedelta(seconds=RATED_FOR_SECONDS)),
        }
        if served is not None
        else None,
    }


def just_served(
    connection: Connection, book: Book, window_id: int, now: datetime, within_seconds: int
) -> Any:
    """The latest unrated visit that ended at this window within so many seconds: ticket_id, label, ended_at;
    or None.
    """
    values = {
        "window": window_id,
        "day": book.day(now - timedelta(seconds=within_seconds)),
        "since": now - timedelta(seconds=within_seconds),
    }
    return connection.execute(_JUST_SERVED, values).first()
