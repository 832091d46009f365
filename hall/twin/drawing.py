"""Makes a day from a workload: the hall with its clerks at work, and the visitors of a seed.

Used by `python -m hall twin run`. What a hall's businesses are asked for is not known from its configuration;
without numbers in the workload every window's time is asked for alike, and inside a window's own work the
businesses differ in popularity as handbook 14 says. So nothing is overloaded by the drawing itself, only by
what the workload or the day's noise adds. Same hall, workload and seed, same day.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from heapq import heapify, heapreplace
from itertools import count
from math import inf

from hall.rules.calendar import parse_span
from hall.rules.tickets import VisitorClass
from hall.twin.halls import staff
from hall.twin.model import Clerk, Habits, Hall, Rest, Span, Visitor, Window
from hall.twin.visitors import (
    SHAPE,
    Manners,
    Noise,
    Share,
    Wanted,
    draw_visitors,
    lognormal,
    popularity,
)
from hall.twin.workloads import ClerksConfig, Overload, ReaderDown, Workload, seconds_of

GOLDEN = 0.618
"""Spreads the clerks' breaks over the hours: neighbours never rest together."""


def staffed(hall: Hall, workload: Workload) -> Hall:
    """The hall on the workload's day with its clerks: their pace, their breaks, who stays at lunch, who is
    absent.
    """
    given = workload.clerks
    if workload.day is not None:
        hall = replace(hall, day=workload.day)
    source = random.Random(f"{hall.code} clerks {given.seed}")
    clerks: dict[int, Clerk | None] = {}
    for place, window in enumerate(hall.windows.values()):
        pace = min(1.5, max(0.6, source.gauss(1, given.pace_sd)))
        here = window.clerk is not None and window.number not in given.absent
        clerks[window.id] = _clerk(hall, given, place, window, pace) if here else None
    habits = Habits(
        call_to_seat_seconds=given.call_to_seat_seconds, turn_over_seconds=given.turn_over_seconds
    )
    return staff(replace(hall, habits=habits), clerks)


def _clerk(hall: Hall, given: ClerksConfig, place: int, window: Window, pace: float) -> Clerk:
    spans = hall.open_spans
    lunch = _span(given.lunch) if given.lunch else None
    stays = place == 0 or int(place * given.lunch_open) > int((place - 1) * given.lunch_open)
    if lunch and not stays:
        spans = tuple(part for span in spans for part in _without(span, lunch))
    every, length = given.break_every_hours * 3600, given.break_minutes * 60
    rests = []
    for begins, ends in spans if length else ():
        for turn in count():
            at = begins + every * (turn + place * GOLDEN % 1)
            if at + length > ends:
                break
            rests.append(Rest(at, length))
    skills = window.clerk.skills if window.clerk else None
    return Clerk(spans, skills=skills, pace=pace, rests=tuple(rests))


def _span(text: str) -> Span:
    minutes = parse_span(text)
    if minutes is None:
        raise ValueError(text)
    return minutes[0] * 60.0, minutes[1] * 60.0


def _without(span: Span, gap: Span) -> list[Span]:
    parts = [(span[0], min(span[1], gap[0])), (max(span[0], gap[1]), span[1])]
    return [(begins, ends) for begins, ends in parts if begins < ends]


def wanted(hall: Hall, workload: Workload) -> tuple[Wanted, ...]:
    """What each business of a staffed hall is asked for on the workload's day."""
    expected = {code: _expected(hall, workload, code) for code in hall.businesses}
    visits = _visits_of_load(hall, workload, expected)
    if workload.visits is not None and (whole := sum(visits.values())):
        visits = {code: one * workload.visits / whole for code, one in visits.items()}
    for code, business in hall.businesses.items():
        given = workload.businesses.get(business.code)
        if given is not None:
            visits[code] = (visits[code] if given.visits is None else given.visits) * given.factor
        visits[code] *= workload.factor * workload.departments.get(business.department, 1.0)
    if workload.overload is not None:
        crowded = workload.overload.department or least_helped(hall)
        for code, business in hall.businesses.items():
            visits[code] *= _crowding(workload.overload, business.department == crowded)
    return tuple(replace(one, visits=visits[code]) for code, one in expected.items())


def _crowding(overload: Overload, crowded: bool) -> float:
    return overload.factor if crowded else overload.others


def _expected(hall: Hall, workload: Workload, code: int) -> Wanted:
    business, people = hall.businesses[code], workload.visitors
    given = workload.businesses.get(business.code)
    minutes = given.service_minutes if given else None
    return Wanted(
        business_id=code,
        visits=0.0,
        service_seconds=business.service_seconds if minutes is None else 60.0 * minutes,
        service_cv=(given.service_cv if given else None) or business.service_cv,
        elderly_share=people.elderly if given is None or given.elderly is None else given.elderly,
        elderly_factor=people.elderly_factor,
    )


def usual_load(hall: Hall) -> float:
    """The share of open window time that visitors ask for, by the hall's size (handbook 14; a village point
    of handbook 12: two windows, 40 visitors).
    """
    windows = sum(bool(one.calls) for one in hall.windows.values())
    return 0.45 if windows <= 3 else 0.70 if windows <= 30 else 0.76


