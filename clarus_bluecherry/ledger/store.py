"""The ledger: every fact that was heard, every posting it calls for, and where each of them stands.

Law of this module: record, then act. Each method is one atomic transaction, or part of the one that
`with ledger.transaction():` opened. The same fact or posting twice is one row; a posting moves only along the
table in `states`, and every move is in its history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from attrs import evolve

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import FactChanged, IllegalTransition, LedgerError
from clarus_bluecherry.ledger.records import DAMAGED_ROW, Changes, Fact, Posting, Step
from clarus_bluecherry.ledger.states import DUE, FINAL, FIRST, OPEN, State, may_follow
from clarus_bluecherry.model import Plain

need("sqlalchemy", extra="ledger", purpose="the ledger")

import sqlalchemy as sa  # noqa: E402

from clarus_bluecherry.ledger import rows  # noqa: E402
from clarus_bluecherry.ledger.database import Database  # noqa: E402
from clarus_bluecherry.ledger.schema import counters, facts, links, postings, steps, watermarks  # noqa: E402

Clock = Callable[[], dt.datetime]

_MOST_ASKED = 500
"""Keys in one statement: far below what either database allows."""
_STOPPED = "the worker stopped while sending"
_EXPLAINED = frozenset({State.PENDING, State.ACCEPTED, State.POSTED})
"""States that leave the reason for the state before behind them."""


def utc_now() -> dt.datetime:
    """The present instant."""
    return dt.datetime.now(dt.UTC)


class Ledger:
    """The durable message store, in one SQLite file or one PostgreSQL database. Open it with `Ledger.open`.

    May be shared by threads. Do not `await` inside `transaction()`: other tasks of the thread would join it.

    >>> from clarus_bluecherry.ledger import Fact, Posting
    >>> from clarus_bluecherry.model import Adjustment, Sku
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> lost = Adjustment(id="77", occurred_at=noon, location="WH1", item=Sku("01234", "BLK"), quantity="-2")
    >>> fact = Fact(source="clarus", kind="adjustment", source_id="77", occurred_at=noon, record=lost)
    >>> with Ledger.open(":memory:", now=lambda: noon) as ledger:
    ...     ledger.record(fact), ledger.record(fact)
    ...     ledger.post(Posting(fact_key=fact.key, target="bluecherry", kind="adjustment", occurred_at=noon))
    ...     [taken] = ledger.claim("bluecherry", worker="w1")
    ...     ledger.advance(taken.key, State.POSTED, worker="w1").state.value
    (True, False)
    True
    'posted'
    """

    def __init__(self, database: Database, *, now: Clock) -> None:
        self._database = database
        self._now = now

    @classmethod
    def open(cls, place: str | Path, *, now: Clock = utc_now) -> Self:
        """Open the ledger at `place`, a file path or a SQLAlchemy URL, and create it when it is not there.

        A relative path begins in the current folder (the site file's begin in its own). A new file is told to the
        log, with its full path. `now` gives the present instant. `":memory:"` gives a ledger that is gone when
        closed, for one thread.
        Raises `ConfigurationError` for another kind of database, `LedgerError` when it cannot be opened.
        """
        return cls(Database.open(place), now=now)

    def close(self) -> None:
        """Close every connection. What was returned before is safe already."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Ledger({str(self._database)!r})"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All calls inside, by this thread, take effect together or not at all. Inner ones join the outer."""
        with self._database.write():
            yield

    # Facts ---------------------------------------------------------------------------------------------------

    def record(self, fact: Fact) -> bool:
        """Store what a system said. False when the ledger knows it already.

        Raises `FactChanged` when the same key comes with a different content; the first one stands.
        """
        row = rows.fact_row(evolve(fact, recorded_at=self._now()))
        with self._database.write() as connection:
            if self._database.add(facts, row):
                return True
            known = _one_fact(connection, fact.key)
        if known is None or not known.says_the_same_as(fact):
            raise FactChanged("the same key came with a different content", record=fact.key)
        return False

    def knows(self, key: str) -> bool:
        """Whether a fact of this key is stored."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(facts.c.key).where(facts.c.key == key)) is not None

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

    # Postings ------------------------------------------------------------------------------------------------

    def post(self, posting: Posting) -> bool:
        """Store a posting of a recorded fact, pending or parked. False when its key is there already.

        The row that is there stays as it is: move it with `advance`.
        """
        if posting.state not in FIRST:
            raise IllegalTransition(f"a posting cannot begin as {posting.state}", record=posting.key)
        now = self._now()
        row = rows.posting_row(evolve(posting, created_at=now, updated_at=now))
        with self._database.write() as connection:
            if not self.knows(posting.fact_key):
                raise LedgerError("its fact is not recorded", record=posting.key, action="Record the fact first.")
            if not self._database.add(postings, row):
                return False
            _keep_step(connection, posting.key, now, None, posting.state, note=posting.reason)
        return True

    def advance(
        self,
        key: str,
        to: State,
        *,
        note: str = "",
        actor: str = "",
        worker: str = "",
        seen: Posting | None = None,
        **changes: Unpack[Changes],
    ) -> Posting:
        """Take a posting to state `to`, change what `changes` names, and return it.

        `note` (or the new `reason`) goes into the history with `actor`. A worker that names itself as `worker`
        is refused when its lease was lost: somebody else decides by then. So is who decided by a posting it has
        `seen`, once that has taken a step; and only its worker puts back to pending what it took.

        Reasons are cleared where the posting goes on (pending, accepted, posted) and the next attempt's time
        everywhere but in retrying. Raises `IllegalTransition` when the table does not allow it or the posting
        moved meanwhile, and `LedgerError` when a cancellation has no note.

        To the state that it is in, a posting takes no step: no history, and `updated_at` stays. What `changes`
        names is changed all the same (why it still waits, when to look again), unless the state is final or a
        `worker` asks, whose lease is over by then.
        """
        _check_changes(key, changes)
        if to is State.SENDING:
            raise IllegalTransition("only a claim takes a posting: sending needs a lease", record=key)
        if to is State.CANCELLED and not note.strip():
            raise LedgerError("a cancellation needs a reason", record=key, action="Say why it is cancelled.")
        with self._database.write() as connection:
            before = _one_posting(connection, key)
            if seen is not None and (before.state, before.updated_at) != (seen.state, seen.updated_at):
                raise IllegalTransition("somebody else has moved it meanwhile", record=key)
            if to is before.state:
                return before if worker or to in FINAL else _noted(connection, before, changes)
            hands_back = before.state is State.SENDING and to is State.PENDING
            if not may_follow(before.state, to) or (hands_back and not worker):
                raise IllegalTransition(f"a posting that is {before.state} cannot become {to}", record=key)
            cleared: Changes = {} if to is State.RETRYING else {"next_attempt_at": None}
            if to in _EXPLAINED:
                cleared |= {"reason": "", "reason_code": "", "detail": {}}
            after = evolve(evolve(before, **(cleared | changes)), state=to, updated_at=self._now())
            unmoved = (postings.c.key == key) & (postings.c.state == before.state)
            if worker:
                unmoved &= postings.c.lease_owner == worker
            change = {**_changed(before, after), "lease_owner": None, "lease_until": None}
            if not connection.execute(sa.update(postings).where(unmoved).values(change)).rowcount:
                raise IllegalTransition("somebody else has moved it meanwhile", record=key)
            said = note or changes.get("reason", "")
            _keep_step(connection, key, after.updated_at, before.state, to, note=said, actor=actor or worker)
        return after

    def cancel(self, key: str, reason: str, actor: str) -> Posting:
        """End a posting, with a person's reason and name."""
        if not actor.strip():
            raise LedgerError("a cancellation needs a name", record=key, action="Say who cancels it.")
        return self.advance(key, State.CANCELLED, note=reason, actor=actor, reason=reason, reason_code="cancelled")

    def claim(
        self,
        target: str,
        *,
        worker: str,
        lease: dt.timedelta = dt.timedelta(minutes=5),
        limit: int = 50,
        now: dt.datetime | None = None,
        states: Collection[State] = DUE,
        kinds: Collection[str] = (),
    ) -> list[Posting]:
        """Take up to `limit` due postings for `target` to send, of those in `states` (and of `kinds`, if any).

        Due are pending ones, oldest occurrence first, and after them retrying ones whose time has come, the one
        that has waited longest first: what has failed before does not stand in the way of what was not tried.
        They become sending, leased to `worker` for `lease`; no two workers get the same one. What the worker does
        not begin it hands back with `release`; a worker that does not come back leaves them to `recover`. So take
        no more than can be sent within the lease: one at a time is never wrong.
        """
        at = now or self._now()
        until = at + lease
        with self._database.write() as connection:
            found: list[Posting] = []
            for state in (State.PENDING, State.RETRYING):
                if state in states and len(found) < limit:
                    found += self._sound(connection, target, state, at, limit - len(found), kinds)
            return [_take(connection, posting, worker, at, until) for posting in found]

    def _sound(
        self,
        connection: sa.Connection,
        target: str,
        state: State,
        at: dt.datetime,
        limit: int,
        kinds: Collection[str],
    ) -> list[Posting]:
        """What is due. A damaged row is parked instead, so that it takes nobody's place the next time either."""
        while True:
            found = _due(connection, target, state, at, limit, kinds)
            damaged = [posting for posting in found if posting.reason_code == DAMAGED_ROW]
            if not damaged:
                return found
            for posting in damaged:
                self.advance(posting.key, State.PARKED, note=posting.reason)

    def release(self, key: str, *, worker: str, note: str = "not begun") -> bool:
        """Hand back a posting that `worker` claimed and did not begin to send. False when it has lost the lease.

        It is due as it was before the claim, and the claim does not count as an attempt.
        """
        mine = (postings.c.key == key) & (postings.c.state == State.SENDING) & (postings.c.lease_owner == worker)
        claimed_from = (
            sa.select(steps.c.before).where(steps.c.posting_key == key).order_by(steps.c.number.desc()).limit(1)
        )
        with self._database.write() as connection:
            at, before = self._now(), connection.scalar(claimed_from)
            back = before if before in DUE else State.PENDING
            handed_back = (
                sa.update(postings)
                .where(mine)
                .values(
                    state=back, attempts=postings.c.attempts - 1, updated_at=at, lease_owner=None, lease_until=None
                )
            )
            if not connection.execute(handed_back).rowcount:
                return False
            _keep_step(connection, key, at, State.SENDING, back, note=note, actor=worker)
        return True

    def renew(self, key: str, *, worker: str, lease: dt.timedelta, now: dt.datetime | None = None) -> bool:
        """Lease a posting that `worker` is sending for another `lease` from now. False when it lost it.

        To be asked before each message of a long batch leaves: what was lost may be sent by somebody else.
        """
        until = (now or self._now()) + lease
        mine = (postings.c.key == key) & (postings.c.state == State.SENDING) & (postings.c.lease_owner == worker)
        with self._database.write() as connection:
            return connection.execute(sa.update(postings).where(mine).values(lease_until=until)).rowcount == 1

    def expired(self, now: dt.datetime | None = None) -> list[Posting]:
        """Postings that are still sending though their worker's lease has run out."""
        with self._database.read() as connection:
            return _expired(connection, now or self._now())

    def recover(self, now: dt.datetime | None = None) -> int:
        """Put every posting whose worker stopped while sending in doubt; return how many there were."""
        at = now or self._now()
        with self._database.write() as connection:
            lost = _expired(connection, at, lock=True)
            for posting in lost:
                self.advance(posting.key, State.IN_DOUBT, reason=_STOPPED, reason_code="lease_expired")
        return len(lost)

    def posting(self, key: str) -> Posting | None:
        """The posting of this key."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(postings).where(postings.c.key == key)).mappings().one_or_none()
            return None if row is None else rows.posting_of(row)

    def postings_of(self, fact_key: str) -> list[Posting]:
        """Every posting that a fact called for, in the order of their keys."""
        query = sa.select(postings).where(postings.c.fact_key == fact_key).order_by(postings.c.key)
        with self._database.read() as connection:
            return [rows.posting_of(row) for row in connection.execute(query).mappings()]

    def in_state(
        self, *states: State, target: str | None = None, kind: str | None = None, limit: int | None = None
    ) -> list[Posting]:
        """Postings that stand in one of `states`, oldest occurrence first."""
        query = sa.select(postings).where(postings.c.state.in_(states))
        if target is not None:
            query = query.where(postings.c.target == target)
        if kind is not None:
            query = query.where(postings.c.kind == kind)
        query = query.order_by(postings.c.occurred_at, postings.c.key).limit(limit)
        with self._database.read() as connection:
            return [rows.posting_of(row) for row in connection.execute(query).mappings()]

    def named(self, name: str, *, limit: int | None = None) -> list[Posting]:
        """Postings that people call so, oldest occurrence first: `pick 1001`, or a word of it, such as `1001`."""
        words = sa.func.lower(" " + sa.func.replace(postings.c.record_name, ",", " ") + " ")
        query = sa.select(postings).where(words.contains(f" {name.strip().lower()} ", autoescape=True))
        query = query.order_by(postings.c.occurred_at, postings.c.key).limit(limit)
        with self._database.read() as connection:
            return [rows.posting_of(row) for row in connection.execute(query).mappings()]

    def open_postings(self, target: str | None = None) -> list[tuple[Posting, Fact]]:
        """Every posting that is neither posted nor cancelled, with its fact, as of one instant."""
        query = sa.select(postings, facts).join_from(postings, facts).where(postings.c.state.in_(OPEN))
        if target is not None:
            query = query.where(postings.c.target == target)
        query = query.order_by(postings.c.occurred_at, postings.c.key)
        with self._database.read() as connection:
            found = connection.execute(query).mappings()
            return [(rows.posting_of(row), rows.fact_of(row)) for row in found]

    def history(self, key: str) -> list[Step]:
        """Every step the posting took, first to last."""
        query = sa.select(steps).where(steps.c.posting_key == key).order_by(steps.c.number)
        with self._database.read() as connection:
            return [rows.step_of(row) for row in connection.execute(query).mappings()]

    def counts(self) -> Mapping[tuple[str, str, State], int]:
        """How many postings there are, by target, kind and state."""
        where = (postings.c.target, postings.c.kind, postings.c.state)
        query = sa.select(*where, sa.func.count()).group_by(*where).order_by(*where)
        with self._database.read() as connection:
            return {(target, kind, state): count for target, kind, state, count in connection.execute(query)}

    # Feeds, numbers and names --------------------------------------------------------------------------------

    def watermark(self, name: str) -> dt.datetime | None:
        """How far the feed `name` has been read, or None."""
        with self._database.read() as connection:
            found = connection.scalar(sa.select(watermarks.c.instant).where(watermarks.c.name == name))
        return rows.watermark_of(name, found)

    def set_watermark(self, name: str, instant: dt.datetime) -> None:
        """Remember how far the feed `name` has been read: in the transaction that records what was read."""
        self._database.put(watermarks, {"name": name}, {"instant": instant})

    def next_control_number(self, name: str, digits: int = 9) -> str:
        """The next number of the series `name`, with leading zeros. No number is given twice.

        A number taken in a transaction that fails is given again. Raises `LedgerError` when the digits run out.
        """
        first = self._database.insert(counters).values(name=name, value=1)
        query = first.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + 1}
        ).returning(counters.c.value)
        with self._database.write() as connection:
            number = str(connection.execute(query).scalar_one())
            if len(number) > digits:
                raise LedgerError(f"the series {name!r} has used every number of {digits} digits")
        return number.zfill(digits)

    def link(self, system: str, kind: str, reference: str, external_id: str) -> None:
        """Remember by which id `system` knows our `reference`. The latest one counts."""
        key = {"system": system, "kind": kind, "reference": reference}
        self._database.put(links, key, {"external_id": external_id})

    def linked(self, system: str, kind: str, reference: str) -> str | None:
        """The id by which `system` knows our `reference`, or None."""
        here = (links.c.system == system, links.c.kind == kind, links.c.reference == reference)
        with self._database.read() as connection:
            return connection.scalar(sa.select(links.c.external_id).where(*here))

    # Work lists: asked by index, so that what is settled costs nothing ---------------------------------------

    def hold(self, system: str, kind: str, reference: str) -> str | None:
        """As `linked`, and until the transaction ends nobody else holds it: ask before you decide about it.

        Only inside `transaction()`, and whoever holds a reference that has no id gives it one with `link`.
        """
        key = {"system": system, "kind": kind, "reference": reference}
        named = sa.select(links.c.external_id).filter_by(**key).with_for_update()
        first = self._database.insert(links).values(**key, external_id="")
        waits = first.on_conflict_do_update(index_elements=list(key), set_={"external_id": links.c.external_id})
        with self._database.write() as connection:
            found = connection.scalar(named)
            if found is None:
                found = connection.execute(waits.returning(links.c.external_id)).scalar_one()
            return found or None

    def about(self, kind: str, references: Iterable[str], *, lock: bool = False) -> list[Posting]:
        """Postings of `kind` that go by one of `references`, oldest occurrence first among those of a reference.

        With `lock`, inside `transaction()`, no worker takes one of them before it ends.
        """
        query = sa.select(postings).order_by(postings.c.reference, postings.c.occurred_at, postings.c.key)
        query = query.with_for_update() if lock else query
        found = self._in_parts(query.where(postings.c.kind == kind), postings.c.reference, references)
        return [rows.posting_of(row) for row in found]

    def causes(self, kind: str, references: Iterable[str]) -> list[tuple[str, str]]:
        """Reference and fact's key of every posting of `kind` that goes by one of `references`."""
        query = sa.select(postings.c.reference, postings.c.fact_key).where(postings.c.kind == kind)
        found = self._in_parts(query, postings.c.reference, references)
        return [(row["reference"], row["fact_key"]) for row in found]

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of `keys` under which a fact is stored."""
        return frozenset(row["key"] for row in self._in_parts(sa.select(facts.c.key), facts.c.key, keys))

    def unsettled(self, kind: str) -> list[str]:
        """References of posted postings of `kind` that nobody has called settled, oldest occurrence first."""
        open_ones = (
            sa.select(postings.c.reference)
            .where(postings.c.kind == kind, postings.c.state == State.POSTED, postings.c.reason_code == "")
            .order_by(postings.c.occurred_at, postings.c.key)
        )
        with self._database.read() as connection:
            return list(connection.scalars(open_ones))

    def settle(self, kind: str, references: Iterable[str], reason_code: str) -> None:
        """Call posted postings settled: what they led to has come. An empty `reason_code` opens them again."""
        change = sa.update(postings).where(postings.c.kind == kind, postings.c.state == State.POSTED)
        with self._database.write() as connection:
            for some in _parts(references):
                connection.execute(change.where(postings.c.reference.in_(some)).values(reason_code=reason_code))

    def parked(self, *, but: tuple[str, Plain]) -> list[Posting]:
        """Parked postings, oldest occurrence first, but those of a kind whose `detail` is the given one."""
        kind, detail = but
        tried = (postings.c.kind == kind) & (postings.c.detail == detail)
        query = sa.select(postings).where(postings.c.state == State.PARKED, sa.not_(tried))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(postings.c.occurred_at, postings.c.key)).mappings()
            return [rows.posting_of(row) for row in found]

    def describe(self, keys: Iterable[str], detail: Plain) -> None:
        """Set the `detail` of parked postings, which stay parked."""
        change = sa.update(postings).where(postings.c.state == State.PARKED).values(detail=detail)
        with self._database.write() as connection:
            for some in _parts(keys):
                connection.execute(change.where(postings.c.key.in_(some)))

    def _in_parts(
        self, query: sa.Select[Any], column: sa.Column[str], wanted: Iterable[str]
    ) -> list[sa.RowMapping]:
        """The rows of `query` whose `column` is one of `wanted`, which may be many."""
        found: list[sa.RowMapping] = []
        for some in _parts(wanted):
            with self._database.read() as connection:
                found += connection.execute(query.where(column.in_(some))).mappings()
        return found


def _parts(wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """`wanted` in parts that fit into one statement."""
    rest = iter(dict.fromkeys(wanted))
    while some := tuple(islice(rest, _MOST_ASKED)):
        yield some


def _one_fact(connection: sa.Connection, key: str) -> Fact | None:
    row = connection.execute(sa.select(facts).where(facts.c.key == key)).mappings().one_or_none()
    return None if row is None else rows.fact_of(row)


def _one_posting(connection: sa.Connection, key: str) -> Posting:
    row = connection.execute(sa.select(postings).where(postings.c.key == key)).mappings().one_or_none()
    if row is None:
        raise LedgerError("there is no such posting", record=key, action="Check the key.")
    return rows.posting_of(row)


def _noted(connection: sa.Connection, posting: Posting, changes: Changes) -> Posting:
    """The posting with what `changes` names; as it stands now when somebody moved it meanwhile."""
    after = evolve(posting, **changes)
    change = _changed(posting, after)
    if not change:
        return posting
    unmoved = (postings.c.key == posting.key) & (postings.c.state == posting.state)
    moved = not connection.execute(sa.update(postings).where(unmoved).values(change)).rowcount
    return _one_posting(connection, posting.key) if moved else after


def _changed(before: Posting, after: Posting) -> dict[str, object]:
    """The columns that differ. What could not be read stays in its column as it is."""
    old = rows.posting_row(before)
    return {name: value for name, value in rows.posting_row(after).items() if value != old[name]}


def _due(
    connection: sa.Connection, target: str, state: State, at: dt.datetime, limit: int, kinds: Collection[str]
) -> list[Posting]:
    """Up to `limit` due postings in one of the states that are due. Fresh ones are found by their index."""
    first = (postings.c.next_attempt_at,) if state is State.RETRYING else ()
    query = (
        sa.select(postings)
        .where(postings.c.target == target, postings.c.state == state)
        .where(postings.c.next_attempt_at.is_(None) | (postings.c.next_attempt_at <= at))
        .order_by(*first, postings.c.occurred_at, postings.c.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    query = query.where(postings.c.kind.in_(kinds)) if kinds else query
    return [rows.posting_of(row) for row in connection.execute(query).mappings().all()]


def _take(
    connection: sa.Connection, posting: Posting, worker: str, at: dt.datetime, until: dt.datetime
) -> Posting:
    taken = evolve(posting, state=State.SENDING, attempts=posting.attempts + 1, updated_at=at)
    change = {**_changed(posting, taken), "lease_owner": worker, "lease_until": until}
    connection.execute(sa.update(postings).where(postings.c.key == posting.key).values(change))
    _keep_step(connection, posting.key, at, posting.state, State.SENDING, actor=worker)
    return taken


def _expired(connection: sa.Connection, now: dt.datetime, *, lock: bool = False) -> list[Posting]:
    query = (
        sa.select(postings)
        .where(postings.c.state == State.SENDING, postings.c.lease_until <= now)
        .order_by(postings.c.occurred_at, postings.c.key)
    )
    query = query.with_for_update(skip_locked=True) if lock else query
    return [rows.posting_of(row) for row in connection.execute(query).mappings()]


def _keep_step(
    connection: sa.Connection,
    key: str,
    at: dt.datetime,
    before: State | None,
    after: State,
    *,
    note: str = "",
    actor: str = "",
) -> None:
    step = Step(posting_key=key, at=at, before=before, after=after, note=note, actor=actor)
    connection.execute(sa.insert(steps).values(rows.step_row(step)))


def _check_changes(key: str, changes: Changes) -> None:
    unknown = changes.keys() - Changes.__annotations__.keys()
    if unknown:
        raise LedgerError(f"a step cannot change {', '.join(sorted(unknown))}", record=key)
