"""Every table of the hall. Rows belong to one hall by `hall_id`; a province of halls fits into one database.

Constraints carry the promises: a number is unique per hall, business day and prefix; a window holds one open
step; a clerk signs in at one window; a person has one open ticket per business; a ticket is rated once; a
printer prints one job at a time; the journal has no two rows of one number. What the hall foresees, sums up
and warns of stands in duty_tables.py, who works when in roster_tables.py, what goes on while the server is
away in away_tables.py, staffing advice and the moves of windows in staffing_tables.py, what every write
leaves in journal_tables.py.
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
    text,
)

from hall.records.away_tables import number_leases as number_leases
from hall.records.away_tables import paper_calls as paper_calls
from hall.records.columns import id_column, metadata, refers_to
from hall.records.duty_tables import alert_messages as alert_messages
from hall.records.duty_tables import alerts as alerts
from hall.records.duty_tables import heartbeats as heartbeats
from hall.records.duty_tables import mystery_visits as mystery_visits
from hall.records.duty_tables import rectifications as rectifications
from hall.records.duty_tables import summaries as summaries
from hall.records.duty_tables import summary_marks as summary_marks
from hall.records.duty_tables import summary_months as summary_months
from hall.records.duty_tables import wait_calibrations as wait_calibrations
from hall.records.duty_tables import wait_forecasts as wait_forecasts
from hall.records.journal_tables import archived_events as archived_events
from hall.records.journal_tables import events as events
from hall.records.journal_tables import idempotency_keys as idempotency_keys
from hall.records.roster_tables import absences as absences
from hall.records.roster_tables import backup_posts as backup_posts
from hall.records.roster_tables import roster_days as roster_days
from hall.records.roster_tables import roster_plans as roster_plans
from hall.records.roster_tables import shifts as shifts
from hall.records.staffing_tables import adjustments as adjustments
from hall.records.staffing_tables import advice as advice
from hall.records.staffing_tables import plan_drafts as plan_drafts
from hall.records.staffing_tables import suggestions as suggestions
from hall.records.staffing_tables import window_moves as window_moves
from hall.records.types import Id, Instant, Json, Overtook

halls = Table(
    "halls",
    metadata,
    id_column(),
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
    id_column(),
    refers_to("halls"),
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
    id_column(),
    refers_to("halls"),
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
    id_column(),
    refers_to("halls"),
    refers_to("departments"),
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
    id_column(),
    refers_to("halls"),
    refers_to("businesses", "business_id"),
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
    id_column(),
    refers_to("halls"),
    Column("username", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("badge", Text, nullable=False),
    Column("skills", Json, nullable=False),
    Column("password_hash", Text),
    Column("session_stamp", String(32), nullable=False),
    Column("signed_in_at", Instant),
    Column("retired", Boolean, nullable=False, default=False),
    UniqueConstraint("hall_id", "username"),
)

windows = Table(
    "windows",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("zones"),
    Column("number", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("label_en", Text, nullable=False, server_default=text("''")),
    Column("kind", String(16), nullable=False),
    Column("state", String(8), nullable=False, default="closed"),
    refers_to("accounts", "clerk_id", nullable=True),
    Column("ready_since", Instant),
    Column("pause_reason", Text),
    Column("state_since", Instant, nullable=False),
    Column("move_waits", Boolean, nullable=False, server_default=text("false")),
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
    id_column(),
    refers_to("halls"),
    Column("code", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    refers_to("windows", nullable=True),
    refers_to("zones", nullable=True),
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
    id_column(),
    refers_to("halls"),
    Column("business_day", Date, nullable=False),
    Column("prefix", String(4), nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", String(16), nullable=False),
    refers_to("businesses", "business_id"),
    Column("visitor_class", String(16), nullable=False),
    Column("class_reason", Text),
    Column("source", String(16), nullable=False),
    refers_to("devices", nullable=True),
    refers_to("accounts", "issued_by_id", nullable=True),
    refers_to("accounts", "owner_id", nullable=True),
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
    id_column(),
    refers_to("halls"),
    refers_to("tickets"),
    Column("position", Integer, nullable=False),
    Column("business_day", Date, nullable=False),
    refers_to("businesses", "business_id"),
    Column("visitor_class", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("rank", Integer, nullable=False, default=0),
    refers_to("windows", "pinned_window_id", nullable=True),
    refers_to("windows", nullable=True),
    refers_to("accounts", "clerk_id", nullable=True),
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
        "business_day",
        sqlite_where=text("pinned_window_id IS NOT NULL"),
        postgresql_where=text("pinned_window_id IS NOT NULL"),
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
    # For closing a day. Its condition is one that no question about a line states: PostgreSQL, which may have
    # counted at night, takes each index of who waits for empty, and would read all of this one for each line.
    Index(
        "ix_steps_not_over",
        "hall_id",
        "business_day",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
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
    id_column(),
    refers_to("halls"),
    refers_to("steps"),
    refers_to("tickets"),
    refers_to("windows"),
    refers_to("accounts", "clerk_id"),
    Column("called_at", Instant, nullable=False),
    Column("rule", String(16), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("ratio", Float, nullable=False),
    Column("waited_seconds", Float, nullable=False),
    Column("overtook", Overtook, nullable=False),
    Index("ix_calls_ticket_id", "ticket_id"),
    Index("ix_calls_step_id", "step_id"),
    Index("ix_calls_hall_id", "hall_id", "id"),
)

print_jobs = Table(
    "print_jobs",
    metadata,
    id_column(),
    refers_to("halls"),
    refers_to("tickets"),
    refers_to("devices"),
    Column("reprint", Boolean, nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Instant, nullable=False),
    Column("give_up_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("claimed_by", String(128)),
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
    id_column(),
    refers_to("halls"),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, unique=True),
    refers_to("steps"),
    refers_to("windows"),
    refers_to("accounts", "clerk_id"),
    Column("grade", Integer, nullable=False),
    Column("comment", Text),
    Column("source", String(8), nullable=False),
    Column("rated_at", Instant, nullable=False),
)
