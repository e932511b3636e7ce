"""One file of a close, row by row, by the row law of `tables`.

Law of this module: every line of a file is a row or a problem that names its file, line and column. A cell is the
text that stands there; an empty one is nothing, never zero and never today.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import filterfalse
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.close._moments import is_counted
from clarus_bluecherry.flows.exports.columns import EXAMPLE_SKU, NAMES_SKU, CloseFile
from clarus_bluecherry.flows.exports.kinds import BESIDE, FILES
from clarus_bluecherry.flows.exports.settings import SETTINGS_NAME, CloseSettings
from clarus_bluecherry.tables import (
    DecimalMark,
    ExcelDate,
    ExcelNumber,
    NumberForm,
    Table,
    TableLine,
    folded,
    is_total,
    quoted,
    read_tables,
    trimmed,
    unescaped,
)
from clarus_bluecherry.tables._lines import quoted_misfit

T = TypeVar("T")

_ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(.+))?")
_YES, _NO = frozenset({"1", "y", "yes", "true", "t", "x"}), frozenset({"", "0", "n", "no", "false", "f"})
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p")
_LARGEST_EXAMPLE = 4096
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_NO_CURRENCY = str.maketrans("", "", "$£€")


@frozen
class When:
    """An instant and its day, or a day alone."""

    day: dt.date
    instant: dt.datetime | None = None


@frozen
class CloseRow:
    """A row: its cells by our names of the columns, where it stands, and how its side writes days and numbers."""

    place: str
    source: str
    cells: Mapping[str, str]
    headers: Mapping[str, str]
    zone: ZoneInfo
    numbers: NumberForm
    dates: str = ""
    is_day_first: bool = False

    def text(self, name: str) -> str:
        """What stands in a column; nothing where the file has no such column."""
        return self.cells.get(name, "")

    def need(self, name: str) -> str:
        """What stands in a column that cannot be empty."""
        text = self.text(name)
        if not text:
            raise self.refused("a value is required", name)
        return text

    def refused(self, what: str, name: str = "") -> InvalidRecord:
        """The row as a problem, which names its file, line and column."""
        return InvalidRecord(what, record=self.place, field=self.headers.get(name, name), action=_ACTION)

    def number(self, name: str) -> Decimal | None:
        """The number in a column; None where nothing stands there."""
        text = self.text(name)
        if not text:
            return None
        try:
            return self.numbers.read(text if isinstance(text, ExcelNumber) else text.translate(_NO_CURRENCY))
        except InvalidRecord as error:
            raise self.refused(error.what, name) from None

    def need_number(self, name: str) -> Decimal:
        """The number in a column that cannot be empty: missing is not zero."""
        number = self.number(name)
        if number is None:
            raise self.refused("the quantity is missing, and missing is not zero", name)
        return number

    def flag(self, name: str) -> bool:
        """Whether a column says yes."""
        word = self.text(name).casefold()
        if word not in _YES | _NO:
            raise self.refused(f"{quoted_misfit(word)} is neither yes nor no", name)
        return word in _YES

    def when(self, name: str) -> When | None:
        """The instant or the day in a column; an instant without an offset is in the zone of its side."""
        text = self.text(name)
        if not text:
            return None
        try:
            when = self._when(text)
        except (ValueError, OverflowError):
            when = None
        if when is None or not is_counted(when.day):
            raise self.refused(f"{quoted_misfit(text)} is no day and no instant", name)
        return when

    def need_when(self, name: str) -> When:
        """The instant or the day in a column that cannot be empty."""
        when = self.when(name)
        if when is None:
            raise self.refused("the date is missing, and a missing date is none", name)
        return when

    def until(self, name: str) -> dt.datetime | None:
        """The instant in a column; of a day its end."""
        when = self.when(name)
        return None if when is None else when.instant or end_of_day(when.day, self.zone)

    def _when(self, text: str) -> When:
        if isinstance(text, ExcelDate):
            return self._of_excel(text)
        if self.dates and not _ISO.match(text):
            moment, has_time = _by_pattern(text, self.dates)
            return self._at(moment, has_time=has_time)
        slashed = _SLASHED.fullmatch(text)
        if slashed:
            first, second, year = map(int, slashed.group(1, 2, 3))
            month, day = (second, first) if self.is_day_first else (first, second)
            time = _time(slashed[4])
            return self._at(dt.datetime.combine(dt.date(year, month, day), time or dt.time()), has_time=bool(time))
        has_time = len(text) > len("2026-10-31")
        return self._at(dt.datetime.fromisoformat(text.replace(" UTC", "+00:00")), has_time=has_time)

    def _of_excel(self, cell: ExcelDate) -> When:
        moment = cell.moment
        if isinstance(moment, dt.datetime):
            return self._at(moment, has_time=moment.time() != dt.time())
        if isinstance(moment, dt.date):
            return When(moment)
        raise ValueError(cell)

    def _at(self, moment: dt.datetime, *, has_time: bool) -> When:
        if not has_time:
            return When(moment.date())
        aware = moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment
        return When(aware.astimezone(self.zone).date(), aware)


_ACTION = "Correct the row in its file, or leave it out with a note; then run it again."


def _by_pattern(text: str, dates: str) -> tuple[dt.datetime, bool]:
    """The moment that a site's pattern gives, and whether it has a time; behind one of a day a time may stand."""
    has_time = any(part in dates for part in ("%H", "%I", "%X", "%c", "%T"))
    for form, is_timed in ((dates, has_time), *((f"{dates} {time}", True) for time in _TIMES if not has_time)):
        try:
            return dt.datetime.strptime(text, form), is_timed  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(text)


