"""The ask `what_if`: both futures of a hall from the present moment, without a plan and with it.

The futures of a moment are kept for a minute: whoever tries one thing after another meets the same people
each time, and waits only for what the plan changes. A question asked again gets more futures of the same
moment, so that a first answer is quick and the next ones are surer. The plan itself is checked against the
hall as it is now, each time.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hall.events import iso
from hall.planning.planner import Look, Planner
from hall.records import journal
from hall.rules.calibration import Band
from hall.rules.what_if import Change
from hall.twin.model import Desk, Hall
from hall.twin.plan import PlannedChange, understood
from hall.twin.planned import Staff, check, in_one_part
from hall.twin.planned_live import floor
from hall.twin.traces import FIGURES, STEP_SECONDS, Both, Comparison, Course, Figure
from hall.twin.what_if import (
    LEAST_FUTURES,
    LONGEST_HORIZON_SECONDS,
    MOST_FUTURES,
    Futures,
    Tried,
)
from hall.worker_loop import Question, Tell

ANSWER_SECONDS = 1.2
"""Of the two that a manager may have to wait: the rest is for looking at the hall and for the way there and
back. One that is waited for longer is asked for more futures.
"""
KEPT_FOR = timedelta(seconds=60)
PLANS_KEPT = 8
SEEN = 0.05
"""A business that fewer come for, on average, is left out of the answer."""


@dataclass
class Moment:
    """The futures of one moment, and the plans that were tried on them."""

    futures: Futures
    at: datetime
    basis: int
    version: int
    clerks: Mapping[int, int]
    minutes: int | None
    tried: dict[tuple[Change, ...], Tried] = field(default_factory=dict)

    def good_for(self, look: Look, minutes: int | None, changes: Sequence[Change]) -> bool:
        """Whether the hall still is as it was, but for who waits and who has paused; and the windows of the
        plan in that, too.
        """
        then, now = self.futures.scene.present.desks, look.scene.present.desks
        return (
            look.now - self.at < KEPT_FOR
            and (self.version, self.clerks) == (look.book.version, look.scene.clerks)
            and self.minutes == minutes
            and all(_state(then, one.window_id) == _state(now, one.window_id) for one in changes)
        )

    def of(self, changes: tuple[Change, ...], staff: Staff) -> Tried:
        """A plan's futures so far."""
        if changes not in self.tried:
            while len(self.tried) >= PLANS_KEPT:
                self.tried.pop(next(iter(self.tried)))
            self.tried[changes] = Tried(self.futures.planned(changes, staff))
        return self.tried[changes]


def answer(planner: Planner, question: Question, tell: Tell) -> dict[str, Any]:
    """Words: `changes` as hall/twin/plan.py has them, `minutes` ahead (None: until closing), `seconds` to
    think.

    Raises what `understood` and `check` raise.
    """
    began = time.monotonic()
    planned = [PlannedChange.model_validate(one) for one in question["changes"]]
    with planner.look(question["hall"]) as look:
        speed = look.knowledge.service.speed
        here = floor(look.connection, look.book, look.now, speed)
        changes = understood(planned, look.book, here.now, here.accounts)
        check(look.book, in_one_part(here.hall), changes, here.staff, here.now)
        seq = journal.latest(look.connection, look.book.id)
    moment = _moment(planner, question, look, changes, here.staff.closes, seq)
    # The futures begin a little earlier than now; what begins now begins with them.
    changes = [_from(one, here.now, moment.futures.now) for one in changes]
    tried = moment.of(tuple(changes), here.staff)
    said = moment.futures.try_out(tried, question.get("seconds") or ANSWER_SECONDS)
    return {
        "at": iso(moment.at),
        "basis": moment.basis,
        "futures": said.futures,
        "complete": said.futures >= MOST_FUTURES,
        "least_futures": LEAST_FUTURES,
        "took_seconds": round(time.monotonic() - began, 2),
        "closes": iso(moment.futures.hall.moment(here.staff.closes)),
        **picture(said, moment.futures.hall, moment.futures.now, moment.futures.steps),
    }


def _moment(
    planner: Planner,
    question: Question,
    look: Look,
    changes: Sequence[Change],
    closes: float,
    seq: int,
) -> Moment:
    """The moment that is kept, where it will do, else this one."""
    minutes, key = question["minutes"], ("what_if", question["hall"])
    kept: Moment | None = planner.kept.get(key)
    if kept is not None and kept.good_for(look, minutes, changes):
        return kept
    left = max(STEP_SECONDS, closes - look.scene.present.at_seconds)
    horizon = min(LONGEST_HORIZON_SECONDS, left if minutes is None else 60.0 * minutes)
    futures = Futures(look.scene, look.knowledge, horizon, seed=iso(look.now))
    planner.kept[key] = made = Moment(futures, look.now, seq, look.book.version, look.scene.clerks, minutes)
    return made


def _state(desks: Mapping[int, Desk], window_id: int) -> str | None:
    desk = desks.get(window_id)
    return None if desk is None else desk.state


def _from(change: Change, now: float, then: float) -> Change:
    return replace(change, since=then) if change.since <= now else change


# ---- the answer as JSON: minutes are the page's business, here are seconds ----


def picture(said: Comparison, hall: Hall, now: float, steps: int) -> dict[str, Any]:
    """Everything said, with moments and codes."""
    return {
        "times": [iso(hall.moment(now + step * STEP_SECONDS)) for step in range(steps + 1)],
        "hall": _both(said.hall),
        "businesses": [
            {"code": hall.businesses[code].code, **_both(both)}
            for code, both in said.businesses.items()
            if both.people >= SEEN
        ],
    }


def _both(both: Both) -> dict[str, Any]:
    return {
        "people": round(both.people, 1),
        "waiting": _course(both.waiting, 1),
        "wait_seconds": _course(both.wait, 0),
        "figures": {
            name: _figure(both.figures.get(name), 3 if name == "over_promise" else 0) for name in FIGURES
        },
    }


def _course(course: Course, digits: int) -> dict[str, Any]:
    return {"before": _bands(course.before, digits), "after": _bands(course.after, digits)}


def _bands(bands: Sequence[Band | None], digits: int) -> dict[str, list[float | None]]:
    return {
        name: [None if one is None else _round(getattr(one, name), digits) for one in bands]
        for name in ("low", "middle", "high")
    }


def _figure(figure: Figure | None, digits: int) -> dict[str, Any] | None:
    if figure is None:
        return None

    def told(band: Band) -> dict[str, float]:
        return {name: _round(getattr(band, name), digits) for name in ("low", "middle", "high")}

    return {
        "before": told(figure.before),
        "after": told(figure.after),
        "difference": told(figure.difference),
        "sign": figure.sign,
    }


def _round(value: float, digits: int) -> float:
    return round(value, digits) if digits else float(round(value))
