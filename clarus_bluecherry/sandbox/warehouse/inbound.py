"""Receipts in: announced through the API, received, put away and completed by the warehouse's people.

Law of this module: a receipt that is being received has no stock yet; each receive puts units into the goods-in
bay, where they are not for sale until they are put away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from clarus_bluecherry.sandbox.warehouse import rules
from clarus_bluecherry.sandbox.warehouse.documents import GoodsInReceipt, ReceiptLine, Transaction
from clarus_bluecherry.sandbox.warehouse.floor import Cause, Place
from clarus_bluecherry.sandbox.warehouse.outbound import (
    LINE_TEXTS,
    Number,
    Outbound,
    changes_of,
    drop_line,
    update_line,
)
from clarus_bluecherry.sandbox.warehouse.records import Area
from clarus_bluecherry.sandbox.warehouse.tables import Refused, Table
from clarus_bluecherry.sandbox.warehouse.tenant import Attributes, locked

_PLAIN = (
    "reference",
    "notes",
    "external_system_reference1",
    "external_system_reference2",
    "external_system_reference3",
)
_CHANGEABLE = {"draft", "pending"}
_RECEIVING = {"receiving", "part"}


class Inbound(Outbound):
    """A tenant that also takes goods in."""

    # What the API does ---------------------------------------------------------------------------------------

    @locked
    def create_receipt(self, attributes: Attributes, address: Attributes | None = None) -> GoodsInReceipt:
        """Announce a receipt; it is pending. Its type is always standard: REST cannot say another."""
        rules.check("goods_in_receipts", attributes)
        rules.check("addresses", address or {})
        changes = changes_of(attributes, ("ADD",))
        receipt = self.row(GoodsInReceipt, **{"reference": None, **self._receipt_header(attributes)})
        receipt.lines = [self._new_receipt_line(receipt, line) for _, _, line in changes]
        self.goods_in_receipts.add(receipt)
        for line in receipt.lines:
            self.receipt_lines.add(line)
        self.happened("goods_in", "created", receipt)
        return receipt

    @locked
    def change_receipt(self, row_id: int, attributes: Attributes) -> GoodsInReceipt:
        """Change a receipt; its lines only while it is draft or pending."""
        receipt = self.need(self.goods_in_receipts, row_id, "goods in receipt")
        rules.check("goods_in_receipts", attributes, partial=True)
        changes = changes_of(attributes, ("ADD", "UPDATE", "DESTROY"))
        if changes and receipt.status not in _CHANGEABLE:
            raise _wrong_status(receipt, "have its lines changed")
        header = self._receipt_header(attributes)
        steps = [self._receipt_line_change(receipt, verb, line_id, line) for verb, line_id, line in changes]
        for step in steps:
            step()
        for name, value in header.items():
            setattr(receipt, name, value)
        self._touch_receipt(receipt)
        return receipt

    @locked
    def delete_receipt(self, row_id: int) -> None:
        """Delete a receipt that is draft or pending."""
        receipt = self.need(self.goods_in_receipts, row_id, "goods in receipt")
        if receipt.status not in _CHANGEABLE:
            raise _wrong_status(receipt, "be deleted")
        self.goods_in_receipts.remove(receipt)
        for line in receipt.lines:
            self.receipt_lines.remove(line)

    @locked
    def begin_receiving(self, row_id: int) -> GoodsInReceipt:
        """Open a pending receipt with lines for receiving. No stock comes of this yet."""
        receipt = self.need(self.goods_in_receipts, row_id, "goods in receipt")
        if receipt.status not in _CHANGEABLE or not receipt.lines:
            raise _wrong_status(receipt, "be received")
        receipt.status = "receiving"
        self._touch_receipt(receipt)
        return receipt

    @locked
    def revert_receipt(self, row_id: int) -> GoodsInReceipt:
        """Take a receipt back to pending while nothing has been received."""
        receipt = self.need(self.goods_in_receipts, row_id, "goods in receipt")
        if receipt.status != "receiving" or any(line.quantity_received for line in receipt.lines):
            raise _wrong_status(receipt, "be reverted")
        receipt.status = "pending"
        self._touch_receipt(receipt)
        return receipt

    # What the warehouse's people do --------------------------------------------------------------------------

    @locked
    def receive(self, receipt_line_id: int, quantity: Number) -> Transaction:
        """Receive units of a line into the goods-in bay, more than expected if need be.

        A pending receipt is opened first. The receipt is in part until all its lines are there.
        """
        line = self.need(self.receipt_lines, receipt_line_id, "receipt line")
        receipt = line.goods_in_receipt
        if receipt.status in _CHANGEABLE:
            self.begin_receiving(receipt.id)
        if receipt.status not in _RECEIVING:
            raise _wrong_status(receipt, "be received")
        amount = Decimal(quantity)
        cause = Cause(receipt_line=line, description=f"Received on {receipt.reference}")
        moved = self.moved("RCV", line.product, receipt.account, amount, into=self._bay(receipt), cause=cause)
        line.quantity_received += amount
        self.floor.received[(line.product.id, receipt.account.id, receipt.warehouse.id)] += amount
        self._book_receipt(line, moved, amount)
        self._progress(receipt)
        return moved

    @locked
    def unreceive(self, receipt_line_id: int, quantity: Number) -> Transaction:
        """Take a receive back while the units still lie in the goods-in bay."""
        line = self.need(self.receipt_lines, receipt_line_id, "receipt line")
        receipt, amount = line.goods_in_receipt, Decimal(quantity)
        if amount > line.in_bay:
            raise Refused(f"{line.in_bay} units of the line lie in the bay", record=f"receipt {receipt.reference}")
        cause = Cause(receipt_line=line, description=f"Receive reversed on {receipt.reference}")
        moved = self.moved("UNRCV", line.product, receipt.account, amount, out_of=self._bay(receipt), cause=cause)
        line.quantity_received -= amount
        self.floor.received[(line.product.id, receipt.account.id, receipt.warehouse.id)] -= amount
        self._book_receipt(line, moved, -amount)
        return moved

    @locked
    def put_away(self, receipt_line_id: int, quantity: Number | None = None) -> Transaction:
        """Bring units of a line, or all that lie in the bay, to storage, where they are available."""
        line = self.need(self.receipt_lines, receipt_line_id, "receipt line")
        receipt = line.goods_in_receipt
        amount = line.in_bay if quantity is None else Decimal(quantity)
        if amount > line.in_bay:
            raise Refused(f"{line.in_bay} units of the line lie in the bay", record=f"receipt {receipt.reference}")
        moved = self.moved(
            "PWAY",
            line.product,
            receipt.account,
            amount,
            out_of=self._bay(receipt),
            into=Place(self.location(receipt.warehouse, Area.STORAGE)),
            cause=Cause(receipt_line=line, description=f"Put away from {receipt.reference}"),
        )
        line.quantity_put_away += amount
        return moved

    @locked
    def complete_receipt(self, receipt_id: int) -> GoodsInReceipt:
        """Put away what lies in the bay and close the receipt; what has not come is short."""
        receipt = self.need(self.goods_in_receipts, receipt_id, "goods in receipt")
        if receipt.status not in _RECEIVING:
            raise _wrong_status(receipt, "be completed")
        for line in receipt.lines:
            if line.in_bay > 0:
                self.put_away(line.id)
        receipt.status = "completed"
        self._touch_receipt(receipt)
        self.happened("goods_in", "completed", receipt)
        return receipt

    @locked
    def take_return(
        self,
        order_reference: str,
        product: str,
        quantity: Number,
        *,
        account: str = "",
        warehouse: str = "",
        line: str = "1",
    ) -> Transaction:
        """Take a customer's goods back: a receipt of type return, received, put away and completed at once.

        `product`, `account` and `warehouse` are codes (account and warehouse: the first one when empty). The
        order's reference is the receipt's first external reference. Returns the receive transaction.
        """
        receipt = self.row(
            GoodsInReceipt,
            reference=None,
            account=self.owner(account),
            warehouse=self.building(warehouse),
            receipt_type="return",
            external_system_reference1=order_reference,
        )
        receipt.reference = f"RET-{receipt.id}"
        returned = self.coded(self.products, product, "product")
        entry = self.row(
            ReceiptLine,
            goods_in_receipt=receipt,
            product=returned,
            expected_quantity=Decimal(quantity),
            alt_line_number=line,
            alt_line_reference=order_reference,
        )
        receipt.lines = [entry]
        self.goods_in_receipts.add(receipt)
        self.receipt_lines.add(entry)
        self.happened("goods_in", "created", receipt)
        moved = self.receive(entry.id, quantity)
        self.complete_receipt(receipt.id)
        return moved

    # Receipts ------------------------------------------------------------------------------------------------

    def _bay(self, receipt: GoodsInReceipt) -> Place:
        return Place(self.location(receipt.warehouse, Area.GOODS_IN), "received")

    def _book_receipt(self, line: ReceiptLine, moved: Transaction, quantity: Decimal) -> None:
        receipt = line.goods_in_receipt
        kind = "return" if receipt.receipt_type == "return" else "receipt"
        reference = receipt.external_system_reference1 or receipt.reference
        self.book_moved(kind, moved, quantity, reference=reference, line=line.alt_line_number)

    def _progress(self, receipt: GoodsInReceipt) -> None:
        receipt.actual_date_of_receipt = receipt.actual_date_of_receipt or self.clock()
        whole = all(line.quantity_received >= line.expected_quantity for line in receipt.lines)
        if not whole and receipt.status == "receiving":
            receipt.status = "part"
            self.happened("goods_in", "moved_to_part", receipt)
        self._touch_receipt(receipt)

    def _touch_receipt(self, receipt: GoodsInReceipt) -> None:
        receipt.updated_at = self.clock()
        self.goods_in_receipts.changed(receipt)

    def _receipt_header(self, attributes: Attributes) -> dict[str, object]:
        """The receipt's own fields that `attributes` give, with ids looked up and dates under the list's names."""
        header = {name: attributes[name] for name in _PLAIN if attributes.get(name) is not None}
        linked: Mapping[str, Table[Any]] = {
            "account": self.accounts,
            "warehouse": self.warehouses,
            "supplier": self.suppliers,
        }
        for name, table in linked.items():
            if attributes.get(f"{name}_id") is not None:
                header[name] = self.named(table, attributes[f"{name}_id"], f"{name}_id")
        for name in ("expected_date_of_arrival", "actual_date_of_arrival"):
            if attributes.get(name) is not None:
                header[name.replace("arrival", "receipt")] = self.moment(attributes, name)
        return header

    def _new_receipt_line(self, receipt: GoodsInReceipt, attributes: Attributes) -> ReceiptLine:
        rules.check("goods_in_receipt_lines", attributes)
        return self.row(
            ReceiptLine,
            goods_in_receipt=receipt,
            product=self.usable(attributes, receipt.account),
            expected_quantity=Decimal(str(attributes["expected_quantity"])),
            **{name: attributes.get(name) for name in LINE_TEXTS},
        )

    def _receipt_line_change(
        self, receipt: GoodsInReceipt, verb: str, row_id: object, attributes: Attributes
    ) -> Callable[[], object]:
        """A change of a line that is allowed, to be carried out when all the others are allowed too."""
        if verb == "ADD":
            fresh = self._new_receipt_line(receipt, attributes)
            return lambda: receipt.lines.append(self.receipt_lines.add(fresh))
        line = next((one for one in receipt.lines if one.id == row_id), None)
        if line is None:
            raise Refused(f"the receipt has no line {row_id}", symbol="line_not_found", field="lines_changes")
        if verb == "DESTROY":
            return lambda: drop_line(receipt.lines, self.receipt_lines, line)
        rules.check("goods_in_receipt_lines", attributes, partial=True)
        return lambda: update_line(line, attributes, "expected_quantity")


def _wrong_status(receipt: GoodsInReceipt, wish: str) -> Refused:
    return Refused(
        f"a receipt that is {receipt.status} cannot {wish}",
        symbol="status_not_allowed",
        record=f"goods in receipt {receipt.reference}",
    )
