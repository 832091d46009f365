"""What would happen if: both futures of a live hall from the present moment, without a plan and with it.

The futures are the look-ahead's (hall/twin/lookahead.py): services, no-shows and arrivals drawn from what was
learnt. `Futures` keeps those of one scene: each is drawn and played without a plan once, and again for every
plan somebody tries, so that two plans meet the same people and a second one costs half. How many futures are
played is decided by the time there is; more can be added to an answer later. Called by the worker that
answers managers (hall/planning/what_if.py) and by `python -m hall bench whatif`.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf

from hall.rules.what_if import Change, Do
from hall.twin.day import Day
from hall.twin.engine import run
from hall.twin.knowledge import Knowledge
from hall.twin.lookahead import Drawing, Scene, as_learnt, everybody
from hall.twin.model import Present, Visitor
from hall.twin.planned import Staff, in_one_part, parts_with, present_with
from hall.twin.replay import looking_again
from hall.twin.replay_day import Part
from hall.twin.traces import STEP_SECONDS, Comparison, Trace, side_by_side, trace

HORIZON_SECONDS = 90 * 60.0
LONGEST_HORIZON_SECONDS = 8 * 3600.0
FOLLOWED_SECONDS = 3600.0
"""How long a future goes on after the horizon; who is not called by then has waited until then."""
COMING_SECONDS = 900.0
"""So long after the horizon visitors still come: they may be called before somebody who came within it."""
LEAST_FUTURES, MOST_FUTURES = 3, 24


@dataclass(frozen=True)
class Plan:
    """A plan as it is played: its changes, the stretches of the day with it, and who it reckons with."""

    changes: tuple[Change, ...]
    staff: Staff
    parts: tuple[Part, ...]


@dataclass
class _Future:
    """One future of the scene: everything drawn, and how it goes without a plan once that was played."""

    drawing: Drawing
    present: Present
    coming: list[Visitor]
    without: Trace | None = None


@dataclass
class Tried:
    """A plan's futures so far."""

    plan: Plan
    traces: list[Trace] = field(default_factory=list)


class Futures:
    """The futures of one scene. `until` closes the look: as many steps as fit before it, at least one."""

    def __init__(
        self, scene: Scene, knowledge: Knowledge, horizon_seconds: float = HORIZON_SECONDS, seed: str = ""
    ) -> None:
        self.scene, self.hall = scene, as_learnt(scene, knowledge)
        self.now = scene.present.at_seconds
        self.steps = max(1, ceil(min(horizon_seconds, LONGEST_HORIZON_SECONDS) / STEP_SECONDS))
        horizon = self.steps * STEP_SECONDS
        self._until = self.now + horizon + FOLLOWED_SECONDS
        self._knowledge, self._seed = knowledge, seed
        self._flows = knowledge.demand.flows(self.hall.day, self.now, self.now + horizon + COMING_SECONDS)
        self._first_id = 1 + max((one.id for one in everybody(scene.present)), default=0)
        self._drawn: list[_Future] = []

    def planned(self, changes: Sequence[Change], staff: Staff) -> Plan:
        """The plan for this scene; it is checked by hall/twin/planned.py before."""
        parts = parts_with(in_one_part(self.hall), changes, staff, self.now)
        return Plan(tuple(changes), staff, parts)

    def try_out(
        self, tried: Tried, seconds: float, least: int = LEAST_FUTURES, most: int = MOST_FUTURES
    ) -> Comparison:
        """Plays more futures of a plan for as long as `seconds` allow, at least to `least` of them and at
        most to `most`, and lays what there is side by side.
        """
        began = time.perf_counter()
        longest = 0.0
        while len(tried.traces) < most:
            started = time.perf_counter()
            if len(tried.traces) >= least and started - began + longest > seconds:
                break
            number = len(tried.traces)
            self._without(number)
            tried.traces.append(
                self._with(number, tried.plan) if tried.plan.changes else self._without(number)
            )
            longest = max(longest, time.perf_counter() - started)
        without = [self._without(number) for number in range(len(tried.traces))]
        return side_by_side(without, tried.traces, self.steps)

    def _future(self, number: int) -> _Future:
        while len(self._drawn) <= number:
            source = random.Random(f"{self._seed} {len(self._drawn)}")
            drawing = Drawing(self.scene, self.hall, self._knowledge, source)
            present = drawing.present()
            self._drawn.append(_Future(drawing, present, drawing.arrivals(self._flows, self._first_id)))
        return self._drawn[number]

    def _without(self, number: int) -> Trace:
        future = self._future(number)
        if future.without is None:
            days = play(in_one_part(self.hall), future.present, future.coming, self._until)
            future.without = trace(days, self.now, self.steps)
        return future.without

    def _with(self, number: int, plan: Plan) -> Trace:
        future = self._future(number)
        present = present_with(future.present, self.hall, plan.parts[0].hall, plan.changes)
        coming = [*future.coming, *self._crowds(number, future, plan)]
        return trace(play(plan.parts, present, coming, self._until), self.now, self.steps)

    def _crowds(self, number: int, future: _Future, plan: Plan) -> list[Visitor]:
        """The more visitors that the plan asks about."""
        found: list[Visitor] = []
        first_id = self._first_id + len(future.coming)
        for place, one in enumerate(plan.changes):
            if one.do is not Do.VISITORS:
                continue
            source = random.Random(f"{self._seed} {number} crowd {place}")
            times = crowd_times(one, self.now, plan.staff.closes, source)
            (business_id,) = one.businesses
            found += future.drawing.crowd(business_id, times, first_id + len(found), source)
        return found


def crowd_times(change: Change, now: float, closes: float, source: random.Random) -> list[float]:
    """When so many more visitors come: evenly likely at any moment of the change's time."""
    since, until = max(now, change.since), min(change.until, closes)
    return sorted(source.uniform(since, until) for _ in range(change.people))


def play(parts: Sequence[Part], present: Present, coming: Sequence[Visitor], until: float) -> list[Day]:
    """Plays a hall on from the present, part by part; the first part begins now."""
    days: list[Day] = []
    since = -inf
    for number, part in enumerate(parts):
        ends = min(part.until, until)
        arriving = [one for one in coming if since < one.at_seconds <= ends]
        day = run(part.hall, arriving, present=present, until=ends)
        days.append(day)
        if ends >= until or day.present is None:
            break
        present = looking_again(replace(day.present, at_seconds=ends), part.hall, parts[number + 1].hall)
        since = ends
    return days
