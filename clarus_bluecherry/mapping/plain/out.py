"""Out to the warehouse: Blue Cherry's rows as the bodies of requests to Clarus.

Law of this module: a body is that of the call the client would send, byte for byte once it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from clarus_bluecherry.clarus._rooms import calls
from clarus_bluecherry.errors import InvalidRecord, UnknownSku
from clarus_bluecherry.http._call import Call, Json
from clarus_bluecherry.mapping import bluecherry, clarus
from clarus_bluecherry.mapping.plain import rows
from clarus_bluecherry.mapping.plain.agreed import StepSettings
from clarus_bluecherry.mapping.plain.checking import StepSettingsOrDict
from clarus_bluecherry.mapping.plain.checking import settings as checked
from clarus_bluecherry.mapping.plain.spelling import Row
from clarus_bluecherry.mapping.plain.telling import step
from clarus_bluecherry.model import Item, Product, Sku

Body = dict[str, Json]


@step
def pick_to_goods_out(row: Row, settings: StepSettingsOrDict) -> Body:
    """A pick ticket (a row of `GET /api/pick` with its children) as the body of `POST /api/goods_outs`.

    Needs `account_id`, `warehouses`, `products` and `erp_zone`. Raises `InvalidRecord` naming the column that is
    missing, misspelt or no good, `UnknownSku` naming the product codes that `products` lacks.
    """
    site = checked(settings)
    site.need("account_id", "warehouses", "products", "erp_zone")
    ticket = rows.pick(row, site, ship_to=True)
    order = bluecherry.sales_order(ticket, zone=site.zone_of("erp_zone"), eaches=site.eaches, units=site.units)
    record = f"pick ticket {order.reference}"
    ids = _ids(site, order.location, (line.item for line in order.lines), record, site.carrier_id(order.carrier))
    return _body(calls.goods_outs.create.of(clarus.goods_out(order, ids)))


@step
def production_order_to_pre_receipt(row: Row, settings: StepSettingsOrDict) -> Body:
    """A production order as the body of `POST /api/goods_in_receipts`.

    `row` is one of `GET /api/productionOrderByStage` with its children. Needs and raises the same as
    `pick_to_goods_out`.
    """
    site = checked(settings)
    site.need("account_id", "warehouses", "products", "erp_zone")
    expected = rows.production_order(row, site)
    order = bluecherry.purchase_order(
        expected, zone=site.zone_of("erp_zone"), eaches=site.eaches, units=site.units
    )
    record = f"production order {order.reference}"
    ids = _ids(site, order.location, (line.item for line in order.lines), record)
    return _body(calls.goods_in_receipts.create.of(clarus.pre_receipt(order, ids)))


@step
def style_to_products(row: Row, settings: StepSettingsOrDict) -> dict[str, list[Body] | dict[str, Body]]:
    """A style (a row of `GET /api/style`) as the bodies that make its products in Clarus as they should be.

    `create` lists the bodies of `POST /api/products` for codes that `products` lacks; `update` has, for those it
    has, the id → the body of `PATCH /api/products/{id}`. Needs `stock_unit_type_id`. Raises `InvalidRecord`, also
    where two SKUs of the style would be the same product.
    """
    site = checked(settings)
    site.need("stock_unit_type_id")
    masters = [each for style in rows.styles(row, site) for each in bluecherry.products(style)]
    create: list[Body] = []
    update: dict[str, Body] = {}
    for code, master in _by_code(masters, site).items():
        product = clarus.product(master, code, cast(int, site.stock_unit_type_id))
        if code in site.products:
            known = site.products[code]
            update[str(known)] = _body(calls.products.update.of(known, product))
        else:
            create.append(_body(calls.products.create.of(product)))
    return {"create": create, "update": update}


def _by_code(masters: Iterable[Product], agreed: StepSettings) -> dict[str, Product]:
    """Each product once: a style lists its SKUs again for each season."""
    found: dict[str, Product] = {}
    for master in masters:
        code = agreed.code_of(master.sku)
        first = found.setdefault(code, master)
        if (first.sku, first.barcodes) != (master.sku, master.barcodes):
            raise InvalidRecord(
                f"{first.sku} and {master.sku} would be one product with two meanings",
                record=f"product {code}",
                field="code",
                action="Tell them apart in `recipe` or `skus` of the settings, or correct the style.",
            )
    return found


def _ids(
    agreed: StepSettings, location: str, items: Iterable[Item], record: str, carrier: int | None = None
) -> clarus.WarehouseIds:
    """The Clarus ids that an order needs. Every product that has none is named."""
    codes = {item: agreed.code_of(item) for item in items if isinstance(item, Sku)}
    missing = sorted({code for code in codes.values() if code not in agreed.products})
    if missing:
        error = UnknownSku(f"no product id for {', '.join(missing)}", code=missing[0], record=record)
        error.action = "Add the codes with their Clarus ids to `products` in the settings, and run the step again."
        raise error
    return clarus.WarehouseIds(
        account=cast(int, agreed.account_id),
        warehouse=agreed.warehouse_id(location),
        products={sku.key: agreed.products[code] for sku, code in codes.items()},
        carrier=carrier,
    )


def _body(call: Call[object]) -> Body:
    return cast(Body, call.json)
