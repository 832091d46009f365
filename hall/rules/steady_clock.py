"""Whether a server's clock goes as time goes, by the seconds that have passed meanwhile whatever it shows.
Pure values; hall/clock_watch.py looks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST = timedelta(minutes=1)
"""A clock that is set right by less moves nobody's place in line; automatic setting does that every day."""
BELIEVED_AFTER = timedelta(hours=1)
"""A clock that goes steadily for so long after it was moved is right: then it was wrong before."""


@dataclass
class SteadyClock:
    """`look` again and again; `moved_by` is by how much the clock was moved (forward is positive), None while
    it is steady or steady again.
    """

    moved_by: timedelta | None = None
    _ahead_seconds: float | None = None
    _last_seconds: float = 0.0
    _since_seconds: float = 0.0

    def look(self, shown: datetime, passed_seconds: float) -> None:
        """What the clock shows, and a count of seconds that nobody can set."""
        ahead = shown.timestamp() - passed_seconds
        least = LEAST.total_seconds()
        if self._ahead_seconds is None:
            self._ahead_seconds = self._last_seconds = ahead
        if abs(ahead - self._last_seconds) >= least:
            self._since_seconds = passed_seconds
        self._last_seconds = ahead
        moved = ahead - self._ahead_seconds
        believed = passed_seconds - self._since_seconds >= BELIEVED_AFTER.total_seconds()
        if abs(moved) < least or believed:
            self._ahead_seconds = ahead
            self.moved_by = None
        else:
            self.moved_by = timedelta(seconds=round(moved))
