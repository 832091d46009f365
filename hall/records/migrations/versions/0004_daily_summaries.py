"""Daily and monthly summaries, how far into the journal they reach, and an index that finds second visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

COUNTS = (
    "taken", "known", "second_visits", "abandoned", "called", "asked", "late", "elderly_asked",
    "elderly_late", "missed", "held", "transferred", "served", "services", "overtime", "visits", "rated",
    "grades", "negative",
)  # fmt: skip
SECONDS = (
    "waited_seconds", "longest_wait_seconds", "service_seconds", "open_seconds", "open_due_seconds",
    "due_seconds",
)  # fmt: skip

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("summaries", "summary_months"):
        op.create_table(
            name,
            sa.Column("hall_id", ID, nullable=False),
            sa.Column("cut", sa.String(8), nullable=False),
            sa.Column("business_day", sa.Date(), nullable=False),
            sa.Column("subject_id", ID, nullable=False),
            sa.Column("busy", sa.Boolean(), nullable=False),
            *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
            *(sa.Column(name, sa.Float(), nullable=False) for name in SECONDS),
            sa.Column("waits", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f(f"fk_{name}_hall_id")),
            sa.PrimaryKeyConstraint(
                "hall_id", "cut", "business_day", "subject_id", "busy", name=op.f(f"pk_{name}")
            ),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "summary_marks",
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("seq", ID, nullable=False),
        sa.Column("turn", ID, nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("state", JSON, nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_summary_marks_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_summary_marks")),
    )
    known = sa.text("identity_key IS NOT NULL")
    op.create_index(
        "ix_tickets_identity",
        "tickets",
        ["hall_id", "identity_key"],
        sqlite_where=known,
        postgresql_where=known,
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_identity", "tickets")
    op.drop_table("summary_marks")
    op.drop_table("summary_months")
    op.drop_table("summaries")
