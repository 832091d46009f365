"""The answers about the roster, for the OpenAPI document."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hall.rules.roster_faults import Fault
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


class PlanAsked(Answer):
    """The drawn week's id."""

    plan: int


class PlanApplied(Answer):
    """How many days and shifts are in force."""

    days: int
    shifts: int


class DrawnBackup(Answer):
    """A window's AB post."""

    window: int
    clerk: str | None


class DayQuality(Answer):
    """What a day is expected to come to."""

    day: date
    mean_minutes: float
    in_time: float


class WeekQuality(Answer):
    """What a week is expected to come to. `cells`: business, half hour (minutes after midnight), how many
    were called in the days played, how many of them within their promise.
    """

    mean_minutes: float
    in_time: float
    days: list[DayQuality]
    cells: list[list[str | int]]


class Lacking(Answer):
    """What nobody could serve."""

    fault: Fault
    day: date
    begins: int
    ends: int
    business: str | None


class Fairness(Answer):
    """How evenly hours and lunch duties fall on those who work."""

    hours_least: float
    hours_most: float
    duties_least: int
    duties_most: int
    clerks: int


class PlanQuality(Answer):
    """What a drawn week is expected to come to, beside the roster that stood when it was drawn."""

    target: float = Field(description="the share called in time that the hall's standards want")
    after: WeekQuality
    before: WeekQuality | None
    hours: float
    fair: Fairness
    past_days: int
    lacking: list[Lacking]


class DrawnWeek(Answer):
    """A drawn week."""

    id: int
    first: date
    asked_at: Moment
    state: Literal["asked", "done", "failed", "applied"]
    progress: float
    shifts: list[ShiftCard]
    backups: list[DrawnBackup]
    quality: PlanQuality | None


class HalfHourForecast(Answer):
    """People expected in a half hour."""

    begins: Minute
    mean: float


class BusinessForecast(Answer):
    """People expected for a business, and in each half hour of the day."""

    business: str
    mean: float
    low: float
    high: float
    half_hours: list[float]


class DayForecasted(Answer):
    """A coming day; `last_week` is the same weekday of last week. `like_it`: past days of its kind."""

    day: date
    calendar_known: bool
    holiday: str
    made_up: bool
    open: bool
    month_end: bool
    before_holiday: bool
    after_holiday: bool
    like_it: int
    mean: float
    low: float
    high: float
    last_week: float
    half_hours: list[HalfHourForecast]
    businesses: list[BusinessForecast]


class WeekForecast(Answer):
    """Who is expected on seven days, and on how many past days that rests."""

    first: date
    past_days: int
    days: list[DayForecasted]


class SkillCandidate(Answer):
    """One clerk certified for more: what it is worth by the programme, and, where it was tried, minutes of
    waiting of all visitors together that it takes off a day, with the range over the days played.
    """

    clerk: str | None
    name: str
    name_en: str
    businesses: list[str]
    worth: float
    left: float = Field(
        description="minutes of work a day that nobody has done by closing; elderly weigh 1.5"
    )
    tried: bool
    cut_minutes: float | None
    low: float | None
    high: float | None
    mean_before: float | None
    mean_after: float | None


class SkillsReport(Answer):
    """Which certifications would cut waits most, best first."""

    first: date
    days: int
    plays: int
    rostered: bool = Field(description="the week's roster; false: everybody at their usual window")
    candidates: list[SkillCandidate]
