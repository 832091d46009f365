"""Connections to the database: how they are made, begun and given back, on SQLite and on PostgreSQL. For
hall/records/database.py, and for programs that write without a hall at work around them.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from hall.records import green
from hall.records.journeys import begin

Result = TypeVar("Result")
Begun = TypeVar("Begun")

PATIENCE_SECONDS = 5.0
"""How long a write waits for another process that holds SQLite's lock (a backup, an administrator's tool)."""

NOTICES_A_DEAD_LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""libpq's settings: a PostgreSQL that has vanished without a word is an error after half a minute at most,
not after the quarter of an hour that TCP takes by itself; the hall's lane is held meanwhile.
"""


@contextmanager
def begin_writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write: committed at the end of the block, rolled back when it raises.

    On SQLite it takes the write lock at once; one that reads first and writes later could fail half-way.
    """
    with connected(engine, _begin_writing) as (connection, _):
        yield connection
        connection.commit()


@contextmanager
def connected(engine: Engine, begin: Callable[[Connection], Begun]) -> Iterator[tuple[Connection, Begun]]:
    """A connection of the pool with a transaction that was begun by `begin`, and what that found."""
    connection, found = _reached(engine, begin)
    try:
        yield connection, found
    except BaseException:
        _give_back(connection, refused=True)
        raise
    _give_back(connection)


def _reached(engine: Engine, begin: Callable[[Connection], Begun]) -> tuple[Connection, Begun]:
    """A connection and what `begin` found there. One of the pool that has died shows it at the beginning, and
    another is taken. A PostgreSQL that is just starting again is waited for: a restart takes a few seconds,
    and then nobody in the hall notices more than a pause.
    """
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = None
        try:
            connection = engine.connect()
            return connection, begin(connection)
        except BaseException as error:
            if connection is not None:
                _give_back(connection, refused=True)
            lost = isinstance(error, OperationalError) and (
                connection is None or error.connection_invalidated
            )
            if engine.dialect.name == "sqlite" or not lost or time.monotonic() > give_up_at:
                raise
        if connection is None:
            time.sleep(0.1)


def _give_back(connection: Connection, refused: bool = False) -> None:
    """To the pool; what was not committed is undone. On SQLite one in which something was refused is not used
    again: a result that was only half read keeps it in its old picture of the database, whatever is undone.
    """
    if refused and connection.dialect.name == "sqlite":
        connection.invalidate()
    connection.close()


def begin_reading(connection: Connection) -> None:
    """A transaction with one consistent picture of the database."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ")


def look_once(look: Callable[[Connection], Result], connection: Connection) -> Result:
    """What a look of one statement finds, without a transaction around it."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="AUTOCOMMIT")
    return look(connection)


def _begin_writing(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        take_write_lock(connection)
    else:
        begin(connection)


def take_write_lock(connection: Connection) -> None:
    """BEGIN IMMEDIATE, tried again for a while when another process writes.

    SQLite's own patience would stop the whole server meanwhile; this one lets everybody else go on reading.
    """
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > give_up_at:
                raise
        time.sleep(0.02)


def _connect_green(dialect: object, record: object, arguments: list[Any], settings: dict[str, Any]) -> Any:
    return green.connect(*arguments, **settings)


def make_engine(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL, with the settings that durability and ordering rest on."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # The connection last used is the one that has this hall's statements prepared. None is closed after a
        # rush only to be opened again in the next one.
        engine = create_engine(
            parsed,
            pool_size=16,
            max_overflow=0,
            pool_timeout=PATIENCE_SECONDS,
            pool_use_lifo=True,
            connect_args=NOTICES_A_DEAD_LINE,
        )
        event.listen(engine, "do_connect", _connect_green)
        return engine
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, poolclass=QueuePool, pool_size=8, max_overflow=24, connect_args={"timeout": 0.25}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine
