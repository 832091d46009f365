"""The study halls of handbook 14: small, medium and large, generated from a seed, and the visitors of a day.

They have the structure of real halls (departments of unequal size, special windows with a bundle of their
own, comprehensive windows of a domain or of all, a few restricted departments) and nobody's real numbers.
`python -m hall bench dispatch` and hall/bench/waits.py measure on them. Same size and seed, same hall.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from hall.rules.calendar import Weekday
from hall.rules.tickets import VisitorClass
from hall.twin.model import Business, Clerk, Habits, Hall, Span, Visitor, Window
from hall.twin.visitors import Manners, Noise, Wanted, draw_visitors, popularity

A_MONDAY = date(2026, 11, 23)
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
HOURS = dict.fromkeys(WEEKDAYS, ("08:30-17:00",))
OPEN: Span = (8.5 * 3600, 17 * 3600)
REST: Span = (12 * 3600, 13.5 * 3600)
PROMISE_SECONDS = {
    VisitorClass.ORDINARY: 900.0,
    VisitorClass.ELDERLY: 300.0,
    VisitorClass.PRIORITY: 300.0,
    VisitorClass.APPOINTMENT: 900.0,
}
HABITS = Habits(call_to_seat_seconds=30.0, turn_over_seconds=0.0, no_show_seconds=60.0)
NO_SHOW = 0.05
MANNERS = Manners(
    priority=0, appointment=0, missed=NO_SHOW, returns=0,
    leaves_at_once=0, leaves_per_10_minutes=0, transfers=0, holds=0,
)  # fmt: skip
NOISE = Noise(business_sd=0.2, half_hour_shape=25)
ELDERLY_SHARE = 0.15
ELDERLY_FACTOR = 1.15
PACE_SD = 0.12


@dataclass(frozen=True)
class Size:
    """One column of handbook 14's table. `load`: share of the open window time that a mean day asks for.
    `cap`: the largest share one business may have.
    """

    windows: int
    visits: int
    departments: int
    businesses: int
    domains: int
    special: int
    comprehensive: int
    elderly: int
    load: float
    cap: float


SIZES: Mapping[str, Size] = {
    "large": Size(288, 10_000, 37, 120, 8, 150, 120, 18, 0.76, 0.04),
    "medium": Size(60, 2_500, 14, 40, 4, 29, 27, 4, 0.76, 0.08),
    "small": Size(12, 400, 5, 12, 2, 6, 5, 1, 0.70, 0.18),
}


@dataclass(frozen=True)
class Study:
    """A study hall and what its businesses are asked for on an average day."""

    hall: Hall
    wanted: tuple[Wanted, ...]

    def visitors(self, seed: int) -> tuple[Visitor, ...]:
        """Everybody who comes on the day of that seed, with all they are going to do."""
        source = random.Random(f"{self.hall.code} day {seed}")
        return draw_visitors(self.hall, self.wanted, MANNERS, NOISE, source)


def study(size: str, seed: int, load: float | None = None) -> Study:
    """The hall of that size and seed, with the size's own load or another."""
    of, source = SIZES[size], random.Random(f"{size} hall {seed}")
    plan = _Plan(of if load is None else replace(of, load=load), source)
    businesses = {
        code: Business(
            id=code,
            code=f"b{code:03d}",
            promises=PROMISE_SECONDS,
            service_seconds=plan.wanted[code].service_seconds,
            service_cv=plan.wanted[code].service_cv,
            elderly_factor=ELDERLY_FACTOR,
            department=f"d{plan.department_of[code]:02d}",
        )
        for code in plan.codes
    }
    windows = dict(enumerate(plan.windows(), 1))
    hall = Hall(
        code=f"study-{size}-{seed}",
        day=A_MONDAY,
        businesses=businesses,
        windows=windows,
        habits=HABITS,
        hours=HOURS,
    )
    return Study(hall, tuple(plan.wanted.values()))


