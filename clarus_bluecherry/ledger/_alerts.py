"""Alerts: what people are to be told of exceptions, kept before it is told.

Law of this module: one that is called for is kept once, whoever calls for it. Who tells it has taken it before,
for the length of a lease; what a stopped worker took is due again when that is over. So one may be told twice, and
none is lost.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress

import sqlalchemy as sa

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, parts
from clarus_bluecherry.ledger.records import KeptAlert
from clarus_bluecherry.ledger.schema import alerts, watermarks
from clarus_bluecherry.ledger.states import AlertState

_TURN = "alerts"
"""The mark of when somebody last saw to the alerts."""
_AT: sa.BindParameter[dt.datetime] = sa.bindparam("at_")
_IS_WAITING = alerts.c.due.is_not(None)
_ITS = _IS_WAITING & (alerts.c.lease_owner == sa.bindparam("worker_"))
_FREE = {"lease_owner": None, "lease_until": None}
_KNOWN = sa.select(alerts.c.key).where(alerts.c.key.in_(WANTED))
_WAITING = sa.select(alerts).where(_IS_WAITING).order_by(alerts.c.called_at, alerts.c.key)
_TAKE = (
    sa.update(alerts)
    .where(alerts.c.key.in_(WANTED), _IS_WAITING)
    .where(alerts.c.lease_until.is_(None) | (alerts.c.lease_until <= _AT))
    .values(
        lease_owner=sa.bindparam("worker_"), lease_until=sa.bindparam("until_"), attempts=alerts.c.attempts + 1
    )
    .returning(alerts.c.key)
)
_SENT = (
    sa.update(alerts)
    .where(alerts.c.key.in_(WANTED), _ITS)
    .values(
        state=AlertState.SENT.value, due=None, sent_at=_AT, message=sa.bindparam("message_"), error="", **_FREE
    )
)
_FAILED = (
    sa.update(alerts)
    .where(alerts.c.key.in_(WANTED), _ITS)
    .values(due=sa.bindparam("due_"), error=sa.bindparam("error_"), **_FREE)
)
_UNTAKEN = (
    sa.update(alerts)
    .where(alerts.c.key.in_(WANTED), _IS_WAITING)
    .where(alerts.c.lease_until.is_(None) | (alerts.c.lease_until <= _AT))
)
_OVER = _UNTAKEN.values(state=AlertState.OVER.value, due=None, **_FREE)
_REST = _UNTAKEN.values(error="")
_MESSAGES = (
    sa.select(alerts.c.channel, alerts.c.message, sa.func.min(alerts.c.sent_at))
    .where(alerts.c.sent_at > sa.bindparam("since"))
    .group_by(alerts.c.channel, alerts.c.message)
)
_MARK = sa.select(watermarks.c.instant).where(watermarks.c.name == _TURN).with_for_update()


class Alerts(LedgerPart):
    """The part of the ledger that keeps alerts."""

    def begin_alerts(self, every: dt.timedelta) -> bool:
        """Whether nobody has seen to the alerts for so long: then it is for who asks, and for nobody else."""
        now = self.now()
        with self._database.write() as connection:
            last = connection.scalar(_MARK)  # what is damaged is none, so that it silences nobody
            if isinstance(last, dt.datetime) and last <= now < last + every:
                return False
            self._database.put(watermarks, {"name": _TURN}, {"instant": now})
        return True

    def call_for_alerts(self, called: Iterable[KeptAlert]) -> int:
        """Keep what is to be told; how many of it were not known. What is there stays as it is."""
        by_key = {each.key: each for each in called}
        with self._database.write():
            known = self.known_alerts(by_key)
            new = [rows.alert_row(each) for key, each in by_key.items() if key not in known]
            return len(self._database.add(alerts, new))

    def known_alerts(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that were ever called for."""
        return {row["key"] for row in self._in_parts(_KNOWN, keys)}

    def waiting_alerts(self) -> list[KeptAlert]:
        """What is still to be told, the oldest call first. One whose row is damaged is left out."""
        waiting: list[KeptAlert] = []
        with self._database.read() as connection:
            for row in connection.execute(_WAITING).mappings().all():
                with suppress(LedgerError):
                    waiting.append(rows.alert_of(row))
        return waiting

    def take_alerts(self, keys: Collection[str], *, worker: str, lease: dt.timedelta) -> set[str]:
        """Take those that nobody else has taken, for the length of a lease; their keys."""
        now = self.now()
        values: dict[str, object] = {"worker_": worker, "at_": now, "until_": now + lease}
        taken: set[str] = set()
        with self._database.write() as connection:
            for some in parts(sorted(keys)):
                taken.update(connection.execute(_TAKE, {**values, WANTED.key: some}).scalars())
        return taken

    def alerts_sent(self, keys: Collection[str], *, worker: str, message: str) -> None:
        """What `worker` took was told, in this message."""
        self._change(_SENT, keys, worker_=worker, message_=message, at_=self.now())

    def alerts_failed(self, keys: Collection[str], *, worker: str, error: str, due: dt.datetime) -> None:
        """What `worker` took could not be told, and why; it is tried again from `due` on."""
        self._change(_FAILED, keys, worker_=worker, error_=error, due_=due)

    def alerts_rest(self, keys: Collection[str]) -> None:
        """What no rule has told any more, or not now, fails no longer. What somebody has taken stays."""
        self._change(_REST, keys, at_=self.now())

    def alerts_over(self, keys: Collection[str]) -> None:
        """What nobody has to be told any more: the exception was over first. What somebody has taken stays."""
        self._change(_OVER, keys, at_=self.now())

    def alert_messages(self, since: dt.datetime) -> dict[str, list[dt.datetime]]:
        """When messages went to each channel since then, first to last."""
        told: defaultdict[str, list[dt.datetime]] = defaultdict(list)
        with self._database.read() as connection:
            for channel, _, sent_at in connection.execute(_MESSAGES, {"since": since}):
                told[channel].append(sent_at)
        return {channel: sorted(instants) for channel, instants in told.items()}

    def _change(self, statement: sa.Update, keys: Collection[str], **values: object) -> None:
        with self._database.write() as connection:
            for some in parts(sorted(keys)):
                connection.execute(statement, {**values, WANTED.key: some})
