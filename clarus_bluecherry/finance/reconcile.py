"""Physical stock against book stock, and why they differ.

Law of this module: for every SKU and location, and in total, the causes add up to the variance exactly, in units
and in value; what no cause explains is called unexplained and never spread. Arithmetic that would have to round is
refused, amounts of two currencies are never added, and a missing cost is a missing value, never zero.

A positive quantity is more in the warehouse than in the books. Pure: no clock, no database; the order of the input
does not matter.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Item, Money, Sku, StockPosition, SystemOfRecord, UnmatchedCode
from clarus_bluecherry.model import decimal as finite
from clarus_bluecherry.model._values import filled

_EXACT = decimal.Context(prec=200, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
_NONE = Decimal(0)


class Cause(enum.StrEnum):
    """Why a physical and a book quantity differ."""

    SHIPPED_NOT_INVOICED = "shipped, not invoiced"
    """Gone from the warehouse and accepted by the ERP, whose stock is relieved only by the invoice."""
    NOT_YET_POSTED = "not yet posted"
    """Moved in the warehouse; its posting is on its way, in doubt, or refused."""
    DISPATCH_UNDONE = "dispatch undone"
    """Back on the warehouse's shelf after the ERP was told that it left; voiding it there is a person's work."""
    UNMAPPED_SKU = "unmapped SKU"
    """Moved, or lying, under a code that is tied to no SKU."""
    UNEXPLAINED = "unexplained"
    """No cause known: lost, stolen, miscounted, or booked by hand."""

    __hash__ = str.__hash__


@frozen(kw_only=True)
class InFlight:
    """A movement that the warehouse has made and the books have not.

    `quantity` is signed as it will change the book when it posts: a dispatch is negative.
    """

    item: Item
    location: str = field(validator=filled)
    quantity: Decimal = field(converter=finite)
    cause: Cause
    posting_key: str
    accounting_date: dt.date | None = None


@frozen(kw_only=True)
class ReconciliationLine:
    """One SKU (or unmatched code) at one location. `variance` is physical minus book, and the sum of `causes`.

    `value` and `values` are units times `unit_cost`; None and empty where the ERP gives no cost.
    """

    item: Item
    location: str
    physical: Decimal
    book: Decimal
    variance: Decimal
    causes: Mapping[Cause, Decimal]
    unit_cost: Money | None
    value: Money | None
    values: Mapping[Cause, Money]

    @property
    def differs(self) -> bool:
        """Whether there is anything to say about this line: a variance, or movements that cancel out."""
        return any(self.causes.values())


@frozen(kw_only=True)
class Total:
    """Units, and their value in each currency.

    Lines without a cost count in the units only; `without_cost` is how many units those are, whichever way they
    differ. Unless it is zero, the values are not the whole.
    """

    units: Decimal
    values: tuple[Money, ...]
    without_cost: Decimal


@frozen(kw_only=True)
class Reconciliation:
    """The outcome: every line, sorted by SKU and location (unmatched codes last), and the totals.

    `agreeing` is how many other lines there are, on which nothing differs: an engine does not list them.
    `without_cost` are the lines with a difference that could not be valued. `unread` says what is wrong with stock
    records that could not be read: where there are any, the figures are incomplete.
    """

    lines: tuple[ReconciliationLine, ...]
    variance: Total
    totals: Mapping[Cause, Total]
    without_cost: tuple[ReconciliationLine, ...]
    unread: tuple[str, ...] = ()
    agreeing: int = 0

    @property
    def differing(self) -> tuple[ReconciliationLine, ...]:
        """The lines there is something to say about."""
        return tuple(line for line in self.lines if line.differs)

    @property
    def unexplained(self) -> tuple[ReconciliationLine, ...]:
        """The lines that no cause explains whole. A surplus here does not excuse a shortage there."""
        return tuple(line for line in self.lines if line.causes[Cause.UNEXPLAINED])

    @property
    def unexplained_units(self) -> Decimal:
        """Units without a cause, surplus less shortage."""
        return self.totals[Cause.UNEXPLAINED].units

    @property
    def unexplained_value(self) -> tuple[Money, ...]:
        """Value without a cause, surplus less shortage, in each currency."""
        return self.totals[Cause.UNEXPLAINED].values


def reconcile(
    physical: Iterable[StockPosition], book: Iterable[StockPosition], in_flight: Iterable[InFlight]
) -> Reconciliation:
    """Compare what the warehouse holds with what the books say, and explain each difference.

    `physical` are the warehouse's positions, `book` the ERP's; positions of the same SKU and location are added
    up. A unit cost is used when all positions of the SKU at that location that carry one agree on it. Raises
    `InvalidRecord` when a position is of the wrong keeper, or a sum could only be had by rounding.
    """
    places: defaultdict[StockPlace, Gathered] = defaultdict(Gathered)
    with exactly():
        for position in physical:
            require_keeper(position, SystemOfRecord.WAREHOUSE)
            gathered = places[place_of(position.item, position.location)]
            gathered.physical += position.quantity
            gathered.note_cost(position.unit_cost)
        for position in book:
            require_keeper(position, SystemOfRecord.ERP)
            gathered = places[place_of(position.item, position.location)]
            gathered.book += position.quantity
            gathered.note_cost(position.unit_cost)
        for movement in in_flight:
            places[place_of(movement.item, movement.location)].note_movement(movement.cause, movement.quantity)
        return reconciled(tuple(_line(place, places[place]) for place in sorted(places, key=place_order)))


StockPlace = tuple[Item, str]


class Gathered:
    """What is known of one SKU at one location, while it is being gathered."""

    __slots__ = ("book", "cost", "costs_differ", "moved", "physical")

    def __init__(self) -> None:
        self.physical = _NONE
        self.book = _NONE
        self.moved: dict[Cause, Decimal] | None = None
        self.cost: Money | None = None
        self.costs_differ = False

    @property
    def unit_cost(self) -> Money | None:
        """What an each costs, where all that carry a cost agree on it."""
        return None if self.costs_differ else self.cost

    def note_cost(self, cost: Money | None) -> None:
        """One more position carries a cost, or none."""
        if cost is None or cost is self.cost:
            return
        self.costs_differ = self.costs_differ or (self.cost is not None and cost != self.cost)
        self.cost = cost

    def note_movement(self, cause: Cause, quantity: Decimal) -> None:
        """Something of it is in flight."""
        if self.moved is None:
            self.moved = dict(_AGREED)
        self.moved[cause] += quantity


def reconciled(
    lines: tuple[ReconciliationLine, ...], currencies: Iterable[str] = (), agreeing: int = 0
) -> Reconciliation:
    """The outcome of these lines, and of `agreeing` others, with costs in these `currencies`, that agree."""
    differing = [line for line in lines if line.causes is not _AGREED]
    of_all = {*currencies, *(line.unit_cost.currency for line in lines if line.unit_cost is not None)}
    return Reconciliation(
        lines=lines,
        variance=_total(of_all, ((line.variance, line.value) for line in differing)),
        totals={
            cause: _total(of_all, ((line.causes[cause], line.values.get(cause)) for line in differing))
            for cause in Cause
        },
        without_cost=tuple(line for line in differing if line.unit_cost is None and line.differs),
        agreeing=agreeing,
    )


def _line(place: StockPlace, gathered: Gathered) -> ReconciliationLine:
    """A place as a line. Lines that agree share what they say: most do."""
    if gathered.moved is not None or gathered.physical != gathered.book:
        return differing_line(place, gathered)
    cost = gathered.unit_cost
    return ReconciliationLine(
        item=place[0],
        location=place[1],
        physical=gathered.physical,
        book=gathered.book,
        variance=_NONE,
        causes=_AGREED,
        unit_cost=cost,
        value=None if cost is None else _nothing(cost.currency),
        values=_NO_VALUES if cost is None else _nothing_each(cost.currency),
    )


def differing_line(place: StockPlace, gathered: Gathered) -> ReconciliationLine:
    """A place as a line, with its variance by cause."""
    item, location = place
    variance = gathered.physical - gathered.book
    causes = dict(gathered.moved or _AGREED)
    if isinstance(item, UnmatchedCode):
        # Stock under a code the ERP does not know is explained by just that, as far as there is such stock.
        surplus = variance - sum(causes.values())
        causes[Cause.UNMAPPED_SKU] += max(_NONE, min(surplus, gathered.physical))
    causes[Cause.UNEXPLAINED] += variance - sum(causes.values())
    cost = gathered.unit_cost
    return ReconciliationLine(
        item=item,
        location=location,
        physical=gathered.physical,
        book=gathered.book,
        variance=variance,
        causes=causes,
        unit_cost=cost,
        value=None if cost is None else _times(cost, variance),
        values=_NO_VALUES if cost is None else {cause: _times(cost, units) for cause, units in causes.items()},
    )


_AGREED: Mapping[Cause, Decimal] = dict.fromkeys(Cause, _NONE)
_NO_VALUES: Mapping[Cause, Money] = {}


def _total(currencies: Iterable[str], amounts: Iterable[tuple[Decimal, Money | None]]) -> Total:
    units = without_cost = _NONE
    values = dict.fromkeys(currencies, _NONE)
    for quantity, value in amounts:
        if not quantity:
            continue
        units += quantity
        if value is None:
            without_cost += abs(quantity)
        else:
            values[value.currency] += value.amount
    return Total(
        units=units,
        values=tuple(Money(values[currency], currency) for currency in sorted(values)),
        without_cost=without_cost,
    )


def _times(cost: Money, units: Decimal) -> Money:
    return Money(cost.amount * units, cost.currency) if units else _nothing(cost.currency)


@cache
def _nothing(currency: str) -> Money:
    return Money(_NONE, currency)


@cache
def _nothing_each(currency: str) -> Mapping[Cause, Money]:
    return dict.fromkeys(_AGREED, _nothing(currency))


def place_of(item: Item, location: str) -> StockPlace:
    """An unmatched code is one thing whatever barcode came along with it; without a code, the barcode is it."""
    if isinstance(item, UnmatchedCode) and item.code:
        return UnmatchedCode(item.code), location
    return item, location


def place_order(place: StockPlace) -> tuple[bool, str, str, str]:
    """Where a line stands among the others."""
    item, location = place
    if isinstance(item, Sku):
        return False, item.key, "", location
    return True, item.code, item.barcode, location


def require_keeper(position: StockPosition, keeper: SystemOfRecord) -> None:
    """Refuse a position of the other side."""
    if position.keeper is not keeper:
        raise InvalidRecord(
            f"a position of the {position.keeper.value} stands where the {keeper.value}'s belong",
            record=f"stock of {position.item} at {position.location}",
            field="keeper",
        )


@contextmanager
def exactly() -> Iterator[None]:
    """Arithmetic that would have to round is refused."""
    try:
        with decimal.localcontext(_EXACT):
            yield
    except (decimal.Inexact, decimal.Overflow) as error:
        raise InvalidRecord("a quantity or a cost has too many digits to be added without rounding") from error
