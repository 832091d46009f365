"""Reads a past day of a hall out of its database as the twin can play it: who came and what they did, the
windows as they were staffed and switched, and the day as it was.

`day_of_journal` is called by hall/twin/replay_command.py; hall/twin/replay.py plays what it gives. Rules,
promises and windows' kinds are those of the present configuration: that is what a past day is held against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import inf
from typing import Any

from sqlalchemy import Connection, Row

from hall.records.book import Book
from hall.records.past import Past, past_day
from hall.rules.dispatcher import Rule
from hall.rules.tickets import State
from hall.twin.day import Call, Day, Left, Outcome, Visit, Worked
from hall.twin.halls import hall_of_book
from hall.twin.model import Habits, Hall, Visitor
from hall.twin.replay_errors import CannotReplay
from hall.twin.replay_history import History, Turn, histories
from hall.twin.replay_visits import Times, visitors
from hall.twin.replay_windows import Usual, cuts, windows_at, worked
from hall.twin.replay_windows import Worked as WindowDay

AS_IT_WAS = "as-it-was"
"""The name under which the day itself stands beside the policies."""


@dataclass(frozen=True)
class Part:
    """A stretch of the day in which no window's businesses changed. `until`: its last second."""

    until: float
    hall: Hall


@dataclass(frozen=True)
class PastDay:
    """A day that is over: what the twin needs to play it again, and how it was. `parts` in order, at least
    one; `visitors` in order of arrival.
    """

    parts: tuple[Part, ...]
    visitors: tuple[Visitor, ...]
    was: Day

    @property
    def hall(self) -> Hall:
        """The hall as it began the day."""
        return self.parts[0].hall


def day_of_journal(
    connection: Connection, book: Book, day: date, now: datetime, usual: Usual | None = None
) -> PastDay:
    """A business day of a hall, which must be over at `now`. `usual`: what windows serve where nobody has
    switched them (by number; business codes), for windows that were switched since; without it, what they
    serve now.

    Raises CannotReplay: a day in the future or still running, or a journal that contradicts itself or names
    what is no longer configured. A day without tickets is a day.
    """
    if day > book.day(now):
        raise CannotReplay("future")
    if day == book.day(now):
        raise CannotReplay("running")
    bare = hall_of_book(book, day, Habits(call_to_seat_seconds=0.0, turn_over_seconds=0.0, stays_seconds=0.0))
    # Who came was let in, whatever the hours say today.
    bare = replace(bare, hours={})
    ends = datetime.combine(day + timedelta(days=1), time(), book.zone)
    past = past_day(connection, book.id, day, bare.midnight, ends)
    told = histories(past, book, bare)
    over_at = max((bare.seconds(one.at) for one in past.events), default=0.0)
    windows = worked(past, book, bare, told, over_at, usual or {})
    parts = _parts(bare, past, windows)
    people = visitors(told, Times(bare, told, over_at, lambda turn: _turn_over(windows, turn)))
    was = _as_it_was(parts, past, told, people, windows, over_at)
    return PastDay(parts, people, was)


def _turn_over(windows: Mapping[int, WindowDay], turn: Turn) -> float:
    one = windows.get(turn.window_id)
    return one.turn_over_seconds(turn) if one else 0.0


def _parts(bare: Hall, past: Past, windows: Mapping[int, WindowDay]) -> tuple[Part, ...]:
    starts = [0.0, *cuts(windows.values())]
    return tuple(
        Part(until, replace(bare, windows=windows_at(bare, past, windows, since)))
        for since, until in zip(starts, [*starts[1:], inf], strict=True)
    )


