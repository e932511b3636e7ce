"""Drift: the order as the warehouse accepted it against what Blue Cherry says of it now.

Law of this module: pure. What means nothing (case, blanks, edited and edited back) is no difference, and what the
warehouse has already as it is wanted is none either. Each difference says what is still to be done about it in the
status that the order has; what an invoice will be off by is told in units, revenue and cost, of the goods as they
stand in the warehouse, and an amount that nobody knows is missing. Of an address only the name of a field is told.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import field, fields, frozen
from attrs.converters import optional

from clarus_bluecherry.finance.exceptions import UnitCosts
from clarus_bluecherry.model import Address, Item, Money, OrderLine, SalesOrder
from clarus_bluecherry.model._values import exact

if TYPE_CHECKING:
    from clarus_bluecherry.http import Call

__all__ = [
    "GONE",
    "DriftAspect",
    "DriftRemedy",
    "InvoiceMismatch",
    "OrderDifference",
    "OrderDrift",
    "RemovedLine",
    "Versions",
    "WarehouseLine",
    "WarehouseOrder",
    "drift_of_order",
]

GONE = "GONE"
"""The status of an order that the warehouse no longer shows: a draft or pending one is deleted when cancelled."""

_LINES_CHANGE = frozenset({"DRAFT", "PENDING"})
"""Statuses in which lines change. That later ones refuse it is our reading (L): nothing published lets them."""
_HEADER_CHANGES = _LINES_CHANGE | {"ALLOCATED", "PART_ALLOCATED", "PICK", "PART"}
"""Statuses in which carrier, date and address change (L), and in which an order can be cancelled (H)."""


class DriftAspect(enum.StrEnum):
    """What of an order is otherwise; the last three were made in the warehouse."""

    CANCELLATION = "cancellation"
    LINE = "line"
    QUANTITY = "quantity"
    UNIT = "unit"
    SKU = "sku"
    PRICE = "price"
    DATE = "date"
    CARRIER = "carrier"
    ADDRESS = "address"
    LOCATION = "location"
    SHORT = "short"
    OVER_PICK = "over_pick"
    SUBSTITUTION = "substitution"


class DriftRemedy(enum.StrEnum):
    """What can be done about a difference in the status that the order has."""

    CALL = "call"
    """The call that is proposed changes it."""
    BY_HAND = "by_hand"
    """A person can still change it in Clarus; no call does."""
    TOO_LATE = "too_late"
    """It has left, or the order was cancelled: it is settled in Blue Cherry."""
    NOTHING = "nothing"
    """The warehouse need not know."""


@frozen(kw_only=True)
class WarehouseLine:
    """A line as it stands in the warehouse, in eaches. `id` is Clarus's, `number` Blue Cherry's.

    None is a quantity that the warehouse does not show. `is_short`: what was not picked is given up.
    """

    id: str
    number: str
    product_id: str
    ordered: Decimal = field(converter=exact)
    picked: Decimal | None = field(default=None, converter=optional(exact))
    dispatched: Decimal | None = field(default=None, converter=optional(exact))
    is_short: bool = False


@frozen(kw_only=True)
class WarehouseOrder:
    """An order as it stands in the warehouse: its status as a code in capitals, `GONE` where it shows none.

    `carrier` is Clarus's code, `dispatch_day` the expected day and `left_at` when it left; empty and None where
    they are not shown.
    """

    id: str
    status: str
    lines: tuple[WarehouseLine, ...] = ()
    carrier: str = ""
    dispatch_day: dt.date | None = None
    left_at: dt.datetime | None = None


@frozen(kw_only=True)
class RemovedLine:
    """A line that is on the ticket still, with nothing to pick: Blue Cherry knows it, and at what price."""

    number: str
    item: Item
    price: Money | None = None


@frozen(kw_only=True)
class OrderDifference:
    """One thing that differs. `accepted` is as the warehouse has it, `present` as Blue Cherry says it now.

    `line` is Blue Cherry's number; `field` is the field of an address, whose values are never told. `action` says
    what to do.
    """

    aspect: DriftAspect
    remedy: DriftRemedy
    action: str
    line: str = ""
    field: str = ""
    accepted: str = ""
    present: str = ""


@frozen(kw_only=True)
class InvoiceMismatch:
    """By how much the invoice of a line will be off, as things stand: what it will have less what is wanted now.

    Plus is too much invoiced. `units` is None where the warehouse does not say what leaves, an amount where there
    is no price, or cost.
    """

    line: str
    item: Item
    units: Decimal | None
    revenue: Money | None
    cost: Money | None


@frozen(kw_only=True)
class OrderDrift:
    """One order that drifted. `status` is the warehouse's, empty where it could not be asked.

    `refused` says why the ship confirm will not be booked as it is; then nothing of the order is invoiced.
    `released_again` are the numbers of open tickets of the same sales order. `proposal` is the call that changes
    what can be: it is data, and nothing sends it by itself. `present_key` names the version that it is for.
    """

    reference: str
    status: str
    differences: tuple[OrderDifference, ...]
    mismatches: tuple[InvoiceMismatch, ...]
    refused: str = ""
    released_again: tuple[str, ...] = ()
    present_key: str = ""
    proposal: Call[Any] | None = field(default=None, eq=False)

    @property
    def units(self) -> Decimal | None:
        """By how many units the invoice will be off, of all lines together; None where one is not known."""
        told = [each.units for each in self.mismatches if each.units is not None]
        return sum(told, Decimal(0)) if len(told) == len(self.mismatches) else None

    @property
    def revenue(self) -> Money | None:
        """The revenue that the invoice will be off by; None where nothing is off, or an amount is missing."""
        return _total([each.revenue for each in self.mismatches])

    @property
    def cost(self) -> Money | None:
        """The cost of goods that the books will be off by; None where nothing is off, or an amount is missing."""
        return _total([each.cost for each in self.mismatches])


def _total(amounts: Collection[Money | None]) -> Money | None:
    known = [each for each in amounts if each is not None]
    if not known or len(known) < len(amounts) or len({each.currency for each in known}) > 1:
        return None
    return Money(sum((each.amount for each in known), Decimal(0)), known[0].currency)


def same_day(instant: dt.datetime) -> dt.date:
    """The day that an instant names where it was told."""
    return instant.date()


def as_it_is(code: str) -> str:
    """The same code."""
    return code


@frozen(kw_only=True)
class Versions:
    """What is compared: an order as the warehouse accepted it, as Blue Cherry says it now, and as it stands there.

    `sent` are the ids of the products that each line was sent as, `products` those that it is to be now; a line
    without one has no product. `there` is None where the warehouse cannot be asked. `waiting` are lines that were
    not sent yet, because their SKU has no product. `removed` are None where nobody knows which lines the ticket
    still has. `costs` are per unit. `carrier_of` gives Clarus's code for a shipper, empty where the site names
    none; `day_of` the day of an instant in the warehouse. `header_told`: the present address and date were sent.
    """

    accepted: SalesOrder
    present: SalesOrder
    there: WarehouseOrder | None = None
    sent: Mapping[str, Collection[str]] = field(factory=dict)
    products: Mapping[str, str] = field(factory=dict)
    waiting: Collection[str] = ()
    removed: tuple[RemovedLine, ...] | None = None
    costs: UnitCosts = field(factory=dict)
    carrier_of: Callable[[str], str] = as_it_is
    day_of: Callable[[dt.datetime], dt.date] = same_day
    header_told: bool = False

    @property
    def status(self) -> str:
        """The warehouse's status, empty where it could not be asked."""
        return "" if self.there is None else self.there.status

    def as_accepted(self, number: str) -> OrderLine | None:
        """A line as it was sent."""
        return next((line for line in self.accepted.lines if line.number == number), None)

    def as_wanted(self, number: str) -> OrderLine | None:
        """A line as it is wanted now."""
        return next((line for line in self.present.lines if line.number == number), None)

    @property
    def lines_there(self) -> Mapping[str, list[WarehouseLine]]:
        """The warehouse's lines by number; those that were accepted where it cannot be asked."""
        found: defaultdict[str, list[WarehouseLine]] = defaultdict(list)
        for line in self._accepted_lines() if self.there is None else self.there.lines:
            found[line.number].append(line)
        return found

    def _accepted_lines(self) -> Iterator[WarehouseLine]:
        for line in self.accepted.lines:
            if line.number not in self.waiting:
                product = next(iter(self.sent.get(line.number, ())), "")
                yield WarehouseLine(id="", number=line.number, product_id=product, ordered=line.quantity)


