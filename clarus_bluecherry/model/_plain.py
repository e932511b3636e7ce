"""Canonical record ↔ plain data, without loss: the ledger's JSON, CSV rows, the dicts of an iPaaS step.

Law of this module: `from_plain(to_plain(record)) == record`, through JSON too. Plain data holds only dicts,
lists, text, booleans and nothing: a Decimal is text, an instant is ISO 8601 with its offset, a date without one,
and every record says its kind under `"record"`. A field that older plain data lacks has its default.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal
from types import GenericAlias
from typing import TypeVar, cast, get_args, get_origin, overload

import attrs
from cattrs import Converter
from cattrs.errors import (
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._records import Keeper, Record
from clarus_bluecherry.model._values import Item, Sku, UnmatchedCode, decimal, not_text

Plain = Mapping[str, object]
"""A record as plain data."""

R = TypeVar("R")

_KINDS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Record)}


def _as_text(value: object, kind: type[str]) -> str:
    if not isinstance(value, str):
        raise InvalidRecord(not_text(value))
    return value


def _as_instant(value: object, kind: type[dt.datetime]) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    try:
        return dt.datetime.fromisoformat(_as_text(value, str))
    except ValueError:
        raise InvalidRecord("not an ISO 8601 date and time with an offset") from None


def _as_date(value: object, kind: type[dt.date]) -> dt.date:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(_as_text(value, str))
    except ValueError:
        raise InvalidRecord("not an ISO 8601 date") from None


def _as_item(value: object, kind: object) -> Sku | UnmatchedCode:
    if not isinstance(value, Mapping):
        raise InvalidRecord(f"{type(value).__name__} is neither a SKU nor an unmatched code")
    kind_of_item: type[Sku] | type[UnmatchedCode] = UnmatchedCode if "code" in value else Sku
    return _CONVERTER.structure(value, kind_of_item)


def _is_tuple(kind: object) -> bool:
    return get_origin(kind) is tuple


def _as_tuple(value: object, kind: object) -> tuple[object, ...]:
    """Text and dicts can be iterated too, but they are no lists."""
    if not isinstance(value, list | tuple):
        raise InvalidRecord(f"{type(value).__name__} is not a list")
    members = cast(type[list[object]], GenericAlias(list, get_args(kind)[:1]))
    return tuple(_CONVERTER.structure(value, members))


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, kind: decimal(value))
    converter.register_unstructure_hook(dt.datetime, dt.datetime.isoformat)
    converter.register_structure_hook(dt.datetime, _as_instant)
    converter.register_unstructure_hook(dt.date, dt.date.isoformat)
    converter.register_structure_hook(dt.date, _as_date)
    converter.register_structure_hook(str, _as_text)
    converter.register_structure_hook(Keeper, lambda value, kind: Keeper(value))
    converter.register_structure_hook_func(lambda kind: kind == Item, _as_item)
    converter.register_structure_hook_func(_is_tuple, _as_tuple)
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

    Raises `InvalidRecord` naming the record and the field, `lines[2].quantity` for example, when the data breaks
    a rule; it names kinds and never quotes values that may be personal.
    """
    expected = kind.__name__ if kind else "record"
    if not isinstance(data, Mapping):
        raise InvalidRecord(f"{type(data).__name__} is not a dict", record=expected)
    fields = dict(data)
    name = fields.pop("record", expected)
    target = _KINDS.get(name) if isinstance(name, str) else None
    if target is None or (kind is not None and target is not kind):
        found = repr(name) if isinstance(name, str) else type(name).__name__
        known = target.__name__ if target else expected
        raise InvalidRecord(f"{found} is not the kind expected", record=_named(known, fields), field="record")
    try:
        return cast(R, _CONVERTER.structure(fields, target))
    except ClassValidationError as error:
        raise _explained(error, _named(target.__name__, fields)) from error


def _named(kind: str, fields: Plain) -> str:
    identity = fields.get("reference") or fields.get("id")
    return f"{kind} {identity}" if isinstance(identity, str) else kind


def _explained(error: ClassValidationError, record: str) -> InvalidRecord:
    path, cause, expected = _first_cause(error)
    if isinstance(cause, InvalidRecord):
        path, what = f"{path}.{cause.field}" if cause.field else path, cause.what
    elif isinstance(cause, ForbiddenExtraKeysError):
        what = f"unknown fields: {', '.join(sorted(map(str, cause.extra_fields)))}"
    elif isinstance(cause, KeyError):
        what = "a value is required"
    else:
        what = f"not a {getattr(expected, '__name__', expected)}"
    return InvalidRecord(what, record=record, field=path.lstrip("."))


def _first_cause(error: BaseException) -> tuple[str, BaseException, object]:
    """The first thing that is wrong: the path to it, the error, and the kind that was expected there."""
    path, expected = "", object()
    while isinstance(error, ClassValidationError | IterableValidationError):
        placed, elsewhere = error.group_exceptions()
        if not placed:
            error = elsewhere[0]
            continue
        error, note = placed[0]
        path += f"[{note.index}]" if isinstance(note, IterableValidationNote) else f".{note.name}"
        expected = note.type
    return path, error, expected
