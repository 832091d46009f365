"""Why one number was called before another: the rule's own comparison, read back from what the call stored.

Pure. A call stores the heads of lines that had come earlier and were passed over (`overtook`), and of each
line only the head was compared. So for a number that was not the head of its line the truth has two parts:
the called number beat the head, and the head stands before the other one. And a line without a head among the
passed over, though the other number had come earlier, could not be called there. Used by
hall/screens/before.py; hall/screens/why_before.py makes the sentence.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hall.rules.dispatcher import ELDERLY_ONLY, Overtaken, Rule
from hall.rules.tickets import State, VisitorClass

CLOSE = 1e-4
"""Shares are stored with four digits; closer ones count as equal."""


class Ground(StrEnum):
    """Why the called number went first; each has a sentence in the catalogue (`before.<value>`)."""

    NOT_TAKEN = "not_taken"
    AWAY = "away"
    ITSELF_CALLED = "itself_called"
    RESUMED = "resumed"
    CHOSEN = "chosen"
    PINNED = "pinned"
    SENT_ELSEWHERE = "sent_elsewhere"
    NOT_DUE = "not_due"
    FIRST_IN_LINE = "first_in_line"
    BEHIND_AFTER_RETURN = "behind_after_return"
    NOT_SERVED = "not_served"
    NOT_CERTIFIED = "not_certified"
    KEPT = "kept"
    NOT_CALLABLE = "not_callable"
    ELDERLY_WINDOW = "elderly_window"
    NOT_YET_FIRST = "not_yet_first"
    GUARANTEE = "guarantee"
    PREFERENCE = "preference"
    SHARE = "share"
    OWN = "own"
    EARLIER = "earlier"
    AS_STORED = "as_stored"


@dataclass(frozen=True)
class Call:
    """A call as it was stored. `queued_at`, `rank` and `step_id` are the called number's place in line."""

    label: str
    business_id: int
    visitor_class: VisitorClass
    queued_at: datetime
    rank: int
    step_id: int
    called_at: datetime
    rule: Rule
    tier: int
    ratio: float
    waited_seconds: float
    overtook: tuple[Overtaken, ...]


@dataclass(frozen=True)
class Stand:
    """How the other number stood at the moment of that call.

    `state` None: it was not taken yet. `reference_seconds`: what its wait is measured by; None: its business
    is no longer configured. `pinned_elsewhere`: only another window might call it. `returned`: it had been
    missed and came back.
    """

    label: str
    state: State | None
    business_id: int
    visitor_class: VisitorClass
    queued_at: datetime
    rank: int
    step_id: int
    reference_seconds: float | None = None
    pinned_elsewhere: bool = False
    returned: bool = False


@dataclass(frozen=True)
class Where:
    """The window of the call, as it is configured now: whether it serves the other number's business, whether
    the clerk of that call is certified for it, whom an elderly-priority window calls first, from which share
    of their promise on (0 at other windows), and whether it is kept for them.
    """

    serves: bool = True
    certified: bool = True
    own_businesses: frozenset[int] = frozenset()
    first_classes: frozenset[VisitorClass] = ELDERLY_ONLY
    kept: bool = False
    first_from: float = 0.0


@dataclass(frozen=True)
class Answer:
    """The reason, and the number that was compared: the head of the other one's line, or itself."""

    reason: Ground
    compared: Overtaken | None = None


_CALLED_FIRST = (State.CALLED, State.SERVING, State.HELD, State.FINISHED)


def why_before(call: Call, other: Stand, where: Where) -> Answer:
    """Why this call was not for the `other` number; what decided first is told."""
    if other.state is None:
        return Answer(Ground.NOT_TAKEN)
    if other.state is not State.WAITING:
        return Answer(Ground.ITSELF_CALLED if other.state in _CALLED_FIRST else Ground.AWAY)
    by_person = {
        Rule.RESUMED: Ground.RESUMED,
        Rule.CHOSEN: Ground.CHOSEN,
        Rule.PAPER: Ground.CHOSEN,
        Rule.PINNED: Ground.PINNED,
    }.get(call.rule)
    if by_person is not None:
        return Answer(by_person)
    if other.pinned_elsewhere:
        return Answer(Ground.SENT_ELSEWHERE)
    if other.queued_at > call.called_at:
        return Answer(Ground.NOT_DUE)
    return _by_rule(call, other, where)


def _by_rule(call: Call, other: Stand, where: Where) -> Answer:
    mine = Overtaken(
        other.label,
        other.business_id,
        other.visitor_class,
        waited := (call.called_at - other.queued_at).total_seconds(),
        waited / other.reference_seconds if other.reference_seconds else 0.0,
    )
    came_earlier = (call.queued_at, call.rank, call.step_id) < (other.queued_at, other.rank, other.step_id)
    line = (other.business_id, other.visitor_class)
    if (call.business_id, call.visitor_class) == line and came_earlier:
        return Answer(Ground.BEHIND_AFTER_RETURN if other.returned else Ground.FIRST_IN_LINE, mine)
    head = next((one for one in call.overtook if (one.business_id, one.visitor_class) == line), None)
    if head is not None:
        return Answer(_compare(call, head, where), head)
    barred = _barred(other, where)
    if barred is not None:
        return Answer(barred)
    if not came_earlier:
        # Its head had come earlier too, yet was not passed over: so the line could not be called there.
        same = call.business_id == other.business_id
        return Answer(Ground.AS_STORED if same else Ground.NOT_CALLABLE)
    if other.reference_seconds is None:
        return Answer(Ground.AS_STORED)
    reason = _compare(call, mine, where)
    if reason is Ground.SHARE:
        return Answer(Ground.EARLIER, mine)
    return Answer(Ground.NOT_CALLABLE if reason is Ground.AS_STORED else reason, mine)


def _compare(call: Call, head: Overtaken, where: Where) -> Ground:
    """What decided between the called number and a head that the window might have called as well."""
    if call.rule is Rule.ELDERLY_WINDOW and head.visitor_class not in where.first_classes:
        return Ground.ELDERLY_WINDOW
    first = where.first_classes
    if where.first_from and call.tier and head.visitor_class in first and call.visitor_class not in first:
        return Ground.NOT_YET_FIRST
    if call.ratio >= head.ratio - CLOSE:
        own, tie = where.own_businesses, abs(call.ratio - head.ratio) <= CLOSE
        return Ground.OWN if tie and call.business_id in own and head.business_id not in own else Ground.SHARE
    if call.tier == 0:
        return Ground.GUARANTEE
    return Ground.PREFERENCE if call.rule is Rule.PREFERENCE else Ground.AS_STORED


def _barred(other: Stand, where: Where) -> Ground | None:
    """Why the window may not call such a number at all, as far as its configuration tells."""
    if not where.serves:
        return Ground.NOT_SERVED
    if not where.certified:
        return Ground.NOT_CERTIFIED
    return Ground.KEPT if where.kept and other.visitor_class not in where.first_classes else None
