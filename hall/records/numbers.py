"""The hall's numbers: one counter per business day and prefix that only ever goes up. Called by
hall/actions/issue.py, leases.py and restored.py.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from hall.records.prepared import Prepared
from hall.records.tables import number_counters

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


def count_up(connection: Connection, hall_id: int, day: date, prefix: str, count: int = 1) -> int:
    """Takes the next `count` numbers of a prefix on a day, atomically; returns the last of them."""
    values = {"hall_id": hall_id, "business_day": day, "prefix": prefix, "count": count}
    return int(_COUNT_UP.scalar(connection, values))


def last_number(connection: Connection, hall_id: int, day: date, prefix: str) -> int:
    """The highest number that was taken of a prefix on a day; 0 before the first."""
    return connection.execute(_LAST, {"hall": hall_id, "day": day, "prefix": prefix}).scalar() or 0
