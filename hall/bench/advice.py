"""`python -m hall bench advice`: does working out staffing advice for 288 windows delay a request?

One server of Haimen's size, a kiosk that issues and clerks who call, all the time; beside them the planning
process works out advice for that very hall, as the server's own keeper asks it. Rounds with and without it,
in turns and equally long, so that whatever else the machine does falls on both.
"""

import sys
import threading
import time
from datetime import UTC, datetime
from statistics import median
from typing import Any

from hall import config
from hall.bench.refresh import CLERKS, WAITING, Took, _work
from hall.bench.run import Report, _worst, running
from hall.planning.keeper import Planning

ADVICE = 2
BOUND = 1.2
SLICE_SECONDS = 0.5


def bench_advice(postgres: str | None) -> int:
    """Prints both percentiles of issue and of call; returns 1 when a bound does not hold."""
    report = Report()
    measure_advice(report, "SQLite", None)
    if postgres:
        measure_advice(report, "PostgreSQL", postgres)
    return 1 if report.failed else 0


def measure_advice(report: Report, name: str, database: str | None) -> None:
    """Requests beside advice that is being worked out, and without."""
    with running("haimen", database, waiting=WAITING) as server:
        loaded = config.load(server.settings)
        planning = Planning(loaded.server.database_url(server.settings.parent))
        businesses = [one.business.id for one in loaded.halls[0].businesses()]
        clerks, kiosk, turn = server.clerks(CLERKS), server.kiosk(), iter(range(10**9))
        alone: Took = {"issue": [], "call": []}
        beside: Took = {"issue": [], "call": []}
        took: list[float] = []
        solved: list[float] = []
        try:
            planning.ask("ready", server.hall)  # started, and the hall is learnt
            _work(kiosk, clerks, businesses, turn, 2.0, {"issue": [], "call": []})  # all is warm now
            for number in range(ADVICE):
                print(f"\r  advice {number + 1} of {ADVICE}", end="", file=sys.stderr, flush=True)
                answer: dict[str, Any] = {}

                def ask(answer: dict[str, Any] = answer) -> None:
                    now = datetime.now(UTC).isoformat()
                    answer.update(planning.ask("advise", server.hall, now=now))

                began = time.perf_counter()
                asking = threading.Thread(target=ask)
                asking.start()
                while asking.is_alive():
                    _work(kiosk, clerks, businesses, turn, SLICE_SECONDS, beside)
                took.append(time.perf_counter() - began)
                solved.append(answer["took_seconds"])
                _work(kiosk, clerks, businesses, turn, took[-1], alone)
        finally:
            planning.stop()
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)
        report.note(
            f"{name}: advice for {len(loaded.halls[0].windows)} windows is there after {median(took):.1f} s, "
            f"of which the programme takes {median(solved):.2f} s"
        )
        for what in ("issue", "call"):
            with_one, without = _worst(beside[what]), _worst(alone[what])
            report.ratio(
                f"{what}, p99 beside advice, {name} ({len(beside[what])} and {len(alone[what])})",
                1000 * with_one,
                1000 * without,
                "ms",
                with_one / without,
                f"≤ {BOUND}",
                with_one / without <= BOUND,
            )
