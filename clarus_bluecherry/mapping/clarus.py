"""Clarus's records ↔ canonical records.

Law of this module: pure functions. No I/O, no clock, no randomness; the same input gives the same output, and
what cannot be mapped raises an error that names the record and the field.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict

from attrs import field, frozen
from attrs.converters import optional

from clarus_bluecherry import model
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import InvalidRecord, UnknownSku
from clarus_bluecherry.mapping import told
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.mapping.effects import Effect

if TYPE_CHECKING:
    from clarus_bluecherry.mapping.terms import WarehouseTerms

__all__ = [
    "WarehouseIds",
    "address",
    "dispatch",
    "goods_out",
    "item_in_stock",
    "movement",
    "pre_receipt",
    "product",
    "stock_positions",
]

DESCRIPTION_LENGTH = 150
"""Characters of a product's description, which Clarus shows in its grids (H)."""

# Out to the warehouse ----------------------------------------------------------------------------------------


def _id(value: int | str) -> int:
    try:
        return int(value)
    except ValueError:
        raise InvalidRecord(f"{value!r} is no Clarus id", record="WarehouseIds", field="id") from None


def _ids(values: Mapping[str, int | str]) -> dict[str, int]:
    return {key: _id(value) for key, value in values.items()}


@frozen(kw_only=True)
class WarehouseIds:
    """The Clarus ids an order needs, because Clarus takes ids and never codes.

    Ids may be given as the text that reads return. `products` maps `Sku.key` to the product's id; `carrier` is
    optional.
    """

    account: int = field(converter=_id)
    warehouse: int = field(converter=_id)
    products: Mapping[str, int] = field(factory=dict, converter=_ids)
    carrier: int | None = field(default=None, converter=optional(_id))

    def product(self, item: model.Item, *, record: str, line: str) -> int:
        """The product id for `item`, or `UnknownSku` naming the line."""
        found = self.products.get(item.key) if isinstance(item, model.Sku) else None
        if found is None:
            raise UnknownSku(
                f"{item} has no product in the warehouse", code=str(item), record=record, field=f"line {line}"
            )
        return found


def goods_out(order: model.SalesOrder, ids: WarehouseIds) -> wire.GoodsOutOrder:
    """A sales order as the goods out that Clarus is asked to create.

    The order's reference is Clarus's reference and its first external reference; each line carries the ERP's
    line number, so that a dispatch can be told line by line.
    """
    record = f"sales order {order.reference}"
    with checked(record):
        lines = tuple(
            wire.GoodsOutLineAttributes(
                product_id=ids.product(line.item, record=record, line=line.number),
                order_quantity=line.quantity,
                alt_line_number=line.number,
                **_filled(alt_product_code=_sku_text(line.item), alt_line_note=line.note),
            )
            for line in order.lines
        )
        return wire.GoodsOutOrder(
            goods_out_type="sales_order",
            account_id=ids.account,
            warehouse_id=ids.warehouse,
            reference=order.reference,
            expected_date_of_dispatch=order.requested_dispatch,
            lines=lines,
            address=address(order.ship_to),
            **_filled(
                carrier_id=ids.carrier,
                order_notes=order.note,
                external_system_reference1=order.reference,
                external_system_reference2=order.order_number,
                external_system_reference3=order.purchase_order,
            ),
        )


def address(ship_to: model.Address) -> wire.AddressAttributes | None:
    """A delivery address as Clarus keeps it: town in line 3, region in line 4. None when nothing is known.

    Who is to be asked there has no field of its own and stands in line 5, which is for anything else of an
    address (H for the field, L that couriers are told it).
    """
    if ship_to == model.Address():
        return None
    lines = ship_to.lines
    return wire.AddressAttributes(
        **_filled(
            name=ship_to.name,
            address_1=lines[0] if lines else "",
            address_2=", ".join(lines[1:]),
            address_3=ship_to.city,
            address_4=ship_to.region,
            address_5="" if ship_to.contact == ship_to.name else ship_to.contact,
            postcode=ship_to.postcode,
            country_code=ship_to.country,
            email_address=ship_to.email,
            phone_number=ship_to.phone,
        )
    )


