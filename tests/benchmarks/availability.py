"""What may be sold of 100,000 changed SKUs: this library against hand SQL over the same rows, in one run.

    python tests/benchmarks/availability.py [--skus 100000] [--seeds 4]

Each SKU has two lines of Blue Cherry's reading, a row of the floor, and two movements since: a dispatch that the
books do not have, and a receipt. SQL is SQLite's, over integers and an index by SKU, with the same two sums netted
by document. Both give a figure for each SKU, and the figures are compared; then what changed is told. Last, how
much a shop oversells that sells from Blue Cherry's own figure, in the model of the tests.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import sqlite3
import sys
import time
from decimal import Decimal
from pathlib import Path

from clarus_bluecherry.finance.availability import (
    AvailabilityInput,
    BookLine,
    BookReading,
    BookTerm,
    FloorReading,
    FloorStock,
    MoveKind,
    SafetyBuffer,
    SellingPolicy,
    StockMove,
    changes,
    published,
    sellable,
)

NOW = dt.datetime(2026, 10, 5, 15, tzinfo=dt.UTC)
BATCH = NOW - dt.timedelta(minutes=40)
SINCE = NOW - dt.timedelta(minutes=20)
_POLICY = SellingPolicy(buffers={("", ""): SafetyBuffer(units=2)})

SQL = """
WITH orders AS (
  SELECT item, document, SUM(booked) AS booked, SUM(gone) AS gone FROM (
    SELECT item, document, -qty AS booked, 0 AS gone FROM book WHERE term <> 'stock'
    UNION ALL SELECT item, document, 0, qty FROM moves WHERE kind = 'dispatched')
  GROUP BY item, document),
stock AS (
  SELECT item, document, SUM(booked) AS booked, SUM(moved) AS moved FROM (
    SELECT item, document, qty AS booked, 0 AS moved FROM book WHERE term = 'stock'
    UNION ALL SELECT item, document, 0, qty FROM moves WHERE kind = 'received')
  GROUP BY item, document),
sums AS (
  SELECT item, SUM(qty) AS open, 0 AS free FROM book GROUP BY item
  UNION ALL SELECT item, SUM(booked - MAX(booked, gone)), SUM(gone - MAX(booked, gone)) FROM orders GROUP BY item
  UNION ALL SELECT item, SUM(MAX(0, moved - booked)), 0 FROM stock WHERE moved > 0 GROUP BY item
  UNION ALL SELECT item, 0, qty FROM floor)
SELECT item, MAX(0, MIN(SUM(open), SUM(free)) - 2) FROM sums GROUP BY item
"""


def world(skus: int, there: int) -> AvailabilityInput:
    """`skus` items of which each has `there` more on its floor than the least."""
    lines, stock, moves = [], [], []
    for number in range(skus):
        item, some = f"{number:06}-BLK-M", number % 7
        lines.append(_line(item, 100 + some, BookTerm.STOCK, f"PO{number}", "R1"))
        lines.append(_line(item, -5, BookTerm.PROMISED, f"P{number}", "PK"))
        stock.append(FloorStock(item=item, location="NJ", qty=Decimal(90 + there + some)))
        moves.append(_move(item, MoveKind.DISPATCHED, 9, f"Q{number}"))
        moves.append(_move(item, MoveKind.RECEIVED, 4, f"PO{number}B"))
    return AvailabilityInput(
        books=[BookReading(lines=lines, taken_at=BATCH)],
        floors=[FloorReading(stock=stock, taken_at=NOW - dt.timedelta(minutes=1))],
        moves=moves,
    )


def _line(item: str, qty: int, term: BookTerm, document: str, what: str) -> BookLine:
    return BookLine(item=item, location="NJ", qty=Decimal(qty), term=term, document=document, what=what)


def _move(item: str, kind: MoveKind, qty: int, document: str) -> StockMove:
    return StockMove(
        move_id=f"{kind}:{document}",
        item=item,
        location="NJ",
        kind=kind,
        qty=Decimal(qty),
        document=document,
        occurred_at=SINCE,
    )


def database(given: AvailabilityInput) -> sqlite3.Connection:
    """The same rows, as hand SQL would have them."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE book (item TEXT, document TEXT, term TEXT, qty INTEGER)")
    connection.execute("CREATE TABLE floor (item TEXT, qty INTEGER)")
    connection.execute("CREATE TABLE moves (item TEXT, document TEXT, kind TEXT, qty INTEGER)")
    book = ((each.item, each.document, each.term.value, int(each.qty)) for each in given.books[0].lines)
    connection.executemany("INSERT INTO book VALUES (?, ?, ?, ?)", book)
    floor = ((each.item, int(each.qty)) for each in given.floors[0].stock)
    connection.executemany("INSERT INTO floor VALUES (?, ?)", floor)
    moves = ((each.item, each.document, each.kind.value, int(each.qty)) for each in given.moves)
    connection.executemany("INSERT INTO moves VALUES (?, ?, ?, ?)", moves)
    for table in ("book", "floor", "moves"):
        connection.execute(f"CREATE INDEX {table}_item ON {table} (item)")
    return connection


def best(times: int, work):
    """The least CPU seconds of some tries, and what the last one gave."""
    least, given = float("inf"), None
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        given = work()
        least = min(least, time.process_time() - begun)
    return least, given


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--skus", type=int, default=100_000)
    asked.add_argument("--seeds", type=int, default=4)
    asked.add_argument("--tries", type=int, default=3)
    options = asked.parse_args()

    known = published(sellable(world(options.skus, 0), _POLICY, as_of=NOW).figures)
    given = world(options.skus, 1)
    ours, changed = best(options.tries, lambda: changes(known, sellable(given, _POLICY, as_of=NOW).figures))
    connection = database(given)
    hand, rows = best(options.tries, lambda: dict(connection.execute(SQL)))
    assert rows == {each.item: int(each.now.available) for each in changed}
    print(f"{len(changed)} changed SKUs: {ours:.2f} s of CPU; SQL by hand {hand:.2f} s; ratio {ours / hand:.1f}")

    sys.path.insert(0, str(Path(__file__).parents[1] / "finance"))
    from selling_world import SellingWorld

    for name, is_naive in (("the feed", False), ("Blue Cherry's own figure", True)):
        tallies = [SellingWorld(seed, is_naive=is_naive).run() for seed in range(options.seeds)]
        oversold, sold = sum(each.oversold for each in tallies), sum(each.sold for each in tallies)
        print(f"a shop that sells from {name}: {oversold} of {sold} sold were not there ({options.seeds} seeds)")


if __name__ == "__main__":
    main()
