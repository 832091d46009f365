"""Copies of a whole database while the hall goes on, and the way back. Called by hall/backup.

A copy is always one SQLite file, whatever the hall runs on: SQLite's own backup of one moment, or from
PostgreSQL every table read in one REPEATABLE READ transaction. No pg_dump: it is not there on every machine,
must fit the server's version, and its files lead back into PostgreSQL only. So a copy can be looked at
anywhere, and a hall can move from either database to the other.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, func, insert, inspect, make_url, select, text

from hall.records import migrate
from hall.records.connections import make_engine
from hall.records.tables import halls, metadata
from hall.rules.errors import CopyBroken, CopyOfOtherVersion, HallIsThere

ROWS_AT_ONCE, PAGES_AT_ONCE = 1000, 4096

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""
QUIET: Progress = lambda share: None  # noqa: E731


def copy_out(url: str, target: Path, progress: Progress) -> None:
    """Writes the database at `url`, as it is at one moment, into the new file `target`.

    Raises CopyOfOtherVersion when a PostgreSQL database was not brought to today's tables, CopyBroken when
    what was written does not hold.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _copy_file(Path(parsed.database or ""), target, progress)
    else:
        _copy_tables(url, target, progress)
    check(target)


def check(file: Path) -> None:
    """Reads a whole copy. Raises CopyBroken."""
    try:
        with closing(sqlite3.connect(file)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            strangers = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise CopyBroken(why=str(error)) from error
    if found != "ok" or strangers is not None:
        raise CopyBroken(why=found if found != "ok" else f"{strangers}")


def copy_in(file: Path, url: str, progress: Progress) -> None:
    """Puts a copy, brought to today's tables, into the PostgreSQL database at `url`: all of it or nothing.
    Raises HallIsThere.
    """
    source, target = make_engine(f"sqlite:///{file.as_posix()}"), make_engine(url)
    try:
        migrate.upgrade(target)
        with source.connect() as reading, target.begin() as writing:
            if writing.execute(select(func.count()).select_from(halls)).scalar_one():
                raise HallIsThere()
            _copy_rows(reading, writing, progress)
            for table in metadata.sorted_tables:
                _go_on_counting(writing, table)
    finally:
        source.dispose()
        target.dispose()


def is_empty(url: str) -> bool:
    """Whether nothing stands at `url` that a restored hall would overwrite."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = Path(parsed.database or "")
        return not file.exists() or file.stat().st_size == 0
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(halls.name):
                return True
            return not connection.execute(select(func.count()).select_from(halls)).scalar_one()
    finally:
        engine.dispose()


def revision(connection: Connection) -> str | None:
    """Which of the migrations a database has seen last."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    return ScriptDirectory(migrate.FOLDER.as_posix()).get_current_head()


def _copy_file(source: Path, target: Path, progress: Progress) -> None:
    """A transaction that only reads holds the moment; writers go on, since the journal is a WAL."""
    if not source.exists():
        raise FileNotFoundError(source)

    def tell(status: int, remaining: int, total: int) -> None:
        progress(1 - remaining / total if total else 1.0)

    with (
        closing(sqlite3.connect(source, isolation_level=None)) as hall,
        closing(sqlite3.connect(target)) as copy,
    ):
        hall.execute("BEGIN")
        hall.execute("SELECT count(*) FROM sqlite_master").fetchone()
        hall.backup(copy, pages=PAGES_AT_ONCE, progress=tell, sleep=0)
        hall.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, which needs no other beside it


def _copy_tables(url: str, target: Path, progress: Progress) -> None:
    source, copy = make_engine(url), make_engine(f"sqlite:///{target.as_posix()}")
    try:
        migrate.upgrade(copy)
        with (
            source.connect().execution_options(isolation_level="REPEATABLE READ") as reading,
            copy.connect() as writing,
        ):
            known = revision(reading)
            if known != newest_revision():
                raise CopyOfOtherVersion(revision=known or "–")
            writing.exec_driver_sql("BEGIN IMMEDIATE")
            _copy_rows(reading, writing, progress)
            writing.commit()
            writing.exec_driver_sql("PRAGMA journal_mode=DELETE")
    finally:
        source.dispose()
        copy.dispose()


def _copy_rows(reading: Connection, writing: Connection, progress: Progress) -> None:
    """Every row of every table, in an order in which what is referred to comes first."""
    tables = metadata.sorted_tables
    counts = {
        table.name: reading.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
    }
    done, total = 0, sum(counts.values()) or 1
    for table in tables:
        wanted = select(table).order_by(*table.primary_key)  # a row may refer to an earlier one of its table
        rows = reading.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE).execute(wanted)
        for part in rows.mappings().partitions(ROWS_AT_ONCE):
            writing.execute(insert(table), [dict(row) for row in part])
            done += len(part)
            progress(done / total)


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL counts ids by itself and has not seen those that were put in."""
    column: Any = table.c.get("id")
    if column is None or not column.primary_key:
        return
    newest = connection.execute(select(func.max(column))).scalar()
    if newest is not None:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
        ).scalar()
        if sequence is not None:
            connection.execute(text("SELECT setval(:name, :newest)"), {"name": sequence, "newest": newest})


def engine_of(file: Path) -> Engine:
    """A copy's own engine, for changing what must change before it becomes a hall."""
    return make_engine(f"sqlite:///{file.as_posix()}")
