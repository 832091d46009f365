"""Of a ticket, from the kiosk to the rating."""

from dataclasses import dataclass
from datetime import datetime

from hall.events.base import Event


@dataclass(frozen=True)
class TicketEvent(Event):
    """Something happened to one ticket: its id, its label and the business it stands in."""

    ticket_id: int
    ticket: str
    business: str


@dataclass(frozen=True)
class TicketIssued(TicketEvent):
    """A number was taken and waits. With `device` a kiosk gave it out by itself at `happened_at`, while the
    server was away, and has handed it in now; `after_lease` says why its lease had ended by then (revoked,
    lost, expired), of which the kiosk had not heard.
    """

    visitor_class: str
    queued_at: datetime
    device: str | None = None
    happened_at: datetime | None = None
    after_lease: str | None = None


@dataclass(frozen=True)
class TicketCalled(TicketEvent):
    """Also a resumed or directly opened one: whoever hears it should come to the window. With `happened_at`
    it was made on paper then and entered afterwards: nobody is called now.
    """

    window: int
    zone: str
    call_id: int
    visitor_class: str
    queued_at: datetime
    held: bool | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True)
class TicketRecalled(TicketEvent):
    """The same call once more."""

    window: int
    zone: str
    call_id: int
    recalls: int


@dataclass(frozen=True)
class TicketStarted(TicketEvent):
    """The visitor sits down; at `happened_at` when it was entered afterwards."""

    window: int
    happened_at: datetime | None = None


@dataclass(frozen=True)
class TicketFinished(TicketEvent):
    """A step is done, at `happened_at` when it was entered afterwards; `visit_over` when no other is
    planned.
    """

    window: int
    visit_over: bool
    happened_at: datetime | None = None


@dataclass(frozen=True)
class TicketMissed(TicketEvent):
    """The visitor did not come; at `happened_at` when it was entered afterwards."""

    window: int
    happened_at: datetime | None = None


@dataclass(frozen=True)
class TicketReturned(TicketEvent):
    """A missed visitor came back and waits again."""

    visitor_class: str
    queued_at: datetime


@dataclass(frozen=True)
class TicketHeld(TicketEvent):
    """The visitor steps aside and will be called back to this window."""

    window: int
    note: str | None = None


@dataclass(frozen=True)
class TicketTransferred(TicketEvent):
    """`business` is where it was; it waits again at `to_business` (and at `to_window` only, when pinned)."""

    to_business: str
    visitor_class: str
    queued_at: datetime
    from_state: str
    window: int | None = None
    to_window: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class TicketWaiting(TicketEvent):
    """The next planned step of a visit opened: the ticket waits again."""

    visitor_class: str
    queued_at: datetime


@dataclass(frozen=True)
class TicketCancelled(TicketEvent):
    """A waiting ticket left the line."""

    queued_at: datetime
    reason: str | None = None


@dataclass(frozen=True)
class TicketExpired(TicketEvent):
    """The day ended for a ticket that was waiting, missed or held."""

    from_state: str


@dataclass(frozen=True)
class TicketReclassified(TicketEvent):
    """A waiting visitor belongs to another class."""

    visitor_class: str
    queued_at: datetime
    reason: str | None = None


@dataclass(frozen=True)
class TicketReprinted(TicketEvent):
    """The paper is printed again."""


@dataclass(frozen=True)
class TicketRated(TicketEvent):
    """The visitor rated the service. `rectify_by`: the due day of the rectification that a negative rating
    opens.
    """

    window: int
    grade: int
    rectify_by: str | None = None
