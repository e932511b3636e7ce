"""A deadline bounds a whole call, on a clock that nobody sets, and its error says whether anything left."""

import asyncio
import socket
import threading
import time as seconds
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx
import pytest
from http_world import READ, WRITE, Face, Time, call

from clarus_bluecherry.errors import NotSent, OutcomeUnknown, RateLimited, Retry, WireError
from clarus_bluecherry.http import ClientCredentials, Limits, RateLimiter, Retries

URL = "http://wms.test"
SOON = 0.3
LATE = 10.0
"""Far above any deadline here: what takes so long was not bounded."""


@pytest.fixture(params=["sync", "async"])
def face(request):
    made = []

    def make(base_url=URL, **settings):
        settings = {"monotonic": seconds.monotonic, "max_retries": 0, **settings}
        made.append(Face(request.param, base_url, Time(), **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@contextmanager
def served(serve):
    """A real server that hands each connection to `serve`, until the client or the test goes away."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        workers = []

        def one(connection):
            with connection, suppress(OSError):
                serve(connection, stop)

        def accept():
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                workers.append(threading.Thread(target=one, args=[connection]))
                workers[-1].start()

        workers.append(threading.Thread(target=accept))
        workers[0].start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        workers[0].join()
        for worker in workers[1:]:
            worker.join()


def drip(text, every=0.02):
    def serve(connection, stop):
        connection.recv(65536)
        for byte in text:
            if stop.wait(every):
                return
            connection.sendall(bytes([byte]))

    return serve


def deaf(connection, stop):
    connection.settimeout(None)
    stop.wait(LATE * 2)


def sips(connection, stop):
    """Takes a little of what is sent at a time."""
    while not stop.wait(0.02) and connection.recv(1000):
        pass


@contextmanager
def bounded():
    began = seconds.monotonic()
    yield
    assert SOON * 0.9 <= seconds.monotonic() - began < LATE


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n"
DRIPS = {
    "headers": HEAD + b"X-Filler: " + b"x" * 2000,
    "body": HEAD + b"\r\n" + b" " * 2000,
}


@pytest.mark.parametrize("part", DRIPS)
@pytest.mark.parametrize("kind", [READ, WRITE])
def test_an_answer_that_drips_ends_at_the_deadline(face, part, kind):
    with served(drip(DRIPS[part], 0.01)) as url, bounded(), pytest.raises(OutcomeUnknown) as caught:
        face(url).send(call(kind), deadline=SOON)
    assert f"left for 127.0.0.1, but no whole answer came back within its deadline of {SOON} s" in str(
        caught.value
    )
    assert caught.value.retry is (Retry.SAFE if kind is READ else Retry.ASK_FIRST)
    assert caught.value.attempts == 1


def test_a_silent_server_ends_at_the_deadline_though_the_timeout_is_longer(face):
    with served(deaf) as url, bounded(), pytest.raises(OutcomeUnknown, match="deadline"):
        face(url, timeout=60).send(call(WRITE), deadline=SOON)


def test_a_request_that_is_taken_slowly_ends_at_the_deadline(face):
    with served(sips) as url, bounded(), pytest.raises(OutcomeUnknown, match="deadline"):
        face(url).send(call(WRITE, json=None, content=b"x" * 20_000_000), deadline=SOON)


def test_a_token_endpoint_that_drips_ends_at_the_deadline_and_nothing_was_sent(face):
    auth = ClientCredentials(token_url="/oauth/token", client_id="me", client_secret="s3cret")
    with served(drip(DRIPS["body"], 0.01)) as url, bounded(), pytest.raises(NotSent, match="deadline") as caught:
        face(url, auth=auth).send(call(WRITE), deadline=SOON)
    assert caught.value.retry is Retry.SAFE
    assert caught.value.attempts == 0


def test_no_free_connection_in_time_means_that_nothing_was_sent(face):
    with served(deaf) as url:
        one = face(url, limits=Limits(connections=1))
        holds, waits = (one.sender.with_options(deadline=seconds) for seconds in (SOON * 3, SOON))
        outcome = together(one.runner, lambda: holds.send(call(WRITE)), lambda: waits.send(call(WRITE)))
    assert [type(each) for each in outcome] == [OutcomeUnknown, NotSent]
    assert "connection" in str(outcome[1])


def together(runner, *sends):
    """What each of `sends` raises, begun one after another."""

    def in_thread(send):
        try:
            send()
        except WireError as error:
            return error

    async def in_tasks():
        tasks = []
        for send in sends:
            tasks.append(asyncio.create_task(send()))
            await asyncio.sleep(SOON / 3)
        return await asyncio.gather(*tasks, return_exceptions=True)

    if runner is not None:
        return runner.run(in_tasks())
    with ThreadPoolExecutor() as pool:
        futures = []
        for send in sends:
            futures.append(pool.submit(in_thread, send))
            seconds.sleep(SOON / 3)
    return [future.result() for future in futures]


def test_all_attempts_share_one_deadline(face):
    retries = Retries(attempts=1000, first_wait=0.0)
    seen = []

    def hang_up(connection, stop):
        seen.append(connection.recv(65536))
        stop.wait(0.05)

    with served(hang_up) as url, bounded(), pytest.raises(OutcomeUnknown) as caught:
        face(url, max_retries=retries).send(call(READ), deadline=SOON)
    assert 2 <= caught.value.attempts <= len(seen) + 1


def test_a_call_that_ends_in_time_is_as_ever(face):
    with served(drip(HEAD.replace(b"2000", b"8") + b'\r\n{"id":9}', 0.0)) as url:
        assert face(url).send(call(READ), deadline=LATE) == {"id": 9}


# Waits that are not begun ------------------------------------------------------------------------------------


def test_a_retry_after_beyond_the_deadline_is_raised_at_once(face, httpx_mock):
    httpx_mock.add_response(429, headers={"Retry-After": "40"})
    time = Time()
    sender = face(max_retries=5, monotonic=time.monotonic)
    with pytest.raises(RateLimited) as caught:
        sender.send(call(WRITE), deadline=20)
    assert caught.value.retry_after == 40


def test_pauses_that_fit_are_made_and_the_one_that_does_not_is_left(request):
    for kind in ("sync", "async"):
        time = Time()
        transport = httpx.MockTransport(lambda request: httpx.Response(429, headers={"Retry-After": "8"}))
        sender = Face(kind, URL, time, transport=transport, max_retries=9, deadline=20)
        with pytest.raises(RateLimited):
            sender.send(call(WRITE))
        assert time.slept == [8.0, 8.0]
        sender.close()


def test_a_turn_beyond_the_deadline_is_not_waited_for(face, httpx_mock):
    limiter = RateLimiter(0.01)
    limiter.acquire()
    with pytest.raises(NotSent, match=r"deadline of 20 s.*limiter") as caught:
        face(limiter=limiter).send(call(WRITE), deadline=20)
    assert caught.value.retry is Retry.SAFE
    assert httpx_mock.get_requests() == []


def test_a_turn_that_is_not_waited_for_is_left_to_others():
    limiter = RateLimiter(10, clock=lambda: 0.0)
    assert limiter.acquire(timeout=1)
    assert not limiter.acquire(timeout=0.05)
    slept = []
    later = RateLimiter(10, clock=lambda: sum(slept), sleep=slept.append)
    assert later.acquire()
    assert not later.acquire(timeout=0.05)
    assert later.acquire(timeout=0.11)
    assert slept == [pytest.approx(0.1)]


def test_what_may_have_arrived_before_is_not_called_unsent(face):
    """The first attempt of a read failed on the way, the second found no turn in time."""
    time = Time()
    limiter = RateLimiter(0.01, clock=time.monotonic, sleep=time.sleep, async_sleep=time.async_sleep)

    def broken(request):
        raise httpx.ReadTimeout("slow")

    sender = face(
        transport=httpx.MockTransport(broken), max_retries=Retries(attempts=3, first_wait=0), limiter=limiter
    )
    with pytest.raises(OutcomeUnknown, match=r"left for wms\.test") as caught:
        sender.send(call(READ), deadline=5)
    assert caught.value.attempts == 1


# Others who wait for the same token --------------------------------------------------------------------------


def test_who_has_more_time_buys_the_token_that_another_had_no_time_for():
    """The first caller's deadline ends the token request; the second asks again by itself."""
    asked = threading.Event()
    requests = []

    def serve(connection, stop):
        text = connection.recv(65536)
        requests.append(text)
        if b"/oauth/token" in text and len(requests) == 1:
            asked.set()
            stop.wait(LATE)
            return
        body = b'{"access_token":"t1"}' if b"/oauth/token" in text else b'{"id":9}'
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    auth = ClientCredentials(token_url="/oauth/token", client_id="me", client_secret="s3cret")
    with served(serve) as url:
        sender = Face("sync", url, Time(), auth=auth, max_retries=0, monotonic=seconds.monotonic)
        outcomes = []

        def hasty():
            try:
                sender.send(call(READ), deadline=SOON)
            except NotSent as error:
                outcomes.append(error)

        thread = threading.Thread(target=hasty)
        thread.start()
        assert asked.wait(5)
        assert sender.send(call(READ), deadline=LATE * 2) == {"id": 9}
        thread.join()
        sender.close()
    assert len(outcomes) == 1
