"""The outbox: postings, and who may move them where.

Law of this module: a posting moves only along the table in `states`, and every move is in its history; no two
workers get the same one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import compress
from typing import Unpack, cast

import sqlalchemy as sa
from attrs import evolve, frozen

from clarus_bluecherry.errors import IllegalTransition, LedgerError
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._inserts import insert_all
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, first_of, parts
from clarus_bluecherry.ledger._personal import keep, keep_instead, salt_of
from clarus_bluecherry.ledger.guard import Guard, gone, guard_of
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.records import SETTLED_WITH, Answered, Changes, Posting, Step
from clarus_bluecherry.ledger.schema import facts, payload_digest, postings, steps
from clarus_bluecherry.ledger.states import DUE, FINAL, FIRST, State, may_follow
from clarus_bluecherry.model import Plain
from clarus_bluecherry.model._personal import Fields, PersonalTerms, concealed

_STOPPED = "the worker stopped while sending"
_MAY_LEAVE = 0.9
"""Of a lease, the part in which what was claimed may leave: the rest is for its answer to be kept."""
_EXPLAINED = frozenset({State.PENDING, State.ACCEPTED, State.POSTED})
"""States that leave the reason for the state before behind them."""

_FACTS = sa.select(facts.c.key).where(facts.c.key.in_(WANTED))
_ONE = sa.select(postings).where(postings.c.key == sa.bindparam("key"))
_ONE_HELD = _ONE.with_for_update()
_CLAIMED_FROM = (
    sa.select(steps.c.before)
    .where(steps.c.posting_key == sa.bindparam("key"))
    .order_by(steps.c.number.desc())
    .limit(1)
)
_EXPIRED = (
    sa.select(postings)
    .where(postings.c.state == State.SENDING, postings.c.lease_until <= sa.bindparam("now"))
    .order_by(postings.c.occurred_at, postings.c.key)
)
_EXPIRED_HELD = _EXPIRED.with_for_update(skip_locked=True)
_PUT_OFF = (
    sa.update(postings)
    .where(postings.c.key == sa.bindparam("of"), postings.c.state == sa.bindparam("stands"))
    .values(next_attempt_at=sa.bindparam("due"))
)


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
            stamp = dict.fromkeys(("created_at", "updated_at"), self.now())
            taken = [
                rows.apart({**rows.posting_row(posting), **stamp}, posting.kind, self._personal)
                for posting in wanted
            ]
            added = self._database.add(postings, [row for row, _ in taken])
            answers = first_of(added, [posting.key for posting in wanted])
            new = [*compress(taken, answers)]
            keep(connection, ((str(row["key"]), told) for row, told in new))
            insert_all(connection, steps, [_first_step(row) for row, _ in new])
            if any(row["state"] is State.PENDING for row, _ in new):
                self._database.tell()
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
        taken a step or was edited; and only its worker puts back to pending what it took.

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
            before = _one_posting(connection, key, _ONE if seen is None else _ONE_HELD)
            if seen is not None and _stands(before) != _stands(seen):
                raise IllegalTransition("somebody else has moved it meanwhile", record=key)
            if to is before.state:
                return before if worker or to in FINAL else _noted(connection, before, changes, self._personal)
            hands_back = before.state is State.SENDING and to is State.PENDING
            if not may_follow(before.state, to) or (hands_back and not worker):
                raise IllegalTransition(f"a posting that is {before.state} cannot become {to}", record=key)
            at, note = self.now(), concealed(note, before.payload)
            changes = _left_behind(to) | _impersonal(changes, before)
            after = _moved(before, to, at, changes, is_answered=bool(worker))
            unmoved: dict[str, object] = {"key": key, "state": before.state}
            if worker:
                unmoved |= _leased(worker, lease)
            change = {**_changed(before, after), "lease_owner": None, "lease_until": None}
            if not _updated(connection, before, unmoved, change, self._personal):
                raise IllegalTransition("somebody else has moved it meanwhile", record=key)
            changed = _what_leaves(connection, before, after)
            _keep_step(
                connection,
                key,
                after.updated_at,
                before.state,
                to,
                note=note or changes.get("reason", ""),
                actor=actor or worker,
                changes=changed,
            )
        return after

    def settle_many(self, answers: Iterable[Answered], *, worker: str) -> list[Posting | None]:
        """Take postings that `worker` has claimed to where their answers take them, all in one transaction.

        As `advance` with the lease number of each. The postings come back as they stand now, in their order, with
        None in place of one whose lease was lost: whoever has it decides. Where one cannot be kept, none is.
        """
        answers = list(answers)
        for answer in answers:
            _check_answer(answer)
        with self._database.write() as connection:
            at = self.now()
            settling = [_Settling.of(answer, at, self._personal) for answer in answers]
            held = _held(connection, settling, worker)
            kept = [each for each in settling if each.key in held]
            for each in kept:
                if each.told:
                    keep_instead(connection, each.key, each.told)
            _keep_steps(connection, [each.step(connection, worker) for each in kept])
        return [each.after if each.key in held else None for each in settling]

    def put_off(self, dues: Mapping[str, dt.datetime | None], state: State) -> None:
        """Set when postings that stand in `state` are asked about again, or never. It is no step of theirs."""
        if dues:
            asked = [{"of": key, "stands": state, "due": due} for key, due in dues.items()]
            with self._database.write() as connection:
                connection.execute(_PUT_OFF, asked)

    def hold_posting(self, key: str) -> Posting:
        """The posting of this key; until the transaction ends nobody moves it. Only inside `transaction()`.

        Raises `LedgerError` when there is none.
        """
        with self._database.write() as connection:
            return _one_posting(connection, key, _ONE_HELD)

    def remark(self, posting: Posting, note: str, actor: str, changes: Plain | None = None) -> None:
        """Keep in the history what a person says, or has changed, of a posting that stays where it is."""
        with self._database.write() as connection:
            told, stands = concealed(note, posting.payload), posting.state
            _keep_step(
                connection, posting.key, self.now(), stands, stands, note=told, actor=actor, changes=changes
            )

    def cancel(self, key: str, reason: str, actor: str, *, settled_with: str = "") -> Posting:
        """End a posting, with a reason and a name. Of an order it leaves the version that counts as it is: what a
        person decides goes through `flows.cancel_posting`.

        `settled_with` is the other side's document, where it was booked there by hand: `detail["settled_with"]`.
        """
        if not actor.strip():
            raise LedgerError("a cancellation needs a name", record=key, action="Say who cancels it.")
        with self._database.write() as connection:
            changes: Changes = {"reason": reason, "reason_code": "cancelled"}
            if settled_with:
                changes["detail"] = {**_one_posting(connection, key).detail, SETTLED_WITH: settled_with}
            return self.advance(key, State.CANCELLED, note=reason, actor=actor, **changes)

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
            return _take(connection, found, worker, at, lease)

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
        with self._database.write() as connection:
            at, before = self.now(), connection.scalar(_CLAIMED_FROM, {"key": key})
            back = State.PENDING if before is None or before not in DUE else before
            change = {"state": back, "updated_at": at, "lease_owner": None, "lease_until": None}
            if not _change(connection, _mine(key, worker, lease), change, is_handed_back=True):
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


@frozen
class _Settling:
    """An answer on its way into the ledger: what it makes of its posting, and the columns that say so."""

    answer: Answered
    after: Posting
    changes: Changes
    row: Mapping[str, object]
    told: Mapping[str, Fields]

    @classmethod
    def of(cls, answer: Answered, at: dt.datetime, terms: PersonalTerms) -> _Settling:
        before = answer.posting
        changes = _left_behind(answer.to) | _impersonal(answer.changes, before)
        after = _moved(before, answer.to, at, changes, is_answered=True)
        said = rows.posting_row(after)
        change = {name: said[name] for name in ("state", "updated_at", "not_after", *changes)}
        row, told = rows.apart({**change, "lease_owner": None, "lease_until": None}, before.kind, terms)
        return cls(answer, after, changes, row, told)

    @property
    def key(self) -> str:
        return self.answer.posting.key

    def here(self, worker: str) -> dict[str, object]:
        """How the posting stands while its worker has it."""
        return _mine(self.key, worker, self.answer.posting.lease_number)

    def step(self, connection: sa.Connection, worker: str) -> Step:
        before = self.answer.posting
        return Step(
            posting_key=self.key,
            at=self.after.updated_at,
            before=State.SENDING,
            after=self.after.state,
            note=concealed(self.answer.note, before.payload) or self.changes.get("reason", ""),
            actor=worker,
            changes=_what_leaves(connection, before, self.after),
        )


def _check_answer(answer: Answered) -> None:
    _check_changes(answer.posting.key, answer.changes)
    if answer.posting.state is not State.SENDING or not may_follow(State.SENDING, answer.to):
        what = f"a posting that is {answer.posting.state} cannot be answered to become {answer.to}"
        raise IllegalTransition(what, record=answer.posting.key)


def _held(connection: sa.Connection, settling: Sequence[_Settling], worker: str) -> set[str]:
    """Write the rows of those that `worker` still has; their keys.

    One alone is found out by its own change. Of several the rows are held first, so that all changes go at once.
    """
    if len(settling) == 1:
        (one,) = settling
        return {one.key} if _change(connection, one.here(worker), one.row) else set()
    leased = _lease_numbers(connection, [each.key for each in settling], worker)
    mine = [each for each in settling if leased.get(each.key) == each.answer.posting.lease_number]
    _change_all(connection, [(each.here(worker), each.row) for each in mine])
    return {each.key for each in mine}


_LEASED = (
    sa.select(postings.c.key, postings.c.lease_number)
    .where(postings.c.key.in_(WANTED), postings.c.state == State.SENDING)
    .where(postings.c.lease_owner == sa.bindparam("worker"))
    .order_by(postings.c.key)  # two who settle never wait for each other
    .with_for_update()
)


def _lease_numbers(connection: sa.Connection, keys: Iterable[str], worker: str) -> Mapping[str, int]:
    """By which lease `worker` has those of `keys` that it is sending; they are held until the transaction ends."""
    found: dict[str, int] = {}
    for some in parts(sorted(keys)):
        asked = {WANTED.key: some, "worker": worker}
        found |= {row.key: row.lease_number for row in connection.execute(_LEASED, asked)}
    return found


def _left_behind(to: State) -> Changes:
    """What a step to that state clears unless it says otherwise."""
    cleared: Changes = {} if to is State.RETRYING else {"next_attempt_at": None}
    if to in _EXPLAINED:
        cleared |= {"reason": "", "reason_code": "", "detail": {}}
    return cleared


def _stands(posting: Posting) -> tuple[object, ...]:
    """What a decision about a posting goes by: an edit of a parked one is no step, and changes what it says."""
    return posting.state, posting.updated_at, posting.edited


def _moved(before: Posting, to: State, at: dt.datetime, changes: Changes, *, is_answered: bool) -> Posting:
    after = evolve(before, **changes, state=to, updated_at=at)
    if is_answered and before.state is State.SENDING and before.not_after is not None:
        after = evolve(after, not_after=min(before.not_after, at))  # who has its answer has sent it
    return after


def _one_posting(connection: sa.Connection, key: str, query: sa.Executable = _ONE) -> Posting:
    row = connection.execute(query, {"key": key}).mappings().one_or_none()
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


def _change(
    connection: sa.Connection,
    here: Mapping[str, object],
    change: Mapping[str, object],
    *,
    is_handed_back: bool = False,
) -> bool:
    """Change the posting that stands as `here` says; whether there was one. A claim handed back is no attempt."""
    statement = _changing(tuple(here), tuple(change), is_handed_back)
    return connection.execute(statement, _bound(here, change)).rowcount == 1


_Change = tuple[Mapping[str, object], Mapping[str, object]]
"""How a posting stands, and what is to be changed of it."""


def _change_all(connection: sa.Connection, changes: Iterable[_Change]) -> None:
    """Change postings whose rows are held; those of the same columns go at once."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[dict[str, object]]] = defaultdict(list)
    for here, change in changes:
        alike[tuple(here), tuple(change)].append(_bound(here, change))
    for columns, values in alike.items():
        _executed(connection, _changing(*columns), values)


