"""The inventory report that users export from Blue Cherry: book stock by SKU and location, with its cost.

Law of this module: every line is accounted for. It is a row, or set aside with its line number and column, or
counted as a pseudo-location; a column that is not there is an error, because a SKU without one of its parts is
another SKU.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal

import attrs
from attrs import field, frozen

from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS
from clarus_bluecherry.bluecherry.messages import OnHand
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model._units import EACHES, is_each

_AMOUNT = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(-?)", re.ASCII)
"""A number as people write it, with a decimal point; where the mark is a comma, both are exchanged before."""
_CHANGED_MARKS = str.maketrans(".,", ",.")
_EITHER_MARK = re.compile(r",|\.[0-9]{3}(?![0-9])")


@frozen(kw_only=True)
class ReportColumns:
    """The header of each column, as the site's report has it (H for the defaults).

    Headers are compared without regard to case and spaces. An empty one says that this report has no such column;
    style, location and quantity it must have. The unit of the quantity is read where it is told.
    """

    div: str = "Div"
    style: str = "Style"
    color_code: str = "Color #"
    lbl_code: str = "Label"
    dimension: str = "Dm/Pk"
    size_desc: str = "Size"
    upc: str = "UPC Number"
    season: str = "Season"
    location: str = "Location"
    total_qoh: str = "Total QOH"
    uom: str = "UOM"
    loc_std_cost: str = "Loc Std Cost"
    loc_curr: str = "Loc Curr"

    def __attrs_post_init__(self) -> None:
        for name in ("style", "location", "total_qoh"):
            if not getattr(self, name):
                raise ConfigurationError("the report needs this column", record="ReportColumns", field=name)


@frozen
class Report:
    """What the report holds. `excluded` counts the lines left out, by pseudo-location."""

    rows: tuple[OnHand, ...]
    bad: tuple[InvalidRecord, ...]
    excluded: Mapping[str, int] = field(factory=dict)


def read_inventory_report(
    text_or_lines: str | Iterable[str],
    columns: ReportColumns | None = None,
    *,
    pseudo_locations: frozenset[str] = PSEUDO_LOCATIONS,
    delimiter: str = ",",
    decimal_mark: Literal[".", ","] | None = None,
    empty_is_zero: bool = False,
    last_line_end: bool = True,
    eaches: frozenset[str] = EACHES,
) -> Report:
    """Read an exported report (CSV with one header line, as text or as lines).

    Numbers may have thousands separators and be negative by a sign before or after, or by parentheses. Their
    `decimal_mark` is the point where commas part the cells; elsewhere it has to be said, and a number that could
    mean two things is set aside. An empty quantity is set aside, unless this site's report leaves zeros empty
    (`empty_is_zero`); so is one whose unit is not one of `eaches` (in capitals), and the last line of a text when
    it has no end, unless this site's reports have none (`last_line_end=False`).

    Other columns of the report are kept in each row's `model_extra`, under their headers. Raises
    `ConfigurationError` for a column that is missing or there twice.

    >>> header = "Div,Style,Color #,Label,Dm/Pk,Size,UPC Number,Season,Location,Total QOH,Loc Std Cost,Loc Curr"
    >>> report = read_inventory_report(header + '\\n01,01234,BLK,,,M,,SP25,MAIN,"1,200",4.50,USD\\n')
    >>> report.rows[0].style, report.rows[0].total_qoh
    ('01234', Decimal('1200'))
    """
    excluded_places = {place.upper() for place in pseudo_locations}
    mark = "." if decimal_mark is None and delimiter == "," else decimal_mark
    header_line, *entries = [*_entries(text_or_lines, delimiter)] or [_Entry((), 1, 1)]
    header = _Header.read(header_line, columns or ReportColumns(), _Numbers(mark, empty_is_zero), eaches)
    rows: list[OnHand] = []
    bad: list[InvalidRecord] = []
    excluded: Counter[str] = Counter()
    if last_line_end and isinstance(text_or_lines, str) and not text_or_lines.endswith(("\n", "\r")):
        cut = entries.pop() if entries else header_line
        bad.append(InvalidRecord("the line has no end, so the report may have been cut", record=cut.place))
    for entry in entries:
        try:
            place = header.location(entry).upper()
            if place in excluded_places:
                excluded[place] += 1
            else:
                rows.append(header.row(entry))
        except InvalidRecord as error:
            bad.append(error)
    return Report(tuple(rows), tuple(bad), dict(excluded))


@frozen
class _Entry:
    """The cells of one entry and the lines it stands on, from `first` to `last`."""

    cells: tuple[str, ...]
    first: int
    last: int

    @property
    def place(self) -> str:
        return f"line {self.first}" if self.first == self.last else f"lines {self.first} to {self.last}"


def _entries(text_or_lines: str | Iterable[str], delimiter: str) -> Iterator[_Entry]:
    """The entries that hold something."""
    lines = io.StringIO(text_or_lines, newline="") if isinstance(text_or_lines, str) else text_or_lines
    table = csv.reader(lines, delimiter=delimiter)
    first = 1
    try:
        for cells in table:
            entry = _Entry(tuple(map(_plain, cells)), first, table.line_num)
            first = table.line_num + 1
            if any(entry.cells):
                yield entry
    except csv.Error as error:
        raise InvalidRecord(f"the report cannot be read on from here: {error}", record=f"line {first}") from None


def _plain(cell: str) -> str:
    """A cell without padding, a byte order mark, and the `="..."` that keeps zeros in spreadsheets."""
    cell = cell.strip("\ufeff \t\u00a0\r\n")
    return (
        cell[2:-1].replace('""', '"') if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell
    )


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()


@frozen
class _Numbers:
    """How the report writes numbers. Without a `mark`, one that could be a decimal mark or not is not guessed."""

    mark: str | None
    empty_is_zero: bool

    def read(self, cell: str) -> Decimal:
        """A number as people write it."""
        if self.mark is None and _EITHER_MARK.search(cell):
            what = (
                f"{cell!r} may be a thousand times more or less: the report does not say which mark is the decimal"
            )
            raise InvalidRecord(what, action="Say it: read_inventory_report(..., decimal_mark=...).")
        text = cell.translate(_CHANGED_MARKS) if self.mark == "," else cell
        bracketed = text.startswith("(") and text.endswith(")")
        matched = _AMOUNT.fullmatch(text[1:-1].strip() if bracketed else text)
        if matched is None or bracketed + bool(matched[1]) + bool(matched[3]) > 1:
            raise InvalidRecord(f"{cell!r} is not a number")
        amount = Decimal(matched[2].replace(",", ""))
        return -amount if bracketed or "-" in (matched[1], matched[3]) else amount


@frozen
class _Header:
    """Which cell of an entry is which column. `named` are ours; `others` are kept under their own headers."""

    headers: tuple[str, ...]
    named: Mapping[str, int]
    others: Mapping[str, int]
    numbers: _Numbers
    eaches: frozenset[str]

    @classmethod
    def read(cls, entry: _Entry, columns: ReportColumns, numbers: _Numbers, eaches: frozenset[str]) -> _Header:
        headers = entry.cells
        folded = [_folded(header) for header in headers]
        wanted = {name: header for name, header in attrs.asdict(columns).items() if header}
        if _folded(columns.uom) not in folded:
            wanted.pop("uom", None)
        for header in wanted.values():
            _exactly_once(header, folded)
        named = {name: folded.index(_folded(header)) for name, header in wanted.items()}
        taken = set(named.values())
        others = {
            header: at
            for at, header in enumerate(headers)
            if header and at not in taken and header not in OnHand.model_fields
        }
        return cls(headers, named, others, numbers, eaches)

    def location(self, entry: _Entry) -> str:
        """Where the stock of `entry` is. Raises `InvalidRecord` for an entry that is out of shape."""
        if entry.first != entry.last:
            raise InvalidRecord("a cell holds a line break: is a quotation mark not closed?", record=entry.place)
        if len(entry.cells) != len(self.headers):
            what = f"there are {len(entry.cells)} cells under {len(self.headers)} headers"
            raise InvalidRecord(what, record=entry.place)
        return entry.cells[self.named["location"]]

    def row(self, entry: _Entry) -> OnHand:
        """The row that `entry` is. Raises `InvalidRecord` with its place and its column."""
        cells = entry.cells
        found: dict[str, str | Decimal | None] = {}
        for name, at in self.named.items():
            try:
                found[name] = self._value(name, cells[at])
            except InvalidRecord as error:
                place, header = entry.place, self.headers[at]
                raise InvalidRecord(error.what, record=place, field=header, action=error.action) from None
        return OnHand.model_validate({header: cells[at] for header, at in self.others.items()} | found)

    def _value(self, name: str, cell: str) -> str | Decimal | None:
        """What a cell tells; an empty cost is none."""
        match name:
            case "total_qoh" if not cell and self.numbers.empty_is_zero:
                return Decimal(0)
            case "style" | "total_qoh" if not cell:
                raise InvalidRecord("a value is required")
            case "total_qoh" | "loc_std_cost":
                return self.numbers.read(cell) if cell else None
            case "uom" if not is_each(cell, self.eaches):
                raise InvalidRecord(
                    f"the unit is {cell!r}, which is not known to mean the each; no factor is known"
                )
            case _:
                return cell


def _exactly_once(header: str, folded: list[str]) -> None:
    times = folded.count(_folded(header))
    if times != 1:
        what = (
            f"the column {header!r} is missing" if times == 0 else f"the column {header!r} is there {times} times"
        )
        action = "Export the report with this column, or name the column in ReportColumns."
        raise ConfigurationError(
            f"{what} in the inventory report", record="inventory report", field=header, action=action
        )
