"""When each device was last heard and what it said; and the same of what is no configured device: the voice,
the copies, the server's clock and screens that are open without being paired. Written by hall/beats.py,
without journal rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from hall.records.database import Tx
from hall.records.tables import devices, heartbeats

Source = int | str
"""A device's id, or the name of something else."""
VOICE, BACKUP, CLOCK = "voice", "backup", "clock"
OF_THE_SERVER = (VOICE, BACKUP, CLOCK)
"""What the server itself says how it is: always there, and no screen."""

_DEVICE = (
    update(devices)
    .where(devices.c.id == bindparam("source"))
    .values(seen_at=bindparam("at"), status=bindparam("said"))
)
_OTHER = (
    update(heartbeats)
    .where(heartbeats.c.hall_id == bindparam("hall"), heartbeats.c.source == bindparam("of"))
    .values(seen_at=bindparam("at"), status=bindparam("said"))
)
_OTHERS = select(heartbeats).where(heartbeats.c.hall_id == bindparam("hall")).order_by(heartbeats.c.source)


@dataclass(frozen=True)
class Beat:
    """One source was there at `at` and said `status`."""

    source: Source
    at: datetime
    status: dict[str, Any]


def keep(tx: Tx, beats: Iterable[Beat]) -> None:
    """Stores the beats of one hall."""
    for beat in beats:
        values = {"at": beat.at, "said": beat.status}
        if isinstance(beat.source, int):
            tx.connection.execute(_DEVICE, {"source": beat.source, **values})
        elif not tx.connection.execute(_OTHER, {"hall": tx.hall_id, "of": beat.source, **values}).rowcount:
            row = {"hall_id": tx.hall_id, "source": beat.source, "seen_at": beat.at, "status": beat.status}
            tx.connection.execute(insert(heartbeats), row)


def others(connection: Connection, hall_id: int) -> list[Row[Any]]:
    """source, seen_at and status of everything that is no device."""
    return list(connection.execute(_OTHERS, {"hall": hall_id}))
