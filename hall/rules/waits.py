"""How long will I wait: a range in whole minutes, never false precision (handbook 6).

The range here is last-to-enter-service: what the visitors who were called most recently had waited, with
their own spread as the band. Where nobody was called lately it falls back to people ahead × mean service ÷
open windows. The caller reads the numbers; nothing here touches a clock or a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import quantiles


@dataclass(frozen=True)
class WaitRange:
    """Whole minutes, low ≤ high."""

    low_minutes: int
    high_minutes: int


def wait_range(
    ahead: int,
    open_windows: int,
    service_seconds: float,
    recent_waits: Sequence[float],
    recent_ahead: Sequence[int] = (),
) -> WaitRange | None:
    """The range for a visitor with `ahead` people before them; None when no window is open (nobody can say).

    `recent_waits`: seconds waited by the last visitors called in this business, `recent_ahead`: how many were
    ahead of each when they came, when known. Each recent wait is scaled to today's line by (ahead + 1) /
    (their ahead + 1), between a third and three times, because a long line seen an hour ago says little about
    a short one now.
    """
    if open_windows <= 0:
        return None
    if ahead == 0 and not recent_waits:
        return WaitRange(0, max(1, ceil(service_seconds / open_windows / 60)))
    workload = (ahead + 0.5) * service_seconds / open_windows
    if len(recent_waits) < 4:
        return _rounded(0.6 * workload, 1.5 * workload)
    scaled = []
    for position, waited in enumerate(recent_waits):
        then = recent_ahead[position] if position < len(recent_ahead) else ahead
        scaled.append(waited * min(3.0, max(1 / 3, (ahead + 1) / (then + 1))))
    tenths = quantiles(scaled, n=10, method="inclusive")
    return _rounded(min(tenths[0], workload), max(tenths[8], 0.6 * workload))


def _rounded(low_seconds: float, high_seconds: float) -> WaitRange:
    """Whole minutes; above twenty minutes in steps of five, because nobody can promise closer."""
    low, high = low_seconds / 60, high_seconds / 60
    step = 5 if high > 20 else 1
    low_minutes = floor(low / step) * step
    return WaitRange(low_minutes, max(ceil(high / step) * step, low_minutes + step))
