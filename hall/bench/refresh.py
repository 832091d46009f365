"""`python -m hall bench refresh`: does a look-ahead refresh delay a request?

One server of Haimen's size, a kiosk that issues and clerks who call, all the time. Beside them a process
looks ahead as the hall's worker does, in a thread of low priority that rests between its runs. After each run
it waits until as much has been measured without it: rounds of a second or less, with and without, in turns,
so that whatever else the machine does falls on both. What the server does with a new forecast, within
LOOK_SECONDS, counts as beside it. As a program this module is that process: it goes on when it is told so by
a line on stdin, and says on stdout what it has done.
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
from hall.foresight import LOOK_SECONDS
from hall.records.database import Database
from hall.twin.foresee import Foreseer
from hall.twin.gentle import behind_requests, rest_seconds

ROOT = Path(__file__).parent.parent.parent
WAITING, CLERKS, REFRESHES = 400, 40, 3
BOUND = 1.2
SLICE_SECONDS = 0.1
TAKEN_SECONDS = LOOK_SECONDS + 1.0
"""So soon after it is stored a forecast is in the server's memory."""
Took = dict[str, list[float]]


def bench_refresh(postgres: str | None) -> int:
    """Prints both percentiles of issue and of call; returns 1 when a bound does not hold."""
    report = Report()
    measure_refresh(report, "SQLite", None)
    if postgres:
        measure_refresh(report, "PostgreSQL", postgres)
    return 1 if report.failed else 0


def measure_refresh(report: Report, name: str, database: str | None) -> None:
    """Short rounds beside a look-ahead and without one, in turns."""
    with running("haimen", database, waiting=WAITING) as server, _foreseer(server) as foreseer:
        businesses = [one.business.id for one in config.load(server.settings).halls[0].businesses()]
        clerks = server.clerks(CLERKS)
        kiosk, turn = server.kiosk(), iter(range(10**9))
        alone: Took = {"issue": [], "call": []}
        beside: Took = {"issue": [], "call": []}
        took, rounds = list[float](), 0
        _work(kiosk, clerks, businesses, turn, TAKEN_SECONDS, {"issue": [], "call": []})  # all is warm now
        for number in range(REFRESHES):
            over = False
            while not over:
                rounds += 1
                print(f"\r  refresh {number + 1} of {REFRESHES}", end="", file=sys.stderr, flush=True)
                begun = time.perf_counter()
                foreseer.go_on()
                while (said := foreseer.said()) is None:
                    _work(kiosk, clerks, businesses, turn, SLICE_SECONDS, beside)
                if over := said.startswith("made"):
                    took.append(float(said.split()[1]))
                    _work(kiosk, clerks, businesses, turn, TAKEN_SECONDS, beside)
                _work(kiosk, clerks, businesses, turn, time.perf_counter() - begun, alone)
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)
        report.note(
            f"{name}: a refresh of the whole hall works {median(took):.1f} s beside the requests "
            f"({rounds} rounds with and without)"
        )
        for what in ("issue", "call"):
            with_one, without = _worst(beside[what]), _worst(alone[what])
            ratio = with_one / without
            report.ratio(
                f"{what}, p99 beside a refresh, {name} ({len(beside[what])} and {len(alone[what])})",
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
    """The process beside, told to go on and saying what it has done."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._words: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def said(self) -> str | None:
        """`ran` after a run, `made` and its seconds after a forecast; None while it is at it, at once."""
        if self._process.poll() is not None:
            raise RuntimeError("the look-ahead ended")
        return None if self._words.empty() else self._words.get()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._words.put(line.strip())


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
    """Looks ahead, run by run."""
    url, hall = sys.argv[1:]
    worked = list[float]()

    def pause(took_seconds: float) -> None:
        worked.append(took_seconds)
        time.sleep(rest_seconds(took_seconds))
        print("ran", flush=True)
        sys.stdin.readline()

    foreseer = Foreseer(Database(url), behind_requests(), pause)
    foreseer.claim(hall)
    while sys.stdin.readline():
        foreseer.foresee(hall)
        print(f"made {sum(worked)}", flush=True)
        worked.clear()


if __name__ == "__main__":
    main()
