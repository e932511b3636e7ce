"""A ledger full of settled history, and a count of what is asked of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from attrs import define, field

from clarus_bluecherry.ledger import Fact, Ledger, Posting, State
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    DispatchLine,
    OrderLine,
    Record,
    SalesOrder,
    Sku,
    UnmatchedCode,
)

LONG_AGO = dt.datetime(2025, 3, 2, 12, tzinfo=dt.UTC)
"""A year before the world of the flows: behind every window that is read again."""

_NUMBER = "0000000"
_COPIED = {
    "facts": ("key", "source_id", "record"),
    "postings": ("key", "fact_key", "reference", "record_name"),
    "steps": ("posting_key",),
    "links": ("reference", "external_id"),
}
"""By table: the columns in which the number of an order stands."""


def write_history(path: Path, facts: int) -> None:
    """A ledger at `path` of so many facts (a multiple of three), each with a posting that is posted.

    Each order has left, and has an adjustment beside it. One of each goes the ledger's own way; the others are
    copies under other numbers.
    """
    with Ledger.open(path, now=lambda: LONG_AGO) as ledger:
        _settle(ledger, ("bluecherry", "pick_ticket", f"H{_NUMBER}"), "clarus", "goods_out", f"H{_NUMBER}")
        _settle(ledger, ("clarus", "dispatch", f"G{_NUMBER}"), "bluecherry", "order_shipment", f"H{_NUMBER}")
        _settle(ledger, ("clarus", "transaction", f"T{_NUMBER}"), "bluecherry", "inventory_adjustment", "T")
        ledger.link("bluecherry", "pick_ticket", f"H{_NUMBER}", f"bluecherry:pick_ticket:H{_NUMBER}")
    with sqlite3.connect(path) as connection:
        for table, numbered in _COPIED.items():
            _copy(connection, table, numbered, facts // 3)
    connection.close()


def _settle(ledger: Ledger, named: tuple[str, str, str], target: str, kind: str, reference: str) -> None:
    source, of, number = named
    fact = Fact(source=source, kind=of, source_id=number, occurred_at=LONG_AGO, record=_record(of, number))
    ledger.record(fact)
    ledger.post(Posting(fact_key=fact.key, target=target, kind=kind, occurred_at=LONG_AGO, reference=reference))
    (taken,) = ledger.claim(target, worker="w")
    ledger.advance(taken.key, State.POSTED, worker="w")


def _record(kind: str, number: str) -> Record:
    item, place = UnmatchedCode("1234_blk_m"), "NJ"
    if kind == "pick_ticket":
        lines = (OrderLine(number="1", item=Sku("01234", "BLK", size="M"), quantity="1"),)
        return SalesOrder(reference=number, location=place, requested_dispatch=LONG_AGO, lines=lines)
    if kind == "dispatch":
        left = (DispatchLine(number="1", item=item, ordered="1", shipped="1"),)
        order = number.replace("G", "H")
        return Dispatch(id=number, occurred_at=LONG_AGO, order_reference=order, location=place, lines=left)
    return Adjustment(id=number, occurred_at=LONG_AGO, location=place, item=item, quantity="1")


def _copy(connection: sqlite3.Connection, table: str, numbered: tuple[str, ...], times: int) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "number"]
    copied = [
        f"replace({column}, '{_NUMBER}', printf('%07d', i))"
        if column in numbered
        else f"substr({column}, 1, 20) || printf('%06d', i) || '+00:00'"
        if column == "occurred_at"
        else column
        for column in columns
    ]
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) WITH RECURSIVE n(i) AS "
        f"(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) SELECT {', '.join(copied)} FROM {table}, n",
        [times],
    )


@define
class Cost:
    """What was asked of the database: statements, rows that came back, hundreds of steps of SQLite's machine."""

    statements: list[tuple[str, object]] = field(factory=list)
    rows: int = 0
    ticks: int = 0

    @property
    def counted(self) -> tuple[int, int, int]:
        return len(self.statements), self.rows, self.ticks


@contextmanager
def counting() -> Iterator[Cost]:
    """Count what every SQLite ledger of this process is asked meanwhile."""
    cost = Cost()
    watched: set[sqlite3.Connection] = set()

    def tick() -> int:
        cost.ticks += 1
        return 0

    def row(cursor: sqlite3.Cursor, found: tuple[object, ...]) -> tuple[object, ...]:
        cost.rows += 1
        return found

    def before(connection, cursor, statement, parameters, context, executemany):
        cost.statements.append((statement, parameters[0] if executemany else parameters))
        cursor.row_factory = row
        if cursor.connection not in watched:
            watched.add(cursor.connection)
            cursor.connection.set_progress_handler(tick, 100)

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    try:
        yield cost
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", before)
        for connection in watched:
            connection.set_progress_handler(None, 0)
