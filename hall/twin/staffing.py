"""A day in the twin with an advisor: every 15 minutes it is shown the hall as a real hall would see itself,
and its moves are applied as given.

`staffed_day` is what `python -m hall bench staffing` measures; `situation` and `apply_moves` are how a scene
becomes a question to the advisor, and its answer a changed hall. The advisor knows who waits, who has come,
service times as learnt from earlier days and from today (hall/twin/knowledge.py), which windows are open, and
until when their clerks stay; never who is going to come or how long they will take.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from hall.rules.service_times import Case
from hall.rules.staffing import (
    PERIOD_MINUTES,
    PERIODS,
    Move,
    Plan,
    Post,
    Queue,
    Situation,
    ways,
)
from hall.rules.tickets import VisitorClass
from hall.twin.day import Call, Day, Outcome
from hall.twin.engine import run
from hall.twin.knowledge import Knowledge
from hall.twin.model import Clerk, Desk, Hall, Present, Span, Visitor, Window
from hall.twin.study import OPEN

EVERY_SECONDS = 900.0
PERIOD_SECONDS = 60.0 * PERIOD_MINUTES

Advisor = Callable[[Situation], Plan]


@dataclass(frozen=True)
class Moment:
    """The hall when an advisor was asked: as it stood, what it was shown, and what it said. `after`: the hall
    with the moves applied, and its present.
    """

    hall: Hall
    present: Present
    situation: Situation
    plan: Plan
    after: tuple[Hall, Present]


@dataclass
class StaffedDay:
    """What happened: every first call, those who were never called, and every plan."""

    calls: list[Call] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)

    @property
    def moves(self) -> int:
        return sum(len(one.plan.moves) for one in self.moments)

    @property
    def waits(self) -> list[float]:
        """Seconds waited, ascending."""
        return sorted(one.waited_seconds for one in self.calls)


def staffed_day(
    hall: Hall,
    visitors: Sequence[Visitor],
    advisor: Advisor,
    knowledge: Knowledge,
    reserve: Mapping[int, Clerk],
    teams: Iterable[frozenset[int]],
    watch: Callable[[Moment], None] = lambda moment: None,
) -> StaffedDay:
    """Plays the day. `reserve`: closed windows and the clerk who could open each. `knowledge` learns the day
    while it goes on. `watch` is shown each moment.
    """
    of_the_day, hall_now, present = StaffedDay(), hall, None
    teams, at, now = tuple(teams), 0, OPEN[0]
    while now < OPEN[1]:
        before = at
        while at < len(visitors) and visitors[at].at_seconds <= now:
            at += 1
        day = run(hall_now, visitors[before:at], present=present, until=now)
        if day.present is None:
            raise ValueError(f"the run did not stop at {now}")
        present = replace(day.present, at_seconds=now)
        learn(knowledge, day, visitors[before:at])
        of_the_day.calls += (one for one in day.calls if one.first)
        asked = situation(hall_now, present, knowledge, reserve, teams)
        plan = advisor(asked)
        after = apply_moves(hall_now, present, plan.moves, reserve)
        moment = Moment(hall_now, present, asked, plan, after)
        of_the_day.moments.append(moment)
        watch(moment)
        hall_now, present = after
        now += EVERY_SECONDS
    day = run(hall_now, visitors[at:], present=present)
    of_the_day.calls += (one for one in day.calls if one.first)
    return of_the_day


def learn(knowledge: Knowledge, part: Day, came: Iterable[Visitor]) -> None:
    """What a part of the day teaches: who came, and the services that ended."""
    hall = part.hall
    happened: list[tuple[float, Callable[[], None]]] = []
    for one in came:
        happened.append((one.at_seconds, _came(knowledge, hall.day, one)))
    walk = hall.habits.call_to_seat_seconds
    for visit in part.visits:
        if visit.outcome is Outcome.SERVED and visit.called_at is not None and visit.ended_at is not None:
            seconds = visit.ended_at - visit.called_at - walk
            visitor = visit.visitor
            case = Case(visitor.business_id, visitor.visitor_class, visit.window_id, hall.day, seconds)
            happened.append((visit.ended_at, _served(knowledge, case)))
    for _, tell in sorted(happened, key=lambda one: one[0]):
        tell()


def _came(knowledge: Knowledge, day: date, one: Visitor) -> Callable[[], None]:
    return lambda: knowledge.came(day, one.at_seconds, one.business_id, one.visitor_class)


def _served(knowledge: Knowledge, case: Case) -> Callable[[], None]:
    return lambda: knowledge.served(case)


def situation(
    hall: Hall,
    present: Present,
    knowledge: Knowledge,
    reserve: Mapping[int, Clerk],
    teams: Iterable[frozenset[int]],
    minimum: Mapping[int, int] | None = None,
) -> Situation:
    """The question to the advisor: the next 45 minutes of the hall as it sees itself."""
    now, teams = present.at_seconds, tuple(teams)
    posts = []
    for window in hall.windows.values():
        clerk = reserve.get(window.id) or window.clerk
        if clerk is not None:
            posts.append(_post(window, clerk, present.desks.get(window.id), now, window.id in reserve, teams))
    return Situation(tuple(posts), queues(hall, present, knowledge), minimum or {})


def _post(
    window: Window,
    clerk: Clerk,
    desk: Desk | None,
    now: float,
    reserve: bool,
    teams: Sequence[frozenset[int]],
) -> Post:
    is_open = window.clerk is not None and window.clerk.staffed[-1][1] > now
    home = window.serves if clerk.home is None else clerk.home
    may = home | (clerk.skills or window.serves)
    serves = window.calls if is_open else frozenset[int]()
    offered = ways(home, may, teams)
    return Post(
        window.id,
        window.id,
        serves,
        home,
        offered if not serves or serves in offered else (serves, *offered),
        minutes_there(clerk.staffed, now),
        reserve=reserve,
        elderly=window.kind == "elderly",
        serving=desk is not None and desk.ticket is not None,
    )


def minutes_there(staffed: Sequence[Span], now: float) -> tuple[float, ...]:
    """How long a clerk is there in each period."""
    found = []
    for period in range(PERIODS):
        begins, ends = now + period * PERIOD_SECONDS, now + (period + 1) * PERIOD_SECONDS
        found.append(sum(max(0.0, min(ends, until) - max(begins, since)) for since, until in staffed) / 60)
    return tuple(found)


def queues(hall: Hall, present: Present, knowledge: Knowledge) -> tuple[Queue, ...]:
    """Who waits and who is expected, per business; a visitor occupies a window from the call to the end of
    the turn-over, one who does not come until marked missed.
    """
    now = present.at_seconds
    waiting = Counter(one.business_id for one in present.waiting)
    coming: list[dict[int, float]] = [defaultdict(float) for _ in range(PERIODS)]
    people: dict[int, float] = defaultdict(float)
    elderly: dict[int, float] = defaultdict(float)
    for flow in knowledge.demand.flows(hall.day, now, now + PERIODS * PERIOD_SECONDS):
        for period in range(PERIODS):
            begins, ends = now + period * PERIOD_SECONDS, now + (period + 1) * PERIOD_SECONDS
            seconds = min(ends, flow.until_seconds) - max(begins, flow.from_seconds)
            if seconds <= 0:
                continue
            for (code, visitor_class), rate in flow.rates.items():
                coming[period][code] += rate * seconds
                people[code] += rate * seconds
                if visitor_class is VisitorClass.ELDERLY:
                    elderly[code] += rate * seconds
    found = []
    for code in hall.businesses:
        share = elderly[code] / people[code] if people[code] else 0.0
        found.append(
            Queue(
                code,
                float(waiting[code]),
                tuple(one[code] for one in coming),
                occupied_minutes(hall, knowledge, code, share),
                share,
            )
        )
    return tuple(found)


def occupied_minutes(hall: Hall, knowledge: Knowledge, business_id: int, elderly_share: float) -> float:
    """How long one visitor of a business keeps a window, on average."""
    ordinary = knowledge.service.duration(business_id, VisitorClass.ORDINARY, hall.day).mean_seconds
    elderly = knowledge.service.duration(business_id, VisitorClass.ELDERLY, hall.day).mean_seconds
    service = (1 - elderly_share) * ordinary + elderly_share * elderly
    missed = knowledge.missed_share
    here = knowledge.walk.seconds + service + hall.habits.turn_over_seconds
    return ((1 - missed) * here + missed * hall.habits.no_show_seconds) / 60


def _able(clerk: Clerk | None, serves: frozenset[int]) -> Clerk | None:
    """The clerk, known to be certified for these: of a live hall's the twin knows what they call now only."""
    if clerk is None or clerk.skills is None:
        return clerk
    return replace(clerk, skills=clerk.skills | serves)


def apply_moves(
    hall: Hall, present: Present, moves: Iterable[Move], reserve: Mapping[int, Clerk]
) -> tuple[Hall, Present]:
    """The hall and its present with the moves made: a ticket at a window is served to its end first, whoever
    stood ready looks at the lines anew.
    """
    windows, desks, now = dict(hall.windows), dict(present.desks), present.at_seconds
    for move in moves:
        window = windows[move.window_id]
        if move.before and move.after:
            windows[window.id] = replace(window, serves=move.after, clerk=_able(window.clerk, move.after))
        elif move.after:
            clerk = reserve[window.id]
            left = tuple((max(now, begins), ends) for begins, ends in clerk.staffed if ends > now)
            windows[window.id] = replace(window, serves=move.after, clerk=replace(clerk, staffed=left))
            desks.pop(window.id, None)
        elif window.clerk is not None:
            windows[window.id] = replace(window, clerk=replace(window.clerk, staffed=((0.0, now),)))
        desk = desks.get(window.id)
        if desk is not None and desk.ready_since is not None:
            desks[window.id] = replace(desk, ready_since=None, idle_since=None)
    if windows == dict(hall.windows):
        return hall, present
    return replace(hall, windows=windows), replace(present, desks=desks)
