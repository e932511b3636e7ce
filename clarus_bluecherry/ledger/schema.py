"""The ledger's tables.

Law of this module: an instant goes in aware and comes out aware, in UTC, to the microsecond; plain data is JSON
text in which a quantity is text, never a float; a state is one of the table in `states`. A value that is damaged
comes out as it stands, for `rows` to refuse by name. The journal of steps is only ever added to.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    literal_column,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.ledger.states import InboxState, State
from clarus_bluecherry.model import Plain
from clarus_bluecherry.model._numbers import placed
from clarus_bluecherry.model._personal import whole
from clarus_bluecherry.model._plain import telling

T = TypeVar("T", bound=enum.StrEnum)

SCHEMA_VERSION = 7
"""Raised by one whenever a table or a view changes, with a step in `migrations/versions` that keeps the data. A
library opens only ledgers of its own version. An index changes no table: it is made when a ledger is opened that
lacks it, and an older library keeps it without knowing of it."""


class Instant(TypeDecorator[dt.datetime]):
    """An aware datetime in UTC: PostgreSQL's own type there, ISO 8601 text of fixed width (it sorts) on SQLite.

    What is no such time, or is of a year that nothing of ours can be of, is given as it stands there.
    """

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[dt.datetime]:
        native: TypeEngine[dt.datetime] = DateTime(timezone=True)
        return dialect.type_descriptor(native if dialect.name == "postgresql" else self.impl_instance)

    def bind_processor(self, dialect: Dialect) -> Callable[[dt.datetime | None], object]:
        return _utc if dialect.name == "postgresql" else _utc_text

    def process_result_value(self, value: object, dialect: Dialect) -> dt.datetime | None:
        with suppress(ValueError, OverflowError):
            moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
            if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
                return placed(moment.astimezone(dt.UTC))
        return cast(dt.datetime | None, value)


def _utc(value: dt.datetime | None) -> dt.datetime | None:
    if value is None or value.tzinfo is dt.UTC:
        return value
    if value.utcoffset() is None:
        raise InvalidRecord(f"{value!r} has no time zone: an instant needs one")
    return value.astimezone(dt.UTC)


def _utc_text(value: dt.datetime | None) -> str | None:
    moment = _utc(value)
    return None if moment is None else moment.isoformat(timespec="microseconds")


class _DayText(UserDefinedType[dt.date]):
    """A date as SQLite keeps it, ISO 8601 text: SQLAlchemy's own type raises where one is damaged."""

    cache_ok = True

    def get_col_spec(self, **options: object) -> str:
        return "DATE"

    def bind_processor(self, dialect: Dialect) -> Callable[[dt.date | None], str | None]:
        return lambda day: None if day is None else day.isoformat()


_DAY = Date().with_variant(_DayText(), "sqlite")


UNREADABLE: Mapping[str, object] = MappingProxyType({})
"""What stands in for plain data whose text is no JSON any more. The text stays in its column."""


_told = telling({float: str})
_as_json = json.JSONEncoder(sort_keys=True, allow_nan=False, check_circular=False).encode


def text_of(plain: Plain) -> str:
    """Plain data as the ledger keeps it: the same text for the same data."""
    return _as_json(_plain(plain))


def _plain(value: Any) -> object:
    """What `_told` makes of it, without asking it about what is plain already."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list:
        return [_plain(each) for each in value]
    if kind is dict and _TEXT.issuperset(map(type, value)):
        return {name: _plain(each) for name, each in value.items()}
    return _told(value)


_TEXT = frozenset({str})
_PLAIN = _TEXT | {int, bool, type(None)}


def payload_digest(payload: Mapping[str, object] | None, salt: str = "") -> str | None:
    """A short name for a payload, by which its content can be told apart and not be read.

    With a `salt` nobody can tell, once that is gone, whether it was the name of a content he guesses.
    """
    return None if payload is None else salted(_short(text_of(payload)), salt)


def salted(digest: str, salt: str) -> str:
    """A digest that says nothing without its salt; without one, as it is."""
    return _short(f"{salt}:{digest}") if salt else digest


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class PlainJson(TypeDecorator[Mapping[str, object]]):
    """Plain data as JSON text, the same text for the same data. Damaged text is read as `UNREADABLE`."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Mapping[str, object] | None], str | None]:
        return lambda value: None if value is None else text_of(value)

    def process_result_value(self, value: object, dialect: Dialect) -> Mapping[str, object] | None:
        if value is None:
            return None
        try:
            found = json.loads(str(value))
        except (ValueError, RecursionError):
            return UNREADABLE
        return found if isinstance(found, dict) else UNREADABLE


_APART = "\x1e"
"""Between what a row holds and what the table of personal data does: JSON text has no control characters."""


