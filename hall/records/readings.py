"""What the hall's alerts are measured by: every indicator of every place now, each with the evidence a
sentence needs. Asked by hall/actions/alerts.py every half minute.

Units of the values: `longest_wait` waited ÷ promise of the worst line of a business; `over_target` share of
those called in the last hour who had waited longer than promised; `no_window` people who wait for a business
that no open window calls; `window_saturation` waiting ÷ windows calling the business; `hall_saturation`
waiting ÷ open windows; `overtime_serving` minutes in service ÷ the business's usual ones; `abandonment`
share of the last hour's visitors who left uncalled; `missed` share of the last hour's called who did not
come; `negative_rating` how many in the last hour; `unbroken_work` hours since the window last paused;
`device_offline` minutes since a device that reports was heard; `paper_low` 1 paper low, 2 cover open or a
fault, 3 no paper; `device_trouble` the same grades of other devices and the voice (hall/rules/devices.py).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from hall.records import desks, heartbeats, lists, queue
from hall.records.book import Book
from hall.records.queue import Line
from hall.records.tables import devices, ratings, steps
from hall.rules.alerts import Reading
from hall.rules.devices import QUIET_DRIVERS, REPORTING, Health, health_of, troubles
from hall.rules.tickets import State, VisitorClass

LATELY = timedelta(hours=1)
FEWEST = 10
"""Shares are taken of at least so many visitors: one of two who left is no alarm."""
NEGATIVE_GRADES = 2
"""Of five grades the last two are negative (handbook 9)."""

_now = bindparam("since", type_=steps.c.called_at.type)
_LATELY = select(
    steps.c.business_id, steps.c.visitor_class, steps.c.state, steps.c.queued_at, steps.c.called_at
).where(
    steps.c.hall_id == bindparam("hall"),
    steps.c.business_day == bindparam("day"),
    or_(steps.c.called_at >= _now, steps.c.ended_at >= _now),
)
_NEGATIVE = select(func.count()).where(
    ratings.c.hall_id == bindparam("hall"),
    ratings.c.rated_at >= bindparam("since", type_=ratings.c.rated_at.type),
    ratings.c.grade <= NEGATIVE_GRADES,
)
_DEVICES = (
    select(devices.c.code, devices.c.kind, devices.c.seen_at, devices.c.status, devices.c.settings)
    .where(
        devices.c.hall_id == bindparam("hall"), devices.c.retired.is_(False), devices.c.kind.in_(REPORTING)
    )
    .order_by(devices.c.id)
)


def readings(connection: Connection, book: Book, now: datetime) -> list[Reading]:
    """Everything that is measured of a hall at `now`."""
    standing = [one for one in desks.desks(connection, book.id) if one.id in book.windows]
    lines = queue.counts(connection, book.id, book.day(now))
    return [
        *_of_queues(book, standing, lines, now),
        *_of_windows(connection, book, standing, now),
        *_of_the_last_hour(connection, book, now),
        *_of_devices(connection, book, now),
    ]


def _of_queues(book: Book, standing: list[Any], lines: list[Line], now: datetime) -> Iterator[Reading]:
    calling: dict[int, int] = {}
    for desk in standing:
        if desk.state == "open":
            for business_id in desks.callable_businesses(book, desk.id, desk.skills):
                calling[business_id] = calling.get(business_id, 0) + 1
    of_business: dict[int, list[Line]] = {}
    for line in lines:
        if line.business_id in book.businesses and line.waiting:
            of_business.setdefault(line.business_id, []).append(line)
    for business_id, found in of_business.items():
        business = book.businesses[business_id]
        waiting = sum(one.waiting for one in found)
        worst = max(found, key=lambda one: _share(book, one, now))
        detail = {
            "waiting": waiting,
            "windows": calling.get(business_id, 0),
            "visitor_class": worst.visitor_class.value,
            "waited_seconds": max(0, round((now - worst.since).total_seconds())),
            "promise_seconds": business.promises[worst.visitor_class],
        }
        yield Reading("longest_wait", business.code, _share(book, worst, now), detail)
        if business_id not in calling:
            yield Reading("no_window", business.code, waiting, detail)
        else:
            yield Reading("window_saturation", business.code, waiting / calling[business_id], detail)
    open_windows = sum(one.state == "open" for one in standing)
    waiting = sum(one.waiting for one in lines)
    if open_windows:
        detail = {"waiting": waiting, "windows": open_windows}
        yield Reading("hall_saturation", "", waiting / open_windows, detail)


def _share(book: Book, line: Line, now: datetime) -> float:
    waited = (now - line.since).total_seconds()
    return max(0.0, waited / book.businesses[line.business_id].promises[line.visitor_class])


def _of_windows(connection: Connection, book: Book, standing: list[Any], now: datetime) -> Iterator[Reading]:
    serving = lists.at_windows(connection, book.id, book.day(now))
    for desk in standing:
        if desk.state != "open":
            continue
        hours = max(0.0, (now - desk.state_since).total_seconds() / 3600)
        yield Reading("unbroken_work", str(desk.number), hours, {"since": _iso(desk.state_since)})
        step = serving.get(desk.id)
        business = book.businesses.get(step.business_id) if step is not None else None
        if step is not None and business is not None and step.state == State.SERVING.value:
            seconds = max(0.0, (now - step.started_at).total_seconds())
            detail = {"ticket": step.label, "business": business.code, "seconds": round(seconds)}
            yield Reading("overtime_serving", str(desk.number), seconds / business.service_seconds, detail)


def _of_the_last_hour(connection: Connection, book: Book, now: datetime) -> Iterator[Reading]:
    since = now - LATELY
    values = {"hall": book.id, "day": book.day(now), "since": since}
    called = late = missed = left = 0
    for row in connection.execute(_LATELY, values):
        if row.called_at is None:
            left += row.state == State.CANCELLED.value
        elif row.called_at >= since:
            called += 1
            missed += row.state == State.MISSED.value
            late += _is_late(book, row)
    if called >= FEWEST:
        yield Reading("over_target", "", late / called, {"called": called, "late": late})
        yield Reading("missed", "", missed / called, {"called": called, "missed": missed})
    if called + left >= FEWEST:
        yield Reading("abandonment", "", left / (called + left), {"left": left, "came": called + left})
    negative = connection.execute(_NEGATIVE, {"hall": book.id, "since": since}).scalar_one()
    if negative:
        yield Reading("negative_rating", "", negative, {"count": negative})


def _is_late(book: Book, row: Any) -> bool:
    business = book.businesses.get(row.business_id)
    waited = (row.called_at - row.queued_at).total_seconds()
    return business is not None and waited > business.promises[VisitorClass(row.visitor_class)]


def _of_devices(connection: Connection, book: Book, now: datetime) -> Iterator[Reading]:
    for device in connection.execute(_DEVICES, {"hall": book.id}):
        driver = device.settings.get("driver")
        if device.seen_at is not None and driver not in QUIET_DRIVERS:  # set up, and says how it is
            minutes = max(0.0, (now - device.seen_at).total_seconds() / 60)
            yield Reading("device_offline", device.code, minutes, {"seen_at": _iso(device.seen_at)})
        status = device.status or {}
        if health_of(device.kind, driver, True, device.seen_at, status, now) is Health.TROUBLE:
            indicator = "paper_low" if device.kind == "printer" else "device_trouble"
            yield _trouble(indicator, device.code, status)
    for other in heartbeats.others(connection, book.id):
        if other.source in heartbeats.OF_THE_SERVER and troubles(other.status):
            yield _trouble("device_trouble", other.source, other.status)


def _trouble(indicator: str, scope: str, status: Mapping[str, Any]) -> Reading:
    worst = troubles(status)[0]
    return Reading(indicator, scope, worst.grade.value, {"status": dict(status), "trouble": worst.words})


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
