"""How long will I wait: a range in whole minutes, never false precision (handbook 6).

The range comes from the look-ahead (hall/rules/forecasts.py); `in_minutes` makes whole minutes of it.
`wait_range` is the range while there is none: last-to-enter-service, what the visitors who were called most
recently had waited, with their own spread as the band; where nobody was called lately, people ahead × mean
service ÷ open windows. `say` decides what of a range is said, on every screen and paper. The three classical
predictors stand here too (Ibrahim, Whitt 2009), to be measured beside the look-ahead by hall/bench/waits.py.
The caller reads the numbers; nothing here touches a clock or a table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import quantiles

WIDE_MINUTES = 30
WIDE_TIMES = 3
"""A range is too wide to help when its ends are further apart than this and the high one is more than so many
times the low one."""
SAT_OUT_MINUTES = 60
"""Nobody needs to go away for so long a wait: its high end helps even where the low one does not."""
WORTH_SAYING_MINUTES = 10
"""A wait known only to be longer than less than this is not known."""


@dataclass(frozen=True)
class WaitRange:
    """Whole minutes, low ≤ high."""

    low_minutes: int
    high_minutes: int


@dataclass(frozen=True)
class Said:
    """What is said of a wait, whole minutes: from low to high; at least low (high None), "maybe longer"; or
    usually no more than high (low None). Never neither: then nothing is said, and a caller has no `Said`.
    """

    low_minutes: int | None
    high_minutes: int | None


def say(found: WaitRange | None) -> Said | None:
    """What a visitor is told of a range; None: "cannot be estimated now".

    "15–240 minutes" helps nobody to decide whether to sit down or to come another day. Of so wide a range the
    high end is said while the wait can be sat out, else the low end if it is worth a word.
    """
    if found is None:
        return None
    low, high = found.low_minutes, found.high_minutes
    if high - low <= WIDE_MINUTES or high <= WIDE_TIMES * low:
        return Said(low, high)
    if high <= SAT_OUT_MINUTES:
        return Said(None, high)
    return Said(low, None) if low >= WORTH_SAYING_MINUTES else None


def say_of_all(said: Iterable[Said | None]) -> Said | None:
    """What is said of several businesses at once, a department's: from the lowest low to the highest high.
    Those of which nothing is said leave it to the others.
    """
    known = [one for one in said if one is not None]
    if not known:
        return None
    low = min(one.low_minutes or 0 for one in known)
    highs = [one.high_minutes for one in known if one.high_minutes is not None]
    if len(highs) == len(known):
        return say(WaitRange(low, max(highs)))
    return Said(low, None) if low >= WORTH_SAYING_MINUTES else None


def by_people_ahead(ahead: int, open_windows: int, service_seconds: float) -> float:
    """Seconds: people ahead × mean service ÷ windows that serve them, at least one."""
    return ahead * service_seconds / max(1, open_windows)


def by_last_called(last_waited: float | None) -> float:
    """Seconds, last-to-enter-service: what the one called last had waited; 0 before anybody was called."""
    return last_waited if last_waited is not None else 0.0


def by_head_of_line(head_waited: float | None) -> float:
    """Seconds, head-of-line: what the one who stands first has waited until now; 0 where nobody stands."""
    return head_waited if head_waited is not None else 0.0


def in_minutes(low_seconds: float, high_seconds: float) -> WaitRange:
    """A calibrated range in whole minutes: the nearest whole minutes, above twenty minutes the nearest five;
    never without width. The calibration measures these minutes, so the rounding costs no coverage.
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
