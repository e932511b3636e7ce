"""Delivery by real processes: how many postings a second, with how many workers, and what each costs.

Adjustments go to a Blue Cherry on loopback that answers after `--answer` seconds: a real one is far away, and this
is what workers can share. With 0 it is the cost of our own, and of two cores. `trivial` is a server of some lines
that takes whatever comes; `sandbox` judges each message. A ratio is to one worker in the same run. Statements and
transactions are what each worker sends to the database, its guard's too.

procrastinate does the same work as a queue: one job for each posting, which posts it to the same server by httpx.
It knows no *in doubt*, no history and no date that changes. Where it is not installed, that is said.

Asking: that many staged messages are asked about, all at once; requests are what the server saw.

python tests/benchmarks/delivery_speed.py --postings 400 --answer 0 0.05 --systems postgresql sqlite
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import importlib.util
import itertools
import json
import logging
import multiprocessing
import resource
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import evolve

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from flows_world import BLACK, MORNING, PROFILE, ZONE, site_at
from ledger_databases import a_place

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.profile import Probe, RestProfile
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.flows.deliver import confirm_all, deliver
from clarus_bluecherry.flows.ingest import fact, ingest
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.http import Settings
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Adjustment, Sku
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, bluecherry_app
from clarus_bluecherry.sandbox.erp import Erp
from clarus_bluecherry.sandbox.server import LocalServer

_SPAWN = multiprocessing.get_context("spawn")
_PATIENCE = 900


# The other side ----------------------------------------------------------------------------------------------


def trivial(answer: float, told: Any) -> None:
    """Take whatever is posted, and count it. A record is there for whoever asks once it was posted."""
    seen: Counter[str] = Counter()
    keys = itertools.count(1)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            method, path, length = head
            body = await reader.readexactly(length)
            if path == "/counts":
                said: object = dict(seen)
            else:
                seen[method] += 1
                await asyncio.sleep(answer)
                records = len(json.loads(body)) if method == "POST" else 0
                posted = [str(next(keys)) for _ in range(records)]
                said = {"pkey": posted if records > 1 else "".join(posted)} if records else {"data": []}
            text = json.dumps(said).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text)
            )
            writer.write(text)
            await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        told.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def _head(reader: asyncio.StreamReader) -> tuple[str, str, int] | None:
    """Method, path and length of the body of a request; None at the end."""
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return None
    method, path, _ = lines[0].split(" ")
    lengths = [line.partition(":")[2] for line in lines if line.lower().startswith("content-length:")]
    return method, path, int(lengths[0]) if lengths else 0


def sandbox(answer: float, told: Any) -> None:
    """The sandbox's Blue Cherry, which judges every message."""
    erp, seen = Erp(zone=ZONE), Counter[str]()
    erp.add_location("NJ")
    erp.add_article(BLACK)
    app = bluecherry_app(erp)

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") in ("/counts", "/work"):
            if scope["path"] == "/work":
                erp.process_staging()
            text = json.dumps(dict(seen)).encode()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": text})
            return
        if scope["type"] == "http":
            seen[scope["method"]] += 1
            await asyncio.sleep(answer)
        await app(scope, receive, send)

    with LocalServer(counted) as server:
        told.put(int(server.url.rpartition(":")[2]))
        threading.Event().wait()


SERVERS: dict[str, Callable[[float, Any], None]] = {"trivial": trivial, "sandbox": sandbox}


