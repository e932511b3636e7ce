"""Excel workbooks: their sheets, and the lines of each as they are shown.

Law of this module: nothing is believed that a sheet tells of its own size; only cells that hold something are
kept, so one far away costs no more than any other; a sheet that cannot be read to its end is refused, not cut.
"""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables._formats import shown_date, shown_number, width_of
from clarus_bluecherry.tables._limits import Spent, TableLimits
from clarus_bluecherry.tables._lines import Block, TableLine
from clarus_bluecherry.tables._package import Attributes, Package, damaged

_BLOCK = 500
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How Excel writes a character that XML cannot hold."""
_HOME, _DEFAULT_BOOK = "_rels/.rels", "xl/workbook.xml"


@frozen(eq=False)
class Sheet:
    """A sheet of a workbook: its title, and how to read it."""

    title: str
    is_hidden: bool
    name: str
    """The file and the sheet, as messages say it."""
    _book: _Book
    _part: str

    def lines(self, width: int | None = None) -> Iterator[TableLine]:
        """The lines that hold something, as wide as their last cell that does, or `width` cells wide.

        Raises `InvalidRecord` where the sheet is damaged, or beyond the limits.
        """
        with damaged(self.name, "cannot be read to its end: the workbook is damaged"):
            reader = _RowReader(self._book)
            for _ in self._book.package.pieces(self._part, reader):
                rows, reader.rows = reader.rows, []
                for number, cells in rows:
                    if wide := max(cells, default=-1) + 1:
                        wide = wide if width is None else width
                        self._book.spent.cells(wide)
                        yield TableLine(number, number, [cells.get(place, "") for place in range(wide)])

    def blocks(self, after: int, width: int) -> Iterator[Block]:
        """The lines below line `after`, in blocks of those that stand together."""
        below = (line for line in self.lines(width) if line.first > after)
        for _, together in groupby(enumerate(below), lambda one: one[1].first - one[0]):
            while some := [line for _, line in islice(together, _BLOCK)]:
                yield Block(some[0].first, [line.cells for line in some], in_text=False)


def open_workbook(content: bytes, name: str, limits: TableLimits | None = None) -> list[Sheet]:
    """The sheets of a workbook, in its order. Raises `InvalidRecord` when it is none, or costs too much."""
    limits = limits or TableLimits()
    spent = Spent(limits, len(content), name)
    with damaged(name, "is no Excel workbook"):
        package = Package(content, name, spent)
        home = _DEFAULT_BOOK
        if package.has(_HOME):
            links = _links(package, _HOME, "")
            home = next((link.part for link in links.values() if link.kind == "officeDocument"), home)
        folder, file = posixpath.split(home)
        links = _links(package, posixpath.join(folder, "_rels", f"{file}.rels"), folder)
        contents = _Contents()
        package.read(home, contents)
        parts = {link.kind: link.part for link in links.values()}
        texts, widths = _shared_texts(package, parts, limits), _widths(package, parts)
        book = _Book(package, limits, spent, contents.since_1904, texts, widths)
        sheets = [
            Sheet(title, state != "visible", f"{name}, sheet {title}", book, links[link].part)
            for title, state, link in contents.sheets
            if links[link].kind == "worksheet"
        ]
    return sheets  # noqa: RET504 - a block that turns errors into others may end otherwise


@frozen(eq=False)
class _Book:
    package: Package
    limits: TableLimits
    spent: Spent
    since_1904: bool
    texts: _SharedTexts
    widths: Sequence[int]


@frozen
class _Link:
    """Another part that a part names: what it is, and what it is called."""

    kind: str
    part: str


class _Links:
    def __init__(self, folder: str) -> None:
        self._folder, self.found = folder, dict[str, _Link]()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            part = posixpath.normpath(posixpath.join("/", self._folder, attributes["Target"])).lstrip("/")
            self.found[attributes["Id"]] = _Link(posixpath.basename(attributes["Type"]), part)

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def _links(package: Package, part: str, folder: str) -> Mapping[str, _Link]:
    links = _Links(folder)
    package.read(part, links)
    return links.found


class _Contents:
    """What the workbook itself tells: its sheets, and from which year it counts days."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            link = next(value for key, value in attributes.items() if key.endswith(":id"))
            self.sheets.append((attributes["name"], attributes.get("state", "visible"), link))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


