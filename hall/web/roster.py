"""The roster's page and the report on skills, for duty managers."""

from flask import Blueprint, render_template

from hall.web import access
from hall.web.frames import account_frame, hall_frame

blueprint = Blueprint("roster", __name__, url_prefix="/halls/<hall>")


@blueprint.get("/roster")
@access.page(*access.MANAGERS)
def show_roster(hall: str) -> str:
    """Who works when at which window, the forecast, and a week drawn from it."""
    return render_template("roster/roster.html", hall=hall_frame(hall), account=account_frame())


@blueprint.get("/skills")
@access.page(*access.MANAGERS)
def show_skills(hall: str) -> str:
    """Which certifications would cut waits most."""
    return render_template("roster/skills.html", hall=hall_frame(hall), account=account_frame())
