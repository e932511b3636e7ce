"""A user's program that exists to be type-checked, under `mypy --strict` and pyright strict; it is never run.

A resource is defined once: what its lists and operations give is exact behind each of the three doors, and a name
that is misspelt, missing or of another type is an error before anything runs.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

import datetime as dt
from decimal import Decimal
from typing import assert_type

from clarus_bluecherry import AsyncClarus, Clarus
from clarus_bluecherry.clarus import AsyncListed, Listed, Listing, Portion, added, any_of, calls, since, wire
from clarus_bluecherry.http import Call, Json


def data(order: wire.GoodsOutOrder, noon: dt.datetime) -> None:
    assert_type(calls.products.list(code="SKU-1", account_id=3), Listing[wire.ProductNode])
    moved = calls.transactions.list(include_archived=True, created_at=since(noon))
    assert_type(moved, Listing[wire.TransactionNode])
    assert_type(calls.goods_outs.cancel(7), Call[wire.Saved])
    assert_type(calls.goods_outs.process_picks(["7", 8]), Call[tuple[str, ...]])
    assert_type(calls.products.create(code="X", description="Dress", stock_unit_type_id="1"), Call[wire.Saved])
    assert_type(calls.goods_outs.create.of(order), Call[wire.Saved])
    assert_type(calls.product_materials.update(7, 8, quantity=2), Call[wire.Saved])
    assert_type(calls.stock_checks.complete(7), Call[wire.StockCheckResult])
    assert_type(calls.rest("GET", "/api/documents/7/download"), Call[Json])


def threads(clarus: Clarus, noon: dt.datetime) -> None:
    rows = clarus.goods_outs.list(account_id="1", expected_date_of_dispatch=since(noon))
    assert_type(rows, Listed[wire.GoodsOutNode])
    assert_type(rows.first(), wire.GoodsOutNode | None)
    assert_type(rows.all(), list[wire.GoodsOutNode])
    assert_type(next(rows.pages()), Portion[wire.GoodsOutNode])
    for order in rows:
        assert_type(order, wire.GoodsOutNode)
    assert_type(clarus.goods_outs.cancel(7), wire.Saved)
    assert_type(clarus.documents.download(7), wire.DocumentLink)
    assert_type(clarus.tasks.export_receipt_confirmation(7), bytes)
    line = wire.GoodsOutLineAttributes(product_id="3", order_quantity=2)
    made = clarus.goods_outs.create(
        account_id="1",
        reference="SO-1",
        expected_date_of_dispatch=noon,
        lines=[line],
        address=wire.AddressAttributes(name="A. Buyer", country_code="GB"),
    )
    assert_type(made, wire.Saved)
    assert_type(clarus.goods_outs.update(7, priority=3, lines=[added(line)]), wire.Saved)
    assert_type(clarus.products.update(7, specific_gravity=Decimal("1.5"), barcode=None), wire.Saved)
    assert_type(clarus.query("{ __typename }"), dict[str, Json])


async def an_event_loop(clarus: AsyncClarus, order: wire.GoodsOutOrder) -> None:
    rows = clarus.stocks.list(status=any_of(["available"]), page_size=50)
    assert_type(rows, AsyncListed[wire.StockNode])
    assert_type(await rows.first(), wire.StockNode | None)
    assert_type(await rows.all(), list[wire.StockNode])
    async for stock in rows:
        assert_type(stock.quantity, Decimal)
    async for page in rows.pages():
        assert_type(page, Portion[wire.StockNode])
    assert_type(await clarus.goods_outs.cancel(7), wire.Saved)
    assert_type(await clarus.goods_outs.create.of(order), wire.Saved)
    assert_type(await clarus.sites.create(code="S", name="Site"), wire.Saved)


def what_cannot_be_said(clarus: Clarus) -> None:
    """Each line is an error that both type checkers must find: an unused ignore fails the check."""
    clarus.products.list(cod="X")  # type: ignore[call-arg]
    clarus.products.list(code=7)  # type: ignore[arg-type]
    clarus.products.create(code="X", description="Dress")  # type: ignore[call-arg]
    clarus.products.update(7, descripton="Dress")  # type: ignore[call-arg]
    clarus.products.update(7, barcode=5012)  # type: ignore[arg-type]
    clarus.products.update(barcode="5012")  # type: ignore[call-arg]
    clarus.goods_outs.cancel()  # type: ignore[call-arg]
    clarus.goods_out_lines.create(product_id=1)  # type: ignore[attr-defined]
