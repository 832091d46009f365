"""How many will come in a coming week: arrivals per business and half hour, from the daily sums of past
weeks, with how sure that is.

A day is expected to be the business's level times what the day is (weekday, end of a month, the working days
before and after a holiday) times how much the business differs from the hall on that weekday. What a day does
is fitted on the hall's totals, each effect drawn towards handbook 12's figure as far as the days do not say
otherwise; a business's level counts recent days more, and begins from what its configuration suggests. So a
hall of one week is foretold plausibly, and one of a year by its own days. demand.py looks at today; this one
at days that have not begun.

Plain values; numbers of people. Called by hall/planning/arrivals.py and hall/bench/roster.py.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

HALF_HOUR = 30
"""Minutes."""
WEEKDAYS = (1.25, 1.05, 0.95, 0.95, 0.85, 0.85, 0.85)
MONTH_END, AFTER_HOLIDAY, BEFORE_HOLIDAY = 1.3, 1.6, 0.9
"""Handbook 12's factors, where a hall's own days do not say yet; before a holiday and on worked weekends is a
guess of the same kind."""
WEEKDAY_SPREAD, EVENT_SPREAD = 0.15, 0.3
"""How far a hall's own effect may be from that (standard deviation of the logarithm)."""
HALL_NOISE, BUSINESS_NOISE, HALF_HOUR_NOISE = 0.1, 0.2, 0.2
"""How much days differ from their expectation, as a share, before there are residuals to tell; each counts
for `NOISE_DAYS` days. Half hours: a gamma of shape 25 (handbook 14)."""
NOISE_DAYS = 8.0
OWN_WEEKDAY_SPREAD = 0.1
"""How much a business's weekdays may differ from the hall's."""
HALF_LIFE_DAYS = 28.0
"""After so many days a day counts half for a business's level."""
PRIOR_DAYS = 1.0
"""How many days the configuration's guess of a level is worth."""
SHAPE_VISITS, HALL_SHAPE_VISITS = 60.0, 200.0
"""How many visitors the hall's shape of the day is worth for one business, and handbook 12's for the hall."""
TENTH = 1.2816
"""Standard deviations from the middle to the 10 % and 90 % points."""
BREAK_DAYS = 3
"""So many days off in a row are a holiday, not a weekend."""


@dataclass(frozen=True)
class DayKind:
    """What a day is, for those who decide when to come."""

    weekday: int
    month_end: bool = False
    before_holiday: bool = False
    after_holiday: bool = False

    @property
    def events(self) -> tuple[bool, bool, bool]:
        return (self.month_end, self.before_holiday, self.after_holiday)


def day_kind(day: date, works: Callable[[date], bool]) -> DayKind:
    """`works`: whether a day is a working day of the hall."""
    return DayKind(
        weekday=day.weekday(),
        month_end=(day + timedelta(days=3)).month != day.month,
        before_holiday=_days_off(day, 1, works) >= BREAK_DAYS,
        after_holiday=_days_off(day, -1, works) >= BREAK_DAYS,
    )


def _days_off(day: date, step: int, works: Callable[[date], bool]) -> int:
    """How many days off follow one another next to this day."""
    count = 0
    while count < BREAK_DAYS and not works(day + timedelta(days=step * (count + 1))):
        count += 1
    return count


@dataclass(frozen=True)
class PastDay:
    """A day that is over: how many took a number for each business."""

    day: date
    kind: DayKind
    counts: Mapping[int, float]


@dataclass(frozen=True)
class History:
    """What is known: past days in order, and of the latest of them the visitors per business and half hour of
    the day (0 … 47). `prior`: what a business would be asked for on an average day, by its configuration.
    `usual_shape`: the share of a day's visitors in each half hour where nothing was seen yet.
    """

    days: Sequence[PastDay]
    half_hours: Mapping[tuple[int, int], float]
    prior: Mapping[int, float]
    usual_shape: Mapping[int, float]


