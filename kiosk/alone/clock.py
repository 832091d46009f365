"""The kiosk's clock, which never goes back: a lease that has ended stays ended, whatever is done to the PC's.

While the program runs, time is the server's at the last contact plus what has really passed since. Across a
restart only the PC's clock is there; if that stands before what was known already, it cannot be trusted, and
nothing is given out until the server is heard again. kiosk/alone/desk.py keeps `Known` in the store.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=2)
"""A PC's clock may be set back so far by its own time service without being distrusted."""


@dataclass(frozen=True)
class Known:
    """What outlives a restart: how far the server's clock is ahead of the PC's, and the latest moment that is
    known to have passed.
    """

    ahead: timedelta
    passed: datetime


def wall() -> datetime:
    """The PC's clock."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds that nobody can set, sleep of the machine included."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Clock:
    """`now` is the server's time as far as it is known; `trusted` is False after a restart with a clock that
    went back.
    """

    def __init__(
        self,
        known: Known | None,
        wall: Callable[[], datetime] = wall,
        ticks: Callable[[], float] = ticks,
    ) -> None:
        self._wall, self._ticks = wall, ticks
        self._ahead = known.ahead if known else timedelta()
        start = wall() + self._ahead
        self.trusted = known is not None and start >= known.passed - TOLERANCE
        self._base = max(start, known.passed) if known else start
        self._since = ticks()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=self._ticks() - self._since)

    def at_least(self, moment: datetime) -> None:
        """A moment that has passed for certain, such as the arrival on a ticket that the server has issued:
        whoever comes here now came later.
        """
        self._base += max(timedelta(), moment - self.now())

    def set(self, server_now: datetime) -> None:
        """The server said what time it is."""
        self._base, self._since = server_now, self._ticks()
        self._ahead = server_now - self._wall()
        self.trusted = True

    def known(self) -> Known:
        return Known(self._ahead, self.now())
