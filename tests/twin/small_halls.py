"""Small halls and visitors for the tests of the twin: what a test does not name is plain."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hall.config_model import Rules
from hall.rules.tickets import VisitorClass
from hall.twin.day import Call, Day
from hall.twin.model import Business, Clerk, Habits, Hall, Visitor, Window

MONDAY = date(2026, 11, 23)
NINE = 9 * 3600.0
FIVE = 17 * 3600.0
QUICK = Habits(call_to_seat_seconds=0.0, turn_over_seconds=0.0)
PROMISES = {
    VisitorClass.ORDINARY: 900.0,
    VisitorClass.ELDERLY: 300.0,
    VisitorClass.PRIORITY: 300.0,
    VisitorClass.APPOINTMENT: 900.0,
}


def window(number: int, serves: Iterable[int], kind: str = "comprehensive", **clerk: Any) -> Window:
    """Window `number` with a clerk from nine to five, or as `clerk` says."""
    served = frozenset(serves)
    own = served if kind == "special" else frozenset()
    return Window(number, number, kind, served, own, clerk=Clerk(**{"staffed": ((NINE, FIVE),), **clerk}))


def hall(*windows: Window, habits: Habits = QUICK, rules: Rules | None = None, **more: Any) -> Hall:
    """A hall of these windows, with the businesses they serve; its doors are not looked at unless it has
    hours.
    """
    businesses = {
        one: Business(one, f"b{one}", PROMISES, 300.0, department=f"d{one % 3}")
        for one in sorted({one for window in windows for one in window.serves})
    }
    return Hall(
        "small",
        MONDAY,
        businesses,
        {one.id: one for one in windows},
        rules=rules or Rules(),
        habits=habits,
        **more,
    )


def visitor(
    number: int, minutes: float, business: int = 1, kind: str = "ordinary", service: float = 5, **more: Any
) -> Visitor:
    """Comes so many minutes after nine and needs so many minutes."""
    return Visitor(number, NINE + 60 * minutes, business, VisitorClass(kind), 60 * service, **more)


def order(day: Day) -> list[int]:
    """The visitors in the order of their calls."""
    return [call.visitor_id for call in day.calls]


def minutes(seconds: float | None) -> float | None:
    """Minutes after nine."""
    return None if seconds is None else round((seconds - NINE) / 60, 6)


def called_at(day: Day) -> dict[int, float | None]:
    """Visitor → minutes after nine of the first call."""
    return {one.visitor.id: minutes(one.called_at) for one in day.visits}


def told(calls: Sequence[Call]) -> list[Call]:
    """Calls without the ids of steps, which differ when a day is played in parts."""
    return [one._replace(step_id=0) for one in calls]


def with_rules(one: Hall, **rules: Any) -> Hall:
    return replace(one, rules=one.rules.model_copy(update=rules))
