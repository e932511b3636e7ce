"""Texts that a spreadsheet would take for a formula, and how they are written so that it does not.

Law of this module: a text written as harmless is run by no spreadsheet, the wide signs of a Japanese one
included, and `as_meant` brings back every text as it was.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]|'*[\t\r\n]")


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it.

    >>> harmless("=WHO()"), harmless("01234-BLK-M")
    ("'=WHO()", '01234-BLK-M')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def as_meant(text: str) -> str:
    """The text that `harmless` was given. One that nobody made harmless is left alone.

    >>> as_meant("'=WHO()"), as_meant("=WHO()"), as_meant("'sixties")
    ('=WHO()', '=WHO()', "'sixties")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
