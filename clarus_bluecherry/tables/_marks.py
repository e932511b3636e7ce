"""What stands around a text in a spreadsheet: marks that keep it (`'00123`, `="00123"`, an apostrophe before a
formula), and blanks that nobody sees.

Law of this module: an escaped text is run by no spreadsheet, the wide signs of a Japanese one included, nor by one
whose lists have semicolons; `unescaped` brings back every text as it was; of a code that somebody else marked it
takes the mark, and no zero.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]|'*[\t\r\n]|'+[0-9]+\Z")
_BEHIND = re.compile(r"([\s';]+)([=@＝＠+\-＋－]?)")
_DIVIDES = ";", "\r", "\n"
"""Where lists have semicolons a spreadsheet divides a line at each, and takes no quotes in its midst for any."""
_UNSEEN = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u00ad\u1680\u3000\ufeff" + "".join(
    map(chr, (*range(0x2000, 0x2010), *range(0x2028, 0x2030), *range(0x205F, 0x206A)))
)
"""Blanks of every width, also of none, and marks of the direction of writing."""
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)


def escaped(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it or take it for a mark.

    One more stands wherever another spreadsheet would divide the text, and run the rest.

    >>> escaped("=WHO()"), escaped("01234-BLK-M"), escaped("M;=WHO()")
    ("'=WHO()", '01234-BLK-M', "M;'=WHO()")
    """
    marked = _BEHIND.sub(_mark, text) if any(sign in text for sign in _DIVIDES) else text
    return f"'{marked}" if _FORMULA.match(text) else marked


def unescaped(text: str) -> str:
    """The text that `escaped` was given, or that a mark keeps. One that nobody marked is left alone.

    >>> unescaped("'=WHO()"), unescaped("=WHO()"), unescaped("'sixties")
    ('=WHO()', '=WHO()', "'sixties")
    >>> unescaped('="00123"'), unescaped("'00123")
    ('00123', '00123')
    """
    if "'" in text:
        text = _BEHIND.sub(_without_mark, text)
    if text.startswith("'"):
        return text[1:] if _FORMULA.match(text) else text
    wrapped = _WRAPPED.fullmatch(text)
    return wrapped[1].replace('""', '"') if wrapped else text


def _mark(found: re.Match[str]) -> str:
    return f"{found[1]}'{found[2]}" if _acts(found[1], found[2]) else found[0]


def _without_mark(found: re.Match[str]) -> str:
    before, sign = found[1], found[2]
    return f"{before[:-1]}{sign}" if before.endswith("'") and _acts(before[:-1], sign) else found[0]


def _acts(before: str, sign: str) -> bool:
    """Whether a sign begins a formula for who divides at what stands before it: a plus only at once."""
    if not sign or sign in "+-＋－":
        return bool(sign) and before.rstrip("'").endswith(_DIVIDES)
    return any(each in before for each in _DIVIDES)


def trimmed(text: str) -> str:
    """`text` without what cannot be seen around it: blanks of every width, no-break and zero-width ones too.

    >>> trimmed("\\u00a0P1 \\u200b")
    'P1'
    """
    return text.strip(_UNSEEN)
