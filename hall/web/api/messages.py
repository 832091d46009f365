"""What travels over Socket.IO, for the OpenAPI document: every event of hall/events with its fields, and
the messages `watch`, `events` and `pulse` of hall/live.py.

The events' models are made from their dataclasses, so that a new event or field is documented by itself.
"""

import types
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, WithJsonSchema, create_model

from hall import events, live
from hall.web.api.answers import Answer, Moment

EVENT = "#/components/schemas/Event"
AnyEvent = Annotated[Any, WithJsonSchema({"$ref": EVENT})]


class Events(Answer):
    """Events in order, and the newest number there is."""

    events: list[AnyEvent]
    latest: int


class Watch(Answer):
    """What a screen wants to hear."""

    hall: str
    audience: Literal["board", "staff", "visit"] = Field(
        description="board and staff hear every event, staff also its staff-only fields and only with the "
        "session cookie; visit hears the events of one business"
    )
    business: str | None = Field(default=None, description="for `visit`: the code of the ticket's business")


class Watching(Answer):
    """The newest number: whoever has an older one fetches GET …/events?after=."""

    seq: int


class NotWatching(Answer):
    """Why nothing will be heard: bad_request, unknown_hall, not_signed_in …"""

    error: str


class Pulse(Answer):
    """The newest number: of the hall, for `visit` of what its business was told."""

    seq: int


MESSAGES: tuple[type[BaseModel], ...] = (Watch, Watching, NotWatching, Pulse)


def told_fields(kind: type[events.Event]) -> list[str]:
    """The fields of an event that some screen is told."""
    return [one.name for one in fields(kind) if one.name not in events.NOT_TOLD]


def event_model(kind: type[events.Event]) -> type[BaseModel]:
    """An event as it is sent. Fields that boards and visitors are not told, or that may be left out, are not
    required.
    """
    hints, defaults = get_type_hints(kind), {one.name: one.default for one in fields(kind)}
    said: dict[str, Any] = {
        "seq": (int, Field(description="numbered without gaps in each hall")),
        "at": (Moment, ...),
        "type": (Literal[kind.type()], ...),
    }
    for name in told_fields(kind):
        shown = _json_type(hints[name])
        if name in events.STAFF_ONLY:
            said[name] = (shown, Field(default=None, description="staff only", json_schema_extra=_staff_only))
        elif defaults[name] is not MISSING:
            said[name] = (shown, Field(default=None, json_schema_extra=_without_default))
        else:
            said[name] = (shown, ...)
    return create_model(component(kind), __base__=Answer, __doc__=_says(kind), **said)


def component(kind: type[events.Event]) -> str:
    """The name of an event's schema."""
    return f"{kind.__name__}Event"


def _json_type(hint: Any) -> Any:
    """The type without None, which is never sent: the field is left out instead."""
    if get_origin(hint) is types.UnionType:
        (hint,) = (one for one in get_args(hint) if one is not types.NoneType)
    return Moment if hint is datetime else hint


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _staff_only(schema: dict[str, Any]) -> None:
    _without_default(schema)
    schema["x-staff-only"] = True


def _says(kind: type[events.Event]) -> str:
    """The event's docstring; a dataclass without one has its signature there, which says nothing."""
    doc = kind.__doc__ or ""
    return "" if doc.startswith(f"{kind.__name__}(") else " ".join(doc.split())


def event_schema() -> dict[str, Any]:
    """One of all events, told apart by `type`."""
    names = {kind.type(): f"#/components/schemas/{component(kind)}" for kind in events.kinds()}
    return {
        "description": "Something that happened in a hall. Fields that are empty are left out.",
        "oneOf": [{"$ref": one} for one in names.values()],
        "discriminator": {"propertyName": "type", "mapping": names},
    }


def _table() -> str:
    """Every event with its fields, as Markdown that the documentation page shows."""
    rows = ["| type | fields (? may be left out) | staff only | what happened |", "|---|---|---|---|"]
    for kind in events.kinds():
        optional = {one.name for one in fields(kind) if one.default is not MISSING}
        public: list[str] = []
        staff: list[str] = []
        for name in told_fields(kind):
            (staff if name in events.STAFF_ONLY else public).append(name + "?" * (name in optional))
        rows.append(f"| `{kind.type()}` | {', '.join(public)} | {', '.join(staff)} | {_says(kind)} |")
    return "\n".join(rows)


def webhooks() -> dict[str, Any]:
    """The messages in the form OpenAPI 3.1 has for what is not asked for by a request."""
    socket = "Over Socket.IO (websocket only, the server's own address, default namespace), not over HTTP. "
    acknowledged = {
        "description": "The acknowledgement, when the client asks for one.",
        "content": {"application/json": {"schema": {"anyOf": [_ref(Watching), _ref(NotWatching)]}}},
    }
    unanswered = {"204": {"description": "Nobody answers."}}
    return {
        "watch": _message(
            "watch",
            "The client asks to be told",
            socket + "Sent by the client after each connect; a connection may watch several halls.",
            _ref(Watch),
            {"200": acknowledged},
        ),
        "events": _message(
            "events",
            "Something happened in the hall",
            socket
            + "Sent by the server after commits: the list of what happened since the last message, in order; "
            "a call is sent at once, the rest within a moment. `seq` grows by one for audiences board and "
            "staff. Whoever sees a gap, or comes back, fetches GET …/events?after=n. Every event has `seq`, "
            "`at` and `type`; fields that are empty are left out.\n\n" + _table(),
            {"type": "array", "items": {"$ref": EVENT}, "minItems": 1},
            unanswered,
        ),
        "pulse": _message(
            "pulse",
            "The server is there",
            socket
            + f"Sent by the server to every audience each {live.PULSE_SECONDS} seconds, so that a dead line "
            "and a silent gap are noticed. To `visit`, `seq` is that of the newest event of its business.",
            _ref(Pulse),
            unanswered,
        ),
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _message(
    name: str, summary: str, description: str, schema: dict[str, Any], responses: dict[str, Any]
) -> dict[str, Any]:
    return {
        "post": {
            "tags": ["live"],
            "operationId": f"{name}_message",
            "summary": summary,
            "description": description,
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
            "responses": responses,
            "security": [{}, {"session": []}] if name != "pulse" else [],
        }
    }
