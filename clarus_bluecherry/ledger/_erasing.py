"""What the ledger knows of a person: found, and erased; and what is so old that nobody needs it any more.

Law of this module: an erased value is gone, and everything else stands: states, dates, quantities, history. What
is still to be delivered is not erased, since it would be delivered without its address. Who erased it and when is
kept, what it was is not.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import rows
from clarus_bluecherry.ledger._part import WANTED, LedgerPart, parts
from clarus_bluecherry.ledger.keys import key_parts, posting_key_parts
from clarus_bluecherry.ledger.records import NOTICE, UNREAD, HeldData, InboxStep, Pruned, SourceDocument, Step
from clarus_bluecherry.ledger.schema import (
    alerts,
    exceptions,
    facts,
    inbox,
    inbox_steps,
    personal,
    postings,
    steps,
)
from clarus_bluecherry.ledger.states import OPEN, InboxState, State
from clarus_bluecherry.model._personal import Fields, PersonalTerms, erased, is_about

_NOTE = "personal data erased"
_MOST_IN_A_FACTS_KEY = 3
"""Separators: source, kind, id, version."""
_SOME = 500


class Erasing(LedgerPart):
    """The part of the ledger that forgets persons."""

    def holding(self, *, order: str = "", person: str = "") -> list[HeldData]:
        """What is held of a person with the documents that an order's number or a text of the person's names.

        `order` is the number of an order; what could not be read and the notices that name it count too. `person`
        is looked for in every personal value, whatever the case of its letters; all versions of a document in
        which it is found count. What was erased is not found.
        """
        named = order.strip() or person.strip()
        if bool(order.strip()) is bool(person.strip()) or len(named) < 2:
            what = "name either an order or a person, by at least two letters or digits"
            raise LedgerError(what, record="erase", action="Take an order's number, or a name, street or e-mail.")
        if order.strip():
            self._check_told()
        wanted = _by_order(order.strip(), self._personal) if order.strip() else _by_person(person.strip())
        documents = {_document(owner) for owner, fields in self._told() if wanted(owner, fields)}
        if order.strip():
            of_order = postings.c.target.in_(self._personal.order_targets) | sa.or_(
                sa.false(), *map(postings.c.fact_key.startswith, self._personal.order_facts)
            )
            named_so = sa.select(postings.c.fact_key).where(postings.c.reference == order.strip(), of_order)
            with self._database.read() as connection:
                documents |= {_document(key) for key in connection.scalars(named_so)}
        found = self._held(documents.__contains__)
        self._mark_open(found)
        return sorted(found.values(), key=lambda held: held.document)

    def erase(self, found: Iterable[HeldData], *, actor: str) -> int:
        """Erase the personal data of what `holding` found; return how many values that were.

        `[erased]` is read in their place from then on; the history names `actor`. Documents of which a message
        may still leave are left as they are.
        """
        if not actor.strip():
            raise LedgerError("erasing needs a name", record="erase", action="Say who erases it.")
        done, now = 0, self.now()
        with self._database.write() as connection:
            _leave_no_trace(connection)
            for owners in parts(owner for each in found if not each.is_open for owner in each.owners):
                done += _erase(connection, owners, actor, now)
        self._database.empty_log()
        return done

    def prune(
        self, before: dt.datetime, *, actor: str, awaited: Collection[str] = (), dry: bool = False
    ) -> Pruned:
        """Erase what is older than `before` and closed: personal data, raw records, notices that were looked at,
        alerts that were told and whose exception is over.

        Closed is a document of which every message is posted or cancelled, since before then too; of the kinds in
        `awaited` (orders out) what they led to has come as well. Facts and messages stay, as finance needs them;
        of a raw record what tells which version is newer. `dry`: nothing is done, only counted.
        """
        self._check_told()
        closed: list[HeldData] = []
        held = self._held(lambda document: True)
        for some in parts(held):
            closed += self._closed((held[each] for each in some), before, awaited)
        kept = [each for each in closed if each.document.kind != NOTICE]
        with self._database.write() as connection:
            _leave_no_trace(connection)
            is_open = _is_open(before, awaited)
            notices = _drop_notices(connection, before, dry=dry)
            told = _drop_alerts(connection, before, dry=dry)
            raw_records = _trim_raw(connection, before, is_open, self._personal, dry=dry)
            if not dry:
                self.erase(kept, actor=actor)
        self._database.empty_log()
        return Pruned(documents=len(kept), raw_records=raw_records, notices=notices, alerts=told)

    def _check_told(self) -> None:
        """What is found by half of what is known is not all there is."""
        if not self._personal.is_told:
            raise LedgerError(
                "the ledger was not told what is personal, so not all of it would be found",
                record="erase",
                action="Open it with personal=clarus_bluecherry.flows.PERSONAL.",
            )

    def _held(self, wanted: Callable[[SourceDocument], bool]) -> dict[SourceDocument, HeldData]:
        found: dict[SourceDocument, HeldData] = {}
        for owner, fields in self._told():
            document = _document(owner)
            if wanted(document):
                held = found.setdefault(document, HeldData(document))
                held.owners[owner] = held.owners.get(owner, 0) + len(fields)
        return found

    def _told(self) -> Iterator[tuple[str, Fields]]:
        """The owners of personal data that is not erased, with it."""
        query = sa.select(personal.c.owner, personal.c.fields).where(personal.c.erased_at.is_(None))
        with self._database.read(by_pieces=True) as connection:
            for owner, fields in connection.execute(query.execution_options(yield_per=_SOME)):
                yield owner, json.loads(fields)

    def _mark_open(self, held: Mapping[SourceDocument, HeldData]) -> None:
        waits = sa.select(postings.c.fact_key).where(postings.c.fact_key.in_(WANTED), postings.c.state.in_(OPEN))
        for row in self._in_parts(waits, _fact_keys(held.values())):
            held[_document(row["fact_key"])].is_open = True

    def _closed(
        self, some: Iterable[HeldData], before: dt.datetime, awaited: Collection[str]
    ) -> Iterator[HeldData]:
        held = {each.document: each for each in some}
        young = sa.select(facts.c.key).where(facts.c.key.in_(WANTED), facts.c.recorded_at >= before)
        waits = sa.select(postings.c.fact_key.label("key"))
        waits = waits.where(postings.c.fact_key.in_(WANTED), _is_open(before, awaited))
        unread = sa.select(inbox.c.key).where(inbox.c.key.in_(WANTED), sa.not_(_is_over(before)))
        for query in (young, waits, unread):
            for row in self._in_parts(query, _fact_keys(held.values())):
                held.pop(_document(row["key"]), None)
        return iter(held.values())


def _by_order(order: str, terms: PersonalTerms) -> Callable[[str, Fields], bool]:
    """The documents of that number; of what nobody has read, those that name it as their reference."""
    names_it = re.compile(rf'reference\w*\\*":\s*\\*"{re.escape(order)}\\*"')

    def wanted(owner: str, fields: Fields) -> bool:
        document = _document(owner)
        if document.source == terms.orders_source:
            is_line = document.kind in terms.by_line and document.id.startswith(f"{order}/")
            is_unread = document.kind == UNREAD and document.id.endswith(f" {order}")
            return document.id == order or is_line or is_unread
        return "" in fields and names_it.search(json.dumps(fields)) is not None

    return wanted


def _by_person(person: str) -> Callable[[str, Fields], bool]:
    return lambda owner, fields: is_about(fields, person)


def _fact_key(owner: str) -> str:
    """The key of the fact that has the personal data, or that calls for the posting that has it."""
    is_posting = owner.count(":") > _MOST_IN_A_FACTS_KEY
    return posting_key_parts(owner)["fact_key"] if is_posting else owner


def _fact_keys(held: Iterable[HeldData]) -> Iterator[str]:
    return (_fact_key(owner) for each in held for owner in each.owners)


def _document(owner: str) -> SourceDocument:
    source, kind, source_id, _ = key_parts(_fact_key(owner))
    return SourceDocument(source, kind, source_id)


def _is_open(before: dt.datetime, awaited: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether a posting is not over since `before`."""
    still_awaited = (
        postings.c.kind.in_(awaited) & (postings.c.state == State.POSTED) & (postings.c.reason_code == "")
    )
    return postings.c.state.in_(OPEN) | (postings.c.updated_at >= before) | still_awaited


