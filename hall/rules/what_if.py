"""What a duty manager would like to try: a window switched, opened, paused or closed, a clerk more or fewer,
more visitors for one business; and what of it cannot be, whatever the hall looks like.

Plain values. hall/twin/what_if.py plays them; hall/twin/planned.py checks them before, against the hall they
are for.

Units: moments are seconds of the hall's day; `until` inf is "to the end of the day".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from hall.rules.errors import PlanAfterClosing, PlanEndsBeforeStart, PlanInPast, PlanOverlaps
from hall.rules.staffing import Businesses

MOST_CHANGES = 40
MOST_VISITORS = 5000
"""More than come to the largest hall in half a day."""


class Do(StrEnum):
    """What a change does."""

    SWITCH = "switch"
    OPEN = "open"
    PAUSE = "pause"
    CLOSE = "close"
    VISITORS = "visitors"


@dataclass(frozen=True)
class Change:
    """One change, from `since` until `until`.

    `businesses`: what the window serves then (switch, open), or the one that `people` more visitors come for,
    evenly spread over the time. `kind`: the window is of that kind then (which visitors it calls first).
    `clerk_id`: who opens it; 0: the clerk who is signed in there, or somebody certified for all it may serve.
    """

    do: Do
    since: float
    until: float = inf
    window_id: int = 0
    businesses: Businesses = frozenset()
    kind: str = ""
    clerk_id: int = 0
    people: int = 0

    def holds(self, at: float) -> bool:
        return self.since <= at < self.until


def check_times(changes: Sequence[Change], now: float, closes: float, numbers: dict[int, int]) -> None:
    """Raises PlanInPast, PlanEndsBeforeStart, PlanAfterClosing, PlanOverlaps. `closes`: when the day ends;
    `numbers`: window id → number, for the sentences.
    """
    for place, one in enumerate(changes, 1):
        if one.since < now or one.until < now:
            raise PlanInPast(change=place, time=clock(min(one.since, one.until)), now=clock(now))
        if one.until <= one.since:
            raise PlanEndsBeforeStart(change=place, since=clock(one.since), until=clock(one.until))
        if one.since >= closes:
            raise PlanAfterClosing(change=place, time=clock(one.since), closes=clock(closes))
    for first, second in _overlapping(changes):
        window = numbers.get(changes[first].window_id, 0)
        raise PlanOverlaps(change=second + 1, other=first + 1, window=window)


def _overlapping(changes: Sequence[Change]) -> Iterator[tuple[int, int]]:
    """Two changes at one window whose times meet."""
    for second, later in enumerate(changes):
        for first, earlier in enumerate(changes[:second]):
            at_once = max(earlier.since, later.since) < min(earlier.until, later.until)
            if at_once and later.window_id and later.window_id == earlier.window_id:
                yield first, second


def clock(seconds: float) -> str:
    """10:05, as on the hall's wall; 24:00 for the end of the day."""
    minutes = min(24 * 60, max(0, int(seconds // 60))) if seconds < inf else 24 * 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
