"""A proxy that never lets us through has let nothing through: a write may be sent again."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from http_world import WRITE, Face, Time, call

from clarus_bluecherry.errors import NotSent, Retry

SOON = 0.3


@contextmanager
def dripping():
    """A proxy that answers CONNECT one byte at a time and never ends."""
    stop = threading.Event()
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                seen.append(connection.recv(65536))
                for byte in b"HTTP/1.1 200 Connection established\r\nX-Filler: " + b"x" * 10_000:
                    if stop.wait(0.01):
                        return
                    connection.sendall(bytes([byte]))

        worker = threading.Thread(target=serve)
        worker.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        stop.set()
        worker.join()


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_connect_that_drips_has_sent_nothing(kind):

    with dripping() as (proxy, seen):
        face = Face(
            kind, "https://wms.test", Time(), proxy=proxy, verify=False, max_retries=0, monotonic=time.monotonic
        )
        with pytest.raises(NotSent, match="deadline") as caught:
            face.send(call(WRITE), deadline=SOON)
        face.close()
    assert caught.value.retry is Retry.SAFE
    assert seen[0].startswith(b"CONNECT wms.test:443 ")
