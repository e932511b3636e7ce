"""How long a webhook waits for its durable answer at so many notices a second, beside one bare transaction each.

Calls come at fixed instants, whether or not those before them are answered, so a pause is seen by all who come
meanwhile. `inbox` is the receiver's ASGI face over a real ledger; `bare` writes the same rows by sqlite3 with the
same durability, in one thread, one transaction a notice.

python tests/benchmarks/webhook_latency.py --rates 50 200 --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from clarus_bluecherry.clarus.webhooks import Receiver, asgi_app
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.ledger import Ledger

TOKEN = "t" * 32
PATH = f"/hooks/{TOKEN}/goods_out.completed"

Call = Callable[[int], Awaitable[int]]


def body(number: int) -> bytes:
    return b'{"data": {"id": %d, "reference": "P%07d", "goods_out_status": {"code": "COMPLETED"}}}' % (
        number,
        number,
    )


def inbox(ledger: Ledger) -> Call:
    """A call of the ASGI face, without a network before it."""
    app = asgi_app(Receiver(inbox=LedgerInbox(ledger, clock=lambda: dt.datetime.now(dt.UTC)), token=TOKEN))

    async def call(number: int) -> int:
        sent: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body(number)}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                sent.append(int(str(message["status"])))

        await app({"type": "http", "method": "POST", "path": PATH, "headers": []}, receive, send)
        return sent[0]

    return call


def bare(rows: dict[str, list[tuple[object, ...]]], path: Path) -> Call:
    """The same rows by sqlite3 alone, under other keys."""
    threads = ThreadPoolExecutor(1)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")
    inserts = {table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(of[0]))})" for table, of in rows.items()}

    def write(number: int) -> int:
        connection.execute("BEGIN IMMEDIATE")
        for table, of in rows.items():
            connection.execute(inserts[table], [_numbered(value, number) for value in of[0]])
        connection.execute("COMMIT")
        return 202

    async def call(number: int) -> int:
        return await asyncio.get_running_loop().run_in_executor(threads, write, number)

    return call


def _numbered(value: object, number: int) -> object:
    if isinstance(value, int):
        return number if value > 1 else value
    return f"{value}.{number}" if isinstance(value, str) and value.startswith("clarus:") else value


async def waits(call: Call, rate: int, seconds: float, first: int) -> list[float]:
    """How long each of the calls waited, in seconds."""
    begun, took = time.perf_counter() + 0.1, []

    async def one(place: int) -> None:
        due = begun + place / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        status = await call(first + place)
        took.append(time.perf_counter() - due)
        assert status == 202, status

    await asyncio.gather(*(one(place) for place in range(int(rate * seconds))))
    return sorted(took)


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """One row of each table that a notice writes."""
    with sqlite3.connect(path) as connection:
        return {
            table: [*connection.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1")]
            for table in ("inbox", "personal", "inbox_steps")
        }


def told(name: str, rate: int, took: list[float], cpu: float) -> str:
    at = {share: took[min(len(took) - 1, int(len(took) * share / 100))] * 1000 for share in (50, 99)}
    each = cpu / len(took) * 1e6
    return (
        f"{name:6} {rate:5}/s  p50 {at[50]:7.1f} ms  p99 {at[99]:7.1f} ms  max {took[-1] * 1000:7.1f} ms"
        f"  {each:6.0f} us CPU each"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ledger.sqlite")
        with Ledger.open(path) as ledger:
            ways = {"inbox": inbox(ledger)}
            asyncio.run(waits(ways["inbox"], 100, 0.5, 0))
            ways["bare"] = bare(_rows(path), path)
            first = 10_000
            for _ in range(asked.rounds):
                for rate in asked.rates:
                    for name, call in ways.items():
                        began = time.process_time()
                        took = asyncio.run(waits(call, rate, asked.seconds, first))
                        print(told(name, rate, took, time.process_time() - began), flush=True)
                        first += len(took)


if __name__ == "__main__":
    main()
