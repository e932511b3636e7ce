"""What all workers share about a system: its breaker, and how many messages it got in this minute.

Law of this module: a breaker that is open stays so for everybody; when its time is over, one worker tries. What is
spent of a budget is spent for everybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.sql.dml import ReturningInsert

from clarus_bluecherry.ledger._part import LedgerPart
from clarus_bluecherry.ledger.database import Inserting
from clarus_bluecherry.ledger.schema import breakers, budgets

_SYSTEM = breakers.c.system == sa.bindparam("of")
_ONE = sa.select(breakers).where(_SYSTEM)
_LEAVE_ALONE = sa.update(breakers).where(_SYSTEM).values(left_alone_until=sa.bindparam("until"))
_TRY = _LEAVE_ALONE.where(breakers.c.left_alone_until == sa.bindparam("seen"))
_CLOSE = sa.delete(breakers).where(_SYSTEM)


@frozen
class Breaker:
    """How often a system has failed in a row, and until when it is left alone."""

    failures: int = 0
    until: dt.datetime | None = None


class Breakers(LedgerPart):
    """The part of the ledger that keeps breakers and budgets."""

    def breaker(self, system: str) -> Breaker:
        """The breaker of `system`; one that never failed is closed."""
        with self._database.read() as connection:
            row = connection.execute(_ONE, {"of": system}).one_or_none()
        return Breaker() if row is None else Breaker(row.failures, row.left_alone_until)

    def system_failed(self, system: str, pause: Callable[[int], dt.timedelta]) -> Breaker:
        """Count one failure more; leave the system alone for `pause` of how many in a row there are by now.

        A longer pause that it has already stays.
        """
        with self._database.write() as connection:
            failed = {"system": system, "failures": 1}
            row = connection.execute(_counting(self._database.insert), failed).one()
            until = self.now() + pause(row.failures)
            if row.left_alone_until is not None and row.left_alone_until > until:
                return Breaker(row.failures, row.left_alone_until)
            connection.execute(_LEAVE_ALONE, {"of": system, "until": until})
            return Breaker(row.failures, until)

    def may_try(self, system: str, seen: Breaker, within: dt.timedelta) -> bool:
        """Whether this worker is the one that tries the system, whose pause is over, `within` that time."""
        with self._database.write() as connection:
            asked = {"of": system, "seen": seen.until, "until": self.now() + within}
            return connection.execute(_TRY, asked).rowcount == 1

    def system_answered(self, system: str) -> None:
        """It answers as it should: close its breaker."""
        with self._database.write() as connection:
            connection.execute(_CLOSE, {"of": system})

    def spent(self, system: str, more: int = 0) -> int:
        """How many messages `system` got in this minute, with those that it gets now.

        Until the transaction ends nobody else is told.
        """
        with self._database.write() as connection:
            minute = self.now().replace(second=0, microsecond=0)
            asked = {"system": system, "minute": minute, "spent": more}
            return int(connection.execute(_spending(self._database.insert), asked).scalar_one())


@cache
def _counting(insert: Inserting) -> ReturningInsert[tuple[object, ...]]:
    """One failure more."""
    more = {"failures": breakers.c.failures + 1}
    return insert(breakers).on_conflict_do_update(index_elements=["system"], set_=more).returning(*breakers.c)


@cache
def _spending(insert: Inserting) -> ReturningInsert[int]:
    """What is spent in a minute, with what is spent now; of another minute nothing is."""
    now = insert(budgets)
    still = sa.case((budgets.c.minute == now.excluded.minute, budgets.c.spent), else_=0)
    more = {"minute": now.excluded.minute, "spent": still + now.excluded.spent}
    return now.on_conflict_do_update(index_elements=["system"], set_=more).returning(budgets.c.spent)
