"""Heads: for each document of a source, which of its versions is the newest, and which one counts over there.

Law of this module: whoever decides about a document holds its head, so that no two decide at once. A version's
number only grows.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from attrs import asdict, fields

from clarus_bluecherry.ledger._part import LedgerPart
from clarus_bluecherry.ledger.records import Head
from clarus_bluecherry.ledger.schema import heads

_KEY = ("source", "kind", "source_id")


class Heads(LedgerPart):
    """The part of the ledger that knows the newest word."""

    def head(self, source: str, kind: str, source_id: str) -> Head | None:
        """The head of a document, or None where nothing was said of it."""
        found = sa.select(heads).filter_by(source=source, kind=kind, source_id=source_id)
        with self._database.read() as connection:
            row = connection.execute(found).mappings().one_or_none()
        return None if row is None or not row["version"] else _head_of(row)

    def hold(self, source: str, kind: str, source_id: str) -> Head:
        """As `head`, and until the transaction ends nobody else holds it: ask before you decide about it.

        Only inside `transaction()`. Of what was never said a word the head has version 0.
        """
        key = {"source": source, "kind": kind, "source_id": source_id}
        held = sa.select(heads).filter_by(**key).with_for_update()
        first = self._database.insert(heads).values(**key, version=0, looks=0)
        waits = first.on_conflict_do_update(index_elements=list(key), set_={"version": heads.c.version})
        with self._database.write() as connection:
            row = connection.execute(held).mappings().one_or_none()
            if row is None:
                row = connection.execute(waits.returning(*heads.c)).mappings().one()
            return _head_of(row)

    def move(self, head: Head) -> None:
        """Keep what a head that is held says now."""
        row = asdict(head, recurse=False)
        self._database.put(heads, {name: row.pop(name) for name in _KEY}, row)

    def to_look_at(self, kind: str, *, at: dt.datetime, limit: int) -> list[Head]:
        """Up to `limit` heads of documents of `kind` that are to be looked at again by `at`, longest due first."""
        due = (
            sa.select(heads)
            .where(heads.c.kind == kind, heads.c.next_look_at <= at)
            .order_by(heads.c.next_look_at, *(heads.c[name] for name in _KEY))
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_head_of(row) for row in connection.execute(due).mappings()]


def _head_of(row: sa.RowMapping) -> Head:
    return Head(**{attribute.name: row[attribute.name] for attribute in fields(Head)})
