"""Of rectifications and mystery visits (handbook 9, 10). They name rows only: whom a finding is about is for
managers, and is no word for screens. A negative rating opens its rectification with its own `ticket_rated`.
"""

from dataclasses import dataclass

from hall.events.base import Event


@dataclass(frozen=True)
class MysteryVisited(Event):
    """A mystery visitor's visit was entered."""

    mystery_visit: int


@dataclass(frozen=True)
class RectificationOpened(Event):
    """A mystery visitor's finding, or a standard that was not met, is to be rectified."""

    rectification: int
    due_day: str


@dataclass(frozen=True)
class RectificationOverdue(Event):
    """It was not done by its due day."""

    rectification: int


@dataclass(frozen=True)
class RectificationDone(Event):
    """A manager has noted that it is rectified."""

    rectification: int
    in_time: bool