def pre_receipt(order: model.PurchaseOrder, ids: WarehouseIds) -> wire.PreReceipt:
    """A purchase order as the pre-receipt that Clarus is asked to create, line by line."""
    record = f"purchase order {order.reference}"
    with checked(record):
        lines = tuple(
            wire.GoodsInLineAttributes(
                product_id=ids.product(line.item, record=record, line=line.number),
                expected_quantity=line.quantity,
                alt_line_number=line.number,
                alt_line_reference=order.reference,
                **_filled(alt_product_code=_sku_text(line.item)),
            )
            for line in order.lines
        )
        return wire.PreReceipt(
            account_id=ids.account,
            warehouse_id=ids.warehouse,
            reference=order.reference,
            external_system_reference1=order.reference,
            lines=lines,
            **_filled(expected_date_of_arrival=order.due),
        )


def product(master: model.Product, code: str, stock_unit_type: int) -> wire.ProductAttributes:
    """A SKU of the master as a Clarus product under `code`; style, colour and size go to the free text slots."""
    told_of_it = {"description": str(master.sku)[:DESCRIPTION_LENGTH], **product_fields(master)}
    with checked(f"product {code}"):
        return wire.ProductAttributes(code=code, stock_unit_type_id=stock_unit_type, **told_of_it)


def product_fields(master: model.Product) -> dict[str, Any]:
    """What Blue Cherry tells of a SKU, by the field of a Clarus product; what it does not tell has none."""
    return _filled(
        description=master.description[:DESCRIPTION_LENGTH],
        barcode=master.barcodes[0] if master.barcodes else "",
        external_system_reference1=master.sku.key,
        string1=master.sku.style,
        string2=master.sku.color,
        string3=master.sku.size,
        string4=master.sku.label,
        string5=master.sku.dimension,
    )


# Back from the warehouse -------------------------------------------------------------------------------------

_COMPLETED = "COMPLETED"
_UNIT_FIELDS = frozenset(
    {"stock_configuration", "order_quantity_dimension", "stock_unit_type", "stock_unit_type_code", "uom"}
)
_PIECES = frozenset({"UNIT", "NONE"})
"""Clarus's own words for pieces: of a pack level, and of a dimension (H)."""


def dispatch(
    order: wire.GoodsOutNode,
    lines: Sequence[wire.GoodsOutLineNode],
    shipments: Sequence[wire.ShipmentNode],
    packages: Sequence[wire.PackageNode],
    terms: WarehouseTerms,
) -> model.Dispatch:
    """A completed goods out, its lines and its parcels, as a dispatch.

    An order that does not say that it is completed, or has no lines, is none; a line that does not say how much
    left, or tells it in another unit than the each, refuses it.

    Which units are in which parcel is not published; with one parcel it holds everything, with several the
    first is given all units and the others their tracking only (our reading).
    """
    with checked(f"goods out {order.reference}"):
        if order.status != _COMPLETED:
            status = order.status or "not told"
            raise InvalidRecord(f"it is not completed: its status is {status}", field="goods_out_status")
        refuse_unknown_shipments(shipments, packages)
        sent = what_left(order, lines, terms)
        return model.Dispatch(
            id=order.id,
            occurred_at=dispatched_at(order, terms.zone),
            own_date=wire.bare_date(order.actual_date_of_dispatch or ""),
            lines=sent,
            cartons=cartons_of(packages, sent),
            **dispatch_head(order, shipments, terms),
        )


def what_left(
    order: wire.GoodsOutNode, lines: Sequence[wire.GoodsOutLineNode], terms: WarehouseTerms
) -> tuple[model.DispatchLine, ...]:
    """What has left so far of each line of `order`. Raises `InvalidRecord` where that is not told."""
    if not lines:
        raise InvalidRecord("it has no lines, so nobody knows what left", field="lines")
    return tuple(_dispatched(line, order, terms) for line in lines)


class _Head(TypedDict):
    order_reference: str
    location: str
    carrier: str
    service: str


