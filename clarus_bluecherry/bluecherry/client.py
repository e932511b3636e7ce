"""Blue Cherry for callers: one object over whichever transport a site has.

Law of this module: it adds nothing to a transport but a place to begin and a context manager. Sync and async have
the same names.
"""

from __future__ import annotations

import datetime as dt
from types import TracebackType
from typing import Self, Unpack

from clarus_bluecherry.bluecherry.messages import (
    Acceptance,
    Carrier,
    Location,
    Outbound,
    PickTicket,
    Posting,
    ProductionOrder,
    Style,
)
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.rest import AsyncRestTransport, RestTransport, subscription
from clarus_bluecherry.bluecherry.transport import AsyncRead, AsyncTransport, Read, Transport
from clarus_bluecherry.http.sender import AsyncSender, AsyncSenderSettings, Sender, SenderSettings


class BlueCherry:
    """Blue Cherry over `transport`, which `close` closes. May be shared by threads if the transport may.

    Reads yield records, and an `InvalidRecord` in place of each one that breaks a rule.

    >>> with BlueCherry.rest("https://erp.example", subscription_key="s3cret") as erp:
    ...     print(erp)
    BlueCherry(RestTransport(Sender('https://erp.example', ...'***'...)))
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    @classmethod
    def rest(
        cls,
        base_url: str,
        *,
        subscription_key: str,
        profile: RestProfile | None = None,
        **settings: Unpack[SenderSettings],
    ) -> Self:
        """Blue Cherry's REST API at `base_url` (without `/api`), by subscription key.

        `settings` are those of `http.Sender`: timeouts, retries, limiter, your own client or transport, proxy.
        Raises `ConfigurationError`.
        """
        profile = profile or RestProfile()
        auth = subscription(subscription_key, profile)
        return cls(RestTransport(Sender(base_url, auth=auth, **settings), profile))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.transport!r})"

    def picks(self, changed_since: dt.datetime | None = None) -> Read[PickTicket]:
        """Open pick tickets, those changed since the mark of an earlier read, or all."""
        return self.transport.picks(changed_since)

    def styles(self, changed_since: dt.datetime | None = None) -> Read[Style]:
        """The item master, what changed since the mark of an earlier read, or all."""
        return self.transport.styles(changed_since)

    def production_orders(self, changed_since: dt.datetime | None = None) -> Read[ProductionOrder]:
        """Orders to receive, those changed since the mark of an earlier read, or all."""
        return self.transport.production_orders(changed_since)

    def locations(self) -> Read[Location]:
        """Warehouses."""
        return self.transport.locations()

    def carriers(self) -> Read[Carrier]:
        """Carriers."""
        return self.transport.carriers()

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message under the control number that the ledger keeps for it. Accepted is not posted."""
        return self.transport.send(message, control_number)

    def probe(self, kind: str, control_number: str, reference: str = "") -> Posting:
        """What became of a message."""
        return self.transport.probe(kind, control_number, reference)

    def ping(self) -> str:
        """Whether the way is open: a word about what answered."""
        return self.transport.ping()

    def close(self) -> None:
        """Close the transport."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncBlueCherry:
    """`BlueCherry` for asyncio: reads are async iterators, everything else is awaited."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.transport = transport

    @classmethod
    def rest(
        cls,
        base_url: str,
        *,
        subscription_key: str,
        profile: RestProfile | None = None,
        **settings: Unpack[AsyncSenderSettings],
    ) -> Self:
        """As `BlueCherry.rest`, with an `AsyncSender`."""
        profile = profile or RestProfile()
        auth = subscription(subscription_key, profile)
        return cls(AsyncRestTransport(AsyncSender(base_url, auth=auth, **settings), profile))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.transport!r})"

    def picks(self, changed_since: dt.datetime | None = None) -> AsyncRead[PickTicket]:
        """Open pick tickets, those changed since the mark of an earlier read, or all."""
        return self.transport.picks(changed_since)

    def styles(self, changed_since: dt.datetime | None = None) -> AsyncRead[Style]:
        """The item master, what changed since the mark of an earlier read, or all."""
        return self.transport.styles(changed_since)

    def production_orders(self, changed_since: dt.datetime | None = None) -> AsyncRead[ProductionOrder]:
        """Orders to receive, those changed since the mark of an earlier read, or all."""
        return self.transport.production_orders(changed_since)

    def locations(self) -> AsyncRead[Location]:
        """Warehouses."""
        return self.transport.locations()

    def carriers(self) -> AsyncRead[Carrier]:
        """Carriers."""
        return self.transport.carriers()

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message under the control number that the ledger keeps for it. Accepted is not posted."""
        return await self.transport.send(message, control_number)

    async def probe(self, kind: str, control_number: str, reference: str = "") -> Posting:
        """What became of a message."""
        return await self.transport.probe(kind, control_number, reference)

    async def ping(self) -> str:
        """Whether the way is open: a word about what answered."""
        return await self.transport.ping()

    async def close(self) -> None:
        """Close the transport."""
        await self.transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
