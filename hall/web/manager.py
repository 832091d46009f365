"""The duty manager's page: the whole hall at a glance."""

from flask import Blueprint, render_template

from hall.web import access
from hall.web.frames import account_frame, hall_frame

blueprint = Blueprint("manager", __name__, url_prefix="/halls/<hall>")


@blueprint.get("/manager")
@access.page(*access.MANAGERS)
def show_overview(hall: str) -> str:
    """Windows, queues and today's figures, live."""
    return render_template("manager/overview.html", hall=hall_frame(hall), account=account_frame())
