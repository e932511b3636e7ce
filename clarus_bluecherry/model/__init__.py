"""The canonical records: what both systems mean. Frozen, typed, free of any wire format."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.model._movements import (
        Adjustment,
        Carton,
        CartonLine,
        Dispatch,
        DispatchLine,
        Hold,
        Movement,
        Receipt,
        ReturnToStock,
        Undispatch,
    )
    from clarus_bluecherry.model._orders import OrderLine, Product, PurchaseOrder, PurchaseOrderLine, SalesOrder
    from clarus_bluecherry.model._plain import Plain, from_plain, to_plain
    from clarus_bluecherry.model._prepacks import PackPart, Prepack
    from clarus_bluecherry.model._records import (
        CrosswalkEntry,
        Notification,
        PeriodChange,
        PeriodState,
        Record,
        StockPosition,
        SystemOfRecord,
        Unread,
    )
    from clarus_bluecherry.model._units import ToldQuantity, UnitFactors, Units
    from clarus_bluecherry.model._values import Address, Item, Money, ShipmentPart, Sku, UnmatchedCode, decimal

__all__ = [
    "Address",
    "Adjustment",
    "Carton",
    "CartonLine",
    "CrosswalkEntry",
    "Dispatch",
    "DispatchLine",
    "Hold",
    "Item",
    "Money",
    "Movement",
    "Notification",
    "OrderLine",
    "PackPart",
    "PeriodChange",
    "PeriodState",
    "Plain",
    "Prepack",
    "Product",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Receipt",
    "Record",
    "ReturnToStock",
    "SalesOrder",
    "ShipmentPart",
    "Sku",
    "StockPosition",
    "SystemOfRecord",
    "ToldQuantity",
    "Undispatch",
    "UnitFactors",
    "Units",
    "UnmatchedCode",
    "Unread",
    "decimal",
    "from_plain",
    "to_plain",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _movements: Adjustment Carton CartonLine Dispatch DispatchLine Hold Movement Receipt ReturnToStock Undispatch
    _orders: OrderLine Product PurchaseOrder PurchaseOrderLine SalesOrder
    _plain: Plain from_plain to_plain
    _prepacks: PackPart Prepack
    _records: CrosswalkEntry Notification PeriodChange PeriodState Record StockPosition SystemOfRecord Unread
    _units: ToldQuantity UnitFactors Units
    _values: Address Item Money ShipmentPart Sku UnmatchedCode decimal
    """),
)
