"""The line from a kiosk to its server: one request, one answer, or the certainty that there was none.

Every request has a connection of its own, so a line that died is never mistaken for one that is quiet. Used
by kiosk/alone/contact.py and routes.py.
"""

import http.client
import json
import logging
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 4.0
"""A visitor stands there: after this the number comes from the kiosk's own."""


class Away(Exception):
    """The server gave no answer, or only a part of one: whether it did what was asked is not known."""


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    kind: str
    body: bytes

    def json(self) -> Any:
        """Raises Away for what is no JSON: then something else than the server answered."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Away("not the server's answer") from error


@dataclass
class Line:
    """`there` is whether the server answered last, and `since` when that changed; `refused` that it does not
    know this kiosk any more.
    """

    url: str
    token: str
    there: bool = False
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    refused: bool = False
    lost: threading.Event = field(default_factory=threading.Event)
    """Set when the line is lost: whoever keeps in touch tries at once."""

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = PATIENCE_SECONDS,
    ) -> Answer:
        """One request. Raises Away."""
        parts = urlsplit(self.url)
        given = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **(headers or {})}
        data = None
        if isinstance(body, bytes):
            data = body
        elif body is not None:
            data = json.dumps(body).encode()
            given["Content-Type"] = "application/json"
        made = self._connection(parts.scheme, parts.hostname or "", parts.port, seconds)
        try:
            made.request(method, parts.path.rstrip("/") + path, data, given)
            answer = made.getresponse()
            return Answer(answer.status, answer.getheader("Content-Type") or "", answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Away(str(error)) from error
        finally:
            made.close()

    def put(self, there: bool) -> None:
        """Notes whether the server is there."""
        if there != self.there:
            self.there, self.since = there, datetime.now(UTC)
            log.warning("the server is %s", "there" if there else "away: numbers come from this kiosk's own")
        if not there:
            self.lost.set()

    @staticmethod
    def _connection(scheme: str, host: str, port: int | None, seconds: float) -> http.client.HTTPConnection:
        if scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
        return http.client.HTTPConnection(host, port, timeout=seconds)
