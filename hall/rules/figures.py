"""What a day, a business, a window, a clerk or an hour came to: counts and total seconds that can be added
up, and the indicators that reports and standards read from them.

A wait runs from the place in line (arrival, an appointment's booked time, or the moment a transferred visitor
entered the new line) to the first call there. Waits are also kept as a histogram of ten-second steps, so that
a percentile of any range is at most five seconds wrong. hall/rules/tally.py counts, hall/records/summaries.py
keeps, hall/reporting answers. The sentences under the figures stand in the catalogue (`report.<name>_means`).
"""

from collections import Counter
from dataclasses import dataclass, field, fields
from statistics import pstdev

COUNTS = (
    "taken", "known", "second_visits", "abandoned", "called", "asked", "late", "elderly_asked",
    "elderly_late", "missed", "held", "transferred", "served", "services", "overtime", "visits", "rated",
    "grades", "negative", "rectified", "unrectified", "mystery_visits", "mystery_scores",
)  # fmt: skip
SECONDS = (
    "waited_seconds", "longest_wait_seconds", "service_seconds", "open_seconds", "open_due_seconds",
    "due_seconds",
)  # fmt: skip

STEP_SECONDS = 10
"""Width of the histogram's steps."""
STEPS = 6 * 60 * 8
"""Longer than eight hours nobody waits; who does counts in the last step."""


@dataclass
class Figures:
    """Sums over some part of some days.

    `taken` numbers given out, `known` of them with an identity, `second_visits` of those whose person was
    served for the same business in the 30 days before; `abandoned` left without being served to the end.
    `called` first calls and their waits; `asked` the same with everybody who left uncalled, `late` of them
    beyond the promise. `served` steps finished, `services` these and those handed on while being served,
    `overtime` longer than the hall's limit, `visits` tickets wholly finished. `grades` is the sum of the
    `rated`. `open_seconds` windows stood open, `open_due_seconds` of it within the hours, `due_seconds` the
    hours of all windows. `rectified` rectifications done by their due day, `unrectified` those that were not
    done by then, whatever became of them; `mystery_scores` is the sum over the `mystery_visits`.
    """

    taken: int = 0
    known: int = 0
    second_visits: int = 0
    abandoned: int = 0
    called: int = 0
    asked: int = 0
    late: int = 0
    elderly_asked: int = 0
    elderly_late: int = 0
    missed: int = 0
    held: int = 0
    transferred: int = 0
    served: int = 0
    services: int = 0
    overtime: int = 0
    visits: int = 0
    rated: int = 0
    grades: int = 0
    negative: int = 0
    rectified: int = 0
    unrectified: int = 0
    mystery_visits: int = 0
    mystery_scores: int = 0
    waited_seconds: float = 0.0
    longest_wait_seconds: float = 0.0
    service_seconds: float = 0.0
    open_seconds: float = 0.0
    open_due_seconds: float = 0.0
    due_seconds: float = 0.0
    waits: Counter[int] = field(default_factory=Counter)

    def wait(self, seconds: float) -> None:
        """One visitor was called after so long."""
        self.called += 1
        self.waited_seconds += seconds
        self.longest_wait_seconds = max(self.longest_wait_seconds, seconds)
        self.waits[min(int(seconds // STEP_SECONDS), STEPS - 1)] += 1

    def add(self, other: "Figures") -> None:
        """Adds another part's sums; the longest wait is the longer one."""
        longest = max(self.longest_wait_seconds, other.longest_wait_seconds)
        for name in (*COUNTS, *SECONDS):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest_wait_seconds = longest
        self.waits.update(other.waits)

    def percentile(self, share: float) -> float | None:
        """The wait that this share of the called did not exceed, in seconds, at most half a step wrong."""
        total = sum(self.waits.values())
        seen = 0
        for step in sorted(self.waits):
            seen += self.waits[step]
            if seen >= share * total:
                return min((step + 0.5) * STEP_SECONDS, self.longest_wait_seconds)
        return None


@dataclass(frozen=True)
class Indicators:
    """The figures as people read them. Seconds and shares; None where there is nothing to divide by."""

    taken: int
    called: int
    served: int
    missed: int
    abandoned: int
    mean_wait_seconds: float | None
    p50_wait_seconds: float | None
    p90_wait_seconds: float | None
    longest_wait_seconds: float | None
    wait_target_rate: float | None
    elderly_target_rate: float | None
    mean_service_seconds: float | None
    overtime: int
    window_open_rate: float | None
    load: float | None
    load_imbalance: float | None
    held: int
    transferred: int
    second_visits: int
    rated: int
    rating_coverage: float | None
    mean_grade: float | None
    negative: int
    rectified_on_time: float | None
    mystery_score: float | None


INDICATORS = tuple(one.name for one in fields(Indicators))


def indicators(sums: Figures, load_imbalance: float | None = None) -> Indicators:
    """Reads a part's sums; its windows' imbalance comes from `imbalance`, because it is no sum."""
    return Indicators(
        taken=sums.taken,
        called=sums.called,
        served=sums.served,
        missed=sums.missed,
        abandoned=sums.abandoned,
        mean_wait_seconds=_share(sums.waited_seconds, sums.called),
        p50_wait_seconds=sums.percentile(0.5),
        p90_wait_seconds=sums.percentile(0.9),
        longest_wait_seconds=sums.longest_wait_seconds if sums.called else None,
        wait_target_rate=_share(sums.asked - sums.late, sums.asked),
        elderly_target_rate=_share(sums.elderly_asked - sums.elderly_late, sums.elderly_asked),
        mean_service_seconds=_share(sums.service_seconds, sums.services),
        overtime=sums.overtime,
        window_open_rate=_share(sums.open_due_seconds, sums.due_seconds),
        load=_share(sums.service_seconds, sums.open_seconds),
        load_imbalance=load_imbalance,
        held=sums.held,
        transferred=sums.transferred,
        second_visits=sums.second_visits,
        rated=sums.rated,
        rating_coverage=_share(sums.rated, sums.visits),
        mean_grade=_share(sums.grades, sums.rated),
        negative=sums.negative,
        rectified_on_time=_share(sums.rectified, sums.rectified + sums.unrectified),
        mystery_score=_share(sums.mystery_scores, sums.mystery_visits),
    )


def imbalance(loads: list[float]) -> float | None:
    """忙闲不均: the standard deviation between the loads of the windows that stood open."""
    return pstdev(loads) if loads else None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
