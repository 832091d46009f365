"""Who is called next at this window, and why: the promise-share rule (handbook 5).

Plain values in, plain values out. The caller hands over only the head of each line (business × class), so
that a choice costs one comparison per line however many people wait; inside a line the head is always the
longest waiting, so nobody of one class is overtaken by another of the same class. Used by
hall/actions/call.py and, later, by the twin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from hall.rules.tickets import VisitorClass


class Rule(StrEnum):
    """The rule that decided a call; each has a sentence in the catalogue (`why.<value>`)."""

    PINNED = "pinned"
    ELDERLY_WINDOW = "elderly_window"
    GUARANTEE = "guarantee"
    PROMISE_SHARE = "promise_share"
    PREFERENCE = "preference"
    CHOSEN = "chosen"
    RESUMED = "resumed"


class Head(NamedTuple):
    """The first waiting step of one line, or a step pinned to this window or clerk. A tuple, because a call
    at a wide window makes dozens.
    """

    step_id: int
    ticket_id: int
    label: str
    business_id: int
    visitor_class: VisitorClass
    queued_at: datetime
    rank: int = 0
    pinned: bool = False


@dataclass(frozen=True)
class Guarantee:
    """When a ticket moves to tier 0. Elderly (and priority): a share of the promise; ordinary: seconds
    waited. `by_business` holds the businesses that have a guarantee of their own.
    """

    elderly_share: float = 0.8
    ordinary_seconds: float = 45 * 60
    by_business: Mapping[int, "Guarantee"] = field(default_factory=dict, hash=False)

    def of(self, business_id: int) -> "Guarantee":
        """The guarantee of one business."""
        return self.by_business.get(business_id, self)


ELDERLY_ONLY = frozenset({VisitorClass.ELDERLY})


@dataclass(frozen=True)
class Preference:
    """Whom a window calls first when the shares of the promise are close: those of `businesses` or of
    `classes`, if no more than `share` (0.1 is a tenth of the promise) behind the largest. Nobody whom the
    guarantee has reached waits for a preference.
    """

    businesses: frozenset[int] = frozenset()
    classes: frozenset[VisitorClass] = frozenset()
    share: float = 0.1

    def holds(self, head: Head) -> bool:
        """Whether this window prefers such a visitor."""
        return head.business_id in self.businesses or head.visitor_class in self.classes


@dataclass(frozen=True)
class Asker:
    """The window that asks: whether it is an elderly-priority window (which then calls `first_classes` before
    all others, or with `first_only` nobody else), the businesses that are its own, and what it prefers.
    """

    elderly_window: bool = False
    own_businesses: frozenset[int] = frozenset()
    preference: Preference | None = None
    first_classes: frozenset[VisitorClass] = ELDERLY_ONLY
    first_only: bool = False

    def comes_first(self, visitor_class: VisitorClass) -> bool:
        """Whether this window was set up for such visitors: an elderly window for the elderly."""
        return self.elderly_window and visitor_class in self.first_classes

    def serves(self, visitor_class: VisitorClass) -> bool:
        """False for others at a window that is kept for its own visitors."""
        return not (self.elderly_window and self.first_only) or self.comes_first(visitor_class)

    def may_call(self, head: Head) -> bool:
        """Whether this window serves such a visitor, or the visitor was sent here."""
        return head.pinned or self.serves(head.visitor_class)


class Overtaken(NamedTuple):
    """A head that had come earlier than the called one and was not called."""

    label: str
    business_id: int
    visitor_class: VisitorClass
    waited_seconds: float
    ratio: float


class Choice(NamedTuple):
    """The step to call and the whole reason: rule, guarantee tier, waited ÷ promise, and whom it overtook
    (longest first).
    """

    head: Head
    rule: Rule
    tier: int
    ratio: float
    waited_seconds: float
    overtook: tuple[Overtaken, ...]


Promises = Mapping[tuple[int, VisitorClass], float]
"""(business id, class) → seconds > 0 that a wait is measured by: the promised wait, or the reference time
that hall/rules/references.py makes of it.
"""


def waited_seconds(head: Head, now: datetime) -> float:
    """Seconds in line; an appointment that came early has not begun to wait and counts 0."""
    return max(0.0, (now - head.queued_at).total_seconds())


_SOON = (VisitorClass.ELDERLY, VisitorClass.PRIORITY)


def tier(head: Head, waited: float, promise: float, guarantee: Guarantee) -> int:
    """0 when the guarantee has been reached, else 1."""
    guarantee = guarantee.of(head.business_id)
    if head.visitor_class in _SOON:
        return 0 if waited >= guarantee.elderly_share * promise else 1
    return 0 if waited >= guarantee.ordinary_seconds else 1


def choose(
    heads: Iterable[Head], asker: Asker, promises: Promises, guarantee: Guarantee, now: datetime
) -> Choice | None:
    """The promise-share rule: the smallest (pinned first, elderly first at an elderly window, tier, −ratio,
    own first, place); a window's preference decides among those whose shares are close to the largest.

    Returns None when no head is given that this window may call. Among equals the place in line decides, so
    the result never depends on the heads' order.
    """
    if asker.first_only:
        heads = filter(asker.may_call, heads)
    measured = [_measure(head, promises, guarantee, now) for head in heads]
    if len(measured) < 2:
        return _explain(measured[0], measured, asker) if measured else None

    def key(entry: _Measured) -> tuple[object, ...]:
        head, _, ratio, _its_tier = entry
        not_own = bool(asker.own_businesses) and head.business_id not in asker.own_businesses
        return (*_standing(entry, asker), -ratio, not_own, *_place(head))

    best = min(measured, key=key)
    preferred = _preferred(best, measured, asker)
    if preferred:
        return _explain(min(preferred, key=key), measured, asker, Rule.PREFERENCE)
    return _explain(best, measured, asker)


_Measured = tuple[Head, float, float, int]
"""A head with the seconds it has waited, its share of the promise and its tier."""


def _measure(head: Head, promises: Promises, guarantee: Guarantee, now: datetime) -> _Measured:
    waited = waited_seconds(head, now)
    promise = promises[head.business_id, head.visitor_class]
    return head, waited, waited / promise, tier(head, waited, promise, guarantee)


def _standing(entry: _Measured, asker: Asker) -> tuple[bool, bool, int]:
    """What goes before any share: sent to this window, first at an elderly window, the guarantee."""
    head, _, _, its_tier = entry
    return not head.pinned, asker.elderly_window and not asker.comes_first(head.visitor_class), its_tier


def _preferred(best: _Measured, measured: Sequence[_Measured], asker: Asker) -> list[_Measured]:
    """Those the window prefers to the one with the largest share, because they are close behind it; none when
    that one is preferred itself, was sent here or has reached the guarantee.
    """
    wish, (head, _, largest, its_tier) = asker.preference, best
    if wish is None or head.pinned or its_tier == 0 or wish.holds(head):
        return []
    return [
        one
        for one in measured
        if wish.holds(one[0])
        and one[2] >= largest - wish.share
        and _standing(one, asker) == _standing(best, asker)
    ]


def choice_of(head: Head, rule: Rule, promises: Promises, guarantee: Guarantee, now: datetime) -> Choice:
    """A choice that a person made (a chosen or resumed ticket), measured like any other; it overtakes nobody
    by rule.
    """
    waited = waited_seconds(head, now)
    promise = promises[head.business_id, head.visitor_class]
    return Choice(head, rule, tier(head, waited, promise, guarantee), waited / promise, waited, ())


def _explain(
    best: _Measured, measured: Sequence[_Measured], asker: Asker, decided: Rule | None = None
) -> Choice:
    head, waited, ratio, its_tier = best
    overtook: tuple[Overtaken, ...] = ()
    if len(measured) > 1:
        place = _place(head)
        earlier = sorted((their_place, one) for one in measured if (their_place := _place(one[0])) < place)
        overtook = tuple(
            Overtaken(other.label, other.business_id, other.visitor_class, other_waited, other_ratio)
            for _, (other, other_waited, other_ratio, _) in earlier
        )
    if decided is not None:
        rule = decided
    elif head.pinned:
        rule = Rule.PINNED
    elif asker.comes_first(head.visitor_class):
        rule = Rule.ELDERLY_WINDOW
    elif its_tier == 0:
        rule = Rule.GUARANTEE
    else:
        rule = Rule.PROMISE_SHARE
    return Choice(head, rule, its_tier, ratio, waited, overtook)


def _place(head: Head) -> tuple[datetime, int, int]:
    """Where a head stands among all who wait."""
    return head.queued_at, head.rank, head.step_id


class ReadyWindow(NamedTuple):
    """An open window whose clerk asked for the next visitor while nobody waited."""

    window_id: int
    ready_since: datetime
    businesses: int
    """How many businesses it may call now: fewer is less flexible."""
    elderly_window: bool = False
    first_classes: frozenset[VisitorClass] = ELDERLY_ONLY


def choose_window(visitor_class: VisitorClass, ready: Iterable[ReadyWindow]) -> ReadyWindow | None:
    """Which ready window takes an arriving visitor: the least flexible, then the longest idle (handbook 5).

    For the elderly (and whoever else it is set up for) an elderly-priority window comes first; for everyone
    else it comes last.
    """
    return min(
        ready,
        key=lambda one: (_fit(visitor_class, one), one.businesses, one.ready_since, one.window_id),
        default=None,
    )


def _fit(visitor_class: VisitorClass, window: ReadyWindow) -> int:
    """0 at an elderly window for those it is set up for, 1 at any other window, 2 at an elderly window for
    the others.
    """
    if not window.elderly_window:
        return 1
    return 0 if visitor_class in window.first_classes else 2
