"""Indexes that PostgreSQL does not mistake for that of the lines. It may have counted at night, when nobody
waits, and then takes every index of who waits for empty: for each line it read the one for closing a day, in
which everybody is, and for those pinned to a window it read all lines.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LEFT_OPEN = "state IN ('planned', 'waiting', 'missed', 'held')"


def upgrade() -> None:
    op.drop_index("ix_steps_left_open", "steps")
    _create("ix_steps_not_over", ["hall_id", "business_day"], "ended_at IS NULL")
    op.drop_index("ix_steps_pinned", "steps")
    _create("ix_steps_pinned", ["pinned_window_id", "business_day"], "pinned_window_id IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_steps_pinned", "steps")
    _create("ix_steps_pinned", ["pinned_window_id"], "state = 'waiting' AND pinned_window_id IS NOT NULL")
    op.drop_index("ix_steps_not_over", "steps")
    _create("ix_steps_left_open", ["hall_id", "business_day"], LEFT_OPEN)


def _create(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "steps", columns, sqlite_where=only, postgresql_where=only)
