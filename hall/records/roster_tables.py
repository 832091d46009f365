"""The tables of the roster: who works when at which window. Read through tables.py, which knows all tables.

A clerk begins one shift at a time, and so does a window. `roster_days.edition` goes up with every change of a
day: a change or plan that was made for an older edition is refused. Times of day are minutes after midnight.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hall.records.columns import id_column, metadata, refers_to
from hall.records.types import Id, Instant, Json

roster_days = Table(
    "roster_days",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("business_day", Date, primary_key=True),
    Column("edition", Integer, nullable=False),
)

shifts = Table(
    "shifts",
    metadata,
    id_column(),
    refers_to("halls"),
    Column("business_day", Date, nullable=False),
    refers_to("accounts", "clerk_id"),
    refers_to("windows", nullable=True),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("breaks", Json, nullable=False),
    UniqueConstraint("hall_id", "business_day", "clerk_id", "begins"),
    UniqueConstraint("hall_id", "business_day", "window_id", "begins"),
)

absences = Table(
    "absences",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("accounts", "clerk_id"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("note", Text),
    Column("ended", Boolean, nullable=False, default=False),
    Index("ix_absences_days", "hall_id", "last_day"),
)

# AB posts: who takes over when the clerk of this window, or of this business, is absent.
backup_posts = Table(
    "backup_posts",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("windows", nullable=True),
    refers_to("businesses", "business_id", nullable=True),
    refers_to("accounts", "clerk_id"),
    UniqueConstraint("hall_id", "window_id"),
    UniqueConstraint("hall_id", "business_id"),
)

# A week drawn by the planner: `editions` are those of its days when it was asked for; `state` asked | done |
# failed | applied. `result` holds the shifts, the backups and what is to be expected of them.
roster_plans = Table(
    "roster_plans",
    metadata,
    id_column(),
    refers_to("halls"),
    Column("first_day", Date, nullable=False),
    Column("asked_at", Instant, nullable=False),
    refers_to("accounts", "asked_by_id", nullable=True),
    Column("state", String(8), nullable=False),
    Column("progress", Float, nullable=False),
    Column("editions", Json, nullable=False),
    Column("settings_version", Integer, nullable=False),
    Column("result", Json),
)
