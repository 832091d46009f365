"""Alerts for tests of what is shown: the hall is made to have a reason, and looks at once, as another of its
processes might. The server's own looks, every half minute, come to the same.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, update

from hall.actions import alerts
from hall.config_alerts import Indicators
from hall.records.book import read_book
from hall.records.connections import begin_writing
from hall.records.database import Tx
from hall.records.tables import devices, windows
from tests.hall_server import HallServer

LOST = {"yellow": 3, "orange": 10, "red": 30}
ONLY_LOST_DEVICES = {"indicators": {**dict.fromkeys(Indicators.model_fields), "device_offline": LOST}}
"""Alerts of a hall in which nothing but a lost device raises one."""


def look(server: HallServer) -> None:
    """The hall measures and keeps what that changes of its alerts."""
    database = server.database()
    with database.read() as connection:
        book = read_book(connection, server.hall)
        found = alerts.measure(connection, book, database.clock())

    def keep(tx: Tx) -> None:
        alerts.keep(tx, book, found)

    database.write(book.id, keep)
    database.engine.dispose()


def lose(server: HallServer, device: str) -> None:
    """A device was last heard an hour ago, and the hall has noticed."""
    _set(server, devices, devices.c.code == device, seen_at=datetime.now(UTC) - timedelta(hours=1))
    look(server)


def works_long(server: HallServer, window: int) -> None:
    """A window has been open for two hours and six minutes."""
    then = datetime.now(UTC) - timedelta(hours=2, minutes=6, seconds=1)
    _set(server, windows, windows.c.number == window, state_since=then)


def _set(server: HallServer, table: Table, which: Any, **values: Any) -> None:
    database = server.database()
    with begin_writing(database.engine) as connection:
        hall_id = read_book(connection, server.hall).id
        connection.execute(update(table).where(table.c.hall_id == hall_id, which).values(**values))
    database.engine.dispose()
