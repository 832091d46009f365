"""Staffing advice, the moves of windows, and since when an account is in the house."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _unique(name: str, table: str, column: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, [column], unique=True, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    op.add_column("accounts", sa.Column("signed_in_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "windows",
        sa.Column("move_waits", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "advice",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("cause", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("wanted_by_id", ID, nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(12), nullable=True),
        sa.Column("took_seconds", sa.Float(), nullable=True),
        sa.Column("gap", sa.Float(), nullable=True),
        sa.Column("together", JSON, nullable=True),
        _refers("advice", "hall_id", "halls"),
        _refers("advice", "wanted_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice")),
    )
    op.create_index("ix_advice_hall_id", "advice", ["hall_id", "id"])
    _unique("uq_advice_open", "advice", "hall_id", "state IN ('wanted', 'computing')")
    op.create_table(
        "suggestions",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("advice_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("moves", JSON, nullable=False),
        sa.Column("effect", JSON, nullable=False),
        _refers("suggestions", "hall_id", "halls"),
        _refers("suggestions", "advice_id", "advice"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index("ix_suggestions_advice_id", "suggestions", ["advice_id"])
    op.create_table(
        "adjustments",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("suggestion_id", ID, nullable=True),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("applied_by_id", ID, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by_id", ID, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        _refers("adjustments", "hall_id", "halls"),
        _refers("adjustments", "suggestion_id", "suggestions"),
        _refers("adjustments", "applied_by_id", "accounts"),
        _refers("adjustments", "undone_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
    )
    _unique("uq_adjustments_suggestion_id", "adjustments", "suggestion_id", "undone_at IS NULL")
    op.create_index("ix_adjustments_hall_id", "adjustments", ["hall_id", "id"])
    op.create_table(
        "window_moves",
        sa.Column("id", ID, nullable=False),
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("adjustment_id", ID, nullable=False),
        sa.Column("window_id", ID, nullable=False),
        sa.Column("clerk_id", ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("served", JSON, nullable=False),
        sa.Column("sets", JSON, nullable=False),
        sa.Column("back_to", JSON, nullable=False),
        sa.Column("replaces_id", ID, nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        _refers("window_moves", "hall_id", "halls"),
        _refers("window_moves", "adjustment_id", "adjustments"),
        _refers("window_moves", "window_id", "windows"),
        _refers("window_moves", "clerk_id", "accounts"),
        _refers("window_moves", "replaces_id", "window_moves"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_moves")),
    )
    op.create_index("ix_window_moves_adjustment_id", "window_moves", ["adjustment_id"])
    _unique(
        "uq_window_moves_live",
        "window_moves",
        "window_id",
        "state IN ('asked', 'waiting', 'done', 'reverting')",
    )


def downgrade() -> None:
    for table in ("window_moves", "adjustments", "suggestions", "advice"):
        op.drop_table(table)
    op.drop_column("windows", "move_waits")
    op.drop_column("accounts", "signed_in_at")
