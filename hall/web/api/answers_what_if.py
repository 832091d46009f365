"""What the API answers about plans that are tried. Models for the document only, as hall/web/api/answers.py
says.
"""

from typing import Any, Literal

from pydantic import Field

from hall.web.api.answers import Answer, Kind, Moment, Named, Seq
from hall.web.api.answers_staff import ClerkCard

SET = Field(ge=0, description="place in `sets`")


class WindowToTry(Answer):
    """A window, and what it may be set to."""

    number: int
    label: str
    label_en: str
    kind: Kind
    zone: str
    state: Literal["closed", "paused", "open"]
    clerk: ClerkCard | None
    serves: int = SET
    may: int = SET
    can: int = Field(ge=0, description="place in `sets`: of what it may, what its clerk is certified for")


class BusinessToTry(Answer):
    """A business, with who waits for it."""

    code: str
    name: str
    name_en: str
    prefix: str
    department: str
    department_name: str
    department_name_en: str
    waiting: int


class ClerkToTry(Answer):
    """A clerk; `window`: where they are signed in."""

    username: str
    name: str
    name_en: str
    badge: str
    window: int | None
    skills: int = SET


class HallToTry(Answer):
    """The hall, to put a plan together."""

    seq: Seq
    now: Moment
    timezone: str
    zones: list[Named]
    windows: list[WindowToTry]
    businesses: list[BusinessToTry]
    clerks: list[ClerkToTry]
    sets: list[list[str]] = Field(description="sets of businesses, as codes")


class Bands(Answer):
    """At each of `times`: what is expected, and the range of eight futures in ten. null: nobody comes."""

    low: list[float | None]
    middle: list[float | None]
    high: list[float | None]


class Course(Answer):
    """How it goes on, without the plan and with it."""

    before: Bands
    after: Bands


class RangeTold(Answer):
    """One figure over the futures."""

    low: float
    middle: float
    high: float


class FigureTold(Answer):
    """One figure without the plan, with it, and the difference future by future."""

    before: RangeTold
    after: RangeTold
    difference: RangeTold
    sign: Literal[-1, 0, 1] = Field(description="gets less, hardly changes or may go either way, gets more")


class FiguresTold(Answer):
    """Of everybody who waits now or comes in the time looked at; null: nobody does."""

    mean_wait: FigureTold | None = Field(description="seconds")
    longest_wait: FigureTold | None = Field(description="seconds")
    over_promise: FigureTold | None = Field(description="share")
    elderly_wait: FigureTold | None = Field(description="seconds, of the elderly")


class BothOf(Answer):
    """The hall, or one business, in both futures."""

    people: float = Field(description="how many wait now or come")
    waiting: Course = Field(description="people waiting")
    wait_seconds: Course = Field(description="how long those wait who come then")
    figures: FiguresTold


class BothOfBusiness(BothOf):
    code: str


class BothFutures(Answer):
    """Both futures of the hall."""

    now: Moment
    at: Moment = Field(description="the moment the futures begin at")
    basis: int = Field(description="the newest event that is in them")
    closes: Moment = Field(description="when the last clerk goes home")
    futures: int = Field(description="how many were played")
    least_futures: int
    complete: bool = Field(description="asking again brings no more")
    took_seconds: float
    times: list[Moment]
    hall: BothOf
    businesses: list[BothOfBusiness]


class DayPlayed(Answer):
    """One day in figures. Seconds and shares; null: nobody was called."""

    name: Literal["as-it-was", "own", "with-plan"]
    visitors: int
    served: int
    mean_wait: float | None
    longest_wait: float | None
    over_promise: float | None
    elderly_wait: float | None
    waiting: list[int] = Field(description="how many waited at each of `times`")


class DayWithPlan(Answer):
    """A past day as it was, by the hall's rule today, and with the plan."""

    day: str
    times: list[Moment]
    days: list[DayPlayed]


class PlanDraft(Answer):
    """A plan that is being put together."""

    version: int = Field(ge=0, description="0: there is none today")
    changes: list[dict[str, Any]] = Field(description="as `keep_draft` was told them")
    saved_at: Moment | None


class DraftKept(Answer):
    version: int


class PlanDone(Answer):
    """What of a plan was done: adjustments, one for each end."""

    adjustments: list[int]
    left: list[int] = Field(description="the changes that can only be tried, by their place from 0")
