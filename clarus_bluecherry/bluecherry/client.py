"""Blue Cherry for callers: one object over whichever transport a site has.

Law of this module: it adds nothing to a transport but a place to begin and a context manager. Sync and async have
the same names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self, TypeVar, Unpack

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.bluecherry.kinds.carrier import CARRIER
from clarus_bluecherry.bluecherry.kinds.location import LOCATION
from clarus_bluecherry.bluecherry.kinds.period_status import PERIOD_STATUS
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.shipment_status import SHIPMENT_STATUS
from clarus_bluecherry.bluecherry.kinds.stock_movement import STOCK_MOVEMENT
from clarus_bluecherry.bluecherry.kinds.style import STYLE
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
    AsksMany,
    AsyncAsksMany,
    AsyncRead,
    AsyncSendsMany,
    AsyncTransport,
    Delivery,
    Read,
    SendsMany,
    Transport,
    adjustable,
    async_adjustable,
    find_one,
    find_one_async,
    one_at_a_time,
    transport_like,
)
from clarus_bluecherry.environment import Environment
from clarus_bluecherry.http import AsyncSender, Options, Sender, Settings

R = TypeVar("R", bound=BaseModel)


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
        transport_like(transport)
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

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> Iterator[Delivery[R]]:
        """What Blue Cherry tells of one kind of message, each record as a delivery: settle it once it is kept.

        `since` (aware) is the mark of an earlier read; without it all are given. Raises `NotCarried` for a kind
        that the transport does not carry.

        >>> from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
        >>> from clarus_bluecherry.bluecherry.transport import KEPT
        >>> def keep_all(erp: BlueCherry) -> None:
        ...     for delivery in erp.read(PICK_TICKET):
        ...         print(delivery.entry)
        ...         delivery.settle(KEPT)
        """
        return self.transport.read(kind, since)

    def records(self, kind: Kind[R], since: dt.datetime | None = None) -> Read[R]:
        """The records of one kind, to be looked at: nothing is settled, so that no file counts as taken."""
        return (delivery.entry for delivery in self.read(kind, since))

    def find(self, kind: Kind[R], number: str) -> R | None:
        """The record of this number, or None when it is not open.

        A transport that cannot ask for one reads them all. Raises `InvalidRecord` when the record is unusable.
        """
        return find_one(self.transport, kind, number)

    def pick(self, pick_num: str) -> PickTicket | None:
        """The pick ticket with this number, as `find` gives it."""
        return self.find(PICK_TICKET, pick_num)

    def picks(self, since: dt.datetime | None = None) -> Read[PickTicket]:
        """Open pick tickets, as `records` gives them."""
        return self.records(PICK_TICKET, since)

    def styles(self, since: dt.datetime | None = None) -> Read[Style]:
        """The item master, as `records` gives it."""
        return self.records(STYLE, since)

    def production_orders(self, since: dt.datetime | None = None) -> Read[ProductionOrder]:
        """Orders to receive, as `records` gives them."""
        return self.records(PRODUCTION_ORDER, since)

    def locations(self) -> Read[Location]:
        """Warehouses."""
        return self.records(LOCATION)

    def carriers(self) -> Read[Carrier]:
        """Carriers."""
        return self.records(CARRIER)

    def shipment_statuses(self, since: dt.datetime | None = None) -> Read[ShipmentStatus]:
        """What became of pick tickets, where an extract tells it."""
        return self.records(SHIPMENT_STATUS, since)

    def stock_movements(self, since: dt.datetime | None = None) -> Read[StockMovement]:
        """The stock ledger, where an extract tells it."""
        return self.records(STOCK_MOVEMENT, since)

    def periods(self) -> Read[PeriodStatus]:
        """Accounting periods, open and closed, where a file tells them."""
        return self.records(PERIOD_STATUS)

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message under the control number that the ledger keeps for it. Accepted is not posted."""
        return self.transport.send(message, control_number)

    def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message."""
        return self.transport.probe(kind, control_number, reference)

    @property
    def most_messages(self) -> int:
        """How many messages of one kind leave together over this transport: see `send_many`."""
        return self.transport.most_messages if isinstance(self.transport, SendsMany) else 1

    def send_many(self, told: Sequence[tuple[Outbound, str]]) -> Sequence[Acceptance]:
        """Send messages of one kind, each with its control number, in one request; how each was accepted.

        What it raises concerns all of them. Raises `ConfigurationError` for a transport that cannot.
        """
        if not isinstance(self.transport, SendsMany):
            raise one_at_a_time(self.transport)
        return self.transport.send_many(told)

    def probe_many(self, kind: str, control_numbers: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """What became of those messages that a list shows, by control number. Ask about the others alone."""
        if not isinstance(self.transport, AsksMany):
            return {}
        return self.transport.probe_many(kind, control_numbers)

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
        transport_like(transport)
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

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> AsyncIterator[Delivery[R]]:
        """As `BlueCherry.read`."""
        return self.transport.read(kind, since)

    def records(self, kind: Kind[R], since: dt.datetime | None = None) -> AsyncRead[R]:
        """As `BlueCherry.records`."""
        return (delivery.entry async for delivery in self.read(kind, since))

    async def find(self, kind: Kind[R], number: str) -> R | None:
        """As `BlueCherry.find`."""
        return await find_one_async(self.transport, kind, number)

    async def pick(self, pick_num: str) -> PickTicket | None:
        """As `BlueCherry.pick`."""
        return await self.find(PICK_TICKET, pick_num)

    def picks(self, since: dt.datetime | None = None) -> AsyncRead[PickTicket]:
        """Open pick tickets, as `records` gives them."""
        return self.records(PICK_TICKET, since)

    def styles(self, since: dt.datetime | None = None) -> AsyncRead[Style]:
        """The item master, as `records` gives it."""
        return self.records(STYLE, since)

    def production_orders(self, since: dt.datetime | None = None) -> AsyncRead[ProductionOrder]:
        """Orders to receive, as `records` gives them."""
        return self.records(PRODUCTION_ORDER, since)

    def locations(self) -> AsyncRead[Location]:
        """Warehouses."""
        return self.records(LOCATION)

    def carriers(self) -> AsyncRead[Carrier]:
        """Carriers."""
        return self.records(CARRIER)

    def shipment_statuses(self, since: dt.datetime | None = None) -> AsyncRead[ShipmentStatus]:
        """What became of pick tickets, where an extract tells it."""
        return self.records(SHIPMENT_STATUS, since)

    def stock_movements(self, since: dt.datetime | None = None) -> AsyncRead[StockMovement]:
        """The stock ledger, where an extract tells it."""
        return self.records(STOCK_MOVEMENT, since)

    def periods(self) -> AsyncRead[PeriodStatus]:
        """Accounting periods, open and closed, where a file tells them."""
        return self.records(PERIOD_STATUS)

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message under the control number that the ledger keeps for it. Accepted is not posted."""
        return await self.transport.send(message, control_number)

    async def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message."""
        return await self.transport.probe(kind, control_number, reference)

    @property
    def most_messages(self) -> int:
        """As `BlueCherry.most_messages`."""
        return self.transport.most_messages if isinstance(self.transport, AsyncSendsMany) else 1

    async def send_many(self, told: Sequence[tuple[Outbound, str]]) -> Sequence[Acceptance]:
        """As `BlueCherry.send_many`."""
        if not isinstance(self.transport, AsyncSendsMany):
            raise one_at_a_time(self.transport)
        return await self.transport.send_many(told)

    async def probe_many(self, kind: str, control_numbers: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """As `BlueCherry.probe_many`."""
        if not isinstance(self.transport, AsyncAsksMany):
            return {}
        return await self.transport.probe_many(kind, control_numbers)

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
