"""The ways to run a hall that the twin compares: the hall's own rule, what it is set against, and bounds.

A policy is three decisions: who is called (with the signature of `dispatcher.decide`, over the heads of the
lines), which ready window an arrival goes to, and, for policies that are about who may serve whom, what the
hall's windows serve at all. Each keeps first come, first served inside one business and class, which is what
makes the heads enough.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from hall.config_model import ElderlyClaim
from hall.rules import dispatcher
from hall.rules.dispatcher import Asker, Choice, Guarantee, Head, Promises, ReadyWindow, Rule
from hall.rules.tickets import VisitorClass
from hall.twin.model import Hall, Visitor

Choose = Callable[[Iterable[Head], Asker, Promises, Guarantee, datetime], Choice | None]
ChooseWindow = Callable[[VisitorClass, Iterable[ReadyWindow]], ReadyWindow | None]
Elsewhere = Literal["ordinary", "promised"]
Reshape = Callable[[Hall, Sequence[Visitor]], Hall]


def as_it_is(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
    """The windows serve what they are configured to."""
    return hall


@dataclass(frozen=True)
class Policy:
    """A name and three decisions. `by_place`: inside a class only the place decides who is called, and the
    lines need not look at shares of promises.
    """

    name: str
    choose: Choose = dispatcher.decide
    choose_window: ChooseWindow = dispatcher.choose_window
    reshape: Reshape = as_it_is
    by_place: bool = False


def first_come(
    heads: Iterable[Head], asker: Asker, promises: Promises, guarantee: Guarantee, now: datetime
) -> Choice | None:
    """The smallest place; who is pinned to the window goes first."""
    best = min(heads, key=lambda one: (not one.pinned, *_place(one)), default=None)
    return None if best is None else _explained(best, promises, guarantee, now)


def elderly_first(
    heads: Iterable[Head], asker: Asker, promises: Promises, guarantee: Guarantee, now: datetime
) -> Choice | None:
    """Any elderly or priority visitor before anybody else, then the smallest place."""
    first = (VisitorClass.ELDERLY, VisitorClass.PRIORITY)
    best = min(
        heads, key=lambda one: (not one.pinned, one.visitor_class not in first, *_place(one)), default=None
    )
    return None if best is None else _explained(best, promises, guarantee, now)


def _place(head: Head) -> tuple[datetime, int, int]:
    return head.queued_at, head.rank, head.step_id


def _explained(head: Head, promises: Promises, guarantee: Guarantee, now: datetime) -> Choice:
    rule = Rule.PINNED if head.pinned else Rule.PROMISE_SHARE
    return dispatcher.choice_of(head, rule, promises, guarantee, now)


def siloed(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
    """A hall of counters: every visitor is bound to the business's own windows.

    A window with work of its own serves only that. The others are dealt out one by one, each to the business
    whose visitors ask most of the windows it has, and serve only this one; a business that ends up without
    any window goes to the least busy one that may serve it.
    """
    asked = dict.fromkeys(hall.businesses, 0.0)
    for visitor in visitors:
        asked[visitor.business_id] += visitor.service_seconds + hall.habits.call_to_seat_seconds
    windows = [one for one in hall.windows.values() if one.calls]
    serves = {one.id: set(one.own & one.calls) for one in windows}
    has = dict.fromkeys(hall.businesses, 0.0)
    for own in serves.values():
        whole = sum(asked[business] for business in own) or 1.0
        for business in own:
            has[business] += asked[business] / whole
    # The most flexible last: they can mend what the others leave uneven.
    for window in sorted(windows, key=lambda one: (len(one.calls), one.id)):
        if not serves[window.id]:
            neediest = max(sorted(window.calls), key=lambda one: asked[one] / (has[one] + 0.5))
            serves[window.id].add(neediest)
            has[neediest] += 1.0
    for business in set(hall.businesses).difference(*serves.values()):
        may = [one for one in windows if business in one.calls]
        if may:
            least = min(may, key=lambda one: (sum(asked[other] for other in serves[one.id]), one.id))
            serves[least.id].add(business)
    return replace(
        hall,
        windows={
            one.id: replace(
                one, kind="comprehensive", serves=frozenset(serves.get(one.id, ())), own=frozenset()
            )
            for one in hall.windows.values()
        },
    )


def component_pooled(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
    """A bound: whoever can be reached from a business through windows that share work can serve it."""
    root: dict[int, int] = {one: one for one in hall.businesses}

    def find(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for window in hall.windows.values():
        calls = sorted(window.calls)
        for one in calls[1:]:
            root[find(one)] = find(calls[0])
    component: dict[int, set[int]] = {}
    for one in root:
        component.setdefault(find(one), set()).add(one)
    return _pooled(
        hall,
        {
            one.id: frozenset(component[find(min(one.calls))]) if one.calls else frozenset()
            for one in hall.windows.values()
        },
    )


def fully_pooled(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
    """A bound: every window serves everything."""
    everything = frozenset(hall.businesses)
    return _pooled(hall, dict.fromkeys(hall.windows, everything))


def _pooled(hall: Hall, serves: dict[int, frozenset[int]]) -> Hall:
    """Skills and window kinds are set aside: a bound knows neither."""
    windows = {
        one.id: replace(
            one,
            kind="comprehensive",
            serves=serves[one.id],
            own=frozenset(),
            clerk=replace(one.clerk, skills=None, home=None) if one.clerk else None,
        )
        for one in hall.windows.values()
    }
    return replace(hall, windows=windows)


def weighing(length_weight: float) -> Reshape:
    """The hall with `rules.length_weight` set, whatever its configuration says."""

    def reshape(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
        return replace(hall, rules=hall.rules.model_copy(update={"length_weight": length_weight}))

    return reshape


def claiming(special_share: float, elsewhere: Elsewhere, first_from: float) -> Reshape:
    """The hall with `rules.elderly_claim` and `rules.elderly_windows.first_from` set."""
    claim = ElderlyClaim(special_share=special_share, elsewhere=elsewhere)

    def reshape(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
        windows = {
            one.id: replace(
                one, claim=claim, elderly=one.elderly.model_copy(update={"first_from": first_from})
            )
            for one in hall.windows.values()
        }
        return replace(hall, windows=windows)

    return reshape


AS_PROMISED = claiming(1.0, "promised", 0.0)
"""The elderly's promise counts alike at all windows."""


def plain(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
    """The hall with promises alone."""
    return AS_PROMISED(weighing(0.0)(hall, visitors), visitors)


OWN = Policy("own")
PROMISE_SHARE = Policy("promise-share", reshape=plain)
FIFO = Policy("fifo", first_come, by_place=True)
ELDERLY_FIRST = Policy("elderly-first", elderly_first, by_place=True)
SILO = Policy("silo", first_come, reshape=siloed, by_place=True)
COMPONENT_POOLED = Policy("component-pooled", first_come, reshape=component_pooled, by_place=True)
POOLED = Policy("pooled", first_come, reshape=fully_pooled, by_place=True)

POLICIES = {
    one.name: one for one in (OWN, PROMISE_SHARE, FIFO, ELDERLY_FIRST, SILO, COMPONENT_POOLED, POOLED)
}
"""By name. First the hall's own rule, as it is configured; then the same with nothing but promises."""
