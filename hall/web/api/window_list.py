"""The hall's windows, for a clerk who has not sat down yet and for sending a visitor on: who is where."""

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.screens import desk
from hall.web import access
from hall.web.api.answers import gives
from hall.web.api.answers_staff import WindowsToChoose
from hall.web.api.shapes import HallPath
from hall.web.doing import look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_window_list", __name__, url_prefix="/api/v1/halls/<hall>/windows", abp_tags=[Tag(name="windows")]
)


@blueprint.get("", responses=gives(WindowsToChoose))
@access.only(*access.CLERKS)
def get_windows(path: HallPath) -> Response:
    """Every window with its state, its clerk, what it serves and how many people the asker could call."""
    asker = access.who()
    with look(path.hall) as (connection, book):
        now = the_server().database.clock()
        return jsonify(desk.windows_to_choose(connection, book, asker.row.id, asker.row.skills, now))
