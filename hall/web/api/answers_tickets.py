"""What the API answers about tickets: the slip just issued, the full ticket as staff see it, a visitor's own
visit and the rating pad. Models for the document only, as hall/web/api/answers.py says.
"""

from typing import Literal

from pydantic import Field

from hall.rules.before import Ground
from hall.rules.dispatcher import Rule
from hall.rules.tickets import State, VisitorClass
from hall.web.api.answers import Answer, BusinessCard, Material, Moment, Named, Seq, WaitRange


class QueuedPrintJob(Answer):
    """The paper that was ordered; GET …/kiosk/print-jobs/{job} tells how it goes."""

    id: int
    state: Literal["waiting"]


class Slip(Answer):
    """Everything the paper says."""

    id: int
    label: str
    business: BusinessCard
    visitor_class: VisitorClass
    state: Literal["waiting", "called"]
    arrived_at: Moment
    ahead: int
    wait_range: WaitRange | None
    called_to: int | None = Field(description="the free window that called it at once")
    secret: str = Field(description="opens the visitor's own page; whoever has it may rate and give up")
    status_url: str
    windows: list[int]
    zones: list[Named]


class TicketIssued(Answer):
    """The ticket just taken."""

    ticket: Slip
    print_job: QueuedPrintJob | None = Field(description="null: no printer, or none was asked for")


class TicketReprinting(Answer):
    """The paper that is printed again."""

    print_job: QueuedPrintJob


class StepItem(Named):
    """An item the visitor came for."""

    materials: list[Material]


class TicketStep(Answer):
    """One stop of a visit: a business, and the window it was served at."""

    position: int
    business: BusinessCard
    state: State
    window: int | None
    pinned_window: int | None = Field(description="only this window may call it")
    queued_at: Moment = Field(description="its place in line counts from here")
    entered_at: Moment
    called_at: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    note: str | None
    items: list[StepItem]


class Overtaken(Answer):
    """A number that had come earlier and was passed over."""

    label: str
    business: str
    visitor_class: VisitorClass
    waited_seconds: int
    ratio: float


class TicketCall(Answer):
    """A call and why this number was called: the rule, its share of the promise (or of the reference time by
    length), and whom it went before.
    """

    why: str | None = Field(description="a sentence in the reader's language; only at the desk")
    id: int
    window: int | None
    called_at: Moment
    rule: Rule
    tier: int
    ratio: float
    waited_seconds: int
    overtook: list[Overtaken]


class FullTicket(Answer):
    """A ticket as staff see it, with its steps and calls."""

    id: int
    label: str
    visitor_class: VisitorClass
    class_reason: str | None
    identity_mask: str | None = Field(description="all that is kept readable of an ID number")
    source: Literal["kiosk", "desk", "kiosk_alone"]
    state: State
    arrived_at: Moment
    booked_at: Moment | None
    window: int | None
    business: BusinessCard
    recalls: int
    latest_call_at: Moment | None
    started_at: Moment | None
    steps: list[TicketStep]
    calls: list[TicketCall]


class CalledBefore(Answer):
    """A number that was called before another, and why."""

    label: str
    window: int | None = Field(description="null: it was not called")
    called_at: Moment | None
    reason: Ground | None
    why: str = Field(description="a sentence in the reader's language")


class BeforeMe(Answer):
    """Who was called before a number while it waited last."""

    label: str
    since: Moment
    until: Moment | None = Field(description="null: it still waits")
    later: int = Field(description="how many of them came later than the number")
    earlier: int = Field(description="how many of them came earlier")
    calls: list[CalledBefore] = Field(description="the latest of those who came later")


class GivenNumber(Answer):
    """A number that a guide gave out, and its present state."""

    id: int
    label: str
    arrived_at: Moment
    state: State
    visitor_class: VisitorClass
    business: BusinessCard


class GivenNumbers(Answer):
    """The numbers the asker gave out today, latest first."""

    tickets: list[GivenNumber]


class VisitPlace(Answer):
    """The window to go to."""

    number: int
    label: str
    label_en: str
    zone: Named


class VisitTicket(Answer):
    """A ticket as its visitor sees it."""

    id: int
    label: str
    business: BusinessCard | None = Field(description="null: the hall no longer has it")
    visitor_class: VisitorClass
    state: State
    arrived_at: Moment
    queued_at: Moment
    moved: Literal["transferred", "next_step"] | None
    returned: bool
    window: VisitPlace | None
    recalls: int
    latest_call_at: Moment | None
    may_return: bool
    return_behind: int
    return_until: Moment | None = Field(description="until when, after being missed; null: all day")
    may_rate: bool
    rated: bool
    ahead: int | None
    wait_range: WaitRange | None = Field(description="null: not waiting, or it cannot be estimated now")
    windows_open: int = Field(description="open windows that may call it while it waits")
    windows: list[int]
    zones: list[Named]


class VisitPicture(Answer):
    """Where a visit stands."""

    seq: Seq
    now: Moment
    hall: Named
    ticket: VisitTicket


class Rated(Answer):
    """The rating counts."""

    rated: Literal[True]


class PadWindow(Answer):
    """The window a pad stands at."""

    number: int
    label: str
    state: Literal["closed", "paused", "open"]


class PadClerk(Answer):
    """Who is being rated."""

    name: str
    name_en: str
    badge: str


class PadRate(Answer):
    """The visit that may be rated now."""

    ticket: int
    label: str
    until: Moment


class PadPicture(Answer):
    """What a rating pad shows."""

    seq: Seq
    now: Moment
    window: PadWindow
    clerk: PadClerk | None
    rate: PadRate | None
