"""What a spreadsheet writes in place of a number: 90.75 for 90.750, and zeros for all digits past the 15th.

Law of this module: it goes forward only. One text becomes one other, but several texts become the same, so that
what stands there now never tells what stood there before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from clarus_bluecherry.sku.codes._damage import Damage
from clarus_bluecherry.sku.codes._text import fold, key

_DIGITS_KEPT, _DIGITS_SHOWN = 15, 6
"""What a spreadsheet keeps of a number, and what it shows of one that has 12 digits or more."""
_ALONE, _TO_ITS_END = r"(?<![^\W_])(?<![.,])", r"(?![^\W_]|[.,])"
_ZEROS_BEHIND = re.compile(rf"{_ALONE}(\d+)(?:([.,]\d*?[1-9])0+|[.,]0+){_TO_ITS_END}")
_DECIMAL = re.compile(rf"{_ALONE}(\d+)[.,](\d+){_TO_ITS_END}")
_MANY_DIGITS = re.compile(rf"{_ALONE}0*([1-9]\d{{{_DIGITS_KEPT},}}){_TO_ITS_END}")
_LONG = re.compile(rf"{_ALONE}0*([1-9]\d{{11,}}){_TO_ITS_END}")
_may_be_rewritten = re.compile(r"\d[.,]\d*0|\d{12}").search


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
    ):
        if made != text and not (damage is Damage.SCIENTIFIC and text.isdigit()):
            yield damage, made


def number_key(code: str) -> str:
    """As `key`, but a decimal point is no separator, and zeros in front of a part count for nothing.

    >>> number_key("0090.75_blk"), number_key("90-75-BLK")
    ('90:75-BLK', '90-75-BLK')
    """
    text = _DECIMAL.sub(r"\1:\2", code if code.isascii() else fold(code).text)
    return "-".join(part.lstrip("0") for part in key(text).split("-"))


def _in_place(wrote: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda found: wrote(found[1])


def _cut(digits: str) -> str:
    return digits[:_DIGITS_KEPT].ljust(len(digits), "0")


def _rounded(digits: str, kept: int = _DIGITS_KEPT) -> str:
    return f"{int(digits[:kept]) + (digits[kept] >= '5')}{'0' * (len(digits) - kept)}"


def _scientific(digits: str) -> str:
    told = digits.rstrip("0")
    return f"{told[0]}{'.' if told[1:] else ''}{told[1:]}E+{len(digits) - 1:02}"


_WAYS: tuple[Callable[[str], str], ...] = (
    _cut,
    _rounded,
    lambda digits: _scientific(_cut(digits)),
    lambda digits: _scientific(_rounded(digits)),
    lambda digits: _scientific(_rounded(digits, _DIGITS_SHOWN)),
)
"""A number of more digits than are kept: cut by one program, rounded by another, shown with an exponent."""
_SHORT_WAYS = _WAYS[-1:]
"""One that is kept whole is only shown short, and such a code by itself is told by `suspicions`."""
