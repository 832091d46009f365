"""`python -m hall bench roster`: how close the forecast of arrivals comes on simulated months, beside "the
same weekday last week"; and what a drawn week does to waits, beside a flat roster of the same hours.

Study halls (hall/twin/study.py, shifted.py) live through months of arrivals with weekdays, month-ends and
holidays (hall/bench/roster_days.py). Then a week is drawn from the forecast, and its days are played with the
visitors who then come, once with the drawn roster and once with the flat one: every clerk at the own window
every day, lunch duty by turns. On half the weeks the hall is as its windows were planned; on the others one
department is asked for more, part of a team is absent, and some clerks are in reserve.
"""

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from statistics import fmean

from tqdm import tqdm

from hall.bench.roster_days import SimulatedDay, simulated_days
from hall.bench.run import Report
from hall.planning.arrivals import usual_shape
from hall.rules.arrivals import DayForecast, Forecaster, History, same_day_last_week
from hall.rules.roster import House, OpenDay, Terms
from hall.rules.roster_faults import shift_faults
from hall.rules.roster_plan import Demand, Drawn, Week, Worker, draw_week, flat_week
from hall.rules.roster_programme import solve_day
from hall.twin.model import Clerk, Hall
from hall.twin.rostered import Quality, rostered_hall
from hall.twin.shifted import ShiftedStudy, shifted_study
from hall.twin.study import HABITS, NO_SHOW, OPEN, Study
from hall.twin.visitors import Wanted

