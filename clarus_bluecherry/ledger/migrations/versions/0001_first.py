"""The tables of 0.1.0.

Law of this module: it says what they were, so it takes nothing from `schema`, which says what they are.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

_STATES = "'pending', 'sending', 'accepted', 'posted', 'rejected', 'retrying', 'in_doubt', 'parked', 'cancelled'"


def upgrade() -> None:
    """Make them, empty."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    instant = "TIMESTAMP WITH TIME ZONE" if is_postgres else "VARCHAR(32)"
    number = "BIGSERIAL" if is_postgres else "INTEGER"
    long = "BIGINT" if is_postgres else "INTEGER"
    for statement in _TABLES.format(instant=instant, number=number, long=long, states=_STATES).split(";"):
        if statement.strip():
            op.execute(statement)


_TABLES = """
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE facts (
    key TEXT NOT NULL PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, source_id TEXT NOT NULL,
    version TEXT NOT NULL, occurred_at {instant} NOT NULL, record TEXT NOT NULL, raw TEXT,
    recorded_at {instant} NOT NULL);
CREATE INDEX facts_by_kind ON facts (kind, occurred_at);
CREATE TABLE postings (
    key TEXT NOT NULL PRIMARY KEY, fact_key TEXT NOT NULL REFERENCES facts (key), target TEXT NOT NULL,
    kind TEXT NOT NULL, state VARCHAR(9) NOT NULL CONSTRAINT state_is_a_state CHECK (state IN ({states})),
    occurred_at {instant} NOT NULL, accounting_date DATE, moved_from DATE, record_name TEXT NOT NULL, payload TEXT,
    reference TEXT NOT NULL, control_number TEXT NOT NULL, external_id TEXT NOT NULL, attempts INTEGER NOT NULL,
    next_attempt_at {instant}, reason TEXT NOT NULL, reason_code TEXT NOT NULL, detail TEXT NOT NULL,
    created_at {instant} NOT NULL, updated_at {instant} NOT NULL, lease_owner TEXT, lease_until {instant});
CREATE INDEX ix_postings_fact_key ON postings (fact_key);
CREATE INDEX postings_by_state ON postings (state, target, occurred_at);
CREATE TABLE steps (
    number {number} NOT NULL PRIMARY KEY, posting_key TEXT NOT NULL REFERENCES postings (key),
    at {instant} NOT NULL, before VARCHAR(9) CONSTRAINT before_is_a_state CHECK (before IN ({states})),
    after VARCHAR(9) NOT NULL CONSTRAINT after_is_a_state CHECK (after IN ({states})),
    note TEXT NOT NULL, actor TEXT NOT NULL);
CREATE INDEX ix_steps_posting_key ON steps (posting_key);
CREATE TABLE watermarks (name TEXT NOT NULL PRIMARY KEY, instant {instant} NOT NULL);
CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value {long} NOT NULL);
CREATE TABLE links (
    system TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL, external_id TEXT NOT NULL,
    PRIMARY KEY (system, kind, reference))
"""
