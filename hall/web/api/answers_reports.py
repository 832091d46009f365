"""What the API answers about reports and standards. Models for the document only, as hall/web/api/answers.py
says.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from hall.config_standards import Judged, Period, Scope
from hall.rules.tickets import VisitorClass
from hall.web.api.answers import Answer, Moment, Named
from hall.web.api.answers_rectifications import MysteryVisitCard, RectificationCard

Hours = Literal["all", "busy", "idle"]
BEHIND = Field(ge=0, description="events not summed up yet; 0: everything up to this moment is in it")


class IndicatorValues(Answer):
    """The indicators. Rates, loads and coverages are shares; null: there is nothing to divide by."""

    taken: int | None = Field(description="numbers given out; null of a window or clerk")
    called: int = Field(description="visitors called for the first time in a line")
    served: int = Field(description="matters finished at a window")
    missed: int
    abandoned: int | None = Field(description="left unserved; null of a window or clerk")
    mean_wait_seconds: float | None
    p50_wait_seconds: float | None = Field(description="at most five seconds wrong")
    p90_wait_seconds: float | None = Field(description="at most five seconds wrong")
    longest_wait_seconds: float | None
    wait_target_rate: float | None = Field(description="called within the promised wait (等候达标率)")
    elderly_target_rate: float | None = Field(description="the same of the elderly")
    mean_service_seconds: float | None
    overtime: int = Field(description="services longer than the hall's limit")
    window_open_rate: float | None = Field(description="open within the hours ÷ the hours of all windows")
    load: float | None = Field(description="serving ÷ standing open")
    load_imbalance: float | None = Field(
        description="standard deviation of the windows' loads (忙闲不均); of the hall and its days only"
    )
    held: int
    transferred: int
    second_visits: int | None = Field(
        description="served for the same business in the 30 days before; null of a window or clerk"
    )
    rated: int
    rating_coverage: float | None = Field(description="rated ÷ finished visits")
    mean_grade: float | None
    negative: int
    rectified_on_time: float | None = Field(
        description="rectifications done by their due day ÷ these and those that were not done by then"
    )
    mystery_score: float | None = Field(description="mean score of mystery visits, 0–100")


class ReportRow(IndicatorValues):
    """One department, business, window, clerk, hour or day; names may be empty."""

    code: str
    name: str
    name_en: str


class Report(Answer):
    """The indicators of a range of days."""

    now: Moment
    from_: date = Field(alias="from")
    to: date
    by: Literal["hall", "department", "business", "window", "clerk", "hour", "day"]
    hours: Hours
    first_day: date | None = Field(description="the earliest day there are figures of")
    behind: int = BEHIND
    total: IndicatorValues
    rows: list[ReportRow] = Field(description="empty for by=hall")


class StandardCard(Answer):
    """A row of the table of standards, in the version that holds."""

    standard: str
    name: str
    name_en: str
    indicator: Judged
    scope: Scope
    hours: Hours
    at_least: float | None
    at_most: float | None
    period: Period
    owner: str
    owner_en: str
    version: int
    since: date | None
    from_: date = Field(alias="from")
    to: date


class StandardResult(Named):
    """What one hall, department, business, window or clerk came to."""

    value: float | None
    met: bool | None = Field(description="null: there is nothing to judge")


class StandardStanding(StandardCard):
    """A standard, met by all it is for or not."""

    met: bool | None
    results: list[StandardResult]


class StandardsOfDay(Answer):
    """The standards in force on a day."""

    now: Moment
    day: date
    busy_hours: list[int]
    behind: int = BEHIND
    standards: list[StandardStanding]


class EvidenceTicket(Answer):
    """A ticket that broke the standard."""

    ticket: str
    ticket_id: int
    day: date
    at: Moment
    business: str
    business_name: str
    business_name_en: str
    window: int | None
    clerk_name: str
    clerk_name_en: str
    visitor_class: VisitorClass
    seconds: float | None = Field(description="waited or served; null: no time is the matter")
    promise_seconds: float | None


class Evidence(StandardCard):
    """What broke a standard."""

    behind: int = BEHIND
    total: int = Field(
        description="how many tickets, rectifications or visits; 200 are listed, of tickets the longest of "
        "the newest days"
    )
    tickets: list[EvidenceTicket]
    windows: list[StandardResult]
    rectifications: list[RectificationCard] = Field(description="not done by their due day")
    mystery_visits: list[MysteryVisitCard] = Field(description="with a score that missed the target")