def _visits_of_load(hall: Hall, workload: Workload, expected: dict[int, Wanted]) -> dict[int, float]:
    """Every staffed window's time, filled to the load with its own work (or else with all it serves)."""
    load, people, habits = workload.load or usual_load(hall), workload.visitors, hall.habits
    departments = list(dict.fromkeys(one.department for one in hall.businesses.values()))
    ranks = [departments.index(one.department) for one in hall.businesses.values()]
    source = random.Random(f"{hall.code} popularity")
    liked = dict(zip(hall.businesses, popularity(ranks, source), strict=True))
    visits = dict.fromkeys(hall.businesses, 0.0)
    for window in hall.windows.values():
        work = (window.own & window.calls) or window.calls
        if window.clerk is None or not work:
            continue
        rests = sum(one.for_seconds for one in window.clerk.rests)
        open_seconds = max(0.0, sum(ends - begins for begins, ends in window.clerk.staffed) - rests)
        whole = sum(liked[code] for code in work)
        for code in work:
            one = expected[code]
            served = one.service_seconds * (1 + one.elderly_share * (one.elderly_factor - 1))
            each = (1 - people.missed) * (served + habits.call_to_seat_seconds)
            each += people.missed * habits.no_show_seconds + habits.turn_over_seconds
            visits[code] += load * open_seconds * liked[code] / whole / each
    return visits


def least_helped(hall: Hall) -> str:
    """The department whose windows are least comprehensive ones; of equals, the one with most windows."""
    windows = {name: [0, 0] for name in dict.fromkeys(one.department for one in hall.businesses.values())}
    for window in hall.windows.values():
        for name in {hall.businesses[code].department for code in window.calls}:
            windows[name][0] += window.kind == "comprehensive"
            windows[name][1] += 1
    served = {name: counts for name, counts in windows.items() if counts[1]}
    return min(served, key=lambda name: (served[name][0] / served[name][1], -served[name][1]), default="")


def visitors(hall: Hall, workload: Workload, seed: int) -> tuple[Visitor, ...]:
    """Everybody who comes to a staffed hall on the workload's day of that seed, in order of arrival."""
    source = random.Random(f"{hall.code} {workload.name} {seed}")
    if workload.arrivals is not None:
        return _written(hall, workload, source)
    people, noise = workload.visitors, workload.noise
    manners = Manners(
        priority=people.priority,
        appointment=people.appointment,
        missed=people.missed,
        missed_appointment=people.missed_appointment,
        returns=people.returned,
        leaves_at_once=people.abandoned,
        leaves_per_10_minutes=people.abandoned_per_10_minutes,
        transfers=people.transferred,
        holds=people.held,
    )
    drawn = draw_visitors(
        hall,
        wanted(hall, workload),
        manners,
        Noise(noise.business_sd, noise.half_hour_shape or inf),
        source,
        _shape(workload),
    )
    if workload.reader_down is not None:
        drawn = _issued_by_hand(drawn, workload.reader_down, len(hall.windows), source)
    return drawn


def _shape(workload: Workload) -> Sequence[Share]:
    if workload.shape is None:
        return SHAPE
    whole = sum(workload.shape.values())
    spans = [(parse_span(text), share) for text, share in workload.shape.items()]
    return [(*span, 100 * share / whole) for span, share in spans if span]


def _written(hall: Hall, workload: Workload, source: random.Random) -> tuple[Visitor, ...]:
    """The visitors the workload names one by one; a service that is not given is drawn."""
    ids = {one.code: one.id for one in hall.businesses.values()}
    people = []
    for one in workload.arrivals or ():
        business, kind = ids[one.business], VisitorClass(one.visitor_class)
        expected = _expected(hall, workload, business)
        factor = expected.elderly_factor if kind is VisitorClass.ELDERLY else 1.0
        service = lognormal(expected.service_seconds * factor, expected.service_cv, source)
        people.append(
            Visitor(
                id=0,
                at_seconds=seconds_of(one.at),
                business_id=business,
                visitor_class=kind,
                service_seconds=service if one.service_minutes is None else 60.0 * one.service_minutes,
                booked_at_seconds=None if one.booked_at is None else seconds_of(one.booked_at),
            )
        )
    return _numbered(people)


def _issued_by_hand(
    drawn: Iterable[Visitor], down: ReaderDown, windows: int, source: random.Random
) -> tuple[Visitor, ...]:
    """While the reader is down, everybody gets the number at a desk, in turn; and of the elderly only those
    who say so are known as such.
    """
    begins, ends = _span(down.span)
    free_at = [begins] * (down.desks or max(1, round(windows / 70)))
    heapify(free_at)
    people = []
    for one in drawn:
        if not begins <= one.at_seconds < ends:
            people.append(one)
            continue
        issued_at = max(one.at_seconds, free_at[0]) + down.seconds_per_number
        heapreplace(free_at, issued_at)
        kind = one.visitor_class
        if kind is VisitorClass.ELDERLY and source.random() >= down.said:
            kind = VisitorClass.ORDINARY
        people.append(replace(one, at_seconds=issued_at, visitor_class=kind))
    return _numbered(people)


def _numbered(people: Iterable[Visitor]) -> tuple[Visitor, ...]:
    in_order = sorted(people, key=lambda one: one.at_seconds)
    return tuple(replace(one, id=number) for number, one in enumerate(in_order, 1))
