"""Pages that belong to no single audience: the list of this server's pages, sign-in, and pairing a device's
browser with its token.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from hall.actions import accounts
from hall.rules.errors import OutdatedPairing, Refusal
from hall.web import access, admin, clerk, guide, manager, problems, reports, roster, visitor
from hall.web.api.session import sign_in, sign_out
from hall.web.server import the_server

blueprint = Blueprint("pages", __name__)
MORE: tuple[Blueprint, ...] = (
    roster.blueprint,
    visitor.blueprint,
    manager.blueprint,
    admin.blueprint,
    clerk.blueprint,
    guide.blueprint,
    reports.blueprint,
)
"""The audiences' own page blueprints."""

HOME = {"clerk": "clerk", "guide": "desk", "manager": "manager", "administrator": "manager"}
"""Where each role starts after signing in."""

DEVICE_DAYS = 400


@blueprint.get("/")
@access.anyone
def index() -> str:
    """The pages of this server, hall by hall."""
    return render_template("index.html", halls=the_server().config.halls)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access.anyone
def sign_in_page() -> str | Response | tuple[str, int]:
    """The form for staff; after it, the page of their role or the one they came from."""
    halls = the_server().config.halls
    hall = next((one for one in halls if f"/halls/{one.id}/" in request.args.get("next", "")), halls[0])
    if request.method == "GET":
        return render_template("sign_in.html", hall=hall, halls=halls, problem=None, username="")
    username = request.form.get("username", "")[:64]
    try:
        sign_in(username, request.form.get("password", "")[:200], request.form.get("hall") or None)
    except Refusal as refusal:
        sentence = problems.sentence(refusal.code, refusal.params)
        page = render_template("sign_in.html", hall=hall, halls=halls, problem=sentence, username=username)
        return page, problems.status_of(refusal)
    asker = access.who()
    wanted = request.args.get("next", "")
    # Only a path of this server: another address could be somebody's trap.
    target = (
        wanted
        if wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
        else f"/halls/{asker.hall}/{HOME[asker.role]}"
    )
    return redirect(target)


@blueprint.post("/sign-out")
@access.anyone
def sign_out_page() -> Response:
    """Signs out, then shows the list of pages."""
    sign_out()
    return redirect(url_for("pages.index"))


@blueprint.get("/halls/<hall>/pair")
@access.anyone
def pair(hall: str) -> Response:
    """A device's browser opens its pairing address once; the token becomes a cookie and leaves the address
    bar. Raises OutdatedPairing.
    """
    token = request.args.get("token", "")
    with the_server().database.read() as connection:
        device = accounts.device_by_token(connection, token)
    if device is None or device.hall_code != hall:
        raise OutdatedPairing()
    response = redirect(f"/halls/{hall}/{_screen_of(device)}")
    secure = (the_server().config.server.public_url or "").startswith("https:")
    response.set_cookie(
        access.DEVICE_COOKIE, token, max_age=DEVICE_DAYS * 86400, httponly=True, samesite="Lax", secure=secure
    )
    return response


def _screen_of(device: Any) -> str:
    """The page a device shows: a board that belongs to a window or a zone shows that one's."""
    server = the_server()
    with server.database.read() as connection:
        book = server.books.of(connection, device.hall_code)
    if device.window_id is not None:
        number = book.windows[device.window_id].number
        return f"pad/{number}" if device.kind == "pad" else f"window/{number}"
    if device.kind == "board" and device.zone_id is not None:
        return f"board/{book.zones[device.zone_id].code}"
    return str(device.kind)


@blueprint.get("/api/v1/docs")
@access.anyone
def docs() -> str:
    """The interface, browsable."""
    return render_template("docs.html", title=gettext("docs.title"))
