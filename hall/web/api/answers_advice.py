"""The answers about staffing advice and moved windows, for the OpenAPI document."""

from typing import Literal

from pydantic import Field

from hall.web.api.answers import Answer, BusinessCard, Kind, Moment, Seq

MoveKind = Literal["open", "switch", "home", "close", "pause", "resume"]
MoveState = Literal[
    "asked",
    "waiting",
    "done",
    "reverting",
    "reverted",
    "replaced",
    "declined",
    "expired",
    "withdrawn",
    "left",
]


class PersonCard(Answer):
    """A manager."""

    name: str
    name_en: str


class ClerkName(Answer):
    """A clerk."""

    name: str
    name_en: str
    badge: str


class WaitBand(Answer):
    """A predicted mean wait in seconds: the middle, and the least and most that any drawn future saw."""

    low: int
    middle: int
    high: int


class WaitChange(Answer):
    """What a suggestion is expected to do to the mean wait of those who wait now or come in 45 minutes."""

    before: WaitBand
    after: WaitBand
    difference: WaitBand
    people: float
    sign: Literal[-1, 0, 1] = Field(
        description="-1: will be shorter, 1: longer, 0: hardly changes, or may be either"
    )


class BusinessChange(WaitChange):
    """The same for one business touched."""

    business: BusinessCard


class SuggestedWindow(Answer):
    """A window of a suggestion, and the clerk who sits there or would."""

    number: int
    label: str
    label_en: str
    window_kind: Kind
    clerk: ClerkName | None
    after_ticket: bool = Field(description="a ticket was at the window: it would change after it")


class SuggestionCard(Answer):
    """One suggestion: windows that do the same."""

    id: int
    kind: MoveKind
    windows: list[SuggestedWindow]
    adds: list[BusinessCard]
    drops: list[BusinessCard]
    keeps: list[BusinessCard]
    together: WaitChange | None
    businesses: list[BusinessChange]
    adjustment: int | None = Field(description="what came of it when somebody applied it")


class AdviceCard(Answer):
    """The newest advice that was worked out."""

    id: int
    made_at: Moment
    good_until: Moment
    outdated: bool
    source: Literal["programme", "threshold"]
    took_seconds: float
    suggestions: list[SuggestionCard]


class MovedWindow(Answer):
    """One window of an adjustment; `businesses` is all it serves with it."""

    id: int
    number: int
    label: str
    label_en: str
    window_kind: Kind
    kind: MoveKind
    state: MoveState
    clerk: ClerkName | None
    adds: list[BusinessCard]
    drops: list[BusinessCard]
    businesses: list[BusinessCard]


class AdjustmentCard(Answer):
    """Windows that a manager moved together."""

    id: int
    suggestion: int | None
    applied_at: Moment
    applied_by: PersonCard
    until: Moment | None = Field(description="null: until somebody undoes it")
    undone_at: Moment | None
    undone_by: ClerkName | None
    ended_at: Moment | None
    windows: list[MovedWindow]


class AdvicePicture(Answer):
    """The advisor: what is suggested, and what was applied."""

    seq: Seq
    now: Moment
    state: Literal["none", "computing", "ready", "failed"]
    cause: Literal["time", "asked", "alert"] | None
    wanted_at: Moment | None
    wanted_by: PersonCard | None
    progress: float | None = Field(description="from 0 to 1, where this server works it out")
    every_minutes: int
    advice: AdviceCard | None
    adjustments: list[AdjustmentCard]


class AdviceWantedAnswer(Answer):
    """The advice that is being worked out."""

    advice: int


class AdjustmentMade(Answer):
    """The adjustment."""

    adjustment: int


class SuggestionApplied(AdjustmentMade):
    """A suggestion, and the adjustment it became."""

    suggestion: int


class SuggestionRefused(Answer):
    """A suggestion that did not fit the hall any more, and why."""

    suggestion: int
    code: str
    detail: str


class SuggestionsApplied(Answer):
    """What became of each suggestion."""

    applied: list[SuggestionApplied]
    refused: list[SuggestionRefused]


class MoveToMe(MovedWindow):
    """How the clerk's window was moved, by whom and until when."""

    applied_at: Moment
    applied_by: PersonCard
    until: Moment | None


class RequestToMe(MoveToMe):
    """A window the clerk is asked to open."""

    expires_at: Moment


class MyMoves(Answer):
    """What a clerk is asked, and is told of the window they sit at."""

    now: Moment
    requests: list[RequestToMe]
    moved: MoveToMe | None


class MoveAnswered(Answer):
    """The window of the request."""

    window: int
