"""The least of an HTTP client: one keep-alive connection per person, cookies, JSON. Waiting greenlets cost
nothing.
"""

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4


class Refused(Exception):
    """The hall said no; `code` is the problem's code."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
        self.status, self.code = status, str(problem.get("code", ""))


class Client:
    """A device with its token, a signed-in person, or anybody, at one hall. `patience`: the seconds that an
    answer may take.
    """

    def __init__(self, base: str, hall: str, token: str | None = None, patience: float = 60) -> None:
        self._place = urlsplit(base)
        self._patience = patience
        self._hall = hall
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Lets go of the connection; the next request opens one again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def sign_in(self, username: str, password: str) -> None:
        body = {"username": username, "password": password, "hall": self._hall}
        answer, cookies = self._send("POST", "/api/v1/session", body)
        self._headers["Cookie"] = "; ".join(one.split(";")[0] for one in cookies)
        self._headers["X-CSRF-Token"] = answer["csrf_token"]

    def get(self, path: str) -> Any:
        return self._send("GET", f"/api/v1/halls/{self._hall}{path}", None)[0]

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """`key` is the Idempotency-Key of an act that is sent again."""
        return self._send("POST", f"/api/v1/halls/{self._hall}{path}", body or {}, key)[0]

    def send(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """A POST to an address outside the hall's interface."""
        return self._send("POST", path, body or {})[0]

    def search(self, typed: str) -> Any:
        """What the kiosk asks on each key press."""
        return self.get(f"/items?{urlencode({'q': typed})}")

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, key: str | None = None
    ) -> tuple[Any, list[str]]:
        headers = {**self._headers, "Idempotency-Key": key or uuid4().hex}
        data = json.dumps(body) if body is not None else None
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    self._place.hostname or "", self._place.port, timeout=self._patience
                )
            try:
                self._connection.request(method, path, data, headers)
                response = self._connection.getresponse()
                text = response.read()
                break
            except (http.client.HTTPException, ConnectionError):
                # An idle keep-alive connection may have been closed; the key makes sending again harmless.
                self.close()
                if attempt == 2:
                    raise
        answer = json.loads(text) if text else {}
        if response.status >= 400:
            raise Refused(response.status, answer)
        return answer, response.headers.get_all("Set-Cookie") or []
