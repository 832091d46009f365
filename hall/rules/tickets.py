"""States of a ticket's step and the transitions between them: the only code that decides a state.

A ticket is a visit: one number, one or more steps, each a business at some window. A step moves like this
(handbook 4):

    planned ──open──▶ waiting ──call──▶ called ──start──▶ serving ──finish──▶ finished
                        ▲  │ │            │ ▲ │             │  │
                        │  │ └─transfer─┐ │ │ └─hold──┐     │  └─transfer─▶ transferred (a new step waits
                        elsewhere)
                     return│            │miss resume  ▼     │
                        │ cancel        │ ▼ └─────── held ◀─┘hold
                      missed            ▼
    waiting, missed and held steps expire when the hall's day is over. Actions call `transition` before they
    touch a row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hall.rules.errors import RecallsUsedUp, ReturnTooLate, ReturnUsedUp, TooSoonToMiss, WrongState


class State(StrEnum):
    """Where one step of a visit stands."""

    PLANNED = "planned"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    MISSED = "missed"
    FINISHED = "finished"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Verb(StrEnum):
    """What people and the calendar do to a step."""

    OPEN = "open"
    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    MISS = "miss"
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    CANCEL = "cancel"
    EXPIRE = "expire"
    RECLASSIFY = "reclassify"


class VisitorClass(StrEnum):
    """Classes of visitors (handbook 3)."""

    ORDINARY = "ordinary"
    ELDERLY = "elderly"
    PRIORITY = "priority"
    APPOINTMENT = "appointment"


AT_A_WINDOW = (State.CALLED, State.SERVING)
"""States in which a step occupies a window: at most one such step per window, kept by a unique index."""

CLOSED = (State.FINISHED, State.TRANSFERRED, State.CANCELLED, State.EXPIRED)
"""States that a step never leaves."""

TRANSITIONS: dict[tuple[Verb, State], State] = {
    (Verb.OPEN, State.PLANNED): State.WAITING,
    (Verb.CALL, State.WAITING): State.CALLED,
    (Verb.RECALL, State.CALLED): State.CALLED,
    (Verb.START, State.CALLED): State.SERVING,
    (Verb.FINISH, State.SERVING): State.FINISHED,
    (Verb.MISS, State.CALLED): State.MISSED,
    (Verb.RETURN, State.MISSED): State.WAITING,
    (Verb.HOLD, State.CALLED): State.HELD,
    (Verb.HOLD, State.SERVING): State.HELD,
    (Verb.RESUME, State.HELD): State.CALLED,
    (Verb.TRANSFER, State.WAITING): State.TRANSFERRED,
    (Verb.TRANSFER, State.CALLED): State.TRANSFERRED,
    (Verb.TRANSFER, State.SERVING): State.TRANSFERRED,
    (Verb.CANCEL, State.WAITING): State.CANCELLED,
    (Verb.CANCEL, State.PLANNED): State.CANCELLED,
    (Verb.EXPIRE, State.PLANNED): State.EXPIRED,
    (Verb.EXPIRE, State.WAITING): State.EXPIRED,
    (Verb.EXPIRE, State.MISSED): State.EXPIRED,
    (Verb.EXPIRE, State.HELD): State.EXPIRED,
    (Verb.RECLASSIFY, State.WAITING): State.WAITING,
}


def transition(verb: Verb, state: State, label: str) -> State:
    """The state after `verb`; raises WrongState, which names ticket `label`, when the table has no such
    arrow.
    """
    try:
        return TRANSITIONS[verb, state]
    except KeyError:
        raise WrongState(label=label, state=state.value, verb=verb.value) from None


def check_missed(now: datetime, latest_call_at: datetime, after_seconds: int) -> None:
    """A visitor gets `after_seconds` from the latest call to reach the window; sooner raises
    TooSoonToMiss. A call that is still to come was made before the clock was put back: nobody waits for that.
    """
    allowed_at = latest_call_at + timedelta(seconds=after_seconds)
    if latest_call_at <= now < allowed_at:
        raise TooSoonToMiss(seconds=max(1, round((allowed_at - now).total_seconds())))


def check_recall(recalls: int, limit: int) -> None:
    """Raises RecallsUsedUp when a called ticket was already repeated `limit` times."""
    if recalls >= limit:
        raise RecallsUsedUp(limit=limit)


@dataclass(frozen=True)
class Place:
    """A place in line: lines are ordered by (queued_at, rank, step id); rank 1 stands right behind an equal
    queued_at.
    """

    queued_at: datetime
    rank: int = 0


def check_return(now: datetime, latest_call_at: datetime, within_minutes: int | None) -> None:
    """Raises ReturnTooLate when a missed visitor comes back later than the hall allows after the latest
    call; None allows it until closing.
    """
    if within_minutes is not None and now > latest_call_at + timedelta(minutes=within_minutes):
        raise ReturnTooLate(minutes=within_minutes)


def place_after_return(
    policy: str, behind: int, returns: int, ahead: list[Place], now: datetime, times: int = 1
) -> Place:
    """Where a missed visitor who came back stands (handbook 4).

    `ahead` are the places of the same business's waiting steps in calling order, at least the first `behind`
    of them. The visitor re-enters behind the next `behind`, at most `times` times; once more, or under the
    policy `new_number`, raises ReturnUsedUp.
    """
    if policy == "new_number" or returns >= times:
        raise ReturnUsedUp()
    if behind == 0:
        return Place(ahead[0].queued_at - timedelta(microseconds=1)) if ahead else Place(now)
    if len(ahead) < behind:
        return Place(now)
    last = ahead[behind - 1]
    return Place(last.queued_at, last.rank + 1)


def place_for(
    visitor_class: VisitorClass, arrived_at: datetime, booked_at: datetime | None, early_minutes: int = 0
) -> Place:
    """Where a new visitor stands: arrival, but for an appointment the booked time, or `early_minutes` before
    it where the hall allows that, never earlier than arrival (handbook 3).
    """
    if visitor_class is VisitorClass.APPOINTMENT and booked_at is not None:
        return Place(max(arrived_at, booked_at - timedelta(minutes=early_minutes)))
    return Place(arrived_at)


def check_in_from(booked_at: datetime, check_in_minutes: int | None) -> datetime | None:
    """From when on a number may be taken for an appointment; None: at any time of its day."""
    return None if check_in_minutes is None else booked_at - timedelta(minutes=check_in_minutes)


def class_on_arrival(
    visitor_class: VisitorClass, arrived_at: datetime, booked_at: datetime | None, grace_seconds: int
) -> VisitorClass:
    """The class a new visitor has: whoever comes too late for an appointment is ordinary (handbook 3)."""
    if visitor_class is VisitorClass.APPOINTMENT and booked_at is not None:
        late = (arrived_at - booked_at).total_seconds() > grace_seconds
        return VisitorClass.ORDINARY if late else visitor_class
    return visitor_class
