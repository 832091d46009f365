"""Rosters in the twin: a study hall's or a live hall's week of shifts as staffed halls of its days, and what
a day with a roster is expected to be like.

Used by the weekly plan (its quality, shown before a manager applies it), by `bench roster` and by the report
on skills. A window that two clerks share in a day is two windows of the same number to the twin: each calls
what its own clerk may.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from hall.rules.roster import Shift
from hall.rules.tickets import VisitorClass
from hall.twin.engine import run
from hall.twin.model import Clerk, Hall, Rest, Visitor, Window
from hall.twin.visitors import lognormal

SECOND = 1_000_000
"""Added to a window's id for each further clerk of the day."""


def rostered_hall(
    hall: Hall,
    day: date,
    shifts: Iterable[Shift],
    clerks: Mapping[int, Clerk],
    more: Mapping[int, frozenset[int]] | None = None,
) -> Hall:
    """The hall on `day` with these shifts. `clerks`: clerk id → pace, skills and home. `more`: clerk id →
    what they are certified for, and their window serves, besides.
    """
    at_window: dict[int, dict[int, list[Shift]]] = defaultdict(lambda: defaultdict(list))
    for one in shifts:
        if one.day == day and one.window_id is not None:
            at_window[one.window_id][one.clerk_id].append(one)
    windows: dict[int, Window] = {}
    for window in hall.windows.values():
        windows[window.id] = replace(window, clerk=None)
        for number, (clerk_id, theirs) in enumerate(at_window.get(window.id, {}).items()):
            place = window.id + number * SECOND
            theirs.sort(key=lambda one: one.begins)
            clerk = replace(
                clerks[clerk_id],
                staffed=tuple((60.0 * one.begins, 60.0 * one.ends) for one in theirs),
                rests=tuple(Rest(60.0 * at, 60.0 * lasts) for one in theirs for at, lasts in one.breaks),
            )
            wider = replace(window, id=place, clerk=clerk)
            if more and clerk_id in more:
                clerk = replace(
                    clerk,
                    skills=None if clerk.skills is None else clerk.skills | more[clerk_id],
                    home=wider.calls if clerk.home is None else clerk.home,
                )
                wider = replace(wider, serves=window.serves | more[clerk_id], clerk=clerk)
            windows[place] = wider
    return replace(hall, day=day, windows=windows)


@dataclass
class Quality:
    """What days with a roster came to: waits in seconds of everybody called, and who was called within the
    promise, by (business, half hour of arrival).
    """

    waits: list[float] = field(default_factory=list)
    called: Counter[tuple[int, int]] = field(default_factory=Counter)
    in_time: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def mean_seconds(self) -> float:
        return sum(self.waits) / len(self.waits) if self.waits else 0.0

    @property
    def in_time_share(self) -> float:
        return sum(self.in_time.values()) / max(1, sum(self.called.values()))

    def play(self, hall: Hall, visitors: Sequence[Visitor]) -> None:
        """Adds one day."""
        promises = hall.promises
        for call in run(hall, visitors).calls:
            if not call.first:
                continue
            place = (call.business_id, int(call.entered_at // 1800))
            promise = promises[call.business_id, call.visitor_class]
            self.waits.append(call.waited_seconds)
            self.called[place] += 1
            self.in_time[place] += call.waited_seconds <= promise


def drawn_visitors(
    hall: Hall,
    arrivals: Mapping[tuple[int, int], float],
    spreads: Mapping[int, float],
    elderly: Mapping[int, float],
    seed: str,
) -> tuple[Visitor, ...]:
    """People as a forecast expects them: Poisson per business and half hour around a day's factor of each
    business whose spread the forecast gives.
    """
    source = random.Random(seed)
    factors = {code: max(0.1, source.gauss(1, spreads.get(code, 0.2))) for code in hall.businesses}
    drawn: list[Visitor] = []
    for (code, half), mean in sorted(arrivals.items()):
        business = hall.businesses[code]
        rate = mean * factors[code] / 1800
        at, ends = 1800.0 * half, 1800.0 * (half + 1)
        while rate > 0 and (at := at + source.expovariate(rate)) < ends:
            old = source.random() < elderly.get(code, 0.0)
            kind = VisitorClass.ELDERLY if old else VisitorClass.ORDINARY
            mean_seconds = business.service_seconds * (business.elderly_factor if old else 1.0)
            drawn.append(Visitor(0, at, code, kind, lognormal(mean_seconds, business.service_cv, source)))
    drawn.sort(key=lambda one: one.at_seconds)
    return tuple(replace(one, id=number) for number, one in enumerate(drawn, 1))
