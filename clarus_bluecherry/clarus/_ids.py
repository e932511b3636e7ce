"""What counts as an id of Clarus, and as several of something.

Law of this module: an id is a whole number in plain digits, however it is held; what merely can be read as one
(true, 1.0, 1_0, digits of other scripts) would name another record, or all of them. One text is never several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from clarus_bluecherry.errors import InvalidRecord

T = TypeVar("T")

RecordId = str | int
"""A Clarus id as a caller may hold it."""

_AN_ID = "Give the id that Clarus gave the record: `.id` of what a list shows or a create answers."
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


def number(value: object) -> int:
    """An id as a number, as the REST schema has it. Raises `ValueError` that says what it is instead."""
    is_known = isinstance(value, str | int) and not isinstance(value, bool)
    if not is_known or not _DIGITS.fullmatch(str(value)):
        shown = repr(value)[:40] if isinstance(value, str | int) else f"a {type(value).__name__}"
        raise ValueError(f"{shown} is no id: ids are whole numbers, such as 7 or '7'")
    return int(str(value))


def whole(value: object, field: str) -> int:
    """An id as a number. Raises `InvalidRecord` naming `field`."""
    try:
        return number(value)
    except ValueError as error:
        raise InvalidRecord(str(error), field=field, action=_AN_ID) from None


def several(values: Iterable[T], field: str) -> Iterable[T]:
    """`values`, when they are several of something. Raises `InvalidRecord` naming `field` for a single one."""
    if isinstance(values, str | bytes | bytearray) or not isinstance(values, Iterable):
        raise InvalidRecord(f"a {type(values).__name__} is not several: give a list, such as [7, 8]", field=field)
    return values
