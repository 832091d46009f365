"""Keeping in touch with the server: what is configured, numbers given out here, leases, the time.

One background task. While the server is there it asks every few seconds; while it is away it knocks more
often. The line counts as there only when everything that was given out has been handed in: nobody is issued
a number by the server before those who came earlier stand in its line.
"""

import json
import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hall.config_model import Config, HallConfig, ServerConfig, VoiceConfig
from hall.events import iso
from hall.records import once, visits
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.leases import Lease
from kiosk.alone import desk as own
from kiosk.alone import store
from kiosk.alone.clock import ticks
from kiosk.alone.desk import Desk
from kiosk.alone.line import Answer, Away, Line

log = logging.getLogger(__name__)

THERE_SECONDS, AWAY_SECONDS = 10.0, 2.0
HANDED_IN_AT_ONCE = 25
CONTACT_PATIENCE = 8.0
END_SECONDS = 2.0
"""A request that is under way is not waited for: what it says is heard at the next start."""
COPY_FILE = "copy.json"
REFUSALS = ("not_signed_in", "not_allowed")
"""What the server itself says to a token that is no longer this kiosk's; anything else may be a proxy's
word.
"""


class Refused(Exception):
    """The server does not take this kiosk's token, or has no such hall."""


def first_copy(line: Line, folder: Path) -> dict[str, Any] | None:
    """The copy that is kept in the folder; None when the server was never reached from here."""
    path = folder / COPY_FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def fetch_copy(line: Line, folder: Path) -> dict[str, Any]:
    """Asks for what is configured and keeps it in the folder. Raises Away, Refused."""
    itself = _fine(line.ask("GET", "/api/v1/kiosk")).json()
    path = f"/api/v1/halls/{itself['hall']}/kiosk/copy"
    copy: dict[str, Any] = {**itself, **_fine(line.ask("GET", path, seconds=CONTACT_PATIENCE)).json()}
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{COPY_FILE}.new"
    fresh.write_text(json.dumps(copy), encoding="utf-8")
    fresh.replace(folder / COPY_FILE)
    return copy


def config_of(copy: Mapping[str, Any]) -> Config:
    """The settings of the small hall that a kiosk is by itself."""
    row = copy["row"]
    hall = HallConfig(
        id=copy["hall"],
        name=row["name"],
        name_en=row["name_en"],
        timezone=row["timezone"],
        languages=tuple(row["settings"]["languages"]),
        hours={},
        zones=(),
        departments=(),
        windows=(),
    )
    server = ServerConfig(
        database="sqlite:///kiosk.db",
        public_url=copy["base_url"],
        secret_file="secret",  # noqa: S106
    )
    return Config(server=server, voice=VoiceConfig(engine="none"), halls=(hall,))


