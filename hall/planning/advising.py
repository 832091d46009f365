"""The ask `advise`: what the staffing advisor suggests for the next 45 minutes, and what each suggestion is
expected to do to the waits (handbook 11).

The hall as it stands, in one look; the integer programme, or the threshold rule where HiGHS is missing or
found no plan in time; and the same drawn futures played with and without each suggestion. hall/advising.py
asks; hall/actions/advice.py keeps what comes out.
"""

import random
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hall.planning.planner import Look, Planner
from hall.records import moves
from hall.records.advice import moves_as_json
from hall.records.posts import live_minimum
from hall.rules.calibration import Band
from hall.rules.staffing import Move, Plan, Situation, costs_of, suggestions
from hall.rules.staffing_threshold import threshold_plan
from hall.twin.effect import RUNS, Change, Effect, foretell
from hall.twin.staffing_live import Rostered, clerks_opening, live_situation, rostered
from hall.worker_loop import Question, Tell

MOST_SUGGESTIONS = 6
"""So many are foretold and told; who has applied them asks again."""
FEWEST_RUNS = 6
FORETELLING_SECONDS = 25.0


def answer(planner: Planner, question: Question, tell: Tell) -> dict[str, Any]:
    """The advice: `source`, `took_seconds`, `gap`, `made_at`, the suggestions with the clearest gain first,
    and what all of them do together.
    """
    with planner.look(question["hall"], datetime.fromisoformat(question["now"])) as seen:
        known = moves.known(seen.connection, seen.book, seen.now)
        there = rostered(seen.connection, seen.book, seen.scene.hall, seen.now)
        situation = live_situation(
            seen.connection,
            seen.book,
            seen.scene,
            seen.knowledge,
            known,
            live_minimum(seen.book, seen.now),
            there,
        )
    tell(0.1)
    plan = plan_for(situation, len(seen.book.windows))
    tell(0.3)
    told = suggestions(plan.moves)[:MOST_SUGGESTIONS]
    effects = _foretold(seen, there, [*told, [one for some in told for one in some]], tell) if told else []
    order = sorted(range(len(told)), key=lambda at: _gain(effects[at]))
    return {
        "source": plan.source,
        "took_seconds": round(plan.took_seconds, 3),
        "gap": round(plan.gap, 3),
        "made_at": seen.now.isoformat(),
        "together": _card(effects[-1]) if effects else None,
        "suggestions": [
            {"moves": moves_as_json(told[at]), "effect": _card(effects[at])}
            for at in order
            if not effects[at].makes_longer
        ],
    }


def plan_for(situation: Situation, windows: int) -> Plan:
    """The programme's plan; the threshold rule's where there is no solver or it found none in time."""
    try:
        from hall.rules.staffing_programme import advise
    except ImportError:
        return threshold_plan(situation)
    return advise(situation, costs_of(windows))


def _foretold(seen: Look, there: Rostered, sets: Sequence[Sequence[Move]], tell: Tell) -> list[Effect]:
    """What each set does. The first two futures say how many there is time for."""
    every = [one for some in sets for one in some]
    opening = clerks_opening(seen.scene, every, there)

    def play(runs: int) -> list[Effect]:
        return foretell(seen.scene, seen.knowledge, sets, opening, random.Random(seen.now.timestamp()), runs)

    began = time.monotonic()
    play(1)
    tell(0.4)
    each = max(0.001, time.monotonic() - began)
    return play(max(FEWEST_RUNS, min(RUNS, int(FORETELLING_SECONDS / each))))


def _gain(effect: Effect) -> float:
    """Seconds of waiting more or, negative, less for all touched; 0 where that is not clear."""
    change = effect.together
    return change.sign * abs(change.difference.middle) * change.people if change is not None else 0.0


def _card(effect: Effect) -> dict[str, Any]:
    return {
        "together": _change(effect.together) if effect.together is not None else None,
        "businesses": [{"business_id": code, **_change(change)} for code, change in effect.changes.items()],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "before": _band(change.before),
        "after": _band(change.after),
        "difference": _band(change.difference),
        "people": round(change.people, 1),
        "sign": change.sign,
    }


def _band(band: Band) -> dict[str, int]:
    return {name: round(getattr(band, name)) for name in ("low", "middle", "high")}
