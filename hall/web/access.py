"""Who is asking: a signed-in account, a device with its token, or anybody; and what each may do.

Every route names its audience with one of the decorators below; a test walks all routes and fails on one that
does not. Sessions are signed cookies that hold the account's id and its session stamp, which changes with the
password and at every sign-out; requests that carry a cookie also need the CSRF token.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, TypeVar

from flask import current_app, g, redirect, request, session, url_for
from gevent import get_hub

from hall.actions import accounts
from hall.rules.errors import NotAllowed, NotSignedIn
from hall.web.server import the_server

View = TypeVar("View", bound=Callable[..., Any])

GUIDES = ("guide", "manager", "administrator")
CLERKS = ("clerk", "manager", "administrator")
MANAGERS = ("manager", "administrator")
ADMINISTRATORS = ("administrator",)
STAFF = ("clerk", "guide", "manager", "administrator")
DEVICE_COOKIE = "device"


@dataclass(frozen=True)
class Who:
    """The asker. `kind`: account, device or anyone; `hall` is the hall they belong to."""

    kind: str
    id: int | None = None
    hall: str | None = None
    role: str = ""
    name: str = ""
    row: Any = None

    @property
    def asker(self) -> str:
        """The name under which Idempotency-Keys are kept; anonymous visitors share one, their keys are
        random.
        """
        return f"{self.kind}:{self.id or ''}"


ANYONE = Who("anyone")


def who() -> Who:
    """Who sent this request, looked up once."""
    if "who" not in g:
        g.who = _look_up()
    return g.who


def _look_up() -> Who:
    """The asker by device token or session. What was found is trusted for a moment: a clerk's keys come in
    bursts.
    """
    token = _device_token()
    account_id: int | None = session.get("account") if token is None else None
    if token is None and account_id is None:
        return ANYONE
    remembered = the_server().remembered
    found = remembered.get(token or account_id)
    if found is None:
        found = remembered[token or account_id] = _device(token) if token else _account(account_id or 0)
    if account_id is not None and not _fits(found):
        # The password may have been changed by another process since; then the new session is the right one.
        found = remembered[account_id] = _account(account_id)
        if not _fits(found):
            session.clear()
            return ANYONE
    return found


def _fits(found: Who) -> bool:
    """Whether this session was begun with the account's present password."""
    return found is not ANYONE and found.row.session_stamp == session.get("stamp")


def _device(token: str) -> Who:
    row = the_server().database.find(partial(accounts.device_by_token, token=token))
    return Who("device", row.id, row.hall_code, row.kind, row.name, row) if row else ANYONE


def _account(account_id: int) -> Who:
    row = the_server().database.find(partial(accounts.account_by_id, account_id=account_id))
    return Who("account", row.id, row.hall_code, row.role, row.name, row) if row else ANYONE


def _device_token() -> str | None:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    if "account" in session:
        return None
    return request.cookies.get(DEVICE_COOKIE)


def needs_csrf() -> bool:
    """Whether a browser sent credentials by itself, so that another site could have caused this request.

    The sign-in form is checked as well; the API's sign-in is not, because it takes JSON only, which no
    foreign form can send.
    """
    if request.headers.get("Authorization", "").startswith("Bearer ") or request.path == "/api/v1/session":
        return False
    return "account" in session or DEVICE_COOKIE in request.cookies or not request.path.startswith("/api/")


def anyone(view: View) -> View:
    """Boards, visitor pages and the catalogue are open."""
    view.audience = ("anyone",)  # type: ignore[attr-defined]
    return view


def only(*roles: str, devices: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Accounts of these roles, and devices of these kinds, of the hall that the route names."""

    def protect(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            check(roles, devices, (request.view_args or {}).get("hall"))
            return view(*args, **kwargs)

        guarded.audience = roles + devices  # type: ignore[attr-defined]
        guarded.guard = (roles, devices)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return protect


def page(*roles: str) -> Callable[[View], View]:
    """A page for people of these roles: whoever is not signed in is asked to, and comes back here
    afterwards.
    """

    def protect(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if who().kind != "account":
                return redirect(url_for("pages.sign_in_page", next=request.full_path.rstrip("?")))
            check(roles, (), (request.view_args or {}).get("hall"))
            return view(*args, **kwargs)

        guarded.audience = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return protect


def check_early() -> None:
    """The same check before anything of the request's body is read or judged: whoever may not do a thing is
    told that, and not what was wrong with their words. Called by hall/app.py before every request.
    """
    guard = getattr(current_app.view_functions.get(request.endpoint or ""), "guard", None)
    if guard is not None:
        roles, devices = guard
        check(roles, devices, (request.view_args or {}).get("hall"))


def check(roles: tuple[str, ...], devices: tuple[str, ...], hall: str | None) -> Who:
    """Raises NotSignedIn or NotAllowed unless the asker is one of these in this hall."""
    asker = who()
    if asker.kind == "anyone":
        raise NotSignedIn()
    allowed = roles if asker.kind == "account" else devices
    if asker.role not in allowed or (hall is not None and asker.hall != hall):
        raise NotAllowed()
    return asker


def aside(work: Callable[..., Any], *args: Any) -> Any:
    """Runs pure computation (password hashing) in a real thread, so that the event loop goes on."""
    return get_hub().threadpool.apply(work, args)
