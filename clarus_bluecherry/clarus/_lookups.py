"""Codes to ids: REST names every record by id only, people and ERPs by code.

Law of this module: codes are compared exactly, whatever the server does with case; a code that fits no record, or
more than one, is an error that names it, never a guess. However many callers miss the same code at once, one query
is sent. `IdCache` decides without I/O; `Ids` and `AsyncIds` only fetch.
"""

from __future__ import annotations

import asyncio
import copy
import threading
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, Generic, Literal, Protocol, Self, TypeVar

from attrs import frozen

from clarus_bluecherry.clarus._filters import any_of
from clarus_bluecherry.clarus._graphql import Listing, UnreadRow
from clarus_bluecherry.clarus._ids import several
from clarus_bluecherry.clarus._paging import Told
from clarus_bluecherry.clarus._rooms import calls
from clarus_bluecherry.clarus.wire import CarrierServiceNode, CodedNode, LocationNode, Node
from clarus_bluecherry.errors import (
    ClarusBluecherryError,
    CodeNotFound,
    InvalidRecord,
    NotSent,
    UnreadRows,
)

N = TypeVar("N", bound=Node)
R = TypeVar("R", covariant=True)

Kind = Literal[
    "account",
    "warehouse",
    "product",
    "carrier",
    "carrier_service",
    "order_type",
    "reason_code",
    "customer",
    "supplier",
    "stock_unit_type",
    "storage_unit_type",
    "alternative_code_type",
    "location",
]
"""What can be looked up by its code."""

Found = tuple[str, ...]
"""The ids that a code has: none, one, or several when it is ambiguous."""

_WITHIN: Mapping[Kind, str] = {
    "carrier_service": "carrier_code",
    "product": "account_id",
    "location": "warehouse_code",
}
_BATCH = 100


def _list(kind: Kind) -> Callable[..., Listing[Any]]:
    """The list of this kind. Only what is looked up is loaded."""
    found: Callable[..., Listing[Any]] = getattr(calls, f"{kind}s").list
    return found


@frozen
class Wanted:
    """A code whose id is wanted.

    `within` narrows it: a service's carrier code, a product's account id, a location's warehouse code.
    """

    kind: Kind
    code: str
    within: str = ""

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.code}"

    @property
    def listing(self) -> Listing[Any]:
        """The list that answers it."""
        within = {_WITHIN[self.kind]: self.within} if self.within else {}
        return _list(self.kind)(code=self.code, **within)

    def fits(self, node: CodedNode) -> bool:
        """Whether `node` is meant, to the letter."""
        if node.code != self.code:
            return False
        owner = _owner(node)
        return not (self.within and owner and owner != self.within)

    def hidden(self, error: UnreadRows) -> InvalidRecord:
        """The error when the answer holds a record that cannot be read: it may be the one that is wanted."""
        what = f"a record that may have the code {self.code!r} cannot be read: {error.what}"
        return InvalidRecord(what, record=str(self), field="code", action="Correct the record in Clarus.")

    def only(self, found: Found, name_of: Callable[[Kind, str], str]) -> str:
        """The one id. `name_of` says what a person calls a record of a kind by its id.

        Raises `CodeNotFound` naming kind, code and account when there is none, `InvalidRecord` when there are
        several.
        """
        if len(found) == 1:
            return found[0]
        kind = self.kind.replace("_", " ")
        if found:
            raise InvalidRecord(
                f"{len(found)} records of this kind have the code {self.code!r}",
                record=str(self),
                field="code",
                action="Make the code unique in Clarus, or narrow the lookup.",
            )
        raise CodeNotFound(
            f"Clarus has no {kind} with the code {self.code!r}{self._where(name_of)}",
            record=str(self),
            field="code",
            action=f"Create the {kind} in Clarus, or correct the code; it is asked for again in a while.",
        )

    def _where(self, name_of: Callable[[Kind, str], str]) -> str:
        """Where it was looked for."""
        if self.kind == "product":
            return f" for the account {name_of('account', self.within)}" if self.within else " for any account"
        return f" for the {_WITHIN[self.kind].removesuffix('_code')} {self.within}" if self.within else ""


