"""The table of personal data: written with the rows that refer to it.

Law of this module: a personal value stands here and nowhere else in the ledger. Each owner has a salt, and no
digest of its content is kept without it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import sqlalchemy as sa

from clarus_bluecherry.ledger.schema import personal, text_of
from clarus_bluecherry.model._personal import Fields


def keep(connection: sa.Connection, owner: str, told: Mapping[str, Fields]) -> None:
    """Keep the personal values of a new row."""
    rows = [_row(owner, part, fields, secrets.token_hex(16)) for part, fields in told.items() if fields]
    if rows:
        connection.execute(sa.insert(personal), rows)


def keep_instead(connection: sa.Connection, owner: str, told: Mapping[str, Fields]) -> None:
    """Keep the personal values of columns that have changed in place of those they had."""
    salt = salt_of(connection, owner)
    for part in told:
        connection.execute(sa.delete(personal).where(personal.c.owner == owner, personal.c.part == part))
    rows = [_row(owner, part, fields, salt or secrets.token_hex(16)) for part, fields in told.items() if fields]
    if rows:
        connection.execute(sa.insert(personal), rows)


def salt_of(connection: sa.Connection, owner: str) -> str:
    """The salt for digests of its payload; empty where that has nothing personal, or had."""
    kept = sa.select(personal.c.salt).where(personal.c.owner == owner, personal.c.part == "payload")
    return connection.scalar(kept) or ""


def _row(owner: str, part: str, fields: Fields, salt: str) -> dict[str, object]:
    return {"owner": owner, "part": part, "fields": text_of(fields), "salt": salt, "erased_by": ""}
