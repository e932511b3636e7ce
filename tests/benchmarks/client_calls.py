"""What a small REST call costs: CPU time of our client against bare httpx, openai-python and stripe-python.

The server is another process on the loopback, so that only the client's CPU time is counted. Every client does the
same work: it builds the request with the same headers and timeout, sends it over a kept connection, refuses a bad
status and reads the JSON; each call has a URL of its own. The clients take turns (A B A B), and a ratio is the
median over the rounds: 1.00 is as many calls per CPU second as bare httpx. openai-python and stripe-python are
measured where they are installed. Numbers to look at: nothing is asserted.

    python tests/benchmarks/client_calls.py [--calls 300] [--rounds 7]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import json
import multiprocessing
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import httpx

from clarus_bluecherry.http import AsyncSender, Call, Limits, Sender, Settings, StaticToken

TOKEN = "tok_0123456789abcdef"
TENANT = {"X-ClarusWMS-Subdomain": "acme"}
TIMEOUT = 30.0
ORDER = {
    "id": "obj_1",
    "object": "goods_out",
    "code": "SO-4711",
    "state": "released",
    "lines": [{"sku": f"A-{n}", "quantity": n} for n in range(5)],
}
IN_FLIGHT = (1, 10, 50)

Get = Callable[[int], object]
AsyncGet = Callable[[int], Awaitable[object]]


# The server --------------------------------------------------------------------------------------------------


def serve(told: multiprocessing.connection.Connection) -> None:
    body = json.dumps(ORDER).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    answer = head.encode() + body

    class Door(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport, self.came = transport, b""

        def data_received(self, data: bytes) -> None:
            self.came += data
            if self.came.endswith(b"\r\n\r\n"):
                self.came = b""
                self.transport.write(answer)

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Door, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def served() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=[theirs], daemon=True)
    process.start()
    yield f"http://127.0.0.1:{ours.recv()}"
    process.terminate()
    process.join()


# The clients -------------------------------------------------------------------------------------------------


def request_of(client: httpx.Client | httpx.AsyncClient, url: str, n: int) -> httpx.Request:
    """What bare httpx is told, call by call."""
    return client.build_request(
        "GET",
        f"{url}/v1/orders/{n}",
        headers={
            "Accept": "application/json",
            "User-Agent": "bare/1",
            **TENANT,
            "Authorization": f"Bearer {TOKEN}",
            "X-Correlation-Id": uuid.uuid4().hex,
        },
        timeout=TIMEOUT,
    )


def call_of(n: int) -> Call[object]:
    return Call(name="order.get", method="GET", path=f"/v1/orders/{n}", read=lambda a: a.json(), repeatable=True)


def bare(url: str) -> Get:
    client = httpx.Client()

    def get(n: int) -> object:
        return client.send(request_of(client, url, n)).raise_for_status().json()

    return get


def ours(url: str) -> Get:
    sender = Sender(url, auth=StaticToken(TOKEN), settings=Settings(timeout=TIMEOUT, headers=TENANT))
    return lambda n: sender.send(call_of(n))


def openai(url: str) -> Get:
    client = importlib.import_module("openai").OpenAI(
        base_url=f"{url}/v1", api_key=TOKEN, timeout=TIMEOUT, default_headers=TENANT
    )
    return lambda n: client.get(f"/orders/{n}", cast_to=object)


def stripe(url: str) -> Get:
    client = _stripe(url)
    return lambda n: client.raw_request("get", f"/v1/orders/{n}")


def bare_async(url: str) -> AsyncGet:
    client = httpx.AsyncClient()

    async def get(n: int) -> object:
        return (await client.send(request_of(client, url, n))).raise_for_status().json()

    return get


def ours_async(url: str) -> AsyncGet:
    settings = Settings(timeout=TIMEOUT, headers=TENANT, limits=Limits(connections=100, idle=20))
    sender = AsyncSender(url, auth=StaticToken(TOKEN), settings=settings)
    return lambda n: sender.send(call_of(n))


def openai_async(url: str) -> AsyncGet:
    client = importlib.import_module("openai").AsyncOpenAI(
        base_url=f"{url}/v1", api_key=TOKEN, timeout=TIMEOUT, default_headers=TENANT
    )
    return lambda n: client.get(f"/orders/{n}", cast_to=object)


def stripe_async(url: str) -> AsyncGet:
    client = _stripe(url)
    return lambda n: client.raw_request_async("get", f"/v1/orders/{n}")


def _stripe(url: str):
    stripe = importlib.import_module("stripe")
    web = stripe.HTTPXClient(timeout=TIMEOUT, allow_sync_methods=True)
    return stripe.StripeClient(TOKEN, base_addresses={"api": url}, http_client=web)


# The measuring -----------------------------------------------------------------------------------------------


def cpu(work: Callable[[], None]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def one_after_another(get: Get, calls: int) -> None:
    for n in range(calls):
        get(n)


async def at_once(get: AsyncGet, calls: int, in_flight: int) -> None:
    async def some(numbers: range) -> None:
        for n in numbers:
            await get(n)

    await asyncio.gather(*(some(range(each, calls, in_flight)) for each in range(in_flight)))


def report(title: str, spent: dict[str, list[float]], calls: int) -> None:
    print(f"\n{title}\n{'':16}{'CPU µs a call':>14}{'ratio':>8}")
    for name, rounds in spent.items():
        ratio = statistics.median(bare / own for bare, own in zip(spent["httpx"], rounds, strict=True))
        print(f"{name:16}{statistics.median(rounds) / calls * 1e6:14.0f}{ratio:8.2f}")


def in_turns(makers: dict[str, Callable[[str], Get]], url: str, calls: int, rounds: int) -> None:
    clients = {name: make(url) for name, make in makers.items()}
    spent: dict[str, list[float]] = {name: [] for name in clients}
    for number in range(-1, rounds):
        for name, get in clients.items():
            seconds = cpu(lambda get=get: one_after_another(get, calls))
            if number >= 0:  # the first round warms up
                spent[name].append(seconds)
    report("sync", spent, calls)


def in_turns_async(
    makers: dict[str, Callable[[str], AsyncGet]], url: str, calls: int, rounds: int, in_flight: int
) -> None:
    with asyncio.Runner() as runner:
        clients = {name: runner.run(_made(make, url)) for name, make in makers.items()}
        spent: dict[str, list[float]] = {name: [] for name in clients}
        for number in range(-1, rounds):
            for name, get in clients.items():
                seconds = cpu(lambda get=get: runner.run(at_once(get, calls, in_flight)))
                if number >= 0:
                    spent[name].append(seconds)
    report(f"async, {in_flight} in flight", spent, calls)


async def _made(make: Callable[[str], AsyncGet], url: str) -> AsyncGet:
    return make(url)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--calls", type=int, default=300)
    asked.add_argument("--rounds", type=int, default=7)
    options = asked.parse_args()
    sync, tasks = {"httpx": bare, "ours": ours}, {"httpx": bare_async, "ours": ours_async}
    for name, make, make_async in (("openai", openai, openai_async), ("stripe", stripe, stripe_async)):
        try:
            found = importlib.import_module(name)
        except ImportError:
            print(f"{name}: not installed, skipped (pip install {name})")
            continue
        label = f"{name} {getattr(found, '__version__', None) or found.VERSION}"
        sync[label], tasks[label] = make, make_async
    with served() as url:
        in_turns(sync, url, options.calls, options.rounds)
        for in_flight in IN_FLIGHT:
            in_turns_async(tasks, url, options.calls, options.rounds, in_flight)


if __name__ == "__main__":
    main()
