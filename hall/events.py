"""Every event of the hall's journal: the one list. Actions record them, the journal stores them, hall/live.py
sends them to screens.

An event says what happened with the few values a screen needs to follow (labels, codes and numbers, never a
name or an identity of a visitor). `STAFF_ONLY` fields are left out of what boards and visitors get.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

STAFF_ONLY = frozenset(
    {
        "visitor_class",
        "reason",
        "note",
        "account_id",
        "role",
        "device",
        "indicator",
        "scope",
        "level",
        "why",
        "numbers",
        "unused",
        "added",
        "removed",
        "stand_in_id",
        "clerk_id",
    }
)
NOT_TOLD = frozenset({"grade"})
"""Kept in the journal and told to no screen: the rated clerk never sees who rated how."""


@dataclass(frozen=True)
class Event:
    """Base of all events. `type` is the class name in snake case and what the journal and Socket.IO carry."""

    @classmethod
    def type(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def data(self) -> dict[str, Any]:
        """The fields as JSON values; those that are None are left out."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: json_value(value) for name, value in values if value is not None}


def kinds(base: type[Event] = Event) -> Iterator[type[Event]]:
    """Every event that is recorded: the classes that no other builds upon, in the order of their list."""
    for kind in base.__subclasses__():
        if kind.__subclasses__():
            yield from kinds(kind)
        else:
            yield kind


def moment_of(at: datetime, data: Mapping[str, Any]) -> datetime:
    """When an event of the journal happened: at the moment it was recorded, unless it was entered afterwards
    and says so itself.
    """
    return datetime.fromisoformat(data["happened_at"]) if "happened_at" in data else at


