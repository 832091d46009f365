"""The roster: shifts, absences, AB posts, drawn weeks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_days",
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_roster_days_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "business_day", name=op.f("pk_roster_days")),
    )
    op.create_table(
        "shifts",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("clerk_id", ID, nullable=False),
        sa.Column("window_id", ID, nullable=True),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("breaks", JSON, nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_shifts_hall_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["accounts.id"], name=op.f("fk_shifts_clerk_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_shifts_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint(
            "hall_id",
            "business_day",
            "clerk_id",
            "begins",
            name=op.f("uq_shifts_hall_id_business_day_clerk_id_begins"),
        ),
        sa.UniqueConstraint(
            "hall_id",
            "business_day",
            "window_id",
            "begins",
            name=op.f("uq_shifts_hall_id_business_day_window_id_begins"),
        ),
    )
    op.create_table(
        "absences",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("clerk_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_absences_hall_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["accounts.id"], name=op.f("fk_absences_clerk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_days", "absences", ["hall_id", "last_day"])
    op.create_table(
        "backup_posts",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("window_id", ID, nullable=True),
        sa.Column("business_id", ID, nullable=True),
        sa.Column("clerk_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_backup_posts_hall_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_backup_posts_window_id")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_backup_posts_business_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["accounts.id"], name=op.f("fk_backup_posts_clerk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_posts")),
        sa.UniqueConstraint("hall_id", "window_id", name=op.f("uq_backup_posts_hall_id_window_id")),
        sa.UniqueConstraint("hall_id", "business_id", name=op.f("uq_backup_posts_hall_id_business_id")),
    )
    op.create_table(
        "roster_plans",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("editions", JSON, nullable=False),
        sa.Column("settings_version", sa.Integer(), nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_roster_plans_hall_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_roster_plans_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_plans")),
    )


def downgrade() -> None:
    for table in ("roster_plans", "backup_posts", "absences", "shifts", "roster_days"):
        op.drop_table(table)
