"""What a day was like: waits per business and class, promises, overtakes, the windows' work.

`measure` reads one `Day`; `summarise` puts the same figures of several seeds together. Called by the command
line and the benchmarks. Virtual visitors are left out everywhere. Waits are seconds from the place in line
(arrival, or an appointment's booked time) to the first call, as the dispatcher counts them; who left without
a call counts against the promise if they had waited longer than it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pstdev, stdev

from hall.rules.tickets import VisitorClass
from hall.twin.day import Day, Outcome
from hall.twin.overtakes import Overtakes, count_overtakes

Group = tuple[int | None, VisitorClass | None]
"""A business and a class; None stands for all."""

EVERYBODY: Group = (None, None)


@dataclass(frozen=True)
class Waits:
    """How long one group waited, in seconds; None where nobody was called. `asked`: everybody who was called
    or left the line; `over_promise`: the share of them for whom the promise was not kept.
    """

    asked: int
    called: int
    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    longest: float | None = None
    over_promise: float | None = None


@dataclass(frozen=True)
class Measures:
    """One day in figures. `outcomes`: visits by how they ended. `utilisation`: busy ÷ staffed time of all
    windows, `utilisation_spread`: the standard deviation between them (忙闲不均). `target_rate`: the share
    called within their promise (等候达标率). `overtakes`: see hall/twin/overtakes.py.
    """

    policy: str
    visitors: int
    outcomes: Mapping[str, int]
    waits: Mapping[Group, Waits]
    target_rate: float | None
    overtakes: Overtakes
    utilisation: float | None
    utilisation_spread: float | None


def measure(day: Day) -> Measures:
    """The figures of one day; an empty day gives zeros and None."""
    visits = [one for one in day.visits if not one.visitor.virtual]
    waits = _waits(day, {one.visitor.id for one in visits if one.called_at is not None})
    over = waits[EVERYBODY].over_promise
    loads = [
        one.busy_seconds / one.staffed_seconds for one in day.windows.values() if one.staffed_seconds > 0
    ]
    staffed = sum(one.staffed_seconds for one in day.windows.values())
    return Measures(
        policy=day.policy,
        visitors=len(visits),
        outcomes={one.value: sum(visit.outcome is one for visit in visits) for one in Outcome},
        waits=waits,
        target_rate=None if over is None else 1.0 - over,
        overtakes=count_overtakes(day),
        utilisation=sum(one.busy_seconds for one in day.windows.values()) / staffed if staffed else None,
        utilisation_spread=pstdev(loads) if loads else None,
    )


def _waits(day: Day, called: set[int]) -> dict[Group, Waits]:
    waited: dict[Group, list[float]] = {EVERYBODY: []}
    broken: dict[Group, int] = {}
    asked: dict[Group, int] = {}

    def note(business_id: int, visitor_class: VisitorClass, seconds: float, was_called: bool) -> None:
        over = seconds > day.hall.promises[business_id, visitor_class]
        for group in (
            EVERYBODY,
            (None, visitor_class),
            (business_id, None),
            (business_id, visitor_class),
        ):
            asked[group] = asked.get(group, 0) + 1
            broken[group] = broken.get(group, 0) + over
            here = waited.setdefault(group, [])
            if was_called:
                here.append(seconds)

    for call in day.calls:
        if call.first:
            note(call.business_id, call.visitor_class, call.waited_seconds, True)
    for left in day.left:
        if left.visitor_id not in called:
            note(left.business_id, left.visitor_class, max(0.0, left.at_seconds - left.queued_at), False)
    return {
        group: _of(sorted(seconds), asked.get(group, 0), broken.get(group, 0))
        for group, seconds in sorted(waited.items(), key=lambda one: (one[0][0] or 0, one[0][1] or ""))
    }


def _of(seconds: Sequence[float], asked: int, over: int) -> Waits:
    if not seconds:
        return Waits(asked, 0, over_promise=over / asked if asked else None)
    return Waits(
        asked,
        len(seconds),
        fmean(seconds),
        percentile(seconds, 0.5),
        percentile(seconds, 0.9),
        percentile(seconds, 0.95),
        seconds[-1],
        over / asked,
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ordered values lie, linear between neighbours."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


# ---- several seeds ----


@dataclass(frozen=True)
class Figure:
    """The mean of one figure over the seeds, and its standard error; None where no seed had it."""

    mean: float | None
    error: float | None = None


def figure(values: Iterable[float | None]) -> Figure:
    """Seeds without a value (nobody called) are left out."""
    known = [one for one in values if one is not None]
    if not known:
        return Figure(None)
    return Figure(fmean(known), stdev(known) / sqrt(len(known)) if len(known) > 1 else None)


WAIT_FIGURES = ("asked", "called", "mean", "p50", "p90", "p95", "longest", "over_promise")
DAY_FIGURES: Mapping[str, Callable[[Measures], float | None]] = {
    "visitors": lambda one: one.visitors,
    "target_rate": lambda one: one.target_rate,
    "same_class_overtakes": lambda one: one.overtakes.same_class,
    "elderly_overtakes_per_ordinary": lambda one: one.overtakes.elderly_per_ordinary,
    "guarantee_breaches": lambda one: one.overtakes.guarantee_breaches,
    "passed_at_elderly_windows": lambda one: one.overtakes.passed_at_elderly_windows,
    "utilisation": lambda one: one.utilisation,
    "utilisation_spread": lambda one: one.utilisation_spread,
}


@dataclass(frozen=True)
class Summary:
    """One policy over all its seeds: `figures` of the days and of every group by the names above, `outcomes`
    as means per day.
    """

    policy: str
    seeds: int
    figures: Mapping[str, Figure]
    waits: Mapping[Group, Mapping[str, Figure]]
    outcomes: Mapping[str, float]


def summarise(days: Sequence[Measures]) -> Summary:
    """The same policy's days, one per seed; at least one."""
    groups: dict[Group, None] = {}
    for day in days:
        groups |= dict.fromkeys(day.waits)
    nobody = Waits(0, 0)
    return Summary(
        policy=days[0].policy,
        seeds=len(days),
        figures={name: figure(read(day) for day in days) for name, read in DAY_FIGURES.items()},
        waits={
            group: {
                name: figure(getattr(day.waits.get(group, nobody), name) for day in days)
                for name in WAIT_FIGURES
            }
            for group in groups
        },
        outcomes={one: fmean(day.outcomes[one] for day in days) for one in days[0].outcomes},
    )
