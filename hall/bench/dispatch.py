"""`python -m hall bench dispatch`: how good the dispatcher's choices are, and how fast.

Study halls of three sizes (hall/twin/study.py), a new hall and a new day per seed; every policy meets the
same visitors. A table per size, then each bound that the hall's own rule is held to with the figures it
compares, the plain promise-share among them. Then the speed of the twin against a plain queue in Ciw, where
that is installed, and of a pick with 10,000 people waiting against 100 and against a scan of everybody.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from hall.bench.dispatch_speed import measure_speed
from hall.bench.run import Report
from hall.rules.tickets import VisitorClass
from hall.twin.day import Day
from hall.twin.engine import run
from hall.twin.measures import EVERYBODY, Figure, Measures, measure, summarise
from hall.twin.model import Visitor
from hall.twin.policies import POLICIES, SILO, Policy, siloed
from hall.twin.study import SIZES, study
from hall.twin.tried import TRIED

ORDER = ("silo", "fifo", "elderly-first", "promise-share", "own", "component-pooled", "pooled")
SILO_BOUND = {"large": 0.45, "medium": 0.6, "small": 0.7}
PLAIN_BOUND = {"large": 0.95, "medium": 0.95, "small": 1.0}
"""Against the rule with promises alone; ten days of a small hall differ by more than there is to gain."""
PLANNED_BY = 5
BAR = 30
COLUMNS = (
    "mean",
    "p90",
    "p95",
    "max",
    "quick",
    "long",
    ">promise",
    "elderly >5",
    "overtaken",
    "same class",
    "breaches",
)
QUICK, LONG = 0.8, 1.25
"""Matters whose service is shorter, or longer, than so much of the hall's mean."""


@dataclass(frozen=True)
class Result:
    """One policy over all days of one size; waits in minutes, shares in per cent. `quick`, `long`: the mean
    wait for quick and for long matters; `overtaken`: by the elderly, per ordinary ticket; `same_class`: over
    all days; `breaches`: of the guarantee, over all days.
    """

    mean: float
    p90: float
    p95: float
    longest: float
    quick: float
    long: float
    over_promise: float
    elderly_over: float
    overtaken: float
    same_class: int
    breaches: int

    def cells(self) -> tuple[str, ...]:
        waits = (self.mean, self.p90, self.p95, self.longest, self.quick, self.long)
        shares = (self.over_promise, self.elderly_over)
        return (
            *(f"{one:.2f}" for one in waits),
            *(f"{one:.1f} %" for one in shares),
            f"{self.overtaken:.2f}",
            str(self.same_class),
            str(self.breaches),
        )


def bench_dispatch(days: int, seed: int, size: str | None, tried: bool) -> int:
    """Prints the tables and the bounds; returns 1 when a bound does not hold."""
    report, sizes = Report(), [size] if size else list(SIZES)
    policies = [POLICIES[name] for name in ORDER] + (list(TRIED.values()) if tried else [])
    with _Progress(len(sizes) * days * len(policies)) as progress:
        results = {size: compare(size, policies, range(seed, seed + days), progress) for size in sizes}
    for size, found in results.items():
        table(f"{size}: {days} days, seeds {seed}–{seed + days - 1}; waits in minutes", found)
    for size, found in results.items():
        check(report, size, found)
    if "large" in sizes:
        measure_speed(report)
    return 1 if report.failed else 0


def compare(
    size: str, policies: Sequence[Policy], seeds: Iterable[int], progress: "_Progress"
) -> dict[str, Result]:
    """Policy → its figures over the halls and days of these seeds."""
    measured: dict[str, list[tuple[Measures, float, float]]] = {one.name: [] for one in policies}
    for seed in seeds:
        place = study(size, seed)
        visitors = place.visitors(seed)
        silo = _planned_silo([one for day in range(PLANNED_BY) for one in place.visitors(1000 * seed + day)])
        for policy in policies:
            progress.step(f"{size} {seed} {policy.name}")
            day = run(place.hall, visitors, silo if policy is SILO else policy)
            # All are held to the hall's own promises, whatever a policy makes of them.
            its_hall = replace(day.hall, businesses=place.hall.businesses)
            measured[policy.name].append((measure(replace(day, hall=its_hall)), *_by_length(day)))
    return {name: _result(days) for name, days in measured.items()}


