"""Ledger record ↔ database row.

Law of this module: columns and attributes share their names, so a row says what its record says and no more.
"""

from __future__ import annotations

from typing import cast

from attrs import fields
from sqlalchemy import RowMapping, Table

from clarus_bluecherry.ledger import schema
from clarus_bluecherry.ledger.records import Fact, Posting, Step
from clarus_bluecherry.model import Plain, from_plain, to_plain


def fact_row(fact: Fact) -> dict[str, object]:
    """The row of a fact; its record as plain data."""
    return {**_values(fact, Fact), "record": to_plain(fact.record)}


def fact_of(row: RowMapping) -> Fact:
    """The fact in a row, which may hold a posting too."""
    values = _named(row, Fact, schema.facts)
    return Fact(**{**values, "record": from_plain(cast(Plain, values["record"]))})  # type: ignore[arg-type]


def posting_row(posting: Posting) -> dict[str, object]:
    """The row of a posting that nobody has taken."""
    return _values(posting, Posting)


def posting_of(row: RowMapping) -> Posting:
    """The posting in a row, which may hold a fact too."""
    return Posting(**_named(row, Posting, schema.postings))  # type: ignore[arg-type]


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
