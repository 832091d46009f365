"""Runs the measurements and prints each figure beside its floor. Medians of five rounds; only ratios mean
anything elsewhere.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import gevent
import psutil
from ruamel.yaml import YAML
from sqlalchemy import select, text

from hall import config, setup
from hall.bench.fill import fill
from hall.config_model import Config
from hall.demo.client import Client
from hall.demo.run import clerk_of, make_settings, prepare
from hall.records.book import Book, read_book
from hall.records.connections import make_engine
from hall.records.database import Database
from hall.records.tables import halls

ROUNDS = 5
PRESETS = Path(__file__).parent.parent / "presets"


@dataclass
class Running:
    """A measured server: its address, process, hall, kiosk token and everybody's password."""

    base: str
    process: subprocess.Popen[str]
    hall: str
    hall_id: int
    token: str
    password: str
    settings: Path

    def kiosk(self) -> Client:
        return Client(self.base, self.hall, self.token)

    def clerk(self, number: int) -> Client:
        client = self.kiosk_less()
        client.sign_in(clerk_of(number), self.password)
        client.post(f"/windows/{number}/sign-in")
        client.post(f"/windows/{number}/open")
        return client

    def clerks(self, count: int) -> list[tuple[int, Client]]:
        """Clerks at the windows that serve the most businesses: they never run out of visitors."""
        hall = config.load(self.settings).halls[0]
        widest = sorted(hall.windows, key=lambda one: -len(hall.window_serves(one)))
        return [(one.number, self.clerk(one.number)) for one in widest[:count]]

    def kiosk_less(self) -> Client:
        return Client(self.base, self.hall)


class Report:
    """Prints a line per figure: what, measured, floor, ratio, the bound asked for, and whether it holds."""

    def __init__(self) -> None:
        self.failed = 0

    def ratio(
        self, what: str, figure: float, floor: float, unit: str, ratio: float, bound: str, holds: bool
    ) -> None:
        self.failed += not holds
        mark = "✓" if holds else "✗"
        print(
            f"{mark} {what:<52} {figure:>9.2f} {unit:<5} floor {floor:>9.2f}  ratio {ratio:>5.2f}  ({bound})",
            flush=True,
        )

    def figure(self, what: str, figure: float, unit: str, bound: str, holds: bool) -> None:
        self.failed += not holds
        print(f"{'✓' if holds else '✗'} {what:<52} {figure:>9.2f} {unit:<5} ({bound})", flush=True)

    def note(self, words: str) -> None:
        print(f"  {words}", flush=True)


