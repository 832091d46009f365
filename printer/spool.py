"""The server's side of printing: due jobs are claimed, given to the print worker, and settled by its answer.

One background task does all of it, so that claims and results of a moment share a transaction; the worker
(printer/worker.py) does what takes time. Jobs wait in the database: nothing is lost when the worker or this
server dies, and several servers of one database share the work, for a claim succeeds once. All writes go
through the hall's own lane, so the journal's rows reach the screens in their order.

printer/place.py starts and stops it. Plain threads and pipes: under gevent's monkey patch they become
greenlets.
"""

import logging
import queue
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from hall.actions import printing
from hall.actions.printing import INTERRUPTED, Health, Try
from hall.events import Recorded
from hall.records import printjobs
from hall.records.book import Book, Device
from hall.records.database import Tx
from hall.records.printjobs import PrintJob
from hall.rules.errors import Refusal, UnknownHall
from hall.web.server import Server
from printer.errors import PaperInvalid, PrinterError, PrinterMisconfigured
from printer.paper import to_payload
from printer.papers import paper_of
from printer.retries import next_attempt_after
from printer.worker_process import WorkerProcess

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
"""How long a job that nobody announced (another server's, or one due again) may go unnoticed."""
GATHER_SECONDS = 0.1
"""How long the first job of a rush waits for others, which are claimed with it."""
CHECK_EVERY = timedelta(seconds=30)
LONGEST_REQUEST_SECONDS = 60.0
"""A try is bounded by about half a minute; after twice that the worker hangs."""
ABANDONED_FOR = timedelta(seconds=90)
"""No living server keeps a job so long: whoever claimed it is gone."""
STOP_SECONDS = 5.0
ANNOUNCED_BY = frozenset({"ticket_issued", "ticket_reprinted", "print_job_retried"})


@dataclass(frozen=True)
class _Task:
    """What the worker was asked: to print a job or, without one, how a printer is."""

    hall_id: int
    device_id: int
    address: str
    job: PrintJob | None
    asked_at: float


