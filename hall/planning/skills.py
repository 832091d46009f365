"""The ask `skills`: which clerk, certified for which further businesses, would cut waits most, in the week
that the question names.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hall.planning.planner import Planner
from hall.planning.roster_week import Picture, picture_of, spreads_of
from hall.records import roster
from hall.rules.roster import Shift
from hall.rules.roster_plan import draw_week, flat_week
from hall.rules.roster_programme import solve_day
from hall.rules.skills import Candidate, ranked
from hall.twin.rostered import drawn_visitors
from hall.twin.skills import Tried, try_out
from hall.worker_loop import Question, Tell

LISTED, TRIED = 12, 4
DAYS, SEEDS = 3, 3
RANKING = 0.3
"""The share of the work that the ranking is; the rest is trying out."""


def answer(planner: Planner, question: Question, tell: Tell) -> dict[str, Any]:
    """The candidates, best first; the first few tried in the twin over the same days."""
    first = date.fromisoformat(question["first"])
    with planner.look(question["hall"]) as look:
        picture = picture_of(look, first)
        book = look.book
        may = {one.id: one.may for one in book.windows.values()}
        people = roster.people(look.connection, book)
    shifts = picture.now_there or flat_week(picture.week).shifts
    if not shifts:  # nobody has a usual window yet
        shifts = draw_week(picture.week, solve_day).shifts
    days = [day for day in sorted(picture.week.demand) if any(one.day == day for one in shifts)][:DAYS]
    found = ranked(picture.week, shifts, days, may, teams(picture), LISTED)
    tell(RANKING)
    tried = _tried(picture, shifts, days, found[:TRIED], lambda share: tell(RANKING + (1 - RANKING) * share))
    codes = {one.id: one.code for one in book.businesses.values()}
    return {
        "first": first.isoformat(),
        "days": len(days),
        "plays": SEEDS,
        "rostered": bool(picture.now_there),
        "candidates": [
            _card(one, tried.get(at), people, codes) for at, one in enumerate(found) if one.clerk_id in people
        ],
    }


def teams(picture: Picture) -> list[frozenset[int]]:
    """What is certified together: a department's businesses."""
    found: dict[str, set[int]] = {}
    for one in picture.hall.businesses.values():
        found.setdefault(one.department, set()).add(one.id)
    return [frozenset(those) for those in found.values()]


def _tried(
    picture: Picture, shifts: Sequence[Shift], days: list[date], those: list[Candidate], tell: Tell
) -> dict[int, Tried]:
    people = {
        day: [
            drawn_visitors(
                picture.hall,
                picture.week.demand[day].arrivals,
                spreads_of(picture, day),
                picture.week.demand[day].elderly,
                f"{day} {seed}",
            )
            for seed in range(SEEDS)
        ]
        for day in days
    }
    tried = try_out(picture.hall, list(shifts), picture.clerks, people, those, tell)
    return dict(enumerate(tried))


def _card(
    one: Candidate, tried: Tried | None, people: Mapping[int, roster.Person], codes: dict[int, str]
) -> dict[str, Any]:
    person = people[one.clerk_id]
    return {
        "clerk": person.username,
        "name": person.name,
        "name_en": person.name_en,
        "businesses": [codes[code] for code in sorted(one.businesses) if code in codes],
        "worth": round(one.worth, 1),
        "left": round(one.left, 1),
        "tried": tried is not None,
        "cut_minutes": round(tried.cut_minutes, 1) if tried else None,
        "low": round(tried.low, 1) if tried else None,
        "high": round(tried.high, 1) if tried else None,
        "mean_before": round(tried.mean_before, 2) if tried else None,
        "mean_after": round(tried.mean_after, 2) if tried else None,
    }
