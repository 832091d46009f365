"""The boards' pages: the hall's, a zone's, a window's; and the sounds they play. Open to everybody.

A page is a frame; display/static/ fills it from the board's snapshot and carries it forward by events.
Whether a page speaks is the device's setting (`speaks: true` in config.yaml), or `?speak=1` in its address.
"""

from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request, send_file, send_from_directory

from display.chime import chime_wav
from display.speaker import the_speaker
from hall.records.book import Book
from hall.web import access
from hall.web.doing import hall_id, look

blueprint = Blueprint("display", __name__, template_folder="templates")

STATIC = Path(__file__).parent / "static"
YEAR_SECONDS = 365 * 24 * 3600
DAY_SECONDS = 24 * 3600
PATIENCE_SECONDS = 3.0
"""How long a board waits for a WAV that is being made."""


@blueprint.get("/halls/<hall>/board")
@access.anyone
def hall_board(hall: str) -> str:
    """The hall's board: the latest calls, every window, how many wait."""
    with look(hall) as (_, book):
        return _page("display/board.html", book, zone=None)


@blueprint.get("/halls/<hall>/board/<zone>")
@access.anyone
def zone_board(hall: str, zone: str) -> str:
    """The board of one zone: its calls and its windows."""
    with look(hall) as (_, book):
        found = next((one for one in book.zones.values() if one.code == zone), None)
        if found is None:
            abort(404)
        return _page("display/board.html", book, zone=found)


@blueprint.get("/halls/<hall>/window/<int:number>")
@access.anyone
def window_screen(hall: str, number: int) -> str:
    """The screen above one window."""
    with look(hall) as (_, book):
        return _page("display/window.html", book, window=book.window(number))


@blueprint.get("/halls/<hall>/voice/chime.wav")
@access.anyone
def chime(hall: str) -> Response:
    """The two tones before a call."""
    hall_id(hall)
    answer = Response(access.aside(chime_wav), mimetype="audio/wav")
    answer.cache_control.public = True
    answer.cache_control.max_age = DAY_SECONDS
    return answer


@blueprint.get("/halls/<hall>/voice/<key>.wav")
@access.anyone
def wav(hall: str, key: str) -> Response:
    """One spoken segment by the name that `Voice.ensure` gave it; one that is being made is waited for."""
    hall_id(hall)
    voice = the_speaker().voice
    path = voice.path(key)
    if path is None and voice.wait(key, PATIENCE_SECONDS):
        path = voice.path(key)
    if path is None:
        abort(404)
    answer = send_file(path, mimetype="audio/wav", max_age=YEAR_SECONDS, etag=False)
    answer.cache_control.public = True
    answer.cache_control.immutable = True  # the name says the content
    return answer


@blueprint.get("/display/<path:name>")
@access.anyone
def static(name: str) -> Response:
    """The boards' scripts and styles."""
    return send_from_directory(STATIC, name)


def _page(template: str, book: Book, **more: object) -> str:
    hall = {"id": book.code, "name": book.name, "name_en": book.name_en, "timezone": book.zone.key}
    quiet = the_speaker().config.quiet
    return render_template(template, hall=hall, speaks=_speaks(book) and not quiet, quiet=quiet, **more)


def _speaks(book: Book) -> bool:
    """Whether this browser is a board with a loudspeaker."""
    asked = request.args.get("speak")
    if asked is not None:
        return asked == "1"
    asker = access.who()
    is_board = asker.kind == "device" and asker.role == "board" and asker.hall == book.code
    return bool(is_board and asker.row.settings.get("speaks"))
