"""The hall's event journal: numbered without gaps per hall, one row per event, appended inside the action's
own transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from hall.events import Event, Recorded
from hall.records.tables import events, halls

_COUNT_UP = (
    update(halls)
    .where(halls.c.id == bindparam("hall"))
    .values(journal_seq=halls.c.journal_seq + bindparam("count"))
    .returning(halls.c.journal_seq)
)
_APPEND = insert(events)
_AFTER = (
    select(events)
    .where(events.c.hall_id == bindparam("hall"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(bindparam("most"))
)
_LATEST = select(halls.c.journal_seq).where(halls.c.id == bindparam("hall"))


def append(
    connection: Connection,
    hall_id: int,
    now: datetime,
    actor_kind: str,
    actor_id: int | None,
    happened: Sequence[Event],
) -> list[Recorded]:
    """Numbers and stores the events; raising the counter in the same transaction is what keeps the numbers
    gapless.
    """
    if not happened:
        return []
    last = connection.execute(_COUNT_UP, {"hall": hall_id, "count": len(happened)}).scalar_one()
    first = last - len(happened) + 1
    recorded = [
        Recorded(hall_id, seq, now, one.type(), one.data()) for seq, one in enumerate(happened, start=first)
    ]
    connection.execute(
        _APPEND,
        [
            {
                "hall_id": hall_id,
                "seq": one.seq,
                "at": now,
                "type": one.type,
                "ticket_id": one.data.get("ticket_id"),
                "actor_kind": actor_kind,
                "actor_id": actor_id,
                "data": one.data,
            }
            for one in recorded
        ],
    )
    return recorded


def after(connection: Connection, hall_id: int, seq: int, most: int) -> list[Recorded]:
    """Up to `most` events after number `seq`, in order."""
    rows = connection.execute(_AFTER, {"hall": hall_id, "after": seq, "most": most})
    return [Recorded(row.hall_id, row.seq, row.at, row.type, row.data) for row in rows]


def latest(connection: Connection, hall_id: int) -> int:
    """The number of the newest event, 0 in a hall where nothing happened yet."""
    return connection.execute(_LATEST, {"hall": hall_id}).scalar_one()
