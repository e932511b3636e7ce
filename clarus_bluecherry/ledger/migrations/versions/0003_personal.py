"""Personal data moves into a table of its own, and digests of payloads that have some get a salt.

What is personal is asked of the code that writes new rows, so that old and new ones are alike. A text that is no
JSON any more stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import suppress

import sqlalchemy as sa
from alembic import op

from clarus_bluecherry.model._personal import apart, concealed

revision = "0003"
down_revision = "0002"

_AT_ONCE = 500

_FACTS = sa.table("facts", *map(sa.column, ("key", "kind", "record", "raw")))
_POSTINGS = sa.table("postings", *map(sa.column, ("key", "kind", "payload", "reason")))
_STEPS = sa.table("steps", *map(sa.column, ("number", "posting_key", "note", "changes")))


def upgrade() -> None:
    """Make the table, and move into it what is personal in facts and postings."""
    instant = sa.DateTime(timezone=True) if op.get_bind().dialect.name == "postgresql" else sa.String(32)
    personal = op.create_table(
        "personal",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("erased_at", instant),
        sa.Column("erased_by", sa.Text, nullable=False),
    )
    for row in _rows(_FACTS):
        for part in ("record", "raw"):
            _move(personal, _FACTS, row, part)
    for row in _rows(_POSTINGS):
        payload, salt = _move(personal, _POSTINGS, row, "payload")
        if salt:
            _clean(row, payload, salt)


def _rows(table: sa.TableClause) -> Iterator[sa.RowMapping]:
    """Every row, some at a time."""
    last = ""
    while True:
        some = sa.select(table).where(table.c.key > last).order_by(table.c.key).limit(_AT_ONCE)
        found = op.get_bind().execute(some).mappings().all()
        if not found:
            return
        yield from found
        last = found[-1]["key"]


def _move(
    personal: sa.Table, table: sa.TableClause, row: sa.RowMapping, part: str
) -> tuple[dict[str, object], str]:
    """Move what is personal in one column; the whole of it, and the salt where there was any."""
    plain = _read(row[part])
    rest, fields = apart(plain, column=part, kind=row["kind"])
    if not fields:
        return plain, ""
    salt = secrets.token_hex(16)
    new = {"owner": row["key"], "part": part, "fields": json.dumps(fields), "salt": salt, "erased_by": ""}
    op.get_bind().execute(sa.insert(personal).values(new))
    text = json.dumps(rest, sort_keys=True)
    op.get_bind().execute(sa.update(table).where(table.c.key == row["key"]).values({part: text}))
    return plain, salt


def _clean(row: sa.RowMapping, payload: dict[str, object], salt: str) -> None:
    """Reasons that quote the message lose what is personal, and its digests get the salt."""
    reason = concealed(row["reason"], payload)
    if reason != row["reason"]:
        here = sa.update(_POSTINGS).where(_POSTINGS.c.key == row["key"])
        op.get_bind().execute(here.values(reason=reason))
    for step in (
        op.get_bind().execute(sa.select(_STEPS).where(_STEPS.c.posting_key == row["key"])).mappings().all()
    ):
        changes = _read(step["changes"])
        if isinstance(digests := changes.get("payload"), list):
            changes["payload"] = [each and _salted(str(each), salt) for each in digests]
        text = json.dumps(changes, sort_keys=True) if changes else step["changes"]
        new = {"note": concealed(step["note"], payload), "changes": text}
        if new != {name: step[name] for name in new}:
            op.get_bind().execute(sa.update(_STEPS).where(_STEPS.c.number == step["number"]).values(new))


def _salted(digest: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}:{digest}".encode()).hexdigest()[:16]


def _read(text: str | None) -> dict[str, object]:
    with suppress(ValueError, RecursionError):
        found = json.loads(text or "null")
        if isinstance(found, dict):
            return found
    return {}