class IdCache:
    """What is known about codes. Ids are kept for `keep` seconds; that a code is unknown, for `keep_absent`."""

    def __init__(
        self, *, keep: float = 3600.0, keep_absent: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keep = keep
        self._keep_absent = keep_absent
        self._clock = clock
        self._known: dict[Wanted, tuple[Found, float]] = {}

    def known(self, wanted: Wanted) -> Found | None:
        """What `wanted` has, or None when it must be asked for."""
        found, until = self._known.get(wanted, ((), 0.0))
        return found if self._clock() < until else None

    def learn(self, wanted: Wanted, nodes: Iterable[CodedNode]) -> Found:
        """Keep what an answer says about `wanted`."""
        found = tuple(node.id for node in nodes if wanted.fits(node))
        self._known[wanted] = found, self._clock() + (self._keep if found else self._keep_absent)
        return found

    def learn_all(self, kind: Kind, asked: Iterable[str], nodes: Iterable[CodedNode]) -> None:
        """Keep what an answer says about several codes: those that were `asked` for, and those that came."""
        by_code: defaultdict[Wanted, list[CodedNode]] = defaultdict(list)
        for code in asked:
            by_code[Wanted(kind, code)] = []
        for node in nodes:
            by_code[Wanted(kind, node.code)].append(node)
            if owner := _owner(node):
                by_code[Wanted(kind, node.code, owner)].append(node)
        for wanted, own in by_code.items():
            self.learn(wanted, own)

    def name_of(self, kind: Kind, id_: str) -> str:
        """What a person calls the record of `kind` with this id: its code too, where that was looked up."""
        for wanted, (found, _) in [*self._known.items()]:
            if wanted.kind == kind and id_ in found:
                return f"{wanted.code} (id {id_})"
        return f"with the id {id_}"

    def forget(self) -> None:
        """Forget everything."""
        self._known.clear()


def _owner(node: CodedNode) -> str:
    """The code of the record that a code belongs to, where the list shows it."""
    match node:
        case CarrierServiceNode(carrier=owner) | LocationNode(warehouse=owner):
            return (owner.code if owner else None) or ""
        case _:
            return ""


def _bulk(kind: Kind, codes: Iterable[str] | None) -> Iterator[tuple[tuple[str, ...], Listing[Any]]]:
    """The lists to read for `codes`, or the one whole list, each with the codes it answers."""
    if codes is None:
        yield (), _list(kind)()
        return
    distinct = tuple(dict.fromkeys(several(codes, "codes")))
    for start in range(0, len(distinct), _BATCH):
        batch = distinct[start : start + _BATCH]
        yield batch, _list(kind)(code=any_of(batch))


def _settled(asked: tuple[str, ...], odd: Collection[UnreadRow]) -> tuple[str, ...]:
    """The codes that an answer is known to be complete for. What cannot be read may have any of them."""
    return () if odd else asked


class _ByCode(ABC, Generic[R]):
    """The lookups by name. Each gives the id, as text, of the one record with the code.

    All raise `CodeNotFound` when Clarus has no such record, `InvalidRecord` when it has more than one, or one that
    cannot be read.
    """

    def account(self, code: str) -> R:
        """A stock owner's id."""
        return self._id(Wanted("account", code))

    def warehouse(self, code: str) -> R:
        """A warehouse's id."""
        return self._id(Wanted("warehouse", code))

    def product(self, code: str, *, account_id: str = "") -> R:
        """A product's id; `account_id` narrows it where two owners use the same code."""
        return self._id(Wanted("product", code, account_id))

    def carrier(self, code: str) -> R:
        """A carrier's id."""
        return self._id(Wanted("carrier", code))

    def carrier_service(self, code: str, *, carrier: str = "") -> R:
        """A carrier service's id; `carrier` is its carrier's code, where two carriers use the same code."""
        return self._id(Wanted("carrier_service", code, carrier))

    def order_type(self, code: str) -> R:
        """An order type's id."""
        return self._id(Wanted("order_type", code))

    def reason_code(self, code: str) -> R:
        """A reason code's id."""
        return self._id(Wanted("reason_code", code))

    def customer(self, code: str) -> R:
        """A recipient's id."""
        return self._id(Wanted("customer", code))

    def supplier(self, code: str) -> R:
        """A supplier's id."""
        return self._id(Wanted("supplier", code))

    def stock_unit_type(self, code: str) -> R:
        """A stock unit type's id."""
        return self._id(Wanted("stock_unit_type", code))

    def storage_unit_type(self, code: str) -> R:
        """A storage unit type's id."""
        return self._id(Wanted("storage_unit_type", code))

    def alternative_code_type(self, code: str) -> R:
        """An alternative code type's id."""
        return self._id(Wanted("alternative_code_type", code))

    def location(self, code: str, *, warehouse: str = "") -> R:
        """A location's id; `warehouse` is its warehouse's code, where two warehouses use the same code."""
        return self._id(Wanted("location", code, warehouse))

    @abstractmethod
    def _id(self, wanted: Wanted) -> R: ...


class Reader(Protocol):
    """Reads a whole list."""

    def __call__(self, listing: Listing[N], /, *, unread: Told | None = None) -> list[N]:
        """All rows. Those that cannot be read go to `unread`; without it `UnreadRows` is raised."""


class AsyncReader(Protocol):
    """Reads a whole list."""

    def __call__(self, listing: Listing[N], /, *, unread: Told | None = None) -> Awaitable[list[N]]:
        """All rows. Those that cannot be read go to `unread`; without it `UnreadRows` is raised."""


class Ids(_ByCode[str]):
    """Ids by code, for threads."""

    def __init__(self, read: Reader, cache: IdCache) -> None:
        self._read = read
        self._cache = cache
        self._lock = threading.Lock()
        self._flights: dict[Wanted, Future[Found]] = {}

    def read_by(self, read: Reader) -> Self:
        """The same ids, read by another client when they are not known."""
        return type(self)(read, self._cache)

    def prime(self, kind: Kind, codes: Iterable[str] | None = None) -> None:
        """Read many codes at once: those given, 100 per query, or the whole list.

        A row that cannot be read is left out: whoever wants its code is told.
        """
        for asked, listing in _bulk(kind, codes):
            odd: list[UnreadRow] = []
            nodes = self._read(listing, unread=odd.append)
            self._cache.learn_all(kind, _settled(asked, odd), nodes)

    def forget(self) -> None:
        """Ask for everything again."""
        self._cache.forget()

    def _id(self, wanted: Wanted) -> str:
        return wanted.only(self._found(wanted), self._cache.name_of)

    def _found(self, wanted: Wanted) -> Found:
        with self._lock:
            found = self._cache.known(wanted)
            if found is not None:
                return found
            joined = self._flights.get(wanted)
            flight = joined or self._flights.setdefault(wanted, Future())
        return self._lead(wanted, flight) if joined is None else _landed(joined)

    def _lead(self, wanted: Wanted, flight: Future[Found]) -> Found:
        try:
            found = self._cache.learn(wanted, self._nodes(wanted))
        except BaseException as error:
            self._land(wanted)
            interrupted = NotSent("the lookup was interrupted", record=str(wanted))
            flight.set_exception(error if isinstance(error, Exception) else interrupted)
            raise
        self._land(wanted)
        flight.set_result(found)
        return found

    def _nodes(self, wanted: Wanted) -> list[Any]:
        try:
            return self._read(wanted.listing)
        except UnreadRows as error:
            raise wanted.hidden(error) from error

    def _land(self, wanted: Wanted) -> None:
        with self._lock:
            del self._flights[wanted]


def _landed(flight: Future[Found]) -> Found:
    try:
        return flight.result()
    except ClarusBluecherryError as error:
        raise copy.copy(error) from error


class AsyncIds(_ByCode[Awaitable[str]]):
    """Ids by code, for the tasks of one event loop."""

    def __init__(self, read: AsyncReader, cache: IdCache) -> None:
        self._read = read
        self._cache = cache
        self._flights: dict[Wanted, asyncio.Task[Found]] = {}

    def read_by(self, read: AsyncReader) -> Self:
        """The same ids, read by another client when they are not known."""
        return type(self)(read, self._cache)

    async def prime(self, kind: Kind, codes: Iterable[str] | None = None) -> None:
        """Read many codes at once: those given, 100 per query, or the whole list.

        A row that cannot be read is left out: whoever wants its code is told.
        """
        for asked, listing in _bulk(kind, codes):
            odd: list[UnreadRow] = []
            nodes = await self._read(listing, unread=odd.append)
            self._cache.learn_all(kind, _settled(asked, odd), nodes)

    def forget(self) -> None:
        """Ask for everything again."""
        self._cache.forget()

    async def _id(self, wanted: Wanted) -> str:
        found = self._cache.known(wanted)
        return wanted.only(await self._asked(wanted) if found is None else found, self._cache.name_of)

    async def _asked(self, wanted: Wanted) -> Found:
        """Join the query that is under way, or begin one; a cancelled caller leaves it to the others."""
        flight = self._flights.get(wanted)
        if flight is None:
            flight = self._flights[wanted] = asyncio.create_task(self._lead(wanted))
            flight.add_done_callback(_seen)
        try:
            return await asyncio.shield(flight)
        except ClarusBluecherryError as error:
            raise copy.copy(error) from error

    async def _lead(self, wanted: Wanted) -> Found:
        try:
            return self._cache.learn(wanted, await self._read(wanted.listing))
        except UnreadRows as error:
            raise wanted.hidden(error) from error
        finally:
            del self._flights[wanted]


def _seen(flight: asyncio.Task[Found]) -> None:
    """Look at the error even when every waiter has gone, or asyncio complains that nobody did."""
    if not flight.cancelled():
        flight.exception()