def drift_of_order(versions: Versions) -> OrderDrift | None:
    """How an order drifted, None where it did not.

    >>> from attrs import evolve
    >>> from clarus_bluecherry.model import Sku
    >>> price, black = Money("20", "USD"), Sku("01234", "BLK", size="M")
    >>> dress = OrderLine(number="1", item=black, quantity="5", unit_price=price)
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> order = SalesOrder(reference="1001", location="NJ", requested_dispatch=noon, lines=(dress,))
    >>> drift_of_order(Versions(accepted=order, present=order)) is None
    True
    >>> fewer = evolve(order, lines=(evolve(dress, quantity="3"),))
    >>> gone = WarehouseLine(id="7", number="1", product_id="9", ordered=5, picked=5, dispatched=5)
    >>> there = WarehouseOrder(id="12", status="COMPLETED", lines=(gone,))
    >>> ids = {"sent": {"1": ["9"]}, "products": {"1": "9"}}
    >>> drifted = drift_of_order(Versions(accepted=order, present=fewer, there=there, **ids))
    >>> str(drifted.differences[0].remedy), drifted.units, str(drifted.revenue)
    ('too_late', Decimal('2'), '40.00 USD')
    """
    refused = _refused(versions)
    drift = OrderDrift(
        reference=versions.accepted.reference,
        status=versions.status,
        differences=tuple(_differences(versions)),
        mismatches=tuple(_mismatches(versions, is_refused=bool(refused))),
        refused=refused,
    )
    return drift if drift.differences or drift.mismatches else None