class Contact:
    """The background task. `start` and `stop` once each."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk, self._folder = desk, folder
        self._line = desk.line
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="contact", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._line.lost.set()
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self.touch()
            except Exception:  # without this loop the kiosk would stay alone for ever
                log.exception("no contact")
                self._line.put(False)
            pause = THERE_SECONDS if self._line.there else AWAY_SECONDS
            self._line.lost.clear()
            if self._line.lost.wait(pause if self._line.there else 0):
                continue
            self._over.wait(0 if self._line.there else pause)

    def touch(self) -> None:
        """One contact: everything that is to be told and heard, or nothing of it is noted as done."""
        try:
            self._hand_in()
            told = self._renew()
            if told["version"] != self._version():
                self._take_copy()
        except Away:
            self._line.put(False)
            self._write(lambda tx, book: own.note_clock(tx, self._desk.clock))
            return
        except Refused:
            log.error("the server does not know this kiosk any more: its numbers are given back")
            self._line.refused = True
            self._line.put(False)
            self._write(lambda tx, book: store.keep_leases(tx, book.id, self._desk.kiosk(book).id, []))
            return
        self._line.refused = False
        self._line.put(True)
        with suppress(Away, Refused):
            self._hand_in()  # what was given out in the same moment

    # ---- what is told and heard ----

    def _hand_in(self) -> None:
        while waiting := self._waiting():
            path = f"/api/v1/halls/{self._desk.hall}/kiosk/tickets"
            given = [one for _, one in waiting]
            answer = _fine(self._line.ask("POST", path, {"tickets": given}, seconds=CONTACT_PATIENCE))
            done = {one["label"]: one for one in answer.json()["tickets"]}

            def settle(tx: Tx, book: Book, done: dict[str, Any] = done, waiting: Any = waiting) -> None:
                for row, _ in waiting:
                    told = done.get(row.label)
                    if told is not None:
                        store.settle(tx, row.id, told["id"], told["code"])

            self._write(settle)
            for one in done.values():
                if one["code"]:
                    log.error("%s was not taken in: %s", one["label"], one["code"])

    def _waiting(self) -> list[tuple[Any, dict[str, Any]]]:
        """The next numbers to hand in: their rows, and as the server is told."""
        server = self._desk.server
        with server.database.read() as connection:
            book = server.books.of(connection, self._desk.hall)
            found = []
            for row in store.unsent(connection, HANDED_IN_AT_ONCE):
                step = visits.current_step(connection, book.id, row.id)
                items = visits.items_of(connection, step.id) if step else []
                told = {
                    "business": book.businesses[row.business_id].code,
                    "prefix": row.prefix,
                    "number": row.number,
                    "secret": row.secret,
                    "visitor_class": row.visitor_class,
                    "arrived_at": iso(row.arrived_at),
                    "items": [book.items[one].code for one in items if one in book.items],
                    "booked_at": iso(row.booked_at) if row.booked_at else None,
                    "language": row.language,
                    "identity_mask": row.identity_mask,
                    "instead_of": row.instead_of,
                }
                found.append((row, told))
        return found

    def _renew(self) -> dict[str, Any]:
        server, desk = self._desk.server, self._desk
        name = self._write(lambda tx, book: store.store_name(tx))
        with server.database.read() as connection:
            held = [
                {"prefix": one.prefix, "first": one.first, "next": one.next}
                for _, one in store.leases(connection)
            ]
        path = f"/api/v1/halls/{desk.hall}/kiosk/leases"
        body = {"store": name, "held": held[-600:]}
        asked_at = ticks()
        told: dict[str, Any] = _fine(self._line.ask("POST", path, body, seconds=CONTACT_PATIENCE)).json()
        under_way = timedelta(seconds=ticks() - asked_at)
        now = datetime.fromisoformat(told["now"]) + under_way / 2
        granted = [
            Lease(
                date.fromisoformat(one["business_day"]),
                one["prefix"],
                one["first"],
                one["last"],
                one["next"],
                datetime.fromisoformat(one["expires_at"]),
            )
            for one in told["leases"]
        ]
        desk.clock.set(now)

        def note(tx: Tx, book: Book) -> None:
            store.keep_leases(tx, book.id, desk.kiosk(book).id, granted)
            store.remember(tx, "quota", {"day": book.day(now).isoformat(), "left": told["quota_left"]})
            own.note_clock(tx, desk.clock)
            once.forget_old(tx.connection, now)

        self._write(note)
        return told

    def _version(self) -> int:
        server = self._desk.server
        with server.database.read() as connection:
            return server.books.of(connection, self._desk.hall).version

    def _take_copy(self) -> None:
        copy = fetch_copy(self._line, self._folder)
        take_copy(self._desk, copy)

    def _write(self, action: Any) -> Any:
        server = self._desk.server

        def run(tx: Tx) -> Any:
            book = server.books.of_version(tx.connection, self._desk.hall, tx.settings_version)
            return action(tx, book)

        with server.database.read() as connection:
            hall_id = server.books.id_of(connection, self._desk.hall)
        return server.database.write(hall_id, run)


def take_copy(desk: Desk, copy: Mapping[str, Any]) -> None:
    """Writes a copy into the store, and the address that tickets' QR codes begin with into the settings."""
    server = desk.server
    server.database.write(
        copy["row"]["id"],
        lambda tx: store.write_copy(tx, copy, desk.device, desk.line.token),
        alone=True,
    )
    server.books.forget()
    server.remembered.clear()
    server.config = config_of(copy)


def _fine(answer: Answer) -> Answer:
    """Raises Refused for one who is not known there, Away for every other answer that is none."""
    if answer.status in (401, 403) and answer.json().get("code") in REFUSALS:
        raise Refused(answer.status)
    if answer.status >= 400:
        raise Away(f"status {answer.status}")
    return answer
