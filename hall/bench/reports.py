"""`python -m hall bench reports`: how long a report of years takes in a hall of Haimen's size.

Each cut is asked of the code that the reports' process runs (hall/reporting/worker.py), beside a floor: one
reading of every row of the same days, with nothing made of it. The years are made up (hall/bench/years.py).
"""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from tqdm import tqdm

from hall import config, setup
from hall.bench.years import fill_years
from hall.i18n import terminal_words
from hall.records import summing
from hall.records.book import read_book
from hall.records.connections import begin_writing
from hall.records.tables import summaries
from hall.reporting.answers import CUTS
from hall.reporting.worker import Reporter

PRESET = Path(__file__).parent.parent / "presets" / "haimen.yaml"
VISITS = 10_000
MONTH = 30


def bench_reports(days: int, seed: int) -> int:
    """Prints the seconds of each cut over so many days up to today; 0."""
    words = terminal_words()
    loaded = config.load(PRESET)
    hall = loaded.halls[0]
    with tempfile.TemporaryDirectory() as folder:
        database = setup.open_database(loaded, Path(folder))
        setup.apply(database, hall)
        with database.read() as connection:
            book = read_book(connection, hall.id)
        now = database.clock()
        summing.catch_up(database, book, now)
        last = book.day(now)
        for back in tqdm(range(days, 0, -MONTH), desc=words("report.bench_fills"), unit="×30"):
            until = last - timedelta(days=max(0, back - MONTH))
            with begin_writing(database.engine) as connection:
                fill_years(connection, book, until, min(MONTH, back), VISITS, seed + back)
        began = time.perf_counter()
        with database.read() as connection:
            rows = len(connection.execute(select(summaries)).all())
        floor = time.perf_counter() - began
        print(words("report.bench_floor", rows=f"{rows:,}", seconds=f"{floor:.2f}"))
        reporter = Reporter(database)
        question = {"ask": "report", "hall": hall.id, "hours": "all", "to": last.isoformat()}
        question["from"] = (last - timedelta(days=days)).isoformat()
        for by in CUTS:
            began = time.perf_counter()
            found = reporter.answer({**question, "by": by})
            took = time.perf_counter() - began
            print(f"{words(f'report.by.{by}')}\t{len(found['rows'])}\t{took:.2f} s\t{took / floor:.2f} ×")
        database.engine.dispose()
    return 0
