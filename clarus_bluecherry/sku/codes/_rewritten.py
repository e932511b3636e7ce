"""What a spreadsheet writes in place of a number: 90.75 for 90.750, and zeros for all digits past the 15th.

A program that takes codes for binary numbers keeps two digits more, and writes others behind them.

Law of this module: it goes forward only. One text becomes one other, but several texts become the same, so that
what stands there now never tells what stood there before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from clarus_bluecherry.sku.codes._damage import Damage
from clarus_bluecherry.sku.codes._text import fold, key

_DIGITS_KEPT, _DIGITS_SHOWN = 15, range(1, 7)
"""What a spreadsheet keeps of a number, and what it shows of a long one, as its column's width allows."""
_ALONE, _TO_ITS_END = r"(?<![^\W_])(?<![.,])", r"(?![^\W_]|[.,])"
_ZEROS_BEHIND = re.compile(rf"{_ALONE}(\d+)(?:([.,]\d*?[1-9])0+|[.,]0+){_TO_ITS_END}")
_DECIMAL = re.compile(rf"{_ALONE}(\d+)[.,](\d+){_TO_ITS_END}")
_MANY_DIGITS = re.compile(rf"{_ALONE}0*([1-9]\d{{{_DIGITS_KEPT},}}){_TO_ITS_END}")
_LONG = re.compile(rf"{_ALONE}0*([1-9]\d{{11,}}){_TO_ITS_END}")
_EXPONENT = re.compile(rf"{_ALONE}(\d+)E(\d{{1,2}}){_TO_ITS_END}")
_SHOWN_SHORT = re.compile(rf"{_ALONE}(\d)(?:[.,](\d*?)0*)?E\+?0*(\d+){_TO_ITS_END}")
_may_be_rewritten = re.compile(r"\d[.,]\d*0|\d{12}|\dE\d", re.IGNORECASE).search


def rewritten(code: str) -> Iterator[tuple[Damage, str]]:
    """What a spreadsheet may make of the numbers in `code`, with what happens to them; nothing where it keeps all.

    >>> [text for _, text in rewritten("90.750-BLK")], [text for _, text in rewritten("90.75-BLK-10")]
    (['90.75-BLK'], [])
    >>> [text for _, text in rewritten("1234567890123456")][:3]
    ['1234567890123450', '1234567890123460', '1.23456789012345E+15']
    """
    if not _may_be_rewritten(code):
        return
    text = fold(code).text
    for damage, made in (
        (Damage.ZEROS, _ZEROS_BEHIND.sub(r"\1\2", text)),
        *((Damage.DIGITS, _MANY_DIGITS.sub(_in_place(wrote), text)) for wrote in _WAYS),
        *((Damage.SCIENTIFIC, _LONG.sub(_in_place(wrote), text)) for wrote in _SHORT_WAYS),
        *((Damage.SCIENTIFIC, _EXPONENT.sub(_number_in_place(wrote), text)) for wrote in _SHORT_WAYS),
    ):
        if made != text and not (damage is Damage.SCIENTIFIC and text.isdigit()):
            yield damage, made


def number_key(code: str) -> str:
    """As `key`, but a decimal point is no separator, and zeros in front of a part count for nothing.

    Nor do those behind the point of a number that is shown with an exponent: 8.40E+11 and 8.4E+11 are one.

    >>> number_key("0090.75_blk"), number_key("90-75-BLK"), number_key("8,40e+11")
    ('90:75-BLK', '90-75-BLK', '8:4E11')
    """
    text = code.upper() if code.isascii() else fold(code).text
    if "E" in text:
        text = _SHOWN_SHORT.sub(_exponent, text)
    text = _DECIMAL.sub(r"\1:\2", text)
    return "-".join(part.lstrip("0") for part in key(text).split("-"))


def _exponent(found: re.Match[str]) -> str:
    """A number with an exponent as it is compared, however many zeros are shown of it."""
    return f"{found[1]}:{found[2]}E{found[3]}" if found[2] else f"{found[1]}E{found[3]}"


def _in_place(wrote: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda found: wrote(found[1])


def _number_in_place(wrote: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    """As `_in_place`, of a code such as 12E5 that a spreadsheet takes for a number."""
    return lambda found: wrote(digits) if (digits := found[1].lstrip("0") + "0" * int(found[2])) else found[0]


def _cut(digits: str) -> str:
    return digits[:_DIGITS_KEPT].ljust(len(digits), "0")


def _rounded(digits: str, kept: int = _DIGITS_KEPT) -> str:
    return f"{int(digits[:kept]) + (digits[kept:] >= '5')}{'0' * (len(digits) - kept)}"


def _short(shown: int, digits: str) -> str:
    return _scientific(_rounded(digits, shown))


def _as_double(digits: str) -> str:
    return str(int(float(digits)))


def _as_shown_double(digits: str) -> str:
    """With as few digits as tell the binary number from the next ones."""
    return str(int(Decimal(repr(float(digits)))))


def _scientific(digits: str) -> str:
    told = digits.rstrip("0")
    return f"{told[0]}{'.' if told[1:] else ''}{told[1:]}E+{len(digits) - 1:02}"


_WAYS: tuple[Callable[[str], str], ...] = (
    _cut,
    _rounded,
    lambda digits: _scientific(_cut(digits)),
    _as_double,
    _as_shown_double,
    lambda digits: _scientific(_rounded(digits)),
    lambda digits: _scientific(_as_shown_double(digits)),
)
"""A number of more digits than are kept: cut by one program, rounded by another, shown with an exponent."""
_SHORT_WAYS: tuple[Callable[[str], str], ...] = tuple(partial(_short, shown) for shown in _DIGITS_SHOWN)
"""One that is kept whole is only shown short, and such a code by itself is told by `suspicions`."""
