"""Sends the messages about alerts to other systems: rows written with the alert, posted after the commit,
tried again with growing pauses, given up after a day. Started by hall/app.py in every server process; a claim
keeps two from posting the same one at once. After a crash a receiver may hear of an alert twice, never not at
all.
"""

import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from flask_socketio import SocketIO
from sqlalchemy import Row, bindparam, select, update

from hall.config_alerts import alerts_of
from hall.records.database import Database
from hall.records.tables import alert_messages, halls
from hall.rules.errors import Refusal
from hall.web.server import Server

LOOK_SECONDS = 3.0
TIMEOUT_SECONDS = 10.0
CLAIM = timedelta(seconds=30)
"""Longer than a try may take; a process that died in it leaves the message to the next."""
PAUSES = (10, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 28800)
"""Seconds before each further try: a day in all."""
log = logging.getLogger(__name__)

_due = alert_messages.c.due_at <= bindparam("now", type_=alert_messages.c.due_at.type)
_DUE = (
    select(alert_messages, halls.c.settings)
    .join(halls, halls.c.id == alert_messages.c.hall_id)
    .where(_due)
    .order_by(alert_messages.c.id)
    .limit(20)
)


class _NoRedirects(HTTPRedirectHandler):
    """A webhook that moves is a mistake of its address, which the sender says instead of following it."""

    def redirect_request(self, *_: Any) -> None:
        return None


_open: Callable[..., Any] = build_opener(_NoRedirects).open


def keep_sending(server: Server, socketio: SocketIO) -> None:
    """Sends what is due, for ever; a database that is away is asked again."""
    while True:
        socketio.sleep(LOOK_SECONDS)
        try:
            send_due(server.database)
        except Refusal as refusal:
            log.warning("webhooks: %s", refusal.code)


def send_due(database: Database) -> int:
    """One try of every message that is due; returns how many were tried."""
    now = database.clock()
    with database.read() as connection:
        due = list(connection.execute(_DUE, {"now": now}))
    return sum(_try(database, row) for row in due)


def _try(database: Database, row: Row[Any]) -> bool:
    """Claims a message and posts it; False when another process was first."""
    claimed_until = database.clock() + CLAIM
    if not change(database, row, row.due_at, due_at=claimed_until, attempts=row.attempts + 1):
        return False
    error = post(row.url, row.body, _secret(row))
    now = database.clock()
    if error is None:
        change(database, row, claimed_until, due_at=None, sent_at=now, error=None)
        return True
    log.warning("%s: %s", row.url, error)
    again = _next_try(row.attempts, now)
    change(database, row, claimed_until, due_at=again, error=error[:300])
    return True


def post(url: str, body: Any, secret: str | None) -> str | None:
    """Posts one message as JSON; returns what went wrong, None when the other side answered 2xx."""
    data = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if secret:
        headers["X-Hall-Signature"] = "sha256=" + hmac.new(secret.encode(), data, sha256).hexdigest()
    try:
        asked = Request(url, data, headers, method="POST")  # noqa: S310 - the settings allow only http, https
        with _open(asked, timeout=TIMEOUT_SECONDS) as answer:
            answer.read(1024)
    except (URLError, OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _secret(row: Row[Any]) -> str | None:
    """The secret that the hall's settings have for this address now."""
    return next((one.secret for one in alerts_of(row.settings).webhooks if one.url == row.url), None)


def _next_try(attempts: int, now: datetime) -> datetime | None:
    return now + timedelta(seconds=PAUSES[attempts]) if attempts < len(PAUSES) else None


def change(database: Database, row: Row[Any], expected: datetime, **values: Any) -> bool:
    """Changes a message only if it is still due as `expected`."""

    def change(tx: Any) -> bool:
        same = (alert_messages.c.id == row.id) & (alert_messages.c.due_at == expected)
        return bool(tx.connection.execute(update(alert_messages).where(same).values(**values)).rowcount)

    return bool(database.write(row.hall_id, change))
