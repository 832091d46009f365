"""`python -m hall bench week`: a hall's week in minutes, through the real interface of one server process,
with its voice, its printer and its screens.

The server's clock is the crowd's (hall/bench/server.py sets it): what takes a day passes as quickly as the
server answers. After each day its memory and open files are read, with those of the processes it has started;
at the end everything must still be alive: boards that have shown every event in order, sockets, the voice,
papers. The look-ahead, which works by the machine's clock, is left out. Open files are counted as Linux and
macOS do it.
"""

import gc
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import gevent
import psutil
from ruamel.yaml import YAML
from sqlalchemy import func, select
from tqdm import tqdm

from hall import config
from hall.bench.faults.board import Board
from hall.bench.faults.fault_hall import KIOSKS, PASSWORD, FaultHall, prepare, wanted
from hall.bench.faults.paper import Paper
from hall.demo import workload
from hall.demo.client import Client, Refused
from hall.demo.crowd import Crowd, Desk
from hall.i18n import terminal_words
from hall.records import journal
from hall.records.tables import print_jobs, tickets

MONDAY = date(2026, 11, 23)
WINDOWS = 6
TICKETS_A_DAY = 200
BOARDS = 8
SETTLE_SECONDS = 60.0
BOUND = 1.1
MEASURED = ("memory", "files", "all_memory", "all_files")


@dataclass(frozen=True)
class Measured:
    """After one day: megabytes and open files of the server, and of it with all processes it has started."""

    memory: float
    files: int
    all_memory: float
    all_files: int
    tickets: int
    events: int


def bench_week(days: int, tickets_a_day: int = TICKETS_A_DAY, seed: int = 1) -> int:
    """Prints a line a day and what is alive at the end; 1 when something grew by over a tenth, or died."""
    words = terminal_words()
    print("\t".join(words(f"week.{name}") for name in ("day", *MEASURED, "tickets", "events")), flush=True)
    found: list[Measured] = []
    dead: list[str] = []
    for measured in live(days, tickets_a_day, seed, dead):
        found.append(measured)
        figures = f"{measured.memory:.1f}\t{measured.files}\t{measured.all_memory:.1f}\t{measured.all_files}"
        print(f"{len(found)}\t{figures}\t{measured.tickets}\t{measured.events}", flush=True)
    for name in MEASURED:
        ratio = getattr(found[-1], name) / getattr(found[0], name)
        holds = ratio <= BOUND
        dead += [] if holds else [name]
        print(
            f"{'✓' if holds else '✗'} {words('week.grew', what=words(f'week.{name}'), ratio=f'{ratio:.2f}')}"
        )
    print(words("week.dead", names=", ".join(dead)) if dead else words("week.alive"))
    return 1 if dead else 0


def live(days: int, tickets_a_day: int, seed: int, dead: list[str]) -> Iterator[Measured]:
    """Plays the days; appends to `dead` what is not alive at the end."""
    paper = Paper()
    with _server(paper.address) as hall:
        boards = [Board(hall.port, hall.hall, seed + at) for at in range(BOARDS)]
        for board in boards:
            board.shows(0)
        settings = config.load(hall.settings).halls[0]
        source = random.Random(seed)
        manager = hall.anyone()
        manager.sign_in("admin", PASSWORD)
        for number in range(days):
            taken = _play(hall, settings, MONDAY + timedelta(days=number), tickets_a_day, source)
            manager.post("/close-day")
            _settled(hall, boards)
            yield _measure(hall, taken)
        dead += list(_what_died(hall, boards, paper))
        for board in boards:
            board.end()
    paper.end()


def _play(hall: FaultHall, settings: Any, day: date, tickets: int, source: random.Random) -> int:
    """One day from opening to closing: clerks sit down, visitors come, clerks go home."""
    midnight = datetime.combine(day, time(), ZoneInfo(settings.timezone)).astimezone(UTC)
    clock = hall.anyone()

    def pace(at: float) -> None:
        clock.send("/api/bench/clock", {"now": (midnight + timedelta(seconds=at)).isoformat()})
        gevent.sleep(0)

    pace(8 * 3600)
    desks = [Desk(window.number, _sits(hall, window.number)) for window in settings.windows]
    arrivals = workload.arrivals(settings, tickets, source)
    bar = tqdm(total=len(arrivals), desc=day.isoformat(), leave=False)

    def coming() -> Iterator[Any]:
        for one in arrivals:
            bar.update()
            yield one

    closing = arrivals[-1].at_seconds + 3600 if arrivals else 17 * 3600
    crowd = Crowd(settings, hall.kiosk(KIOSKS[0]), desks, source)
    crowd.run(coming(), 8.5 * 3600, pace, lambda at: at > closing)
    bar.close()
    for desk in desks:
        _leaves(desk)
    return crowd.tally.taken


