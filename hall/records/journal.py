"""The hall's event journal: numbered without gaps per hall, one row per event, appended inside the action's
own transaction. Whoever looks far back reads `every_event`, the journal with its archive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, union_all, update

from hall.events import Event, Recorded
from hall.records.prepared import Errand, Prepared, PreparedRows
from hall.records.tables import archived_events, events, halls

every_event = union_all(select(archived_events), select(events)).subquery("every_event")
"""The whole journal. A look at what happened lately is quicker at `events` alone."""

_COUNT_TO = Prepared(
    update(halls).where(halls.c.id == bindparam("hall")).values(journal_seq=bindparam("last"))
)
_APPEND = PreparedRows(events, "hall_id", "seq", "at", "type", "ticket_id", "actor_kind", "actor_id", "data")
_AFTER, _EVER_AFTER = (
    select(table)
    .where(table.c.hall_id == bindparam("hall"), table.c.seq > bindparam("after"))
    .order_by(table.c.seq)
    .limit(bindparam("most"))
    for table in (events, every_event)
)
_LATEST_AT = (
    select(events.c.at).where(events.c.hall_id == bindparam("hall")).order_by(events.c.seq.desc()).limit(1)
)
_LATEST = select(halls.c.journal_seq).where(halls.c.id == bindparam("hall"))


@dataclass(frozen=True)
class Entry:
    """An event that is to be appended: what happened, when, by whom, in which hall."""

    event: Event
    at: datetime
    actor_kind: str
    actor_id: int | None
    hall_id: int


def appending(
    connection: Connection, entries: Sequence[Entry], seq: int
) -> tuple[list[Recorded], list[Errand]]:
    """Numbers events of one hall from behind `seq`, its counter as this transaction sees and holds it; and
    what is to be run to store them. The counter is raised with them: the numbers have no gaps.
    """
    if not entries:
        return [], []
    recorded, rows = [], []
    for number, entry in enumerate(entries, start=seq + 1):
        row = Recorded(entry.hall_id, number, entry.at, entry.event.type(), entry.event.data())
        recorded.append(row)
        rows.append(
            {
                "hall_id": row.hall_id,
                "seq": number,
                "at": row.at,
                "type": row.type,
                "ticket_id": row.data.get("ticket_id"),
                "actor_kind": entry.actor_kind,
                "actor_id": entry.actor_id,
                "data": row.data,
            }
        )
    count_to = Errand(_COUNT_TO, [{"hall": recorded[0].hall_id, "last": recorded[-1].seq}])
    return recorded, [count_to, _APPEND.errand(connection, rows)]


def after(connection: Connection, hall_id: int, seq: int, most: int) -> list[Recorded]:
    """Up to `most` events after number `seq`, in order."""
    values = {"hall": hall_id, "after": seq, "most": most}
    rows = connection.execute(_AFTER, values).all()
    if rows and rows[0].seq != seq + 1:  # the numbers have no gaps: what is missing is in the archive
        rows = connection.execute(_EVER_AFTER, values).all()
    return [Recorded(row.hall_id, row.seq, row.at, row.type, row.data) for row in rows]


def latest(connection: Connection, hall_id: int) -> int:
    """The number of the newest event, 0 in a hall where nothing happened yet."""
    return connection.execute(_LATEST, {"hall": hall_id}).scalar_one()


def latest_at(connection: Connection, hall_id: int) -> datetime | None:
    """When the newest event was; None in a hall where nothing happened yet."""
    return connection.execute(_LATEST_AT, {"hall": hall_id}).scalar()
