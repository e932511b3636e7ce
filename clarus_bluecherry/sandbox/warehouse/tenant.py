"""The tenant: its tables, its reference data, its webhooks, and the lock that everything happens under.

Law of this module: one change at a time. A webhook is put into the outbox in the same breath as the change it
tells of, for the automations that were enabled at that moment.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import threading
import zoneinfo
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Concatenate, ParamSpec, TypeVar, cast

import attrs

from clarus_bluecherry.sandbox.warehouse import automations, rules
from clarus_bluecherry.sandbox.warehouse.documents import (
    Automation,
    Delivery,
    Effect,
    GoodsInReceipt,
    GoodsOut,
    GoodsOutLine,
    Package,
    PickProcessing,
    ReceiptLine,
    Shipment,
    Transaction,
)
from clarus_bluecherry.sandbox.warehouse.floor import Cause, Floor, Place
from clarus_bluecherry.sandbox.warehouse.records import (
    Account,
    AccountProduct,
    Area,
    Carrier,
    CarrierService,
    Coded,
    Customer,
    Location,
    OrderType,
    Product,
    ReasonCode,
    Supplier,
    WarehouseRow,
)
from clarus_bluecherry.sandbox.warehouse.tables import Refused, Row, Table, not_found

Attributes = Mapping[str, object]
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Row)
C = TypeVar("C", bound=Coded)
Owner = TypeVar("Owner", bound="Tenant")

REFERENCE_DATA: Mapping[str, type[Coded]] = {
    "accounts": Account,
    "warehouses": WarehouseRow,
    "carriers": Carrier,
    "carrier_services": CarrierService,
    "order_types": OrderType,
    "reason_codes": ReasonCode,
    "stock_unit_types": Coded,
    "customers": Customer,
    "suppliers": Supplier,
}
"""The kinds of reference data that can be created, under their REST names."""

STOCK_EVENTS = {
    "RCV": "received",
    "UNRCV": "unreceived",
    "PICK": "picked",
    "DISP": "dispatched",
    "UNDISP": "undispatched",
    "POSADJ": "positively_adjusted",
    "NEGADJ": "negatively_adjusted",
    "HOLD": "placed_on_hold",
    "OFFHOLD": "released_from_hold",
}
"""The vendor's stock events, by the transaction subtype they tell of."""


def utc_now() -> dt.datetime:
    """The present instant."""
    return dt.datetime.now(dt.UTC)


def locked(method: Callable[Concatenate[Owner, P], T]) -> Callable[Concatenate[Owner, P], T]:
    """Run a method of the tenant alone."""

    @functools.wraps(method)
    def alone(self: Owner, /, *arguments: P.args, **named: P.kwargs) -> T:
        with self.lock:
            return method(self, *arguments, **named)

    return alone


