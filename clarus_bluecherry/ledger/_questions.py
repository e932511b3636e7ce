"""Questions about postings: where they stand, what is open, what waits.

Law of this module: each question is answered by an index, so that what is settled costs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import cache

import sqlalchemy as sa

from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._facts import KNOWN
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, is_called, parts
from clarus_bluecherry.ledger.edited import as_edited
from clarus_bluecherry.ledger.keys import undone_by
from clarus_bluecherry.ledger.records import Fact, Posting, SettledPosting, Step
from clarus_bluecherry.ledger.schema import facts, postings, steps
from clarus_bluecherry.ledger.states import OPEN, State

_KIND = postings.c.kind == sa.bindparam("kind")
_OLDEST_FIRST = (postings.c.occurred_at, postings.c.key)
_ONE = sa.select(postings).where(postings.c.key == sa.bindparam("key"))
_OF_FACT = sa.select(postings).where(postings.c.fact_key == sa.bindparam("fact_key")).order_by(postings.c.key)
_HISTORY = sa.select(steps).where(steps.c.posting_key == sa.bindparam("key")).order_by(steps.c.number)
_OF_FACTS = sa.select(postings).where(postings.c.fact_key.in_(WANTED)).order_by(postings.c.key)
_HISTORIES = sa.select(steps).where(steps.c.posting_key.in_(WANTED)).order_by(steps.c.number)
_ABOUT = (
    sa.select(postings)
    .where(_KIND, postings.c.reference.in_(WANTED))
    .order_by(postings.c.reference, *_OLDEST_FIRST)
)
_ABOUT_HELD = _ABOUT.with_for_update()
_CAUSES = sa.select(postings.c.reference, postings.c.fact_key).where(_KIND, postings.c.reference.in_(WANTED))
_OPEN = (_KIND, postings.c.state == State.POSTED, postings.c.reason_code == "")
_OPEN_ORDERS = sa.select(postings.c.reference).where(*_OPEN).order_by(*_OLDEST_FIRST)
_PAGE = (
    sa.select(postings)
    .where(postings.c.state == sa.bindparam("state"), postings.c.target == sa.bindparam("target"))
    .order_by(*_OLDEST_FIRST)
    .limit(sa.bindparam("limit"))
)
_LAST = (sa.bindparam("at", type_=postings.c.occurred_at.type), sa.bindparam("key", type_=postings.c.key.type))
_NEXT_PAGE = _PAGE.where(sa.tuple_(*_OLDEST_FIRST) > sa.tuple_(*_LAST))
_PARKED = (
    sa.select(postings)
    .where(
        postings.c.state == State.PARKED,
        postings.c.next_attempt_at.is_(None) | (postings.c.next_attempt_at < sa.bindparam("before")),
    )
    .order_by(sa.nulls_first(postings.c.next_attempt_at), *_OLDEST_FIRST)
    .limit(sa.bindparam("limit"))
)
_POSTED_NOW = sa.update(postings).where(postings.c.kind == sa.bindparam("of"), postings.c.state == State.POSTED)
_SETTLED = sa.select(postings.c.kind, postings.c.occurred_at, postings.c.updated_at).where(
    postings.c.state == State.POSTED,
    postings.c.target == sa.bindparam("target"),
    postings.c.occurred_at >= sa.bindparam("since"),
    postings.c.occurred_at < sa.bindparam("until"),
)
_NOTE_ORDERS = _POSTED_NOW.where(postings.c.reference.in_(WANTED)).values(reason_code=sa.bindparam("code"))


class Questions(LedgerPart):
    """The part of the ledger that answers."""

    def posting(self, key: str) -> Posting | None:
        """The posting of this key."""
        with self._database.read() as connection:
            row = connection.execute(_ONE, {"key": key}).mappings().one_or_none()
            return None if row is None else rows.posting_of(row)

    def postings_of(self, fact_key: str) -> list[Posting]:
        """Every posting that a fact called for, in the order of their keys."""
        with self._database.read() as connection:
            found = connection.execute(_OF_FACT, {"fact_key": fact_key}).mappings()
            return [rows.posting_of(row) for row in found]

    def postings_of_all(self, fact_keys: Iterable[str]) -> list[Posting]:
        """As `postings_of`, for many facts at once."""
        return [rows.posting_of(row) for row in self._in_parts(_OF_FACTS, fact_keys)]

    def in_state(
        self, *states: State, target: str | None = None, kind: str | None = None, limit: int | None = None
    ) -> list[Posting]:
        """Postings that stand in one of `states`, oldest occurrence first."""
        told = {"target": target, "kind": kind, "limit": limit}
        named = {name: value for name, value in told.items() if value is not None}
        asked = {"states": states, **named}
        with self._database.read() as connection:
            found = connection.execute(_in_states(frozenset(named)), asked).mappings()
            return [rows.posting_of(row) for row in found]

    def in_pages(self, state: State, *, target: str, size: int) -> Iterator[list[Posting]]:
        """As `in_state`, `size` at a time, however many there are.

        Who takes a page elsewhere before the next one misses none. What comes meanwhile may be left out.
        """
        asked: dict[str, object] = {"state": state, "target": target, "limit": size}
        query = _PAGE
        while True:
            with self._database.read() as connection:
                page = [rows.posting_of(row) for row in connection.execute(query, asked).mappings()]
            if page:
                yield page
            if len(page) < size:
                return
            asked |= {"at": page[-1].occurred_at, "key": page[-1].key}
            query = _NEXT_PAGE

    def due_questions(
        self, state: State, *, target: str, kinds: Collection[str] = (), limit: int | None = None
    ) -> list[Posting]:
        """Postings in `state` that are to be asked about now, the one that has waited longest first.

        Of posted ones those that have a time for it, and it has come; of others those that have none as well.
        """
        told = {"kinds": list(kinds) or None, "limit": limit}
        named = {name: value for name, value in told.items() if value is not None}
        asked = {"state": state, "target": target, "now": self.now(), **named}
        query = _asked_about(state is State.POSTED, frozenset(named))
        with self._database.read() as connection:
            return [rows.posting_of(row) for row in connection.execute(query, asked).mappings()]

    def parked(self, *, before: dt.datetime, limit: int) -> list[Posting]:
        """Up to `limit` parked postings, the one whose turn was longest ago first: `put_off` says when it was.

        Those that had it at `before` or later are left out.
        """
        with self._database.read() as connection:
            found = connection.execute(_PARKED, {"before": before, "limit": limit}).mappings()
            return [rows.posting_of(row) for row in found]

    def named(self, name: str, *, limit: int | None = None) -> list[Posting]:
        """Postings that people call so, oldest occurrence first: `pick 1001`, or a word of it, such as `1001`."""
        query = sa.select(postings).where(is_called(postings.c.record_name, name))
        query = query.order_by(postings.c.occurred_at, postings.c.key).limit(limit)
        with self._database.read() as connection:
            return [rows.posting_of(row) for row in connection.execute(query).mappings()]

    def open_postings(self, target: str | None = None) -> list[tuple[Posting, Fact]]:
        """Every posting that is neither posted nor cancelled, with its fact as it tells it, as of one instant."""
        query = sa.select(postings, facts).join_from(postings, facts).where(postings.c.state.in_(OPEN))
        if target is not None:
            query = query.where(postings.c.target == target)
        query = query.order_by(postings.c.occurred_at, postings.c.key)
        with self._database.read() as connection:
            found = connection.execute(query).mappings()
            pairs = [(rows.posting_of(row), rows.fact_of(row)) for row in found]
        return [(posting, as_edited(posting, fact)) for posting, fact in pairs]

    def settled(self, target: str, *, since: dt.datetime, until: dt.datetime) -> list[SettledPosting]:
        """What occurred from `since` until before `until` and is posted, without its content: how long it took."""
        asked = {"target": target, "since": since, "until": until}
        with self._database.read() as connection:
            return [
                SettledPosting(target, kind, occurred_at, settled_at)
                for kind, occurred_at, settled_at in connection.execute(_SETTLED, asked)
                if isinstance(occurred_at, dt.datetime) and isinstance(settled_at, dt.datetime)  # undamaged
            ]

    def history(self, key: str) -> list[Step]:
        """Every step the posting took, first to last."""
        with self._database.read() as connection:
            return [rows.step_of(row) for row in connection.execute(_HISTORY, {"key": key}).mappings()]

    def histories(self, keys: Iterable[str]) -> dict[str, list[Step]]:
        """As `history`, for many postings at once, by key. Raises `LedgerError` where one of them is damaged."""
        found: dict[str, list[Step]] = {}
        for step in map(rows.step_of, self._in_parts(_HISTORIES, keys)):
            found.setdefault(step.posting_key, []).append(step)
        return found

    def counts(self) -> Mapping[tuple[str, str, State], int]:
        """How many postings there are, by target, kind and state."""
        where = (postings.c.target, postings.c.kind, postings.c.state)
        query = sa.select(*where, sa.func.count()).group_by(*where).order_by(*where)
        with self._database.read() as connection:
            return {(target, kind, state): count for target, kind, state, count in connection.execute(query)}

    def about(self, kind: str, references: Iterable[str], *, lock: bool = False) -> list[Posting]:
        """Postings of `kind` that go by one of `references`, oldest occurrence first among those of a reference.

        With `lock`, inside `transaction()`, no worker takes one of them before it ends.
        """
        found = self._in_parts(_ABOUT_HELD if lock else _ABOUT, references, kind=kind)
        return [rows.posting_of(row) for row in found]

    def causes(self, kind: str, references: Iterable[str]) -> list[tuple[str, str]]:
        """Reference and fact's key of every posting of `kind` that goes by one of `references`."""
        found = self._in_parts(_CAUSES, references, kind=kind)
        return [(row["reference"], row["fact_key"]) for row in found]

    def standing(self, kind: str, references: Iterable[str], *, but: str) -> list[tuple[str, str]]:
        """As `causes`, but for those facts that one of the kind `but` has taken back."""
        causes = self.causes(kind, references)
        undone = self.undone((key for _, key in causes), but)
        return [(reference, key) for reference, key in causes if key not in undone]

    def undone(self, keys: Iterable[str], by: str) -> frozenset[str]:
        """The keys of those facts that were taken back, each by a fact of the kind `by` (see `keys.undone_by`)."""
        undoing = {undone_by(key, by): key for key in keys}
        return frozenset(undoing[row["key"]] for row in self._in_parts(KNOWN, undoing))

    def open_orders(self, kind: str) -> list[str]:
        """References of what was posted as `kind` and is not closed, oldest occurrence first: the work list."""
        with self._database.read() as connection:
            return list(connection.scalars(_OPEN_ORDERS, {"kind": kind}))

    def close_orders(self, kind: str, references: Iterable[str], why: str) -> None:
        """Take posted postings off the list of open ones: what they led to has come. `why` is a word for it."""
        self._note_orders(kind, references, why)

    def reopen_orders(self, kind: str, references: Iterable[str]) -> None:
        """Put closed ones on the list of open ones again: what they led to was taken back."""
        self._note_orders(kind, references, "")

    def _note_orders(self, kind: str, references: Iterable[str], code: str) -> None:
        with self._database.write() as connection:
            for some in parts(references):
                connection.execute(_NOTE_ORDERS, {"of": kind, "code": code, WANTED.key: some})


@cache
def _in_states(named: Set[str]) -> sa.Select[tuple[object, ...]]:
    query = sa.select(postings).where(postings.c.state.in_(sa.bindparam("states", expanding=True)))
    for name in sorted(named - {"limit"}):
        query = query.where(postings.c[name] == sa.bindparam(name))
    return _limited(query.order_by(*_OLDEST_FIRST), named)


@cache
def _asked_about(only_timed: bool, named: Set[str]) -> sa.Select[tuple[object, ...]]:
    due = postings.c.next_attempt_at <= sa.bindparam("now")
    query = sa.select(postings).where(
        postings.c.state == sa.bindparam("state"),
        postings.c.target == sa.bindparam("target"),
        due if only_timed else due | postings.c.next_attempt_at.is_(None),
    )
    if "kinds" in named:
        query = query.where(postings.c.kind.in_(sa.bindparam("kinds", expanding=True)))
    return _limited(query.order_by(sa.nulls_first(postings.c.next_attempt_at), *_OLDEST_FIRST), named)


def _limited(query: sa.Select[tuple[object, ...]], named: Set[str]) -> sa.Select[tuple[object, ...]]:
    return query.limit(sa.bindparam("limit")) if "limit" in named else query
