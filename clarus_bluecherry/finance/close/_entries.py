"""What both systems wrote down, as one shape: entries, readings, items, places, costs, postings.

Law of this module: an entry is one line of one system's own books, in eaches, plus is in; whatever zone, sign,
unit or code its source used was settled before it was made. It is never changed: a correction is another entry.
What a source did not say is None, never zero and never today.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen
from attrs.validators import optional as if_given

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._values import aware, day, exact, filled, finite, one, positive, text

NONE = Decimal(0)
"""No units: what a sum begins with."""


class EntrySide(enum.StrEnum):
    """Whose books an entry stands in."""

    PHYSICAL = "physical"
    """Clarus: what moved in the warehouse."""
    BOOK = "book"
    """Blue Cherry: what its stock ledger says."""


class Moved(enum.StrEnum):
    """What an entry is: the class of a movement."""

    OPENING = "opening"
    RECEIVED = "received"
    RETURNED = "returned"
    ADJUSTED = "adjusted"
    COUNTED = "counted"
    DISPATCHED = "dispatched"
    UNDISPATCHED = "undispatched"
    TRANSFERRED = "transferred"
    """To another warehouse."""
    REOWNED = "account_transferred"
    """To or from another account: it stays where it lies."""
    CONVERTED = "converted"
    """A pack opened, or made."""
    HELD = "held"
    """Changes the status, and no quantity: here so that what the books made of it is matched."""
    REVALUED = "revalued"

    __hash__ = str.__hash__


ORDERS = frozenset({Moved.DISPATCHED, Moved.UNDISPATCHED})
"""What an order's document is about."""

Place = tuple[str, str]
"""An item at a location: what a variance is of."""


class LocationKind(enum.StrEnum):
    """What a location of the books is."""

    WAREHOUSE = "warehouse"
    IN_TRANSIT = "in_transit"
    FOREIGN = "foreign"
    """A building that Clarus does not run."""
    PSEUDO = "pseudo"
    """No place at all: POE, FOB, or nothing."""


class ItemState(enum.StrEnum):
    """Whether a code is one SKU."""

    KNOWN = "known"
    UNMAPPED = "unmapped_sku"
    CONFLICTING = "conflicting_sku"


@frozen(kw_only=True)
class StockItem:
    """A SKU, or the code that is none. `factors` are the eaches that some unit of it is said to be; `parts` are
    the eaches of each component, where it is a pack."""

    item: str = field(validator=filled)
    division: str = field(default="", validator=text)
    state: ItemState = field(default=ItemState.KNOWN, validator=one(ItemState))
    factors: frozenset[Decimal] = frozenset()
    parts: Mapping[str, Decimal] = field(factory=dict)


@frozen(kw_only=True)
class StockLocation:
    """A location of the books. `zone` is an IANA name, where its day is not the books' own."""

    location: str = field(validator=text)
    kind: LocationKind = field(default=LocationKind.WAREHOUSE, converter=LocationKind)
    zone: str = field(default="", validator=text)


@frozen(kw_only=True)
class StockEntry:
    """One line of one system's books.

    `entry_id` is unique in its side: the same entry given twice counts once. `qty` is in eaches, plus is in; it
    was told as so many `unit` of `factor` eaches. `document` and `line` are what the movement is known by in its
    own system. `occurred_at` (aware) and `own_date` (its day in the zone of its place) are when it happened,
    `booked_date` is the day under which the books have it; `recorded_at` and `entered_at` (aware) are when its
    system was told. `value` is what the books say that it is worth, signed as `qty`. `source` and `row` say where
    it was read.
    """

    entry_id: str = field(validator=filled)
    side: EntrySide = field(validator=one(EntrySide))
    item: str = field(validator=filled)
    location: str = field(validator=text)
    qty: Decimal = field(converter=exact, validator=finite)
    moved: Moved = field(validator=one(Moved))
    document: str = field(default="", validator=text)
    line: str = field(default="", validator=text)
    occurred_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    own_date: dt.date | None = field(default=None, validator=if_given(day))
    booked_date: dt.date | None = field(default=None, validator=if_given(day))
    entered_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    recorded_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    unit: str = field(default="", validator=text)
    factor: Decimal = field(default=Decimal(1), converter=exact, validator=positive)
    value: Decimal | None = None
    currency: str = field(default="", validator=text)
    source: str = field(default="", validator=text, eq=False)
    row: str = field(default="", validator=text, eq=False)

    def __attrs_post_init__(self) -> None:
        missing = "own_date" if self.side is EntrySide.PHYSICAL else "booked_date"
        if getattr(self, missing) is None:
            what = "the day is missing, and a missing day is none"
            raise InvalidRecord(what, record=f"{self.side} entry {self.entry_id}", field=missing)

    @property
    def place(self) -> Place:
        """The item and the location."""
        return self.item, self.location

    @property
    def is_physical(self) -> bool:
        """Whether the warehouse says so."""
        return self.side is EntrySide.PHYSICAL


