"""Calls that are given up, by a deadline or a cancelled task, leave every connection to those who come after."""

import asyncio
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from http_world import READ, call

from clarus_bluecherry.errors import WireError
from clarus_bluecherry.http import AsyncSender, Limits, Settings, Timeouts

CONNECTIONS = 20
TASKS = 80
TAKES = 0.05


class _Slow(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        threading.Event().wait(TAKES)
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    def handle(self):
        with suppress(OSError):
            super().handle()

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 200
    daemon_threads = True


@pytest.fixture(scope="module")
def url():
    with _Server(("127.0.0.1", 0), _Slow) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def ours(url):
    limits = Limits(connections=CONNECTIONS, idle=CONNECTIONS)
    return AsyncSender(url, settings=Settings(max_retries=0, timeout=Timeouts(pool=2), limits=limits))


def brought(url):
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=CONNECTIONS))
    return AsyncSender(url, settings=Settings(max_retries=0, timeout=Timeouts(pool=2)), client=client)


async def by_deadline(sender, number):
    hasty = sender.with_options(deadline=TAKES * (1.1 + number % 5 / 2))
    outcome = await asyncio.gather(*(hasty.send(call(READ)) for _ in range(TASKS)), return_exceptions=True)
    assert any(isinstance(each, WireError) for each in outcome)


async def by_cancel(sender, number):
    """Each task is given up at another instant, while others take its place."""
    tasks = [asyncio.create_task(sender.send(call(READ))) for _ in range(TASKS)]
    for place, task in enumerate(tasks):
        if place % 8 == number % 8:
            await asyncio.sleep(TAKES / 8)
        for _ in range((place + number) % 5):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def by_outer_timeout(sender, number):
    async def one(place):
        with suppress(TimeoutError):
            async with asyncio.timeout(TAKES * (place % 7 + 1) / 4):
                await sender.with_options(deadline=60).send(call(READ))

    await asyncio.gather(*(one(place) for place in range(TASKS)))


@pytest.mark.parametrize(("made", "rounds"), [(ours, 10), (brought, 3)])
@pytest.mark.parametrize("given_up", [by_deadline, by_cancel, by_outer_timeout])
def test_calls_that_are_given_up_take_no_connection_with_them(url, made, rounds, given_up):
    async def main():
        sender = made(url)
        for number in range(rounds):
            await given_up(sender, number)
        # All connections are there: as many calls as connections need no more than one turn, and none waits.
        hasty = sender.with_options(timeout=Timeouts(pool=0.5))
        answers = await asyncio.gather(*(hasty.send(call(READ)) for _ in range(CONNECTIONS)))
        await sender._client.aclose()
        return answers

    assert asyncio.run(main()) == [{}] * CONNECTIONS


@pytest.mark.parametrize("steps", range(0, 24, 2))
def test_a_call_given_up_as_it_gets_its_connection_hands_it_on(url, steps):
    """One connection and three calls: the first and the second are given up, some steps of the loop apart."""

    async def main():
        limits = Limits(connections=1, idle=1)
        settings = Settings(max_retries=0, timeout=Timeouts(pool=0.5), limits=limits)
        async with AsyncSender(url, settings=settings) as sender:
            holds, given_up, waits = (asyncio.create_task(sender.send(call(READ))) for _ in range(3))
            await asyncio.sleep(TAKES / 2)
            holds.cancel()
            for _ in range(steps):
                await asyncio.sleep(0)
            given_up.cancel()
            await asyncio.gather(holds, given_up, return_exceptions=True)
            return await waits

    assert asyncio.run(main()) == {}
