"""Who is called next at this window, and why: the promise-share rule (handbook 5).

Plain values in, plain values out. The caller hands over only the head of each line (business × class), so
that a choice costs one comparison per line however many people wait; inside a line the head is always the
longest waiting, so nobody of one class is overtaken by another of the same class. Used by
hall/actions/call.py and, later, by the twin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hall.rules.tickets import VisitorClass


class Rule(StrEnum):
    """The rule that decided a call; each has a sentence in the catalogue (`why.<value>`)."""

    PINNED = "pinned"
    ELDERLY_WINDOW = "elderly_window"
    GUARANTEE = "guarantee"
    PROMISE_SHARE = "promise_share"
    CHOSEN = "chosen"
    RESUMED = "resumed"


@dataclass(frozen=True)
class Head:
    """The first waiting step of one line, or a step pinned to this window or clerk."""

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
    waited.
    """

    elderly_share: float = 0.8
    ordinary_seconds: float = 45 * 60


@dataclass(frozen=True)
class Asker:
    """The window that asks: its kind and the businesses that are its own."""

    elderly_window: bool = False
    own_businesses: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Overtaken:
    """A head that had come earlier than the called one and was not called."""

    label: str
    business_id: int
    visitor_class: VisitorClass
    waited_seconds: float
    ratio: float


@dataclass(frozen=True)
class Choice:
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
"""(business id, class) → promised wait in seconds, > 0."""


def waited_seconds(head: Head, now: datetime) -> float:
    """Seconds in line; an appointment that came early has not begun to wait and counts 0."""
    return max(0.0, (now - head.queued_at).total_seconds())


def tier(head: Head, waited: float, promise: float, guarantee: Guarantee) -> int:
    """0 when the guarantee has been reached, else 1."""
    if head.visitor_class in (VisitorClass.ELDERLY, VisitorClass.PRIORITY):
        return 0 if waited >= guarantee.elderly_share * promise else 1
    return 0 if waited >= guarantee.ordinary_seconds else 1


def choose(
    heads: Iterable[Head], asker: Asker, promises: Promises, guarantee: Guarantee, now: datetime
) -> Choice | None:
    """The promise-share rule: the smallest (pinned first, elderly first at an elderly window, tier, −ratio,
    own first, place).

    Returns None when no head is given. Among equals the place in line decides, so the result never depends on
    the heads' order.
    """
    candidates = list(heads)
    if not candidates:
        return None
    measured = []
    for head in candidates:
        waited = waited_seconds(head, now)
        promise = promises[head.business_id, head.visitor_class]
        measured.append((head, waited, waited / promise, tier(head, waited, promise, guarantee)))

    def key(entry: tuple[Head, float, float, int]) -> tuple[object, ...]:
        head, _, ratio, its_tier = entry
        elderly_first = asker.elderly_window and head.visitor_class is not VisitorClass.ELDERLY
        not_own = bool(asker.own_businesses) and head.business_id not in asker.own_businesses
        return (
            not head.pinned,
            elderly_first,
            its_tier,
            -ratio,
            not_own,
            *_place(head),
        )

    best = min(measured, key=key)
    return _explain(best, measured, asker)


def choice_of(head: Head, rule: Rule, promises: Promises, guarantee: Guarantee, now: datetime) -> Choice:
    """A choice that a person made (a chosen or resumed ticket), measured like any other; it overtakes nobody
    by rule.
    """
    waited = waited_seconds(head, now)
    promise = promises[head.business_id, head.visitor_class]
    return Choice(head, rule, tier(head, waited, promise, guarantee), waited / promise, waited, ())


def _explain(
    best: tuple[Head, float, float, int], measured: Sequence[tuple[Head, float, float, int]], asker: Asker
) -> Choice:
    head, waited, ratio, its_tier = best
    overtook = [
        Overtaken(other.label, other.business_id, other.visitor_class, other_waited, other_ratio)
        for other, other_waited, other_ratio, _ in sorted(measured, key=lambda entry: _place(entry[0]))
        if _place(other) < _place(head)
    ]
    if head.pinned:
        rule = Rule.PINNED
    elif asker.elderly_window and head.visitor_class is VisitorClass.ELDERLY:
        rule = Rule.ELDERLY_WINDOW
    elif its_tier == 0:
        rule = Rule.GUARANTEE
    else:
        rule = Rule.PROMISE_SHARE
    return Choice(head, rule, its_tier, ratio, waited, tuple(overtook))


def _place(head: Head) -> tuple[datetime, int, int]:
    """Where a head stands among all who wait."""
    return head.queued_at, head.rank, head.step_id


@dataclass(frozen=True)
class ReadyWindow:
    """An open window whose clerk asked for the next visitor while nobody waited."""

    window_id: int
    ready_since: datetime
    businesses: int
    """How many businesses it may call now: fewer is less flexible."""
    elderly_window: bool = False


def choose_window(visitor_class: VisitorClass, ready: Iterable[ReadyWindow]) -> ReadyWindow | None:
    """Which ready window takes an arriving visitor: the least flexible, then the longest idle (handbook 5).

    For the elderly an elderly-priority window comes first; for everyone else it comes last.
    """
    elderly = visitor_class is VisitorClass.ELDERLY
    return min(
        ready,
        key=lambda one: (one.elderly_window != elderly, one.businesses, one.ready_since, one.window_id),
        default=None,
    )
