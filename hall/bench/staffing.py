"""`python -m hall bench staffing`: what the staffing advisor does to waits on days that are not as planned.

Study halls of three sizes (hall/twin/shifted.py), a new hall and a new day per seed. Each hall lives through
some days as planned, of which the advisor only learns; then the same visitors meet no action, the threshold
rule, the advisor (its moves applied as given, every 15 minutes), and the hall with every certified skill in
use and the reserve open all day. The same on a day as planned, on which advice should do no harm. Some days'
suggestions are foretold before they are applied (hall/twin/effect.py) and held against what then happens with
and without them; with `--foretold` every day's, and nothing else is measured. Each size runs in a process of
its own: `python -m hall.bench.staffing SIZE DAYS SEED [foretold]`.
"""

import copy
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from statistics import fmean, median
from typing import Any

from tqdm import tqdm

from hall.bench.run import Report
from hall.rules.staffing import Move, Plan, Situation, costs_of, suggestions
from hall.rules.staffing_threshold import threshold_plan
from hall.twin.effect import Effect, Waited, foretell, mean_wait, scene_of, touched_by, waited
from hall.twin.knowledge import Knowledge
from hall.twin.measures import percentile
from hall.twin.model import Hall
from hall.twin.shifted import ShiftedStudy, shifted_study
from hall.twin.staffing import Advisor, Moment, StaffedDay, apply_moves, staffed_day
from hall.twin.trial import Trial

ROOT = Path(__file__).parent.parent.parent
PROCESSES = 2
SIZES = ("large", "medium", "small")
LEARNING_DAYS = {"large": 2, "medium": 4, "small": 6}
FORETOLD_DAYS = {"large": 1, "medium": 6, "small": 10}
"""On so many of the days the suggestions are foretold; it takes far longer than the days themselves."""
FORETOLD_EACH = 2
"""Suggestions of one look that are foretold alone, too: those that move most windows."""
NONE, THRESHOLD, ADVISOR, EVERYTHING = "no action", "threshold rule", "advisor", "all skills, reserve open"
USUAL_NONE, USUAL_ADVISOR = "as planned: no action", "as planned: advisor"
ROWS = (NONE, THRESHOLD, ADVISOR, EVERYTHING, USUAL_NONE, USUAL_ADVISOR)
MEAN_BOUND = {"large": 0.46, "medium": 0.40, "small": 0.80}
P95_BOUND = {"large": 0.55, "medium": 0.40, "small": 0.85}
EVERYTHING_BOUND = 1.1
FEW = 0.25
"""Moves a window on a day as planned that are still few: one window in four, once."""


@dataclass
class Figures:
    """One size: per row the days' mean waits, 95th percentiles (minutes) and moves; how long each plan took;
    per look's whole advice whether the sign was right and whether the range held, per single suggestion the
    former, per touched business the latter.
    """

    windows: int = 0
    means: dict[str, list[float]] = field(default_factory=dict)
    p95s: dict[str, list[float]] = field(default_factory=dict)
    moves: dict[str, list[int]] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    fallbacks: int = 0
    signs: list[bool] = field(default_factory=list)
    signs_each: list[bool] = field(default_factory=list)
    signless: int = 0
    held: list[bool] = field(default_factory=list)
    held_per_business: list[bool] = field(default_factory=list)

    def note(self, row: str, day: StaffedDay) -> None:
        waits = day.waits
        self.means.setdefault(row, []).append(fmean(waits) / 60)
        self.p95s.setdefault(row, []).append(percentile(waits, 0.95) / 60)
        self.moves.setdefault(row, []).append(day.moves)

    def mean(self, row: str) -> float:
        return fmean(self.means[row])

    def p95(self, row: str) -> float:
        return fmean(self.p95s[row])


def bench_staffing(days: int, seed: int, size: str | None, only_foretold: bool = False) -> int:
    """Prints the table and the bounds of each size; returns 1 when a bound does not hold. `only_foretold`:
    how suggestions were foretold, of every day, and nothing else.
    """
    sizes, report = ([size] if size else list(SIZES)), Report()
    whole = len(sizes) * days * (1 if only_foretold else len(ROWS))
    with (
        tqdm(total=whole, unit="day", leave=False, file=sys.stderr) as bar,
        ThreadPoolExecutor(PROCESSES) as pool,
    ):
        found = list(pool.map(lambda one: _in_a_process(one, days, seed, only_foretold, bar), sizes))
    for one, figures in zip(sizes, found, strict=True):
        table(one, days, seed, figures)
    for one, figures in zip(sizes, found, strict=True):
        if not only_foretold:
            check(report, one, figures)
        check_foretold(report, one, figures)
    return 1 if report.failed else 0


