"""The reports' process as the server holds it: started when it is needed, asked, started again when it died,
and ended. hall/app.py makes one per server; the routes ask it.

Plain threads and pipes: under gevent's monkey patch they become greenlets, and a request that waits for its
answer keeps nobody else waiting.
"""

import json
import logging
import subprocess
import sys
import threading
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hall.records.database import Database
from hall.records.tables import halls, summary_marks
from hall.rules.errors import DatabaseBusy, Refusal, ReportsAway, UnknownStandard

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
ANSWER_SECONDS = 60.0
PAUSE_SECONDS = 1.0
"""Between two starts: one that cannot run is not started for every question."""
END_SECONDS = 2.0
ROOT = Path(__file__).parent.parent.parent
REFUSALS: dict[str, type[Refusal]] = {one.code: one for one in (UnknownStandard, DatabaseBusy)}

_BEHIND = (
    select(halls.c.id)
    .outerjoin(summary_marks, summary_marks.c.hall_id == halls.c.id)
    .where(
        (summary_marks.c.seq.is_(None) & (halls.c.journal_seq > 0))
        | (summary_marks.c.seq < halls.c.journal_seq)
    )
    .limit(1)
)


class _Asked:
    """A question under way, and the process that was asked."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.line: dict[str, Any] | None = None
        self.process: subprocess.Popen[bytes] | None = None


class Reports:
    """Keeps one process that sums up and answers. It is started by the first question, or when a hall's
    journal has run on for a while; a hall where nobody works needs none.
    """

    def __init__(self, database: Database, url: str, codes: list[str], folder: Path, writes: bool) -> None:
        """`folder` is where relative paths of the configuration start; `writes`: some hall wants its reports
        as files, so the process runs always.
        """
        self._database = database
        self._writes = writes
        self._told = {"database": url, "halls": codes, "folder": str(folder)}
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: dict[int, _Asked] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._started_at = -PAUSE_SECONDS

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Begins to look, in the background, whether there is something to sum up."""
        threading.Thread(target=self._keep, name="reports", daemon=True).start()

    def stop(self) -> None:
        """Ends the process; an answer under way is not waited for."""
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

    def ask(self, ask: str, hall: str, **words: Any) -> dict[str, Any]:
        """The answer to one question. Raises ReportsAway, and what the answering raises."""
        asked, number = _Asked(), next(self._numbers)
        self._asked[number] = asked
        try:
            with self._lock:
                self._write({"id": number, "ask": ask, "hall": hall, **words})
                asked.process = self._process
            if not asked.done.wait(ANSWER_SECONDS) or asked.line is None:
                raise ReportsAway()
        finally:
            self._asked.pop(number, None)
        refusal = asked.line.get("refusal")
        if refusal is not None:
            raise REFUSALS.get(refusal, ReportsAway)(**asked.line["params"])
        return dict(asked.line["answer"])

    def _write(self, question: dict[str, Any]) -> None:
        try:
            if self.pid is None:
                self._start()
            self._process.stdin.write(json.dumps(question).encode() + b"\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
        except OSError as error:
            log.warning("the reports are not answering: %s", error)
            raise ReportsAway() from error

    def _keep(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self.pid is None and (self._writes or self._is_behind()):
                with self._lock, suppress(ReportsAway, OSError):
                    self._start()

    def _is_behind(self) -> bool:
        try:
            with self._database.read() as connection:
                return connection.execute(_BEHIND).first() is not None
        except Refusal:
            return False

    def _start(self) -> None:
        now = time.monotonic()
        if self._over.is_set() or now < self._started_at + PAUSE_SECONDS:
            raise ReportsAway()
        self._started_at = now
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hall.reporting.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process.stdin.write(json.dumps(self._told).encode() + b"\n")  # type: ignore[union-attr]
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Hands out the answers; when the process has gone, nobody waits for it any longer."""
        with process.stdout as lines:  # type: ignore[union-attr]
            for line in lines:
                said = json.loads(line)
                asked = self._asked.get(said["id"])
                if asked is not None:
                    asked.line = said
                    asked.done.set()
        process.wait()
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        for asked in list(self._asked.values()):
            if asked.process in (process, None):
                asked.done.set()
