"""Blocks of numbers that a kiosk may give out by itself while the server is away, and the calls that clerks
made on paper meanwhile: what may be used now, when more is due, which steps a paper's words take a ticket
through.

hall/actions/leases.py and paper.py ask on the server, kiosk/alone on the kiosk's own PC. A number
of a lease belongs to its kiosk for good: whatever becomes of the lease, nobody else ever gives it out.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hall.rules.tickets import State, Verb, transition


class End(StrEnum):
    """Why a lease is closed."""

    USED_UP = "used_up"
    EXPIRED = "expired"
    DAY_OVER = "day_over"
    LOST = "lost"
    """The kiosk came back with another store: what it had is gone."""
    REVOKED = "revoked"
    """The device got a new token, or no longer belongs to the hall."""
    RESTORED = "restored"
    """The hall came back from a copy, which may know less of the lease than its kiosk does."""


@dataclass(frozen=True)
class Lease:
    """Numbers `first` to `last` of a prefix on one business day; `next` is the first that was not given
    out.
    """

    business_day: date
    prefix: str
    first: int
    last: int
    next: int
    expires_at: datetime

    @property
    def left(self) -> int:
        return max(0, self.last - self.next + 1)


def end_of(lease: Lease, day: date, now: datetime) -> End | None:
    """Why a lease may not be used at this moment; None while it may."""
    if lease.left == 0:
        return End.USED_UP
    if lease.business_day != day:
        return End.DAY_OVER
    return End.EXPIRED if now >= lease.expires_at else None


def top_up(left: int, size: int) -> int:
    """How many numbers to add to `left` of them: nothing while at least half of `size` are there."""
    return size - left if 2 * left < size else 0


PATHS: dict[State, tuple[Verb, ...]] = {
    State.CALLED: (Verb.CALL,),
    State.SERVING: (Verb.CALL, Verb.START),
    State.FINISHED: (Verb.CALL, Verb.START, Verb.FINISH),
    State.MISSED: (Verb.CALL, Verb.MISS),
}
"""What a clerk did on paper with somebody who had been waiting, by how it ended."""

_ALREADY: dict[State, frozenset[Verb]] = {
    State.CALLED: frozenset({Verb.CALL}),
    State.SERVING: frozenset({Verb.CALL, Verb.START}),
}


def still_to_do(state: State, outcome: State, label: str) -> tuple[Verb, ...]:
    """The verbs that take a step from the state it is in to what the paper says; none where it is there.

    Raises WrongState when the paper and the hall contradict each other.
    """
    if state is outcome:
        return ()
    verbs = tuple(verb for verb in PATHS[outcome] if verb not in _ALREADY.get(state, ()))
    if state is State.HELD:
        verbs = (Verb.RESUME, *verbs[1:])
    now = state
    for verb in verbs or (Verb.CALL,):
        now = transition(verb, now, label)
    return verbs


def in_order(now: datetime, *moments: datetime | None) -> list[datetime]:
    """The moments of one visit as they can have been: none before the one before it, none after `now`. One
    that is missing is that of its predecessor; the first is always given.
    """
    ordered: list[datetime] = []
    for moment in moments:
        earliest = ordered[-1] if ordered else moment or now
        ordered.append(min(now, max(earliest, moment or earliest)))
    return ordered
