"""Ledger record ↔ database row.

Law of this module: columns and attributes share their names, so a row says what its record says and no more. One
row that cannot be read stops no other, and says which column is to blame: a fact comes as `Unread` under its key,
a posting without what is damaged, for the reason `damaged_row`; a message or a detail that is no JSON any more is
left out. No damaged column is written back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from operator import attrgetter
from typing import TypeVar, cast, get_args

from attrs import fields
from sqlalchemy import RowMapping, Table

from clarus_bluecherry.errors import InvalidRecord, LedgerError
from clarus_bluecherry.ledger import schema
from clarus_bluecherry.ledger.keys import key_parts, posting_key_parts
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.records import (
    Fact,
    InboxItem,
    InboxStep,
    KeptAlert,
    KeptException,
    KeptExceptionStep,
    Posting,
    Step,
)
from clarus_bluecherry.ledger.states import InboxState
from clarus_bluecherry.model import Plain, Unread, to_plain
from clarus_bluecherry.model._personal import Fields, PersonalTerms
from clarus_bluecherry.model._personal import apart as take_apart
from clarus_bluecherry.model._plain import built

_LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ADVICE = "Restore the ledger's row from a backup."

Values = Mapping[str, object]
S = TypeVar("S", Step, InboxStep, KeptException, KeptExceptionStep, KeptAlert)


_Kept = Fact | Posting | Step | InboxItem | InboxStep | KeptException | KeptExceptionStep | KeptAlert
"""Records that have a table."""


def _columns(record: _Kept) -> dict[str, object]:
    names = _NAMES[type(record)]
    return dict(zip(names, _VALUES[type(record)](record), strict=True))


_NAMES = {kind: tuple(attribute.name for attribute in fields(kind)) for kind in get_args(_Kept)}
_VALUES = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


def fact_row(fact: Fact) -> dict[str, object]:
    """The row of a fact; its record as plain data."""
    return {**_columns(fact), "record": to_plain(fact.record)}


def fact_of(row: RowMapping) -> Fact:
    """The fact in a row, which may hold a posting too."""
    values = _named(row, Fact, schema.facts)
    key = str(values["key"])
    try:
        return built(values, Fact, record=key)
    except Exception as error:  # noqa: BLE001  # whatever one row raises, the others are read
        why = error.problem if isinstance(error, InvalidRecord) else f"{key}: {type(error).__name__}"
        return _unread(key, values, f"this version cannot read the ledger's own row: {why}")


def _unread(key: str, values: Values, problem: str) -> Fact:
    source, kind, source_id, version = key_parts(key)
    when = _instant(values, "occurred_at", "recorded_at")
    return Fact(
        source=source,
        kind=kind,
        source_id=source_id,
        version=version,
        occurred_at=when,
        recorded_at=_instant(values, "recorded_at", "occurred_at"),
        record=Unread(id=source_id, kind=kind, occurred_at=when, problem=problem),
        raw=cast(Plain | None, values.get("raw")),
    )


def _instant(values: Values, *columns: str) -> dt.datetime:
    """The first of the columns that can be read."""
    found = (value for name in columns if isinstance(value := values[name], dt.datetime) and value.tzinfo)
    return next(found, _LONG_AGO)


_PARTS = ("record", "raw", "payload")
"""Columns that may hold personal values."""


def apart(row: Values, kind: str, terms: PersonalTerms) -> tuple[dict[str, object], dict[str, Fields]]:
    """A row, or some of its columns, with references in place of personal values, and those by column.

    `kind` is that of its fact or posting, `terms` are the ledger's. A column without any has no fields.
    """
    told: dict[str, Fields] = {}
    rest = dict(row)
    for column in _PARTS:
        if plain := row.get(column):
            rest[column], told[column] = take_apart(cast(Plain, plain), column=column, kind=kind, terms=terms)
        elif column in row:
            told[column] = {}
    return rest, told


def posting_row(posting: Posting) -> dict[str, object]:
    """The row of a posting that nobody has taken."""
    return _columns(posting)


def posting_of(row: RowMapping) -> Posting:
    """The posting in a row, which may hold a fact too."""
    values = _named(row, Posting, schema.postings)
    try:
        return built(values, Posting, record=str(values["key"]))
    except InvalidRecord as error:
        return _without_damage(values, f"the ledger's own row is damaged: {error.problem}")


def _without_damage(values: Values, reason: str) -> Posting:
    """What is left of a posting; its key says what it is about."""
    key = str(values["key"])
    sound = {**values, **posting_key_parts(key), "reason": reason, "reason_code": Reason.DAMAGED_ROW}
    while True:
        try:
            return built(sound, Posting, record=key)
        except InvalidRecord as error:
            column = error.field.partition(".")[0]
            if column not in sound:
                raise LedgerError(reason, record=key, field=error.field, action=_ADVICE) from error
            del sound[column]
            sound.setdefault("occurred_at", _instant(values, "created_at", "updated_at"))


def item_row(item: InboxItem) -> dict[str, object]:
    """The row of something in the inbox that nobody has taken; its record as plain data."""
    return {**_columns(item), "record": to_plain(item.record)}


def item_of(row: RowMapping) -> InboxItem:
    """What of the inbox is in a row. What is damaged is left out and waits; its key tells what it is about."""
    values = _named(row, InboxItem, schema.inbox)
    key = str(values["key"])
    try:
        return built(values, InboxItem, record=key)
    except Exception as error:  # noqa: BLE001  # whatever one row raises, the others are read
        why = error.problem if isinstance(error, InvalidRecord) else f"{key}: {type(error).__name__}"
        return _item_without_damage(key, values, f"this version cannot read the ledger's own row: {why}")


def _item_without_damage(key: str, values: Values, problem: str) -> InboxItem:
    source, kind, source_id, version = key_parts(key)
    when = _instant(values, "occurred_at", "heard_at", "updated_at")
    state = values.get("state")
    return InboxItem(
        source=source,
        kind=kind,
        source_id=source_id,
        version=version,
        occurred_at=when,
        record=Unread(id=source_id, kind=kind, occurred_at=when, problem=problem),
        raw=cast(Plain | None, values.get("raw")),
        record_name=str(values.get("record_name") or source_id),
        subject=str(values.get("subject") or ""),
        state=state if isinstance(state, InboxState) else InboxState.WAITING,
        reason=problem,
        reason_code=Reason.DAMAGED_ROW,
        heard_at=_instant(values, "heard_at", "occurred_at"),
        updated_at=_instant(values, "updated_at", "heard_at"),
    )


def step_row(step: Step | InboxStep) -> dict[str, object]:
    """The row of a step."""
    return _columns(step)


def step_of(row: RowMapping) -> Step:
    """The step in a row. Raises `LedgerError` when it is damaged: half a history would be none."""
    return _step(_named(row, Step, schema.steps), Step, "posting_key")


def inbox_step_of(row: RowMapping) -> InboxStep:
    """As `step_of`, for something in the inbox."""
    return _step(_named(row, InboxStep, schema.inbox_steps), InboxStep, "inbox_key")


def exception_row(kept: KeptException | KeptExceptionStep) -> dict[str, object]:
    """The row of an exception, or of a step of one."""
    return _columns(kept)


def exception_of(row: RowMapping) -> KeptException:
    """The exception in a row. Raises `LedgerError` when it is damaged."""
    return _whole(_named(row, KeptException, schema.exceptions), KeptException, str(row["identity"]))


def exception_step_of(row: RowMapping) -> KeptExceptionStep:
    """As `step_of`, for an exception."""
    return _step(_named(row, KeptExceptionStep, schema.exception_steps), KeptExceptionStep, "identity")


def alert_row(kept: KeptAlert) -> dict[str, object]:
    """The row of an alert."""
    return {**_columns(kept), "state": kept.state.value}


def alert_of(row: RowMapping) -> KeptAlert:
    """The alert in a row. Raises `LedgerError` when it is damaged."""
    return _whole(_named(row, KeptAlert, schema.alerts), KeptAlert, str(row["key"]))


def _step(values: Values, kind: type[S], of: str) -> S:
    return _whole(values, kind, f"history of {values[of]}")


def _whole(values: Values, kind: type[S], record: str) -> S:
    try:
        return built(values, kind, record=record)
    except InvalidRecord as error:
        what = f"the ledger's own row is damaged: {error.what}"
        raise LedgerError(what, record=error.record, field=error.field, action=_ADVICE) from error


def watermark_of(name: str, instant: object) -> dt.datetime | None:
    """How far a feed was read. Raises `LedgerError` when that is damaged."""
    if instant is None or isinstance(instant, dt.datetime):
        return instant
    what = "the ledger's own row is damaged: not an instant"
    raise LedgerError(what, record=f"watermark {name}", field="instant", action=_ADVICE)


def _named(row: RowMapping, kind: type[_Kept], table: Table) -> dict[str, object]:
    """The columns by name, without plain data that is no JSON any more."""
    values = {name: row[table.c[name]] for name in _NAMES[kind]}
    return {name: value for name, value in values.items() if value is not schema.UNREADABLE}
