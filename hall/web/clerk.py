"""The clerk's console: choose a window, then call, serve and send on, all on one page.

The scripts clerk*.js in hall/web/static/js do the work over /api/v1; here is only where the page starts.
"""

from flask import Blueprint, render_template

from hall.records import desks
from hall.web import access
from hall.web.doing import look
from hall.web.frames import account_frame, hall_frame

blueprint = Blueprint("clerk", __name__, url_prefix="/halls/<hall>")


@blueprint.get("/clerk")
@access.page(*access.CLERKS)
def console(hall: str) -> str:
    """The page; where the clerk is signed in already it opens at that window."""
    asker = access.who()
    with look(hall) as (connection, book):
        taken = desks.desk_of_clerk(connection, asker.row.id)
        number = taken.number if taken is not None and taken.id in book.windows else None
    return render_template(
        "clerk/console.html",
        hall=hall_frame(hall),
        account=account_frame(),
        window_number=number,
        account_id=asker.row.id,
    )
