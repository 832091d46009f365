"""`python -m hall bench refresh`: does a look-ahead refresh delay a request?

One server of Haimen's size, a kiosk that issues and clerks who call, all the time; every other round a
look-ahead of the whole hall runs beside them, in a process of its own at its own low priority, as the hall's
worker runs it. The 99th percentiles with and without are of the same run. As a program this module is that
process: it looks ahead once per line on stdin and answers with the seconds it took.
"""

import contextlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from hall import config
from hall.bench.run import Report, Running, _worst, running
from hall.demo.client import Client, Refused
from hall.records.database import Database
from hall.twin.foresee import Foreseer, give_way

ROOT = Path(__file__).parent.parent.parent
WAITING, CLERKS, ROUNDS = 400, 40, 8
BOUND = 1.2
LEAST_SECONDS = 3.0
Took = dict[str, list[float]]


def bench_refresh(postgres: str | None) -> int:
    """Prints both percentiles of issue and of call; returns 1 when a bound does not hold."""
    report = Report()
    measure_refresh(report, "SQLite", None)
    if postgres:
        measure_refresh(report, "PostgreSQL", postgres)
    return 1 if report.failed else 0


def measure_refresh(report: Report, name: str, database: str | None) -> None:
    """Rounds with and without a refresh, in turns."""
    with running("haimen", database, waiting=WAITING) as server, _foreseer(server) as foreseer:
        businesses = [one.business.id for one in config.load(server.settings).halls[0].businesses()]
        clerks = server.clerks(CLERKS)
        kiosk, turn = server.kiosk(), iter(range(10**9))
        alone: Took = {"issue": [], "call": []}
        beside: Took = {"issue": [], "call": []}
        took, lasting = [], LEAST_SECONDS
        for number in range(1, ROUNDS + 1):
            print(f"\r  round {number} of {ROUNDS}", end="", file=sys.stderr, flush=True)
            _work(kiosk, clerks, businesses, turn, lasting, alone)
            begun = time.perf_counter()
            foreseer.ask()
            while not foreseer.answered():
                _work(kiosk, clerks, businesses, turn, 0.5, beside)
            lasting = max(LEAST_SECONDS, time.perf_counter() - begun)
            took.append(foreseer.seconds)
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)
        report.note(f"{name}: a refresh of the whole hall took {median(took):.1f} s beside the requests")
        for what in ("issue", "call"):
            with_one, without = _worst(beside[what]), _worst(alone[what])
            ratio = with_one / without
            report.ratio(
                f"{what}, p99 beside a refresh, {name} ({len(beside[what])} of each)",
                1000 * with_one,
                1000 * without,
                "ms",
                ratio,
                f"≤ {BOUND}",
                ratio <= BOUND,
            )


def _work(
    kiosk: Client,
    clerks: list[tuple[int, Client]],
    businesses: list[str],
    turn: Iterator[int],
    seconds: float,
    took: Took,
) -> None:
    """Issues and calls, one after another, for so long."""
    until = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < until:
        number = next(turn)
        kiosk.post("/tickets", {"business": businesses[number % len(businesses)]})
        issued = time.perf_counter()
        took["issue"].append(issued - begun)
        window, clerk = clerks[number % len(clerks)]
        with contextlib.suppress(Refused):  # it stood ready, and an arrival was called to it
            clerk.post(f"/windows/{window}/call")
            took["call"].append(time.perf_counter() - issued)
        with contextlib.suppress(Refused):  # nobody waited
            clerk.post(f"/windows/{window}/missed")


class _Foreseen:
    """The process beside, asked and answering."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._answers: queue.SimpleQueue[float] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.seconds = 0.0

    def ask(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def answered(self) -> bool:
        """Whether the refresh is over; does not wait for it."""
        if self._process.poll() is not None:
            raise RuntimeError("the look-ahead ended")
        if self._answers.empty():
            return False
        self.seconds = self._answers.get()
        return True

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(float(line))


@contextlib.contextmanager
def _foreseer(server: Running) -> Iterator[_Foreseen]:
    loaded = config.load(server.settings)
    url = loaded.server.database_url(server.settings.parent)
    process = subprocess.Popen(
        [sys.executable, "-m", "hall.bench.refresh", url, server.hall],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _Foreseen(process)
    finally:
        process.terminate()
        process.wait(15)


def main() -> None:
    """Looks ahead once per line."""
    give_way()
    url, hall = sys.argv[1:]
    foreseer = Foreseer(Database(url))
    foreseer.claim(hall)
    for _ in sys.stdin:
        begun = time.monotonic()
        foreseer.foresee(hall)
        print(time.monotonic() - begun, flush=True)


if __name__ == "__main__":
    main()
