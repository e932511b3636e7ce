"""Orders out: created and cancelled through the API, allocated, picked and dispatched by the warehouse's people.

Law of this module: what is picked and dispatched only grows, a promise is backed by stock that lies available, a
completed order never changes again, and a refused change changes nothing. Two creates with one reference make two
orders: the vendor documents no uniqueness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar, cast

from clarus_bluecherry.sandbox.warehouse import rules
from clarus_bluecherry.sandbox.warehouse.documents import (
    GoodsOut,
    GoodsOutLine,
    GoodsOutStatus,
    Package,
    PickProcessing,
    ReceiptLine,
    Shipment,
)
from clarus_bluecherry.sandbox.warehouse.floor import Cause, Place
from clarus_bluecherry.sandbox.warehouse.records import ZERO, Account, Area, Key, Product, StorageUnit
from clarus_bluecherry.sandbox.warehouse.tables import Refused, Table
from clarus_bluecherry.sandbox.warehouse.tenant import Attributes, Tenant, locked
from clarus_bluecherry.sku.codes._barcode import check_digit

Number = Decimal | int
Line = TypeVar("Line", GoodsOutLine, ReceiptLine)

_PLAIN = (
    "reference",
    "goods_out_type",
    "priority",
    "external_system_reference1",
    "external_system_reference2",
    "external_system_reference3",
)
LINE_TEXTS = ("alt_line_number", "alt_line_reference", "alt_product_code")
_CHANGEABLE = {GoodsOutStatus.DRAFT, GoodsOutStatus.PENDING}
_ALLOCATED = {GoodsOutStatus.ALLOCATED, GoodsOutStatus.PART_ALLOCATED}
_PICKABLE = _ALLOCATED | {GoodsOutStatus.PICK}
_NOT_SHORTABLE = {GoodsOutStatus.DRAFT, GoodsOutStatus.COMPLETED, GoodsOutStatus.CANCELLED}
_SSCC_PREFIX = "0999999"


class Outbound(Tenant):
    """A tenant that sends orders out."""

    # What the API does ---------------------------------------------------------------------------------------

    @locked
    def create_goods_out(self, attributes: Attributes, address: Attributes | None = None) -> GoodsOut:
        """Create an order, Pending unless `goods_out_status_id` says Draft (1).

        Without a `warehouse_id` the first warehouse is chosen.
        """
        rules.check("goods_outs", attributes)
        rules.check("addresses", address or {})
        order = self.row(
            GoodsOut,
            **{"warehouse": self.building(""), **self._header(attributes)},
            status=GoodsOutStatus.DRAFT if attributes.get("goods_out_status_id") == 1 else GoodsOutStatus.PENDING,
            address=dict(address or {}),
        )
        order.lines = [self._new_line(order, line) for _, _, line in changes_of(attributes, ("ADD",))]
        self.goods_outs.add(order)
        for line in order.lines:
            self.goods_out_lines.add(line)
        self.happened("goods_out", "created", order)
        return order

    @locked
    def change_goods_out(self, row_id: int, attributes: Attributes, address: Attributes | None = None) -> GoodsOut:
        """Change an order. Lines change only while it is Draft or Pending."""
        order = self.need(self.goods_outs, row_id, "goods out")
        rules.check("goods_outs", attributes, partial=True)
        rules.check("addresses", address or {})
        changes = changes_of(attributes, ("ADD", "UPDATE", "DESTROY"))
        if order.status in {GoodsOutStatus.COMPLETED, GoodsOutStatus.CANCELLED}:
            raise self._wrong_status(order, "be changed")
        if changes and order.status not in _CHANGEABLE:
            raise self._wrong_status(order, "have its lines changed")
        header = self._header(attributes)
        steps = [self._line_change(order, verb, line_id, line) for verb, line_id, line in changes]
        for step in steps:
            step()
        for name, value in header.items():
            setattr(order, name, value)
        order.address.update(address or {})
        self._touch(order)
        self.happened("goods_out", "updated", order)
        return order

    @locked
    def cancel_goods_out(self, row_id: int) -> GoodsOut:
        """Cancel an order: Draft and Pending ones are deleted, later ones are freed and kept."""
        order = self.need(self.goods_outs, row_id, "goods out")
        if order.status in {GoodsOutStatus.COMPLETED, GoodsOutStatus.CANCELLED}:
            raise self._wrong_status(order, "be cancelled")
        if order.status in _CHANGEABLE:
            self._forget(order)
        else:
            for line in order.lines:
                self._unpromise(line)
                self._back_to_storage(line)
            self._enter(order, GoodsOutStatus.CANCELLED)
        order.status = GoodsOutStatus.CANCELLED
        self.happened("goods_out", "cancelled", order)
        return order

    @locked
    def delete_goods_out(self, row_id: int) -> None:
        """Delete an order that has not been processed."""
        order = self.need(self.goods_outs, row_id, "goods out")
        if order.status not in _CHANGEABLE:
            raise self._wrong_status(order, "be deleted")
        self._forget(order)

    @locked
    def process_picks(self, ids: Sequence[object]) -> list[str]:
        """Allocate stock to orders: Allocated when it suffices, Part allocated when some is missing.

        Refused with the vendor's codes: 36 no ids, 37 an unknown id, 59 allocated already, 39 no stock at all.
        """
        orders = self._all_of(ids)
        waiting = {GoodsOutStatus.PENDING, GoodsOutStatus.PART_ALLOCATED}
        if any(order.status not in waiting for order in orders):
            raise Refused("an order is allocated already", code=59, symbol="goods_out_already_allocated")
        if not any(self.floor.free(line.key) > 0 and _open(line) > 0 for order in orders for line in order.lines):
            raise Refused("not enough stock", code=39, symbol="not_enough_stocks_for_picking")
        for order in orders:
            self._allocate(order)
        return [self._processed(order) for order in orders]

    @locked
    def short_order_lines(
        self, ids: Sequence[object], description: str, reason_code_id: object | None = None
    ) -> None:
        """Short what is missing from orders whose account allows it."""
        orders = self._all_of(ids)
        for order in orders:
            if not order.account.is_short_pickable:
                raise Refused("the account does not allow shorting", symbol="account_not_short_pickable")
            found = None if reason_code_id is None else self.named(self.reason_codes, reason_code_id, "reason")
            self.reason(found, order.account, "short_order_lines")
            if order.status in _NOT_SHORTABLE:
                raise self._wrong_status(order, "be shorted")
        for order in orders:
            order.extra["short_order_lines_description"] = description
            self.short(order.id)

    # What the warehouse's people do --------------------------------------------------------------------------

    @locked
    def pick(self, goods_out_id: int, quantities: Mapping[int, Number] | None = None) -> GoodsOut:
        """Bring units to the goods-out bay: those of `quantities` (line id → units), or all that is allocated.

        More than allocated may be picked while units lie free (the account rounds up to full packs).
        """
        order = self.need(self.goods_outs, goods_out_id, "goods out")
        if order.status not in _PICKABLE:
            raise self._wrong_status(order, "be picked")
        wanted = [
            (line, line.reserved if quantities is None else Decimal(quantities.get(line.id, 0)))
            for line in order.lines
        ]
        self._refuse_beyond(wanted)
        for line, quantity in wanted:
            if quantity > 0:
                self._pick(order, line, quantity)
        self._enter(order, GoodsOutStatus.PICK)
        return order

    @locked
    def dispatch(self, goods_out_id: int, *, parcels: int = 1, part: bool = False) -> Shipment:
        """Send off everything picked, in `parcels` with tracking numbers. The order is Completed.

        What was ordered and not picked is short; of a `part` it is to follow, and the order stays open for it.
        """
        order = self.need(self.goods_outs, goods_out_id, "goods out")
        waiting = [line for line in order.lines if line.waiting > 0]
        if not waiting:
            raise Refused("nothing is picked", record=f"goods out {order.reference}")
        shipment = self._shipped(order, parcels)
        for line in waiting:
            shipment.sent[line.id] = line.waiting
            self._send(order, line)
        if part and any(line.dispatch_quantity < line.order_quantity for line in order.lines):
            missing = any(_open(line) > 0 for line in order.lines)
            self._enter(order, GoodsOutStatus.PART_ALLOCATED if missing else GoodsOutStatus.PICK)
        else:
            self._finish(order)
        return shipment

    @locked
    def undispatch(self, shipment_id: int) -> Shipment:
        """Take a shipment back to the goods-out bay, as if it had never left. Its order is picking again."""
        shipment = self.need(self.shipments, shipment_id, "shipment")
        order = shipment.goods_out
        if not shipment.sent:
            raise Refused("nothing of it has left", record=f"shipment {shipment.reference}")
        bay = Place(self.location(order.warehouse, Area.GOODS_OUT), "picked")
        cause = Cause(goods_out=order, description=f"Dispatch of {order.reference} taken back")
        for line in (line for line in order.lines if line.id in shipment.sent):
            units = shipment.sent[line.id]
            back = self.moved("UNDISP", line.product, order.account, units, into=bay, cause=cause)
            reference, number = order.reference, line.alt_line_number
            self.book_moved("dispatch", back, units, source=order.id, reference=reference, line=number)
            line.dispatch_quantity -= units
        shipment.sent.clear()
        shipment.status = "cancelled"
        self.shipments.changed(shipment)
        order.actual_date_of_dispatch = None
        self._enter(order, GoodsOutStatus.PICK)
        return shipment

    @locked
    def short(self, goods_out_id: int) -> GoodsOut:
        """Give up what is not picked. With nothing in the goods-out bay the order is Completed at once."""
        order = self.need(self.goods_outs, goods_out_id, "goods out")
        if order.status in _NOT_SHORTABLE:
            raise self._wrong_status(order, "be shorted")
        if any(line.waiting > 0 for line in order.lines):
            for line in order.lines:
                self._give_up(line)
        else:
            self._finish(order)
        return order

    # Orders --------------------------------------------------------------------------------------------------

    def usable(self, attributes: Attributes, account: Account) -> Product:
        """The product that a line names, if the account may deal in it."""
        product = self.named(self.products, attributes.get("product_id"), "product_id")
        if product.stop:
            raise Refused(f"the product {product.code} is stopped", symbol="product_stopped", field="product_id")
        assigned = any(one.account is account for one in self.account_products.find("product.id", product.id))
        if account.assigned_products_only and not assigned:
            raise Refused(f"{product.code} is not assigned to {account.code}", field="product_id")
        return product

    def _header(self, attributes: Attributes) -> dict[str, object]:
        """The order's own fields that `attributes` give, with ids looked up."""
        header = {name: attributes[name] for name in _PLAIN if attributes.get(name) is not None}
        linked: Mapping[str, Table[Any]] = {
            "account": self.accounts,
            "warehouse": self.warehouses,
            "customer": self.customers,
            "carrier": self.carriers,
            "carrier_service": self.carrier_services,
            "order_type": self.order_types,
        }
        for name, table in linked.items():
            if attributes.get(f"{name}_id") is not None:
                header[name] = self.named(table, attributes[f"{name}_id"], f"{name}_id")
        for name in ("expected_date_of_dispatch", "actual_date_of_dispatch"):
            if attributes.get(name) is not None:
                header[name] = self.moment(attributes, name)
        account = header.get("account")
        if isinstance(account, Account) and not account.is_active:
            raise Refused(f"the account {account.code} is not active", field="account_id")
        return header

    def _new_line(self, order: GoodsOut, attributes: Attributes) -> GoodsOutLine:
        rules.check("goods_out_lines", attributes)
        return self.row(
            GoodsOutLine,
            goods_out=order,
            product=self.usable(attributes, order.account),
            order_quantity=Decimal(str(attributes["order_quantity"])),
            **{name: attributes.get(name) for name in LINE_TEXTS},
        )

    def _line_change(
        self, order: GoodsOut, verb: str, row_id: object, attributes: Attributes
    ) -> Callable[[], object]:
        """A change of a line that is allowed, to be carried out when all the others are allowed too."""
        if verb == "ADD":
            fresh = self._new_line(order, attributes)
            return lambda: order.lines.append(self.goods_out_lines.add(fresh))
        line = next((one for one in order.lines if one.id == row_id), None)
        if line is None:
            raise Refused(f"the order has no line {row_id}", symbol="line_not_found", field="lines_changes")
        if verb == "DESTROY":
            return lambda: drop_line(order.lines, self.goods_out_lines, line)
        rules.check("goods_out_lines", attributes, partial=True)
        return lambda: update_line(line, attributes, "order_quantity")

    def _all_of(self, ids: Sequence[object]) -> list[GoodsOut]:
        if not ids:
            raise Refused("no ids", code=36, symbol="empty_ids_provided", field="ids")
        orders = [self.goods_outs.get(row_id) if isinstance(row_id, int) else None for row_id in ids]
        found = [order for order in orders if order is not None]
        if len(found) < len(orders):
            raise Refused("an id names no order", code=37, symbol="invalid_ids_provided", field="ids")
        return found

    def _forget(self, order: GoodsOut) -> None:
        self.goods_outs.remove(order)
        for line in order.lines:
            self.goods_out_lines.remove(line)

    def _enter(self, order: GoodsOut, status: GoodsOutStatus) -> None:
        order.status = status
        self._touch(order)

    def _touch(self, order: GoodsOut) -> None:
        order.updated_at = self.clock()
        self.goods_outs.changed(order)

    def _wrong_status(self, order: GoodsOut, wish: str) -> Refused:
        return Refused(
            f"an order that is {order.goods_out_status.code} cannot {wish}",
            symbol="status_not_allowed",
            record=f"goods out {order.reference}",
        )

    # Stock for orders ----------------------------------------------------------------------------------------

    def _allocate(self, order: GoodsOut) -> None:
        for line in order.lines:
            promised = min(_open(line), max(self.floor.free(line.key), ZERO))
            line.allocated_quantity += promised
            self.floor.promised[line.key] += promised
        whole = all(_open(line) == 0 for line in order.lines)
        self._enter(order, GoodsOutStatus.ALLOCATED if whole else GoodsOutStatus.PART_ALLOCATED)
        self.happened("goods_out", "processed", order)

    def _processed(self, order: GoodsOut) -> str:
        reference = f"PPR-{self.clock():%Y}-{len(self.pick_processing_requests) + 1:06d}"
        self.pick_processing_requests.add(self.row(PickProcessing, process_reference=reference, goods_out=order))
        return reference

    def _refuse_beyond(self, wanted: Sequence[tuple[GoodsOutLine, Decimal]]) -> None:
        """Refuse picks that would take, beyond what is allocated to their lines, more than lies free."""
        beyond: defaultdict[Key, Decimal] = defaultdict(Decimal)
        for line, quantity in wanted:
            beyond[line.key] += max(quantity - line.reserved, ZERO)
            if beyond[line.key] > self.floor.free(line.key):
                raise Refused(f"{quantity} units of {line.product.code} are not there", symbol="not_enough_stock")

    def _pick(self, order: GoodsOut, line: GoodsOutLine, quantity: Decimal) -> None:
        beyond = max(quantity - line.reserved, ZERO)
        bay = Place(self.location(order.warehouse, Area.GOODS_OUT), "picked")
        cause = Cause(goods_out=order, description=f"Picked for {order.reference}")
        for place, piece in self.floor.sources(line.key, "available", quantity):
            self.moved("PICK", line.product, order.account, piece, out_of=place, into=bay, cause=cause)
        self.floor.promised[line.key] -= quantity - beyond
        line.pick_quantity += quantity
        line.allocated_quantity = max(line.allocated_quantity, line.pick_quantity)

    def _unpromise(self, line: GoodsOutLine) -> None:
        self.floor.promised[line.key] -= line.reserved
        line.allocated_quantity = line.pick_quantity

    def _back_to_storage(self, line: GoodsOutLine) -> None:
        order = line.goods_out
        shelf = Place(self.location(order.warehouse, Area.STORAGE))
        cause = Cause(goods_out=order, description=f"Pick of {order.reference} cancelled")
        for place, piece in self.floor.sources(line.key, "picked", line.waiting):
            self.moved("TRAN", line.product, order.account, piece, out_of=place, into=shelf, cause=cause)

    def _send(self, order: GoodsOut, line: GoodsOutLine) -> None:
        cause = Cause(goods_out=order, description=f"Dispatched on {order.reference}")
        for place, piece in self.floor.sources(line.key, "picked", line.waiting):
            sent = self.moved("DISP", line.product, order.account, piece, out_of=place, cause=cause)
            reference, number = order.reference, line.alt_line_number
            self.book_moved("dispatch", sent, -piece, source=order.id, reference=reference, line=number)
        line.dispatch_quantity = line.pick_quantity

    def _give_up(self, line: GoodsOutLine) -> None:
        self._unpromise(line)
        if line.pick_quantity < line.order_quantity:
            line.short_status = "SHORT"

    def _finish(self, order: GoodsOut) -> None:
        for line in order.lines:
            self._give_up(line)
        order.actual_date_of_dispatch = self.clock().astimezone(self.zone)
        self._enter(order, GoodsOutStatus.COMPLETED)
        self.happened("goods_out", "completed", order)

    def _shipped(self, order: GoodsOut, parcels: int) -> Shipment:
        before = len(self.shipments.find("goods_out.id", order.id))
        reference = f"SHP-{order.id}-{before + 1}" if before else f"SHP-{order.id}"
        shipment = self.shipments.add(
            self.row(
                Shipment,
                reference=reference,
                name=order.reference,
                status="dispatched",
                goods_out=order,
                collection_datetime=self.clock(),
                label_filename=f"label-{reference}.pdf",
            )
        )
        shipment.packages = [self._parcel(shipment) for _ in range(parcels)]
        return shipment

    def _parcel(self, shipment: Shipment) -> Package:
        unit = self.row(StorageUnit, reference="")
        unit.reference = _sscc(unit.id)
        return self.packages.add(
            self.row(
                Package,
                shipment=shipment,
                tracking_number=f"1Z{unit.id:014d}",
                storage_unit=unit,
                storage_unit_type=self.carton,
            )
        )


