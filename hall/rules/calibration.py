"""How wide a wait range must be so that it holds as often as it says: split-conformal calibration.

A look-ahead's own 10–90 % band covers too little (61–70 %, handbook 6), because it knows nothing of what it
gets wrong. So every visitor who is called is held against the band that was in force when they came; the
score says how far outside it the truth was (negative: inside), in square roots of seconds: on that scale
waits of every length scatter alike, and a range never reaches below nothing. The range that is told is the
band widened, or narrowed, by the score that the wanted share of recent visitors stayed under (conformalised
quantile regression: Romano, Patterson, Candès 2019). Scores are kept per business, the newest few hundred; a
business with few of its own leans on the whole hall's.

The wanted share is moved a little with every visitor (adaptive conformal inference: Gibbs, Candès 2021): up
when the range that was told missed, down when it held. So what visitors read, whole minutes and all, covers
the target also while the day changes. Plain values in, plain values out; hall/twin/foresee.py keeps it.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Any

COVERAGE = 0.8
"""How often a range should hold."""
STEP = 0.01
STEP_OF_HALL = 0.004
"""How far one visitor moves the wanted share of their business, and of all."""
KEPT = 150
"""Scores per business."""
KEPT_OF_HALL = 1000
SHARED = 40.0
"""How many scores the whole hall's quantile is worth beside a business's own."""
UNKNOWN = 2.0
"""The score before anybody was called: what a raw band usually lacks."""
WIDEST, NARROWEST = 0.995, 0.3
FARTHEST_MOVE = 0.4


@dataclass(frozen=True)
class Band:
    """What is expected of one wait, in seconds: low ≤ middle ≤ high, all ≥ 0."""

    low: float
    middle: float
    high: float

    def score(self, waited: float) -> float:
        """How far outside the band a wait was, in square roots of seconds; negative inside it."""
        return max(sqrt(self.low) - sqrt(waited), sqrt(waited) - sqrt(self.high))


class _Scores:
    """The newest `most` scores, ready for quantiles."""

    def __init__(self, most: int, scores: list[float]) -> None:
        self.newest: deque[float] = deque(scores[-most:])
        self._most = most
        self._sorted = sorted(self.newest)

    def add(self, score: float) -> None:
        if len(self.newest) == self._most:
            del self._sorted[bisect_left(self._sorted, self.newest.popleft())]
        self.newest.append(score)
        insort(self._sorted, score)

    def quantile(self, share: float) -> float:
        """The conformal quantile: the ⌈(n + 1)·share⌉-th smallest score, the largest if there are too few."""
        count = len(self._sorted)
        return self._sorted[min(count, max(1, ceil((count + 1) * share))) - 1]


@dataclass
class Calibration:
    """The calibration of one hall."""

    target: float = COVERAGE
    _hall: _Scores = field(default_factory=lambda: _Scores(KEPT_OF_HALL, []))
    _businesses: dict[int, _Scores] = field(default_factory=dict)
    _moved: dict[int, float] = field(default_factory=dict)
    """Business → how far its own visitors have moved its share, beside what all have."""
    _moved_of_hall: float = 0.0

    def share(self, business_id: int) -> float:
        """Which share of recent scores the next range of a business is to stay above."""
        share = self.target + self._moved_of_hall + self._moved.get(business_id, 0.0)
        return min(WIDEST, max(NARROWEST, share))

    def widen(self, business_id: int, band: Band) -> Band:
        """The range to tell for a band."""
        by = self._quantile(business_id)
        low, high = sqrt(band.low) - by, sqrt(band.high) + by
        if low > high:
            low = high = (low + high) / 2
        return Band(max(0.0, low) ** 2, band.middle, max(0.0, high) ** 2)

    def observe(self, business_id: int, band: Band, waited: float, held: bool) -> None:
        """A visitor was called after `waited` seconds. `band` is the raw one of the moment they came, `held`
        whether the range that was told for it did.
        """
        missing = self.target - held
        self._moved_of_hall = _within(self._moved_of_hall + STEP_OF_HALL * missing)
        self._moved[business_id] = _within(self._moved.get(business_id, 0.0) + STEP * missing)
        score = band.score(waited)
        self._hall.add(score)
        self._businesses.setdefault(business_id, _Scores(KEPT, [])).add(score)

    def _quantile(self, business_id: int) -> float:
        share = self.share(business_id)
        whole = self._hall.quantile(share) if len(self._hall.newest) >= SHARED else UNKNOWN
        own = self._businesses.get(business_id)
        if own is None:
            return whole
        weight = len(own.newest) / (len(own.newest) + SHARED)
        return weight * own.quantile(share) + (1 - weight) * whole

    def state(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        return {
            "hall": [round(one, 3) for one in self._hall.newest],
            "moved": round(self._moved_of_hall, 4),
            "businesses": {
                str(business_id): {
                    "moved": round(self._moved.get(business_id, 0.0), 4),
                    "scores": [round(one, 3) for one in scores.newest],
                }
                for business_id, scores in self._businesses.items()
            },
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> "Calibration":
        """A calibration as `state` gave it; a new one from nothing."""
        kept = cls()
        kept._moved_of_hall = float(state.get("moved", 0.0))
        kept._hall = _Scores(KEPT_OF_HALL, list(state.get("hall", ())))
        for code, one in state.get("businesses", {}).items():
            kept._businesses[int(code)] = _Scores(KEPT, list(one["scores"]))
            kept._moved[int(code)] = float(one["moved"])
        return kept


def _within(moved: float) -> float:
    """So far and no further, that a share comes back soon when the hall changes."""
    return min(FARTHEST_MOVE, max(-FARTHEST_MOVE, moved))
