"""Where the journal's days go that are over for long."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archived_events",
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("seq", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("actor_kind", sa.String(8), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_archived_events_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "seq", name=op.f("pk_archived_events")),
    )
    op.create_index("ix_archived_events_ticket_id", "archived_events", ["ticket_id"])


def downgrade() -> None:
    columns = "hall_id, seq, at, type, ticket_id, actor_kind, actor_id, data"
    op.execute(f"INSERT INTO events ({columns}) SELECT {columns} FROM archived_events")  # noqa: S608
    op.drop_table("archived_events")
