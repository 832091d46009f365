"""A retry or a double tap gets the first answer: Idempotency-Keys.

The key is stored in the transaction of what it asked for, beside what was done: either both are there or
neither. Refusals are not kept, for they changed nothing. Keys are the asker's own, so nobody reads another's
answer by guessing a key. Called by hall/records/database.py for every batch of writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_

from hall.records.prepared import Errand, PreparedRows
from hall.records.tables import idempotency_keys

KEPT = timedelta(days=2)
"""Longer than any client goes on retrying."""

Answer = tuple[int, Any]
"""HTTP status and JSON body."""


@dataclass(frozen=True)
class Key:
    """One asker's key; `request` is a digest of what was asked with it."""

    asker: str
    key: str
    request: str


_FIND = select(idempotency_keys).where(
    tuple_(idempotency_keys.c.asker, idempotency_keys.c.key).in_(bindparam("pairs", expanding=True))
)
_KEEP = PreparedRows(idempotency_keys, "asker", "key", "request", "status", "answer", "at")


def find(connection: Connection, keys: Iterable[Key]) -> dict[tuple[str, str], tuple[str, Answer]]:
    """What was answered before: (asker, key) → (digest of that request, its answer)."""
    pairs = [(one.asker, one.key) for one in keys]
    if not pairs:
        return {}
    rows = connection.execute(_FIND, {"pairs": pairs})
    return {(row.asker, row.key): (row.request, (row.status, row.answer)) for row in rows}


def keep(connection: Connection, answers: Mapping[Key, Answer], now: datetime) -> None:
    """Stores what is answered now."""
    for errand in keeping(connection, answers, now):
        errand.run(connection)


def keeping(connection: Connection, answers: Mapping[Key, Answer], now: datetime) -> list[Errand]:
    """What is to be run for that."""
    rows = [
        {
            "asker": key.asker,
            "key": key.key,
            "request": key.request,
            "status": status,
            "answer": body,
            "at": now,
        }
        for key, (status, body) in answers.items()
    ]
    return [_KEEP.errand(connection, rows)] if rows else []


def forget_old(connection: Connection, now: datetime) -> None:
    """Removes keys that nobody retries any more; done with the first number of a day."""
    connection.execute(delete(idempotency_keys).where(idempotency_keys.c.at < now - KEPT))
