"""The same mappings with plain dicts in and plain dicts out, for an iPaaS Python step.

Law of this module: each function is its namesake in `mapping.bluecherry` or `mapping.clarus`, nothing more. Dicts
in are wire records with the vendor's field names or canonical records as `model.to_plain` writes them; dicts out
hold only text, numbers, lists and dicts, so `json.dumps` takes them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import evolve
from pydantic import BaseModel

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.mapping import bluecherry, clarus
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.mapping.terms import ErpTerms, WarehouseTerms
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    Item,
    Plain,
    Product,
    PurchaseOrder,
    Receipt,
    ReturnToStock,
    SalesOrder,
    Sku,
    StockPosition,
    UnmatchedCode,
    from_plain,
    to_plain,
)

M = TypeVar("M", bound=BaseModel)


_IDENTITIES = ("pick_num", "prod_num", "style", "reference", "id")


def parse(kind: type[M], data: Plain) -> M:
    """`data` as a wire record of `kind`, or `InvalidRecord` naming record and field (never quoting its value)."""
    known = data if isinstance(data, Mapping) else {}
    identity = next((known[name] for name in _IDENTITIES if isinstance(known.get(name), str | int)), "")
    with checked(f"{kind.__name__} {identity}".rstrip()):
        return kind.model_validate(data)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(f"{name!r} is no time zone", field="zone") from error


def _message(model: messages.Message) -> dict[str, object]:
    return model.model_dump(mode="json")


def _attributes(model: BaseModel) -> dict[str, object]:
    return model.model_dump(mode="json", exclude_unset=True)


def skus(codes: Mapping[str, str]) -> Callable[[str], Item]:
    """A SKU lookup from a plain crosswalk: product code → SKU key (`division|style|color|label|dimension|size`).

    >>> skus({"01234-BLK-M": "|01234|BLK|||M"})("01234-BLK-M")
    Sku(style='01234', color='BLK', label='', dimension='', size='M', division='')
    """

    def sku_of(code: str) -> Item:
        return Sku.from_key(codes[code]) if code in codes else UnmatchedCode(code)

    return sku_of


def warehouse_terms(*, zone: str, codes: Mapping[str, str], terms: WarehouseTerms | None = None) -> WarehouseTerms:
    """Terms for the functions below, from a zone name and a plain crosswalk."""
    return evolve(terms or WarehouseTerms(zone=_zone(zone)), zone=_zone(zone), sku_of=skus(codes))


def erp_terms(*, zone: str, barcodes: Mapping[str, str], terms: ErpTerms | None = None) -> ErpTerms:
    """Terms for the functions below, from a zone name and a plain table of SKU key → UPC."""
    return evolve(
        terms or ErpTerms(zone=_zone(zone)),
        zone=_zone(zone),
        barcode_of=lambda sku: barcodes.get(sku.key, ""),
    )


def sales_order(pick: Plain, *, zone: str) -> dict[str, object]:
    """Pick ticket → sales order."""
    return to_plain(bluecherry.sales_order(parse(messages.PickTicket, pick), zone=_zone(zone)))


def purchase_order(order: Plain, *, zone: str) -> dict[str, object]:
    """Production order → purchase order."""
    return to_plain(bluecherry.purchase_order(parse(messages.ProductionOrder, order), zone=_zone(zone)))


def products(style: Plain, *, currency: str = "") -> list[dict[str, object]]:
    """Style → its SKUs."""
    return [to_plain(each) for each in bluecherry.products(parse(messages.Style, style), currency=currency)]


def book_positions(rows: Iterable[Plain], *, as_of: dt.datetime) -> list[dict[str, object]]:
    """Inventory report lines → book stock."""
    lines = [parse(messages.OnHand, row) for row in rows]
    return [to_plain(position) for position in bluecherry.book_positions(lines, as_of=as_of)]


def _ids(account: int, warehouse: int, products: Mapping[str, int], carrier: int | None) -> clarus.WarehouseIds:
    return clarus.WarehouseIds(account=account, warehouse=warehouse, products=products, carrier=carrier)


def goods_out(
    order: Plain, *, account: int, warehouse: int, products: Mapping[str, int], carrier: int | None = None
) -> dict[str, object]:
    """Sales order → goods out. `products` maps SKU keys to Clarus product ids."""
    ids = _ids(account, warehouse, products, carrier)
    return _attributes(clarus.goods_out(from_plain(order, SalesOrder), ids))


def pre_receipt(order: Plain, *, account: int, warehouse: int, products: Mapping[str, int]) -> dict[str, object]:
    """Purchase order → pre-receipt. `products` maps SKU keys to Clarus product ids."""
    return _attributes(
        clarus.pre_receipt(from_plain(order, PurchaseOrder), _ids(account, warehouse, products, None))
    )


def product(master: Plain, *, code: str, stock_unit_type: int) -> dict[str, object]:
    """SKU of the master → Clarus product."""
    return _attributes(clarus.product(from_plain(master, Product), code, stock_unit_type))


def dispatch(
    order: Plain,
    *,
    lines: Iterable[Plain],
    shipments: Iterable[Plain] = (),
    packages: Iterable[Plain] = (),
    terms: WarehouseTerms,
) -> dict[str, object]:
    """Completed goods out with its lines and parcels → dispatch."""
    return to_plain(
        clarus.dispatch(
            parse(wire.GoodsOutNode, order),
            [parse(wire.GoodsOutLineNode, line) for line in lines],
            [parse(wire.ShipmentNode, shipment) for shipment in shipments],
            [parse(wire.PackageNode, package) for package in packages],
            terms,
        )
    )


def movement(transaction: Plain, *, terms: WarehouseTerms) -> dict[str, object] | None:
    """Warehouse transaction → receipt, adjustment, return to stock or hold; None when stock does not change."""
    found = clarus.movement(parse(wire.TransactionNode, transaction), terms)
    return None if found is None else to_plain(found)


def stock_positions(
    stocks: Iterable[Plain], *, warehouse: str, as_of: dt.datetime, terms: WarehouseTerms
) -> list[dict[str, object]]:
    """Stock records of one warehouse → physical stock per item."""
    nodes = [parse(wire.StockNode, stock) for stock in stocks]
    found = clarus.stock_positions(nodes, warehouse=warehouse, as_of=as_of, terms=terms)
    return [to_plain(position) for position in found]


def order_shipment(
    dispatch: Plain, *, order: Plain, date: dt.date, terms: ErpTerms, pick: Plain | None = None
) -> dict[str, object]:
    """Dispatch and its sales order → ship confirm. `pick` is the pick ticket as Blue Cherry sent it."""
    shipped, ordered = from_plain(dispatch, Dispatch), from_plain(order, SalesOrder)
    ticket = None if pick is None else parse(messages.PickTicket, pick)
    return _message(bluecherry.order_shipment(shipped, ordered, date, terms, pick=ticket))


def receipt_advice(receipt: Plain, *, date: dt.date, terms: ErpTerms) -> dict[str, object]:
    """Receipt → receipt advice."""
    return _message(bluecherry.receipt_advice(from_plain(receipt, Receipt), date, terms))


def inventory_adjustment(movement: Plain, *, date: dt.date, terms: ErpTerms) -> dict[str, object]:
    """Adjustment or count's difference → change of book stock."""
    return _message(bluecherry.inventory_adjustment(from_plain(movement, Adjustment), date, terms))


def return_advice(returned: Plain, *, date: dt.date, terms: ErpTerms) -> dict[str, object]:
    """Return to stock → return advice."""
    return _message(bluecherry.return_advice(from_plain(returned, ReturnToStock), date, terms))


def stock_position_advice(position: Plain, *, number: str, terms: ErpTerms) -> dict[str, object]:
    """Physical stock of one SKU → the warehouse's count for the ERP."""
    return _message(bluecherry.stock_position_advice(from_plain(position, StockPosition), number, terms))
