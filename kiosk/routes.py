"""The kiosk's page and what only it asks the server: a ticket's QR as a picture, how its print job goes, and
a made-up card where the reader is simulated.

Everything else the page gets and sends through /api/v1. kiosk/place.py registers both blueprints.
"""

from io import BytesIO
from typing import Annotated, Literal

import segno
from flask import Blueprint, Response, jsonify, make_response, render_template
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field
from sqlalchemy import select

from hall.records.book import Book
from hall.records.tables import print_jobs, tickets
from hall.rules.errors import NotAllowed, UnknownItem, UnknownPrintJob
from hall.screens.catalogue import item_full
from hall.web import access, policy
from hall.web.api.answers import Answer, FoundItems, gives
from hall.web.api.shapes import Code, HallPath, PrintJobPath
from hall.web.doing import look
from hall.web.server import the_server
from kiosk.readers import Reader, reader_of, simulated_number

pages = Blueprint(
    "kiosk", __name__, template_folder="templates", static_folder="static", static_url_path="/kiosk/static"
)
blueprint = APIBlueprint(
    "api_kiosk",
    __name__,
    url_prefix="/api/v1/halls/<hall>/kiosk",
    abp_tags=[Tag(name="kiosk", description="What only a kiosk asks.")],
)

SMALL_HALL = 12
"""Up to so many businesses stand on the start page at once; larger halls show their departments first."""


LONGEST_SECRET = 64


class BusinessPath(HallPath):
    business: Code


class Age(BaseModel):
    age: Annotated[int, Field(ge=18, le=100)] = 35


class TicketPrinting(Answer):
    """How a ticket's printing goes."""

    id: int
    state: Literal["waiting", "printing", "printed", "failed"]
    error: str | None
    attempts: int


class SimulatedCard(Answer):
    """A made-up card."""

    id_number: str


@pages.get("/halls/<hall>/kiosk")
@access.anyone
def kiosk_page(hall: str) -> Response:
    """The touch pages for a browser that holds a kiosk's token; for any other, how to pair it."""
    with look(hall) as (_, book):
        card = {"id": book.code, "name": book.name, "name_en": book.name_en, "timezone": book.zone.key}
        reader = _own_reader(book)
        if reader is None:
            return _ask_to_pair(book, card)
        languages = book.settings["languages"]
        page = render_template(
            "kiosk/kiosk.html",
            hall=card,
            languages=languages,
            first_language=languages[0],
            small_hall=SMALL_HALL,
            reader=reader,
            device=access.who().row.code,
            rules=book.rules,
            alone=book.alone,
        )
    response = make_response(page)
    if reader.origin:
        response.headers["Content-Security-Policy"] = policy.content_security(reader.origin)
    response.headers["Cache-Control"] = "no-store"
    return response


def _own_reader(book: Book) -> Reader | None:
    """The reader of the kiosk that asks; None when the asker is no kiosk of this hall."""
    asker = access.who()
    if asker.kind != "device" or asker.role != "kiosk" or asker.hall != book.code:
        return None
    device = book.devices.get(asker.id or 0)
    return reader_of(device.settings if device else {})


def _ask_to_pair(book: Book, card: dict[str, str]) -> Response:
    kiosks = [one for one in book.devices.values() if one.kind == "kiosk"]
    page = render_template("kiosk/pair.html", hall=card, kiosks=kiosks, asker=access.who())
    return make_response(page, 401)


@pages.get("/halls/<hall>/kiosk/qr/<secret>.svg")
@access.only(*access.GUIDES, devices=("kiosk",))
def ticket_qr(hall: str, secret: str) -> Response:
    """The address of the visitor's own page as a QR picture, drawn from the secret alone."""
    return _qr(the_server().visit_url(hall, secret[:LONGEST_SECRET]))


@pages.get("/halls/<hall>/kiosk/items/<item>/online.svg")
@access.only(*access.GUIDES, devices=("kiosk",))
def online_qr(hall: str, item: str) -> Response:
    """Where an item can be done online, as a QR picture for the visitor's phone."""
    with look(hall) as (_, book):
        address = book.item(item).details.get("online")
    if not address:
        raise UnknownItem(item=item)
    return _qr(address)


def _qr(text: str) -> Response:
    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=2, omitsize=True, xmldecl=False)
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/businesses/<business>/items", responses=gives(FoundItems))
@access.only(*access.GUIDES, devices=("kiosk",))
def get_items_of(path: BusinessPath) -> Response:
    """The items of one business, in the configured order."""
    with look(path.hall) as (_, book):
        business = book.business(path.business)
        found = [item_full(book, one) for one in book.items.values() if one.business_id == business.id]
    return jsonify({"items": found})


@blueprint.get("/print-jobs/<int:job>", responses=gives(TicketPrinting))
@access.only(*access.GUIDES, devices=("kiosk",))
def get_print_job(path: PrintJobPath) -> Response:
    """How a ticket's printing goes: waiting, printing, printed or failed, and the printer's error. A kiosk
    sees the jobs of its own tickets.
    """
    asker = access.who()
    with look(path.hall) as (connection, book):
        job = connection.execute(
            select(print_jobs.c.state, print_jobs.c.error, print_jobs.c.attempts, tickets.c.device_id)
            .join(tickets, tickets.c.id == print_jobs.c.ticket_id)
            .where(print_jobs.c.id == path.job, print_jobs.c.hall_id == book.id)
        ).first()
    if job is None:
        raise UnknownPrintJob(job=path.job)
    if asker.kind == "device" and job.device_id != asker.id:
        raise NotAllowed()
    return jsonify({"id": path.job, "state": job.state, "error": job.error, "attempts": job.attempts})


@blueprint.get("/simulated-card", responses=gives(SimulatedCard))
@access.only(devices=("kiosk",))
def get_simulated_card(path: HallPath, query: Age) -> Response:
    """A made-up card for a kiosk whose reader is simulated."""
    with look(path.hall) as (_, book):
        reader = _own_reader(book)
        if reader is None or reader.kind != "simulated":
            raise NotAllowed()
        today = book.day(the_server().database.clock())
    return jsonify({"id_number": simulated_number(query.age, today)})
