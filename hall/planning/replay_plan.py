"""The ask `replay_plan`: a past day of a hall as it was, as its rule would have it today, and with a plan.

Reading a large hall's day takes seconds, so this is asked of the process that thinks for long.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hall.events import iso
from hall.planning.planner import Planner
from hall.rules.errors import CannotReplayDay, DayNotOver
from hall.rules.tickets import VisitorClass
from hall.twin.day import Day
from hall.twin.measures import EVERYBODY, Measures, measure
from hall.twin.plan import PlannedChange
from hall.twin.policies import OWN
from hall.twin.replay import play_again
from hall.twin.replay_day import day_of_journal
from hall.twin.replay_errors import CannotReplay
from hall.twin.replay_plan import plan_for, play_with
from hall.twin.traces import STEP_SECONDS, Line, trace
from hall.worker_loop import Question, Tell


def answer(planner: Planner, question: Question, tell: Tell) -> dict[str, Any]:
    """Words: `day`, `changes` as hall/twin/plan.py has them. Raises DayNotOver, CannotReplayDay, and what
    `plan_for` raises.
    """
    planned = [PlannedChange.model_validate(one) for one in question["changes"]]
    day = date.fromisoformat(question["day"])
    with planner.look(question["hall"]) as look:
        try:
            past = day_of_journal(look.connection, look.book, day, look.now)
        except CannotReplay as error:
            if error.key in ("future", "running"):
                raise DayNotOver(day=day.isoformat()) from error
            raise CannotReplayDay(day=day.isoformat(), number=error.params.get("number", "–")) from error
        plan = plan_for(look.connection, look.book, past, planned)
    tell(0.4)
    own = play_again(past.parts, past.visitors, OWN)
    tell(0.7)
    days = [past.was, own, play_with(past, plan)]
    opens = min((one.at_seconds for one in past.visitors), default=0.0) // 3600 * 3600
    steps = max(1, int((max(one.ended_at for one in days) - opens) // STEP_SECONDS) + 1)
    return {
        "day": day.isoformat(),
        "times": [iso(past.hall.moment(opens + step * STEP_SECONDS)) for step in range(steps + 1)],
        "days": [_told(one, opens, steps) for one in days],
    }


def _told(day: Day, opens: float, steps: int) -> dict[str, Any]:
    measures = measure(day)
    lines = trace([day], opens, steps).values()
    return {
        "name": day.policy,
        "visitors": measures.visitors,
        **_figures(measures),
        "waiting": _together(list(lines), steps),
    }


def _figures(measures: Measures) -> dict[str, Any]:
    everybody = measures.waits[EVERYBODY]
    elderly = measures.waits.get((None, VisitorClass.ELDERLY))
    return {
        "served": measures.outcomes["served"],
        "mean_wait": everybody.mean,
        "longest_wait": everybody.longest,
        "over_promise": everybody.over_promise,
        "elderly_wait": None if elderly is None else elderly.mean,
    }


def _together(lines: Sequence[Line], steps: int) -> list[int]:
    return [sum(line.waiting[step] for line in lines) for step in range(steps + 1)]
