"""Alembic's way into the database: the connection of migrate.py, or a URL given with -x url=… ."""

from alembic import context
from sqlalchemy import JSON

from hall.records.connections import make_engine
from hall.records.tables import metadata
from hall.records.types import Instant


def _plain(kind: str, thing: object, autogen_context: object) -> str | bool:
    """Migrations name only SQLAlchemy's own types, so that they do not change when ours do."""
    if kind == "type" and isinstance(thing, Instant):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(thing, JSON):
        return "JSON"
    return False


def _run(connection: object) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_item=_plain)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with make_engine(context.get_x_argument(as_dictionary=True)["url"]).connect() as opened:
        _run(opened)
        opened.commit()
