"""The way to Blue Cherry, whichever it is: REST, X12 documents or files.

Law of this module: a transport is five methods that name no kind of message. A flow that is written against them
does not know how its messages travel, and a new kind breaks no transport that does not know it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, Unpack, runtime_checkable

from attrs import field, frozen
from pydantic import BaseModel

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.kinds import Kind
    from clarus_bluecherry.bluecherry.messages import Acceptance, DeliveryStatus, Outbound
    from clarus_bluecherry.http._settings import Options

R = TypeVar("R", bound=BaseModel)
R_co = TypeVar("R_co", bound=BaseModel, covariant=True)

Read = Iterator[R | InvalidRecord]
"""Records as they come; one that breaks a rule comes as the error that names it, and reading goes on."""
AsyncRead = AsyncIterator[R | InvalidRecord]


class NotCarried(ConfigurationError):
    """A kind of message that a transport does not carry, or that this site has not set up."""

    action = "Leave the kind out of `kinds` in the site file, or take a transport that carries it."


@frozen
class Settlement:
    """What became of something that was delivered: it is durably kept, or was refused for a reason.

    The reason may reach the other side: put no personal data in it.
    """

    refused: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether it was not refused."""
        return not self.refused


KEPT = Settlement()


def _needs_no_word(settlement: Settlement) -> None:
    """Where nobody waits for an answer."""


@frozen(kw_only=True)
class Delivery(Generic[R_co]):
    """One record as a transport hands it over, or the problem that stands in its place.

    Say what became of it with `settle` once it is durably kept, or refused: only then is it acknowledged, and its
    file archived. What is never settled is delivered again.

    `mark` is where to read from next time, once this and all before it are kept, where the source counts by a time
    that its records do not show (files: when each was stored). None: the records' own change times are the mark.
    `served_at` is the source's own time when it gave this, None where it does not tell.
    """

    entry: R_co | InvalidRecord
    mark: dt.datetime | None = None
    served_at: dt.datetime | None = None
    settle: Callable[[Settlement], None] = field(default=_needs_no_word, repr=False, eq=False)


class Transport(Protocol):
    """A way to Blue Cherry.

    `read` gives what of a kind changed since, and somewhat earlier changes again: a reader recognises those by key
    and `last_mod`. Without `since` it gives all. `since` is an aware instant of the source's own time: the
    greatest change time that earlier reads showed, or a delivery's `mark`. A kind that it does not carry raises
    `NotCarried`.

    `send` takes the control number the ledger keeps for the message, and returns when the other side has taken the
    message into its interface, which is not yet its books. `probe` says what became of it: `kind` is the message's
    own, `reference` is for transports that cannot ask by control number; several documents of one message raise
    `PostedTwice` with their numbers. `ping` returns a word about what answered. All raise the errors of
    `clarus_bluecherry.errors`.
    """

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> Iterator[Delivery[R]]:
        """The records of one kind."""
        ...

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message."""
        ...

    def probe(self, kind: str, control_number: str, reference: str) -> DeliveryStatus:
        """What became of a message."""
        ...

    def ping(self) -> str:
        """Whether the way is open."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""


class AsyncTransport(Protocol):
    """`Transport` for asyncio."""

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> AsyncIterator[Delivery[R]]:
        """The records of one kind."""
        ...

    async def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Send one message."""
        ...

    async def probe(self, kind: str, control_number: str, reference: str) -> DeliveryStatus:
        """What became of a message."""
        ...

    async def ping(self) -> str:
        """Whether the way is open."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""


_METHODS = ("read", "send", "probe", "ping", "close")


def transport_like(given: object) -> None:
    """Raise `ConfigurationError`, with what to do, for something that is no transport of today's shape."""
    missing = [name for name in _METHODS if not callable(getattr(given, name, None))]
    if missing:
        raise ConfigurationError(
            f"{type(given).__name__} is no transport: it has no {', '.join(missing)}",
            field="bluecherry.transport",
            action="Replace its methods for single kinds (picks, styles, …) by one read(kind, since) that yields "
            "a Delivery for each record and raises NotCarried for a kind it does not know.",
        )


# What only some can ------------------------------------------------------------------------------------------


