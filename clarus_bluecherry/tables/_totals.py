"""Lines of totals, which reports put under their lines and between them.

Law of this module: a total is told and is never data. It is one by its word, or because it is the sum of the lines
above and lacks what each of them has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables._lines import TableLine

_WORD = re.compile(
    r"(?:(?:grand|sub|report|page|overall|running|sheet)[\s-]*)?totals?\s*:?|sum\s*:?", re.IGNORECASE
)
_SUBTOTAL = re.compile(r".*\stotals?\s*:?", re.IGNORECASE | re.DOTALL)
_AMOUNT = re.compile(r"[\s()+\-.,0-9$€£%]*")
_HINTS = ("total", "sum")
_FEWEST = 2
_WHAT = "is a total of other lines and no line of its own"


def may_hold_totals(names: Sequence[str]) -> bool:
    """Whether one of these cells may be the word for a total; quick, for many."""
    text = "\n".join(names).casefold()
    return any(hint in text for hint in _HINTS)


def is_total(cells: Sequence[str], named: int) -> bool:
    """Whether a line is a total by its word; its name stands at `named`.

    A word elsewhere, and Excel's own (`01234 Total`), count where the line has only numbers beside it.

    >>> is_total(["Grand Total:", "", "512"], 0), is_total(["", "", "Total", "512"], 0)
    (True, True)
    >>> is_total(["", "Leeds", "Total", "512"], 0)
    False
    >>> is_total(["01234 Total", "", "512"], 0), is_total(["Total", "BLK", "3"], 0), is_total(["X", "Total"], 0)
    (True, True, False)
    """
    name = cells[named].strip() if named < len(cells) else ""
    if _WORD.fullmatch(name):
        return True
    words = [cell for cell in cells if not _AMOUNT.fullmatch(cell)]
    return len(words) == 1 and (_WORD if not name else _SUBTOTAL).fullmatch(words[0].strip()) is not None


def told_total(line: TableLine, name: str = "") -> InvalidRecord:
    """What is said of a total, with its place in the file `name`."""
    return InvalidRecord(_WHAT, record=f"{name}, {line.place}" if name else line.place, action=_NOTHING_TO_DO)


_NOTHING_TO_DO = "Nothing, if it is one; export the list without totals to be rid of this."


class SumAbove:
    """What the lines above come to: the last line of a list may be no more than that."""

    def __init__(self) -> None:
        self._sum, self._count = Decimal(0), 0
        self._filled: frozenset[int] | None = None

    def add(self, columns: Sequence[Sequence[str]], amounts: Sequence[Decimal]) -> None:
        """Further lines: their cells by column, and what they amount to."""
        self._sum += sum(amounts)
        self._count += len(amounts)
        filled = frozenset(place for place, cells in enumerate(columns) if all(cells))
        self._filled = filled if self._filled is None else self._filled & filled

    def is_sum(self, cells: Sequence[str], amount: Decimal) -> bool:
        """Whether a line is the sum of those above, and lacks what each of them has.

        >>> above = SumAbove()
        >>> above.add([["A", "B"], ["BLK", "RED"], ["2", "3"]], [Decimal(2), Decimal(3)])
        >>> above.is_sum(["2 styles", "", "5"], Decimal(5)), above.is_sum(["C", "BLU", "5"], Decimal(5))
        (True, False)
        """
        if self._count < _FEWEST or not amount or amount != self._sum:
            return False
        return any(place < len(cells) and not cells[place].strip() for place in self._filled or ())
