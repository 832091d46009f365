"""What stands in every line at chosen moments of a run: how many wait, and since when the longest has.

Given to hall/twin/engine.py's `run` by the look-ahead, which wants to know where the queues will be, and by
the trials that hold its answers against what happened. Looking changes nothing of the day.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hall.rules.queues_ahead import Standing

if TYPE_CHECKING:
    from hall.twin.engine import Run

Line = dict[int, Standing]
"""By business id; a business where nobody waits is left out."""


class Seen(NamedTuple):
    """The lines at second `at_seconds` of the hall's day."""

    at_seconds: float
    standing: Line


class Looks:
    """The moments of one run and, when it is over, what was seen at each."""

    def __init__(self, moments: Sequence[float]) -> None:
        self._moments = moments
        self.seen: list[Seen] = []

    def __iter__(self) -> Iterator[Seen]:
        return iter(self.seen)

    def announce(self, run: "Run") -> None:
        """Before the run: it goes on at least until the last of the moments."""
        for moment in self._moments:
            run.clock.at(moment, self._look, run)
        run.awaited += len(self._moments)

    def _look(self, run: "Run") -> None:
        counted: dict[int, int] = {}
        since: dict[int, float] = {}
        now = run.clock.now
        for step in run.steps.values():
            if step.visitor.virtual:
                continue
            business_id, queued_at = step.business_id, step.queued
            counted[business_id] = counted.get(business_id, 0) + 1
            since[business_id] = min(queued_at, since.get(business_id, now))
        standing = {one: Standing(many, now - since[one]) for one, many in counted.items()}
        self.seen.append(Seen(now, standing))
        run.awaited -= 1
