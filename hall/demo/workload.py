"""Who comes when, for what, and how long it takes: the workload model of handbook 12, drawn from a seeded
generator.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from hall.config_model import HallConfig

SHAPE = ((510, 540, 9), (540, 600, 20), (600, 660, 18), (660, 720, 9), (720, 840, 5), (840, 900, 16))
SHAPE_AFTERNOON = ((900, 960, 13), (960, 1020, 8), (1020, 1050, 2))
"""Share of the day's arrivals in per cent, per span in minutes after midnight (handbook 12)."""

WEEKDAY = {0: 1.25, 1: 1.05, 2: 0.95, 3: 0.95, 4: 0.85}
MONTH_END = 1.3

CALL_TO_SEAT_SECONDS = 25.0
TURN_OVER_SECONDS = 20.0
ELDERLY_SHARE = 0.22
ELDERLY_TIME = 1.4
MISSED_SHARE = 0.06
MISSED_RETURN_SHARE = 0.5
TRANSFER_SHARE = 0.04
HOLD_SHARE = 0.02
RATED_SHARE = 0.45
NEGATIVE_SHARE = 0.003


@dataclass(frozen=True)
class Arrival:
    """One visitor: seconds after midnight of the hall's day, the business and item wanted, the class."""

    at_seconds: float
    business: str
    item: str | None
    visitor_class: str


def day_factor(day: date) -> float:
    """How busy a day is against an ordinary one: by weekday, and more at the month's end."""
    following = date.fromordinal(day.toordinal() + 3)
    return WEEKDAY.get(day.weekday(), 0.5) * (MONTH_END if following.month != day.month else 1.0)


def arrivals(
    hall: HallConfig,
    tickets_a_day: float,
    source: random.Random,
    from_minute: int = 510,
    to_minute: int = 1050,
) -> list[Arrival]:
    """The visitors of a span of one day, in order of arrival: Poisson within each span of the day's shape."""
    businesses = [place.business for place in hall.businesses()]
    shares = business_shares(len(businesses), source)
    found = []
    for start, end, percent in (*SHAPE, *SHAPE_AFTERNOON):
        rate = tickets_a_day * percent / 100 / ((end - start) * 60)
        now = start * 60.0
        while (now := now + source.expovariate(rate)) < end * 60:
            if from_minute * 60 <= now < to_minute * 60:
                business = source.choices(businesses, shares)[0]
                item = source.choice(business.items).id if business.items else None
                visitor_class = "elderly" if source.random() < ELDERLY_SHARE else "ordinary"
                found.append(Arrival(now, business.id, item, visitor_class))
    return found


def business_shares(count: int, source: random.Random) -> Sequence[float]:
    """Unequal demand: the first businesses of the file are asked for most (rank^-0.8), with lognormal spread
    (handbook 14).
    """
    return [source.lognormvariate(0, 0.5) * (rank + 1) ** -0.8 for rank in range(count)]


def service_seconds(hall: HallConfig, business: str, visitor_class: str, source: random.Random) -> float:
    """One lognormal service time around the business's expectation; the elderly take longer."""
    configured = hall.business(business)
    minutes, variation = (configured.service_minutes, configured.service_cv) if configured else (8.0, 0.75)
    spread = math.sqrt(math.log(1 + variation**2))
    seconds = source.lognormvariate(math.log(minutes * 60) - spread**2 / 2, spread)
    return seconds * (ELDERLY_TIME if visitor_class == "elderly" else 1.0)


def around_the_clock(
    hall: HallConfig, tickets_an_hour: float, source: random.Random, at_the_door: int = 0
) -> Iterator[Arrival]:
    """Visitors without end at a steady rate, from second 0: for a demonstration at any time of day.

    `at_the_door` of them come in the first two minutes, as when a hall opens in the morning.
    """
    businesses = [place.business for place in hall.businesses()]
    shares = business_shares(len(businesses), source)
    now = 0.0
    for number in count():
        now += source.expovariate(at_the_door / 120 if number < at_the_door else tickets_an_hour / 3600)
        business = source.choices(businesses, shares)[0]
        item = source.choice(business.items).id if business.items else None
        yield Arrival(now, business.id, item, "elderly" if source.random() < ELDERLY_SHARE else "ordinary")
