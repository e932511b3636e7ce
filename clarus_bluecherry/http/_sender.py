"""The two senders: they carry a `Call` to its server and bring its value back, for threads and for asyncio.

Law of this module: nothing is decided here. What to send, what an answer means, what may be repeated and how long
a token lives stand in `_pending`, `_retry` and `_auth`; the two senders differ only where one of them awaits.
"""

from __future__ import annotations

import asyncio
import copy
import os
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, closing, contextmanager
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, TypeVar, Unpack

import httpx
import tenacity

from clarus_bluecherry.errors import ConfigurationError, WireError
from clarus_bluecherry.http._auth import (
    NO_AUTH,
    Auth,
    ClientCredentials,
    Credential,
    Token,
    checked_auth,
    no_token,
)
from clarus_bluecherry.http._bounded import bounded_by, know_deadlines
from clarus_bluecherry.http._call import Answer, Call
from clarus_bluecherry.http._context import Context
from clarus_bluecherry.http._deadline import Deadline
from clarus_bluecherry.http._home import Home
from clarus_bluecherry.http._orphans import aclose_orphans, close_orphans
from clarus_bluecherry.http._pending import PendingCall, Prepared, Response
from clarus_bluecherry.http._quiet import keep_queries_out_of_logs
from clarus_bluecherry.http._retry import retry_rule
from clarus_bluecherry.http._settings import PROXY_ACTION, Limits, Options, Settings, settled
from clarus_bluecherry.http._tokens import AsyncTokenKeeper, TokenKeeper

T = TypeVar("T")
G = TypeVar("G")


class _NoCookies(CookieJar):
    """What a client of ours keeps of a server's cookies: nothing. Each call stands alone."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Nothing to keep."""


class _Connection(TypedDict):
    cookies: CookieJar
    proxy: str | None
    verify: bool | ssl.SSLContext
    limits: httpx.Limits


def _checked(what: str, given: G | None, kind: type[G]) -> G | None:
    """What the caller brings, if it is of httpx: another library's would fail at the first request."""
    if given is None or isinstance(given, kind):
        return given
    found = f"{type(given).__module__}.{type(given).__qualname__}"
    raise ConfigurationError(
        f"a {found} is no httpx.{kind.__name__}",
        field=what,
        action=f"Bring an httpx.{kind.__name__}, or leave it out and say proxy, verify and limits.",
    )


def _connection(given: object, settings: Settings) -> _Connection:
    """What an httpx client of our own is built with. What the caller has `given` brings that along."""
    proxy, verify, limits = settings.proxy, settings.verify, settings.limits
    if given is not None and (proxy is not None or verify is not True or limits != Limits()):
        what = "proxy, verify and limits are settings of the client or transport that you bring yourself"
        raise ConfigurationError(what, field="client")
    return _Connection(
        cookies=_NoCookies(),
        proxy=proxy,
        verify=_authorities(verify) if isinstance(verify, str) else verify,
        limits=httpx.Limits(
            max_connections=limits.connections,
            max_keepalive_connections=limits.idle,
            keepalive_expiry=limits.idle_seconds,
        ),
    )


def _authorities(path: str) -> ssl.SSLContext:
    """Trust in the CA bundle at `path`, or in the folder of them."""
    is_folder = Path(path).is_dir()
    try:
        return ssl.create_default_context(cafile=None if is_folder else path, capath=path if is_folder else None)
    except OSError as error:
        raise ConfigurationError(f"the CA bundle {path} cannot be read", field="verify") from error


@contextmanager
def _in_our_words(settings: Settings) -> Iterator[None]:
    """Around the making of a client: what httpx does not take of proxy and certificates is told by its name.

    The proxy's URL is never quoted: it may hold credentials.
    """
    try:
        yield
    except OSError as error:
        name = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), "certifi")
        what = f"the CA bundle that {name} names cannot be read: {os.environ.get(name, '')}"
        raise ConfigurationError(what, field="verify") from error
    except ImportError as error:
        action = 'Run: pip install "httpx[socks]"'
        raise ConfigurationError("a SOCKS proxy needs one more package", field="proxy", action=action) from error
    except (ValueError, httpx.InvalidURL):
        if settings.proxy is not None:
            raise ConfigurationError("it is no URL of a proxy", field="proxy", action=PROXY_ACTION) from None
        wrong = " or ".join(name for name in _PROXY_VARIABLES if os.environ.get(name)) or "the system"
        what = f"the proxy that {wrong} names is no URL of a proxy"
        raise ConfigurationError(what, field="proxy", action=PROXY_ACTION) from None