class Tenant:
    """One subdomain of the warehouse system, with the reference data that every tenant has.

    `clock` gives the present instant (UTC); `zone` is the tenant's time zone.
    """

    def __init__(
        self,
        *,
        subdomain: str = "sandbox",
        clock: Callable[[], dt.datetime] = utc_now,
        zone: dt.tzinfo | None = None,
    ) -> None:
        self.subdomain = subdomain
        self.clock = clock
        self.zone = zone or zoneinfo.ZoneInfo("Europe/London")
        self.lock = threading.RLock()
        self.webhooks_waiting = threading.Condition(self.lock)
        self.outbox: list[Delivery] = []
        self._ids = itertools.count(101)
        self._effects: list[Effect] = []
        self.floor = Floor(self._ids, clock)
        self.accounts: Table[Account] = Table("code")
        self.warehouses: Table[WarehouseRow] = Table("code")
        self.locations: Table[Location] = Table("code")
        self.carriers: Table[Carrier] = Table("code")
        self.carrier_services: Table[CarrierService] = Table("code", "carrier.id")
        self.order_types: Table[OrderType] = Table("code")
        self.reason_codes: Table[ReasonCode] = Table("code")
        self.stock_unit_types: Table[Coded] = Table("code")
        self.customers: Table[Customer] = Table("code")
        self.suppliers: Table[Supplier] = Table("code")
        self.products: Table[Product] = Table("code", "barcode")
        self.account_products: Table[AccountProduct] = Table("account.id", "product.id")
        self.goods_outs: Table[GoodsOut] = Table("reference", "goods_out_status.code")
        self.goods_out_lines: Table[GoodsOutLine] = Table("goods_out.id", "product.id")
        self.pick_processing_requests: Table[PickProcessing] = Table("goods_out.id", "process_reference")
        self.goods_in_receipts: Table[GoodsInReceipt] = Table("reference")
        self.receipt_lines: Table[ReceiptLine] = Table("product.id")
        self.shipments: Table[Shipment] = Table("goods_out.id")
        self.packages: Table[Package] = Table("shipment.id")
        self.automations: Table[Automation] = Table()
        self.carton = self.row(Coded, code="CARTON", name="Carton")
        self.floor.user = self.row(Coded, code="operator", name="Warehouse operator")
        self.create_reference("stock_unit_types", {"code": "EACH", "name": "Each"})

    # Rows ----------------------------------------------------------------------------------------------------

    def row(self, kind: type[R], **values: object) -> R:
        """A new row with the next id, created now."""
        now, make = self.clock(), cast("Callable[..., R]", kind)
        return make(id=next(self._ids), created_at=now, updated_at=now, **values)

    def need(self, table: Table[R], row_id: object, kind: str) -> R:
        """The row with this id, or a 404."""
        found = table.get(row_id) if isinstance(row_id, int) else None
        if found is None:
            raise not_found(kind, row_id)
        return found

    def named(self, table: Table[R], row_id: object, field: str) -> R:
        """The row that the attribute `field` names, or a 422."""
        found = table.get(row_id) if isinstance(row_id, int) else None
        if found is None:
            raise Refused(f"{field} {row_id} does not exist", code=9003, symbol="reference_not_found", field=field)
        return found

    def optional(self, table: Table[R], attributes: Attributes, field: str) -> R | None:
        """The row that `field` names, or None when it is not given."""
        row_id = attributes.get(field)
        return None if row_id is None else self.named(table, row_id, field)

    def coded(self, table: Table[C], code: str, kind: str) -> C:
        """The row with this code, for operators, who speak in codes."""
        found = table.find("code", code)
        if not found:
            raise Refused(f"no {kind} has the code {code!r}", record=f"{kind} {code}")
        return found[0]

    def owner(self, code: str) -> Account:
        """The account with this code, or the first one."""
        return self.coded(self.accounts, code, "account") if code else next(iter(self.accounts))

    def building(self, code: str) -> WarehouseRow:
        """The warehouse with this code, or the first one."""
        return self.coded(self.warehouses, code, "warehouse") if code else next(iter(self.warehouses))

    def moment(self, attributes: Attributes, field: str) -> dt.datetime | None:
        """An instant among `attributes`, in the tenant's time zone."""
        found = rules.instant(attributes.get(field))
        return found and found.astimezone(self.zone)

    # Reference data ------------------------------------------------------------------------------------------

    @locked
    def create_reference(self, kind: str, attributes: Attributes, address: Attributes | None = None) -> Coded:
        """Create reference data of one of the kinds in `REFERENCE_DATA`. Codes are unique per kind.

        A supplier's address stands among its attributes, a warehouse's is given as `address`.
        """
        rules.check(kind, attributes)
        table: Table[Coded] = getattr(self, kind)
        if table.find("code", attributes["code"]):
            raise Refused(f"the code {attributes['code']} exists", code=9004, symbol="code_exists", field="code")
        known, extra = known_and_extra(REFERENCE_DATA[kind], attributes)
        if kind == "carrier_services":
            known["carrier"] = self.named(self.carriers, attributes["carrier_id"], "carrier_id")
        if kind == "suppliers":
            known["address"] = attributes.get("address")
        if kind == "warehouses":
            known["address"] = address
        row = table.add(self.row(REFERENCE_DATA[kind], extra=extra, **known))
        if isinstance(row, WarehouseRow):
            for area in Area:
                self.locations.add(self.row(Location, code=area.value, name=area.value, warehouse=row, area=area))
        return row

    def add_account(self, code: str, name: str = "", **settings: object) -> Account:
        """A stock owner. `settings` are the fields of `Account`, such as `is_short_pickable=True`."""
        row = self.create_reference("accounts", {"code": code, "name": name or code, **settings})
        assert isinstance(row, Account)
        return row

    def add_warehouse(self, code: str, name: str = "") -> WarehouseRow:
        """A building with one storage location, a goods-in bay and a goods-out bay."""
        row = self.create_reference("warehouses", {"code": code, "name": name or code})
        assert isinstance(row, WarehouseRow)
        return row

    def add_carrier(self, code: str, name: str = "", services: tuple[str, ...] = ()) -> Carrier:
        """A carrier and the codes of its services."""
        row = self.create_reference("carriers", {"code": code, "name": name or code})
        assert isinstance(row, Carrier)
        for service in services:
            self.create_reference("carrier_services", {"code": service, "name": service, "carrier_id": row.id})
        return row

    def add_reason(self, code: str, reason_type: str, name: str = "") -> ReasonCode:
        """A reason code for one kind of operation, such as `negative_adjustment` or `stock_check`."""
        attributes = {"code": code, "name": name or code, "description": name or code, "reason_type": reason_type}
        row = self.create_reference("reason_codes", attributes)
        assert isinstance(row, ReasonCode)
        return row

    @locked
    def location(self, warehouse: WarehouseRow, area: Area) -> Location:
        """The first location of this kind in a building."""
        return next(one for one in self.locations if one.warehouse is warehouse and one.area is area)

    def reason(self, found: ReasonCode | None, account: Account, *types: str) -> ReasonCode | None:
        """`found`, if it is valid for one of these operations; the account may demand that there is one."""
        if found is None and account.enforce_reason_codes:
            raise Refused("this account demands a reason code", field="reason_code_id")
        if found is not None and found.reason_type not in types:
            raise Refused(
                f"the reason {found.code} is for {found.reason_type}, not for {' or '.join(types)}",
                field="reason_code_id",
            )
        return found

    # What happened -------------------------------------------------------------------------------------------

    def moved(
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
        """Move stock on the floor and tell the automations."""
        done = self.floor.move(subtype, product, account, quantity, out_of=out_of, into=into, cause=cause)
        if subtype in STOCK_EVENTS:
            self.happened("stock", STOCK_EVENTS[subtype], done)
        return done

    def book(
        self,
        kind: str,
        product: Product,
        warehouse: WarehouseRow,
        quantity: Decimal,
        *,
        source: int,
        reference: str | None = "",
        line: str | None = "",
        reason: str = "",
    ) -> None:
        """Write a line of the book of effects."""
        self._effects.append(
            Effect(
                kind=kind,
                product=product.code,
                warehouse=warehouse.code,
                quantity=quantity,
                source=str(source),
                reference=reference or "",
                line=line or "",
                reason=reason,
                occurred_at=self.clock(),
            )
        )

    def book_moved(
        self,
        kind: str,
        moved: Transaction,
        quantity: Decimal,
        *,
        source: int | None = None,
        reference: str | None = "",
        line: str | None = "",
    ) -> None:
        """Book what a transaction meant, under its id or under its document's."""
        self.book(
            kind,
            moved.product,
            moved.warehouse,
            quantity,
            source=moved.id if source is None else source,
            reference=reference,
            line=line,
            reason=moved.reason_code.code if moved.reason_code else "",
        )

    @locked
    def truth(self) -> list[Effect]:
        """Everything that changed stock on hand or its condition, in order, kept apart from the transactions."""
        return list(self._effects)

    def happened(self, resource_name: str, event: str, row: Row) -> None:
        """Put a webhook into the outbox for every automation that waits for this."""
        sent = automations.deliveries(self.automations, resource_name, event, row)
        if sent:
            with self.webhooks_waiting:
                self.outbox.extend(sent)
                self.webhooks_waiting.notify_all()

    @locked
    def create_automation(self, attributes: Attributes) -> Automation:
        """Create an automation; of its actions only webhooks are carried out."""
        rules.check("automations", attributes)
        return self.automations.add(self.row(Automation, **automations.parsed(attributes)))

    def add_webhook(self, resource_name: str, event: str, url: str) -> Automation:
        """An automation that tells `url` whenever `event` happens to a resource, such as goods_out completed."""
        parameters = {"webhook_url": url, "webhook_method": "POST"}
        given = [_added(parameter_code=code, value=value) for code, value in parameters.items()]
        action = _added(destination_type="webhook", destination_code="default", parameters_changes=given)
        return self.create_automation(
            {
                "resource_name": resource_name,
                "event": event,
                "name": f"tell the ERP: {resource_name} {event}",
                "enabled": True,
                "actions_changes": [action],
            }
        )

    @locked
    def change_automation(self, row_id: int, attributes: Attributes) -> Automation:
        """Change an automation's own fields, such as `enabled`."""
        rules.check("automations", attributes, partial=True)
        row = self.need(self.automations, row_id, "automation")
        known, _ = known_and_extra(Automation, attributes)
        for name, value in known.items():
            setattr(row, name, value)
        return row

    @locked
    def delete_automation(self, row_id: int) -> None:
        """Delete an automation; what it has put into the outbox is still sent."""
        self.automations.remove(self.need(self.automations, row_id, "automation"))


def _added(**attributes: object) -> dict[str, object]:
    return {"type": "ADD", "attributes": attributes}


_OURS = frozenset(
    {"id", "created_at", "updated_at", "extra", "lines", "status", "receipt_type", "address", "account_ids"}
)


def known_and_extra(kind: type[Row], attributes: Attributes) -> tuple[dict[str, object], dict[str, object]]:
    """`attributes` split into the fields that rows of this `kind` have and the rest."""
    fields = {one.name for one in attrs.fields(kind)} - _OURS
    known = {name: value for name, value in attributes.items() if name in fields and value is not None}
    return known, {name: value for name, value in attributes.items() if name not in fields}
