"""What happened on a day of the twin: who was called, served or left, and when each window worked.

The engine's notes (hall/twin/notes.py) make it, and a journal that is read back (hall/twin/replay_day.py);
hall/twin/measures.py counts in it. Units as in hall/twin/model.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from hall.rules.dispatcher import Rule
from hall.rules.tickets import VisitorClass
from hall.twin.model import Hall, Present, Visitor


class Outcome(StrEnum):
    """How a visit ended; HERE: not before the run was stopped."""

    SERVED = "served"
    MISSED = "missed"
    ABANDONED = "abandoned"
    EXPIRED = "expired"
    REFUSED = "refused"
    HERE = "here"


class Call(NamedTuple):
    """One call and why. `entered_at`: when this step came into its line; `queued_at`, `rank`, `step_id`: its
    place there, which it leaves at `at_seconds`. `first`: the visitor's first call of the day.
    """

    visitor_id: int
    step_id: int
    business_id: int
    visitor_class: VisitorClass
    window_id: int
    at_seconds: float
    entered_at: float
    queued_at: float
    rank: int
    waited_seconds: float
    rule: Rule
    tier: int
    ratio: float
    first: bool
    pinned: bool = False


class Left(NamedTuple):
    """A step that left its line without a call: given back, or over with the day."""

    visitor_id: int
    step_id: int
    business_id: int
    visitor_class: VisitorClass
    entered_at: float
    queued_at: float
    rank: int
    at_seconds: float
    pinned: bool = False


class Visit(NamedTuple):
    """What happened to one visitor: the first call and seat, the end of the last service."""

    visitor: Visitor
    outcome: Outcome
    called_at: float | None = None
    window_id: int | None = None
    started_at: float | None = None
    ended_at: float | None = None


class Worked(NamedTuple):
    """A window's day: seconds a clerk was there inside the staffed spans, of these given to visitors."""

    staffed_seconds: float
    busy_seconds: float


@dataclass(frozen=True)
class Day:
    """One run: every visit in order of id, every call in order of time, and what the windows did. `present`:
    how the hall stood when it was stopped before its end; a new run may go on from there.
    """

    hall: Hall
    policy: str
    visits: tuple[Visit, ...]
    calls: tuple[Call, ...]
    left: tuple[Left, ...]
    windows: Mapping[int, Worked]
    ended_at: float
    present: Present | None = None