def _time(text: str | None) -> dt.time | None:
    for form in _TIMES if text else ():
        try:
            return dt.datetime.strptime(str(text).upper(), form).time()  # noqa: DTZ007
        except ValueError:
            continue
    if text:
        raise ValueError(text)
    return None


def end_of_day(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The last instant of a day."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone) - dt.timedelta.resolution


def taken_at(name: str, settings: CloseSettings) -> dt.datetime | None:
    """When a file was exported, where the settings say it: an instant, or a day's end in its system's zone. Raises
    `ConfigurationError` for what is neither."""
    text = settings.taken_at.get(name, "")
    if not text:
        return None
    try:
        told = dt.datetime.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is no instant"
        raise ConfigurationError(what, record=f"{SETTINGS_NAME}, taken_at", field=name) from None
    zone = settings.zone_of(is_warehouse=name == "stock")
    if len(text) <= len("2026-10-31"):
        return end_of_day(told.date(), zone)
    return told if told.tzinfo else told.replace(tzinfo=zone)


@frozen
class FileRows:
    """A file, read: its rows, what could not be read, and its evidence."""

    kind: CloseFile
    names: tuple[str, ...] = ()
    rows: tuple[CloseRow, ...] = ()
    problems: tuple[InvalidRecord, ...] = ()
    digest: str = ""
    columns: Mapping[str, str] = field(factory=dict)
    unread: Sequence[str] = ()
    """Headers of columns that are none of ours."""
    totals: Sequence[str] = ()
    """Where totals of other lines stand, by their word: they are no data, and nothing is missing without them."""

    @property
    def is_there(self) -> bool:
        """Whether there is such a file at all."""
        return bool(self.names)

    def made(self, make: Callable[[CloseRow], T], problems: list[InvalidRecord]) -> Iterator[T]:
        """What `make` makes of each row; what it refuses goes to `problems`, and the others go on."""
        for row in self.rows:
            try:
                yield make(row)
            except InvalidRecord as error:
                named = error if error.record == row.place else row.refused(error.what, error.field)
                problems.append(named)


def read_files(folder: Path, settings: CloseSettings, *, but: Collection[str] = ()) -> Mapping[str, FileRows]:
    """Every file of a close in `folder`, by our names; one that is not there has no rows, nor has one of `but`."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is no folder", field="--from")
    known = [kind.name for kind in (*FILES, *BESIDE)]
    for name in (*settings.files, *settings.columns):
        if name not in known:
            what = f"{name!r} is none of {', '.join(known)}"
            raise ConfigurationError(what, record=SETTINGS_NAME, field=name)
    paths = {kind.name: () if kind.name in but else _paths(folder, kind, settings) for kind in FILES}
    examples = _left_over(paths)
    return {
        kind.name: _read(kind, [*filterfalse(examples.__contains__, paths[kind.name])], settings) for kind in FILES
    }


def names_in(folder: Path, settings: CloseSettings, kinds: Collection[str]) -> frozenset[str]:
    """What the files of these kinds are called: those that are told, and those in `folder` by their names."""
    told = (name for kind in kinds for name in _told(settings, kind))
    return frozenset(told).union(
        path.name for kind in (*FILES, *BESIDE) if kind.name in kinds for path in _called(folder, kind)
    )


def read_file(folder: Path, kind: CloseFile, settings: CloseSettings) -> FileRows:
    """One file in `folder` that a close does not read; without it there are no rows."""
    return _read(kind, [path for path in _paths(folder, kind, settings) if not is_example(path)], settings)


def _left_over(paths: Mapping[str, Sequence[Path]]) -> frozenset[Path]:
    """The examples that nobody touched, in a folder whose own files are about other SKUs."""
    examples = frozenset(path for told in paths.values() for path in told if is_example(path))
    own = [path for told in paths.values() for path in told if path not in examples]
    is_tried = examples and any(EXAMPLE_SKU.encode() in path.read_bytes() for path in own)
    return frozenset() if is_tried or not own else examples


def is_example(path: Path) -> bool:
    """Whether a file is what the template writes, and nothing else."""
    if path.stat().st_size > _LARGEST_EXAMPLE:
        return False
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return any(lines == [",".join(cells) for cells in kind.example] for kind in FILES)


def _read(kind: CloseFile, paths: Sequence[Path], settings: CloseSettings) -> FileRows:
    rows: list[CloseRow] = []
    problems: list[InvalidRecord] = []
    columns: dict[str, str] = {}
    unread: dict[str, None] = {}
    totals: list[str] = []
    digest = hashlib.sha256()
    told: set[bytes] = set()
    for path in paths:
        content = path.read_bytes()
        own = hashlib.sha256(content).digest()
        if own in told:  # the same export under another name
            continue
        told.add(own)
        digest.update(content)
        tables, passed_over = _tables(path, kind, settings)
        problems.extend(passed_over)
        for table in tables:
            _refuse_missing(kind, table)
            columns |= {name: table.header[at] for name, at in table.places.items()}
            unread |= dict.fromkeys(filter(None, map(str.strip, table.header)))
            _rows_of(table, kind, settings, rows, problems, totals)
    names = tuple(path.name for path in paths)
    seen = {header.strip() for header in columns.values()}
    left = [header for header in unread if header not in seen]
    return FileRows(
        kind, names, tuple(rows), tuple(problems), digest.hexdigest() if paths else "", columns, left, totals
    )


def _tables(path: Path, kind: CloseFile, settings: CloseSettings) -> tuple[list[Table], list[InvalidRecord]]:
    """The tables of a file; where a column lacks, with what the settings would have to say."""
    try:
        return read_tables(path, kind.wanted(settings.columns.get(kind.name, {})))
    except ConfigurationError as error:
        if error.field not in {each.name for each in kind.columns}:
            raise
        raise _no_column(error.what, path.name, kind, error.field) from None


def _refuse_missing(kind: CloseFile, table: Table) -> None:
    asked = [(name,) for name in kind.required] + [NAMES_SKU] * kind.is_of_skus
    for name, *others in asked:
        if table.places.keys().isdisjoint((name, *others)):
            what = f"there is no column {name!r}; its header has {', '.join(map(quoted, table.header))}"
            raise _no_column(what, table.name, kind, name)


def _no_column(what: str, name: str, kind: CloseFile, column: str) -> ConfigurationError:
    line = f'{column} = "..."'
    action = f"Write in {SETTINGS_NAME}, under [columns.{kind.name}], which column it is: {line}."
    return ConfigurationError(what, record=name, field=column, action=action)


def _paths(folder: Path, kind: CloseFile, settings: CloseSettings) -> Sequence[Path]:
    """The files that are told, else those called as such a file is called."""
    if kind.name not in settings.files:
        return _called(folder, kind)
    paths = [folder / name for name in _told(settings, kind.name)]
    for path in paths:
        if not path.is_file():
            raise ConfigurationError(f"{path.name} is not in {folder}", record=SETTINGS_NAME, field=kind.name)
    return paths


def _told(settings: CloseSettings, kind: str) -> Sequence[str]:
    """The names that the settings give the files of a kind."""
    told = settings.files.get(kind, ())
    return [name for name in ((told,) if isinstance(told, str) else told) if name]


def _called(folder: Path, kind: CloseFile) -> Sequence[Path]:
    stems = {folded(name) for name in (kind.name, *kind.also)}
    return [path for path in tables_in(folder) if _stem(path) in stems]


def _stem(path: Path) -> str:
    """What a file is called, whatever day or number stands in its name."""
    return re.sub(r"\d", "", folded(path.stem))


def tables_in(folder: Path) -> Sequence[Path]:
    """Every file of a folder that may be a table."""
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in _ENDINGS and path.is_file()]


def _rows_of(
    table: Table,
    kind: CloseFile,
    settings: CloseSettings,
    rows: list[CloseRow],
    problems: list[InvalidRecord],
    totals: list[str],
) -> None:
    headers = {name: table.header[at] for name, at in table.places.items()}
    zone = settings.zone_of(is_warehouse=kind.is_warehouse)
    dates = settings.dates_of(kind.is_warehouse)
    numbers = NumberForm(_mark(table, settings))
    for block in table.blocks:
        for line in block.lines():
            if line.is_blank:
                continue
            place = f"{table.name}, {line.place}"
            if any(is_total(line.cells, named) for named in (table.places[kind.needed], len(line.cells))):
                totals.append(place)
                continue
            try:
                cells = _cells(table, line, place)
            except InvalidRecord as error:
                problems.append(error)
                continue
            rows.append(CloseRow(place, table.name, cells, headers, zone, numbers, dates, kind.is_warehouse))
        if block.problem:
            problems.append(block.problem)


def _mark(table: Table, settings: CloseSettings) -> DecimalMark | None:
    if settings.decimal_mark in (".", ","):
        return "." if settings.decimal_mark == "." else ","
    return "." if table.delimiter in (",", "") else None


def _cells(table: Table, line: TableLine, place: str) -> Mapping[str, str]:
    cells, width = line.cells, len(table.header)
    is_short = len(cells) < width and bool(table.delimiter)
    if is_short or any(map(str.strip, cells[width:])) or (table.delimiter and len(cells) > width):
        what = f"there are {len(cells)} cells under {width} headers: is a delimiter not quoted?"
        raise InvalidRecord(what, record=place, action=_ACTION)
    return {name: _cell(cells[at]) for name, at in table.places.items() if at < len(cells)}


def _cell(cell: str) -> str:
    return cell if isinstance(cell, ExcelDate) or type(cell) is not str else unescaped(trimmed(cell))
