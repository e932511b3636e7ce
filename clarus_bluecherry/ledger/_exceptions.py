"""Exceptions as they are kept: what a look found, and what became of each.

Law of this module: it knows rows, and nothing of what they mean: `finance.exceptions` says that. One look is kept
at a time, and none that began before one that is kept already; whoever acts on an exception holds it. What is over
costs no look anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningInsert

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._inserts import insert_all
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, parts
from clarus_bluecherry.ledger.database import Inserting
from clarus_bluecherry.ledger.records import KeptException, KeptExceptionStep
from clarus_bluecherry.ledger.schema import exception_steps, exceptions, watermarks

_LOOK = "exceptions"
"""The mark of when the last look that is kept began."""
_ONE = sa.select(exceptions).where(exceptions.c.identity == sa.bindparam("identity"))
_ONE_HELD = _ONE.with_for_update()
_OPEN = sa.select(exceptions).where(exceptions.c.ended_at.is_(None)).order_by(exceptions.c.identity)
_OPEN_HELD = _OPEN.with_for_update()
_SOME = sa.select(exceptions).where(exceptions.c.identity.in_(WANTED)).order_by(exceptions.c.identity)
_SOME_HELD = _SOME.with_for_update()
_HISTORY = (
    sa.select(exception_steps)
    .where(exception_steps.c.identity == sa.bindparam("identity"))
    .order_by(exception_steps.c.number)
)
_SINCE = (
    sa.select(exception_steps)
    .where(exception_steps.c.at >= sa.bindparam("since"), exception_steps.c.at <= sa.bindparam("until"))
    .order_by(exception_steps.c.at, exception_steps.c.number)
)
_LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)
_COUNTS = (
    sa.select(exceptions.c.kind, sa.func.count())
    .where(exceptions.c.ended_at.is_(None))
    .group_by(exceptions.c.kind)
    .order_by(exceptions.c.kind)
)


class Exceptions(LedgerPart):
    """The part of the ledger that keeps exceptions."""

    def begin_look(self, began: dt.datetime) -> bool:
        """Be the only one who keeps a look, until the transaction ends. Only inside `transaction()`.

        False where one that began later is kept already: what this one found may be over since.
        """
        with self._database.write() as connection:
            asked = {"name": _LOOK, "instant": began}
            return connection.scalar(_looking(self._database.insert), asked) is not None

    def last_look(self) -> dt.datetime | None:
        """When the last look that is kept began. A mark that is damaged is none: the next look makes it anew."""
        with self._database.read() as connection:
            mark = sa.select(watermarks.c.instant).where(watermarks.c.name == _LOOK)
            found = connection.scalar(mark)
        return found if isinstance(found, dt.datetime) else None

    def open_exceptions(self, *, lock: bool = False) -> list[KeptException]:
        """Those that are not over, by identity. One whose row is damaged is left out: a look finds it anew.

        With `lock`, inside `transaction()`, nobody acts on one before it ends.
        """
        with self._database.read() as connection:
            found = connection.execute(_OPEN_HELD if lock else _OPEN).mappings().all()
        return _sound(found)

    def exceptions_of(self, identities: Iterable[str], *, lock: bool = False) -> list[KeptException]:
        """Those of `identities` that were ever kept, over or not; else as `open_exceptions`."""
        return _sound(self._in_parts(_SOME_HELD if lock else _SOME, sorted(identities)))

    def kept_exception(self, identity: str, *, lock: bool = False) -> KeptException | None:
        """The exception of this identity, over or not. Raises `LedgerError` where its row is damaged."""
        with self._database.read() as connection:
            found = connection.execute(_ONE_HELD if lock else _ONE, {"identity": identity}).mappings()
            row = found.one_or_none()
        return None if row is None else rows.exception_of(row)

    def keep_exceptions(self, kept: Iterable[KeptException], steps: Iterable[KeptExceptionStep]) -> None:
        """Keep how exceptions stand now, and the steps that they took."""
        standing = [rows.exception_row(each) for each in kept]
        taken = [rows.exception_row(step) for step in steps]
        with self._database.write() as connection:
            for some in parts(range(len(standing))):
                self._database.put_all(exceptions, "identity", [standing[place] for place in some])
            insert_all(connection, exception_steps, taken)

    def exception_history(self, identity: str) -> list[KeptExceptionStep]:
        """Every step that an exception took, first to last."""
        with self._database.read() as connection:
            found = connection.execute(_HISTORY, {"identity": identity}).mappings()
            return [rows.exception_step_of(row) for row in found]

    def exception_steps_since(
        self, since: dt.datetime, until: dt.datetime | None = None
    ) -> list[KeptExceptionStep]:
        """Every step that any exception took from then on, to `until` (None: the last one), in their order."""
        asked = {"since": since, "until": until or _LATEST}
        with self._database.read() as connection:
            found = connection.execute(_SINCE, asked).mappings()
            return [rows.exception_step_of(row) for row in found]

    def open_exception_counts(self) -> dict[str, int]:
        """How many are open, by class."""
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(_COUNTS)}


@cache
def _looking(insert: Inserting) -> ReturningInsert[tuple[str]]:
    """The mark moves on, unless it is further already, or damaged. Its row is held until the transaction ends."""
    row = insert(watermarks)
    later = row.on_conflict_do_update(
        index_elements=[watermarks.c.name],
        set_={"instant": row.excluded.instant},
        where=(watermarks.c.instant <= row.excluded.instant) | (watermarks.c.instant > _LATEST),
    )
    return later.returning(watermarks.c.name)


def _sound(found: Iterable[sa.RowMapping]) -> list[KeptException]:
    sound: list[KeptException] = []
    for row in found:
        with suppress(LedgerError):
            sound.append(rows.exception_of(row))
    return sound
