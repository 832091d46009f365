"""The device list: everything that can break in a hall, how it is and since when; `hall/web/api/admin.py`
sends it. Token hashes never leave the records.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from hall.actions.accounts import is_paired_with_a_browser
from hall.events import iso
from hall.records import heartbeats
from hall.records.book import Book
from hall.records.tables import devices
from hall.rules.devices import health_of, troubles

FORGOTTEN_AFTER = timedelta(days=1)
"""A screen that nobody paired was perhaps only looked at: a day later it is no longer missed."""

_DEVICES = (
    select(devices)
    .where(devices.c.hall_id == bindparam("hall"), devices.c.retired.is_(False))
    .order_by(devices.c.id)
)


def device_list(connection: Connection, book: Book, now: datetime) -> dict[str, Any]:
    """Every configured device; and `others`: the voice, the copies, the server's clock, and screens that are
    open without being paired.
    """
    known = connection.execute(_DEVICES, {"hall": book.id})
    others = (_other(book, row, now) for row in heartbeats.others(connection, book.id))
    return {
        "now": iso(now),
        "devices": [_device(book, row, now) for row in known],
        "others": [one for one in others if one is not None],
    }


def _device(book: Book, row: Row[Any], now: datetime) -> dict[str, Any]:
    window = book.windows.get(row.window_id)
    pairs = is_paired_with_a_browser(row.kind, row.settings)
    paired, driver = row.token_hash is not None, row.settings.get("driver")
    return {
        "code": row.code,
        "kind": row.kind,
        "name": row.name,
        "driver": driver,
        "window": window.number if window else None,
        "zone": _zone(book, row.zone_id),
        "pairs": pairs,
        "paired": paired,
        "seen_at": iso(row.seen_at) if row.seen_at else None,
        "status": row.status,
        **_health(row.kind, driver, paired or not pairs, row, now),
    }


def _other(book: Book, row: Row[Any], now: datetime) -> dict[str, Any] | None:
    """None for a place that is no longer configured, and for a screen long gone."""
    kind, _, place = row.source.partition(":")
    zone = next((one.id for one in book.zones.values() if kind == "zone" and one.code == place), None)
    window = next((one.number for one in book.windows.values() if str(one.number) == place), None)
    if (kind == "zone" and zone is None) or (kind == "window" and window is None):
        return None
    if kind not in heartbeats.OF_THE_SERVER and now - row.seen_at > FORGOTTEN_AFTER:
        return None
    return {
        "source": row.source,
        "kind": kind if kind in (*heartbeats.OF_THE_SERVER, "window") else "board",
        "window": window if kind == "window" else None,
        "zone": _zone(book, zone),
        "seen_at": iso(row.seen_at),
        "status": row.status,
        **_health(kind, None, True, row, now),
    }


def _zone(book: Book, zone_id: int | None) -> dict[str, str] | None:
    zone = book.zones.get(zone_id or 0)
    return {"code": zone.code, "name": zone.name, "name_en": zone.name_en} if zone else None


def _health(kind: str, driver: str | None, paired: bool, row: Row[Any], now: datetime) -> dict[str, Any]:
    status = row.status or {}
    state = health_of(kind, driver, paired, row.seen_at, status, now)
    return {"state": state.value, "troubles": [one.words for one in troubles(status)]}
