"""A create that is safe to repeat, though Clarus knows no idempotency key and takes the same order twice.

Law of this module: nothing is sent that was not looked for before, and nothing is sent again that was not looked
for again. What decides is `Creation`, without I/O: it says what to do next and is told what came of it; the sync
and the async face only do it.

A record is known by what its own create says: an order and a receipt by reference and account, a product, a
customer and a supplier by code. Codes are described as unique; that a second record with the same reference is
refused is not published. Contents are not compared: a record that is there is taken for the one that was meant.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from attrs import frozen

from clarus_bluecherry.clarus._filters import any_of
from clarus_bluecherry.clarus._graphql import Listing
from clarus_bluecherry.clarus._reading.answers import Saved
from clarus_bluecherry.clarus._reading.node import Node
from clarus_bluecherry.clarus._rooms import calls
from clarus_bluecherry.errors import (
    ConfigurationError,
    Conflict,
    InvalidRecord,
    OutcomeUnknown,
    PostedTwice,
    Retry,
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
    WireError,
)
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._client import AsyncClarus, Clarus

__all__ = ["AsyncSafeCreate", "Creation", "Identity", "Look", "Made", "Pause", "SafeCreate", "Send", "listing_of"]

PAUSES = (2.0, 10.0)
"""Seconds to wait after each failure whose outcome is unknown, before looking: a slow create may still land. How
slow one can be is not published (confidence low). A record is sent at most once per pause."""

Key = tuple[str, str, str]
"""What a record is known by: its kind, its account's id (empty where codes are unique), its reference or code."""

_KNOWN_BY: Mapping[str, tuple[str, bool]] = {
    "goods_outs": ("reference", True),
    "goods_in_receipts": ("reference", True),
    "products": ("code", False),
    "customers": ("code", False),
    "suppliers": ("code", False),
}
"""Kind → the field it is known by, and whether the account belongs to its name."""

_AMBIGUOUS = (OutcomeUnknown, ServerFailed, UnreadableAnswer)
_REFUSED = (Conflict, Unprocessable)


@frozen
class Made:
    """A record that is in Clarus now. `found`: it was not this call's answer that told, but a look."""

    id: str
    found: bool


# What to do next ---------------------------------------------------------------------------------------------


@frozen
class Look:
    """Read `listing` whole, and tell the rows."""

    listing: Listing[Any]


@frozen
class Send:
    """Send `call`, and tell what was saved."""

    call: Call[Saved]


@frozen
class Pause:
    """Wait for `seconds`, and tell None."""

    seconds: float


Step = Look | Send | Pause
Outcome = list[Node] | Saved | None


@frozen
class Identity:
    """By what the record of a create can be found again."""

    record: str
    kind: str
    name: str
    account: str

    @classmethod
    def of(cls, call: Call[Saved]) -> Identity:
        """From a create's own body. Raises `InvalidRecord` for another call, or one without reference or code.

        >>> Identity.of(calls.products.create(code="A-1", description="Dress", stock_unit_type_id=1))
        Identity(record='product A-1', kind='products', name='A-1', account='')
        """
        data = call.json.get("data") if isinstance(call.json, dict) and call.method == "POST" else None
        kind = data.get("type") if isinstance(data, dict) else None
        attributes = data.get("attributes") if isinstance(data, dict) else None
        if not isinstance(kind, str) or kind not in _KNOWN_BY or not isinstance(attributes, dict):
            raise InvalidRecord(f"{call.name} creates nothing that can be looked up", record=call.record)
        field, by_account = _KNOWN_BY[kind]
        name, account = attributes.get(field), attributes.get("account_id") if by_account else ""
        if not isinstance(name, str) or not name:
            raise InvalidRecord("without it the record cannot be found again", record=call.record, field=field)
        return cls(call.record, kind, name, str(account))

    @property
    def key(self) -> Key:
        """The same for every create of the same record."""
        return self.kind, self.account, self.name

    @property
    def listing(self) -> Listing[Any]:
        """The list that holds the record, if it is there."""
        field, by_account = _KNOWN_BY[self.kind]
        account = {"account_id": self.account} if by_account else {}
        listing: Listing[Any] = getattr(calls, self.kind).list(**{field: self.name}, **account)
        return listing

    def only(self, nodes: Iterable[Node]) -> str:
        """The id of the one row that is meant, to the letter, or nothing. Raises `PostedTwice` for several."""
        ids = [str(getattr(node, "id", "")) for node in nodes if self._fits(node)]
        if len(ids) > 1:
            what = f"{len(ids)} records of this kind are in Clarus: ids {', '.join(ids)}"
            field = _KNOWN_BY[self.kind][0]
            raise PostedTwice(what, documents=tuple(ids), record=self.record, field=field)
        return "".join(ids)

    def _fits(self, node: Node) -> bool:
        account = getattr(node, "account", None)
        same_account = not (self.account and account and account.id) or account.id == self.account
        return getattr(node, _KNOWN_BY[self.kind][0], None) == self.name and same_account


def listing_of(identities: Iterable[Identity]) -> Listing[Any]:
    """The list that holds all records of `identities`, of one kind and account, that are there."""
    wanted = list(identities)
    field, by_account = _KNOWN_BY[wanted[0].kind]
    account = {"account_id": wanted[0].account} if by_account else {}
    names = any_of([each.name for each in wanted])
    listing: Listing[Any] = getattr(calls, wanted[0].kind).list(**{field: names}, **account)
    return listing