# What differs ------------------------------------------------------------------------------------------------


def _differences(versions: Versions) -> Iterator[OrderDifference]:
    is_over = versions.status in ("CANCELLED", GONE)
    if not versions.present.lines:
        if not is_over:
            yield _withdrawn(versions)
        return
    if is_over:
        yield _cancelled_there(versions)
        return
    yield from _header(versions)
    there = versions.lines_there
    numbers = [line.number for line in (*versions.accepted.lines, *versions.present.lines)]
    for number in dict.fromkeys((*numbers, *there)):
        yield from _line(versions, number, there.get(number, []))


def _withdrawn(versions: Versions) -> OrderDifference:
    remedy = _can(versions, _HEADER_CHANGES)
    actions = {
        DriftRemedy.CALL: "Cancel it in the warehouse.",
        DriftRemedy.BY_HAND: "Ask the warehouse to cancel it.",
        DriftRemedy.TOO_LATE: "It has left: take it back from the customer, or release it again in Blue Cherry.",
    }
    return OrderDifference(
        aspect=DriftAspect.CANCELLATION,
        remedy=remedy,
        action=actions[remedy],
        accepted=versions.status.lower() or "sent",
        present="withdrawn",
    )


def _cancelled_there(versions: Versions) -> OrderDifference:
    return OrderDifference(
        aspect=DriftAspect.CANCELLATION,
        remedy=DriftRemedy.TOO_LATE,
        action="Withdraw the ticket in Blue Cherry; what is still wanted goes on a new one.",
        accepted=versions.status.lower(),
        present="wanted",
    )


def _can(versions: Versions, statuses: Collection[str]) -> DriftRemedy:
    """By a call in one of these statuses; too late once it has left; else by a person."""
    if versions.status in statuses:
        return DriftRemedy.CALL
    return DriftRemedy.TOO_LATE if versions.status == "COMPLETED" else DriftRemedy.BY_HAND