def table(size: str, days: int, seed: int, figures: Figures) -> None:
    """One line per row."""
    print(
        f"\n{size}: {figures.windows} windows, {days} days, seeds {seed}–{seed + days - 1}; waits in minutes"
    )
    if len(figures.means) == len(ROWS):
        _rows(figures)
    if figures.took:
        print(
            f"  {len(figures.took)} plans: {1000 * median(figures.took):.0f} ms median, "
            f"{1000 * max(figures.took):.0f} ms longest; {figures.fallbacks} times the threshold rule for "
            f"want of time; {len(figures.held)} times advice foretold, {len(figures.signs_each)} suggestions "
            f"alone, {figures.signless} times no sign told",
            flush=True,
        )


def _rows(figures: Figures) -> None:
    print(
        f"  {'':<26}{'mean':>8}{'p95':>8}{'÷ no action':>13}{'p95 ÷':>8}{'÷ all skills':>14}{'moves/day':>11}"
    )
    for row in ROWS:
        usual = row in (USUAL_NONE, USUAL_ADVISOR)
        mean, p95 = figures.mean(row), figures.p95(row)
        floor = USUAL_NONE if usual else NONE
        of_all = "" if usual else f"{mean / figures.mean(EVERYTHING):.2f}"
        print(
            f"  {row:<26}{mean:>8.2f}{p95:>8.2f}{mean / figures.mean(floor):>13.2f}"
            f"{p95 / figures.p95(floor):>8.2f}{of_all:>14}{fmean(figures.moves[row]):>11.1f}"
        )


def check(report: Report, size: str, figures: Figures) -> None:
    """The bounds asked for, each with what it compares."""

    def ratio(what: str, ours: float, floor: float, bound: float) -> None:
        share = ours / floor if floor else 0.0
        report.ratio(f"{size}: {what}", ours, floor, "min", share, f"≤ {bound}", share <= bound)

    ours = figures.mean(ADVISOR)
    ratio("mean wait ÷ no action", ours, figures.mean(NONE), MEAN_BOUND[size])
    ratio("p95 ÷ no action", figures.p95(ADVISOR), figures.p95(NONE), P95_BOUND[size])
    ratio("mean wait ÷ threshold rule", ours, figures.mean(THRESHOLD), 1.0)
    if size != "small":
        ratio("mean wait ÷ all skills, reserve open", ours, figures.mean(EVERYTHING), EVERYTHING_BOUND)
    ratio("as planned: mean wait ÷ no action", figures.mean(USUAL_ADVISOR), figures.mean(USUAL_NONE), 1.0)
    few = fmean(figures.moves[USUAL_ADVISOR]) / figures.windows
    report.figure(f"{size}: as planned: moves a window and day", few, "", f"≤ {FEW}", few <= FEW)
    longest = max(figures.took, default=0.0)
    report.figure(f"{size}: longest plan", longest, "s", "≤ 6 s", longest <= 6)


def check_foretold(report: Report, size: str, figures: Figures) -> None:
    """How often what was foretold came: the sign where one was told, and the ranges."""
    if figures.signs:
        right, held = 100 * fmean(figures.signs), 100 * fmean(figures.held)
        each = 100 * fmean(figures.held_per_business)
        report.figure(f"{size}: foretold effect, sign right", right, "%", "≥ 90 %", right >= 90)
        if figures.signs_each:
            alone = 100 * fmean(figures.signs_each)
            report.figure(f"{size}: … of each suggestion alone", alone, "%", "≥ 90 %", alone >= 90)
        report.figure(f"{size}: foretold wait, range holds", held, "%", "≥ 75 %", held >= 75)
        report.figure(f"{size}: … of each business touched", each, "%", "≥ 75 %", each >= 75)


