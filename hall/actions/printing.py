"""Print jobs: rows written with the ticket, printed after the commit by the printer's worker, printed again
on demand.
"""

from sqlalchemy import insert, select, update

from hall.actions.serve import find_step
from hall.events import TicketReprinted
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import print_jobs
from hall.rules.errors import NoPrinter, UnknownDevice, UnknownPrintJob

_ADD = insert(print_jobs).returning(print_jobs.c.id)


def add_job(tx: Tx, ticket_id: int, printer_id: int, reprint: bool = False) -> int:
    """Leaves one job for a printer, due at once; returns its id."""
    values = {
        "hall_id": tx.hall_id,
        "ticket_id": ticket_id,
        "device_id": printer_id,
        "reprint": reprint,
        "state": "waiting",
        "due_at": tx.now,
        "created_at": tx.now,
    }
    return tx.connection.execute(_ADD, values).scalar_one()


def reprint(tx: Tx, book: Book, ticket_id: int, printer_code: str | None) -> int:
    """Prints a ticket again, marked 补打, at the named printer or the hall's first. Raises UnknownTicket,
    NoPrinter.
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
    """Puts a failed job back in line. A job that may have printed already is marked as a second copy. Raises
    UnknownPrintJob.
    """
    job = tx.connection.execute(
        select(print_jobs).where(print_jobs.c.id == job_id, print_jobs.c.hall_id == book.id)
    ).first()
    if job is None:
        raise UnknownPrintJob(job=job_id)
    tx.connection.execute(
        update(print_jobs)
        .where(print_jobs.c.id == job_id, print_jobs.c.state == "failed")
        .values(state="waiting", due_at=tx.now, attempts=0, error=None)
    )
