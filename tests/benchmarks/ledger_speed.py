"""What the ledger costs beside its bare database and three job queues, in one run and by turns.

`bare` writes the same rows (a fact, its posting, the first step of it) to the same tables with the same
durability, by sqlite3 or psycopg alone; it encodes the same JSON and the same instants inside its clock, and looks
at nothing. `ledger` is given records; `records` makes them inside the clock too. The queues store the same record
as a job; they have no facts, no history and no keys. Where one is not installed, that is said.

CPU is that of this process, microseconds a fact; wall is facts a second. A ratio is `bare` to the way in the same
round, the median of the rounds: 0.5 is twice the cost of bare. Delivery is claim and settle, by processes.

python -m venv peers && peers/bin/pip install huey persist-queue 'procrastinate>=3' psycopg[binary] ...
python tests/benchmarks/ledger_speed.py --facts 2000 --rounds 3 --systems sqlite postgresql
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import importlib
import itertools
import json
import logging
import multiprocessing
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from attrs import frozen

from clarus_bluecherry.ledger import Fact, Ledger, Posting, State, rows, schema
from clarus_bluecherry.ledger.records import Step
from clarus_bluecherry.model import Adjustment, Sku

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from ledger_databases import postgres

NOON = dt.datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=dt.UTC)
TABLES = (schema.facts, schema.postings, schema.steps)
WANTED = {100: 0.5, 1: 0.4}
"""By the size of a batch: the ratio that we want."""
_numbers = itertools.count(1)

Said = tuple[Fact, Posting]
Write = Callable[[Sequence[Any]], None]


def said() -> Said:
    """One fact and its posting, under a number that is new."""
    number = str(next(_numbers))
    record = Adjustment(
        id=number, occurred_at=NOON, location="WH1", item=Sku("01234", "BLK", size="M"), quantity="-2"
    )
    fact = Fact(source="clarus", kind="adjustment", source_id=number, occurred_at=NOON, record=record)
    told = Posting(
        fact_key=fact.key,
        target="bluecherry",
        kind="inventory_adjustment",
        occurred_at=NOON,
        record_name=f"adjustment {number}",
        reference=number,
        payload={"sku": "01234-BLK-M", "quantity": "-2", "warehouse": "WH1"},
    )
    return fact, told


def rows_of(given: Said) -> tuple[Mapping[str, object], ...]:
    """The rows of the three tables, as plain data."""
    fact, told = given
    step = Step(posting_key=told.key, at=NOON, before=None, after=told.state)
    found = (rows.fact_row(fact), rows.posting_row(told), rows.step_row(step))
    return tuple({**row, **{name: str(row[name]) for name in ("state", "after") if name in row}} for row in found)


@frozen
class Way:
    """One way to write. `given` makes what it is given, outside the clock."""

    name: str
    given: Callable[[], Any]
    write: Write
    one_by_one_only: bool = False


# Ours and bare -----------------------------------------------------------------------------------------------


def ledger_ways(ledger: Ledger) -> Iterator[Way]:
    """By the ledger's doors."""

    def write(some: Sequence[Said]) -> None:
        with ledger.transaction():
            if len(some) == 1:
                ledger.record(some[0][0])
                ledger.post(some[0][1])
            else:
                ledger.record_many(fact for fact, _ in some)
                ledger.post_many(told for _, told in some)

    yield Way("ledger", said, write)
    yield Way("records", lambda: None, lambda some: write([said() for _ in some]))


def bare(connection: Any, system: str) -> Way:
    """By the driver alone."""
    mark = "?" if system == "sqlite" else "%s"
    inserts = []
    for table, row in zip(TABLES, rows_of(said()), strict=True):
        names = [name for name in row if name in table.c]
        said_as = (_encoded(table.c[name], system).format(name=name) for name in names)
        encode = eval(f"lambda row: ({', '.join(said_as)},)", {"dumps": _dumps})
        columns = ", ".join(f'"{name}"' for name in names)
        inserts.append((f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join([mark] * len(names))})", encode))

    def write(some: Sequence[tuple[Mapping[str, object], ...]]) -> None:
        connection.execute("BEGIN" if system == "postgresql" else "BEGIN IMMEDIATE")
        cursor = connection.cursor()
        for place, (insert, encode) in enumerate(inserts):
            if len(some) == 1:
                cursor.execute(insert, encode(some[0][place]))
            else:
                cursor.executemany(insert, [encode(each[place]) for each in some])
        connection.execute("COMMIT")

    return Way("bare", lambda: rows_of(said()), write)


_dumps = json.JSONEncoder(sort_keys=True, allow_nan=False).encode


def _encoded(column: sa.Column[Any], system: str) -> str:
    value = "row[{name!r}]"
    if isinstance(column.type, schema.PlainJson):
        return f"None if {value} is None else dumps({value})"
    if isinstance(column.type, schema.Instant) and system == "sqlite":
        return f"None if {value} is None else {value}.isoformat(timespec='microseconds')"
    return value