def _in_a_process(size: str, days: int, seed: int, only_foretold: bool, bar: "tqdm[Any]") -> Figures:
    command = [sys.executable, "-m", "hall.bench.staffing", size, str(days), str(seed)]
    command += ["foretold"] if only_foretold else []
    last: dict[str, Any] = {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if line.startswith("{"):  # HiGHS says its name first
                last = json.loads(line)
                bar.update("row" in last)
    if process.returncode or "figures" not in last:
        raise RuntimeError(f"the measurement of the {size} hall ended with {process.returncode}")
    return Figures(**last["figures"])


# ---- one size, in its own process ----


def measure(size: str, days: int, seed: int, only_foretold: bool) -> Figures:
    """Runs one size; a JSON line per played day, the last one with the figures."""
    figures = Figures()
    for number in range(seed, seed + days):
        shifted = shifted_study(size, number)
        figures.windows = len(shifted.today.hall.windows)
        runner = _Runner(shifted, size, number, figures)
        if only_foretold:
            runner.play(ADVISOR, runner.hall, runner.advise, foretold=True)
            continue
        runner.play(NONE, runner.hall, _nothing)
        runner.play(THRESHOLD, runner.hall, threshold_plan)
        runner.play(ADVISOR, runner.hall, runner.advise, foretold=number < seed + FORETOLD_DAYS[size])
        runner.play(EVERYTHING, replace(shifted.with_everything(), day=runner.hall.day), _nothing)
        usual = _Runner(shifted_study(size, number, shifted=False), size, number, figures)
        usual.play(USUAL_NONE, usual.hall, _nothing)
        usual.play(USUAL_ADVISOR, usual.hall, usual.advise)
    return figures


def _nothing(situation: Situation) -> Plan:
    return Plan((), "nobody")


class _Runner:
    """One hall and day under several advisors, each with the same knowledge of the days before."""

    def __init__(self, study: ShiftedStudy, size: str, number: int, figures: Figures) -> None:
        self._study, self._figures, self._number = study, figures, number
        trial = Trial(study.usual)
        for day in range(LEARNING_DAYS[size]):
            trial.live_through(1000 * number + day)
        self._knowledge = trial.knowledge
        # A day nobody has seen yet, on the same weekday.
        self.hall = replace(study.today.hall, day=study.today.hall.day + timedelta(weeks=4))
        self._visitors = study.today.visitors(number)
        self._costs = costs_of(len(self.hall.windows))
        self._source = random.Random(f"{self.hall.code} foretold")

    def advise(self, situation: Situation) -> Plan:
        from hall.rules.staffing_programme import advise

        plan = advise(situation, self._costs)
        if plan.source == "programme":
            self._figures.took.append(plan.took_seconds)
        else:
            self._figures.fallbacks += 1
        return plan

    def play(self, row: str, hall: Hall, advisor: Advisor, foretold: bool = False) -> None:
        knowledge = copy.deepcopy(self._knowledge)
        reserve = self._study.reserve if row != EVERYTHING else {}

        def watch(moment: Moment) -> None:
            if foretold and moment.plan.moves:
                self._judge(moment, knowledge)

        day = staffed_day(hall, self._visitors, advisor, knowledge, reserve, self._study.teams, watch)
        self._figures.note(row, day)
        print(json.dumps({"row": row}), flush=True)

    def _judge(self, moment: Moment, knowledge: Knowledge) -> None:
        """What was foretold against what the day's own visitors meet, with and without the moves."""
        hall, present, reserve = moment.hall, moment.present, self._study.reserve
        sets: list[Sequence[Move]] = [moment.plan.moves]
        each = suggestions(moment.plan.moves)
        sets += each[:FORETOLD_EACH] if len(each) > 1 else []
        effects = foretell(scene_of(hall, present), knowledge, sets, reserve, self._source)
        coming = [one for one in self._visitors if one.at_seconds > present.at_seconds]
        without = waited(hall, present, coming, touched_by(moment.plan.moves))
        for moves, effect in zip(sets, effects, strict=True):
            with_moves = waited(*apply_moves(hall, present, moves, reserve), coming, touched_by(moves))
            self._compare(effect, without, with_moves, touched_by(moves), moves is sets[0])

    def _compare(
        self, effect: Effect, without: Waited, with_moves: Waited, touched: frozenset[int], whole: bool
    ) -> None:
        figures, said = self._figures, effect.together
        before, after = mean_wait(without, touched), mean_wait(with_moves, touched)
        if said is None or before is None or after is None:
            return
        if said.sign:
            right = said.sign * (after - before) > 0
            (figures.signs if whole else figures.signs_each).append(right)
        else:
            figures.signless += 1
        if whole:
            figures.held.append(_holds(said.after.low, said.after.high, after))
        for code, change in effect.changes.items():
            seen = mean_wait(with_moves, frozenset({code}))
            if seen is not None:
                figures.held_per_business.append(_holds(change.after.low, change.after.high, seen))


def _holds(low: float, high: float, seen: float) -> bool:
    """Within the range as it is told, in whole minutes."""
    return 60 * int(low / 60) <= seen <= 60 * (int(high / 60) + 1)


if __name__ == "__main__":
    _size, _days, _seed, *_more = sys.argv[1:]
    print(json.dumps({"figures": asdict(measure(_size, int(_days), int(_seed), bool(_more)))}))
