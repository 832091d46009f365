"""How long will I wait: a range in whole minutes, never false precision (handbook 6).

What visitors are told comes from the look-ahead (hall/twin/forecast.py); `told` makes whole minutes of it.
`wait_range` is what is told while there is none: last-to-enter-service, what the visitors who were called
most recently had waited, with their own spread as the band; where nobody was called lately, people ahead ×
mean service ÷ open windows. The three classical predictors stand here too (Ibrahim, Whitt 2009), to be
measured beside the look-ahead by hall/bench/waits.py. The caller reads the numbers; nothing here touches a
clock or a table.
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


def by_people_ahead(ahead: int, open_windows: int, service_seconds: float) -> float:
    """Seconds: people ahead × mean service ÷ windows that serve them, at least one."""
    return ahead * service_seconds / max(1, open_windows)


def by_last_called(last_waited: float | None) -> float:
    """Seconds, last-to-enter-service: what the one called last had waited; 0 before anybody was called."""
    return last_waited if last_waited is not None else 0.0


def by_head_of_line(head_waited: float | None) -> float:
    """Seconds, head-of-line: what the one who stands first has waited until now; 0 where nobody stands."""
    return head_waited if head_waited is not None else 0.0


def told(low_seconds: float, high_seconds: float) -> WaitRange:
    """A calibrated range as people read it: the nearest whole minutes, above twenty minutes the nearest five;
    never without width. The calibration measures what is told, so the rounding costs no coverage.
    """
    step = 5 if high_seconds > 20 * 60 else 1
    low_minutes = step * round(max(0.0, low_seconds) / 60 / step)
    high_minutes = step * round(max(0.0, high_seconds) / 60 / step)
    return WaitRange(low_minutes, max(high_minutes, low_minutes + step))


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
