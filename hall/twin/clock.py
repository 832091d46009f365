"""The twin's clock: what is going to happen, in order of time, and what moment it is now.

Things of one moment happen in the order in which they were announced. Times are rounded to the microsecond,
as the live hall's are.
"""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any

from hall.twin.model import Hall


class Clock:
    """`now` in seconds of the hall's day; `moment` the same for the rules."""

    def __init__(self, hall: Hall) -> None:
        self.now = 0.0
        self._hall = hall
        self._moment: datetime | None = None
        self._coming: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._order = count()

    @property
    def moment(self) -> datetime:
        if self._moment is None:
            self._moment = self._hall.moment(self.now)
        return self._moment

    @property
    def next_at(self) -> float:
        """When the next thing happens; inf when nothing is announced."""
        return self._coming[0][0] if self._coming else inf

    def at(self, when: float, do: Callable[[Any], None], what: object) -> float:
        """Announces `do(what)` for second `when`; returns it as it will be."""
        when = round(when, 6)
        heappush(self._coming, (when, next(self._order), do, what))
        return when

    def go_to(self, when: float) -> None:
        """The clock never goes back: who comes too late comes now."""
        self.now, self._moment = max(self.now, when), None

    def happen(self) -> None:
        """Goes to the next thing announced and does it."""
        when, _, do, what = heappop(self._coming)
        self.go_to(when)
        do(what)
