"""Sign in and out. Wrong passwords are counted per name and place, so that nobody can try for long."""

import time
from collections import OrderedDict

from flask import Response, g, jsonify, request, session
from flask_openapi3 import APIBlueprint, Tag
from flask_wtf.csrf import generate_csrf

from hall.actions import accounts
from hall.rules.errors import NotSignedIn, TooManyTries, WrongPassword
from hall.web import access
from hall.web.api.answers import Done, gives, meets
from hall.web.api.answers_admin import Session
from hall.web.api.shapes import SignIn
from hall.web.doing import hall_id
from hall.web.server import the_server

blueprint = APIBlueprint("api_session", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="session")])

MOST_TRIES = 8
TRIES_WITHIN_SECONDS = 300.0
_tries: OrderedDict[tuple[str, str], list[float]] = OrderedDict()


def sign_in(username: str, password: str, hall: str | None) -> None:
    """Starts a session in this response's cookie. Raises WrongPassword, TooManyTries, UnknownHall."""
    server = the_server()
    code = hall or server.config.halls[0].id
    place = (username.strip().lower(), request.remote_addr or "")
    _check_tries(place)
    hall_number = hall_id(code)
    with server.database.read() as connection:
        account = accounts.account_named(connection, hall_number, username)
    right = access.aside(accounts.matches, account.password_hash if account else None, password)
    if account is not None:
        account_id = account.id
        server.database.write(
            hall_number, lambda tx: accounts.note_sign_in(tx, account_id, right), "account", account_id
        )
    if account is None or not right:
        _tries.setdefault(place, []).append(time.monotonic())
        raise WrongPassword()
    _tries.pop(place, None)
    session.clear()
    session["account"], session["stamp"], session["hall"] = account.id, account.session_stamp, code
    session.permanent = True
    g.pop("who", None)  # whoever asked before is somebody now


def sign_out() -> None:
    """Ends the sessions of whoever asks: this browser's, and those the account has elsewhere."""
    asker = access.who()
    session.clear()
    g.pop("who", None)
    if asker.kind == "account" and asker.hall is not None and asker.id is not None:
        account_id = asker.id
        the_server().database.write(
            hall_id(asker.hall), lambda tx: accounts.end_sessions(tx, account_id), "account", account_id
        )


def _check_tries(place: tuple[str, str]) -> None:
    recent = [one for one in _tries.get(place, []) if one > time.monotonic() - TRIES_WITHIN_SECONDS]
    _tries[place] = recent
    _tries.move_to_end(place)
    while len(_tries) > 10_000:
        _tries.popitem(last=False)
    if len(recent) >= MOST_TRIES:
        raise TooManyTries(minutes=round(TRIES_WITHIN_SECONDS / 60))


def present() -> dict[str, object]:
    """Who is signed in, and the CSRF token for the next request."""
    asker = access.who()
    if asker.kind != "account":
        raise NotSignedIn()
    row = asker.row
    return {
        "account": {
            "id": row.id,
            "username": row.username,
            "name": row.name,
            "name_en": row.name_en,
            "role": row.role,
            "badge": row.badge,
            "hall": row.hall_code,
        },
        "csrf_token": generate_csrf(),
    }


@blueprint.post("/session", operation_id="sign_in", responses=gives(Session) | meets(403, 404, 429))
@access.anyone
def post_session(body: SignIn) -> Response:
    """Sign in; the answer's cookie is the session, its csrf_token goes into X-CSRF-Token of every
    later POST.
    """
    sign_in(body.username, body.password, body.hall)
    return jsonify(present())


@blueprint.get("/session", security=[{"session": []}], responses=gives(Session) | meets(401))
@access.anyone
def get_session() -> Response:
    """Who is signed in."""
    return jsonify(present())


@blueprint.delete("/session", operation_id="sign_out", responses=gives(Done))
@access.anyone
def delete_session() -> Response:
    """Sign out, here and wherever else the account is signed in."""
    sign_out()
    return jsonify({})
