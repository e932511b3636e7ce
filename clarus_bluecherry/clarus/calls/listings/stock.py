"""Lists of stock, its movements, its containers and the work on it.

Law of this module: a default query asks only for fields that the vendor shows, because one unknown field fails the
whole query.
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
    fields=(
        "id quantity status fifo_date product { id code } location { id code } account { id code } "
        "storage_unit { id reference }"
    ),
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
    fields="available allocated ordered received picked product { id code } account { id code } warehouse { id }",
    filters="product_id product_code account_id warehouse_id available allocated picked",
    key=by("product.id", "account.id", "warehouse.id"),
)
"""Stock per product, account and warehouse, which together tell rows apart: they have no id."""

storage_units = ListOf(
    root="storage_units",
    filter_type="StorageUnitFilterType",
    model=reading.StorageUnitNode,
    fields=(
        "id reference active dispatched dispatched_at created_at storage_unit_type { id code name } warehouse "
        "{ id code name }"
    ),
    filters="reference active dispatched storage_unit_type_code warehouse_id",
)
"""Pallets, totes and boxes."""

tasks = ListOf(
    root="tasks",
    filter_type="TaskFilterType",
    model=reading.TaskNode,
    fields=(
        "id status subtype start_quantity confirmed_quantity created_at account { id code } warehouse { id "
        "code } product { id code } task_type { id code } location_from { id code } location_to { id code }"
    ),
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
    fields=(
        "id subtype category quantity created_at product { id code } account { id code } location_from { id "
        "code } location_to { id code } completing_user { id }"
    ),
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