def _leave_no_trace(connection: sa.Connection) -> None:
    """What is deleted or shortened on this connection is overwritten in the file, not only given up."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON").close()


def _old_facts(
    connection: sa.Connection, before: dt.datetime, is_open: sa.ColumnElement[bool], which: sa.ColumnElement[bool]
) -> Iterator[Sequence[sa.RowMapping]]:
    """Facts of before then of which no posting is open, some at a time."""
    waits = sa.select(postings.c.key).where(postings.c.fact_key == facts.c.key, is_open).exists()
    old = sa.select(facts.c.key, facts.c.raw).where(which, facts.c.recorded_at < before, ~waits)
    return _some_at_a_time(connection, old, facts.c.key)


def _some_at_a_time(
    connection: sa.Connection, query: sa.Select[tuple[Any, ...]], key: sa.Column[str]
) -> Iterator[Sequence[sa.RowMapping]]:
    last = ""
    while found := connection.execute(query.where(key > last).order_by(key).limit(_SOME)).mappings().all():
        yield found
        last = found[-1]["key"]


def _trim_raw(
    connection: sa.Connection,
    before: dt.datetime,
    is_open: sa.ColumnElement[bool],
    terms: PersonalTerms,
    *,
    dry: bool,
) -> int:
    """Leave of raw records what tells which version is newer; how many had more."""
    done = 0
    have_one = facts.c.kind.not_in(terms.whole) & facts.c.raw.is_not(None)
    for some in _old_facts(connection, before, is_open, have_one):
        for row in some:
            raw = row["raw"]
            stays = {name: raw[name] for name in terms.newer if raw.get(name)} or None
            if stays == raw:
                continue
            done += 1
            if not dry:
                here = personal.c.owner == row["key"]
                connection.execute(sa.delete(personal).where(here, personal.c.part == "raw"))
                connection.execute(sa.update(facts).where(facts.c.key == row["key"]).values(raw=stays))
    return done


def _is_over(before: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether something in the inbox is over since `before`."""
    return (inbox.c.state != InboxState.WAITING) & (inbox.c.updated_at < before)