def _executed(connection: sa.Connection, statement: sa.Executable, values: list[dict[str, object]]) -> None:
    """Execute it for each of `values`; for one alone without what a driver does for many."""
    connection.execute(statement, values if len(values) > 1 else values[0])


def _bound(here: Mapping[str, object], change: Mapping[str, object]) -> dict[str, object]:
    return {**{f"here_{name}": value for name, value in here.items()}, **change}


@cache
def _changing(here: tuple[str, ...], change: tuple[str, ...], is_handed_back: bool = False) -> sa.Update:
    stands = (postings.c[name] == sa.bindparam(f"here_{name}") for name in here)
    query = sa.update(postings).where(*stands).values({name: sa.bindparam(name) for name in change})
    return query.values(attempts=postings.c.attempts - 1) if is_handed_back else query


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
    connection: sa.Connection, found: Sequence[Posting], worker: str, at: dt.datetime, lease: dt.timedelta
) -> list[Posting]:
    leased = _until(at, lease)
    taken = [
        evolve(
            posting,
            state=State.SENDING,
            attempts=posting.attempts + 1,
            updated_at=at,
            lease_number=posting.lease_number + 1,
            not_after=leased["not_after"],
        )
        for posting in found
    ]
    own = {"state": State.SENDING, "updated_at": at, **leased, "lease_owner": worker}
    rows_of = [{**own, "attempts": one.attempts, "lease_number": one.lease_number} for one in taken]
    _change_all(connection, [({"key": one.key}, row) for one, row in zip(taken, rows_of, strict=True)])
    _keep_steps(
        connection,
        [
            Step(posting_key=each.key, at=at, before=each.state, after=State.SENDING, actor=worker)
            for each in found
        ],
    )
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
    return connection.execute(_EXPIRED_HELD if lock else _EXPIRED, {"now": now}).mappings().all()


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


def _keep_steps(connection: sa.Connection, taken: Sequence[Step]) -> None:
    if taken:
        insert_all(connection, steps, [rows.step_row(step) for step in taken])


def _first_step(posting: rows.Values) -> dict[str, object]:
    """The row of the step by which a posting came to be."""
    return {
        "posting_key": posting["key"],
        "at": posting["created_at"],
        "before": None,
        "after": posting["state"],
        "note": posting["reason"],
        "actor": "",
        "changes": None,
    }


def _check_changes(key: str, changes: Changes) -> None:
    unknown = changes.keys() - Changes.__annotations__.keys()
    if unknown:
        raise LedgerError(f"a step cannot change {', '.join(sorted(unknown))}", record=key)
