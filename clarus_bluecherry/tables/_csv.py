"""Lines of CSV: cells between delimiters, in quotation marks where they have to be.

Law of this module: what is wrong with quotation marks is told, and the line after it begins anew. A file that ends
within a line may have been cut, and says so.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, Protocol

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.tables._lines import Block, TableLine, place_of

_BLOCK = 500
"""So many lines stay in the processor's cache while they are made rows."""


class _NamedSetting(Protocol):
    @property
    def name(self) -> str: ...


def _one_character(record: object, attribute: _NamedSetting, value: str) -> None:
    if len(value) != 1:
        what = f"{value!r} is not one character"
        raise ConfigurationError(what, record=type(record).__name__, field=attribute.name)


def _encoding(record: object, attribute: _NamedSetting, value: str) -> None:
    try:
        codecs.lookup(value)
    except LookupError:
        what = f"{value!r} is no encoding"
        raise ConfigurationError(what, record=type(record).__name__, field=attribute.name) from None


@frozen(kw_only=True)
class CsvDialect:
    """How a CSV file is written: its `delimiter`, the `quote` around cells, and which cells have one (`quoting`:
    those that need it, all of them, none), its `encoding` and its `line_end`.

    Raises `ConfigurationError` for what cannot be written so.
    """

    delimiter: str = field(default=",", validator=_one_character)
    quote: str = field(default='"', validator=_one_character)
    quoting: Literal["minimal", "all", "none"] = "minimal"
    encoding: str = field(default="utf-8", validator=_encoding)
    line_end: str = "\r\n"

    def __attrs_post_init__(self) -> None:
        if self.delimiter == self.quote or {self.delimiter, self.quote} & set("\r\n"):
            what = f"{self.delimiter!r} and {self.quote!r} cannot part and quote cells"
            raise ConfigurationError(what, record=type(self).__name__, field="delimiter")

    @property
    def csv_quoting(self) -> Literal[0, 1, 3]:
        """`quoting` as the csv module names it."""
        if self.quoting == "all":
            return csv.QUOTE_ALL
        return csv.QUOTE_MINIMAL if self.quoting == "minimal" else csv.QUOTE_NONE


def csv_blocks(
    lines: Iterable[str], dialect: CsvDialect | None = None, *, name: str = "", above: int = 0
) -> Iterator[Block]:
    """The blocks of a text; `above` lines of the file stand before it.

    The reader stops at a cell of 131,072 characters, more than any has: so a mark that nobody closed swallows no
    more than that.
    """
    dialect = dialect or CsvDialect()
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=dialect.csv_quoting,
        strict=True,
    )
    while True:
        first = above + reader.line_num + 1
        cells: list[list[str]] = []
        try:
            cells += islice(reader, _BLOCK)  # those before an error stay
        except csv.Error as error:
            place = place_of(_after(Block(first, cells)), above + reader.line_num)
            what = f"{error}: is a quotation mark not closed, or not doubled?"
            yield Block(first, cells, InvalidRecord(what, record=f"{name}, {place}" if name else place))
            continue
        if not cells:
            return
        yield Block(first, cells)


def csv_lines(lines: Iterable[str], dialect: CsvDialect | None = None, *, name: str = "") -> Iterator[TableLine]:
    """The lines of a text that hold something. Raises `InvalidRecord` where quotation marks are wrong."""
    for block in csv_blocks(lines, dialect, name=name):
        yield from (line for line in block.lines() if not line.is_blank)
        if block.problem:
            raise block.problem


def text_lines(text: str) -> Iterable[str]:
    """A text as `csv_blocks` takes it: its line ends are kept, and each may be its own."""
    return io.StringIO(text, newline="")


def _after(block: Block) -> int:
    """The number of the line after a block."""
    return max((line.last + 1 for line in block.lines()), default=block.first)


def is_ended(text: str, line_end: str = "") -> bool:
    """Whether the last line ends; a carriage return alone is half an end, but where all lines end so.

    >>> is_ended("a\\r\\nb\\r\\n"), is_ended("a\\r\\nb\\r"), is_ended("a\\rb\\r"), is_ended("a\\nb")
    (True, False, True, False)
    """
    if text.endswith("\r"):
        return line_end == "\r" or ("\r" in text[:-1] and "\n" not in text)
    return not text or text.endswith("\n")