def bare_connection(place: str | Path, system: str) -> Any:
    """A connection as durable as the ledger's."""
    if system == "sqlite":
        connection = sqlite3.connect(place, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    return importlib.import_module("psycopg").connect(str(place), autocommit=True)


# Queues ------------------------------------------------------------------------------------------------------


def job() -> dict[str, object]:
    """What a queue is given: the record and the message, as plain data."""
    fact, told = said()
    return {"record": rows.fact_row(fact)["record"], "payload": told.payload, "at": NOON.isoformat()}


def huey(place: Path) -> Way:
    """SqliteHuey, flushed at each job."""
    queue = importlib.import_module("huey").SqliteHuey(filename=str(place), fsync=True)
    post = queue.task(name="post")(lambda told: None)
    return Way("huey", job, lambda some: [post(each) for each in some] and None, one_by_one_only=True)


def persist_queue(place: Path) -> Way:
    """Its acknowledged queue."""
    queue = importlib.import_module("persistqueue").SQLiteAckQueue(str(place), auto_commit=True)
    return Way(
        "persist-queue", job, lambda some: [queue.put(each) for each in some] and None, one_by_one_only=True
    )


def procrastinate(place: str) -> Way:
    """Jobs on PostgreSQL, deferred in batches where there are some."""
    module = importlib.import_module("procrastinate")
    app = module.App(connector=module.SyncPsycopgConnector(conninfo=place))
    app.open()
    app.schema_manager.apply_schema()
    post = app.task(name="post")(lambda **told: None)

    def write(some: Sequence[dict[str, object]]) -> None:
        if len(some) == 1:
            post.defer(**some[0])
        else:
            post.batch_defer(*some)

    return Way("procrastinate", job, write)


# Turns -------------------------------------------------------------------------------------------------------


@frozen
class Measured:
    """Seconds for one fact."""

    wall: float
    cpu: float


def measured(way: Way, facts: int, size: int) -> Measured:
    given = [way.given() for _ in range(facts)]
    batches = [given[first : first + size] for first in range(0, facts, size)]
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for batch in batches:
        way.write(batch)
    return Measured((time.perf_counter() - wall) / facts, (time.process_time() - cpu) / facts)


def by_turns(ways: Sequence[Way], facts: int, size: int, rounds: int) -> None:
    """Print what each way cost, and its ratio to bare in the same rounds."""
    mine = [way for way in ways if size == 1 or not way.one_by_one_only]
    for way in mine:
        measured(way, min(facts, 3 * size), size)
    found: dict[str, list[Measured]] = {way.name: [] for way in mine}
    for _ in range(rounds):
        for way in mine:
            found[way.name].append(measured(way, facts, size))
    print(f"  batches of {size} (wanted: {WANTED[size]})")
    for name, each in found.items():
        pairs = [*zip(found["bare"], each, strict=True)]
        wall = statistics.median(bare.wall / one.wall for bare, one in pairs)
        cpu = statistics.median(bare.cpu / one.cpu for bare, one in pairs)
        speed = 1 / statistics.median(one.wall for one in each)
        cost = statistics.median(one.cpu for one in each) * 1e6
        print(
            f"    {name:14}{speed:8.0f}/s {cost:7.0f} us CPU   ratio {wall:5.2f} wall {cpu:5.2f} CPU", flush=True
        )


def available(makers: Mapping[str, Callable[[], Way]]) -> Iterator[Way]:
    for name, make in makers.items():
        try:
            yield make()
        except Exception as error:  # noqa: BLE001 - a peer that does not work is left out, and that is said
            print(f"  {name} SKIPPED: {type(error).__name__}: {str(error).splitlines()[0]}")


# Delivery ----------------------------------------------------------------------------------------------------


def deliver(place: str | Path, worker: str, counted: Any) -> None:
    """Claim and settle, one at a time, until nothing is due."""
    done = 0
    with Ledger.open(place) as ledger:
        while taken := ledger.claim("bluecherry", worker=worker, limit=1):
            ledger.advance(taken[0].key, State.POSTED, worker=worker, external_id="1")
            done += 1
    counted.put(done)


def delivery(place: str | Path, workers: int, facts: int) -> None:
    with Ledger.open(place) as ledger, ledger.transaction():
        some = [said() for _ in range(facts)]
        ledger.record_many(fact for fact, _ in some)
        ledger.post_many(told for _, told in some)
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    counted = context.Queue()
    running = [context.Process(target=deliver, args=(place, f"w{number}", counted)) for number in range(workers)]
    began = time.perf_counter()
    for each in running:
        each.start()
    done = [counted.get(timeout=600) for _ in running]
    took = time.perf_counter() - began
    for each in running:
        each.join()
    print(f"    {workers} workers {sum(done) / took:8.0f}/s, each {sorted(done)}", flush=True)


# One run -----------------------------------------------------------------------------------------------------


def one_system(system: str, folder: Path, asked: argparse.Namespace) -> None:
    place: str | Path = folder / "ledger.sqlite" if system == "sqlite" else postgres()
    other: str | Path = folder / "bare.sqlite" if system == "sqlite" else postgres()
    Ledger.open(other).close()
    with Ledger.open(place) as ledger:
        peers: dict[str, Callable[[], Way]] = (
            {"huey": lambda: huey(folder / "huey"), "persist-queue": lambda: persist_queue(folder / "persist")}
            if system == "sqlite"
            else {"procrastinate": lambda: procrastinate(postgres())}
        )
        ways = [bare(bare_connection(other, system), system), *ledger_ways(ledger), *available(peers)]
        for size in (100, 1):
            by_turns(ways, asked.facts if size > 1 else asked.facts // 4, size, asked.rounds)
    print("  delivery: claim and settle, one at a time")
    for workers in asked.workers:
        delivery(folder / f"{workers}.sqlite" if system == "sqlite" else postgres(), workers, asked.facts // 4)


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--systems", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    asked = parser.parse_args()
    for system in asked.systems:
        print(system)
        with tempfile.TemporaryDirectory() as folder:
            try:
                one_system(cast(str, system), Path(folder), asked)
            except pytest.skip.Exception as reason:
                print(f"  SKIPPED: {reason}")


if __name__ == "__main__":
    main()
