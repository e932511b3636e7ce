"""The floor: where stock physically lies, what moved it, and the book of what that meant.

Law of this module: no stock row ever goes below zero, and nothing moves without a transaction; only what is lost
leaves none. Units are promised to orders only from what lies available.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.sandbox.warehouse.documents import GoodsOut, ReceiptLine, Transaction
from clarus_bluecherry.sandbox.warehouse.records import (
    ZERO,
    Account,
    Coded,
    Key,
    Location,
    Product,
    ReasonCode,
    Stock,
    WarehouseRow,
)
from clarus_bluecherry.sandbox.warehouse.tables import Refused, Table


@frozen
class Place:
    """A location and the condition in which stock lies there: available, held, received or picked."""

    location: Location
    status: str = "available"


@frozen(kw_only=True)
class Cause:
    """Why stock moves: the document it moves for, the reason code, and a text."""

    description: str = ""
    goods_out: GoodsOut | None = None
    receipt_line: ReceiptLine | None = None
    reason: ReasonCode | None = None
    document: str = ""


class Floor:
    """Stock, promises and transactions of all warehouses of a tenant."""

    def __init__(self, ids: Iterator[int], clock: Callable[[], dt.datetime]) -> None:
        self.stocks: Table[Stock] = Table("slot", "key", "product.id", "product.code", "location.id")
        self.transactions: Table[Transaction] = Table("goods_out.id", "product.id")
        self.promised: defaultdict[Key, Decimal] = defaultdict(Decimal)
        self.received: defaultdict[Key, Decimal] = defaultdict(Decimal)
        self.user: Coded | None = None
        self._ids = ids
        self._clock = clock

    def free(self, key: Key) -> Decimal:
        """Units that lie available and are not promised to an order."""
        return self.lying(key, "available") - self.promised[key]

    def lying(self, key: Key, status: str) -> Decimal:
        """Units that lie in this condition."""
        return sum((stock.quantity for stock in self.stocks.find("key", key) if stock.status == status), ZERO)

    def sources(self, key: Key, status: str, quantity: Decimal) -> list[tuple[Place, Decimal]]:
        """Where to take `quantity` from, oldest row first. Refused when less lies there."""
        found: list[tuple[Place, Decimal]] = []
        left = quantity
        for stock in self.stocks.find("key", key):
            if stock.status == status and left > 0:
                piece = min(stock.quantity, left)
                found.append((Place(stock.location, status), piece))
                left -= piece
        if left > 0:
            raise Refused(f"{quantity} units are wanted and {quantity - left} are {status}")
        return found

    def move(
        self,
        subtype: str,
        product: Product,
        account: Account,
        quantity: Decimal,
        *,
        out_of: Place | None = None,
        into: Place | None = None,
        cause: Cause,
    ) -> Transaction:
        """Move stock and write the transaction. From nowhere it comes in, to nowhere it leaves."""
        place = out_of or into
        if quantity <= 0 or place is None:
            raise Refused("a movement needs a positive quantity and a place")
        if out_of is not None:
            self._take(product, account, out_of, quantity)
        if into is not None:
            self.put(product, account, into, quantity)
        return self._written(subtype, product, account, quantity, place.location.warehouse, out_of, into, cause)

    def put(self, product: Product, account: Account, place: Place, quantity: Decimal) -> Stock:
        """Lay stock down, on top of what already lies there. Only opening stock comes without a transaction."""
        slot = (product.id, account.id, place.location.id, place.status)
        lying = self.stocks.find("slot", slot)
        now = self._clock()
        if lying:
            lying[0].quantity += quantity
            lying[0].updated_at = now
            return lying[0]
        return self.stocks.add(
            Stock(
                id=next(self._ids),
                created_at=now,
                updated_at=now,
                product=product,
                account=account,
                location=place.location,
                status=place.status,
                quantity=quantity,
                fifo_date=now,
            )
        )

    def lose(self, product: Product, account: Account, place: Place, quantity: Decimal) -> None:
        """Units that are not there any more, and nobody knows since when."""
        self._take(product, account, place, quantity)

    def _take(self, product: Product, account: Account, place: Place, quantity: Decimal) -> None:
        lying = self.stocks.find("slot", (product.id, account.id, place.location.id, place.status))
        there = lying[0].quantity if lying else ZERO
        if quantity > there:
            raise Refused(f"{quantity} units are wanted and {there} lie {place.status} in {place.location.code}")
        lying[0].quantity -= quantity
        lying[0].updated_at = self._clock()
        if lying[0].quantity == 0:
            self.stocks.remove(lying[0])

    def _written(
        self,
        subtype: str,
        product: Product,
        account: Account,
        quantity: Decimal,
        warehouse: WarehouseRow,
        out_of: Place | None,
        into: Place | None,
        cause: Cause,
    ) -> Transaction:
        now = self._clock()
        return self.transactions.add(
            Transaction(
                id=next(self._ids),
                created_at=now,
                updated_at=now,
                subtype=subtype,
                quantity=quantity,
                product=product,
                account=account,
                warehouse=warehouse,
                location_from=out_of.location if out_of else None,
                location_to=into.location if into else None,
                description=cause.description,
                goods_out=cause.goods_out,
                goods_in_receipt_line=cause.receipt_line,
                reason_code=cause.reason,
                completing_user=self.user,
                document=cause.document,
            )
        )
