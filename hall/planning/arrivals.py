"""The ask `arrivals`: who is expected in a coming week, per business and half hour, with how sure that is.
`coming` is the same for the weekly plan.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from hall.holidays import calendar_day
from hall.planning.planner import Planner
from hall.records import arrivals as records
from hall.records import roster
from hall.records.book import Book
from hall.rules.arrivals import DayForecast, Forecaster, History, PastDay, day_kind, same_day_last_week
from hall.rules.roster import Minutes
from hall.twin.drawing import staffed, wanted
from hall.twin.halls import hall_of_book
from hall.twin.visitors import SHAPE
from hall.twin.workloads import Workload
from hall.worker_loop import Question, Tell

WEEK = 7


@dataclass(frozen=True)
class Coming:
    """A week to come: what is expected of each open day, and the share of the elderly per business. `days`:
    past days it rests on. `last_week`: per day what the naive guess would be.
    """

    forecasts: Mapping[date, DayForecast]
    elderly: Mapping[int, float]
    days: int
    last_week: Mapping[date, Mapping[int, float]]


def answer(planner: Planner, question: Question, tell: Tell) -> dict[str, Any]:
    """The week as the page draws it; businesses by their codes, numbers of people."""
    first = date.fromisoformat(question["first"])
    with planner.read(question["hall"]) as (connection, book, now):
        found = coming(connection, book, first, book.day(now))
        return {
            "first": first.isoformat(),
            "past_days": found.days,
            "days": [_day(book, first + timedelta(days=at), found) for at in range(WEEK)],
        }


def coming(connection: Connection, book: Book, first: date, today: date) -> Coming:
    """The forecast for seven days from `first` on, from what is known up to yesterday."""
    came = records.came_before(connection, book, today)
    works = working_days(book)
    past = [PastDay(day, day_kind(day, works), counts) for day, counts in came.days.items()]
    history = History(past, came.half_hours, prior(book, first), usual_shape())
    forecaster = Forecaster(history)
    found = {}
    for at in range(WEEK):
        day = first + timedelta(days=at)
        if works(day):
            opened = roster.open_day(book, day)
            spans = {code: half_hours(hours) for code, hours in opened.businesses.items()}
            found[day] = forecaster.forecast(day, day_kind(day, works), spans)
    last_week = {day: same_day_last_week(past, day) for day in found}
    return Coming(found, came.elderly, len(past), last_week)


def working_days(book: Book) -> Callable[[date], bool]:
    """Whether visitors are expected: the doors open, and the calendar knows no holiday then (unless the
    configuration opens this very day).
    """

    def works(day: date) -> bool:
        opens = bool(roster.open_day(book, day).hours)
        return opens and (day in book.open_days or calendar_day(day).working or _open_weekend(day))

    def _open_weekend(day: date) -> bool:
        """A hall that is open at weekends; only a named holiday closes it then."""
        return day.weekday() >= WEEK - 2 and not calendar_day(day).name

    return works


def half_hours(hours: Sequence[Minutes]) -> tuple[int, ...]:
    """The half hours of the day that some span touches."""
    return tuple(sorted({one for begins, ends in hours for one in range(begins // 30, -(-ends // 30))}))


def usual_shape() -> dict[int, float]:
    """Handbook 12's shape of the day: half hour → its share."""
    found: dict[int, float] = {}
    for begins, ends, percent in SHAPE:
        many = (ends - begins) // 30
        for at in range(many):
            found[begins // 30 + at] = percent / 100 / many
    return found


def prior(book: Book, day: date) -> dict[int, float]:
    """What the configuration suggests of an average day: every window's time asked for alike."""
    for ahead in range(WEEK):
        hall = hall_of_book(book, day + timedelta(days=ahead))
        if hall.open_spans:
            workload = Workload(name="usual")
            found = wanted(staffed(hall, workload), workload)
            return {one.business_id: one.visits for one in found}
    return dict.fromkeys(book.businesses, 1.0)


def _day(book: Book, day: date, found: Coming) -> dict[str, Any]:
    forecast = found.forecasts.get(day)
    known = calendar_day(day)
    told: dict[str, Any] = {
        "day": day.isoformat(),
        "calendar_known": known.known,
        "holiday": "" if known.working else known.name,
        "made_up": known.made_up,
        "open": forecast is not None,
        "month_end": False,
        "before_holiday": False,
        "after_holiday": False,
        "like_it": 0,
        "mean": 0.0,
        "low": 0.0,
        "high": 0.0,
        "last_week": 0.0,
        "half_hours": [],
        "businesses": [],
    }
    if forecast is None:
        return told
    spread = _together(forecast)
    halves = sorted({half for _, half in forecast.half_hours})
    guess = found.last_week.get(day, {})
    return told | {
        "month_end": forecast.kind.month_end,
        "before_holiday": forecast.kind.before_holiday,
        "after_holiday": forecast.kind.after_holiday,
        "like_it": forecast.like_it,
        "mean": round(forecast.total, 1),
        "low": round(spread[0], 1),
        "high": round(spread[1], 1),
        "last_week": float(sum(guess.values())),
        "half_hours": [
            {
                "begins": 30 * half,
                "mean": round(sum(one.mean for (_, at), one in forecast.half_hours.items() if at == half), 1),
            }
            for half in halves
        ],
        "businesses": [
            {
                "business": book.businesses[code].code,
                "mean": round(one.mean, 1),
                "low": round(one.low, 1),
                "high": round(one.high, 1),
                "half_hours": [
                    round(forecast.half_hours[code, half].mean, 2)
                    if (code, half) in forecast.half_hours
                    else 0.0
                    for half in halves
                ],
            }
            for code, one in forecast.businesses.items()
        ],
    }


def _together(forecast: DayForecast) -> tuple[float, float]:
    """The range of the whole day: half of each business's uncertainty is its own, half the day's."""
    mean = forecast.total
    apart = sum(((one.high - one.low) / 2) ** 2 for one in forecast.businesses.values()) ** 0.5
    alike = sum((one.high - one.low) / 2 for one in forecast.businesses.values())
    width = (0.5 * apart**2 + 0.5 * (0.35 * alike) ** 2) ** 0.5
    return max(0.0, mean - width), mean + width
