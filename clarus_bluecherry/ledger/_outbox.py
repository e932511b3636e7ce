"""The outbox: postings, and who may move them where.

Law of this module: a posting moves only along the table in `states`, and every move is in its history; no two
workers get the same one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import compress
from typing import Unpack, cast

import sqlalchemy as sa
from attrs import evolve

from clarus_bluecherry.errors import IllegalTransition, LedgerError
from clarus_bluecherry.ledger import rows, wake
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, first_of
from clarus_bluecherry.ledger._personal import keep, keep_instead, salt_of
from clarus_bluecherry.ledger.guard import Guard, gone, guard_of
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.records import Changes, Posting, Step
from clarus_bluecherry.ledger.schema import facts, payload_digest, postings, steps
from clarus_bluecherry.ledger.states import DUE, FINAL, FIRST, State, may_follow
from clarus_bluecherry.model import Plain
from clarus_bluecherry.model._personal import PersonalTerms, concealed

_STOPPED = "the worker stopped while sending"
_MAY_LEAVE = 0.9
"""Of a lease, the part in which what was claimed may leave: the rest is for its answer to be kept."""
_EXPLAINED = frozenset({State.PENDING, State.ACCEPTED, State.POSTED})
"""States that leave the reason for the state before behind them."""

_FACTS = sa.select(facts.c.key).where(facts.c.key.in_(WANTED))
_ONE = sa.select(postings).where(postings.c.key == sa.bindparam("key"))
_STEP = sa.insert(steps)


class Outbox(LedgerPart):
    """The part of the ledger that moves postings."""

    _guards: dict[str, Guard]

    def post(self, posting: Posting) -> bool:
        """Store a posting of a recorded fact, pending or parked. False when its key is there already.

        The row that is there stays as it is: move it with `advance`.
        """
        return self.post_many([posting])[0]

    def post_many(self, wanted: Iterable[Posting]) -> list[bool]:
        """As `post`, for many at once; the answers in their order. Where one cannot be stored, none is."""
        wanted = list(wanted)
        for posting in wanted:
            if posting.state not in FIRST:
                raise IllegalTransition(f"a posting cannot begin as {posting.state}", record=posting.key)
        with self._database.write() as connection:
            self._check_facts(wanted)
            now = self.now()
            stamped = [evolve(posting, created_at=now, updated_at=now) for posting in wanted]
            taken = [rows.apart(rows.posting_row(posting), posting.kind, self._personal) for posting in stamped]
            added = self._database.add(postings, [row for row, _ in taken])
            answers = first_of(added, [posting.key for posting in wanted])
            new = [*compress(stamped, answers)]
            keep(connection, ((str(row["key"]), told) for row, told in compress(taken, answers)))
            _keep_steps(connection, [_first_step(posting, now) for posting in new])
            if any(posting.state is State.PENDING for posting in new):
                wake.tell(connection)
        return answers

    def _check_facts(self, wanted: Iterable[Posting]) -> None:
        """Raise `LedgerError` unless every posting's fact is recorded."""
        unsure = [posting for posting in wanted if posting.fact_key not in self._database.added]
        recorded = {row["key"] for row in self._in_parts(_FACTS, (posting.fact_key for posting in unsure))}
        for posting in unsure:
            if posting.fact_key not in recorded:
                what = "its fact is not recorded"
                raise LedgerError(what, record=posting.key, action="Record the fact first.")

    def advance(
        self,
        key: str,
        to: State,
        *,
        note: str = "",
        actor: str = "",
        worker: str = "",
        lease: int | None = None,
        seen: Posting | None = None,
        **changes: Unpack[Changes],
    ) -> Posting:
        """Take a posting to state `to`, change what `changes` names, and return it.

        `note` (or the new `reason`) goes into the history with `actor`. A worker that names itself as `worker`
        is refused when its lease was lost: somebody else decides by then. So is its answer of an earlier claim,
        where it names the claim's `lease` by number. So is who decided by a posting it has `seen`, once that has
        taken a step; and only its worker puts back to pending what it took.

        Reasons are cleared where the posting goes on (pending, accepted, posted) and the next attempt's time
        everywhere but in retrying. Raises `IllegalTransition` when the table does not allow it or the posting
        moved meanwhile, and `LedgerError` when a cancellation has no note.

        To the state that it is in, a posting takes no step: no history, and `updated_at` stays. What `changes`
        names is changed all the same (why it still waits, when to look again), unless the state is final or a
        `worker` asks, whose lease is over by then: see `put_off` for when to look again at what is posted.
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
                return before if worker or to in FINAL else _noted(connection, before, changes, self._personal)
            hands_back = before.state is State.SENDING and to is State.PENDING
            if not may_follow(before.state, to) or (hands_back and not worker):
                raise IllegalTransition(f"a posting that is {before.state} cannot become {to}", record=key)
            cleared: Changes = {} if to is State.RETRYING else {"next_attempt_at": None}
            if to in _EXPLAINED:
                cleared |= {"reason": "", "reason_code": "", "detail": {}}
            at, changes, note = self.now(), _impersonal(changes, before), concealed(note, before.payload)
            after = evolve(evolve(before, **(cleared | changes)), state=to, updated_at=at)
            if worker and before.state is State.SENDING and before.not_after is not None:
                after = evolve(after, not_after=min(before.not_after, at))  # who has its answer has sent it
            unmoved: dict[str, object] = {"key": key, "state": before.state}
            if worker:
                unmoved |= _leased(worker, lease)
            change = {**_changed(before, after), "lease_owner": None, "lease_until": None}
            if not _updated(connection, before, unmoved, change, self._personal):
                raise IllegalTransition("somebody else has moved it meanwhile", record=key)
            said, changed = note or changes.get("reason", ""), _what_leaves(connection, before, after)
            _keep_step(
                connection,
                key,
                after.updated_at,
                before.state,
                to,
                note=said,
                actor=actor or worker,
                changes=changed,
            )
        return after

    def put_off(self, dues: Mapping[str, dt.datetime | None], state: State) -> None:
        """Set when postings that stand in `state` are asked about again, or never. It is no step of theirs."""
        if dues:
            change = (
                sa.update(postings)
                .where(postings.c.key == sa.bindparam("of"), postings.c.state == state)
                .values(next_attempt_at=sa.bindparam("due"))
            )
            with self._database.write() as connection:
                connection.execute(change, [{"of": key, "due": due} for key, due in dues.items()])

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
        states: Collection[State] = DUE,
        kinds: Collection[str] = (),
    ) -> list[Posting]:
        """Take up to `limit` due postings for `target` to send, of those in `states` (and of `kinds`, if any).

        Due are pending ones, oldest occurrence first, and after them retrying ones whose time has come, the one
        that has waited longest first: what has failed before does not stand in the way of what was not tried.
        They become sending, leased to `worker` for `lease`; no two workers get the same one. What the worker does
        not begin it hands back with `release`; a worker that does not come back leaves them to `recover`. So take
        no more than can be sent within the lease: one at a time is never wrong. Nothing of them may leave after
        their `not_after`, nine tenths of the lease from now. A worker that sends works inside `guarded()`.
        """
        if worker in self._guards:
            self._guards[worker].keep()
        with self._database.write() as connection:
            at = self.now()
            found: list[Posting] = []
            for state in (State.PENDING, State.RETRYING):
                if state in states and len(found) < limit:
                    found += self._sound(connection, target, state, at, limit - len(found), kinds)
            return [_take(connection, posting, worker, at, lease) for posting in found]

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
            damaged = [posting for posting in found if posting.reason_code == Reason.DAMAGED_ROW]
            if not damaged:
                return found
            for posting in damaged:
                self.advance(posting.key, State.PARKED, note=posting.reason)

    @contextmanager
    def guarded(self) -> Iterator[str]:
        """The name of a new worker, guarded while the block lasts by a lock that dies with its process.

        What it claims is put in doubt by nobody else before its lease is over *and* the lock is free: so while it
        may still send, however long it was paused, nobody sends in its place. Raises `ConfigurationError` where a
        ledger is a file on a system or disk that has no such lock.
        """
        worker = uuid.uuid4().hex
        guard = guard_of(self._database, worker)
        guard.keep()
        self._guards[worker] = guard
        try:
            yield worker
        finally:
            del self._guards[worker]
            guard.free()

    def release(self, key: str, *, worker: str, lease: int | None = None, note: str = "not begun") -> bool:
        """Hand back a posting that `worker` claimed and did not begin to send. False when it has lost the lease.

        It is due as it was before the claim, and the claim does not count as an attempt.
        """
        claimed_from = (
            sa.select(steps.c.before).where(steps.c.posting_key == key).order_by(steps.c.number.desc()).limit(1)
        )
        with self._database.write() as connection:
            at, before = self.now(), connection.scalar(claimed_from)
            back = before if before in DUE else State.PENDING
            handed_back = (
                sa.update(postings)
                .where(*(postings.c[name] == value for name, value in _mine(key, worker, lease).items()))
                .values(
                    state=back, attempts=postings.c.attempts - 1, updated_at=at, lease_owner=None, lease_until=None
                )
            )
            if not connection.execute(handed_back).rowcount:
                return False
            _keep_step(connection, key, at, State.SENDING, back, note=note, actor=worker)
        return True

    def renew(self, key: str, *, worker: str, lease: dt.timedelta) -> bool:
        """Lease a posting that `worker` is sending for another `lease` from now. False when it lost it.

        To be asked before each message of a long batch leaves: what was lost may be sent by somebody else.
        """
        with self._database.write() as connection:
            return _change(connection, _mine(key, worker, None), _until(self.now(), lease))

    def expired(self) -> list[Posting]:
        """Postings that are still sending though their worker's lease has run out."""
        with self._database.read() as connection:
            return [rows.posting_of(row) for row in _expired(connection, self.now())]

    def recover(self) -> int:
        """Put every posting whose worker stopped while sending in doubt; return how many there were.

        A worker has stopped when its lease is over and its guard is free.
        """
        with self._database.write() as connection:
            late = _expired(connection, self.now(), lock=True)
            is_gone = gone(self._database, connection)
            stopped = {worker for worker in {row[postings.c.lease_owner] for row in late} if is_gone(worker)}
            lost = [rows.posting_of(row) for row in late if row[postings.c.lease_owner] in stopped]
            for posting in lost:
                self.advance(posting.key, State.IN_DOUBT, reason=_STOPPED, reason_code="lease_expired")
        return len(lost)


