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
    names: dict[str, Any] = {name: bindparam(name) for name in ("hall_id", "business_day", "prefix")}
    first = dialect_insert(number_counters).values(**names, last_number=_COUNT)
    return first.on_conflict_do_update(
        index_elements=list(names), set_={"last_number": number_counters.c.last_number + _COUNT}
    ).returning(number_counters.c.last_number)


counted = _counting(postgresql.insert)
"""What `count_up` does on PostgreSQL, with what `count_values` names."""
_COUNT_UP = Prepared(sqlite=_counting(sqlite.insert), postgresql=counted)
_LAST = select(number_counters.c.last_number).where(
    number_counters.c.hall_id == bindparam("hall"),
    number_counters.c.business_day == bindparam("day"),
    number_counters.c.prefix == bindparam("prefix"),
)


def count_up(connection: Connection, hall_id: int, day: date, prefix: str, count: int = 1) -> int:
    """Takes the next `count` numbers of a prefix on a day, atomically; returns the last of them."""
    return int(_COUNT_UP.scalar(connection, count_values(hall_id, day, prefix, count)))


def count_values(hall_id: int, day: date, prefix: str, count: int = 1) -> dict[str, Any]:
    return {"hall_id": hall_id, "business_day": day, "prefix": prefix, "count": count}


def last_number(connection: Connection, hall_id: int, day: date, prefix: str) -> int:
    """The highest number that was taken of a prefix on a day; 0 before the first."""
    return connection.execute(_LAST, {"hall": hall_id, "day": day, "prefix": prefix}).scalar() or 0
