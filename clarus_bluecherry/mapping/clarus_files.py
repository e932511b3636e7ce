"""Canonical records ↔ Clarus's files: import documents out, confirmation rows back.

Law of this module: pure functions, as in `mapping.clarus`; files carry Clarus's codes where the API takes ids.
Free text is put on one line and trimmed, because files fail on anything else; codes are never changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from attrs import asdict, evolve, field, frozen

from clarus_bluecherry.clarus.files import DispatchedRow, ImportRecord, ReceivedRow, Refused
from clarus_bluecherry.clarus.files._imports import Cells, Value
from clarus_bluecherry.errors import InvalidRecord, UnknownSku
from clarus_bluecherry.mapping import clarus
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.mapping.terms import WarehouseTerms
from clarus_bluecherry.model import (
    Address,
    Carton,
    CartonLine,
    Dispatch,
    DispatchLine,
    Item,
    Product,
    PurchaseOrder,
    Receipt,
    ReturnToStock,
    SalesOrder,
    Sku,
)
from clarus_bluecherry.tables import trimmed

__all__ = [
    "WarehouseCodes",
    "address_document",
    "dispatches",
    "order_document",
    "pre_receipt_document",
    "product_account_document",
    "product_document",
    "receipts",
]

# Out to the warehouse ----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class WarehouseCodes:
    """The Clarus codes an import needs. `product_of` gives a SKU's product code, or None when it has none.

    `zone` is the one in which an instant's date is written. `customer`, `supplier` and `carrier` are left out
    when empty.
    """

    account: str
    warehouse: str
    zone: dt.tzinfo
    product_of: Callable[[Sku], str | None]
    customer: str = ""
    supplier: str = ""
    carrier: str = ""
    more: Mapping[str, Value] = field(factory=dict)

    def product(self, item: Item, *, record: str, line: str) -> str:
        """The product code for `item`, or `UnknownSku` naming the line."""
        code = self.product_of(item) if isinstance(item, Sku) else None
        if code is None:
            raise UnknownSku(
                f"{item} has no product in the warehouse", code=str(item), record=record, field=f"line {line}"
            )
        return code


def order_document(order: SalesOrder, codes: WarehouseCodes) -> ImportRecord:
    """A sales order for the orders import. `codes.more` fills further header columns, such as `address_code`.

    Raises `UnknownSku`, and `InvalidRecord` for an order with neither an address nor an address code.
    """
    record = f"sales order {order.reference}"
    if order.ship_to == Address() and "address_code" not in codes.more:
        raise InvalidRecord("neither an address nor an address code", record=record, field="ship_to")
    header: dict[str, Value] = {
        "order_reference": order.reference,
        "account_code": codes.account,
        "warehouse_code": codes.warehouse,
        "customer_code": codes.customer or order.customer,
        "carrier_code": codes.carrier,
        "expected_date_of_dispatch": order.requested_dispatch.astimezone(codes.zone).date(),
        "notes": _one_line(order.note),
        "external_system_reference1": order.reference,
        "external_system_reference2": order.order_number,
        "external_system_reference3": order.purchase_order,
        **_order_address(order.ship_to),
    }
    lines = tuple(
        _filled(
            {
                "product_code": codes.product(line.item, record=record, line=line.number),
                "quantity": line.quantity,
                "quantity_dimension": "unit",
                "alt_line_number": line.number,
                "alt_product_code": str(line.item) if isinstance(line.item, Sku) else line.item.code,
                "alt_line_note": _one_line(line.note),
            }
        )
        for line in order.lines
    )
    return ImportRecord(record, {**_filled(header), **codes.more}, lines)


def pre_receipt_document(order: PurchaseOrder, codes: WarehouseCodes) -> ImportRecord:
    """A purchase order for the pre-receipts import.

    Raises `UnknownSku`, and `InvalidRecord` for an order without a due date: the file needs one.
    """
    record = f"purchase order {order.reference}"
    if order.due is None:
        raise InvalidRecord("the import needs a due date", record=record, field="due")
    header: dict[str, Value] = {
        "receipt_reference": order.reference,
        "account_code": codes.account,
        "warehouse_code": codes.warehouse,
        "supplier_code": codes.supplier,
        "carrier_code": codes.carrier,
        "expected_date_of_receipt": order.due.astimezone(codes.zone).date(),
        "delivery_method": "delivery",
        "receipt_type": "receipt",
        "external_system_reference1": order.reference,
    }
    lines = tuple(
        _filled(
            {
                "product_code": codes.product(line.item, record=record, line=line.number),
                "item_quantity": line.quantity,
                "quantity_dimension": "unit",
                "alt_line_number": line.number,
                "alt_line_reference": order.reference,
            }
        )
        for line in order.lines
    )
    return ImportRecord(record, {**_filled(header), **codes.more}, lines)


def product_document(master: Product, code: str, account: str, *, allow_update: bool = True) -> ImportRecord:
    """A SKU of the master for the products import, under `code`."""
    row: dict[str, Value] = {
        "Code": code,
        "Description": _one_line(master.description) or str(master.sku),
        "allow_update": allow_update,
        "Account Code": account,
        "Barcode": master.barcodes[0] if master.barcodes else "",
        "External System Reference 1": master.sku.key,
    }
    return ImportRecord(f"product {code}", _filled(row))


def product_account_document(code: str, account: str, *, assign: bool = True) -> ImportRecord:
    """That `account` may hold the product `code`, or no longer."""
    operation = "ASSIGN" if assign else "UNASSIGN"
    row = {"Product Code": code, "Account Code": account, "Operation": operation}
    return ImportRecord(f"product {code} of account {account}", row)


def address_document(
    address: Address, code: str, account: str = "", *, address_type: str = "DeliveryAddress"
) -> ImportRecord:
    """An address for the addresses import: town in line 3 and region in line 4, as over the API."""
    wire = clarus.address(address)
    told = {} if wire is None else wire.model_dump(exclude_unset=True)
    lines = {f"address_{number}": _one_line(told.get(f"address_{number}", "")) for number in range(1, 6)}
    row = {
        "code": code,
        "address_type": address_type,
        "name": _one_line(address.name),
        **lines,
        "postcode": _one_line(address.postcode),
        "phone_number": _one_line(address.phone),
        "email_address": _one_line(address.email),
        "country": address.country,
        "account_code": account,
    }
    return ImportRecord(f"address {code}", _filled(row))


def _order_address(ship_to: Address) -> dict[str, Value]:
    wire = clarus.address(ship_to)
    told = {} if wire is None else wire.model_dump(exclude_unset=True)
    return {
        **{f"address{number}": _one_line(told.get(f"address_{number}", "")) for number in range(1, 6)},
        "postcode": _one_line(ship_to.postcode),
        "recipient_name": _one_line(ship_to.name),
        "recipient_email": _one_line(ship_to.email),
        "recipient_phone_number": _one_line(ship_to.phone),
        "country_code": ship_to.country,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _filled(cells: Cells) -> dict[str, Value]:
    return {name: value for name, value in cells.items() if value not in ("", None)}


# Back from the warehouse -------------------------------------------------------------------------------------


def dispatches(
    rows: Iterable[DispatchedRow | Refused], terms: WarehouseTerms
) -> Iterator[Dispatch | InvalidRecord]:
    """The dispatches that the sales order confirmation tells: one for each order and instant, in the file's order.

    Give the refused rows too: an order that one of them may belong to, because it has a cell with its reference,
    is no dispatch, since part of it is missing. The error in place of a dispatch has the order's rows in `raw`.

    An export has no ids, so an order that left at one instant is known by its reference and that instant: the
    same rows in a later file are the same dispatch. Which units are in which parcel is told only where every row
    has the number of its carton: a tracking number is none, and Blue Cherry knows parcels by their numbers.
    """
    groups: dict[tuple[str, dt.date | None], list[DispatchedRow]] = {}
    refused: dict[str, InvalidRecord] = {}
    for row in rows:
        if isinstance(row, Refused):
            refused |= dict.fromkeys(map(trimmed, row.cells), row.error)
        else:
            groups.setdefault((row.order_reference, row.dispatched_at), []).append(row)
    for group in groups.values():
        try:
            _require_all(group[0].order_reference, refused)
            yield _dispatch(group, terms)
        except InvalidRecord as error:
            yield _with_rows(error, group)


def _with_rows(error: InvalidRecord, rows: Iterable[DispatchedRow | ReceivedRow]) -> InvalidRecord:
    """`error` with what the file says, so that a person can look at it."""
    error.raw = {"rows": [{name: str(value) for name, value in asdict(row).items()} for row in rows]}
    return error


def _require_all(order: str, refused: Mapping[str, InvalidRecord]) -> None:
    error = refused.get(trimmed(order))
    if error is not None:
        raise InvalidRecord(
            f"one of its rows could not be read: {error.problem}", record=f"dispatch of order {order}"
        )


def _dispatch(rows: list[DispatchedRow], terms: WarehouseTerms) -> Dispatch:
    first = rows[0]
    record = f"dispatch of order {first.order_reference}, line {first.number}"
    with checked(record):
        left = _instant(first.dispatched_at, terms.zone, "dispatched_at")
        warehouse = _the_one({row.warehouse_code for row in rows}, "warehouse_code")
        lines = tuple(
            DispatchLine(
                number=row.line_number or f"row {place}",
                item=terms.sku_of(row.product_code),
                ordered=row.dispatched if row.ordered is None else row.ordered,
                shipped=row.dispatched,
            )
            for place, row in enumerate(rows, start=1)
        )
        return Dispatch(
            id=f"{first.order_reference}@{left.isoformat()}",
            occurred_at=left,
            own_date=_own_date(first.dispatched_at),
            order_reference=first.order_reference,
            location=terms.location_of(warehouse),
            carrier=_the_one({row.carrier_code for row in rows}, "carrier_code"),
            service=_the_one({row.service_code for row in rows}, "service_code"),
            lines=lines,
            cartons=_cartons(rows, lines),
        )


def _cartons(rows: list[DispatchedRow], lines: tuple[DispatchLine, ...]) -> tuple[Carton, ...]:
    if not all(row.carton_number for row in rows):
        return ()
    found: dict[str, Carton] = {}
    for row, line in zip(rows, lines, strict=True):
        carton = found.setdefault(row.carton_number, Carton(number=row.carton_number, tracking=row.tracking))
        if line.shipped > 0:
            packed = CartonLine(number=line.number, item=line.item, quantity=line.shipped)
            found[row.carton_number] = evolve(carton, lines=(*carton.lines, packed))
    return tuple(found.values())


def receipts(
    rows: Iterable[ReceivedRow], terms: WarehouseTerms
) -> Iterator[Receipt | ReturnToStock | InvalidRecord]:
    """The receipts that the purchase order confirmation tells, one for each row that received something.

    An export has no ids: a row is known by its receipt, line, product, quantity and instant. Equal rows of one
    file are told apart by their place among them, so that a later file with the same rows brings nothing new. The
    error in place of a receipt has its row in `raw`.
    """
    seen: Counter[str] = Counter()
    for row in rows:
        record = f"receipt {row.receipt_reference}, line {row.number}"
        try:
            with checked(record):
                if row.received != 0:
                    yield _receipt(row, terms, seen)
        except InvalidRecord as error:
            yield _with_rows(error, [row])


def _receipt(row: ReceivedRow, terms: WarehouseTerms, seen: Counter[str]) -> Receipt | ReturnToStock:
    arrived = _instant(row.received_at, terms.zone, "received_at")
    content = _known_by(row, arrived)
    seen[content] += 1
    name = hashlib.sha256(f"{content}|{seen[content]}".encode()).hexdigest()[:16]
    location, item = terms.location_of(row.warehouse_code), terms.sku_of(row.product_code)
    if terms.is_return(row.receipt_type):
        return ReturnToStock(
            id=name,
            occurred_at=arrived,
            own_date=_own_date(row.received_at),
            location=location,
            item=item,
            quantity=row.received,
            order_reference=row.receipt_reference,
        )
    if not row.line_number:
        raise InvalidRecord("the purchase order line is not named", field="line_number")
    return Receipt(
        id=name,
        occurred_at=arrived,
        own_date=_own_date(row.received_at),
        order_reference=row.receipt_reference,
        line_number=row.line_number,
        location=location,
        item=item,
        quantity=row.received,
    )


def _known_by(row: ReceivedRow, arrived: dt.datetime) -> str:
    quantity = row.received.normalize() if row.received else Decimal(0)
    parts = (row.receipt_reference, row.line_number, row.product_code, f"{quantity:f}", arrived.astimezone(dt.UTC))
    return "|".join(map(str, parts))


def _instant(moment: dt.date | None, zone: dt.tzinfo, name: str) -> dt.datetime:
    if moment is None:
        raise InvalidRecord("the file does not say when", field=name)
    began = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
    return began.replace(tzinfo=zone)


def _own_date(moment: dt.date | None) -> dt.date | None:
    """The day, where the file says no time."""
    return None if isinstance(moment, dt.datetime) else moment


def _the_one(words: set[str], name: str) -> str:
    if len(words) > 1:
        raise InvalidRecord("the rows of one document contradict each other", field=name)
    return next(iter(words))
