"""The clerk's verbs at a window. Each answers with the window and the ticket now at it; the desk in full is a
GET.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.actions import call, paper, serve, transfer, windows
from hall.actions.standing import Outcome, outcome_at, stand_at
from hall.i18n import page_language, words_for
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.tickets import State
from hall.screens import desk
from hall.screens.desk import standing_card
from hall.web import access, problems
from hall.web.api.answers import gives
from hall.web.api.answers_staff import CallDone, DeskPicture, PaperEntered, VerbDone
from hall.web.api.shapes import Call, Hold, Nothing, PaperList, Pause, Transfer, WhichTicket, WindowPath
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_windows",
    __name__,
    url_prefix="/api/v1/halls/<hall>/windows/<int:window>",
    abp_tags=[Tag(name="windows")],
)


def _verb(path: WindowPath, act: Callable[[Tx, Book], Any]) -> Response:
    """Runs a verb; answers with the window's state and the ticket at it, small enough to be sent on every key
    press. A verb that returns how it leaves the window is believed; after any other it is looked at.
    """

    def run(tx: Tx, book: Book) -> dict[str, Any]:
        left = act(tx, book)
        here = left if isinstance(left, Outcome) else outcome_at(tx, book, path.window)
        return _card(book, path.window, here)

    return do(path.hall, run)


def _card(book: Book, number: int, here: Outcome) -> dict[str, Any]:
    ticket = here.ticket._asdict() if here.ticket is not None else None
    return {"window": standing_card(book, book.window(number), here.desk), "ticket": ticket}


@blueprint.get("/desk", responses=gives(DeskPicture))
@access.only(*access.CLERKS)
def get_desk(path: WindowPath) -> Response:
    """The whole desk: the ticket with items, materials, hops and why it was called; what waits; what was set
    aside.
    """
    with look(path.hall) as (connection, book):
        return jsonify(
            desk.picture(
                connection,
                book,
                book.window(path.window),
                the_server().database.clock(),
                words_for(page_language()),
            )
        )


@blueprint.post("/sign-in", operation_id="sign_in_at_window", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def sign_in(path: WindowPath, body: Nothing) -> Response:
    """Take a free window; it starts paused."""
    row = access.who().row
    return _verb(path, lambda tx, book: windows.sign_in(tx, book, path.window, row.name, row.badge))


@blueprint.post("/sign-out", operation_id="sign_out_of_window", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def sign_out(path: WindowPath, body: Nothing) -> Response:
    """Leave the window."""
    return _verb(path, lambda tx, book: windows.sign_out(tx, book, path.window))


@blueprint.post("/open", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def open_window(path: WindowPath, body: Nothing) -> Response:
    """Begin or go on calling."""
    return _verb(path, lambda tx, book: windows.open_window(tx, book, path.window))


@blueprint.post("/pause", operation_id="pause_window", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def pause(path: WindowPath, body: Pause) -> Response:
    """Pause with a reason."""
    return _verb(path, lambda tx, book: windows.pause(tx, book, path.window, body.reason))


@blueprint.post("/call", responses=gives(CallDone))
@access.only(*access.CLERKS)
def call_next(path: WindowPath, body: Call) -> Response:
    """Call the next visitor, or a chosen one. With nobody waiting the window stands ready and the ticket is
    null.
    """

    def run(tx: Tx, book: Book) -> dict[str, Any]:
        finished = None
        if body.finish_current:
            step = stand_at(tx, book, path.window).step
            if step is not None and step.state == State.SERVING:
                serve.finish(tx, book, path.window)
                finished = step.label
        here = call.call_next(tx, book, path.window, body.ticket)
        return {**_card(book, path.window, here), "finished": finished}

    return do(path.hall, run)


@blueprint.post("/recall", operation_id="recall_ticket", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def recall(path: WindowPath, body: Nothing) -> Response:
    """Call the called visitor once more."""
    return _verb(path, lambda tx, book: call.recall(tx, book, path.window))


@blueprint.post("/start", operation_id="start_serving", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def start(path: WindowPath, body: Nothing) -> Response:
    """The visitor sits down."""
    return _verb(path, lambda tx, book: serve.start(tx, book, path.window))


@blueprint.post("/finish", operation_id="finish_step", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def finish(path: WindowPath, body: Nothing) -> Response:
    """The step is done."""
    return _verb(path, lambda tx, book: serve.finish(tx, book, path.window))


@blueprint.post("/missed", operation_id="mark_missed", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def missed(path: WindowPath, body: Nothing) -> Response:
    """The visitor did not come."""
    return _verb(path, lambda tx, book: serve.miss(tx, book, path.window))


@blueprint.post("/hold", operation_id="hold_ticket", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def hold(path: WindowPath, body: Hold) -> Response:
    """The visitor steps aside and will be resumed here."""
    return _verb(path, lambda tx, book: serve.hold(tx, book, path.window, body.note))


@blueprint.post("/resume", operation_id="resume_ticket", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def resume(path: WindowPath, body: WhichTicket) -> Response:
    """Call a held visitor back."""
    return _verb(path, lambda tx, book: serve.resume(tx, book, path.window, body.ticket))


@blueprint.post("/return", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def return_missed(path: WindowPath, body: WhichTicket) -> Response:
    """A missed visitor came back to the window: in line behind the next few, once."""
    return _verb(path, lambda tx, book: serve.return_missed(tx, book, body.ticket))


@blueprint.post("/paper", operation_id="enter_paper_calls", responses=gives(PaperEntered))
@access.only(*access.CLERKS)
def post_paper(path: WindowPath, body: PaperList) -> Response:
    """Enter what was called on paper while the server was away, in its order. What does not fit is kept with
    its reason and changes nothing; a repetition is nothing.
    """

    def enter(tx: Tx, book: Book) -> dict[str, Any]:
        done = [
            paper.enter(
                tx,
                book,
                path.window,
                paper.OnPaper(
                    one.key,
                    one.number,
                    State(one.outcome),
                    one.called_at,
                    one.started_at,
                    one.ended_at,
                ),
            )
            for one in body.calls
        ]
        said = [
            {
                "key": one.key,
                "state": one.state,
                "code": one.why,
                "detail": problems.sentence(one.why, dict(one.params)) if one.why else None,
            }
            for one in done
        ]
        return {**_card(book, path.window, outcome_at(tx, book, path.window)), "calls": said}

    return do(path.hall, enter)


@blueprint.post("/transfer", operation_id="transfer_ticket", responses=gives(VerbDone))
@access.only(*access.CLERKS)
def post_transfer(path: WindowPath, body: Transfer) -> Response:
    """Send the visitor on to another business or window, with a note for the next clerk."""

    def act(tx: Tx, book: Book) -> None:
        destination = transfer.Destination(
            business=book.business(body.business) if body.business else None,
            window=book.window(body.window) if body.window else None,
            item_ids=tuple(book.item(code).id for code in body.items),
            place=body.place,
            note=body.note,
        )
        transfer.transfer_from_window(tx, book, path.window, destination)

    return _verb(path, act)
