"""What people are to be told of exceptions is kept before it is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; nobody was told anything until here."""
    instant = sa.DateTime(timezone=True) if op.get_bind().dialect.name == "postgresql" else sa.String(32)
    is_due = sa.text("due IS NOT NULL")
    op.create_table(
        "alerts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("identity", sa.Text, sa.ForeignKey("exceptions.identity"), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("step", "role", "state")),
        sa.Column("called_at", instant, nullable=False),
        sa.Column("due", instant),
        sa.Column("attempts", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("error", "message")),
        sa.Column("sent_at", instant),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", instant),
        sa.Index("alerts_waiting", "due", sqlite_where=is_due, postgresql_where=is_due),
        sa.Index("alerts_by_sending", "sent_at"),
    )
