"""What one hall's past teaches the look-ahead: service times, clerks' speed, the walk to the window, the
pause between two visitors, who does not come when called and who comes back then, and who will come to the
hall.

Told one thing at a time and in order of time, by hall/twin/learning.py from a live hall's steps and by
hall/bench/waits.py from a simulated one's. It is never told what the look-ahead must not know.
"""

from dataclasses import dataclass, field
from datetime import date

from hall.rules.demand import Demand
from hall.rules.service_times import Case, ServiceTimes
from hall.rules.tickets import VisitorClass

LONGEST_WALK_SECONDS = 180.0
LONGEST_TURN_OVER_SECONDS = 120.0
CASES_OF_PRIOR = 40.0
MISSED_SHARE = 0.05
RETURN_SHARE = 0.5


@dataclass
class Typical:
    """The mean of a short duration, starting from a prior; one beyond `longest` counts as that."""

    total: float
    longest: float
    cases: float = CASES_OF_PRIOR

    def observe(self, seconds: float) -> None:
        self.total += min(self.longest, max(0.0, seconds))
        self.cases += 1

    @property
    def seconds(self) -> float:
        return self.total / self.cases


@dataclass
class Knowledge:
    """Everything learnt of one hall."""

    service: ServiceTimes
    demand: Demand = field(default_factory=Demand)
    walk: Typical = field(default_factory=lambda: Typical(25.0 * CASES_OF_PRIOR, LONGEST_WALK_SECONDS))
    turn_over: Typical = field(
        default_factory=lambda: Typical(20.0 * CASES_OF_PRIOR, LONGEST_TURN_OVER_SECONDS)
    )
    _called: float = CASES_OF_PRIOR
    _missed: float = MISSED_SHARE * CASES_OF_PRIOR
    _gone: float = CASES_OF_PRIOR
    _back: float = RETURN_SHARE * CASES_OF_PRIOR

    @property
    def missed_share(self) -> float:
        """The share of calls that nobody answers."""
        return self._missed / self._called

    @property
    def return_share(self) -> float:
        """The share of those missed who come back."""
        return self._back / self._gone

    def came(self, day: date, at_seconds: float, business_id: int, visitor_class: VisitorClass) -> None:
        """A step came into its line."""
        self.demand.observe(day, at_seconds, business_id, visitor_class)

    def called(self, answered: bool, walk_seconds: float | None = None) -> None:
        """A call was answered, after so many seconds where that is known, or missed."""
        self._called += 1
        self._missed += not answered
        if answered and walk_seconds is not None:
            self.walk.observe(walk_seconds)

    def missed(self, came_back: bool) -> None:
        """Somebody who was missed came back, or did not."""
        self._gone += 1
        self._back += came_back

    def served(self, case: Case) -> None:
        """A service ended."""
        self.service.observe(case)

    def turned_over(self, seconds: float) -> None:
        """A window called somebody who had been waiting all the time, so many seconds after its last
        visitor.
        """
        self.turn_over.observe(seconds)