class Creation:
    """One safe create under way. Do `step` and tell what came of it, until it is None: then `made` is there.

    Raises what the last attempt raised when the record is still not there, `PostedTwice` when it is there twice.
    """

    def __init__(self, call: Call[Saved], pauses: tuple[float, ...] = PAUSES) -> None:
        self.made: Made | None = None
        self._plan = _plan(call, Identity.of(call), pauses)
        self.step: Step | None = next(self._plan)

    def told(self, outcome: Outcome) -> None:
        """The step was done, with this outcome."""
        self._on(lambda: self._plan.send(outcome))

    def failed(self, error: WireError) -> None:
        """The step raised `error`."""
        self._on(lambda: self._plan.throw(error))

    def _on(self, resume: Callable[[], Step]) -> None:
        try:
            self.step = resume()
        except StopIteration as end:
            self.step, self.made = None, end.value


_Plan = Generator[Step, Outcome, Made]


def _plan(call: Call[Saved], wanted: Identity, pauses: tuple[float, ...]) -> _Plan:
    found, doubt = (yield from _looked(wanted)), None
    for pause in pauses or (None,):
        if found:
            break
        try:
            saved = yield Send(call)
        except _REFUSED as refusal:
            # Perhaps because it is there: somebody was quicker, or an earlier attempt landed late.
            found = yield from _looked(wanted, instead=refusal)
            if not found:
                raise
        except _AMBIGUOUS as error:
            if pause is None or error.retry is Retry.POINTLESS:
                raise
            doubt = error
            yield Pause(pause)
            found = yield from _looked(wanted, instead=error)
        else:
            assert isinstance(saved, Saved)
            return Made(saved.id, found=False)
    if not found:
        assert doubt is not None
        raise doubt
    return Made(found, found=True)


def _looked(wanted: Identity, *, instead: WireError | None = None) -> Generator[Step, Outcome, str]:
    """The id of the record, or an empty text. When the look fails, the error that made it necessary stands."""
    try:
        nodes = yield Look(wanted.listing)
    except WireError as error:
        if instead is None:
            raise
        raise instead from error
    assert isinstance(nodes, list)
    return wanted.only(nodes)


# Faces -------------------------------------------------------------------------------------------------------


def _checked(pauses: Iterable[float]) -> tuple[float, ...]:
    checked = tuple(pauses)
    if not all(pause >= 0 for pause in checked):
        raise ConfigurationError("a pause is not negative", record="SafeCreate", field="pauses")
    return checked


class SafeCreate:
    """Creates that may be repeated, over one client; may be shared by threads.

    `memory` keeps the ids of what was made or found, and answers for them without a request: bring a mapping that
    lasts, to remember over a restart; take a key out of it when a record was deleted. Two threads that create the
    same record at once make one. `sleep` is for tests.
    """

    def __init__(
        self,
        clarus: Clarus,
        *,
        pauses: Iterable[float] = PAUSES,
        memory: MutableMapping[Key, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clarus = clarus
        self._pauses = _checked(pauses)
        self._memory = {} if memory is None else memory
        self._sleep = sleep
        self._guard = threading.Lock()
        self._turns: WeakValueDictionary[Key, threading.Lock] = WeakValueDictionary()

    def create(self, call: Call[Saved]) -> Made:
        """Make sure that the record of `call` (`calls.goods_outs.create(...)`) is there once, and say its id.

        Looks first. After a failure whose outcome is unknown it waits and looks before it sends again, as often as
        there are pauses; without pauses it sends once, and raises such a failure at once. Raises the last failure
        when the record is still not there, `PostedTwice` naming the ids when there are several, `InvalidRecord`
        for a call that creates nothing it can look up.
        """
        key = Identity.of(call).key
        with self._turn(key):
            if key in self._memory:
                return Made(self._memory[key], found=True)
            creation = Creation(call, self._pauses)
            while (step := creation.step) is not None:
                try:
                    outcome = self._done(step)
                except WireError as error:
                    creation.failed(error)
                else:
                    creation.told(outcome)
            assert creation.made is not None
            self._memory[key] = creation.made.id
            return creation.made

    def _turn(self, key: Key) -> threading.Lock:
        with self._guard:
            return self._turns.setdefault(key, threading.Lock())

    def _done(self, step: Step) -> Outcome:
        match step:
            case Look(listing):
                return self._clarus.all(listing)
            case Send(call):
                return self._clarus.send(call)
            case Pause(seconds):
                self._sleep(seconds)
                return None


class AsyncSafeCreate:
    """`SafeCreate` for asyncio: the same settings and names; may be shared by the tasks of one event loop.

    A task that is cancelled while it sends leaves an unknown outcome: wait before the record is created again.
    """

    def __init__(
        self,
        clarus: AsyncClarus,
        *,
        pauses: Iterable[float] = PAUSES,
        memory: MutableMapping[Key, str] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clarus = clarus
        self._pauses = _checked(pauses)
        self._memory = {} if memory is None else memory
        self._sleep = sleep
        self._turns: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def create(self, call: Call[Saved]) -> Made:
        """Make sure that the record of `call` is there once, and say its id: see `SafeCreate.create`."""
        key = Identity.of(call).key
        async with self._turns.setdefault(key, asyncio.Lock()):
            if key in self._memory:
                return Made(self._memory[key], found=True)
            creation = Creation(call, self._pauses)
            while (step := creation.step) is not None:
                try:
                    outcome = await self._done(step)
                except WireError as error:
                    creation.failed(error)
                else:
                    creation.told(outcome)
            assert creation.made is not None
            self._memory[key] = creation.made.id
            return creation.made

    async def _done(self, step: Step) -> Outcome:
        match step:
            case Look(listing):
                return await self._clarus.all(listing)
            case Send(call):
                return await self._clarus.send(call)
            case Pause(seconds):
                await self._sleep(seconds)
                return None