def _header(versions: Versions) -> Iterator[OrderDifference]:
    before, now, there = versions.accepted, versions.present, versions.there
    days = versions.day_of(before.requested_dispatch), versions.day_of(now.requested_dispatch)
    shows_it = there is not None and there.dispatch_day == days[1]
    if days[0] != days[1] and not shows_it and not versions.header_told:
        yield _of_header(versions, DriftAspect.DATE, accepted=str(days[0]), present=str(days[1]))
    if _plain(before.carrier) != _plain(now.carrier):
        code = versions.carrier_of(now.carrier)
        if there is None or there.carrier != code or not code:
            yield _of_header(
                versions, DriftAspect.CARRIER, accepted=before.carrier, present=now.carrier, is_told=bool(code)
            )
    if not versions.header_told:
        for name in _other_fields(before.ship_to, now.ship_to):
            is_told = now.ship_to != Address()
            yield _of_header(versions, DriftAspect.ADDRESS, field=f"ship_to.{name}", is_told=is_told)
    if _plain(before.location) != _plain(now.location):
        yield _of_header(
            versions, DriftAspect.LOCATION, accepted=before.location, present=now.location, is_told=False
        )


def _of_header(
    versions: Versions,
    aspect: DriftAspect,
    *,
    field: str = "",
    accepted: str = "",
    present: str = "",
    is_told: bool = True,
) -> OrderDifference:
    """A call changes it where `is_told` what it is to be."""
    remedy = _can(versions, _HEADER_CHANGES)
    if remedy is DriftRemedy.CALL and not is_told:
        remedy = DriftRemedy.BY_HAND
    return OrderDifference(
        aspect=aspect,
        remedy=remedy,
        action=_ACTIONS[remedy].format(what=aspect),
        field=field,
        accepted=accepted,
        present=present,
    )


_ACTIONS: Mapping[DriftRemedy, str] = {
    DriftRemedy.CALL: "Change the {what} in the warehouse.",
    DriftRemedy.BY_HAND: "Change the {what} in Clarus by hand.",
    DriftRemedy.TOO_LATE: "It has left: settle the {what} in Blue Cherry.",
}
_BACK_TO_PENDING = (
    "Cancel its pick list in Clarus, which puts the order back to Pending, and look again: then a call changes the"
    " {what}."
)
_SEVERAL = "Several lines of the warehouse have this number, as those of a prepack do: change the {what} by hand."
_NO_PRODUCT = "Its SKU has no product in the warehouse: mend the crosswalk, then a call adds it."


def _line(versions: Versions, number: str, there: list[WarehouseLine]) -> Iterator[OrderDifference]:
    before, now = versions.as_accepted(number), versions.as_wanted(number)
    if number in versions.waiting and before == now:
        return
    if len(there) > 1 or any(line is not None and line.pack is not None for line in (before, now)):
        yield from _of_several(versions, number, before, now)
        return
    if before is not None and now is not None:
        yield from _beside_goods(number, before, now)
    if now is None or not there:
        if now is not None or there:
            yield _line_too_few_or_many(versions, number, now, there)
        return
    yield from _goods(versions, now, there[0])


def _of_several(
    versions: Versions, number: str, before: OrderLine | None, now: OrderLine | None
) -> Iterator[OrderDifference]:
    """Several lines of the warehouse are one of Blue Cherry's: what it said then and says now is compared."""
    then, wanted = _told(before), _told(now)
    if then != wanted:
        aspect = DriftAspect.QUANTITY if before and now and before.item == now.item else DriftAspect.LINE
        remedy = DriftRemedy.TOO_LATE if versions.status == "COMPLETED" else DriftRemedy.BY_HAND
        action = (_SEVERAL if remedy is DriftRemedy.BY_HAND else _ACTIONS[remedy]).format(what=aspect)
        yield OrderDifference(
            aspect=aspect, remedy=remedy, action=action, line=number, accepted=then, present=wanted
        )


def _told(line: OrderLine | None) -> str:
    return "" if line is None else f"{_number(line.quantity)} of {line.item}"


def _beside_goods(number: str, before: OrderLine, now: OrderLine) -> Iterator[OrderDifference]:
    """What of a line the warehouse need not know."""
    units = [_plain(line.told.unit) if line.told else "" for line in (before, now)]
    if units[0] != units[1]:
        yield _unheard(DriftAspect.UNIT, number, units[0] or "each", units[1] or "each")
    if before.unit_price != now.unit_price:
        yield _unheard(DriftAspect.PRICE, number, _amount(before.unit_price), _amount(now.unit_price))


