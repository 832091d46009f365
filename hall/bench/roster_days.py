"""Months of arrivals at a study hall, as they might have been: weekdays, month-ends, holidays, businesses
that grow or shrink, and the noise of handbook 14. What the forecast of `bench roster` is held against.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hall.holidays import calendar_day
from hall.rules.arrivals import DayKind, PastDay, day_kind
from hall.twin.model import Visitor
from hall.twin.study import MANNERS, NOISE, Study
from hall.twin.visitors import draw_visitors

WEEKDAYS = (1.25, 1.05, 0.95, 0.95, 0.85)
MONTH_END, AFTER_HOLIDAY, BEFORE_HOLIDAY = 1.3, 1.6, 0.9
GROWTH_SD, OWN_WEEKDAY_SD = 0.002, 0.05
"""A business grows or shrinks by so much a day; its weekdays differ by so much from the hall's."""


@dataclass(frozen=True)
class SimulatedDay:
    """A day with everybody who came, and the half hours they came in."""

    past: PastDay
    visitors: tuple[Visitor, ...]
    half_hours: Counter[tuple[int, int]]


def works(day: date) -> bool:
    return day.weekday() < 5 and calendar_day(day).working


def simulated_days(study: Study, first: date, days: int, seed: int) -> Iterator[SimulatedDay]:
    """The working days of so many days from `first` on."""
    source = random.Random(f"{study.hall.code} months {seed}")
    growth = {one.business_id: source.gauss(0, GROWTH_SD) for one in study.wanted}
    own = {(one.business_id, at): source.gauss(1, OWN_WEEKDAY_SD) for one in study.wanted for at in range(5)}
    for number in range(days):
        day = first + timedelta(days=number)
        if not works(day):
            continue
        kind = day_kind(day, works)
        factor = factor_of(kind)
        wanted = [
            replace(
                one,
                visits=one.visits
                * factor
                * own[one.business_id, kind.weekday]
                * (1 + growth[one.business_id]) ** number,
            )
            for one in study.wanted
        ]
        drawn = random.Random(f"{study.hall.code} months {seed} {day}")
        hall = replace(study.hall, day=day)
        visitors = draw_visitors(hall, wanted, MANNERS, NOISE, drawn)
        halves = Counter((one.business_id, int(one.at_seconds // 1800)) for one in visitors)
        counts = Counter(one.business_id for one in visitors)
        yield SimulatedDay(PastDay(day, kind, counts), visitors, halves)


def factor_of(kind: DayKind) -> float:
    factor = WEEKDAYS[kind.weekday]
    factor *= MONTH_END if kind.month_end else 1.0
    factor *= AFTER_HOLIDAY if kind.after_holiday else 1.0
    return factor * (BEFORE_HOLIDAY if kind.before_holiday else 1.0)
