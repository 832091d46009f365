"""How long a service takes: learnt from finished cases, with the configured value as the prior.

A hall's cases differ by business, by class, by clerk and by day (handbook 14: clerks' speed, a business's
factor of the day). The logarithm of a duration is taken as the sum of such effects and noise; every effect is
a Gaussian belief with a mean and a variance that each case moves a little (a Kalman filter that keeps the
variances and forgets the covariances, as Glicko and TrueSkill do). Little evidence moves little: a day with
few cases stays near the prior, and a clerk nobody has seen works like everybody else. A case far from what
was expected is pulled in to three standard deviations first (winsorised), so that a case somebody forgot to
finish teaches no more than a long one.

Plain values in, plain values out; hall/twin/learning.py reads the cases, hall/twin/lookahead.py asks.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import exp, log, sqrt
from typing import TypeVar

from hall.rules.tickets import VisitorClass

Key = TypeVar("Key", bound=Hashable)

SPREAD_OF_PRIOR = 0.5
"""Standard deviation, in log seconds, of a business's true mean around the configured one."""
SPREAD_OF_CLASS = 0.15
SPREAD_OF_CLERK = 0.12
SPREAD_OF_DAY = 0.18
FORGOTTEN_PER_DAY = 0.03
"""How much a business's mean may drift from one day to the next."""
LONGEST_SECONDS = 24 * 3600.0
"""No service outlasts its business day; a longer one, or one below a second, is a clock that jumped."""
FARTHEST = 3.0
"""Standard deviations from the expected at which a case is pulled in."""
CASES_OF_PRIOR = 20.0
"""How many cases the configured variation is worth against the seen one."""


@dataclass(frozen=True)
class Prior:
    """What the configuration says of one business: mean seconds and coefficient of variation."""

    mean_seconds: float
    variation: float = 0.75


@dataclass(frozen=True)
class Case:
    """One finished service: `seconds` from start to finish, > 0."""

    business_id: int
    visitor_class: VisitorClass
    clerk_id: int | None
    day: date
    seconds: float


@dataclass(frozen=True)
class Duration:
    """A lognormal duration: mean and standard deviation of the logarithm of its seconds, and how much that
    mean itself is in doubt (a standard deviation, common to all cases of the day).
    """

    log_mean: float
    log_spread: float
    log_doubt: float = 0.0

    @property
    def mean_seconds(self) -> float:
        return exp(self.log_mean + (self.log_spread**2 + self.log_doubt**2) / 2)

    @property
    def variation(self) -> float:
        """Standard deviation ÷ mean, of the cases."""
        return sqrt(exp(self.log_spread**2) - 1)


@dataclass
class _Belief:
    mean: float
    variance: float


@dataclass
class _Noise:
    """The variance of one business's cases around what was expected, as a sum over `cases`."""

    total: float
    cases: float = CASES_OF_PRIOR

    @property
    def variance(self) -> float:
        return self.total / self.cases


@dataclass
class ServiceTimes:
    """What is believed of every business of one hall. Cases are told in the order in which they ended."""

    priors: Mapping[int, Prior]
    cases: int = 0
    _today: date | None = None
    _base: dict[int, _Belief] = field(default_factory=dict)
    _classes: dict[tuple[int, VisitorClass], _Belief] = field(default_factory=dict)
    _days: dict[int, _Belief] = field(default_factory=dict)
    _clerks: dict[int, _Belief] = field(default_factory=dict)
    _noise: dict[int, _Noise] = field(default_factory=dict)

    def observe(self, case: Case) -> None:
        """Learns one case. One of a business that is not configured, or of no length, teaches nothing."""
        if case.business_id not in self.priors or not case.seconds > 0:
            return
        if case.day != self._today:
            self._begin(case.day)
        effects = [
            self._base_of(case.business_id),
            _of(self._classes, (case.business_id, case.visitor_class), SPREAD_OF_CLASS),
            _of(self._days, case.business_id, SPREAD_OF_DAY),
        ]
        if case.clerk_id is not None:
            effects.append(_of(self._clerks, case.clerk_id, SPREAD_OF_CLERK))
        noise = self._noise_of(case.business_id)
        certain = noise.variance
        variance = certain + sum(one.variance for one in effects)
        farthest = FARTHEST * sqrt(variance)
        surprise = log(min(max(case.seconds, 1.0), LONGEST_SECONDS)) - sum(one.mean for one in effects)
        surprise = max(-farthest, min(farthest, surprise))
        for one in effects:
            gain = one.variance / variance
            one.mean += gain * surprise
            one.variance *= 1 - gain
        # What the effects do not explain: the part of the surprise that noise may account for.
        noise.total += surprise**2 * certain / variance
        noise.cases += 1
        self.cases += 1

    def duration(self, business_id: int, visitor_class: VisitorClass, day: date | None = None) -> Duration:
        """What is expected of a case at the desk of a clerk of ordinary speed.

        `day` is the day it is asked for: what was learnt of another day's own factor does not hold on it.
        Raises KeyError for a business that is not configured.
        """
        base = self._base_of(business_id)
        of_class = self._classes.get((business_id, visitor_class))
        of_day = self._days.get(business_id) if day is None or day == self._today else None
        mean = base.mean + (of_class.mean if of_class else 0.0) + (of_day.mean if of_day else 0.0)
        doubt = (
            base.variance
            + (of_class.variance if of_class else SPREAD_OF_CLASS**2)
            + (of_day.variance if of_day else SPREAD_OF_DAY**2)
        )
        return Duration(mean, sqrt(self._noise_of(business_id).variance), sqrt(doubt))

    def speed(self, clerk_id: int) -> float:
        """A clerk's factor on service times: 1 for one nobody has seen, 0.9 for one who is 10 % faster."""
        belief = self._clerks.get(clerk_id)
        return exp(belief.mean) if belief is not None else 1.0

    def _begin(self, day: date) -> None:
        """A new day has factors of its own, and yesterday's knowledge is a little older."""
        self._today = day
        self._days.clear()
        for one in self._base.values():
            one.variance += FORGOTTEN_PER_DAY**2

    def _base_of(self, business_id: int) -> _Belief:
        belief = self._base.get(business_id)
        if belief is None:
            prior = self.priors[business_id]
            log_variance = log(1 + prior.variation**2)
            mean = log(prior.mean_seconds) - log_variance / 2
            belief = self._base[business_id] = _Belief(mean, SPREAD_OF_PRIOR**2)
        return belief

    def _noise_of(self, business_id: int) -> _Noise:
        noise = self._noise.get(business_id)
        if noise is None:
            log_variance = log(1 + self.priors[business_id].variation ** 2)
            noise = self._noise[business_id] = _Noise(log_variance * CASES_OF_PRIOR)
        return noise


def _of(beliefs: dict[Key, _Belief], key: Key, spread: float) -> _Belief:
    belief = beliefs.get(key)
    if belief is None:
        belief = beliefs[key] = _Belief(0.0, spread**2)
    return belief
