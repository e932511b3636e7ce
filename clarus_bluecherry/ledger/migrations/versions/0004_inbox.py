"""Notices and records that could not be read leave facts and postings for a table of their own.

Until here each was a fact, and a posting to nobody or to ourselves that waited to be looked at or read. Nobody's
lease is taken along: what was being looked at is looked at once more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_FLOWS = "'ingest', 'reprocess', 'confirmations', 'orders out', 'reading'"
"""Who cancelled what could be read after all; everybody else is a person."""
_OURS = "postings.kind IN ('unread', 'look')"
_READ_AFTER_ALL = f"""EXISTS (SELECT 1 FROM steps AS ended
    WHERE ended.posting_key = postings.key AND ended.after = 'cancelled' AND ended.actor IN ({_FLOWS}))"""
_STATE = f"""CASE WHEN postings.state = 'posted' THEN 'done'
    WHEN postings.state = 'cancelled' AND {_READ_AFTER_ALL} THEN 'done'
    WHEN postings.state = 'cancelled' THEN 'left' ELSE 'waiting' END"""
_DUE = """CASE WHEN postings.kind = 'look' AND postings.state NOT IN ('parked', 'posted', 'cancelled')
    THEN COALESCE(postings.next_attempt_at, postings.created_at) END"""
_AFTER = f"""CASE steps.after WHEN 'posted' THEN 'done'
    WHEN 'cancelled' THEN CASE WHEN steps.actor IN ({_FLOWS}) THEN 'done' ELSE 'left' END ELSE 'waiting' END"""
_COLUMNS = (
    "key, source, kind, source_id, version, occurred_at, record, raw, record_name, subject, state, due, reason,"
    " reason_code, read_as, attempts, heard_at, updated_at"
)
_FACT = ", ".join(f"facts.{each}" for each in _COLUMNS.split(", ")[:8])


def upgrade() -> None:
    """Make the tables, and move into them what belongs there, with its history."""
    _make_tables()
    for statement in _MOVES:
        op.execute(statement)


_MOVES = (
    f"INSERT INTO inbox ({_COLUMNS}) SELECT {_FACT}, postings.record_name, '', {_STATE}, {_DUE}, postings.reason,"
    " postings.reason_code, '', postings.attempts, postings.created_at, postings.updated_at"
    f" FROM postings JOIN facts ON facts.key = postings.fact_key WHERE {_OURS}",
    f"INSERT INTO inbox ({_COLUMNS}) SELECT {_FACT}, facts.source_id, '', 'done', NULL, '', '', '', 0,"
    " facts.recorded_at, facts.recorded_at FROM facts WHERE facts.kind IN ('unread', 'notification')"
    " AND NOT EXISTS (SELECT 1 FROM postings WHERE postings.fact_key = facts.key)",
    "INSERT INTO inbox_steps (inbox_key, at, before, after, note, actor) SELECT postings.fact_key, steps.at,"
    f" CASE WHEN steps.before IS NULL THEN NULL ELSE 'waiting' END, {_AFTER}, steps.note, steps.actor"
    f" FROM steps JOIN postings ON postings.key = steps.posting_key WHERE {_OURS} ORDER BY steps.number",
    f"DELETE FROM steps WHERE posting_key IN (SELECT postings.key FROM postings WHERE {_OURS})",
    f"DELETE FROM postings WHERE {_OURS}",
    "DELETE FROM facts WHERE key IN (SELECT key FROM inbox)",
)


def _make_tables() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if is_postgres else sa.String(32)
    number = sa.BigInteger if is_postgres else sa.Integer
    is_due, waits = sa.text("due IS NOT NULL"), sa.text("state = 'waiting'")
    op.create_table(
        "inbox",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("occurred_at", instant, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("raw", sa.Text),
        sa.Column("record_name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        _state("state"),
        sa.Column("due", instant),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("read_as", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("heard_at", instant, nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.Column("taken_by", sa.Text),
    )
    op.create_index("inbox_by_due", "inbox", ["due"], sqlite_where=is_due, postgresql_where=is_due)
    op.create_index("inbox_by_subject", "inbox", ["subject", "due"], sqlite_where=is_due, postgresql_where=is_due)
    op.create_index("inbox_waiting", "inbox", ["kind", "read_as"], sqlite_where=waits, postgresql_where=waits)
    op.create_index("inbox_by_source_id", "inbox", ["kind", "source_id"])
    op.create_table(
        "inbox_steps",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        sa.Column("inbox_key", sa.Text, sa.ForeignKey("inbox.key"), nullable=False, index=True),
        sa.Column("at", instant, nullable=False),
        _state("before", nullable=True),
        _state("after"),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
    )


def _state(column: str, *, nullable: bool = False) -> sa.Column[str]:
    states = sa.Enum(
        "waiting", "done", "left", name=f"{column}_is_a_state", native_enum=False, create_constraint=True
    )
    return sa.Column(column, states, nullable=nullable)
