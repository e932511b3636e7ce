"""The inbox: what was heard and is still to be looked at or read.

Law of this module: what is in it is no message to anybody. It is kept once, and waits until it is done or a person
leaves it. Taking it moves its due time to the end of a lease, so what a stopped worker took is due again: looking
again does no harm. Each question is answered by an index, so that what is done costs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

import sqlalchemy as sa
from attrs import evolve

from clarus_bluecherry.errors import IllegalTransition, LedgerError
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, first_of, is_called, parts
from clarus_bluecherry.ledger._personal import keep
from clarus_bluecherry.ledger.records import UNREAD, InboxItem, InboxStep
from clarus_bluecherry.ledger.schema import inbox, inbox_steps
from clarus_bluecherry.ledger.states import InboxState

_AT: sa.BindParameter[dt.datetime] = sa.bindparam("at_")
_WORKER: sa.BindParameter[str] = sa.bindparam("worker_")
_WAITS = inbox.c.state == sa.literal_column(f"'{InboxState.WAITING}'")
"""Not as a parameter: by it a database knows that the index of what waits will do."""
_ITS = _WAITS & (inbox.c.taken_by == _WORKER)
_OLDEST_FIRST = (inbox.c.occurred_at, inbox.c.key)
_ONE = sa.select(inbox).where(inbox.c.key == sa.bindparam("key"))
_DUE = (
    sa.select(inbox)
    .where(inbox.c.due <= _AT, _WAITS)
    .order_by(inbox.c.due, inbox.c.key)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TAKEN = {"taken_by": _WORKER, "due": sa.bindparam("until_"), "attempts": inbox.c.attempts + 1}
_TAKE = sa.update(inbox).where(inbox.c.key.in_(WANTED)).values(_TAKEN)
_AGAIN = {"taken_by": None, "due": _AT, "heard_at": _AT}
_UNDER_WAY = _WAITS & inbox.c.taken_by.is_not(None)
_HEARD_AGAIN = sa.update(inbox).where(inbox.c.key.in_(WANTED), _UNDER_WAY).values(_AGAIN)
_BACK = {"taken_by": None, "due": _AT, "attempts": inbox.c.attempts - 1}
_HAND_BACK = sa.update(inbox).where(inbox.c.key.in_(WANTED), _ITS).values(_BACK)
_ENDED = {
    "state": sa.bindparam("to_"),
    "due": None,
    "taken_by": None,
    "reason": sa.bindparam("reason_"),
    "reason_code": "",
    "updated_at": _AT,
}
_END = sa.update(inbox).where(inbox.c.key.in_(WANTED), _WAITS).values(_ENDED).returning(inbox.c.key)
_HEARD_BEFORE = inbox.c.heard_at <= sa.bindparam("before_")
_END_OLD = _END.where(_HEARD_BEFORE)
_SAME = (
    sa.select(inbox.c.key)
    .where(inbox.c.subject.in_(WANTED), inbox.c.due.is_not(None), _WAITS)
    .where(_HEARD_BEFORE)
    .with_for_update(skip_locked=True)
)
"""What is locked is being ended: two who look at the same do not wait for each other."""
_END_SAME = sa.update(inbox).where(inbox.c.key.in_(_SAME)).values(_ENDED).returning(inbox.c.key)
_WAITING_ON = {
    "taken_by": None,
    "due": sa.bindparam("due_"),
    "reason": sa.bindparam("reason_"),
    "reason_code": sa.bindparam("code_"),
    "updated_at": _AT,
}
_WAIT = sa.update(inbox).where(inbox.c.key == sa.bindparam("of"), _WAITS).values(_WAITING_ON)
_WAIT_OWN = sa.update(inbox).where(inbox.c.key == sa.bindparam("of"), _ITS).values(_WAITING_ON)
_READ_AS = sa.update(inbox).where(inbox.c.key.in_(WANTED)).values(read_as=sa.bindparam("how_"))
_UNREAD_OF = (
    sa.select(inbox)
    .where(inbox.c.kind == UNREAD, inbox.c.source_id == sa.bindparam("name"))
    .order_by(*_OLDEST_FIRST)
)
_TO_READ = (
    sa.select(inbox)
    .where(_WAITS, inbox.c.kind == UNREAD, inbox.c.read_as != sa.bindparam("how_"))
    .order_by(inbox.c.updated_at, inbox.c.key)
    .limit(sa.bindparam("most"))
)
_HISTORY = (
    sa.select(inbox_steps).where(inbox_steps.c.inbox_key == sa.bindparam("key")).order_by(inbox_steps.c.number)
)
_STEP = sa.insert(inbox_steps)


class InboxPart(LedgerPart):
    """The part of the ledger that keeps what is still to be looked at or read."""

    def hear(self, item: InboxItem) -> bool:
        """Keep what was heard. False when it is there already, done or not.

        What has a due time is due at once, by the ledger's clock: nobody else's decides when it is looked at. What
        is heard again while somebody looks is due once more: that look may have begun too early.
        """
        return self.hear_many([item])[0]

    def hear_many(self, heard: Iterable[InboxItem]) -> list[bool]:
        """As `hear`, for many at once; the answers in their order."""
        heard = list(heard)
        with self._database.write() as connection:
            now = self.now()
            stamped = [evolve(item, heard_at=now, updated_at=now, due=item.due and now) for item in heard]
            taken = [rows.apart(rows.item_row(item), item.kind, self._personal) for item in stamped]
            added = self._database.add(inbox, [row for row, _ in taken])
            is_new = first_of(added, [item.key for item in heard])
            keep(connection, ((str(row["key"]), told) for row, told in compress(taken, is_new)))
            new = [*compress(stamped, is_new)]
            _keep_steps(connection, (_first_step(item, now) for item in new))
            again = (item.key for item, known in zip(heard, is_new, strict=True) if not known)
            for some in parts(sorted(again)):
                connection.execute(_HEARD_AGAIN, {"at_": now, WANTED.key: some})
            if any(item.due is not None for item in new):
                self._database.tell()
        return is_new

    def take(self, *, worker: str, lease: dt.timedelta, limit: int) -> list[InboxItem]:
        """Take up to `limit` of what is due, the longest due first; no two workers get the same.

        What the worker neither ends nor hands back is due again when the `lease` is over.
        """
        with self._database.write() as connection:
            at = self.now()
            found = connection.execute(_DUE, {"at_": at, "most": limit}).mappings().all()
            items = [rows.item_of(row) for row in found]
            values = {"worker_": worker, "until_": at + lease}
            for some in parts(item.key for item in items):
                connection.execute(_TAKE, {**values, WANTED.key: some})
        return [evolve(item, attempts=item.attempts + 1) for item in items]

    def hand_back(self, keys: Iterable[str], *, worker: str) -> None:
        """What `worker` took and did not look at is due again at once."""
        with self._database.write() as connection:
            for some in parts(keys):
                connection.execute(_HAND_BACK, {"worker_": worker, "at_": self.now(), WANTED.key: some})

    def done(self, keys: Iterable[str], *, note: str = "", actor: str, before: dt.datetime | None = None) -> int:
        """Nothing of it is to be done any more, whoever has taken it; how many waited until now.

        Only of what was heard `before` then, where that is named.
        """
        end = _END_OLD if before else _END
        return self._end(end, keys, InboxState.DONE, note=note, actor=actor, before=before)

    def done_about(self, subjects: Iterable[str], *, before: dt.datetime, actor: str) -> int:
        """As `done`, for all that names one of `subjects`, was heard `before` then and waits to be looked at.

        A look that began later has seen what those told of.
        """
        named = (subject for subject in subjects if subject)
        return self._end(_END_SAME, named, InboxState.DONE, actor=actor, before=before)

    def leave(self, key: str, reason: str, actor: str) -> InboxItem:
        """End what nobody will look at or read any more, with a person's reason and name.

        Raises `LedgerError` without these, or when there is no such thing; `IllegalTransition` when it is over.
        """
        if not reason.strip() or not actor.strip():
            what = "leaving something unread needs a reason and a name"
            raise LedgerError(what, record=key, action="Say why, and who says so.")
        if not self._end(_END, [key], InboxState.LEFT, note=reason, actor=actor, reason=reason):
            found = self.inbox_item(key)
            if found is None:
                action = "Check the key; a posting is cancelled instead."
                raise LedgerError("there is no such thing in the inbox", record=key, action=action)
            raise IllegalTransition(f"what is {found.state} cannot be left", record=key)
        left = self.inbox_item(key)
        assert left is not None, "it was there just now"
        return left

    def waits_for(
        self, dues: Mapping[str, dt.datetime | None], reason: str, *, code: str = "", worker: str = ""
    ) -> None:
        """Say of what waits why, and when each is looked at by itself; None: not before somebody does something.

        It is no step. A `worker` that names itself changes only what it still has.
        """
        at, wait = self.now(), _WAIT_OWN if worker else _WAIT
        told = {"reason_": reason, "code_": code, "at_": at, **({"worker_": worker} if worker else {})}
        if dues:
            with self._database.write() as connection:
                connection.execute(wait, [{"of": key, "due_": due, **told} for key, due in dues.items()])

    def tried(self, keys: Iterable[str], read_as: str) -> None:
        """Note in which way unread records were read last, in vain."""
        with self._database.write() as connection:
            for some in parts(keys):
                connection.execute(_READ_AS, {"how_": read_as, WANTED.key: some})

    def to_read(self, read_as: str, *, limit: int) -> list[InboxItem]:
        """Up to `limit` unread records that wait and were not read in this way yet."""
        return self._items(_TO_READ, how_=read_as, most=limit)

    def unread_of(self, name: str) -> list[InboxItem]:
        """What could ever not be read of the record that people call so (`pick ticket 1001`), oldest first."""
        return self._items(_UNREAD_OF, name=name)

    def inbox(self, *states: InboxState, kind: str = "", limit: int | None = None) -> list[InboxItem]:
        """What of the inbox stands in one of `states`, waiting without any; the oldest occurrence first."""
        query = sa.select(inbox).where(inbox.c.state.in_(states) if states else _WAITS)
        query = query.where(inbox.c.kind == kind) if kind else query
        return self._items(query.order_by(*_OLDEST_FIRST).limit(limit))

    def inbox_named(self, name: str, *, limit: int | None = None) -> list[InboxItem]:
        """What of the inbox people call so, oldest first: `pick ticket 1001`, or a word of it, such as `1001`."""
        query = sa.select(inbox).where(is_called(inbox.c.record_name, name))
        return self._items(query.order_by(*_OLDEST_FIRST).limit(limit))

    def inbox_item(self, key: str) -> InboxItem | None:
        """What of the inbox has this key."""
        found = self._items(_ONE, key=key)
        return found[0] if found else None

    def inbox_history(self, key: str) -> list[InboxStep]:
        """Every step that something in the inbox took, first to last."""
        with self._database.read() as connection:
            return [rows.inbox_step_of(row) for row in connection.execute(_HISTORY, {"key": key}).mappings()]

    def inbox_counts(self) -> Mapping[tuple[str, InboxState], int]:
        """How much is in the inbox, by kind and state."""
        where = (inbox.c.kind, inbox.c.state)
        query = sa.select(*where, sa.func.count()).group_by(*where).order_by(*where)
        with self._database.read() as connection:
            return {(kind, state): count for kind, state, count in connection.execute(query)}

    def _items(self, query: sa.Select[tuple[object, ...]], **values: object) -> list[InboxItem]:
        with self._database.read() as connection:
            return [rows.item_of(row) for row in connection.execute(query, values).mappings()]

    def _end(
        self,
        end: sa.Executable,
        wanted: Iterable[str],
        to: InboxState,
        *,
        note: str = "",
        actor: str,
        reason: str = "",
        before: dt.datetime | None = None,
    ) -> int:
        """End by one statement what waits, and tell its history; how many there were."""
        ended, wanted = 0, [*wanted]
        if not wanted:
            return 0
        with self._database.write() as connection:
            at = self.now()
            values: dict[str, object] = {"to_": to, "reason_": reason, "at_": at}
            values |= {"before_": before} if before else {}
            for some in parts(wanted):
                keys = connection.execute(end, {**values, WANTED.key: some}).scalars().all()
                _keep_steps(connection, (_step(key, at, to, note, actor) for key in keys))
                ended += len(keys)
        return ended


def _first_step(item: InboxItem, at: dt.datetime) -> InboxStep:
    return InboxStep(inbox_key=item.key, at=at, before=None, after=item.state, note=item.reason)


def _step(key: str, at: dt.datetime, to: InboxState, note: str, actor: str) -> InboxStep:
    return InboxStep(inbox_key=key, at=at, before=InboxState.WAITING, after=to, note=note, actor=actor)


def _keep_steps(connection: sa.Connection, taken: Iterable[InboxStep]) -> None:
    told: Sequence[dict[str, object]] = [rows.step_row(step) for step in taken]
    if told:
        connection.execute(_STEP, told)