def _one_posting(connection: sa.Connection, key: str) -> Posting:
    row = connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    if row is None:
        raise LedgerError("there is no such posting", record=key, action="Check the key.")
    return rows.posting_of(row)


def _noted(connection: sa.Connection, posting: Posting, changes: Changes, terms: PersonalTerms) -> Posting:
    """The posting with what `changes` names; as it stands now when somebody moved it meanwhile."""
    after = evolve(posting, **_impersonal(changes, posting))
    change = _changed(posting, after)
    if not change:
        return posting
    unmoved = {"key": posting.key, "state": posting.state}
    moved = not _updated(connection, posting, unmoved, change, terms)
    return _one_posting(connection, posting.key) if moved else after


def _change(connection: sa.Connection, here: Mapping[str, object], change: Mapping[str, object]) -> bool:
    """Change the posting that stands as `here` says; whether there was one."""
    values = {**{f"here_{name}": value for name, value in here.items()}, **change}
    return connection.execute(_changing(tuple(here), tuple(change)), values).rowcount == 1


@cache
def _changing(here: tuple[str, ...], change: tuple[str, ...]) -> sa.Update:
    stands = (postings.c[name] == sa.bindparam(f"here_{name}") for name in here)
    return sa.update(postings).where(*stands).values({name: sa.bindparam(name) for name in change})


