"""What both systems and the channels said, as availability needs it: Blue Cherry's reading, Clarus's floor, what
moved.

Law of this module: quantities are eaches; a document is what a movement is known by on both sides, and the only
thing by which it is found in a reading. What a source did not say is not there, and never zero.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from decimal import Decimal

from attrs import field, frozen
from attrs.validators import optional as if_given

from clarus_bluecherry.model._values import aware, day, exact, filled, finite, not_negative, one, text


class BookTerm(enum.StrEnum):
    """What a line of Blue Cherry's open to sell is."""

    STOCK = "stock"
    """Received, returned, adjusted, consumed: stock that came or went without an order."""
    INVOICED = "invoiced"
    """Gone for an order."""
    PROMISED = "promised"
    """Open, picked, reserved or demanded: still there, and somebody's."""


@frozen(kw_only=True)
class BookLine:
    """A line of Blue Cherry's open to sell. `qty` is its effect there: an invoice of 3 is -3.

    `document` is what it is about; empty where the source does not tell it, as of a figure of a report or of an
    opening. `what` is the source's word for the line. `entered_at` (aware) is when Blue Cherry was told.
    """

    item: str = field(validator=filled)
    location: str = field(validator=text)
    qty: Decimal = field(converter=exact, validator=finite)
    term: BookTerm = field(validator=one(BookTerm))
    document: str = field(default="", validator=text)
    what: str = field(default="", validator=text)
    entered_at: dt.datetime | None = field(default=None, validator=if_given(aware))


class ReadingTells(enum.StrEnum):
    """By what a reading tells what it has: how far a figure can be trusted."""

    DOCUMENTS = "documents"
    """Each line names its document: nothing is counted twice, and nothing left out."""
    STATUSES = "statuses"
    """Only figures; which documents are in them is known from their postings and pick tickets."""
    NOTHING = "nothing"
    """Only figures: what goes counts until it is surely in them, what comes not before it is."""


@frozen(kw_only=True)
class BookReading:
    """Blue Cherry's open to sell as of its last batch: its own formula, line by line, or its figure.

    `taken_at` (aware) is when Blue Cherry showed it, None where nobody says so; `known_at` when we had it, where
    that was later. `documents` are those that figures without a document include, promised or booked; None:
    nobody can say.
    """

    lines: Sequence[BookLine] = ()
    taken_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    known_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    opened_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    tells: ReadingTells = field(default=ReadingTells.DOCUMENTS, validator=one(ReadingTells))
    documents: frozenset[str] = frozenset()
    source: str = field(default="", validator=text)


@frozen(kw_only=True)
class FloorStock:
    """So much of an item on the warehouse's floor. It is pickable when it can serve an order: allocated and picked
    stock can, as long as it has not left; held stock and stock that was not put away cannot."""

    item: str = field(validator=filled)
    location: str = field(validator=text)
    qty: Decimal = field(converter=exact, validator=finite)
    is_pickable: bool = True
    status: str = field(default="", validator=text)


@frozen(kw_only=True)
class FloorReading:
    """All of Clarus's stock, as it was shown at `taken_at` (aware). An item that it does not list is not there.

    `tells_status` is whether its rows tell what is held; where they do not, the movements say it.
    """

    stock: Sequence[FloorStock] = ()
    tells_status: bool = True
    taken_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    known_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    source: str = field(default="", validator=text)


class MoveKind(enum.StrEnum):
    """What happened to stock."""

    SOLD = "sold"
    """By a channel; less than zero: it was cancelled there."""
    ALLOCATED = "allocated"
    PICKED = "picked"
    DISPATCHED = "dispatched"
    UNDISPATCHED = "undispatched"
    SHORTED = "shorted"
    """Not found when it was to be picked: neither there nor gone, until somebody counts."""
    CANCELLED = "cancelled"
    """Allocated or picked no longer."""
    HELD = "held"
    RELEASED = "released"
    """From a hold."""
    RECEIVED = "received"
    RETURNED = "returned"
    ADJUSTED = "adjusted"
    COUNTED = "counted"
    """The difference that a count found, which may be zero; it answers every short before it."""
    TRANSFERRED = "transferred"
    CONVERTED = "converted"


@frozen(kw_only=True)
class StockMove:
    """Something that happened to an item at a location, in the warehouse or in a channel.

    `move_id` is unique: the same one given again counts once, and what was recorded last is what it is. `qty` is
    how many; of a receipt, return, adjustment, count, transfer and conversion plus is in. `document` is the order,
    receipt, hold or adjustment; without one a move is its own. `occurred_at` and `recorded_at` (aware) are when it
    happened and when its system was told.
    """

    move_id: str = field(validator=filled)
    item: str = field(validator=filled)
    location: str = field(validator=text)
    kind: MoveKind = field(validator=one(MoveKind))
    qty: Decimal = field(converter=exact, validator=finite)
    document: str = field(default="", validator=text)
    occurred_at: dt.datetime = field(validator=aware)
    recorded_at: dt.datetime | None = field(default=None, validator=if_given(aware))
    source: str = field(default="", validator=text, eq=False)


@frozen(kw_only=True)
class IncomingLine:
    """What a line of a purchase or production order should bring. `qty` is what was ordered, `due_on` when it
    comes. The same line given twice counts once: told in two ways, as the lesser and the later one."""

    document: str = field(validator=filled)
    line: str = field(default="", validator=text)
    item: str = field(validator=filled)
    location: str = field(validator=text)
    qty: Decimal = field(converter=exact, validator=not_negative)
    due_on: dt.date = field(validator=day)


@frozen(kw_only=True)
class AvailabilityInput:
    """All that availability looks at. Of readings the newest that was known counts.

    `names` are tellings that several names are one document's (order, pick ticket, invoice). `refused` are items
    of which nothing may be sold, with the reason: a code that is no SKU, a quantity of an unknown unit.
    """

    books: Sequence[BookReading] = ()
    floors: Sequence[FloorReading] = ()
    moves: Sequence[StockMove] = ()
    incoming: Sequence[IncomingLine] = ()
    names: Sequence[Sequence[str]] = ()
    items: frozenset[str] = frozenset()
    """Items that must have a figure, whatever is told of them."""
    refused: tuple[tuple[str, str], ...] = ()