@contextmanager
def serving(name: str, answer: float) -> Iterator[str]:
    """The URL of a server in a process of its own."""
    told = _SPAWN.Queue()
    process = _SPAWN.Process(target=SERVERS[name], args=(answer, told), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{told.get(timeout=60)}"
    finally:
        process.terminate()
        process.join()


def requests_at(url: str) -> dict[str, int]:
    """How many requests the server saw, by method."""
    found: dict[str, int] = json.loads(_get(f"{url}/counts"))
    return found


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # it is our own
        said: bytes = answer.read()
        return said


# Our side ----------------------------------------------------------------------------------------------------


@contextmanager
def site_of(place: str, url: str, together: int = 1, profile: RestProfile = PROFILE) -> Iterator[Site]:
    """A site whose Blue Cherry is at `url`; nobody asks its Clarus anything."""
    quick, own = Settings(max_retries=0), evolve(profile, most_messages=together)
    with (
        Clarus.with_credentials("acme", "id", "secret", base_url="http://127.0.0.1:9", settings=quick) as clarus,
        BlueCherry.rest(url, subscription_key=SUBSCRIPTION_KEY, profile=own, settings=quick) as erp,
        Ledger.open(place) as ledger,
    ):
        yield evolve(site_at(clarus, erp, ledger, clock=lambda: dt.datetime.now(dt.UTC)), go_live=MORNING)


def fill(place: str, postings: int) -> None:
    """Adjustments that are due for Blue Cherry."""
    with site_of(place, "http://127.0.0.1:9") as site, site.ledger.transaction():
        for number in range(postings):
            record = Adjustment(
                id=str(number),
                occurred_at=MORNING + dt.timedelta(seconds=number),
                location="NJ",
                item=Sku("01234", "BLK", size="M"),
                quantity="1",
                reason="FOUND",
            )
            told = fact(
                record,
                source="clarus",
                kind="transaction",
                source_id=record.id,
                version="",
                occurred_at=record.occurred_at,
            )
            ingest(site, told)


class Counting:
    """What this process sends to the database."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        sa.event.listen(sa.Engine, "before_cursor_execute", self._statement)
        sa.event.listen(sa.Engine, "begin", lambda connection: self._count("transactions"))

    def _statement(self, *given: object) -> None:
        self._count("statements")

    def _count(self, what: str) -> None:
        self.seen[what] += 1


def work(place: str, url: str, together: int, ready: Barrier, told: Any) -> None:
    """One worker: deliver until nothing is due."""
    with site_of(place, url, together) as site:
        counting = Counting()
        site.ledger.counts()
        ready.wait(60)
        counting.seen.clear()
        cpu = time.process_time()
        done = deliver(site, confirm=False)
        told.put((done.counts[State.ACCEPTED], dict(counting.seen), time.process_time() - cpu))


def measured(target: Callable[..., None], workers: int, *given: object) -> tuple[float, list[Any]]:
    """Seconds from when all are ready until the last has ended, and what each told."""
    ready, told = _SPAWN.Barrier(workers + 1), _SPAWN.Queue()
    running = [_SPAWN.Process(target=target, args=(*given, ready, told)) for _ in range(workers)]
    for each in running:
        each.start()
    ready.wait(60)
    began = time.perf_counter()
    found = [told.get(timeout=_PATIENCE) for _ in running]
    took = time.perf_counter() - began
    for each in running:
        each.join()
    return took, found


def delivery(system: str, server: str, answer: float, together: int, asked: argparse.Namespace) -> None:
    """Print one line for each number of workers."""
    arrays = f", {together} in a POST" if together > 1 else ""
    print(f"  {server} server, answers after {answer * 1000:.0f} ms{arrays}")
    first = 0.0
    for workers in asked.workers:
        with tempfile.TemporaryDirectory() as folder, serving(server, answer) as url:
            place = str(a_place("sqlite" if system == "sqlite" else "postgres", Path(folder)))
            fill(place, asked.postings)
            took, found = measured(work, workers, place, url, together)
            posts = requests_at(url)["POST"]
        done = sum(count for count, _, _ in found)
        sent = Counter[str]()
        for _, seen, _ in found:
            sent.update(seen)
        speed, cpu = done / took, sum(cpu for _, _, cpu in found) / done * 1000
        first = first or speed
        each = f"{sent['statements'] / done:5.1f} statements in {sent['transactions'] / done:4.1f} transactions"
        print(
            f"    {workers} workers {speed:7.0f}/s  {speed / first:4.2f} x 1 worker   {each}, {cpu:4.1f} ms CPU"
            f" each; {done} done, {posts} requests",
            flush=True,
        )


# A queue -----------------------------------------------------------------------------------------------------


def procrastinate_app(place: str) -> Any:
    """A queue whose job posts one message."""
    import httpx
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=place))
    client = httpx.Client()

    @app.task(name="post")
    def post(url: str, body: list[object]) -> None:
        client.post(f"{url}/api/PhysicalInventoryTM", json=body).raise_for_status()

    return app


def procrastinate_worker(place: str, ready: Barrier, told: Any) -> None:
    """One of its workers, one job at a time, until none is left."""
    app = procrastinate_app(place)

    async def run() -> None:
        async with app.open_async():
            ready.wait(60)
            await app.run_worker_async(wait=False, concurrency=1, listen_notify=False)

    cpu = time.process_time()
    asyncio.run(run())
    told.put(time.process_time() - cpu)


def procrastinate(answer: float, asked: argparse.Namespace) -> None:
    """The same number of jobs."""
    if importlib.util.find_spec("procrastinate") is None:
        print("  procrastinate: SKIPPED, it is not installed here")
        return
    print(f"  procrastinate, trivial server, answers after {answer * 1000:.0f} ms")
    first = 0.0
    for workers in asked.workers:
        with tempfile.TemporaryDirectory() as folder, serving("trivial", answer) as url:
            place = str(a_place("postgres", Path(folder)))
            asyncio.run(_defer(place, url, asked.postings))
            took, found = measured(procrastinate_worker, workers, place)
            posts = requests_at(url)["POST"]
        speed = posts / took
        first = first or speed
        cpu = sum(found) / posts * 1000
        told = f"{workers} workers {speed:7.0f}/s  {speed / first:4.2f} x 1 worker"
        print(f"    {told}   {cpu:4.1f} ms CPU each; {posts} done", flush=True)


async def _defer(place: str, url: str, jobs: int) -> None:
    app = procrastinate_app(place)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        body = [{"isa_num": "000000001", "size_qty": 1, "style": "01234", "location": "NJ"}]
        await app.tasks["post"].batch_defer_async(*[{"url": url, "body": body}] * jobs)


# Asking ------------------------------------------------------------------------------------------------------


def asking(system: str, staged: int) -> None:
    """All that is staged is asked about: one by one, by lists, and by lists when all of it is in the books."""
    with tempfile.TemporaryDirectory() as folder, serving("sandbox", 0.0) as url:
        place = str(a_place("sqlite" if system == "sqlite" else "postgres", Path(folder)))
        fill(place, staged)
        with site_of(place, url, together=50) as site:
            deliver(site, confirm=False)
        alone = evolve(PROFILE, probes={"inventory_adjustment": Probe(by_range=False)})
        for how, profile in (("one by one", alone), ("by lists", PROFILE), ("by lists, all booked", PROFILE)):
            if how.endswith("booked"):
                _get(f"{url}/work")
            asked(how, place, url, profile, staged)


def asked(how: str, place: str, url: str, profile: RestProfile, staged: int) -> None:
    """Print what it cost to ask about everything that is accepted."""
    with site_of(place, url, profile=profile) as site:
        before = requests_at(url).get("GET", 0)
        memory, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        done = confirm_all(site)
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    gets = requests_at(url).get("GET", 0) - before
    more = f"{done.counts.total()} moved, {memory / 1024:.0f} MB more at most"
    print(f"  {staged} staged, asked about {how}: {took:6.2f} s, {gets} requests, {more}", flush=True)


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=int, default=400)
    parser.add_argument("--staged", type=int, nargs="*", default=[1000, 5000])
    parser.add_argument("--answer", type=float, nargs="+", default=[0.0, 0.05])
    parser.add_argument("--together", type=int, nargs="+", default=[1])
    parser.add_argument("--servers", nargs="+", default=["trivial", "sandbox"])
    parser.add_argument("--systems", nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    given = parser.parse_args()
    for system in given.systems:
        print(system)
        try:
            for together, server, answer in itertools.product(given.together, given.servers, given.answer):
                if given.workers:
                    delivery(system, server, answer, together, given)
            if system == "postgresql" and given.workers:
                for answer in given.answer:
                    procrastinate(answer, given)
            for staged in given.staged:
                asking(system, staged)
        except pytest.skip.Exception as reason:
            print(f"  SKIPPED: {reason}")


if __name__ == "__main__":
    main()
