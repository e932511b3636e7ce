"""Calls for stock: hold, release, move, change owner, take off, describe.

Law of this module: nothing here may be repeated blindly, every one is a row in the warehouse's ledger. There is no
positive adjustment and no transfer between warehouses over REST.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    action,
    change,
    checked,
    document,
    flat,
    rest_path,
    whole,
    whole_ids,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import StockChanges
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call, Json


def hold_stocks(
    stock_ids: Iterable[RecordId], description: str, reason_code_id: RecordId | None = None
) -> Call[Saved]:
    """Put stock on hold: it stays where it is and cannot be allocated."""
    return _holding("hold", stock_ids, description, reason_code_id)


def offhold_stocks(
    stock_ids: Iterable[RecordId], description: str, reason_code_id: RecordId | None = None
) -> Call[Saved]:
    """Release held stock."""
    return _holding("offhold", stock_ids, description, reason_code_id)


def move_stock(
    stock_id: RecordId, quantity: Decimal | int, to_location_id: RecordId, reason_code_id: RecordId | None = None
) -> Call[Saved]:
    """Move a quantity to another location of the same warehouse."""
    target = {"to_location_id": whole(to_location_id, "to_location_id")}
    return _moving("move", stock_id, quantity, target, reason_code_id)


def transfer_stock(
    stock_id: RecordId, quantity: Decimal | int, to_account_id: RecordId, reason_code_id: RecordId | None = None
) -> Call[Saved]:
    """Give a quantity to another account, where it lies."""
    target = {"to_account_id": whole(to_account_id, "to_account_id")}
    return _moving("transfer", stock_id, quantity, target, reason_code_id)


def negative_adjustment(
    stock_id: RecordId, quantity: Decimal | int, reason_code_id: RecordId | None = None
) -> Call[Saved]:
    """Take a quantity (above zero, at most what is available) off a stock record."""
    return _moving("negative_adjustment", stock_id, quantity, {}, reason_code_id)


def update_stock(stock_id: RecordId, changes: StockChanges | Mapping[str, object]) -> Call[Saved]:
    """Set descriptive fields. Not repeatable: every one writes an `ATTRUP` row into the warehouse's ledger."""
    record = f"stock id {stock_id}"
    body = document("stocks", checked(StockChanges, changes, record).wire())
    return change("stocks.update", rest_path("stocks", stock_id), body, record=record, repeatable=False)


def _holding(
    verb: str, stock_ids: Iterable[RecordId], description: str, reason_code_id: RecordId | None
) -> Call[Saved]:
    ids = whole_ids(stock_ids)
    return action(
        f"stocks.{verb}",
        rest_path("stocks", verb),
        flat(ids=ids, description=description, **_reason(reason_code_id)),
        record=f"stock ids {', '.join(map(str, ids))}",
    )


def _moving(
    verb: str,
    stock_id: RecordId,
    quantity: Decimal | int,
    target: Mapping[str, Json],
    reason_code_id: RecordId | None,
) -> Call[Saved]:
    record = f"stock id {stock_id}"
    if isinstance(quantity, bool) or not isinstance(quantity, Decimal | int) or not quantity > 0:
        raise InvalidRecord("the quantity is not a Decimal or int above zero", record=record, field="quantity")
    body = document("stocks", {"quantity": quantity, **target, **_reason(reason_code_id)})
    return action(f"stocks.{verb}", rest_path("stocks", stock_id, verb), body, record=record)


def _reason(reason_code_id: RecordId | None) -> dict[str, Json]:
    return {} if reason_code_id is None else {"reason_code_id": whole(reason_code_id, "reason_code_id")}
