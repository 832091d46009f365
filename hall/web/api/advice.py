"""Staffing advice over the interface: ask for it, see it, apply a suggestion, take it back; and what a clerk
is asked to open.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from hall.actions import advice as actions
from hall.actions import moves
from hall.advising import Advising
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.errors import StaffingRefused
from hall.screens import advice as screens
from hall.web import access
from hall.web.api.answers import Done, gives
from hall.web.api.answers_advice import (
    AdjustmentMade,
    AdvicePicture,
    AdviceWantedAnswer,
    MoveAnswered,
    MyMoves,
    SuggestionsApplied,
)
from hall.web.api.shapes import HallPath, Moment, Nothing, Shape
from hall.web.doing import do, hall_id, look
from hall.web.problems import sentence
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_advice", __name__, url_prefix="/api/v1/halls/<hall>", abp_tags=[Tag(name="advice")]
)

PLACE = "advising"
"""Where hall/app.py puts the advisor among the server's places."""
USUALLY = timedelta(minutes=45)
MOST_AT_ONCE = 20
Id = Annotated[int, Field(ge=1, le=2**53)]


class SuggestionPath(HallPath):
    suggestion: Id = Field(description="as the advice names it")


class AdjustmentPath(HallPath):
    adjustment: Id = Field(description="as the advice names it")


class MovePath(HallPath):
    move: Id = Field(description="as the list of requests names it")


class Until(Shape):
    until: Moment | None = Field(description="when it ends by itself; null: when somebody undoes it")


class ApplySuggestion(Shape):
    until: Moment | None = Field(
        default=None, description="when it ends by itself; after 45 minutes if left out"
    )
    endless: bool = Field(default=False, description="it stays until somebody undoes it")


class ApplySuggestions(ApplySuggestion):
    suggestions: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]


@blueprint.get("/advice", responses=gives(AdvicePicture))
@access.only(*access.MANAGERS)
def get_advice(path: HallPath) -> Response:
    """What the advisor suggests for the next 45 minutes, what it would do to waits, and what was applied."""
    server = the_server()
    advising: Advising = server.places[PLACE]
    with look(path.hall) as (connection, book):
        now = server.database.clock()
        return jsonify(screens.picture(connection, book, now, advising.progress(path.hall)))


@blueprint.post("/advice", operation_id="want_advice", responses=gives(AdviceWantedAnswer))
@access.only(*access.MANAGERS)
def post_advice(path: HallPath, body: Nothing) -> Response:
    """Ask for advice now. It is worked out beside the requests; advice_made says when it is there."""

    def want(tx: Tx, book: Book) -> dict[str, Any]:
        return {"advice": actions.want(tx, book, "asked")}

    answer = do(path.hall, want)
    _wake()
    return answer


@blueprint.post(
    "/advice/suggestions/<int:suggestion>/apply",
    operation_id="apply_suggestion",
    responses=gives(AdjustmentMade),
)
@access.only(*access.MANAGERS)
def post_apply(path: SuggestionPath, body: ApplySuggestion) -> Response:
    """Apply a suggestion, checked against the hall as it stands now. One that does not fit it any more is
    refused with the reason, and new advice is worked out.
    """

    def apply(tx: Tx, book: Book) -> dict[str, Any]:
        return {"adjustment": actions.apply_suggestion(tx, book, path.suggestion, _end(body, tx.now))}

    try:
        return do(path.hall, apply, alone=True)
    except StaffingRefused:
        _want_anew(path.hall)
        raise


@blueprint.post("/advice/apply", operation_id="apply_suggestions", responses=gives(SuggestionsApplied))
@access.only(*access.MANAGERS)
def post_apply_all(path: HallPath, body: ApplySuggestions) -> Response:
    """Apply several suggestions, one after the other, each checked as if it were applied alone. Those that do
    not fit are named with the reason, the others stand.
    """

    def apply(tx: Tx, book: Book) -> dict[str, Any]:
        applied, refused = actions.apply_all(tx, book, body.suggestions, _end(body, tx.now))
        return {
            "applied": [{"suggestion": one, "adjustment": made} for one, made in applied.items()],
            "refused": [
                {"suggestion": one, "code": why.code, "detail": sentence(why.code, why.params)}
                for one, why in refused.items()
            ],
        }

    answer = do(path.hall, apply, alone=True)
    if answer.get_json()["refused"]:
        _want_anew(path.hall)
    return answer


@blueprint.post(
    "/advice/adjustments/<int:adjustment>/undo", operation_id="undo_adjustment", responses=gives(Done)
)
@access.only(*access.MANAGERS)
def post_undo(path: AdjustmentPath, body: Nothing) -> Response:
    """Take an adjustment back: every window is as it was right before, one with a ticket after it."""

    def undo(tx: Tx, book: Book) -> dict[str, Any]:
        moves.undo(tx, book, path.adjustment)
        return {}

    return do(path.hall, undo, alone=True)


@blueprint.post(
    "/advice/adjustments/<int:adjustment>/until", operation_id="prolong_adjustment", responses=gives(Done)
)
@access.only(*access.MANAGERS)
def post_until(path: AdjustmentPath, body: Until) -> Response:
    """Give an adjustment another end."""

    def prolong(tx: Tx, book: Book) -> dict[str, Any]:
        moves.prolong(tx, book, path.adjustment, body.until)
        return {}

    return do(path.hall, prolong)


@blueprint.get("/moves/mine", responses=gives(MyMoves))
@access.only(*access.CLERKS)
def get_my_moves(path: HallPath) -> Response:
    """The windows the asker is asked to open, and how the one they sit at was moved."""
    with look(path.hall) as (connection, book):
        now = the_server().database.clock()
        return jsonify(screens.of_clerk(connection, book, access.who().id or 0, now))


@blueprint.post("/moves/<int:move>/accept", operation_id="accept_move", responses=gives(MoveAnswered))
@access.only(*access.CLERKS)
def post_accept(path: MovePath, body: Nothing) -> Response:
    """Come to the window: signed in there, set as asked, and open."""

    def accept(tx: Tx, book: Book) -> dict[str, Any]:
        return {"window": moves.accept(tx, book, path.move)}

    return do(path.hall, accept, alone=True)


@blueprint.post("/moves/<int:move>/decline", operation_id="decline_move", responses=gives(Done))
@access.only(*access.CLERKS)
def post_decline(path: MovePath, body: Nothing) -> Response:
    """Not come."""

    def decline(tx: Tx, book: Book) -> dict[str, Any]:
        moves.decline(tx, book, path.move)
        return {}

    return do(path.hall, decline)


def _end(body: ApplySuggestion, now: datetime) -> datetime | None:
    return None if body.endless else body.until or now + USUALLY


def _wake() -> None:
    advising: Advising = the_server().places[PLACE]
    advising.wake()


def _want_anew(hall: str) -> None:
    """The hall has changed since the advice: another one is worked out at once."""
    server, asker = the_server(), access.who()

    def want(tx: Tx) -> None:
        book = server.books.of_version(tx.connection, hall, tx.settings_version)
        actions.want(tx, book, "asked")

    server.database.write(hall_id(hall), want, asker.kind, asker.id)
    _wake()
