"""`python -m hall bench whatif`: how long a manager waits for both futures, by size of the hall, and how what
they say relates to what the twin then does.

Study halls of three sizes (hall/twin/shifted.py), a new hall and day per seed, stopped at a few moments. At
each of them plans are tried: the fullest business gets a window that has least to do and may serve it, a
reserve window is opened, a window is closed, more visitors come. The futures know what a live hall knows: who
waits, who sits where, service times and arrivals as learnt. Then the day's own visitors meet the hall without
the plan and with it, and both are held against the futures.
"""

import copy
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from statistics import fmean, median

from tqdm import tqdm

from hall.bench.run import Report
from hall.rules.calibration import Band
from hall.rules.staffing import Plan as Nothing
from hall.rules.what_if import Change, Do
from hall.twin.effect import scene_of
from hall.twin.knowledge import Knowledge
from hall.twin.model import Hall, Present, Visitor, Window
from hall.twin.planned import Person, Staff, in_one_part, parts_with, present_with
from hall.twin.shifted import ShiftedStudy, shifted_study
from hall.twin.staffing import Moment, staffed_day
from hall.twin.study import OPEN
from hall.twin.traces import Both, Comparison, side_by_side, trace
from hall.twin.trial import Trial
from hall.twin.what_if import FOLLOWED_SECONDS, Futures, Plan, Tried, crowd_times, play

SIZES = ("small", "medium", "large")
LEARNING_DAYS = {"large": 1, "medium": 3, "small": 5}
MOMENTS = (9.5, 10.5, 14.5)
"""Hours of the day at which plans are tried."""
BUDGET_SECONDS = 1.2
"""What the worker gives an answer, as in hall/planning/what_if.py."""
MOST_SECONDS = 2.0
MORE_VISITORS = 0.02
"""Of a day's visitors, within an hour."""


@dataclass
class Found:
    """One size: how long answers took (the first of a scene, and a further plan of it), over how many
    futures, what one costs in processor seconds, and per plan whether the sign was right and ranges held.
    """

    windows: int = 0
    first: list[float] = field(default_factory=list)
    further: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    futures: list[int] = field(default_factory=list)
    signs: list[bool] = field(default_factory=list)
    signless: int = 0
    means: list[bool] = field(default_factory=list)
    steps: list[bool] = field(default_factory=list)


def bench_whatif(days: int, seed: int, size: str | None) -> int:
    """Prints a line per size, and the bounds; returns 1 when one does not hold."""
    sizes, report, found = [size] if size else SIZES, Report(), dict[str, Found]()
    with tqdm(total=len(sizes) * days, unit="day", leave=False, file=sys.stderr) as bar:
        for one in sizes:
            found[one] = measure(one, days, seed, bar.update)
    for one, figures in found.items():
        print(
            f"\n{one}: {figures.windows} windows, {days} days, seeds {seed}–{seed + days - 1}; "
            f"{len(figures.further)} plans over {median(figures.futures):.0f} futures in the middle; "
            f"{figures.signless} times no sign told",
            flush=True,
        )
        _check(report, one, figures)
    return 1 if report.failed else 0


def _check(report: Report, size: str, found: Found) -> None:
    for what, seconds in (("first answer of a moment", found.first), ("a further plan", found.further)):
        longest = max(seconds)
        report.figure(f"{size}: {what}, median", median(seconds), "s", "", True)
        report.figure(
            f"{size}: {what}, longest", longest, "s", f"≤ {MOST_SECONDS:.0f} s", longest <= MOST_SECONDS
        )
    report.figure(
        f"{size}: processor time of a future, all told", 1000 * median(found.processor), "ms", "", True
    )
    if found.signs:
        right = 100 * fmean(found.signs)
        report.figure(f"{size}: sign of the mean wait right", right, "%", "≥ 90 %", right >= 90)
    for what, held in (
        ("mean wait in its range", found.means),
        ("people waiting in their band", found.steps),
    ):
        report.figure(f"{size}: {what}", 100 * fmean(held), "%", "", True)


def measure(
    size: str,
    days: int,
    seed: int,
    done: Callable[[], object] = lambda: None,
    seconds: float = BUDGET_SECONDS,
) -> Found:
    """Runs one size; `seconds`: what an answer may take."""
    found = Found()
    for number in range(seed, seed + days):
        study = shifted_study(size, number)
        found.windows = len(study.today.hall.windows)
        _Day(study, size, number, found, seconds).live_through()
        done()
    return found


