"""`within`: all that is done in a block ends in time, whatever the senders in it allow themselves."""

import asyncio
import socket
import threading
import time

import pytest

from clarus_bluecherry.errors import NotSent, OutcomeUnknown
from clarus_bluecherry.http import AsyncSender, Call, Sender, Settings, nothing, within

READ = Call(name="thing.read", method="GET", path="/api/things/1", read=nothing, repeatable=True)
WRITE = Call(name="thing.create", method="POST", path="/api/things", json={"a": 1}, read=nothing)
PATIENT = Settings(max_retries=9)


@pytest.fixture
def dripping():
    """A server that sends one byte of its answer every so often, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve():
            server.settimeout(5)
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not over.wait(0.05):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


def test_an_answer_that_drips_ends_with_the_block(dripping):
    began = time.monotonic()
    with Sender(dripping) as sender, within(0.3), pytest.raises(OutcomeUnknown):
        sender.send(WRITE)
    assert time.monotonic() - began < 2


def test_so_it_does_for_asyncio(dripping):
    async def go():
        async with AsyncSender(dripping) as sender:
            with within(0.3):
                await sender.send(WRITE)

    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        asyncio.run(go())
    assert time.monotonic() - began < 2


def test_nothing_leaves_once_the_time_is_over(dripping):
    with Sender(dripping, settings=PATIENT) as sender, within(0.01):
        time.sleep(0.05)
        with pytest.raises(NotSent, match="deadline"):
            sender.send(WRITE)
    with Sender(dripping) as sender, pytest.raises(NotSent), within(0):
        sender.send(READ)


def test_the_nearer_end_counts(dripping):
    with Sender(dripping, settings=Settings(deadline=0.2)) as sender, within(60), pytest.raises(OutcomeUnknown):
        sender.send(WRITE)
    with within(0.01), within(60):
        time.sleep(0.05)
        with Sender(dripping) as sender, pytest.raises(NotSent):
            sender.send(WRITE)


def test_after_the_block_a_sender_is_as_patient_as_before():
    with within(0):
        pass
    with (
        Sender("http://127.0.0.1:1", settings=Settings(max_retries=0)) as sender,
        pytest.raises(NotSent) as caught,
    ):
        sender.send(READ)
    assert "deadline" not in str(caught.value)


def test_a_name_that_nobody_resolves_ends_with_the_block(monkeypatch):
    asked = threading.Event()
    answer = threading.Event()

    def hangs(*given, **how):
        asked.set()
        answer.wait(10)
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    began = time.monotonic()
    with Sender("http://slow.example") as sender, within(0.3), pytest.raises(NotSent, match="deadline"):
        sender.send(WRITE)
    assert asked.is_set()
    assert time.monotonic() - began < 3
    answer.set()
