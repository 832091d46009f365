"""What is answered about kiosks that can work alone, as models for the OpenAPI document; see answers.py."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from hall.web.api.answers import Answer, Moment


class KioskItself(Answer):
    """A kiosk and its hall."""

    hall: str
    device: str


class HallCopy(Answer):
    """What is configured, as rows by table."""

    version: int = Field(description="changes whenever anything of it does")
    base_url: str
    row: dict[str, Any] = Field(description="the hall's own")
    rows: dict[str, list[dict[str, Any]]]


class LeaseHeld(Answer):
    """A block of numbers, first to last, that the kiosk may use until it expires or the business day ends."""

    business_day: date
    prefix: str
    first: int
    last: int
    next: int = Field(description="the first that was not given out, as far as the hall knows")
    expires_at: Moment


class LeasesHeld(Answer):
    """Every block that holds; all others are over."""

    now: Moment
    version: int
    leases: list[LeaseHeld]
    quota_left: dict[str, int] = Field(description="by business, where there is a quota")


class TakenIn(Answer):
    """What became of a number: its ticket, or why it was refused."""

    label: str
    id: int | None
    code: str | None


class HandedIn(Answer):
    """What became of each number that was handed in."""

    tickets: list[TakenIn]


class LeaseOfToday(Answer):
    """A block of numbers, and what became of it."""

    device: str
    numbers: str = Field(description="A011-A020")
    used: int = Field(description="stand on a ticket that the hall knows")
    unused: int = Field(description="are left, or, once it has ended, will never be given out by anybody")
    expires_at: Moment
    ended: Literal["used_up", "expired", "day_over", "lost", "revoked", "restored"] | None


class Leases(Answer):
    """The business day's blocks of numbers."""

    leases: list[LeaseOfToday]
