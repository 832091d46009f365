"""The process that sums up and answers reports: `python -m hall.reporting.worker`, started and watched over
by hall/reporting/keeper.py.

Its first line on stdin says which database and which halls; every further line is a question, answered by one
line on stdout; it ends with stdin. Between questions it brings the summaries of every hall up to the journal,
a batch at a time, so that a question never waits long even while years are being counted for the first time.
A question first takes in what its own hall has new: what is answered is as old as the last commit.
"""

import base64
import logging
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from hall.config_standards import report_files_of
from hall.records import summing
from hall.records.book import Book, Books
from hall.records.database import Database
from hall.reporting import files
from hall.reporting.answers import report
from hall.reporting.export import export_due
from hall.reporting.judging import evidence, standards
from hall.rules.errors import Refusal
from hall.rules.spans import Span
from hall.worker_loop import Questions, told

log = logging.getLogger(__name__)

ROUND_SECONDS = 60.0
NICENESS = 10
BATCHES_AT_ONCE = 2
"""So much is counted before a question is answered; what is still missing then is told with the answer."""


class Reporter:
    """Sums up and answers for the halls of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._books = Books()

    def catch_up(self, hall: str) -> int:
        """One step towards the end of the journal; returns how many events are still to come."""
        return summing.catch_up(self._database, self._book(hall), self._database.clock())

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answers `report`, `file`, `standards` or `evidence` of a hall. Raises UnknownStandard, UnknownHall,
        DatabaseBusy.
        """
        book = self._book(question["hall"])
        now = self._database.clock()
        behind = summing.catch_up(self._database, book, now, BATCHES_AT_ONCE)
        with self._database.read() as connection:
            return {**self._answer(connection, book, question, now), "behind": behind}

    def _answer(
        self, connection: Connection, book: Book, question: dict[str, Any], now: datetime
    ) -> dict[str, Any]:
        day = date.fromisoformat(question["to"])
        if question["ask"] == "standards":
            return standards(connection, book, day, book.day(now))
        if question["ask"] == "evidence":
            return evidence(connection, book, question["standard"], day, now, question["subject"])
        span = Span(date.fromisoformat(question["from"]), day)
        found = report(connection, book, span, question["by"], question["hours"])
        if question["ask"] == "report":
            return found
        made = files.made(found, question["kind"], question["language"], book.name, book.name_en)
        return {"file": base64.b64encode(made).decode()}

    def _book(self, hall: str) -> Book:
        with self._database.read() as connection:
            return self._books.of(connection, hall)

    def export(self, hall: str, root: Path) -> list[Path]:
        """Writes the report files that are due; returns their paths."""
        book, now = self._book(hall), self._database.clock()

        def make(day: date, by: str, kind: str) -> bytes | None:
            with self._database.read() as connection:
                found = report(connection, book, Span(day, day), by, "all")
            if not found["total"]["taken"]:
                return None
            language = book.settings["languages"][0]
            return files.made(found, kind, language, book.name, book.name_en)

        return export_due(book, report_files_of(book.settings), root, now, make)


def _round(reporter: Reporter, halls: list[str], root: Path, questions: Questions) -> None:
    """Brings every hall up to its journal and writes its files, as long as nobody asks for something."""
    for hall in halls:
        try:
            while questions.empty and reporter.catch_up(hall):
                pass
            if questions.empty:
                reporter.export(hall, root)
        except Refusal as refusal:
            log.warning("%s: %s", hall, refusal.code)
        except Exception:  # one hall's trouble must not leave the others without sums
            log.exception("%s", hall)


def main() -> None:
    """Answers until stdin ends."""
    logging.basicConfig(level=logging.WARNING, format="reports: %(message)s")
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    words = told()
    if words is None:
        return
    reporter, questions = Reporter(Database(words["database"])), Questions()

    def meanwhile() -> None:
        _round(reporter, words["halls"], Path(words["folder"]), questions)

    questions.answer(lambda question, tell: reporter.answer(question), meanwhile, ROUND_SECONDS)


if __name__ == "__main__":
    main()
