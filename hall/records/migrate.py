"""Bring a database to today's tables. Called at every start and by `python -m hall migrate`; Alembic keeps
the history of the tables.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from hall.records.connections import begin_writing

FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Runs the migrations that this database has not seen; nothing happens when there are none."""
    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix())
    with begin_writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
