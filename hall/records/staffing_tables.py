"""The tables of staffing: what the advisor suggested, which windows were moved, by whom and until when, and
what managers are putting together. Read through tables.py, which knows all tables.
"""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, String, Table, text

from hall.records.columns import id_column, metadata, refers_to
from hall.records.types import Id, Instant, Json

# One advice: `state` wanted → computing → ready | failed. `cause` time | asked | alert. `source` programme |
# threshold; `gap` in minutes of waiting; `together` is what all its suggestions are expected to do.
advice = Table(
    "advice",
    metadata,
    id_column(),
    refers_to("halls"),
    Column("cause", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    Column("wanted_at", Instant, nullable=False),
    refers_to("accounts", "wanted_by_id", nullable=True),
    Column("claimed_at", Instant),
    Column("made_at", Instant),
    Column("source", String(12)),
    Column("took_seconds", Float),
    Column("gap", Float),
    Column("together", Json),
    Index("ix_advice_hall_id", "hall_id", "id"),
    Index(
        "uq_advice_open",
        "hall_id",
        unique=True,
        sqlite_where=text("state IN ('wanted', 'computing')"),
        postgresql_where=text("state IN ('wanted', 'computing')"),
    ),
)

# `moves`: what hall/rules/staffing.py calls moves; `effect`: predicted waits per business touched.
suggestions = Table(
    "suggestions",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("advice", "advice_id"),
    Column("position", Integer, nullable=False),
    Column("moves", Json, nullable=False),
    Column("effect", Json, nullable=False),
    Index("ix_suggestions_advice_id", "advice_id"),
)

# Moves that a manager made together, from a suggestion or by hand. It ends by being undone, or by itself at
# `until`; `ended_at` is when the last window was back.
adjustments = Table(
    "adjustments",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("suggestions", nullable=True),
    Column("applied_at", Instant, nullable=False),
    refers_to("accounts", "applied_by_id"),
    Column("until", Instant),
    Column("undone_at", Instant),
    refers_to("accounts", "undone_by_id", nullable=True),
    Column("ended_at", Instant),
    Index(
        "uq_adjustments_suggestion_id",
        "suggestion_id",
        unique=True,
        sqlite_where=text("undone_at IS NULL"),
        postgresql_where=text("undone_at IS NULL"),
    ),
    Index("ix_adjustments_hall_id", "hall_id", "id"),
)

# One window of an adjustment. `state`: asked (its clerk has not come yet; where the move closed or paused it,
# has not come back yet), waiting (for the ticket at the window), done, reverting (waits for the ticket to go
# back), and ended as reverted, replaced, declined, expired, withdrawn or left (somebody else had changed the
# window). `served`, `sets`, `back_to`: all that the window serves before, with the move, and when it is over,
# as business ids.
window_moves = Table(
    "window_moves",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("adjustments"),
    refers_to("windows"),
    refers_to("accounts", "clerk_id"),
    Column("kind", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    Column("served", Json, nullable=False),
    Column("sets", Json, nullable=False),
    Column("back_to", Json, nullable=False),
    refers_to("window_moves", "replaces_id", nullable=True),
    Column("expires_at", Instant),
    Column("changed_at", Instant, nullable=False),
    Index("ix_window_moves_adjustment_id", "adjustment_id"),
    Index(
        "uq_window_moves_live",
        "window_id",
        unique=True,
        sqlite_where=text("state IN ('asked', 'waiting', 'done', 'reverting')"),
        postgresql_where=text("state IN ('asked', 'waiting', 'done', 'reverting')"),
    ),
)

# What a manager is putting together on the what-if page: one a person, good for its day. `version` goes up
# with every change, so that of two places the second is told.
plan_drafts = Table(
    "plan_drafts",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("business_day", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changes", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