SIZES = ("large", "medium", "small")
FIRST = date(2026, 3, 2)
KNOWN_DAYS = 42
"""Days of history before a drawn week; the forecast is judged on so many more."""
JUDGED_DAYS = 28
DOORS = ((int(OPEN[0] // 60), int(OPEN[1] // 60)),)
SPANS = range(DOORS[0][0] // 30, DOORS[0][1] // 30)


@dataclass
class Figures:
    """One size: errors per visitor of the forecast and of last week's same day, how often the ranges held;
    mean waits, 95th percentiles and shares in time of each drawn and flat week, and how long drawing took.
    """

    ours: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=dict)
    in_time: dict[str, list[float]] = field(default_factory=dict)
    hours: dict[str, list[float]] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    faults: int = 0


def bench_roster(weeks: int, seed: int, size: str | None) -> int:
    """Prints the table and the bounds; returns 1 when a bound does not hold."""
    report = Report()
    for one in [size] if size else SIZES:
        figures = Figures()
        with tqdm(total=2 * weeks, desc=one, unit="week", file=sys.stderr) as bar:
            for number in range(seed, seed + weeks):
                for shifted in (False, True):
                    measure(one, number, shifted, figures)
                    bar.update()
        table(one, weeks, seed, figures)
        check(report, one, figures)
    return 1 if report.failed else 0


def measure(size: str, seed: int, shifted: bool, figures: Figures) -> None:
    """One hall's months, and one drawn week."""
    hall = shifted_study(size, seed, shifted)
    study = Study(_everybody(hall), hall.today.wanted)
    days = list(simulated_days(study, FIRST, KNOWN_DAYS + JUDGED_DAYS, seed))
    first = FIRST + timedelta(days=KNOWN_DAYS)
    forecaster = _forecaster(study, [one for one in days if one.past.day < first])
    coming = [one for one in days if one.past.day >= first]
    forecasts = {
        one.past.day: forecaster.forecast(one.past.day, one.past.kind, _spans(study)) for one in coming
    }
    _judge(days, coming, forecasts, figures)
    week = [one for one in coming if one.past.day < first + timedelta(days=7)]
    kind = "shifted" if shifted else "as planned"
    _draw(hall, study, week, forecasts, kind, figures)


def _everybody(hall: ShiftedStudy) -> Hall:
    """The hall with the reserve's clerks at their windows: who sits where is the roster's to say."""
    windows = {
        one.id: replace(one, clerk=one.clerk or hall.reserve.get(one.id))
        for one in hall.usual.hall.windows.values()
    }
    return replace(hall.usual.hall, windows=windows)


def _forecaster(study: Study, known: Sequence[SimulatedDay]) -> Forecaster:
    halves: Counter[tuple[int, int]] = Counter()
    for one in known:
        halves.update(one.half_hours)
    prior = {one.business_id: one.visits for one in study.wanted}
    return Forecaster(History([one.past for one in known], halves, prior, usual_shape()))


def _spans(study: Study) -> Mapping[int, Sequence[int]]:
    return {one.business_id: SPANS for one in study.wanted}


def _judge(
    days: Sequence[SimulatedDay],
    coming: Sequence[SimulatedDay],
    forecasts: Mapping[date, DayForecast],
    figures: Figures,
) -> None:
    ours = naive = people = 0.0
    for one in coming:
        before = [other.past for other in days if other.past.day < one.past.day]
        guess = same_day_last_week(before, one.past.day)
        for code, expected in forecasts[one.past.day].businesses.items():
            came = one.past.counts.get(code, 0)
            ours += abs(expected.mean - came)
            naive += abs(guess.get(code, 0) - came)
            people += came
            figures.held.append(expected.low - 0.5 <= came <= expected.high + 0.5)
    figures.ours.append(ours / people)
    figures.naive.append(naive / people)


def _draw(
    hall: ShiftedStudy,
    study: Study,
    coming: Sequence[SimulatedDay],
    forecasts: Mapping[date, DayForecast],
    kind: str,
    figures: Figures,
) -> None:
    clerks = {one.id: one.clerk for one in study.hall.windows.values() if one.clerk is not None}
    week = _week(hall, study, coming, forecasts, clerks)
    at_work = tuple(one for one in week.workers if one.clerk_id not in hall.reserve)
    flat = flat_week(replace(week, workers=at_work))
    began = time.perf_counter()
    drawn = draw_week(replace(week, budget=float(sum(flat.minutes.values()))), solve_day)
    figures.took.append(time.perf_counter() - began)
    figures.faults += len(shift_faults(drawn.shifts, week.house))
    for name, roster in (("flat", flat), ("drawn", drawn)):
        quality = _played(study.hall, roster, coming, clerks)
        row = f"{kind}: {name}"
        figures.waits.setdefault(row, []).append(quality.mean_seconds / 60)
        figures.in_time.setdefault(row, []).append(quality.in_time_share)
        figures.hours.setdefault(row, []).append(sum(roster.minutes.values()) / 60)


def _week(
    hall: ShiftedStudy,
    study: Study,
    coming: Sequence[SimulatedDay],
    forecasts: Mapping[date, DayForecast],
    clerks: Mapping[int, Clerk],
) -> Week:
    windows = study.hall.windows
    minutes = {one.business_id: _occupied(one) for one in study.wanted}
    elderly = {one.business_id: one.elderly_share for one in study.wanted}
    demand = {
        one.past.day: Demand(
            {place: found.mean for place, found in forecasts[one.past.day].half_hours.items()},
            minutes,
            elderly,
        )
        for one in coming
    }
    absent = {one.id for one in hall.today.hall.windows.values() if one.clerk is None} - set(hall.reserve)
    opened = OpenDay(DOORS, dict.fromkeys(study.hall.businesses, DOORS))
    skills = {code: one.skills or windows[code].serves for code, one in clerks.items()}
    house = House(
        {one.id: one.serves for one in windows.values()},
        skills,
        dict.fromkeys(demand, opened),
        frozenset((clerk, day) for clerk in absent for day in demand),
        terms=Terms(),
    )
    friendly = frozenset(one.id for one in windows.values() if one.kind == "elderly")
    return Week(house, tuple(Worker(code, skills[code], code) for code in clerks), demand, friendly)


def _occupied(one: Wanted) -> float:
    """Minutes that a visitor keeps a window."""
    served = one.service_seconds * (1 + one.elderly_share * (one.elderly_factor - 1))
    here = served + HABITS.call_to_seat_seconds
    return ((1 - NO_SHOW) * here + NO_SHOW * HABITS.no_show_seconds) / 60


def _played(
    hall: Hall, roster: Drawn, coming: Sequence[SimulatedDay], clerks: Mapping[int, Clerk]
) -> Quality:
    quality = Quality()
    for one in coming:
        quality.play(rostered_hall(hall, one.past.day, roster.shifts, clerks), one.visitors)
    return quality


def table(size: str, weeks: int, seed: int, figures: Figures) -> None:
    """The rosters side by side."""
    print(f"\n{size}: {weeks} weeks of each kind, seeds {seed}–{seed + weeks - 1}; mean waits in minutes")
    print(f"  {'':<20}{'mean':>8}{'÷ flat':>8}{'in time':>9}{'hours':>9}")
    for row, waits in figures.waits.items():
        floor = figures.waits[f"{row.split(':')[0]}: flat"]
        print(
            f"  {row:<20}{fmean(waits):>8.2f}{fmean(waits) / fmean(floor):>8.2f}"
            f"{100 * fmean(figures.in_time[row]):>8.1f}%{fmean(figures.hours[row]):>9.0f}"
        )


def check(report: Report, size: str, figures: Figures) -> None:
    """The bounds, each with what it compares."""
    ours, naive = 100 * fmean(figures.ours), 100 * fmean(figures.naive)
    share = ours / naive
    report.ratio(f"{size}: forecast error ÷ last week's", ours, naive, "%", share, "≤ 0.85", share <= 0.85)
    held = 100 * fmean(figures.held)
    report.figure(f"{size}: forecast range holds", held, "%", "≥ 75 %", held >= 75)
    for kind, bound in (("as planned", 1.02), ("shifted", 0.8)):
        drawn, flat = (fmean(figures.waits[f"{kind}: {name}"]) for name in ("drawn", "flat"))
        ratio = drawn / flat
        report.ratio(f"{size}: {kind}: drawn ÷ flat", drawn, flat, "min", ratio, f"≤ {bound}", ratio <= bound)
    longest = max(figures.took)
    report.figure(f"{size}: longest drawing of a week", longest, "s", "≤ 120 s", longest <= 120)
    report.figure(f"{size}: rules broken", float(figures.faults), "", "0", figures.faults == 0)
