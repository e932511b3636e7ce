"""What changes stock without an order, a receipt or a count: transfers, conversions, another owner, a loss.

Law of this module: what is taken must lie free. Each of these has a number of its own, which its transactions
carry in their descriptions; a loss has neither number nor transaction.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.sandbox.warehouse.documents import Transaction
from clarus_bluecherry.sandbox.warehouse.floor import Cause, Place
from clarus_bluecherry.sandbox.warehouse.inbound import Inbound
from clarus_bluecherry.sandbox.warehouse.outbound import Number
from clarus_bluecherry.sandbox.warehouse.records import Account, Area, Product, WarehouseRow
from clarus_bluecherry.sandbox.warehouse.tables import Refused
from clarus_bluecherry.sandbox.warehouse.tenant import locked


@frozen
class OnTheRoad:
    """Units between two buildings: they have left the one and are not in the other."""

    number: str
    product: Product
    account: Account
    to: WarehouseRow
    units: Decimal


class Rearranging(Inbound):
    """A tenant that moves, repacks and loses stock."""

    @locked
    def send_to(
        self, to: str, product: str, quantity: Number, *, warehouse: str = "", account: str = ""
    ) -> OnTheRoad:
        """Send free units of a product to another building; they arrive when `arrive` is told."""
        found, target = self.coded(self.products, product, "product"), self.building(to)
        number = f"TO-{next(self._ids)}"
        cause = Cause(document=number, description=f"Transfer {number} to {target.code}")
        for moved in self._taken("TRAN", found, Decimal(quantity), warehouse, account, cause):
            self.book_moved("transfer", moved, -moved.quantity, reference=number)
        return OnTheRoad(number, found, self.owner(account), target, Decimal(quantity))

    @locked
    def arrive(self, road: OnTheRoad) -> Transaction:
        """Put away what comes from another building."""
        shelf = Place(self.location(road.to, Area.STORAGE))
        cause = Cause(document=road.number, description=f"Transfer {road.number} arrived")
        moved = self.moved("TRAN", road.product, road.account, road.units, into=shelf, cause=cause)
        self.book_moved("transfer", moved, road.units, reference=road.number)
        return moved

    @locked
    def convert(
        self,
        product: str,
        quantity: Number,
        into: str,
        units_each: Number,
        *,
        warehouse: str = "",
        account: str = "",
    ) -> list[Transaction]:
        """Open packs: `quantity` of one product become `units_each` of another one each."""
        pack, piece = (self.coded(self.products, code, "product") for code in (product, into))
        number = f"CV-{next(self._ids)}"
        cause = Cause(document=number, description=f"Conversion {number} of {pack.code} into {piece.code}")
        gone = self._taken("CONV", pack, Decimal(quantity), warehouse, account, cause)
        shelf = Place(self.location(self.building(warehouse), Area.STORAGE))
        units = Decimal(quantity) * Decimal(units_each)
        come = self.moved("CONV", piece, self.owner(account), units, into=shelf, cause=cause)
        for moved in gone:
            self.book_moved("conversion", moved, -moved.quantity, reference=number)
        self.book_moved("conversion", come, units, reference=number)
        return [*gone, come]

    @locked
    def give_to(
        self, owner: str, product: str, quantity: Number, *, warehouse: str = "", account: str = ""
    ) -> list[Transaction]:
        """Free units that belong to another account from now on; they stay where they lie."""
        found, target = self.coded(self.products, product, "product"), self.owner(owner)
        number = f"AT-{next(self._ids)}"
        cause = Cause(document=number, description=f"Account transfer {number} to {target.code}")
        gone = self._taken("TRAN", found, Decimal(quantity), warehouse, account, cause)
        for moved in gone:
            self.book_moved("account", moved, -moved.quantity, reference=number)
            assert moved.location_from is not None, "it was taken from there"
            here = Place(moved.location_from)
            self.happened(
                "stock",
                "account_transferred",
                self.moved("TRAN", found, target, moved.quantity, into=here, cause=cause),
            )
        return gone

    @locked
    def lose(self, product: str, quantity: Number, *, warehouse: str = "", account: str = "") -> None:
        """Free units that are gone, and nobody wrote it down."""
        found, owner, building = (
            self.coded(self.products, product, "product"),
            self.owner(account),
            self.building(warehouse),
        )
        for place, piece in self._free(found, owner, building, Decimal(quantity)):
            self.floor.lose(found, owner, place, piece)
            self.book("loss", found, building, -piece, source=next(self._ids))

    def _taken(
        self, subtype: str, product: Product, quantity: Decimal, warehouse: str, account: str, cause: Cause
    ) -> list[Transaction]:
        owner, building = self.owner(account), self.building(warehouse)
        return [
            self.moved(subtype, product, owner, piece, out_of=place, cause=cause)
            for place, piece in self._free(product, owner, building, quantity)
        ]

    def _free(
        self, product: Product, owner: Account, building: WarehouseRow, quantity: Decimal
    ) -> list[tuple[Place, Decimal]]:
        key = (product.id, owner.id, building.id)
        if quantity > self.floor.free(key):
            raise Refused(f"{quantity} units are wanted and {self.floor.free(key)} lie free")
        return self.floor.sources(key, "available", quantity)
