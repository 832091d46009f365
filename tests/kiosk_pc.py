"""A kiosk's PC: the real `python -m kiosk` in a process of its own, which tests start, kill and ask."""

import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from hall.bench.faults.nursery import ROOT
from tests.hall_server import START_SECONDS
from tests.people import TIMEOUT, Api, Visitor


@dataclass
class KioskPc:
    """`url` is where its pages are; `server` the address it reaches the hall by."""

    server: str
    hall: str
    token: str
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> "KioskPc":
        """Starts the program, on the same port as before if it ran already."""
        self.folder.mkdir(exist_ok=True)
        log = self.folder / "log"
        with log.open("ab") as words:
            seen = log.stat().st_size
            command = [sys.executable, "-m", "kiosk", "--server", self.server, "--token", self.token]
            command += ["--folder", str(self.folder / "store"), "--port", str(self.port)]
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=words, stderr=words
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            said = log.read_bytes()[seen:].decode(errors="replace")
            if address := re.search(r"http://127\.0\.0\.1:(\d+)/\s", said):
                self.port = int(address[1])
                return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the kiosk does not start:\n{said}")
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)

    def visitor(self) -> Visitor:
        """Somebody in front of it: its own browser needs no token."""
        return Visitor(Api(self.url, self.hall))

    def how_it_is(self) -> dict[str, Any]:
        found: dict[str, Any] = Api(self.url, self.hall).get("/line")
        return found

    def waits_until(self, there: bool, unsent: int = 0, seconds: float = 90.0) -> dict[str, Any]:
        """Until its line is there, or away, and so many numbers have yet to be handed in."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.how_it_is()
            if found["there"] is there and (not there or found["unsent"] == unsent):
                return found
            assert time.monotonic() < deadline, f"{found}\n{self.log}"
            time.sleep(0.1)

    def wishes(self, key: str | None = None, **wish: Any) -> requests.Response:
        """A wish whose answer is looked at as it is."""
        body = {"business": "social", **wish}
        headers = {"Idempotency-Key": key or uuid4().hex}
        path = f"{self.url}/api/v1/halls/{self.hall}/tickets"
        return requests.post(path, json=body, headers=headers, timeout=TIMEOUT)
