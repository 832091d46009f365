"""One forecast of a hall's waits, as the look-ahead leaves it: what somebody coming now would wait, per
business and class, and when those who wait already will be called.

Made in the worker (hall/twin/foresee.py), kept by hall/records/forecasts.py, asked by hall/actions/issue.py
for every range that is shown. Between two forecasts a visitor's range goes on by the clock. Older than three
minutes it says nothing any more, and what is shown falls back to hall/rules/waits.py.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hall.rules.calibration import Band
from hall.rules.queues_ahead import QueuesAhead
from hall.rules.tickets import VisitorClass
from hall.rules.waits import WaitRange, in_minutes

GOOD_FOR = timedelta(minutes=3)
"""How long a forecast may be told."""
MOST_POINTS = 16
"""Places kept per line; between two of them a straight line is near enough."""

Line = tuple[int, VisitorClass]
"""Business id, class."""


@dataclass(frozen=True)
class Outlook:
    """What somebody who comes now would wait, in seconds: the look-ahead's own band, and the calibrated range
    that is told. `called_share`: how likely the call comes before the business closes for the day.
    """

    band: Band
    low: float
    high: float
    called_share: float = 1.0

    @property
    def minutes(self) -> WaitRange:
        return in_minutes(self.low, self.high)

    def held(self, waited: float) -> bool:
        """Whether a wait was within the range in whole minutes, however much of it was said."""
        minutes = self.minutes
        return minutes.low_minutes * 60 <= waited <= minutes.high_minutes * 60


class Point(NamedTuple):
    """Somebody waiting: in line since `queued_at` (seconds after the forecast, negative), to be called
    between `low` and `high` seconds after it.
    """

    queued_at: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """A hall's forecast. A line that no open window serves is in neither. `queues`: where they will be."""

    made_at: datetime
    outlooks: Mapping[Line, Outlook]
    places: Mapping[Line, Sequence[Point]]
    queues: QueuesAhead = field(default_factory=QueuesAhead)

    def fresh(self, now: datetime) -> bool:
        """Whether it may still be told."""
        return now - self.made_at <= GOOD_FOR

    def of_newcomer(self, business_id: int, visitor_class: VisitorClass) -> WaitRange | None:
        """The range for somebody who comes now; None where nobody can say."""
        outlook = self.outlooks.get((business_id, visitor_class))
        return outlook.minutes if outlook is not None else None

    def of_waiting(
        self, business_id: int, visitor_class: VisitorClass, queued_at: datetime, now: datetime
    ) -> WaitRange | None:
        """The range, from now on, for somebody in line since `queued_at`; None where nobody can say."""
        since = (queued_at - self.made_at).total_seconds()
        passed = (now - self.made_at).total_seconds()
        outlook = self.outlooks.get((business_id, visitor_class))
        points = self.places.get((business_id, visitor_class), ())
        if not points or (since > 0 and outlook is not None):
            if outlook is None:
                return None
            # Came after the forecast was made, or is in no line it knew: as somebody who comes then.
            low, high = max(since, 0.0) + outlook.low, max(since, 0.0) + outlook.high
        else:
            low, high = _between(points, since)
        return in_minutes(low - passed, high - passed)

    def called_share(self, business_id: int, visitor_class: VisitorClass) -> float | None:
        """How likely somebody who comes now is called before closing; None where nobody can say."""
        outlook = self.outlooks.get((business_id, visitor_class))
        return outlook.called_share if outlook is not None else None

    def as_json(self) -> tuple[list[Any], list[Any]]:
        """The outlooks and the places as JSON values."""
        outlooks = [
            [
                business_id,
                visitor_class.value,
                *(round(one) for one in (band.low, band.middle, band.high, outlook.low, outlook.high)),
                round(outlook.called_share, 2),
            ]
            for (business_id, visitor_class), outlook in self.outlooks.items()
            for band in (outlook.band,)
        ]
        places = [
            [
                business_id,
                visitor_class.value,
                [[round(one.queued_at, 3), round(one.low), round(one.high)] for one in points],
            ]
            for (business_id, visitor_class), points in self.places.items()
        ]
        return outlooks, places

    @classmethod
    def from_json(
        cls,
        made_at: datetime,
        outlooks: Sequence[Any],
        places: Sequence[Any] = (),
        queues: Mapping[str, Any] | None = None,
    ) -> "Forecast":
        """What `as_json` gave, and the queues' own."""
        return cls(
            made_at,
            {
                (business_id, VisitorClass(visitor_class)): Outlook(Band(low, middle, high), *said)
                for business_id, visitor_class, low, middle, high, *said in outlooks
            },
            {
                (business_id, VisitorClass(visitor_class)): [Point(*one) for one in points]
                for business_id, visitor_class, points in places
            },
            QueuesAhead.from_json(queues),
        )


def thin_out(points: Sequence[Point]) -> list[Point]:
    """At most MOST_POINTS of a line's places, in order of `queued_at`, the first and the last among them."""
    if len(points) <= MOST_POINTS:
        return list(points)
    last = len(points) - 1
    return [points[round(last * step / (MOST_POINTS - 1))] for step in range(MOST_POINTS)]


def _between(points: Sequence[Point], queued_at: float) -> tuple[float, float]:
    """Low and high at a place, between the known ones before and behind it."""
    behind = bisect_right([one.queued_at for one in points], queued_at)
    if behind == 0:
        return points[0].low, points[0].high
    before = points[behind - 1]
    if behind == len(points) or before.queued_at == queued_at:
        return before.low, before.high
    after = points[behind]
    share = (queued_at - before.queued_at) / (after.queued_at - before.queued_at)
    return (
        before.low + share * (after.low - before.low),
        before.high + share * (after.high - before.high),
    )
