"""How good the look-ahead is: simulated days are stopped again and again, and what is foreseen is held
against what happens.

The look-ahead is told what a hall knows: who waits since when, which windows are open, until when their
clerks stay. Service times, clerks' speed, the walk to the window, no-shows and arrivals it has to learn from
the days that went before, starting from one and the same configured service time for every business. The
three classical predictors are asked at the same moments. Called by hall/bench/waits.py.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from heapq import heappop, heappush

from hall.rules import waits
from hall.rules.calibration import Band, Calibration
from hall.rules.queues_ahead import HORIZONS_MINUTES, NOBODY, QueueAhead, QueuesAhead, Standing, together
from hall.rules.service_times import Case, Prior, ServiceTimes
from hall.rules.tickets import VisitorClass
from hall.twin.day import Day, Outcome, Visit
from hall.twin.engine import run
from hall.twin.knowledge import Knowledge
from hall.twin.lookahead import RUNS, Ahead, Line, Scene, band_of, look_ahead
from hall.twin.looks import Line as Standings
from hall.twin.looks import Looks
from hall.twin.model import Hall, Phase, Present
from hall.twin.queues import queues_of
from hall.twin.study import OPEN, Study

CONFIGURED = Prior(480.0, 0.75)
"""What the configuration says of every business's service, whatever is true."""
ON_THE_SPOT_SECONDS = 1.0
"""Who is called sooner after coming is told no range."""


@dataclass(frozen=True)
class Told:
    """One visitor: what they waited, what was foreseen, what they were told, and what others would have said.
    In seconds, except `range`.
    """

    waited: float
    foreseen: Band
    range: waits.WaitRange
    people_ahead: float
    last_called: float
    head_of_line: float

    @property
    def held(self) -> bool:
        return self.range.low_minutes * 60 <= self.waited <= self.range.high_minutes * 60

    @property
    def raw_held(self) -> bool:
        return self.foreseen.low <= self.waited <= self.foreseen.high

    @property
    def on_the_spot(self) -> bool:
        return self.waited < ON_THE_SPOT_SECONDS


@dataclass(frozen=True)
class Queue:
    """One business's queue at one horizon, or the `whole` hall's: what was foreseen, what there was then."""

    foreseen: QueueAhead
    then: Standing
    whole: bool = False


