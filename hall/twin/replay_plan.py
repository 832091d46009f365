"""A day that was, played again with a plan: the same people at the same windows, and what the plan changes of
them.

What the plan adds is assumed: a clerk it brings is certified as the account says today, or for all the window
may serve; visitors it adds are drawn from those who came for that business that day. Called by the command
line (hall/twin/replay_command.py) and by the planning process (hall/planning/replay_plan.py).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from sqlalchemy import Connection, bindparam, select

from hall.records.book import Book
from hall.records.tables import accounts
from hall.rules.tickets import VisitorClass
from hall.rules.what_if import Change, Do
from hall.twin.day import Day
from hall.twin.model import Visitor
from hall.twin.plan import PlannedChange, understood
from hall.twin.planned import Person, Staff, check, parts_with
from hall.twin.policies import OWN
from hall.twin.present import certified
from hall.twin.replay import play_again
from hall.twin.replay_day import PastDay
from hall.twin.what_if import crowd_times

DAY_SECONDS = 86_400.0
WITH_PLAN = "with-plan"
"""The name under which the day with the plan stands beside the others."""

_CLERKS = (
    select(accounts.c.id, accounts.c.username, accounts.c.name, accounts.c.skills)
    .where(accounts.c.hall_id == bindparam("hall"), accounts.c.role == "clerk")
    .order_by(accounts.c.id)
)


@dataclass(frozen=True)
class DayPlan:
    """A plan for one past day, checked against it."""

    changes: tuple[Change, ...]
    staff: Staff


def plan_for(connection: Connection, book: Book, past: PastDay, planned: Sequence[PlannedChange]) -> DayPlan:
    """The plan as it is played on that day; a change that says no beginning holds from the first window's
    opening on. Raises what `understood` and `check` raise.
    """
    rows = connection.execute(_CLERKS, {"hall": book.id}).all()
    spans = [
        span
        for part in past.parts
        for window in part.hall.windows.values()
        if window.clerk is not None
        for span in window.clerk.staffed
    ]
    opens = min((begins for begins, _ in spans), default=0.0)
    staff = Staff(
        closes=max((ends for _, ends in spans), default=DAY_SECONDS),
        people={row.id: Person(certified(book, row.skills), name=row.name) for row in rows},
    )
    changes = understood(planned, book, opens, {row.username: row.id for row in rows})
    check(book, past.parts, changes, staff)
    return DayPlan(tuple(changes), staff)


def play_with(past: PastDay, plan: DayPlan, seed: int = 1) -> Day:
    """The day with the plan, under the hall's own rule."""
    parts = parts_with(past.parts, plan.changes, plan.staff)
    people = [*past.visitors, *_crowds(past, plan, seed)]
    return play_again(parts, people, replace(OWN, name=WITH_PLAN))


def _crowds(past: PastDay, plan: DayPlan, seed: int) -> list[Visitor]:
    """More visitors, each like somebody who came that day; nobody gives up, comes late or is missed twice."""
    found: list[Visitor] = []
    first_id = 1 + max((one.id for one in past.visitors), default=0)
    for place, change in enumerate(plan.changes):
        if change.do is not Do.VISITORS:
            continue
        source = random.Random(f"{past.hall.day} {seed} {place}")
        (business_id,) = change.businesses
        like = [one for one in past.visitors if one.business_id == business_id and one.shows_up]
        for at in crowd_times(change, change.since, plan.staff.closes, source):
            someone = source.choice(like) if like else _somebody(past, business_id)
            number = first_id + len(found)
            found.append(
                replace(
                    someone,
                    id=number,
                    at_seconds=at,
                    booked_at_seconds=None,
                    patience_seconds=inf,
                    label=f"+{len(found) + 1}",
                )
            )
    return found


def _somebody(past: PastDay, business_id: int) -> Visitor:
    """Nobody came for this business that day: what is configured."""
    seconds = past.hall.businesses[business_id].service_seconds
    return Visitor(0, 0.0, business_id, VisitorClass.ORDINARY, seconds)