class _Day:
    """One hall and day, with what was learnt of the days before."""

    def __init__(self, study: ShiftedStudy, size: str, number: int, found: Found, seconds: float) -> None:
        self._study, self._number, self._found, self._seconds = study, number, found, seconds
        trial = Trial(study.usual)
        for day in range(LEARNING_DAYS[size]):
            trial.live_through(1000 * number + day)
        self._knowledge: Knowledge = copy.deepcopy(trial.knowledge)
        # A day nobody has seen yet, on the same weekday.
        self._hall = replace(study.today.hall, day=study.today.hall.day + timedelta(weeks=4))
        self._visitors = study.today.visitors(number)

    def live_through(self) -> None:
        staffed_day(
            self._hall,
            self._visitors,
            lambda asked: Nothing((), "nobody"),
            self._knowledge,
            {},
            (),
            self._watch,
        )

    def _watch(self, moment: Moment) -> None:
        if moment.present.at_seconds / 3600 not in MOMENTS:
            return
        scene = scene_of(moment.hall, moment.present)
        futures: Futures | None = None
        for changes, staff in self._plans(moment.hall, moment.present):
            began, processor = time.perf_counter(), time.process_time()
            fresh = futures is None
            futures = futures or Futures(scene, self._knowledge, seed=str(self._number))
            said = futures.try_out(Tried(futures.planned(changes, staff)), self._seconds)
            took = time.perf_counter() - began
            (self._found.first if fresh else self._found.further).append(took)
            self._found.processor.append((time.process_time() - processor) / said.futures)
            self._found.futures.append(said.futures)
            self._compare(said, self._then(futures, moment, futures.planned(changes, staff)))

    def _plans(self, hall: Hall, present: Present) -> Iterator[tuple[tuple[Change, ...], Staff]]:
        """What is tried at this moment."""
        now, source = present.at_seconds, random.Random(f"{self._number} {present.at_seconds}")
        waiting = Counter(one.business_id for one in present.waiting)
        load = {
            one.id: sum(waiting[code] for code in one.calls) for one in hall.windows.values() if one.clerk
        }
        reserve = {one: Person(clerk.skills) for one, clerk in self._study.reserve.items()}
        staff = Staff(OPEN[1], {one: one for one in load}, reserve)
        fullest, _ = (waiting.most_common(1) or [(min(hall.businesses), 0)])[0]
        able = [one for one, windows in hall.windows.items() if one in load and self._able(windows, fullest)]
        if able:
            least = min(able, key=lambda one: (load[one], one))
            serves = hall.windows[least].calls | {fullest}
            yield (Change(Do.SWITCH, now, window_id=least, businesses=serves),), staff
        if reserve:
            opened = source.choice(sorted(reserve))
            yield (Change(Do.OPEN, now, window_id=opened, clerk_id=opened),), staff
        closed = source.choice(sorted(load))
        yield (Change(Do.CLOSE, now, window_id=closed),), staff
        more = round(MORE_VISITORS * len(self._visitors))
        crowd = Change(Do.VISITORS, now, now + 3600, businesses=frozenset({fullest}), people=more)
        yield (crowd,), staff

    @staticmethod
    def _able(window: Window, business_id: int) -> bool:
        skills = window.clerk.skills if window.clerk is not None else frozenset()
        return business_id not in window.calls and (skills is None or business_id in skills)

    def _then(self, futures: Futures, moment: Moment, plan: Plan) -> Comparison:
        """The day's own visitors without the plan and with it; of more visitors, some like its own."""
        hall, present = moment.hall, moment.present
        now = present.at_seconds
        until = now + futures.steps * 300.0 + FOLLOWED_SECONDS
        coming = [one for one in self._visitors if one.at_seconds > now]
        people = {one: replace(person, pace=self._pace(one)) for one, person in plan.staff.people.items()}
        parts = parts_with(in_one_part(hall), plan.changes, replace(plan.staff, people=people), now)
        as_planned = present_with(present, hall, parts[0].hall, plan.changes)
        more = [*coming, *self._crowd(plan, coming, now)]
        without = trace(play(in_one_part(hall), present, coming, until), now, futures.steps)
        with_plan = trace(play(parts, as_planned, more, until), now, futures.steps)
        return side_by_side([without], [with_plan], futures.steps)

    def _pace(self, window_id: int) -> float:
        return self._study.reserve[window_id].pace

    def _crowd(self, plan: Plan, coming: list[Visitor], now: float) -> list[Visitor]:
        source, found = random.Random(f"{self._number} {now} crowd"), list[Visitor]()
        first_id = 1 + max((one.id for one in self._visitors), default=0)
        for change in plan.changes:
            if change.do is Do.VISITORS:
                like = [one for one in self._visitors if one.business_id in change.businesses]
                for at in crowd_times(change, now, OPEN[1], source):
                    someone = source.choice(like)
                    found.append(replace(someone, id=first_id + len(found), at_seconds=at))
        return found

    def _compare(self, said: Comparison, seen: Comparison) -> None:
        found = self._found
        told, truth = said.hall.figures.get("mean_wait"), seen.hall.figures.get("mean_wait")
        if told is None or truth is None:
            return
        if told.sign:
            found.signs.append(told.sign * truth.difference.middle > 0)
        else:
            found.signless += 1
        found.means += [_in(told.before, truth.before.middle), _in(told.after, truth.after.middle)]
        for both, then in self._touched(said, seen):
            for band, true in zip(both.waiting.after, then.waiting.after, strict=True):
                if band is not None and true is not None:
                    found.steps.append(band.low - 1 <= true.middle <= band.high + 1)

    @staticmethod
    def _touched(said: Comparison, seen: Comparison) -> Iterator[tuple[Both, Both]]:
        yield said.hall, seen.hall
        for code, both in said.businesses.items():
            figure = both.figures.get("mean_wait")
            if code in seen.businesses and figure is not None and figure.sign:
                yield both, seen.businesses[code]


def _in(band: Band, seen: float) -> bool:
    """Within the range as it is told, in whole minutes."""
    return 60 * int(band.low / 60) <= seen <= 60 * (int(band.high / 60) + 1)