def dispatch_head(
    order: wire.GoodsOutNode, shipments: Sequence[wire.ShipmentNode], terms: WarehouseTerms
) -> _Head:
    """What a dispatch tells of its order, whatever of it left."""
    service = shipments[0].carrier_service if shipments else None
    return {
        "order_reference": order.reference,
        "location": terms.location_of(_code(order.warehouse, "warehouse")),
        "carrier": (order.carrier and order.carrier.code) or "",
        "service": (service and service.code) or "",
    }


def refuse_unknown_shipments(shipments: Sequence[wire.ShipmentNode], packages: Sequence[wire.PackageNode]) -> None:
    """A parcel of a shipment that is not the order's holds the goods of another one."""
    known = {shipment.id for shipment in shipments}
    for package in packages if known else ():
        if package.shipment and package.shipment.id and package.shipment.id not in known:
            what = f"package {package.id} is of the shipment {package.shipment.id}, which is none of the order's"
            raise InvalidRecord(what, field="shipment.id")


def dispatched_at(order: wire.GoodsOutNode, zone: dt.tzinfo) -> dt.datetime:
    """When a completed order left. `zone` is for a date without a time, or a time without a zone."""
    if not order.actual_date_of_dispatch:
        raise InvalidRecord("no dispatch date on a completed order", field="actual_date_of_dispatch")
    with checked(f"goods out {order.reference}", field="actual_date_of_dispatch"):
        return wire.instant(order.actual_date_of_dispatch, zone=zone)


def _dispatched(
    line: wire.GoodsOutLineNode, order: wire.GoodsOutNode, terms: WarehouseTerms
) -> model.DispatchLine:
    """A line without the ERP's number goes by Clarus's id, written so that it cannot be taken for one."""
    with checked(f"goods out {order.reference}, line {line.id}"):
        if line.goods_out is not None and line.goods_out.id not in ("", order.id):
            raise InvalidRecord(f"it is a line of another order, {line.goods_out.id}", field="goods_out")
        _in_eaches(line, line.product, terms)
        return model.DispatchLine(
            number=line.alt_line_number or f"id {line.id}",
            item=terms.sku_of(_code(line.product, "product")),
            ordered=line.order_quantity,
            shipped=told.quantity(line.dispatch_quantity, "dispatch_quantity"),
        )


def cartons_of(
    packages: Sequence[wire.PackageNode], lines: Sequence[model.DispatchLine]
) -> tuple[model.Carton, ...]:
    """The parcels in which `lines` left: the first is given all units (our reading)."""
    contents = tuple(
        model.CartonLine(number=line.number, item=line.item, quantity=line.shipped)
        for line in lines
        if line.shipped > 0
    )
    return tuple(
        model.Carton(
            number=(package.storage_unit and package.storage_unit.reference) or package.id,
            tracking=package.tracking_number or "",
            lines=() if place else contents,
        )
        for place, package in enumerate(packages)
    )


_DIRECTION: Mapping[Effect, int] = {
    Effect.RECEIVE: 1,
    Effect.UNRECEIVE: -1,
    Effect.ADJUST_UP: 1,
    Effect.ADJUST_DOWN: -1,
    Effect.HOLD: 1,
    Effect.RELEASE: -1,
    Effect.DISPATCH: 0,
    Effect.UNDISPATCH: 0,
    Effect.NONE: 0,
}


def movement(transaction: wire.TransactionNode, terms: WarehouseTerms) -> model.Movement | None:
    """A transaction of the warehouse's ledger as a movement, or None when stock on hand does not change.

    The direction comes from the subtype and the size from the quantity's magnitude, because the vendor does not
    publish the sign. Dispatches, and dispatches taken back, are told by their order, not here.
    """
    with checked(f"transaction {transaction.id}"):
        effect = terms.effect_of(transaction.subtype)
        quantity = abs(transaction.quantity) * _DIRECTION[effect]
        if quantity == 0:
            return None
        _in_eaches(transaction, transaction.product, terms)
        if effect in {Effect.RECEIVE, Effect.UNRECEIVE}:
            return _received(transaction, quantity, terms)
        kind = model.Hold if effect in {Effect.HOLD, Effect.RELEASE} else model.Adjustment
        return kind(
            id=transaction.id,
            occurred_at=transaction.created_at,
            location=terms.location_of(_code(transaction.warehouse, "warehouse")),
            item=terms.sku_of(_code(transaction.product, "product")),
            quantity=quantity,
            reason=_reason(transaction),
        )


