"""What moves of windows are expected to do to each business's wait: the hall run on from the present with and
without them, over the same drawn futures.

The futures are the look-ahead's (hall/twin/lookahead.py): services, no-shows and arrivals drawn from what was
learnt, one future played twice. What is told is the mean wait of those who wait now or come within the
horizon, per business that a moved window served or is going to serve, as a middle and a range over the
futures. Called by the worker that plans, and by `python -m hall bench staffing`, which holds it against what
then happens.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

from hall.rules.calibration import Band
from hall.rules.staffing import PERIOD_MINUTES, PERIODS, Move
from hall.twin.engine import run
from hall.twin.knowledge import Knowledge
from hall.twin.lookahead import Drawing, Scene, as_learnt, everybody
from hall.twin.model import Clerk, Hall, Phase, Present, Visitor
from hall.twin.staffing import apply_moves

RUNS = 16
HORIZON_SECONDS = 60 * PERIOD_MINUTES * PERIODS
"""Who waits now or comes within this is asked how long they waited."""
FOLLOWED_SECONDS = HORIZON_SECONDS + 3600.0
"""How long the futures go on; who is not called by then has waited until then."""
SAME_SECONDS = 6.0
"""A tenth of a minute: a smaller change of the mean wait is none."""
CLEAR = 1.28
"""A sign is told of a mean change that is so many times what the futures' changes scatter by (their standard
deviation): of a normal scatter nine in ten then have that sign.
"""

Waited = Mapping[int, Sequence[float]]
"""Business → seconds waited by each of those who came within the horizon."""


@dataclass(frozen=True)
class Change:
    """One business, or all that are touched together: seconds waited without and with the moves, and the
    difference future by future (negative: shorter). `people`: how many they are, on average. `scatter`: the
    standard deviation of the differences, in seconds.
    """

    before: Band
    after: Band
    difference: Band
    people: float
    scatter: float = 0.0

    @property
    def sign(self) -> int:
        """−1: will be shorter, 1: longer, 0: hardly changes, or may go either way."""
        if abs(self.difference.middle) < max(SAME_SECONDS, CLEAR * self.scatter):
            return 0
        return -1 if self.difference.middle < 0 else 1


@dataclass(frozen=True)
class Effect:
    """What moves are expected to do: per touched business that anybody comes for, and all of them together
    (None: nobody comes).
    """

    changes: Mapping[int, Change]
    together: Change | None

    @property
    def makes_longer(self) -> bool:
        """Whether the touched are expected to wait longer, sure or not: nobody is advised to do that."""
        return self.together is not None and self.together.difference.middle >= SAME_SECONDS


def touched_by(moves: Iterable[Move]) -> frozenset[int]:
    """The businesses whose wait may change: what a moved window served or is going to serve."""
    return frozenset[int]().union(*(one.before | one.after for one in moves))


def foretell(
    scene: Scene,
    knowledge: Knowledge,
    sets: Sequence[Sequence[Move]],
    reserve: Mapping[int, Clerk],
    source: random.Random,
    runs: int = RUNS,
) -> list[Effect]:
    """Plays so many futures of the scene without any move and with each set of moves, all over the same
    futures; an effect per set. The time it takes grows with runs × (1 + sets).
    """
    hall, now = as_learnt(scene, knowledge), scene.present.at_seconds
    unknown = {one: replace(clerk, pace=1.0) for one, clerk in reserve.items()}
    changed = [apply_moves(hall, scene.present, moves, unknown)[0] for moves in sets]
    flows = knowledge.demand.flows(hall.day, now, now + FOLLOWED_SECONDS)
    first_id = 1 + max((one.id for one in everybody(scene.present)), default=0)
    touched = [touched_by(moves) for moves in sets]
    without: list[Waited] = []
    with_moves: list[list[Waited]] = [[] for _ in sets]
    for _ in range(runs):
        drawing = Drawing(scene, hall, knowledge, source)
        present = drawing.present()
        coming = drawing.arrivals(flows, first_id)
        without.append(waited(hall, present, coming, frozenset[int]().union(*touched)))
        for moves, as_changed, codes, found in zip(sets, changed, touched, with_moves, strict=True):
            _, as_moved = apply_moves(hall, present, moves, unknown)
            found.append(waited(as_changed, as_moved, coming, codes))
    return [_effect(without, found, codes) for found, codes in zip(with_moves, touched, strict=True)]


def _effect(without: Sequence[Waited], with_moves: Sequence[Waited], touched: frozenset[int]) -> Effect:
    changes = {
        code: change
        for code in sorted(touched)
        if (change := _change(without, with_moves, frozenset({code}))) is not None
    }
    return Effect(changes, _change(without, with_moves, touched))


def waited(
    hall: Hall, present: Present, coming: Sequence[Visitor], touched: frozenset[int]
) -> dict[int, list[float]]:
    """How long those waited, from taking their number, who wait now or come within the horizon for one of
    these businesses.
    """
    now = present.at_seconds
    until = now + FOLLOWED_SECONDS
    day = run(hall, [one for one in coming if one.at_seconds <= until], present=present, until=until)
    # The first call of a step ends its wait; one who stepped aside is called again later.
    over = {one.step_id: one.at_seconds for one in day.left}
    over |= {one.step_id: one.at_seconds for one in reversed(day.calls)}
    came = {one.visitor_id: one.at_seconds for one in day.left}
    came |= {one.visitor_id: one.at_seconds for one in day.calls if one.first}
    found: dict[int, list[float]] = defaultdict(list)
    for step in present.waiting:
        if step.business_id in touched and step.queued_at <= now:
            found[step.business_id].append(over.get(step.step_id, until) - step.queued_at)
    for one in coming:
        if one.business_id in touched and one.at_seconds <= now + HORIZON_SECONDS and not one.virtual:
            begins = max(one.at_seconds, one.booked_at_seconds or 0.0)
            found[one.business_id].append(max(0.0, came.get(one.id, until) - begins))
    return found


def mean_wait(those: Waited, businesses: frozenset[int]) -> float | None:
    """Of everybody who came for one of these; None when nobody did."""
    seconds = [one for code in businesses for one in those.get(code, ())]
    return fmean(seconds) if seconds else None


def _change(
    without: Sequence[Waited], with_moves: Sequence[Waited], businesses: frozenset[int]
) -> Change | None:
    pairs = [
        (before, after)
        for one, other in zip(without, with_moves, strict=True)
        if (before := mean_wait(one, businesses)) is not None
        and (after := mean_wait(other, businesses)) is not None
    ]
    if not pairs:
        return None
    people = fmean(sum(len(one.get(code, ())) for code in businesses) for one in without)
    differences = [after - before for before, after in pairs]
    return Change(
        _band([before for before, _ in pairs]),
        _band([after for _, after in pairs]),
        _band(differences),
        people,
        pstdev(differences),
    )


def _band(seconds: Sequence[float]) -> Band:
    """The mean, from the least to the most that any future saw."""
    return Band(min(seconds), fmean(seconds), max(seconds))


def scene_of(hall: Hall, present: Present) -> Scene:
    """A simulated hall as it sees itself: it knows when its clerks are there, not how fast they are; since
    when a ticket is served, not until when.
    """
    windows = {
        one.id: replace(one, clerk=replace(one.clerk, pace=1.0)) if one.clerk is not None else one
        for one in hall.windows.values()
    }
    serving = {
        window_id: desk.ticket.called_at + hall.habits.call_to_seat_seconds
        for window_id, desk in present.desks.items()
        if desk.ticket is not None and desk.ticket.phase is Phase.SERVING
    }
    clerks = {one.id: one.id for one in windows.values() if one.clerk is not None}
    return Scene(replace(hall, windows=windows), present, clerks, serving)
