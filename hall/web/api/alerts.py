"""Alerts over the interface: what a role is told, and taking one on."""

from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.actions import alerts as actions
from hall.records.book import Book
from hall.records.database import Tx
from hall.screens import alerts
from hall.web import access
from hall.web.api.answers import Done, gives
from hall.web.api.answers_alerts import AlertList
from hall.web.api.shapes import AlertPath, HallPath, TakeAlert
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_alerts", __name__, url_prefix="/api/v1/halls/<hall>", abp_tags=[Tag(name="alerts")]
)


@blueprint.get("/alerts", responses=gives(AlertList))
@access.only(*access.STAFF)
def get_alerts(path: HallPath) -> Response:
    """The alerts that stand and concern the asker's role, the loudest first, then those that ended lately."""
    with look(path.hall) as (connection, book):
        now = the_server().database.clock()
        return jsonify(alerts.alert_list(connection, book, access.who().role, now))


@blueprint.post("/alerts/<int:alert>/acknowledge", operation_id="acknowledge_alert", responses=gives(Done))
@access.only(*access.GUIDES)
def post_acknowledge(path: AlertPath, body: TakeAlert) -> Response:
    """Take an alert on: it is not told again unless it grows worse."""

    def take(tx: Tx, book: Book) -> dict[str, Any]:
        actions.acknowledge(tx, book, path.alert, body.note)
        return {}

    return do(path.hall, take)
