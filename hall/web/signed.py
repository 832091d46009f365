"""What a browser shows with each request, a session cookie and a CSRF token, is signed; a signature that was
found genuine a moment ago is not computed again. Installed by hall/app.py.

Only the signature is remembered. What the account behind a cookie may do, and whether it is still signed in,
hall/web/access.py asks as before.
"""

from typing import Any

from flask import Flask, Request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from hall.brief import Brief

REMEMBERED_SECONDS = 60.0


class Sessions(SecureCookieSessionInterface):
    """Flask's own signed cookies."""

    def __init__(self) -> None:
        self._genuine: Brief[dict[str, Any]] = Brief(REMEMBERED_SECONDS)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        text = request.cookies.get(self.get_cookie_name(app))
        found = self._genuine.get(text)
        if found is not None:
            return self.session_class(found)
        opened = super().open_session(app, request)
        if opened:
            self._genuine[text] = dict(opened)
        return opened


class Tokens:
    """The CSRF tokens of Flask-WTF."""

    def __init__(self, csrf: CSRFProtect) -> None:
        self._csrf = csrf
        self._genuine: Brief[bool] = Brief(REMEMBERED_SECONDS)

    def check(self) -> None:
        """Refuses a request without the token of its session. Over TLS where it came from is looked at too,
        and a form carries its token itself: both are left to Flask-WTF whole.
        """
        shown = (request.headers.get("X-CSRF-Token"), session.get("csrf_token"))
        remembers = all(shown) and request.is_json and not request.is_secure
        if remembers and self._genuine.get(shown):
            return
        self._csrf.protect()
        if remembers:
            self._genuine[shown] = True
