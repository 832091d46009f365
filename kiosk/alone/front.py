"""The front of a kiosk that works alone: what its browser asks for is served from the kiosk's own PC, and
what only the server knows is passed on to it.

A WSGI application around the small hall's own. Only this PC is let in, as the kiosk itself: the browser
needs no token, and the pages of a whole hall stay out of reach.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]

OWN = re.compile(
    r"/(static|kiosk/static|vendor|words)/.*"
    r"|/halls/[^/]+/kiosk(/.*)?"
    r"|/api/v1/halls/[^/]+/(items|kiosk)/.*"
    r"|/api/v1/halls/[^/]+/items"
    r"|/api/v1/halls/[^/]+/tickets/\d+/reprint"
)
"""What the small hall answers by itself: pages, what is configured, and how the printing goes."""

LED = re.compile(r"/api/v1/halls/([^/]+)/(tickets|catalogue|line)|/halls/([^/]+)/kiosk/(status)")
"""What kiosk/alone/routes.py answers."""

SHORT = {"/": "", "/status": "/status"}
"""What people type: the kiosk, and how it is."""

HERE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


class Front:
    """`inside` is the small hall's application."""

    def __init__(self, inside: Wsgi, hall: str, token: str) -> None:
        self._inside, self._hall, self._token = inside, hall, token

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not HERE.fullmatch(environ.get("HTTP_HOST", "")):
            # A page from elsewhere that had its own name point here would ask under that name.
            start("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        if path in SHORT:
            place = f"/halls/{self._hall}/kiosk{SHORT[path]}"
            start("302 Found", [("Location", place), ("Content-Length", "0")])
            return [b""]
        environ["HTTP_AUTHORIZATION"] = f"Bearer {self._token}"
        if path.startswith("/api/"):
            environ["HTTP_ACCEPT"] = "application/json"  # refusals are told to the page's scripts
        led = LED.fullmatch(path)
        if led is not None:
            environ["PATH_INFO"] = f"/alone/{led[1] or led[3]}/{led[2] or led[4]}"
        elif not OWN.fullmatch(path):
            environ["PATH_INFO"] = f"/alone/{self._hall}/passed{path}"
        return self._inside(environ, start)
