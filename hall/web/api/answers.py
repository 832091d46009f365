"""What the open part of the API answers, as models for the OpenAPI document, and the base of all answers.

The screens build plain dictionaries and nothing here runs when they are sent: hall/web/api/document.py reads
these models for the document, and the tests hold real answers against it. Further answers stand in
answers_tickets.py, answers_staff.py and answers_admin.py; a route names its own with `gives`.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from hall.rules.tickets import State

Moment = Annotated[
    datetime,
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": r"\.\d{3}Z$", "description": "ISO 8601, UTC"}
    ),
]
Seq = Annotated[
    int, Field(ge=0, description="the newest event in this picture; later events carry it forward")
]
Kind = Literal[
    "comprehensive", "special", "one_matter", "elderly", "enquiry", "cannot_do", "supervision", "tide"
]
Language = Literal["zh", "en"]


class Answer(BaseModel):
    """An answer: exactly these fields, all of them always there."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


def gives(answer: type[Answer], status: int = 200) -> ResponseDict:
    """What a route answers when it did what was asked, for its `responses=`. The document adds the problems
    that its audience may meet.
    """
    said = {"schema": {"$ref": f"#/components/schemas/{answer.__name__}"}}
    return {status: {"description": _first_line(answer), "content": {"application/json": said}}}


def meets(*statuses: int) -> ResponseDict:
    """Problems that a route meets beyond those of every route of its audience."""
    return {status: {"description": "Problem"} for status in statuses}


def _first_line(answer: type[Answer]) -> str:
    return (answer.__doc__ or "").strip().split("\n")[0]


class ProblemField(BaseModel):
    """A field of the request, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    field: str
    message: str


class Problem(BaseModel):
    """A refusal as RFC 9457 writes it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    type: str = Field(pattern="^/problems/[a-z0-9_]+$")
    title: str
    status: int
    detail: str = Field(description="what to do, in the reader's language")
    code: str
    fields: list[ProblemField] = []


class Done(Answer):
    """It was done; there is nothing to tell."""


class Named(Answer):
    """Something configured: its id in config.yaml and its names; name_en may be empty."""

    code: str
    name: str
    name_en: str


class BusinessCard(Named):
    """What visitors queue for."""

    prefix: str = Field(description="the letters before its ticket numbers")


class WaitRange(Answer):
    """How long it will take until the call, in minutes; one end is null where only the other helps."""

    low_minutes: int | None = Field(description="null: usually no more than high_minutes")
    high_minutes: int | None = Field(description="null: at least low_minutes, maybe longer")


class Halls(Answer):
    """The halls of this server."""

    halls: list[Named]


class HallRules(Answer):
    """What screens need of a hall's rules."""

    elderly_age: int
    missed_after_seconds: int
    recalls: int
    missed_return: Literal["behind", "new_number"]
    missed_return_behind: int
    kiosk_idle_seconds: int
    kiosk_idle_elderly_seconds: int


class HallCard(Named):
    """A hall's name, clock, opening and rules."""

    timezone: str
    now: Moment
    business_day: date
    open_now: bool
    opens_at: Moment | None
    closes_at: Moment | None
    languages: list[Language]
    zones: list[Named]
    seq: Seq
    rules: HallRules


class CatalogueBusiness(BusinessCard):
    """A business as a visitor may choose it now."""

    bundle: bool = Field(description="one matter that several departments handle together (一件事)")
    open: bool
    why_closed: str | None = Field(description="the code of the problem that taking a number would meet")
    opens_at: str = Field(description="when it opens next, on the hall's own clock; empty while it is open")
    quota_left: int | None = Field(description="null: no quota")
    waiting: int
    wait_range: WaitRange | None = Field(description="null: it cannot be estimated now")
    wait_ranges: dict[str, WaitRange | None] = Field(description="the same by class of visitor")
    unlikely_before_closing: list[str] = Field(
        description="classes whose visitors, coming now, will probably not be called today"
    )
    windows: list[int]
    zones: list[Named]


class CatalogueDepartment(Named):
    """A department with its businesses."""

    wait_range: WaitRange | None = Field(description="of all its open businesses together")
    businesses: list[CatalogueBusiness]


class CataloguePicture(Answer):
    """Everything a visitor may choose."""

    seq: Seq
    now: Moment
    departments: list[CatalogueDepartment]


class Material(Answer):
    """A paper the visitor must bring."""

    name: str
    name_en: str
    copies: int | None
    note: str | None
    note_en: str


class FullItem(Named):
    """A service item with its materials and the ways to do it without a window."""

    aliases: list[str]
    materials: list[Material]
    online: str | None = Field(description="the address where it can be done online")
    self_service: str | None
    self_service_en: str
    completion: str | None = Field(description="the promise until when it is done")
    completion_en: str
    business: BusinessCard
    department: Named


class FoundItems(Answer):
    """Items, best match first."""

    items: list[FullItem]


class BoardHall(Named):
    """Whose board it is."""

    timezone: str


class BoardClerk(Answer):
    """Who serves at a window, as visitors may know it."""

    name: str
    badge: str


class BoardWindow(Answer):
    """A window as its screen shows it."""

    number: int
    label: str
    label_en: str
    zone: str
    kind: Kind
    state: Literal["idle", "called", "serving", "paused", "closed"]
    ticket: str | None
    clerk: BoardClerk | None
    businesses: list[str]


class BoardCall(Answer):
    """A call. `matters`: the visitor is still expected, so the call should still be shown and spoken."""

    call_id: int
    ticket: str
    window: int
    zone: str
    called_at: Moment
    latest_at: Moment
    recalls: int
    state: State | None = Field(description="null: the ticket has gone on to another call")
    matters: bool


class BoardLine(Answer):
    """How many people wait for a business."""

    business: str
    name: str
    name_en: str
    count: int


class BoardPicture(Answer):
    """The public board: numbers and windows, no names of visitors."""

    seq: Seq
    day: date
    hall: BoardHall
    zones: list[Named]
    windows: list[BoardWindow]
    calls: list[BoardCall] = Field(description="newest first")
    waiting: list[BoardLine]