def _received(
    transaction: wire.TransactionNode, quantity: Decimal, terms: WarehouseTerms
) -> model.Receipt | model.ReturnToStock:
    receipt, line = transaction.goods_in_receipt, transaction.goods_in_receipt_line
    if receipt is None:
        raise InvalidRecord("the receipt is not named", field="goods_in_receipt")
    reference = receipt.external_system_reference1 or receipt.reference or ""
    by_line = (line and line.alt_line_reference) or ""
    location = terms.location_of(_code(transaction.warehouse, "warehouse"))
    item = terms.sku_of(_code(transaction.product, "product"))
    if terms.is_return(receipt.receipt_type):
        return model.ReturnToStock(
            id=transaction.id,
            occurred_at=transaction.created_at,
            location=location,
            item=item,
            quantity=quantity,
            order_reference=by_line or reference,
            reason=_reason(transaction),
        )
    if line is None or not line.alt_line_number:
        raise InvalidRecord("the purchase order line is not named", field="goods_in_receipt_line.alt_line_number")
    return model.Receipt(
        id=transaction.id,
        occurred_at=transaction.created_at,
        order_reference=reference,
        line_number=line.alt_line_number,
        location=location,
        item=item,
        quantity=quantity,
    )


def item_of(transaction: wire.TransactionNode, terms: WarehouseTerms) -> model.Item:
    """What a transaction moved, in eaches."""
    with checked(f"transaction {transaction.id}"):
        _in_eaches(transaction, transaction.product, terms)
        return terms.sku_of(_code(transaction.product, "product"))


def _reason(transaction: wire.TransactionNode) -> str:
    if "reason_code" in (transaction.model_extra or {}):
        raise InvalidRecord("the reason is not named by its code", field="reason_code")
    return (transaction.reason_code and transaction.reason_code.code) or ""


def stock_positions(
    stocks: Iterable[wire.StockNode], *, warehouse: str, as_of: dt.datetime, terms: WarehouseTerms
) -> list[model.StockPosition]:
    """Physical stock of one warehouse, summed per item over every place and condition (held stock is on hand).

    Raises `InvalidRecord` naming the stock record that `item_in_stock` refuses.
    """
    total: defaultdict[model.Item, Decimal] = defaultdict(Decimal)
    for stock in stocks:
        total[item_in_stock(stock, terms)] += stock.quantity
    return [
        model.StockPosition(
            keeper=model.SystemOfRecord.WAREHOUSE,
            item=item,
            location=terms.location_of(warehouse),
            quantity=quantity,
            as_of=as_of,
        )
        for item, quantity in total.items()
    ]


def item_in_stock(stock: wire.StockNode, terms: WarehouseTerms) -> model.Item:
    """What a stock record is of, in eaches. Raises `InvalidRecord` for what cannot lie in a warehouse."""
    with checked(f"stock {stock.id}"):
        _in_eaches(stock, stock.product, terms)
        if stock.quantity < 0:
            raise InvalidRecord("it is less than nothing", field="quantity")
        return terms.sku_of(_code(stock.product, "product"))


def _in_eaches(record: wire.Node, product: wire.Reference | None, terms: WarehouseTerms) -> None:
    """Nothing published tells the unit of a quantity; where a tenant's fields do, they must tell the each."""
    for told_by in (record, *([product] if product else [])):
        told.in_eaches(told_by, _UNIT_FIELDS, terms.eaches | _PIECES)


def _code(reference: wire.CodedReference | None, field: str) -> str:
    if reference is None or not reference.code:
        raise InvalidRecord(f"the {field} is not named by its code", field=field)
    return reference.code


def _sku_text(item: model.Item) -> str:
    return str(item) if isinstance(item, model.Sku) else item.code


def _filled(**fields: object) -> dict[str, Any]:
    """Only the fields with something in them: the vendor discourages empty strings."""
    return {name: value for name, value in fields.items() if value not in ("", None)}
