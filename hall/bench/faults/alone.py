"""The server is killed under a kiosk that works alone and a clerk who goes on by paper: visitors take
numbers meanwhile, one of them is served on paper, and everything is handed in and entered when the server is
back, some of it twice.
"""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psutil
from sqlalchemy import select

from hall.bench.faults.fault_hall import END_SECONDS, START_SECONDS, FaultHall, fault_hall
from hall.bench.faults.nursery import ROOT
from hall.bench.faults.row import Row, Terms
from hall.demo.client import Client
from hall.records.tables import paper_calls, tickets

VISITORS = 6
HANDED_IN_SECONDS = 10.0
"""From the server's return until everything stands in its line, without anybody's help."""
KIOSK, WINDOW = "kiosk-1", 1


def kiosk_alone(terms: Terms) -> Row:
    """One outage after another. Lost: a number given out, or a call made on paper, that the hall does not
    have; doubled: a number it has twice or that nobody holds, a call it has twice, and whoever stands before
    somebody who came earlier.
    """
    with fault_hall(terms.postgres, change=_long_leases, many=True) as hall:
        hall.start()
        clerk = hall.clerk(WINDOW)
        with _kiosk(hall) as kiosk:
            _wait(kiosk, there=True)
            given: list[str] = []
            called: list[str] = []
            recovered: list[float] = []
            for time_number in range(terms.times):
                hall.kill()
                _wait(kiosk, there=False)
                fresh = [_takes(kiosk) for _ in range(VISITORS)]
                given += fresh
                paper = _on_paper(fresh[0])
                called.append(fresh[0])
                began = hall.start()
                if time_number % 2:
                    clerk.post(f"/windows/{WINDOW}/paper", paper)
                _wait(kiosk, there=True)
                recovered.append(time.monotonic() - began)
                for _ in range(2):
                    clerk.post(f"/windows/{WINDOW}/paper", paper)
                given.append(_takes(kiosk))
                terms.done()
        lost, doubled = _compare(hall, given, called)
    return Row(
        terms.times,
        lost,
        doubled,
        tuple(recovered),
        HANDED_IN_SECONDS,
        (("fault.note.alone", len(given)), ("fault.note.on_paper", len(called))),
    )


def _long_leases(settings: dict[str, Any]) -> None:
    settings["halls"][0]["rules"]["kiosk_lease_numbers"] = 40


@contextmanager
def _kiosk(hall: FaultHall) -> Iterator[Client]:
    """The real program of a kiosk's PC; whoever stands in front of it."""
    log = hall.folder / "kiosk-log"
    command = [sys.executable, "-m", "kiosk", "--server", hall.url, "--token", hall.tokens[KIOSK]]
    command += ["--folder", str(hall.folder / "kiosk"), "--port", "0"]
    with log.open("wb") as words:
        process = psutil.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while (
            address := re.search(r"http://127\.0\.0\.1:(\d+)/\s", log.read_text(errors="replace"))
        ) is None:
            if time.monotonic() > deadline or not process.is_running():
                raise RuntimeError(f"the kiosk does not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield Client(f"http://127.0.0.1:{address[1]}", hall.hall, patience=30)
    finally:
        process.terminate()
        process.wait(END_SECONDS)


def _takes(kiosk: Client) -> str:
    """A visitor presses, and presses again; the label."""
    key = uuid4().hex
    wish = {"business": "social"}
    first, second = (kiosk.post("/tickets", wish, key)["ticket"]["label"] for _ in range(2))
    if first != second:
        raise RuntimeError(f"one wish got {first} and {second}")
    return str(first)


def _on_paper(label: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    call = {"key": uuid4().hex, "number": label, "outcome": "finished", "called_at": now, "ended_at": now}
    return {"calls": [call]}


def _wait(kiosk: Client, there: bool) -> None:
    """Until the kiosk has its server, with nothing left to hand in, or knows that it is away."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        line = kiosk.get("/line")
        if line["there"] is there and (not there or not line["unsent"]):
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"the kiosk's line stays as it is: {line}")
        time.sleep(0.02)


def _compare(hall: FaultHall, given: list[str], called: list[str]) -> tuple[int, int]:
    with hall.database.read() as connection:
        rows = connection.execute(
            select(tickets.c.label, tickets.c.arrived_at).order_by(tickets.c.arrived_at, tickets.c.id)
        ).all()
        entered = connection.execute(select(paper_calls.c.label, paper_calls.c.state)).all()
    there, papers = Counter(row.label for row in rows), Counter(row.label for row in entered)
    done = {row.label for row in entered if row.state == "done"}
    order = [row.label for row in rows]
    before = sum(one != other for one, other in zip(order, given, strict=False))
    lost = sum((Counter(given) - there).values()) + len(set(called) - done)
    doubled = sum((there - Counter(given)).values()) + sum((papers - Counter(called)).values()) + before
    return lost, doubled
