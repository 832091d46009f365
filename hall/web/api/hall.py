"""Open pictures of a hall: its card, catalogue, items, board and the journal's public events."""

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint, Tag

from hall.records import journal
from hall.screens import board, catalogue
from hall.web import access
from hall.web.api.answers import BoardPicture, CataloguePicture, FoundItems, FullItem, HallCard, Halls, gives
from hall.web.api.messages import Events
from hall.web.api.shapes import After, HallPath, ItemPath, Search
from hall.web.doing import look
from hall.web.server import the_server

blueprint = APIBlueprint("api_hall", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="hall")])


@blueprint.get("/halls", responses=gives(Halls))
@access.anyone
def get_halls() -> Response:
    """The halls of this server."""
    return jsonify(
        {
            "halls": [
                {"code": one.id, "name": one.name, "name_en": one.name_en}
                for one in the_server().config.halls
            ]
        }
    )


@blueprint.get("/halls/<hall>", responses=gives(HallCard))
@access.anyone
def get_hall(path: HallPath) -> Response:
    """Name, clock, opening and the rules that screens follow."""
    with look(path.hall) as (connection, book):
        now = the_server().database.clock()
        return jsonify(catalogue.hall_card(connection, book, journal.latest(connection, book.id), now))


@blueprint.get("/halls/<hall>/catalogue", responses=gives(CataloguePicture))
@access.anyone
def get_catalogue(path: HallPath) -> Response:
    """Departments and businesses: open or why not, quota left, people waiting, wait range, windows."""
    with look(path.hall) as (connection, book):
        return jsonify(catalogue.picture(connection, book, the_server().database.clock()))


@blueprint.get("/halls/<hall>/items", responses=gives(FoundItems))
@access.anyone
def get_items(path: HallPath, query: Search) -> Response:
    """Search items by name, alias or pinyin: "退休", "tx" and "tuixiu" all find 退休一件事."""
    with look(path.hall) as (_, book):
        found = the_server().finder(book).search(query.q, query.limit)
        return jsonify(
            {"items": [catalogue.item_full(book, book.items_by_code[one.entry.code]) for one in found]}
        )


@blueprint.get("/halls/<hall>/items/<item>", responses=gives(FullItem))
@access.anyone
def get_item(path: ItemPath) -> Response:
    """One item: materials, online and self-service ways, completion promise, business."""
    with look(path.hall) as (_, book):
        return jsonify(catalogue.item_full(book, book.item(path.item)))


@blueprint.get("/halls/<hall>/board", responses=gives(BoardPicture))
@access.anyone
def get_board(path: HallPath) -> Response:
    """The public board; events after its `seq` carry it forward."""
    with look(path.hall) as (connection, book):
        packed = request.accept_encodings["gzip"] > 0
        body = _pictures().of(connection, book, the_server().database.clock(), packed=packed)
    answer = Response(body, mimetype="application/json")
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    return answer


def _pictures() -> board.Pictures:
    found: board.Pictures = the_server().places.setdefault("boards", board.Pictures())
    return found


@blueprint.get("/halls/<hall>/events", security=[{}, {"session": []}], responses=gives(Events))
@access.anyone
def get_events(path: HallPath, query: After) -> Response:
    """Everything after number `after`, in order. Staff of the hall also get the fields that are not for the
    public.
    """
    asker = access.who()
    staff = asker.kind == "account" and asker.hall == path.hall
    with look(path.hall) as (connection, book):
        rows = journal.after(connection, book.id, query.after, query.limit)
        latest = journal.latest(connection, book.id)
    return jsonify({"events": [row.staff() if staff else row.public() for row in rows], "latest": latest})
