"""Numbers as people and programs write them.

Law of this module: which mark is the decimal one is told, or shown by the file's own numbers, and never guessed: a
number that may be a thousand times more or less is refused. A number that Excel keeps has no such doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables._lines import ExcelNumber, quoted, quoted_misfit
from clarus_bluecherry.tables._marks import unescaped

DecimalMark = Literal[".", ","]

_LONGEST = 28
"""More digits than that are not added up exactly."""
_SPACES = " \u00a0\u202f"
_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:[,{_SPACES}][0-9]{{3}})+(?:\.[0-9]*)?", re.ASCII)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+", re.ASCII)
_WITHOUT_GROUPS = str.maketrans(dict.fromkeys("," + _SPACES))
_EXCHANGED = str.maketrans(".,", ",.")
_OF_DELIMITER: Mapping[str, DecimalMark] = {",": ".", ";": ","}
_EITHER_MARK = re.compile(r",|\.[0-9]{3}(?![0-9])")
_SURELY_POINT = re.compile(r"\.(?:\d{1,2}|\d{4,})$|,\d{3}\.", re.ASCII)
_SURELY_COMMA = re.compile(r",(?:\d{1,2}|\d{4,})$|\.\d{3},", re.ASCII)


@frozen
class NumberForm:
    """How a table writes its numbers: the `decimal_mark`, or None where nobody told it, and whether thousands may
    be set apart (`grouping`). A number is negative by a sign before or after it, or by parentheses.
    """

    decimal_mark: DecimalMark | None = "."
    grouping: bool = True

    def read(self, text: str) -> Decimal:
        """The number in a cell. Raises `InvalidRecord` for text that is none, or may be two.

        >>> NumberForm().read("(1,200.50)"), NumberForm(",").read("7,125-")
        (Decimal('-1200.50'), Decimal('-7.125'))
        """
        if isinstance(text, ExcelNumber):
            return _of_excel(text)
        if self.decimal_mark is None and _EITHER_MARK.search(text):
            what = f"{quoted(text)} may be a thousand times more or less: no decimal mark is told"
            raise InvalidRecord(what, action="Say which mark is the decimal one, and read it again.")
        digits, sign = unsigned(unescaped(text).strip())
        plain = digits.translate(_EXCHANGED) if self.decimal_mark == "," else digits
        is_number = _PLAIN.fullmatch(plain) or (self.grouping and _GROUPED.fullmatch(plain))
        if not is_number or len(digits) > _LONGEST:
            raise InvalidRecord(f"{quoted_misfit(text)} is not a number")
        return sign * Decimal(plain.translate(_WITHOUT_GROUPS))


def _of_excel(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidRecord(f"{quoted_misfit(text)} is not a number") from None


def unsigned(number: str) -> tuple[str, int]:
    """The digits and the sign, which may stand before or after them, or be parentheses.

    >>> unsigned("(5)"), unsigned("5-"), unsigned("+5")
    (('5', -1), ('5', -1), ('5', 1))
    """
    if number.startswith("(") and number.endswith(")"):
        return number[1:-1].strip(), -1
    for bare in (number.removeprefix("-"), number.removesuffix("-")):
        if bare != number:
            return bare.strip(), -1
    return number.removeprefix("+"), 1


def mark_of(numbers: Iterable[str], delimiter: str) -> DecimalMark | None:
    """The decimal mark of these numbers: the one that some of them can only have, else what goes with the file's
    `delimiter` (a comma means points, a semicolon commas). None where nothing tells it, or they contradict each
    other.

    >>> mark_of(["1,200"], "|"), mark_of(["1,200", "3,5"], "|"), mark_of(["1,200"], ";")
    (None, ',', ',')
    """
    digits = [unsigned(unescaped(text).strip())[0] for text in numbers if not isinstance(text, ExcelNumber)]
    has_comma, has_point = any(map(_SURELY_COMMA.search, digits)), any(map(_SURELY_POINT.search, digits))
    if has_comma != has_point:
        return "," if has_comma else "."
    return None if has_comma else _OF_DELIMITER.get(delimiter)
