"""Canonical records for tests: each function makes a whole, valid one, and takes what should be otherwise.

Law of this module: all defaults tell one story. Pick 001001 of ten shirts and two jeans left the warehouse at noon
of 2 March 2026; the same numbers stand in `messages` and `nodes`. They are made up: say what your test is about.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypedDict, Unpack

from attrs import evolve

from clarus_bluecherry.model import (
    Address,
    Adjustment,
    Carton,
    CartonLine,
    CrosswalkEntry,
    Dispatch,
    DispatchLine,
    Hold,
    Item,
    Money,
    Notification,
    OrderLine,
    PeriodChange,
    PeriodState,
    Prepack,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReturnToStock,
    SalesOrder,
    ShipmentPart,
    Sku,
    StockPosition,
    SystemOfRecord,
    ToldQuantity,
    Undispatch,
    Unread,
)

__all__ = [
    "JEANS",
    "NOON",
    "SHIRT",
    "address",
    "adjustment",
    "carton",
    "carton_line",
    "crosswalk_entry",
    "dispatch",
    "dispatch_line",
    "hold",
    "notification",
    "order_line",
    "period_change",
    "product",
    "purchase_order",
    "purchase_order_line",
    "receipt",
    "return_to_stock",
    "sales_order",
    "stock_position",
    "undispatch",
    "unread",
]

Quantity = Decimal | int | str

NOON = dt.datetime(2026, 3, 2, 17, tzinfo=dt.UTC)
"""When everything happens: noon in New York."""
SHIRT = Sku("01234", "BLK", size="M")
"""A SKU whose style has a zero to lose."""
JEANS = Sku("04567", "IND", label="L1", dimension="R", size="30/32")
"""A SKU that uses every part, and a size with a slash."""
_LOCATION, _PICK = "NJ", "001001"


class _Address(TypedDict, total=False):
    name: str
    lines: tuple[str, ...]
    city: str
    region: str
    postcode: str
    country: str
    phone: str
    email: str
    contact: str


def address(**changes: Unpack[_Address]) -> Address:
    """Where a parcel goes; nobody lives there."""
    made = Address(name="A Shop", lines=("1 Main St",), city="Newark", region="NJ", postcode="07102", country="US")
    return evolve(made, **changes)


# The masters -------------------------------------------------------------------------------------------------


class _Product(TypedDict, total=False):
    sku: Sku
    description: str
    upc: str
    ean: str
    season: str
    unit_cost: Money | None


def product(**changes: Unpack[_Product]) -> Product:
    """A SKU of the product master: the shirt, with its barcode and cost."""
    made = Product(
        sku=SHIRT,
        description="Oxford shirt",
        upc="036000291452",
        season="SS26",
        unit_cost=Money(Decimal("7.50"), "USD"),
    )
    return evolve(made, **changes)


class _CrosswalkEntry(TypedDict, total=False):
    code: str
    sku: Sku | None
    origin: str
    rules: tuple[str, ...]
    product_id: str
    barcode: str
    note: str


def crosswalk_entry(**changes: Unpack[_CrosswalkEntry]) -> CrosswalkEntry:
    """What a product code was held to be: the shirt, by its exact code."""
    made = CrosswalkEntry(code="01234-BLK-M", sku=SHIRT, origin="exact", product_id="11")
    return evolve(made, **changes)


class _PeriodChange(TypedDict, total=False):
    period: str
    first_day: dt.date
    last_day: dt.date
    state: PeriodState
    section: str
    since: str


def period_change(**changes: Unpack[_PeriodChange]) -> PeriodChange:
    """March 2026 is closed."""
    first, last = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
    made = PeriodChange(period="2026-03", first_day=first, last_day=last, state=PeriodState.CLOSED)
    return evolve(made, **changes)


# Orders ------------------------------------------------------------------------------------------------------


class _OrderLine(TypedDict, total=False):
    number: str
    item: Item
    quantity: Quantity
    upc: str
    unit_price: Money | None
    note: str
    told: ToldQuantity | None
    pack: Prepack | None


def order_line(**changes: Unpack[_OrderLine]) -> OrderLine:
    """Ten shirts, on line 1."""
    made = OrderLine(
        number="1", item=SHIRT, quantity=10, upc="036000291452", unit_price=Money(Decimal("19.90"), "USD")
    )
    return evolve(made, **changes)


class _SalesOrder(TypedDict, total=False):
    reference: str
    order_number: str
    purchase_order: str
    customer: str
    location: str
    carrier: str
    requested_dispatch: dt.datetime
    ship_to: Address
    lines: tuple[OrderLine, ...]
    note: str


def sales_order(**changes: Unpack[_SalesOrder]) -> SalesOrder:
    """A pick ticket of ten shirts and two jeans."""
    made = SalesOrder(
        reference=_PICK,
        order_number="SO1001",
        purchase_order="PO-9",
        customer="NORDST",
        location=_LOCATION,
        carrier="UPS",
        requested_dispatch=NOON,
        ship_to=address(),
        lines=(order_line(), order_line(number="2", item=JEANS, quantity=2, upc="")),
    )
    return evolve(made, **changes)


class _PurchaseOrderLine(TypedDict, total=False):
    number: str
    item: Item
    quantity: Quantity
    upc: str
    unit_cost: Money | None
    told: ToldQuantity | None
    pack: Prepack | None


def purchase_order_line(**changes: Unpack[_PurchaseOrderLine]) -> PurchaseOrderLine:
    """Twelve shirts to receive, on line 3."""
    made = PurchaseOrderLine(
        number="3", item=SHIRT, quantity=12, upc="036000291452", unit_cost=Money(Decimal("7.10"), "USD")
    )
    return evolve(made, **changes)


class _PurchaseOrder(TypedDict, total=False):
    reference: str
    supplier: str
    location: str
    due: dt.datetime | None
    lines: tuple[PurchaseOrderLine, ...]


def purchase_order(**changes: Unpack[_PurchaseOrder]) -> PurchaseOrder:
    """A production order of twelve shirts."""
    made = PurchaseOrder(
        reference="C0055", supplier="MILL", location=_LOCATION, due=NOON, lines=(purchase_order_line(),)
    )
    return evolve(made, **changes)


# Movements ---------------------------------------------------------------------------------------------------


class _DispatchLine(TypedDict, total=False):
    number: str
    item: Item
    ordered: Quantity
    shipped: Quantity


def dispatch_line(**changes: Unpack[_DispatchLine]) -> DispatchLine:
    """Ten shirts ordered on line 1, and ten shipped."""
    return evolve(DispatchLine(number="1", item=SHIRT, ordered=10, shipped=10), **changes)


class _CartonLine(TypedDict, total=False):
    number: str
    item: Item
    quantity: Quantity


def carton_line(**changes: Unpack[_CartonLine]) -> CartonLine:
    """The ten shirts of line 1."""
    return evolve(CartonLine(number="1", item=SHIRT, quantity=10), **changes)


class _Carton(TypedDict, total=False):
    number: str
    tracking: str
    weight_kg: Quantity | None
    lines: tuple[CartonLine, ...]


def carton(**changes: Unpack[_Carton]) -> Carton:
    """One parcel with ten shirts and two jeans."""
    lines = (carton_line(), carton_line(number="2", item=JEANS, quantity=2))
    return evolve(Carton(number="SU-1", tracking="1Z999AA10123456784", lines=lines), **changes)


class _Dispatch(TypedDict, total=False):
    id: str
    occurred_at: dt.datetime
    own_date: dt.date | None
    order_reference: str
    location: str
    carrier: str
    service: str
    lines: tuple[DispatchLine, ...]
    cartons: tuple[Carton, ...]
    part: ShipmentPart


def dispatch(**changes: Unpack[_Dispatch]) -> Dispatch:
    """The whole order of `sales_order` left in one parcel."""
    made = Dispatch(
        id="501",
        occurred_at=NOON,
        order_reference=_PICK,
        location=_LOCATION,
        carrier="UPS",
        service="GROUND",
        lines=(dispatch_line(), dispatch_line(number="2", item=JEANS, ordered=2, shipped=2)),
        cartons=(carton(),),
    )
    return evolve(made, **changes)


class _Undispatch(TypedDict, total=False):
    id: str
    occurred_at: dt.datetime
    dispatch_id: str
    order_reference: str
    location: str
    lines: tuple[DispatchLine, ...]


def undispatch(**changes: Unpack[_Undispatch]) -> Undispatch:
    """The dispatch of `dispatch` taken back."""
    made = Undispatch(
        id="501-undone",
        occurred_at=NOON,
        dispatch_id="501",
        order_reference=_PICK,
        location=_LOCATION,
        lines=dispatch().lines,
    )
    return evolve(made, **changes)


class _Receipt(TypedDict, total=False):
    id: str
    occurred_at: dt.datetime
    own_date: dt.date | None
    order_reference: str
    line_number: str
    location: str
    item: Item
    quantity: Quantity


def receipt(**changes: Unpack[_Receipt]) -> Receipt:
    """The twelve shirts of `purchase_order` arrived."""
    made = Receipt(
        id="9001",
        occurred_at=NOON,
        order_reference="C0055",
        line_number="3",
        location=_LOCATION,
        item=SHIRT,
        quantity=12,
    )
    return evolve(made, **changes)


class _Adjustment(TypedDict, total=False):
    id: str
    occurred_at: dt.datetime
    own_date: dt.date | None
    location: str
    item: Item
    quantity: Quantity
    reason: str
    note: str


def adjustment(**changes: Unpack[_Adjustment]) -> Adjustment:
    """Three jeans were written off."""
    made = Adjustment(id="9002", occurred_at=NOON, location=_LOCATION, item=JEANS, quantity=-3, reason="DAMAGED")
    return evolve(made, **changes)


class _ReturnToStock(TypedDict, total=False):
    id: str
    occurred_at: dt.datetime
    own_date: dt.date | None
    location: str
    item: Item
    quantity: Quantity
    order_reference: str
    reason: str


def return_to_stock(**changes: Unpack[_ReturnToStock]) -> ReturnToStock:
    """One shirt of the order came back and is on the shelf."""
    made = ReturnToStock(
        id="9003", occurred_at=NOON, location=_LOCATION, item=SHIRT, quantity=1, order_reference=_PICK
    )
    return evolve(made, **changes)


class _Hold(TypedDict, total=False):
    id: str
    occurred_at: dt.datetime
    location: str
    item: Item
    quantity: Quantity
    reason: str


def hold(**changes: Unpack[_Hold]) -> Hold:
    """Two shirts were blocked."""
    return evolve(
        Hold(id="9004", occurred_at=NOON, location=_LOCATION, item=SHIRT, quantity=2, reason="QA"), **changes
    )


# Stock, and what else is kept --------------------------------------------------------------------------------


class _StockPosition(TypedDict, total=False):
    keeper: SystemOfRecord
    item: Item
    location: str
    quantity: Quantity
    as_of: dt.datetime
    unit_cost: Money | None


def stock_position(**changes: Unpack[_StockPosition]) -> StockPosition:
    """The warehouse holds forty shirts."""
    made = StockPosition(keeper=SystemOfRecord.WAREHOUSE, item=SHIRT, location=_LOCATION, quantity=40, as_of=NOON)
    return evolve(made, **changes)


class _Notification(TypedDict, total=False):
    id: str
    occurred_at: dt.datetime
    resource: str
    event: str
    subject_id: str
    subject_reference: str


def notification(**changes: Unpack[_Notification]) -> Notification:
    """Word that the order of `dispatch` was completed."""
    made = Notification(
        id="hook-1",
        occurred_at=NOON,
        resource="goods_out",
        event="completed",
        subject_id="501",
        subject_reference=_PICK,
    )
    return evolve(made, **changes)


class _Unread(TypedDict, total=False):
    id: str
    kind: str
    occurred_at: dt.datetime
    problem: str


def unread(**changes: Unpack[_Unread]) -> Unread:
    """A transaction that could not be read."""
    made = Unread(id="9005", kind="transaction", occurred_at=NOON, problem="the quantity is missing")
    return evolve(made, **changes)
