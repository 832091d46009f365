"""Statements that every press of a key runs: compiled once, then run on the driver's own cursor.

They are ordinary SQLAlchemy Core statements, the same for both databases, inside the connection's own
transaction; only SQLAlchemy's work around each execution, which costs as much as the statement itself, is
left out. Rows are named tuples. For the verbs' hot statements; everything else is executed the ordinary way.
There is no expanding IN, and no default of a column: what an INSERT stores is named in its values.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, String, Table, Text, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from hall.records.types import Instant

Values = Mapping[str, Any]
Convert = Callable[[Any], Any] | None


@dataclass(frozen=True)
class _Compiled:
    """A statement as the driver takes it: its text, its parameters in order (name, value where none is given,
    how it is stored) and how a row is made of what comes back.
    """

    sql: str
    parameters: Sequence[tuple[str, Any, Convert]]
    row: Callable[[Sequence[Any]], Any]

    def ordered(self, values: Values) -> tuple[Any, ...]:
        found = ((values.get(name, default), store) for name, default, store in self.parameters)
        return tuple(value if store is None else store(value) for value, store in found)


class Prepared:
    """One statement, or one for each dialect where they must differ."""

    def __init__(self, statement: Any = None, **by_dialect: Any) -> None:
        self._statement = statement
        self._by_dialect = by_dialect
        self._compiled: dict[tuple[str, tuple[str, ...]], _Compiled] = {}

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """Every row, as a named tuple."""
        compiled = self._for(connection, values)
        with cursor_of(connection) as cursor:
            execute(connection, cursor.execute, compiled.sql, compiled.ordered(values))
            return [compiled.row(row) for row in cursor.fetchall()]

    def first(self, connection: Connection, values: Values) -> Any:
        """The first row, None where there is none."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first column of the first row, None where there is none."""
        row = self.first(connection, values)
        return row[0] if row is not None else None

    def run(self, connection: Connection, values: Values) -> int:
        """Executes; how many rows it touched."""
        compiled = self._for(connection, values)
        with cursor_of(connection) as cursor:
            execute(connection, cursor.execute, compiled.sql, compiled.ordered(values))
            return int(cursor.rowcount)

    def run_each(self, connection: Connection, values: Sequence[Values]) -> None:
        """Executes once for each of these values, which are of one shape."""
        compiled = self._for(connection, values[0])
        with cursor_of(connection) as cursor:
            execute(connection, cursor.executemany, compiled.sql, [compiled.ordered(one) for one in values])

    def as_sent(self, connection: Connection, values: Values) -> tuple[str, tuple[Any, ...]]:
        """The statement as the driver takes it, and its parameters in order."""
        compiled = self._for(connection, values)
        return compiled.sql, compiled.ordered(values)

    def row(self, connection: Connection, values: Values, row: Sequence[Any]) -> Any:
        """A row that the driver gave, as `rows` gives it."""
        return self._for(connection, values).row(row)

    def _for(self, connection: Connection, values: Values) -> _Compiled:
        dialect = connection.dialect
        known = (dialect.name, tuple(values))
        compiled = self._compiled.get(known)
        if compiled is None:
            statement = self._by_dialect.get(dialect.name, self._statement)
            compiled = self._compiled[known] = _compile(statement, dialect, list(values))
        return compiled


@dataclass(frozen=True)
class Errand:
    """A statement to be run once for each of these values, of one shape; nobody reads what it answers."""

    statement: Prepared
    values: Sequence[Values]

    def run(self, connection: Connection) -> None:
        self.statement.run_each(connection, self.values)


class PreparedRows:
    """An INSERT of rows of one table with values in these columns. On PostgreSQL, where each statement is a
    journey and each parameter costs, one statement with one parameter, however many rows there are.
    """

    def __init__(self, table: Table, *names: str) -> None:
        self._moments = [name for name in names if isinstance(table.c[name].type, Instant)]
        rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
        given = rows.table_valued(*(column(name, _boundless(table.c[name].type)) for name in names))
        self._each = Prepared(insert(table))
        self._all = Prepared(
            insert(table).from_select(names, select(*given.render_derived(with_types=True).c))
        )

    def errand(self, connection: Connection, rows: Sequence[Values]) -> Errand:
        """To store these rows, at least one."""
        if connection.dialect.name == "postgresql":
            return Errand(self._all, [{"rows": [self._as_json(row) for row in rows]}])
        return Errand(self._each, rows)

    def _as_json(self, row: Values) -> Values:
        return {**row, **{name: Instant.stored(row[name]) for name in self._moments}}


def _boundless(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """A column's type for a value on its way there: a length would cut what is too long, and the column
    refuses it.
    """
    return Text() if isinstance(kind, String) else kind


def _compile(statement: Any, engine_dialect: Dialect, names: list[str]) -> _Compiled:
    kind: Any = type(engine_dialect)
    # Parameters by place are what the drivers' plainest cursors take.
    dialect = kind(paramstyle="numeric_dollar" if engine_dialect.name == "postgresql" else "qmark")
    compiled = statement.compile(dialect=dialect, column_keys=names if statement.is_dml else None)
    wanted = [compiled.binds[name] for name in compiled.positiontup or ()]
    columns = statement.exported_columns
    reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        compiled.string,
        [(one.key, one.value, one.type.dialect_impl(dialect).bind_processor(dialect)) for one in wanted],
        _row_maker([column.key for column in columns], reads),
    )


def _row_maker(names: Sequence[str], reads: Sequence[Convert]) -> Callable[[Sequence[Any]], Any]:
    kind = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    converted = [(place, read) for place, read in enumerate(reads) if read is not None]

    def make(row: Sequence[Any]) -> Any:
        values = list(row)
        for place, read in converted:
            values[place] = read(values[place])
        return kind._make(values)

    return make if converted else kind._make


def cursor_of(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return psycopg.RawCursor(driver) if isinstance(driver, psycopg.Connection) else closing(driver.cursor())


def execute(connection: Connection, by: Callable[..., Any], sql: str, *values: Any) -> None:
    """Executes; what the driver refuses is raised as SQLAlchemy's error of the same kind."""
    dialect = connection.dialect
    if not connection.in_transaction():
        connection.begin()
    try:
        by(sql, *values)
    except dialect.loaded_dbapi.Error as error:
        is_gone = dialect.is_disconnect(error, connection.connection, None)
        if is_gone:
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=is_gone, dialect=dialect
        ) from error
