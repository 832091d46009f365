"""Whom a server lets in when more comes than it can do. Pure values; hall/web/admission.py measures and asks.

How far behind the server is says one number: how late its own timer fires, in seconds. Who waits for a clerk
loses least when the look of a screen comes later, then when a kiosk shows "one moment"; so anonymous readers
are put off first, devices later, staff never. Already when the server is only strained, nobody may ask for
more than a fair share.
"""

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

STRAINED_SECONDS = 1.0
"""From here on each asker gets a share."""


class Asker(Enum):
    """`value`: how far behind the server is, in seconds, when such an asker is put off; None: never."""

    ANYONE = 2.0
    DEVICE = 4.0
    STAFF = None


def puts_off(asker: Asker, behind_seconds: float) -> bool:
    """Whether such an asker is told to come again later."""
    return asker.value is not None and behind_seconds >= asker.value


def again_in_seconds(behind_seconds: float) -> int:
    """When to come again: after about twice the time the server is behind, between 2 and 30 s."""
    return min(30, max(2, round(2 * behind_seconds)))


@dataclass(frozen=True)
class Share:
    """So many requests a second, and `burst` at once after a rest."""

    per_second: float
    burst: float


class Shares:
    """What each asker has left of a share: a token bucket each, for the `most` that asked last."""

    def __init__(self, share: Share, most: int = 10_000) -> None:
        self.share, self.most = share, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str, now: float) -> bool:
        """Takes one request out of the asker's share at `now` (seconds); False when nothing is left."""
        left, at = self._left.pop(asker, (self.share.burst, now))
        left = min(self.share.burst, left + max(0.0, now - at) * self.share.per_second)
        allowed = left >= 1
        self._left[asker] = (left - 1 if allowed else left, now)
        if len(self._left) > self.most:
            self._left.popitem(last=False)
        return allowed
