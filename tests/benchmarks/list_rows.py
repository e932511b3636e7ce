"""A long list read by the client, by httpx + json + the same models, and by httpx + json: rows a CPU second.

Only the client's own CPU time counts; the server is another process on the loopback device. The three take turns
(A B C A B C), and the rows are dropped as they come. With `--memory` a list is read in a process of its own, short
and long: what it takes at most should not grow with the list.

python tests/benchmarks/list_rows.py --pages 200 --rounds 5
python tests/benchmarks/list_rows.py --memory 200000 1000000
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import multiprocessing
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS, Clarus, calls, wire
from clarus_bluecherry.http import StaticToken

SIZE = 100


# The list ----------------------------------------------------------------------------------------------------


def row(number: int) -> str:
    """A transaction with all that the client asks for by default."""
    code = number % 977
    place = {"id": str(code), "code": f"A-{code:04}-{code % 9}"}
    node = {
        "id": str(10_000_000 + number),
        "subtype": "RCV",
        "category": "receipt",
        "quantity": number % 48 + 1,
        "created_at": "2026-03-02T12:30:00Z",
        "product": {"id": str(50_000 + code), "code": f"0{code}-BLK-30/32"},
        "account": {"id": "3", "code": "BRAND"},
        "location_from": None,
        "location_to": place,
        "completing_user": {"id": "7"},
        "description": None,
        "warehouse": {"id": "2", "code": "WH-NJ"},
        "goods_in_receipt": {
            "id": str(code),
            "reference": f"PO-{code}",
            "receipt_type": "pre_receipt",
            "external_system_reference1": None,
        },
        "goods_in_receipt_line": {"id": str(number), "alt_line_number": "1", "alt_line_reference": None},
        "reason_code": None,
    }
    return json.dumps({"cursor": str(number + 1), "node": node})


def page(start: int, count: int, total: int) -> bytes:
    """The answer that holds the rows from `start` on."""
    rows = ", ".join(row(number) for number in range(start, min(start + count, total)))
    more = json.dumps(start + count < total)
    info = f'{{"hasNextPage": {more}, "endCursor": null}}'
    return f'{{"data": {{"transactions": {{"all": {{"pageInfo": {info}, "edges": [{rows}]}}}}}}}}'.encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, total: int) -> None:
    """Pages by position, as Clarus has them, for one connection."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
        asked = json.loads(await reader.readexactly(length))["variables"]
        body = page(int(asked.get("after") or 0), asked["first"], total)
        kind = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        writer.write(kind + b"content-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()


def serve(port: multiprocessing.Queue[int], total: int) -> None:
    """A server, in a process of its own."""

    async def run() -> None:
        async def each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await answer(reader, writer, total)
            except asyncio.IncompleteReadError:
                writer.close()

        server = await asyncio.start_server(each, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def served(total: int) -> Iterator[str]:
    """The address of a list of `total` rows."""
    port: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=serve, args=(port, total), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{port.get()}"
    finally:
        process.kill()
        process.join()


# The readers -------------------------------------------------------------------------------------------------


class Ours:
    """This library."""

    def __init__(self, url: str) -> None:
        self.client = Clarus("bench", auth=StaticToken("t"), base_url=url)

    def rows(self) -> Iterator[object]:
        """Every row."""
        return self.client.iterate(calls.transactions.list())


class Dicts:
    """By hand: each page from the last cursor on, which loses rows when the list shifts."""

    def __init__(self, url: str) -> None:
        headers = {"Authorization": "Bearer t", "X-Clarus-Subdomain": "bench"}
        self.client = httpx.Client(base_url=url, headers=headers)
        self.listing = calls.transactions.list(extra_fields=UNDOCUMENTED_FIELDS["transactions"])

    def rows(self) -> Iterator[object]:
        """Every row."""
        after, more = None, True
        while more:
            answered = self.client.post("/graphql", json=self.listing.page(SIZE, after).json)
            answered.raise_for_status()
            found = answered.json()["data"]["transactions"]["all"]
            for edge in found["edges"]:
                yield edge["node"]
            after, more = found["edges"][-1]["cursor"], found["pageInfo"]["hasNextPage"]


class Models(Dicts):
    """By hand, each row as the record that this library gives."""

    def rows(self) -> Iterator[object]:
        """Every row."""
        for node in super().rows():
            yield wire.TransactionNode.model_validate(node)


READERS = {"ours": Ours, "models": Models, "dicts": Dicts}


def rate(reader: Ours | Dicts) -> float:
    """Rows a CPU second."""
    gc.collect()
    began = time.process_time()
    count = sum(1 for _ in reader.rows())
    return count / (time.process_time() - began)


def race(pages: int, rounds: int) -> None:
    """The readers in turn."""
    with served(pages * SIZE) as url:
        readers = {name: kind(url) for name, kind in READERS.items()}
        found: dict[str, list[float]] = {name: [] for name in READERS}
        for _ in range(rounds + 1):
            for name, reader in readers.items():
                found[name].append(rate(reader))
    for name, rates in found.items():
        found[name] = rates[1:]  # the first round warms up
        print(f"{name:7} {statistics.median(found[name]):9,.0f} rows a CPU second, {rounds} × {pages} pages")
    for name in ("models", "dicts"):
        ratios = [one / other for one, other in zip(found["ours"], found[name], strict=True)]
        print(f"ours / {name:7} {statistics.median(ratios):.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")


def most_memory(name: str, total: int) -> None:
    """The most that this process ever took, when it read a list whole."""
    with served(total) as url:
        speed = rate(READERS[name](url))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:7} {total:9,} rows: {most:6.1f} MB at most, {speed:9,.0f} rows a CPU second")


def main() -> None:
    """Run what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=200)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--memory", type=int, nargs="+", metavar="ROWS")
    options.add_argument("--reader", choices=READERS, default="ours")
    options.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if not given.memory:
        race(given.pages, given.rounds)
    elif given.alone:
        most_memory(given.reader, given.memory[0])
    else:
        for total in given.memory:
            again = [sys.executable, __file__, "--alone", "--reader", given.reader, "--memory", str(total)]
            subprocess.run(again, check=True)


if __name__ == "__main__":
    main()
