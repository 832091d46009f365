"""What the hall does by itself every few seconds, because no request will: call an appointment whose booked
time has come to a window that stands ready for it, end moves of windows whose time is up, look whether an
alert rises or ends, note which rectifications are overdue, and move old days of the journal to its archive.
Started by hall/app.py in every server process; a claim keeps two from both doing it.
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from flask_socketio import SocketIO
from sqlalchemy import Connection, bindparam, select

from hall.actions import alerts, moves, rectifications
from hall.actions.call import call_waiting
from hall.records import archive
from hall.records import moves as records
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import steps, windows
from hall.rules.errors import Refusal
from hall.rules.tickets import State, VisitorClass
from hall.web.server import Server

ROUND_SECONDS = 10
ALERTS_EVERY = 3
"""Rounds."""
log = logging.getLogger(__name__)

_READY = (
    select(windows.c.number)
    .where(windows.c.hall_id == bindparam("hall"), windows.c.ready_since.is_not(None))
    .order_by(windows.c.ready_since, windows.c.number)
)
_DUE = (
    select(steps.c.id)
    .where(
        steps.c.hall_id == bindparam("hall"),
        steps.c.business_day == bindparam("day"),
        steps.c.state == State.WAITING.value,
        steps.c.visitor_class == VisitorClass.APPOINTMENT.value,
        steps.c.queued_at <= bindparam("now", type_=steps.c.queued_at.type),
    )
    .limit(1)
)


def go_round(server: Server, socketio: SocketIO) -> None:
    """Looks at every hall again and again; a database that is away is tried again on the next round."""
    for number in count(1):
        socketio.sleep(ROUND_SECONDS)
        for hall in server.config.halls:
            try:
                call_due(server, hall.id)
                go_on_with_moves(server, hall.id)
                if number % ALERTS_EVERY == 0:
                    look_for_alerts(server, hall.id)
                    note_overdue(server, hall.id)
                archive_journal(server, hall.id)
            except Refusal as refusal:
                log.warning("%s: %s", hall.id, refusal.code)


def call_due(server: Server, hall: str) -> None:
    """Calls appointments that are due to the windows that stand ready."""
    with server.database.read() as connection:
        book = server.books.of(connection, hall)
        numbers = ready_with_somebody_due(connection, book, server.database.clock())
    for number in numbers:

        def call(tx: Tx, number: int = number) -> None:
            call_waiting(tx, server.books.of_version(tx.connection, hall, tx.settings_version), number)

        server.database.write(book.id, call)


def go_on_with_moves(server: Server, hall: str) -> None:
    """Ends the moves of windows that are over, and makes those that waited for a ticket."""
    with server.database.read() as connection:
        book = server.books.of(connection, hall)
        due = records.anything_due(connection, book.id, server.database.clock())
    if not due:
        return

    def go_on(tx: Tx) -> None:
        moves.go_on(tx, server.books.of_version(tx.connection, hall, tx.settings_version))

    server.database.write(book.id, go_on, alone=True)


def look_for_alerts(server: Server, hall: str) -> None:
    """Measures the hall, and writes what that changes of its alerts."""
    now = server.database.clock()
    with server.database.read() as connection:
        book = server.books.of(connection, hall)
        found = alerts.measure(connection, book, now)
        nothing = not alerts.changes(connection, book, found, now)
    if nothing:
        return

    def keep(tx: Tx) -> None:
        alerts.keep(tx, server.books.of_version(tx.connection, hall, tx.settings_version), found)

    server.database.write(book.id, keep)


def note_overdue(server: Server, hall: str) -> None:
    """Writes down which rectifications were not done in time."""
    with server.database.read() as connection:
        book = server.books.of(connection, hall)
        nothing = not rectifications.anything_overdue(connection, book, server.database.clock())
    if nothing:
        return

    def note(tx: Tx) -> None:
        rectifications.note_overdue(tx, server.books.of_version(tx.connection, hall, tx.settings_version))

    server.database.write(book.id, note)


def archive_journal(server: Server, hall: str) -> None:
    """Moves some of the journal's rows that are older than the hall's `journal_days`."""
    with server.database.read() as connection:
        book = server.books.of(connection, hall)
        before = server.database.clock() - timedelta(days=book.rules.journal_days)
        nothing = archive.waits(connection, book.id, before) == 0
    if not nothing:
        server.database.write(book.id, partial(archive.move_some, before=before))


def ready_with_somebody_due(connection: Connection, book: Book, now: datetime) -> list[int]:
    """The windows that stand ready, when some appointment is due; else none."""
    numbers = list(connection.execute(_READY, {"hall": book.id}).scalars())
    if not numbers:
        return []
    due = connection.execute(_DUE, {"hall": book.id, "day": book.day(now), "now": now}).first()
    return numbers if due is not None else []
