"""The look-ahead as the server holds it: its worker process (hall/worker_process.py), and the newest
forecasts, taken into memory for the requests.

Started by hall/app.py in every server process. Where several share a database, their workers share the work
by claims (hall/twin/foresee.py).
"""

import logging
import threading

from sqlalchemy import select

from hall.records import forecasts
from hall.records.tables import windows
from hall.rules.errors import Refusal
from hall.web.server import Server
from hall.worker_process import WorkerProcess

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0

_OPEN = select(windows.c.id).where(windows.c.state == "open").limit(1)


class Foresight:
    """Keeps one worker alive and the memory of this process fresh."""

    def __init__(self, server: Server) -> None:
        self.has_worker = True
        """False where only the requests are measured."""
        self._server = server
        told = {
            "database": server.config.server.database_url(server.folder),
            "halls": [hall.id for hall in server.config.halls],
        }
        self._process = WorkerProcess("hall.twin.foresee", told)
        self._over = threading.Event()

    @property
    def pid(self) -> int | None:
        """The worker's process, while it runs."""
        return self._process.pid

    def start(self) -> None:
        """Begins in the background; nothing waits for it."""
        threading.Thread(target=self._keep, name="foresight", daemon=True).start()

    def stop(self) -> None:
        """Ends the worker; one in the middle of a look-ahead is not waited for."""
        self._over.set()
        self._process.stop()

    def look_again(self) -> None:
        """Takes every hall's newest forecast into memory."""
        for hall in self._server.config.halls:
            try:
                with self._server.database.read() as connection:
                    forecasts.look_again(connection, self._server.books.id_of(connection, hall.id))
            except Refusal as refusal:
                log.warning("%s: %s", hall.id, refusal.code)

    def _anybody_works(self) -> bool:
        try:
            with self._server.database.read() as connection:
                return connection.execute(_OPEN).first() is not None
        except Refusal:
            return False

    def _keep(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self.has_worker and (self._process.was_started or self._anybody_works()):
                self._process.start()
            self.look_again()
