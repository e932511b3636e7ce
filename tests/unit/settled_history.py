"""A ledger full of settled history, and a count of what is asked of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import define, field

from clarus_bluecherry.ledger import Fact, Head, Ledger, Posting, State, schema
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
from clarus_bluecherry.sandbox.faults import Fault, Faults

LONG_AGO = dt.datetime(2025, 3, 2, 12, tzinfo=dt.UTC)
"""A year before the world of the flows: behind every window that is read again."""

_NUMBER = "0000000"
_COPIED = {
    "facts": ("key", "source_id", "record"),
    "postings": ("key", "fact_key", "reference", "record_name"),
    "steps": ("posting_key",),
    "heads": ("source_id", "newest_key", "standing_key"),
}
"""By table: the columns in which the number of an order stands."""


def write_history(place: str | Path, facts: int) -> None:
    """A ledger at `place` of so many facts (a multiple of three), each with a posting that is posted.

    Each order has left, and has an adjustment beside it. One of each goes the ledger's own way; the others are
    copies under other numbers.
    """
    with Ledger.open(place, now=lambda: LONG_AGO) as ledger:
        _settle(ledger, ("bluecherry", "pick_ticket", f"H{_NUMBER}"), "clarus", "goods_out", f"H{_NUMBER}")
        _settle(ledger, ("clarus", "dispatch", f"G{_NUMBER}"), "bluecherry", "order_shipment", f"H{_NUMBER}")
        _settle(ledger, ("clarus", "transaction", f"T{_NUMBER}"), "bluecherry", "inventory_adjustment", "T")
        key = f"bluecherry:pick_ticket:H{_NUMBER}"
        named = {"source": "bluecherry", "kind": "pick_ticket", "source_id": f"H{_NUMBER}"}
        ledger.move(Head(**named, version=1, newest_key=key, standing_key=key))
        with ledger._database.write() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA cache_size = -400000")  # kilobytes: indexes grow in memory
            for table, numbered in _COPIED.items():
                _copy(connection, schema.metadata.tables[table], numbered, facts // 3)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("ANALYZE")


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


def _copy(connection: sa.Connection, table: sa.Table, numbered: tuple[str, ...], times: int) -> None:
    columns = [column.name for column in table.columns if column.name != "number"]
    number, later = _WORDS[connection.dialect.name]
    copied = [
        f"replace({column}, '{_NUMBER}', {number})"
        if column in numbered
        else later
        if column == "occurred_at"
        else f'"{column}"'
        for column in columns
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) WITH RECURSIVE n(i) AS "
        f"(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {times}) "
        f"SELECT {', '.join(copied)} FROM {table.name}, n"
    )


_WORDS = {
    "sqlite": ("printf('%07d', i)", "substr(occurred_at, 1, 20) || printf('%06d', i) || '+00:00'"),
    "postgresql": ("lpad(i::text, 7, '0')", "occurred_at + i * interval '1 microsecond'"),
}
"""By database: the number of a copy as seven digits, and when it happened."""


@define
class Cost:
    """What was asked: statements, rows that came back, and of SQLite hundreds of its machine's steps."""

    statements: list[tuple[str, object]] = field(factory=list)
    rows: int = 0
    ticks: int = 0

    @property
    def counted(self) -> tuple[int, int, int]:
        return len(self.statements), self.rows, self.ticks


@contextmanager
def counting() -> Iterator[Cost]:
    """Count what every ledger of this process is asked meanwhile."""
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
        if connection.dialect.name != "sqlite":
            return
        cursor.row_factory = row
        if cursor.connection not in watched:
            watched.add(cursor.connection)
            cursor.connection.set_progress_handler(tick, 100)

    def after(connection, cursor, statement, parameters, context, executemany):
        if connection.dialect.name != "sqlite" and cursor.description:
            cost.rows += cursor.rowcount

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    sa.event.listen(sa.Engine, "after_cursor_execute", after)
    try:
        yield cost
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", before)
        sa.event.remove(sa.Engine, "after_cursor_execute", after)
        for connection in watched:
            connection.set_progress_handler(None, 0)


@contextmanager
def requests() -> Iterator[list[str]]:
    """What both systems are asked for meanwhile."""
    asked: list[str] = []
    strike = Faults.strike

    def noted(faults: Faults, method: str, path: str) -> Fault | None:
        asked.append(f"{method} {path}")
        return strike(faults, method, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Faults, "strike", noted)
        yield asked
