"""The message that a record calls for, as the other side is to read it.

Law of this module: what cannot be written says why, by the field or the code that is in the way, with the nearest
candidates. What it has to know of Clarus is asked through `needed`, never while a transaction is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.clarus.files import import_content
from clarus_bluecherry.errors import AmbiguousSku, InvalidRecord, SkuError, UnknownSku
from clarus_bluecherry.flows.at_release import as_released
from clarus_bluecherry.flows.names import BLUECHERRY, GOODS_OUT, PICK, PRE_RECEIPT
from clarus_bluecherry.flows.needed import asked
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import WarehouseIds, bluecherry, clarus, clarus_files, resolved, unmatched
from clarus_bluecherry.mapping.clarus_files import WarehouseCodes
from clarus_bluecherry.mapping.prepacks import exploded
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    Item,
    OrderLine,
    PurchaseOrder,
    Receipt,
    ReturnToStock,
    SalesOrder,
    Sku,
)
from clarus_bluecherry.sku import Ambiguous, Unknown

if TYPE_CHECKING:
    from clarus_bluecherry.clarus import wire
    from clarus_bluecherry.clarus._lookups import Ids
    from clarus_bluecherry.clarus.files import ClarusFiles, ImportFiles

MovementT = TypeVar("MovementT", Dispatch, Receipt, Adjustment, ReturnToStock)


# To the warehouse --------------------------------------------------------------------------------------------


def goods_out(order: SalesOrder, site: Site) -> BaseModel:
    """A sales order as the goods out that Clarus is asked to create."""
    order = exploded(order, partial(is_stocked, site))
    return clarus.goods_out(order, _ids(site, order.location, _items(order), shipper=order.carrier))


def goods_out_lines(order: SalesOrder, site: Site) -> Sequence[wire.GoodsOutLineAttributes]:
    """The lines of a sales order as Clarus is asked for them. Raises `SkuError` for one without a product."""
    order = exploded(order, partial(is_stocked, site))
    return clarus.goods_out(order, _ids(site, order.location, _items(order))).lines


def goods_out_by_file(order: SalesOrder, site: Site, files: ClarusFiles) -> BaseModel:
    """A sales order as the rows of an import file."""
    order, how = exploded(order, partial(is_stocked, site)), files.imports[GOODS_OUT]
    document = clarus_files.order_document(order, _codes(site, order.location, how, order.carrier))
    return import_content(how.template, document)


def pre_receipt(order: PurchaseOrder, site: Site) -> BaseModel:
    """A purchase order as the pre-receipt that Clarus is asked to create."""
    order = exploded(order, partial(is_stocked, site))
    return clarus.pre_receipt(order, _ids(site, order.location, _items(order)))


def pre_receipt_by_file(order: PurchaseOrder, site: Site, files: ClarusFiles) -> BaseModel:
    """A purchase order as the rows of an import file."""
    order, how = exploded(order, partial(is_stocked, site)), files.imports[PRE_RECEIPT]
    document = clarus_files.pre_receipt_document(order, _codes(site, order.location, how))
    return import_content(how.template, document)


def _items(order: SalesOrder | PurchaseOrder) -> list[Item]:
    return [line.item for line in order.lines]


# To Blue Cherry ----------------------------------------------------------------------------------------------


def order_shipment(dispatch: Dispatch, date: dt.date, site: Site) -> BaseModel:
    """A dispatch as the ship confirm of its pick ticket."""
    order, key, pick = _order_of(dispatch, site)
    told = _all_tied(as_released(dispatch, order, key, site), site)
    return bluecherry.order_shipment(told, order, date, site.erp_terms, pick=pick)


def receipt_advice(receipt: Receipt, date: dt.date, site: Site) -> BaseModel:
    """A receipt as the advice on a line of its production order."""
    return bluecherry.receipt_advice(_tied(receipt, site), date, site.erp_terms)


def inventory_adjustment(adjustment: Adjustment, date: dt.date, site: Site) -> BaseModel:
    """An adjustment or a count as Blue Cherry books it."""
    return bluecherry.inventory_adjustment(_tied(adjustment, site), date, site.erp_terms)


def return_advice(returned: ReturnToStock, date: dt.date, site: Site) -> BaseModel:
    """A return to stock as Blue Cherry books it."""
    return bluecherry.return_advice(_tied(returned, site), date, site.erp_terms)


def _tied(movement: MovementT, site: Site) -> MovementT:
    return _all_tied(resolved(movement, site.warehouse_terms.sku_of), site)


def _all_tied(tied: MovementT, site: Site) -> MovementT:
    codes = unmatched(tied)
    if codes:
        raise _no_sku(codes[0], site)
    return tied


def _no_sku(code: str, site: Site) -> SkuError:
    match = site.crosswalk.match(code) if site.crosswalk else None
    if isinstance(match, Ambiguous):
        names = tuple(str(each) for each in match.candidates)
        return AmbiguousSku(f"the code {code!r} is ambiguous: {match.reason}", code=code, candidates=names)
    what = f"the code {code!r} is tied to no SKU"
    if not isinstance(match, Unknown):
        return UnknownSku(what, code=code)
    what = f"{what}; {match.sign}" if match.sign else what
    return UnknownSku(what, code=code, candidates=tuple(str(each) for each in match.nearest))


def _order_of(dispatch: Dispatch, site: Site) -> tuple[SalesOrder, str, PickTicket | None]:
    """The order as it was sent out, its fact's key, and the pick ticket as Blue Cherry wrote it."""
    head = site.ledger.head(BLUECHERRY, PICK, dispatch.order_reference)
    fact = site.ledger.fact(head.standing_key) if head and head.standing_key else None
    if fact is None or not isinstance(fact.record, SalesOrder):
        raise InvalidRecord("no pick ticket of this number was sent out", field="order_reference")
    return fact.record, fact.key, None if fact.raw is None else PickTicket.model_validate(fact.raw)


