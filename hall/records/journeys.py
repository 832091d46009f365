"""The beginning and the end of a transaction, in one journey to PostgreSQL each.

It takes several statements in one message where their values are written out; the driver by itself makes a
journey of BEGIN, of each statement and of COMMIT. So BEGIN travels with what is read first, and COMMIT with
what is stored last. SQLite is asked one by one: it sits in this process. For hall/records/database.py.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from psycopg import sql
from sqlalchemy import Connection

from hall.records.prepared import Errand, Prepared, Values, cursor_of, execute

_PLACE = re.compile(r"\$(\d+)")


def begin(connection: Connection, words: str = "BEGIN") -> None:
    """Begins a transaction by these words. Like `begin_and_look` for PostgreSQL, and the first thing that is
    said on a connection: one that has been dead for a while shows it now.
    """
    with _talking(connection) as cursor:
        _say(connection, cursor, words)


def begin_and_look(connection: Connection, statement: Prepared, values: Values) -> Any:
    """Begins a transaction and reads the first row of a statement, None where there is none."""
    with _talking(connection) as cursor:
        _say(connection, cursor, f"BEGIN; {_written_out(connection, statement, values)}")
        cursor.nextset()
        row = cursor.fetchone()
    return statement.row(connection, values, row) if row is not None else None


def commit_with(connection: Connection, errands: Sequence[Errand]) -> None:
    """Runs these errands in their order and commits; on either database."""
    if connection.dialect.name == "postgresql":
        words = [_written_out(connection, one.statement, values) for one in errands for values in one.values]
        with cursor_of(connection) as cursor:
            _say(connection, cursor, "; ".join([*words, "COMMIT"]))
    else:
        for one in errands:
            one.run(connection)
    connection.commit()


def _talking(connection: Connection) -> Any:
    """The driver's cursor, while the driver begins no transaction by itself."""
    return cursor_of(connection.execution_options(isolation_level="AUTOCOMMIT"))


def _say(connection: Connection, cursor: Any, words: str) -> None:
    """Several statements at once are never prepared."""
    execute(connection, partial(cursor.execute, prepare=False), words)


def _written_out(connection: Connection, statement: Prepared, values: Values) -> str:
    """The statement with its values in it, as the driver itself quotes them."""
    driver: Any = connection.connection.driver_connection
    text, ordered = statement.as_sent(connection, values)
    words = [sql.Literal(value).as_string(driver) for value in ordered]
    return _PLACE.sub(lambda place: words[int(place[1]) - 1], text)
