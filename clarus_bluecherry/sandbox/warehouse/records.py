"""Reference data and stock, as the sandbox's warehouse keeps them.

Law of this module: rows are dumb, and only `Warehouse` changes them. Quantities are Decimals, instants know their
time zone, ids are integers and no two rows of any kind share one, so that a mixed-up id is never found.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from attrs import define

from clarus_bluecherry.sandbox.warehouse.tables import Row

ZERO = Decimal(0)

# Reference data ----------------------------------------------------------------------------------------------


@define(eq=False, kw_only=True)
class Coded(Row):
    """Reference data: an order type, a stock unit type, a customer, a storage unit type."""

    code: str
    name: str = ""
    description: str | None = None
    active: bool = True
    external_system_reference1: str | None = None


@define(eq=False, kw_only=True)
class Account(Coded):
    """A stock owner, and the rules it has set for itself."""

    is_active: bool = True
    is_short_pickable: bool = False
    enforce_reason_codes: bool = False
    assigned_products_only: bool = False
    vat_number: str | None = None


@define(eq=False, kw_only=True)
class WarehouseRow(Coded):
    """A building."""

    is_active: bool = True
    timezone: str | None = None
    address: dict[str, object] | None = None
    consolidate_pick_enabled: bool = False
    loading_validation_setting: str = "none"
    opening_times_enabled: bool = False


class Area(enum.Enum):
    """What a location is for, and the code of the first one in each warehouse."""

    STORAGE = "A-01-01"
    GOODS_IN = "GOODS-IN"
    GOODS_OUT = "GOODS-OUT"


@define(eq=False, kw_only=True)
class Location(Coded):
    """A place where stock can lie."""

    warehouse: WarehouseRow
    area: Area = Area.STORAGE


@define(eq=False, kw_only=True)
class Carrier(Coded):
    """A carrier."""

    carrier_type: str = "custom"
    carrier_externally_registered: bool = False


@define(eq=False, kw_only=True)
class CarrierService(Coded):
    """A carrier's service."""

    carrier: Carrier
    is_default: bool = False


@define(eq=False, kw_only=True)
class OrderType(Coded):
    """A kind of order."""

    duty_payable: bool = False


@define(eq=False, kw_only=True)
class ReasonCode(Coded):
    """A reason, valid for the operations of its `reason_type`."""

    reason_type: str
    generic: bool = True


@define(eq=False, kw_only=True)
class Customer(Coded):
    """An end recipient."""

    shelf_life_min: int | None = None
    shelf_life_max: int | None = None


@define(eq=False, kw_only=True)
class Supplier(Coded):
    """Who delivers."""

    address: dict[str, object] | None = None


@define(eq=False, kw_only=True)
class Product(Coded):
    """A product. Its code is kept exactly as it came, damage and all."""

    stock_unit_type: Coded
    long_description: str | None = None
    barcode: str | None = None
    case_barcode: str | None = None
    inner_barcode: str | None = None
    outer_barcode: str | None = None
    product_type: str = "single"
    units_per_case: int | None = None
    shelf_life_min: int | None = None
    shelf_life_max: int | None = None
    commodity_code: str | None = None
    country_of_manufacture: str | None = None
    stop: bool = False
    account_ids: tuple[int, ...] = ()

    @property
    def all_codes(self) -> tuple[str | None, ...]:
        """The code and the four barcodes."""
        return (self.code, self.barcode, self.case_barcode, self.inner_barcode, self.outer_barcode)


@define(eq=False, kw_only=True)
class AccountProduct(Row):
    """A product that an account deals in."""

    account: Account
    product: Product


# Stock -------------------------------------------------------------------------------------------------------

Key = tuple[int, int, int]
"""Product, account and warehouse, by id: the grain of stock balances."""

Slot = tuple[int, int, int, str]
"""Product, account, location and status: the grain of stock."""


@define(eq=False, kw_only=True)
class StorageUnit(Row):
    """A carton or pallet."""

    reference: str


@define(eq=False, kw_only=True)
class Stock(Row):
    """A quantity of a product in one place in one condition: available, held, received or picked."""

    product: Product
    account: Account
    location: Location
    quantity: Decimal
    status: str
    fifo_date: dt.datetime
    storage_unit: StorageUnit | None = None

    @property
    def warehouse(self) -> WarehouseRow:
        """Where the location is."""
        return self.location.warehouse

    @property
    def key(self) -> Key:
        """Product, account and warehouse."""
        return (self.product.id, self.account.id, self.warehouse.id)

    @property
    def slot(self) -> Slot:
        """What makes this row different from every other one."""
        return (self.product.id, self.account.id, self.location.id, self.status)
