"""Print jobs know which server claimed them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("print_jobs", sa.Column("claimed_by", sa.String(128), nullable=True))


def downgrade() -> None:
    op.drop_column("print_jobs", "claimed_by")
