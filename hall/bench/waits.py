"""`python -m hall bench waits`: how close the look-ahead comes to what people really wait, and how often its
ranges hold; beside the three classical predictors, in the same run.

A study hall of each size lives through some days of which it only learns, one day on which its ranges are
calibrated, and then the days that count (hall/twin/trial.py). Each size runs in a process of its own: `python
-m hall.bench.waits SIZE DAYS SEED` writes one JSON line per look.
"""

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from hall.rules.queues_ahead import HORIZONS_MINUTES
from hall.twin.foresee import MOST_RUNS
from hall.twin.lookahead import RUNS
from hall.twin.study import OPEN, study
from hall.twin.trial import Queue, Told, Trial

ROOT = Path(__file__).parent.parent.parent
BAR = 30
PREDICTORS = ("foreseen", "people ahead", "last called", "head of line")
COVERAGE = (0.77, 0.85)


@dataclass(frozen=True)
class Plan:
    """How a size is measured: days to learn from, seconds between two looks, for how long after a look those
    who come are told what it says, and its runs, as the worker has them for such a hall. `bound`: the error
    promised, in mean waits.
    """

    learning_days: int
    every_seconds: float
    for_seconds: float
    bound: float
    runs: int = RUNS

    def looks(self, days: int) -> int:
        """Looks in all, the calibrating day included."""
        return (days + 1) * int((OPEN[1] - OPEN[0]) / self.every_seconds)


PLANS: Mapping[str, Plan] = {
    "large": Plan(4, 600, 60, 0.15),
    "medium": Plan(6, 300, 60, 0.22),
    "small": Plan(10, 120, 60, 0.30, MOST_RUNS),
}


@dataclass(frozen=True)
class Accuracy:
    """One size over all its days. `errors`: mean absolute error ÷ mean wait, per predictor; `mean` in
    minutes. `coverage`: the share of ranges that held, of those who were told one (who is called on the spot
    is told none); `raw`: of the look-ahead's own bands; `of_all`: with those called on the spot.
    """

    visitors: int
    mean: float
    errors: Mapping[str, float]
    raw: float
    coverage: float
    of_all: float
    width: float


@dataclass(frozen=True)
class QueueAccuracy:
    """Queues so many minutes after a look, of single businesses or of the `whole` hall, where somebody waited
    or might have. `held`, `held_longest`: the share of bands that held the number waiting and the longest
    wait; `error`, `width`: of the number, in people.
    """

    minutes: int
    whole: bool
    queues: int
    mean: float
    held: float
    held_longest: float
    error: float
    width: float


def accuracy_of_queues(queues: Sequence[Queue]) -> list[QueueAccuracy]:
    """One entry per horizon, first of businesses, then of the hall."""
    found = []
    for whole in (False, True):
        for minutes in HORIZONS_MINUTES:
            some = [
                one
                for one in queues
                if (one.whole, one.foreseen.minutes) == (whole, minutes)
                and (one.then.waiting or one.foreseen.waiting.high)
            ]
            if some:
                found.append(
                    QueueAccuracy(
                        minutes,
                        whole,
                        len(some),
                        fmean(one.then.waiting for one in some),
                        fmean(one.foreseen.held(one.then) for one in some),
                        fmean(one.foreseen.held_longest(one.then) for one in some),
                        fmean(abs(one.foreseen.waiting.middle - one.then.waiting) for one in some),
                        fmean(one.foreseen.waiting.high - one.foreseen.waiting.low for one in some),
                    )
                )
    return found


def accuracy(told: Sequence[Told]) -> Accuracy:
    """The figures of everybody who was told something; raises ValueError when that is nobody."""
    if not told:
        raise ValueError("nobody was told anything")
    mean = fmean(one.waited for one in told)
    waiting = [one for one in told if not one.on_the_spot] or list(told)

    def error(guess: Callable[[Told], float]) -> float:
        return fmean(abs(guess(one) - one.waited) for one in told) / mean if mean else 0.0

    return Accuracy(
        visitors=len(told),
        mean=mean / 60,
        errors={
            "foreseen": error(lambda one: one.foreseen.middle),
            "people ahead": error(lambda one: one.people_ahead),
            "last called": error(lambda one: one.last_called),
            "head of line": error(lambda one: one.head_of_line),
        },
        raw=fmean(one.raw_held for one in waiting),
        coverage=fmean(one.held for one in waiting),
        of_all=fmean(one.held for one in told),
        width=fmean(one.range.high_minutes - one.range.low_minutes for one in waiting),
    )


