"""What a spreadsheet writes in place of a number: 90.75 for 90.750, and zeros for all digits past the 15th.

Law of this module: it goes forward only. One text becomes one other, but several texts become the same, so that
what stands there now never tells what stood there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clarus_bluecherry.sku.codes._damage import Damage
from clarus_bluecherry.sku.codes._text import fold, key

_DIGITS_KEPT = 15
_ALONE, _TO_ITS_END = r"(?<![^\W_])(?<![.,])", r"(?![^\W_]|[.,])"
_ZEROS_BEHIND = re.compile(rf"{_ALONE}(\d+)(?:([.,]\d*?[1-9])0+|[.,]0+){_TO_ITS_END}")
_DECIMAL = re.compile(rf"{_ALONE}(\d+)[.,](\d+){_TO_ITS_END}")
_MANY_DIGITS = re.compile(rf"{_ALONE}0*([1-9]\d{{{_DIGITS_KEPT},}}){_TO_ITS_END}")
_may_be_rewritten = re.compile(rf"\d[.,]\d*0|\d{{{_DIGITS_KEPT + 1}}}").search


def rewritten(code: str) -> Iterator[tuple[Damage, str]]:
    """What a spreadsheet may make of the numbers in `code`, with what happens to them; nothing where it keeps all.

    >>> [text for _, text in rewritten("90.750-BLK")], [text for _, text in rewritten("90.75-BLK-10")]
    (['90.75-BLK'], [])
    >>> [text for _, text in rewritten("1234567890123456")]  # cut by one program, rounded by another
    ['1234567890123450', '1234567890123460']
    """
    if not _may_be_rewritten(code):
        return
    text = fold(code).text
    for damage, made in (
        (Damage.ZEROS, _ZEROS_BEHIND.sub(r"\1\2", text)),
        (Damage.DIGITS, _MANY_DIGITS.sub(lambda found: _cut(found[1]), text)),
        (Damage.DIGITS, _MANY_DIGITS.sub(lambda found: _rounded(found[1]), text)),
    ):
        if made != text:
            yield damage, made


def number_key(code: str) -> str:
    """As `key`, but a decimal point is no separator, and zeros in front of a part count for nothing.

    >>> number_key("0090.75_blk"), number_key("90-75-BLK")
    ('90:75-BLK', '90-75-BLK')
    """
    text = _DECIMAL.sub(r"\1:\2", code if code.isascii() else fold(code).text)
    return "-".join(part.lstrip("0") for part in key(text).split("-"))


def _cut(digits: str) -> str:
    return digits[:_DIGITS_KEPT].ljust(len(digits), "0")


def _rounded(digits: str) -> str:
    kept = int(digits[:_DIGITS_KEPT]) + (digits[_DIGITS_KEPT] >= "5")
    return f"{kept}{'0' * (len(digits) - _DIGITS_KEPT)}"
