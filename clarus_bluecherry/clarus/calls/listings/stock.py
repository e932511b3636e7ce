"""Lists of stock, its movements, its containers and the work on it.

Law of this module: a query asks for the fields of its node model, which are those that the vendor shows, because
one unknown field fails the whole query.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.calls.listings.described import ListOf
from clarus_bluecherry.clarus.graphql import Listing, Where, by

# Stock and work ---------------------------------------------------------------------------------------------

stocks = ListOf(
    root="stocks",
    filter_type="StockFilterType",
    model=reading.StockNode,
    filters=(
        "product_id product_code account_id warehouse_id location_id location_code storage_unit_id status "
        "quantity fifo_date"
    ),
)
"""Stock records."""

stock_balances = ListOf(
    root="stock_balances",
    filter_type="StockBalancesFilterType",
    model=reading.StockBalanceNode,
    filters="product_id product_code account_id warehouse_id available allocated picked",
    key=by("product.id", "account.id", "warehouse.id"),
)
"""Stock per product, account and warehouse, which together tell rows apart: they have no id."""

storage_units = ListOf(
    root="storage_units",
    filter_type="StorageUnitFilterType",
    model=reading.StorageUnitNode,
    filters="reference active dispatched storage_unit_type_code warehouse_id",
)
"""Pallets, totes and boxes."""

tasks = ListOf(
    root="tasks",
    filter_type="TaskFilterType",
    model=reading.TaskNode,
    filters=(
        "status subtype task_type_code account_id warehouse_id product_id location_from_id location_to_id "
        "user_id goods_out_id goods_in_receipt_line_id storage_unit_from_id load_id assigned_at completed_at "
        "created_at priority drop_sequence"
    ),
)
"""Warehouse work."""

_TRANSACTIONS = ListOf(
    root="transactions",
    filter_type="TransactionFilterType",
    model=reading.TransactionNode,
    filters=(
        "subtype category product_id account_id warehouse_id created_at goods_out_id location_from_id "
        "location_to_id"
    ),
)


def transactions(
    where: Where | None = None,
    *,
    extra_fields: Iterable[str] = (),
    page_size: int | None = None,
    include_archived: bool = False,
) -> Listing[reading.TransactionNode]:
    """The warehouse's own ledger, one row per stock movement. Archived rows are hidden unless asked for.

    Filters: subtype, category, product_id, account_id, warehouse_id, created_at,
    goods_out_id, location_from_id, location_to_id. The order of the rows is not published.
    """
    listing = _TRANSACTIONS(where, extra_fields=extra_fields, page_size=page_size)
    return evolve(listing, arguments={"include_archived": ("Boolean", True)}) if include_archived else listing
