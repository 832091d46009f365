"""A retry or a double tap gets the first answer: Idempotency-Keys.

The key is stored in the action's own transaction, beside what the action did: either both are there or
neither. Refusals are not kept, for
they changed nothing. Keys are the asker's own, so nobody reads another's answer by guessing a key.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from hall.records.database import Tx
from hall.records.tables import idempotency_keys
from hall.rules.errors import KeyUsedForOther

KEPT = timedelta(days=2)
"""Longer than any client goes on retrying."""

_FIND = select(idempotency_keys.c.request, idempotency_keys.c.status, idempotency_keys.c.answer).where(
    idempotency_keys.c.asker == bindparam("asker"), idempotency_keys.c.key == bindparam("key")
)
_KEEP = insert(idempotency_keys)

Answer = tuple[int, Any]
"""HTTP status and JSON body."""


def once(tx: Tx, asker: str, key: str | None, request: str, run: Callable[[], Answer]) -> Answer:
    """Runs the action unless `asker` already did with this key; `request` is a digest of what was asked.

    Raises KeyUsedForOther when the key came with a different request before.
    """
    if not key:
        return run()
    earlier = tx.connection.execute(_FIND, {"asker": asker, "key": key}).first()
    if earlier is not None:
        if earlier.request != request:
            raise KeyUsedForOther(key=key)
        return earlier.status, earlier.answer
    status, answer = run()
    values = {
        "asker": asker,
        "key": key,
        "request": request,
        "status": status,
        "answer": answer,
        "at": tx.now,
    }
    tx.connection.execute(_KEEP, values)
    return status, answer


def forget_old_keys(tx: Tx) -> None:
    """Removes keys that nobody retries any more."""
    tx.connection.execute(delete(idempotency_keys).where(idempotency_keys.c.at < tx.now - KEPT))