def _as_it_was(
    parts: Sequence[Part],
    past: Past,
    told: Sequence[History],
    people: Sequence[Visitor],
    windows: Mapping[int, WindowDay],
    over_at: float,
) -> Day:
    steps = {row.id: row for row in past.steps}
    latest = {row.ticket_id: row for row in past.steps}
    called: dict[int, Call] = {}
    left: list[Left] = []
    visits = []
    turns_at: dict[int, list[Turn]] = {window_id: [] for window_id in windows}
    for visitor, history in zip(people, told, strict=True):
        turns = history.turns
        for turn in turns:
            turns_at[turn.window_id].append(turn)
            called[turn.call.id] = _call(visitor.id, steps[turn.call.step_id], turn, turn is turns[0])
        if _left_line(history):
            step = latest[history.ticket.id]
            queued_at = parts[0].hall.seconds(step.queued_at)
            left.append(_left(visitor.id, step, queued_at, history, over_at))
        visits.append(_visit(visitor, history))
    return Day(
        hall=settled([part.hall for part in parts]),
        policy=AS_IT_WAS,
        visits=tuple(visits),
        calls=tuple(called[call_id] for call_id in sorted(called)),
        left=tuple(left),
        windows={window_id: _worked(one, turns_at[window_id]) for window_id, one in windows.items()},
        ended_at=over_at,
    )


def settled(halls: Sequence[Hall]) -> Hall:
    """One hall for a day on which windows were switched: each window with what it served all day, so that
    nobody is said to have been overtaken at a window that might not have called them.
    """
    windows = {}
    for window in halls[0].windows.values():
        serves = frozenset.intersection(*(one.windows[window.id].calls for one in halls))
        windows[window.id] = window if serves == window.calls else replace(window, serves=serves)
    return replace(halls[0], windows=windows)


def _call(visitor_id: int, step: Row[Any], turn: Turn, first: bool) -> Call:
    row = turn.call
    return Call(
        visitor_id,
        row.step_id,
        turn.business_id,
        turn.visitor_class,
        turn.window_id,
        turn.called_at,
        turn.entered_at,
        round(turn.called_at - row.waited_seconds, 6),
        0 if turn.returns < step.returns else step.rank,
        row.waited_seconds,
        Rule(row.rule),
        row.tier,
        row.ratio,
        first,
        step.pinned_window_id is not None,
    )


def _left_line(history: History) -> bool:
    """Whether the last stay in line ended without a call."""
    if history.state is State.EXPIRED:
        return not history.turns or history.turns[-1].called_at < history.line_entered_at
    return history.state in (State.WAITING, State.CANCELLED)


def _left(visitor_id: int, step: Row[Any], queued_at: float, history: History, over_at: float) -> Left:
    return Left(
        visitor_id,
        step.id,
        history.legs[-1].business_id,
        history.visitor_class,
        history.line_entered_at,
        queued_at,
        step.rank,
        over_at if history.left_at is None else history.left_at,
        step.pinned_window_id is not None,
    )


_OUTCOMES = {
    State.FINISHED: Outcome.SERVED,
    State.MISSED: Outcome.MISSED,
    State.CANCELLED: Outcome.ABANDONED,
    State.WAITING: Outcome.EXPIRED,
    State.HELD: Outcome.EXPIRED,
    State.EXPIRED: Outcome.EXPIRED,
}


def _visit(visitor: Visitor, history: History) -> Visit:
    turns = history.turns
    outcome = _OUTCOMES.get(history.state, Outcome.HERE)
    if history.state is State.EXPIRED and turns and turns[-1].ended is State.MISSED:
        outcome = Outcome.MISSED
    return Visit(
        visitor,
        outcome,
        turns[0].called_at if turns else None,
        turns[0].window_id if turns else None,
        next((one.started_at for one in turns if one.started_at is not None), None),
        history.left_at if history.left_at is not None or not turns else turns[-1].ended_at,
    )


def _worked(one: WindowDay, turns: Sequence[Turn]) -> Worked:
    """As the engine counts it: busy from each call to the clerk's next deed, inside the staffed time."""
    busy = 0.0
    for turn in turns:
        ended_at = one.spans[-1][1] if turn.ended_at is None else turn.ended_at
        until = ended_at + one.turn_over_seconds(turn)
        busy += sum(max(0.0, min(until, ends) - max(turn.called_at, begins)) for begins, ends in one.spans)
    return Worked(sum(ends - begins for begins, ends in one.spans), busy)