class _Formats:
    """The widths of the number formats, by the number of the style that uses them."""

    def __init__(self) -> None:
        self.widths: list[int] = []
        self._codes: dict[int, str] = {}
        self._in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            number = int(attributes.get("numFmtId", "0"))
            self.widths.append(width_of(number, self._codes.get(number, "")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def text(self, text: str) -> None: ...


def _widths(package: Package, parts: Mapping[str, str]) -> Sequence[int]:
    formats = _Formats()
    if "styles" in parts and package.has(parts["styles"]):
        package.read(parts["styles"], formats)
    return formats.widths


class _SharedTexts:
    """The texts that cells share, kept end to end: so many small texts would take four times the memory."""

    def __init__(self, limits: TableLimits) -> None:
        self._kept, self._ends = bytearray(), array("L", [0])
        self._text = _Text(limits)

    def start(self, name: str, attributes: Attributes) -> None:
        self._text.start(name)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            self._kept += self._text.taken().encode()
            self._ends.append(len(self._kept))

    def text(self, text: str) -> None:
        self._text.add(text)

    def __getitem__(self, place: int) -> str:
        if place < 0:
            raise IndexError(place)
        return self._kept[self._ends[place] : self._ends[place + 1]].decode()


def _shared_texts(package: Package, parts: Mapping[str, str], limits: TableLimits) -> _SharedTexts:
    texts = _SharedTexts(limits)
    if "sharedStrings" in parts and package.has(parts["sharedStrings"]):
        package.read(parts["sharedStrings"], texts)
    return texts


class _Text:
    """The text in `t` and `v` elements, but for the reading aids of Japanese."""

    def __init__(self, limits: TableLimits) -> None:
        self._pieces: list[str] = []
        self._length, self._limit = 0, limits.cell_length
        self._is_wanted = self._is_aid = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._is_aid = True
        elif name in ("t", "v"):
            self._is_wanted = not self._is_aid

    def end(self, name: str) -> None:
        if name == "rPh":
            self._is_aid = False
        elif name in ("t", "v"):
            self._is_wanted = False

    def add(self, text: str) -> None:
        if self._is_wanted:
            self._length += len(text)
            if self._length > self._limit:
                raise InvalidRecord(f"a cell holds more than {self._limit:,} characters", record="workbook")
            self._pieces.append(text)

    def taken(self) -> str:
        """The text so far, with the characters that XML cannot hold; the next one begins."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return _CODED.sub(lambda coded: chr(int(coded[1], 16)), text) if "_x" in text else text


class _RowReader:
    """The rows of a sheet: for each its number, and the texts of its cells by their place."""

    def __init__(self, book: _Book) -> None:
        self.rows: list[tuple[int, dict[int, str]]] = []
        self._book, self._text = book, _Text(book.limits)
        self._row, self._place = 0, -1
        self._cells: dict[int, str] = {}
        self._type = self._style = ""
        self._places: dict[str, int] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(int(attributes.get("r", self._row + 1)))
        else:
            self._text.start(name)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "row":
            if self._cells:
                self.rows.append((self._row, self._cells))
        else:
            self._text.end(name)

    def text(self, text: str) -> None:
        self._text.add(text)

    def _begin_row(self, number: int) -> None:
        if not self._row < number <= self._book.limits.rows:
            raise ValueError("rows out of order, or beyond the last")
        self._row, self._place, self._cells = number, -1, {}

    def _begin_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        place = self._place + 1 if reference is None else self._place_of(reference)
        if not self._place < place < self._book.limits.columns:
            raise ValueError("cells out of order, or beyond the last column")
        self._place, self._type, self._style = place, attributes.get("t", "n"), attributes.get("s", "0")

    def _place_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if reference != f"{letters}{self._row}":
            raise ValueError("a cell that stands in another row")
        if letters not in self._places:
            self._places[letters] = _place(letters)
        return self._places[letters]

    def _end_cell(self) -> None:
        self._book.spent.cells(1)
        text = self._text.taken()
        if text:
            self._cells[self._place] = self._shown(text)

    def _shown(self, text: str) -> str:
        """What the cell shows: a number formatted with zeros has them; a date is one, whatever was meant."""
        match self._type:
            case "s":
                return self._book.texts[int(text)]
            case "n":
                style, widths = int(self._style), self._book.widths
                width = widths[style] if style < len(widths) else 0
                return shown_number(text, width, since_1904=self._book.since_1904)
            case "d":
                return shown_date(text)
            case "b":
                return {"0": "FALSE", "1": "TRUE"}.get(text, text)
        return text


def _place(letters: str) -> int:
    """The place of a column, from 0.

    >>> _place("A"), _place("XFD")
    (0, 16383)
    """
    place = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError("no column")
        place = place * 26 + ord(letter) - 64
    return place - 1
