"""A live hall for a plan: its windows with who is there, and whom a plan may reckon with. Read by the worker
that answers what-if questions, and again by whoever applies a plan, in the transaction that applies it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from hall.records.book import Book
from hall.records.posts import live_minimum
from hall.records.tables import accounts
from hall.twin.model import Hall
from hall.twin.planned import Person, Staff
from hall.twin.present import certified, staffed

_CLERKS = (
    select(accounts.c.id, accounts.c.username, accounts.c.name, accounts.c.skills)
    .where(accounts.c.hall_id == bindparam("hall"), accounts.c.role == "clerk", accounts.c.retired.is_(False))
    .order_by(accounts.c.id)
)


@dataclass(frozen=True)
class Floor:
    """The hall at `now` (seconds of its day): nobody waits in it. `accounts`: the clerks' ids by username."""

    hall: Hall
    now: float
    staff: Staff
    accounts: Mapping[str, int]


def floor(
    connection: Connection, book: Book, now: datetime, speed: Callable[[int], float] = lambda clerk_id: 1.0
) -> Floor:
    """`speed`: how fast a clerk is, as learnt (1.1 is slower)."""
    here = staffed(connection, book, now)
    hall, at_seconds = here.hall, here.hall.seconds(now)
    rows = connection.execute(_CLERKS, {"hall": book.id}).all()
    ends = [ends for _, ends in hall.open_spans]
    ends += [clerk.staffed[-1][1] for clerk in here.clerks.values() if clerk is not None and clerk.staffed]
    there = {one.id: one.clerk_id for one in here.standing if here.clerks[one.id] is not None}
    return Floor(
        hall,
        at_seconds,
        Staff(
            closes=max((one for one in ends if one > at_seconds), default=at_seconds),
            at=there,
            people={row.id: Person(certified(book, row.skills), speed(row.id), row.name) for row in rows},
            paused=frozenset(one.id for one in here.standing if one.state == "paused"),
            minimum=live_minimum(book, now),
        ),
        {row.username: row.id for row in rows},
    )
