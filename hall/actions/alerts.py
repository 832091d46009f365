"""Alerts raised, told, taken and ended. hall/rounds.py looks every half minute; a manager acknowledges.

Each server process looks; what is decided is written in the hall's own lane after a second look at the alerts
that stand, so that two processes never raise or tell the same one twice.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from hall.actions import advice
from hall.config_alerts import Alerts, alerts_of
from hall.events import AlertAcknowledged, AlertChanged, AlertEnded, AlertTold, iso
from hall.records import readings
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import alert_messages, alerts
from hall.rules.alerts import Alert, Change, Decision, Level, Reading, Told, decide
from hall.rules.errors import AlertOver, UnknownAlert

OF_WAITING = frozenset({"longest_wait", "over_target", "no_window", "window_saturation", "hall_saturation"})
"""Alerts that moving windows may answer: staffing advice is wanted when one rises."""

_STANDING = select(alerts).where(
    alerts.c.hall_id == bindparam("hall"),
    or_(alerts.c.ended_at.is_(None), alerts.c.ended_at >= bindparam("since", type_=alerts.c.ended_at.type)),
).order_by(alerts.c.id)  # fmt: skip


def measure(connection: Connection, book: Book, now: datetime) -> list[Reading]:
    """What the alerts go by. A hall that is closed has nobody to warn: what stood ends."""
    return readings.readings(connection, book, now) if book.opening(now).open_now else []


def changes(connection: Connection, book: Book, found: list[Reading], now: datetime) -> list[Decision]:
    """What these readings change, given the alerts that stand in the database now."""
    settings = alerts_of(book.settings)
    timing = settings.timing()
    values = {"hall": book.id, "since": now - timing.repeat}
    standing = [_alert(row) for row in connection.execute(_STANDING, values)]
    return decide(found, standing, settings.thresholds(), timing, now)


def keep(tx: Tx, book: Book, found: list[Reading]) -> None:
    """Writes what these readings change, with the journal rows and the messages to other systems."""
    settings = alerts_of(book.settings)
    for decision in changes(tx.connection, book, found, tx.now):
        if decision.change in (Change.RAISED, Change.WORSENED) and decision.reading.indicator in OF_WAITING:
            advice.want_after_alert(tx, book)
        alert_id = _keep_one(tx, decision)
        _record(tx, decision, alert_id)
        if decision.is_news:
            _leave_messages(tx, settings, decision, alert_id)


def acknowledge(tx: Tx, book: Book, alert_id: int, note: str | None) -> None:
    """Somebody takes an alert on: it is not told again unless it grows worse.

    Raises UnknownAlert; AlertOver when it has ended or somebody else took it.
    """
    mine = (alerts.c.id == alert_id) & (alerts.c.hall_id == book.id)
    row = tx.connection.execute(select(alerts).where(mine)).first()
    if row is None:
        raise UnknownAlert(alert=alert_id)
    free = alerts.c.ended_at.is_(None) & alerts.c.acknowledged_at.is_(None)
    taken = tx.connection.execute(
        update(alerts)
        .where(mine, free)
        .values(acknowledged_at=tx.now, acknowledged_by_id=tx.actor_id, note=note)
    )
    if taken.rowcount != 1:
        raise AlertOver(alert=alert_id)
    level = Level(row.level).name.lower()
    tx.record(AlertAcknowledged(alert_id, row.indicator, row.scope, level, tx.actor_id or 0))


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        row.id,
        row.indicator,
        row.scope,
        Level(row.level),
        row.changed_at,
        Told(row.told_at, Level(row.told_level)),
        row.acknowledged_at,
        row.escalated_at,
        row.ended_at,
    )


def _keep_one(tx: Tx, decision: Decision) -> int:
    """The alert's row after this decision; returns its id."""
    alert, reading, now = decision.alert, decision.reading, tx.now
    if alert is None:
        raised = {
            "hall_id": tx.hall_id,
            "indicator": reading.indicator,
            "scope": reading.scope,
            "worst_level": decision.level,
            "raised_at": now,
            "changed_at": now,
            **_measured(decision),
        }
        return tx.connection.execute(insert(alerts).returning(alerts.c.id), raised).scalar_one()
    if decision.change is Change.ENDED:  # the last that was measured stays as its evidence
        values: dict[str, Any] = {"ended_at": now}
    else:
        values = _measured(decision)
    if decision.change in (Change.WORSENED, Change.EASED):
        values["changed_at"] = now
    if decision.change is Change.WORSENED:  # what somebody took on was less than this
        values |= {"worst_level": decision.level, "acknowledged_at": None, "acknowledged_by_id": None}
        values["escalated_at"] = None
    if decision.change is Change.ESCALATED:
        values["escalated_at"] = now
    tx.connection.execute(update(alerts).where(alerts.c.id == alert.id).values(**values))
    return alert.id


def _measured(decision: Decision) -> dict[str, Any]:
    return {
        "level": int(decision.level),
        "value": float(decision.reading.value),
        "detail": dict(decision.reading.detail),
        "told_at": decision.told.at,
        "told_level": int(decision.told.level),
    }


def _record(tx: Tx, decision: Decision, alert_id: int) -> None:
    named = (alert_id, decision.reading.indicator, decision.reading.scope, decision.level.name.lower())
    if decision.change is Change.ENDED:
        tx.record(AlertEnded(*named))
    elif decision.is_news:
        tx.record(AlertTold(*named, decision.change.value))
    else:
        tx.record(AlertChanged(*named, decision.change.value))


def _leave_messages(tx: Tx, settings: Alerts, decision: Decision, alert_id: int) -> None:
    """One message for each webhook that hears of this level; hall/webhooks.py sends them after the commit."""
    reading, level = decision.reading, decision.level.name.lower()
    for hook in settings.webhooks:
        if level not in hook.levels:
            continue
        body = {
            "alert": alert_id,
            "indicator": reading.indicator,
            "scope": reading.scope,
            "level": level,
            "change": decision.change.value,
            "value": round(reading.value, 3),
            "detail": dict(reading.detail),
            "at": iso(tx.now),
        }
        values = {
            "hall_id": tx.hall_id,
            "alert_id": alert_id,
            "url": hook.url,
            "body": body,
            "made_at": tx.now,
            "due_at": tx.now,
            "attempts": 0,
        }
        tx.connection.execute(insert(alert_messages), values)
