"""What the warehouse has moved and the books do not show yet, read from the ledger.

Law of this module: every open posting to the ERP that will change its stock is in flight, whatever keeps it:
pending, sent, in doubt, refused or parked. A movement counts in the direction in which it will change the book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from clarus_bluecherry.finance.reconcile import Cause, InFlight
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.states import OPEN
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    Item,
    Receipt,
    Record,
    ReturnToStock,
    Undispatch,
    UnmatchedCode,
)

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

ERP = "bluecherry"
"""The target of postings that change the books."""
SKU_REASONS = frozenset({Reason.UNKNOWN_SKU, Reason.AMBIGUOUS_SKU})
"""Reason codes of postings that wait for their SKU."""

SkuOf = Callable[[str], Item]
"""The crosswalk as it is now: product code → SKU, or the code again."""


@frozen
class BookChange:
    """How one posting will change the book of one item at one location."""

    item: Item
    location: str
    quantity: Decimal


def book_changes(record: Record, *, sku_of: SkuOf = UnmatchedCode) -> tuple[BookChange, ...]:
    """How `record` changes book stock: dispatched units leave (and come back with a dispatch
    that is undone), received, returned and found ones come.

    Orders, products and holds change nothing. Codes that were unmatched when the record was read are looked up
    with `sku_of`.

    >>> from clarus_bluecherry.model import Sku
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> lost = Adjustment(id="77", occurred_at=noon, location="WH1", item=Sku("01234"), quantity="-2")
    >>> [change.quantity for change in book_changes(lost)]
    [Decimal('-2')]
    """
    match record:
        case Dispatch() | Undispatch():
            sign = -1 if isinstance(record, Dispatch) else 1
            return tuple(
                BookChange(_tied(line.item, sku_of), record.location, sign * line.shipped)
                for line in record.lines
                if line.shipped
            )
        case Receipt() | Adjustment() | ReturnToStock():
            return (BookChange(_tied(record.item, sku_of), record.location, record.quantity),)
        case _:
            return ()


def _tied(item: Item, sku_of: SkuOf) -> Item:
    return sku_of(item.code) if isinstance(item, UnmatchedCode) else item


def changes_of(posting: Posting, record: Record, *, sku_of: SkuOf = UnmatchedCode) -> tuple[BookChange, ...]:
    """How `posting` will change the books: as its record says; a reversal takes that back, for each too many."""
    changes = book_changes(record, sku_of=sku_of)
    too_many = posting.detail.get("reverse")
    if posting.reason_code != Reason.POSTED_TWICE or not isinstance(too_many, list | tuple):
        return changes
    return tuple(evolve(each, quantity=-each.quantity * len(too_many)) for each in changes)


def cause_of(posting: Posting, record: Record) -> Cause:
    """Why the books do not show `record` yet, by where its posting stands."""
    if posting.state is State.PARKED and posting.reason_code in SKU_REASONS:
        return Cause.UNMAPPED_SKU
    if isinstance(record, Undispatch):
        return Cause.DISPATCH_UNDONE
    if posting.state is State.ACCEPTED and isinstance(record, Dispatch):
        return Cause.SHIPPED_NOT_INVOICED
    return Cause.NOT_YET_POSTED


def in_flight_of(pairs: Iterable[tuple[Posting, Record]], *, sku_of: SkuOf = UnmatchedCode) -> list[InFlight]:
    """The movements in flight among postings to the ERP, each with the record it stands for."""
    return [
        InFlight(
            item=change.item,
            location=change.location,
            quantity=change.quantity,
            cause=cause_of(posting, record),
            posting_key=posting.key,
            accounting_date=posting.accounting_date,
        )
        for posting, record in pairs
        if posting.target == ERP and posting.state in OPEN
        for change in changes_of(posting, record, sku_of=sku_of)
    ]


def in_flight(
    ledger: Ledger, *, as_of: dt.datetime | None = None, sku_of: SkuOf = UnmatchedCode
) -> list[InFlight]:
    """Every movement that `ledger` knows and the books do not show yet.

    `as_of` is the instant of the stock it will be compared with: later movements are left out. `sku_of` is the
    crosswalk the physical stock was read with, so that a code tied since is the same SKU in both.
    """
    pairs = [
        (posting, fact.record)
        for posting, fact in ledger.open_postings(target=ERP)
        if as_of is None or posting.occurred_at <= as_of
    ]
    return in_flight_of(pairs, sku_of=sku_of)
