"""Exceptions are kept, with what became of them; and of a posting what a person set otherwise than its fact."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables and the column; nothing was kept of either until here."""
    op.add_column("postings", sa.Column("edited", sa.Text, nullable=False, server_default="{}"))
    is_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if is_postgres else sa.String(32)
    number = sa.BigInteger if is_postgres else sa.Integer
    is_open = sa.text("ended_at IS NULL")
    op.create_table(
        "exceptions",
        sa.Column("identity", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "subject", "what", "owner", "state")),
        sa.Column("since", instant, nullable=False),
        sa.Column("units", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("promised", sa.Date),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("opened_at", instant, nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("assigned_to", "acknowledged_by", "why")),
        sa.Column("until", instant),
        sa.Column("ended_at", instant),
        sa.Column("ended_by", sa.Text, nullable=False),
        sa.Column("healed_by", sa.Text, nullable=False),
        sa.Index("exceptions_open", "kind", sqlite_where=is_open, postgresql_where=is_open),
    )
    op.create_table(
        "exception_steps",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        sa.Column("identity", sa.Text, sa.ForeignKey("exceptions.identity"), nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", instant, nullable=False, index=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("event", "actor", "note")),
    )
