"""The migrations make exactly the tables that the code uses, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from hall.records import migrate
from hall.records.database import Database
from hall.records.tables import halls, metadata
from hall.records.types import Instant


def same_type(context, inspected, declared, inspected_type, declared_type):
    """Moments are whole numbers in the database."""
    return False if isinstance(declared_type, Instant) else None


def test_the_migrated_tables_are_the_declared_ones(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type})
        assert compare_metadata(context, metadata) == []


def test_every_table_and_every_index_is_there(database: Database):
    found = inspect(database.engine)
    assert set(metadata.tables) <= set(found.get_table_names())
    for table in metadata.sorted_tables:
        there = {one["name"] for one in found.get_indexes(table.name)}
        assert {one.name for one in table.indexes} <= there


def test_migrating_again_changes_nothing(database: Database):
    with database.read() as connection:
        before = connection.execute(select(halls)).all()
    migrate.upgrade(database.engine)
    with database.read() as connection:
        assert connection.execute(select(halls)).all() == before


def test_a_new_file_is_migrated_from_nothing(tmp_path):
    database = Database(f"sqlite:///{(tmp_path / 'new' / 'hall.db').as_posix()}")
    migrate.upgrade(database.engine)
    with database.read() as connection:
        assert connection.execute(select(halls)).all() == []
    database.engine.dispose()
