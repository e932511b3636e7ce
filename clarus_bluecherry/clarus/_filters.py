"""What lists are narrowed by: a field's operators, each made by a function of its name.

Law of this module: a filter is plain data, as Clarus takes it. An instant without a time zone is refused, and so
is a value that got lost: without it the whole list would be asked for. What the vendor does not publish is said
where it is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from clarus_bluecherry.clarus._ids import several
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Json

Value = str | int | bool | Decimal | dt.datetime
"""What a filter compares with. Ids are text, as in the vendor's examples; instants know their time zone."""

Operators = dict[str, Json]
"""One field's filter: operator → value. Operators of two helpers join: `{**since(a), **until(b)}`."""

Where = Mapping[str, Mapping[str, Json]]
"""Field → operators; all of them must hold. Which fields a list filters by is documented per list."""


def eq(value: Value) -> Operators:
    """Equal, with case and leading zeros.

    >>> eq("SKU-1")
    {'eq': 'SKU-1'}
    """
    return {"eq": _filter_value(value)}


def any_of(values: Iterable[Value]) -> Operators:
    """Equal to one of `values`. A listing refuses an empty choice: what Clarus makes of it is not published."""
    return {"in": [_filter_value(value) for value in several(values, "filter")]}


def like(text: str) -> Operators:
    """Containing `text`, with case."""
    return {"like": _text(text)}


def ilike(text: str) -> Operators:
    """Containing `text`, in any case."""
    return {"ilike": _text(text)}


def since(moment: dt.datetime) -> Operators:
    """From `moment` on. Whether `moment` itself is included is not published: overlap your windows.

    >>> since(dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    {'from': '2026-03-01T00:00:00Z'}
    """
    return {"from": _moment(moment)}


def until(moment: dt.datetime) -> Operators:
    """Up to `moment`. Whether `moment` itself is included is not published: overlap your windows."""
    return {"to": _moment(moment)}


def between(low: Value, high: Value) -> Operators:
    """From `low` to `high`. The shape is not published; a list of two is our reading (confidence low)."""
    return {"between": [_filter_value(low), _filter_value(high)]}


def gt(value: Value) -> Operators:
    """Greater than `value`."""
    return {"gt": _filter_value(value)}


def gteq(value: Value) -> Operators:
    """Greater than or equal to `value`."""
    return {"gteq": _filter_value(value)}


def lt(value: Value) -> Operators:
    """Less than `value`."""
    return {"lt": _filter_value(value)}


def lteq(value: Value) -> Operators:
    """Less than or equal to `value`."""
    return {"lteq": _filter_value(value)}


def filled(is_filled: bool = True) -> Operators:
    """An id that is there, or is not. The shape is not published; a boolean is our reading (confidence low)."""
    if not isinstance(is_filled, bool):
        raise _lost(is_filled, "say True or False")
    return {"filled": is_filled}


def _filter_value(value: Value) -> Json:
    match value:
        case dt.datetime():
            return _moment(value)
        case str() | int() | Decimal():
            return value
        case _:
            raise _lost(value, "give text, a whole number, a Decimal, a flag or an instant")


def _moment(moment: dt.datetime) -> str:
    if not isinstance(moment, dt.datetime):
        raise _lost(moment, "give a datetime with its time zone")
    if moment.utcoffset() is None:
        raise InvalidRecord(f"{moment.isoformat()} has no time zone: an instant needs one", field="filter")
    return moment.isoformat().replace("+00:00", "Z")


def _text(text: str) -> str:
    if not isinstance(text, str) or not text:
        raise _lost(text, "give the text to look for")
    return text


def _lost(value: object, instead: str) -> InvalidRecord:
    """What a condition cannot compare with: sent as nothing, it would ask for the whole list."""
    found = "nothing" if value in (None, "") else f"a {type(value).__name__}"
    return InvalidRecord(f"{found} is nothing to filter by: {instead}", field="filter")
