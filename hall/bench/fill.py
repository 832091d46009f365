"""A hall with a past and a crowd: bulk rows for the measurements that ask how much slower a full hall is."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from hall.events import iso
from hall.records.book import Book
from hall.records.connections import begin_writing
from hall.records.database import Database
from hall.records.tables import accounts, calls, events, halls, steps, tickets

CHUNK = 5_000


def fill(database: Database, book: Book, waiting: int, past: int) -> None:
    """Adds `past` finished tickets of earlier days and `waiting` ones of today, spread over all
    businesses.
    """
    now = database.clock()
    for start in range(0, past, CHUNK):
        with begin_writing(database.engine) as connection:
            _add(
                connection,
                book,
                range(start, min(start + CHUNK, past)),
                now - timedelta(days=3),
                finished=True,
            )
    with begin_writing(database.engine) as connection:
        _add(connection, book, range(waiting), now - timedelta(minutes=60), finished=False)


def _add(connection: Connection, book: Book, numbers: range, moment: datetime, finished: bool) -> None:
    businesses = list(book.businesses.values())
    windows = list(book.windows.values())
    clerk = connection.execute(select(accounts.c.id).where(accounts.c.hall_id == book.id)).scalars().first()
    ticket_rows, step_rows, call_rows, event_rows = [], [], [], []
    first_ticket = _next_id(connection, tickets)
    first_step = _next_id(connection, steps)
    seq = connection.execute(select(halls.c.journal_seq).where(halls.c.id == book.id)).scalar_one()
    for offset, number in enumerate(numbers):
        business = businesses[number % len(businesses)]
        window = windows[number % len(windows)]
        at = moment - timedelta(days=number // 4000 if finished else 0) + timedelta(milliseconds=number)
        kind = "elderly" if number % 5 == 0 else "ordinary"
        ticket_id, step_id = first_ticket + offset, first_step + offset
        ticket_rows.append(_ticket(book, business, ticket_id, 100_000 + number, kind, at, finished))
        step_rows.append(
            _step(book, business, ticket_id, step_id, kind, at, window.id if finished else None, clerk)
        )
        if finished:
            call_rows.append(_call(book, ticket_id, step_id, window.id, clerk, at))
            seq += 1
            event_rows.append(_event(book, ticket_id, seq, at))
    for table, rows in ((tickets, ticket_rows), (steps, step_rows), (calls, call_rows), (events, event_rows)):
        if rows:
            connection.execute(insert(table), rows)
    if connection.dialect.name == "postgresql":
        for table in (tickets, steps):
            last = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))
    connection.execute(update(halls).where(halls.c.id == book.id).values(journal_seq=seq))


def _next_id(connection: Connection, table: Table) -> int:
    latest = connection.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar()
    return (latest or 0) + 1


def _ticket(
    book: Book, business: Any, ticket_id: int, number: int, kind: str, at: datetime, finished: bool
) -> dict[str, Any]:
    return {
        "id": ticket_id,
        "hall_id": book.id,
        "business_day": book.day(at),
        "prefix": business.prefix,
        "number": number,
        "label": f"{business.prefix}{number}",
        "business_id": business.id,
        "visitor_class": kind,
        "source": "kiosk",
        "secret": secrets.token_urlsafe(12),
        "arrived_at": at,
        "closed_at": at if finished else None,
        "language": "zh",
        "ahead_at_issue": 3,
    }


def _step(
    book: Book,
    business: Any,
    ticket_id: int,
    step_id: int,
    kind: str,
    at: datetime,
    window_id: int | None,
    clerk: int | None,
) -> dict[str, Any]:
    done = window_id is not None
    return {
        "id": step_id,
        "hall_id": book.id,
        "ticket_id": ticket_id,
        "position": 1,
        "business_day": book.day(at),
        "business_id": business.id,
        "visitor_class": kind,
        "state": "finished" if done else "waiting",
        "queued_at": at,
        "rank": 0,
        "entered_at": at,
        "window_id": window_id,
        "clerk_id": clerk if done else None,
        "called_at": at if done else None,
        "latest_call_at": at if done else None,
        "started_at": at if done else None,
        "ended_at": at if done else None,
        "recalls": 0,
        "returns": 0,
    }


def _call(
    book: Book, ticket_id: int, step_id: int, window_id: int, clerk: int | None, at: datetime
) -> dict[str, Any]:
    return {
        "hall_id": book.id,
        "step_id": step_id,
        "ticket_id": ticket_id,
        "window_id": window_id,
        "clerk_id": clerk,
        "called_at": at,
        "rule": "promise_share",
        "tier": 1,
        "ratio": 0.5,
        "waited_seconds": 300.0,
        "overtook": [],
    }


def _event(book: Book, ticket_id: int, seq: int, at: datetime) -> dict[str, Any]:
    return {
        "hall_id": book.id,
        "seq": seq,
        "at": at,
        "type": "ticket_finished",
        "ticket_id": ticket_id,
        "actor_kind": "system",
        "data": {"ticket_id": ticket_id, "at": iso(at)},
    }