class _Whole(PlainJson):
    """Plain data that is selected with its personal values in their places."""

    cache_ok = True

    def column_expression(self, column: ColumnElement[Plain]) -> ColumnElement[Plain]:
        kept = cast(Column[Plain], column)
        told = sa.select(literal_column(f"'{_APART}'").concat(personal.c.fields)).where(
            personal.c.owner == kept.table.c.key, personal.c.part == kept.name
        )
        none: ColumnElement[str] = literal_column("''")
        both = sa.type_coerce(kept, Text).concat(sa.func.coalesce(told.scalar_subquery(), none))
        return sa.type_coerce(both, self)

    def process_result_value(self, value: object, dialect: Dialect) -> Plain | None:
        if value is None:
            return None
        text, _, fields = str(value).partition(_APART)
        found = super().process_result_value(text, dialect)
        if fields and found is not None and found is not UNREADABLE:
            with suppress(ValueError, RecursionError):
                told = json.loads(fields)
                return whole(found, told) if isinstance(told, dict) else found
        return found


def _state(column: str, kind: type[T], *, nullable: bool = False) -> Column[T]:
    values = Enum(
        kind,
        name=f"{column}_is_a_state",
        native_enum=False,
        create_constraint=True,
        values_callable=lambda states: [state.value for state in states],
    )
    return Column(column, values, nullable=nullable)


