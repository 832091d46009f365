"""A copy of what is configured, for a kiosk that can work alone: rows by table, nothing live, nothing
secret, nothing that is only for the staff. kiosk/alone/store.py writes them into the kiosk's own store, so
that it reads its hall, under the same ids, as the server does.
"""

from typing import Any

from sqlalchemy import Connection, Table, select

from hall.records.book import Book
from hall.records.tables import (
    businesses,
    departments,
    devices,
    halls,
    items,
    window_businesses,
    windows,
    zones,
)

TABLES: tuple[Table, ...] = (zones, departments, businesses, items, windows, window_businesses, devices)
"""In the order in which they refer to one another."""

SETTINGS = ("hours", "closed_days", "open_days", "languages", "rules")
"""What a kiosk needs of a hall's settings; others name recipients and passwords of other systems."""

LEFT_OUT = frozenset(
    {
        "state",
        "clerk_id",
        "ready_since",
        "pause_reason",
        "state_since",
        "token_hash",
        "status",
        "seen_at",
        "checked_at",
    }
)
"""Live columns of windows and devices, and the devices' secrets."""


def of_hall(connection: Connection, book: Book) -> dict[str, Any]:
    """The hall's own row and the rows of TABLES, as JSON values."""
    row = connection.execute(select(halls).where(halls.c.id == book.id)).one()
    hall = {name: getattr(row, name) for name in ("id", "code", "name", "name_en", "timezone")}
    settings = {name: row.settings[name] for name in SETTINGS}
    return {
        "row": {**hall, "settings": settings, "settings_version": row.settings_version},
        "rows": {table.name: _rows(connection, table, book.id) for table in TABLES},
    }


def _rows(connection: Connection, table: Table, hall_id: int) -> list[dict[str, Any]]:
    kept = [column for column in table.c if column.name not in LEFT_OUT]
    wanted = select(*kept)
    if table is window_businesses:
        wanted = wanted.join(windows).where(windows.c.hall_id == hall_id)
    else:
        wanted = wanted.where(table.c.hall_id == hall_id)
    return [dict(row._mapping) for row in connection.execute(wanted.order_by(*table.primary_key))]