def json_value(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value


def iso(moment: datetime) -> str:
    """A UTC moment as ISO 8601 with milliseconds and Z, as every JSON of the hall writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(frozen=True)
class TicketEvent(Event):
    """Something happened to one ticket: its id, its label and the business it stands in."""

    ticket_id: int
    ticket: str
    business: str


@dataclass(frozen=True)
class TicketIssued(TicketEvent):
    """A number was taken and waits. With `device` a kiosk gave it out by itself at `happened_at`, while the
    server was away, and has handed it in now.
    """

    visitor_class: str
    queued_at: datetime
    device: str | None = None
    happened_at: datetime | None = None


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
    """The visitor rated the service."""

    window: int
    grade: int


@dataclass(frozen=True)
class WindowEvent(Event):
    window: int


@dataclass(frozen=True)
class WindowSignedIn(WindowEvent):
    """A clerk took the window; it is paused."""

    clerk_name: str
    badge: str


@dataclass(frozen=True)
class WindowSignedOut(WindowEvent):
    """The clerk left; the window is closed."""


@dataclass(frozen=True)
class WindowPaused(WindowEvent):
    """The window calls nobody for a while."""

    reason: str | None = None


@dataclass(frozen=True)
class WindowOpened(WindowEvent):
    """The window calls."""


@dataclass(frozen=True)
class WindowClosed(WindowEvent):
    """The window was closed and its clerk signed out."""


@dataclass(frozen=True)
class WindowReady(WindowEvent):
    """The clerk asked for the next visitor and nobody waited: the next arrival is called here by itself."""


@dataclass(frozen=True)
class WindowBusinessesChanged(WindowEvent):
    """The window serves these from now on."""

    businesses: list[str]


@dataclass(frozen=True)
class AccountSignedIn(Event):
    """Somebody signed in."""

    account_id: int


@dataclass(frozen=True)
class AccountSignedOut(Event):
    """Somebody signed out, which ended the account's sessions everywhere."""

    account_id: int


@dataclass(frozen=True)
class AccountSignInRefused(Event):
    """Somebody tried a wrong password."""

    account_id: int


@dataclass(frozen=True)
class PasswordSet(Event):
    """An account has a new password."""

    account_id: int


@dataclass(frozen=True)
class AccountAdded(Event):
    """There is a new account."""

    account_id: int
    role: str


@dataclass(frozen=True)
class AccountChanged(Event):
    """An account has another name, role, badge or skills."""

    account_id: int
    role: str


@dataclass(frozen=True)
class AccountRetired(Event):
    """Nobody can sign in with this account any more."""

    account_id: int


@dataclass(frozen=True)
class AccountRestored(Event):
    """A retired account is back."""

    account_id: int


@dataclass(frozen=True)
class DeviceTokenIssued(Event):
    """A device has a new token; the old one ended."""

    device: str


@dataclass(frozen=True)
class PaperCallKept(WindowEvent):
    """A call made on paper is kept beside the line: its number is not known yet, or something else became of
    it. `why` is the code of the refusal.
    """

    ticket: str
    outcome: str
    why: str
    happened_at: datetime


@dataclass(frozen=True)
class NumbersLeased(Event):
    """A kiosk got blocks of numbers ("A011-A020") to give out while the server is away."""

    device: str
    numbers: list[str]


@dataclass(frozen=True)
class LeaseClosed(Event):
    """A lease ended; the `unused` of its numbers are never given out by anybody."""

    device: str
    numbers: str
    unused: int
    why: str


@dataclass(frozen=True)
class HandInRefused(Event):
    """A kiosk gave out a number by itself that the hall cannot take in. `why` is the code of the refusal."""

    device: str
    ticket: str
    why: str
    happened_at: datetime


@dataclass(frozen=True)
class PrintJobRetried(Event):
    """A print job is tried again."""

    job: int


@dataclass(frozen=True)
class PrintJobPrinted(Event):
    """A ticket's paper came out after all; one that came out without trouble leaves no event."""

    job: int
    ticket_id: int
    ticket: str
    printer: str


@dataclass(frozen=True)
class PrintJobFailed(Event):
    """The hall stopped trying; `error` is the catalogue key of the sentence that says what to do."""

    job: int
    ticket_id: int
    ticket: str
    printer: str
    error: str


@dataclass(frozen=True)
class AlertEvent(Event):
    """An alert of one indicator of one place: a business's code, a window's number, a device's code or ""."""

    alert: int
    indicator: str
    scope: str
    level: str


@dataclass(frozen=True)
class AlertTold(AlertEvent):
    """An alert rose, grew worse, was told again or went up to those above: its recipients' pages say so."""

    change: str


@dataclass(frozen=True)
class AlertChanged(AlertEvent):
    """An alert rose again, or eased, and nobody is called out for it."""

    change: str


@dataclass(frozen=True)
class AlertAcknowledged(AlertEvent):
    """Somebody took it on."""

    account_id: int


@dataclass(frozen=True)
class AlertEnded(AlertEvent):
    """What it warned of is over."""


@dataclass(frozen=True)
class RosterChanged(Event):
    """Shifts of one day were taken out and put in; each is [clerk's account, window or null, begins, ends] in
    minutes after midnight. `edition`: how often the day was changed.
    """

    day: str
    edition: int
    removed: list[list[int | None]]
    added: list[list[int | None]]


@dataclass(frozen=True)
class RosterReplaced(Event):
    """A day's whole roster was replaced: copied from another day, or `plan`, a drawn week, was applied."""

    day: str
    edition: int
    shifts: int
    copied_from: str | None = None
    plan: int | None = None


@dataclass(frozen=True)
class RosterPlanAsked(Event):
    """A week is to be drawn."""

    plan: int
    day: str


@dataclass(frozen=True)
class AbsenceMarked(Event):
    """A clerk is absent on these days."""

    absence: int
    account_id: int
    first_day: str
    last_day: str
    note: str | None = None


@dataclass(frozen=True)
class AbsenceEnded(Event):
    """An absence was taken back, or the clerk came after all."""

    absence: int
    account_id: int


@dataclass(frozen=True)
class ShiftTakenOver(Event):
    """Somebody stands in for an absent clerk."""

    day: str
    edition: int
    window: int
    account_id: int
    stand_in_id: int


@dataclass(frozen=True)
class BackupNamed(Event):
    """The AB post of a window or a business: who takes over there; nobody any more without an account."""

    window: int | None = None
    business: str | None = None
    account_id: int | None = None


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
class PlanEvent(Event):
    """A plan that was tried, and what of it was done: `windows` by number, and the adjustments among it."""

    windows: list[int]
    adjustments: list[int]
    account_id: int


@dataclass(frozen=True)
class PlanApplied(PlanEvent):
    """A manager applied it."""


@dataclass(frozen=True)
class PlanUndone(PlanEvent):
    """A manager took it back: `windows` are those that were opened or paused again."""


@dataclass(frozen=True)
class HallConfigured(Event):
    """A new configuration is in force."""

    settings_version: int


@dataclass(frozen=True)
class HallRestored(Event):
    """The hall came back from a copy made at that moment; what happened since is lost to it."""

    copied_at: datetime


@dataclass(frozen=True)
class Recorded:
    """One journal row as it is told to the screens."""

    hall_id: int
    seq: int
    at: datetime
    type: str
    data: dict[str, Any]

    def public(self) -> dict[str, Any]:
        """What boards and visitors get."""
        return self._without(STAFF_ONLY | NOT_TOLD)

    def staff(self) -> dict[str, Any]:
        """What clerks and managers get."""
        return self._without(NOT_TOLD)

    def _without(self, names: frozenset[str]) -> dict[str, Any]:
        data = {name: value for name, value in self.data.items() if name not in names}
        return {"seq": self.seq, "at": iso(self.at), "type": self.type, **data}
