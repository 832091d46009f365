"""Where the queues will be in a quarter, half and three quarters of an hour."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wait_forecasts", sa.Column("queues", JSON))


def downgrade() -> None:
    op.drop_column("wait_forecasts", "queues")
