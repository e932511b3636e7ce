"""Heads get a table of their own, steps say what they changed, and what is being sent is fenced.

Until here a head was a link from an order's number to the version that counts over there, and one more to when it
was last seen; its newest version was the one whose posting has the highest number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_POSTINGS = {
    "pick_ticket": ("goods_out",),
    "production_order": ("pre_receipt",),
    "transfer_out": ("goods_out",),
    "transfer_in": ("pre_receipt",),
    "product": ("product", "product_update"),
}
_SEEN = " seen"


def upgrade() -> None:
    """Make the table, move the links into it, and add the column."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    instant = sa.DateTime(timezone=True) if is_postgres else sa.String(32)
    op.add_column("steps", sa.Column("changes", sa.Text))
    op.add_column("postings", sa.Column("lease_number", sa.Integer, nullable=False, server_default="0"))
    op.add_column("postings", sa.Column("not_after", instant))
    op.create_table(
        "breakers",
        sa.Column("system", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("left_alone_until", instant),
    )
    op.create_table(
        "budgets",
        sa.Column("system", sa.Text, primary_key=True),
        sa.Column("minute", instant, nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
    )
    heads = op.create_table(
        "heads",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("newest_key", sa.Text, sa.ForeignKey("facts.key")),
        sa.Column("standing_key", sa.Text, sa.ForeignKey("facts.key")),
        sa.Column("seen_at", instant),
        sa.Column("next_look_at", instant),
        sa.Column("looks", sa.Integer, nullable=False),
    )
    op.create_index("heads_by_look", "heads", ["kind", "next_look_at"])
    kinds: sa.BindParameter[list[str]] = sa.bindparam("kinds", list(_POSTINGS), expanding=True)
    named = sa.text(
        "SELECT kind, reference, external_id FROM links WHERE system = 'bluecherry' AND kind IN :kinds"
    )
    rows = op.get_bind().execute(named.bindparams(kinds)).all()
    for kind, number, standing in rows:
        for head in _head(kind, number, standing, is_postgres=is_postgres):
            op.get_bind().execute(sa.insert(heads).values(head))
    gone = sa.text("DELETE FROM links WHERE system = 'bluecherry' AND kind IN :kinds")
    old = [*_POSTINGS, *(f"{kind}{_SEEN}" for kind in _POSTINGS)]
    op.get_bind().execute(gone.bindparams(sa.bindparam("kinds", old, expanding=True)))
    _look_at_dispatches(is_postgres=is_postgres)


def _look_at_dispatches(*, is_postgres: bool) -> None:
    """Each dispatch that stands is looked at once more; which ones are over, the next look says."""
    at = (
        "TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00'"
        if is_postgres
        else "'1970-01-01T00:00:00.000000+00:00'"
    )
    number = "CASE version WHEN '' THEN 1 ELSE CAST(version AS INTEGER) END"
    op.execute(
        "INSERT INTO heads (source, kind, source_id, version, newest_key, next_look_at, looks)"
        f" SELECT source, kind, source_id, {number}, key, {at}, 0 FROM facts AS told"
        " WHERE source = 'clarus' AND kind = 'dispatch' AND NOT EXISTS (SELECT 1 FROM facts AS later"
        "  WHERE later.source = told.source AND later.kind = told.kind AND later.source_id = told.source_id"
        "  AND later.recorded_at > told.recorded_at)"
    )


def _head(kind: str, number: str, standing: str, *, is_postgres: bool) -> Iterator[dict[str, object]]:
    versions = sa.text(
        "SELECT facts.key, facts.version, postings.occurred_at, postings.created_at FROM facts"
        " JOIN postings ON postings.fact_key = facts.key"
        " WHERE facts.source = 'bluecherry' AND facts.kind = :kind AND facts.source_id = :number"
        " AND postings.kind IN :messages AND postings.reference = :number"
    ).bindparams(sa.bindparam("messages", list(_POSTINGS[kind]), expanding=True), kind=kind, number=number)
    found = sorted(op.get_bind().execute(versions).all(), key=lambda row: (_running(row[1]), row[2], row[3]))
    if found:
        yield {
            "source": "bluecherry",
            "kind": kind,
            "source_id": number,
            "version": len(found),
            "newest_key": found[-1][0],
            "standing_key": standing or None,
            "seen_at": _seen(kind, number, is_postgres=is_postgres),
            "looks": 0,
        }


def _running(version: str) -> int:
    return int(version.partition(".")[2] or 1)


def _seen(kind: str, number: str, *, is_postgres: bool) -> object:
    said = sa.text(
        "SELECT external_id FROM links WHERE system = 'bluecherry' AND kind = :kind AND reference = :number"
    )
    found = op.get_bind().scalar(said.bindparams(kind=f"{kind}{_SEEN}", number=number))
    moment = dt.datetime.fromisoformat(found).astimezone(dt.UTC) if found else None
    return moment if moment is None or is_postgres else moment.isoformat(timespec="microseconds")
