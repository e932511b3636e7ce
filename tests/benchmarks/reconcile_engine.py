"""The snapshot at size: `reconcile` and the same by an engine, beside a hand-written DuckDB statement.

python tests/benchmarks/reconcile_engine.py --positions 1000000 [--pure]

Law of this module: the two that read tables read the same ones in the same run, and each way runs in a process
of its own that tells its seconds and its peak of memory. One of ten positions differs, and there are as many
movements as positions. `--pure` runs the judge too.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb

from clarus_bluecherry.finance import Cause, InFlight, reconcile
from clarus_bluecherry.finance.close.engine import embedded, reconcile_by_engine, snapshot_by_sql
from clarus_bluecherry.model import Money, Sku, StockPosition, SystemOfRecord

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)

_HAND_WRITTEN = """
WITH p AS (SELECT item, location, SUM(qty) AS qty FROM positions WHERE reading = 'clarus' GROUP BY ALL),
b AS (SELECT item, location, SUM(qty) AS qty FROM positions WHERE reading = 'blue cherry' GROUP BY ALL),
f AS (
  SELECT item, location, SUM(qty) FILTER (WHERE moved = 'shipped, not invoiced') AS shipped,
    SUM(qty) FILTER (WHERE moved = 'not yet posted') AS not_posted
  FROM open_items GROUP BY ALL),
c AS (
  SELECT item, location, MIN(amount) AS amount FROM costs GROUP BY ALL HAVING COUNT(DISTINCT amount) = 1)
SELECT item, location, COALESCE(p.qty, 0) - COALESCE(b.qty, 0) AS variance, shipped, not_posted,
  variance - COALESCE(shipped, 0) - COALESCE(not_posted, 0) AS unexplained,
  CAST(variance AS DECIMAL(38, 0)) * amount AS value
FROM p FULL JOIN b USING (item, location) FULL JOIN f USING (item, location) LEFT JOIN c USING (item, location)
WHERE variance <> 0 OR shipped <> 0 OR not_posted <> 0
"""


def made(file: Path, count: int) -> None:
    """Both stocks, costs and what is in flight, as `fill_stock` writes them."""
    with embedded() as empty:
        tables = [row[0] for row in empty.execute("SELECT sql FROM duckdb_tables()").fetchall()]
    with duckdb.connect(str(file)) as to:
        for text in tables:
            to.execute(text)
        item = "format('sku:|{:06d}|C{}|||S{}', i // 12, i // 4 % 3, i % 4), 'NJ'"
        to.execute(
            f"INSERT INTO positions SELECT '{SystemOfRecord.WAREHOUSE.value}', {item}, (50 + i % 7) * 1000000 "
            f"FROM range({count}) AS r(i)"
        )
        to.execute(
            f"INSERT INTO positions SELECT '{SystemOfRecord.ERP.value}', {item}, "
            f"(50 + i % 7 + CASE WHEN i % 10 = 0 THEN 3 ELSE 0 END) * 1000000 FROM range({count}) AS r(i)"
        )
        to.execute(
            f"INSERT INTO costs SELECT {item}, NULL, '', (i % 97) * 1000000 + 250000, 'USD', NULL, NULL "
            f"FROM range({count}) AS r(i)"
        )
        to.execute(
            "INSERT INTO open_items SELECT 'p' || j, '', 'p' || j, "
            f"{item}, CASE WHEN j % 10 = 0 THEN -3 WHEN j % 2 = 0 THEN -1 ELSE 1 END * 1000000, "
            f"CASE WHEN j % 4 < 2 THEN '{Cause.SHIPPED_NOT_INVOICED}' ELSE '{Cause.NOT_YET_POSTED}' END, j "
            f"FROM (SELECT j, j // 10 * 10 AS i FROM range({count}) AS r(j))"
        )


def hand_written(file: Path, count: int) -> int:
    """The statement, and its rows fetched."""
    text = _HAND_WRITTEN.replace("'clarus'", f"'{SystemOfRecord.WAREHOUSE.value}'")
    with duckdb.connect(str(file), read_only=True) as connection:
        text = text.replace("'blue cherry'", f"'{SystemOfRecord.ERP.value}'")
        return len(connection.execute(text).fetchall())


def from_tables(file: Path, count: int) -> int:
    """Our door over the same tables: the answer as records."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return len(snapshot_by_sql(connection).lines)


def _records(count: int) -> tuple[list[StockPosition], list[StockPosition], list[InFlight]]:
    skus = [Sku(f"{i // 12:06}", f"C{i // 4 % 3}", size=f"S{i % 4}") for i in range(count)]
    costs = [Money(Decimal(i) + Decimal("0.25"), "USD") for i in range(97)]
    physical = [
        StockPosition(
            keeper=SystemOfRecord.WAREHOUSE, item=sku, location="NJ", quantity=Decimal(50 + i % 7), as_of=NOON
        )
        for i, sku in enumerate(skus)
    ]
    book = [
        StockPosition(
            keeper=SystemOfRecord.ERP,
            item=sku,
            location="NJ",
            quantity=Decimal(50 + i % 7 + (3 if i % 10 == 0 else 0)),
            as_of=NOON,
            unit_cost=costs[i % 97],
        )
        for i, sku in enumerate(skus)
    ]
    moving = [
        InFlight(
            item=skus[j // 10 * 10],
            location="NJ",
            quantity=Decimal(-3 if j % 10 == 0 else -1 if j % 2 == 0 else 1),
            cause=Cause.SHIPPED_NOT_INVOICED if j % 4 < 2 else Cause.NOT_YET_POSTED,
            posting_key=f"p{j}",
        )
        for j in range(count)
    ]
    return physical, book, moving


_WAYS: dict[str, Callable[[Path, int], int]] = {"hand-written": hand_written, "from tables": from_tables}
_BY_RECORDS = {"from records": reconcile_by_engine, "judge": reconcile}


def timed(way: str, file: Path, count: int) -> None:
    """In a process of its own: print what was found, seconds and the peak."""
    records = _records(count) if way in _BY_RECORDS else None
    begun, cpu = time.perf_counter(), time.process_time()
    found = len(_BY_RECORDS[way](*records).differing) if records else _WAYS[way](file, count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    told = {"found": found, "wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "peak": peak}
    print(json.dumps(told))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--positions", type=int, default=100_000)
    arguments.add_argument("--pure", action="store_true")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--file", type=Path)
    told = arguments.parse_args()
    if told.only:
        timed(told.only, told.file, told.positions)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stock.duckdb"
        made(file, told.positions)
        first = 0.0
        for way in (*_WAYS, "from records", *(["judge"] if told.pure else [])):
            one = [
                sys.executable,
                __file__,
                "--only",
                way,
                "--file",
                str(file),
                "--positions",
                str(told.positions),
            ]
            run = json.loads(subprocess.run(one, check=True, capture_output=True, text=True).stdout)
            first = first or run["cpu"]
            print(
                f"{way:14}{run['wall']:8.1f} s {run['cpu']:8.2f} CPU s {run['peak']:6.2f} GB {run['found']:>10,} "
                f"differ {run['cpu'] / first:6.2f} x the hand-written",
                flush=True,
            )


if __name__ == "__main__":
    main()