class _Plan:
    """Draws a hall step by step: departments, businesses, services scaled to the load, then the windows."""

    def __init__(self, of: Size, source: random.Random) -> None:
        self.of, self.source = of, source
        sizes = [(rank + 1) ** -0.8 for rank in range(of.departments)]
        counts = apportion(of.businesses, sizes, least=1)
        ids = count(1)
        self.businesses_of = {rank: [next(ids) for _ in range(many)] for rank, many in enumerate(counts)}
        self.department_of = {code: rank for rank, codes in self.businesses_of.items() for code in codes}
        self.codes = sorted(self.department_of)
        drawn = popularity([self.department_of[code] for code in self.codes], source)
        self.wanted = self._services(dict(zip(self.codes, capped(drawn, of.cap), strict=True)))
        self.restricted = self._restricted()

    def _services(self, shares: Mapping[int, float]) -> dict[int, Wanted]:
        """Service times around 8 minutes, then all scaled so that the mean day asks for the load."""
        of, source = self.of, self.source
        means = {
            code: min(25.0, max(3.0, source.lognormvariate(math.log(8), 0.45))) * 60 for code in self.codes
        }
        spreads = {code: min(1.2, max(0.4, source.gauss(0.75, 0.15))) for code in self.codes}
        elderly = {code: source.lognormvariate(0, 0.4) for code in self.codes}
        level = ELDERLY_SHARE / sum(shares[code] * elderly[code] for code in self.codes)
        elderly = {code: min(0.6, level * share) for code, share in elderly.items()}
        mean = sum(shares[code] * means[code] * _slower(elderly[code]) for code in self.codes)
        each = of.load * of.windows * self.open_seconds / of.visits
        scale = (each - NO_SHOW * HABITS.no_show_seconds) / (1 - NO_SHOW) - HABITS.call_to_seat_seconds
        return {
            code: Wanted(
                code,
                of.visits * shares[code],
                means[code] * scale / mean,
                spreads[code],
                elderly[code],
                ELDERLY_FACTOR,
            )
            for code in self.codes
        }

    @property
    def open_seconds(self) -> float:
        """Of the average window: every second one rests at noon."""
        return OPEN[1] - OPEN[0] - (REST[1] - REST[0]) / 2

    def _need(self, department: int) -> float:
        """How many windows a department's mean day keeps busy."""
        return sum(self._busy(self.wanted[code]) for code in self.businesses_of[department])

    def _busy(self, one: Wanted) -> float:
        served = one.service_seconds * _slower(one.elderly_share) + HABITS.call_to_seat_seconds
        each = (1 - NO_SHOW) * served + NO_SHOW * HABITS.no_show_seconds
        return one.visits * each / self.open_seconds

    def _restricted(self) -> set[int]:
        """About one department in nine, and only such as their own special windows can carry."""
        many = max(1, round(self.of.departments / 9))
        room = self.of.special / (3 * many)
        small = [
            rank for rank in self.businesses_of if math.ceil(self._need(rank) / self.of.load) <= room
        ] or [max(self.businesses_of)]
        return set(self.source.sample(small, min(many, len(small))))

    def windows(self) -> list[Window]:
        """Special, comprehensive and elderly windows, numbered from 1, each with a clerk of a pace of its
        own; every second one rests at noon.
        """
        of, source = self.of, self.source
        free = [rank for rank in self.businesses_of if rank not in self.restricted]
        special = {rank: max(1, math.ceil(self._need(rank) / of.load)) for rank in self.restricted}
        left = of.special - sum(special.values())
        special |= dict(zip(free, apportion(left, [self._need(rank) for rank in free]), strict=True))
        made: list[tuple[str, frozenset[int], frozenset[int]]] = []
        for rank in self.businesses_of:
            bundles = self._bundles(rank, special[rank])
            team = frozenset().union(*bundles)
            made += [("special", team, bundle) for bundle in bundles]
        general = round(of.comprehensive / 4)
        open_to_all = frozenset(code for rank in free for code in self.businesses_of[rank])
        domains = [
            frozenset(code for rank in free if rank % of.domains == one for code in self.businesses_of[rank])
            for one in range(of.domains)
        ]
        short = [
            sum(self._need(rank) - of.load * special[rank] for rank in free if rank % of.domains == one)
            for one in range(of.domains)
        ]
        shared = apportion(of.comprehensive - general, [max(0.1, one) for one in short], least=1)
        for serves, many in zip(domains, shared, strict=True):
            made += [("comprehensive", serves, frozenset())] * many
        made += [("comprehensive", open_to_all, frozenset())] * general
        for number in range(of.elderly):
            two = source.sample(domains, 2)
            made.append(("elderly", two[0] | two[1] if number % 2 else open_to_all, frozenset()))
        return [
            Window(number, number, kind, serves, own, clerk=self._clerk(number))
            for number, (kind, serves, own) in enumerate(made, 1)
        ]

    def _bundles(self, department: int, many: int) -> list[frozenset[int]]:
        """The own work of each special window of a department: one to four of its businesses, the busy ones
        more often. In a restricted department every business is somebody's own.
        """
        codes = self.businesses_of[department]
        busy = [self._busy(self.wanted[code]) for code in codes]
        bundles: list[set[int]] = []
        for _ in range(many):
            size, bundle = min(len(codes), self.source.randint(1, 4)), set[int]()
            while len(bundle) < size:
                bundle.update(self.source.choices(codes, busy))
            bundles.append(bundle)
        if department in self.restricted:
            missing = [code for code in codes if not any(code in bundle for bundle in bundles)]
            for number, code in enumerate(missing):
                bundles[number % many].add(code)
        return [frozenset(bundle) for bundle in bundles]

    def _clerk(self, number: int) -> Clerk:
        pace = min(1.5, max(0.6, self.source.gauss(1, PACE_SD)))
        rests = number % 2 == 0
        return Clerk(((OPEN[0], REST[0]), (REST[1], OPEN[1])) if rests else (OPEN,), pace=pace)


def _slower(elderly_share: float) -> float:
    return 1 + elderly_share * (ELDERLY_FACTOR - 1)


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Whole numbers in proportion to the weights that sum to `total`, each at least `least` (largest
    remainder).
    """
    rest, whole = total - least * len(weights), sum(weights)
    exact = [rest * weight / whole for weight in weights]
    given = [least + int(one) for one in exact]
    by_remainder = sorted(range(len(weights)), key=lambda at: int(exact[at]) - exact[at])
    for at in by_remainder[: total - sum(given)]:
        given[at] += 1
    return given


def capped(shares: Sequence[float], cap: float) -> list[float]:
    """The shares scaled to a sum of 1, none above `cap`; what is cut off goes to the others in proportion."""
    found = [share / sum(shares) for share in shares]
    while (excess := sum(share - cap for share in found if share > cap)) > 1e-12:
        below = sum(share for share in found if share < cap)
        found = [cap if share >= cap else share * (1 + excess / below) for share in found]
    return found
