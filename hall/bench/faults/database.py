"""What the hall stands on goes away: the database's file is locked by another program, its disk is full,
PostgreSQL or Redis cannot be reached; and the machine is lost altogether and the hall comes back from a copy.
"""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gevent
from ruamel.yaml import YAML
from sqlalchemy import make_url, select

from hall.bench.faults.board import Board, until_all_show
from hall.bench.faults.fault_hall import FaultHall, fault_hall
from hall.bench.faults.ledger import compare
from hall.bench.faults.load import Load
from hall.bench.faults.nursery import ROOT
from hall.bench.faults.row import Row, Terms
from hall.bench.faults.wire import Wire
from hall.bench.run import empty_database
from hall.i18n import terminal_words
from hall.records import journal
from hall.records.tables import tickets

SHORT_SECONDS, LONG_SECONDS = 2.0, 8.0
"""Within a write's patience (hall/records/connections.py), and beyond it."""
WELL_SECONDS = 15.0
"""A board whose server heard of nothing is told by the pulse, every ten seconds."""
DISK = "48m"
A_REAL_HALLS_PACE = 10.0
"""Times more slowly than clients who try to meet a fault: still several numbers a second."""


def locked(terms: Terms) -> Row:
    """Another program holds SQLite's write lock."""
    with fault_hall() as hall:
        file = hall.folder / "var" / "hall.db"

        def away(seconds: float) -> None:
            with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as other:
                other.execute("BEGIN IMMEDIATE")
                gevent.sleep(seconds)
                other.execute("ROLLBACK")

        return _while(hall, terms, away)


def disk_full(terms: Terms) -> Row:
    """Something else fills the disk of the hall to the last byte, and is removed again. The disk is a small
    one in memory; only root on Linux may make it.
    """
    with _small_disk() as disk, fault_hall(under=disk) as hall:

        def away(seconds: float) -> None:
            filler = disk / "filler"
            with suppress(OSError), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            gevent.sleep(seconds)
            filler.unlink()

        return _while(hall, terms, away)


@contextmanager
def _small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hall-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)]
    made = subprocess.run(command, check=False, capture_output=True)
    if made.returncode:
        folder.rmdir()
        raise RuntimeError(terminal_words()("fault.no_small_disk"))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def redis_away(terms: Terms) -> Row:
    """Two server processes on one database; the Redis between them cannot be reached for a while. The load is
    at the one, boards are at both.
    """
    place = urlsplit(terms.redis or "")
    wire = Wire(place.port or 6379, terms.seed, place.hostname or "127.0.0.1")

    def lead_through(settings: dict[str, Any]) -> None:
        settings["server"]["redis"] = f"redis://127.0.0.1:{wire.port}{place.path}"

    try:
        with fault_hall(terms.postgres, change=lead_through) as hall:
            hall.start()
            with _second_server(hall, terms.postgres) as other:
                return _while(hall, terms, wire.away, other)
    finally:
        wire.end()


@contextmanager
def _second_server(hall: FaultHall, postgres: str | None) -> Iterator[FaultHall]:
    """Another process of the same hall, on the same database and with the same secret."""
    folder = hall.folder / "second"
    (folder / "var").mkdir(parents=True)
    shutil.copy(hall.folder / "var" / "secret", folder / "var" / "secret")
    settings = YAML().load(hall.settings)
    if not postgres:
        settings["server"]["database"] = f"sqlite:///{hall.folder.as_posix()}/var/hall.db"
    with (folder / "config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(settings, file)
    other = replace(hall, folder=folder, port=0, process=None)
    other.start()
    try:
        yield other
    finally:
        other.stop()


def postgres_away(terms: Terms) -> Row:
    """Every connection to PostgreSQL is cut and new ones are refused for a while, as in its restart."""
    place = make_url(terms.postgres or "")
    wire = Wire(place.port or 5432, terms.seed, place.host or "127.0.0.1")
    through = place.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)

    def lead_through(settings: dict[str, Any]) -> None:
        settings["server"]["database"] = through

    try:
        with fault_hall(terms.postgres, change=lead_through) as hall:
            return _while(hall, terms, wire.away)
    finally:
        wire.end()


def _while(
    hall: FaultHall, terms: Terms, away: Callable[[float], None], other: FaultHall | None = None
) -> Row:
    """The load goes on while something is away for short and for long, in turn. `other`: a second server of
    the hall, which has a board as well.
    """
    recover: list[float] = []
    if not hall.lives:
        hall.start()
    load = Load(hall, terms.seed)
    boards = [Board(one.port, hall.hall, terms.seed) for one in (hall, other) if one is not None]
    try:
        for turn in range(terms.times):
            load.work()
            gevent.sleep(1.0)
            away(LONG_SECONDS if turn % 2 else SHORT_SECONDS)
            back = time.monotonic()
            load.rest()
            load.settle()
            with hall.database.read() as connection:
                latest = journal.latest(connection, hall.hall_id)
            until_all_show(boards, latest)
            recover.append(time.monotonic() - back)
            terms.done()
        verdict = compare(load.ledger, hall.database, hall.hall_id)
    finally:
        load.end()
        for board in boards:
            board.end()
    notes = (
        ("fault.note.acts", sum(load.ledger.acts.values())),
        ("fault.note.refused_503", load.refused_for_now),
    )
    return Row(terms.times, len(verdict.lost), len(verdict.doubled), tuple(recover), WELL_SECONDS, notes)


def restored(terms: Terms) -> Row:
    """A copy of the running hall; more numbers; the server killed and its database thrown away; the hall
    restored from the copy. `lost`: what the copy should have held; `doubled`: numbers that came twice.
    """
    lost = doubled = numbers = 0
    recover: list[float] = []
    for turn in range(terms.times):
        with fault_hall(terms.postgres, many=True) as hall:
            hall.start()
            load = Load(hall, terms.seed + turn, slowly=A_REAL_HALLS_PACE)
            load.work()
            gevent.sleep(1.5)
            copies = hall.folder / "copies"
            load.rest()
            load.settle()
            held = dict(load.ledger.labels)
            load.work()  # the copy is made of a hall at work
            _hall_command(hall, "backup", "--to", str(copies))
            gevent.sleep(1.0)
            load.rest()
            load.settle()
            load.end()
            numbers += len(load.ledger.labels) - len(held)
            hall.kill(everything=True)
            began = time.monotonic()
            hall.database.engine.dispose()
            _throw_away(hall, terms.postgres)
            (copy,) = copies.iterdir()
            _hall_command(hall, "restore", str(copy))
            hall.start()
            recover.append(time.monotonic() - began)
            with hall.database.read() as connection:
                known = set(connection.execute(select(tickets.c.label)).scalars())
            lost += len(set(held.values()) - known)
            again = Load(hall, terms.seed + turn, windows=())  # the clerks still sit where they sat
            again.work()
            gevent.sleep(1.0)
            again.rest()
            again.settle()
            again.end()
            doubled += len(set(again.ledger.labels.values()) & set(load.ledger.labels.values()))
            terms.done()
    return Row(terms.times, lost, doubled, tuple(recover), None, (("fault.note.numbers", numbers),))


def _hall_command(hall: FaultHall, *words: str) -> None:
    command = [sys.executable, "-m", "hall", "--config", str(hall.settings), *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def _throw_away(hall: FaultHall, postgres: str | None) -> None:
    if postgres:
        empty_database(postgres)
        return
    for file in Path(hall.folder / "var").glob("hall.db*"):
        file.unlink()
    shutil.rmtree(hall.folder / "var" / "backup", ignore_errors=True)
