"""The staffing advisor of a running server: every 15 minutes while a hall works, when a manager asks and when
an alert rises, advice is worked out in the planning process and kept. Started by hall/app.py in every server
process; claims keep two from both doing it.

Nothing here computes: the worker thinks (hall/planning/advising.py), this task waits for it as a greenlet
does, and every change is one short transaction.
"""

import logging
import threading
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, union

from hall.actions import advice
from hall.planning.keeper import Planning
from hall.records import advice as records
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import advice as rows
from hall.records.tables import windows
from hall.rules.errors import Refusal
from hall.web.server import Server

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0

_OPEN = select(windows.c.id).where(windows.c.hall_id == bindparam("hall"), windows.c.state == "open").limit(1)
_AWAKE = union(
    select(windows.c.hall_id).where(windows.c.state == "open"),
    select(rows.c.hall_id).where(rows.c.state.in_([records.WANTED, records.COMPUTING])),
)


class Advising:
    """Looks after the advice of every hall of one server."""

    def __init__(self, server: Server, planning: Planning) -> None:
        self.has_worker = True
        """False where only the requests are measured."""
        self._server, self._planning = server, planning
        self._working_since: dict[str, datetime] = {}
        self._progress: dict[str, float] = {}
        self._wake = threading.Event()
        self._over = False

    def start(self) -> None:
        """Begins in the background."""
        threading.Thread(target=self._keep, name="advising", daemon=True).start()

    def stop(self) -> None:
        """Ends; the worker is the planning's."""
        self._over = True
        self._wake.set()

    def wake(self) -> None:
        """Somebody wants advice now."""
        self._wake.set()

    def progress(self, hall: str) -> float | None:
        """How much of a hall's advice is worked out, from 0 to 1; None where this server is not at it."""
        return self._progress.get(hall)

    def look(self, hall: str) -> bool:
        """Brings a hall's advice when it is due or wanted and nobody else does; returns whether it did."""
        database = self._server.database
        with database.read() as connection:
            book = self._server.books.of(connection, hall)
            now = database.clock()
            due = self._is_due(connection, book, now)
            newest = records.newest(connection, book.id)
        if due:
            self._write(book, lambda tx, fresh: advice.want(tx, fresh, "time"))
        elif newest is None or newest.state not in (records.WANTED, records.COMPUTING):
            return False
        taken = self._write(book, lambda tx, fresh: records.claim(tx.connection, fresh.id, tx.now))
        if taken is None:
            return False
        try:
            answer = self._planning.ask(
                "advise", hall, lambda share: self._progress.update({hall: share}), now=now.isoformat()
            )
        except Refusal as refusal:
            log.warning("%s: no advice: %s", hall, refusal.code)
            self._write(book, lambda tx, fresh: advice.fail(tx, fresh, taken))
            return False
        finally:
            self._progress.pop(hall, None)
        return bool(self._write(book, lambda tx, fresh: advice.keep(tx, fresh, taken, answer)))

    def _is_due(self, connection: Connection, book: Book, now: datetime) -> bool:
        """Not at once when a hall begins to work: nothing is known of the day yet."""
        if not book.opening(now).open_now or connection.execute(_OPEN, {"hall": book.id}).first() is None:
            self._working_since.pop(book.code, None)
            return False
        since = self._working_since.setdefault(book.code, now)
        newest = records.newest(connection, book.id)
        last = since if newest is None else max(since, newest.wanted_at)
        return now - last >= advice.EVERY

    def _write(self, book: Book, action: Any) -> Any:
        server = self._server

        def run(tx: Tx) -> Any:
            return action(tx, server.books.of_version(tx.connection, book.code, tx.settings_version))

        return server.database.write(book.id, run)

    def _keep(self) -> None:
        while not self._over:
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()
            if not self.has_worker:
                continue
            awake = self._awake()
            for hall in self._server.config.halls:
                if self._over:
                    return
                if self._server.books.known_id(hall.id) not in awake:
                    self._working_since.pop(hall.id, None)
                    continue
                try:
                    self.look(hall.id)
                except Refusal as refusal:
                    log.warning("%s: %s", hall.id, refusal.code)
                except Exception:  # one hall's trouble must not leave the others without advice
                    log.exception("%s", hall.id)

    def _awake(self) -> set[int]:
        """The halls in which somebody works or wants advice; of a province's most sleep."""
        try:
            with self._server.database.read() as connection:
                return set(connection.execute(_AWAKE).scalars())
        except Refusal:
            return set()
