"""Stock: where it is, what moved it, and the calls that hold, move and describe it.

Law of this module: nothing that moves stock may be repeated blindly, each is a row in the warehouse's ledger.
There is no positive adjustment and no transfer between warehouses over REST.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Unpack

from attrs import evolve

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import action, document, flat, rest_path, whole_ids
from clarus_bluecherry.clarus._graphql import by
from clarus_bluecherry.clarus._ids import RecordId, whole
from clarus_bluecherry.clarus._resources._doors import D_co, Resource, listing, operation, updates
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Moment, Number, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call, Json

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class StockFilters(ListOptions, total=False):
    """Filters of stocks."""

    product_id: RecordRef
    product_code: Text
    account_id: RecordRef
    warehouse_id: RecordRef
    location_id: RecordRef
    location_code: Text
    storage_unit_id: RecordRef
    status: Text
    quantity: Number
    fifo_date: Moment


class Stocks(Resource[D_co]):
    """Stock records."""

    _records = Records("stocks", "stock")

    @listing
    def list(self, **filters: Unpack[StockFilters]) -> Listing[wire.StockNode]:
        """Stock records."""
        return asked("stocks", "StockFilterType", wire.StockNode, filters)

    @updates(wire.StockChanges)
    def update(self, stock_id: RecordId, changes: wire.StockChanges) -> Call[Saved]:
        """Set descriptive fields. Not repeatable: every one writes an `ATTRUP` row into the warehouse's ledger."""
        return evolve(self._records.update(changes, stock_id), repeatable=False)

    @operation
    def hold(
        self, stock_ids: Iterable[RecordId], description: str, reason_code_id: RecordId | None = None
    ) -> Call[Saved]:
        """Put stock on hold: it stays where it is and cannot be allocated."""
        return _holding("hold", stock_ids, description, reason_code_id)

    @operation
    def offhold(
        self, stock_ids: Iterable[RecordId], description: str, reason_code_id: RecordId | None = None
    ) -> Call[Saved]:
        """Release held stock."""
        return _holding("offhold", stock_ids, description, reason_code_id)

    @operation
    def move(
        self,
        stock_id: RecordId,
        quantity: Decimal | int,
        to_location_id: RecordId,
        reason_code_id: RecordId | None = None,
    ) -> Call[Saved]:
        """Move a quantity to another location of the same warehouse."""
        target = {"to_location_id": whole(to_location_id, "to_location_id")}
        return _moving("move", stock_id, quantity, target, reason_code_id)

    @operation
    def transfer(
        self,
        stock_id: RecordId,
        quantity: Decimal | int,
        to_account_id: RecordId,
        reason_code_id: RecordId | None = None,
    ) -> Call[Saved]:
        """Give a quantity to another account, where it lies."""
        target = {"to_account_id": whole(to_account_id, "to_account_id")}
        return _moving("transfer", stock_id, quantity, target, reason_code_id)

    @operation
    def negative_adjustment(
        self, stock_id: RecordId, quantity: Decimal | int, reason_code_id: RecordId | None = None
    ) -> Call[Saved]:
        """Take a quantity (above zero, at most what is available) off a stock record."""
        return _moving("negative_adjustment", stock_id, quantity, {}, reason_code_id)


class StockBalanceFilters(ListOptions, total=False):
    """Filters of stock balances."""

    product_id: RecordRef
    product_code: Text
    account_id: RecordRef
    warehouse_id: RecordRef
    available: Number
    allocated: Number
    picked: Number


class StockBalances(Resource[D_co]):
    """Stock per product, account and warehouse."""

    @listing
    def list(self, **filters: Unpack[StockBalanceFilters]) -> Listing[wire.StockBalanceNode]:
        """Stock per product, account and warehouse, which together tell rows apart: they have no id."""
        key = by("product.id", "account.id", "warehouse.id")
        return asked("stock_balances", "StockBalancesFilterType", wire.StockBalanceNode, filters, key=key)


class StorageUnitFilters(ListOptions, total=False):
    """Filters of storage units."""

    reference: Text
    active: Flag
    dispatched: Flag
    storage_unit_type_code: Text
    warehouse_id: RecordRef


class StorageUnits(Resource[D_co]):
    """Pallets, totes and boxes."""

    @listing
    def list(self, **filters: Unpack[StorageUnitFilters]) -> Listing[wire.StorageUnitNode]:
        """Pallets, totes and boxes."""
        return asked("storage_units", "StorageUnitFilterType", wire.StorageUnitNode, filters)


class TransactionFilters(ListOptions, total=False):
    """Filters of transactions."""

    subtype: Text
    category: Text
    product_id: RecordRef
    account_id: RecordRef
    warehouse_id: RecordRef
    created_at: Moment
    goods_out_id: RecordRef
    location_from_id: RecordRef
    location_to_id: RecordRef


class Transactions(Resource[D_co]):
    """The warehouse's own ledger, one row per stock movement."""

    @listing
    def list(
        self, *, include_archived: bool = False, **filters: Unpack[TransactionFilters]
    ) -> Listing[wire.TransactionNode]:
        """Stock movements. Archived rows are hidden unless asked for. The order of the rows is not published."""
        found = asked("transactions", "TransactionFilterType", wire.TransactionNode, filters)
        return evolve(found, arguments={"include_archived": ("Boolean", True)}) if include_archived else found


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
