"""What a kiosk that can work alone asks the server (kiosk/alone/line.py): who it is, a copy of what is
configured, blocks of numbers, and to take in what it gave out. For managers: the blocks of the day.
"""

from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.actions import hand_in, issue, leases
from hall.events import iso
from hall.records.book import Book, Device
from hall.records.database import Tx
from hall.rules.tickets import VisitorClass
from hall.screens import copy
from hall.web import access
from hall.web.api.answers import gives
from hall.web.api.answers_alone import HallCopy, HandedIn, KioskItself, Leases, LeasesHeld
from hall.web.api.shapes import HallPath, HandIn, Renew
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_alone",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="kiosk alone", description="What a kiosk that can work alone asks.")],
)


@blueprint.get("/kiosk", responses=gives(KioskItself))
@access.only(devices=("kiosk",))
def get_kiosk() -> Response:
    """Which kiosk of which hall a token belongs to."""
    asker = access.who()
    return jsonify({"hall": asker.hall, "device": asker.row.code})


@blueprint.get("/halls/<hall>/kiosk/copy", responses=gives(HallCopy))
@access.only(devices=("kiosk",))
def get_copy(path: HallPath) -> Response:
    """Everything configured that a kiosk needs to work alone, and the address its tickets' QR codes begin
    with.
    """
    server = the_server()
    with look(path.hall) as (connection, book):
        copied = copy.of_hall(connection, book)
    return jsonify({"version": book.version, "base_url": server.base_url(), **copied})


@blueprint.post("/halls/<hall>/kiosk/leases", operation_id="renew_leases", responses=gives(LeasesHeld))
@access.only(devices=("kiosk",))
def post_leases(path: HallPath, body: Renew) -> Response:
    """Tell how far the kiosk's numbers are used; hear which blocks hold, with new ones where they run short.
    A block that the answer does not name is never used again.
    """
    held = [leases.Held(one.prefix, one.first, one.next) for one in body.held]

    def renew(tx: Tx, book: Book) -> dict[str, Any]:
        kept = leases.renew(tx, book, _myself(book), body.store, held)
        return {
            "now": iso(tx.now),
            "version": book.version,
            "leases": [
                {
                    "business_day": one.business_day.isoformat(),
                    "prefix": one.prefix,
                    "first": one.first,
                    "last": one.last,
                    "next": one.next,
                    "expires_at": iso(one.expires_at),
                }
                for one in kept
            ],
            "quota_left": {
                one.code: left
                for one in book.businesses.values()
                if (left := issue.quota_left(tx.connection, book, one, tx.now)) is not None
            },
        }

    return do(path.hall, renew)


@blueprint.post("/halls/<hall>/kiosk/tickets", operation_id="hand_in_tickets", responses=gives(HandedIn))
@access.only(devices=("kiosk",))
def post_tickets(path: HallPath, body: HandIn) -> Response:
    """Hand in what was given out while the server was away. The same number with the same secret is the same
    ticket, however often it comes.
    """
    given = [
        hand_in.Given(**{**dict(one), "visitor_class": VisitorClass(one.visitor_class)})
        for one in body.tickets
    ]

    def take(tx: Tx, book: Book) -> dict[str, Any]:
        done = hand_in.hand_in(tx, book, _myself(book), given)
        return {"tickets": [{"label": one.label, "id": one.ticket_id, "code": one.why} for one in done]}

    return do(path.hall, take)


@blueprint.get("/halls/<hall>/leases", responses=gives(Leases))
@access.only(*access.MANAGERS)
def get_leases(path: HallPath) -> Response:
    """The business day's blocks of numbers: who has or had them, how many stand on tickets, which stay
    unused.
    """
    with look(path.hall) as (connection, book):
        return jsonify({"leases": leases.of_today(connection, book, the_server().database.clock())})


def _myself(book: Book) -> Device:
    return book.devices[access.who().id or 0]
