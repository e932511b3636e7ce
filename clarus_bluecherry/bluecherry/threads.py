"""Any transport, for asyncio: each call runs in a thread.

Law of this module: it adds nothing. A transport that has its own asynchronous form is better used as that.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import TypeVar

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
from clarus_bluecherry.bluecherry.transport import AsyncRead, Read, Transport, one_pick, reports

R = TypeVar("R")


class ThreadedTransport:
    """`transport` for asyncio. A read is made whole in a thread before its first record is given."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport!r})"

    def picks(self, changed_since: dt.datetime | None = None) -> AsyncRead[PickTicket]:
        """See `Transport`."""
        return _read(lambda: self._transport.picks(changed_since))

    async def pick(self, pick_num: str) -> PickTicket | None:
        """See `one_pick`."""
        return await asyncio.to_thread(one_pick, self._transport, pick_num)

    def styles(self, changed_since: dt.datetime | None = None) -> AsyncRead[Style]:
        """See `Transport`."""
        return _read(lambda: self._transport.styles(changed_since))

    def production_orders(self, changed_since: dt.datetime | None = None) -> AsyncRead[ProductionOrder]:
        """See `Transport`."""
        return _read(lambda: self._transport.production_orders(changed_since))

    def locations(self) -> AsyncRead[Location]:
        """See `Transport`."""
        return _read(self._transport.locations)

    def carriers(self) -> AsyncRead[Carrier]:
        """See `Transport`."""
        return _read(self._transport.carriers)

    def shipment_statuses(self, changed_since: dt.datetime | None = None) -> AsyncRead[ShipmentStatus]:
        """See `Reports`."""
        return _read(lambda: reports(self._transport).shipment_statuses(changed_since))

    def stock_movements(self, changed_since: dt.datetime | None = None) -> AsyncRead[StockMovement]:
        """See `Reports`."""
        return _read(lambda: reports(self._transport).stock_movements(changed_since))

    def periods(self) -> AsyncRead[PeriodStatus]:
        """See `Reports`."""
        return _read(lambda: reports(self._transport).periods())

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """See `Transport`."""
        return await asyncio.to_thread(self._transport.send, message, control_number)

    async def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """See `Transport`."""
        return await asyncio.to_thread(self._transport.probe, kind, control_number, reference)

    async def ping(self) -> str:
        """See `Transport`."""
        return await asyncio.to_thread(self._transport.ping)

    async def close(self) -> None:
        """See `Transport`."""
        await asyncio.to_thread(self._transport.close)


async def _read(open_read: Callable[[], Read[R]]) -> AsyncRead[R]:
    for record in await asyncio.to_thread(lambda: list(open_read())):
        yield record
