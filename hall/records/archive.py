"""The journal's days that are over for long leave the table that every action writes to: they move, a few
hundred rows at a time, into archived_events. Numbers, rows and order stay; journal.every_event reads both.
Called by hall/rounds.py.
"""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from hall.records.database import Tx
from hall.records.tables import archived_events, events, summary_marks

AT_ONCE = 500
"""Rows in one transaction: a few milliseconds of the hall's lane."""

_OLDEST = (
    select(events.c.seq, events.c.at)
    .where(events.c.hall_id == bindparam("hall"))
    .order_by(events.c.seq)
    .limit(bindparam("most"))
)
_SUMMED = select(func.max(summary_marks.c.seq)).where(summary_marks.c.hall_id == bindparam("hall"))
_UP_TO = (events.c.hall_id == bindparam("hall"), events.c.seq <= bindparam("last"))


def waits(connection: Connection, hall_id: int, before: datetime, most: int = 1) -> int:
    """The number up to which rows older than `before` are to be moved now, at most so many; 0: none. What the
    day's sums have not counted yet stays.
    """
    summed = connection.execute(_SUMMED, {"hall": hall_id}).scalar() or 0
    rows = connection.execute(_OLDEST, {"hall": hall_id, "most": most})
    return max((row.seq for row in rows if row.at < before and row.seq <= summed), default=0)


def move_some(tx: Tx, before: datetime) -> int:
    """Moves the oldest rows of this hall's journal, if they are older; returns how many."""
    last = waits(tx.connection, tx.hall_id, before, AT_ONCE)
    if not last:
        return 0
    values = {"hall": tx.hall_id, "last": last}
    columns = [column.name for column in events.columns]
    tx.connection.execute(insert(archived_events).from_select(columns, select(events).where(*_UP_TO)), values)
    return tx.connection.execute(delete(events).where(*_UP_TO), values).rowcount
