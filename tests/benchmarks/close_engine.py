"""The close at size: the one SQL text beside a hand-written one, and beside plain sums of pandas and polars.

python tests/benchmarks/close_engine.py --items 100000 --entries 1000000 [--peer close.sql] [--write 200000]

Law of this module: all of them read the same tables in the same run, each in a process of its own that tells its
seconds and its peak of memory. What is not installed, or not there, is skipped aloud. The peer is a text with
:start, :finish, :reading, :last_day and :known over tables called as `_PEER_TABLES` has them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from clarus_bluecherry.finance.close import CloseInput, EntrySide, Moved, StockEntry, end_of
from clarus_bluecherry.finance.close.engine import (
    EngineQuestion,
    close_sql,
    embedded,
    fill,
    lines_by_sql,
    write_days,
)
from clarus_bluecherry.finance.close.engine._text import SqlDialect

UTC = ZoneInfo("UTC")
LAST, READ = dt.date(2026, 10, 31), dt.datetime(2026, 11, 4, 12, tzinfo=UTC)

_LINES = """
CREATE TABLE raw AS
SELECT i, 'SKU' || lpad(CAST(hash(i) % {items} AS VARCHAR), 8, '0') AS item,
  ['NJ', 'LA', 'TX'][1 + CAST(hash(i * 7) % 3 AS BIGINT)] AS location,
  'P' || lpad(CAST(i // 4 AS VARCHAR), 9, '0') AS document,
  CASE WHEN i // 4 % 10 < 7 THEN 'dispatched' WHEN i // 4 % 10 < 9 THEN 'received' ELSE 'adjusted' END AS moved,
  CASE WHEN i // 4 % 10 < 7 THEN -1 ELSE 3 END * (1 + CAST(hash(i * 3) % 4 AS BIGINT)) * 1000000 AS qty,
  CAST((i // 4 * 35) // ({entries} // 4 + 1) AS BIGINT) AS day_no,
  CAST(hash(i * 11) % 1000 AS BIGINT) AS fate,
  CASE WHEN i // 4 % 10 < 7 THEN 'order' WHEN i // 4 % 10 < 9 THEN 'receipt' ELSE 'adjustment' END AS kind
FROM range({entries}) AS t(i)
"""
_ENTRY = """
SELECT {prefix} || CAST(i AS VARCHAR), item, {location}, kind || ':' || {document}, kind, {document}, moved, {qty},
  1000000, CASE WHEN {no} < 31 THEN 20261001 + {no} ELSE 20261101 + {no} - 31 END,
  CASE WHEN {no} < 31 THEN 20261001 ELSE 20261101 END, {at}, {at}, {document},
  '', '', NULL, '', 'extract.csv', CAST(i AS VARCHAR)
FROM raw
"""
_AT = "1790812800000000 + {no} * 86400000000"


def _entry(
    prefix: str, qty: str = "qty", no: str = "day_no", location: str = "location", document: str = "document"
) -> str:
    at = _AT.format(no=no)
    return _ENTRY.format(prefix=f"'{prefix}'", qty=qty, no=no, at=at, location=location, document=document)


def made(file: Path, items: int, entries: int) -> None:
    """A database with a month of both sides: some lines in 1000 are booked late, twice, elsewhere or never."""
    with embedded() as empty:
        tables = [row[0] for row in empty.execute("SELECT sql FROM duckdb_tables()").fetchall()]
    with duckdb.connect(str(file)) as to:
        for text in tables:
            to.execute(text)
        to.execute(_LINES.format(items=items, entries=entries))
        to.execute(f"INSERT INTO physical_entries {_entry('p')}")
        elsewhere = _entry("w", location="CASE location WHEN 'NJ' THEN 'LA' ELSE 'NJ' END")
        for lines, fates in (
            (_entry("b"), "fate >= 40 AND fate <> 45"),
            (_entry("l", no="LEAST(day_no + 4, 34)"), "fate < 20"),
            (_entry("t"), "fate BETWEEN 40 AND 44"),
            (_entry("o", qty="qty + 1000000"), "fate BETWEEN 20 AND 24"),
            (elsewhere, "fate = 45"),
            (_entry("h", document="'H' || i"), "fate = 46"),
        ):
            to.execute(f"INSERT INTO book_entries {lines} WHERE {fates}")
        to.execute(
            f"INSERT INTO posting_steps SELECT kind || ':' || document, document || '|' || i, step.state, "
            f"{_AT.format(no='day_no')} + step.n, step.n, item, location, qty, NULL FROM raw, "
            "(VALUES ('accepted', 1), ('posted', 2)) AS step(state, n) "
            "WHERE fate >= 30 AND (step.n = 1 OR fate >= 36)"
        )
        to.execute("INSERT INTO posting_names SELECT document || '|' || i, document FROM raw WHERE fate >= 30")
        to.execute("INSERT INTO items SELECT DISTINCT item, '', 'known' FROM raw")
        to.execute("INSERT INTO costs SELECT item, '', NULL, '', 2500000, 'USD', NULL, NULL FROM items")
        to.execute("INSERT INTO locations VALUES ('NJ', 'warehouse', ''), ('SHIP', 'in_transit', '')")
        taken = int(READ.timestamp()) * 1_000_000
        to.execute(
            "INSERT INTO readings VALUES "
            "('book/2026-09-30///opening', 'book', 'opening', NULL, 20260930, 0, 0, ''), "
            f"('physical//{taken}//stock', 'physical', 'stock', {taken}, NULL, 0, 0, '')"
        )
        to.execute(
            "INSERT INTO positions SELECT 'book/2026-09-30///opening', item, location, 200000000 FROM items, "
            "(VALUES ('NJ'), ('LA'), ('TX')) AS l(location)"
        )
        to.execute(
            f"INSERT INTO positions SELECT 'physical//{taken}//stock', item, location, SUM(qty) FROM ("
            "SELECT item, location, qty FROM positions UNION ALL SELECT item, location, qty FROM physical_entries "
            "UNION ALL SELECT item, 'NJ', -7000000 FROM items WHERE hash(item) % 500 = 0) GROUP BY item, location"
        )
        to.execute("DROP TABLE raw")
        for text in _PEER_TABLES:
            to.execute(text)


_PEER_TABLES = (
    "CREATE VIEW physical_entry AS SELECT item, location, matter AS doc, moved AS class, qty, "
    "happened_at AS occurred_at FROM physical_entries",
    "CREATE VIEW book_entry AS SELECT item, location, matter AS doc, qty, day AS move_date, told_at AS entered_at "
    "FROM book_entries",
    "CREATE VIEW open_item AS SELECT item, location, matter AS doc, qty FROM open_items",
    "CREATE VIEW item AS SELECT item FROM items",
    "CREATE VIEW physical_position AS SELECT item, location, qty FROM positions WHERE reading LIKE 'physical%'",
    "CREATE VIEW book_opening AS SELECT item, location, qty FROM positions WHERE reading LIKE 'book%'",
    "CREATE VIEW posting_step AS SELECT matter AS doc, item, state, said_at, number AS n FROM posting_steps",
    "CREATE TABLE peer_order_versions (doc VARCHAR, versions BIGINT)",
)
"""Our tables, as the peer calls them."""


def question() -> EngineQuestion:
    return EngineQuestion(zone=UTC, as_of=end_of(LAST, UTC), currency="USD")


def ours(file: Path) -> object:
    """The door in Python: the lines of the close as records."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return len(lines_by_sql(connection, question()))


def text(file: Path) -> object:
    """The text alone, as the peer is run."""
    with duckdb.connect(str(file), read_only=True) as connection:
        asks = question()
        (told,) = close_sql(SqlDialect.DUCKDB, asks.parameters(connection, asks.costs(connection)))
        return len(connection.execute(told).fetchall())


def peer(file: Path, sql: str) -> object:
    """The hand-written text."""
    first, last = 1790812800000000, 1790812800000000 + 31 * 86400000000
    values = {"start": first, "finish": last, "reading": int(READ.timestamp()) * 10**6, "last_day": 20261031}
    told = re.sub(r":(\w+)", lambda name: str(values.get(name[1], 2**62)), sql)
    told = told.replace("order_versions", "peer_order_versions")
    with duckdb.connect(str(file), read_only=True) as connection:
        return len(connection.execute(told).fetchall())


def plain_pandas(file: Path) -> object:
    """Both sides of each document and place added up, and nothing named."""
    with duckdb.connect(str(file), read_only=True) as connection:
        select = "SELECT item, location, matter, qty FROM {} WHERE day <= 20261031"
        physical = connection.execute(select.format("physical_entries")).df()
        book = connection.execute(select.format("book_entries")).df()
    keys = ["item", "location", "matter"]
    gaps = physical.groupby(keys)["qty"].sum().sub(book.groupby(keys)["qty"].sum(), fill_value=0)
    return int((gaps != 0).sum())


def plain_polars(file: Path) -> object:
    """The same in polars."""
    import polars as pl

    with duckdb.connect(str(file), read_only=True) as connection:
        select = "SELECT item, location, matter, {} AS qty FROM {} WHERE day <= 20261031"
        physical = pl.from_arrow(connection.execute(select.format("qty", "physical_entries")).to_arrow_table())
        book = pl.from_arrow(connection.execute(select.format("-qty", "book_entries")).to_arrow_table())
    gaps = pl.concat([physical, book]).group_by(["item", "location", "matter"]).agg(pl.col("qty").sum())
    return gaps.filter(pl.col("qty") != 0).height


def written(count: int) -> None:
    """Entries into a DuckDB table and into Parquet by day, rows per CPU second."""
    day = dt.datetime(2026, 10, 1, 12, tzinfo=UTC)
    entries = [
        StockEntry(
            entry_id=f"p{i}",
            side=EntrySide.PHYSICAL if i % 2 else EntrySide.BOOK,
            item=f"SKU{i // 2 % 1000}",
            location="NJ",
            qty=Decimal(-(1 + i % 5)),
            moved=Moved.DISPATCHED,
            document=f"P{i // 2}",
            occurred_at=day + dt.timedelta(seconds=i),
            own_date=LAST,
            booked_date=LAST,
            entered_at=day,
            source="extract.csv",
            row=str(i),
        )
        for i in range(count)
    ]
    given = CloseInput(zone=UTC, entries=entries)
    begun = time.process_time()
    with embedded() as connection:
        fill(connection, given)
    print(f"{'written to DuckDB':22}{count / (time.process_time() - begun):12,.0f} rows per CPU second")
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        write_days(Path(folder), given)
        print(f"{'written to Parquet':22}{count / (time.process_time() - begun):12,.0f} rows per CPU second")


def timed(name: str, file: Path, sql: str) -> None:
    """In a process of its own: print what was found, seconds and the peak."""
    begun, cpu = time.perf_counter(), time.process_time()
    found = peer(file, sql) if name == "peer" else _CONTENDERS[name](file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    told = {"found": found, "wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "peak": peak}
    print(json.dumps(told))


_CONTENDERS = {"ours": ours, "text": text, "pandas": plain_pandas, "polars": plain_polars}


def best_of_two(name: str, file: Path, peer_sql: str) -> dict[str, float]:
    """Each figure at its best, of two runs."""
    one = [sys.executable, __file__, "--only", name, "--file", str(file), "--peer", peer_sql]
    runs = [json.loads(subprocess.run(one, check=True, capture_output=True, text=True).stdout) for _ in range(2)]
    return {figure: min(run[figure] for run in runs) for figure in runs[0]}


def compare(items: int, entries: int, peer_sql: str, folder: Path) -> None:
    file = folder / "close.duckdb"
    made(file, items, entries)
    print(f"{items:,} items, {entries:,} entries a side, {file.stat().st_size / 2**20:,.0f} MB")
    seconds: dict[str, tuple[float, float]] = {}
    for name in ("peer", "text", "ours", "pandas", "polars"):
        if name == "peer" and not peer_sql:
            print(f"{name:10} SKIPPED: no --peer was given")
        elif name in ("pandas", "polars") and not importlib.util.find_spec(name):
            print(f"{name:10} SKIPPED: it is not installed")
        else:
            told = best_of_two(name, file, peer_sql)
            seconds[name] = told["cpu"], told["wall"]
            ratio = ""
            if "peer" in seconds:
                cpu, wall = (mine / its for mine, its in zip(seconds[name], seconds["peer"], strict=True))
                ratio = f"{cpu:6.2f} x the peer by CPU, {wall:.2f} x by the clock"
            figures = (
                f"{told['wall']:8.1f} s {told['cpu']:8.1f} CPU s {told['peak']:6.2f} GB {told['found']:>12,} found"
            )
            print(f"{name:10}{figures} {ratio}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--items", type=int, default=100_000)
    arguments.add_argument("--entries", type=int, default=1_000_000)
    arguments.add_argument("--write", type=int, default=200_000)
    arguments.add_argument("--peer", default="")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--file", type=Path)
    told = arguments.parse_args()
    if told.only:
        timed(told.only, told.file, Path(told.peer).read_text("utf-8") if told.peer else "")
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(told.items, told.entries, told.peer, Path(folder))
    written(told.write)


if __name__ == "__main__":
    main()
