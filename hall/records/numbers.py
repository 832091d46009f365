"""The hall's numbers: one counter per business day and prefix that only ever goes up, and how much of it was
leased to kiosks and not given out. Called by hall/actions/issue.py and leases.py.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from hall.records.prepared import Prepared
from hall.records.tables import number_counters, number_leases, tickets

_COUNT = bindparam("count", type_=Integer)


def _counting(dialect_insert: Any) -> Any:
    first = dialect_insert(number_counters).values(last_number=_COUNT)
    return first.on_conflict_do_update(
        index_elements=["hall_id", "business_day", "prefix"],
        set_={"last_number": number_counters.c.last_number + _COUNT},
    ).returning(number_counters.c.last_number)


_COUNT_UP = Prepared(sqlite=_counting(sqlite.insert), postgresql=_counting(postgresql.insert))
_LAST = select(number_counters.c.last_number).where(
    number_counters.c.hall_id == bindparam("hall"),
    number_counters.c.business_day == bindparam("day"),
    number_counters.c.prefix == bindparam("prefix"),
)
_DAY_OF_PREFIX = (
    number_leases.c.hall_id == bindparam("hall"),
    number_leases.c.business_day == bindparam("day"),
    number_leases.c.prefix == bindparam("prefix"),
)
_LEASED = select(
    func.coalesce(func.sum(number_leases.c.last_number - number_leases.c.first_number + 1), 0)
).where(*_DAY_OF_PREFIX)
_HANDED_IN = (
    select(func.count())
    .select_from(number_leases)
    .join(
        tickets,
        (tickets.c.hall_id == number_leases.c.hall_id)
        & (tickets.c.business_day == number_leases.c.business_day)
        & (tickets.c.prefix == number_leases.c.prefix)
        & tickets.c.number.between(number_leases.c.first_number, number_leases.c.last_number),
    )
    .where(*_DAY_OF_PREFIX)
)


def count_up(connection: Connection, hall_id: int, day: date, prefix: str, count: int = 1) -> int:
    """Takes the next `count` numbers of a prefix on a day, atomically; returns the last of them."""
    values = {"hall_id": hall_id, "business_day": day, "prefix": prefix, "count": count}
    return int(_COUNT_UP.scalar(connection, values))


def last_number(connection: Connection, hall_id: int, day: date, prefix: str) -> int:
    """The highest number that was taken of a prefix on a day; 0 before the first."""
    return connection.execute(_LAST, {"hall": hall_id, "day": day, "prefix": prefix}).scalar() or 0


def leased_unused(connection: Connection, hall_id: int, day: date, prefix: str) -> int:
    """How many numbers of a prefix kiosks hold or held without a ticket that the hall knows of."""
    values = {"hall": hall_id, "day": day, "prefix": prefix}
    leased = connection.execute(_LEASED, values).scalar_one()
    return leased - connection.execute(_HANDED_IN, values).scalar_one() if leased else 0
