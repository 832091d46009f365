"""Alerts as the pages of their recipients show them; hall/web/api/alerts.py sends them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from hall.config_alerts import alerts_of
from hall.events import iso
from hall.i18n import words_for
from hall.records import journal
from hall.records.book import Book
from hall.records.heartbeats import OF_THE_SERVER
from hall.records.tables import accounts, alerts
from hall.rules.alerts import Level

KEPT_FOR = timedelta(hours=12)
"""Alerts that are over are listed so long, so that who comes on duty sees what was."""
MOST = 200

_ALERTS = (
    select(alerts, accounts.c.name.label("taken_by"))
    .outerjoin(accounts, accounts.c.id == alerts.c.acknowledged_by_id)
    .where(
        alerts.c.hall_id == bindparam("hall"),
        or_(
            alerts.c.ended_at.is_(None), alerts.c.ended_at >= bindparam("since", type_=alerts.c.ended_at.type)
        ),
    )
    .order_by(
        alerts.c.ended_at.is_(None).desc(), alerts.c.level.desc(), alerts.c.raised_at.desc(), alerts.c.id
    )
    .limit(MOST)
)


def alert_list(connection: Connection, book: Book, role: str, now: datetime) -> dict[str, Any]:
    """What this role is told: the alerts that stand, the loudest first, then those of the last hours."""
    settings = alerts_of(book.settings)
    rows = connection.execute(_ALERTS, {"hall": book.id, "since": now - KEPT_FOR})
    return {
        "seq": journal.latest(connection, book.id),
        "now": iso(now),
        "sound_from": settings.sound_from,
        "alerts": [
            alert_card(book, row)
            for row in rows
            if role in settings.roles(Level(row.level), row.escalated_at is not None)
        ],
    }


def alert_card(book: Book, row: Row[Any]) -> dict[str, Any]:
    """One alert with the name of its place."""
    return {
        "id": row.id,
        "indicator": row.indicator,
        "scope": row.scope,
        "place": _place(book, row.indicator, row.scope),
        "level": Level(row.level).name.lower(),
        "worst_level": Level(row.worst_level).name.lower(),
        "value": round(row.value, 3),
        "detail": row.detail,
        "raised_at": iso(row.raised_at),
        "told_at": iso(row.told_at),
        "measured_at": iso(max(one for one in (row.told_at, row.changed_at, row.escalated_at) if one)),
        "acknowledged_at": iso(row.acknowledged_at) if row.acknowledged_at else None,
        "acknowledged_by": row.taken_by,
        "note": row.note,
        "escalated": row.escalated_at is not None,
        "ended_at": iso(row.ended_at) if row.ended_at else None,
    }


def _place(book: Book, indicator: str, scope: str) -> dict[str, Any]:
    """What the scope is called: the hall itself where it is empty, the bare scope where it is gone."""
    if not scope:
        return {"kind": "hall", "name": book.name, "name_en": book.name_en}
    if indicator == "device_trouble" and scope in OF_THE_SERVER:
        chinese, english = words_for("zh")(f"device.{scope}"), words_for("en")(f"device.{scope}")
        return {"kind": "device", "name": chinese, "name_en": english}
    if indicator in ("device_offline", "paper_low", "device_trouble"):
        device = next((one for one in book.devices.values() if one.code == scope), None)
        name = device.name if device is not None else scope
        return {"kind": "device", "name": name, "name_en": name}
    business = book.businesses_by_code.get(scope)
    if business is not None:
        return {"kind": "business", "name": business.name, "name_en": business.name_en}
    window = next((one for one in book.windows.values() if str(one.number) == scope), None)
    label = window.label if window is not None else scope
    return {"kind": "window", "name": label, "name_en": window.label_en or label if window else scope}
