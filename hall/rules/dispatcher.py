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
from operator import itemgetter
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
    PAPER = "paper"
    """The clerk called the number while the server was away, and entered that afterwards."""


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


SOON = frozenset({VisitorClass.ELDERLY, VisitorClass.PRIORITY})
"""Who is promised less than others, and guaranteed by a share of it."""


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

    def reached_after(self, visitor_class: VisitorClass, promise: float) -> float:
        """How many seconds of waiting move somebody with such a promise to tier 0."""
        return self.elderly_share * promise if visitor_class in SOON else self.ordinary_seconds


ELDERLY_ONLY = frozenset({VisitorClass.ELDERLY})
_ORDINARY = VisitorClass.ORDINARY


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

    When those who are promised less (`SOON`) are in tier 0 here: from `soon_share` of their promise on, where
    that is sooner than the guarantee's own share. With `soon_as_ordinary` (of no meaning at an elderly-
    priority window) their wait is measured as an ordinary one of their business until then. `first_from` > 0:
    the `first_classes` do not come before all others at once, but are in tier 0 from that share on.
    """

    elderly_window: bool = False
    own_businesses: frozenset[int] = frozenset()
    preference: Preference | None = None
    first_classes: frozenset[VisitorClass] = ELDERLY_ONLY
    first_only: bool = False
    first_from: float = 0.0
    soon_share: float = 1.0
    soon_as_ordinary: bool = False

    def comes_first(self, visitor_class: VisitorClass) -> bool:
        """Whether this window was set up for such visitors: an elderly window for the elderly."""
        return self.elderly_window and visitor_class in self.first_classes

    def serves(self, visitor_class: VisitorClass) -> bool:
        """False for others at a window that is kept for its own visitors."""
        return not (self.elderly_window and self.first_only) or self.comes_first(visitor_class)

    def may_call(self, head: Head) -> bool:
        """Whether this window serves such a visitor, or the visitor was sent here."""
        return head.pinned or self.serves(head.visitor_class)

    def measures_by(self, business_id: int, visitor_class: VisitorClass, promises: "Promises") -> float:
        """The seconds that a wait is measured by here: `promises`, but for those who are promised less and
        count as ordinary.
        """
        promise = promises[business_id, visitor_class]
        if self.soon_as_ordinary and not self.elderly_window and visitor_class in SOON:
            return max(promise, promises[business_id, VisitorClass.ORDINARY])
        return promise

    def reached_after(self, guarantee: Guarantee, visitor_class: VisitorClass, promise: float) -> float:
        """How many seconds of waiting move somebody with such a promise to tier 0 here."""
        reached = guarantee.reached_after(visitor_class, promise)
        if visitor_class not in SOON:
            return reached
        soon = self.first_from if visitor_class in self.first_soon else self.soon_share
        return min(reached, soon * promise)

    @property
    def first_soon(self) -> frozenset[VisitorClass]:
        """Whom an elderly-priority window calls first from `first_from` on."""
        return self.first_classes if self.elderly_window and self.first_from else frozenset()

    @property
    def first_at_once(self) -> bool:
        """Whether this is an elderly-priority window that calls its own before all others at once."""
        return self.elderly_window and not self.first_from


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


_Measured = tuple[bool, bool, int, float, bool, datetime, int, int, float, Head]
"""A head as the rule compares it, the smallest first: not sent here, not first at an elderly window, its
tier, minus its share, not the window's own, its place (three); then the seconds it has waited, and itself.
Step ids differ, so no comparison gets as far as those.
"""


def choose(
    heads: Iterable[Head], asker: Asker, promises: Promises, guarantee: Guarantee, now: datetime
) -> Choice | None:
    """The promise-share rule: the smallest (pinned first, elderly first at an elderly window, tier, −ratio,
    own first, place); a window's preference decides among those whose shares are close to the largest.

    Returns None when no head is given that this window may call. Among equals the place in line decides, so
    the result never depends on the heads' order.
    """
    measured = _measure(heads, asker, promises, guarantee, now)
    choice = _decide(measured, asker)
    if choice is None or len(measured) == 1:
        return choice
    place = (choice.head.queued_at, choice.head.rank, choice.head.step_id)
    earlier = sorted((one for one in measured if one[5:8] < place), key=itemgetter(5, 6, 7))
    return choice._replace(overtook=tuple(_overtaken(one) for one in earlier))


def decide(
    heads: Iterable[Head], asker: Asker, promises: Promises, guarantee: Guarantee, now: datetime
) -> Choice | None:
    """What `choose` chooses, for those who need not be told whom it overtook: `overtook` is empty."""
    return _decide(_measure(heads, asker, promises, guarantee, now), asker)


def choice_of(head: Head, rule: Rule, promises: Promises, guarantee: Guarantee, now: datetime) -> Choice:
    """A choice that a person made (a chosen or resumed ticket), measured like any other; it overtakes nobody
    by rule.
    """
    (measured,) = _measure([head], Asker(), promises, guarantee, now)
    return _choice(measured, rule)


def _measure(
    heads: Iterable[Head], asker: Asker, promises: Promises, guarantee: Guarantee, now: datetime
) -> list[_Measured]:
    """Every head this window may call. An appointment that came early has not begun to wait and counts 0; the
    tier is 0 when the guarantee has been reached.
    """
    if asker.first_only:
        heads = filter(asker.may_call, heads)
    first_at_once, first_classes = asker.first_at_once, asker.first_classes
    own, others, its = asker.own_businesses, guarantee.by_business, guarantee
    first_soon, first_from, soon_share = asker.first_soon, asker.first_from, asker.soon_share
    as_ordinary = asker.soon_as_ordinary and not asker.elderly_window
    found = []
    for head in heads:
        step_id, _, _, business_id, visitor_class, queued_at, rank, pinned = head
        waited = (now - queued_at).total_seconds()
        if waited < 0:
            waited = 0.0
        measure = promise = promises[business_id, visitor_class]
        if others:
            its = others.get(business_id, guarantee)
        if visitor_class in SOON:  # as `measures_by` and `reached_after` say, without two more calls
            soon = first_from if visitor_class in first_soon else soon_share
            reached = (soon if soon < its.elderly_share else its.elderly_share) * promise
            if as_ordinary:
                measure = max(promise, promises[business_id, _ORDINARY])
        else:
            reached = its.ordinary_seconds
        found.append(
            (
                not pinned,
                first_at_once and visitor_class not in first_classes,
                0 if waited >= reached else 1,
                -waited / measure,
                bool(own) and business_id not in own,
                queued_at,
                rank,
                step_id,
                waited,
                head,
            )
        )
    return found


def _decide(measured: Sequence[_Measured], asker: Asker) -> Choice | None:
    if not measured:
        return None
    best = measured[0] if len(measured) == 1 else min(measured)
    if asker.preference is not None and (preferred := _preferred(best, measured, asker.preference)):
        return _choice(min(preferred), Rule.PREFERENCE)
    if not best[0]:
        return _choice(best, Rule.PINNED)
    if asker.comes_first(best[9].visitor_class) and (best[2] == 0 or asker.first_at_once):
        return _choice(best, Rule.ELDERLY_WINDOW)
    return _choice(best, Rule.PROMISE_SHARE if best[2] else Rule.GUARANTEE)


def _preferred(best: _Measured, measured: Sequence[_Measured], wish: Preference) -> list[_Measured]:
    """Those the window prefers to the one with the largest share, because they are close behind it; none when
    that one is preferred itself, was sent here or has reached the guarantee.
    """
    if best[9].pinned or best[2] == 0 or wish.holds(best[9]):
        return []
    standing, least = best[:3], -best[3] - wish.share
    return [one for one in measured if wish.holds(one[9]) and -one[3] >= least and one[:3] == standing]


def _choice(measured: _Measured, rule: Rule) -> Choice:
    # Made as a tuple, which is three times as quick as by name.
    return tuple.__new__(Choice, (measured[9], rule, measured[2], -measured[3], measured[8], ()))


def _overtaken(measured: _Measured) -> Overtaken:
    head = measured[9]
    return Overtaken(head.label, head.business_id, head.visitor_class, measured[8], -measured[3])


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
    best: ReadyWindow | None = None
    least: tuple[int, int, datetime, int] | None = None
    for one in ready:
        window_id, ready_since, businesses, elderly_window, first_classes = one
        fit = (0 if visitor_class in first_classes else 2) if elderly_window else 1
        standing = (fit, businesses, ready_since, window_id)
        if least is None or standing < least:
            best, least = one, standing
    return best
