"""Blue Cherry over its REST API: the transport for threads and the one for asyncio.

Law of this module: nothing is decided here. What to ask and what an answer means stand in `calls`, when a list
ends in `pager`; the two transports differ only where one of them awaits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Self, TypeVar, Unpack

from pydantic import BaseModel

from clarus_bluecherry.bluecherry import calls
from clarus_bluecherry.bluecherry.messages import (
    Acceptance,
    Carrier,
    DeliveryStatus,
    Location,
    Outbound,
    PickTicket,
    ProductionOrder,
    Style,
)
from clarus_bluecherry.bluecherry.pager import RestPager
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.rest_answers import RestPage
from clarus_bluecherry.bluecherry.transport import AsyncRead, AsyncReading, Read, Reading
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http import AsyncSender, Options, Sender, StaticHeaders
from clarus_bluecherry.http._call import Call

T = TypeVar("T")
R = TypeVar("R", bound=BaseModel)


def subscription(key: str, profile: RestProfile | None = None) -> StaticHeaders:
    """The header that proves the subscription, for a sender. The key is never shown."""
    if not key.strip() or not key.isprintable():
        what = "the subscription key is empty or holds a line break: was it read from the right place?"
        raise ConfigurationError(what, field="subscription_key")
    return StaticHeaders({(profile or RestProfile()).key_header: key})


class RestTransport:
    """The REST API behind a sender whose auth is `subscription(key, profile)`. See `Transport` for the methods.

    A read that repeats a page, or meets a server that pages differently, raises; rows set aside come in between.
    Each read is a `Reading`.
    `close` closes the sender.
    """

    def __init__(self, sender: Sender, profile: RestProfile | None = None) -> None:
        self.profile = profile or RestProfile()
        self.sender = sender

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.sender!r})"

    def with_options(self, **options: Unpack[Options]) -> Self:
        """This transport with another timeout, number of retries or deadline; see `Sender.with_options`."""
        return type(self)(self.sender.with_options(**options), self.profile)

    def picks(self, changed_since: dt.datetime | None = None) -> Read[PickTicket]:
        """Open pick tickets with their lines and addresses."""
        return self._walk(partial(calls.picks, self.profile, changed_since))

    def pick(self, pick_num: str) -> PickTicket | None:
        """One pick ticket, or None when it is not open. Raises `InvalidRecord` when it is unusable."""
        return self.sender.send(calls.pick(self.profile, pick_num))

    def styles(self, changed_since: dt.datetime | None = None) -> Read[Style]:
        """The item master, one record for each detail row of a style."""
        return self._walk(partial(calls.styles, self.profile, changed_since))

    def production_orders(self, changed_since: dt.datetime | None = None) -> Read[ProductionOrder]:
        """Orders to receive at the profile's stage."""
        return self._walk(partial(calls.production_orders, self.profile, changed_since))

    def locations(self) -> Read[Location]:
        """Warehouses, or locations of the profile's type."""
        return self._walk(partial(calls.locations, self.profile))

    def carriers(self) -> Read[Carrier]:
        """Carriers."""
        return self._walk(partial(calls.carriers, self.profile))

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Post one message. It is never repeated by itself after it may have arrived."""
        return self.sender.send(calls.post(self.profile, message, control_number))

    def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message, asked as the profile says; UNKNOWN where the site cannot be asked."""
        call = calls.probe(self.profile, kind, control_number, reference)
        return DeliveryStatus.UNKNOWN if call is None else self.sender.send(call)

    def ping(self) -> str:
        """The API's version."""
        return self.sender.send(calls.ping(self.profile))

    def close(self) -> None:
        """Close the sender."""
        self.sender.close()

    def _walk(self, ask: Callable[[int], Call[RestPage[R]]]) -> Read[R]:
        return Reading(partial(self._pages, RestPager(ask)))

    def _pages(self, pager: RestPager[R], reading: Reading[R]) -> Read[R]:
        while pager.call is not None:
            page = self.sender.send(pager.call)
            reading.served_at = page.served_at
            yield from pager.take(page)


class AsyncRestTransport:
    """`RestTransport` for asyncio."""

    def __init__(self, sender: AsyncSender, profile: RestProfile | None = None) -> None:
        self.profile = profile or RestProfile()
        self.sender = sender

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.sender!r})"

    def with_options(self, **options: Unpack[Options]) -> Self:
        """As `RestTransport.with_options`."""
        return type(self)(self.sender.with_options(**options), self.profile)

    def picks(self, changed_since: dt.datetime | None = None) -> AsyncRead[PickTicket]:
        """Open pick tickets with their lines and addresses."""
        return self._walk(partial(calls.picks, self.profile, changed_since))

    async def pick(self, pick_num: str) -> PickTicket | None:
        """One pick ticket, or None when it is not open. Raises `InvalidRecord` when it is unusable."""
        return await self.sender.send(calls.pick(self.profile, pick_num))

    def styles(self, changed_since: dt.datetime | None = None) -> AsyncRead[Style]:
        """The item master, one record for each detail row of a style."""
        return self._walk(partial(calls.styles, self.profile, changed_since))

    def production_orders(self, changed_since: dt.datetime | None = None) -> AsyncRead[ProductionOrder]:
        """Orders to receive at the profile's stage."""
        return self._walk(partial(calls.production_orders, self.profile, changed_since))

    def locations(self) -> AsyncRead[Location]:
        """Warehouses, or locations of the profile's type."""
        return self._walk(partial(calls.locations, self.profile))

    def carriers(self) -> AsyncRead[Carrier]:
        """Carriers."""
        return self._walk(partial(calls.carriers, self.profile))

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Post one message. It is never repeated by itself after it may have arrived."""
        return await self.sender.send(calls.post(self.profile, message, control_number))

    async def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message, asked as the profile says; UNKNOWN where the site cannot be asked."""
        call = calls.probe(self.profile, kind, control_number, reference)
        return DeliveryStatus.UNKNOWN if call is None else await self.sender.send(call)

    async def ping(self) -> str:
        """The API's version."""
        return await self.sender.send(calls.ping(self.profile))

    async def close(self) -> None:
        """Close the sender."""
        await self.sender.close()

    def _walk(self, ask: Callable[[int], Call[RestPage[R]]]) -> AsyncRead[R]:
        return AsyncReading(partial(self._pages, RestPager(ask)))

    async def _pages(self, pager: RestPager[R], reading: AsyncReading[R]) -> AsyncRead[R]:
        while pager.call is not None:
            page = await self.sender.send(pager.call)
            reading.served_at = page.served_at
            for entry in pager.take(page):
                yield entry
