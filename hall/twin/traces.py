"""What a future shows of the waiting, and what two bundles of futures say side by side.

`trace` reads one run of the hall (however often it was cut) as how many wait every five minutes, and how long
those wait who come then, per business. `side_by_side` lays the futures without a plan beside the same futures
with it. For hall/twin/what_if.py.

Units: seconds; people. A trace's steps begin at the present moment and are STEP_SECONDS long.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from hall.rules.calibration import Band
from hall.rules.dispatcher import Rule
from hall.rules.tickets import VisitorClass
from hall.twin.day import Day
from hall.twin.effect import SAME_SECONDS
from hall.twin.measures import percentile

STEP_SECONDS = 300.0
LOW, HIGH = 0.1, 0.9
"""A band holds what eight futures in ten saw."""
SAME_SHARE = 0.005
AGREE = 0.8
"""In so many of the futures a change must have the same sign before one is told."""


@dataclass(slots=True)
class Line:
    """One business in one future. `waiting`: how many wait at each step; `waits`, `came`: seconds waited by
    those who come in each step, added up, and how many they are. Then everybody who waits now or comes within
    the horizon: how many, seconds together, the longest, how many over their promise, and the elderly.
    """

    waiting: list[int]
    waits: list[float]
    came: list[int]
    people: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    over: int = 0
    elderly: int = 0
    elderly_seconds: float = 0.0


Trace = Mapping[int, Line]
"""Business id → its line; one for which nobody waits or comes is not in it."""


def trace(days: Sequence[Day], now: float, steps: int) -> dict[int, Line]:
    """One future, from the present `now` over so many steps, played in one or more parts. Who still waits
    when it stops has waited until then.
    """
    found: dict[int, Line] = {}
    promises, last = days[0].hall.promises, days[-1]
    for day in days:
        for call in day.calls:
            if call.rule is not Rule.RESUMED:
                key = (call.business_id, call.visitor_class)
                _note(found, key, call.queued_at, call.at_seconds, promises[key], now, steps)
        for left in day.left:
            key = (left.business_id, left.visitor_class)
            _note(found, key, left.queued_at, left.at_seconds, promises[key], now, steps)
    for one in last.present.waiting if last.present is not None else ():
        key = (one.business_id, one.visitor_class)
        if not one.visitor.virtual:
            _note(found, key, one.queued_at, last.ended_at, promises[key], now, steps)
    for line in found.values():
        for step in range(1, steps + 1):
            line.waiting[step] += line.waiting[step - 1]
    return found


def _note(
    found: dict[int, Line],
    of: tuple[int, VisitorClass],
    since: float,
    until: float,
    promise: float,
    now: float,
    steps: int,
) -> None:
    """One stay in line: counted at the step after it begins and no longer at the step after it ends."""
    came_in = int((since - now) // STEP_SECONDS)
    if came_in > steps or until < now:
        return
    line = found.get(of[0])
    if line is None:
        line = found[of[0]] = Line([0] * (steps + 2), [0.0] * (steps + 1), [0] * (steps + 1))
    begins = 0 if since <= now else -int(-(since - now) // STEP_SECONDS)
    ends = -int(-(until - now) // STEP_SECONDS)
    if begins < ends and begins <= steps:
        line.waiting[begins] += 1
        line.waiting[min(ends, steps + 1)] -= 1
    waited = max(0.0, until - since)
    if came_in >= 0:
        line.waits[came_in] += waited
        line.came[came_in] += 1
    if came_in < steps:
        line.people += 1
        line.seconds += waited
        line.longest = max(line.longest, waited)
        line.over += waited > promise
        if of[1] is VisitorClass.ELDERLY:
            line.elderly += 1
            line.elderly_seconds += waited


# ---- many futures, without the plan and with it ----


@dataclass(frozen=True)
class Figure:
    """One figure over the futures, without and with the plan, and the difference future by future. `same`: a
    smaller difference is none. `agree`: the share of the futures whose difference has the sign of its mean.
    """

    before: Band
    after: Band
    difference: Band
    agree: float
    same: float = SAME_SECONDS

    @property
    def sign(self) -> int:
        """−1: gets less, 1: more, 0: hardly changes, or may go either way."""
        if abs(self.difference.middle) < self.same or self.agree < AGREE:
            return 0
        return -1 if self.difference.middle < 0 else 1


@dataclass(frozen=True)
class Course:
    """How it goes on: a band per step, None where no future has anybody."""

    before: Sequence[Band | None]
    after: Sequence[Band | None]


@dataclass(frozen=True)
class Both:
    """One business, or the hall, without and with the plan. `figures`: mean_wait, longest_wait, over_promise
    (a share), elderly_wait; one that nobody has in any future is left out. `people`: without the plan.
    """

    waiting: Course
    wait: Course
    figures: Mapping[str, Figure]
    people: float


@dataclass(frozen=True)
class Comparison:
    """The whole answer. `futures`: over how many of them."""

    hall: Both
    businesses: Mapping[int, Both] = field(default_factory=dict)
    futures: int = 0


Read = Callable[[Sequence[Line]], float | None]


def _mean_wait(lines: Sequence[Line]) -> float | None:
    people = sum(one.people for one in lines)
    return sum(one.seconds for one in lines) / people if people else None


def _longest(lines: Sequence[Line]) -> float | None:
    return max((one.longest for one in lines if one.people), default=None)


def _over(lines: Sequence[Line]) -> float | None:
    people = sum(one.people for one in lines)
    return sum(one.over for one in lines) / people if people else None


def _elderly(lines: Sequence[Line]) -> float | None:
    people = sum(one.elderly for one in lines)
    return sum(one.elderly_seconds for one in lines) / people if people else None


FIGURES: Mapping[str, tuple[Read, float]] = {
    "mean_wait": (_mean_wait, SAME_SECONDS),
    "longest_wait": (_longest, 60.0),
    "over_promise": (_over, SAME_SHARE),
    "elderly_wait": (_elderly, SAME_SECONDS),
}
"""How each figure is read off the lines, and how small a difference is none."""


def side_by_side(before: Sequence[Trace], after: Sequence[Trace], steps: int) -> Comparison:
    """The futures without the plan and the same ones with it."""
    codes = sorted({code for one in (*before, *after) for code in one})
    return Comparison(
        _both([list(one.values()) for one in before], [list(one.values()) for one in after], steps),
        {code: _both(_only(before, code), _only(after, code), steps) for code in codes},
        len(before),
    )


def _only(traces: Iterable[Trace], code: int) -> list[list[Line]]:
    return [[line] if (line := one.get(code)) is not None else [] for one in traces]


def _both(before: Sequence[Sequence[Line]], after: Sequence[Sequence[Line]], steps: int) -> Both:
    figures = {
        name: figure
        for name, (read, same) in FIGURES.items()
        if (figure := _figure(before, after, read, same)) is not None
    }
    return Both(
        Course(_waiting(before, steps), _waiting(after, steps)),
        Course(_waits(before, steps), _waits(after, steps)),
        figures,
        fmean(sum(line.people for line in lines) for lines in before),
    )


def _figure(
    before: Sequence[Sequence[Line]], after: Sequence[Sequence[Line]], read: Read, same: float
) -> Figure | None:
    pairs = [
        (one, other)
        for lines, others in zip(before, after, strict=True)
        if (one := read(lines)) is not None and (other := read(others)) is not None
    ]
    if not pairs:
        return None
    differences = [other - one for one, other in pairs]
    middle = fmean(differences)
    agree = sum(one * middle > 0 for one in differences) / len(pairs)
    return Figure(
        band([one for one, _ in pairs]), band([other for _, other in pairs]), band(differences), agree, same
    )


def band(values: Sequence[float]) -> Band:
    """The mean, between the tenth and the ninetieth in a hundred of the futures."""
    ordered = sorted(values)
    middle = fmean(ordered)
    return Band(min(middle, percentile(ordered, LOW)), middle, max(middle, percentile(ordered, HIGH)))


def _waiting(futures: Sequence[Sequence[Line]], steps: int) -> list[Band | None]:
    return [
        band([float(sum(line.waiting[step] for line in lines)) for lines in futures])
        for step in range(steps + 1)
    ]


def _waits(futures: Sequence[Sequence[Line]], steps: int) -> list[Band | None]:
    """How long those wait who come in each step; in the middle everybody of every future counts alike."""
    found: list[Band | None] = []
    for step in range(steps + 1):
        means, seconds, came = [], 0.0, 0
        for lines in futures:
            here = sum(line.came[step] for line in lines)
            if here:
                waited = sum(line.waits[step] for line in lines)
                means.append(waited / here)
                seconds, came = seconds + waited, came + here
        if not means:
            found.append(None)
            continue
        means.sort()
        middle = seconds / came
        found.append(Band(min(middle, percentile(means, LOW)), middle, max(middle, percentile(means, HIGH))))
    return found