_PROXY_VARIABLES = tuple(
    name for each in ("https_proxy", "http_proxy", "all_proxy", "no_proxy") for name in (each.upper(), each)
)


class _Sender:
    """What does not wait."""

    def __init__(
        self, base_url: str, auth: Auth | None, settings: Settings, client: object, transport: object
    ) -> None:
        keep_queries_out_of_logs()
        self._context = Context.to(base_url, settings)
        self._home = Home()
        self._auth = checked_auth(auth)
        self._known: Credential = NO_AUTH if auth is None or isinstance(auth, ClientCredentials) else auth
        self._closes = client is None
        self._is_ours = client is None and transport is None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._context.base_url!r}, auth={self._auth!r})"

    @property
    def base_url(self) -> str:
        """Where calls go."""
        return self._context.base_url

    @property
    def settings(self) -> Settings:
        """How calls are sent."""
        return self._context.settings

    def with_options(self, **options: Unpack[Options]) -> Self:
        """The same sender with another `timeout`, `max_retries` or `deadline`, for some calls.

        `timeout` is seconds for each step of one request (to connect, each wait for data);
        `deadline` is seconds for one whole call with its retries, waits and token; of a list, each page.
        It shares connections and token with this one, costs next to nothing, and closes neither: close this one.

        >>> with Sender("https://erp.example") as sender:
        ...     sender.with_options(deadline=5, max_retries=0).settings.deadline
        5
        """
        other = copy.copy(self)
        other._context = self._context.with_options(options)
        other._closes = False
        return other

    def prepare(self, call: Call[T]) -> Prepared:
        """The exact request that `call` would be, without sending anything: a dry run.

        A token that would have to be fetched first is not among the headers; the correlation id is a fresh one.
        """
        return self._begun(call).prepared(self._known)

    def _begun(self, call: Call[T]) -> PendingCall[T]:
        pending = PendingCall.begin(call, self._context)
        if self._auth is not None:
            pending.proofs.append(self._auth)
        return pending


