"""The OpenAPI 3.1 document of the whole interface, made from the code: routes, docstrings, request shapes and
answers; who may ask, from each route's audience; problems, from the refusals; messages, from the events.

Served at /api/v1/openapi.json. It is made when somebody first asks for it and kept, so neither a start nor
any other request pays for it.
"""

import inspect
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

from flask import Response
from flask_openapi3 import OpenAPI, Tag
from pydantic.json_schema import models_json_schema

from hall import events
from hall.rules.errors import Refusal
from hall.web import access
from hall.web.api import messages
from hall.web.api.answers import Answer, Problem
from hall.web.doing import LONGEST_KEY
from hall.web.problems import HTTP_CODES, status_of

VERSION = "1.0"
ABOUT = """\
The interface of a service hall: take a number, call it, follow it, rate the service.

- **Who asks**: staff with the session cookie (`POST /api/v1/session`) and its `csrf_token` in `X-CSRF-Token`;
  devices with their token as bearer; visitors with the secret of their ticket's address.
- **Refusals** are `application/problem+json`: a `code` for programs, and a `detail` that tells its reader in
  their own language what to do.
- **Once**: a POST with an `Idempotency-Key` may be sent again; it happens once and gets the first answer.
- **Live**: a picture carries `seq`; the events after it arrive over Socket.IO (see the webhooks) and stand in
  `GET /api/v1/halls/{hall}/events?after=seq`.
- Times are ISO 8601 in UTC. A window is named by its number; halls, businesses, items, zones and devices by
  their id in config.yaml; tickets and print jobs by their integer id.
"""
TAGS = {
    "session": "Signing in and out.",
    "hall": "Open to everybody: the hall, its catalogue, its board, its events.",
    "tickets": "Taking numbers, and what guides do with them.",
    "windows": "What clerks do at their windows.",
    "manage": "What duty managers see and do.",
    "alerts": "What the hall warns of, and who took it on.",
    "roster": "Who works when at which window, and weeks drawn from the forecast.",
    "advice": "Which windows should do what for the next while, and windows that were moved.",
    "what-if": "What changes of windows would do, before they are made.",
    "reports": "What days came to, and the standards they are held against.",
    "rectifications": "What is to be rectified and by when, and what mystery visitors saw.",
    "visits": "A visitor's own ticket, and the rating pads.",
    "administration": "Accounts, devices, print jobs, the audit log, the configuration.",
    "live": "Messages over Socket.IO.",
}
SCHEMES = {
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "`csrf_token` of the session; needed wherever a cookie is",
    },
    "device": {"type": "http", "scheme": "bearer", "description": "the token of a kiosk, board, pad …"},
    "device_cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": access.DEVICE_COOKIE,
        "description": "the same token in a browser that was paired",
    },
}
MEANINGS = {
    "400": "The body is no JSON, or the Idempotency-Key is no key.",
    "401": "Nobody is signed in, or the token is unknown.",
    "403": "The asker may not do this, or the X-CSRF-Token is missing.",
    "404": "What the request names does not exist.",
    "409": "The hall's present state does not allow it; looking again shows why.",
    "422": "The request itself is wrong; `fields` says where.",
    "429": "Too many tries; see Retry-After.",
    "503": "Not at the moment; the same request may be sent again after Retry-After.",
    "default": "Any other problem: 405, 413, 415, or 500 with the code `fault`.",
}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random word of the asker's. The same request with the same key happens once and gets "
    "the first answer; another request with it gets 422. Signing in needs none.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}

_making = threading.Lock()


def register(app: OpenAPI) -> None:
    """Serves the document at /api/v1/openapi.json."""
    openapi = {"schema": {"type": "object", "description": "an OpenAPI 3.1 document"}}

    @app.get(
        "/api/v1/openapi.json",
        tags=[Tag(name="hall")],
        operation_id="get_document",
        responses={200: {"description": "This document.", "content": {"application/json": openapi}}},
    )
    @access.anyone
    def get_document() -> Response:
        """This document."""
        return Response(of(app), mimetype="application/json")


def of(app: OpenAPI) -> bytes:
    """The document as JSON; made beside the event loop, by one request while others wait for it."""
    with _making:
        made: bytes | None = app.extensions.get("hall_document")
        if made is None:
            made = app.extensions["hall_document"] = access.aside(_make, app)
        return made


