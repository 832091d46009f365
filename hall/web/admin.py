"""The administrator's page: accounts, devices, print jobs, the journal and the configuration's version."""

from flask import Blueprint, render_template

from hall import events
from hall.web import access
from hall.web.frames import account_frame, hall_frame

blueprint = Blueprint("admin", __name__, url_prefix="/halls/<hall>")


@blueprint.get("/admin")
@access.page(*access.ADMINISTRATORS)
def show_admin(hall: str) -> str:
    """One page with a tab for each list."""
    types = [kind.type() for kind in events.kinds()]
    return render_template(
        "admin/admin.html", hall=hall_frame(hall), account=account_frame(), event_types=types
    )
