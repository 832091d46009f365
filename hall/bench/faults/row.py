"""What a fault is told and what it answers: one line of the table. Named by listing.py, made by every
fault.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Terms:
    """How a fault is run: how many `times`, on which PostgreSQL (None: SQLite), with which Redis, and whom
    to tell of each time that is done.
    """

    times: int
    postgres: str | None
    done: Callable[[], object]
    seed: int = 1
    redis: str | None = None


@dataclass(frozen=True)
class Row:
    """What came out. `lost`: things said to be done that are not there; `doubled`: things there twice, or
    that nobody was told of; both must be 0. `recover_seconds`, one for each time: from the end of the fault
    until everything is as it should be. `within_seconds`: the longest that may take; None where nothing is
    promised. `notes` are (key of the catalogue, count): what else was seen.
    """

    tried: int
    lost: int
    doubled: int
    recover_seconds: tuple[float, ...] = ()
    within_seconds: float | None = None
    notes: tuple[tuple[str, int], ...] = ()

    @property
    def holds(self) -> bool:
        late = self.within_seconds is not None and max(self.recover_seconds, default=0) > self.within_seconds
        return self.tried > 0 and not self.lost and not self.doubled and not late

    def as_json(self) -> dict[str, Any]:
        took = self.recover_seconds
        return {
            "tried": self.tried,
            "lost": self.lost,
            "doubled": self.doubled,
            "recover_median": round(median(took), 2) if took else None,
            "recover_longest": round(max(took), 2) if took else None,
            "within_seconds": self.within_seconds,
            "notes": dict(self.notes),
            "holds": self.holds,
        }
