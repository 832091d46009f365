"""A hall comes back from a copy: numbers that were given out after the copy was made are on paper somewhere,
so each counter goes on behind all that can have been given out. Called once by hall/backup/restore.py, before
the copy becomes a hall.

What can have been given out: in every minute between the copy and now twice as many of each prefix as in the
busiest minute of that hall's last 30 days, at least AT_LEAST_A_MINUTE; at least LEAST in all. The next number
is the first of a full hundred behind that. Only the present business day matters, for on another day numbers
begin anew. Blocks of numbers leased to kiosks are closed: a kiosk hands in what it gave out of them, and gets
new ones from behind the gap.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import BigInteger, Connection, func, select, type_coerce, update

from hall.events import HallRestored
from hall.records import numbers
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import number_leases, print_jobs, tickets
from hall.rules.leases import End

AT_LEAST_A_MINUTE, LEAST, ROUND = 10, 100, 100
LOOKS_BACK = timedelta(days=30)
MINUTE = 60 * 1_000_000
"""Microseconds, as the database keeps moments."""


@dataclass(frozen=True)
class Gap:
    """Of one prefix: the last number that the copy knows of today, and the next that is given out."""

    prefix: str
    known: int
    next: int


def first_after(known: int, a_minute: int, minutes: float) -> int:
    """The next number of a prefix when the copy ends with `known`."""
    ahead = max(LEAST, ceil(a_minute * minutes))
    return ROUND * ceil((known + ahead) / ROUND) + 1


def busiest_minute(connection: Connection, hall_id: int, now: datetime) -> int:
    """The most numbers of one prefix that this hall gave out in one minute of the last 30 days."""
    minute = type_coerce(tickets.c.arrived_at, BigInteger) // MINUTE
    counted = (
        select(func.count().label("count"))
        .where(tickets.c.hall_id == hall_id, tickets.c.arrived_at >= now - LOOKS_BACK)
        .group_by(tickets.c.prefix, minute)
        .subquery()
    )
    return connection.execute(select(func.max(counted.c.count))).scalar() or 0


def come_back(tx: Tx, book: Book, copied_at: datetime) -> list[Gap]:
    """Moves every counter of today on, closes the leases, leaves no print job behind; returns the gaps."""
    connection, day = tx.connection, book.day(tx.now)
    midnight = datetime.combine(day, datetime.min.time(), book.zone)
    minutes = (tx.now - max(copied_at, midnight)) / timedelta(minutes=1)
    a_minute = max(AT_LEAST_A_MINUTE, 2 * busiest_minute(connection, book.id, copied_at))
    gaps = []
    for prefix in sorted({one.prefix for one in book.businesses.values()}):
        known = numbers.last_number(connection, book.id, day, prefix)
        following = first_after(known, a_minute, minutes)
        numbers.count_up(connection, book.id, day, prefix, following - 1 - known)
        gaps.append(Gap(prefix, known, following))
    connection.execute(
        update(number_leases)
        .where(number_leases.c.hall_id == book.id, number_leases.c.closed_at.is_(None))
        .values(closed_at=tx.now, closed_why=End.RESTORED.value)
    )
    # Their papers came out, or their visitors have long read the screen: nothing is printed out of the past.
    connection.execute(
        update(print_jobs)
        .where(print_jobs.c.hall_id == book.id, print_jobs.c.state.in_(("waiting", "printing")))
        .values(state="failed", error="printer.error.too_late", claimed_at=None, claimed_by=None)
    )
    tx.record(HallRestored(copied_at))
    return gaps