@frozen(kw_only=True)
class Position:
    """How much of an item a reading found at a location, in eaches."""

    item: str = field(validator=filled)
    location: str = field(validator=text)
    qty: Decimal = field(converter=exact, validator=finite)


@frozen
class ReadingRun:
    """The run in which both sides were read: its `number`, and between which instants (aware) they were taken."""

    number: str = field(validator=filled)
    first_taken: dt.datetime = field(validator=aware)
    last_taken: dt.datetime = field(validator=aware)


@frozen(kw_only=True)
class Reading:
    """Stock as one system showed it, with its evidence.

    An opening says what the books held at the end of `as_of` (a day). Any other reading says what there was at
    `taken_at` (aware, the source's own clock). `rows`, `total` and `digest` (SHA-256 of the file) are what was
    read; `parameters` what it was asked with. `run` is the run of which it is a part, where one read both sides.
    """

    side: EntrySide = field(validator=one(EntrySide))
    positions: tuple[Position, ...] = ()
    source: str = field(default="", validator=text)
    taken_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    as_of: dt.date | None = field(default=None, validator=if_given(day))
    rows: int = 0
    total: Decimal = NONE
    digest: str = field(default="", validator=text)
    parameters: Mapping[str, str] = field(factory=dict)
    run: ReadingRun | None = None

    @property
    def is_opening(self) -> bool:
        """Whether it is what the books began with."""
        return self.as_of is not None


@frozen(kw_only=True)
class CostRow:
    """What one each of an item costs from a day on; everywhere, where `location` is empty.

    `rate` is how much of the books' currency one unit of `currency` is, where somebody says so; `entered_at` is
    when the cost was known.
    """

    item: str = field(validator=filled)
    location: str = field(default="", validator=text)
    effective_from: dt.date | None = None
    basis: str = field(default="", validator=text)
    amount: Decimal = field(converter=exact, validator=finite)
    currency: str = field(default="", validator=text)
    rate: Decimal | None = None
    entered_at: dt.datetime | None = None


@frozen(kw_only=True)
class PostingStep:
    """What a posting was from an instant on. `document` is what it tells of; `names` are what else it is known by,
    on either side (its control number). `state` is the ledger's word. `settled_with` is the document of the books
    with which it was settled by hand: a decision of somebody, which counts from its instant on.
    """

    document: str = field(validator=filled)
    state: str = field(validator=filled)
    names: tuple[str, ...] = ()
    moved: Moved | None = None
    item: str = ""
    location: str = ""
    qty: Decimal | None = None
    said_at: dt.datetime | None = None
    asked_date: dt.date | None = None
    number: int = 0
    settled_with: str = ""


@frozen(kw_only=True)
class OrderVersion:
    """One word about a line of an order: how many of it were ordered, and at what price.

    `names` are all that the order is called by. `is_edit` where the source says that it was changed after its
    release; a second `version` says so too.
    """

    names: tuple[str, ...]
    version: str = ""
    item: str = ""
    line: str = ""
    qty: Decimal | None = None
    price: Decimal | None = None
    is_edit: bool = False
    known_at: dt.datetime | None = None


@frozen(kw_only=True)
class ExpectedLine:
    """A line of a purchase or production order: what it should bring. `names` are what its receipts call it."""

    names: tuple[str, ...]
    line: str = ""
    item: str = ""
    location: str = ""
    qty: Decimal | None = None
    is_closed: bool = False


@frozen(kw_only=True)
class CreditMemo:
    """A credit for what came back; one that is only expected has no `memo`. `names` are its return or order."""

    memo: str = ""
    names: tuple[str, ...] = ()
    item: str = ""
    qty: Decimal | None = None
    price: Decimal | None = None
    credited_on: dt.date | None = None
    known_at: dt.datetime | None = None


@frozen(kw_only=True)
class OpenItem:
    """A difference that an earlier close left open, by its document; `qty` is physical less book."""

    document: str = field(validator=filled)
    item: str = field(validator=filled)
    location: str = field(validator=text)
    qty: Decimal = field(converter=exact, validator=finite)
    moved: Moved = Moved.OPENING


@frozen
class LeftOut:
    """What is counted and never compared: rows of one side, and their units where they tell any."""

    what: str
    side: EntrySide
    location: str = ""
    rows: int = 0
    units: Decimal = NONE


@frozen
class Trouble:
    """Something on somebody's list: what kind, about what, and by how much where that can be said."""

    kind: str
    what: str
    item: str = ""
    location: str = ""
    document: str = ""
    units: Decimal | None = None
    value: Decimal | None = None
