"""Who will come: arrivals per business and class for the rest of the day, from past days and from today so
far.

A past day is kept as counts per half hour. The plan of a business is its daily mean in the shape of the whole
hall's day, moved towards its own shape as far as its counts carry it; today's level is plan × (seen in the
last hour + 6) ÷ (planned for it + 6), first for the hall, then for the business (handbook 11). Without any
past day the last hour simply goes on. Plain values in, plain values out; hall/twin/knowledge.py tells it who
came.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date
from math import inf

from hall.rules.tickets import VisitorClass

SPAN_SECONDS = 1800
"""The grain of the plan."""
SPANS = 48
DAYS_KEPT = 10
LOOK_BACK_SECONDS = 3600.0
WEIGHT_OF_PLAN = 6.0
"""How many arrivals the plan is worth against what was seen."""
CASES_OF_SHARE = 20.0
"""How many visitors of a business the whole hall's mixture of classes is worth."""


@dataclass(frozen=True)
class Flow:
    """Arrivals between two moments of the day, seconds after midnight: so many a second per (business,
    class).
    """

    from_seconds: float
    until_seconds: float
    rates: dict[tuple[int, VisitorClass], float]


@dataclass
class _PastDay:
    total: int = 0
    spans: Counter[int] = field(default_factory=Counter)
    businesses: Counter[int] = field(default_factory=Counter)
    business_spans: Counter[tuple[int, int]] = field(default_factory=Counter)


@dataclass
class Demand:
    """One hall's arrivals. They are told in order of time."""

    _past: deque[_PastDay] = field(default_factory=lambda: deque(maxlen=DAYS_KEPT))
    _today: date | None = None
    _seen: _PastDay = field(default_factory=_PastDay)
    _lately: deque[tuple[float, int]] = field(default_factory=deque)
    _first_at: float | None = None
    _classes: Counter[VisitorClass] = field(default_factory=Counter)
    _business_classes: Counter[tuple[int, VisitorClass]] = field(default_factory=Counter)

    def observe(self, day: date, at_seconds: float, business_id: int, visitor_class: VisitorClass) -> None:
        """Somebody came, `at_seconds` after the midnight of `day`."""
        self._begin(day)
        span = _span(at_seconds)
        self._seen.total += 1
        self._seen.spans[span] += 1
        self._seen.businesses[business_id] += 1
        self._seen.business_spans[business_id, span] += 1
        self._first_at = at_seconds if self._first_at is None else min(self._first_at, at_seconds)
        self._lately.append((at_seconds, business_id))
        while self._lately and self._lately[0][0] < at_seconds - LOOK_BACK_SECONDS:
            self._lately.popleft()
        self._classes[visitor_class] += 1
        self._business_classes[business_id, visitor_class] += 1

    def flows(self, day: date, from_seconds: float, until_seconds: float) -> list[Flow]:
        """What is expected between two moments of `day`, in order and without gaps."""
        self._begin(day)
        seen: Counter[int] = Counter(
            business_id for at, business_id in self._lately if at >= from_seconds - LOOK_BACK_SECONDS
        )
        businesses = set(seen).union(*(one.businesses for one in self._past))
        found = []
        begins = from_seconds
        levels = self._levels(from_seconds, seen, businesses)
        while begins < until_seconds:
            ends = min(until_seconds, _span_ends(begins))
            rates = {}
            for business_id in businesses:
                if self._past:
                    rate = self._plan(business_id, _span(begins)) / SPAN_SECONDS * levels[business_id]
                else:
                    rate = seen[business_id] / self._looked_back(from_seconds)
                if rate > 0:
                    for visitor_class, share in self.shares(business_id).items():
                        rates[business_id, visitor_class] = rate * share
            found.append(Flow(begins, ends, rates))
            begins = ends
        return found

    def _begin(self, day: date) -> None:
        if day == self._today:
            return
        if self._seen.total:
            self._past.append(self._seen)
        self._today, self._seen, self._first_at = day, _PastDay(), None
        self._lately.clear()

    def _looked_back(self, now_seconds: float) -> float:
        """How long arrivals have been seen today, at most the hour that counts."""
        since = now_seconds if self._first_at is None else self._first_at
        return min(LOOK_BACK_SECONDS, max(600.0, now_seconds - since))

    def _plan(self, business_id: int, span: int) -> float:
        """Arrivals planned for one business in one span."""
        days = len(self._past)
        own = sum(one.businesses[business_id] for one in self._past)
        all_of = sum(one.total for one in self._past)
        in_span = sum(one.spans[span] for one in self._past)
        expected = own * in_span / all_of
        if expected == 0:
            return 0.0
        counted = sum(one.business_spans[business_id, span] for one in self._past)
        return expected / days * (counted + WEIGHT_OF_PLAN) / (expected + WEIGHT_OF_PLAN)

    def _levels(self, now_seconds: float, seen: Counter[int], businesses: set[int]) -> dict[int, float]:
        """Today's factor on the plan, per business."""
        if not self._past:
            return {}
        planned = {one: self._planned_lately(one, now_seconds) for one in businesses}
        hall = (sum(seen.values()) + WEIGHT_OF_PLAN) / (sum(planned.values()) + WEIGHT_OF_PLAN)
        return {
            one: hall * (seen[one] + WEIGHT_OF_PLAN) / (planned[one] * hall + WEIGHT_OF_PLAN)
            for one in businesses
        }

    def _planned_lately(self, business_id: int, now_seconds: float) -> float:
        """What the plan expected for the last hour."""
        since, total = max(0.0, now_seconds - LOOK_BACK_SECONDS), 0.0
        while since < now_seconds:
            ends = min(now_seconds, _span_ends(since))
            total += self._plan(business_id, _span(since)) * (ends - since) / SPAN_SECONDS
            since = ends
        return total

    def shares(self, business_id: int) -> dict[VisitorClass, float]:
        """The mixture of classes of a business, near the hall's while little was seen of it; empty before
        anybody came.
        """
        whole = sum(self._classes.values())
        own = sum(self._business_classes[business_id, one] for one in VisitorClass)
        return {
            one: (self._business_classes[business_id, one] + CASES_OF_SHARE * self._classes[one] / whole)
            / (own + CASES_OF_SHARE)
            for one in VisitorClass
            if self._classes[one]
        }


def _span(at_seconds: float) -> int:
    return min(SPANS - 1, max(0, int(at_seconds // SPAN_SECONDS)))


def _span_ends(at_seconds: float) -> float:
    """The last span of a day goes on: who looks ahead in the evening looks beyond midnight."""
    span = _span(at_seconds)
    return inf if span == SPANS - 1 else (span + 1) * SPAN_SECONDS
