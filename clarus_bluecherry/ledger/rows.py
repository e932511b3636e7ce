"""Ledger record ↔ database row.

Law of this module: columns and attributes share their names, so a row says what its record says and no more. One
row that cannot be read stops no other: a fact whose record is damaged, or was written by a newer library, comes as
`Unread` with the reason; a posting whose message is damaged comes without it. Nothing is written back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import cast

from attrs import fields
from sqlalchemy import RowMapping, Table

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.ledger import schema
from clarus_bluecherry.ledger.records import Fact, Posting, Step
from clarus_bluecherry.model import Plain, Record, Unread, from_plain, to_plain


def fact_row(fact: Fact) -> dict[str, object]:
    """The row of a fact; its record as plain data."""
    return {**_values(fact, Fact), "record": to_plain(fact.record)}


def fact_of(row: RowMapping) -> Fact:
    """The fact in a row, which may hold a posting too."""
    values = _named(row, Fact, schema.facts)
    return Fact(**{**values, "record": _record(values), "raw": _readable(values["raw"])})  # type: ignore[arg-type]


def _record(values: Mapping[str, object]) -> Record:
    if values["record"] is schema.UNREADABLE:
        return _unread(values, "the ledger's own row is damaged: it is no JSON")
    try:
        return from_plain(cast(Plain, values["record"]))
    except Exception as error:  # noqa: BLE001  # whatever one row raises, the others are read
        why = error.problem if isinstance(error, InvalidRecord) else type(error).__name__
        return _unread(values, f"this version cannot read the ledger's own row: {why}")


def _unread(values: Mapping[str, object], problem: str) -> Unread:
    return Unread(
        id=str(values["source_id"]),
        kind=str(values["kind"]),
        occurred_at=cast(dt.datetime, values["occurred_at"]),
        problem=problem,
    )


def _readable(data: object) -> object:
    return None if data is schema.UNREADABLE else data


def posting_row(posting: Posting) -> dict[str, object]:
    """The row of a posting that nobody has taken."""
    return _values(posting, Posting)


def posting_of(row: RowMapping) -> Posting:
    """The posting in a row, which may hold a fact too."""
    values = _named(row, Posting, schema.postings)
    return Posting(**{**values, "payload": _readable(values["payload"])})  # type: ignore[arg-type]


def step_row(step: Step) -> dict[str, object]:
    """The row of a step."""
    return _values(step, Step)


def step_of(row: RowMapping) -> Step:
    """The step in a row."""
    return Step(**_named(row, Step, schema.steps))  # type: ignore[arg-type]


def _values(record: Fact | Posting | Step, kind: type[Fact | Posting | Step]) -> dict[str, object]:
    return {attribute.name: getattr(record, attribute.name) for attribute in fields(kind)}


def _named(row: RowMapping, kind: type[Fact | Posting | Step], table: Table) -> dict[str, object]:
    return {attribute.name: row[table.c[attribute.name]] for attribute in fields(kind)}