def _drop_notices(connection: sa.Connection, before: dt.datetime, *, dry: bool) -> int:
    """Drop notices that were looked at; how many."""
    done = 0
    old = sa.select(inbox.c.key).where(inbox.c.kind == NOTICE, _is_over(before))
    for some in _some_at_a_time(connection, old, inbox.c.key):
        keys = [row["key"] for row in some]
        done += len(keys)
        if dry:
            continue
        connection.execute(sa.delete(inbox_steps).where(inbox_steps.c.inbox_key.in_(keys)))
        connection.execute(sa.delete(personal).where(personal.c.owner.in_(keys)))
        connection.execute(sa.delete(inbox).where(inbox.c.key.in_(keys)))
    return done


def _drop_alerts(connection: sa.Connection, before: dt.datetime, *, dry: bool) -> int:
    """Drop what was told, or is over, of exceptions that are over; how many.

    While an exception is open, its alerts say that it was told: without them it would be told again.
    """
    its = exceptions.c.identity == alerts.c.identity
    is_over = sa.exists().where(its, exceptions.c.ended_at < before)
    old = sa.select(alerts.c.key).where(alerts.c.due.is_(None), alerts.c.called_at < before, is_over)
    old = old.where(alerts.c.sent_at.is_(None) | (alerts.c.sent_at < before))
    done = 0
    for some in _some_at_a_time(connection, old, alerts.c.key):
        keys = [row["key"] for row in some]
        done += len(keys)
        if not dry:
            connection.execute(sa.delete(alerts).where(alerts.c.key.in_(keys)))
    return done


def _erase(connection: sa.Connection, owners: Collection[str], actor: str, now: dt.datetime) -> int:
    done = 0
    here = sa.select(personal).where(personal.c.owner.in_(owners), personal.c.erased_at.is_(None))
    for row in connection.execute(here).mappings().all():
        fields = json.loads(row["fields"])
        done += len(fields)
        connection.execute(
            sa.update(personal)
            .where(personal.c.owner == row["owner"], personal.c.part == row["part"])
            .values(fields=json.dumps(erased(fields)), salt="", erased_at=now, erased_by=actor)
        )
    told = sa.select(postings.c.key, postings.c.state).where(postings.c.key.in_(owners))
    for key, state in connection.execute(told).all():
        step = Step(posting_key=key, at=now, before=state, after=state, note=_NOTE, actor=actor)
        connection.execute(sa.insert(steps).values(rows.step_row(step)))
    heard = sa.select(inbox.c.key, inbox.c.state).where(inbox.c.key.in_(owners))
    for key, stands in connection.execute(heard).all():
        erasing = InboxStep(inbox_key=key, at=now, before=stands, after=stands, note=_NOTE, actor=actor)
        connection.execute(sa.insert(inbox_steps).values(rows.step_row(erasing)))
    return done
