"""Feeds, numbers and names: how far a feed was read, which number is next, by which id the other side knows ours.

Law of this module: no number is given twice, and of a name the latest word counts. Only one worker at a time reads
a feed; one that stops keeps the others waiting for as long as it said, no longer.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningInsert

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._part import LedgerPart
from clarus_bluecherry.ledger.database import Inserting
from clarus_bluecherry.ledger.schema import counters, links, watermarks

_MARK = sa.select(watermarks.c.instant).where(watermarks.c.name == sa.bindparam("name"))
_LINKED = sa.select(links.c.external_id).where(
    *(links.c[name] == sa.bindparam(name) for name in ("system", "kind", "reference"))
)
_READ_BY = "{}, being read until"
_OVER = (
    sa.update(watermarks)
    .where(watermarks.c.name == sa.bindparam("of"), watermarks.c.instant == sa.bindparam("until"))
    .values(instant=sa.bindparam("now"))
)


class Names(LedgerPart):
    """The part of the ledger that remembers marks, numbers and ids."""

    def watermark(self, name: str) -> dt.datetime | None:
        """How far the feed `name` has been read, or None."""
        with self._database.read() as connection:
            found = connection.scalar(_MARK, {"name": name})
        return rows.watermark_of(name, found)

    def set_watermark(self, name: str, instant: dt.datetime) -> None:
        """Remember how far the feed `name` has been read: in the transaction that records what was read."""
        self._database.put(watermarks, {"name": name}, {"instant": instant})

    def begin_reading(self, name: str, *, within: dt.timedelta) -> dt.datetime | None:
        """Be the one who reads the feed `name`; None while somebody else is.

        What is returned is for `end_reading`; without that somebody else may begin once `within` is over.
        """
        with self._database.write() as connection:
            now = self.now()
            asked = {"name": _READ_BY.format(name), "instant": now + within, "now": now}
            is_mine = connection.scalar(_beginning(self._database.insert), asked) is not None
        return now + within if is_mine else None

    def end_reading(self, name: str, until: dt.datetime) -> None:
        """Let others read the feed `name`, unless somebody else does already; `until` is what beginning gave."""
        with self._database.write() as connection:
            connection.execute(_OVER, {"of": _READ_BY.format(name), "until": until, "now": self.now()})

    def next_control_number(self, name: str, digits: int = 9) -> str:
        """The next number of the series `name`, with leading zeros. No number is given twice.

        A number taken in a transaction that fails is given again. Raises `LedgerError` when the digits run out.
        """
        counted = _counting(self._database.insert)
        with self._database.write() as connection:
            number = str(connection.execute(counted, {"name": name, "value": 1}).scalar_one())
            if len(number) > digits:
                raise LedgerError(f"the series {name!r} has used every number of {digits} digits")
        return number.zfill(digits)

    def link(self, system: str, kind: str, reference: str, external_id: str) -> None:
        """Remember by which id `system` knows our `reference`. The latest one counts."""
        key = {"system": system, "kind": kind, "reference": reference}
        self._database.put(links, key, {"external_id": external_id})

    def linked(self, system: str, kind: str, reference: str) -> str | None:
        """The id by which `system` knows our `reference`, or None."""
        here = {"system": system, "kind": kind, "reference": reference}
        with self._database.read() as connection:
            return connection.scalar(_LINKED, here)


@cache
def _beginning(insert: Inserting) -> ReturningInsert[tuple[str]]:
    """A new end, unless there is one that has not come yet."""
    row = insert(watermarks)
    is_over = watermarks.c.instant <= sa.bindparam("now")
    newer = row.on_conflict_do_update(
        index_elements=[watermarks.c.name], set_={"instant": row.excluded.instant}, where=is_over
    )
    return newer.returning(watermarks.c.name)


@cache
def _counting(insert: Inserting) -> ReturningInsert[tuple[int]]:
    """The next number, 1 where there was none."""
    more = {"value": counters.c.value + 1}
    first = insert(counters).on_conflict_do_update(index_elements=[counters.c.name], set_=more)
    return first.returning(counters.c.value)
