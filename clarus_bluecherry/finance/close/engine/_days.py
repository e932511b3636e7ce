"""Where the tables of a close are kept: DuckDB in this process, and Parquet by day beside the ledger.

Law of this module: nothing is downloaded; an engine that lacks something says so. A day is written whole, under a
name that is taken over at the end, so a reader finds the day as it was or as it is. Asked again it is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from attrs import evolve

from clarus_bluecherry._lazy import need
from clarus_bluecherry.finance.close._documents import DocumentIndex, DocumentKind, index_of
from clarus_bluecherry.finance.close._entries import StockEntry
from clarus_bluecherry.finance.close._input import CloseInput, once
from clarus_bluecherry.finance.close._moments import Known
from clarus_bluecherry.finance.close.engine._tables import (
    TABLES,
    Cell,
    Row,
    day_number,
    day_of,
    entry_rows,
    other_rows,
    table_rows,
)

if TYPE_CHECKING:
    import duckdb

_BATCH, _END = 1_000, "\r\n"
_ENTRIES = ("physical_entries", "book_entries")
_BY_READING = ("readings", "positions")


@contextmanager
def embedded(memory_limit: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB database in this process that holds the tables, empty, and is gone afterwards.

    `memory_limit` is DuckDB's, such as `4GB`. Raises `MissingExtra` without DuckDB.
    """
    connection = _connected(memory_limit)
    try:
        for table, columns in TABLES.items():
            told = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE {table} ({told})")
        yield connection
    finally:
        connection.close()


def fill(connection: duckdb.DuckDBPyConnection, given: CloseInput, known: Known | None = None) -> None:
    """Put everything that a close looks at into the tables of a connection.

    The documents of the books' lines are found among what was known until `known`; without it, among all.
    """
    for table, rows in table_rows(given, known):
        load(connection, table, rows)


def write_days(folder: Path, given: CloseInput) -> None:
    """Write the days and the readings of `given` into a folder of Parquet files, and the other tables whole.

    A day that is there already is replaced, other days stay: give each day's entries whole, and the masters,
    costs, postings and orders as they are told now. Documents of other days are found there. Raises
    `InvalidRecord` for what an engine could only hold rounded.
    """
    entries, _ = once(given.entries)
    with embedded() as connection:
        names = _earlier_names(connection, folder)
        given = evolve(given, names=[*given.names, *names])
        index = index_of((each for each in entries if each.is_physical), given.open_items, given.tellings())
        _add_documents(connection, folder, index, given)
        for table, part, rows in _parts(given, entries, index):
            _write(connection, table, folder / table / f"{part}.parquet", rows)


