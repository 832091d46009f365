"""Rectifications and mystery visits, and their counts in the summaries."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("rectified", "unrectified", "mystery_visits", "mystery_scores")

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _refers(name: str, to: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "mystery_visits",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("visited_at", sa.BigInteger(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("window_id", ID, nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by_id", ID, nullable=False),
        _refers("hall_id", "halls", "mystery_visits"),
        _refers("window_id", "windows", "mystery_visits"),
        _refers("entered_by_id", "accounts", "mystery_visits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mystery_visits")),
    )
    op.create_index("ix_mystery_visits_day", "mystery_visits", ["hall_id", "business_day"])
    op.create_table(
        "rectifications",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("mystery_visit_id", ID, nullable=True),
        sa.Column("standard", sa.String(64), nullable=True),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("business_id", ID, nullable=True),
        sa.Column("window_id", ID, nullable=True),
        sa.Column("clerk_id", ID, nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by_id", ID, nullable=True),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("overdue_at", sa.BigInteger(), nullable=True),
        sa.Column("rectified_at", sa.BigInteger(), nullable=True),
        sa.Column("rectified_by_id", ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _refers("hall_id", "halls", "rectifications"),
        _refers("ticket_id", "tickets", "rectifications"),
        _refers("mystery_visit_id", "mystery_visits", "rectifications"),
        _refers("business_id", "businesses", "rectifications"),
        _refers("window_id", "windows", "rectifications"),
        _refers("clerk_id", "accounts", "rectifications"),
        _refers("opened_by_id", "accounts", "rectifications"),
        _refers("rectified_by_id", "accounts", "rectifications"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectifications")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_rectifications_ticket_id")),
        sa.UniqueConstraint("mystery_visit_id", name=op.f("uq_rectifications_mystery_visit_id")),
        sa.UniqueConstraint(
            "hall_id",
            "standard",
            "business_day",
            name=op.f("uq_rectifications_hall_id_standard_business_day"),
        ),
    )
    op.create_index("ix_rectifications_due", "rectifications", ["hall_id", "due_day"])
    still_open = sa.text("rectified_at IS NULL")
    op.create_index(
        "ix_rectifications_open",
        "rectifications",
        ["hall_id", "due_at"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    for name in ("summaries", "summary_months"):
        for count in COUNTS:
            op.add_column(name, sa.Column(count, sa.Integer(), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    for name in ("summaries", "summary_months"):
        for count in COUNTS:
            op.drop_column(name, count)
    op.drop_table("rectifications")
    op.drop_table("mystery_visits")