class Sender(_Sender):
    """Sends calls over a pool of connections; may be shared by threads.

    `base_url` may have a path. `auth` says who we are, `settings` everything else. Bring your own `client` (it is
    never closed here, and keeps its own proxy, TLS and limits), or a `transport`. `sleep` is for tests. Raises
    `ConfigurationError`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth | None = None,
        settings: Settings | None = None,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        settings = settled(settings)
        super().__init__(base_url, auth, settings, client, transport)
        self._sleep = sleep
        client = _checked("client", client, httpx.Client)
        transport = _checked("transport", transport, httpx.BaseTransport)
        connection = _connection(client or transport, settings)
        with _in_our_words(settings):
            self._client = client or httpx.Client(transport=transport, **connection)
        if self._is_ours:
            know_deadlines(self._client)
        self._tokens = (
            TokenKeeper(partial(self._buy_token, auth, self._context.for_tokens(auth)), settings.clock)
            if isinstance(auth, ClientCredentials)
            else None
        )

    def send(self, call: Call[T]) -> T:
        """Send `call` and return its value. Raises the `WireError` that says what happened."""
        return self.send_with_response(call).value

    def send_with_response(self, call: Call[T]) -> Response[T]:
        """As `send`, with the raw answer and the number of requests it took."""
        pending = self._begun(call)
        with pending.signed():
            try:
                return self._attempt(pending)
            except WireError as error:
                failures = [error]

            def again() -> Response[T]:
                """What tenacity tries: the attempt that has failed already, then others."""
                if failures:
                    raise failures.pop()
                return self._attempt(pending)

            rule = retry_rule(pending, self.settings.max_retries)
            return tenacity.Retrying(sleep=self._sleep, **rule)(again)

    def close(self) -> None:
        """Close the connections, unless they were brought along or shared by `with_options`."""
        if self._closes:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _attempt(self, pending: PendingCall[T]) -> Response[T]:
        """One attempt: one request, or two when the server no longer takes the token that we hold."""
        self._home.check(self._client)
        if self._tokens is None:
            return pending.arrived(self._ask(pending, self._known))
        token = self._token(self._tokens, pending)
        answer = self._ask(pending, token)
        if answer.status == 401 and pending.may_replace_token():
            answer = self._ask(pending, self._token(self._tokens, pending, refused=token))
        return pending.arrived(answer)

    def _token(self, tokens: TokenKeeper, pending: PendingCall[T], refused: Token | None = None) -> Token:
        try:
            return tokens.token(pending.deadline, refused)
        except TimeoutError:
            raise pending.too_late("while it waited for a token") from None

    def _ask(self, pending: PendingCall[T], credential: Credential) -> Answer:
        limiter = pending.context.settings.limiter
        if limiter is not None and not limiter.acquire(pending.deadline.left):
            raise pending.too_late("while it waited for the limiter")
        request = pending.request(self._client, credential, is_ours=self._is_ours)
        with pending.one_request() as under_way, bounded_by(pending.deadline):
            if self._is_ours and pending.deadline.timeout is not None:
                under_way.watch(request)
            try:
                response = self._client.send(request, stream=True, follow_redirects=False)
                with closing(response):
                    body = under_way.opened(response)
                    for chunk in response.iter_bytes():
                        if not body.take(chunk):
                            break
            except BaseException:
                close_orphans(self._client, request)
                raise
        return pending.answer(response, body)

    def _buy_token(self, credentials: ClientCredentials, context: Context, deadline: Deadline) -> Token:
        pending = PendingCall.begin(credentials.request(context.settings.clock()), context, deadline)
        try:
            return pending.arrived(self._ask(pending, NO_AUTH)).value
        except WireError as error:
            raise no_token(error) from error


class AsyncSender(_Sender):
    """`Sender` for asyncio: the same settings; may be shared by the tasks of one event loop."""

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth | None = None,
        settings: Settings | None = None,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        settings = settled(settings)
        super().__init__(base_url, auth, settings, client, transport)
        self._sleep = sleep
        client = _checked("client", client, httpx.AsyncClient)
        transport = _checked("transport", transport, httpx.AsyncBaseTransport)
        connection = _connection(client or transport, settings)
        with _in_our_words(settings):
            self._client = client or httpx.AsyncClient(transport=transport, **connection)
        self._tokens = (
            AsyncTokenKeeper(partial(self._buy_token, auth, self._context.for_tokens(auth)), settings.clock)
            if isinstance(auth, ClientCredentials)
            else None
        )

    async def send(self, call: Call[T]) -> T:
        """Send `call` and return its value. Raises the `WireError` that says what happened."""
        return (await self.send_with_response(call)).value

    async def send_with_response(self, call: Call[T]) -> Response[T]:
        """As `send`, with the raw answer and the number of requests it took."""
        pending = self._begun(call)
        with pending.signed():
            try:
                return await self._attempt(pending)
            except WireError as error:
                failures = [error]

            async def again() -> Response[T]:
                """What tenacity tries: the attempt that has failed already, then others."""
                if failures:
                    raise failures.pop()
                return await self._attempt(pending)

            rule = retry_rule(pending, self.settings.max_retries)
            return await tenacity.AsyncRetrying(sleep=self._sleep, **rule)(again)

    async def close(self) -> None:
        """Close the connections, unless they were brought along or shared by `with_options`."""
        if self._closes:
            await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _attempt(self, pending: PendingCall[T]) -> Response[T]:
        """One attempt: one request, or two when the server no longer takes the token that we hold."""
        self._home.check(self._client)
        if self._tokens is None:
            return pending.arrived(await self._ask(pending, self._known))
        token = await self._token(self._tokens, pending)
        answer = await self._ask(pending, token)
        if answer.status == 401 and pending.may_replace_token():
            answer = await self._ask(pending, await self._token(self._tokens, pending, refused=token))
        return pending.arrived(answer)

    async def _token(
        self, tokens: AsyncTokenKeeper, pending: PendingCall[T], refused: Token | None = None
    ) -> Token:
        try:
            return await tokens.token(pending.deadline, refused)
        except TimeoutError:
            raise pending.too_late("while it waited for a token") from None

    async def _ask(self, pending: PendingCall[T], credential: Credential) -> Answer:
        limiter = pending.context.settings.limiter
        if limiter is not None and not await limiter.aacquire(pending.deadline.left):
            raise pending.too_late("while it waited for the limiter")
        request = pending.request(self._client, credential, is_ours=self._is_ours)
        with pending.one_request() as under_way:
            if self._is_ours and pending.deadline.timeout is not None:
                under_way.watch_async(request)
            try:
                async with asyncio.timeout(pending.deadline.timeout):
                    response = await self._client.send(request, stream=True, follow_redirects=False)
                    async with aclosing(response):
                        body = under_way.opened(response)
                        async for chunk in response.aiter_bytes():
                            if not body.take(chunk):
                                break
            except BaseException:
                await aclose_orphans(self._client, request)
                raise
        return pending.answer(response, body)

    async def _buy_token(self, credentials: ClientCredentials, context: Context, deadline: Deadline) -> Token:
        pending = PendingCall.begin(credentials.request(context.settings.clock()), context, deadline)
        try:
            return pending.arrived(await self._ask(pending, NO_AUTH)).value
        except WireError as error:
            raise no_token(error) from error
