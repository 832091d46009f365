"""The duty manager's pages: the whole hall at a glance, and its devices."""

from flask import Blueprint, render_template

from hall.web import access
from hall.web.frames import account_frame, hall_frame

blueprint = Blueprint("manager", __name__, url_prefix="/halls/<hall>")


@blueprint.get("/manager")
@access.page(*access.MANAGERS)
def show_overview(hall: str) -> str:
    """Windows, queues and today's figures, live."""
    return render_template("manager/overview.html", hall=hall_frame(hall), account=account_frame())


@blueprint.get("/cockpit")
@access.page(*access.MANAGERS)
def show_cockpit(hall: str) -> str:
    """The whole hall on one big screen, to be looked at."""
    return render_template("manager/cockpit.html", hall=hall_frame(hall))


@blueprint.get("/devices")
@access.page(*access.MANAGERS)
def show_devices(hall: str) -> str:
    """Everything that can break, what is wrong first."""
    return render_template("manager/devices.html", hall=hall_frame(hall), account=account_frame())


@blueprint.get("/what-if")
@access.page(*access.MANAGERS)
def show_what_if(hall: str) -> str:
    """Changes of windows tried on the twin before they are made."""
    return render_template("manager/what_if.html", hall=hall_frame(hall), account=account_frame())
