"""What the API answers about rectifications and mystery visits. Models for the document only, as
hall/web/api/answers.py says.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from hall.config_standards import Judged
from hall.rules.rectifications import Standing
from hall.web.api.answers import Answer, Moment


class RectificationCard(Answer):
    """Something that is to be rectified, or was. What its source does not have is null or empty."""

    id: int
    source: Literal["rating", "mystery_visit", "standard"]
    state: Standing
    day: date = Field(description="of the visit that was rated, the mystery visit, or the standard")
    ticket: str | None
    grade: int | None
    score: int | None
    standard: str | None
    standard_name: str
    standard_name_en: str
    indicator: Judged | None
    business_name: str
    business_name_en: str
    window: int | None
    clerk_name: str
    clerk_name_en: str
    finding: str = Field(description="of a rating the visitor's comment")
    owner: str = Field(description="who answers for it")
    opened_at: Moment
    opened_by: str
    opened_by_en: str
    due_day: date
    due_at: Moment = Field(description="when the hall closes on the due day")
    rectified_at: Moment | None
    rectified_by: str
    rectified_by_en: str
    note: str = Field(description="how it was rectified")


class MysteryVisitCard(Answer):
    """What a mystery visitor saw; window null: of the whole hall."""

    id: int
    visited_at: Moment
    window: int | None
    score: int = Field(ge=0, le=100)
    finding: str
    entered_at: Moment
    entered_by: str
    entered_by_en: str


class WindowNamed(Answer):
    number: int
    label: str
    label_en: str


class Rectifications(Answer):
    """What is to be rectified, the earliest due first; what was in the last 90 days, the latest first."""

    now: Moment
    today: date
    usual_due: date = Field(description="the due day of one that is opened now")
    working_days: int
    windows: list[WindowNamed]
    todo: int = Field(description="how many are not done; 500 are listed, and 500 of those that are")
    overdue: int = Field(description="of them")
    done: int = Field(description="how many were in the last 90 days")
    rectifications: list[RectificationCard]
    mystery_visits: list[MysteryVisitCard]


class MysteryVisitEntered(Answer):
    mystery_visit: int
    rectification: int | None


class StandardToRectify(Answer):
    rectification: int
