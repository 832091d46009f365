"""Where the queues will be: how many will wait, and how long the longest of them will have waited, 15, 30 and
45 minutes after a look-ahead, each as a band.

The bands come from the look-ahead's runs (hall/twin/lookahead.py), per business, per zone and for the whole
hall: runs are added up before bands are made, since the sum of two bands' ends is no end of the sum's band.
Kept with the forecast (hall/rules/forecasts.py), shown by hall/screens/overview.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any, NamedTuple

from hall.rules.calibration import Band

HORIZONS_MINUTES = (15, 30, 45)
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


class Standing(NamedTuple):
    """A queue at one moment: people, and seconds that the one who came first has waited."""

    waiting: int
    longest: float


NOBODY = Standing(0, 0.0)


@dataclass(frozen=True)
class QueueAhead:
    """A queue `minutes` after the forecast; `waiting` in whole people, `longest` in seconds."""

    minutes: int
    waiting: Band
    longest: Band

    def held(self, then: Standing) -> bool:
        """Whether that many waited as were foreseen."""
        return self.waiting.low <= then.waiting <= self.waiting.high

    def held_longest(self, then: Standing) -> bool:
        return self.longest.low <= then.longest <= self.longest.high


@dataclass(frozen=True)
class QueuesAhead:
    """All queues of one forecast. A horizon after closing is left out; so is a queue nobody calls."""

    businesses: Mapping[int, Sequence[QueueAhead]] = field(default_factory=dict)
    zones: Mapping[str, Sequence[QueueAhead]] = field(default_factory=dict)
    hall: Sequence[QueueAhead] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "businesses": {str(one): _rows(points) for one, points in self.businesses.items()},
            "zones": {one: _rows(points) for one, points in self.zones.items()},
            "hall": _rows(self.hall),
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any] | None) -> "QueuesAhead":
        """What `as_json` gave; nothing from None, which older forecasts have."""
        if not given:
            return cls()
        return cls(
            {int(one): _points(rows) for one, rows in given["businesses"].items()},
            {one: _points(rows) for one, rows in given["zones"].items()},
            _points(given["hall"]),
        )


def queue_ahead(minutes: int, runs: Sequence[Standing]) -> QueueAhead:
    """The bands of what the runs saw of one queue, at least one run: the tenth, fiftieth and ninetieth in a
    hundred; people rounded outwards, since nobody waits by half.
    """
    waiting = sorted(float(one.waiting) for one in runs)
    longest = sorted(one.longest for one in runs)
    return QueueAhead(
        minutes,
        Band(
            float(floor(quantile(waiting, LOW))),
            float(round(quantile(waiting, MIDDLE))),
            float(ceil(quantile(waiting, HIGH))),
        ),
        Band(*(quantile(longest, share) for share in (LOW, MIDDLE, HIGH))),
    )


def together(standings: Sequence[Standing]) -> Standing:
    """Several queues as one."""
    return Standing(
        sum(one.waiting for one in standings), max((one.longest for one in standings), default=0.0)
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The share's place in values in order, straight between two of them."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _rows(points: Sequence[QueueAhead]) -> list[list[int]]:
    return [
        [
            one.minutes,
            *(round(end) for end in (one.waiting.low, one.waiting.middle, one.waiting.high)),
            *(round(end) for end in (one.longest.low, one.longest.middle, one.longest.high)),
        ]
        for one in points
    ]


def _points(rows: Sequence[Sequence[int]]) -> tuple[QueueAhead, ...]:
    return tuple(
        QueueAhead(row[0], Band(*(float(one) for one in row[1:4])), Band(*(float(one) for one in row[4:7])))
        for row in rows
    )
