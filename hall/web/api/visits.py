"""A visitor's own ticket by the secret its QR holds, and the rating pad at a window: look, rate once, give up
the number.

Open to whoever has the secret, without cookies. A pad needs its token and sees and rates only what was served
at its own window.
"""

from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from sqlalchemy import Connection, Row

from hall.actions import rate, transfer
from hall.i18n import page_language, words_for
from hall.records import visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.errors import AlreadyRated, NotAllowed, NotYourTicket, RatingOver, UnknownTicket, UnknownVisit
from hall.rules.tickets import State
from hall.screens import before, visit
from hall.web import access
from hall.web.api.answers import gives
from hall.web.api.answers_tickets import BeforeMe, CalledBefore, PadPicture, Rated, VisitPicture
from hall.web.api.shapes import Nothing, PadRating, Rating, SecretNumberPath, SecretPath, WindowPath
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_visits", __name__, url_prefix="/api/v1/halls/<hall>", abp_tags=[Tag(name="visits")]
)

LATE_TOUCH_SECONDS = 30
"""A touch in the last moment still counts: the pad's clock and the network are not exact."""


@blueprint.get("/visits/<secret>", responses=gives(VisitPicture))
@access.anyone
def get_visit(path: SecretPath) -> Response:
    """Where this visit stands: state, people ahead, wait range, where to go, whether it may be rated."""
    with look(path.hall) as (connection, book):
        ticket = _ticket(connection, book, path.secret)
        return jsonify(visit.picture(connection, book, ticket, the_server().database.clock()))


@blueprint.get("/visits/<secret>/before", responses=gives(BeforeMe))
@access.anyone
def get_before(path: SecretPath) -> Response:
    """Who was called before this visit's number while it waited, and why those who came later were."""
    with look(path.hall) as (connection, book):
        return jsonify(before.picture(connection, book, _ticket(connection, book, path.secret), _asker()))


@blueprint.get("/visits/<secret>/before/<number>", responses=gives(CalledBefore))
@access.anyone
def get_before_one(path: SecretNumberPath) -> Response:
    """Why one of today's numbers was called before this visit's, or that it was not."""
    with look(path.hall) as (connection, book):
        ticket = _ticket(connection, book, path.secret)
        other = visits.ticket_by_label(connection, book.id, ticket.business_day, path.number)
        if other is None:
            raise UnknownTicket(ticket=path.number)
        return jsonify(before.one_call(connection, book, ticket, other, _asker()))


@blueprint.post("/visits/<secret>/rating", operation_id="rate_visit", responses=gives(Rated, 201))
@access.anyone
def post_rating(path: SecretPath, body: Rating) -> Response:
    """Rate a served visit, once."""

    def give(tx: Tx, book: Book) -> dict[str, Any]:
        ticket = _ticket(tx.connection, book, path.secret)
        rate.rate(tx, book, ticket.id, body.grade, body.comment, "qr")
        return {"rated": True}

    return do(path.hall, give, 201)


@blueprint.post("/visits/<secret>/cancel", operation_id="give_up_number", responses=gives(VisitPicture))
@access.anyone
def post_cancel(path: SecretPath, body: Nothing) -> Response:
    """Give up the number while waiting."""

    def give_up(tx: Tx, book: Book) -> dict[str, Any]:
        ticket = _ticket(tx.connection, book, path.secret)
        transfer.cancel(tx, book, ticket.id, "visitor")
        return visit.picture(tx.connection, book, ticket, tx.now)

    return do(path.hall, give_up)


@blueprint.get("/windows/<int:window>/pad", responses=gives(PadPicture))
@access.only(devices=("pad",))
def get_pad(path: WindowPath) -> Response:
    """Who serves at this window, and the visit that may be rated now."""
    with look(path.hall) as (connection, book):
        window_id = _own_window(book, path.window)
        return jsonify(visit.pad(connection, book, window_id, the_server().database.clock()))


@blueprint.post("/windows/<int:window>/pad", operation_id="rate_on_pad", responses=gives(Rated, 201))
@access.only(devices=("pad",))
def post_pad(path: WindowPath, body: PadRating) -> Response:
    """Rate the visit that has just ended at this window, once."""

    def give(tx: Tx, book: Book) -> dict[str, Any]:
        window_id = _own_window(book, path.window)
        served = [
            one for one in visits.steps_of(tx.connection, body.ticket) if one.state == State.FINISHED.value
        ]
        if not served or served[-1].hall_id != book.id or served[-1].window_id != window_id:
            raise NotYourTicket()
        if visits.rating_of(tx.connection, body.ticket) is not None:
            ticket = visits.ticket(tx.connection, book.id, body.ticket)
            raise AlreadyRated(label=ticket.label if ticket else "")
        seconds = visit.RATED_FOR_SECONDS + LATE_TOUCH_SECONDS
        offered = visit.just_served(tx.connection, book, window_id, tx.now, seconds)
        if offered is None or offered.ticket_id != body.ticket:
            raise RatingOver()
        rate.rate(tx, book, body.ticket, body.grade, None, "pad")
        return {"rated": True}

    return do(path.hall, give, 201)


def _ticket(connection: Connection, book: Book, secret: str) -> Row[Any]:
    ticket = visits.ticket_by_secret(connection, book.id, secret)
    if ticket is None:
        raise UnknownVisit()
    return ticket


def _asker() -> before.Asker:
    return before.Asker(page_language(), words_for(page_language()), visitor=True)


def _own_window(book: Book, number: int) -> int:
    """The id of the window this pad stands at. Raises UnknownWindow, NotAllowed."""
    window = book.window(number)
    if access.who().row.window_id != window.id:
        raise NotAllowed()
    return window.id
