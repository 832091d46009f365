"""Refusals and faults as HTTP answers: problem+json for the API, a page with a sentence for people. The one
place that knows both.

The sentence comes from the catalogue (`error.<code>`) in the reader's language and says what to do. No stack
trace ever leaves the server.
"""

import logging
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from hall.rules import errors
from hall.rules.errors import Conflict, Forbidden, Invalid, NotKnown, Refusal, Unavailable

log = logging.getLogger(__name__)

STATUS: dict[type[Refusal], int] = {
    Invalid: 422,
    NotKnown: 404,
    Forbidden: 403,
    Conflict: 409,
    Unavailable: 503,
}
SPECIAL: dict[type[Refusal], int] = {
    errors.NotSignedIn: 401,
    errors.TooManyTries: 429,
    errors.TooManyRequests: 429,
    errors.BadKey: 400,
}
HTTP_CODES = (400, 404, 405, 413, 415)
"""Statuses of the web server itself that have a sentence of their own, `error.http_<status>`."""

RETRY_AFTER_SECONDS = 2


def status_of(refusal: Refusal) -> int:
    for kind, status in (*SPECIAL.items(), *STATUS.items()):
        if isinstance(refusal, kind):
            return status
    return 400


def sentence(code: str, params: dict[str, Any]) -> str:
    """What happened and what to do, in the reader's language."""
    return str(gettext(f"error.{code}", **{name: _spoken(name, value) for name, value in params.items()}))


def _spoken(name: str, value: Any) -> Any:
    """States and verbs are words of the catalogue as well."""
    return gettext(f"{name}.{value}") if name in ("state", "verb") and value else value


def problem(status: int, code: str, params: dict[str, Any], **more: Any) -> Response:
    """An RFC 9457 answer for programs, a page for people."""
    detail = sentence(code, params)
    title = str(gettext("error.title"))
    if wants_json():
        body = {
            "type": f"/problems/{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
            **more,
        }
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        response = make_response(
            render_template("problem.html", title=title, detail=detail, status=status, code=code)
        )
    response.status_code = status
    if status in (429, 503):
        again = str(params.get("retry_seconds", RETRY_AFTER_SECONDS))
        response.headers["Retry-After"] = again
        if status == 503 and not wants_json():
            response.headers["Refresh"] = again  # the browser asks again by itself
    return response


def wants_json() -> bool:
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def invalid_request(error: ValidationError) -> Response:
    """A body, path or query of the wrong shape: which field, and what is wrong with it."""
    fields = [
        {"field": ".".join(str(part) for part in one["loc"]) or "body", "message": one["msg"]}
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return problem(422, "bad_request", {"fields": ", ".join(one["field"] for one in fields)}, fields=fields)


def register(app: Flask) -> None:
    """Installs the handlers."""

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return problem(status_of(refusal), refusal.code, refusal.params, **refusal.more)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Response:
        return problem(403, "csrf", {})

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        return problem(error.code or 500, f"http_{error.code}" if error.code in HTTP_CODES else "http", {})

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        log.exception("%s %s failed", request.method, request.path)
        return problem(500, "fault", {})
