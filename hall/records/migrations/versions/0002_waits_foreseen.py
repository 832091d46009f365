"""What the look-ahead foresees, and how well its ranges hold."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wait_forecasts",
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("took_seconds", sa.Float(), nullable=False),
        sa.Column("outlooks", JSON, nullable=False),
        sa.Column("places", JSON, nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_wait_forecasts_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "made_at", name=op.f("pk_wait_forecasts")),
    )
    op.create_table(
        "wait_calibrations",
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("scored_until", sa.BigInteger(), nullable=False),
        sa.Column("state", JSON, nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_wait_calibrations_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_wait_calibrations")),
    )


def downgrade() -> None:
    op.drop_table("wait_calibrations")
    op.drop_table("wait_forecasts")
