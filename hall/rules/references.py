"""The time a wait is measured by: the promise, or for matters of unequal length a reference time around it.

The promise-share rule (hall/rules/dispatcher.py) calls whoever has used up the largest share. With
`length_weight` > 0 the share of an ordinary or appointment wait is counted against a reference time that
follows the length of the matter, so that a quick matter goes a little before a long one that has waited as
long. What visitors are promised stays as it is, and so do the elderly's and priority's time, the guarantee
and first come, first served inside a business and class. docs/dispatch.md has what it is worth.

Used by hall/records/book.py for the live hall and by hall/twin/model.py for the twin, so that both measure
alike.
"""

from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import NamedTuple

from hall.rules.tickets import VisitorClass

BY_LENGTH = (VisitorClass.ORDINARY, VisitorClass.APPOINTMENT)


class Matter(NamedTuple):
    """A business: its promises in seconds, the classes whose promise is its own (not the hall's usual one),
    and how long its service is configured to take.
    """

    business_id: int
    promises: Mapping[VisitorClass, float]
    own: frozenset[VisitorClass]
    service_seconds: float


def reference_times(matters: Iterable[Matter], length_weight: float) -> dict[tuple[int, VisitorClass], float]:
    """(business, class) → seconds > 0: T_b = max(1, round(T · (s_b ÷ mean s)^length_weight)) in minutes for
    ordinary and appointment visitors of a business that gives no promise of its own, else the promise T. The
    mean is taken over the businesses, each counted once.
    """
    matters = list(matters)
    usual = fmean(one.service_seconds for one in matters) if matters else 1.0
    found = {}
    for one in matters:
        factor = (one.service_seconds / usual) ** length_weight
        for kind, seconds in one.promises.items():
            weighed = length_weight > 0 and kind in BY_LENGTH and kind not in one.own
            found[one.business_id, kind] = 60.0 * max(1, round(seconds * factor / 60)) if weighed else seconds
    return found
