"""The twin's clock: what is going to happen, in order of time, and what moment it is now.

Things of one moment happen in the order in which they were announced. Times are rounded to the microsecond,
as the live hall's are.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any

from hall.twin.model import Hall, Visitor


class Clock:
    """`now` in seconds of the hall's day; `moment` the same for the rules."""

    def __init__(self, hall: Hall) -> None:
        self.now = 0.0
        self.moment = self._midnight = hall.midnight
        self._coming: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._order = count()

    def at(self, when: float, do: Callable[[Any], None], what: object) -> float:
        """Announces `do(what)` for second `when`; returns it as it will be."""
        when = round(when, 6)
        heappush(self._coming, (when, next(self._order), do, what))
        return when

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
        coming, expected = self._coming, iter(visitors)
        visitor = next(expected, None)
        arrives_at = round(visitor.at_seconds, 6) if visitor else inf
        while enough is None or not enough():
            next_at = coming[0][0] if coming else inf
            if visitor is not None and arrives_at <= next_at:
                if arrives_at > until:
                    return True
                self.go_to(arrives_at)
                arrive(visitor)
                visitor = next(expected, None)
                arrives_at = round(visitor.at_seconds, 6) if visitor else inf
            elif not coming or next_at > until:
                return True
            else:
                when, _, do, what = heappop(coming)
                self.go_to(when)
                do(what)
        return False