def _unheard(aspect: DriftAspect, number: str, accepted: str, present: str) -> OrderDifference:
    action = (
        "Nothing: the warehouse counts eaches and knows no price, and Blue Cherry invoices at its present one."
    )
    return OrderDifference(
        aspect=aspect,
        remedy=DriftRemedy.NOTHING,
        action=action,
        line=number,
        accepted=accepted,
        present=present,
    )


def _amount(money: Money | None) -> str:
    return "not told" if money is None else str(money)


def _line_too_few_or_many(
    versions: Versions, number: str, now: OrderLine | None, there: list[WarehouseLine]
) -> OrderDifference:
    """A line that only one of the two has."""
    line = now or versions.as_accepted(number)
    item = line.item if line else "an article that nobody ordered"
    return _changeable(
        versions,
        DriftAspect.LINE,
        number,
        accepted=f"{_number(there[0].ordered)} of {item}" if there else "",
        present=_told(now),
        has_product=now is None or number in versions.products,
    )


def _changeable(
    versions: Versions,
    aspect: DriftAspect,
    number: str,
    *,
    accepted: str,
    present: str,
    has_product: bool = True,
) -> OrderDifference:
    """A difference of a line's goods: a call changes it as long as the order waits."""
    remedy, action = _can(versions, _LINES_CHANGE), ""
    if remedy is DriftRemedy.CALL and not has_product:
        remedy, action = DriftRemedy.BY_HAND, _NO_PRODUCT
    elif remedy is DriftRemedy.BY_HAND and versions.status in _HEADER_CHANGES:
        action = _BACK_TO_PENDING
    return OrderDifference(
        aspect=aspect,
        remedy=remedy,
        action=(action or _ACTIONS[remedy]).format(what=aspect),
        line=number,
        accepted=accepted,
        present=present,
    )


def _goods(versions: Versions, now: OrderLine, there: WarehouseLine) -> Iterator[OrderDifference]:
    """What lies, or lay, in the warehouse under a line's number, beside what is wanted."""
    number = now.number
    yield from _article(versions, now, there)
    if there.ordered != now.quantity:
        yield _changeable(
            versions,
            DriftAspect.QUANTITY,
            number,
            accepted=_number(there.ordered),
            present=_number(now.quantity),
        )
    yield from _made_there(versions, number, there)


def _article(versions: Versions, now: OrderLine, there: WarehouseLine) -> Iterator[OrderDifference]:
    """Whether what lies there is what is wanted; where it was changed already, nothing is to be said."""
    before, product = versions.as_accepted(now.number), versions.products.get(now.number, "")
    has_it = product != "" and there.product_id == product
    if before is None or before.item == now.item:
        if product and not has_it:
            yield _changeable(
                versions,
                DriftAspect.SUBSTITUTION,
                now.number,
                accepted=f"product {there.product_id}",
                present=f"product {product}",
            )
    elif not has_it:
        yield _changeable(
            versions,
            DriftAspect.SKU,
            now.number,
            accepted=str(before.item),
            present=str(now.item),
            has_product=bool(product),
        )
    elif _was_sent(versions, there):
        yield _renamed(before, now)


def _was_sent(versions: Versions, there: WarehouseLine) -> bool:
    return there.product_id in versions.sent.get(there.number, ())


def _renamed(before: OrderLine, now: OrderLine) -> OrderDifference:
    """Another name of what is the same product in the warehouse."""
    return OrderDifference(
        aspect=DriftAspect.SKU,
        remedy=DriftRemedy.NOTHING,
        action="Nothing in the warehouse: both are the same product there.",
        line=now.number,
        accepted=str(before.item),
        present=str(now.item),
    )


def _made_there(versions: Versions, number: str, there: WarehouseLine) -> Iterator[OrderDifference]:
    """Shorts and over-picks, as the warehouse made them."""
    left = _leaves(versions.status, there)
    if left is None or left == there.ordered:
        return
    yield OrderDifference(
        aspect=DriftAspect.SHORT if left < there.ordered else DriftAspect.OVER_PICK,
        remedy=DriftRemedy.TOO_LATE if versions.status == "COMPLETED" else DriftRemedy.BY_HAND,
        action=(
            "Release what is missing on a new ticket, or take it off this one in Blue Cherry."
            if left < there.ordered
            else "Put what is too much back on the shelf while it is there, or ask the customer to take it."
        ),
        line=number,
        accepted=_number(left),
        present=_number(there.ordered),
    )


