"""The shapes that requests to the API must have; the OpenAPI document is generated from them and from each
route's docstring.
"""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Code = Annotated[str, Field(min_length=1, max_length=64)]
Note = Annotated[str, Field(max_length=300)]
TicketId = Annotated[int, Field(ge=1, le=2**53)]
YEARS = range(2000, 2200)
"""What a calendar can be asked in every zone, and what was ever meant."""


When = TypeVar("When", bound=date)


def of_these_years(value: When) -> When:
    """A day or moment of YEARS. Raises ValueError."""
    if value.year not in YEARS:
        raise ValueError(f"not between {YEARS.start} and {YEARS.stop}")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(of_these_years)]


class Shape(BaseModel):
    """A request body: unknown fields are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _only_text(cls, body: Any) -> Any:
        """JSON can say characters that are no text (NUL, half of a pair); no database keeps them."""
        _check_text(body)
        return body


def _check_text(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
            raise ValueError("not a text")
    elif isinstance(value, list | tuple):
        for one in value:
            _check_text(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_text(name)
            _check_text(one)


class HallPath(BaseModel):
    hall: str = Field(description="the hall's id, as in config.yaml")


class AlertPath(HallPath):
    alert: int = Field(description="as the list of alerts names it", ge=1, le=2**53)


class TakeAlert(Shape):
    note: Note | None = None


class TicketPath(HallPath):
    ticket: TicketId


class WindowPath(HallPath):
    window: int = Field(description="the number on the window", ge=1, le=9999)


class ItemPath(HallPath):
    item: Code


class SecretPath(HallPath):
    secret: Annotated[str, Field(min_length=1, max_length=64)]


NumberText = Annotated[
    str, Field(min_length=1, max_length=16, description="what is printed on a ticket, such as A001")
]


class SecretNumberPath(SecretPath):
    number: NumberText


class TicketNumberPath(TicketPath):
    number: NumberText


class DevicePath(HallPath):
    device: Code


class PrintJobPath(HallPath):
    job: TicketId


class AccountPath(HallPath):
    username: Code


class Search(BaseModel):
    q: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class After(BaseModel):
    after: Annotated[int, Field(ge=0, le=2**53)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 500


class FindTicket(BaseModel):
    number: Annotated[
        str, Field(min_length=1, max_length=16, description="what is printed on the ticket, such as A001")
    ]


class SignIn(Shape):
    username: Code
    password: Annotated[str, Field(min_length=1, max_length=200)]
    hall: Code | None = None


class NewTicket(Shape):
    business: Code
    items: Annotated[list[Code], Field(max_length=20)] = []
    visitor_class: Literal["ordinary", "elderly", "priority", "appointment"] = "ordinary"
    class_reason: Note | None = None
    id_number: Annotated[str, Field(max_length=40)] | None = Field(
        default=None,
        description="read for age and one open ticket per person; kept only as a keyed hash and a mask",
    )
    booked_at: AwareDatetime | None = None
    language: Literal["zh", "en"] = "zh"
    device_print: bool = Field(default=True, description="print on the device's own printer")
    override_closed: bool = Field(default=False, description="staff only: issue outside the hours")


class Reason(Shape):
    reason: Note | None = None


class Reclassify(Shape):
    visitor_class: Literal["ordinary", "elderly", "priority"]
    reason: Note | None = None


class Reprint(Shape):
    printer: Code | None = None


class Call(Shape):
    ticket: TicketId | None = Field(
        default=None, description="call this waiting ticket instead of the next one"
    )
    finish_current: bool = Field(
        default=False, description="finish the ticket being served first, in the same transaction"
    )


class Pause(Shape):
    reason: Annotated[str, Field(min_length=1, max_length=100)]


class Hold(Shape):
    note: Note | None = None


class WhichTicket(Shape):
    ticket: TicketId


class Transfer(Shape):
    business: Code | None = None
    window: Annotated[int, Field(ge=1, le=9999)] | None = None
    items: Annotated[list[Code], Field(max_length=20)] = []
    place: Literal["keep", "tail"] | None = None
    note: Note | None = None


class Nothing(Shape):
    """A verb that needs no words."""


class Manage(Shape):
    action: Literal["pause", "open", "close"]
    reason: Note | None = None


class Businesses(Shape):
    businesses: Annotated[list[Code], Field(min_length=1, max_length=500)]


class Rating(Shape):
    grade: Annotated[int, Field(ge=1, le=5, description="5 very satisfied … 1 very dissatisfied")]
    comment: Annotated[str, Field(max_length=500)] | None = None


class PadRating(Rating):
    ticket: TicketId


Said = Annotated[str, Field(max_length=200)]


class Heartbeat(Shape):
    status: Annotated[
        dict[Annotated[str, Field(max_length=32)], Said | int | float | bool | None], Field(max_length=16)
    ] = {}


Username = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,31}$", description="2 to 32 of a–z, 0–9, dot, dash, underscore"),
]
PersonName = Annotated[str, Field(min_length=1, max_length=60)]


class Account(Shape):
    name: PersonName
    name_en: Annotated[str, Field(max_length=60)] = ""
    role: Literal["administrator", "manager", "guide", "clerk"]
    badge: Annotated[str, Field(max_length=60, description="shown to visitors, such as a number")] = ""
    skills: Literal["all"] | Annotated[list[Code], Field(max_length=500)] = Field(
        default="all", description="what this person may call: business codes, or all"
    )


class NewAccount(Account):
    username: Username


class HeldLease(Shape):
    """A block of numbers that a kiosk holds: `next` is the first that it has not given out."""

    prefix: Annotated[str, Field(min_length=1, max_length=4)]
    first: Annotated[int, Field(ge=1, le=10**6)]
    next: Annotated[int, Field(ge=1, le=10**6)]


Store = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{16,32}$", description="names the kiosk's own store; another one begins anew"),
]


class Renew(Shape):
    store: Store
    held: Annotated[list[HeldLease], Field(max_length=600)] = []


class GivenOut(Shape):
    """A number that a kiosk gave out by itself."""

    business: Code
    prefix: Annotated[str, Field(min_length=1, max_length=4)]
    number: Annotated[int, Field(ge=1, le=10**6)]
    secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,32}$")]
    visitor_class: Literal["ordinary", "elderly", "appointment"] = "ordinary"
    arrived_at: Moment
    items: Annotated[list[Code], Field(max_length=20)] = []
    booked_at: Moment | None = None
    language: Literal["zh", "en"] = "zh"
    identity_mask: Annotated[str, Field(max_length=24)] | None = None
    instead_of: Annotated[str, Field(min_length=1, max_length=80)] | None = Field(
        default=None, description="the Idempotency-Key of the wish, if it was sent and never answered"
    )


class HandIn(Shape):
    tickets: Annotated[list[GivenOut], Field(min_length=1, max_length=50)]


class PaperCall(Shape):
    """One visitor called on paper, and how it ended or stands."""

    key: Annotated[str, Field(min_length=8, max_length=40)]
    number: Annotated[str, Field(min_length=1, max_length=16)]
    outcome: Literal["called", "serving", "finished", "missed"]
    called_at: Moment
    started_at: Moment | None = None
    ended_at: Moment | None = None


class PaperList(Shape):
    calls: Annotated[list[PaperCall], Field(min_length=1, max_length=100)]


class FindPrintJobs(BaseModel):
    state: Literal["waiting", "printing", "printed", "failed"] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class ReadJournal(BaseModel):
    before: Annotated[int, Field(ge=1, le=2**53)] | None = Field(
        default=None, description="only events before this number; the answer's next_before is the next page"
    )
    type: Annotated[str, Field(max_length=40)] | None = None
    actor: Annotated[str, Field(max_length=64)] | None = Field(
        default=None, description="a username, a device's code, system, or anyone (visitors)"
    )
    ticket: Annotated[str, Field(max_length=16)] | None = Field(
        default=None, description="what is printed on the ticket, such as A001"
    )
    limit: Annotated[int, Field(ge=1, le=200)] = 50
