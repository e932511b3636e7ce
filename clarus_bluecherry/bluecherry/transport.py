"""The way to Blue Cherry, whichever it is: REST, X12 documents or files.

Law of this module: one small Protocol that every transport implements, in the words of `messages`, and one more
for what only some can read. A flow that is written against them does not know how its messages travel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar, Unpack, runtime_checkable

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
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.http._settings import Options

T = TypeVar("T")

Read = Iterator[T | InvalidRecord]
"""Records as they come; one that breaks a rule comes as the error that names it, and reading goes on."""
AsyncRead = AsyncIterator[T | InvalidRecord]


class _Clock:
    """What a read learns of the source's own time while it goes.

    `served_at` is the source's own time at its latest answer, None where it does not tell. `read_to`, once the
    read has ended, is the mark to read from next time where the source counts by a time that its records do not
    show (files: when each was stored); None where the records' own change times are the mark.
    """

    served_at: dt.datetime | None = None
    read_to: dt.datetime | None = None


class Reading(_Clock, Generic[T]):
    """A `Read` that knows the source's own time. A transport that has one gives this; any other iterator will do.

    `begin` is given the reading itself, so that it can note the time as it goes.
    """

    def __init__(self, begin: Callable[[Reading[T]], Read[T]]) -> None:
        self._records = begin(self)

    def __iter__(self) -> Iterator[T | InvalidRecord]:
        return self

    def __next__(self) -> T | InvalidRecord:
        return next(self._records)


class AsyncReading(_Clock, Generic[T]):
    """`Reading` for asyncio."""

    def __init__(self, begin: Callable[[AsyncReading[T]], AsyncRead[T]]) -> None:
        self._records = begin(self)

    def __aiter__(self) -> AsyncIterator[T | InvalidRecord]:
        return self

    async def __anext__(self) -> T | InvalidRecord:
        return await anext(self._records)


class Transport(Protocol):
    """A way to Blue Cherry.

    Reads with `changed_since` give what changed since, and somewhat earlier changes again: a reader recognises
    those by key and `last_mod`. Without it they give all. `changed_since` is an aware instant of the source's own
    time: the greatest change time that earlier reads showed, or a `Reading`'s `read_to`.

    `send` takes the control number the ledger keeps for the message, and returns when the other side has taken the
    message into its interface, which is not yet its books. `probe` says what became of it: `kind` is the message's
    own, `reference` is for transports that cannot ask by control number. `ping` returns a word about what
    answered. All raise the errors of `clarus_bluecherry.errors`.
    """

    def picks(self, changed_since: dt.datetime | None = None) -> Read[PickTicket]:
        """Open pick tickets."""

    def styles(self, changed_since: dt.datetime | None = None) -> Read[Style]:
        """The item master."""

    def production_orders(self, changed_since: dt.datetime | None = None) -> Read[ProductionOrder]:
        """Orders to receive."""

    def locations(self) -> Read[Location]:
        """Places stock can be."""

    def carriers(self) -> Read[Carrier]:
        """Carriers."""

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message."""

    def probe(self, kind: str, control_number: str, reference: str) -> DeliveryStatus:
        """What became of a message."""

    def ping(self) -> str:
        """Whether the way is open."""

    def close(self) -> None:
        """Let go of connections and files."""


@runtime_checkable
class Adjustable(Protocol):
    """What a transport can do that sends over HTTP: send some requests with other patience."""

    def with_options(self, **options: Unpack[Options]) -> Transport:
        """This transport with another timeout, number of retries or deadline."""


def adjustable(transport: Transport) -> Adjustable:
    """`transport` as one that sends over HTTP. Raises `ConfigurationError` when it does not."""
    if isinstance(transport, Adjustable):
        return transport
    raise _not_http(transport)


def _not_http(transport: Transport | AsyncTransport) -> ConfigurationError:
    return ConfigurationError(
        f"{type(transport).__name__} makes no HTTP requests: it has no timeout, retries or deadline to set",
        field="bluecherry.transport",
    )


@runtime_checkable
class Reports(Protocol):
    """What some transports read besides: no public REST endpoint and no X12 set gives it, an extract can.

    Reads are as those of `Transport`. A report that this site has not set up raises `ConfigurationError`.
    """

    def shipment_statuses(self, changed_since: dt.datetime | None = None) -> Read[ShipmentStatus]:
        """What became of pick tickets."""

    def stock_movements(self, changed_since: dt.datetime | None = None) -> Read[StockMovement]:
        """The stock ledger."""

    def periods(self) -> Read[PeriodStatus]:
        """Accounting periods, open and closed."""


