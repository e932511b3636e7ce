"""What the list of exceptions, and the morning by the ledger alone, cost a ledger of so many settled documents,
beside hand SQL in the same run.

The settled ones are copies, as in `tests/unit/settled_history.py`; a tenth of the open ones is in the inbox, half
of the others are dispatches, in every state that waits. The hand SQL reads the same rows by sqlite3, decodes their
JSON, adds up units at cost and sorts by value: no classes, no owners, no evidence. Both are the best of some runs,
by turns. Rows and statements are those that the database was asked for.

python tests/benchmarks/exceptions_speed.py --documents 999999 --open 1000
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from clarus_bluecherry.finance.exceptions import ExceptionTerms, cost_by, ledger_exceptions
from clarus_bluecherry.flows.morning import morning_of_ledger
from clarus_bluecherry.ledger import Fact, InboxItem, Ledger, Posting, State
from clarus_bluecherry.model import Adjustment, Dispatch, DispatchLine, Money, Record, Sku, Unread

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from settled_history import LONG_AGO, counting, write_history

NOW = LONG_AGO + dt.timedelta(days=400)
SKU = Sku("01234", "BLK", size="M")
WAITS = (State.REJECTED, State.IN_DOUBT, State.ACCEPTED, State.RETRYING)
OPEN = "('pending', 'sending', 'accepted', 'rejected', 'retrying', 'in_doubt', 'parked')"
HAND = f"""
    SELECT p.key, p.state, p.record_name, p.reason, p.occurred_at, f.record
    FROM postings p JOIN facts f ON f.key = p.fact_key WHERE p.state IN {OPEN}
"""
INBOX = "SELECT key, record_name, reason, occurred_at FROM inbox WHERE state = 'waiting'"


def write_open(place: Path, count: int) -> None:
    """So many that wait, a tenth of them in the inbox."""
    with Ledger.open(place, now=lambda: NOW - dt.timedelta(days=3)) as ledger, ledger.transaction():
        for number in range(count):
            if number % 10 == 0:
                ledger.hear(_heard(str(number)))
                continue
            record = _record(str(number))
            kind = "dispatch" if isinstance(record, Dispatch) else "transaction"
            fact = Fact(
                source="clarus",
                kind=kind,
                source_id=f"N{number}",
                occurred_at=NOW - dt.timedelta(days=3),
                record=record,
            )
            ledger.record(fact)
            message = "order_shipment" if kind == "dispatch" else "inventory_adjustment"
            ledger.post(
                Posting(
                    fact_key=fact.key,
                    target="bluecherry",
                    kind=message,
                    state=State.PENDING if number % 3 else State.PARKED,
                    occurred_at=fact.occurred_at,
                    record_name=f"{message} {number}",
                    reason="it waits",
                )
            )
        for number, taken in enumerate(ledger.claim("bluecherry", worker="w", limit=count // 2)):
            ledger.advance(taken.key, WAITS[number % len(WAITS)], worker="w", note="it waits")


def _record(number: str) -> Record:
    at = NOW - dt.timedelta(days=3)
    if int(number) % 2:
        left = (DispatchLine(number="1", item=SKU, ordered=number, shipped=number),)
        return Dispatch(id=number, occurred_at=at, order_reference=f"P{number}", location="NJ", lines=left)
    return Adjustment(id=number, occurred_at=at, location="NJ", item=SKU, quantity=f"-{number}")


def _heard(number: str) -> InboxItem:
    at = NOW - dt.timedelta(days=3)
    return InboxItem(
        source="clarus",
        kind="unread",
        source_id=f"transaction {number}",
        occurred_at=at,
        record=Unread(id=number, kind="transaction", occurred_at=at, problem="the quantity is missing"),
        record_name=f"transaction {number}",
        reason="the quantity is missing",
        reason_code="unread",
    )


def by_hand(connection: sqlite3.Connection) -> int:
    """The same rows, their units at cost, sorted by value."""
    rows = connection.execute(HAND).fetchall()
    heard = connection.execute(INBOX).fetchall()
    found = []
    for key, state, name, reason, at, record in rows:
        content = json.loads(record)
        lines = content.get("lines")
        units = (
            -sum((Decimal(line["shipped"]) for line in lines), Decimal(0))
            if lines
            else Decimal(str(content["quantity"]))
        )
        found.append((abs(units * Decimal("7.50")), key, state, name, reason, dt.datetime.fromisoformat(at)))
    found.sort(reverse=True)
    return len(found) + len(heard)


def by_list(ledger: Ledger) -> int:
    """The list, and when a feed told something last."""
    terms = ExceptionTerms(now=NOW, cost_of=cost_by({SKU: Money("7.50", "USD")}))
    found = ledger_exceptions(ledger, terms)
    ledger.last_heard("transaction", source="clarus", limit=100, apart=dt.timedelta(hours=1))
    return len(found)


def by_morning(ledger: Ledger) -> int:
    """The morning by the ledger alone: the list, what left yesterday, lags, what became of exceptions, sources."""
    terms = ExceptionTerms(now=NOW, cost_of=cost_by({SKU: Money("7.50", "USD")}))
    return len(morning_of_ledger(ledger, terms, zone=ZoneInfo("America/New_York"), currency="USD").items)


def timed(ask: Callable[[], int]) -> tuple[float, float]:
    """Milliseconds of one asking: wall and CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=99_999)
    parser.add_argument("--open", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "ledger.sqlite"
        write_history(place, asked.documents - asked.documents % 3)
        write_open(place, asked.open)
        with Ledger.open(place, now=lambda: NOW) as ledger, closing(sqlite3.connect(place)) as connection:
            with counting() as cost:
                listed = by_list(ledger)
            with counting() as cost_of_morning:
                assert by_morning(ledger) == listed
            assert listed == by_hand(connection), "all find the same"
            times: dict[str, list[tuple[float, float]]] = {"hand SQL": [], "the list": [], "the morning": []}
            for _ in range(asked.runs):
                times["hand SQL"].append(timed(partial(by_hand, connection)))
                times["the list"].append(timed(partial(by_list, ledger)))
                times["the morning"].append(timed(partial(by_morning, ledger)))
    print(f"{asked.documents} documents, {listed} listed: {len(cost.statements)} statements, {cost.rows} rows")
    print(f"the morning: {len(cost_of_morning.statements)} statements, {cost_of_morning.rows} rows")
    for name, told in times.items():
        wall, cpu = min(told)
        print(f"{name:11} {wall:7.0f} ms wall {cpu:7.0f} ms CPU", flush=True)


if __name__ == "__main__":
    main()
