"""Draws the visitors of one day: when they come, for what, as what, and everything they are going to do.

All of it is drawn here in advance, so that every policy sees the same people. Used by the study halls
(hall/twin/study.py) and by the workloads (hall/twin/workloads.py); the numbers are the workload model of
handbook 12, and hall/demo/workload.py takes them from here.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from hall.rules.tickets import VisitorClass
from hall.twin.model import Hall, Hop, Visitor

HALF_HOUR = 1800.0
QUARTER = 900.0

Share = tuple[int, int, float]
"""From, until (minutes after midnight), per cent of the day's visitors who come in that span."""

SHAPE: tuple[Share, ...] = (
    (510, 540, 9),
    (540, 600, 20),
    (600, 660, 18),
    (660, 720, 9),
    (720, 840, 5),
    (840, 900, 16),
    (900, 960, 13),
    (960, 1020, 8),
    (1020, 1050, 2),
)


@dataclass(frozen=True)
class Wanted:
    """What one business is asked for on one day: `visits` is the expectation for the whole of SHAPE; service
    in seconds at a clerk of pace 1, before the elderly's factor.
    """

    business_id: int
    visits: float
    service_seconds: float
    service_cv: float = 0.75
    elderly_share: float = 0.22
    elderly_factor: float = 1.4


@dataclass(frozen=True)
class Manners:
    """How visitors behave (handbook 12): shares of all, except where said.

    `returns` is a share of the missed, who come back after uniformly drawn seconds. `leaves_at_once` and
    `leaves_per_10_minutes`: who gives the number back within the first minute, and in each further ten.
    Booked people come `early_seconds` before their time on average, with the spread beside it.
    """

    priority: float = 0.02
    appointment: float = 0.20
    missed: float = 0.06
    missed_appointment: float = 0.10
    returns: float = 0.5
    return_seconds: tuple[float, float] = (180.0, 900.0)
    leaves_at_once: float = 0.01
    leaves_per_10_minutes: float = 0.005
    transfers: float = 0.04
    holds: float = 0.02
    hold_mean_seconds: float = 600.0
    early_seconds: float = 300.0
    early_spread_seconds: float = 480.0


@dataclass(frozen=True)
class Noise:
    """How days differ from their expectation: one factor per business (`business_sd`), and one per business
    and half hour (gamma with this shape; inf = none).
    """

    business_sd: float = 0.0
    half_hour_shape: float = inf


def draw_visitors(
    hall: Hall,
    wanted: Sequence[Wanted],
    manners: Manners,
    noise: Noise,
    source: random.Random,
    shape: Sequence[Share] = SHAPE,
) -> tuple[Visitor, ...]:
    """The visitors in order of arrival, with ids from 1; nobody comes while no numbers are issued for their
    business.
    """
    drawn: list[Visitor] = []
    others = _transfer_targets(hall)
    by_id = {one.business_id: one for one in wanted}
    for wish in wanted:
        doors = hall.spans_of(wish.business_id)
        for at_seconds in _arrivals(wish.visits, noise, source, shape):
            if any(opens <= at_seconds < closes for opens, closes in doors):
                drawn.append(_visitor(at_seconds, wish, manners, by_id, others, source))
    drawn.sort(key=lambda one: one.at_seconds)
    return tuple(replace(one, id=number) for number, one in enumerate(drawn, 1))


def popularity(ranks: Sequence[int], source: random.Random) -> list[float]:
    """How much businesses are asked for, unscaled, by the rank of each one's department (from 0): departments
    fall like rank^−0.8, businesses are lognormal around that (handbook 14).
    """
    return [source.lognormvariate(0, 0.9) * (rank + 1) ** -0.8 for rank in ranks]


def lognormal(mean: float, cv: float, source: random.Random) -> float:
    """One draw with this mean and standard deviation ÷ mean."""
    spread = math.sqrt(math.log(1 + cv * cv))
    return source.lognormvariate(math.log(mean) - spread * spread / 2, spread)


