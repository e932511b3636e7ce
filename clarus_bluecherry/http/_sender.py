"""The two senders: they carry a `Call` to its server and bring its value back, for threads and for asyncio.

Law of this module: nothing is decided here. What to send, what an answer means, what may be repeated and how long
a token lives stand in `exchange`, `retry` and `auth`; the two senders differ only where one of them awaits.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing, closing
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, TypeVar

import httpx
import tenacity

from clarus_bluecherry.errors import ConfigurationError, WireError
from clarus_bluecherry.http._auth import (
    NO_AUTH,
    Auth,
    ClientCredentials,
    Credential,
    Token,
    no_token,
)
from clarus_bluecherry.http._call import Answer, Call
from clarus_bluecherry.http._context import Desk, Exchange, Journey, Observer, Prepared, utc_now
from clarus_bluecherry.http._limiter import RateLimiter
from clarus_bluecherry.http._quiet import keep_queries_out_of_logs
from clarus_bluecherry.http._retry import retry_rule
from clarus_bluecherry.http._settings import (
    DEFAULT_LIMITS,
    DEFAULT_RETRIES,
    DEFAULT_TIMEOUTS,
    Limits,
    Retries,
    Timeouts,
)
from clarus_bluecherry.http._tokens import AsyncTokenKeeper, TokenKeeper

T = TypeVar("T")
G = TypeVar("G")

LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes; a longer answer is refused as `UnreadableAnswer` before it fills the memory."""


class _Settings(TypedDict, total=False):
    headers: Mapping[str, str]
    timeouts: Timeouts
    retries: Retries
    limiter: RateLimiter
    proxy: str
    verify: bool | str | ssl.SSLContext
    limits: Limits
    longest_answer: int
    clock: Callable[[], dt.datetime]
    observers: Iterable[Observer]


class SenderSettings(_Settings, total=False):
    """Every setting of a `Sender` but its credentials, for clients that hand them on."""

    client: httpx.Client
    transport: httpx.BaseTransport
    sleep: Callable[[float], None]


class AsyncSenderSettings(_Settings, total=False):
    """Every setting of an `AsyncSender` but its credentials, for clients that hand them on."""

    client: httpx.AsyncClient
    transport: httpx.AsyncBaseTransport
    sleep: Callable[[float], Awaitable[None]]


class _Connection(TypedDict):
    proxy: str | None
    verify: bool | ssl.SSLContext
    limits: httpx.Limits


def _checked(setting: str, given: G | None, kind: type[G]) -> G | None:
    """What the caller brings, if it is of httpx: another library's would fail at the first request."""
    if given is None or isinstance(given, kind):
        return given
    found = f"{type(given).__module__}.{type(given).__qualname__}"
    raise ConfigurationError(
        f"a {found} is no httpx.{kind.__name__}",
        field=setting,
        action=f"Bring an httpx.{kind.__name__}, or leave it out and say proxy, verify and limits.",
    )


def _connection(
    given: object, proxy: str | None, verify: bool | str | ssl.SSLContext, limits: Limits
) -> _Connection:
    """The settings of an httpx client of our own. What the caller has `given` brings its own settings along."""
    if given is not None and (proxy is not None or verify is not True or limits != DEFAULT_LIMITS):
        what = "proxy, verify and limits are settings of the client or transport that you bring yourself"
        raise ConfigurationError(what, field="client")
    if isinstance(verify, str):
        is_folder = Path(verify).is_dir()
        try:
            verify = ssl.create_default_context(
                cafile=None if is_folder else verify, capath=verify if is_folder else None
            )
        except OSError as error:
            raise ConfigurationError("the CA bundle cannot be read", field="verify") from error
    return _Connection(
        proxy=proxy,
        verify=verify,
        limits=httpx.Limits(
            max_connections=limits.connections,
            max_keepalive_connections=limits.idle,
            keepalive_expiry=limits.idle_seconds,
        ),
    )