# What the invoice will be off by -----------------------------------------------------------------------------


def _leaves(status: str, line: WarehouseLine) -> Decimal | None:
    """The units of a line that have left or will leave, as it stands; None where the warehouse does not say."""
    if status in ("COMPLETED", "CANCELLED"):
        return line.dispatched
    if line.is_short:
        return line.picked
    return max(line.ordered, line.picked or Decimal(0))


def _mismatches(versions: Versions, *, is_refused: bool) -> Iterator[InvoiceMismatch]:
    there = versions.lines_there
    numbers = [line.number for line in (*versions.accepted.lines, *versions.present.lines)]
    for number in dict.fromkeys((*numbers, *there)):
        before, now = versions.as_accepted(number), versions.as_wanted(number)
        line = now or before
        if line is None or (number in versions.waiting and before == now):
            continue
        units = _too_many(versions, line, now, there.get(number, []), is_refused=is_refused)
        if units != 0:
            price = line.unit_price if now else _last_price(versions, number)
            yield InvoiceMismatch(
                line=number,
                item=line.item,
                units=units,
                revenue=_times(price, units),
                cost=_times(_cost(versions, line.item), units),
            )


def _too_many(
    versions: Versions, line: OrderLine, now: OrderLine | None, there: list[WarehouseLine], *, is_refused: bool
) -> Decimal | None:
    wanted = Decimal(0) if now is None else now.quantity
    if is_refused:
        return -wanted
    if line.pack is not None or len(there) > 1:
        return Decimal(0) if versions.as_accepted(line.number) == now else None
    left = [_leaves(versions.status, each) for each in there]
    known = [each for each in left if each is not None]
    return sum(known, Decimal(0)) - wanted if len(known) == len(left) else None


def _last_price(versions: Versions, number: str) -> Money | None:
    """The price of a line that was taken off: what the ticket says of it still."""
    return next((line.price for line in versions.removed or () if line.number == number), None)


def _cost(versions: Versions, item: Item) -> Money | None:
    costs: dict[object, Money] = dict(versions.costs.items())
    return costs.get((item, versions.accepted.location), costs.get(item))


def _times(each: Money | None, units: Decimal | None) -> Money | None:
    return None if each is None or units is None else Money(each.amount * units, each.currency)


def _refused(versions: Versions) -> str:
    """Why the ship confirm will not be booked as it is; nothing where it will, or where none will be."""
    there = [line for lines in versions.lines_there.values() for line in lines]
    if not any(_leaves(versions.status, line) for line in there):
        return ""
    for line in there:
        reason = _refused_line(versions, line)
        if reason:
            return f"line {line.number}: {reason}"
    return ""


def _refused_line(versions: Versions, there: WarehouseLine) -> str:
    before, now = versions.as_accepted(there.number), versions.as_wanted(there.number)
    if before is None:
        return "the ticket that was sent does not have it, so its ship confirm waits for a person"
    if versions.there is not None and before.pack is None and not _was_sent(versions, there):
        return "another article leaves than was sent, so its ship confirm waits for a person"
    removed = {line.number: line.item for line in versions.removed or ()}
    item = now.item if now else removed.get(there.number, before.item if versions.removed is None else None)
    if item == before.item:
        return ""
    other = "no longer has it" if item is None else f"says {item} by now"
    return f"Blue Cherry's ticket {other}, so it will refuse the ship confirm (L)"


# Words -------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """`text` without what means nothing: case, and blanks round and between words."""
    return " ".join(text.split()).casefold()


def _number(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


def _other_fields(before: Address, now: Address) -> list[str]:
    names: Iterable[str] = (each.name for each in fields(Address))
    return [name for name in names if _spoken(before, name) != _spoken(now, name)]


def _spoken(address: Address, name: str) -> str:
    """A field as a carrier reads it: blanks within a postcode or a phone number mean nothing."""
    value = getattr(address, name)
    text = _plain(" ".join(value) if isinstance(value, tuple) else value)
    return text.replace(" ", "") if name in ("postcode", "phone") else text
