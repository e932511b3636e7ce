"""Names of sheets that Excel takes, each once in its workbook."""

from __future__ import annotations

import re

_LONGEST = 31
_NOT_IN_ONE = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]+")
_RESERVED = "history"


class SheetNames:
    """The names of a workbook's sheets that are taken.

    >>> names = SheetNames()
    >>> names.take("What the close says about its sources")
    'What the close says about its'
    >>> names.take("By class/status"), names.take("by class status"), names.take("by class status", 2)
    ('By class status', 'by class status 2', 'by class status 3')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, title: str, number: int = 1) -> str:
        """A name made of `title`, with the `number` of the sheet if it goes on, that none has so far."""
        plain = " ".join(_NOT_IN_ONE.sub(" ", title).split()).strip("'") or "Sheet"
        plain = f"{plain} sheet" if plain.casefold() == _RESERVED else plain
        while True:
            end = "" if number == 1 else f" {number}"
            name = _shortened(plain, _LONGEST - len(end)) + end
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name
            number += 1


def _shortened(text: str, length: int) -> str:
    """The whole words of a text that there is room for; of a word that is too long, as much of it."""
    cut = text[: length + 1]
    whole = cut.rpartition(" ")[0] if len(text) > length else text
    return (whole or text[:length]).rstrip(" '")