class _Sender:
    """What does not wait."""

    def __init__(self, desk: Desk, auth: Auth | None) -> None:
        keep_queries_out_of_logs()
        self._desk = desk
        self._auth = auth
        self._known: Credential = NO_AUTH if auth is None or isinstance(auth, ClientCredentials) else auth

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._desk.base_url!r}, auth={self._auth!r})"

    @property
    def base_url(self) -> str:
        """Where calls go."""
        return self._desk.base_url

    def prepare(self, call: Call[T]) -> Prepared:
        """The exact request that `call` would be, without sending anything: a dry run.

        A token that would have to be fetched first is not among the headers; the correlation id is a fresh one.
        """
        return self._desk.begin(call).prepared(self._known)


class Sender(_Sender):
    """Sends calls over a pool of connections; may be shared by threads.

    `base_url` may have a path. `headers` go with every request except token requests. `timeouts` and `retries`
    can be replaced per call. Bring your own `client` (it is never closed here, and keeps its own proxy, TLS and
    limits), or a `transport`, or say `proxy`, `verify` (False, the path of a CA bundle, an SSLContext) and
    `limits`. `sleep` and `clock` are for tests. `observers` are called with an `Attempt` after every request.
    Raises `ConfigurationError`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth | None = None,
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        retries: Retries = DEFAULT_RETRIES,
        limiter: RateLimiter | None = None,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        proxy: str | None = None,
        verify: bool | str | ssl.SSLContext = True,
        limits: Limits = DEFAULT_LIMITS,
        longest_answer: int = LONGEST_ANSWER,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], dt.datetime] = utc_now,
        observers: Iterable[Observer] = (),
    ) -> None:
        desk = Desk(
            base_url=base_url,
            headers=headers,
            timeouts=timeouts,
            retries=retries,
            limiter=limiter,
            longest_answer=longest_answer,
            clock=clock,
            observers=tuple(observers),
        )
        super().__init__(desk, auth)
        self._sleep = sleep
        self._borrowed = client is not None
        client = _checked("client", client, httpx.Client)
        transport = _checked("transport", transport, httpx.BaseTransport)
        settings = _connection(client or transport, proxy, verify, limits)
        self._client = client or httpx.Client(transport=transport, **settings)
        self._tokens = (
            TokenKeeper(partial(self._buy_token, auth, desk.for_tokens(auth)), clock)
            if isinstance(auth, ClientCredentials)
            else None
        )

    def send(self, call: Call[T], *, timeouts: Timeouts | None = None, retries: Retries | None = None) -> T:
        """Send `call` and return its value. Raises the `WireError` that says what happened."""
        return self.exchange(call, timeouts=timeouts, retries=retries).value

    def exchange(
        self, call: Call[T], *, timeouts: Timeouts | None = None, retries: Retries | None = None
    ) -> Exchange[T]:
        """As `send`, with the raw answer and the number of requests it took."""
        journey = self._desk.begin(call, timeouts, retries)
        rule = retry_rule(call, journey.retries, self._desk.clock)
        with journey.signed():
            return tenacity.Retrying(sleep=self._sleep, **rule)(self._attempt, journey)

    def close(self) -> None:
        """Close the connections, unless they are those of a client that was brought along."""
        if not self._borrowed:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _attempt(self, journey: Journey[T]) -> Exchange[T]:
        """One attempt: one request, or two when the server no longer takes the token that we hold."""
        if self._tokens is None:
            return journey.arrived(self._ask(journey, self._known))
        token = self._tokens.token()
        answer = self._ask(journey, token)
        if answer.status == 401 and journey.may_replace_token():
            answer = self._ask(journey, self._tokens.token(refused=token))
        return journey.arrived(answer)

    def _ask(self, journey: Journey[T], credential: Credential) -> Answer:
        request = journey.request(self._client, credential)
        if journey.desk.limiter is not None:
            journey.desk.limiter.acquire()
        with journey.one_request() as leg:
            response = self._client.send(request, stream=True, follow_redirects=False)
            with closing(response):
                body = leg.opened(response)
                for chunk in response.iter_bytes():
                    if not body.take(chunk):
                        break
        return journey.answer(response, body)

    def _buy_token(self, credentials: ClientCredentials, desk: Desk) -> Token:
        journey = desk.begin(credentials.request(desk.clock()))
        try:
            return journey.arrived(self._ask(journey, NO_AUTH)).value
        except WireError as error:
            raise no_token(error) from error


class AsyncSender(_Sender):
    """`Sender` for asyncio: the same settings; may be shared by the tasks of one event loop."""

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth | None = None,
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        retries: Retries = DEFAULT_RETRIES,
        limiter: RateLimiter | None = None,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        proxy: str | None = None,
        verify: bool | str | ssl.SSLContext = True,
        limits: Limits = DEFAULT_LIMITS,
        longest_answer: int = LONGEST_ANSWER,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], dt.datetime] = utc_now,
        observers: Iterable[Observer] = (),
    ) -> None:
        desk = Desk(
            base_url=base_url,
            headers=headers,
            timeouts=timeouts,
            retries=retries,
            limiter=limiter,
            longest_answer=longest_answer,
            clock=clock,
            observers=tuple(observers),
        )
        super().__init__(desk, auth)
        self._sleep = sleep
        self._borrowed = client is not None
        client = _checked("client", client, httpx.AsyncClient)
        transport = _checked("transport", transport, httpx.AsyncBaseTransport)
        settings = _connection(client or transport, proxy, verify, limits)
        self._client = client or httpx.AsyncClient(transport=transport, **settings)
        self._tokens = (
            AsyncTokenKeeper(partial(self._buy_token, auth, desk.for_tokens(auth)), clock)
            if isinstance(auth, ClientCredentials)
            else None
        )

    async def send(self, call: Call[T], *, timeouts: Timeouts | None = None, retries: Retries | None = None) -> T:
        """Send `call` and return its value. Raises the `WireError` that says what happened."""
        return (await self.exchange(call, timeouts=timeouts, retries=retries)).value

    async def exchange(
        self, call: Call[T], *, timeouts: Timeouts | None = None, retries: Retries | None = None
    ) -> Exchange[T]:
        """As `send`, with the raw answer and the number of requests it took."""
        journey = self._desk.begin(call, timeouts, retries)
        rule = retry_rule(call, journey.retries, self._desk.clock)
        with journey.signed():
            return await tenacity.AsyncRetrying(sleep=self._sleep, **rule)(self._attempt, journey)

    async def close(self) -> None:
        """Close the connections, unless they are those of a client that was brought along."""
        if not self._borrowed:
            await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _attempt(self, journey: Journey[T]) -> Exchange[T]:
        """One attempt: one request, or two when the server no longer takes the token that we hold."""
        if self._tokens is None:
            return journey.arrived(await self._ask(journey, self._known))
        token = await self._tokens.token()
        answer = await self._ask(journey, token)
        if answer.status == 401 and journey.may_replace_token():
            answer = await self._ask(journey, await self._tokens.token(refused=token))
        return journey.arrived(answer)

    async def _ask(self, journey: Journey[T], credential: Credential) -> Answer:
        request = journey.request(self._client, credential)
        if journey.desk.limiter is not None:
            await journey.desk.limiter.aacquire()
        with journey.one_request() as leg:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            async with aclosing(response):
                body = leg.opened(response)
                async for chunk in response.aiter_bytes():
                    if not body.take(chunk):
                        break
        return journey.answer(response, body)

    async def _buy_token(self, credentials: ClientCredentials, desk: Desk) -> Token:
        journey = desk.begin(credentials.request(desk.clock()))
        try:
            return journey.arrived(await self._ask(journey, NO_AUTH)).value
        except WireError as error:
            raise no_token(error) from error
