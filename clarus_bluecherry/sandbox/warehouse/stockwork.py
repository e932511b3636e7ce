"""Work on stock itself: products, opening stock, adjustments, holds, moves, counts and balances.

Law of this module: what is taken away or put on hold must lie free, so that no promise to an order is broken;
a reason code must be of the type that the operation calls for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from clarus_bluecherry.sandbox.warehouse import rules
from clarus_bluecherry.sandbox.warehouse.documents import Balance, GoodsOutStatus, Transaction
from clarus_bluecherry.sandbox.warehouse.floor import Cause, Place
from clarus_bluecherry.sandbox.warehouse.outbound import Number
from clarus_bluecherry.sandbox.warehouse.rearranging import Rearranging
from clarus_bluecherry.sandbox.warehouse.records import (
    ZERO,
    Account,
    AccountProduct,
    Area,
    Key,
    Product,
    Stock,
    WarehouseRow,
)
from clarus_bluecherry.sandbox.warehouse.tables import Refused, Table
from clarus_bluecherry.sandbox.warehouse.tenant import Attributes, known_and_extra, locked

_OPEN_ORDERS = {
    GoodsOutStatus.PENDING,
    GoodsOutStatus.ALLOCATED,
    GoodsOutStatus.PART_ALLOCATED,
    GoodsOutStatus.PICK,
}


class Warehouse(Rearranging):
    """The sandbox's warehouse: a Clarus tenant with its people, in memory, thread-safe.

    API methods take ids and attributes as the REST calls carry them; operator methods take codes for products,
    warehouses and accounts (the first one when empty) and ids for documents and lines. What is not allowed
    raises `Refused`.

    >>> warehouse = Warehouse()
    >>> account, building = warehouse.add_account("BRAND"), warehouse.add_warehouse("LON1")
    >>> product = warehouse.add_product("DRS-100-BLK-10")
    >>> stock = warehouse.open_stock("DRS-100-BLK-10", 5)
    >>> [(one.kind, one.product, one.warehouse, int(one.quantity)) for one in warehouse.truth()]
    [('opening', 'DRS-100-BLK-10', 'LON1', 5)]
    """

    # Products ------------------------------------------------------------------------------------------------

    @locked
    def create_product(self, attributes: Attributes) -> Product:
        """Create a product. Its code is kept exactly as given and is unique; without one the product gets one."""
        rules.check("products", attributes)
        unit = self.named(self.stock_unit_types, attributes["stock_unit_type_id"], "stock_unit_type_id")
        known, extra = known_and_extra(Product, attributes)
        self._refuse_taken_code(known.get("code"))
        product = self.row(Product, **{"code": "", **known}, stock_unit_type=unit, extra=extra)
        product.code = product.code or f"P{product.id:06d}"
        return self.products.add(product)

    @locked
    def change_product(self, row_id: int, attributes: Attributes) -> Product:
        """Change a product."""
        product = self.need(self.products, row_id, "product")
        rules.check("products", attributes, partial=True)
        known, extra = known_and_extra(Product, attributes)
        if known.get("code") != product.code:
            self._refuse_taken_code(known.get("code"))
        for name, value in known.items():
            setattr(product, name, value)
        product.extra.update(extra)
        product.updated_at = self.clock()
        self.products.changed(product)
        return product

    @locked
    def delete_product(self, row_id: int) -> None:
        """Delete a product that has no stock and is on no document."""
        product = self.need(self.products, row_id, "product")
        documents = self.goods_out_lines.find("product.id", row_id) or self.receipt_lines.find(
            "product.id", row_id
        )
        if documents or self.floor.stocks.find("product.id", row_id):
            raise Refused("the product has stock or is on a document", symbol="product_in_use")
        self.products.remove(product)
        for assigned in self.account_products.find("product.id", row_id):
            self.account_products.remove(assigned)

    @locked
    def assign_product(self, product_id: int, attributes: Attributes) -> AccountProduct:
        """Let an account deal in a product. The same pair twice is refused."""
        rules.check("account_products", attributes)
        product = self.need(self.products, product_id, "product")
        account = self.named(self.accounts, attributes["account_id"], "account_id")
        if any(one.account is account for one in self.account_products.find("product.id", product_id)):
            raise Refused("the product is assigned already", code=9004, symbol="account_product_exists")
        product.account_ids += (account.id,)
        return self.account_products.add(self.row(AccountProduct, account=account, product=product))

    @locked
    def unassign_product(self, product_id: int, row_id: int) -> None:
        """Undo `assign_product`."""
        product = self.need(self.products, product_id, "product")
        assigned = self.need(self.account_products, row_id, "account product")
        product.account_ids = tuple(one for one in product.account_ids if one != assigned.account.id)
        self.account_products.remove(assigned)

    @locked
    def add_product(self, code: str, *, description: str = "", barcode: str | None = None) -> Product:
        """A product counted in EACH, assigned to every account there is."""
        unit = next(iter(self.stock_unit_types))
        attributes = {"code": code, "description": description or code, "stock_unit_type_id": unit.id}
        product = self.create_product({**attributes, "barcode": barcode})
        for account in self.accounts:
            self.assign_product(product.id, {"account_id": account.id})
        return product

    def _refuse_taken_code(self, code: object) -> None:
        if code and self.products.find("code", code):
            raise Refused(f"the code {code} exists", code=9004, symbol="product_code_exists", field="code")

    # What the warehouse's people do --------------------------------------------------------------------------

    @locked
    def open_stock(self, product: str, quantity: Number, *, warehouse: str = "", account: str = "") -> Stock:
        """Stock that was there before anybody looked: available, without a transaction."""
        found, owner, building = self._grain(product, account, warehouse)
        place = Place(self.location(building, Area.STORAGE))
        stock = self.floor.put(found, owner, place, Decimal(quantity))
        self.book("opening", found, building, Decimal(quantity), source=stock.id)
        return stock

    @locked
    def adjust(
        self, product: str, quantity: Number, reason: str = "", *, warehouse: str = "", account: str = ""
    ) -> list[Transaction]:
        """Add units (plus) or take them away (minus). `reason` is a code of the matching type."""
        kind = "positive_adjustment" if quantity > 0 else "negative_adjustment"
        return self._adjusted(product, Decimal(quantity), reason, kind, warehouse, account, "Adjusted")

    @locked
    def count(
        self, product: str, counted: Number, reason: str, *, warehouse: str = "", account: str = ""
    ) -> list[Transaction]:
        """Count what lies available and resolve the difference, if any, with a `stock_check` reason."""
        found, owner, building = self._grain(product, account, warehouse)
        difference = counted - self.floor.lying((found.id, owner.id, building.id), "available")
        if difference == 0:
            return []
        return self._adjusted(product, difference, reason, "stock_check", warehouse, account, "Stock check")

    @locked
    def hold(
        self, product: str, quantity: Number, reason: str = "", *, warehouse: str = "", account: str = ""
    ) -> list[Transaction]:
        """Put free units on hold where they lie."""
        key = self._key(product, account, warehouse)
        self._refuse_promised(key, Decimal(quantity))
        sources = self.floor.sources(key, "available", Decimal(quantity))
        return [self._condition(key, place, piece, "hold", reason) for place, piece in sources]

    @locked
    def release(
        self, product: str, quantity: Number, reason: str = "", *, warehouse: str = "", account: str = ""
    ) -> list[Transaction]:
        """Make held units available again."""
        key = self._key(product, account, warehouse)
        sources = self.floor.sources(key, "held", Decimal(quantity))
        return [self._condition(key, place, piece, "release", reason) for place, piece in sources]

    @locked
    def archive_transactions(self, before: dt.datetime) -> int:
        """Hide the transactions created before this instant from lists that do not ask for archived ones."""
        old = [one for one in self.floor.transactions if one.created_at < before and not one.archived]
        for one in old:
            one.archived = True
        return len(old)

    @locked
    def on_hand(self, product: str, *, warehouse: str = "", account: str = "") -> Decimal:
        """Units in the building, wherever and in whatever condition they lie."""
        key = self._key(product, account, warehouse)
        return sum((stock.quantity for stock in self.floor.stocks.find("key", key)), ZERO)

    # What the API does ---------------------------------------------------------------------------------------

    @locked
    def change_condition(
        self, ids: Sequence[object], kind: str, description: str, reason_code_id: object
    ) -> list[Transaction]:
        """Put whole stock rows on hold (`kind` hold) or make them available again (release)."""
        rows = [self.named(self.floor.stocks, row_id, "ids") for row_id in dict.fromkeys(ids)]
        reason = "" if reason_code_id is None else self._reason_code(reason_code_id)
        status = "available" if kind == "hold" else "held"
        for row in rows:
            if row.status != status:
                raise Refused(f"stock {row.id} is {row.status}", symbol="status_not_allowed", field="ids")
            together = sum((one.quantity for one in rows if one.key == row.key), ZERO)
            self._refuse_promised(row.key, together, status)
        return [
            self._condition(row.key, Place(row.location, row.status), row.quantity, kind, reason, description)
            for row in rows
        ]

    @locked
    def move_stock(self, row_id: int, attributes: Attributes) -> Transaction:
        """Move part of a stock row to another location of the same building."""
        rules.check("stocks/move", attributes)
        row, quantity = self._row_and_quantity(row_id, attributes)
        target = self.named(self.locations, attributes["to_location_id"], "to_location_id")
        if target.warehouse is not row.warehouse:
            raise Refused("the location is in another warehouse", field="to_location_id")
        reason = self.reason(
            self.optional(self.reason_codes, attributes, "reason_code_id"), row.account, "transfer"
        )
        here, there = Place(row.location, row.status), Place(target, row.status)
        cause = Cause(reason=reason, description="Moved")
        return self.moved("TRAN", row.product, row.account, quantity, out_of=here, into=there, cause=cause)

    @locked
    def adjust_stock_down(self, row_id: int, attributes: Attributes) -> Transaction:
        """Take units of a stock row away."""
        rules.check("stocks/negative_adjustment", attributes)
        row, quantity = self._row_and_quantity(row_id, attributes)
        self._refuse_promised(row.key, quantity, row.status)
        found = self.optional(self.reason_codes, attributes, "reason_code_id")
        reason = self.reason(found, row.account, "negative_adjustment")
        cause = Cause(reason=reason, description="Adjusted")
        return self._remove(row.product, row.account, quantity, Place(row.location, row.status), cause)

    @locked
    def transfer_stock(self, row_id: int, attributes: Attributes) -> Transaction:
        """Give units of a stock row to another account, in place. Stock on hand stays what it was."""
        rules.check("stocks/transfer", attributes)
        row, quantity = self._row_and_quantity(row_id, attributes)
        self._refuse_promised(row.key, quantity, row.status)
        target = self.named(self.accounts, attributes["to_account_id"], "to_account_id")
        found = self.optional(self.reason_codes, attributes, "reason_code_id")
        reason = self.reason(found, row.account, "transfer")
        here = Place(row.location, row.status)
        cause = Cause(reason=reason, description=f"Transferred from {row.account.code} to {target.code}")
        self.moved("TRAN", row.product, row.account, quantity, out_of=here, cause=cause)
        moved = self.moved("TRAN", row.product, target, quantity, into=here, cause=cause)
        self.happened("stock", "account_transferred", moved)
        return moved

    # Lists that the API reads --------------------------------------------------------------------------------

    @property
    def stocks(self) -> Table[Stock]:
        """Stock, row by row."""
        return self.floor.stocks

    @property
    def transactions(self) -> Table[Transaction]:
        """Every movement of stock."""
        return self.floor.transactions

    @property
    def stock_balances(self) -> list[Balance]:
        """Stock summed per product, account and warehouse.

        The vendor publishes no arithmetic. Here: available is not promised; allocated is promised and not
        picked; ordered is on open orders and not dispatched; received is the sum of all receives; picked waits
        in the goods-out bay.
        """
        lying: defaultdict[Key, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        grains: dict[Key, tuple[Product, Account, WarehouseRow]] = {}
        for stock in self.floor.stocks:
            lying[stock.key][stock.status] += stock.quantity
            grains[stock.key] = (stock.product, stock.account, stock.warehouse)
        ordered: defaultdict[Key, Decimal] = defaultdict(Decimal)
        for status in _OPEN_ORDERS:
            for order in self.goods_outs.find("goods_out_status.code", status.value.code):
                for line in order.lines:
                    ordered[line.key] += line.order_quantity - line.dispatch_quantity
                    grains[line.key] = (line.product, order.account, order.warehouse)
        return [
            Balance(
                product=product,
                account=account,
                warehouse=building,
                available=lying[key]["available"] - self.floor.promised[key],
                allocated=self.floor.promised[key],
                ordered=ordered[key],
                received=self.floor.received[key],
                picked=lying[key]["picked"],
            )
            for key, (product, account, building) in sorted(grains.items())
        ]

    # Helpers -------------------------------------------------------------------------------------------------

    def _grain(self, product: str, account: str, warehouse: str) -> tuple[Product, Account, WarehouseRow]:
        return self.coded(self.products, product, "product"), self.owner(account), self.building(warehouse)

    def _key(self, product: str, account: str, warehouse: str) -> Key:
        found, owner, building = self._grain(product, account, warehouse)
        return (found.id, owner.id, building.id)

    def _reason_code(self, row_id: object) -> str:
        return self.named(self.reason_codes, row_id, "reason_code_id").code

    def _row_and_quantity(self, row_id: int, attributes: Attributes) -> tuple[Stock, Decimal]:
        row = self.need(self.floor.stocks, row_id, "stock")
        if row.status not in {"available", "held"}:
            raise Refused(f"stock {row.id} is {row.status}", symbol="status_not_allowed")
        return row, Decimal(str(attributes["quantity"]))

    def _refuse_promised(self, key: Key, quantity: Decimal, status: str = "available") -> None:
        if status == "available" and quantity > self.floor.free(key):
            raise Refused(f"{quantity} units are wanted and {self.floor.free(key)} lie free")

    def _adjusted(
        self,
        product: str,
        quantity: Decimal,
        reason: str,
        reason_type: str,
        warehouse: str,
        account: str,
        description: str,
    ) -> list[Transaction]:
        found, owner, building = self._grain(product, account, warehouse)
        code = self.coded(self.reason_codes, reason, "reason code") if reason else None
        cause = Cause(reason=self.reason(code, owner, reason_type), description=description)
        if quantity > 0:
            shelf = Place(self.location(building, Area.STORAGE))
            return [self._add(found, owner, quantity, shelf, cause)]
        key = (found.id, owner.id, building.id)
        self._refuse_promised(key, -quantity)
        sources = self.floor.sources(key, "available", -quantity)
        return [self._remove(found, owner, piece, place, cause) for place, piece in sources]

    def _add(
        self, product: Product, account: Account, quantity: Decimal, place: Place, cause: Cause
    ) -> Transaction:
        moved = self.moved("POSADJ", product, account, quantity, into=place, cause=cause)
        self.book_moved("adjustment", moved, quantity)
        return moved

    def _remove(
        self, product: Product, account: Account, quantity: Decimal, place: Place, cause: Cause
    ) -> Transaction:
        moved = self.moved("NEGADJ", product, account, quantity, out_of=place, cause=cause)
        self.book_moved("adjustment", moved, -quantity)
        return moved

    def _condition(
        self, key: Key, place: Place, quantity: Decimal, kind: str, reason: str, description: str = ""
    ) -> Transaction:
        product, account = self.products.get(key[0]), self.accounts.get(key[1])
        assert product is not None
        assert account is not None
        code = self.coded(self.reason_codes, reason, "reason code") if reason else None
        cause = Cause(reason=self.reason(code, account, kind), description=description or kind.capitalize())
        subtype, status, sign = ("HOLD", "held", 1) if kind == "hold" else ("OFFHOLD", "available", -1)
        there = Place(place.location, status)
        moved = self.moved(subtype, product, account, quantity, out_of=place, into=there, cause=cause)
        self.book_moved("hold", moved, sign * quantity)
        return moved
