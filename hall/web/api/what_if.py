"""What-if for duty managers: the hall to try things on, and both futures of a plan, worked out in the
planning process (hall/planning/what_if.py), never in the request.
"""

from datetime import timedelta
from typing import Annotated, Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from hall.actions import drafts
from hall.actions import what_if as actions
from hall.events import iso
from hall.planning.keeper import planning
from hall.records.book import Book
from hall.records.database import Tx
from hall.screens import what_if
from hall.twin.plan import Changes
from hall.web import access
from hall.web.api.answers import gives, meets
from hall.web.api.answers_what_if import BothFutures, DayWithPlan, DraftKept, HallToTry, PlanDone, PlanDraft
from hall.web.api.reports import Day
from hall.web.api.shapes import HallPath, Shape
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_what_if", __name__, url_prefix="/api/v1/halls/<hall>", abp_tags=[Tag(name="what-if")]
)


class Plan(Shape):
    """Changes to try, in the order they were made."""

    changes: Changes


class WhatIf(Plan):
    minutes: Annotated[int, Field(ge=5, le=480)] | None = Field(
        default=90, description="how far to look ahead; null: until the hall closes"
    )


class ApplyPlan(Plan):
    basis: Annotated[int, Field(ge=0, le=2**53)] = Field(
        description="as the answer that was looked at names it: what has happened since is told"
    )


class DraftWish(Plan):
    version: Annotated[int, Field(ge=0, le=2**31 - 2)] = Field(
        description="that of the draft that was changed"
    )


class ReplayWithPlan(Plan):
    day: Day | None = Field(default=None, description="a day that is over; yesterday if left out")


def asked(changes: Changes) -> list[dict[str, Any]]:
    """The changes as they go to the process."""
    return [one.model_dump(mode="json", exclude_defaults=True) for one in changes]


@blueprint.get("/what-if", responses=gives(HallToTry))
@access.only(*access.MANAGERS)
def get_what_if(path: HallPath) -> Response:
    """Every window with what it serves and may be switched to, and the clerks who could open one."""
    with look(path.hall) as (connection, book):
        return jsonify(what_if.picture(connection, book, the_server().database.clock()))


@blueprint.post("/what-if", operation_id="try_plan", responses=gives(BothFutures) | meets(503))
@access.only(*access.MANAGERS)
def post_what_if(path: HallPath, body: WhatIf) -> Response:
    """Both futures of the hall from this moment, without the changes and with them. Nothing is changed. Asked
    again, it is answered from more futures of the same moment.
    """
    answer = planning().ask("what_if", path.hall, changes=asked(body.changes), minutes=body.minutes)
    return jsonify(answer | {"now": iso(the_server().database.clock())})


@blueprint.get("/what-if/draft", responses=gives(PlanDraft))
@access.only(*access.MANAGERS)
def get_draft(path: HallPath) -> Response:
    """The plan that the asker was putting together today, wherever that was."""
    with look(path.hall) as (connection, book):
        today = book.day(the_server().database.clock())
        return jsonify(drafts.draft_of(connection, book, access.who().id or 0, today).told())


@blueprint.post("/what-if/draft", operation_id="keep_draft", responses=gives(DraftKept))
@access.only(*access.MANAGERS)
def post_draft(path: HallPath, body: DraftWish) -> Response:
    """Keep what the asker has put together, until the day ends. Refused when it was changed elsewhere
    since.
    """

    def keep(tx: Tx, book: Book) -> dict[str, Any]:
        return {"version": drafts.keep(tx, book, asked(body.changes), body.version)}

    return do(path.hall, keep)


@blueprint.post("/what-if/replay", operation_id="replay_with_plan", responses=gives(DayWithPlan) | meets(503))
@access.only(*access.MANAGERS)
def post_replay(path: HallPath, body: ReplayWithPlan) -> Response:
    """A day that is over as it was, under the hall's present rule, and with the changes. One that says no
    beginning holds from that day's opening on.
    """
    with look(path.hall) as (_, book):
        yesterday = book.day(the_server().database.clock()) - timedelta(days=1)
    day = (body.day or yesterday).isoformat()
    return jsonify(planning().ask("replay_plan", path.hall, changes=asked(body.changes), day=day))


@blueprint.post("/what-if/apply", operation_id="apply_plan", responses=gives(PlanDone))
@access.only(*access.MANAGERS)
def post_apply(path: HallPath, body: ApplyPlan) -> Response:
    """Do at once what of a plan can be done: all of it or nothing. Refused when the hall has changed since
    the plan was worked out, with what has changed; what can only be tried is left. It becomes adjustments,
    one for each end, which stand in `GET …/advice` and are undone there.
    """

    def apply(tx: Tx, book: Book) -> dict[str, Any]:
        done = actions.apply_plan(tx, book, body.changes, body.basis)
        return {"adjustments": list(done.adjustments), "left": list(done.left)}

    return do(path.hall, apply, alone=True)
