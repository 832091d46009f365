"""The ask `roster_week`: a week's roster drawn from the forecast, the standards and the clerks' certified
skills, and what is to be expected of it, beside the roster that stands now.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hall.config_standards import standards_of
from hall.planning.arrivals import Coming, coming
from hall.planning.planner import Look, Planner
from hall.records import arrivals as records
from hall.records import roster
from hall.rules.roster import Shift
from hall.rules.roster_plan import Demand, Drawn, Week, Worker, draw_week
from hall.rules.roster_programme import solve_day
from hall.rules.tickets import VisitorClass
from hall.twin.halls import hall_of_book
from hall.twin.model import Clerk, Hall
from hall.twin.rostered import Quality, drawn_visitors, rostered_hall
from hall.twin.staffing import occupied_minutes
from hall.worker_loop import Question, Tell

USUAL_ELDERLY = 0.22
"""Handbook 12, where a business has not been asked for often enough to tell."""
ELDERLY = "elderly"
RUNS, RUNS_LARGE, LARGE = 4, 2, 150
"""How often each day is played; less in a large hall."""
DRAWING = 0.6
"""The share of the work that drawing is; the rest is playing the days."""


@dataclass(frozen=True)
class Picture:
    """What a week is drawn from: the question, the week to come, and the hall and clerks as the twin has
    them.
    """

    week: Week
    coming: Coming
    hall: Hall
    clerks: Mapping[int, Clerk]
    now_there: tuple[Shift, ...]


def answer(planner: Planner, question: Question, tell: Tell) -> dict[str, Any]:
    """The shifts, the AB posts, what nobody can serve, and the quality."""
    first = date.fromisoformat(question["first"])
    with planner.look(question["hall"]) as look:
        picture = picture_of(look, first)
        target = wait_target(look)
        codes = {one.id: one.code for one in look.book.businesses.values()}
    drawn = draw_week(picture.week, solve_day, lambda share: tell(DRAWING * share))
    plays = 1 + bool(picture.now_there)
    after = played(picture, drawn.shifts, lambda share: tell(DRAWING + (1 - DRAWING) * share / plays))
    before = None
    if picture.now_there:
        before = played(picture, picture.now_there, lambda share: tell(1 - (1 - DRAWING) * (1 - share) / 2))
    return {
        "shifts": [written(one) for one in drawn.shifts],
        "backups": [list(one) for one in drawn.backups],
        "lacking": sorted({(one.day.isoformat(), one.business_id or 0) for one in drawn.lacking}),
        "quality": {
            "target": target,
            "after": quality_card(after, codes),
            "before": quality_card(before, codes) if before else None,
            "hours": round(sum(drawn.minutes.values()) / 60, 1),
            "fair": fairness(drawn, picture.week.workers),
            "past_days": picture.coming.days,
            "lacking": [
                {
                    "fault": one.fault.value,
                    "day": one.day.isoformat(),
                    "begins": one.begins,
                    "ends": one.ends,
                    "business": codes.get(one.business_id or 0),
                }
                for one in drawn.lacking[:100]
            ],
        },
    }


def picture_of(look: Look, first: date) -> Picture:
    """What the week from `first` on is drawn from; days that are over are left out."""
    book, connection = look.book, look.connection
    today = book.day(look.now)
    days = [first + timedelta(days=one) for one in range(7)]
    week_to_come = coming(connection, book, first, today)
    house = roster.house(connection, book, days)
    usual = records.usual_windows(connection, book, today)
    people = roster.people(connection, book)
    workers = tuple(Worker(one.id, one.skills, usual.get(one.id)) for one in people.values())
    hall = twin_of(look, first)
    minutes, elderly = {}, {}
    for code in book.businesses:
        share = week_to_come.elderly.get(code, USUAL_ELDERLY)
        elderly[code] = share
        minutes[code] = occupied_minutes(hall, look.knowledge, code, share)
    demand = {
        day: Demand({place: one.mean for place, one in found.half_hours.items()}, minutes, elderly)
        for day, found in week_to_come.forecasts.items()
        if day >= today
    }
    friendly = frozenset(one.id for one in book.windows.values() if one.kind == ELDERLY)
    there = roster.rostered(connection, book.id, max(first, today), days[-1])
    return Picture(
        Week(house, workers, demand, friendly),
        week_to_come,
        hall,
        {one.id: Clerk((), skills=one.skills) for one in people.values()},
        tuple(one for one in there if one.clerk_id in people and one.window_id in book.windows),
    )


def twin_of(look: Look, day: date) -> Hall:
    """The hall with service times as they were learnt."""
    hall = hall_of_book(look.book, day)
    service = look.knowledge.service
    learnt = {}
    for code, one in hall.businesses.items():
        told = service.duration(code, VisitorClass.ORDINARY, look.scene.hall.day)
        old = service.duration(code, VisitorClass.ELDERLY, look.scene.hall.day)
        learnt[code] = replace(
            one,
            service_seconds=told.mean_seconds,
            elderly_factor=max(1.0, old.mean_seconds / told.mean_seconds),
        )
    return replace(hall, businesses=learnt)


def wait_target(look: Look) -> float:
    """The share of visitors that the hall's standards want called in time."""
    rows = standards_of(look.book.settings).rows
    found = [one.at_least for one in rows if one.indicator == "wait_target_rate" and one.hours == "all"]
    return next((one for one in found if one is not None), 0.9)