@dataclass(frozen=True)
class Expected:
    """How many are expected, and the range that holds them four times in five."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class DayForecast:
    """One coming day: per business, and per business and half hour. `days_seen`: how many past days it rests
    on, `like_it` of them of the same kind.
    """

    day: date
    kind: DayKind
    businesses: Mapping[int, Expected]
    half_hours: Mapping[tuple[int, int], Expected]
    days_seen: int
    like_it: int

    @property
    def total(self) -> float:
        return sum(one.mean for one in self.businesses.values())


@dataclass
class Forecaster:
    """What a history says, worked out once, asked for any days after it."""

    history: History
    _effects: np.ndarray = field(init=False)
    _hall_noise: float = field(init=False, default=HALL_NOISE)
    _uncertain: np.ndarray = field(init=False)
    _levels: dict[int, tuple[float, float]] = field(init=False, default_factory=dict)
    """Business → its level, and how many days' worth of counts that rests on."""
    _noise: dict[int, float] = field(init=False, default_factory=dict)
    _own: dict[tuple[int, int], float] = field(init=False, default_factory=dict)
    _shapes: dict[int, dict[int, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._fit_hall()
        factors = [self._factor(one.kind) for one in self.history.days]
        for code in self.history.prior:
            self._fit_business(code, factors)
        self._fit_shapes()

    def forecast(self, day: date, kind: DayKind, open_half_hours: Mapping[int, Sequence[int]]) -> DayForecast:
        """A day to come; `open_half_hours`: business → the half hours in which numbers are issued for it."""
        businesses: dict[int, Expected] = {}
        half_hours: dict[tuple[int, int], Expected] = {}
        factor, unsure = self._factor(kind), self._unsure(kind)
        for code, spans in open_half_hours.items():
            if not spans or code not in self._levels:
                continue
            level, seen = self._levels[code]
            mean = level * factor * self._own.get((code, kind.weekday), 1.0)
            spread = self._noise[code] ** 2 * (1 + 1 / seen) + unsure
            businesses[code] = _expected(mean, spread)
            shape = self._shapes[code]
            whole = sum(shape.get(one, 0.0) for one in spans)
            for one in spans:
                share = shape.get(one, 0.0) / whole if whole else 1 / len(spans)
                half_hours[code, one] = _expected(mean * share, spread + HALF_HOUR_NOISE**2)
        like_it = sum(_alike(one.kind, kind) for one in self.history.days)
        return DayForecast(day, kind, businesses, half_hours, len(self.history.days), like_it)

    def _factor(self, kind: DayKind) -> float:
        return math.exp(float(_row(kind)[1:] @ self._effects[1:]))

    def _unsure(self, kind: DayKind) -> float:
        """How uncertain the day's own effects are (squared share)."""
        row = _row(kind)
        row[0] = 0.0  # the level's part is the businesses' own
        return float(row @ self._uncertain @ row)

    def _fit_hall(self) -> None:
        """Ridge regression of the logarithm of the hall's totals, drawn towards the handbook's effects."""
        prior = np.log(np.array([1.0, *WEEKDAYS, MONTH_END, BEFORE_HOLIDAY, AFTER_HOLIDAY]))
        spreads = np.array([1e3, *[WEEKDAY_SPREAD] * 7, *[EVENT_SPREAD] * 3])
        days = [one for one in self.history.days if sum(one.counts.values()) > 0]
        if not days:
            self._effects, self._uncertain = prior, np.diag(np.concatenate(([0.0], spreads[1:] ** 2)))
            return
        totals = np.array([sum(one.counts.values()) for one in days])
        rows = np.array([_row(one.kind) for one in days])
        weights = _weights([one.day for one in days], 2 * HALF_LIFE_DAYS)
        for _ in range(2):  # the second time with the noise that the first has shown
            precision = weights / (self._hall_noise**2 + 1 / totals)
            normal = rows.T * precision @ rows + np.diag(spreads**-2)
            self._uncertain = np.linalg.inv(normal)
            drawn = rows.T * precision @ np.log(totals) + prior / spreads**2
            self._effects = self._uncertain @ drawn
            left = np.log(totals) - rows @ self._effects
            seen = np.maximum(0.0, left**2 - 1 / totals)
            weight = float(weights.sum())
            noise = (float(weights @ seen) + NOISE_DAYS * HALL_NOISE**2) / (weight + NOISE_DAYS)
            self._hall_noise = math.sqrt(noise)

    def _fit_business(self, code: int, factors: Sequence[float]) -> None:
        days = self.history.days
        begins = next((at for at, one in enumerate(days) if one.counts.get(code, 0) > 0), len(days))
        known = days[begins:]
        factor = np.array(factors[begins:])
        counts = np.array([one.counts.get(code, 0.0) for one in known])
        weights = _weights([one.day for one in known], HALF_LIFE_DAYS)
        guess = max(0.05, self.history.prior[code])
        worth = float(weights @ factor) if len(known) else 0.0
        level = (float(weights @ counts) + PRIOR_DAYS * guess) / (worth + PRIOR_DAYS)
        self._levels[code] = (level, worth + PRIOR_DAYS)
        expected = np.maximum(1e-9, level * factor)
        seen = np.maximum(0.0, ((counts - expected) ** 2 - expected) / expected**2)
        whole = float(weights.sum()) if len(known) else 0.0
        noise = (
            float(weights @ np.minimum(seen, 1.0)) if len(known) else 0.0
        ) + NOISE_DAYS * BUSINESS_NOISE**2
        self._noise[code] = math.sqrt(noise / (whole + NOISE_DAYS))
        for weekday in range(7):
            mine = [at for at, one in enumerate(known) if one.kind.weekday == weekday]
            if mine:
                spread = self._noise[code] ** 2 + 1 / np.maximum(1.0, expected[mine])
                told = float(((counts[mine] / expected[mine] - 1) / spread).sum())
                weight = float((1 / spread).sum()) + OWN_WEEKDAY_SPREAD**-2
                self._own[code, weekday] = max(0.3, 1 + told / weight)

    def _fit_shapes(self) -> None:
        usual, seen = self.history.usual_shape, self.history.half_hours
        hall: dict[int, float] = defaultdict(
            float, {at: HALL_SHAPE_VISITS * one for at, one in usual.items()}
        )
        own: dict[int, dict[int, float]] = defaultdict(dict)
        for (code, at), count in seen.items():
            hall[at] += count
            own[code][at] = count
        whole = sum(hall.values()) or 1.0
        for code in self.history.prior:
            mine = own[code]
            total = sum(mine.values()) + SHAPE_VISITS
            self._shapes[code] = {
                at: (mine.get(at, 0.0) + SHAPE_VISITS * hall[at] / whole) / total for at in {*hall, *mine}
            }


def same_day_last_week(days: Sequence[PastDay], day: date) -> Mapping[int, float]:
    """What anybody would guess: the last past day of the same weekday."""
    return next((one.counts for one in reversed(days) if one.day.weekday() == day.weekday()), {})


def _row(kind: DayKind) -> np.ndarray:
    """Level, seven weekdays, three events."""
    row = np.zeros(11)
    row[0] = row[1 + kind.weekday] = 1.0
    row[8:] = kind.events
    return row


def _alike(one: DayKind, other: DayKind) -> bool:
    return (
        any(other.events) and one.events == other.events
        if any(other.events)
        else one.weekday == other.weekday
    )


def _weights(days: Sequence[date], half_life: float) -> np.ndarray:
    if not days:
        return np.zeros(0)
    ages = np.array([(days[-1] - one).days for one in days])
    return np.asarray(0.5 ** (ages / half_life))


def _expected(mean: float, spread: float) -> Expected:
    """With the range of a lognormal around the mean whose squared spread also counts chance (Poisson)."""
    if mean <= 0:
        return Expected(0.0, 0.0, 0.0)
    width = math.sqrt(math.log(1 + spread + 1 / mean))
    middle = mean * math.exp(-width * width / 2)
    return Expected(mean, middle * math.exp(-TENTH * width), middle * math.exp(TENTH * width))
