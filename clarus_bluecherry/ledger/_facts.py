"""Facts: what the systems said, kept once each.

Law of this module: the same fact twice is one row; the same key with another content is refused, and the first
one stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from attrs import evolve

from clarus_bluecherry.errors import FactChanged
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._part import WANTED, Part
from clarus_bluecherry.ledger.records import Fact
from clarus_bluecherry.ledger.schema import facts

_ONE = sa.select(facts).where(facts.c.key == sa.bindparam("key"))
_KNOWN = sa.select(facts.c.key).where(facts.c.key.in_(WANTED))


class Facts(Part):
    """The part of the ledger that keeps what was said."""

    def record(self, fact: Fact) -> bool:
        """Store what a system said. False when the ledger knows it already.

        Raises `FactChanged` when the same key comes with a different content; the first one stands.
        """
        row = rows.fact_row(evolve(fact, recorded_at=self._now()))
        with self._database.write() as connection:
            if self._database.add(facts, [row]):
                return True
            known = _one_fact(connection, fact.key)
        if known is None or not known.says_the_same_as(fact):
            raise FactChanged("the same key came with a different content", record=fact.key)
        return False

    def knows(self, key: str) -> bool:
        """Whether a fact of this key is stored."""
        return bool(self.known([key]))

    def fact(self, key: str) -> Fact | None:
        """The fact of this key."""
        with self._database.read() as connection:
            return _one_fact(connection, key)

    def facts(
        self, *, kind: str | None = None, source: str | None = None, since: dt.datetime | None = None
    ) -> list[Fact]:
        """Facts in the order they occurred, from `since` (inclusive)."""
        query = sa.select(facts).order_by(facts.c.occurred_at, facts.c.key)
        if kind is not None:
            query = query.where(facts.c.kind == kind)
        if source is not None:
            query = query.where(facts.c.source == source)
        if since is not None:
            query = query.where(facts.c.occurred_at >= since)
        with self._database.read() as connection:
            return [rows.fact_of(row) for row in connection.execute(query).mappings()]

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of `keys` under which a fact is stored."""
        return frozenset(row["key"] for row in self._in_parts(_KNOWN, keys))


def _one_fact(connection: sa.Connection, key: str) -> Fact | None:
    row = connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    return None if row is None else rows.fact_of(row)
