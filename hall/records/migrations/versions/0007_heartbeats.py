"""When the voice, and screens that nobody paired, were last heard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("source", sa.String(72), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("status", JSON, nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_heartbeats_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "source", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
