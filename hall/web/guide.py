"""The guide's desk: the page on which a guide takes numbers for people who do not use the kiosk, finds
tickets and changes them through the API.
"""

from flask import Blueprint, render_template

from hall.web import access
from hall.web.doing import look
from hall.web.frames import account_frame, hall_frame

blueprint = Blueprint("guide", __name__, url_prefix="/halls/<hall>")


@blueprint.get("/desk")
@access.page(*access.GUIDES)
def show_desk(hall: str) -> str:
    """Issue, find, mark, print again."""
    with look(hall) as (_, book):
        has_printer = any(one.kind == "printer" for one in book.devices.values())
        elderly_age = book.rules.elderly_age
    return render_template(
        "guide/desk.html",
        hall=hall_frame(hall),
        account=account_frame(),
        has_printer=has_printer,
        elderly_age=elderly_age,
    )
