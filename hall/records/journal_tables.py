"""The tables of what every write leaves: its events in the hall's journal, and its answer by its
Idempotency-Key.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from hall.records.columns import metadata
from hall.records.types import Id, Instant, Json

# The journal; and its days that are over for long, moved there by hall/records/archive.py: read together as
# journal.every_event.
events, archived_events = (
    Table(
        name,
        metadata,
        Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
        Column("seq", Id, primary_key=True, autoincrement=False),
        Column("at", Instant, nullable=False),
        Column("type", String(32), nullable=False),
        Column("ticket_id", Id),
        Column("actor_kind", String(8), nullable=False),
        Column("actor_id", Id),
        Column("data", Json, nullable=False),
        Index(f"ix_{name}_ticket_id", "ticket_id"),
    )
    for name in ("events", "archived_events")
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("asker", String(80), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_idempotency_keys_at", "at"),
)
