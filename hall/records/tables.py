"""Every table of the hall. Rows belong to one hall by `hall_id`; a province of halls fits into one database.

Constraints carry the promises: a number is unique per hall, business day and prefix; a window holds one open
step; a clerk signs in at one window; a person has one open ticket per business; a ticket is rated once; a
printer prints one job at a time; the journal has no two rows of one number.
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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hall.records.types import Id, Instant, Json, Overtook
from hall.rules.figures import COUNTS, SECONDS

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _to(target: str, name: str | None = None, nullable: bool = False) -> Column[int]:
    return Column(name or f"{target.rstrip('s')}_id", Id, ForeignKey(f"{target}.id"), nullable=nullable)


halls = Table(
    "halls",
    metadata,
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("settings", Json, nullable=False),
    Column("journal_seq", Id, nullable=False, server_default=text("0")),
    Column("settings_version", Integer, nullable=False, server_default=text("1")),
)

zones = Table(
    "zones",
    metadata,
    _id(),
    _to("halls"),
    Column("code", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "code"),
)

departments = Table(
    "departments",
    metadata,
    _id(),
    _to("halls"),
    Column("code", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "code"),
)

businesses = Table(
    "businesses",
    metadata,
    _id(),
    _to("halls"),
    _to("departments"),
    Column("code", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("prefix", String(4), nullable=False),
    Column("settings", Json, nullable=False),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "code"),
)

items = Table(
    "items",
    metadata,
    _id(),
    _to("halls"),
    _to("businesses", "business_id"),
    Column("code", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("details", Json, nullable=False),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "code"),
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _to("halls"),
    Column("username", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("badge", Text, nullable=False),
    Column("skills", Json, nullable=False),
    Column("password_hash", Text),
    Column("session_stamp", String(32), nullable=False),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "username"),
)

windows = Table(
    "windows",
    metadata,
    _id(),
    _to("halls"),
    _to("zones"),
    Column("number", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("label_en", Text, nullable=False, server_default=text("''")),
    Column("kind", String(16), nullable=False),
    Column("state", String(8), nullable=False, default="closed"),
    _to("accounts", "clerk_id", nullable=True),
    Column("ready_since", Instant),
    Column("pause_reason", Text),
    Column("state_since", Instant, nullable=False),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "number"),
    Index("uq_windows_clerk_id", "clerk_id", unique=True),
)

window_businesses = Table(
    "window_businesses",
    metadata,
    Column("window_id", Id, ForeignKey("windows.id"), primary_key=True),
    Column("business_id", Id, ForeignKey("businesses.id"), primary_key=True),
    Column("serves", Boolean, nullable=False),
    Column("own", Boolean, nullable=False),
    Index("ix_window_businesses_business_id", "business_id"),
)

devices = Table(
    "devices",
    metadata,
    _id(),
    _to("halls"),
    Column("code", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    _to("windows", nullable=True),
    _to("zones", nullable=True),
    Column("settings", Json, nullable=False),
    Column("token_hash", String(64), unique=True),
    Column("status", Json),
    Column("seen_at", Instant),
    Column("checked_at", Instant),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "code"),
)

number_counters = Table(
    "number_counters",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("business_day", Date, primary_key=True),
    Column("prefix", String(4), primary_key=True),
    Column("last_number", Integer, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    _to("halls"),
    Column("business_day", Date, nullable=False),
    Column("prefix", String(4), nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", String(16), nullable=False),
    _to("businesses", "business_id"),
    Column("visitor_class", String(16), nullable=False),
    Column("class_reason", Text),
    Column("source", String(16), nullable=False),
    _to("devices", nullable=True),
    _to("accounts", "issued_by_id", nullable=True),
    _to("accounts", "owner_id", nullable=True),
    Column("secret", String(32), nullable=False, unique=True),
    Column("identity_key", String(64)),
    Column("identity_mask", String(24)),
    Column("booked_at", Instant),
    Column("arrived_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("language", String(8), nullable=False),
    Column("ahead_at_issue", Integer, nullable=False),
    Column("low_minutes", Integer),
    Column("high_minutes", Integer),
    UniqueConstraint("hall_id", "business_day", "prefix", "number"),
    Index(
        "uq_tickets_open_identity",
        "hall_id",
        "identity_key",
        "business_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL AND identity_key IS NOT NULL"),
        postgresql_where=text("closed_at IS NULL AND identity_key IS NOT NULL"),
    ),
    Index(
        "ix_tickets_identity",
        "hall_id",
        "identity_key",
        sqlite_where=text("identity_key IS NOT NULL"),
        postgresql_where=text("identity_key IS NOT NULL"),
    ),
)

steps = Table(
    "steps",
    metadata,
    _id(),
    _to("halls"),
    _to("tickets"),
    Column("position", Integer, nullable=False),
    Column("business_day", Date, nullable=False),
    _to("businesses", "business_id"),
    Column("visitor_class", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("rank", Integer, nullable=False, default=0),
    _to("windows", "pinned_window_id", nullable=True),
    _to("windows", nullable=True),
    _to("accounts", "clerk_id", nullable=True),
    Column("entered_at", Instant, nullable=False),
    Column("called_at", Instant),
    Column("latest_call_at", Instant),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("recalls", Integer, nullable=False, default=0),
    Column("returns", Integer, nullable=False, default=0),
    Column("note", Text),
    UniqueConstraint("ticket_id", "position"),
    Index(
        "ix_steps_line",
        "business_id",
        "visitor_class",
        "business_day",
        "queued_at",
        "rank",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_steps_pinned",
        "pinned_window_id",
        sqlite_where=text("state = 'waiting' AND pinned_window_id IS NOT NULL"),
        postgresql_where=text("state = 'waiting' AND pinned_window_id IS NOT NULL"),
    ),
    Index(
        "uq_steps_window_open",
        "window_id",
        unique=True,
        sqlite_where=text("state IN ('called', 'serving')"),
        postgresql_where=text("state IN ('called', 'serving')"),
    ),
    Index("ix_steps_window_day", "window_id", "business_day", "state"),
    Index("ix_steps_served", "business_id", "called_at"),
    Index("ix_steps_day", "hall_id", "business_day", "state"),
)

step_items = Table(
    "step_items",
    metadata,
    Column("step_id", Id, ForeignKey("steps.id"), primary_key=True),
    Column("item_id", Id, ForeignKey("items.id"), primary_key=True),
)

calls = Table(
    "calls",
    metadata,
    _id(),
    _to("halls"),
    _to("steps"),
    _to("tickets"),
    _to("windows"),
    _to("accounts", "clerk_id"),
    Column("called_at", Instant, nullable=False),
    Column("rule", String(16), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("ratio", Float, nullable=False),
    Column("waited_seconds", Float, nullable=False),
    Column("overtook", Overtook, nullable=False),
    Index("ix_calls_ticket_id", "ticket_id"),
    Index("ix_calls_hall_id", "hall_id", "id"),
)

events = Table(
    "events",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("type", String(32), nullable=False),
    Column("ticket_id", Id),
    Column("actor_kind", String(8), nullable=False),
    Column("actor_id", Id),
    Column("data", Json, nullable=False),
    Index("ix_events_ticket_id", "ticket_id"),
)

print_jobs = Table(
    "print_jobs",
    metadata,
    _id(),
    _to("halls"),
    _to("tickets"),
    _to("devices"),
    Column("reprint", Boolean, nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Instant, nullable=False),
    Column("give_up_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("error", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("printed_at", Instant),
    Index(
        "ix_print_jobs_line",
        "device_id",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "uq_print_jobs_printing",
        "device_id",
        unique=True,
        sqlite_where=text("state = 'printing'"),
        postgresql_where=text("state = 'printing'"),
    ),
    Index("ix_print_jobs_ticket_id", "ticket_id"),
)

ratings = Table(
    "ratings",
    metadata,
    _id(),
    _to("halls"),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, unique=True),
    _to("steps"),
    _to("windows"),
    _to("accounts", "clerk_id"),
    Column("grade", Integer, nullable=False),
    Column("comment", Text),
    Column("source", String(8), nullable=False),
    Column("rated_at", Instant, nullable=False),
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

wait_forecasts = Table(
    "wait_forecasts",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("made_at", Instant, primary_key=True),
    Column("took_seconds", Float, nullable=False),
    Column("outlooks", Json, nullable=False),
    Column("places", Json, nullable=False),
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
summaries = Table(
    "summaries",
    metadata,
    Column("hall_id", Id, ForeignKey("halls.id"), primary_key=True),
    Column("cut", String(8), primary_key=True),
    Column("business_day", Date, primary_key=True),
    Column("subject_id", Id, primary_key=True, autoincrement=False),
    Column("busy", Boolean, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    *(Column(name, Float, nullable=False) for name in SECONDS),
    Column("waits", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
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
