"""Canonical record ↔ plain data, without loss: the ledger's JSON, CSV rows, the dicts of an iPaaS step.

Law of this module: `from_plain(to_plain(record)) == record`, through JSON too. Plain data holds only dicts,
lists, text, booleans and nothing: a Decimal is text, an instant is ISO 8601 with its offset, and every record
says its kind under `"record"`.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar, cast, get_args, overload

import attrs
from cattrs import Converter, transform_error
from cattrs.errors import ClassValidationError, IterableValidationError

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model.records import Keeper, Record
from clarus_bluecherry.model.values import Item, Sku, UnmatchedCode, decimal

Plain = Mapping[str, object]
"""A record as plain data."""

R = TypeVar("R")

_KINDS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Record)}


def _as_text(value: object, kind: type[str]) -> str:
    if not isinstance(value, str):
        raise InvalidRecord(f"{value!r} is {type(value).__name__}, not text: leading zeros would be lost")
    return value


def _as_instant(value: object, kind: type[dt.datetime]) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.fromisoformat(_as_text(value, str))


def _as_item(value: object, kind: object) -> Sku | UnmatchedCode:
    if not isinstance(value, Mapping):
        raise InvalidRecord(f"{value!r} is not a SKU")
    kind_of_item: type[Sku] | type[UnmatchedCode] = UnmatchedCode if "code" in value else Sku
    return _CONVERTER.structure(value, kind_of_item)


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, kind: decimal(value))
    converter.register_unstructure_hook(dt.datetime, dt.datetime.isoformat)
    converter.register_structure_hook(dt.datetime, _as_instant)
    converter.register_structure_hook(str, _as_text)
    converter.register_structure_hook(Keeper, lambda value, kind: Keeper(value))
    converter.register_structure_hook_func(lambda kind: kind == Item, _as_item)
    return converter


_CONVERTER = _converter()


def to_plain(record: Record) -> dict[str, object]:
    """Return `record` as plain data that JSON can hold.

    >>> from clarus_bluecherry.model import Product, Sku
    >>> to_plain(Product(sku=Sku("01234", "BLK", size="M")))["record"]
    'Product'
    """
    return {"record": type(record).__name__, **_plain_fields(record)}


def _plain_fields(record: attrs.AttrsInstance) -> dict[str, object]:
    plain = _plain_value(_CONVERTER.unstructure(record))
    return cast(dict[str, object], plain)


def _plain_value(value: object) -> object:
    """Tuples become lists and enums their values, so that a trip through JSON changes nothing."""
    if isinstance(value, Mapping):
        return {key: _plain_value(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_value(member) for member in value]
    return value.value if isinstance(value, enum.Enum) else value


@overload
def from_plain(data: Plain) -> Record: ...
@overload
def from_plain(data: Plain, kind: type[R]) -> R: ...
def from_plain(data: Plain, kind: type[R] | None = None) -> R | Record:
    """Return the record that `data` describes; `kind` is needed only when `data` does not name its own.

    Raises `InvalidRecord` naming the field when the data breaks a rule.
    """
    fields = dict(data)
    name = fields.pop("record", kind.__name__ if kind else "")
    target = _KINDS.get(str(name))
    if target is None or (kind is not None and target is not kind):
        raise InvalidRecord(f"{name!r} is not the kind of record expected", field="record")
    try:
        return cast(R, _CONVERTER.structure(fields, target))
    except (ClassValidationError, IterableValidationError) as error:
        raise _explain(error, str(name), fields) from error


def _explain(error: ClassValidationError | IterableValidationError, name: str, fields: Plain) -> InvalidRecord:
    identity = fields.get("reference") or fields.get("id") or ""
    findings = transform_error(error)
    cause = _first_cause(error)
    what = cause.what if isinstance(cause, InvalidRecord) else "; ".join(findings)
    field = cause.field if isinstance(cause, InvalidRecord) else ""
    return InvalidRecord(
        what, record=f"{name} {identity}".strip(), field=field or findings[0].rpartition("@ $")[2].lstrip(".")
    )


def _first_cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
