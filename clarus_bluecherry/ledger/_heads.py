"""Heads: for each document of a source, which of its versions is the newest, and which one counts over there.

Law of this module: whoever decides about a document holds its head, so that no two decide at once. A version's
number only grows.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import sqlalchemy as sa
from attrs import asdict, fields, frozen
from sqlalchemy.sql.dml import ReturningInsert

from clarus_bluecherry.ledger._part import LedgerPart
from clarus_bluecherry.ledger.database import Inserting
from clarus_bluecherry.ledger.records import Head
from clarus_bluecherry.ledger.schema import facts, heads

_KEY = ("source", "kind", "source_id")
_ONE = sa.select(heads).where(*(heads.c[name] == sa.bindparam(name) for name in _KEY))
_HELD = _ONE.with_for_update()
_NEWEST = (
    sa.select(facts.c.version, facts.c.occurred_at, heads.c.seen_at)
    .join_from(heads, facts, facts.c.key == heads.c.newest_key)
    .where(*(heads.c[name] == sa.bindparam(name) for name in _KEY))
)
_DUE = (
    sa.select(heads)
    .where(heads.c.kind == sa.bindparam("kind"), heads.c.next_look_at <= sa.bindparam("at"))
    .order_by(heads.c.next_look_at, *(heads.c[name] for name in _KEY))
    .limit(sa.bindparam("limit"))
)


@frozen
class NewestWord:
    """What was said last of a document: its version, its own time, and when it was seen to be said still."""

    version: str
    occurred_at: dt.datetime
    seen_at: dt.datetime | None


class Heads(LedgerPart):
    """The part of the ledger that knows the newest word."""

    def newest_word(self, source: str, kind: str, source_id: str) -> NewestWord | None:
        """What was said last of a document, as it stands; nobody is kept from saying more. None: nothing was."""
        key = {"source": source, "kind": kind, "source_id": source_id}
        with self._database.read() as connection:
            row = connection.execute(_NEWEST, key).one_or_none()
        return None if row is None else NewestWord(*row)

    def head(self, source: str, kind: str, source_id: str) -> Head | None:
        """The head of a document, or None where nothing was said of it."""
        key = {"source": source, "kind": kind, "source_id": source_id}
        with self._database.read() as connection:
            row = connection.execute(_ONE, key).mappings().one_or_none()
        return None if row is None or not row["version"] else _head_of(row)

    def hold(self, source: str, kind: str, source_id: str) -> Head:
        """As `head`, and until the transaction ends nobody else holds it: ask before you decide about it.

        Only inside `transaction()`. Of what was never said a word the head has version 0.
        """
        key = {"source": source, "kind": kind, "source_id": source_id}
        with self._database.write() as connection:
            row = connection.execute(_HELD, key).mappings().one_or_none()
            if row is None:
                first = {**key, "version": 0, "looks": 0}
                row = connection.execute(_waiting(self._database.insert), first).mappings().one()
            return _head_of(row)

    def move(self, head: Head) -> None:
        """Keep what a head that is held says now."""
        row = asdict(head, recurse=False)
        self._database.put(heads, {name: row.pop(name) for name in _KEY}, row)

    def to_look_at(self, kind: str, *, at: dt.datetime, limit: int) -> list[Head]:
        """Up to `limit` heads of documents of `kind` that are to be looked at again by `at`, longest due first."""
        asked = {"kind": kind, "at": at, "limit": limit}
        with self._database.read() as connection:
            return [_head_of(row) for row in connection.execute(_DUE, asked).mappings()]


@cache
def _waiting(insert: Inserting) -> ReturningInsert[tuple[object, ...]]:
    """A first row of a head, or the one that somebody else has just written, once he is done."""
    there = {"version": heads.c.version}
    return insert(heads).on_conflict_do_update(index_elements=_KEY, set_=there).returning(*heads.c)


def _head_of(row: sa.RowMapping) -> Head:
    return Head(**{attribute.name: row[attribute.name] for attribute in fields(Head)})
