"""What a webhook carries: the full record, written as the sandbox chooses, for the vendor publishes no example.

Law of this module: ids are numbers, quantities are floats and instants end in `Z`; nothing is read back from here.
"""

from __future__ import annotations

import datetime as dt

from clarus_bluecherry.sandbox.warehouse.documents import GoodsInReceipt, GoodsOut, Transaction
from clarus_bluecherry.sandbox.warehouse.tables import Row


def zulu(moment: dt.datetime | None) -> str | None:
    """An instant as most of the vendor's samples write it: whole seconds in UTC, with a `Z`."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def payload(row: Row) -> dict[str, object]:
    """The record of an event."""
    if isinstance(row, GoodsOut):
        return _goods_out(row)
    if isinstance(row, GoodsInReceipt):
        return _goods_in(row)
    if isinstance(row, Transaction):
        return _transaction(row)
    return {"id": row.id}


def _named(row: Row | None, *names: str) -> dict[str, object] | None:
    return {"id": row.id, **{name: getattr(row, name) for name in names}} if row else None


def _goods_out(order: GoodsOut) -> dict[str, object]:
    return {
        "id": order.id,
        "reference": order.reference,
        "goods_out_status": {"code": order.goods_out_status.code, "name": order.goods_out_status.name},
        "order_status": order.goods_out_status.code,
        "expected_date_of_dispatch": zulu(order.expected_date_of_dispatch),
        "actual_date_of_dispatch": zulu(order.actual_date_of_dispatch),
        "external_system_reference1": order.external_system_reference1,
        "account_id": order.account.id,
        "account": _named(order.account, "code", "name"),
        "warehouse_id": order.warehouse.id,
        "warehouse": _named(order.warehouse, "code", "name"),
        "carrier": _named(order.carrier, "code", "name"),
        "lines": [
            {
                "id": line.id,
                "alt_line_number": line.alt_line_number,
                "product": _named(line.product, "code"),
                "order_quantity": float(line.order_quantity),
                "pick_quantity": float(line.pick_quantity),
                "dispatch_quantity": float(line.dispatch_quantity),
            }
            for line in order.lines
        ],
    }


def _goods_in(receipt: GoodsInReceipt) -> dict[str, object]:
    return {
        "id": receipt.id,
        "reference": receipt.reference,
        "status": receipt.status,
        "receipt_type": receipt.receipt_type,
        "external_system_reference1": receipt.external_system_reference1,
        "account_id": receipt.account.id,
        "account": _named(receipt.account, "code", "name"),
        "warehouse_id": receipt.warehouse.id,
        "warehouse": _named(receipt.warehouse, "code", "name"),
        "lines": [
            {
                "id": line.id,
                "alt_line_number": line.alt_line_number,
                "product": _named(line.product, "code"),
                "expected_quantity": float(line.expected_quantity),
                "quantity_received": float(line.quantity_received),
            }
            for line in receipt.lines
        ],
    }


def _transaction(moved: Transaction) -> dict[str, object]:
    return {
        "id": moved.id,
        "created_at": zulu(moved.created_at),
        "subtype": moved.subtype,
        "category": moved.category,
        "quantity": float(moved.quantity),
        "description": moved.description,
        "account_id": moved.account.id,
        "account": _named(moved.account, "code", "name"),
        "warehouse_id": moved.warehouse.id,
        "warehouse": _named(moved.warehouse, "code", "name"),
        "product": _named(moved.product, "code", "description"),
        "reason_code": _named(moved.reason_code, "code", "name"),
        "goods_in_receipt": _named(moved.goods_in_receipt, "reference"),
    }
