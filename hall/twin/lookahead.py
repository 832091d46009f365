"""When will somebody be called who takes a number now: the real dispatcher, run on from the present a dozen
times.

`look_ahead` plays the hall on from a scene with services, walks, no-shows and arrivals drawn anew each time
from what was learnt (hall/twin/knowledge.py). One virtual visitor per business and class joins at the first
moment; they are called like anybody and take nobody's turn, so one run answers for the whole hall (handbook
6). What is uncertain for the whole day, a business's own pace, is drawn once per run. Called by the worker
(hall/twin/foresee.py) and by hall/bench/waits.py.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, inf, log
from statistics import NormalDist

from hall.rules.calibration import Band
from hall.rules.demand import Flow
from hall.rules.queues_ahead import quantile
from hall.rules.tickets import VisitorClass
from hall.twin.engine import run
from hall.twin.knowledge import Knowledge
from hall.twin.looks import Looks, Seen
from hall.twin.model import AtWindow, Away, Desk, Habits, Hall, Held, Phase, Present, Visitor, Waiting
from hall.twin.visitors import Manners

RUNS = 16
SOON_SECONDS = 5.0
"""What still has to pass for something that should have happened already."""
PAUSE_SECONDS = 600.0
"""How much longer a pause is thought to last, whatever it has lasted so far."""
HELD_SECONDS, HELD_SHARE = Manners.hold_mean_seconds, 0.95
"""After how long, and how likely, somebody who stepped aside is back."""
AWAY_SECONDS = sum(Manners.return_seconds) / 2
"""After how long somebody missed comes back, who does."""
FARTHEST_SECONDS = 6 * 3600.0
"""A wait that no run saw the end of counts as this."""

Line = tuple[int, VisitorClass]


@dataclass(frozen=True)
class Scene:
    """A hall at one moment, as anybody in it can see it.

    `hall`: every window that is staffed has the clerk who is there, until when they are thought to be. What
    the future holds in `present` (services, the end of a phase) is drawn anew and never read. `clerks`:
    window id → who sits there, `started_at`: window id → when the service there began. `businesses`: what is
    called at present by somebody; None: whatever some window calls. `pauses`: window id → how much longer its
    pause is thought to last, where that is known better than PAUSE_SECONDS.
    """

    hall: Hall
    present: Present
    clerks: Mapping[int, int] = field(default_factory=dict)
    started_at: Mapping[int, float] = field(default_factory=dict)
    businesses: frozenset[int] | None = None
    pauses: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ahead:
    """What the runs saw. `newcomers`: per line the waits in seconds, one per run; `waiting`: per step id the
    seconds until the call; inf where a run ended without it. `queues`: per horizon what each run saw stand in
    line then.
    """

    newcomers: Mapping[Line, Sequence[float]]
    waiting: Mapping[int, Sequence[float]]
    queues: Sequence[Sequence[Seen]] = ()

    def called_share(self, line: Line, within_seconds: float) -> float:
        """The share of runs in which a newcomer of the line was called in time; a half run more and less, so
        that a dozen runs never say "certainly".
        """
        waits = self.newcomers[line]
        return (sum(one <= within_seconds for one in waits) + 0.5) / (len(waits) + 1)


def look_ahead(
    scene: Scene,
    knowledge: Knowledge,
    source: random.Random,
    runs: int = RUNS,
    busy_seconds: float = 3600.0,
    between: Callable[[float], None] = lambda took_seconds: None,
    horizons: Sequence[float] = (),
) -> Ahead:
    """Plays the scene on `runs` times. Arrivals are drawn for the next `busy_seconds`: as long as the longest
    wait is thought to be, or a little longer. `between` is called after each run, with what it took.

    With `horizons`, in order and in seconds from now, each run goes on until the last of them and says what
    stands in line at each. What it draws for that is drawn apart, so that every call within `busy_seconds` is
    foreseen as without them.
    """
    now = scene.present.at_seconds
    hall = as_learnt(scene, knowledge)
    lines = _lines(hall, scene.businesses)
    if not lines:
        return Ahead({}, {})
    busy_until = now + busy_seconds
    expected = knowledge.demand.flows(hall.day, now, max((busy_until, *(now + one for one in horizons))))
    flows = [
        replace(one, until_seconds=min(one.until_seconds, busy_until))
        for one in expected
        if one.from_seconds < busy_until
    ]
    later = [
        replace(one, from_seconds=max(one.from_seconds, busy_until))
        for one in expected
        if one.until_seconds > busy_until
    ]
    newcomers: dict[Line, list[float]] = {line: [] for line in lines}
    waiting: dict[int, list[float]] = {one.step_id: [] for one in scene.present.waiting}
    first_id = 1 + max((one.id for one in everybody(scene.present)), default=0)
    virtual = [
        Visitor(first_id + number, now, business_id, visitor_class, 0.0, virtual=True)
        for number, (business_id, visitor_class) in enumerate(lines)
    ]
    apart = random.Random(str(source.getstate())) if horizons else source
    queues: list[list[Seen]] = [[] for _ in horizons]
    for _ in range(runs):
        began = time.perf_counter()
        drawing = Drawing(scene, hall, knowledge, source)
        coming = [*virtual, *drawing.arrivals(flows, first_id + len(virtual))]
        present = drawing.present()
        if later:
            coming += drawing.go_on_with(apart).arrivals(later, first_id + len(coming))
        looks = Looks([now + one for one in horizons])
        day = run(hall, coming, present=present, stop_after_virtual=True, looks=looks)
        for seen, at_horizon in zip(looks, queues, strict=True):
            at_horizon.append(seen)
        called = {one.visitor.id: one.called_at for one in day.visits}
        for one in virtual:
            newcomers[one.business_id, one.visitor_class].append(_until(called[one.id], now))
        called_at = {one.step_id: one.at_seconds for one in day.calls}
        for step_id, waits in waiting.items():
            waits.append(_until(called_at.get(step_id), now))
        between(time.perf_counter() - began)
    return Ahead(newcomers, waiting, queues)


def band_of(waits: Sequence[float]) -> Band:
    """The band of one line's waits over the runs: the tenth, the fiftieth and the ninetieth in a hundred. Of
    all guesses the fiftieth is the nearest, in minutes, to what comes.
    """
    ordered = sorted(min(one, FARTHEST_SECONDS) for one in waits)
    return Band(*(quantile(ordered, share) for share in (0.1, 0.5, 0.9)))


def _until(called_at: float | None, now: float) -> float:
    return inf if called_at is None else max(0.0, called_at - now)


def as_learnt(scene: Scene, knowledge: Knowledge) -> Hall:
    """The hall with what was learnt of its people. Its doors are left open: who comes is drawn here."""
    hall = scene.hall
    habits = replace(
        hall.habits,
        call_to_seat_seconds=knowledge.walk.seconds,
        turn_over_seconds=knowledge.turn_over.seconds,
        no_show_seconds=max(hall.habits.no_show_seconds, hall.rules.missed_after_seconds),
    )
    windows = {
        one.id: replace(one, clerk=replace(one.clerk, pace=knowledge.service.speed(scene.clerks[one.id])))
        if one.clerk is not None and one.id in scene.clerks
        else one
        for one in hall.windows.values()
    }
    return replace(hall, windows=windows, habits=habits, hours={})


def _lines(hall: Hall, businesses: frozenset[int] | None) -> list[Line]:
    """Every business and class that some window calls."""
    called = {business_id for one in hall.windows.values() for business_id in one.calls}
    if businesses is not None:
        called &= businesses
    return [(one, kind) for one in hall.businesses if one in called for kind in VisitorClass]


def everybody(present: Present) -> Iterator[Visitor]:
    for waiting in present.waiting:
        yield waiting.visitor
    for desk in present.desks.values():
        if desk.ticket is not None:
            yield desk.ticket.step.visitor
        for held in desk.held:
            yield held.step.visitor
    for away in present.away:
        yield away.step.visitor


class Drawing:
    """One run's future."""

    def __init__(self, scene: Scene, hall: Hall, knowledge: Knowledge, source: random.Random) -> None:
        self._scene, self._hall, self._knowledge, self._source = scene, hall, knowledge, source
        self._now = scene.present.at_seconds
        self._normal: dict[Line, tuple[float, float]] = {}
        self._doubts: dict[int, float] = {}
        self._missed = knowledge.missed_share

    def go_on_with(self, source: random.Random) -> "Drawing":
        """Draws what is still to be drawn of this future from another source."""
        self._source = source
        return self

    def present(self) -> Present:
        """The scene's present with everything that is to come drawn."""
        present = self._scene.present
        return replace(
            present,
            waiting=tuple(self._again(one) for one in present.waiting),
            desks={window_id: self._desk(window_id, one) for window_id, one in present.desks.items()},
            away=tuple(self._away(present.away)),
        )

    def arrivals(self, flows: Sequence[Flow], first_id: int) -> list[Visitor]:
        """Who comes, in order."""
        source = self._source
        found: list[Visitor] = []
        for flow in flows:
            lines, rates = list(flow.rates), list(flow.rates.values())
            total = sum(rates)
            if total <= 0:
                continue
            moments, at = [], flow.from_seconds
            while (at := at + source.expovariate(total)) < flow.until_seconds:
                moments.append(at)
            for at, line in zip(moments, source.choices(lines, rates, k=len(moments)), strict=True):
                found.append(self._visitor(first_id + len(found), at, *line))
        return found

    def crowd(
        self, business_id: int, times: Sequence[float], first_id: int, source: random.Random
    ) -> list[Visitor]:
        """More visitors for one business, at these times, as its others are; drawn from `source`, so that
        everybody else's future stays what it is.
        """
        shares = self._knowledge.demand.shares(business_id) or {VisitorClass.ORDINARY: 1.0}
        kinds = source.choices(list(shares), list(shares.values()), k=len(times))
        return [
            self._visitor(first_id + number, at, business_id, kind, source)
            for number, (at, kind) in enumerate(zip(times, kinds, strict=True))
        ]

    def _visitor(
        self,
        visitor_id: int,
        at: float,
        business_id: int,
        visitor_class: VisitorClass,
        source: random.Random | None = None,
    ) -> Visitor:
        mean, spread = self._duration(business_id, visitor_class)
        source = source or self._source
        return Visitor(
            visitor_id,
            at,
            business_id,
            visitor_class,
            source.lognormvariate(mean, spread),
            shows_up=source.random() >= self._missed,
        )

    def _duration(self, business_id: int, visitor_class: VisitorClass) -> tuple[float, float]:
        """Mean and spread of the logarithm of a service, with this run's share of the doubt about the
        mean.
        """
        known = self._normal.get((business_id, visitor_class))
        if known is None:
            expected = self._knowledge.service.duration(business_id, visitor_class, self._hall.day)
            doubt = self._doubts.get(business_id)
            if doubt is None:
                doubt = self._doubts[business_id] = self._source.gauss(0, 1)
            mean = expected.log_mean + doubt * expected.log_doubt
            known = self._normal[business_id, visitor_class] = (mean, expected.log_spread)
        return known

    def _again(self, one: Waiting) -> Waiting:
        visitor = one.visitor
        drawn = self._visitor(visitor.id, visitor.at_seconds, one.business_id, one.visitor_class)
        return replace(one, visitor=drawn, hop=0)

    def _desk(self, window_id: int, desk: Desk) -> Desk:
        desk = replace(desk, held=tuple(self._held(desk.held))) if desk.held else desk
        if desk.state == "paused" and desk.opens_at is None:
            lasts = self._scene.pauses.get(window_id, PAUSE_SECONDS)
            return replace(desk, opens_at=self._now + self._source.expovariate(1 / lasts))
        if desk.ticket is None:
            return desk
        clerk = self._hall.windows[window_id].clerk
        pace = clerk.pace if clerk is not None else 1.0
        return replace(desk, ticket=self._ticket(desk.ticket, self._scene.started_at.get(window_id), pace))

    def _held(self, held: Sequence[Held]) -> list[Held]:
        """Who stepped aside and comes back, in order. They left at any moment of their service."""
        back: list[Held] = []
        for one in held:
            back_at = self._back_at(one.called_at, HELD_SHARE, HELD_SECONDS)
            if back_at is not None:
                step = self._again(one.step)
                left = step.visitor.service_seconds * self._source.random()
                back.append(replace(one, step=step, back_at=back_at, remaining_seconds=left))
        return sorted(back, key=lambda one: one.back_at)

    def _away(self, away: Sequence[Away]) -> Iterator[Away]:
        """Who was missed and comes back."""
        for one in away:
            back_at = self._back_at(one.back_at, self._knowledge.return_share, AWAY_SECONDS)
            if back_at is not None:
                yield Away(self._again(one.step), back_at)

    def _back_at(self, since: float, share: float, after_seconds: float) -> float | None:
        """When somebody is back who has been gone `since`; None: never. The longer they have been gone, the
        likelier they have left.
        """
        still = share * exp(-max(0.0, self._now - since) / after_seconds)
        if self._source.random() >= still / (still + 1 - share):
            return None
        return self._now + self._source.expovariate(1 / after_seconds)

    def _ticket(self, ticket: AtWindow, started_at: float | None, pace: float) -> AtWindow:
        step = self._again(ticket.step)
        now, habits = self._now, self._hall.habits
        if ticket.phase is Phase.SERVING:
            mean, spread = self._duration(step.business_id, step.visitor_class)
            since = ticket.called_at if started_at is None else started_at
            until = since + self._longer_than(mean + log(pace), spread, now - since)
            return replace(ticket, step=step, until=until, holds=False, remaining_seconds=None)
        comes_at = ticket.called_at + habits.call_to_seat_seconds
        shows_up = self._source.random() >= self._still_missing(now - ticket.called_at, habits)
        if not shows_up:
            comes_at = ticket.called_at + habits.no_show_seconds
        step = replace(step, visitor=replace(step.visitor, shows_up=shows_up))
        return replace(
            ticket, step=step, until=max(comes_at, now + SOON_SECONDS), holds=False, remaining_seconds=None
        )

    def _still_missing(self, since_call: float, habits: Habits) -> float:
        """How likely somebody who is not there yet will not come at all."""
        on_the_way = exp(-((max(0.0, since_call) / (1.5 * habits.call_to_seat_seconds)) ** 2))
        return self._missed / (self._missed + (1 - self._missed) * on_the_way)

    def _longer_than(self, mean: float, spread: float, elapsed: float) -> float:
        """A lognormal duration, given that it is longer than what has passed already."""
        if elapsed <= 0:
            return self._source.lognormvariate(mean, spread)
        normal = NormalDist(mean, spread)
        passed = normal.cdf(log(elapsed))
        share = passed + (1 - passed) * self._source.random()
        if share >= 1 - 1e-9:
            # Far beyond what such a service takes: nobody knows, it may end at any moment.
            return elapsed + self._source.expovariate(1 / max(60.0, 0.3 * elapsed))
        return max(elapsed + SOON_SECONDS, exp(normal.inv_cdf(share)))
