"""The duty manager's verbs: the whole hall at a glance; open, pause, close a window; what it serves; the end
of the day.
"""

from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.actions import closing, windows
from hall.records.book import Book
from hall.records.database import Tx
from hall.screens import floor, overview
from hall.web import access
from hall.web.api.answers import gives
from hall.web.api.answers_floor import FloorPlan
from hall.web.api.answers_staff import (
    BusinessesSwitched,
    DayClosed,
    OverviewPicture,
    WindowChoices,
    WindowManaged,
)
from hall.web.api.shapes import Businesses, HallPath, Manage, Nothing, WindowPath
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_manage", __name__, url_prefix="/api/v1/halls/<hall>", abp_tags=[Tag(name="manage")]
)


@blueprint.get("/overview", responses=gives(OverviewPicture))
@access.only(*access.MANAGERS)
def get_overview(path: HallPath) -> Response:
    """Every window with its clerk and ticket, every queue against its promise, and today's figures."""
    with look(path.hall) as (connection, book):
        return jsonify(overview.picture(connection, book, the_server().database.clock()))


@blueprint.get("/floor", responses=gives(FloorPlan))
@access.only(*access.MANAGERS)
def get_floor(path: HallPath) -> Response:
    """The hall's floor plan: where each zone and window is. It changes with the settings only."""
    with look(path.hall) as (_, book):
        return jsonify(floor.floor_plan(book))


@blueprint.get("/windows/<int:window>/businesses", responses=gives(WindowChoices))
@access.only(*access.MANAGERS)
def get_businesses(path: WindowPath) -> Response:
    """What a window may be switched to, and what of it it serves now."""
    with look(path.hall) as (connection, book):
        window = book.window(path.window)
        return jsonify(overview.choices(connection, book, window, the_server().database.clock()))


@blueprint.post(
    "/windows/<int:window>/businesses", operation_id="switch_businesses", responses=gives(BusinessesSwitched)
)
@access.only(*access.MANAGERS)
def post_businesses(path: WindowPath, body: Businesses) -> Response:
    """Switch what a window serves, among what it may."""

    def switch(tx: Tx, book: Book) -> dict[str, Any]:
        windows.switch_businesses(tx, book, path.window, [book.business(code) for code in body.businesses])
        return {"window": path.window, "businesses": body.businesses}

    return do(path.hall, switch, alone=True)


@blueprint.post("/windows/<int:window>/manage", operation_id="manage_window", responses=gives(WindowManaged))
@access.only(*access.MANAGERS)
def post_manage(path: WindowPath, body: Manage) -> Response:
    """Open, pause or close a window. Closing signs its clerk out; neither is possible while somebody is
    served.
    """

    def change(tx: Tx, book: Book) -> dict[str, Any]:
        windows.manage(tx, book, path.window, body.action, body.reason)
        return {"window": path.window, "action": body.action}

    return do(path.hall, change)


@blueprint.post("/close-day", operation_id="close_day", responses=gives(DayClosed))
@access.only(*access.MANAGERS)
def post_close_day(path: HallPath, body: Nothing) -> Response:
    """The hall closes: everybody not at a window is told to come another day. Answers how many."""

    def close(tx: Tx, book: Book) -> dict[str, Any]:
        return {"expired": closing.close_day(tx, book, book.day(tx.now))}

    return do(path.hall, close)
