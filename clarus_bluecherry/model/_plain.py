"""Record ↔ plain data, without loss: the ledger's rows, JSON reports, what a command prints for programs.

Law of this module: how a value is written and read back is said here, once. Plain data holds only dicts, lists,
text, numbers, booleans and nothing: a Decimal is text and never a float, an instant is ISO 8601 with its offset,
a date without one, an enum its value; what is none of these is refused. `from_plain(to_plain(record)) == record`
for the canonical records, through JSON too: each says its kind under `"record"`, and a field that older plain
data lacks has its default.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar, cast, get_args, get_origin, overload

from cattrs import Converter, override
from cattrs.errors import (
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_unstructure_fn

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._movements import Dispatch
from clarus_bluecherry.model._numbers import placed
from clarus_bluecherry.model._orders import OrderLine, PurchaseOrderLine
from clarus_bluecherry.model._records import Record
from clarus_bluecherry.model._values import Address, Item, Sku, UnmatchedCode, decimal, not_text

Plain = Mapping[str, object]
"""A record as plain data."""

R = TypeVar("R")

_LINES = (OrderLine, PurchaseOrderLine)
_KINDS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Record)}


def _as_text(value: object, kind: type[str]) -> str:
    if not isinstance(value, str):
        raise InvalidRecord(not_text(value))
    return value


def _as_whole(value: object, kind: type[int]) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidRecord(f"{type(value).__name__} is not a whole number")
    return value


def _as_flag(value: object, kind: type[bool]) -> bool:
    if not isinstance(value, bool):
        raise InvalidRecord(f"{type(value).__name__} is neither true nor false")
    return value


def _as_instant(value: object, kind: type[dt.datetime]) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    try:
        return placed(dt.datetime.fromisoformat(_as_text(value, str)))
    except ValueError:
        raise InvalidRecord("not an ISO 8601 date and time with an offset") from None


def _as_date(value: object, kind: type[dt.date]) -> dt.date:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(_as_text(value, str))
    except ValueError:
        raise InvalidRecord("not an ISO 8601 date") from None


def _is_list(kind: object) -> bool:
    """Any number of members of one kind."""
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _refuse(value: object) -> object:
    raise InvalidRecord(f"{type(value).__name__} is not plain data")


def _new() -> Converter:
    """A converter with what every value is as plain data, and back."""
    made = Converter(
        forbid_extra_keys=True,
        unstruct_collection_overrides={tuple: list},
        unstructure_fallback_factory=lambda kind: _refuse if isinstance(kind, type) else as_what_it_is,
    )

    def as_what_it_is(value: object) -> object:
        """For a field that may hold several kinds."""
        return _refuse(value) if type(value) is object else made.unstructure(value)

    def line(kind: type) -> Callable[[object], object]:
        """One that tells no unit and no pack is written, and named by its digest, as it always was."""
        if_told = override(omit_if_default=True)
        return make_dict_unstructure_fn(kind, made, told=if_told, pack=if_told)

    def as_item(value: object, kind: object) -> Sku | UnmatchedCode:
        if not isinstance(value, Mapping):
            raise InvalidRecord(f"{type(value).__name__} is neither a SKU nor an unmatched code")
        kind_of_item: type[Sku] | type[UnmatchedCode] = UnmatchedCode if "code" in value else Sku
        return made.structure(value, kind_of_item)

    def as_list(value: object, kind: object) -> tuple[object, ...]:
        """Text and dicts can be iterated too, but they are no lists."""
        if not isinstance(value, list | tuple):
            raise InvalidRecord(f"{type(value).__name__} is not a list")
        members = cast(type[list[object]], GenericAlias(list, get_args(kind)[:1]))
        return tuple(made.structure(value, members))

    for kind in (bool, int, float, type(None)):
        made.register_unstructure_hook(kind, lambda value: value)
    made.register_unstructure_hook_func(lambda kind: kind is object, as_what_it_is)
    for words in (enum.Enum, enum.StrEnum, enum.IntEnum):
        made.register_unstructure_hook(words, lambda value: made.unstructure(value.value))
    for other in (bytes, set, frozenset):
        made.register_unstructure_hook(other, _refuse)
    made.register_unstructure_hook_factory(lambda kind: kind in _LINES, line)
    made.register_unstructure_hook(Decimal, str)
    made.register_unstructure_hook(dt.datetime, dt.datetime.isoformat)
    made.register_unstructure_hook(dt.date, dt.date.isoformat)
    made.register_structure_hook(Decimal, lambda value, kind: decimal(value))
    made.register_structure_hook(dt.datetime, _as_instant)
    made.register_structure_hook(dt.date, _as_date)
    made.register_structure_hook(str, _as_text)
    made.register_structure_hook(enum.StrEnum, lambda value, kind: kind(_as_text(value, str)))
    made.register_structure_hook(int, _as_whole)
    made.register_structure_hook(bool, _as_flag)
    made.register_structure_hook_func(lambda kind: kind is object, lambda value, kind: value)
    made.register_structure_hook_func(lambda kind: kind == Item, as_item)
    made.register_structure_hook_func(lambda kind: kind == Record, lambda value, kind: from_plain(value))
    made.register_structure_hook_func(_is_list, as_list)
    # What left in one go is written as it was before there were parts: the same facts stay the same.
    whole = make_dict_unstructure_fn(Dispatch, made, part=override(omit_if_default=True))
    made.register_unstructure_hook(Dispatch, whole)
    # And so is an address where nobody is to be asked.
    asking_nobody = make_dict_unstructure_fn(Address, made, contact=override(omit_if_default=True))
    made.register_unstructure_hook(Address, asking_nobody)
    return made


def _of_what(view: Callable[[Any], object], made: Converter) -> Callable[[object], object]:
    return lambda value: made.unstructure(view(value))


@cache
def _converter() -> Converter:
    """The common one, made when it is first used: what imports this module may never use it."""
    return _new()


def told(value: object) -> object:
    """`value` as plain data that JSON can hold: records of attrs by their fields, and what is in them.

    Raises `InvalidRecord` for what has no such form.

    >>> told([Sku("01234"), Decimal("1.20")])[1]
    '1.20'
    """
    return _converter().unstructure(value)


def telling(views: Mapping[type, Callable[[Any], object]]) -> Callable[[object], object]:
    """A `told` for which values of some types are what `views` makes of them; that is told in turn.

    >>> telling({Sku: str})({"item": Sku("01234", "BLK"), "units": Decimal("2.0")})
    {'item': '01234 BLK', 'units': '2.0'}
    """

    @cache
    def converter() -> Converter:
        made = _new()
        for kind, view in views.items():
            made.register_unstructure_hook(kind, _of_what(view, made))
        return made

    return lambda value: converter().unstructure(value)


def built(data: Plain, kind: type[R], *, record: str) -> R:
    """The `kind` of attrs record that `data` describes.

    Raises `InvalidRecord` that names `record` and the field, `lines[2].quantity` for example; it names kinds and
    never quotes values that may be personal.
    """
    if not isinstance(data, Mapping):
        raise InvalidRecord(f"{type(data).__name__} is not a dict", record=record)
    try:
        return _converter().structure(data, kind)
    except ClassValidationError as error:
        raise _explained(error, record) from error


def to_plain(record: Record) -> dict[str, object]:
    """Return `record` as plain data that JSON can hold.

    >>> from clarus_bluecherry.model import Product, Sku
    >>> to_plain(Product(sku=Sku("01234", "BLK", size="M")))["record"]
    'Product'
    """
    return {"record": type(record).__name__, **cast(Plain, told(record))}


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
    return cast(R, built(fields, target, record=_named(target.__name__, fields)))


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
