"""Sockets of our own that know the deadline of the call they serve, for threads.

Law of this module: httpx bounds each piece that it reads or writes, never all of them; here each piece may take no
longer than the call has left, and none begins after it. To find out where a host is takes no longer either.
Without a deadline nothing is changed. A client that was brought along is left as it is. For asyncio nothing of
this is needed: a task can be cancelled.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Protocol

import httpx

from clarus_bluecherry.http._deadline import Deadline

_DEADLINE: ContextVar[Deadline | None] = ContextVar("clarus_bluecherry_deadline", default=None)
_PIECE = 16 * 1024


@contextmanager
def bounded_by(deadline: Deadline) -> Iterator[None]:
    """Around one request, in the thread that sends it."""
    before = _DEADLINE.set(None if deadline.timeout is None else deadline)
    try:
        yield
    finally:
        _DEADLINE.reset(before)


def know_deadlines(client: httpx.Client) -> None:
    """Have the sockets of `client`, which is ours, ask for the deadline.

    httpx has no public way to bring a network of one's own. Where its inside is not as we know it, the deadline is
    kept as over a client that was brought along.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        if pool is not None and hasattr(pool, "_network_backend"):
            pool._network_backend = _Network(pool._network_backend)


def _sooner(timeout: float | None, deadline: Deadline) -> float | None:
    left = deadline.timeout
    return left if timeout is None or left is None else min(timeout, left)


class _RawStream(Protocol):
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...
    def write(self, buffer: bytes, timeout: float | None = None) -> None: ...
    def close(self) -> None: ...
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _RawStream: ...
    def get_extra_info(self, info: str) -> object: ...


class _RawNetwork(Protocol):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[object] | None = None,
    ) -> _RawStream: ...
    def sleep(self, seconds: float) -> None: ...


class _Stream:
    """A connection; the methods are those that httpx asks for."""

    def __init__(self, stream: _RawStream) -> None:
        self._stream = stream
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        deadline = _DEADLINE.get()
        if deadline is None:
            return self._stream.read(max_bytes, timeout)
        _check(deadline)
        return self._stream.read(max_bytes, _sooner(timeout, deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        deadline = _DEADLINE.get()
        if deadline is None:
            return self._stream.write(buffer, timeout)
        for start in range(0, len(buffer), _PIECE):
            _check(deadline)
            self._stream.write(buffer[start : start + _PIECE], _sooner(timeout, deadline))
        return None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        deadline = _DEADLINE.get()
        waits = timeout if deadline is None else _sooner(timeout, deadline)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, waits))


class _Network:
    """Where connections come from; the methods are those that httpx asks for."""

    def __init__(self, network: _RawNetwork) -> None:
        self._network = network
        self.sleep = network.sleep

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[object] | None = None,
    ) -> _Stream:
        deadline = _DEADLINE.get()
        if deadline is None:
            return _Stream(self._network.connect_tcp(host, port, timeout, local_address, socket_options))
        *others, last = _addresses(host, port, deadline)
        for address in others:
            with suppress(Exception):  # the last one says what is wrong
                waits = _sooner(timeout, deadline)
                return _Stream(self._network.connect_tcp(address, port, waits, local_address, socket_options))
        waits = _sooner(timeout, deadline)
        return _Stream(self._network.connect_tcp(last, port, waits, local_address, socket_options))


def _addresses(host: str, port: int, deadline: Deadline) -> list[str]:
    """Where `host` is; itself, where that is not found out: then who connects to it says why.

    The system sets no end to such a question, so another thread asks it.
    """
    found: dict[str, None] = {}

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found[str(address[0])] = None

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(deadline.timeout)
    if asking.is_alive():
        raise TimeoutError
    return [*found] or [host]


def _check(deadline: Deadline) -> None:
    if deadline.passed:
        raise TimeoutError
