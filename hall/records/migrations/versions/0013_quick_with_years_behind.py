"""Two indexes without which a look at what lately happened reads years: what earlier days left open, and the
calls of a step.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LEFT_OPEN = sa.text("state IN ('planned', 'waiting', 'missed', 'held')")


def upgrade() -> None:
    op.create_index("ix_calls_step_id", "calls", ["step_id"])
    op.create_index(
        "ix_steps_left_open",
        "steps",
        ["hall_id", "business_day"],
        sqlite_where=LEFT_OPEN,
        postgresql_where=LEFT_OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_steps_left_open", "steps")
    op.drop_index("ix_calls_step_id", "calls")