def _planned_silo(earlier: Sequence[Visitor]) -> Policy:
    """Counters dealt out by what earlier days asked for: nobody knows the day that is going to be."""
    return replace(SILO, reshape=lambda hall, _today: siloed(hall, earlier))


def _by_length(day: Day) -> tuple[float, float]:
    """Mean seconds waited for quick and for long matters."""
    businesses = day.hall.businesses
    usual = fmean(one.service_seconds for one in businesses.values())
    quick, long = [], []
    for call in day.calls:
        length = businesses[call.business_id].service_seconds / usual
        if length < QUICK:
            quick.append(call.waited_seconds)
        elif length > LONG:
            long.append(call.waited_seconds)
    return fmean(quick or [0.0]), fmean(long or [0.0])


def _result(measured: Sequence[tuple[Measures, float, float]]) -> Result:
    days = [one for one, _, _ in measured]
    summary = summarise(days)
    everybody, elderly = summary.waits[EVERYBODY], summary.waits[None, VisitorClass.ELDERLY]
    overtakes = [one.overtakes for one in days]

    def of(figures: Mapping[str, Figure], name: str, scale: float) -> float:
        return (figures[name].mean or 0.0) * scale

    return Result(
        mean=of(everybody, "mean", 1 / 60),
        p90=of(everybody, "p90", 1 / 60),
        p95=of(everybody, "p95", 1 / 60),
        longest=max(one.waits[EVERYBODY].longest or 0.0 for one in days) / 60,
        quick=fmean(one for _, one, _ in measured) / 60,
        long=fmean(one for _, _, one in measured) / 60,
        over_promise=of(everybody, "over_promise", 100),
        elderly_over=of(elderly, "over_promise", 100),
        overtaken=of(summary.figures, "elderly_overtakes_per_ordinary", 1),
        same_class=sum(one.same_class for one in overtakes),
        breaches=sum(one.guarantee_breaches for one in overtakes),
    )


def table(title: str, results: Mapping[str, Result]) -> None:
    """One line per policy."""
    print(f"\n{title}")
    print(f"  {'policy':<22}" + "".join(f"{one:>13}" for one in COLUMNS))
    for name, one in results.items():
        print(f"  {name:<22}" + "".join(f"{cell:>13}" for cell in one.cells()))
    print(flush=True)


def check(report: Report, size: str, results: Mapping[str, Result]) -> None:
    """The bounds that the hall's own rule is held to (handbook 5), each with what it is compared with."""
    ours, plain, fifo, silo = (results[name] for name in ("own", "promise-share", "fifo", "silo"))
    strict = results["elderly-first"]
    bounds = [
        ("mean wait ÷ FIFO among eligible", ours.mean, fifo.mean, "min", 1.05),
        ("mean wait ÷ silo", ours.mean, silo.mean, "min", SILO_BOUND[size]),
        ("mean wait ÷ plain promise-share", ours.mean, plain.mean, "min", PLAIN_BOUND[size]),
        ("95th percentile ÷ plain promise-share", ours.p95, plain.p95, "min", 1.0),
        ("overtaken by the elderly ÷ strict elderly-first", ours.overtaken, strict.overtaken, "", 0.65),
    ]
    for what, figure, floor, unit, bound in bounds:
        ratio = figure / floor if floor else 0.0
        report.ratio(f"{size}: {what}", figure, floor, unit, ratio, f"≤ {bound}", ratio <= bound)
    if size != "small":
        holds = ours.elderly_over <= 4
        report.figure(f"{size}: elderly over promise", ours.elderly_over, "%", "≤ 4 %", holds)
    report.figure(f"{size}: same-class overtakes", ours.same_class, "", "0", ours.same_class == 0)
    report.figure(f"{size}: guarantee breaches", ours.breaches, "", "0", ours.breaches == 0)


class _Progress:
    """A bar on stderr while the days are played; gone when they are."""

    def __init__(self, whole: int) -> None:
        self.whole, self.done = whole, 0

    def __enter__(self) -> "_Progress":
        return self

    def step(self, what: str) -> None:
        full = BAR * self.done // max(1, self.whole)
        bar = "█" * full + "·" * (BAR - full)
        sys.stderr.write(f"\r{bar} {self.done}/{self.whole} {what:<40}")
        sys.stderr.flush()
        self.done += 1

    def __exit__(self, *_: object) -> None:
        sys.stderr.write("\r" + " " * (BAR + 60) + "\r")
        sys.stderr.flush()
