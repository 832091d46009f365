"""The visitors of a past day as the twin knows visitors, made of what happened to each ticket. For
hall/twin/replay_day.py.

A service lasts as long as it did, whoever serves: the time at the window from the call on, the walk there
included. What a visitor who was never called would have needed is not known: the mean of their business that
day, or else what is configured. Left out, because the twin's visitors cannot do it: a second hold, a second
no-show, and having been of another class than at the end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from statistics import fmean, median

from hall.rules.tickets import State, VisitorClass
from hall.twin.known import Known
from hall.twin.model import Hall, Hop, Visitor
from hall.twin.replay_history import History, Leg, Turn

AT_LEAST = 3
"""So many services of a business make a mean."""
WALK_SECONDS = 25.0
"""From the call to the window where nobody was seen walking (handbook 12)."""
JUST_AFTER = 0.001

TurnOver = Callable[[Turn], float]


class Times:
    """How long things took on the day, for those of whom it is not known."""

    def __init__(self, hall: Hall, told: Sequence[History], over_at: float, turn_over: TurnOver) -> None:
        self.seconds, self.over_at, self._turn_over = hall.seconds, over_at, turn_over
        turns = [turn for history in told for turn in history.turns]
        walks = [one.started_at - one.called_at for one in turns if one.started_at is not None]
        walk = median(walks) if walks else WALK_SECONDS
        gaps = [turn_over(one) for one in turns if one.ended is State.FINISHED]
        self.usual_turn_over = median(gaps) if gaps else 0.0
        lasted: dict[int, list[float]] = {}
        for history in told:
            for leg in history.legs:
                if leg.turns and leg.turns[-1].ended is State.FINISHED:
                    lasted.setdefault(leg.business_id, []).append(self.at_window(leg))
        self._usual: Mapping[int, float] = {
            one.id: fmean(lasted[one.id])
            if len(lasted.get(one.id, ())) >= AT_LEAST
            else one.service_seconds + walk
            for one in hall.businesses.values()
        }

    def of_turn(self, turn: Turn) -> float:
        """From the call to the end; until the last thing that day where the clerk never ended it."""
        return (self.over_at if turn.ended_at is None else turn.ended_at) - turn.called_at

    def at_window(self, leg: Leg) -> float:
        """The whole service of a step, parts before and after holds together; what is usual where there was
        none.
        """
        served = [turn for turn in leg.turns if turn.ended is not State.MISSED]
        return sum(map(self.of_turn, served)) if served else self._usual[leg.business_id]

    def after(self, leg: Leg) -> float:
        """The turn-over after a step."""
        return self._turn_over(leg.turns[-1]) if leg.turns else self.usual_turn_over

    def after_turn(self, turn: Turn | None) -> float:
        return 0.0 if turn is None else self._turn_over(turn)


def visitors(told: Iterable[History], times: Times) -> tuple[Visitor, ...]:
    """In order of arrival, with ids from 1 and the tickets' labels."""
    return tuple(_visitor(number, history, times) for number, history in enumerate(told, 1))


def _visitor(number: int, history: History, times: Times) -> Visitor:
    legs = _walked(history)
    first = legs[0]
    missed = first.turns[0] if first.turns and first.turns[0].ended is State.MISSED else None
    held = None if missed else _held(first)
    booked = history.ticket.booked_at if history.visitor_class is VisitorClass.APPOINTMENT else None
    return Visitor(
        id=number,
        at_seconds=history.arrived_at,
        business_id=first.business_id,
        visitor_class=history.visitor_class,
        service_seconds=times.at_window(first),
        booked_at_seconds=None if booked is None else times.seconds(booked),
        shows_up=missed is None,
        returns_after_seconds=_back_after(history, missed),
        patience_seconds=_patience(history),
        hops=tuple(
            Hop(leg.business_id, times.at_window(leg), leg.window_id, leg.planned, leg.place)
            for leg in legs[1:]
        ),
        hold_at_seconds=times.of_turn(held) if held else None,
        hold_seconds=_aside_for(first, held, times) if held else 0.0,
        label=history.ticket.label,
        known=Known(
            turn_over_seconds=tuple(times.after(leg) for leg in legs),
            after_hold_seconds=times.after_turn(held),
            no_show_seconds=times.of_turn(missed) if missed else 0.0,
            after_no_show_seconds=times.after_turn(missed),
        ),
    )


def _walked(history: History) -> list[Leg]:
    """The steps that count: who was sent on while waiting had come for the next one, and who gave the number
    back while waiting for a later one had been there for the earlier ones.
    """
    legs = [leg for leg in history.legs[:-1] if leg.turns]
    last = history.legs[-1]
    return legs if legs and not last.turns and history.left_at is not None else [*legs, last]


def _held(leg: Leg) -> Turn | None:
    return next((turn for turn in leg.turns if turn.ended is State.HELD), None)


def _aside_for(leg: Leg, held: Turn, times: Times) -> float:
    """From the hold until called back; who never was is not back before everybody has gone home."""
    back = (turn.called_at for turn in leg.turns if turn.called_at > held.called_at)
    return next(back, times.over_at + JUST_AFTER) - (held.ended_at or 0.0)


def _back_after(history: History, missed: Turn | None) -> float | None:
    """Seconds from being missed to coming back; None where they never came, or left again uncalled."""
    if missed is None or missed.ended_at is None or not history.returned_at:
        return None
    gave_up = history.left_at is not None and len(history.turns) == 1
    return None if gave_up else history.returned_at[0] - missed.ended_at


def _patience(history: History) -> float:
    """How long somebody waited who gave the number back without ever being called."""
    return inf if history.left_at is None or history.turns else history.left_at - history.arrived_at
