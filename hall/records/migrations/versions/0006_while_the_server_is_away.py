"""Numbers leased to kiosks that work alone, and calls that clerks made on paper."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_leases",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=False),
        sa.Column("store", sa.String(32), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("prefix", sa.String(4), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_why", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_number_leases_hall_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_number_leases_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_leases")),
        sa.UniqueConstraint(
            "hall_id",
            "business_day",
            "prefix",
            "first_number",
            name=op.f("uq_number_leases_hall_id_business_day_prefix_first_number"),
        ),
    )
    standing = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_number_leases_open",
        "number_leases",
        ["device_id"],
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "paper_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("window_id", ID, nullable=False),
        sa.Column("clerk_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("why", sa.String(32), nullable=True),
        sa.Column("params", JSON, nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_paper_calls_hall_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_paper_calls_window_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["accounts.id"], name=op.f("fk_paper_calls_clerk_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_paper_calls_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_calls")),
        sa.UniqueConstraint("hall_id", "key", name=op.f("uq_paper_calls_hall_id_key")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_paper_calls_waiting",
        "paper_calls",
        ["hall_id", "business_day", "label"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("paper_calls")
    op.drop_table("number_leases")
