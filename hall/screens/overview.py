"""The duty manager's picture of a hall: every window, every queue against its promise, and the day's figures.

`hall/web/api/manage.py` sends it; staff events after `seq` carry it forward until the next one.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from hall.actions import waiting
from hall.events import iso
from hall.records import desks, forecasts, journal, lists, queue
from hall.records.book import Book, Window
from hall.records.queue import Line
from hall.records.tables import ratings, steps, tickets
from hall.rules.queues_ahead import QueueAhead, QueuesAhead
from hall.rules.tickets import VisitorClass
from hall.screens.desk import clerk_card
from hall.screens.tickets import business_card, wait_card

_RATED = (
    select(func.count(), func.avg(ratings.c.grade))
    .join(tickets, tickets.c.id == ratings.c.ticket_id)
    .where(tickets.c.hall_id == bindparam("hall"), tickets.c.business_day == bindparam("day"))
)
_LATEST_AT = (
    select(
        steps.c.window_id,
        *(func.max(one) for one in (steps.c.latest_call_at, steps.c.started_at, steps.c.ended_at)),
    )
    .where(
        steps.c.window_id.in_(bindparam("windows", expanding=True)),
        steps.c.business_day == bindparam("day"),
    )
    .group_by(steps.c.window_id)
)


def picture(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """The whole hall at `now`."""
    day = book.day(now)
    standing = [one for one in desks.desks(connection, book.id) if one.id in book.windows]
    at_windows = lists.at_windows(connection, book.id, day)
    free_since = _free_since(connection, day, [one for one in standing if one.id not in at_windows])
    lines = queue.counts(connection, book.id, day)
    forecast = forecasts.newest(connection, book.id, now)
    ahead = forecast.queues if forecast is not None else QueuesAhead()
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "foreseen_at": iso(forecast.made_at) if forecast is not None else None,
        "outlook": _outlook(ahead.hall),
        "zones": [
            {
                "code": one.code,
                "name": one.name,
                "name_en": one.name_en,
                "outlook": _outlook(ahead.zones.get(one.code, ())),
            }
            for one in book.zones.values()
        ],
        "windows": [_window(book, one, at_windows.get(one.id), free_since.get(one.id)) for one in standing],
        "businesses": _businesses(connection, book, standing, lines, ahead, now),
        "today": _today(connection, book, day, lines, now),
    }


def _free_since(connection: Connection, day: date, standing: list[Any]) -> dict[int, datetime]:
    """Since when each open window among these serves nobody: since its last ticket of the day was done. Of
    who was missed or stepped aside only the call and the beginning are known: a little too early then.
    """
    free = [one.id for one in standing if one.state == "open" and one.ready_since is None]
    if not free:
        return {}
    latest = connection.execute(_LATEST_AT, {"windows": free, "day": day})
    return {window_id: max(one for one in moments if one is not None) for window_id, *moments in latest}


def _window(book: Book, desk: Any, step: Any, free_since: datetime | None) -> dict[str, Any]:
    """`state`: closed | paused | idle | ready | called | serving, and since when. `free_since`: when the last
    ticket there was done.
    """
    window = book.windows[desk.id]
    if step is not None:
        state, since = step.state, step.started_at or step.called_at
    elif desk.state == "open" and desk.ready_since is not None:
        state, since = "ready", desk.ready_since
    else:
        state = "idle" if desk.state == "open" else desk.state
        since = max(desk.state_since, free_since or desk.state_since)
    return {
        "number": window.number,
        "label": window.label,
        "label_en": window.label_en,
        "kind": window.kind,
        "zone": book.zones[window.zone_id].code,
        "state": state,
        "since": iso(since),
        "pause_reason": desk.pause_reason,
        "clerk": clerk_card(desk),
        "ticket": {"label": step.label, "business": _code(book, step.business_id)}
        if step is not None
        else None,
    }


def _code(book: Book, business_id: int) -> str:
    business = book.businesses.get(business_id)
    return business.code if business else ""


def _businesses(
    connection: Connection,
    book: Book,
    standing: list[Any],
    lines: list[Line],
    ahead: QueuesAhead,
    now: datetime,
) -> list[dict[str, Any]]:
    """Each queue: its lines with the longest wait and the promise, the windows that serve it, and what
    somebody
    ordinary would wait who comes now.
    """
    of_business: dict[int, list[Line]] = {}
    for line in lines:
        of_business.setdefault(line.business_id, []).append(line)
    calling: dict[int, int] = {}
    for desk in standing:
        if desk.state == "open":
            for business_id in desks.callable_businesses(book, desk.id, desk.skills):
                calling[business_id] = calling.get(business_id, 0) + 1
    return [
        {
            **business_card(business),
            "zone": book.home_zones.get(business.id),
            "waiting": sum(one.waiting for one in of_business.get(business.id, ())),
            "lines": [
                {
                    "visitor_class": one.visitor_class.value,
                    "count": one.waiting,
                    "since": iso(one.since),
                    "promise_seconds": business.promises[one.visitor_class],
                }
                for one in of_business.get(business.id, ())
            ],
            "wait_range": wait_card(
                waiting.estimate(
                    connection,
                    book,
                    business,
                    VisitorClass.ORDINARY,
                    sum(one.waiting for one in of_business.get(business.id, ())),
                    calling.get(business.id, 0),
                    now,
                )
            ),
            "unlikely_before_closing": waiting.unlikely(
                connection, book, business, VisitorClass.ORDINARY, now
            ),
            "outlook": _outlook(ahead.businesses.get(business.id, ())),
            "windows_open": calling.get(business.id, 0),
            "windows": [one.number for one in book.windows_of_business[business.id]],
        }
        for business in book.businesses.values()
    ]


def _outlook(points: Sequence[QueueAhead]) -> list[dict[str, Any]]:
    """Where a queue will be; empty where nobody can say."""
    return [
        {
            "minutes": one.minutes,
            "waiting": {name: round(value) for name, value in vars(one.waiting).items()},
            "longest_seconds": {name: round(value) for name, value in vars(one.longest).items()},
        }
        for one in points
    ]


def _today(
    connection: Connection, book: Book, day: date, lines: list[Line], now: datetime
) -> dict[str, float | None]:
    """The day's figures. The longest wait is that of somebody called or of somebody who still waits."""
    figures: dict[str, float | None] = {**lists.figures(connection, book.id, day)}
    waiting_longest = max(((now - one.since).total_seconds() for one in lines), default=0.0)
    figures["longest_wait_seconds"] = round(max(figures["longest_wait_seconds"] or 0.0, waiting_longest))
    rated, mean = connection.execute(_RATED, {"hall": book.id, "day": day}).one()
    return {**figures, "rated": rated, "mean_grade": round(float(mean), 2) if rated else None}


def choices(connection: Connection, book: Book, window: Window, now: datetime) -> dict[str, Any]:
    """What a window serves now and may be switched to, each with how many wait there."""
    waiting: dict[int, int] = {}
    for line in queue.counts(connection, book.id, book.day(now)):
        waiting[line.business_id] = waiting.get(line.business_id, 0) + line.waiting
    return {
        "window": window.number,
        "businesses": [
            {
                **business_card(one),
                "department": book.departments[one.department_id].code,
                "department_name": book.departments[one.department_id].name,
                "department_name_en": book.departments[one.department_id].name_en,
                "serves": one.id in window.serves,
                "waiting": waiting.get(one.id, 0),
            }
            for one in book.businesses.values()
            if one.id in window.may
        ],
    }
