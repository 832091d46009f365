"""What the page of a kiosk that works alone asks its own PC: the number, through the server or from the
kiosk's own; the catalogue; and how the line is. kiosk/alone/front.py leads the page's requests here.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from hall.actions.hand_in import ALONE
from hall.actions.issue import Wish
from hall.i18n import name_of
from hall.records import once
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.errors import OutdatedPairing, ServerAway
from hall.rules.tickets import VisitorClass
from hall.web import access
from hall.web.api.shapes import NewTicket
from hall.web.doing import do, key_of, look
from hall.web.problems import sentence
from hall.web.server import the_server
from kiosk.alone import desk as own
from kiosk.alone.desk import Desk
from kiosk.alone.line import Answer, Away

STATUS_SECONDS = 5
"""So often the status page is fetched again."""

blueprint = Blueprint("kiosk_alone", __name__, url_prefix="/alone/<hall>")


def the_desk() -> Desk:
    found: Desk = the_server().places[own.PLACE]
    return found


@blueprint.post("/tickets")
@access.only(devices=("kiosk",))
def post_ticket(hall: str) -> Response:
    """A number: the server's while it is there. Without an answer in time it is the kiosk's own, and the wish
    is named when it is handed in, so that what the server may have issued for it is withdrawn.
    """
    desk, body = the_desk(), NewTicket.model_validate(request.get_json())
    key = request.headers.get("Idempotency-Key")
    if desk.line.refused:
        raise OutdatedPairing()
    answer = None if _was_answered(hall) else _ask(desk, body, key)
    if answer is not None and answer.status != 201:
        return _passed_on(answer)

    def take(tx: Tx, book: Book) -> dict[str, Any]:
        wish = Wish(
            business=book.business(body.business),
            items=[book.item(code) for code in body.items],
            visitor_class=VisitorClass(body.visitor_class),
            id_number=body.id_number,
            booked_at=body.booked_at,
            source="kiosk" if answer is not None else ALONE,
            language=body.language,
            device_id=desk.kiosk(book).id,
        )
        if answer is not None:
            return own.keep(tx, book, desk, wish, answer.json())
        return own.give(tx, book, desk, wish, key)

    return do(hall, take, 201)


def _ask(desk: Desk, body: NewTicket, key: str | None) -> Answer | None:
    """The server's answer to a wish; None when there was none that settles it."""
    if not desk.line.there:
        return None
    wish = body.model_dump(mode="json") | {"device_print": False}
    try:
        path = f"/api/v1/halls/{desk.hall}/tickets"
        answer = desk.line.ask("POST", path, wish, {"Idempotency-Key": key} if key else None)
        answer.json()
    except Away:
        desk.line.put(False)
        return None
    return answer if answer.status < 500 else None


def _was_answered(hall: str) -> bool:
    """Whether this very wish has its number already: the second tap of a finger."""
    key = key_of(access.who().asker)
    if key is None:
        return False
    with look(hall) as (connection, _):
        return bool(once.find(connection, [key]))


@blueprint.get("/catalogue")
@access.only(devices=("kiosk",))
def get_catalogue(hall: str) -> Response:
    """The server's catalogue while it is there, else what is known here."""
    desk = the_desk()
    if desk.line.there:
        try:
            answer = desk.line.ask("GET", f"/api/v1/halls/{hall}/catalogue")
            if answer.status == 200:
                return _passed_on(answer)
        except Away:
            desk.line.put(False)
    with look(hall) as (connection, book):
        return jsonify(own.picture(connection, book, desk, the_server().database.clock()))


@blueprint.get("/line")
@access.only(devices=("kiosk",))
def get_line(hall: str) -> Response:
    """Whether the server is there, and what this kiosk can do without it."""
    with look(hall) as (connection, book):
        return jsonify(own.how_it_is(connection, book, the_desk(), the_server().database.clock()))


@blueprint.get("/status")
@access.only(devices=("kiosk",))
def status_page(hall: str) -> str:
    """For whoever looks after the kiosk: the line, the numbers that are left, and those that the server did
    not take in, with what to do. It asks again by itself.
    """
    with look(hall) as (connection, book):
        now = the_server().database.clock()
        found = own.status(connection, book, the_desk(), now)
        card = {"id": book.code, "name": book.name, "name_en": book.name_en, "timezone": book.zone.key}
        for one in found["not_taken_in"]:
            named = {"label": one["label"], "business": name_of(one["business"])}
            one["sentence"] = sentence(one["why"], named)
            one["at"] = f"{one['arrived_at'].astimezone(book.zone):%H:%M}"
        found["since"] = f"{found['since'].astimezone(book.zone):%H:%M}"
    return render_template("kiosk/status.html", hall=card, line=found, refresh_seconds=STATUS_SECONDS)


@blueprint.route("/passed/<path:rest>", methods=["GET", "POST"])
@access.only(devices=("kiosk",))
def pass_on(hall: str, rest: str) -> Response:
    """Everything else is the server's. Raises ServerAway."""
    desk = the_desk()
    query = request.query_string.decode("latin-1")
    named = ("Idempotency-Key", "Accept", "Accept-Language", "Content-Type")
    headers = {name: request.headers[name] for name in named if name in request.headers}
    if not desk.line.there:
        raise ServerAway()
    try:
        data = request.get_data() or None
        return _passed_on(
            desk.line.ask(request.method, f"/{rest}" + (f"?{query}" if query else ""), data, headers)
        )
    except Away as error:
        desk.line.put(False)
        raise ServerAway() from error


def _passed_on(answer: Answer) -> Response:
    response = Response(answer.body, answer.status)
    response.headers["Content-Type"] = answer.kind
    response.headers["Cache-Control"] = "no-store"
    return response
