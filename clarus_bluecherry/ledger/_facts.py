"""Facts: what the systems said, kept once each.

Law of this module: the same fact twice is one row; the same key with another content is refused, and the first
one stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from itertools import compress

import sqlalchemy as sa

from clarus_bluecherry.errors import FactChanged
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, first_of
from clarus_bluecherry.ledger._personal import keep
from clarus_bluecherry.ledger.records import Fact
from clarus_bluecherry.ledger.schema import facts
from clarus_bluecherry.model import to_plain

_ONE = sa.select(facts).where(facts.c.key == sa.bindparam("key"))
_SOME = sa.select(facts).where(facts.c.key.in_(WANTED))
KNOWN = sa.select(facts.c.key).where(facts.c.key.in_(WANTED))
_LATEST = dt.datetime(9000, 12, 31, tzinfo=dt.UTC)
_LAST_UNTIL = (
    sa.select(facts.c.occurred_at)
    .where(facts.c.kind == sa.bindparam("kind"), facts.c.source == sa.bindparam("source"))
    .where(facts.c.occurred_at <= sa.bindparam("until"))
    .order_by(facts.c.occurred_at.desc())
    .limit(10)
)
"""More than one, so that a damaged one hides no other."""
_SAID = sa.select(facts.c.key, facts.c.record).where(facts.c.key.in_(WANTED))


class Facts(LedgerPart):
    """The part of the ledger that keeps what was said."""

    def record(self, fact: Fact) -> bool:
        """Store what a system said. False when the ledger knows it already.

        Raises `FactChanged` when the same key comes with a different content; the first one stands.
        """
        (answer,) = self.record_many([fact])
        if isinstance(answer, FactChanged):
            raise answer
        return answer

    def record_many(self, said: Iterable[Fact]) -> list[bool | FactChanged]:
        """As `record`, for many at once; the answers in their order, a `FactChanged` in the place of one."""
        said = list(said)
        with self._database.write() as connection:
            now = self.now()
            taken = [
                rows.apart({**rows.fact_row(fact), "recorded_at": now}, fact.kind, self._personal) for fact in said
            ]
            new = self._database.add(facts, [row for row, _ in taken])
            is_new = first_of(new, [fact.key for fact in said])
            keep(connection, ((str(row["key"]), told) for row, told in compress(taken, is_new)))
            again = [fact.key for fact, new in zip(said, is_new, strict=True) if not new]
            stored = self.facts_of(again)
        return [new or _known(fact, stored.get(fact.key)) for fact, new in zip(said, is_new, strict=True)]

    def knows(self, key: str) -> bool:
        """Whether a fact of this key is stored."""
        return bool(self.known([key]))

    def fact(self, key: str) -> Fact | None:
        """The fact of this key."""
        with self._database.read() as connection:
            return _one_fact(connection, key)

    def facts(
        self,
        *,
        kind: str | None = None,
        source: str | None = None,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> list[Fact]:
        """Facts in the order they occurred, from `since` (inclusive) until before `until`."""
        query = sa.select(facts).order_by(facts.c.occurred_at, facts.c.key)
        if kind is not None:
            query = query.where(facts.c.kind == kind)
        if source is not None:
            query = query.where(facts.c.source == source)
        if since is not None:
            query = query.where(facts.c.occurred_at >= since)
        if until is not None:
            query = query.where(facts.c.occurred_at < until)
        with self._database.read() as connection:
            return [rows.fact_of(row) for row in connection.execute(query).mappings()]

    def facts_saying(
        self, texts: Collection[str], *, kinds: Iterable[str], since: dt.datetime, limit: int
    ) -> list[Fact]:
        """Up to `limit` facts of `kinds` since then (inclusive) whose record has one of `texts`, the latest first.

        A text is a piece of the record as JSON, `"style": "01234"`. The time is asked by index, and what lies in
        it is looked through.
        """
        if not texts:
            return []
        said = sa.type_coerce(facts.c.record, sa.Text)
        query = (
            sa.select(facts)
            .where(facts.c.kind.in_(list(kinds)), facts.c.occurred_at >= since)
            .where(sa.or_(*(said.contains(text, autoescape=True) for text in texts)))
            .order_by(facts.c.occurred_at.desc(), facts.c.key)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [rows.fact_of(row) for row in connection.execute(query).mappings()]

    def last_heard(self, kind: str, *, source: str, limit: int, apart: dt.timedelta) -> list[dt.datetime]:
        """When facts of a kind occurred, the last time first; each next one is `apart` from it, or more.

        So `limit` times tell of as many stretches of time, however much occurred in one: each is asked by index.
        """
        found: list[dt.datetime] = []
        with self._database.read() as connection:
            while len(found) < limit:
                until = found[-1] - apart if found else _LATEST
                told = connection.scalars(_LAST_UNTIL, {"kind": kind, "source": source, "until": until})
                heard = next((each for each in told if isinstance(each, dt.datetime)), None)
                if heard is None:
                    break
                found.append(heard)
        return found

    def facts_of(self, keys: Iterable[str]) -> dict[str, Fact]:
        """Those facts of `keys` that are stored, by key."""
        return {row["key"]: rows.fact_of(row) for row in self._in_parts(_SOME, keys)}

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of `keys` under which a fact is stored."""
        return frozenset(row["key"] for row in self._in_parts(KNOWN, keys))

    def heard(self, said: Iterable[Fact]) -> frozenset[str]:
        """The keys of those of `said` that are stored with the very same record: nothing is new about them.

        Of the others some may be stored too, and say the same in other words: `record` tells.
        """
        said = list(said)
        found = self._in_parts(_SAID, (fact.key for fact in said))
        stored = {row["key"]: row["record"] for row in found}
        others = {fact.key for fact in said if to_plain(fact.record) != stored.get(fact.key)}
        return frozenset(stored.keys() - others)


def _known(fact: Fact, stored: Fact | None) -> bool | FactChanged:
    """The answer to a fact that is stored already."""
    if stored is not None and stored.says_the_same_as(fact):
        return False
    return FactChanged("the same key came with a different content", record=fact.key)


def _one_fact(connection: sa.Connection, key: str) -> Fact | None:
    row = connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    return None if row is None else rows.fact_of(row)