def bench_waits(days: int, seed: int, size: str | None) -> int:
    """Prints the figures of each size; returns 1 when a bound does not hold."""
    from hall.bench.run import Report

    sizes = [size] if size else list(PLANS)
    report = Report()
    with _Progress(sum(PLANS[one].looks(days) for one in sizes)) as progress:
        workers = min(len(sizes), os.cpu_count() or 1)
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(lambda one: _in_a_process(one, days, seed, progress), sizes))
    for one, (figures, queues) in zip(sizes, found, strict=True):
        table(one, days, figures)
        table_of_queues(queues)
    for one, (figures, _) in zip(sizes, found, strict=True):
        errors, bound = figures.errors, PLANS[one].bound
        best = min(errors[other] for other in PREDICTORS[1:])
        ours = errors["foreseen"]
        report.ratio(
            f"{one}: error ÷ mean wait, floor: best classical", ours, best, "", ours / best, f"≤ {bound}",
            ours <= bound,
        )  # fmt: skip
        low, high = COVERAGE
        holds = low <= figures.coverage <= high
        report.figure(f"{one}: ranges that hold", 100 * figures.coverage, "%", f"{low:.0%}–{high:.0%}", holds)
    return 1 if report.failed else 0


def table(size: str, days: int, figures: Accuracy) -> None:
    """A size's figures."""
    print(
        f"\n{size}: {days} days, {figures.visitors} visitors asked, mean wait {figures.mean:.2f} min; "
        "mean absolute error ÷ mean wait"
    )
    for name in PREDICTORS:
        print(f"  {name:<14}{figures.errors[name]:>8.3f}")
    print(
        f"  ranges hold for {figures.coverage:.1%} of those told one (raw band {figures.raw:.1%}, with those "
        f"called on the spot {figures.of_all:.1%}); mean width {figures.width:.1f} min\n",
        flush=True,
    )


def table_of_queues(queues: Sequence[QueueAccuracy]) -> None:
    """Where the queues would be, against where they were."""
    print("  queues        in min   mean  error  width   bands hold  longest wait's")
    for one in queues:
        name = "whole hall" if one.whole else "businesses"
        print(
            f"  {name:<14}{one.minutes:>6}{one.mean:>7.1f}{one.error:>7.1f}{one.width:>7.1f}"
            f"{one.held:>13.1%}{one.held_longest:>16.1%}"
        )
    print(flush=True)


def _in_a_process(
    size: str, days: int, seed: int, progress: "_Progress"
) -> tuple[Accuracy, list[QueueAccuracy]]:
    command = [sys.executable, "-m", "hall.bench.waits", size, str(days), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last: dict[str, Any] = {}
        for line in process.stdout:
            last = json.loads(line)
            progress.step(size)
    if process.returncode or "figures" not in last:
        raise RuntimeError(f"the measurement of the {size} hall ended with {process.returncode}")
    return Accuracy(**last["figures"]), [QueueAccuracy(**one) for one in last["queues"]]


class _Progress:
    """A bar on stderr while the days go by; gone when they have."""

    def __init__(self, whole: int) -> None:
        self._whole, self._done, self._lock = whole, 0, threading.Lock()

    def __enter__(self) -> "_Progress":
        return self

    def step(self, what: str) -> None:
        with self._lock:
            self._done += 1
            full = min(BAR, BAR * self._done // max(1, self._whole))
            sys.stderr.write(f"\r{'█' * full}{'·' * (BAR - full)} {self._done}/{self._whole} {what:<10}")
            sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        sys.stderr.write("\r" + " " * (BAR + 40) + "\r")
        sys.stderr.flush()


def measure(size: str, days: int, seed: int) -> None:
    """Runs one size; a JSON line per look, the last one with the figures."""
    plan = PLANS[size]
    trial = Trial(study(size, seed), random.Random(f"{size} {seed} looks"))
    for day in range(plan.learning_days):
        trial.live_through(1000 * seed + day)
    told: list[Told] = []
    for day in range(days + 1):
        for some in trial.judge(1000 * seed + 500 + day, plan.every_seconds, plan.for_seconds, plan.runs):
            if day:
                told += some
            print(json.dumps({"size": size, "told": len(told)}), flush=True)
    queues = [vars(one) for one in accuracy_of_queues(trial.queues)]
    print(json.dumps({"figures": vars(accuracy(told)), "queues": queues}), flush=True)


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
