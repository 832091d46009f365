"""What is to be rectified over the interface: the list, what mystery visitors saw, a standard that was not
met, and that something is rectified.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, Field

from hall.actions import rectifications as actions
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.rectifications import BEST_SCORE
from hall.screens import rectifications as screen
from hall.web import access
from hall.web.api.answers import Done, gives
from hall.web.api.answers_rectifications import MysteryVisitEntered, Rectifications, StandardToRectify
from hall.web.api.reports import Day, StandardPath
from hall.web.api.roster import Clock
from hall.web.api.shapes import HallPath, Shape
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_rectifications",
    __name__,
    url_prefix="/api/v1/halls/<hall>",
    abp_tags=[Tag(name="rectifications")],
)


def _some_words(value: str) -> str:
    if not value.strip():
        raise ValueError("nothing is said")
    return value.strip()


Said = Annotated[str, Field(max_length=1000), AfterValidator(str.strip)]
Words = Annotated[str, Field(max_length=1000), AfterValidator(_some_words)]


class RectifyWish(Shape):
    """Who answers for it and until when; without a day the hall's usual working days."""

    owner: Annotated[str, Field(max_length=100), AfterValidator(str.strip)] = ""
    due: Day | None = None


class MysteryVisitWish(RectifyWish):
    """What a mystery visitor saw, when by the hall's clock; without a window, in the whole hall. `rectify`:
    the finding is to be rectified.
    """

    day: Day
    time: Clock
    window: Annotated[int, Field(ge=1, le=9999)] | None = None
    score: Annotated[int, Field(ge=0, le=BEST_SCORE)]
    finding: Said = ""
    rectify: bool = False


class StandardWish(RectifyWish):
    day: Day
    finding: Said = ""


class Rectified(Shape):
    note: Words = Field(description="how it was rectified")


class RectificationPath(HallPath):
    rectification: Annotated[int, Field(ge=1, le=2**53)]


@blueprint.get("/rectifications", responses=gives(Rectifications))
@access.only(*access.MANAGERS)
def get_rectifications(path: HallPath) -> Response:
    """What is to be rectified and by when, what was, and what mystery visitors saw."""
    with look(path.hall) as (connection, book):
        return jsonify(screen.picture(connection, book, the_server().database.clock()))


@blueprint.post(
    "/rectifications/<int:rectification>/done", operation_id="note_rectified", responses=gives(Done)
)
@access.only(*access.MANAGERS)
def post_done(path: RectificationPath, body: Rectified) -> Response:
    """It is rectified, and how. Done once: it stands with who said so and when."""

    def done(tx: Tx, book: Book) -> dict[str, Any]:
        actions.rectify(tx, book, path.rectification, body.note)
        return {}

    return do(path.hall, done)


@blueprint.post("/mystery-visits", operation_id="enter_mystery_visit", responses=gives(MysteryVisitEntered))
@access.only(*access.MANAGERS)
def post_mystery_visit(path: HallPath, body: MysteryVisitWish) -> Response:
    """Enter what a mystery visitor saw; a finding that is to be rectified opens a rectification."""

    def enter(tx: Tx, book: Book) -> dict[str, Any]:
        at = _moment(book, body.day, body.time)
        visit = actions.mystery_visit(tx, book, at, body.window, body.score, body.finding)
        opened = actions.for_finding(tx, book, visit, at, body.window, _wish(body)) if body.rectify else None
        return {"mystery_visit": visit, "rectification": opened}

    return do(path.hall, enter)


@blueprint.post(
    "/standards/<standard>/rectify", operation_id="rectify_standard", responses=gives(StandardToRectify)
)
@access.only(*access.MANAGERS)
def post_standard(path: StandardPath, body: StandardWish) -> Response:
    """Have a standard rectified that was not met on a day; once for each of its days."""

    def rectify(tx: Tx, book: Book) -> dict[str, Any]:
        return {"rectification": actions.for_standard(tx, book, path.standard, body.day, _wish(body))}

    return do(path.hall, rectify)


def _wish(body: MysteryVisitWish | StandardWish) -> actions.ToRectify:
    return actions.ToRectify(body.finding, body.owner, body.due)


def _moment(book: Book, day: date, clock: str) -> datetime:
    """24:00 is the day's last minute, so that it stays that day."""
    hours, minutes = clock.split(":") if clock != "24:00" else ("23", "59")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=book.zone).astimezone(UTC)
