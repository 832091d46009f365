"""The look-ahead as the server holds it: the worker process, started, started again when it died, and ended;
and the newest forecasts, taken into memory for the requests.

Started by hall/app.py in every server process. Where several share a database, their workers share the work
by claims (hall/twin/foresee.py). Plain threads and pipes: under gevent's monkey patch they become greenlets.
"""

import json
import logging
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from hall.records import forecasts
from hall.records.tables import windows
from hall.rules.errors import Refusal
from hall.web.server import Server

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 300.0
STEADY_SECONDS = 60.0
"""A worker that ran so long had started well."""
END_SECONDS = 2.0
ROOT = Path(__file__).parent.parent

_OPEN = select(windows.c.id).where(windows.c.state == "open").limit(1)


class Foresight:
    """Keeps one worker alive and the memory of this process fresh."""

    def __init__(self, server: Server) -> None:
        self.has_worker = True
        """False where only the requests are measured."""
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()
        self._keeper: threading.Thread | None = None
        self._pause = FIRST_PAUSE_SECONDS
        self._started_at = 0.0

    @property
    def pid(self) -> int | None:
        """The worker's process, while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Begins in the background; nothing waits for it."""
        self._keeper = threading.Thread(target=self._keep, name="foresight", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """Ends the worker; one in the middle of a look-ahead is not waited for."""
        self._over.set()
        process = self._process
        if process is None:
            return
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

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
            if self.has_worker:
                self._start_when_due()
            self.look_again()

    def _start_when_due(self) -> None:
        """Starts the worker unless it runs, or died so lately that it would only die again; not before a
        window is open somewhere.
        """
        if self.pid is not None or (self._process is None and not self._anybody_works()):
            return
        now = time.monotonic()
        if self._process is not None and now < self._started_at + self._pause:
            return
        steady = now > self._started_at + STEADY_SECONDS
        self._pause = FIRST_PAUSE_SECONDS if steady else min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        self._started_at = now
        told = {
            "database": self._server.config.server.database_url(self._server.folder),
            "halls": [hall.id for hall in self._server.config.halls],
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hall.twin.foresee"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self._process.stdin.write(json.dumps(told).encode() + b"\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
        except OSError as error:
            log.warning("the look-ahead does not start: %s", error)
