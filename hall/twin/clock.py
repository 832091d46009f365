"""The twin's clock: what is going to happen, in order of time, and what moment it is now.

Things of one moment happen in the order in which they were announced. Times are rounded to the microsecond,
as the live hall's are.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from heapq import heappop, heappush
from math import inf
from typing import Any

from hall.twin.model import Hall, Visitor


class Clock:
    """`now` in seconds of the hall's day; `moment` the same for the rules."""

    def __init__(self, hall: Hall) -> None:
        self.now = 0.0
        self.moment = self._midnight = hall.midnight
        self._coming: list[tuple[int, int, Callable[[Any], None], Any]] = []
        """When (in microseconds of the day, which are quicker than rounded seconds), in which order, what."""
        self._announced = 0

    def at(self, when: float, do: Callable[[Any], None], what: object) -> float:
        """Announces `do(what)` for second `when`; returns it as it will be."""
        microseconds = round(when * 1e6)
        self._announced += 1
        heappush(self._coming, (microseconds, self._announced, do, what))
        return microseconds / 1e6

    def go_to(self, when: float) -> None:
        """The clock never goes back: who comes too late comes now."""
        if when > self.now:
            self.now, self.moment = when, self._midnight + timedelta(seconds=when)

    def play(
        self,
        visitors: Sequence[Visitor],
        arrive: Callable[[Visitor], None],
        until: float,
        enough: Callable[[], bool] | None,
    ) -> bool:
        """Lets the visitors (in order of arrival) come and all else happen at its time, until nothing is left
        or second `until`; at one moment arrivals are first. False when `enough` said to stop before.
        """
        coming, midnight, now = self._coming, self._midnight, self.now
        last, one = round(until * 1e6) if until < inf else inf, timedelta.resolution
        for visitor in (*visitors, None):
            arrives_at = inf if visitor is None else round(visitor.at_seconds * 1e6)
            while coming and coming[0][0] < arrives_at:
                if enough is not None and enough():
                    return False
                if coming[0][0] > last:
                    return True
                microseconds, _, do, what = heappop(coming)
                when = microseconds / 1e6
                if when > now:
                    self.now = now = when
                    self.moment = midnight + microseconds * one
                do(what)
            if enough is not None and enough():
                return False
            if visitor is None or arrives_at > last:
                break
            when = arrives_at / 1e6
            if when > now:
                self.now = now = when
                self.moment = midnight + arrives_at * one
            arrive(visitor)
        return True
