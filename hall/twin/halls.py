"""Makes the twin's picture of a hall: from a configuration file, or from a live hall's book.

A configuration does not say who sits where. Unless the caller knows better (a workload's staffing, the clerks
signed in now), every window has a clerk who is certified for all it serves and is there while the hall is
open.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from hall.config_model import HallConfig
from hall.config_rules import claim_of, preference_of
from hall.records.book import Book
from hall.rules.tickets import VisitorClass
from hall.twin.expected import expected_services
from hall.twin.model import Business, Clerk, Habits, Hall, Window


def hall_of_config(configured: HallConfig, day: date, habits: Habits | None = None) -> Hall:
    """The hall of a configuration on `day`. Ids are counted from 1 in the file's order, as an empty database
    would give them.
    """
    ids = {place.business.id: number for number, place in enumerate(configured.businesses(), 1)}
    services = expected_services(configured)
    businesses = {}
    for place in configured.businesses():
        one, promise = place.business, configured.promise_of(place.business)
        service_seconds, service_cv = services[one.id]
        businesses[ids[one.id]] = Business(
            id=ids[one.id],
            code=one.id,
            promises={kind: 60.0 * getattr(promise, kind.value) for kind in VisitorClass},
            service_seconds=service_seconds,
            service_cv=service_cv,
            department=place.department.id,
            hours=one.hours,
            prefix=one.prefix,
            guarantee=one.guarantee,
            own=frozenset(VisitorClass(kind) for kind in one.promise_minutes.model_dump(exclude_none=True)),
            length_seconds=60.0 * one.service_minutes,
        )
    windows, claim = {}, claim_of(configured.rules, (one.kind for one in configured.windows))
    for number, window in enumerate(configured.windows, 1):
        served = configured.window_serves(window)
        windows[number] = Window(
            id=number,
            number=window.number,
            kind=window.kind,
            serves=frozenset(ids[code] for code, _ in served),
            own=frozenset(ids[code] for code, own in served if own),
            zone=window.zone,
            preference=preference_of(window.prefers, ids),
            elderly=configured.rules.elderly_windows,
            claim=claim,
        )
    hall = Hall(
        code=configured.id,
        day=day,
        businesses=businesses,
        windows=windows,
        rules=configured.rules,
        habits=habits or Habits(),
        hours=configured.hours,
        closed_days=frozenset(configured.closed_days),
        open_days=frozenset(configured.open_days),
        timezone=configured.timezone,
    )
    return staff(hall, {})


def hall_of_book(book: Book, day: date, habits: Habits | None = None) -> Hall:
    """The hall of a live hall's book on `day`, with its database's ids."""
    departments = book.departments
    claim = claim_of(book.rules, (one.kind for one in book.windows.values()))
    hall = Hall(
        code=book.code,
        day=day,
        businesses={
            one.id: Business(
                id=one.id,
                code=one.code,
                promises=one.promises,
                service_seconds=one.service_seconds,
                service_cv=one.service_cv,
                department=departments[one.department_id].code if one.department_id in departments else "",
                hours=one.hours,
                prefix=one.prefix,
                guarantee=one.guarantee,
                own=one.own,
                length_seconds=one.service_seconds,
            )
            for one in book.businesses.values()
        },
        windows={
            one.id: Window(
                id=one.id,
                number=one.number,
                kind=one.kind,
                serves=one.serves,
                own=one.own,
                zone=book.zones[one.zone_id].code,
                preference=one.preference,
                elderly=book.rules.elderly_windows,
                claim=claim,
            )
            for one in book.windows.values()
        },
        rules=book.rules,
        habits=habits or Habits(),
        hours=book.settings["hours"],
        closed_days=book.closed_days,
        open_days=book.open_days,
        timezone=book.zone.key,
    )
    return staff(hall, {})


def staff(hall: Hall, clerks: Mapping[int, Clerk | None]) -> Hall:
    """The hall with these clerks at these windows (ids); a window left out gets a clerk who knows everything
    and is there while the hall is open, one given None stays empty.
    """
    usual = Clerk(staffed=hall.open_spans)
    return replace(
        hall,
        windows={one.id: replace(one, clerk=clerks.get(one.id, usual)) for one in hall.windows.values()},
    )
