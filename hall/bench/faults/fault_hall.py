"""A hall to break: the real server in a process of its own, in a temporary folder, with a kiosk that prints,
kiosks that do not, clerks at windows. Used by every fault that breaks the server or what it stands on.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from ruamel.yaml import YAML
from sqlalchemy import select, update

from hall import config, setup
from hall.actions.accounts import hash_password
from hall.bench.faults.nursery import CAN_FORK, Nursery, begin_hall
from hall.bench.run import empty_database
from hall.config_alerts import Indicators
from hall.demo.client import Client
from hall.records.connections import begin_writing
from hall.records.database import Database
from hall.records.tables import accounts, halls

PASSWORD = "a-password-for-faults"  # noqa: S105 - of a hall that lives for minutes on this machine
START_SECONDS = 180.0
END_SECONDS = 60.0
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BUSINESSES = {"social": "A", "employment": "B", "tax": "C"}
WINDOWS = 4
KIOSKS = ("kiosk-1", "kiosk-2", "kiosk-3")
"""The first has a printer, the others show the number only."""


@dataclass
class FaultHall:
    """One hall and the process that serves it, when one does."""

    folder: Path
    tokens: dict[str, str]
    database: Database
    hall_id: int
    port: int = 0
    process: psutil.Process | None = None
    hall: str = "faults"
    nursery: Nursery | None = None
    logs: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""

    def begin(self) -> None:
        """Starts the process, on the same port as before if it ran already, and does not wait for it."""
        log = self.folder / "log"
        log.touch()
        self.logs = log.stat().st_size
        arguments = ["--config", str(self.settings), "serve", "--port", str(self.port)]
        self.process = begin_hall(arguments, log, self.nursery)

    def wait(self) -> float:
        """Returns the moment (time.monotonic) at which the process answers. Raises RuntimeError."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            said = (self.folder / "log").read_bytes()[self.logs :].decode(errors="replace")
            address = next((word for word in said.split() if word.startswith("http://127.0.0.1:")), None)
            if address is not None:
                self.port = int(address.rstrip("/").rsplit(":", 1)[1])
                return time.monotonic()
            if not self.lives:
                raise RuntimeError(f"the hall does not start:\n{said}")
            time.sleep(0.02)
        raise RuntimeError("the hall does not start in time")

    def start(self) -> float:
        self.begin()
        return self.wait()

    def kill(self, everything: bool = False) -> None:
        """Ends the server at once (SIGKILL; on Windows TerminateProcess); with `everything` the processes it
        has started as well, as a power cut does.
        """
        if self.process is None:
            return
        started = self.process.children(recursive=True) if everything else []
        self.process.kill()
        for one in started:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self._wait_for_end()

    def stop(self) -> None:
        """Asks the server to end."""
        if self.process is not None and self.lives:
            self.process.terminate()
            self._wait_for_end()

    @property
    def lives(self) -> bool:
        """Whether the process runs; one that has ended and that nobody has waited for yet does not."""
        try:
            return self.process is not None and self.process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def _wait_for_end(self) -> None:
        deadline = time.monotonic() + END_SECONDS
        while self.lives:
            if time.monotonic() > deadline:
                raise RuntimeError("the hall does not end")
            time.sleep(0.005)

    def kiosk(self, name: str, base: str | None = None) -> Client:
        return Client(base or self.url, self.hall, self.tokens[name], patience=10)

    def clerk(self, window: int, base: str | None = None) -> Client:
        """The clerk of a window, signed in and sitting there, the window open."""
        client = Client(base or self.url, self.hall, patience=10)
        client.sign_in(f"clerk{window}", PASSWORD)
        client.post(f"/windows/{window}/sign-in")
        client.post(f"/windows/{window}/open")
        return client

    def anyone(self, base: str | None = None) -> Client:
        return Client(base or self.url, self.hall, patience=10)


@contextmanager
def fault_hall(
    postgres: str | None = None,
    printer: str | None = None,
    change: Callable[[dict[str, Any]], None] = lambda settings: None,
    many: bool = False,
    under: Path | None = None,
) -> Iterator[FaultHall]:
    """A hall, prepared and not yet started; ended and removed afterwards. `printer` is the address of a
    network printer; `change` may change the settings; `many` starts are to come; `under` is where
    its folder is made.
    """
    folder = Path(tempfile.mkdtemp(prefix="hall-faults-", dir=under))
    if postgres:
        empty_database(postgres)
    settings = wanted(postgres, printer)
    change(settings)
    with (folder / "config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(settings, file)
    hall = prepare(folder)
    if many and CAN_FORK:
        hall.nursery = Nursery()
    try:
        yield hall
    finally:
        hall.stop()
        if hall.nursery is not None:
            hall.nursery.close()
        hall.database.engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)


def prepare(folder: Path) -> FaultHall:
    """Makes the database of the settings in a folder, with everybody's password and the kiosks' tokens."""
    loaded = config.load(folder / "config.yaml")
    hall = loaded.halls[0]
    database = setup.open_database(loaded, folder)
    setup.apply(database, hall)
    with begin_writing(database.engine) as connection:
        connection.execute(update(accounts).values(password_hash=hash_password(PASSWORD)))
        hall_id = connection.execute(select(halls.c.id).where(halls.c.code == hall.id)).scalar_one()
    tokens = {name: setup.new_token(database, hall.id, name) for name in KIOSKS}
    return FaultHall(folder, tokens, database, hall_id)


def wanted(postgres: str | None, printer: str | None) -> dict[str, Any]:
    """The settings file: open day and night, nothing that is called or told by itself."""
    businesses = [
        {"id": name, "name": name, "prefix": prefix, "items": []} for name, prefix in BUSINESSES.items()
    ]
    devices: list[dict[str, Any]] = [{"id": name, "kind": "kiosk", "name": name} for name in KIOSKS]
    if printer:
        devices[0]["printer"] = "printer-1"
        devices.append(
            {"id": "printer-1", "kind": "printer", "name": "printer", "driver": "network", "address": printer}
        )
    hall = {
        "id": "faults",
        "name": "故障试验大厅",
        "hours": {day: ["00:00-24:00"] for day in DAYS},
        "rules": {"missed_after_seconds": 0, "auto_call": False},
        "alerts": {"indicators": dict.fromkeys(Indicators.model_fields)},
        "zones": [{"id": "east", "name": "东区"}],
        "departments": [{"id": "all", "name": "综合", "businesses": businesses}],
        "windows": [
            {"number": number, "zone": "east", "kind": "comprehensive", "businesses": "all"}
            for number in range(1, WINDOWS + 1)
        ],
        "accounts": [
            {"username": "admin", "name": "管理员", "role": "administrator"},
            *(
                {"username": f"clerk{number}", "name": f"窗口人员{number}", "role": "clerk", "skills": "all"}
                for number in range(1, WINDOWS + 1)
            ),
        ],
        "devices": devices,
    }
    server = {"host": "127.0.0.1", "database": postgres or "sqlite:///var/hall.db"}
    return {"server": server, "voice": {"engine": "none"}, "halls": [hall]}
