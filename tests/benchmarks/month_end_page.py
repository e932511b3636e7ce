"""What the month-end page costs at size: 100,000 places and 300,000 entries, a tenth of them not in the books.

`python tests/benchmarks/month_end_page.py --items 50000 --entries 150000`: so many SKUs in two locations, so many
entries of the warehouse and nearly as many of the books. Each file is written in a process of its own, beside what
writes the same rows without a page: the standard library's JSON and CSV, and xlsxwriter.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gc
import json
import os
import resource
import tempfile
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from clarus_bluecherry.finance.close import (
    CloseInput,
    CostRow,
    EntrySide,
    Moved,
    Position,
    Reading,
    StockEntry,
    close_books,
    end_of,
)
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pack import write_evidence_pack
from clarus_bluecherry.report.pages import page_json, write_page, write_page_csv

ZONE = ZoneInfo("America/New_York")
BEGAN, LAST = dt.date(2026, 9, 30), dt.date(2026, 10, 31)
LOCATIONS = "NJ", "LA"


def month(items: int, entries: int) -> CloseInput:
    """Entries over all places and days; every tenth is not booked."""
    places = [(f"{number:06}-BLK-M", where) for number in range(items) for where in LOCATIONS]
    held = defaultdict(lambda: Decimal(500))
    told = []
    for number in range(entries):
        item, location = places[number % len(places)]
        day = BEGAN + dt.timedelta(days=1 + number % 31)
        at = dt.datetime.combine(day, dt.time(12), ZONE)
        moved, qty = (Moved.RECEIVED, 7) if number % 3 == 0 else (Moved.DISPATCHED, -(1 + number % 5))
        both = {"item": item, "location": location, "moved": moved, "document": f"D{number}", "qty": Decimal(qty)}
        row = {"source": "transactions.csv", "row": f"transactions.csv, line {number}"}
        told.append(
            StockEntry(entry_id=f"p{number}", side=EntrySide.PHYSICAL, own_date=day, occurred_at=at, **both, **row)
        )
        held[item, location] += qty
        if number % 10:
            row = {"source": "stock_ledger.csv", "row": f"stock_ledger.csv, line {number}"}
            told.append(StockEntry(entry_id=f"b{number}", side=EntrySide.BOOK, booked_date=day, **both, **row))
    began = tuple(Position(item=item, location=location, qty=500) for item, location in places)
    now = tuple(Position(item=item, location=location, qty=held[item, location]) for item, location in places)
    return CloseInput(
        zone=ZONE,
        currency="USD",
        entries=told,
        readings=[
            Reading(side=EntrySide.BOOK, as_of=BEGAN, source="opening.csv", positions=began),
            Reading(side=EntrySide.PHYSICAL, as_of=LAST, source="stock.csv", positions=now),
        ],
        costs=[CostRow(item=item, amount=Decimal("12.50"), currency="USD") for item, _ in places[::2]],
    )


def by_json(page, path):
    """The whole document first, then the standard library's writer."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(page_json(page), file, indent=2, ensure_ascii=False)


def by_csv(page, folder):
    """The cells as they are: no currency beside an amount, and no text made harmless."""
    folder.mkdir()
    for table in page.tables:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table.rows)


def by_xlsxwriter(page, path):
    """Each table once, plain: no sheets of classes, no formats but of days, no totals, notes or links."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    for table in page.tables:
        sheet = book.add_worksheet(table.name)
        for number, row in enumerate(table.rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, plain(cell))
    book.close()


def plain(cell):
    if isinstance(cell, dt.datetime):
        return cell.astimezone(ZONE).replace(tzinfo=None)
    return float(cell.amount) if isinstance(cell, Money) else cell


def measured(write, path):
    """CPU in seconds that writing takes in a process of its own that has the page already, and memory in MB beyond
    what making the page took.
    """
    had = most_memory()
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        began = time.process_time()
        write(path)
        os.write(writing, f"{time.process_time() - began} {max(most_memory() - had, 0)}".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        cpu, more = map(float, told.read().split())
    os.waitpid(child, 0)
    return cpu, more


def most_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def bytes_of(path):
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def tell(name, ours, peer=None, most=0.0):
    """One shape of the page: what it costs, and how many times that of its peer, beside the limit of that."""
    cpu, more, size = ours
    print(f"{name:<6} {size / 1e6:7.1f} MB: {cpu:6.1f} s of CPU, {more:5,.0f} MB of memory more", end="")
    if peer:
        print(f"; peer {peer[1]:,.0f} MB more, {cpu / peer[0]:.1f} x its CPU (limit {most:g})", end="")
    print(flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=50_000)
    asked.add_argument("--entries", type=int, default=158_000)
    told = asked.parse_args()
    given = month(told.items, told.entries)
    close = timed("close", lambda: close_books(given, end_of(LAST, ZONE)))
    page = timed("page", lambda: month_end_page(close))
    rows = {table.name: len(table.rows) for table in page.tables}
    print(f"{len(given.entries):,} entries, {close.totals.places:,} places, rows {rows}")
    writers = {
        "html": (lambda path: write_page(page, path), None, 0.0),
        "json": (lambda path: write_page(page, path), by_json, 1.0),
        "csv": (lambda path: write_page_csv(page, path), by_csv, 6.0),
        "xlsx": (lambda path: write_page(page, path), by_xlsxwriter, 2.5),
        "zip": (lambda path: write_evidence_pack(close, [page], path), None, 0.0),
    }
    gc.freeze()  # the page is no part of what writing costs
    with tempfile.TemporaryDirectory() as made:
        for name, (write, peer, most) in writers.items():
            path, other = Path(made) / f"page.{name}", Path(made) / f"peer.{name}"
            ours = (*measured(write, path), bytes_of(path))
            tell(name, ours, peer and measured(lambda to, peer=peer: peer(page, to), other), most)


def timed(name, made):
    began = time.process_time()
    result = made()
    print(f"{name}: {time.process_time() - began:.1f} s of CPU, {most_memory() / 1e3:.2f} GB at most")
    return result


if __name__ == "__main__":
    main()