class Spool:
    """The print jobs of this server's halls. `start` and `stop` once each; `wake` is a listener of
    hall/live.py.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._worker = WorkerProcess(self._hear)
        self._tasks: dict[int, _Task] = {}
        self._unsettled: dict[int, list[Try | Health]] = {}
        self._last_request = 0
        self._answering: set[tuple[int, str]] = set()
        """Printers that have said how they are, with the address where they did."""
        self._woken = threading.Event()
        self._stopping = False
        self._name: str | None = None
        self._thread = threading.Thread(target=self._run, name="print spool", daemon=True)

    @property
    def _living(self) -> str | None:
        """The name under which nobody else claims anything; None before this server has its port."""
        return self._name if self._server.port is not None else None

    @property
    def worker_pid(self) -> int | None:
        """The printing process, for whoever watches the machine."""
        return self._worker.pid

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets the tickets under way come out, for a moment; what does not goes back in line."""
        self._stopping = True
        self._woken.set()
        self._thread.join()

    def wake(self, row: Recorded) -> None:
        """A ticket was just committed: its job is not left to the next look."""
        if row.type in ANNOUNCED_BY:
            self._woken.set()

    def _hear(self, answer: dict[str, Any] | None) -> None:
        self._answers.put(answer)
        self._woken.set()

    # ---- the background task; everything below belongs to it alone ----

    def _run(self) -> None:
        while not self._stopping:
            try:
                if self._name is None:
                    self._begin_anew()
                self._tend_worker()
                self._take_turn()
            except Refusal as refusal:
                log.warning("print jobs wait: %s", refusal.code)
            except Exception:  # without this loop no ticket would ever be printed again
                log.exception("print jobs wait")
            self._woken.wait(POLL_SECONDS)
            if self._answers.empty() and not self._stopping:
                time.sleep(GATHER_SECONDS)
            self._woken.clear()
        self._finish()

    def _begin_anew(self) -> None:
        """Takes this server's name: its machine and its port, which only one living process has. Whatever
        stands under that name was claimed by an earlier life, killed before it could settle.
        """
        name = f"{socket.gethostname()}:{self._server.port}"
        with self._server.database.read() as connection:
            books = self._books(connection)
            self._answering |= set(printjobs.answering(connection, books))
            left = [hall_id for hall_id in books if printjobs.claimed_by(connection, hall_id, name)]
        for hall_id in left if self._server.port is not None else ():
            self._server.database.write(hall_id, partial(printing.take_back_own, server=name))
        self._name = name

    def _finish(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while self._tasks and self._worker.alive and time.monotonic() < deadline:
            self._woken.wait(0.2)
            self._woken.clear()
            self._read_answers()
        self._worker.close()
        self._read_answers()
        self._give_up_tasks()
        try:
            self._take_turn()
        except Refusal as refusal:
            log.warning("print jobs wait for the next start: %s", refusal.code)

    def _tend_worker(self) -> None:
        """Reads what the worker said, gives up what a dead one was asked, ends one that hangs."""
        alive = self._worker.alive  # asked first: a dead one's last answers are all in the queue
        self._read_answers()
        if not alive:
            self._give_up_tasks()
        oldest = min((task.asked_at for task in self._tasks.values()), default=None)
        if oldest is not None and time.monotonic() - oldest > LONGEST_REQUEST_SECONDS:
            log.warning("the print worker hangs and is started again")
            self._worker.kill()

    def _read_answers(self) -> None:
        while True:
            try:
                answer = self._answers.get_nowait()
            except queue.Empty:
                return
            task = self._tasks.pop(answer["id"], None) if answer is not None else None
            if answer is None or task is None:
                continue
            if task.job is not None:
                again = next_attempt_after(task.job.attempt) if answer["worth_retrying"] else None
                self._end(task, Try(task.job, answer["error"], again, answer["begun"]))
            health = answer["health"]
            if health is not None:
                seen = health.pop("seen")
                place = (task.device_id, task.address)
                if health.pop("answers"):
                    self._answering.add(place)
                if place in self._answering:
                    health["answers_at"] = task.address
                self._end(task, Health(task.device_id, health, seen))

    def _give_up_tasks(self) -> None:
        """The worker is gone: what it was printing may be on paper, or not."""
        for task in self._tasks.values():
            if task.job is not None:
                self._end(task, Try(task.job, INTERRUPTED, next_attempt_after(task.job.attempt), begun=True))
        self._tasks.clear()

    def _end(self, task: _Task, how: Try | Health) -> None:
        self._unsettled.setdefault(task.hall_id, []).append(how)

    def _take_turn(self) -> None:
        """For each hall concerned one transaction, which settles what ended and claims what is due; then the
        worker is asked for what was claimed. A hall that prints nothing has no worker.
        """
        busy = {task.device_id for task in self._tasks.values()}
        with self._server.database.read() as connection:
            books = self._books(connection)
            checks = self._checks_due(connection, books, busy)
            due = checks.keys() | self._halls_with_jobs(connection, books, busy)
            late = printjobs.too_late(connection, books, self._server.database.clock())
            concerned = self._unsettled.keys() | {row.hall_id for row in late}
        if due and not self._stopping:
            self._worker.start_when_due()
        claiming = self._worker.ready and not self._stopping
        if claiming:
            concerned |= due
        for hall_id in concerned & books.keys():
            ended = self._unsettled.get(hall_id, [])
            write = partial(self._write, ended, busy, checks.get(hall_id, []), claiming)
            jobs, asked = self._server.database.write(hall_id, write)
            self._unsettled.pop(hall_id, None)
            for job in jobs:
                self._print(books[hall_id], job)
            for device_id in asked:
                device = books[hall_id].devices[device_id]
                self._ask(hall_id, device, None, {"do": "check"})

    def _write(
        self, ended: list[Try | Health], busy: set[int], checks: list[int], claiming: bool, tx: Tx
    ) -> tuple[list[PrintJob], list[int]]:
        """The transaction: what was claimed, and which printers to look at."""
        for one in ended:
            if isinstance(one, Try):
                printing.settle(tx, one)
            else:
                printing.note_health(tx, one)
        printing.give_up_late(tx)
        if not claiming:
            return [], []
        printing.take_back(tx, ABANDONED_FOR, self._living)
        jobs = printing.claim_due(tx, busy, self._name)
        printing_now = {job.device_id for job in jobs}
        idle = [device_id for device_id in checks if device_id not in printing_now]
        return jobs, printing.claim_checks(tx, idle, CHECK_EVERY)

    def _books(self, connection: Connection) -> dict[int, Book]:
        """The halls of this server's configuration that are in the database."""
        books = {}
        for hall in self._server.config.halls:
            try:
                book = self._server.books.of(connection, hall.id)
            except UnknownHall:
                continue
            books[book.id] = book
        return books

    def _halls_with_jobs(self, connection: Connection, books: Mapping[int, Book], busy: set[int]) -> set[int]:
        now = self._server.database.clock()
        due = {row.hall_id for row in printjobs.heads(connection, books, now) if row.device_id not in busy}
        gone = printjobs.abandoned(connection, books, now - ABANDONED_FOR, self._living)
        return due | {row.hall_id for row in gone}

    def _checks_due(
        self, connection: Connection, books: Mapping[int, Book], busy: set[int]
    ) -> dict[int, list[int]]:
        """By hall, the idle printers that can answer and were not asked lately."""
        due: dict[int, list[int]] = {}
        now = self._server.database.clock()
        for row in printjobs.unchecked(connection, books, now - CHECK_EVERY, now):
            known = row.id in books[row.hall_id].devices
            if known and row.id not in busy and _can_answer(row.settings):
                due.setdefault(row.hall_id, []).append(row.id)
        return due

    # ---- asking the worker ----

    def _print(self, book: Book, job: PrintJob) -> None:
        """Asks for a claimed job's paper; a paper that cannot be made ends the try at once."""
        database = self._server.database
        try:
            device = book.devices.get(job.device_id)
            if device is None:
                raise PrinterMisconfigured(f"printer {job.device_id} is no longer in the configuration")
            with database.read() as connection:
                visit_url = partial(self._server.visit_url, book.code)
                paper = paper_of(connection, book, job, visit_url, database.clock())
            self._ask(book.id, device, job, {"do": "print", "payload": to_payload(paper)})
            return
        except PrinterError as error:
            log.warning("print job %s: %s", job.id, error)
            ended = Try(job, error.key)
        except Refusal as refusal:
            log.warning("print job %s waits: %s", job.id, refusal.code)
            ended = Try(job, PrinterError().key, next_attempt_after(job.attempt))
        except Exception:  # one ticket must not stop the others
            log.exception("print job %s", job.id)
            ended = Try(job, PaperInvalid().key)
        self._unsettled.setdefault(book.id, []).append(ended)
        self._woken.set()

    def _ask(self, hall_id: int, device: Device, job: PrintJob | None, request: Mapping[str, Any]) -> None:
        self._last_request += 1
        settings = self._device_settings(device)
        address = settings.get("address", "")
        self._tasks[self._last_request] = _Task(hall_id, device.id, address, job, time.monotonic())
        self._worker.ask({"id": self._last_request, "printer": device.id, "device": settings, **request})

    def _device_settings(self, device: Device) -> dict[str, Any]:
        """The fields of printer.devices.DeviceSettings; a relative path starts at the settings file. A
        printer that has said how it is has to go on doing so, unless its settings say that it need not.
        """
        settings = device.settings
        names = ("driver", "address", "paper", "mode", "columns", "must_answer")
        chosen = {name: settings[name] for name in names if settings.get(name) is not None}
        if chosen.get("driver") == "file":
            chosen["address"] = str(self._server.folder / chosen["address"])
        chosen.setdefault("must_answer", (device.id, chosen.get("address", "")) in self._answering)
        return chosen


def _can_answer(settings: Mapping[str, Any]) -> bool:
    """Whether a printer has a way back; opening a plain file or a Windows share would only write."""
    address = settings.get("address") or ""
    return settings.get("driver") in ("network", "usb") or (
        settings.get("driver") == "file" and address.startswith("/dev/")
    )
