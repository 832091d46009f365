"""The tables of what goes on while the server is away: blocks of numbers leased to kiosks, and calls that
clerks made on paper. Read through tables.py, which knows all tables.
"""

from sqlalchemy import Column, Date, Index, Integer, String, Table, UniqueConstraint, text

from hall.records.columns import id_column, metadata, refers_to
from hall.records.types import Instant, Json

# A lease's row is never removed: its numbers were taken from the hall's counter and are its kiosk's for good.
# `store` is the kiosk's own store, told apart from one that was begun anew; `next_number` the first that was
# not given out, as far as the kiosk has told. The kiosk keeps its leases in a table of the same shape.
number_leases = Table(
    "number_leases",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("devices"),
    Column("store", String(32), nullable=False),
    Column("business_day", Date, nullable=False),
    Column("prefix", String(4), nullable=False),
    Column("first_number", Integer, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("next_number", Integer, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("closed_why", String(16)),
    UniqueConstraint("hall_id", "business_day", "prefix", "first_number"),
    Index(
        "ix_number_leases_open",
        "device_id",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

# A call made on paper, as the clerk entered it afterwards. state: done, waiting (for its number to be handed
# in by a kiosk) or conflict; `why` the code of the refusal, whose sentence `params` fill.
paper_calls = Table(
    "paper_calls",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("windows"),
    refers_to("accounts", "clerk_id"),
    refers_to("tickets", nullable=True),
    Column("key", String(40), nullable=False),
    Column("business_day", Date, nullable=False),
    Column("label", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("called_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("entered_at", Instant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("why", String(32)),
    Column("params", Json),
    UniqueConstraint("hall_id", "key"),
    Index(
        "ix_paper_calls_waiting",
        "hall_id",
        "business_day",
        "label",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)
