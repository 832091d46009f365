"""The pages visitors see on their own phone and on the pad at a window."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from hall.records import visits
from hall.rules.errors import NotKnown, UnknownVisit
from hall.web import access, problems
from hall.web.doing import look
from hall.web.frames import hall_frame

blueprint = Blueprint("visitor", __name__)


@blueprint.get("/t/<hall>/<secret>")
@access.anyone
def show_visit(hall: str, secret: str) -> str | tuple[str, int]:
    """The visitor's own ticket, as its QR opens it; a kind page where there is no such ticket."""
    try:
        frame = hall_frame(hall)
        with look(hall) as (connection, book):
            ticket = visits.ticket_by_secret(connection, book.id, secret[:64])
            if ticket is None:
                raise UnknownVisit()
            step = visits.current_step(connection, book.id, ticket.id)
            business = book.businesses.get(step.business_id) if step is not None else None
    except NotKnown as refusal:
        sentence = problems.sentence(refusal.code, refusal.params)
        return render_template("visitor/unknown.html", hall=None, detail=sentence), 404
    return render_template(
        "visitor/visit.html",
        hall=frame,
        secret=secret,
        label=ticket.label,
        business=business.code if business else "",
    )


@blueprint.get("/halls/<hall>/pad/<int:window>")
@access.anyone
def show_pad(hall: str, window: int) -> str | Response | tuple[str, int]:
    """The rating pad of one window, for the device that is bound to it; others read how to bind one."""
    frame = hall_frame(hall)
    with look(hall) as (_, book):
        place = book.window(window)
        asker = access.who()
        bound = asker.kind == "device" and asker.role == "pad" and asker.hall == hall
        own = book.windows.get(asker.row.window_id) if bound else None
    if own is None:
        return render_template("visitor/pad_unbound.html", hall=frame, window=window), 401
    if own.id != place.id:
        return redirect(url_for("visitor.show_pad", hall=hall, window=own.number))
    return render_template("visitor/pad.html", hall=frame, window=place, device=asker.row.code)