def _sits(hall: FaultHall, window: int) -> Client:
    client = hall.anyone()
    client.sign_in(f"clerk{window}", PASSWORD)
    client.post(f"/windows/{window}/sign-in")
    client.post(f"/windows/{window}/open")
    return client


def _leaves(desk: Desk) -> None:
    ticket = desk.client.get(f"/windows/{desk.number}/desk")["ticket"]
    if ticket is not None:
        for verb in ("start", "finish")[ticket["state"] == "serving" :]:
            desk.client.post(f"/windows/{desk.number}/{verb}")
    desk.client.post(f"/windows/{desk.number}/sign-out")


def _settled(hall: FaultHall, boards: list[Board]) -> None:
    """Waits until every paper is out and every board has shown everything."""

    def papers_out() -> bool:
        with hall.database.read() as connection:
            waiting = print_jobs.c.state.in_(("waiting", "printing"))
            return not connection.execute(select(func.count()).where(waiting)).scalar_one()

    _until(papers_out)
    _until(lambda: all(board.shows(_latest(hall)) for board in boards))


def _until(true: Callable[[], bool]) -> None:
    until = gevent.get_hub().loop.now() + SETTLE_SECONDS
    while not true() and gevent.get_hub().loop.now() < until:
        gevent.sleep(0.1)


def _latest(hall: FaultHall) -> int:
    with hall.database.read() as connection:
        return journal.latest(connection, hall.hall_id)


def _measure(hall: FaultHall, tickets: int) -> Measured:
    assert hall.process is not None
    gc.collect()
    everybody = [hall.process, *hall.process.children(recursive=True)]
    memory = [one.memory_info().rss / 2**20 for one in everybody]
    files = [one.num_fds() for one in everybody]
    return Measured(memory[0], files[0], sum(memory), sum(files), tickets, _latest(hall))


def _what_died(hall: FaultHall, boards: list[Board], paper: Paper) -> Iterator[str]:
    """What does not work any more after the last day."""
    anyone, latest = hall.anyone(), _latest(hall)
    yield from (f"board {at}" for at, one in enumerate(boards) if not one.shows(latest) or one.breaks)
    clerk = _sits(hall, 1)
    hall.kiosk(KIOSKS[1]).post("/tickets", {"business": "social"})
    try:
        clerk.post("/windows/1/call")
        call = anyone.get("/board")["calls"][0]["call_id"]
        sounds = anyone.get(f"/announcements?calls={call}")["sounds"]
    except Refused as refused:
        yield f"call {refused.code}"
        return
    if anyone.get("/voice")["state"] != "ready" or len(sounds) < 2:
        yield "voice"
    _until(lambda: all(board.shows(_latest(hall)) for board in boards))
    yield from (f"socket {at}" for at, one in enumerate(boards) if not one.shows(_latest(hall)))
    with hall.database.read() as connection:
        printed = connection.execute(select(func.count()).where(print_jobs.c.state == "printed")).scalar_one()
        secrets = connection.execute(select(tickets.c.secret)).scalars().all()
    copies = [paper.copies(secret) for secret in secrets]
    if sum(bool(one) for one in copies) < printed:
        yield f"paper lost: {sum(bool(one) for one in copies)} of {printed}"
    if sum(len(one) for one in copies) > printed:
        yield f"paper doubled: {sum(len(one) for one in copies)} of {printed}"


@contextmanager
def _server(printer: str) -> Iterator[FaultHall]:
    """A hall with a voice and a printer, whose clock is set from outside."""
    folder = Path(tempfile.mkdtemp(prefix="hall-week-"))
    settings = wanted(None, printer) | {"voice": {"engine": "espeak", "cache_dir": "voice"}}
    hall = settings["halls"][0]
    hall["windows"] = [{**hall["windows"][0], "number": number} for number in range(1, WINDOWS + 1)]
    hall["accounts"] += [
        {"username": f"clerk{number}", "name": f"窗口人员{number}", "role": "clerk", "skills": "all"}
        for number in range(1, WINDOWS + 1)
        if f"clerk{number}" not in {one["username"] for one in hall["accounts"]}
    ]
    with (folder / "config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(settings, file)
    made = prepare(folder)
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "hall.bench.server", str(made.settings), "clock"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        made.port = next(int(line.split()[1]) for line in process.stdout if line.startswith("PORT"))
        made.process = psutil.Process(process.pid)
        yield made
    finally:
        process.terminate()
        process.wait(30)
        made.database.engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)
