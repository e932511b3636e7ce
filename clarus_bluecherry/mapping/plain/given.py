"""What is common to everything that a step is given: what it is called, what is empty, what is no dict.

Law of this module: an error names the record and the field as the vendor does, and quotes no value: it may be
personal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from math import isnan

from pydantic import ValidationError

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping.plain.spelling import Row

_DEEPEST = 50
ONE_AT_A_TIME = "Give the step one record at a time."


def a_dict(given: object, kind: str) -> Row:
    """`given` as a dict, or `InvalidRecord`."""
    if not isinstance(given, Mapping):
        action = "Parse the text first, with json.loads." if isinstance(given, str | bytes) else ONE_AT_A_TIME
        raise InvalidRecord(f"{type(given).__name__} is not a dict", record=kind, action=action)
    return {name: _without_nan(value, _DEEPEST) for name, value in given.items()}


def _without_nan(value: object, depth: int) -> object:
    """`value` with null for each not-a-number in it: so a table library writes an empty cell."""
    if isinstance(value, Decimal | float):
        return None if (value.is_nan() if isinstance(value, Decimal) else isnan(value)) else value
    if depth and isinstance(value, Mapping):
        return {name: _without_nan(each, depth - 1) for name, each in value.items()}
    if depth and isinstance(value, list):
        return [_without_nan(each, depth - 1) for each in value]
    return value


def named(kind: str, row: Row, *numbers: str) -> str:
    """What a person calls the record: its kind and the first of `numbers` that it has."""
    found = (row.get(name) for name in numbers)
    return f"{kind} {next((each for each in found if isinstance(each, str | int)), '')}".strip()


def is_blank(value: object) -> bool:
    """Whether nothing is there: null, or text without a visible character."""
    return value is None or (isinstance(value, str) and not value.strip())


@contextmanager
def explained(record: str, places: Mapping[str, str]) -> Iterator[None]:
    """Say what a record refuses under the vendor's name of its place; `places` are those we call otherwise."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        steps = [places.get(str(step), str(step)) for step in first["loc"]]
        raise InvalidRecord(first["msg"], record=record, field=".".join(steps)) from None
    except InvalidRecord as error:
        raise InvalidRecord(error.what, record=record, field=error.field) from None
