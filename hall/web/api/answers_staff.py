"""What the API answers to clerks and duty managers: the desk, the windows, the overview. Models for the
document only, as hall/web/api/answers.py says.
"""

from typing import Literal

from pydantic import Field

from hall.rules.tickets import State, VisitorClass
from hall.web.api.answers import Answer, BusinessCard, Kind, Moment, Named, Seq, WaitRange
from hall.web.api.answers_floor import QueueAhead
from hall.web.api.answers_tickets import FullTicket


class WindowStanding(Answer):
    """How a window stands."""

    number: int
    label: str
    label_en: str
    kind: Kind
    zone: str
    state: Literal["closed", "paused", "open"]
    state_since: Moment
    ready_since: Moment | None = Field(description="it called with nobody waiting: the next arrival is its")
    pause_reason: str | None


class WindowCard(WindowStanding):
    """How a window stands and what it serves."""

    businesses: list[Named]


class TicketAtWindow(Answer):
    """The ticket at a window."""

    id: int
    label: str
    state: State


class VerbDone(Answer):
    """The window after the verb, and the ticket now at it. The whole desk is GET …/desk."""

    window: WindowStanding
    ticket: TicketAtWindow | None


class PaperCallEntered(Answer):
    """What became of a call made on paper: done, waiting for its number to be handed in, or a conflict."""

    key: str
    state: Literal["done", "waiting", "conflict"]
    code: str | None
    detail: str | None = Field(description="why, in the reader's language")


class PaperEntered(VerbDone):
    """The window afterwards, and what became of each call."""

    calls: list[PaperCallEntered]


class CallDone(VerbDone):
    """The same after a call, and whose service it finished first."""

    finished: str | None = Field(description="the number that finish_current finished; null: none was served")


class ClerkCard(Answer):
    """Who is signed in at a window."""

    id: int
    name: str
    name_en: str
    badge: str


class DeskLine(Answer):
    """The people of one class who wait for one business; `since`: whoever waits longest."""

    business: str
    business_name: str
    business_name_en: str
    visitor_class: VisitorClass
    count: int
    since: Moment
    promise_seconds: float


class DeskNext(Answer):
    """A waiting ticket, in the order of calling."""

    id: int
    label: str
    business: str
    business_name: str
    business_name_en: str
    visitor_class: VisitorClass
    queued_at: Moment
    pinned: bool


class DeskWaiting(Answer):
    """Who waits for this window."""

    total: int
    lines: list[DeskLine]
    next: list[DeskNext]


class DeskAside(Answer):
    """A ticket that was set aside here: held or missed."""

    id: int
    label: str
    business: str
    business_name: str
    business_name_en: str
    visitor_class: VisitorClass
    state: State
    queued_at: Moment
    note: str | None


class DeskToday(Answer):
    """Today's count."""

    served: int
    served_by_clerk: int


class DeskGuards(Answer):
    """When the called ticket may be marked missed, and how often it may be called again."""

    missed_after_at: Moment
    recalls_left: int


class DeskRules(Answer):
    """The rules a clerk's keys follow."""

    recalls: int
    missed_after_seconds: int
    missed_return: Literal["behind", "new_number"]
    transfer_place: Literal["keep", "tail"]
    auto_call: bool


class DeskPicture(Answer):
    """The whole desk of one window."""

    seq: Seq
    now: Moment
    window: WindowCard
    callable: list[str] = Field(description="the businesses this clerk may call here")
    clerk: ClerkCard | None
    ticket: FullTicket | None
    waiting: DeskWaiting
    held: list[DeskAside]
    missed: list[DeskAside]
    today: DeskToday
    guards: DeskGuards | None = Field(description="null: no ticket is called")
    rules: DeskRules


class WindowToChoose(WindowCard):
    """A window as a clerk who looks for a seat sees it."""

    clerk: ClerkCard | None
    callable: int = Field(description="how many businesses the asker may call here")
    waiting: int = Field(description="how many people the asker could call here")


class WindowsToChoose(Answer):
    """Every window; `mine` is the one where the asker is signed in."""

    seq: Seq
    now: Moment
    mine: int | None
    zones: list[Named]
    windows: list[WindowToChoose]


class OverviewTicket(Answer):
    """The ticket at a window."""

    label: str
    business: str


class OverviewWindow(Answer):
    """A window as the duty manager sees it."""

    number: int
    label: str
    label_en: str
    kind: Kind
    zone: str
    state: Literal["closed", "paused", "idle", "ready", "called", "serving"]
    since: Moment
    pause_reason: str | None
    clerk: ClerkCard | None
    ticket: OverviewTicket | None


class OverviewLine(Answer):
    """The people of one class in a queue; `since`: whoever waits longest."""

    visitor_class: VisitorClass
    count: int
    since: Moment
    promise_seconds: float


class OverviewZone(Named):
    """A zone; its queue is that of the businesses at home there."""

    outlook: list[QueueAhead]


class OverviewBusiness(BusinessCard):
    """A queue against its promise."""

    zone: str | None = Field(description="where most of its work is done; null: no window serves it now")
    waiting: int
    lines: list[OverviewLine]
    wait_range: WaitRange | None = Field(
        description="for somebody ordinary who comes now; null: nobody can say"
    )
    unlikely_before_closing: bool = Field(description="who comes now will probably not be called today")
    outlook: list[QueueAhead]
    windows_open: int = Field(description="open windows that may call from it")
    windows: list[int]


class OverviewToday(Answer):
    """The day's figures."""

    taken: int
    served: int
    missed: int
    cancelled: int
    waiting: int
    calls: int
    mean_wait_seconds: float
    longest_wait_seconds: int
    rated: int
    mean_grade: float | None = Field(description="null: nobody has rated")


class OverviewPicture(Answer):
    """The whole hall at a glance."""

    seq: Seq
    now: Moment
    foreseen_at: Moment | None = Field(
        description="when the outlooks were foreseen; null: they are not known now"
    )
    outlook: list[QueueAhead] = Field(description="the whole hall's")
    zones: list[OverviewZone]
    windows: list[OverviewWindow]
    businesses: list[OverviewBusiness]
    today: OverviewToday


class BusinessChoice(BusinessCard):
    """A business a window may be switched to."""

    department: str
    department_name: str
    department_name_en: str
    serves: bool
    waiting: int


class WindowChoices(Answer):
    """What a window serves and may serve."""

    window: int
    businesses: list[BusinessChoice]


class BusinessesSwitched(Answer):
    """What the window serves from now on."""

    window: int
    businesses: list[str]


class WindowManaged(Answer):
    """What was done to the window."""

    window: int
    action: Literal["pause", "open", "close"]


class DayClosed(Answer):
    """How many people were told to come another day."""

    expired: int
