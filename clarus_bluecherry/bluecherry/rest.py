"""Blue Cherry over its REST API: the transport for threads and the one for asyncio.

Law of this module: nothing is decided here. What to ask and what an answer means stand in `calls`, when a list
ends in `pager`; the two transports differ only where one of them awaits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Self, TypeVar, Unpack

from pydantic import BaseModel

from clarus_bluecherry.bluecherry import calls
from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.bluecherry.messages import Acceptance, DeliveryStatus, Outbound
from clarus_bluecherry.bluecherry.pager import RestPager
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.transport import Delivery
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http import AsyncSender, Options, Sender, StaticHeaders

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

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> Iterator[Delivery[R]]:
        """The records of one kind, page after page. `since` tells only of documents; masters are read whole."""
        return self._pages(RestPager(calls.pages(self.profile, kind, since)))

    def find(self, kind: Kind[R], number: str) -> R | None:
        """One record by its number, or None when it is not open. Raises `InvalidRecord` when it is unusable."""
        return self.sender.send(calls.find(self.profile, kind, number))

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Post one message. It is never repeated by itself after it may have arrived."""
        return self.sender.send(calls.post(self.profile, message, control_number))

    def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message, asked as the profile says; UNKNOWN where the site cannot be asked."""
        call = calls.probe(self.profile, kind, control_number, reference)
        return DeliveryStatus.UNKNOWN if call is None else self.sender.send(call)

    @property
    def most_messages(self) -> int:
        """How many messages of a kind leave in one POST, as the profile says."""
        return self.profile.most_messages

    def send_many(self, told: Sequence[tuple[Outbound, str]]) -> Sequence[Acceptance]:
        """Post several messages of one kind in one array. It is never repeated after it may have arrived."""
        with calls.of_several(self.profile):
            return self.sender.send(calls.post_many(self.profile, told))

    def probe_many(self, kind: str, control_numbers: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """What became of those that a list shows, by control number, asked by range where the profile says so."""
        found: dict[str, DeliveryStatus] = {}
        for call in calls.probe_many(self.profile, kind, control_numbers):
            found |= self.sender.send(call)
        return found

    def ping(self) -> str:
        """The API's version."""
        return self.sender.send(calls.ping(self.profile))

    def close(self) -> None:
        """Close the sender."""
        self.sender.close()

    def _pages(self, pager: RestPager[R]) -> Iterator[Delivery[R]]:
        while pager.call is not None:
            page = self.sender.send(pager.call)
            for entry in pager.take(page):
                yield Delivery(entry=entry, served_at=page.served_at)


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

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> AsyncIterator[Delivery[R]]:
        """As `RestTransport.read`."""
        return self._pages(RestPager(calls.pages(self.profile, kind, since)))

    async def find(self, kind: Kind[R], number: str) -> R | None:
        """As `RestTransport.find`."""
        return await self.sender.send(calls.find(self.profile, kind, number))

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Post one message. It is never repeated by itself after it may have arrived."""
        return await self.sender.send(calls.post(self.profile, message, control_number))

    async def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message, asked as the profile says; UNKNOWN where the site cannot be asked."""
        call = calls.probe(self.profile, kind, control_number, reference)
        return DeliveryStatus.UNKNOWN if call is None else await self.sender.send(call)

    @property
    def most_messages(self) -> int:
        """As `RestTransport.most_messages`."""
        return self.profile.most_messages

    async def send_many(self, told: Sequence[tuple[Outbound, str]]) -> Sequence[Acceptance]:
        """As `RestTransport.send_many`."""
        with calls.of_several(self.profile):
            return await self.sender.send(calls.post_many(self.profile, told))

    async def probe_many(self, kind: str, control_numbers: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """As `RestTransport.probe_many`."""
        found: dict[str, DeliveryStatus] = {}
        for call in calls.probe_many(self.profile, kind, control_numbers):
            found |= await self.sender.send(call)
        return found

    async def ping(self) -> str:
        """The API's version."""
        return await self.sender.send(calls.ping(self.profile))

    async def close(self) -> None:
        """Close the sender."""
        await self.sender.close()

    async def _pages(self, pager: RestPager[R]) -> AsyncIterator[Delivery[R]]:
        while pager.call is not None:
            page = await self.sender.send(pager.call)
            for entry in pager.take(page):
                yield Delivery(entry=entry, served_at=page.served_at)
