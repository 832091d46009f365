"""The tables of what the hall foresees, sums up, warns of and has to rectify, for the duty manager. Read
through tables.py, which knows all tables.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hall.records.columns import id_column, metadata, refers_to
from hall.records.types import Id, Instant, Json
from hall.rules.figures import COUNTS, SECONDS

wait_forecasts = Table(
    "wait_forecasts",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("made_at", Instant, primary_key=True),
    Column("took_seconds", Float, nullable=False),
    Column("outlooks", Json, nullable=False),
    Column("places", Json, nullable=False),
    Column("queues", Json),
)

wait_calibrations = Table(
    "wait_calibrations",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("claimed_at", Instant, nullable=False),
    Column("scored_until", Instant, nullable=False),
    Column("state", Json, nullable=False),
)

# What a day came to, as hall/rules/figures.py counts it: one row per day and `cut` (hour | business | window
# | clerk), its `subject_id` (the hour of the day 0–23, or the row's id in that table), busy hours apart.
# `waits` packs pairs of 32-bit numbers: a ten-second step of the wait, and how many waited so long.
# The same of whole months, under the month's first day: three years are answered from these.
summaries, summary_months = (
    Table(
        name,
        metadata,
        Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
        Column("cut", String(8), primary_key=True),
        Column("business_day", Date, primary_key=True),
        Column("subject_id", Id, primary_key=True, autoincrement=False),
        Column("busy", Boolean, primary_key=True),
        *(Column(count, Integer, nullable=False) for count in COUNTS),
        *(Column(seconds, Float, nullable=False) for seconds in SECONDS),
        Column("waits", LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    for name in ("summaries", "summary_months")
)

# How far the summaries reach into the journal: `seq` is the last event in them, `turn` counts the writers so
# that two never add the same events, `state` is what was under way then.
summary_marks = Table(
    "summary_marks",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("seq", Id, nullable=False),
    Column("turn", Id, nullable=False),
    Column("settled_at", Instant),
    Column("state", Json, nullable=False),
)

# When something of a hall that is no configured device was last heard, and what it said of itself: the voice,
# boards and window screens that are open without being paired (hall/records/heartbeats.py).
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("source", String(72), primary_key=True),
    Column("seen_at", Instant, nullable=False),
    Column("status", Json, nullable=False),
)

# A visit of a mystery visitor (handbook 10), of one window or of the whole hall; `score` 0–100.
mystery_visits = Table(
    "mystery_visits",
    metadata,
    id_column(),
    refers_to("halls"),
    Column("visited_at", Instant, nullable=False),
    Column("business_day", Date, nullable=False),
    refers_to("windows", nullable=True),
    Column("score", Integer, nullable=False),
    Column("finding", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    refers_to("accounts", "entered_by_id"),
    Index("ix_mystery_visits_day", "hall_id", "business_day"),
)

# What is to be rectified (整改, handbook 9 and 10): one row for a negative rating, for a mystery visitor's
# finding, or for a standard that was not met on a day. `due_at` is the closing of the due day. `overdue_at`:
# when it was noticed that this has passed. Done once, by one person.
rectifications = Table(
    "rectifications",
    metadata,
    id_column(),
    refers_to("halls"),
    Column("ticket_id", Id, ForeignKey("tickets.id"), unique=True),
    Column("mystery_visit_id", Id, ForeignKey("mystery_visits.id"), unique=True),
    Column("standard", String(64)),
    Column("business_day", Date, nullable=False),
    refers_to("businesses", "business_id", nullable=True),
    refers_to("windows", nullable=True),
    refers_to("accounts", "clerk_id", nullable=True),
    Column("finding", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    refers_to("accounts", "opened_by_id", nullable=True),
    Column("due_day", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("overdue_at", Instant),
    Column("rectified_at", Instant),
    refers_to("accounts", "rectified_by_id", nullable=True),
    Column("note", Text),
    UniqueConstraint("hall_id", "standard", "business_day"),
    Index("ix_rectifications_due", "hall_id", "due_day"),
    Index(
        "ix_rectifications_open",
        "hall_id",
        "due_at",
        sqlite_where=text("rectified_at IS NULL"),
        postgresql_where=text("rectified_at IS NULL"),
    ),
)

alerts = Table(
    "alerts",
    metadata,
    id_column(),
    refers_to("halls"),
    Column("indicator", String(32), nullable=False),
    Column("scope", String(64), nullable=False),
    Column("level", Integer, nullable=False),
    Column("worst_level", Integer, nullable=False),
    Column("value", Float, nullable=False),
    Column("detail", Json, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("told_level", Integer, nullable=False),
    Column("acknowledged_at", Instant),
    refers_to("accounts", "acknowledged_by_id", nullable=True),
    Column("note", Text),
    Column("escalated_at", Instant),
    Column("ended_at", Instant),
    Index(
        "uq_alerts_standing",
        "hall_id",
        "indicator",
        "scope",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_alerts_ended", "hall_id", "ended_at"),
)

alert_messages = Table(
    "alert_messages",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("alerts"),
    Column("url", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("sent_at", Instant),
    Column("error", Text),
    Index(
        "ix_alert_messages_due",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)