def _make(app: OpenAPI) -> bytes:
    document: dict[str, Any] = app.api_doc
    document["info"] = {"title": "Service hall 政务服务大厅", "version": VERSION, "description": ABOUT}
    codes = _codes()
    document["components"] = {
        "schemas": _schemas(document["components"]["schemas"], codes),
        "responses": {_name(status): _problem(status, codes) for status in MEANINGS},
        "parameters": {"IdempotencyKey": ONCE},
        "securitySchemes": {"session": _session_cookie(app.config["SESSION_COOKIE_NAME"]), **SCHEMES},
    }
    views = {
        (_uri(rule.rule), method.lower()): (rule.endpoint, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _complete(operation, path, method, *views[path, method])
    document["webhooks"] = messages.webhooks()
    named = {one["name"]: one for one in document["tags"]}
    document["tags"] = [
        {"description": about, **named.pop(name, {"name": name})} for name, about in TAGS.items()
    ]
    document["tags"] += named.values()
    return json.dumps(document, ensure_ascii=False).encode()


def _session_cookie(name: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "cookie", "name": name, "description": "after signing in"}


def _uri(rule: str) -> str:
    return re.sub(r"<([^<:]+:)?", "{", rule).replace(">", "}")


def _schemas(requests: dict[str, Any], codes: dict[str, list[str]]) -> dict[str, Any]:
    """The shapes of requests as the routes declared them, the answers, the problem and the events."""
    models = [*_every(Answer), Problem, *messages.MESSAGES]
    models += [messages.event_model(kind) for kind in events.kinds()]
    wanted = [(one, "validation") for one in dict.fromkeys(models)]
    _, made = models_json_schema(wanted, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    schemas = {name: one for name, one in requests.items() if not name.startswith("ValidationError")}
    for one in schemas.values():
        one.pop("$defs", None)  # they stand among the components themselves
    if twice := schemas.keys() & made["$defs"].keys():
        raise ValueError(f"requests and answers of one name: {twice}")
    schemas |= made["$defs"]
    schemas["Problem"]["properties"]["code"]["enum"] = sorted(
        {one for some in codes.values() for one in some}
    )
    schemas["Event"] = messages.event_schema()
    return schemas


def _every(base: type[Answer]) -> Iterator[type[Answer]]:
    for one in base.__subclasses__():
        yield one
        yield from _every(one)


def _codes() -> dict[str, list[str]]:
    """The codes of all problems by their status."""
    codes: dict[str, list[str]] = {"422": ["bad_request"], "403": ["csrf"], "500": ["fault", "http"]}
    for status in HTTP_CODES:
        codes.setdefault(str(status), []).append(f"http_{status}")
    for kind in _refusals(Refusal):
        codes.setdefault(str(status_of(kind())), []).append(kind.code)
    return codes


def _refusals(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in base.__subclasses__():
        if one.__subclasses__():
            yield from _refusals(one)
        else:
            yield one


def _name(status: str) -> str:
    return f"Problem{status}" if status != "default" else "OtherProblem"


def _problem(status: str, codes: dict[str, list[str]]) -> dict[str, Any]:
    known = ", ".join(f"`{one}`" for one in sorted(codes.get(status, ())))
    said: dict[str, Any] = {
        "description": MEANINGS[status] + (f" Codes: {known}." if known else ""),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in ("429", "503"):
        said["headers"] = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return said


def _complete(operation: dict[str, Any], path: str, method: str, endpoint: str, view: Any) -> None:
    """Adds what follows from the route's audience and method."""
    if operation["operationId"].startswith(f"{endpoint.replace('.', '_')}_"):  # none was chosen for it
        operation["operationId"] = view.__name__
    audience = view.audience
    operation["summary"], more = _says(view)
    if audience != ("anyone",):
        more.append(f"For: {', '.join(audience)}.")
    operation.pop("description", None)
    if more:
        operation["description"] = "\n\n".join(more)
    operation.setdefault("security", _security(audience, method))
    if method == "post":
        once = {"$ref": "#/components/parameters/IdempotencyKey"}
        operation["parameters"] = [*operation.get("parameters", []), once]
    answers = {status: one for status, one in operation["responses"].items() if status.startswith("2")}
    # flask-openapi3 puts a 422 everywhere; the others a route declares are its own.
    met = {*operation["responses"]} - {*answers, "422"} | _may_meet(audience, path, method)
    for status in sorted(met):
        answers[status] = {"$ref": f"#/components/responses/{_name(status)}"}
    operation["responses"] = answers


def _says(view: Any) -> tuple[str, list[str]]:
    """The first sentence of a route's docstring, and the paragraphs of what follows it."""
    paragraphs = [" ".join(one.split()) for one in (inspect.getdoc(view) or "").split("\n\n")]
    first, _, rest = paragraphs[0].partition(". ")
    return first.removesuffix("."), [*filter(None, [rest]), *paragraphs[1:]]


def _security(audience: tuple[str, ...], method: str) -> list[dict[str, list[str]]]:
    """A session or a device's token; where a cookie alone could change something, the CSRF token as well."""
    if audience == ("anyone",):
        return []
    csrf: dict[str, list[str]] = {} if method == "get" else {"csrf": []}
    ways = [{"session": [], **csrf}] if set(audience) & set(access.STAFF) else []
    if set(audience) - set(access.STAFF):
        ways += [{"device": []}, {"device_cookie": [], **csrf}]
    return ways


def _may_meet(audience: tuple[str, ...], path: str, method: str) -> set[str]:
    met = {"default"}
    if "{hall}" in path:
        met |= {"404", "422", "503"}
    if audience != ("anyone",):
        met |= {"401", "403"}
    if method == "post":
        met |= {"400", "422", "503"}
        if "{hall}" in path:
            met |= {"403", "409"}
    return met
