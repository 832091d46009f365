"""Years of tickets behind a hall: one made-up day of finished visits, copied inside the database to every
earlier day, so that a million of them take a minute or two. What `bench history` measures on.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Table, func, insert, literal, select, text, type_coerce, update
from tqdm import tqdm

from hall.bench.fill import _call, _next_id, _step, _ticket
from hall.bench.years import fill_years
from hall.events import iso
from hall.i18n import terminal_words
from hall.records import summing
from hall.records.book import Book
from hall.records.connections import begin_writing
from hall.records.database import Database
from hall.records.tables import accounts, calls, events, halls, steps, summary_marks, tickets
from hall.records.types import Instant

EVENTS_OF_A_TICKET = ("ticket_issued", "ticket_called", "ticket_started", "ticket_finished")
COPIED: tuple[Table, ...] = (tickets, steps, calls, events)
TOGETHER = 10
"""Days in one transaction."""


def fill_past(database: Database, book: Book, days: int, tickets_a_day: int) -> None:
    """Adds the `days` before yesterday with so many finished tickets each, their journal and their sums."""
    summing.catch_up(database, book, database.clock(), batches=10**6)
    first = database.clock() - timedelta(days=days + 1)
    with begin_writing(database.engine) as connection:
        fill_years(connection, book, book.day(database.clock()), days, tickets_a_day)
        ids = _add_day(connection, book, tickets_a_day, first)
    words = terminal_words()("bench.history_fills")
    for start in tqdm(range(1, days, TOGETHER), desc=words, unit=f"×{TOGETHER}", leave=False):
        with begin_writing(database.engine) as connection:
            for number in range(start, min(start + TOGETHER, days)):
                day = book.day(first + timedelta(days=number))
                _copy_day(connection, book, ids, number, tickets_a_day, day)
    with begin_writing(database.engine) as connection:
        _catch_numbers_up(connection, book)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As a hall that grew for years has been by its database: else PostgreSQL does it while one measures.
        postgres = connection.dialect.name == "postgresql"
        connection.execute(text("VACUUM (ANALYZE)" if postgres else "ANALYZE"))


def _add_day(connection: Connection, book: Book, count: int, at: datetime) -> dict[str, tuple[int, int]]:
    """One day's rows; returns where they stand: the first and last id (of events: number) by table."""
    businesses, windows = list(book.businesses.values()), list(book.windows.values())
    clerk = connection.execute(select(accounts.c.id).where(accounts.c.hall_id == book.id)).scalars().first()
    seq = connection.execute(select(halls.c.journal_seq).where(halls.c.id == book.id)).scalar_one()
    begin = {table.name: _next_id(connection, table) for table in (tickets, steps, calls)}
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in COPIED}
    for offset in range(count):
        business, window = businesses[offset % len(businesses)], windows[offset % len(windows)]
        ticket, step = begin["tickets"] + offset, begin["steps"] + offset
        when = at + timedelta(milliseconds=offset)
        kind = "elderly" if offset % 5 == 0 else "ordinary"
        rows["tickets"].append(_ticket(book, business, ticket, 100_000 + offset, kind, when, True))
        rows["steps"].append(_step(book, business, ticket, step, kind, when, window.id, clerk))
        call = _call(book, ticket, step, window.id, clerk, when)
        rows["calls"].append({"id": begin["calls"] + offset, **call})
        for event in EVENTS_OF_A_TICKET:
            seq += 1
            data = {"ticket_id": ticket, "business": business.code, "window": window.number, "at": iso(when)}
            said = {"hall_id": book.id, "seq": seq, "at": when, "type": event, "ticket_id": ticket}
            rows["events"].append({**said, "actor_kind": "system", "data": data})
    for table in COPIED:
        connection.execute(insert(table), rows[table.name])
    last = seq - count * len(EVENTS_OF_A_TICKET) + 1
    return {
        **{name: (first, first + count - 1) for name, first in begin.items()},
        "events": (last, seq),
    }


def _copy_day(
    connection: Connection, book: Book, ids: dict[str, tuple[int, int]], number: int, count: int, day: date
) -> None:
    """That day once more, `number` days later."""
    shift = number * 24 * 3600 * 10**6
    more = {"id": number * count, "ticket_id": number * count, "step_id": number * count}
    more["seq"] = number * count * len(EVENTS_OF_A_TICKET)
    for table in COPIED:
        key = table.c.seq if table is events else table.c.id
        first, last = ids[table.name]
        columns, values = [], []
        for column in table.columns:
            value: Any = column
            if column.name in more:
                value = column + literal(more[column.name])
            elif isinstance(column.type, Instant):
                value = type_coerce(column, BigInteger) + literal(shift)
            elif column.name == "business_day":
                value = literal(day, column.type)
            elif column.name == "secret":
                value = column + literal(f"-{number}")
            columns.append(column.name)
            values.append(value)
        of_that_day = select(*values).where(table.c.hall_id == book.id, key.between(first, last))
        connection.execute(insert(table).from_select(columns, of_that_day))


def _catch_numbers_up(connection: Connection, book: Book) -> None:
    """The counters go on behind what was copied, and the sums know all of it."""
    seq = connection.execute(select(func.max(events.c.seq)).where(events.c.hall_id == book.id)).scalar_one()
    connection.execute(update(halls).where(halls.c.id == book.id).values(journal_seq=seq))
    connection.execute(update(summary_marks).where(summary_marks.c.hall_id == book.id).values(seq=seq))
    if connection.dialect.name == "postgresql":
        for table in (tickets, steps, calls):
            last = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))