@dataclass
class Trial:
    """One study hall through its days. `queues`: what was foreseen of them on the days that were judged."""

    study: Study
    source: random.Random = field(default_factory=lambda: random.Random(1))
    calibration: Calibration = field(default_factory=Calibration)
    knowledge: Knowledge = field(init=False)
    queues: list[Queue] = field(default_factory=list)
    _date: date = field(init=False)

    def __post_init__(self) -> None:
        self.knowledge = Knowledge(ServiceTimes(dict.fromkeys(self.study.hall.businesses, CONFIGURED)))
        self._date = self.study.hall.day

    def live_through(self, seed: int) -> None:
        """A day of which the hall only learns."""
        hall, day = self._next_day(seed)
        for _ in self._happenings(hall, day):
            pass

    def judge(
        self, seed: int, every_seconds: float, for_seconds: float, runs: int = RUNS
    ) -> Iterator[list[Told]]:
        """A day that is stopped every so often; those who come within `for_seconds` of a look are told what
        it says. Gives them as the looks go on.
        """
        looks = int((OPEN[1] - OPEN[0]) / every_seconds)
        horizons = [60.0 * minutes for minutes in HORIZONS_MINUTES]
        moments = {OPEN[0] + look * every_seconds + one for look in range(looks) for one in horizons}
        later = Looks(sorted(one for one in moments if one <= OPEN[1]))
        hall, day = self._next_day(seed, later)
        then = {one.at_seconds: one.standing for one in later}
        visits = {one.visitor.id: one for one in day.visits}
        coming = sorted((one.visitor for one in day.visits), key=lambda one: (one.at_seconds, one.id))
        happening = self._happenings(hall, day)
        learnt_until, pending = 0.0, list[tuple[float, int, Told, int]]()
        last_called: dict[int, float] = {}
        called = list(reversed(day.calls))
        present, at, begins = None, 0, OPEN[0]
        for look in range(looks):
            now = begins + look * every_seconds
            before = at
            while at < len(coming) and coming[at].at_seconds <= now:
                at += 1
            present = run(hall, coming[before:at], present=present, until=now).present
            if present is None:
                return
            while learnt_until <= now:
                learnt_until = next(happening, float("inf"))
            while called and called[-1].at_seconds <= now:
                call = called.pop()
                last_called[call.business_id] = call.waited_seconds
            while pending and pending[0][0] <= now:
                _, _, told, business_id = heappop(pending)
                if not told.on_the_spot:
                    self.calibration.observe(business_id, told.foreseen, told.waited, told.held)
            scene = self._scene(hall, present, now)
            ahead = look_ahead(scene, self.knowledge, self.source, runs, horizons=horizons)
            self._judge_queues(queues_of(scene, ahead, {}), now, then)
            others = _Others(self.knowledge, hall, present, last_called)
            said = []
            for one in coming[at:]:
                if one.at_seconds > now + for_seconds:
                    break
                told_now = self._tell(visits[one.id], ahead, others)
                if told_now is not None:
                    said.append(told_now)
                    heappush(pending, (one.at_seconds + told_now.waited, one.id, told_now, one.business_id))
            yield said
        for _ in happening:
            pass

    def _judge_queues(self, queues: QueuesAhead, now: float, then: dict[float, Standings]) -> None:
        """Holds them against the lines of the moments that come before the hall closes."""
        for one, points in (*queues.businesses.items(), (None, queues.hall)):
            for point in points:
                line = then.get(now + 60.0 * point.minutes)
                if line is not None and one is not None:
                    self.queues.append(Queue(point, line.get(one, NOBODY)))
                elif line is not None:
                    self.queues.append(Queue(point, together(list(line.values())), whole=True))

    def _next_day(self, seed: int, looks: Looks | None = None) -> tuple[Hall, Day]:
        hall = replace(self.study.hall, day=self._date)
        self._date += timedelta(days=3 if self._date.weekday() == 4 else 1)
        return hall, run(hall, self.study.visitors(seed), looks=looks)

    def _happenings(self, hall: Hall, day: Day) -> Iterator[float]:
        """Learns the day's events in their order; gives the moment of each before it is learnt."""
        events: list[tuple[float, int, int, Visit]] = []
        for visit in day.visits:
            events.append((visit.visitor.at_seconds, 0, visit.visitor.id, visit))
            if visit.called_at is not None and visit.ended_at is not None:
                events.append((visit.ended_at, 1, visit.visitor.id, visit))
        last_ended: dict[int, float] = {}
        for at, over, _, visit in sorted(events, key=lambda one: one[:3]):
            yield at
            visitor = visit.visitor
            if not over:
                self.knowledge.came(hall.day, at, visitor.business_id, visitor.visitor_class)
            elif visit.outcome is Outcome.MISSED:
                self.knowledge.called(answered=False)
            elif visit.started_at is not None and visit.called_at is not None and visit.window_id:
                self.knowledge.called(answered=True, walk_seconds=visit.started_at - visit.called_at)
                case = Case(
                    visitor.business_id,
                    visitor.visitor_class,
                    visit.window_id,
                    hall.day,
                    at - visit.started_at,
                )
                self.knowledge.served(case)
                before = last_ended.get(visit.window_id)
                if before is not None and visitor.at_seconds < before <= visit.called_at:
                    self.knowledge.turned_over(visit.called_at - before)
                last_ended[visit.window_id] = at

    def _scene(self, hall: Hall, present: Present, now: float) -> Scene:
        """The hall as it sees itself: of its clerks it knows when they are there, not how fast they are."""
        windows = {
            one.id: replace(one, clerk=replace(one.clerk, pace=1.0)) if one.clerk is not None else one
            for one in hall.windows.values()
        }
        serving = {
            window_id: desk.ticket.called_at + hall.habits.call_to_seat_seconds
            for window_id, desk in present.desks.items()
            if desk.ticket is not None and desk.ticket.phase is Phase.SERVING
        }
        return Scene(
            replace(hall, windows=windows),
            replace(present, at_seconds=now),
            clerks={one.id: one.id for one in windows.values() if one.clerk is not None},
            started_at=serving,
        )

    def _tell(self, visit: Visit, ahead: Ahead, others: "_Others") -> Told | None:
        """What somebody was told on coming; None for one who was never called, or whom nobody could tell."""
        line: Line = (visit.visitor.business_id, visit.visitor.visitor_class)
        if visit.called_at is None or line not in ahead.newcomers:
            return None
        band = band_of(ahead.newcomers[line])
        wide = self.calibration.widen(line[0], band)
        return Told(
            round(visit.called_at - visit.visitor.at_seconds, 3),
            band,
            waits.in_minutes(wide.low, wide.high),
            *others.say(*line),
        )


class _Others:
    """The classical predictors at one moment."""

    def __init__(
        self, knowledge: Knowledge, hall: Hall, present: Present, last_called: dict[int, float]
    ) -> None:
        self._knowledge, self._hall, self._last_called = knowledge, hall, last_called
        self._ahead = Counter(one.business_id for one in present.waiting)
        self._windows = Counter(
            business_id
            for window_id, desk in present.desks.items()
            if desk.state == "open"
            for business_id in hall.windows[window_id].calls
        )
        self._first: dict[int, float] = {}
        for one in present.waiting:
            waited = present.at_seconds - one.queued_at
            self._first[one.business_id] = max(waited, self._first.get(one.business_id, 0.0))

    def say(self, business_id: int, visitor_class: VisitorClass) -> tuple[float, float, float]:
        """Seconds by people ahead, by the last called, by the head of the line."""
        mean = self._knowledge.service.duration(business_id, visitor_class, self._hall.day).mean_seconds
        return (
            waits.by_people_ahead(self._ahead[business_id], self._windows[business_id], mean),
            waits.by_last_called(self._last_called.get(business_id)),
            waits.by_head_of_line(self._first.get(business_id)),
        )
