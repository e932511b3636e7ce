"""What somebody asks who watches: how much is open and since when, how fast it goes, who is at work.

Law of this module: each question is answered by an index, and costs what is open or what happened of late; what is
settled costs nothing, however much there is. Nothing here changes anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

import sqlalchemy as sa
from attrs import field, fields, frozen

from clarus_bluecherry.ledger import schema
from clarus_bluecherry.ledger._part import LedgerPart
from clarus_bluecherry.ledger.schema import breakers, inbox, postings, steps, watermarks
from clarus_bluecherry.ledger.states import OPEN, InboxState, State


@frozen(kw_only=True)
class OpenMessages:
    """Messages that are alike: to one system, of one kind, in one state, for one reason.

    `occurred_at` is when the oldest of what they tell of happened, `updated_at` when one took its last step first.
    """

    target: str
    kind: str
    state: State = field(converter=State)
    reason_code: str
    count: int
    occurred_at: dt.datetime
    updated_at: dt.datetime


@frozen(kw_only=True)
class WaitingMessage:
    """A message that waits, without what it says: nothing of it is personal."""

    key: str
    target: str
    kind: str
    state: State = field(converter=State)
    record_name: str
    reference: str
    reason: str
    reason_code: str
    attempts: int
    accounting_date: dt.date | None
    occurred_at: dt.datetime
    updated_at: dt.datetime


@frozen(kw_only=True)
class InboxWaiting:
    """What waits in the inbox: of one kind, by itself or for somebody; the oldest since `heard_at`."""

    kind: str
    is_for_person: bool
    count: int
    heard_at: dt.datetime


@frozen(kw_only=True)
class TookStep:
    """A step that a message took of late: to which state, when, and when what it tells of happened."""

    target: str
    kind: str
    after: State = field(converter=State)
    at: dt.datetime
    occurred_at: dt.datetime


@frozen(kw_only=True)
class AtWork:
    """What a worker is sending: how many messages, and when it counts as dead unless it answers."""

    worker: str
    count: int
    lease_until: dt.datetime


@frozen(kw_only=True)
class LeftAlone:
    """A system that failed so often in a row that it is left alone, and until when."""

    system: str
    failures: int
    until: dt.datetime | None


def _literal(state: State | InboxState) -> sa.ColumnElement[str]:
    """Not as a parameter: by it a database knows what there is of it, and that an index will do."""
    return sa.literal_column(f"'{state.value}'")


def _first(column: sa.Column[dt.datetime]) -> sa.Label[dt.datetime]:
    """The first of the instants in it: what is damaged may stand before all of them."""
    return sa.func.min(column).filter(column.between(*_TIMES)).label(column.name)


_TIMES = (dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(9000, 12, 31, tzinfo=dt.UTC))
_IS_OPEN = postings.c.state.in_([_literal(state) for state in sorted(OPEN)])
_ALIKE = (postings.c.target, postings.c.kind, postings.c.state, postings.c.reason_code)
_OPEN = (
    sa.select(
        *_ALIKE,
        sa.func.count().label("count"),
        _first(postings.c.occurred_at),
        _first(postings.c.updated_at),
    )
    .where(_IS_OPEN)
    .group_by(*_ALIKE)
    .order_by(*_ALIKE)
)
_BY_DAY = (
    sa.select(postings.c.accounting_date, sa.func.count())
    .where(_IS_OPEN, postings.c.accounting_date.is_not(None))
    .group_by(postings.c.accounting_date)
)
_IS_FOR_PERSON = inbox.c.due.is_(None)
_INBOX = (
    sa.select(
        inbox.c.kind,
        _IS_FOR_PERSON.label("is_for_person"),
        sa.func.count().label("count"),
        _first(inbox.c.heard_at),
    )
    .where(inbox.c.state == _literal(InboxState.WAITING))
    .group_by(inbox.c.kind, _IS_FOR_PERSON)
    .order_by(inbox.c.kind, _IS_FOR_PERSON)
)
_WAITING = (
    sa.select(*(postings.c[each.name] for each in fields(WaitingMessage)))
    .where(postings.c.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(postings.c.occurred_at, postings.c.key)
    .limit(sa.bindparam("limit"))
)
_LAST = sa.select(sa.func.max(steps.c.number)).scalar_subquery()
_STEPS = (
    sa.select(postings.c.target, postings.c.kind, steps.c.after, steps.c.at, postings.c.occurred_at)
    .join_from(steps, postings)
    .where(steps.c.number > _LAST - sa.bindparam("most"), steps.c.at >= sa.bindparam("since"))
    .order_by(steps.c.number)
)
_AT_WORK = (
    sa.select(
        postings.c.lease_owner.label("worker"),
        sa.func.count().label("count"),
        sa.func.min(postings.c.lease_until).label("lease_until"),
    )
    .where(postings.c.state == _literal(State.SENDING), postings.c.lease_owner.is_not(None))
    .group_by(postings.c.lease_owner)
    .order_by(postings.c.lease_owner)
)
_MARKS = sa.select(watermarks.c.name, watermarks.c.instant).order_by(watermarks.c.name)
_ALONE = sa.select(breakers.c.system, breakers.c.failures, breakers.c.left_alone_until.label("until"))


class Watching(LedgerPart):
    """The part of the ledger that answers who watches."""

    @property
    def schema_version(self) -> int:
        """The version of its tables."""
        return schema.SCHEMA_VERSION

    def open_messages(self) -> list[OpenMessages]:
        """What is neither done nor given up, counted by what it is: also what is damaged counts."""
        return [OpenMessages(**{**row, **_instants_of(row)}) for row in self._rows(_OPEN)]

    def open_by_day(self) -> dict[dt.date, int]:
        """How many open messages are dated on each day of the books; without those that enter none."""
        with self._database.read() as connection:
            found = [(_day(day), count) for day, count in connection.execute(_BY_DAY)]
        return {day: count for day, count in found if day is not None}

    def messages_waiting(self, *states: State, limit: int) -> list[WaitingMessage]:
        """Up to `limit` messages that stand in one of `states`, the oldest occurrence first."""
        found = self._rows(_WAITING, states=states, limit=limit)
        return [
            WaitingMessage(**{**row, "accounting_date": _day(row["accounting_date"])})
            for row in found
            if _are_instants(row["occurred_at"], row["updated_at"])
        ]

    def inbox_waiting(self) -> list[InboxWaiting]:
        """What waits in the inbox, counted."""
        found = ({**row, **_instants_of(row)} for row in self._rows(_INBOX))
        return [InboxWaiting(**{**row, "is_for_person": bool(row["is_for_person"])}) for row in found]

    def steps_of_late(self, since: dt.datetime, *, most: int) -> list[TookStep]:
        """The steps that messages took since then (aware), first to last: of the newest `most` those that are."""
        found = self._rows(_STEPS, since=since, most=most)
        return [TookStep(**row) for row in found if _are_instants(row["at"], row["occurred_at"])]

    def at_work(self) -> list[AtWork]:
        """What workers are sending at this moment."""
        return [AtWork(**row) for row in self._rows(_AT_WORK) if _are_instants(row["lease_until"])]

    def marks(self) -> dict[str, dt.datetime]:
        """How far every feed was read, and when whatever is remembered with an instant was done last."""
        return {row["name"]: row["instant"] for row in self._rows(_MARKS) if _are_instants(row["instant"])}

    def left_alone(self) -> list[LeftAlone]:
        """The systems that failed of late and have not answered since."""
        return [
            LeftAlone(**row)
            for row in self._rows(_ALONE)
            if isinstance(row["failures"], int) and (row["until"] is None or _are_instants(row["until"]))
        ]

    def _rows(self, query: sa.Executable, **values: object) -> Sequence[sa.RowMapping]:
        with self._database.read() as connection:
            return connection.execute(query, values).mappings().all()


def _day(value: object) -> dt.date | None:
    """A day as either database gives it."""
    if isinstance(value, str):
        with suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value if isinstance(value, dt.date) else None


def _are_instants(*values: object) -> bool:
    """What is damaged is left out: who looks after the row itself is told."""
    return all(isinstance(value, dt.datetime) for value in values)


def _instants_of(row: sa.RowMapping) -> dict[str, dt.datetime]:
    """Its instants; for one that all of what it counts have damaged another one, or long ago."""
    told = {name: row[name] for name in ("occurred_at", "updated_at", "heard_at") if name in row}
    sound = [each for each in told.values() if isinstance(each, dt.datetime)] or [_TIMES[0]]
    return {name: each if isinstance(each, dt.datetime) else sound[0] for name, each in told.items()}
