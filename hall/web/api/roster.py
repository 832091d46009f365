"""The roster over the interface: a week, changing it, absences and AB posts, drawn weeks; a clerk's own day.

A week is drawn in a process of its own (hall/planning); the route only notes that it is wanted.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, BaseModel, Field

from hall.actions import roster as actions
from hall.records import roster as records
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.calendar import parse_span
from hall.rules.errors import UnknownAccount
from hall.rules.roster import Shift
from hall.screens import roster as screen
from hall.web import access
from hall.web.api.answers import Done, gives
from hall.web.api.answers_roster import (
    AbsenceNoted,
    DayChanged,
    DaysCopied,
    OwnDay,
    RosterWeek,
)
from hall.web.api.reports import Day
from hall.web.api.shapes import Code, HallPath, Note, Shape
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_roster", __name__, url_prefix="/api/v1/halls/<hall>/roster", abp_tags=[Tag(name="roster")]
)


def _check_clock(value: str) -> str:
    if parse_span(f"00:00-{value}") is None:
        raise ValueError("not a time of day such as 09:30")
    return value


Clock = Annotated[str, AfterValidator(_check_clock), Field(description="09:30; 24:00 at the end of the day")]
Id = Annotated[int, Field(ge=1, le=2**53)]


class WeekQuery(BaseModel):
    first: Day | None = Field(
        default=None, alias="from", description="the first of seven days; this week's Monday if left out"
    )


class RestWish(Shape):
    at: Clock
    minutes: Annotated[int, Field(ge=1, le=240)]


class ShiftWish(Shape):
    """A shift; without a window the clerk is in the house."""

    clerk: Code
    window: Annotated[int, Field(ge=1, le=9999)] | None = None
    begins: Clock
    ends: Clock
    breaks: Annotated[list[RestWish], Field(max_length=12)] = []


class RosterChange(Shape):
    """Shifts of one day to take out (ids) and to put in; `edition`: the day's as the asker saw it."""

    day: Day
    edition: Annotated[int, Field(ge=0, le=2**31)]
    removed: Annotated[list[Id], Field(max_length=400)] = []
    added: Annotated[list[ShiftWish], Field(max_length=400)] = []


class DayEdition(Shape):
    day: Day
    edition: Annotated[int, Field(ge=0, le=2**31)]


class RosterCopy(Shape):
    """A day or a whole week over another; `seen`: the editions of the days copied to."""

    first: Day
    to: Day
    week: bool = False
    seen: Annotated[list[DayEdition], Field(max_length=7)] = []


class AbsenceWish(Shape):
    clerk: Code
    first: Day
    last: Day
    note: Note | None = None


class TakeOver(Shape):
    shift: Id
    clerk: Code


class BackupWish(Shape):
    """The AB post of a window or of a business; without a clerk there is none any more."""

    window: Annotated[int, Field(ge=1, le=9999)] | None = None
    business: Code | None = None
    clerk: Code | None = None


class AbsencePath(HallPath):
    absence: Id


@blueprint.get("", operation_id="get_roster", responses=gives(RosterWeek))
@access.only(*access.MANAGERS)
def get_week(path: HallPath, query: WeekQuery) -> Response:
    """Seven days: who works when at which window, who is absent and who could stand in, and what is wrong."""
    with look(path.hall) as (connection, book):
        now = the_server().database.clock()
        return jsonify(screen.week(connection, book, query.first or monday_of(book.day(now)), now))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@blueprint.get("/mine", operation_id="get_own_day", responses=gives(OwnDay))
@access.only(*access.CLERKS)
def get_mine(path: HallPath) -> Response:
    """The asker's own shifts of today that are not over, and the next break."""
    with look(path.hall) as (connection, book):
        return jsonify(screen.own_day(connection, book, access.who().id or 0, the_server().database.clock()))


@blueprint.post("/change", operation_id="change_roster", responses=gives(DayChanged))
@access.only(*access.MANAGERS)
def post_change(path: HallPath, body: RosterChange) -> Response:
    """Take shifts of one day out and put others in; moving one is both at once."""

    def change(tx: Tx, book: Book) -> dict[str, Any]:
        added = _shifts(tx, book, body.day, body.added)
        edition = actions.change_day(tx, book, body.day, body.edition, body.removed, added)
        return {"day": body.day.isoformat(), "edition": edition}

    return do(path.hall, change)


@blueprint.post("/copy", operation_id="copy_roster", responses=gives(DaysCopied))
@access.only(*access.MANAGERS)
def post_copy(path: HallPath, body: RosterCopy) -> Response:
    """Copy a day or a week over another; absent clerks' shifts and closed days are left out."""

    def copy(tx: Tx, book: Book) -> dict[str, Any]:
        seen = {one.day: one.edition for one in body.seen}
        return dict(actions.copy_days(tx, book, body.first, body.to, 7 if body.week else 1, seen))

    return do(path.hall, copy)


@blueprint.post("/absences", operation_id="mark_absent", responses=gives(AbsenceNoted))
@access.only(*access.MANAGERS)
def post_absence(path: HallPath, body: AbsenceWish) -> Response:
    """Note that a clerk is absent; the week then proposes who takes over, the AB post first."""

    def mark(tx: Tx, book: Book) -> dict[str, Any]:
        clerk = _clerk(tx, book, body.clerk)
        return {"absence": actions.mark_absent(tx, book, clerk, body.first, body.last, body.note)}

    return do(path.hall, mark)


@blueprint.post("/absences/<int:absence>/end", operation_id="end_absence", responses=gives(Done))
@access.only(*access.MANAGERS)
def post_absence_end(path: AbsencePath) -> Response:
    """The clerk is there after all."""

    def end(tx: Tx, book: Book) -> dict[str, Any]:
        actions.end_absence(tx, book, path.absence)
        return {}

    return do(path.hall, end)


@blueprint.post("/take-over", operation_id="take_over_shift", responses=gives(Done))
@access.only(*access.MANAGERS)
def post_take_over(path: HallPath, body: TakeOver) -> Response:
    """Let somebody stand in for an absent clerk's shift."""

    def take(tx: Tx, book: Book) -> dict[str, Any]:
        actions.take_over(tx, book, body.shift, _clerk(tx, book, body.clerk))
        return {}

    return do(path.hall, take)


@blueprint.post("/backups", operation_id="name_backup", responses=gives(Done))
@access.only(*access.MANAGERS)
def post_backup(path: HallPath, body: BackupWish) -> Response:
    """Name the AB post of a window or a business, or take it away."""

    def name(tx: Tx, book: Book) -> dict[str, Any]:
        clerk = _clerk(tx, book, body.clerk) if body.clerk else None
        actions.name_backup(tx, book, clerk, body.window, body.business)
        return {}

    return do(path.hall, name)


def _shifts(tx: Tx, book: Book, day: date, wishes: Sequence[ShiftWish]) -> list[Shift]:
    """Raises UnknownAccount, UnknownWindow."""
    clerks = {one.username: one.id for one in records.people(tx.connection, book).values()}
    found = []
    for one in wishes:
        if one.clerk not in clerks:
            raise UnknownAccount(username=one.clerk)
        window = book.window(one.window).id if one.window is not None else None
        breaks = tuple(sorted((_minute(rest.at), rest.minutes) for rest in one.breaks))
        found.append(Shift(day, clerks[one.clerk], window, _minute(one.begins), _minute(one.ends), breaks))
    return found


def _clerk(tx: Tx, book: Book, username: str) -> int:
    """Raises UnknownAccount."""
    for one in records.people(tx.connection, book).values():
        if one.username == username:
            return one.id
    raise UnknownAccount(username=username)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)