@runtime_checkable
class Adjustable(Protocol):
    """What a transport can do that sends over HTTP: send some requests with other patience."""

    def with_options(self, **options: Unpack[Options]) -> Transport:
        """This transport with another timeout, number of retries or deadline."""
        ...


@runtime_checkable
class AsyncAdjustable(Protocol):
    """`Adjustable` for asyncio."""

    def with_options(self, **options: Unpack[Options]) -> AsyncTransport:
        """This transport with another timeout, number of retries or deadline."""
        ...


def adjustable(transport: Transport) -> Adjustable:
    """`transport` as one that sends over HTTP. Raises `ConfigurationError` when it does not."""
    if isinstance(transport, Adjustable):
        return transport
    raise _not_http(transport)


def async_adjustable(transport: AsyncTransport) -> AsyncAdjustable:
    """As `adjustable`."""
    if isinstance(transport, AsyncAdjustable):
        return transport
    raise _not_http(transport)


def _not_http(transport: Transport | AsyncTransport) -> ConfigurationError:
    return ConfigurationError(
        f"{type(transport).__name__} makes no HTTP requests: it has no timeout, retries or deadline to set",
        field="bluecherry.transport",
    )


@runtime_checkable
class AsksMany(Protocol):
    """What some transports can do: ask about many messages at once."""

    def probe_many(self, kind: str, control_numbers: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """What became of those that a list shows, by control number. Of the others it says nothing."""
        ...


@runtime_checkable
class AsyncAsksMany(Protocol):
    """`AsksMany` for asyncio."""

    async def probe_many(self, kind: str, control_numbers: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """What became of those that a list shows, by control number. Of the others it says nothing."""
        ...


@runtime_checkable
class SendsMany(Protocol):
    """What some transports can do: send `most_messages` of one kind together.

    `send_many` takes each with its control number, and says how each was accepted, in their order. What it raises
    concerns all of them: that nothing has happened, with `retry` pointless or safe, or that nobody knows what.
    """

    @property
    def most_messages(self) -> int:
        """How many at most."""
        ...

    def send_many(self, told: Sequence[tuple[Outbound, str]]) -> Sequence[Acceptance]:
        """Send them together."""
        ...


@runtime_checkable
class AsyncSendsMany(Protocol):
    """`SendsMany` for asyncio."""

    @property
    def most_messages(self) -> int:
        """How many at most."""
        ...

    async def send_many(self, told: Sequence[tuple[Outbound, str]]) -> Sequence[Acceptance]:
        """Send them together."""
        ...


def one_at_a_time(transport: Transport | AsyncTransport) -> ConfigurationError:
    """The error for a transport that is to send several together, and cannot."""
    what = f"{type(transport).__name__} sends one message at a time"
    return ConfigurationError(what, field="bluecherry.transport")


@runtime_checkable
class FindsOne(Protocol):
    """What some transports can be asked: for one record by its number."""

    def find(self, kind: Kind[R], number: str) -> R | None:
        """The record, or None when it is not open."""
        ...


@runtime_checkable
class AsyncFindsOne(Protocol):
    """`FindsOne` for asyncio."""

    async def find(self, kind: Kind[R], number: str) -> R | None:
        """The record, or None when it is not open."""
        ...


def find_one(transport: Transport, kind: Kind[R], number: str) -> R | None:
    """The record of this number, or None when it is not open: asked for, or found among all.

    Raises `InvalidRecord` when it is unusable.
    """
    if isinstance(transport, FindsOne):
        return transport.find(kind, number)
    return _last((each.entry for each in transport.read(kind)), kind, number)


async def find_one_async(transport: AsyncTransport, kind: Kind[R], number: str) -> R | None:
    """As `find_one`."""
    if isinstance(transport, AsyncFindsOne):
        return await transport.find(kind, number)
    return _last([each.entry async for each in transport.read(kind)], kind, number)


def _last(found: Iterable[R | InvalidRecord], kind: Kind[R], number: str) -> R | None:
    """The last word on a record: files tell several versions, the newest last."""
    word: R | InvalidRecord | None = None
    for entry in found:
        if isinstance(entry, InvalidRecord):
            word = entry if entry.record == f"{kind.title} {number}" else word
        elif kind.number_of(entry) == number:
            word = entry
    if isinstance(word, InvalidRecord):
        raise word
    return word
