"""Lines of a file under its columns: what their cells say, and whose a line is that is out of shape.

Law of this module: a line has as many cells as there are headers, or nothing in it is believed but whose it may
be; a document that it may belong to is not whole. A line that may belong to any document refuses the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from clarus_bluecherry.bluecherry.sheets.cells import value_of
from clarus_bluecherry.bluecherry.sheets.layout import Column, SheetLayout
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.tables import trimmed


@frozen
class SheetLine:
    """One line of a file: what its cells say, or why it cannot be read.

    `key` tells its document from the others. Where that is in doubt, `whose` are the names (the first field of a
    key) that its document may have; otherwise it is empty.
    """

    number: int
    cells: Mapping[str, object]
    key: object
    error: InvalidRecord | None = None
    whose: frozenset[object] = frozenset()


@frozen
class SheetColumns:
    """The columns of one file: `headers` as they stand there, and where each column of the layout is."""

    layout: SheetLayout
    headers: tuple[str, ...]
    _places: Mapping[Column, int] = field(repr=False)

    @classmethod
    def of(cls, layout: SheetLayout, header: Sequence[str] | None) -> SheetColumns:
        """The columns under `header`, or those of the layout where a file has none.

        Raises `ConfigurationError` for a column that is missing or there twice.
        """
        if header is None:
            headers = tuple(column.header for column in layout.columns)
            return cls(layout, headers, {column: place for place, column in enumerate(layout.columns)})
        found = [_folded(name) for name in header]
        return cls(layout, tuple(header), {column: _place(layout, column, found) for column in layout.columns})

    @property
    def naming_place(self) -> int:
        """Where the name of a document stands; in a file of documents without one, its first column."""
        return self._places[self._naming] if self.layout.shape.key else 0

    def line(self, number: int, cells: Sequence[str]) -> SheetLine:
        """What a line says. Raises `InvalidRecord` when nobody can tell to which document it belongs."""
        return self._aligned(number, cells) if len(cells) == len(self.headers) else self._misaligned(number, cells)

    def _aligned(self, number: int, cells: Sequence[str]) -> SheetLine:
        found: dict[str, object] = {}
        errors: dict[str, InvalidRecord] = {}
        for column, place in self._places.items():
            if column.field:
                try:
                    found[column.field] = self._value(column, cells[place])
                except InvalidRecord as wrong:
                    errors[column.field] = InvalidRecord(wrong.what, field=column.header)
        error = next(iter(errors.values()), None)
        names = self.layout.shape.key
        if not names:
            return SheetLine(number, found, number, error)
        if found.get(names[0]) is None:
            raise self._anybodys(number)
        if errors.keys() & set(names):
            return SheetLine(number, found, number, error, frozenset({found[names[0]]}))
        return SheetLine(number, found, tuple(found.get(name) for name in names), error)

    def _value(self, column: Column, cell: str) -> object:
        """What names a document, or a member of it, is read without the blanks around: they would make another."""
        shape = self.layout.shape
        text = trimmed(cell) if column.field in shape.names else cell
        return value_of(text, shape.types[column.field], self.layout.dialect)

    def _misaligned(self, number: int, cells: Sequence[str]) -> SheetLine:
        what = f"there are {len(cells)} cells under {len(self.headers)} headers"
        error = InvalidRecord(what, field="".join(self.headers[len(cells) : len(cells) + 1]))
        names = self.layout.shape.key
        if not names:
            return SheetLine(number, {}, number, error)
        whose = self._whose(cells)
        if not whose:
            raise self._anybodys(number)
        return SheetLine(number, dict.fromkeys(names[:1], *whose) if len(whose) == 1 else {}, number, error, whose)

    def _whose(self, cells: Sequence[str]) -> frozenset[object]:
        """What stands wherever a fault in front of it may have moved the name to; a first cell stays the first."""
        told = self.layout.dialect.delimiter.join(cells).split(self.layout.dialect.delimiter)
        place = self._places[self._naming]
        moved = len(told) - len(self.headers) if place else 0
        reached = told[max(place + min(moved, 0), 0) : place + max(moved, 0) + 1]
        return frozenset(name for cell in reached if (name := self._value(self._naming, cell)) is not None)

    @property
    def _naming(self) -> Column:
        """The column that names a document; a layout of documents with a key has one."""
        return next(column for column in self.layout.columns if column.field == self.layout.shape.key[0])

    def _anybodys(self, number: int) -> InvalidRecord:
        what = f"the line names no {self._naming.field}, so it may be part of any document in the file"
        return InvalidRecord(what, record=f"file of {self.layout.kind}, line {number}", field=self._naming.header)


def _place(layout: SheetLayout, column: Column, found: Sequence[str]) -> int:
    times = found.count(_folded(column.header))
    if times != 1:
        what = "the column is missing" if times == 0 else f"the column is there {times} times"
        action = f"Correct `bluecherry.sheets.{layout.kind}.columns`, or ask for a file that has it once."
        raise ConfigurationError(what, record=f"file of {layout.kind}", field=column.header, action=action)
    return found.index(_folded(column.header))


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()
