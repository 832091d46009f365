"""Of advice, and of moves and plans that were applied."""

from dataclasses import dataclass
from datetime import datetime

from hall.events.base import Event
from hall.events.windows import WindowEvent


@dataclass(frozen=True)
class AdviceEvent(Event):
    """An advice about which windows should do what."""

    advice: int


@dataclass(frozen=True)
class AdviceWanted(AdviceEvent):
    """It is being worked out. `cause`: time, asked or alert."""

    cause: str


@dataclass(frozen=True)
class AdviceMade(AdviceEvent):
    """It is there, with so many suggestions."""

    suggestions: int
    source: str


@dataclass(frozen=True)
class AdviceFailed(AdviceEvent):
    """It could not be worked out."""


@dataclass(frozen=True)
class AdjustmentEvent(Event):
    """Windows that were moved together."""

    adjustment: int
    windows: list[int]


@dataclass(frozen=True)
class AdjustmentApplied(AdjustmentEvent):
    """A manager moved them: from a suggestion, or by hand; until when they stay so."""

    account_id: int
    suggestion: int | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AdjustmentProlonged(AdjustmentEvent):
    """It has another end."""

    account_id: int
    until: datetime | None = None


@dataclass(frozen=True)
class AdjustmentUndone(AdjustmentEvent):
    """A manager took it back."""

    account_id: int


@dataclass(frozen=True)
class AdjustmentEnded(AdjustmentEvent):
    """Its time is up, or it was taken back: every window of it is as it was before, or as somebody set it
    since.
    """


@dataclass(frozen=True)
class MoveRequested(WindowEvent):
    """A clerk is asked to open this window."""

    clerk_id: int


@dataclass(frozen=True)
class MoveAskedBack(WindowEvent):
    """The move that sent the clerk away is over: they are asked to open the window again."""

    clerk_id: int


@dataclass(frozen=True)
class MoveAccepted(WindowEvent):
    """The clerk came."""

    clerk_id: int


@dataclass(frozen=True)
class MoveDeclined(WindowEvent):
    """The clerk did not want to come, or the request ran out. `reason`: declined or expired."""

    clerk_id: int
    reason: str


@dataclass(frozen=True)
class MoveWaits(WindowEvent):
    """The window changes when the ticket at it is done."""


@dataclass(frozen=True)
class PlanApplied(Event):
    """A manager applied a plan that was tried: `windows` by number, and the adjustments it became."""

    windows: list[int]
    adjustments: list[int]
    account_id: int
