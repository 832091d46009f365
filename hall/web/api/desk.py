"""The guide's desk: the numbers that a guide gave out today. Issuing, finding and changing tickets are in
tickets.py beside this.
"""

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.events import iso
from hall.records.issued import issued_by
from hall.screens.tickets import business_card
from hall.web import access
from hall.web.api.answers import gives
from hall.web.api.answers_tickets import GivenNumbers
from hall.web.api.shapes import HallPath
from hall.web.doing import look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_desk", __name__, url_prefix="/api/v1/halls/<hall>/desk", abp_tags=[Tag(name="tickets")]
)

SHOWN_TICKETS = 30


@blueprint.get("/tickets", operation_id="get_given_numbers", responses=gives(GivenNumbers))
@access.only(*access.GUIDES)
def get_issued(path: HallPath) -> Response:
    """The numbers the asker gave out today, latest first, each with its present state."""
    with look(path.hall) as (connection, book):
        day = book.day(the_server().database.clock())
        found = issued_by(connection, book.id, day, access.who().id or 0, SHOWN_TICKETS)
        tickets = [
            {
                "id": ticket.id,
                "label": ticket.label,
                "arrived_at": iso(ticket.arrived_at),
                "state": step.state,
                "visitor_class": step.visitor_class,
                "business": business_card(book.businesses[step.business_id]),
            }
            for ticket, step in found
            if step.business_id in book.businesses
        ]
    return jsonify({"tickets": tickets})
