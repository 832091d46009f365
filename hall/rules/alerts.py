"""When an alert rises, how loud it is, when it is told again and when it is over (handbook 11). Pure values;
hall/records/readings.py measures, hall/actions/alerts.py keeps what is decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from typing import Any


class Level(IntEnum):
    """How loud; each is worse than the one before."""

    NONE = 0
    YELLOW = 1
    ORANGE = 2
    RED = 3


@dataclass(frozen=True)
class Thresholds:
    """From which value on an indicator is yellow, orange and red: strictly rising. An alert falls back only
    once the value is the share `hysteresis` below what raised it, so that one at the edge does not flicker.
    """

    yellow: float
    orange: float
    red: float
    hysteresis: float = 0.1

    def level(self, value: float, present: Level = Level.NONE) -> Level:
        """The level of `value` for an alert that stands at `present` now."""
        reached = self._reached(value, 1.0)
        return max(reached, min(present, self._reached(value, 1.0 - self.hysteresis)))

    def _reached(self, value: float, share: float) -> Level:
        bounds = ((Level.RED, self.red), (Level.ORANGE, self.orange), (Level.YELLOW, self.yellow))
        return next((level for level, bound in bounds if value >= bound * share), Level.NONE)


@dataclass(frozen=True)
class Timing:
    """How often an alert that nobody took is told again, and when those above are told too."""

    repeat: timedelta = timedelta(minutes=10)
    escalate_after: timedelta = timedelta(minutes=15)
    escalate_from: Level = Level.ORANGE


@dataclass(frozen=True)
class Reading:
    """One indicator of one place now. `scope`: a business's code, a window's number, a device's code, or ""
    for the hall. `detail` is what the sentence and the evidence need: plain JSON values.
    """

    indicator: str
    scope: str
    value: float
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """When people last heard of an alert, and how loud it was then."""

    at: datetime
    level: Level


@dataclass(frozen=True)
class Alert:
    """An alert as it stands. `ended_at` is set for one that is over: it may not be told anew at once."""

    id: int
    indicator: str
    scope: str
    level: Level
    changed_at: datetime
    told: Told
    acknowledged_at: datetime | None = None
    escalated_at: datetime | None = None
    ended_at: datetime | None = None


class Change(Enum):
    """What happens to an alert."""

    RAISED = "raised"
    WORSENED = "worsened"
    EASED = "eased"
    REPEATED = "repeated"
    ESCALATED = "escalated"
    ENDED = "ended"


@dataclass(frozen=True)
class Decision:
    """One change. `alert` is None for a new one; what is no longer measured ends with an empty reading.

    `told`: when people last hear of it, which is now (`is_news`) unless they did so a moment ago.
    """

    change: Change
    level: Level
    told: Told
    is_news: bool
    reading: Reading
    alert: Alert | None = None


def decide(
    readings: Iterable[Reading],
    alerts: Iterable[Alert],
    thresholds: Mapping[str, Thresholds],
    timing: Timing,
    now: datetime,
) -> list[Decision]:
    """What changes, given everything that is measured now and every alert that stands or ended lately.

    An indicator without thresholds is turned off: what stood of it ends.
    """
    alerts = list(alerts)
    standing = {(one.indicator, one.scope): one for one in alerts if one.ended_at is None}
    over = {(one.indicator, one.scope): one for one in alerts if one.ended_at is not None}
    found: list[Decision] = []
    for reading in readings:
        bounds = thresholds.get(reading.indicator)
        if bounds is None:
            continue
        place = (reading.indicator, reading.scope)
        alert = standing.pop(place, None)
        level = bounds.level(reading.value, alert.level if alert else Level.NONE)
        if alert is None and level is not Level.NONE:
            before = over.get(place)
            told, is_news = _telling(level, before.told if before else None, timing, now)
            found.append(Decision(Change.RAISED, level, told, is_news, reading))
        elif alert is not None and level is Level.NONE:
            found.append(Decision(Change.ENDED, alert.level, alert.told, False, reading, alert))
        elif alert is not None and (change := _moved(alert, level, timing, now)) is not None:
            told, is_news = alert.told, False
            if change is Change.ESCALATED:
                told, is_news = Told(now, level), True
            elif change is not Change.EASED:
                told, is_news = _telling(level, alert.told, timing, now)
            found.append(Decision(change, level, told, is_news, reading, alert))
    for (indicator, scope), alert in standing.items():
        gone = Reading(indicator, scope, 0.0, {})
        found.append(Decision(Change.ENDED, alert.level, alert.told, False, gone, alert))
    return found


def _telling(level: Level, before: Told | None, timing: Timing, now: datetime) -> tuple[Told, bool]:
    """Whether people hear of it now: not of what they heard of as loud a moment ago."""
    if before is not None and now - before.at < timing.repeat and level <= before.level:
        return before, False
    return Told(now, level), True


def _moved(alert: Alert, level: Level, timing: Timing, now: datetime) -> Change | None:
    """What becomes of an alert that stands: the same is told again while nobody took it."""
    if level > alert.level:
        return Change.WORSENED
    if level < alert.level:
        return Change.EASED
    if alert.acknowledged_at is not None:
        return None
    unheard = now - alert.changed_at >= timing.escalate_after
    if unheard and level >= timing.escalate_from and alert.escalated_at is None:
        return Change.ESCALATED
    return Change.REPEATED if now - alert.told.at >= timing.repeat else None
