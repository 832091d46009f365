"""Reports as files in a folder, written by themselves when a day is over.

Called by hall/reporting/worker.py once a minute. What is due is what is not there: a day of the last week
whose file is missing is written, so nothing is lost by a stop, and nothing written twice. A file appears
whole under its name or not at all.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from hall.config_standards import ReportFiles
from hall.records.book import Book

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=7)

Make = Callable[[date, str, str], bytes | None]
"""The bytes of a day's report by cut and kind; None of a day on which nothing happened."""


def export_due(book: Book, files: ReportFiles, root: Path, now: datetime, make: Make) -> list[Path]:
    """Writes what is due and returns the paths; a folder that cannot be written is told in the log and tried
    again the next time. Paths that are not absolute start at `root`.
    """
    if files.folder is None:
        return []
    folder = root / files.folder
    written: list[Path] = []
    for day in _days_over(book, files, now):
        for by in files.cuts:
            for kind in files.kinds:
                path = folder / f"{book.code}-{day.isoformat()}-{by}.{kind}"
                if path.exists():
                    continue
                made = make(day, by, kind)
                if made is None:
                    continue
                try:
                    folder.mkdir(parents=True, exist_ok=True)
                    unfinished = path.with_suffix(f".{kind}.part")
                    unfinished.write_bytes(made)
                    unfinished.replace(path)
                except OSError as error:
                    log.warning("%s: %s", path, error)
                    return written
                written.append(path)
    return written


def _days_over(book: Book, files: ReportFiles, now: datetime) -> list[date]:
    """The days of the last week that are over by the hall's clock, today's from the hour of writing on."""
    here = now.astimezone(book.zone)
    today = here.date()
    last = today if here.strftime("%H:%M") >= files.at else today - timedelta(days=1)
    first = today - LOOK_BACK
    return [first + timedelta(days=one) for one in range((last - first).days + 1)]
