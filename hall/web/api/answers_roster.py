"""The answers about the roster, for the OpenAPI document."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hall.rules.roster import Fault
from hall.web.api.answers import Answer, Kind, Moment, Seq

Minute = Annotated[int, Field(ge=0, le=1440, description="minutes after midnight")]
Rest = Annotated[list[int], Field(min_length=2, max_length=2, description="when it begins, how many minutes")]


class ShiftCard(Answer):
    """One clerk's stretch of a day; without a window in the house."""

    id: int
    day: date
    clerk: str | None = Field(description="the account's username; null where it was retired")
    window: int | None
    begins: Minute
    ends: Minute
    breaks: list[Rest]


class RosterDay(Answer):
    """A day, how often its roster was changed, when the doors are open, and what the calendar says."""

    day: date
    edition: int
    hours: list[list[int]]
    calendar_known: bool = Field(description="false: the holiday calendar does not reach so far")
    holiday: str
    made_up: bool = Field(description="a weekend that is worked for a holiday")
    named_open: bool = Field(description="the configuration opens this very day")


class RosterClerk(Answer):
    """A clerk and what they are certified for."""

    username: str
    name: str
    name_en: str
    badge: str
    businesses: list[str]


class RosterWindow(Answer):
    """A window, what it serves, and its AB post."""

    number: int
    label: str
    label_en: str
    kind: Kind
    zone: str
    zone_en: str
    businesses: list[str]
    backup: str | None


class RosterBusiness(Answer):
    """A business and its AB post."""

    id: str
    name: str
    name_en: str
    backup: str | None


class StandIn(Answer):
    """Who could take over, and whether they are the AB post."""

    clerk: str
    backup: bool


class AbsentShift(Answer):
    """A shift whose clerk is absent, and who could take it over, best first."""

    shift: int
    stand_ins: list[StandIn]


class AbsenceCard(Answer):
    """Who is absent from when until when."""

    id: int
    clerk: str | None
    first: date
    last: date
    note: str | None
    shifts: list[AbsentShift]


class FaultCard(Answer):
    """One thing that is wrong with the roster, and its place."""

    fault: Fault
    day: date
    begins: int
    ends: int
    clerk: str | None
    window: int | None
    business: str | None


class PlanState(Answer):
    """How a drawn week stands."""

    id: int
    state: Literal["asked", "done", "failed", "applied"]
    progress: float


class RosterWeek(Answer):
    """Seven days of the roster."""

    seq: Seq
    now: Moment
    today: date
    first: date
    days: list[RosterDay]
    clerks: list[RosterClerk]
    windows: list[RosterWindow]
    businesses: list[RosterBusiness]
    shifts: list[ShiftCard]
    absences: list[AbsenceCard]
    faults: list[FaultCard]
    further_faults: int
    plan: PlanState | None


class OwnDay(Answer):
    """A clerk's shifts of today that are not over, and the next break."""

    now: Moment
    shifts: list[ShiftCard]
    next_break: Rest | None


class DayChanged(Answer):
    """The day's new edition."""

    day: date
    edition: int


class DaysCopied(Answer):
    """How many shifts were copied, and how many left out."""

    copied: int
    left_out: int


class AbsenceNoted(Answer):
    """The absence's id."""

    absence: int
