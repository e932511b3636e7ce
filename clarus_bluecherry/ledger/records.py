"""What the ledger keeps: facts, postings, what is in the inbox, and every step that those took.

Law of this module: records are frozen and know nothing of a database. A fact is what a system said; a posting is
one message that a fact calls for; the two are tied by keys that the source determines. All instants are aware.
"""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from attrs import Factory, define, field, fields, frozen, has
from attrs.validators import instance_of, optional

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.ledger.keys import fact_key, posting_key
from clarus_bluecherry.ledger.states import AlertState, InboxState, State
from clarus_bluecherry.model import Notification, Plain, Record, Sku, UnmatchedCode, Unread
from clarus_bluecherry.model._personal import ERASED
from clarus_bluecherry.model._values import aware, filled

SETTLED_WITH = "settled_with"
"""In a posting's detail: the document of the other side's with which a person settled it."""
BOOKED = "booked"
"""There too: the day under which it stands in those books, where that was said."""
UNREAD, NOTICE = "unread", "notification"
"""Kinds of what is in the inbox."""


def _printable(text: str) -> str:
    """Free text that every database takes: no NUL, no half of a character."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _storable(record: object, attribute: object, value: str) -> None:
    if not isinstance(value, str) or _printable(value) != value:
        raise InvalidRecord(f"{value!r} is not text that can be stored", record=type(record).__name__)


@frozen(kw_only=True)
class Fact:
    """One thing that `source` said: a `kind` of record, under its id and version there.

    `occurred_at` is when it happened in the world, `recorded_at` when the ledger stored it (the ledger sets it).
    `raw` is the source's own record, kept as evidence and for reading it again; it may be personal.
    """

    source: str = field(validator=[filled, _storable])
    kind: str = field(validator=[filled, _storable])
    source_id: str = field(validator=[filled, _storable])
    version: str = field(default="", validator=_storable)
    key: str = field(
        default=Factory(lambda it: fact_key(it.source, it.kind, it.source_id, it.version), takes_self=True)
    )
    occurred_at: dt.datetime = field(validator=aware)
    record: Record
    raw: Plain | None = field(default=None, repr=False)
    recorded_at: dt.datetime = field(default=Factory(lambda it: it.occurred_at, takes_self=True), validator=aware)

    @key.validator
    def _is_determined_by_the_source(self, attribute: object, value: str) -> None:
        if value != fact_key(self.source, self.kind, self.source_id, self.version):
            raise InvalidRecord("the key is not the one its source determines", record=value, field="key")

    def says_the_same_as(self, other: Fact) -> bool:
        """Whether both tell of the same event in the same words.

        A code that has been tied to a SKU since (or is no longer) is not a change: the source said the same.
        Neither is a raw record that differs in what the canonical record leaves out, nor a day that was not kept
        with its instant once: it says nothing that the instant does not. What was erased may have said the same.
        """
        if self.raw is not None and self.raw == other.raw:
            return True
        return _same(self.record, other.record)


def _same(one: object, other: object) -> bool:
    if isinstance(one, Sku | UnmatchedCode) and type(one) is not type(other):
        return isinstance(other, Sku | UnmatchedCode)
    if any(each in (ERASED, (ERASED,)) for each in (one, other)):
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    kind = type(one)
    if has(kind) and kind is type(other):
        names = (each.name for each in fields(kind) if each.name != "own_date")
        return all(_same(getattr(one, name), getattr(other, name)) for name in names)
    return one == other


@frozen(kw_only=True)
class Posting:
    """One message that a fact calls for at `target`, and where it stands.

    `accounting_date` is the date under which it enters the books, None for what enters
    none, such as an order; `moved_from` is the date it would have had, when that period is closed. Both are final
    when it is sent. `record_name` is what a person calls it ("pick 1001").
    `payload` is the message as plain data (personal: not shown in a repr); `reference`, `control_number` and
    `external_id` are the names it goes by at the other side. `attempts` counts how often a worker took it.
    `reason` and `reason_code` say why it stands where it stands, for a person and for a machine (`unknown_sku`,
    `http_422`); `detail` holds what goes with it, such as candidates. `lease_number` counts how often it was
    claimed, and tells the claims apart; after `not_after` nothing of the last one can leave for the other side any
    more. The ledger sets these two, `created_at` and `updated_at`.
    """

    fact_key: str = field(validator=filled)
    target: str = field(validator=[filled, _storable])
    kind: str = field(validator=[filled, _storable])
    key: str = field(default=Factory(lambda it: posting_key(it.fact_key, it.target, it.kind), takes_self=True))
    state: State = field(default=State.PENDING, converter=State)
    occurred_at: dt.datetime = field(validator=aware)
    accounting_date: dt.date | None = None
    moved_from: dt.date | None = None
    record_name: str = field(default="", converter=_printable)
    payload: Plain | None = field(default=None, repr=False)
    reference: str = field(default="", converter=_printable)
    control_number: str = field(default="", converter=_printable)
    external_id: str = field(default="", converter=_printable)
    attempts: int = 0
    next_attempt_at: dt.datetime | None = field(default=None, validator=optional(aware))
    reason: str = field(default="", converter=_printable)
    reason_code: str = field(default="", converter=_printable)
    detail: Plain = field(factory=dict, repr=False)
    created_at: dt.datetime = field(default=Factory(lambda it: it.occurred_at, takes_self=True), validator=aware)
    updated_at: dt.datetime = field(default=Factory(lambda it: it.created_at, takes_self=True), validator=aware)
    lease_number: int = 0
    not_after: dt.datetime | None = field(default=None, validator=optional(aware))
    edited: Plain = field(factory=dict, repr=False)

    @key.validator
    def _is_determined_by_the_fact(self, attribute: object, value: str) -> None:
        if value != posting_key(self.fact_key, self.target, self.kind):
            raise InvalidRecord("the key is not the one its fact determines", record=value, field="key")


@frozen
class SettledPosting:
    """When what a posting tells of occurred, and when the other side had it in its books."""

    target: str
    kind: str
    occurred_at: dt.datetime
    settled_at: dt.datetime


@frozen(kw_only=True)
class Head:
    """Where a document of a source stands: how many versions of it were said, and which of them count.

    `version` is the number of the newest one, 0 before the first word; `newest_key` its fact's key, `standing_key`
    that of the version that the other side has, or is to get. `seen_at` is the latest change time at which the
    source was seen to say the newest one, None where it tells none. `next_look_at` is when the document is to be
    read again, None for never; `looks` counts how often that was done.
    """

    source: str = field(validator=[filled, _storable])
    kind: str = field(validator=[filled, _storable])
    source_id: str = field(validator=[filled, _storable])
    version: int = 0
    newest_key: str | None = None
    standing_key: str | None = None
    seen_at: dt.datetime | None = field(default=None, validator=optional(aware))
    next_look_at: dt.datetime | None = field(default=None, validator=optional(aware))
    looks: int = 0


class Changes(TypedDict, total=False):
    """What may change on a posting when it takes a step. Everything else is settled when it is first posted."""

    accounting_date: dt.date | None
    moved_from: dt.date | None
    record_name: str
    payload: Plain | None
    reference: str
    control_number: str
    external_id: str
    attempts: int
    next_attempt_at: dt.datetime | None
    reason: str
    reason_code: str
    detail: Plain
    edited: Plain


@frozen
class Answered:
    """A posting as its worker claimed it, and where the answer to its sending takes it.

    `note` (or the new reason among the `changes`) goes into the history.
    """

    posting: Posting
    to: State
    note: str = ""
    changes: Changes = field(factory=Changes)


@frozen(kw_only=True)
class Step:
    """One transition of a posting, as the journal keeps it. The first has no `before`.

    `actor` is the worker or the person who took it. `changes` holds what it changed of what leaves, before and
    after: dates, the control number, and the payload by a digest.
    """

    posting_key: str
    at: dt.datetime = field(validator=aware)
    before: State | None
    after: State
    note: str = field(default="", converter=_printable)
    actor: str = field(default="", converter=_printable)
    changes: Plain | None = None


@frozen(kw_only=True)
class InboxItem:
    """Something that `source` said and that is still to be looked at or read: a notice, or what could not be read.

    `record` says what it is, `raw` is what was heard (personal), `record_name` what a person calls it. `kind` is
    `notification` or `unread`, `source_id` the name of it there, `version` tells contents apart. `subject` names
    what is to be looked at, so that one look does for all that name the same. `due` is when it is looked at by
    itself, None for what waits until somebody mends something; `read_as` is how it was read last. `attempts`
    counts how often it was taken; `reason` and `reason_code` say why it waits. The ledger sets `heard_at`,
    `updated_at`, `attempts`, and when exactly it is `due`.
    """

    source: str = field(validator=[filled, _storable])
    kind: str = field(validator=[filled, _storable])
    source_id: str = field(validator=[filled, _storable])
    version: str = field(default="", validator=_storable)
    key: str = field(
        default=Factory(lambda it: fact_key(it.source, it.kind, it.source_id, it.version), takes_self=True)
    )
    occurred_at: dt.datetime = field(validator=aware)
    record: Record = field(validator=instance_of((Notification, Unread)))
    raw: Plain | None = field(default=None, repr=False)
    record_name: str = field(default="", converter=_printable)
    subject: str = field(default="", converter=_printable)
    state: InboxState = field(default=InboxState.WAITING, converter=InboxState)
    due: dt.datetime | None = field(default=None, validator=optional(aware))
    reason: str = field(default="", converter=_printable)
    reason_code: str = field(default="", converter=_printable)
    read_as: str = ""
    attempts: int = 0
    heard_at: dt.datetime = field(default=Factory(lambda it: it.occurred_at, takes_self=True), validator=aware)
    updated_at: dt.datetime = field(default=Factory(lambda it: it.heard_at, takes_self=True), validator=aware)


@frozen(kw_only=True)
class InboxStep:
    """One step of something in the inbox, as the journal keeps it. The first has no `before`."""

    inbox_key: str
    at: dt.datetime = field(validator=aware)
    before: InboxState | None
    after: InboxState
    note: str = field(default="", converter=_printable)
    actor: str = field(default="", converter=_printable)


@frozen(kw_only=True)
class KeptException:
    """An exception as the ledger keeps it: as it was found last (`item`), and what became of it.

    `identity` names it from day to day; `kind` is its class, `subject` what it is about, `what` how a person calls
    that, `owner` whose it is. `units` and `value` (in `currency`) are None where nobody knows; `period` and
    `promised` are what it touches of a close and of a customer's promise. `finance.exceptions` says what the
    states are, and what all else means.
    """

    identity: str = field(validator=[filled, _storable])
    kind: str
    subject: str = field(converter=_printable)
    what: str = field(converter=_printable)
    owner: str
    state: str
    since: dt.datetime = field(validator=aware)
    units: str | None = None
    value: str | None = None
    currency: str = ""
    period: str = field(default="", converter=_printable)
    promised: dt.date | None = None
    item: Plain = field(repr=False)
    opened_at: dt.datetime = field(validator=aware)
    seen_at: dt.datetime = field(validator=aware)
    times: int = 1
    assigned_to: str = field(default="", converter=_printable)
    acknowledged_by: str = field(default="", converter=_printable)
    why: str = field(default="", converter=_printable)
    until: dt.datetime | None = field(default=None, validator=optional(aware))
    ended_at: dt.datetime | None = field(default=None, validator=optional(aware))
    ended_by: str = field(default="", converter=_printable)
    healed_by: str = field(default="", converter=_printable)


@frozen(kw_only=True)
class KeptExceptionStep:
    """One step in the life of an exception, as the journal keeps it."""

    identity: str
    kind: str
    at: dt.datetime = field(validator=aware)
    event: str
    actor: str = field(default="", converter=_printable)
    note: str = field(default="", converter=_printable)


@frozen(kw_only=True)
class KeptAlert:
    """Something that people are to be told of an exception, as the ledger keeps it.

    `key` names the channel, the exception, and its step: one of each is kept once. `rule` of the site file calls
    for it since `called_at`; `times` counts the exception's openings, `step` is what happened, `role` to whom it
    was escalated. While it waits, `due` is when it may be told at the earliest; `attempts` counts how often that
    was begun, `error` says why the last one failed (no secrets, no addresses). `message` is the message in which
    it was told, `sent_at` when.
    """

    key: str = field(validator=[filled, _storable])
    channel: str
    rule: str
    identity: str = field(validator=[filled, _storable])
    times: int
    step: str
    role: str = field(default="", converter=_printable)
    state: AlertState = field(default=AlertState.WAITING, converter=AlertState)
    called_at: dt.datetime = field(validator=aware)
    due: dt.datetime | None = field(default=None, validator=optional(aware))
    attempts: int = 0
    error: str = field(default="", converter=_printable)
    message: str = ""
    sent_at: dt.datetime | None = field(default=None, validator=optional(aware))
    lease_owner: str | None = None
    lease_until: dt.datetime | None = field(default=None, validator=optional(aware))


@frozen(order=True)
class SourceDocument:
    """A document of a source, in all its versions. `id` is its number or id there."""

    source: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.id}" if self.kind != "unread" else f"unread {self.id}"


@define
class HeldData:
    """What is held of a person with one document: how many values, where, and whether it is still to be sent."""

    document: SourceDocument
    owners: dict[str, int] = field(factory=dict, repr=False)
    is_open: bool = False

    @property
    def values(self) -> int:
        """How many personal values there are."""
        return sum(self.owners.values())


@frozen
class Pruned:
    """What was pruned, or would be: documents by their personal data, raw records, notices, alerts."""

    documents: int
    raw_records: int
    notices: int
    alerts: int = 0
