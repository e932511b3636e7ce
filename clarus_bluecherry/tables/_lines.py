"""Lines of a table as they stand in its file, before anybody knows what their columns are.

Law of this module: a cell is the text that the file shows; what only looks like text, because Excel keeps a number
or a date there, says so by its type. Lines keep the numbers that an editor gives them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord

_LINE_BREAK = re.compile(r"\r\n?|\n")
_SHOWN_LENGTH = 60


class ExcelNumber(str):
    """A number that Excel keeps, as its text: with a decimal point and no grouping, whatever the site writes."""

    __slots__ = ()


class ExcelDate(str):
    """A date, time or instant that Excel keeps, as ISO text; `moment` is its value.

    What was typed there cannot be told any more: size 10-12 becomes one.
    """

    __slots__ = ("moment",)
    moment: dt.datetime | dt.date | dt.time

    def __new__(cls, moment: dt.datetime | dt.date | dt.time) -> ExcelDate:
        """The text of `moment`."""
        self = super().__new__(cls, moment.isoformat())
        self.moment = moment
        return self


class TableLine(NamedTuple):
    """A line of a table: its cells, and the first and the last line of the file that it stands on, from 1."""

    first: int
    last: int
    cells: list[str]

    @property
    def place(self) -> str:
        """Where it stands, as messages say it."""
        return place_of(self.first, self.last)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands on it."""
        return not any(map(str.strip, self.cells))


@frozen
class Block:
    """Some lines of a table: the number of the first, the cells of each, and what could not be read after them."""

    first: int
    cells: Sequence[list[str]]
    problem: InvalidRecord | None = None
    in_text: bool = True
    """Whether a line break in a cell is one of the file."""

    def lines(self) -> Iterator[TableLine]:
        """The lines with their numbers: they are counted only for somebody who asks."""
        first = self.first
        for cells in self.cells:
            last = first + (len(_LINE_BREAK.findall(" ".join(cells))) if self.in_text else 0)
            yield TableLine(first, last, cells)
            first = last + 1


def code_of(cell: str) -> str:
    """The text of a cell that holds a code. Raises `InvalidRecord` for a date of Excel: size 10-12 became one.

    >>> code_of("01234")
    '01234'
    """
    if isinstance(cell, ExcelDate):
        what = f"Excel made a date of it ({cell}), and what was typed cannot be told"
        raise InvalidRecord(what, action="Type it again into a cell formatted as text.")
    return cell


Item = TypeVar("Item")


def with_last(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """The items, and whether each is the last.

    >>> list(with_last("ab"))
    [('a', False), ('b', True)]
    """
    waiting: list[Item] = []
    for item in items:
        if waiting:
            yield waiting.pop(), False
        waiting.append(item)
    for item in waiting:
        yield item, True


def place_of(first: int, last: int) -> str:
    """Where lines stand, as messages say it.

    >>> place_of(3, 3), place_of(3, 5)
    ('line 3', 'lines 3 to 5')
    """
    return f"line {first}" if first == last else f"lines {first} to {last}"


def quoted(text: str) -> str:
    """A text as messages show it: of a long one only the beginning.

    >>> quoted("01234"), quoted("0" * 1_000)[-22:]
    ("'01234'", '... (1,000 characters)')
    """
    return repr(text) if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]!r}... ({len(text):,} characters)"


_LETTER, _BLANK = re.compile(r"[^\W\d_]"), re.compile(r"\s")


def quoted_misfit(text: str) -> str:
    """A text in the place of a number, a day or a yes, as messages show it: where cells have slipped a person may
    stand there, so of several words, or an address, only the length is told.

    >>> quoted_misfit("many"), quoted_misfit("1 Main St")
    ("'many'", 'a text of 9 characters')
    """
    may_name = "@" in text or (_LETTER.search(text) and _BLANK.search(text))
    return f"a text of {len(text):,} characters" if may_name else quoted(text)
