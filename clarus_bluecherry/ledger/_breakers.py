"""What all workers share about a system: its breaker, and how many messages it got in this minute.

Law of this module: a breaker that is open stays so for everybody; when its time is over, one worker tries. What is
spent of a budget is spent for everybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from attrs import frozen

from clarus_bluecherry.ledger._part import Part
from clarus_bluecherry.ledger.schema import breakers, budgets


@frozen
class Breaker:
    """How often a system has failed in a row, and until when it is left alone."""

    failures: int = 0
    until: dt.datetime | None = None


class Breakers(Part):
    """The part of the ledger that keeps breakers and budgets."""

    def breaker(self, system: str) -> Breaker:
        """The breaker of `system`; one that never failed is closed."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(breakers).where(breakers.c.system == system)).one_or_none()
        return Breaker() if row is None else Breaker(row.failures, row.left_alone_until)

    def system_failed(self, system: str, pause: Callable[[int], dt.timedelta]) -> Breaker:
        """Count one failure more; leave the system alone for `pause` of how many in a row there are by now.

        A longer pause that it has already stays.
        """
        with self._database.write() as connection:
            first = self._database.insert(breakers).values(system=system, failures=1)
            again = first.on_conflict_do_update(
                index_elements=[breakers.c.system], set_={"failures": breakers.c.failures + 1}
            )
            row = connection.execute(again.returning(*breakers.c)).one()
            until = self.now() + pause(row.failures)
            if row.left_alone_until is not None and row.left_alone_until > until:
                return Breaker(row.failures, row.left_alone_until)
            self._set_until(connection, breakers.c.system == system, until)
            return Breaker(row.failures, until)

    def may_try(self, system: str, seen: Breaker, within: dt.timedelta) -> bool:
        """Whether this worker is the one that tries the system, whose pause is over, `within` that time."""
        here = (breakers.c.system == system) & (breakers.c.left_alone_until == seen.until)
        with self._database.write() as connection:
            return self._set_until(connection, here, self.now() + within)

    def system_answered(self, system: str) -> None:
        """It answers as it should: close its breaker."""
        with self._database.write() as connection:
            connection.execute(sa.delete(breakers).where(breakers.c.system == system))

    def spent(self, system: str, more: int = 0) -> int:
        """How many messages `system` got in this minute, with those that it gets now.

        Until the transaction ends nobody else is told.
        """
        with self._database.write() as connection:
            minute = self.now().replace(second=0, microsecond=0)
            first = self._database.insert(budgets).values(system=system, minute=minute, spent=more)
            still = sa.case((budgets.c.minute == minute, budgets.c.spent), else_=0)
            again = first.on_conflict_do_update(
                index_elements=[budgets.c.system], set_={"minute": minute, "spent": still + more}
            )
            return int(connection.execute(again.returning(budgets.c.spent)).scalar_one())

    def _set_until(self, connection: sa.Connection, where: sa.ColumnElement[bool], until: dt.datetime) -> bool:
        change = sa.update(breakers).where(where).values(left_alone_until=until)
        return connection.execute(change).rowcount == 1
