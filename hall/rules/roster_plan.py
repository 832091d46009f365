"""The weekly roster drawn: what is asked, and how the programme's counts become people at windows.

`draw_week` goes day by day: how many hours a day gets follows how much work is expected on it, the programme
(roster_programme.py) says how many clerks of each kind work where in which pattern, and here the counts are
given names: lunch duty to who had least of it, long days to who has most hours left, everybody at the own
window where possible. Breaks and meals are spread (roster_patterns.py), and each window gets an AB post. What
comes out breaks no rule of roster.py; what nobody could serve is said (`lacking`).

Plain values; the solver is handed in, so that this module does not load it.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hall.rules.roster import House, Minutes, OpenDay, Shift
from hall.rules.roster_faults import Found, gaps
from hall.rules.roster_patterns import Pattern, patterns, rested
from hall.rules.staffing import Businesses

BEYOND = 0.15
"""A day's hours may exceed their share by so much where a business would else be without a window; never the
hours that were given for the week."""
AHEAD, BEHIND = 180.0, 240.0
"""Minutes: nobody is planned to have worked so much more, or less, than an equal share of the week so far."""
BACKUPS_EACH = 2
"""For so many windows a clerk is the AB post before anybody else is asked."""


@dataclass(frozen=True)
class Worker:
    """A clerk: certified skills and the window they usually sit at."""

    clerk_id: int
    skills: Businesses
    home: int | None = None


@dataclass(frozen=True)
class Demand:
    """What one day asks for: arrivals per (business, half hour of the day), the minutes a visitor keeps a
    window, and the share of the elderly.
    """

    arrivals: Mapping[tuple[int, int], float]
    minutes: Mapping[int, float]
    elderly: Mapping[int, float] = field(default_factory=dict)

    @property
    def work(self) -> float:
        """Minutes of work in the whole day."""
        return sum(count * self.minutes[code] for (code, _), count in self.arrivals.items())


@dataclass(frozen=True)
class Week:
    """The question: the house, who can work, what each open day asks for, and which windows are
    elderly-friendly. `budget`: minutes of work of everybody together; None: each clerk's usual day on each
    open day.
    """

    house: House
    workers: tuple[Worker, ...]
    demand: Mapping[date, Demand]
    elderly: frozenset[int] = frozenset()
    budget: float | None = None


@dataclass(frozen=True)
class Group:
    """Clerks who are alike: the same skills and the same kind of usual window."""

    skills: Businesses
    home: Businesses
    members: tuple[Worker, ...]


@dataclass(frozen=True)
class Place:
    """Windows that are alike: what they serve, and whether they are elderly-friendly."""

    serves: Businesses
    elderly: bool
    windows: tuple[int, ...]


@dataclass(frozen=True)
class DayQuestion:
    """One day for the programme. `present`: how many of each group can work; `left`: the minutes each group
    has left this week; between `least` and `fair` minutes today nobody stays far behind an equal share of the
    week so far, or gets far ahead of it; `budget`: the day's minutes of work, which
    `beyond` more may exceed so that no business is left without a window.
    """

    day: date
    open_day: OpenDay
    demand: Demand
    groups: tuple[Group, ...]
    places: tuple[Place, ...]
    present: tuple[int, ...]
    left: tuple[float, ...]
    least: tuple[float, ...]
    fair: tuple[float, ...]
    patterns: tuple[Pattern, ...]
    budget: float
    beyond: float
    house: House


Counts = Mapping[tuple[int, int, int], int]
"""(group, place, pattern) → how many clerks."""
Solver = Callable[[DayQuestion], Counts]


@dataclass(frozen=True)
class Drawn:
    """A drawn week. `lacking`: what nobody could serve, in the words of roster.py. `duties`, `minutes`: lunch
    duties and minutes of work by clerk.
    """

    shifts: tuple[Shift, ...]
    backups: tuple[tuple[int, int], ...]
    lacking: tuple[Found, ...]
    duties: Mapping[int, int]
    minutes: Mapping[int, int]


def draw_week(week: Week, solve: Solver, tell: Callable[[float], None] = lambda share: None) -> Drawn:
    """The whole week. `tell` hears how much of it is done, from 0 to 1."""
    days = sorted(day for day, demand in week.demand.items() if week.house.days[day].hours and demand)
    budgets = _budgets(week, days)
    groups, places = _groups(week), _places(week)
    duties: Counter[int] = Counter()
    minutes: Counter[int] = Counter()
    shifts: list[Shift] = []
    usual = {one.clerk_id: one.home for one in week.workers if one.home is not None}
    able = sum(any((one.clerk_id, day) not in week.house.absent for day in days) for one in week.workers)
    for number, day in enumerate(days):
        share = sum(budgets[one] for one in days[: number + 1]) / max(1, able)
        question = _question(week, day, groups, places, minutes, budgets[day], share)
        counts = solve(question)
        shifts += _name(question, counts, duties, minutes, usual)
        tell((number + 1) / len(days))
    lacking = tuple(one for day in days for one in gaps(shifts, week.house, day))
    return Drawn(tuple(shifts), _backups(week, shifts), lacking, duties, minutes)


def flat_week(week: Week) -> Drawn:
    """The roster without a plan: every clerk at the own window every day alike, lunch duty by turns."""
    days = sorted(week.demand)
    duties: Counter[int] = Counter()
    minutes: Counter[int] = Counter()
    shifts: list[Shift] = []
    share = week.house.terms.lunch_open
    for number, day in enumerate(days):
        ways = patterns(week.house.days[day].hours, week.house.terms)
        duty = next((one for one in ways if one.duty), ways[0])
        resting: dict[Businesses, Counter[int]] = defaultdict(Counter)
        taken: set[int] = set()
        for place, one in enumerate(week.workers):
            if one.home is None or one.home in taken or (one.clerk_id, day) in week.house.absent:
                continue
            taken.add(one.home)
            turn = place + number * max(1, round(len(week.workers) * share))
            stays = duty.duty and int((turn + 1) * share) > int(turn * share)
            way = duty if stays else ways[0]
            mine = [Shift(day, one.clerk_id, one.home, *span) for span in way.segments]
            shifts += rested(mine, week.house.terms, way.meal > 0, resting[week.house.windows[one.home]])
            duties[one.clerk_id] += way.duty
            minutes[one.clerk_id] += way.minutes
    return Drawn(tuple(shifts), (), (), duties, minutes)


def _budgets(week: Week, days: Sequence[date]) -> dict[date, float]:
    """Minutes of work for each day: as much as its share of the week's work, no more than everybody present
    can do with two thirds of them on lunch duty, and the rest to the other days.
    """
    usual, most, work = {}, {}, {}
    terms = week.house.terms
    for day in days:
        ways = patterns(week.house.days[day].hours, terms)
        here = sum((one.clerk_id, day) not in week.house.absent for one in week.workers)
        here = min(here, len(week.house.windows)) if here else 0
        duty = max((one.minutes for one in ways if one.duty), default=ways[0].minutes)
        rest = ways[0].minutes
        usual[day] = here * (terms.lunch_open * duty + (1 - terms.lunch_open) * rest)
        most[day] = here * (duty * 2 + rest) / 3 if duty > rest else here * rest
        work[day] = max(1.0, week.demand[day].work)
    whole = sum(usual.values()) if week.budget is None else week.budget
    whole = min(whole, len(week.workers) * terms.week_minutes)
    found: dict[date, float] = {}
    left, open_days = whole, list(days)
    while open_days:
        share = left / sum(work[day] for day in open_days)
        full = [day for day in open_days if work[day] * share > most[day]]
        if not full:
            found |= {day: work[day] * share for day in open_days}
            break
        for day in full:
            found[day] = most[day]
            left -= most[day]
        open_days = [day for day in open_days if day not in full]
    return found


def _groups(week: Week) -> tuple[Group, ...]:
    served = frozenset[int]().union(*week.house.windows.values())
    found: dict[tuple[Businesses, Businesses], list[Worker]] = defaultdict(list)
    for one in week.workers:
        skills = one.skills & served
        if skills:
            home = week.house.windows.get(one.home or 0, frozenset())
            found[skills, home].append(one)
    return tuple(Group(skills, home, tuple(those)) for (skills, home), those in found.items())


def _places(week: Week) -> tuple[Place, ...]:
    found: dict[tuple[Businesses, bool], list[int]] = defaultdict(list)
    for window_id, serves in week.house.windows.items():
        if serves:
            found[serves, window_id in week.elderly].append(window_id)
    return tuple(Place(serves, elderly, tuple(those)) for (serves, elderly), those in found.items())


def _question(
    week: Week,
    day: date,
    groups: tuple[Group, ...],
    places: tuple[Place, ...],
    minutes: Mapping[int, int],
    budget: float,
    share: float,
) -> DayQuestion:
    house = week.house
    here = [[one for one in group.members if (one.clerk_id, day) not in house.absent] for group in groups]
    most = float(house.terms.week_minutes)
    return DayQuestion(
        day=day,
        open_day=house.days[day],
        demand=week.demand[day],
        groups=groups,
        places=places,
        present=tuple(len(those) for those in here),
        left=tuple(
            float(sum(max(0.0, most - minutes.get(one.clerk_id, 0)) for one in those)) for those in here
        ),
        least=tuple(
            float(sum(max(0.0, share - BEHIND - minutes.get(one.clerk_id, 0)) for one in those))
            for those in here
        ),
        fair=tuple(
            float(sum(max(0.0, share + AHEAD - minutes.get(one.clerk_id, 0)) for one in those))
            for those in here
        ),
        patterns=tuple(patterns(house.days[day].hours, house.terms)),
        budget=budget,
        beyond=0.0 if week.budget is not None else BEYOND * budget,
        house=house,
    )


def _name(
    question: DayQuestion,
    counts: Counts,
    duties: Counter[int],
    minutes: Counter[int],
    usual: dict[int, int],
) -> list[Shift]:
    """Gives the counts of one day names and windows, and everybody breaks. `usual`: clerk id → the window
    they usually sit at; who has none yet keeps the first one.
    """
    day, house = question.day, question.house
    most = house.terms.week_minutes
    taken: dict[int, list[Minutes]] = defaultdict(list)
    resting: dict[Businesses, Counter[int]] = defaultdict(Counter)
    wanted: list[tuple[Worker, Place, Pattern]] = []
    for group_number, group in enumerate(question.groups):
        free = [one for one in group.members if (one.clerk_id, day) not in house.absent]
        jobs = [
            (question.places[place], question.patterns[way])
            for (number, place, way), many in counts.items()
            if number == group_number
            for _ in range(many)
        ]
        jobs.sort(key=lambda one: (not one[1].duty, -one[1].minutes))
        for place, way in jobs:
            fits = [one for one in free if minutes[one.clerk_id] + way.minutes <= most]
            if not fits:
                continue
            at_home = {one.clerk_id: usual.get(one.clerk_id) in place.windows for one in fits}
            best = min(
                fits,
                key=lambda one: (
                    duties[one.clerk_id] if way.duty else -duties[one.clerk_id],
                    minutes[one.clerk_id],
                    not at_home[one.clerk_id],
                    one.clerk_id,
                ),
            )
            free.remove(best)
            duties[best.clerk_id] += way.duty
            minutes[best.clerk_id] += way.minutes
            wanted.append((best, place, way))
    wanted.sort(
        key=lambda one: (usual.get(one[0].clerk_id) not in one[1].windows, -one[2].minutes, one[0].clerk_id)
    )
    found: list[Shift] = []
    for worker, place, way in wanted:
        mine = []
        for span in way.segments:
            mine += _seat(day, worker, place, span, taken, question, usual)
        found += rested(mine, house.terms, way.meal > 0, resting[place.serves])
    return found


def _seat(
    day: date,
    worker: Worker,
    place: Place,
    span: Minutes,
    taken: Mapping[int, list[Minutes]],
    question: DayQuestion,
    usual: dict[int, int],
) -> list[Shift]:
    """A window for a stretch: the own one, else the first that is free all the time, else one after another;
    where none is free the clerk is in the house.
    """
    order = sorted(place.windows, key=lambda one: (one != usual.get(worker.clerk_id), one))

    def free(window: int, part: Minutes) -> bool:
        return not any(begins < part[1] and part[0] < ends for begins, ends in taken[window])

    window = next((one for one in order if free(one, span)), None)
    if window is not None:
        taken[window].append(span)
        usual.setdefault(worker.clerk_id, window)
        return [Shift(day, worker.clerk_id, window, *span)]
    lunch = question.house.terms.lunch or span
    cuts = sorted({span[0], span[1], *(one for one in lunch if span[0] < one < span[1])})
    if len(cuts) == 2:
        return [Shift(day, worker.clerk_id, None, *span)]
    parts = []
    for part in itertools.pairwise(cuts):
        window = next((one for one in order if free(one, part)), None)
        if window is not None:
            taken[window].append(part)
        parts.append(Shift(day, worker.clerk_id, window, *part))
    return parts


def _backups(week: Week, shifts: Sequence[Shift]) -> tuple[tuple[int, int], ...]:
    """For each window of the week one who could take over: certified for the most of what it serves, not the
    one who sits there, and nobody for many windows.
    """
    sits: dict[int, Counter[int]] = defaultdict(Counter)
    for one in shifts:
        if one.window_id is not None:
            sits[one.window_id][one.clerk_id] += 1
    load: Counter[int] = Counter()
    at_work = {one.clerk_id for one in shifts}
    found = []
    for window_id in sorted(sits, key=lambda one: _able(week, one)):
        serves = week.house.windows[window_id]
        able = [
            one
            for one in week.workers
            if one.clerk_id in at_work and one.skills & serves and one.clerk_id not in sits[window_id]
        ]
        if able:
            best = min(
                able,
                key=lambda one: (
                    load[one.clerk_id] >= BACKUPS_EACH,
                    len(serves - one.skills),
                    load[one.clerk_id],
                    one.clerk_id,
                ),
            )
            load[best.clerk_id] += 1
            found.append((window_id, best.clerk_id))
    return tuple(sorted(found))


def _able(week: Week, window_id: int) -> int:
    """Windows that few could take over choose first."""
    serves = week.house.windows[window_id]
    return sum(bool(one.skills & serves) for one in week.workers)
