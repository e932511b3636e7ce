"""What the month-end page costs at size: 100,000 places and 300,000 entries, a tenth of them not in the books.

`python tests/benchmarks/month_end_page.py --items 50000 --entries 150000`: so many SKUs in two locations, so many
entries of the warehouse and nearly as many of the books.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

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
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pages import write_page

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


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--items", type=int, default=50_000)
    asked.add_argument("--entries", type=int, default=158_000)
    asked.add_argument("--out", type=Path)
    told = asked.parse_args()
    given = month(told.items, told.entries)
    close = timed("close", lambda: close_books(given, end_of(LAST, ZONE)))
    page = timed("page", lambda: month_end_page(close))
    rows = {table.name: len(table.rows) for table in page.tables}
    print(f"{len(given.entries):,} entries, {close.totals.places:,} places, rows {rows}")
    with tempfile.TemporaryDirectory() as folder:
        out = told.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        for ending in (".html", ".json", ".xlsx"):
            path = out / f"month-end{ending}"
            timed(ending, lambda path=path: write_page(page, path))
            print(f"  {path.stat().st_size / 1e6:.1f} MB")


def timed(name, made):
    began = time.process_time()
    result = made()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name}: {time.process_time() - began:.1f} s of CPU, {most:.2f} GB at most")
    return result


if __name__ == "__main__":
    main()
