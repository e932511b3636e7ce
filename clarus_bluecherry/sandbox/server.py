"""A real HTTP server on a free loopback port, in a thread, for the length of a `with` block.

Law of this module: when `start` returns the server accepts connections; when `stop` returns the port, the thread
and every socket are gone. Nothing is printed and no logging is configured.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox.faults import HANG_UP, AsgiApp, Receive, Scope, Send

need("uvicorn", extra="sandbox", purpose="the sandbox's server")

import uvicorn  # noqa: E402
from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: E402

_LAST_ANSWERS_SECONDS = 2
_LOOKS_SECONDS = 0.002
_START_SECONDS = 10


class LocalServer:
    """Serves an ASGI application from a daemon thread. Port 0 takes a free port.

    No `Date` is added: the sandbox's applications tell the time of their own clocks.
    Raises `ConfigurationError` from `start` when the port is taken. A server is started once.
    """

    def __init__(self, app: AsgiApp, host: str = "127.0.0.1", port: int = 0) -> None:
        self._address = (host, port)
        config = uvicorn.Config(
            app,
            http=_CuttableConnection,
            ws="none",
            interface="asgi3",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
        )
        self._server = _AnnouncedServer(config)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        host, port = self._address
        return f"http://{host}:{port}"

    def start(self) -> Self:
        """Accept connections from now on."""
        listener = self._bound()
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name=f"sandbox {self.url}", daemon=True
        )
        self._thread.start()
        if not self._server.accepting.wait(_START_SECONDS):
            raise ConfigurationError(f"the sandbox server did not start within {_START_SECONDS} seconds")
        return self

    def stop(self) -> None:
        """Finish the answers under way, then close everything. Stopping twice is harmless."""
        if self._thread is None:
            return
        self._server.leave()
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _bound(self) -> socket.socket:
        # asyncio turns Nagle's algorithm off only where the protocol is named: else each small answer costs 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(self._address)
        except OSError as error:
            listener.close()
            host, port = self._address
            raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror}", field="port") from error
        self._address = listener.getsockname()
        return listener


class _AnnouncedServer(uvicorn.Server):
    """A server that says when it accepts connections, and goes when it is told to.

    Uvicorn's own looks ten times a second whether it is to go, and rests once more before it goes. Who starts a
    server for each test would wait longer for that than for the test.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepting = threading.Event()
        self._leaves = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """End, from another thread."""
        self.should_exit = True
        with suppress(RuntimeError):  # it has ended by itself
            if self._loop:
                self._loop.call_soon_threadsafe(self._leaves.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)
        self.accepting.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._leaves.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            await asyncio.wait_for(self._answered(), _LAST_ANSWERS_SECONDS)
        except TimeoutError:
            for task in list(self.server_state.tasks):
                task.cancel()
            await asyncio.sleep(_LOOKS_SECONDS)  # for the last word of each
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(_LOOKS_SECONDS)

    async def _answered(self) -> None:
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(_LOOKS_SECONDS)
        for server in self.servers:
            await server.wait_closed()


class _CuttableConnection(H11Protocol):
    """A connection that the application may cut, which no ASGI message can say."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _with_hang_up(self.app, transport)


def _with_hang_up(app: AsgiApp, transport: asyncio.Transport) -> AsgiApp:
    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {**(scope.get("extensions") or {}), HANG_UP: transport.abort}
        await app(scope, receive, send)

    return served
