"""A real hall in a process of its own: `start_hall` for tests that choose their settings, `hall_server` for
those that do not.

The database is made and every account gets the same password before the server starts, so that a test needs
no command.
"""

import atexit
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import update

from hall import setup
from hall.bench.faults.nursery import CAN_FORK, Nursery, begin_hall
from hall.config_model import Config, ServerConfig
from hall.records.database import Database
from hall.records.tables import accounts
from tests.builders import settings
from tests.people import Api, Clerk, Guide, Manager, Visitor

PASSWORD = "a-password-for-tests"
START_SECONDS = 180.0


@cache
def hashed_password() -> str:
    """Argon2id as the hall makes it, but light: thousands sign in during the tests, and a look at a hash of
    full weight is a fifth of a second of computing. tests/web/test_access.py signs in with one of those too.
    """
    return PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)


@cache
def nursery() -> Nursery | None:
    """Where the servers of this process come from."""
    if not CAN_FORK:
        return None
    made = Nursery()
    atexit.register(made.close)
    return made


@dataclass
class HallServer:
    """One server process. `tokens` are the devices' tokens by device id; `url` is where it answers."""

    folder: Path
    wanted: dict[str, Any]
    hall: str
    tokens: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: psutil.Process | None = None
    unused: Iterator[int] = field(default_factory=count)
    """Counts the halls of a server that has one for each test: the next one nobody has worked in."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1/halls/{self.hall}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def database(self) -> Database:
        """The server's own database, for looking at what really stands there."""
        told = ServerConfig.model_validate(self.wanted["server"])
        return Database(told.database_url(self.folder))

    def prepare(self) -> None:
        """Writes the settings, makes the halls, gives everybody the password and every kiosk and
        pad a token.
        """
        self.write_settings()
        given = Config.model_validate(self.wanted)
        database = setup.open_database(given, self.folder)
        for hall in given.halls:
            setup.apply(database, hall)
            for device in hall.devices:
                if device.kind in ("kiosk", "pad"):
                    self.tokens[device.id] = setup.new_token(database, hall.id, device.id)
        self.give_passwords(database)
        database.engine.dispose()

    def write_settings(self) -> None:
        """As JSON, which is YAML too: it is written at once."""
        text = json.dumps(self.wanted, ensure_ascii=False, default=str)
        (self.folder / "config.yaml").write_text(text, encoding="utf-8")

    @staticmethod
    def give_passwords(database: Database) -> None:
        """Everybody's is the same."""
        with database.engine.begin() as connection:
            connection.execute(update(accounts).values(password_hash=hashed_password()))

    def start(self) -> None:
        """Starts the server, on the same port as before if it ran already, and waits until it answers."""
        log = self.folder / "log"
        log.touch()
        seen = log.stat().st_size
        self.process = self.begin(log)
        deadline = time.monotonic() + START_SECONDS
        while True:
            said = log.read_bytes()[seen:].decode(errors="replace")
            address = next((word for word in said.split() if word.startswith("http://127.0.0.1:")), None)
            if address:
                self.port = int(address.rstrip("/").rsplit(":", 1)[1])
                return
            if not self.lives or time.monotonic() > deadline:
                raise RuntimeError(f"the hall does not start:\n{said}")
            time.sleep(0.05)

    def begin(self, log: Path) -> psutil.Process:
        """Starts the process."""
        settings = str(self.folder / "config.yaml")
        return begin_hall(["--config", settings, "serve", "--port", str(self.port)], log, nursery())

    @property
    def lives(self) -> bool:
        """Whether the process runs; one that has ended and that nobody has waited for yet does not."""
        try:
            return self.process is not None and self.process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def stop(self) -> None:
        """Asks the server to end, as an operating system does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the server at once, as a power cut does."""
        self._end(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.lives:
            self.process.send_signal(how)
            try:
                self.process.wait(60)
            except psutil.TimeoutExpired:
                self.process.kill()
                self.process.wait(15)

    # ---- the people of this hall ----

    def visitor(self, device: str = "kiosk-1") -> Visitor:
        """Somebody at a kiosk."""
        return Visitor(Api(self.url, self.hall, token=self.tokens[device]))

    def clerk(self, number: int) -> Clerk:
        """The clerk `clerk<number>`, signed in to the system, not yet at a window."""
        return Clerk(Api(self.url, self.hall).sign_in(f"clerk{number}", PASSWORD))

    def guide(self) -> Guide:
        return Guide(Api(self.url, self.hall).sign_in("guide", PASSWORD))

    def manager(self) -> Manager:
        return Manager(Api(self.url, self.hall).sign_in("manager", PASSWORD))

    def anyone(self) -> Api:
        """Somebody without any credentials."""
        return Api(self.url, self.hall)


def next_to(first: HallServer, folder: Path) -> HallServer:
    """Another server process, not yet started, on the same database and with the same secret."""
    server = HallServer(folder, first.wanted, first.hall, first.tokens)
    (folder / "config.yaml").write_text((first.folder / "config.yaml").read_text())
    (folder / "var").mkdir()
    (folder / "var" / "secret").write_bytes((first.folder / "var" / "secret").read_bytes())
    return server


StartHall = Callable[..., HallServer]


@pytest.fixture
def start_hall(tmp_path: Path) -> Iterator[StartHall]:
    """`start_hall(wanted)` starts a hall from settings as builders.settings makes them; a second call with
    `beside=` starts another process on the same database.
    """
    running: list[HallServer] = []

    def start(wanted: dict[str, Any] | None = None, beside: HallServer | None = None) -> HallServer:
        folder = beside.folder / f"beside{len(running)}" if beside else tmp_path / f"hall{len(running)}"
        folder.mkdir()
        if beside is not None:
            server = next_to(beside, folder)
        else:
            wanted = wanted or settings()
            server = HallServer(folder, wanted, wanted["halls"][0]["id"])
            server.prepare()
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def hall_server(start_hall: StartHall) -> HallServer:
    """The small hall of tests/builders.py, running."""
    return start_hall()