def _ids(site: Site, location: str, items: Iterable[Item], *, shipper: str = "") -> WarehouseIds:
    skus = tuple(item for item in dict.fromkeys(items) if isinstance(item, Sku))
    return asked(site, (location, skus, shipper), partial(_ids_known_to, site, location, skus, shipper))


def _ids_known_to(site: Site, location: str, skus: Iterable[Sku], shipper: str, ids: Ids) -> WarehouseIds:
    carrier = site.erp_terms.carrier_of(shipper)
    return WarehouseIds(
        account=ids.account(site.account),
        warehouse=ids.warehouse(site.warehouse_at(location)),
        products={sku.key: _product_id(site, sku, ids) for sku in skus},
        carrier=ids.carrier(carrier) if carrier else None,
    )


def _codes(site: Site, location: str, how: ImportFiles, shipper: str = "") -> WarehouseCodes:
    warehouse = site.warehouse_at(location)
    if warehouse not in site.warehouses:
        raise InvalidRecord(f"no warehouse of the site is at the location {location!r}", field="location")
    return WarehouseCodes(
        account=site.account,
        warehouse=warehouse,
        zone=site.warehouse_terms.zone,
        product_of=partial(_product_code, site),
        carrier=site.erp_terms.carrier_of(shipper),
        more=how.more,
    )


def product_at(site: Site, sku: Sku) -> str:
    """The warehouse's product of a SKU: its id, or its code where the warehouse is reached by file.

    Raises `SkuError` where there is none.
    """
    if site.files is not None:
        return _product_code(site, sku)
    return asked(site, sku, partial(_product_id, site, sku))


def has_product(site: Site, line: OrderLine) -> bool:
    """Whether the line's SKU has a product in the warehouse, or is a prepack all of whose components have."""
    try:
        if line.pack is None or is_stocked(site, line.item):
            return _has_product(site, line.item)
        return all(_has_product(site, part.item) for part in line.pack.parts)
    except SkuError:
        return False


def is_stocked(site: Site, pack: Item) -> bool:
    """Whether the warehouse has a product for a prepack. Raises `AmbiguousSku` where that is not clear."""
    try:
        return _has_product(site, pack)
    except UnknownSku:
        return False


def _has_product(site: Site, item: Item) -> bool:
    if not isinstance(item, Sku):
        return False
    return bool(product_at(site, item))


def _product_code(site: Site, sku: Sku) -> str:
    if several := site.divided.get(sku):
        what = f"{sku} stands in several divisions, and the order does not say in which"
        raise AmbiguousSku(what, code=str(sku), candidates=tuple(map(str, several)), record=f"Sku {sku}")
    if site.crosswalk is None:
        raise UnknownSku("no crosswalk was built yet", code=str(sku))
    return site.crosswalk.require_code(sku)


def _product_id(site: Site, sku: Sku, ids: Ids) -> str:
    code = _product_code(site, sku)
    product = site.crosswalk.product_of(sku) if site.crosswalk else None
    return product.id if product and product.id else ids.product(code)
