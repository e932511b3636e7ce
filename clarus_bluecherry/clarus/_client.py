"""Clarus, for threads and for asyncio: one place to send calls to.

Law of this module: a client knows how to send and nothing about what. Every call and every list is in `resources`;
what a tenant does differently is in `tenant`; how a list is read whole is in `paging`. The two clients differ only
where one of them awaits.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar, Unpack

from attrs import evolve

from clarus_bluecherry.clarus._envelopes import REST_PREFIX
from clarus_bluecherry.clarus._graphql import Listing, Page
from clarus_bluecherry.clarus._lookups import AsyncIds, IdCache, Ids
from clarus_bluecherry.clarus._paging import PAGE_SIZE, Pager, Portion, Teller, Told
from clarus_bluecherry.clarus._reading.node import Node
from clarus_bluecherry.clarus._resources._doors import Async, AsyncListed, Listed, Sync
from clarus_bluecherry.clarus._rooms import Rooms
from clarus_bluecherry.clarus._tenant import BASE_URL, TOKEN_URL, Tenant
from clarus_bluecherry.clarus._undocumented import UNDOCUMENTED_FIELDS
from clarus_bluecherry.clarus._writing.lines import DESTROY
from clarus_bluecherry.environment import VARIABLES, Environment
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http import (
    AsyncSender,
    Auth,
    ClientCredentials,
    Options,
    Prepared,
    Response,
    Sender,
    Settings,
    StaticToken,
)
from clarus_bluecherry.http._call import Call

T = TypeVar("T")
N = TypeVar("N", bound=Node)


def _with_tenant(auth: Auth | None, tenant: Tenant, tenant_header_on_token: bool) -> Auth:
    if auth is None:
        raise ConfigurationError("say who you are, or bring a sender", field="auth")
    if not isinstance(auth, ClientCredentials) or not tenant_header_on_token:
        return auth
    return evolve(auth, headers={**dict(tenant.headers), **auth.headers})


def _check_brought(
    sender: Sender | AsyncSender,
    kind: type[Sender] | type[AsyncSender],
    auth: Auth | None,
    base_url: str,
    settings: Settings | None,
) -> None:
    if not isinstance(sender, kind):
        found = f"{type(sender).__module__}.{type(sender).__qualname__}"
        action = f"Wrap your client: {kind.__name__}(base_url, auth=..., client=yours)."
        raise ConfigurationError(f"a {found} is no http.{kind.__name__}", field="sender", action=action)
    if auth is not None or base_url != BASE_URL or settings is not None:
        what = "auth, base_url and the sender's settings belong to the sender that you bring"
        raise ConfigurationError(what, field="sender")


def _first(listing: Listing[N], page: Page[N]) -> N | None:
    teller = Teller(listing.root, None)
    teller.tell(page.unread[:1])
    teller.end()
    return next(iter(page.nodes), None)


class _TenantVariables(NamedTuple):
    """What the environment says of a tenant."""

    subdomain: str
    auth: Auth
    base_url: str


_PAIR = ("CLARUS_CLIENT_ID", "CLARUS_CLIENT_SECRET")
_TOKEN = "CLARUS_TOKEN"


def _found(environ: Mapping[str, str] | None) -> _TenantVariables:
    here = Environment.of(environ)
    subdomain, base_url = here.must("CLARUS_SUBDOMAIN"), here.may("CLARUS_URL", BASE_URL)
    given = [name for name in _PAIR if here.has(name)]
    if here.has(_TOKEN):
        token = here.may(_TOKEN)
        if given:
            here.faults.append(f"{_TOKEN} and {', '.join(given)} are set: keep the one or the other")
        here.check()
        return _TenantVariables(subdomain, StaticToken(token), base_url)
    if not given:
        each = "; ".join(f"{name}: {VARIABLES[name].comes_from}" for name in (*_PAIR, _TOKEN))
        here.faults.append(f"neither {' with '.join(_PAIR)} nor {_TOKEN} is set ({each})")
    client_id, secret = (here.must(name) if given else "" for name in _PAIR)
    here.check()
    auth = ClientCredentials(token_url=TOKEN_URL, client_id=client_id, client_secret=secret)
    return _TenantVariables(subdomain, auth, base_url)


class Clarus(Rooms[Sync], Sync):
    """A Clarus tenant; may be shared by threads.

    What it can be asked stands under its resources: `clarus.products.list(code="X").first()`,
    `clarus.goods_outs.cancel(7)`. The same names under `calls` make data, for `send` and the other methods here.

    `auth` is `http.ClientCredentials`, `http.StaticToken` or `http.StaticHeaders`; `settings` is an
    `http.Settings`. To bring an httpx client of your own, bring the sender:
    `Clarus("acme", sender=Sender(base_url, auth=..., client=mine))`; it is closed with this client.

    Every request names the tenant. Whether the token request must is not published: it does, unless
    `tenant_header_on_token` is False (confidence medium; it has no effect on a sender that you bring).
    `rest_prefix`, `delete_verb` and `extra_fields` are explained in `Tenant`; `page_size` is how many rows a page
    of a list holds (a maximum is not published). Raises `ConfigurationError`.
    """

    def __init__(
        self,
        subdomain: str,
        *,
        auth: Auth | None = None,
        base_url: str = BASE_URL,
        rest_prefix: str = REST_PREFIX,
        page_size: int = PAGE_SIZE,
        delete_verb: str = DESTROY,
        extra_fields: Mapping[str, tuple[str, ...]] = UNDOCUMENTED_FIELDS,
        tenant_header_on_token: bool = True,
        id_cache: IdCache | None = None,
        sender: Sender | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.tenant = Tenant(subdomain, rest_prefix, delete_verb, extra_fields)
        self.page_size = page_size
        if sender is None:
            signed = _with_tenant(auth, self.tenant, tenant_header_on_token)
            sender = Sender(base_url, auth=signed, settings=settings)
        else:
            _check_brought(sender, Sender, auth, base_url, settings)
        self._sender = sender
        self.ids = Ids(self.all, id_cache or IdCache())

    @classmethod
    def with_credentials(
        cls,
        subdomain: str,
        client_id: str,
        client_secret: str,
        *,
        token_url: str = TOKEN_URL,
        base_url: str = BASE_URL,
        settings: Settings | None = None,
    ) -> Self:
        """A client that buys its own tokens with client credentials sent in the form body.

        `token_url` is absolute, or a path under `base_url`. For other styles, scopes or settings of the client,
        pass an `http.ClientCredentials` to the constructor.
        """
        auth = ClientCredentials(token_url=token_url, client_id=client_id, client_secret=client_secret)
        return cls(subdomain, auth=auth, base_url=base_url, settings=settings)

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        settings: Settings | None = None,
    ) -> Self:
        """The tenant that environment variables name: those of `environ`, or of this process.

        `CLARUS_SUBDOMAIN`; `CLARUS_CLIENT_ID` with `CLARUS_CLIENT_SECRET`, or `CLARUS_TOKEN`; and `CLARUS_URL`,
        where it is not the vendor's. Raises one `ConfigurationError` that
        names every variable that is missing, contradicts another or cannot be right, and where its value comes
        from.
        """
        subdomain, auth, base_url = _found(environ)
        return cls(subdomain, auth=auth, base_url=base_url, settings=settings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tenant.subdomain!r}, {self._sender!r})"

    @property
    def _door(self) -> Sync:
        return self

    def _carry(self, call: Call[T]) -> T:
        return self.send(call)

    def _list(self, listing: Listing[N]) -> Listed[N]:
        return Listed(self, listing)

    def with_options(self, **options: Unpack[Options]) -> Self:
        """This client with another `timeout`, `max_retries` or `deadline`, for some calls.

        `timeout` is seconds for each step of one request (to connect, each wait for data);
        `deadline` is seconds for one whole call with its retries, waits and token; of a list, each page.
        It shares connections, token and looked-up ids with this one, and closes none of them: close this one.
        """
        other = copy.copy(self)
        other._sender = self._sender.with_options(**options)
        other.ids = self.ids.read_by(other.all)
        return other

    def prepare(self, call: Call[T]) -> Prepared:
        """The exact request that `call` would be, without sending anything: a dry run."""
        return self._sender.prepare(self.tenant.applied(call))

    def send(self, call: Call[T]) -> T:
        """Send `call` and return its value. Raises the `WireError` that says what happened."""
        return self._sender.send(self.tenant.applied(call))

    def send_with_response(self, call: Call[T]) -> Response[T]:
        """As `send`, with the raw answer and the number of requests it took."""
        return self._sender.send_with_response(self.tenant.applied(call))

    def pages(self, listing: Listing[N]) -> Iterator[Portion[N]]:
        """`listing` page by page: each row once, those that cannot be read apart, and Clarus's own time."""
        pager = Pager(self.tenant.asked(listing), page_size=self.page_size)
        while (call := pager.next_call()) is not None:
            yield pager.portion(self.send(call))

    def iterate(self, listing: Listing[N], *, unread: Told | None = None) -> Iterator[N]:
        """Every row of `listing`, once, though the list may change meanwhile (see `paging`). Reads as it goes.

        Rows that cannot be read go to `unread`, each as an `UnreadRow`; without it `UnreadRows` is raised once all
        others were given.
        """
        teller = Teller(listing.root, unread)
        pager = Pager(self.tenant.asked(listing), page_size=self.page_size)
        while (call := pager.next_call()) is not None:
            yield from teller.read(pager.rows(self.send(call)))
        teller.end()

    def all(self, listing: Listing[N], *, unread: Told | None = None) -> list[N]:
        """Every row of `listing`, read whole. Rows that cannot be read as in `iterate`."""
        return list(self.iterate(listing, unread=unread))

    def first(self, listing: Listing[N]) -> N | None:
        """The first row of `listing`, or None. Raises `UnreadRows` when it is there and cannot be read."""
        return _first(listing, self.send(self.tenant.asked(listing).page(first=1)))

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClarus(Rooms[Async], Async):
    """`Clarus` for asyncio: the same settings and names; may be shared by the tasks of one event loop."""

    def __init__(
        self,
        subdomain: str,
        *,
        auth: Auth | None = None,
        base_url: str = BASE_URL,
        rest_prefix: str = REST_PREFIX,
        page_size: int = PAGE_SIZE,
        delete_verb: str = DESTROY,
        extra_fields: Mapping[str, tuple[str, ...]] = UNDOCUMENTED_FIELDS,
        tenant_header_on_token: bool = True,
        id_cache: IdCache | None = None,
        sender: AsyncSender | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.tenant = Tenant(subdomain, rest_prefix, delete_verb, extra_fields)
        self.page_size = page_size
        if sender is None:
            signed = _with_tenant(auth, self.tenant, tenant_header_on_token)
            sender = AsyncSender(base_url, auth=signed, settings=settings)
        else:
            _check_brought(sender, AsyncSender, auth, base_url, settings)
        self._sender = sender
        self.ids = AsyncIds(self.all, id_cache or IdCache())

    @classmethod
    def with_credentials(
        cls,
        subdomain: str,
        client_id: str,
        client_secret: str,
        *,
        token_url: str = TOKEN_URL,
        base_url: str = BASE_URL,
        settings: Settings | None = None,
    ) -> Self:
        """A client that buys its own tokens with client credentials sent in the form body.

        `token_url` is absolute, or a path under `base_url`. For other styles, scopes or settings of the client,
        pass an `http.ClientCredentials` to the constructor.
        """
        auth = ClientCredentials(token_url=token_url, client_id=client_id, client_secret=client_secret)
        return cls(subdomain, auth=auth, base_url=base_url, settings=settings)

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        settings: Settings | None = None,
    ) -> Self:
        """As `Clarus.from_environment`."""
        subdomain, auth, base_url = _found(environ)
        return cls(subdomain, auth=auth, base_url=base_url, settings=settings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tenant.subdomain!r}, {self._sender!r})"

    @property
    def _door(self) -> Async:
        return self

    def _carry(self, call: Call[T]) -> Coroutine[Any, Any, T]:
        return self.send(call)

    def _list(self, listing: Listing[N]) -> AsyncListed[N]:
        return AsyncListed(self, listing)

    def with_options(self, **options: Unpack[Options]) -> Self:
        """As `Clarus.with_options`."""
        other = copy.copy(self)
        other._sender = self._sender.with_options(**options)
        other.ids = self.ids.read_by(other.all)
        return other

    def prepare(self, call: Call[T]) -> Prepared:
        """The exact request that `call` would be, without sending anything: a dry run."""
        return self._sender.prepare(self.tenant.applied(call))

    async def send(self, call: Call[T]) -> T:
        """Send `call` and return its value. Raises the `WireError` that says what happened."""
        return await self._sender.send(self.tenant.applied(call))

    async def send_with_response(self, call: Call[T]) -> Response[T]:
        """As `send`, with the raw answer and the number of requests it took."""
        return await self._sender.send_with_response(self.tenant.applied(call))

    async def pages(self, listing: Listing[N]) -> AsyncIterator[Portion[N]]:
        """`listing` page by page: each row once, those that cannot be read apart, and Clarus's own time."""
        pager = Pager(self.tenant.asked(listing), page_size=self.page_size)
        while (call := pager.next_call()) is not None:
            yield pager.portion(await self.send(call))

    async def iterate(self, listing: Listing[N], *, unread: Told | None = None) -> AsyncIterator[N]:
        """Every row of `listing`, once, though the list may change meanwhile (see `paging`). Reads as it goes.

        Rows that cannot be read go to `unread`, each as an `UnreadRow`; without it `UnreadRows` is raised once all
        others were given.
        """
        teller = Teller(listing.root, unread)
        pager = Pager(self.tenant.asked(listing), page_size=self.page_size)
        while (call := pager.next_call()) is not None:
            for node in teller.read(pager.rows(await self.send(call))):
                yield node
        teller.end()

    async def all(self, listing: Listing[N], *, unread: Told | None = None) -> list[N]:
        """Every row of `listing`, read whole. Rows that cannot be read as in `iterate`."""
        return [node async for node in self.iterate(listing, unread=unread)]

    async def first(self, listing: Listing[N]) -> N | None:
        """The first row of `listing`, or None. Raises `UnreadRows` when it is there and cannot be read."""
        return _first(listing, await self.send(self.tenant.asked(listing).page(first=1)))

    async def close(self) -> None:
        """Close the connections."""
        await self._sender.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
