"""The table of personal data: written with the rows that refer to it.

Law of this module: a personal value stands here and nowhere else in the ledger. Each owner has a salt, and no
digest of its content is kept without it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from clarus_bluecherry.ledger._inserts import insert_all
from clarus_bluecherry.ledger.schema import personal, text_of
from clarus_bluecherry.model._personal import Fields

_HERE = (personal.c.owner == sa.bindparam("of"), personal.c.part == sa.bindparam("of_part"))
_FORGET = sa.delete(personal).where(*_HERE)
_SALT = sa.select(personal.c.salt).where(*_HERE)


def keep(connection: sa.Connection, new: Iterable[tuple[str, Mapping[str, Fields]]]) -> None:
    """Keep the personal values of new rows, each told by its owner."""
    rows = [
        _row(owner, part, fields, secrets.token_hex(16))
        for owner, told in new
        for part, fields in told.items()
        if fields
    ]
    insert_all(connection, personal, rows)


def keep_instead(connection: sa.Connection, owner: str, told: Mapping[str, Fields]) -> None:
    """Keep the personal values of columns that have changed in place of those they had."""
    salt = salt_of(connection, owner)
    for part in told:
        connection.execute(_FORGET, {"of": owner, "of_part": part})
    rows = [_row(owner, part, fields, salt or secrets.token_hex(16)) for part, fields in told.items() if fields]
    insert_all(connection, personal, rows)


def salt_of(connection: sa.Connection, owner: str) -> str:
    """The salt for digests of its payload; empty where that has nothing personal, or had."""
    return connection.scalar(_SALT, {"of": owner, "of_part": "payload"}) or ""


def _row(owner: str, part: str, fields: Fields, salt: str) -> dict[str, object]:
    return {"owner": owner, "part": part, "fields": text_of(fields), "salt": salt, "erased_by": ""}
