"""The reports' process as the server holds it (hall/worker_process.py): started when it is needed, and asked.
hall/app.py makes one per server; the routes ask it.
"""

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hall.records.database import Database
from hall.records.tables import halls, summary_marks
from hall.rules.errors import Refusal, ReportsAway
from hall.worker_process import WorkerProcess

LOOK_SECONDS = 60.0
ANSWER_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 1.0
"""Somebody waits for its answers: it is started again soon, also after it died more than once."""

_BEHIND = (
    select(halls.c.id)
    .outerjoin(summary_marks, summary_marks.c.hall_id == halls.c.id)
    .where(
        (summary_marks.c.seq.is_(None) & (halls.c.journal_seq > 0))
        | (summary_marks.c.seq < halls.c.journal_seq)
    )
    .limit(1)
)


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
        told = {"database": url, "halls": codes, "folder": str(folder)}
        self._process = WorkerProcess("hall.reporting.worker", told, ReportsAway, LONGEST_PAUSE_SECONDS)
        self._over = threading.Event()

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid

    def start(self) -> None:
        """Begins to look, in the background, whether there is something to sum up."""
        threading.Thread(target=self._keep, name="reports", daemon=True).start()

    def stop(self) -> None:
        """Ends the process; an answer under way is not waited for."""
        self._over.set()
        self._process.stop()

    def ask(self, ask: str, hall: str, **words: Any) -> dict[str, Any]:
        """The answer to one question. Raises ReportsAway, and what the answering raises."""
        return self._process.ask({"ask": ask, "hall": hall, **words}, ANSWER_SECONDS)

    def _keep(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self.pid is None and (self._writes or self._is_behind()):
                self._process.start()

    def _is_behind(self) -> bool:
        try:
            with self._database.read() as connection:
                return connection.execute(_BEHIND).first() is not None
        except Refusal:
            return False
