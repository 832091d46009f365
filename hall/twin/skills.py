"""Certifications tried out in the twin: the same people on the same days, with and without a clerk being
certified for more. Called by the report on skills and by `twin skills`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import fmean, stdev

from hall.rules.roster import Shift
from hall.rules.skills import Candidate
from hall.twin.model import Clerk, Hall, Visitor
from hall.twin.rostered import Quality, rostered_hall

NINETY = 1.645
"""Standard errors to each side of a mean that hold it nine times in ten."""


@dataclass(frozen=True)
class Tried:
    """What a certification took off: minutes of waiting of everybody together on a day, with the range that
    holds the mean nine times in ten; and the mean wait in minutes without and with it.
    """

    cut_minutes: float
    low: float
    high: float
    mean_before: float
    mean_after: float


def try_out(
    hall: Hall,
    shifts: Sequence[Shift],
    clerks: Mapping[int, Clerk],
    people: Mapping[date, Sequence[Sequence[Visitor]]],
    candidates: Sequence[Candidate],
    tell: Callable[[float], None] = lambda share: None,
) -> list[Tried]:
    """Plays the days once without and once with each candidate; `people`: per day the visitors of each
    play.
    """
    days = {day: rostered_hall(hall, day, shifts, clerks) for day in people}
    plays = [(day, those) for day, each in people.items() for those in each]
    steps, at = len(plays) * (len(candidates) + 1), 0
    before: list[Quality] = []
    for day, those in plays:
        before.append(_played(days[day], those))
        at += 1
        tell(at / steps)
    found = []
    for one in candidates:
        after = []
        for day, those in plays:
            more = {one.clerk_id: one.businesses}
            after.append(_played(rostered_hall(hall, day, shifts, clerks, more), those))
            at += 1
            tell(at / steps)
        found.append(_compared(before, after))
    return found


def _played(hall: Hall, people: Sequence[Visitor]) -> Quality:
    quality = Quality()
    quality.play(hall, people)
    return quality


def _compared(before: Sequence[Quality], after: Sequence[Quality]) -> Tried:
    cuts = [(sum(one.waits) - sum(other.waits)) / 60 for one, other in zip(before, after, strict=True)]
    error = stdev(cuts) / sqrt(len(cuts)) if len(cuts) > 1 else abs(cuts[0])
    mean = fmean(cuts)
    waits = [
        sum(sum(one.waits) for one in those) / max(1, sum(len(one.waits) for one in those)) / 60
        for those in (before, after)
    ]
    return Tried(mean, mean - NINETY * error, mean + NINETY * error, waits[0], waits[1])
