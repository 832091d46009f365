"""Ways to run a hall that were looked for beyond the promise-share rule, and what they have in common: the
rule itself stays, only the times it divides by, or what windows prefer, are other ones.

Reference times that follow the length of the service ("by-length") were found the best; with the power 0.5
they are the default of every hall (`rules.length_weight`, hall/rules/references.py). So is that special
windows call the elderly sooner (`rules.elderly_claim`). Variants of these two change one of
them and leave the other; the rest change the plain rule. Inside a business and class the order stays first
come, first served under all of them, the elderly's promise stays as it is, and the guarantee of the others is
counted in minutes as before. `python -m hall bench dispatch --tried` and `python -m hall twin run --policy`
show them beside the rule.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from hall.rules.dispatcher import Preference
from hall.rules.tickets import VisitorClass
from hall.twin.model import Business, Hall, Visitor
from hall.twin.policies import AS_PROMISED, POLICIES, Policy, Reshape, claiming, plain, weighing

ORDINARY = frozenset({VisitorClass.ORDINARY, VisitorClass.APPOINTMENT})

Weight = Callable[[Hall, Business, float], float]
"""(hall, business, its mean service ÷ the hall's) → what its ordinary promise is multiplied by."""


def in_three_steps(hall: Hall, business: Business, length: float) -> float:
    """Quick matters 12 of 15 minutes, long ones 18 (or the same shares of another promise)."""
    return 0.8 if length < 0.8 else 1.2 if length > 1.25 else 1.0


def by_windows(power: float) -> Weight:
    """The fewer windows serve a business, the shorter its promise (power > 0)."""

    def weigh(hall: Hall, business: Business, length: float) -> float:
        many = sum(business.id in one.calls for one in hall.windows.values())
        usual = fmean(len(one.calls) for one in hall.windows.values()) * len(hall.windows)
        return (max(1, many) * len(hall.businesses) / usual) ** power

    return weigh


def promising(weigh: Weight) -> Reshape:
    """The hall with its ordinary promises weighed, in whole minutes as a configuration would say them."""

    def reshape(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
        hall = plain(hall, visitors)
        usual = fmean(one.service_seconds for one in hall.businesses.values())
        businesses = {
            code: replace(one, promises=_weighed(one, weigh(hall, one, one.service_seconds / usual)))
            for code, one in hall.businesses.items()
        }
        return replace(hall, businesses=businesses)

    return reshape


def _weighed(business: Business, weight: float) -> Mapping[VisitorClass, float]:
    return {
        kind: 60.0 * max(1, round(seconds * weight / 60)) if kind in ORDINARY else seconds
        for kind, seconds in business.promises.items()
    }


def preferring_quick(share: float) -> Reshape:
    """Every window prefers quick matters whose share of the promise is this close to the largest."""

    def reshape(hall: Hall, visitors: Sequence[Visitor]) -> Hall:
        hall = plain(hall, visitors)
        usual = fmean(one.service_seconds for one in hall.businesses.values())
        quick = frozenset(code for code, one in hall.businesses.items() if one.service_seconds < 0.8 * usual)
        windows = {
            one.id: replace(one, preference=Preference(businesses=quick, share=share))
            for one in hall.windows.values()
        }
        return replace(hall, windows=windows)

    return reshape


TRIED = {
    one.name: one
    for one in (
        Policy("by-length-0.3", reshape=weighing(0.3)),
        Policy("by-length-0.5", reshape=weighing(0.5)),
        Policy("by-length-0.7", reshape=weighing(0.7)),
        Policy("by-length-1", reshape=weighing(1.0)),
        Policy("three-steps", reshape=promising(in_three_steps)),
        Policy("quick-preferred-0.1", reshape=preferring_quick(0.1)),
        Policy("quick-preferred-0.3", reshape=preferring_quick(0.3)),
        Policy("few-windows-0.3", reshape=promising(by_windows(0.3))),
        Policy("many-windows-0.3", reshape=promising(by_windows(-0.3))),
        Policy("elderly-as-promised", reshape=AS_PROMISED),
        Policy("elderly-later-elsewhere", reshape=claiming(0.4, "ordinary", 0.0)),
        Policy("elderly-from-20", reshape=claiming(0.4, "ordinary", 0.2)),
        Policy("elderly-from-50", reshape=claiming(0.4, "ordinary", 0.5)),
    )
}
"""By name."""
EVERY = {**POLICIES, **TRIED}
"""All that `twin run --policy` knows."""