def _open(line: GoodsOutLine) -> Decimal:
    return max(line.order_quantity - line.allocated_quantity, ZERO)


def _sscc(serial: int) -> str:
    """An SSCC-18: extension digit, prefix, serial and the GS1 check digit."""
    body = f"0{_SSCC_PREFIX}{serial:09d}"
    return body + check_digit(body)


def changes_of(attributes: Attributes, verbs: Sequence[str]) -> list[tuple[str, object, Attributes]]:
    """The `lines_changes` of a document as (verb, line id, attributes). Refuses verbs that are not for now."""
    changes = cast("Sequence[Mapping[str, object]]", attributes.get("lines_changes") or ())
    if any(not isinstance(change, Mapping) or change.get("type") not in verbs for change in changes):
        raise Refused(f"a line change is one of {', '.join(verbs)}", code=9002, field="lines_changes")
    return [
        (str(change["type"]), change.get("id"), cast("Attributes", change.get("attributes") or {}))
        for change in changes
    ]


def drop_line(lines: list[Line], table: Table[Line], line: Line) -> None:
    """Take a line off its document."""
    lines.remove(line)
    table.remove(line)


def update_line(line: GoodsOutLine | ReceiptLine, attributes: Attributes, quantity: str) -> None:
    """Change a line's texts and its `quantity`, where `attributes` give them."""
    if quantity in attributes:
        setattr(line, quantity, Decimal(str(attributes[quantity])))
    for name in LINE_TEXTS:
        setattr(line, name, attributes.get(name, getattr(line, name)))
