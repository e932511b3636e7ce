"""Texts that a spreadsheet would take for a formula, and how they are written so that it does not.

Law of this module: an escaped text is run by no spreadsheet, the wide signs of a Japanese one included, and
`unescaped` brings back every text as it was.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]|'*[\t\r\n]")


def escaped(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it.

    >>> escaped("=WHO()"), escaped("01234-BLK-M")
    ("'=WHO()", '01234-BLK-M')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """The text that `escaped` was given. One that nobody escaped is left alone.

    >>> unescaped("'=WHO()"), unescaped("=WHO()"), unescaped("'sixties")
    ('=WHO()', '=WHO()', "'sixties")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
