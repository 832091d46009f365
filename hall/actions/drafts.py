"""The plan that a manager is putting together on the what-if page, kept from change to change: for another
tab, another machine, and after a restart of the server, until the day ends.

A draft moves no window, so it leaves nothing in the journal; applying it does (hall/actions/what_if.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from hall.events import iso
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import plan_drafts
from hall.rules.errors import DraftChanged


@dataclass(frozen=True)
class Draft:
    """`version` 0: there is none today."""

    version: int = 0
    changes: Sequence[Mapping[str, Any]] = ()
    saved_at: datetime | None = None

    def told(self) -> dict[str, Any]:
        saved_at = iso(self.saved_at) if self.saved_at else None
        return {"version": self.version, "changes": list(self.changes), "saved_at": saved_at}


def draft_of(connection: Connection, book: Book, account_id: int, today: date) -> Draft:
    """Somebody's draft of today; yesterday's is none."""
    mine = (plan_drafts.c.hall_id == book.id) & (plan_drafts.c.account_id == account_id)
    row = connection.execute(select(plan_drafts).where(mine)).first()
    if row is None or row.business_day != today:
        return Draft()
    return Draft(row.version, row.changes, row.saved_at)


def keep(tx: Tx, book: Book, changes: Sequence[Mapping[str, Any]], seen: int) -> int:
    """Keeps the actor's draft; returns its version. `seen`: the version that was changed.

    Raises DraftChanged when it was changed elsewhere since, or its day is over.
    """
    account_id, today = tx.actor_id or 0, book.day(tx.now)
    if draft_of(tx.connection, book, account_id, today).version != seen:
        raise DraftChanged()
    values = {"changes": list(changes), "version": seen + 1, "business_day": today, "saved_at": tx.now}
    mine = (plan_drafts.c.hall_id == book.id) & (plan_drafts.c.account_id == account_id)
    unchanged = plan_drafts.c.version == seen if seen else plan_drafts.c.business_day != today
    if tx.connection.execute(update(plan_drafts).where(mine, unchanged).values(values)).rowcount == 1:
        return seen + 1
    try:
        tx.connection.execute(insert(plan_drafts).values(hall_id=book.id, account_id=account_id, **values))
    except IntegrityError as error:  # another process kept one meanwhile
        raise DraftChanged() from error
    return seen + 1
