"""Print jobs: rows written with the ticket, printed after the commit, tried again, printed again on demand.

The routes add, reprint and retry; printer/spool.py claims jobs, hands them to the print worker and settles
how each try ended. The number stands whatever becomes of its paper (handbook 8).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from hall.actions.serve import find_step
from hall.events import PrintJobFailed, PrintJobPrinted, PrintJobRetried, TicketReprinted, iso
from hall.records import printjobs
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.prepared import Prepared
from hall.records.printjobs import PrintJob
from hall.records.tables import print_jobs
from hall.rules.errors import AlreadyPrinted, NoPrinter, UnknownDevice, UnknownPrintJob

PATIENCE = timedelta(minutes=5)
"""After this the visitor has long read the number from the screen; a paper that comes later only lies
about. A person can still print it.
"""

TOO_LATE = "printer.error.too_late"
INTERRUPTED = "printer.error.interrupted"

_ADD = Prepared(insert(print_jobs).returning(print_jobs.c.id))


@dataclass(frozen=True)
class Try:
    """How one try of a claimed job ended. `error` is a catalogue key, None for a printed one."""

    job: PrintJob
    error: str | None = None
    retry_after_seconds: int | None = None
    """None leaves a failed job to a person."""
    begun: bool = False
    """Bytes had gone to the printer before it failed: some of the ticket may be on paper."""


@dataclass(frozen=True)
class Health:
    """What a printer said of itself, as the administrator's page shows it; `seen` when it was reached."""

    device_id: int
    status: Mapping[str, Any]
    seen: bool


def add_job(tx: Tx, ticket_id: int, printer_id: int, reprint: bool = False) -> int:
    """Leaves one job for a printer, due at once; returns its id."""
    values = {
        "hall_id": tx.hall_id,
        "ticket_id": ticket_id,
        "device_id": printer_id,
        "reprint": reprint,
        "state": "waiting",
        "attempts": 0,
        "due_at": tx.now,
        "give_up_at": tx.now + PATIENCE,
        "created_at": tx.now,
    }
    return int(_ADD.scalar(tx.connection, values))


def reprint(tx: Tx, book: Book, ticket_id: int, printer_code: str | None) -> int:
    """Prints a ticket again, marked 补打, at the named printer or the hall's first. Raises UnknownTicket,
    UnknownDevice, NoPrinter.
    """
    step = find_step(tx, book, ticket_id)
    printers = [one for one in book.devices.values() if one.kind == "printer"]
    chosen = next((one for one in printers if printer_code in (None, one.code)), None)
    if chosen is None:
        raise UnknownDevice(device=printer_code) if printer_code else NoPrinter()
    job_id = add_job(tx, ticket_id, chosen.id, reprint=True)
    tx.record(TicketReprinted(ticket_id, step.label, book.businesses[step.business_id].code))
    return job_id


def try_again(tx: Tx, book: Book, job_id: int) -> None:
    """Puts a failed job back in line, or lets a waiting one try at once; one being printed is left alone.

    Raises UnknownPrintJob, AlreadyPrinted.
    """
    job = printjobs.job(tx.connection, book.id, job_id)
    if job is None:
        raise UnknownPrintJob(job=job_id)
    if job.state == "printed":
        raise AlreadyPrinted(job=job_id)
    if job.state == "printing":
        return
    fresh = {"state": "waiting", "due_at": tx.now, "give_up_at": tx.now + PATIENCE, "attempts": 0}
    tx.connection.execute(update(print_jobs).where(print_jobs.c.id == job_id).values(**fresh, error=None))
    tx.record(PrintJobRetried(job_id))


def give_up_late(tx: Tx) -> None:
    """Ends the waiting jobs whose time is over."""
    for late in printjobs.too_late(tx.connection, [tx.hall_id], tx.now):
        printjobs.fail(tx.connection, late.id, late.error or TOO_LATE)
        _tell_failed(tx, late.id, late.error or TOO_LATE)


def claim_due(tx: Tx, busy: Collection[int], server: str | None = None) -> list[PrintJob]:
    """Takes the first due job of every free printer but the `busy` ones, in the name of a server."""
    claimed = (
        printjobs.claim(tx.connection, head, tx.now, server)
        for head in printjobs.heads(tx.connection, [tx.hall_id], tx.now)
        if head.device_id not in busy
    )
    return [job for job in claimed if job is not None]


def settle(tx: Tx, ended: Try) -> None:
    """Writes how a try ended; nothing when the job was taken away from it meanwhile.

    The journal hears of a failure, and of a ticket that came out after trouble; not of every paper.
    """
    job, connection = ended.job, tx.connection
    if ended.error is None:
        about = printjobs.about(connection, job.id)
        done = {"state": "printed", "printed_at": tx.now, "error": None}
        settled = printjobs.settle(connection, job.id, job.attempt, done)
        retried = about.give_up_at - about.created_at > PATIENCE
        if settled and (about.error or retried):
            tx.record(PrintJobPrinted(job.id, about.ticket_id, about.label, about.printer))
        return
    changes: dict[str, Any] = {"error": ended.error, "reprint": job.reprint or ended.begun}
    if ended.retry_after_seconds is None:
        changes["state"] = "failed"
    else:
        changes |= {"state": "waiting", "due_at": tx.now + timedelta(seconds=ended.retry_after_seconds)}
    settled = printjobs.settle(connection, job.id, job.attempt, changes)
    if settled and ended.retry_after_seconds is None:
        _tell_failed(tx, job.id, ended.error)


def take_back(tx: Tx, abandoned_for: timedelta, living: str | None = None) -> None:
    """Puts jobs back in line whose printing was never settled, because the process that printed them is gone:
    none of the `living` server that asks. They may be on paper already, so the next paper is marked 补打.
    """
    _put_back(tx, printjobs.abandoned(tx.connection, [tx.hall_id], tx.now - abandoned_for, living))


def take_back_own(tx: Tx, server: str) -> None:
    """The same, at once, for what an earlier life of this server had claimed: it is dead for certain."""
    _put_back(tx, printjobs.claimed_by(tx.connection, tx.hall_id, server))


def _put_back(tx: Tx, jobs: Iterable[Any]) -> None:
    for lost in jobs:
        job = PrintJob(lost.id, lost.hall_id, lost.ticket_id, lost.device_id, lost.reprint, lost.attempts)
        settle(tx, Try(job, INTERRUPTED, retry_after_seconds=0, begun=True))


def claim_checks(tx: Tx, device_ids: Iterable[int], every: timedelta) -> list[int]:
    """Of these printers, those that nobody else asked how they are within the last `every`."""
    return [one for one in device_ids if printjobs.claim_check(tx.connection, one, tx.now - every, tx.now)]


def note_health(tx: Tx, health: Health) -> None:
    """Keeps what a printer said of itself, and when."""
    status = {**health.status, "checked_at": iso(tx.now)}
    printjobs.note_status(tx.connection, health.device_id, status, health.seen, tx.now)


def _tell_failed(tx: Tx, job_id: int, error: str) -> None:
    about = printjobs.about(tx.connection, job_id)
    tx.record(PrintJobFailed(job_id, about.ticket_id, about.label, about.printer, error))