@contextmanager
def opened(folder: Path, memory_limit: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection whose tables are the Parquet files of a folder; nothing is copied."""
    connection = _connected(memory_limit)
    try:
        for table in TABLES:
            pattern = str(folder / table / "*.parquet").replace("'", "''")
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{pattern}')")
        yield connection
    finally:
        connection.close()


def _connected(memory_limit: str) -> duckdb.DuckDBPyConnection:
    need("duckdb", extra="engine", purpose="a close by an engine")
    import duckdb

    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    limits = {"memory_limit": memory_limit} if memory_limit else {}
    return duckdb.connect(config={**offline, **limits})


@contextmanager
def _told(table: str, rows: Iterable[Row]) -> Iterator[str]:
    """Rows of a table as what DuckDB can select from: a file of text, which it reads fastest, while it is needed.

    What is missing stands there as `None`, and can only be a number.
    """
    columns = TABLES[table]
    kinds = {name: kind.partition(" ")[0] if "NOT NULL" in kind else "VARCHAR" for name, kind in columns.items()}
    texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
    cells = [
        name if "NOT NULL" in kind else f"CAST(NULLIF({name}, 'None') AS {kind}) AS {name}"
        for name, kind in columns.items()
    ]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        with file.open("w", encoding="utf-8", newline="") as to:
            to.write(",".join(kinds) + _END)
            to.writelines(_lines(len(kinds), rows))
        yield (
            f"(SELECT {', '.join(cells)} FROM read_csv('{_quoted(file)}', columns = {kinds}, "
            f"force_not_null = {texts}, nullstr = '', header = true, auto_detect = false, delim = ',', "
            "quote = '\"', escape = '\"', new_line = '\\r\\n'))"
        )


def _lines(width: int, rows: Iterable[Row]) -> Iterator[str]:
    """Rows as lines. To look at each letter takes three times as long, and hardly one needs quotes."""
    form, left = ",".join(["%s"] * width) + _END, iter(rows)
    while batch := list(islice(left, _BATCH)):
        text = "".join([form % tuple(row) for row in batch])
        ends, commas = len(batch), len(batch) * (width - 1)
        if '"' in text or (text.count("\r"), text.count("\n"), text.count(",")) != (ends, ends, commas):
            text = "".join([",".join(map(_in_quotes, row)) + _END for row in batch])
        yield text


def _in_quotes(cell: Cell) -> str:
    return '"' + str(cell).replace('"', '""') + '"'


def load(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    """Put rows into a table, after those that are there."""
    with _told(table, rows) as told:
        connection.execute(f"INSERT INTO {table} SELECT * FROM {told}")


def _write(connection: duckdb.DuckDBPyConnection, table: str, file: Path, rows: Iterable[Row]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".part")
    order = " ORDER BY item, location, matter" if table in _ENTRIES else ""
    with _told(table, rows) as told:
        connection.execute(f"COPY (SELECT * FROM {told}{order}) TO '{_quoted(written)}' (FORMAT parquet)")
    written.replace(file)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _parts(
    given: CloseInput, entries: Sequence[StockEntry], index: DocumentIndex
) -> Iterator[tuple[str, str, Iterable[Row]]]:
    """Each file that is written: its table, its name there, its rows."""
    days: defaultdict[tuple[str, int], list[StockEntry]] = defaultdict(list)
    for entry in entries:
        days[_ENTRIES[not entry.is_physical], day_number(day_of(entry))].append(entry)
    for (table, day), told in days.items():
        yield table, str(day), entry_rows(told, index, given.years)
    for table, rows in other_rows(given, index):
        if table in _BY_READING:
            readings: defaultdict[str, list[Row]] = defaultdict(list)
            for row in rows:
                readings[str(row[0])].append(row)
            for name, told_of in readings.items():
                yield table, sha256(name.encode()).hexdigest()[:16], told_of
        else:
            yield table, "all", rows
    for table in TABLES:
        yield table, "none", ()


def _earlier_names(connection: duckdb.DuckDBPyConnection, folder: Path) -> Sequence[Sequence[str]]:
    """What was told before about names that are one document's."""
    file = folder / "document_names" / "all.parquet"
    if not file.exists():
        return []
    return connection.execute("SELECT name, root FROM read_parquet(?)", [str(file)]).fetchall()


def _add_documents(
    connection: duckdb.DuckDBPyConnection, folder: Path, index: DocumentIndex, given: CloseInput
) -> None:
    """Tell an index of the documents of days that are there and are not written now, as far as they are named."""
    days = {day_of(each) for each in given.entries if each.is_physical}
    ours = {f"{day_number(day)}.parquet" for day in days}
    files = [
        str(each) for each in sorted((folder / "physical_entries").glob("*.parquet")) if each.name not in ours
    ]
    if not files:
        return
    told = {entry.document or entry.entry_id for entry in given.entries if not entry.is_physical}
    told.update(name for step in given.postings for name in (step.document, *step.names))
    wanted = sorted({name for each in told for name in index.names.of(each)})
    rows = connection.execute(
        "SELECT kind, document, item, location, SUM(qty) FROM read_parquet(?) "
        "WHERE document IN (SELECT unnest(?::VARCHAR[])) GROUP BY kind, document, item, location",
        [files, wanted],
    ).fetchall()
    for kind, document, item, location, qty in rows:
        index.add((DocumentKind(kind), document), (item, location), Decimal(qty).scaleb(-6))