def played(picture: Picture, shifts: Iterable[Shift], tell: Callable[[float], None]) -> dict[date, Quality]:
    """Each day of the week with these shifts, played a few times with people as the forecast expects them;
    the same people whatever the shifts.
    """
    shifts = list(shifts)
    runs = RUNS_LARGE if len(picture.hall.windows) > LARGE else RUNS
    found: dict[date, Quality] = {}
    days = sorted(picture.week.demand)
    for at, day in enumerate(days):
        demand, quality = picture.week.demand[day], Quality()
        hall = rostered_hall(picture.hall, day, shifts, picture.clerks)
        spreads = spreads_of(picture, day)
        for seed in range(runs):
            people = drawn_visitors(hall, demand.arrivals, spreads, demand.elderly, f"{day} {seed}")
            if any(one.clerk for one in hall.windows.values()):
                quality.play(hall, people)
            tell((at + (seed + 1) / runs) / len(days))
        found[day] = quality
    return found


def spreads_of(picture: Picture, day: date) -> dict[int, float]:
    """How uncertain each business's count of a day is, as a share."""
    businesses = picture.coming.forecasts[day].businesses
    return {code: (one.high - one.low) / max(1.0, 2.56 * one.mean) for code, one in businesses.items()}


def quality_card(days: Mapping[date, Quality], codes: Mapping[int, str]) -> dict[str, Any]:
    """The figures of a week: per day, and the share called in time per business and half hour of the week."""
    whole = Quality()
    for one in days.values():
        whole.waits += one.waits
        whole.called.update(one.called)
        whole.in_time.update(one.in_time)
    return {
        "mean_minutes": round(whole.mean_seconds / 60, 2),
        "in_time": round(whole.in_time_share, 4),
        "days": [
            {
                "day": day.isoformat(),
                "mean_minutes": round(one.mean_seconds / 60, 2),
                "in_time": round(one.in_time_share, 4),
            }
            for day, one in days.items()
        ],
        "cells": [
            [codes[code], 30 * half, whole.called[code, half], whole.in_time[code, half]]
            for code, half in sorted(whole.called)
            if code in codes
        ],
    }


def fairness(drawn: Drawn, workers: Iterable[Worker]) -> dict[str, Any]:
    """How evenly hours and lunch duty fall: the least and the most of those who work at all."""
    at_work = [one.clerk_id for one in workers if drawn.minutes.get(one.clerk_id)]
    hours = [drawn.minutes[one] / 60 for one in at_work] or [0.0]
    duties = [drawn.duties.get(one, 0) for one in at_work] or [0]
    return {
        "hours_least": round(min(hours), 1),
        "hours_most": round(max(hours), 1),
        "duties_least": min(duties),
        "duties_most": max(duties),
        "clerks": len(at_work),
    }


def written(one: Shift) -> list[Any]:
    """A shift as a drawn week keeps it; hall/actions/roster.py reads it back."""
    rests = [list(rest) for rest in one.breaks]
    return [one.day.isoformat(), one.clerk_id, one.window_id, one.begins, one.ends, rests]