_LONG = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the type is called INTEGER."""

metadata = MetaData()

_IS_DUE, _WAITS = text("due IS NOT NULL"), text("state = 'waiting'")
_IS_OPEN = text("ended_at IS NULL")

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

personal = Table(
    "personal",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("fields", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("erased_at", Instant),
    Column("erased_by", Text, nullable=False),
)
"""What of a fact or the inbox (`record`, `raw`) or a posting (`payload`) is about a person; `owner` is its key."""

facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("record", _Whole, nullable=False),
    Column("raw", _Whole),
    Column("recorded_at", Instant, nullable=False),
    Index("facts_by_kind", "kind", "occurred_at"),
)

postings = Table(
    "postings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fact_key", Text, ForeignKey("facts.key"), nullable=False, index=True),
    Column("target", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _state("state", State),
    Column("occurred_at", Instant, nullable=False),
    Column("accounting_date", _DAY),
    Column("moved_from", _DAY),
    Column("record_name", Text, nullable=False),
    Column("payload", _Whole),
    Column("reference", Text, nullable=False),
    Column("control_number", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant),
    Column("reason", Text, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("detail", PlainJson, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    Column("lease_number", Integer, nullable=False, server_default="0"),
    Column("not_after", Instant),
    Column("edited", PlainJson, nullable=False, server_default="{}"),
    Index("postings_by_state", "state", "target", "occurred_at"),
    Index("postings_by_reference", "kind", "reference"),
    Index("postings_by_reason", "kind", "state", "reason_code"),
    Index(
        "postings_by_time",
        "state",
        "target",
        "next_attempt_at",
        sqlite_where=text("next_attempt_at IS NOT NULL"),
        postgresql_where=text("next_attempt_at IS NOT NULL"),
    ),
)

steps = Table(
    "steps",
    metadata,
    Column("number", _LONG, primary_key=True, autoincrement=True),
    Column("posting_key", Text, ForeignKey("postings.key"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    _state("before", State, nullable=True),
    _state("after", State),
    Column("note", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("changes", PlainJson),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("record", _Whole, nullable=False),
    Column("raw", _Whole),
    Column("record_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    _state("state", InboxState),
    Column("due", Instant),
    Column("reason", Text, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("read_as", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("taken_by", Text),
    Index("inbox_by_due", "due", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    Index("inbox_by_subject", "subject", "due", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    Index("inbox_waiting", "kind", "read_as", sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("inbox_by_source_id", "kind", "source_id"),
)
"""What is looked at by itself has a due time, and only what waits has one: three indexes hold nothing but work."""

inbox_steps = Table(
    "inbox_steps",
    metadata,
    Column("number", _LONG, primary_key=True, autoincrement=True),
    Column("inbox_key", Text, ForeignKey("inbox.key"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    _state("before", InboxState, nullable=True),
    _state("after", InboxState),
    Column("note", Text, nullable=False),
    Column("actor", Text, nullable=False),
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("units", Text),
    Column("value", Text),
    Column("currency", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("promised", _DAY),
    Column("item", PlainJson, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("assigned_to", Text, nullable=False),
    Column("acknowledged_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("until", Instant),
    Column("ended_at", Instant),
    Column("ended_by", Text, nullable=False),
    Column("healed_by", Text, nullable=False),
    Index("exceptions_open", "kind", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
)
"""What a look found, as it was found last, and what became of it. What is open has not ended: one index has it."""

exception_steps = Table(
    "exception_steps",
    metadata,
    Column("number", _LONG, primary_key=True, autoincrement=True),
    Column("identity", Text, ForeignKey("exceptions.identity"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("event", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("identity", Text, ForeignKey("exceptions.identity"), nullable=False),
    Column("times", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("called_at", Instant, nullable=False),
    Column("due", Instant),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("sent_at", Instant),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    Index("alerts_waiting", "due", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    Index("alerts_by_sending", "sent_at"),
)
"""What people are to be told of exceptions, and what became of that. Only what waits has a due time."""

heads = Table(
    "heads",
    metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("newest_key", Text, ForeignKey("facts.key")),
    Column("standing_key", Text, ForeignKey("facts.key")),
    Column("seen_at", Instant),
    Column("next_look_at", Instant),
    Column("looks", Integer, nullable=False),
    Index("heads_by_look", "kind", "next_look_at"),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("instant", Instant, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", _LONG, nullable=False),
)

breakers = Table(
    "breakers",
    metadata,
    Column("system", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("left_alone_until", Instant),
)

budgets = Table(
    "budgets",
    metadata,
    Column("system", Text, primary_key=True),
    Column("minute", Instant, nullable=False),
    Column("spent", Integer, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("system", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("external_id", Text, nullable=False),
)

VIEWS: Mapping[str, str] = MappingProxyType(
    {
        "posting_list": """
            SELECT postings.key AS posting_key, facts.source AS source_system, facts.kind AS source_kind,
                facts.source_id AS source_number, postings.target AS target_system, postings.kind AS message_kind,
                postings.record_name, postings.state AS posting_state, postings.reason_code, postings.reason,
                postings.occurred_at AS happened_at, postings.accounting_date, postings.moved_from,
                postings.control_number, postings.external_id, postings.attempts, postings.created_at,
                postings.updated_at
            FROM postings JOIN facts ON facts.key = postings.fact_key
        """,
        "posting_history": """
            SELECT steps.posting_key, steps.number AS step_number, steps.at AS stepped_at,
                steps.before AS state_before, steps.after AS state_after, steps.note, steps.actor, steps.changes
            FROM steps
        """,
        "inbox_list": """
            SELECT inbox.key AS inbox_key, inbox.source AS source_system, inbox.kind AS inbox_kind,
                inbox.record_name, inbox.state AS inbox_state, inbox.reason_code, inbox.reason,
                inbox.occurred_at AS happened_at, inbox.due AS due_at, inbox.attempts, inbox.heard_at,
                inbox.updated_at
            FROM inbox
        """,
        "inbox_history": """
            SELECT inbox_steps.inbox_key, inbox_steps.number AS step_number, inbox_steps.at AS stepped_at,
                inbox_steps.before AS state_before, inbox_steps.after AS state_after, inbox_steps.note,
                inbox_steps.actor
            FROM inbox_steps
        """,
        "exception_list": """
            SELECT exceptions.identity AS exception_identity, exceptions.kind AS exception_class,
                exceptions.subject, exceptions.what AS exception_name, exceptions.owner AS owner_name,
                exceptions.state AS exception_state, exceptions.since AS began_at,
                exceptions.units AS exception_units, exceptions.value AS exception_value,
                exceptions.currency AS currency_code, exceptions.period AS period_name,
                exceptions.promised AS promised_date, exceptions.opened_at, exceptions.seen_at,
                exceptions.times AS times_opened, exceptions.assigned_to, exceptions.acknowledged_by,
                exceptions.why AS acknowledged_because, exceptions.until AS acknowledged_until,
                exceptions.ended_at, exceptions.ended_by, exceptions.healed_by
            FROM exceptions
        """,
        "exception_history": """
            SELECT exception_steps.identity AS exception_identity, exception_steps.kind AS exception_class,
                exception_steps.number AS step_number, exception_steps.at AS stepped_at,
                exception_steps.event AS step_name, exception_steps.actor, exception_steps.note
            FROM exception_steps
        """,
        "alert_list": """
            SELECT alerts.key AS alert_key, alerts.channel AS channel_name, alerts.rule AS rule_name,
                alerts.identity AS exception_identity, alerts.times AS times_opened, alerts.step AS step_name,
                alerts.role AS escalated_to, alerts.state AS alert_state, alerts.called_at, alerts.due AS due_at,
                alerts.attempts, alerts.error AS last_error, alerts.message AS message_number, alerts.sent_at
            FROM alerts
        """,
    }
)
"""What people read with tools of their own: no payloads, and no column called by a word that SQL keeps."""
