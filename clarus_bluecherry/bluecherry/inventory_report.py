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

import attrs
from attrs import field, frozen

from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS
from clarus_bluecherry.bluecherry.messages import OnHand
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

_AMOUNT = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(-?)", re.ASCII)
_NUMBERS = ("total_qoh", "loc_std_cost")


@frozen(kw_only=True)
class ReportColumns:
    """The header of each column, as the site's report has it (H for the defaults).

    Headers are compared without regard to case and spaces. An empty one says that this report has no such column;
    style, location and quantity it must have.
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
) -> Report:
    """Read an exported report (CSV with one header line, as text or as lines).

    Numbers may have thousands separators and be negative by a sign before or after, or by parentheses. Other
    columns of the report are kept in each row's `model_extra`, under their headers. Raises `ConfigurationError`
    for a column that is missing or there twice.

    >>> header = "Div,Style,Color #,Label,Dm/Pk,Size,UPC Number,Season,Location,Total QOH,Loc Std Cost,Loc Curr"
    >>> report = read_inventory_report(header + '\\n01,01234,BLK,,,M,,SP25,MAIN,"1,200",4.50,USD\\n')
    >>> report.rows[0].style, report.rows[0].total_qoh
    ('01234', Decimal('1200'))
    """
    excluded_places = {place.upper() for place in pseudo_locations}
    table = _entries(text_or_lines, delimiter)
    header = _Header.read(next(table, None), columns or ReportColumns())
    rows: list[OnHand] = []
    bad: list[InvalidRecord] = []
    excluded: Counter[str] = Counter()
    for entry in table:
        try:
            row = header.row(entry)
        except InvalidRecord as error:
            bad.append(error)
            continue
        place = row.location.upper()
        if place in excluded_places:
            excluded[place] += 1
        else:
            rows.append(row)
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
class _Header:
    """Which cell of an entry is which column. `named` are ours; `others` are kept under their own headers."""

    headers: tuple[str, ...]
    named: Mapping[str, int]
    others: Mapping[str, int]

    @classmethod
    def read(cls, entry: _Entry | None, columns: ReportColumns) -> _Header:
        headers = entry.cells if entry else ()
        folded = [_folded(header) for header in headers]
        wanted = {name: header for name, header in attrs.asdict(columns).items() if header}
        for header in wanted.values():
            _exactly_once(header, folded)
        named = {name: folded.index(_folded(header)) for name, header in wanted.items()}
        taken = set(named.values())
        others = {
            header: at
            for at, header in enumerate(headers)
            if header and at not in taken and header not in OnHand.model_fields
        }
        return cls(headers, named, others)

    def row(self, entry: _Entry) -> OnHand:
        """The row that `entry` is. Raises `InvalidRecord` with its place and its column."""
        if entry.first != entry.last:
            raise InvalidRecord("a cell holds a line break: is a quotation mark not closed?", record=entry.place)
        cells = entry.cells
        if len(cells) < len(self.headers) or any(cells[len(self.headers) :]):
            what = f"there are {len(cells)} cells under {len(self.headers)} headers"
            raise InvalidRecord(what, record=entry.place)
        found: dict[str, str | Decimal | None] = {name: cells[at] for name, at in self.named.items()}
        for name in _NUMBERS:
            if name in self.named:
                found[name] = self._amount(cells[self.named[name]], name, entry)
        if not found["style"]:
            raise InvalidRecord("a value is required", record=entry.place, field=self.headers[self.named["style"]])
        return OnHand.model_validate({header: cells[at] for header, at in self.others.items()} | found)

    def _amount(self, cell: str, name: str, entry: _Entry) -> Decimal | None:
        """A number as people write it; an empty quantity is zero, an empty cost is none."""
        if not cell:
            return None
        bracketed = cell.startswith("(") and cell.endswith(")")
        matched = _AMOUNT.fullmatch(cell[1:-1].strip() if bracketed else cell)
        if matched is None or bracketed + bool(matched[1]) + bool(matched[3]) > 1:
            header = self.headers[self.named[name]]
            raise InvalidRecord(f"{cell!r} is not a number", record=entry.place, field=header)
        amount = Decimal(matched[2].replace(",", ""))
        return -amount if bracketed or "-" in (matched[1], matched[3]) else amount


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
