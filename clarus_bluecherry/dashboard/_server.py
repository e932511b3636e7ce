"""The dashboard's server: one process that answers until it is told to stop.

Law of this module: nobody keeps others waiting. A connection that does not say what it wants, or does not take its
answer, is closed; there are no more of them at a time than can be served, and who owes his question longest makes
room for who comes.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from types import FrameType, TracebackType
from typing import Self

from clarus_bluecherry._lazy import need
from clarus_bluecherry.dashboard._access import AsgiApp, log_access
from clarus_bluecherry.dashboard._app import answer_heads, no_room
from clarus_bluecherry.errors import ConfigurationError

need("uvicorn", extra="dashboard", purpose="the dashboard's server")

import h11  # noqa: E402
import uvicorn  # noqa: E402
from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: E402

_AT_ONCE = 128
_ASKS_SECONDS = 10.0
"""In this time a connection has said what it wants, to the last byte of a form."""
_ANSWER_SECONDS = 60.0
"""In this time an answer is made and taken."""
_REST_SECONDS = 5
"""So long a connection is kept for the next question: shorter than a page waits before it asks again, since each
page that is open would hold one all the time."""
_LONGEST_HEAD = 16 * 1024
_LAST_ANSWERS_SECONDS = 5


class DashboardServer:
    """Answers with `app` on `host` and `port` (0 takes a free one).

    `run` answers until SIGTERM or Ctrl-C; in a `with` block a thread answers for the length of it. Raises
    `ConfigurationError` where nobody can listen there.
    """

    def __init__(self, app: AsgiApp, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._listener = _bound(host, port)
        config = uvicorn.Config(
            app,
            http=_TimedConnection,
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_REST_SECONDS,
            timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
            h11_max_incomplete_event_size=_LONGEST_HEAD,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self.run, name="dashboard", daemon=True)
        self._listener.listen(_AT_ONCE)

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        name, port = self._listener.getsockname()[:2]
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def run(self) -> None:
        """Answer until the process is told to stop."""
        self._server.run([self._listener])

    def __enter__(self) -> Self:
        """Whoever connects from now on is answered."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def _bound(host: str, port: int) -> socket.socket:
    name = "127.0.0.1" if host.lower() == "localhost" else host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((name, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror}", field="--port") from error
    return listener


class _Server(uvicorn.Server):
    """A server for which to be told to stop is no failure: the second time it is not even waited for."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


class _TimedConnection(H11Protocol):
    """A connection that is closed when its time is up: to ask, then to have been answered.

    Where one too many comes, that one is closed which has asked nothing for the longest time: a browser or a proxy
    that rests opens another. Only where all are being answered there is no room.
    """

    _end: asyncio.TimerHandle | None = None
    _idle_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        self._ends_in(_ASKS_SECONDS)
        if len(self.connections) > _AT_ONCE and not self._finds_room():
            self.app = no_room

    def handle_events(self) -> None:
        was_asked = self._is_asked
        super().handle_events()
        if self._is_asked and not was_asked:
            self._ends_in(_ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        if self._rests:  # else it has its time to take the answer
            self._ends_in(_REST_SECONDS + _ASKS_SECONDS)
        super().on_response_complete()  # last: the next question may be here already

    def send_400_response(self, msg: str) -> None:
        """As that of `H11Protocol`, with what every answer's head says, and a line in the log.

        Behind an answer that has begun there is nothing to say any more.
        """
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        text = msg.encode()
        heads = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *answer_heads()]
        said = (h11.Response(status_code=400, headers=heads), h11.Data(data=text), h11.EndOfMessage())
        for each in said:
            self.transport.write(self.conn.send(each) or b"")
        self.transport.close()
        unread = {"client": self.client, "method": "", "path": ""}
        log_access(unread, who="", status=400, size=len(text), seconds=0.0)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)

    @property
    def _is_asked(self) -> bool:
        """Whether it has said all that it wants, and is not answered yet."""
        return self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete

    @property
    def _rests(self) -> bool:
        """Whether no answer to it is being made, or still being taken."""
        return not self._is_asked and not self.transport.get_write_buffer_size()

    def _finds_room(self) -> bool:
        others = (each for each in self.connections if isinstance(each, _TimedConnection) and each is not self)
        idle = min((each for each in others if each._rests), key=lambda each: each._idle_since, default=None)
        if idle is None:
            return False
        self.connections.discard(idle)
        idle.transport.abort()
        return True

    def _ends_in(self, seconds: float) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = self.loop.call_later(seconds, self.transport.abort)
