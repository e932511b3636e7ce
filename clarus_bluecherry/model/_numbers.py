"""Numbers and instants as another system writes them, before anything is computed with them.

Law of this module: what passes can be added, shown and stored as it is. A number has no more digits than sums of
it keep exactly, an instant can be told in every time zone, and text counts as a number only when people would read
it as one.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Context, Decimal

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_DIGITS = 15
_FINEST = Decimal("1E-12")
"""15 digits before the point and 12 behind it: 27 in all, and Decimals add 28 exactly unless told otherwise."""
_ROOMY = Context(prec=60)
_FIRST_YEAR, _LAST_YEAR = 1900, 9000


def read_number(value: object) -> object:
    """`value`, where it may be a number: a float by its shortest text, text without the spaces around it.

    Raises `ValueError` for other text (`NaN`, `1_000`). What is not of these kinds is left for others to judge.

    >>> read_number(0.1), read_number(" 5 ")
    (Decimal('0.1'), '5')
    """
    if isinstance(value, float):
        return Decimal(repr(value))
    if not isinstance(value, str):
        return value
    if not _NUMBER.fullmatch(value.strip()):
        raise ValueError("the text is not a number")
    return value.strip()


def bounded(value: Decimal) -> Decimal:
    """`value`, when it is less than 10^15 either way and has at most 12 decimals. Raises `ValueError` otherwise.

    >>> bounded(Decimal("7.50"))
    Decimal('7.50')
    """
    if value.is_zero() and abs(value.adjusted()) > _DIGITS:
        return Decimal(0)
    if not value.is_finite() or abs(value.adjusted()) >= _DIGITS:
        raise ValueError("the number is out of range")
    short = value.quantize(_FINEST, context=_ROOMY)
    if short != value:
        raise ValueError("the number has more than 12 decimals")
    return short if len(value.as_tuple().digits) > 2 * _DIGITS else value


def placed(value: dt.datetime) -> dt.datetime:
    """`value`, when its year can be one of ours. Raises `ValueError` otherwise."""
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("the date is out of range")
    return value
