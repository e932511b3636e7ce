"""Clarus's records for tests, as its lists return them: each function makes a whole one, and takes what differs.

Law of this module: a node goes through the same checks as one that travels, and takes any field, as Clarus may
send any; where the record would be refused, pydantic's `ValidationError` is raised. The defaults tell the story of
`records`; product codes are those of the default recipe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from clarus_bluecherry.clarus.wire import (
    AccountNode,
    CarrierNode,
    CarrierServiceNode,
    GoodsInReceiptNode,
    GoodsOutLineNode,
    GoodsOutNode,
    LocationNode,
    Node,
    PackageNode,
    ProductNode,
    ReasonCodeNode,
    ShipmentNode,
    StockBalanceNode,
    StockNode,
    StorageUnitNode,
    SupplierNode,
    TransactionNode,
    WarehouseNode,
)

__all__ = [
    "account",
    "carrier",
    "carrier_service",
    "goods_in_receipt",
    "goods_out",
    "goods_out_line",
    "location",
    "package",
    "product",
    "reason_code",
    "shipment",
    "stock",
    "stock_balance",
    "storage_unit",
    "supplier",
    "transaction",
    "warehouse",
]

N = TypeVar("N", bound=Node)
Fields = Mapping[str, object]

_ACCOUNT: Fields = {"id": "1", "code": "BRAND"}
_WAREHOUSE: Fields = {"id": "2", "code": "NJ"}
_CARRIER: Fields = {"id": "3", "code": "UPS"}
_SHIRT: Fields = {"id": "11", "code": "01234-BLK-M"}
_JEANS: Fields = {"id": "12", "code": "04567-IND-L1-R-30/32"}
_ORDER: Fields = {"id": "501", "reference": "001001"}
_OURS: Fields = {"account": _ACCOUNT, "warehouse": _WAREHOUSE}
_NOON = "2026-03-02T17:00:00Z"


def _made(kind: type[N], defaults: Fields, fields: Fields) -> N:
    return kind.model_validate({**defaults, **fields})


# Orders, and how they leave ----------------------------------------------------------------------------------


def goods_out(**fields: object) -> GoodsOutNode:
    """An outbound order that is completed: it left at noon."""
    dates = {"expected_date_of_dispatch": _NOON, "actual_date_of_dispatch": _NOON}
    status = {"id": "6", "code": "COMPLETED"}
    made = {**_ORDER, "goods_out_status": status, **dates, **_OURS, "carrier": _CARRIER}
    return _made(GoodsOutNode, made, fields)


def goods_out_line(**fields: object) -> GoodsOutLineNode:
    """Ten shirts of the order, picked and dispatched."""
    units = {"order_quantity": 10, "allocated_quantity": 0, "pick_quantity": 10, "dispatch_quantity": 10}
    made = {"id": "601", **units, "alt_line_number": "1", "product": _SHIRT, "goods_out": _ORDER}
    return _made(GoodsOutLineNode, made, fields)


def shipment(**fields: object) -> ShipmentNode:
    """The order's shipment with its carrier."""
    service = {"id": "31", "code": "GROUND"}
    made = {"id": "701", "reference": "SH-701", "packages_count": 1, "warehouse": _WAREHOUSE}
    return _made(ShipmentNode, {**made, "carrier": _CARRIER, "carrier_service": service}, fields)


def package(**fields: object) -> PackageNode:
    """The shipment's one parcel."""
    made = {"id": "801", "tracking_number": "1Z999AA10123456784", "shipment": {"id": "701"}}
    return _made(PackageNode, {**made, "storage_unit": {"id": "91", "reference": "SU-1"}}, fields)


# Goods in, and stock -----------------------------------------------------------------------------------------


def goods_in_receipt(**fields: object) -> GoodsInReceiptNode:
    """A pre-receipt that is not received yet."""
    made = {"id": "901", "reference": "C0055", "status": "pending", "receipt_type": "purchase_order"}
    return _made(GoodsInReceiptNode, {**made, "expected_date_of_receipt": _NOON, **_OURS}, fields)


def transaction(**fields: object) -> TransactionNode:
    """A movement of the warehouse's ledger: three jeans were written off."""
    made = {
        "id": "9002",
        "subtype": "NEGADJ",
        "category": "stock",
        "quantity": 3,
        "created_at": _NOON,
        "product": _JEANS,
        **_OURS,
        "reason_code": {"id": "51", "code": "DAMAGED"},
    }
    return _made(TransactionNode, made, fields)


def stock(**fields: object) -> StockNode:
    """Forty shirts in one place."""
    made = {"id": "41", "quantity": 40, "status": "available", "product": _SHIRT, "account": _ACCOUNT}
    return _made(StockNode, {**made, "location": {"id": "71", "code": "A-01-1"}}, fields)


def stock_balance(**fields: object) -> StockBalanceNode:
    """Forty shirts in all, none of them spoken for."""
    units = {"available": 40, "allocated": 0, "ordered": 0, "received": 0, "picked": 0}
    return _made(StockBalanceNode, {**units, "product": _SHIRT, **_OURS}, fields)


def storage_unit(**fields: object) -> StorageUnitNode:
    """The box that the order left in."""
    made = {"id": "91", "reference": "SU-1", "dispatched": True, "dispatched_at": _NOON}
    return _made(StorageUnitNode, {**made, "warehouse": _WAREHOUSE}, fields)


# The tenant's own --------------------------------------------------------------------------------------------


def product(**fields: object) -> ProductNode:
    """The shirt."""
    return _made(ProductNode, {**_SHIRT, "barcode": "036000291452", "description": "Oxford shirt"}, fields)


def account(**fields: object) -> AccountNode:
    """The stock owner."""
    return _made(AccountNode, {**_ACCOUNT, "name": "A brand"}, fields)


def warehouse(**fields: object) -> WarehouseNode:
    """The warehouse."""
    return _made(WarehouseNode, {**_WAREHOUSE, "name": "New Jersey"}, fields)


def location(**fields: object) -> LocationNode:
    """A place in the warehouse."""
    return _made(LocationNode, {"id": "71", "code": "A-01-1", "active": True, "warehouse": _WAREHOUSE}, fields)


def carrier(**fields: object) -> CarrierNode:
    """A carrier."""
    return _made(CarrierNode, {**_CARRIER, "name": "UPS", "active": True}, fields)


def carrier_service(**fields: object) -> CarrierServiceNode:
    """A carrier's service."""
    return _made(CarrierServiceNode, {"id": "31", "code": "GROUND", "active": True, "carrier": _CARRIER}, fields)


def supplier(**fields: object) -> SupplierNode:
    """Where a pre-receipt comes from."""
    return _made(SupplierNode, {"id": "61", "code": "MILL", "name": "A mill", "active": True}, fields)


def reason_code(**fields: object) -> ReasonCodeNode:
    """Why stock was written off."""
    made = {"id": "51", "code": "DAMAGED", "reason_type": "negative_adjustment", "active": True}
    return _made(ReasonCodeNode, made, fields)
