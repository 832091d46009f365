"""What one running server holds: its database, books, configuration and secret. Created by hall/app.py, found
by every route.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, socket
from typing import Any

from flask import current_app, has_request_context, request

from hall.beats import Beats
from hall.brief import Brief
from hall.config_model import Config, ServerConfig
from hall.events import Recorded
from hall.records.book import Book, Books
from hall.records.database import Database
from hall.records.heartbeats import Source
from hall.rules.search import Catalogue, Entry

REMEMBERED_SECONDS = 2.0
"""How long an account or device that was just looked up is trusted without looking again; and a second more
while somebody looks (hall/brief.py)."""

CHANGES_ASKERS = frozenset(
    {
        "account_changed",
        "account_retired",
        "account_signed_out",
        "account_restored",
        "password_set",
        "device_token_issued",
        "hall_configured",
    }
)


@dataclass
class Server:
    """`folder` is where relative paths start; `secret` signs sessions and keys identity hashes; `places`
    holds what kiosk, display and printer add; `port` is where it listens, once it does; `file` is the
    settings file, where there is one.
    """

    config: Config
    folder: Path
    database: Database
    books: Books
    secret: bytes
    port: int | None = None
    file: Path | None = None
    places: dict[str, Any] = field(default_factory=dict)
    beats: Beats = field(default_factory=Beats)
    remembered: Brief[Any] = field(default_factory=lambda: Brief(REMEMBERED_SECONDS))
    _finders: dict[str, tuple[int, Catalogue]] = field(default_factory=dict)

    def finder(self, book: Book) -> Catalogue:
        """The item search of a hall, built anew when its configuration changed."""
        known = self._finders.get(book.code)
        if known is None or known[0] != book.version:
            known = self._finders[book.code] = (book.version, Catalogue.build(_entries(book)))
        return known[1]

    def forget_askers(self, recorded: list[Recorded]) -> None:
        """Lets go of who asked lately when what an account or device may do was changed: it holds at once."""
        if any(one.type in CHANGES_ASKERS for one in recorded):
            self.remembered.clear()

    def in_every_hall(
        self, source: Source, said: dict[str, Any]
    ) -> Iterator[tuple[int, Source, dict[str, Any]]]:
        """What the server says of itself, for hall/beats.py: the same for each hall that was asked for."""
        for hall in self.config.halls:
            hall_id = self.books.known_id(hall.id)
            if hall_id is not None:
                yield hall_id, source, said

    def base_url(self) -> str:
        """How this server is reached from outside, without a slash at the end."""
        if has_request_context() and not self.config.server.public_url:
            return request.host_url.rstrip("/")
        return outside_url(self.config.server, self.port)

    def visit_url(self, hall: str, secret: str) -> str:
        """The visitor's own page, as the ticket's QR says it."""
        return f"{self.base_url()}/t/{hall}/{secret}"


def outside_url(server: ServerConfig, port: int | None = None) -> str:
    """The address that others reach a server by: the one its settings name, or this machine's own."""
    if server.public_url:
        return server.public_url.rstrip("/")
    return f"http://{_address(server.host)}:{port or server.port}"


def _address(host: str) -> str:
    """The host as others write it; for one that means every address of this machine, the one that leads out.

    Connecting a datagram socket sends nothing: it only asks the system which way it would go.
    """
    try:
        every = ip_address(host).is_unspecified
    except ValueError:
        return host
    if not every:
        return f"[{host}]" if ":" in host else host
    with socket(AF_INET, SOCK_DGRAM) as way_out:
        try:
            way_out.connect(("192.0.2.1", 9))
            return str(way_out.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _entries(book: Book) -> list[Entry]:
    return [
        Entry(
            code=item.code,
            name=item.name,
            aliases=tuple(item.details.get("aliases", ())),
            business_code=book.businesses[item.business_id].code,
            business_name=book.businesses[item.business_id].name,
            department_name=book.departments[book.businesses[item.business_id].department_id].name,
            name_en=item.name_en,
        )
        for item in book.items.values()
        if item.business_id in book.businesses
    ]


def the_server() -> Server:
    """The server this request runs in."""
    return current_app.extensions["hall"]
