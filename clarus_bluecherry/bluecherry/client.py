"""Blue Cherry for callers: one object over whichever transport a site has.

Law of this module: it adds nothing to a transport but a place to begin and a context manager. Sync and async have
the same names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self, Unpack

from clarus_bluecherry.bluecherry.messages import (
    Acceptance,
    Carrier,
    DeliveryStatus,
    Location,
    Outbound,
    PeriodStatus,
    PickTicket,
    ProductionOrder,
    ShipmentStatus,
    StockMovement,
    Style,
)
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.rest import AsyncRestTransport, RestTransport, subscription
from clarus_bluecherry.bluecherry.transport import (
    AsyncRead,
    AsyncTransport,
    Read,
    Transport,
    adjustable,
    async_adjustable,
    async_reports,
    one_pick,
    one_pick_async,
    reports,
)
from clarus_bluecherry.environment import Environment
from clarus_bluecherry.http import AsyncSender, Options, Sender, Settings


class _SiteVariables(NamedTuple):
    """What the environment says of a site."""

    base_url: str
    key: str
    profile: RestProfile


def _found(environ: Mapping[str, str] | None, profile: RestProfile | None) -> _SiteVariables:
    here = Environment.of(environ)
    base_url, key = here.must("BLUECHERRY_URL"), here.must("BLUECHERRY_SUBSCRIPTION_KEY")
    if profile is None:
        profile = RestProfile(our_id=here.must("OUR_ID"), vnd_id=here.must("CGS_ID"))
    here.check()
    return _SiteVariables(base_url, key, profile)


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
        settings: Settings | None = None,
    ) -> Self:
        """Blue Cherry's REST API at `base_url` (without `/api`), by subscription key.

        To bring an httpx client of your own, bring the sender:
        `BlueCherry(RestTransport(Sender(base_url, auth=subscription(key), client=mine)))`.
        Raises `ConfigurationError`.
        """
        profile = profile or RestProfile()
        auth = subscription(subscription_key, profile)
        return cls(RestTransport(Sender(base_url, auth=auth, settings=settings), profile))

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        profile: RestProfile | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """The REST API that environment variables name: those of `environ`, or of this process.

        `BLUECHERRY_URL` and `BLUECHERRY_SUBSCRIPTION_KEY`; and the trading-partner ids `OUR_ID` and `CGS_ID`,
        unless you bring a `profile`, which has its own. Raises one
        `ConfigurationError` that names every variable that is missing or cannot be right, and where its value
        comes from.
        """
        base_url, key, profile = _found(environ, profile)
        return cls.rest(base_url, subscription_key=key, profile=profile, settings=settings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.transport!r})"

    def with_options(self, **options: Unpack[Options]) -> Self:
        """This client with another `timeout`, `max_retries` or `deadline`, for some requests.

        `timeout` is seconds for each step of one request (to connect, each wait for data);
        `deadline` is seconds for one whole call with its retries, waits and token; of a list, each page.
        It shares connections with this one and closes none of them: close this one. Raises `ConfigurationError`
        when the transport makes no HTTP requests.
        """
        return type(self)(adjustable(self.transport).with_options(**options))

    def picks(self, changed_since: dt.datetime | None = None) -> Read[PickTicket]:
        """Open pick tickets, those changed since the mark of an earlier read, or all."""
        return self.transport.picks(changed_since)

    def pick(self, pick_num: str) -> PickTicket | None:
        """The pick ticket with this number, or None when it is not open.

        A transport that cannot ask for one reads them all. Raises `InvalidRecord` when the ticket is unusable.
        """
        return one_pick(self.transport, pick_num)

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

    def shipment_statuses(self, changed_since: dt.datetime | None = None) -> Read[ShipmentStatus]:
        """What became of pick tickets. Raises `ConfigurationError` when the transport reads no reports."""
        return reports(self.transport).shipment_statuses(changed_since)

    def stock_movements(self, changed_since: dt.datetime | None = None) -> Read[StockMovement]:
        """The stock ledger. Raises as `shipment_statuses`."""
        return reports(self.transport).stock_movements(changed_since)

    def periods(self) -> Read[PeriodStatus]:
        """Accounting periods, open and closed. Raises as `shipment_statuses`."""
        return reports(self.transport).periods()

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message under the control number that the ledger keeps for it. Accepted is not posted."""
        return self.transport.send(message, control_number)

    def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
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
        settings: Settings | None = None,
    ) -> Self:
        """As `BlueCherry.rest`, with an `AsyncSender`."""
        profile = profile or RestProfile()
        auth = subscription(subscription_key, profile)
        return cls(AsyncRestTransport(AsyncSender(base_url, auth=auth, settings=settings), profile))

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        profile: RestProfile | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """As `BlueCherry.from_environment`."""
        base_url, key, profile = _found(environ, profile)
        return cls.rest(base_url, subscription_key=key, profile=profile, settings=settings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.transport!r})"

    def with_options(self, **options: Unpack[Options]) -> Self:
        """As `BlueCherry.with_options`."""
        return type(self)(async_adjustable(self.transport).with_options(**options))

    def picks(self, changed_since: dt.datetime | None = None) -> AsyncRead[PickTicket]:
        """Open pick tickets, those changed since the mark of an earlier read, or all."""
        return self.transport.picks(changed_since)

    async def pick(self, pick_num: str) -> PickTicket | None:
        """As `BlueCherry.pick`."""
        return await one_pick_async(self.transport, pick_num)

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

    def shipment_statuses(self, changed_since: dt.datetime | None = None) -> AsyncRead[ShipmentStatus]:
        """What became of pick tickets. Raises `ConfigurationError` when the transport reads no reports."""
        return async_reports(self.transport).shipment_statuses(changed_since)

    def stock_movements(self, changed_since: dt.datetime | None = None) -> AsyncRead[StockMovement]:
        """The stock ledger. Raises as `shipment_statuses`."""
        return async_reports(self.transport).stock_movements(changed_since)

    def periods(self) -> AsyncRead[PeriodStatus]:
        """Accounting periods, open and closed. Raises as `shipment_statuses`."""
        return async_reports(self.transport).periods()

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message under the control number that the ledger keeps for it. Accepted is not posted."""
        return await self.transport.send(message, control_number)

    async def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
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