def reports(transport: Transport) -> Reports:
    """`transport` as a reader of reports. Raises `ConfigurationError` when it can read none."""
    if isinstance(transport, Reports):
        return transport
    raise _reads_none(transport)


def _reads_none(transport: Transport | AsyncTransport) -> ConfigurationError:
    return ConfigurationError(
        f"{type(transport).__name__} reads no shipment statuses, stock movements or periods",
        field="bluecherry.transport",
        action="Read them from files, or write a transport that does.",
    )


@runtime_checkable
class OnePick(Protocol):
    """What some transports can be asked: for one pick ticket by its number."""

    def pick(self, pick_num: str) -> PickTicket | None:
        """The ticket, or None when it is not open."""


def one_pick(transport: Transport, pick_num: str) -> PickTicket | None:
    """The pick ticket with this number, or None when it is not open: asked for, or found among all.

    Raises `InvalidRecord` when it is unusable.
    """
    if isinstance(transport, OnePick):
        return transport.pick(pick_num)
    return _last([*transport.picks()], pick_num)


def _last(found: Iterable[PickTicket | InvalidRecord], pick_num: str) -> PickTicket | None:
    """The last word on a ticket: files tell several versions, the newest last."""
    word: PickTicket | InvalidRecord | None = None
    for entry in found:
        if isinstance(entry, InvalidRecord):
            word = entry if entry.record == f"pick ticket {pick_num}" else word
        elif entry.pick_num == pick_num:
            word = entry
    if isinstance(word, InvalidRecord):
        raise word
    return word


class AsyncTransport(Protocol):
    """`Transport` for asyncio."""

    def picks(self, changed_since: dt.datetime | None = None) -> AsyncRead[PickTicket]:
        """Open pick tickets."""

    def styles(self, changed_since: dt.datetime | None = None) -> AsyncRead[Style]:
        """The item master."""

    def production_orders(self, changed_since: dt.datetime | None = None) -> AsyncRead[ProductionOrder]:
        """Orders to receive."""

    def locations(self) -> AsyncRead[Location]:
        """Places stock can be."""

    def carriers(self) -> AsyncRead[Carrier]:
        """Carriers."""

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message."""

    async def probe(self, kind: str, control_number: str, reference: str) -> DeliveryStatus:
        """What became of a message."""

    async def ping(self) -> str:
        """Whether the way is open."""

    async def close(self) -> None:
        """Let go of connections and files."""


@runtime_checkable
class AsyncAdjustable(Protocol):
    """`Adjustable` for asyncio."""

    def with_options(self, **options: Unpack[Options]) -> AsyncTransport:
        """This transport with another timeout, number of retries or deadline."""


def async_adjustable(transport: AsyncTransport) -> AsyncAdjustable:
    """As `adjustable`."""
    if isinstance(transport, AsyncAdjustable):
        return transport
    raise _not_http(transport)


@runtime_checkable
class AsyncReports(Protocol):
    """`Reports` for asyncio."""

    def shipment_statuses(self, changed_since: dt.datetime | None = None) -> AsyncRead[ShipmentStatus]:
        """What became of pick tickets."""

    def stock_movements(self, changed_since: dt.datetime | None = None) -> AsyncRead[StockMovement]:
        """The stock ledger."""

    def periods(self) -> AsyncRead[PeriodStatus]:
        """Accounting periods, open and closed."""


def async_reports(transport: AsyncTransport) -> AsyncReports:
    """`transport` as a reader of reports. Raises `ConfigurationError` when it can read none."""
    if isinstance(transport, AsyncReports):
        return transport
    raise _reads_none(transport)


@runtime_checkable
class AsyncOnePick(Protocol):
    """`OnePick` for asyncio."""

    async def pick(self, pick_num: str) -> PickTicket | None:
        """The ticket, or None when it is not open."""


async def one_pick_async(transport: AsyncTransport, pick_num: str) -> PickTicket | None:
    """As `one_pick`."""
    if isinstance(transport, AsyncOnePick):
        return await transport.pick(pick_num)
    return _last([entry async for entry in transport.picks()], pick_num)
