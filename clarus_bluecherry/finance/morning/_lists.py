"""Lists of a morning that neither the close nor the exceptions have: codes that halt, what is oversold,
orders edited after their release.

Law of this module: a list says what is so, by what was read already; it asks nobody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from attrs import define, field, frozen

from clarus_bluecherry.finance.availability import SellableStock
from clarus_bluecherry.finance.drift import DriftAspect, OrderDrift
from clarus_bluecherry.finance.exceptions import ExceptionTerms
from clarus_bluecherry.finance.in_flight import SKU_REASONS, book_changes
from clarus_bluecherry.finance.morning._told import worth
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.model import Item, Money, Record, SalesOrder, Sku, UnmatchedCode

_NONE = Decimal(0)

# Halted ------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class HaltedCode:
    """A code that is tied to no SKU or to several, and what waits for it: so many messages, of so many eaches."""

    code: str
    messages: int
    units: Decimal
    oldest: dt.datetime
    candidates: tuple[str, ...]
    documents: tuple[str, ...]


@define
class _Halt:
    keys: set[str] = field(factory=set)
    units: Decimal = _NONE
    since: list[dt.datetime] = field(factory=list)
    candidates: dict[str, None] = field(factory=dict)
    documents: dict[str, None] = field(factory=dict)


def halted_codes(pairs: Iterable[tuple[Posting, Record]], terms: ExceptionTerms) -> tuple[HaltedCode, ...]:
    """The codes that keep messages from being written, the one with the most units first."""
    halts: defaultdict[str, _Halt] = defaultdict(_Halt)
    for posting, record in pairs:
        if posting.state is State.PARKED and posting.reason_code in SKU_REASONS:
            for code, units in _codes(record, terms):
                halt = halts[code]
                halt.keys.add(posting.key)
                halt.units += abs(units)
                halt.since.append(posting.occurred_at)
                halt.candidates |= dict.fromkeys(_candidates(posting))
                halt.documents[posting.record_name or posting.key] = None
    found = (
        HaltedCode(
            code=code,
            messages=len(halt.keys),
            units=halt.units,
            oldest=min(halt.since),
            candidates=tuple(halt.candidates),
            documents=tuple(halt.documents),
        )
        for code, halt in halts.items()
    )
    return tuple(sorted(found, key=lambda each: (-each.units, each.code)))


def _codes(record: Record, terms: ExceptionTerms) -> Iterator[tuple[str, Decimal]]:
    """What of a record is no SKU; all of it, where each is one that the warehouse does not have."""
    lines: list[tuple[Item, Decimal]] = (
        [(line.item, line.quantity) for line in record.lines]
        if isinstance(record, SalesOrder)
        else [(change.item, change.quantity) for change in book_changes(record, sku_of=terms.sku_of)]
    )
    unmatched = [each for each in lines if isinstance(each[0], UnmatchedCode)]
    for item, units in unmatched or lines:
        yield str(item) if isinstance(item, Sku) else item.code, units


def _candidates(posting: Posting) -> tuple[str, ...]:
    told = posting.detail.get("candidates")
    return tuple(map(str, told)) if isinstance(told, list | tuple) else ()


# Oversold ----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Oversold:
    """An item of which more is promised than there is, by so many eaches; `value` is that at cost.

    `open` is Blue Cherry's own open to sell brought up to now, `free` what the floor has beyond all open orders;
    the one that lacks more counts. None is what nobody told.
    """

    item: str
    units: Decimal
    value: Money | None
    open: Decimal | None
    free: Decimal | None


def oversold(
    stock: SellableStock,
    cost_of: Callable[[str], Money | None],
    *,
    on_floor: Mapping[str, Decimal] | None = None,
    promised: Mapping[str, Decimal] = MappingProxyType({}),
) -> tuple[Oversold, ...]:
    """The items that are oversold, the largest value first; those without a cost before, for they may be larger.

    `stock` is of one channel that sells everywhere: what lacks does not depend on who sells. `promised` are the
    eaches of open orders that have not left, by item, `on_floor` those that can be picked; None where no stock was
    read.
    """
    figures = {figure.item: figure for figure in stock.figures}
    found = []
    for item in {*figures, *promised}:
        free = None if on_floor is None else on_floor.get(item, _NONE) - promised.get(item, _NONE)
        told = figures.get(item)
        free = _least(free, told.free) if told else free
        lacks = _least(free, told.open) if told else free
        if lacks is not None and lacks < 0:
            is_open = told.open if told else None
            value = worth(-lacks, cost_of(item))
            found.append(Oversold(item=item, units=-lacks, value=value, open=is_open, free=free))
    return tuple(sorted(found, key=_largest_first))


def _least(*numbers: Decimal | None) -> Decimal | None:
    return min((each for each in numbers if each is not None), default=None)


def _largest_first(each: Oversold) -> tuple[bool, Decimal, Decimal, str]:
    value = Decimal(0) if each.value is None else -each.value.amount
    return each.value is not None, value, -each.units, each.item


# Edited ------------------------------------------------------------------------------------------------------

_MADE_THERE = frozenset({DriftAspect.SHORT, DriftAspect.OVER_PICK, DriftAspect.SUBSTITUTION})
"""What the warehouse made otherwise: nobody edited that."""


@frozen(kw_only=True)
class EditedOrder:
    """An order that Blue Cherry changed after the warehouse had it: what of it, and by how much its invoice
    will be off (plus is too much invoiced). None is what the warehouse does not say, or what has no price or
    cost.
    """

    reference: str
    status: str
    what: tuple[str, ...]
    action: str
    units: Decimal | None
    revenue: Money | None
    cost: Money | None
    refused: str


def edited_orders(orders: Iterable[OrderDrift]) -> tuple[EditedOrder, ...]:
    """The orders that were edited after their release, the largest revenue first, unknown ones before."""
    found = (
        EditedOrder(
            reference=drift.reference,
            status=drift.status,
            what=tuple(dict.fromkeys(each.aspect.value.replace("_", " ") for each in edits)),
            action=edits[0].action,
            units=drift.units,
            revenue=drift.revenue,
            cost=drift.cost,
            refused=drift.refused,
        )
        for drift in orders
        if (edits := [each for each in drift.differences if each.aspect not in _MADE_THERE])
    )
    return tuple(sorted(found, key=_most_revenue_first))


def _most_revenue_first(order: EditedOrder) -> tuple[bool, Decimal, str]:
    amount = Decimal(0) if order.revenue is None else -abs(order.revenue.amount)
    return order.revenue is not None or order.units == 0, amount, order.reference
