"""What a board asks when its loudspeaker is free, and whether the hall can speak at all."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from flask import Response, jsonify, url_for
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from display.announcements import Call, Sound, next_announcement
from display.speaker import Speaker, the_speaker
from hall.records import lists
from hall.rules.errors import UnknownZone
from hall.screens.board import call_card
from hall.web import access
from hall.web.api.answers import Answer, Done, gives
from hall.web.api.shapes import HallPath
from hall.web.doing import look
from hall.web.server import the_server

LARGEST_BACKLOG = 200
"""Calls a board may ask about at once; it keeps no more."""

blueprint = APIBlueprint(
    "api_display",
    __name__,
    url_prefix="/api/v1/halls/<hall>",
    abp_tags=[Tag(name="display", description="What a board with loudspeakers asks.")],
)


class Backlog(BaseModel):
    calls: Annotated[
        list[Annotated[int, Field(ge=1, le=2**53)]],
        Field(
            min_length=1,
            max_length=LARGEST_BACKLOG,
            description="ids of the calls yet to be spoken, in call order",
        ),
    ]


class ScreenBeat(BaseModel):
    model_config = ConfigDict(extra="forbid")

    screen: Annotated[str, Field(pattern=r"^(board|zone:[a-z0-9-]{1,64}|window:\d{1,6})$")]
    connection: Literal["live", "catching-up", "lost"]
    sound: Annotated[
        Literal["ready", "locked", "broken"] | None, Field(description="of a screen that speaks")
    ] = None


class Voice(Answer):
    """Whether the hall can speak."""

    state: Literal["ready", "starting", "unavailable", "quiet"]
    reason: str | None


class SpokenCall(Answer):
    """A call that is said."""

    call_id: int
    ticket: str
    window: int


class PlayedSound(Answer):
    """A WAV file, played after a pause."""

    url: str
    pause_seconds: float


class Announcement(Answer):
    """What to say next."""

    calls: list[SpokenCall]
    dropped: list[int]
    text: str | None
    sounds: list[PlayedSound]
    voice: Voice


@blueprint.get("/announcements", responses=gives(Announcement))
@access.anyone
def get_announcement(path: HallPath, query: Backlog) -> Response:
    """What a board should say next of the calls it has yet to speak.

    `calls` are said in it (none: there is nothing left to say), `dropped` need no saying any more; what is in
    neither the board keeps and asks about again. `sounds` are played one after the other, each after its
    pause; without a voice that is the chime alone.
    """
    speaker = the_speaker()
    with look(path.hall) as (connection, book):
        day = book.day(the_server().database.clock())
        rows = lists.some_calls(connection, book.id, day, set(query.calls))
        cards = [call_card(book, row) for row in rows if row.window_id in book.windows]
    known = [Call(one["call_id"], one["ticket"], one["window"], one["matters"]) for one in cards]
    said = next_announcement(query.calls, known, speaker.phrases, speaker.config.repeat)
    return jsonify(
        {
            "calls": [
                {"call_id": one.call_id, "ticket": one.label, "window": one.window} for one in said.calls
            ],
            "dropped": said.dropped,
            "text": said.text,
            "sounds": _sounds(path.hall, speaker, said.sounds) if said.calls else [],
            "voice": _state(speaker),
        }
    )


@blueprint.get("/voice", responses=gives(Voice))
@access.anyone
def get_voice(path: HallPath) -> Response:
    """Whether the hall can speak: `state` ready, starting, unavailable (and the `reason`) or quiet."""
    with look(path.hall):
        return jsonify(_state(the_speaker()))


@blueprint.post("/screens/heartbeat", operation_id="report_screen", responses=gives(Done))
@access.anyone
def post_heartbeat(path: HallPath, body: ScreenBeat) -> Response:
    """A screen says that it is open and how it is: for its device where it is paired as a board, else for
    its place. A board's page sends it once a minute.
    """
    server, asker = the_server(), access.who()
    with look(path.hall) as (_connection, book):
        kind, _, place = body.screen.partition(":")
        if kind == "zone" and place not in {one.code for one in book.zones.values()}:
            raise UnknownZone(zone=place)
        if kind == "window":
            book.window(int(place))
    paired = asker.kind == "device" and asker.role == "board" and asker.hall == path.hall
    source = asker.id if paired and asker.id is not None else body.screen
    server.beats.hear(book.id, source, body.model_dump(exclude_none=True), server.database.clock())
    return jsonify({})


def _state(speaker: Speaker) -> dict[str, str | None]:
    if speaker.config.quiet:
        return {"state": "quiet", "reason": None}
    state = speaker.voice.state()
    return {"state": state.kind, "reason": state.reason}


def _sounds(hall: str, speaker: Speaker, sounds: Sequence[Sound]) -> list[dict[str, Any]]:
    """The chime and the voice. A voice that is away is still played from what it made before, if that is all
    of it: half a call helps nobody.
    """
    if speaker.config.quiet:
        return []
    chime = {"url": url_for("display.chime", hall=hall), "pause_seconds": 0}
    voice = speaker.voice
    keys = voice.ensure([sound.segment for sound in sounds], urgent=True)
    if voice.state().kind == "unavailable" and not (keys and all(voice.path(key) for key in keys)):
        return [chime]
    return [
        chime,
        *(
            {"url": url_for("display.wav", hall=hall, key=key), "pause_seconds": sound.pause_seconds}
            for key, sound in zip(keys, sounds, strict=True)
        ),
    ]
