"""What a row of the table of routes says: of which kind of fact, what that calls for, and how it is found again.

Law of this module: a row holds data and small functions of one record. Whatever a flow would ask of the type of a
record is a field here, so that the flows look up.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from attrs import frozen
from pydantic import BaseModel

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.names import BLUECHERRY
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.standing import Wait
from clarus_bluecherry.ledger import Fact, Posting
from clarus_bluecherry.model import Item, PurchaseOrder, Record, SalesOrder

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.kinds import Kind
    from clarus_bluecherry.bluecherry.messages import Row
    from clarus_bluecherry.clarus.files import ClarusFiles
    from clarus_bluecherry.clarus.wire import Saved
    from clarus_bluecherry.http._call import Call
    from clarus_bluecherry.mapping import ErpTerms

R = TypeVar("R", bound=Record)
RowT = TypeVar("RowT", bound="Row")
WriterT = TypeVar("WriterT", bound=Callable[..., BaseModel])


class FoundBy(enum.StrEnum):
    """How what was sent is found again at the other side, when nobody knows whether it arrived."""

    CONTENT = "its reference, and its lines by number, product and quantity"
    REFERENCE = "its reference; its lines are in no published list"
    LINE = "its line number in its order, and what that line says"
    FIELDS = "its fields, as the product shows them"
    CONTROL_NUMBER = "its control number"
    NOBODY = "nothing is sent: a person settles it"


@frozen
class Lane(Generic[R]):
    """What facts belong together: of one name in a lane, a later one may be judged by those before it."""

    words: str
    of: Callable[[R], str]


@frozen
class Dated(Generic[R]):
    """Writes the message of a record that enters the books, under an accounting date."""

    write: Callable[[R, dt.date, Site], BaseModel]


@frozen(kw_only=True)
class PostingKind(Generic[R]):
    """One kind of message to `target`: several kinds of facts may call for it.

    `write` makes it of a record, `by_file` does where the warehouse is reached by file; text says in words why
    nothing does. `create` is the call by which the warehouse makes one of what the ledger keeps for a posting.
    """

    name: str
    target: str
    found_by: FoundBy
    write: Callable[[R, Site], BaseModel] | Dated[R] | str
    by_file: Callable[[R, Site, ClarusFiles], BaseModel] | str = "no import file carries one"
    create: Callable[[Posting], Call[Saved]] | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it enters the books, under an accounting date."""
        return isinstance(self.write, Dated)

    @property
    def is_written(self) -> bool:
        """Whether a fact alone says what it is to be."""
        return not isinstance(self.write, str)

    def written(self, record: R, date: dt.date | None, site: Site) -> BaseModel:
        """The message of `record`. Raises `InvalidRecord` or `SkuError` for what is in the way."""
        if isinstance(self.write, Dated):
            assert date is not None, "what enters the books has a date"
            return self.write.write(record, date, site)
        if site.files is not None:
            return _can(self.by_file)(record, site, site.files)
        return _can(self.write)(record, site)


def _can(writes: WriterT | str) -> WriterT:
    if isinstance(writes, str):
        raise InvalidRecord(writes, field="lines")
    return writes


def no_wait(fact: Fact, site: Site) -> Wait | None:
    """Nothing is in the way."""


def nothing(fact: Fact, site: Site) -> None:
    """Nothing is to be remembered."""


@frozen(kw_only=True)
class Route(Generic[R]):
    """The way of one kind of fact: what `source` says as a `record`, and what that calls for.

    `title` is what a person calls one, followed by its `reference`, the name by which the other side will know it;
    `name` says it otherwise. `lane` says with which others it belongs together. `waits` says why one is not to be
    sent now although it could be written, `remembers` keeps in the ledger by what such facts are found together,
    in the transaction that keeps one. `answers` is the kind of posting that an order in the lane was sent as: of
    an order of which Blue Cherry is told nothing, this is not told either.
    """

    source: str
    fact: str
    record: type[R]
    calls_for: PostingKind[R]
    title: str
    reference: Callable[[R], str]
    lane: Lane[R]
    name: Callable[[R], str] | None = None
    answers: str = ""
    waits: Callable[[Fact, Site], Wait | None] = no_wait
    remembers: Callable[[Fact, Site], None] = nothing

    @property
    def posting(self) -> str:
        """The kind of posting that it calls for."""
        return self.calls_for.name

    def named(self, record: R) -> str:
        """What a person calls `record`."""
        return self.name(record) if self.name else f"{self.title} {self.reference(record)}"


# Orders ------------------------------------------------------------------------------------------------------


class OrderTerms(Protocol):
    """What of a site says how its orders are read: all that a route needs of a `Site`."""

    @property
    def erp_zone(self) -> dt.tzinfo:
        """The time zone of Blue Cherry's own dates."""
        ...

    def in_division(self, item: Item, division: str) -> Item:
        """`item` in `division`, where it stands in several."""
        ...

    @property
    def erp_terms(self) -> ErpTerms:
        """Which units of measure mean the each."""
        ...

    @property
    def warehouses(self) -> Mapping[str, str]:
        """Clarus warehouse codes and their Blue Cherry locations."""
        ...

    @property
    def withdrawn_statuses(self) -> frozenset[str]:
        """Words by which Blue Cherry says that a pick ticket is withdrawn, in small letters."""
        ...


def _reference(order: SalesOrder | PurchaseOrder) -> str:
    return order.reference


ITS_ORDER: Lane[Any] = Lane("its order", _reference)


@frozen(kw_only=True)
class OrderRoute(Route[Any], Generic[RowT]):
    """The way of a kind of order from Blue Cherry to the warehouse.

    A record of `kind` becomes the fact. `number` is its reference in both systems, which no other kind of order
    may share. `order` maps it, without lines where it is withdrawn. `place` is the location that it asks something
    of, where that may be no warehouse of this site: then nothing is asked of us. `untold` says why what the
    warehouse does with it is not told to Blue Cherry; empty: it is.
    """

    source: str = BLUECHERRY
    reference: Callable[[Any], str] = _reference
    lane: Lane[Any] = ITS_ORDER
    kind: Kind[RowT]
    number: Callable[[RowT], str]
    order: Callable[[RowT, OrderTerms], SalesOrder | PurchaseOrder]
    place: Callable[[RowT], str] | None = None
    untold: str = ""

    def is_ours(self, row: RowT, site: OrderTerms) -> bool:
        """Whether a record asks something of one of the site's warehouses."""
        return self.place is None or self.place(row) in site.warehouses.values()