def _impersonal(changes: Changes, posting: Posting) -> Changes:
    """What is to change, with reasons that quote nobody: the other side may have told what it was sent."""
    quoted = {name: text for name in ("reason", "detail") if (text := changes.get(name))}
    if not quoted or not posting.payload:
        return changes
    return cast(Changes, {**changes, **{name: concealed(each, posting.payload) for name, each in quoted.items()}})


def _updated(
    connection: sa.Connection,
    posting: Posting,
    unmoved: Mapping[str, object],
    change: Mapping[str, object],
    terms: PersonalTerms,
) -> bool:
    """Change columns of a posting that still is `unmoved`, and its personal data with them; whether it was."""
    row, told = rows.apart(change, posting.kind, terms)
    done = _change(connection, unmoved, row)
    if done and told:
        keep_instead(connection, posting.key, told)
    return done


def _changed(before: Posting, after: Posting) -> dict[str, object]:
    """The columns that differ. What could not be read stays in its column as it is."""
    old = rows.posting_row(before)
    return {name: value for name, value in rows.posting_row(after).items() if value != old[name]}


_LEAVES = ("accounting_date", "moved_from", "control_number", "payload")


def _what_leaves(connection: sa.Connection, before: Posting, after: Posting) -> Plain | None:
    """What a step changed of what leaves, as it was and as it is; a payload by its digest."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in _LEAVES)
    found = {name: (old, new) for name, old, new in pairs if old != new}
    salt = salt_of(connection, after.key) if "payload" in found else ""
    return {name: [_as_told(old, salt), _as_told(new, salt)] for name, (old, new) in found.items()} or None


def _as_told(value: dt.date | Plain | str | None, salt: str) -> str | None:
    match value:
        case None | str():
            return value
        case dt.date():
            return value.isoformat()
        case _:
            return payload_digest(value, salt)


def _due(
    connection: sa.Connection, target: str, state: State, at: dt.datetime, limit: int, kinds: Collection[str]
) -> list[Posting]:
    """Up to `limit` due postings in one of the states that are due. Fresh ones are found by their index."""
    query = _finding_due(state is State.RETRYING, bool(kinds))
    asked = {"target": target, "state": state, "at": at, "limit": limit, "kinds": list(kinds)}
    return [rows.posting_of(row) for row in connection.execute(query, asked).mappings().all()]


@cache
def _finding_due(longest_first: bool, some_kinds: bool) -> sa.Select[tuple[object, ...]]:
    first = (postings.c.next_attempt_at,) if longest_first else ()
    query = (
        sa.select(postings)
        .where(postings.c.target == sa.bindparam("target"), postings.c.state == sa.bindparam("state"))
        .where(postings.c.next_attempt_at.is_(None) | (postings.c.next_attempt_at <= sa.bindparam("at")))
        .order_by(*first, postings.c.occurred_at, postings.c.key)
        .limit(sa.bindparam("limit"))
        .with_for_update(skip_locked=True)
    )
    return query.where(postings.c.kind.in_(sa.bindparam("kinds", expanding=True))) if some_kinds else query


def _take(
    connection: sa.Connection, posting: Posting, worker: str, at: dt.datetime, lease: dt.timedelta
) -> Posting:
    leased = _until(at, lease)
    taken = evolve(
        posting,
        state=State.SENDING,
        attempts=posting.attempts + 1,
        updated_at=at,
        lease_number=posting.lease_number + 1,
        not_after=leased["not_after"],
    )
    change = {**_changed(posting, taken), **leased, "lease_owner": worker}
    _change(connection, {"key": posting.key}, change)
    _keep_step(connection, posting.key, at, posting.state, State.SENDING, actor=worker)
    return taken


def _until(at: dt.datetime, lease: dt.timedelta) -> dict[str, dt.datetime]:
    """When a lease from `at` ends, and a while before it, after which nothing may leave."""
    return {"lease_until": at + lease, "not_after": at + lease * _MAY_LEAVE}


def _leased(worker: str, lease: int | None) -> dict[str, object]:
    """How a posting stands that is leased to `worker`, by the lease of this number where one is named."""
    named = {} if lease is None else {"lease_number": lease}
    return {"lease_owner": worker, **named}


def _mine(key: str, worker: str, lease: int | None) -> dict[str, object]:
    """How a posting stands that `worker` is sending."""
    return {"key": key, "state": State.SENDING, **_leased(worker, lease)}


def _expired(connection: sa.Connection, now: dt.datetime, *, lock: bool = False) -> Sequence[sa.RowMapping]:
    query = (
        sa.select(postings)
        .where(postings.c.state == State.SENDING, postings.c.lease_until <= now)
        .order_by(postings.c.occurred_at, postings.c.key)
    )
    query = query.with_for_update(skip_locked=True) if lock else query
    return connection.execute(query).mappings().all()


def _keep_step(
    connection: sa.Connection,
    key: str,
    at: dt.datetime,
    before: State | None,
    after: State,
    *,
    note: str = "",
    actor: str = "",
    changes: Plain | None = None,
) -> None:
    step = Step(posting_key=key, at=at, before=before, after=after, note=note, actor=actor, changes=changes)
    _keep_steps(connection, [step])


def _first_step(posting: Posting, at: dt.datetime) -> Step:
    return Step(posting_key=posting.key, at=at, before=None, after=posting.state, note=posting.reason)


def _keep_steps(connection: sa.Connection, taken: Sequence[Step]) -> None:
    if taken:
        connection.execute(_STEP, [rows.step_row(step) for step in taken])


def _check_changes(key: str, changes: Changes) -> None:
    unknown = changes.keys() - Changes.__annotations__.keys()
    if unknown:
        raise LedgerError(f"a step cannot change {', '.join(sorted(unknown))}", record=key)