@contextmanager
def running(
    preset: str,
    database: str | None = None,
    waiting: int = 0,
    past: int = 0,
    before: Callable[[Database, Book], None] | None = None,
) -> Iterator[Running]:
    """A fresh server of a preset, filled as asked (by `before` first), ended and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    loaded = config.load(PRESETS / f"{preset}.yaml")
    settings, password = make_settings(loaded, folder, 8000)
    if database:
        _use_database(settings, database)
    prepared = _quiet(settings)
    token = prepare(prepared, folder, password)
    hall = prepared.halls[0]
    opened = setup.open_database(prepared, folder)
    with opened.read() as connection:
        book = read_book(connection, hall.id)
        hall_id = connection.execute(select(halls.c.id).where(halls.c.code == hall.id)).scalar_one()
    if before is not None:
        before(opened, book)
    if waiting or past:
        fill(opened, book, waiting, past)
    opened.engine.dispose()
    process = subprocess.Popen(
        [sys.executable, "-m", "hall.bench.server", str(settings)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = next(line.split()[1] for line in process.stdout if line.startswith("PORT"))
        yield Running(f"http://127.0.0.1:{port}", process, hall.id, hall_id, token, password, settings)
    finally:
        process.terminate()
        process.wait(15)
        shutil.rmtree(folder, ignore_errors=True)


def _use_database(settings: Path, database: str) -> None:
    yaml = YAML()
    content = yaml.load(settings.read_text(encoding="utf-8"))
    content["server"]["database"] = database
    with settings.open("w", encoding="utf-8") as file:
        yaml.dump(content, file)


def _quiet(settings: Path) -> Config:
    """Without voice and printers: they work beside the requests, and here only the requests are measured."""
    yaml = YAML()
    content = yaml.load(settings.read_text(encoding="utf-8"))
    content["voice"] = {"engine": "none"}
    for device in content["halls"][0]["devices"]:
        device.pop("printer", None)
    with settings.open("w", encoding="utf-8") as file:
        yaml.dump(content, file)
    return config.load(settings)


def together(clients: int, times: int, act: Callable[[int], Callable[[], Any]]) -> list[float]:
    """`clients` greenlets, each doing its own act `times` times; the seconds each act took."""
    took: list[float] = []

    def one(number: int) -> None:
        do = act(number)
        for _ in range(times):
            begun = time.perf_counter()
            do()
            took.append(time.perf_counter() - begun)

    gevent.joinall([gevent.spawn(one, number) for number in range(clients)], raise_error=True)
    return took


def rate(clients: int, times: int, act: Callable[[int], Callable[[], Any]]) -> float:
    """Acts per second of `clients` at once."""
    begun = time.perf_counter()
    together(clients, times, act)
    return clients * times / (time.perf_counter() - begun)


def measure_actions(report: Report, name: str, database: str | None) -> None:
    """Issue with 16 clients and call with 8 clerks against the bare durable INSERT."""
    with running("district", database) as server:
        businesses = [one.business.id for one in config.load(server.settings).halls[0].businesses()]
        bare = [Client(server.base, server.hall) for _ in range(16)]
        kiosks = [server.kiosk() for _ in range(16)]
        clerks = server.clerks(8)
        floors, issues, call_floors, call_rates = [], [], [], []

        def floor(number: int) -> Callable[[], Any]:
            return lambda: bare[number].send("/api/bench/insert")

        def issue(number: int) -> Callable[[], Any]:
            turn = iter(range(number, 10**9))
            return lambda: kiosks[number].post(
                "/tickets", {"business": businesses[next(turn) % len(businesses)]}
            )

        for _ in range(ROUNDS):
            floors.append(rate(16, 60, floor))
            issues.append(rate(16, 60, issue))
        for _ in range(ROUNDS):
            call_floors.append(median(together(8, 40, floor)))
            call_rates.append(median(_calls(clerks, 40)))
        ratio = median(issue / floor for issue, floor in zip(issues, floors, strict=True))
        report.ratio(
            f"issue, 16 clients, {name}", median(issues), median(floors), "/s", ratio, "≥ 0.5", ratio >= 0.5
        )
        ratio = median(floor / call for call, floor in zip(call_rates, call_floors, strict=True))
        report.ratio(
            f"call, 8 clerks, {name} (median latency)",
            1000 * median(call_rates),
            1000 * median(call_floors),
            "ms",
            ratio,
            "floor ÷ call ≥ 0.5",
            ratio >= 0.5,
        )


def _calls(clerks: list[tuple[int, Client]], times: int) -> list[float]:
    """The seconds of each `call`; between two calls the ticket is marked missed, outside the measurement."""
    took: list[float] = []

    def one(number: int, client: Client) -> None:
        for _ in range(times):
            begun = time.perf_counter()
            ticket = client.post(f"/windows/{number}/call")["ticket"]
            took.append(time.perf_counter() - begun)
            if ticket is None:
                raise RuntimeError("nobody is waiting: the measurement has run dry")
            client.post(f"/windows/{number}/missed")

    gevent.joinall([gevent.spawn(one, number, client) for number, client in clerks], raise_error=True)
    return took


def measure_full_hall(report: Report) -> None:
    """A call with 10,000 waiting and 100,000 past tickets against one in an empty hall (one
    visitor in line).
    """
    with running("district", waiting=400) as empty, running("district", waiting=10_000, past=100_000) as full:
        clerks = {id(server): server.clerks(2) for server in (empty, full)}
        ratios, figures, floors = [], [], []
        for _ in range(ROUNDS):
            floors.append(median(_calls(clerks[id(empty)], 25)))
            figures.append(median(_calls(clerks[id(full)], 25)))
            ratios.append(figures[-1] / floors[-1])
        report.ratio(
            "call, 10,000 waiting and 100,000 past, against empty",
            1000 * median(figures),
            1000 * median(floors),
            "ms",
            median(ratios),
            "≤ 1.2",
            median(ratios) <= 1.2,
        )


def measure_screens(report: Report, count: int, rounds: int = ROUNDS, calls: int = 30) -> None:
    """From the key press to the last of `count` screens, against a bare emit of the same payload to them."""
    with running("district") as server:
        process = psutil.Process(server.process.pid)
        screens = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "hall.bench.screens",
                str(urlsplit(server.base).port),
                server.hall,
                str(count),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert screens.stdout is not None
            next(line for line in screens.stdout if line.startswith("WATCHING"))
            kiosk, (window, clerk) = server.kiosk(), server.clerks(1)[0]
            bare = Client(server.base, server.hall)
            ratios, figures, floors = [], [], []
            for number in range(rounds):
                marks = [f"m{number}-{at}" for at in range(calls)]
                floors.append(_worst([_emit(server, bare, screens, mark) for mark in marks]))
                figures.append(_worst([_call(kiosk, window, clerk, screens) for _ in range(calls)]))
                ratios.append(figures[-1] / floors[-1])
            report.ratio(
                f"call → last of {count} screens, p99",
                1000 * median(figures),
                1000 * median(floors),
                "ms",
                median(ratios),
                "≤ 2",
                median(ratios) <= 2,
            )
            if count >= 1000:
                memory = process.memory_info().rss / 2**20
                report.figure(
                    f"the server's memory with {count} screens", memory, "MB", "≤ 300", memory <= 300
                )
        finally:
            screens.terminate()
            screens.wait(15)


def _worst(seconds: list[float]) -> float:
    """The 99th percentile."""
    return sorted(seconds)[min(len(seconds) - 1, round(0.99 * len(seconds)))]


def _arrived(screens: subprocess.Popen[str], mark: str) -> float:
    assert screens.stdout is not None
    return next(float(line.split()[1]) for line in screens.stdout if line.split()[0] == mark)


def _emit(server: Running, bare: Client, screens: subprocess.Popen[str], mark: str) -> float:
    """The bare emit carries what a call carries: the same fields, the same length."""
    payload = {
        "seq": 100, "at": "2026-01-01T00:00:00.000Z", "type": "bench", "ticket_id": 100, "ticket": "A001",
        "business": "social-insurance", "window": 1, "zone": "west", "call_id": 100,
        "queued_at": "2026-01-01T00:00:00.000Z", "mark": mark,
    }  # fmt: skip
    begun = time.time()
    bare.send("/api/bench/emit", {**payload, "hall_id": server.hall_id})
    return _arrived(screens, mark) - begun


def _call(kiosk: Client, window: int, clerk: Client, screens: subprocess.Popen[str]) -> float:
    business = clerk.get(f"/windows/{window}/desk")["window"]["businesses"][0]["code"]
    label = kiosk.post("/tickets", {"business": business})["ticket"]["label"]
    begun = time.time()
    clerk.post(f"/windows/{window}/call")
    seconds = _arrived(screens, label) - begun
    clerk.post(f"/windows/{window}/missed")
    return seconds


def measure_search(report: Report) -> None:
    """One key press at the kiosk with Haimen's 1,428 items: the server's answer to each prefix a visitor
    types.
    """
    with running("haimen") as server:
        client = server.kiosk()
        typed = [
            text[:size]
            for text in ("txyjs", "退休一件事", "bdcdj", "不动产", "shebao", "hz")
            for size in range(1, len(text) + 1)
        ]
        client.search("tx")
        took = []
        for _ in range(ROUNDS):
            for word in typed:
                begun = time.perf_counter()
                client.search(word)
                took.append(time.perf_counter() - begun)
        worst = 1000 * sorted(took)[round(0.99 * (len(took) - 1))]
        report.figure("kiosk search, a key press at 1,428 items, p99", worst, "ms", "≤ 50", worst <= 50)


def empty_database(database: str) -> None:
    """Removes what an earlier measurement left in a PostgreSQL database that is for measuring only."""
    engine = make_engine(database)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


MEASUREMENTS = ("actions", "full", "screens", "search")


def bench(postgres: str | None, only: str | None) -> int:
    """Runs the measurements (all, or one of MEASUREMENTS); returns 1 when a bound does not hold."""
    report = Report()
    wanted = [only] if only else list(MEASUREMENTS)
    if "actions" in wanted:
        measure_actions(report, "SQLite FULL", None)
        if postgres:
            empty_database(postgres)
            measure_actions(report, "PostgreSQL", postgres)
        else:
            report.note("PostgreSQL was not measured: name an empty database with --postgres URL")
    if "full" in wanted:
        measure_full_hall(report)
    if "screens" in wanted:
        measure_screens(report, 300)
        measure_screens(report, 1000)
    if "search" in wanted:
        measure_search(report)
    print(json.dumps({"bounds missed": report.failed}))
    return 1 if report.failed else 0
