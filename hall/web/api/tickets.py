"""Tickets: take a number at the kiosk or the guide's desk, find, reprint, cancel, return, change class."""

from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.actions import issue, printing, serve, transfer
from hall.i18n import page_language, words_for
from hall.records import visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.errors import NotAllowed, UnknownTicket
from hall.rules.tickets import VisitorClass
from hall.screens import before, tickets
from hall.web import access
from hall.web.api.answers import gives
from hall.web.api.answers_tickets import BeforeMe, CalledBefore, FullTicket, TicketIssued, TicketReprinting
from hall.web.api.shapes import (
    FindTicket,
    HallPath,
    NewTicket,
    Nothing,
    Reason,
    Reclassify,
    Reprint,
    TicketNumberPath,
    TicketPath,
)
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_tickets", __name__, url_prefix="/api/v1/halls/<hall>/tickets", abp_tags=[Tag(name="tickets")]
)


@blueprint.post("", operation_id="take_number", responses=gives(TicketIssued, 201))
@access.only(*access.GUIDES, devices=("kiosk",))
def post_ticket(path: HallPath, body: NewTicket) -> Response:
    """Take a number. The kiosk with its token, or a guide for somebody who does not use the kiosk."""
    asker = access.who()
    by_device = asker.kind == "device"
    if by_device and (body.visitor_class == "priority" or body.override_closed):
        raise NotAllowed()
    server = the_server()

    def take(tx: Tx, book: Book) -> dict[str, Any]:
        business = book.business(body.business)
        printer = _printer(book, asker.id if by_device else None) if body.device_print else None
        wish = issue.Wish(
            business=business,
            items=[book.item(code) for code in body.items],
            visitor_class=VisitorClass(body.visitor_class),
            class_reason=body.class_reason,
            id_number=body.id_number,
            booked_at=body.booked_at,
            source="kiosk" if by_device else "desk",
            language=body.language,
            device_id=asker.id if by_device else None,
            printer_id=printer,
            override_closed=body.override_closed,
        )
        issued = issue.issue(tx, book, wish, server.secret)
        answer = tickets.slip(book, issued, business, None)
        answer["ticket"]["status_url"] = server.visit_url(book.code, issued.secret)
        return answer

    return do(path.hall, take, 201)


def _printer(book: Book, kiosk_id: int | None) -> int | None:
    """The printer of this kiosk, or for a guide the hall's first one; None where there is none."""
    kiosk = book.devices.get(kiosk_id) if kiosk_id is not None else None
    if kiosk is not None:
        named = book.devices_by_code.get(kiosk.settings.get("printer") or "")
        return named.id if named else None
    return next((one.id for one in book.devices.values() if one.kind == "printer"), None)


@blueprint.get("", responses=gives(FullTicket))
@access.only(*access.STAFF)
def find_ticket(path: HallPath, query: FindTicket) -> Response:
    """Today's ticket by its number, such as A001."""
    with look(path.hall) as (connection, book):
        day = book.day(the_server().database.clock())
        row = visits.ticket_by_label(connection, book.id, day, query.number)
        if row is None:
            raise UnknownTicket(ticket=query.number)
        return jsonify(tickets.full(connection, book, row.id, words_for(page_language())))


@blueprint.get("/<int:ticket>", responses=gives(FullTicket))
@access.only(*access.STAFF)
def get_ticket(path: TicketPath) -> Response:
    """A ticket with its steps, items, materials, hops and why each call was made."""
    with look(path.hall) as (connection, book):
        found = tickets.full(connection, book, path.ticket, words_for(page_language()))
        if found is None:
            raise UnknownTicket(ticket=path.ticket)
        return jsonify(found)


@blueprint.get("/<int:ticket>/before", responses=gives(BeforeMe))
@access.only(*access.STAFF)
def get_called_before(path: TicketPath) -> Response:
    """Who was called before this number while it waited, and why those who came later were."""
    with look(path.hall) as (connection, book):
        row = visits.ticket(connection, book.id, path.ticket)
        if row is None:
            raise UnknownTicket(ticket=path.ticket)
        return jsonify(before.picture(connection, book, row, _asker()))


@blueprint.get("/<int:ticket>/before/<number>", responses=gives(CalledBefore))
@access.only(*access.STAFF)
def get_called_before_one(path: TicketNumberPath) -> Response:
    """Why another number of the same day was called before this one, or that it was not."""
    with look(path.hall) as (connection, book):
        row = visits.ticket(connection, book.id, path.ticket)
        if row is None:
            raise UnknownTicket(ticket=path.ticket)
        other = visits.ticket_by_label(connection, book.id, row.business_day, path.number)
        if other is None:
            raise UnknownTicket(ticket=path.number)
        return jsonify(before.one_call(connection, book, row, other, _asker()))


def _asker() -> before.Asker:
    return before.Asker(page_language(), words_for(page_language()), visitor=False)


@blueprint.post("/<int:ticket>/cancel", responses=gives(FullTicket))
@access.only(*access.GUIDES)
def cancel_ticket(path: TicketPath, body: Reason) -> Response:
    """Take a waiting ticket out of the line."""
    return _changed(path, lambda tx, book: transfer.cancel(tx, book, path.ticket, body.reason))


@blueprint.post("/<int:ticket>/return", responses=gives(FullTicket))
@access.only("guide", *access.CLERKS)
def return_ticket(path: TicketPath, body: Nothing) -> Response:
    """A missed visitor is back: in line behind the next few, once."""
    return _changed(path, lambda tx, book: serve.return_missed(tx, book, path.ticket))


@blueprint.post("/<int:ticket>/reclassify", responses=gives(FullTicket))
@access.only(*access.GUIDES)
def reclassify_ticket(path: TicketPath, body: Reclassify) -> Response:
    """Mark a waiting visitor elderly or priority, or ordinary again."""
    wanted = VisitorClass(body.visitor_class)
    return _changed(path, lambda tx, book: transfer.reclassify(tx, book, path.ticket, wanted, body.reason))


@blueprint.post("/<int:ticket>/reprint", responses=gives(TicketReprinting))
@access.only(*access.GUIDES, devices=("kiosk",))
def reprint_ticket(path: TicketPath, body: Reprint) -> Response:
    """Print the ticket again, marked 补打. A kiosk may do so for a ticket it issued itself."""
    asker = access.who()

    def again(tx: Tx, book: Book) -> dict[str, Any]:
        printer = body.printer
        if asker.kind == "device":
            ticket = visits.ticket(tx.connection, book.id, path.ticket)
            if ticket is None or ticket.device_id != asker.id:
                raise NotAllowed()
            kiosk = book.devices.get(asker.id or 0)
            printer = kiosk.settings.get("printer") if kiosk else None
        return {"print_job": {"id": printing.reprint(tx, book, path.ticket, printer), "state": "waiting"}}

    return do(path.hall, again)


def _changed(path: TicketPath, change: Any) -> Response:
    """Runs a change and answers with the ticket as it then is."""

    def run(tx: Tx, book: Book) -> dict[str, Any] | None:
        change(tx, book)
        return tickets.full(tx.connection, book, path.ticket)

    return do(path.hall, run)