def _arrivals(visits: float, noise: Noise, source: random.Random, shape: Sequence[Share]) -> list[float]:
    """Poisson within each half hour, at the shape's rate times the day's and the half hour's factor."""
    factor = max(0.0, source.gauss(1, noise.business_sd)) if noise.business_sd else 1.0
    found = []
    for begins, ends, percent in shape:
        expected = visits * factor * percent / 100
        at = begins * 60.0
        while at < ends * 60.0:
            until = min(at + HALF_HOUR, ends * 60.0)
            share = (until - at) / ((ends - begins) * 60.0)
            gamma = noise.half_hour_shape
            rate = expected * share * (1.0 if gamma == inf else source.gammavariate(gamma, 1 / gamma))
            now = at
            while rate > 0 and (now := now + source.expovariate(rate / (until - at))) < until:
                found.append(now)
            at = until
    return found


def _visitor(
    at_seconds: float,
    wish: Wanted,
    manners: Manners,
    wanted: Mapping[int, Wanted],
    others: Mapping[int, Sequence[int]],
    source: random.Random,
) -> Visitor:
    kind = _class(wish, manners, source)
    factor = wish.elderly_factor if kind is VisitorClass.ELDERLY else 1.0
    service = lognormal(wish.service_seconds * factor, wish.service_cv, source)
    booked_at = None
    if kind is VisitorClass.APPOINTMENT:
        early = source.gauss(manners.early_seconds, manners.early_spread_seconds)
        booked_at = round((at_seconds + early) / QUARTER) * QUARTER
    missed = manners.missed_appointment if kind is VisitorClass.APPOINTMENT else manners.missed
    shows_up = source.random() >= missed
    returns = None
    if not shows_up and source.random() < manners.returns:
        returns = source.uniform(*manners.return_seconds)
    hops: tuple[Hop, ...] = ()
    if (targets := others.get(wish.business_id)) and source.random() < manners.transfers:
        to = source.choice(targets)
        again = wanted.get(to, wish)
        hops = (Hop(to, lognormal(again.service_seconds * factor, again.service_cv, source)),)
    holds = source.random() < manners.holds
    return Visitor(
        id=0,
        at_seconds=at_seconds,
        business_id=wish.business_id,
        visitor_class=kind,
        service_seconds=service,
        booked_at_seconds=booked_at,
        shows_up=shows_up,
        returns_after_seconds=returns,
        patience_seconds=_patience(manners, source),
        hops=hops,
        hold_at_seconds=service * source.random() if holds else None,
        hold_seconds=source.expovariate(1 / manners.hold_mean_seconds) if holds else 0.0,
    )


def _class(wish: Wanted, manners: Manners, source: random.Random) -> VisitorClass:
    """Age comes first: somebody elderly who booked is called as elderly."""
    if source.random() < wish.elderly_share:
        return VisitorClass.ELDERLY
    drawn = source.random()
    if drawn < manners.priority:
        return VisitorClass.PRIORITY
    return (
        VisitorClass.APPOINTMENT if drawn < manners.priority + manners.appointment else VisitorClass.ORDINARY
    )


def _patience(manners: Manners, source: random.Random) -> float:
    """Seconds after which the number is given back, so that the share gone after w seconds of waiting is
    leaves_at_once + leaves_per_10_minutes · w / 600.
    """
    drawn = source.random()
    if drawn < manners.leaves_at_once:
        return 60.0 * drawn / manners.leaves_at_once
    if not manners.leaves_per_10_minutes:
        return inf
    return 60.0 + 600.0 * (drawn - manners.leaves_at_once) / manners.leaves_per_10_minutes


def _transfer_targets(hall: Hall) -> dict[int, list[int]]:
    """Where a visit may be sent on to: the department's other businesses that some window calls, else any
    other.
    """
    called = {code for window in hall.windows.values() for code in window.calls}
    targets = {}
    for one in hall.businesses.values():
        near = [
            other.id
            for other in hall.businesses.values()
            if other.id in called and other.id != one.id and other.department == one.department
        ]
        targets[one.id] = near or sorted(called - {one.id})
    return targets
