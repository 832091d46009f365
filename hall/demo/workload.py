"""Who comes to the demonstration when, for what, and how long it takes: the workload model of handbook 12, as
the twin draws it (hall/twin/visitors.py, hall/twin/drawing.py), for visitors who use the real interface.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from hall.config_model import HallConfig
from hall.twin.drawing import staffed, wanted
from hall.twin.halls import hall_of_config
from hall.twin.model import Habits
from hall.twin.visitors import SHAPE, Manners, Wanted, lognormal
from hall.twin.workloads import Workload

CALL_TO_SEAT_SECONDS = Habits().call_to_seat_seconds
TURN_OVER_SECONDS = Habits().turn_over_seconds
ELDERLY_SHARE = Wanted.elderly_share
ELDERLY_TIME = Wanted.elderly_factor
MISSED_SHARE = Manners.missed
TRANSFER_SHARE = Manners.transfers
RATED_SHARE = 0.45
NEGATIVE_SHARE = 0.003
A_MONDAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Arrival:
    """One visitor: seconds after midnight of the hall's day, the business and item wanted, the class."""

    at_seconds: float
    business: str
    item: str | None
    visitor_class: str


def arrivals(
    hall: HallConfig,
    tickets_a_day: float,
    source: random.Random,
    from_minute: int = 510,
    to_minute: int = 1050,
) -> list[Arrival]:
    """The visitors of a span of one day, in order of arrival: Poisson within each span of the day's shape."""
    shares = business_shares(hall)
    found = []
    for start, end, percent in SHAPE:
        rate = tickets_a_day * percent / 100 / ((end - start) * 60)
        now = start * 60.0
        while (now := now + source.expovariate(rate)) < end * 60:
            if from_minute * 60 <= now < to_minute * 60:
                found.append(_arrival(hall, now, shares, source))
    return found


def business_shares(hall: HallConfig) -> Sequence[float]:
    """How much each business of the file is asked for: unequal, but no more than its windows can serve."""
    usual = Workload(name=hall.name)
    expected = wanted(staffed(hall_of_config(hall, A_MONDAY), usual), usual)
    shares = [one.visits for one in expected]
    return shares if any(shares) else [1.0] * len(shares)


def service_seconds(hall: HallConfig, business: str, visitor_class: str, source: random.Random) -> float:
    """One lognormal service time around the business's expectation; the elderly take longer."""
    configured = hall.business(business)
    minutes, variation = (configured.service_minutes, configured.service_cv) if configured else (8.0, 0.75)
    return lognormal(minutes * 60, variation, source) * (ELDERLY_TIME if visitor_class == "elderly" else 1.0)


def around_the_clock(
    hall: HallConfig, tickets_an_hour: float, source: random.Random, at_the_door: int = 0
) -> Iterator[Arrival]:
    """Visitors without end at a steady rate, from second 0: for a demonstration at any time of day.

    `at_the_door` of them come in the first two minutes, as when a hall opens in the morning.
    """
    shares = business_shares(hall)
    now = 0.0
    for number in count():
        now += source.expovariate(at_the_door / 120 if number < at_the_door else tickets_an_hour / 3600)
        yield _arrival(hall, now, shares, source)


def _arrival(hall: HallConfig, at_seconds: float, shares: Sequence[float], source: random.Random) -> Arrival:
    business = source.choices([place.business for place in hall.businesses()], shares)[0]
    item = source.choice(business.items).id if business.items else None
    return Arrival(
        at_seconds, business.id, item, "elderly" if source.random() < ELDERLY_SHARE else "ordinary"
    )
