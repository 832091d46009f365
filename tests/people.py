"""The people of a hall as drivers over the real HTTP interface: what they do reads as a sentence in a
test.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

TIMEOUT = 60
PATIENCE_SECONDS = 120.0


class Refused(Exception):
    """The hall said no: status and the problem's code and sentence."""

    def __init__(self, answer: requests.Response) -> None:
        try:
            self.problem: dict[str, Any] = answer.json()
        except ValueError:
            self.problem = {"code": "", "detail": answer.text}
        self.status, self.code, self.detail = (
            answer.status_code,
            self.problem.get("code", ""),
            self.problem.get("detail", ""),
        )
        super().__init__(f"{self.status} {self.code}: {self.detail}")


@dataclass
class Api:
    """One client of the interface: a browser session, a device with its token, or nobody in particular."""

    url: str
    hall: str
    token: str | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        if self.token:
            self.session.headers["Authorization"] = f"Bearer {self.token}"

    def sign_in(self, username: str, password: str) -> "Api":
        told = self._answered(
            lambda: self.session.post(
                f"{self.url}/api/v1/session",
                json={"username": username, "password": password, "hall": self.hall},
                timeout=TIMEOUT,
            )
        )
        self.session.headers["X-CSRF-Token"] = told["csrf_token"]
        return self

    def get(self, path: str, **query: Any) -> Any:
        address = f"{self.url}/api/v1/halls/{self.hall}{path}"
        return self._answered(lambda: self.session.get(address, params=query, timeout=TIMEOUT))

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """One POST with an Idempotency-Key of its own unless one is given."""
        address = f"{self.url}/api/v1/halls/{self.hall}{path}"
        headers = {"Idempotency-Key": key or uuid4().hex}
        return self._answered(
            lambda: self.session.post(address, json=body or {}, headers=headers, timeout=TIMEOUT)
        )

    @staticmethod
    def _answered(send: Callable[[], requests.Response]) -> Any:
        """The answer. A machine with too much to do for others makes a server say so to people it does not
        know, who then wait as pages do: no test is about that, but tests/web/test_overload.py.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (answer := send()).ok:
            refused = Refused(answer)
            if refused.code != "overloaded" or time.monotonic() > deadline:
                raise refused
            time.sleep(float(answer.headers["Retry-After"]))
        return answer.json()


@dataclass
class Visitor:
    """Somebody who takes numbers at a kiosk."""

    api: Api

    def takes_a_number(self, business: str = "social", key: str | None = None, **wish: Any) -> dict[str, Any]:
        """The ticket as the kiosk shows it."""
        return self.api.post("/tickets", {"business": business, **wish}, key)["ticket"]


@dataclass
class Clerk:
    """A window clerk. After `sits_at` every verb is at that window."""

    api: Api
    window: int = 0

    def sits_at(self, window: int, open_it: bool = True) -> "Clerk":
        self.window = window
        self.does("sign-in")
        if open_it:
            self.does("open")
        return self

    def does(self, verb: str, key: str | None = None, **words: Any) -> dict[str, Any]:
        """One verb at the window; the answer's window and ticket."""
        return self.api.post(f"/windows/{self.window}/{verb}", words, key)

    def calls_next(self, **words: Any) -> dict[str, Any] | None:
        """The called ticket, or None when nobody waits."""
        return self.does("call", **words)["ticket"]

    def serves_one(self) -> dict[str, Any] | None:
        """Calls, starts and finishes one visitor."""
        ticket = self.calls_next()
        if ticket is not None:
            self.does("start")
            self.does("finish")
        return ticket

    def desk(self) -> dict[str, Any]:
        return self.api.get(f"/windows/{self.window}/desk")


@dataclass
class Guide:
    """A guide at the desk."""

    api: Api

    def issues(self, business: str = "social", **wish: Any) -> dict[str, Any]:
        return self.api.post("/tickets", {"business": business, **wish})["ticket"]

    def does(self, verb: str, ticket: int, **words: Any) -> dict[str, Any]:
        return self.api.post(f"/tickets/{ticket}/{verb}", words)


@dataclass
class Manager:
    """A duty manager."""

    api: Api

    def manages(self, window: int, action: str, reason: str | None = None) -> dict[str, Any]:
        return self.api.post(f"/windows/{window}/manage", {"action": action, "reason": reason})
