"""The list roots of the warehouse's GraphQL: which filters each takes, and what its nodes show.

Law of this module: it is data. Roots, filter names, filter types and nodes are the vendor's; below a line that
says so stand the fields that this project reads though the vendor's samples do not show them.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen
class ListRoot:
    """One root: `filters` are name → (input type, path of the value in a row)."""

    root: str
    node: str
    filter_type: str
    filters: Mapping[str, tuple[str, str]]
    archives: bool = False


def _filters(**by_kind: str) -> dict[str, tuple[str, str]]:
    """Filters written as `String="code name"`; `id=path` where the value lies elsewhere in the row."""
    found: dict[str, tuple[str, str]] = {}
    for kind, names in by_kind.items():
        for entry in names.split():
            name, _, path = entry.partition("=")
            found[name] = (f"{kind}InputType", path or name)
    return found


LISTS = (
    ListRoot(
        "accounts", "Account", "AccountFilterType", _filters(String="code name", Boolean="is_short_pickable")
    ),
    ListRoot("warehouses", "Warehouse", "WarehouseFilterType", _filters(String="code name")),
    ListRoot(
        "locations", "Location", "LocationsFilterType", _filters(String="code warehouse_code=warehouse.code")
    ),
    ListRoot(
        "products",
        "Product",
        "ProductsFilterType",
        _filters(
            String="code barcode all_codes description product_type case_barcode inner_barcode outer_barcode",
            Id="account_id=account_ids",
        ),
    ),
    ListRoot(
        "account_products",
        "AccountProduct",
        "AccountProductFilterType",
        _filters(Id="account_id=account.id product_id=product.id", Datetime="created_at"),
    ),
    ListRoot(
        "goods_outs",
        "GoodsOut",
        "GoodsOutsFilterType",
        _filters(
            String="reference goods_out_status_code=goods_out_status.code",
            Id="account_id=account.id warehouse_id=warehouse.id carrier_id=carrier.id",
            Datetime="expected_date_of_dispatch",
        ),
    ),
    ListRoot(
        "goods_out_lines",
        "GoodsOutLine",
        "GoodsOutLineFilterType",
        _filters(
            Id="goods_out_id=goods_out.id product_id=product.id account_id=goods_out.account.id"
            " warehouse_id=goods_out.warehouse.id carrier_id=carrier.id",
            StatusCode="goods_out_status_code=goods_out.goods_out_status.code",
            Decimal="order_quantity pick_quantity",
            Datetime="created_at",
        ),
    ),
    ListRoot(
        "pick_processing_requests",
        "PickProcessingRequest",
        "PickProcessingRequestFilterType",
        _filters(
            Id="goods_out_id=goods_out.id",
            String="goods_out_reference=goods_out.reference process_reference",
            Status="status",
            Datetime="created_at updated_at",
        ),
    ),
    ListRoot(
        "goods_in_receipts",
        "GoodsInReceipt",
        "InboundGoodFilterType",
        _filters(
            String="reference status",
            Id="account_id=account.id warehouse_id=warehouse.id",
            Datetime="expected_date_of_receipt",
        ),
    ),
    ListRoot(
        "stocks",
        "Stock",
        "StockFilterType",
        _filters(
            Id="product_id=product.id account_id=account.id warehouse_id=warehouse.id location_id=location.id"
            " storage_unit_id=storage_unit.id",
            String="product_code=product.code location_code=location.code status",
            Decimal="quantity",
            Datetime="fifo_date",
        ),
    ),
    ListRoot(
        "stock_balances",
        "StockBalance",
        "StockBalancesFilterType",
        _filters(
            Id="product_id=product.id account_id=account.id warehouse_id=warehouse.id",
            String="product_code=product.code",
            Decimal="available allocated picked",
        ),
    ),
    ListRoot(
        "transactions",
        "Transaction",
        "TransactionFilterType",
        _filters(
            SubtypeType="subtype",
            String="category",
            Id="product_id=product.id account_id=account.id warehouse_id=warehouse.id goods_out_id=goods_out.id"
            " location_from_id=location_from.id location_to_id=location_to.id",
            Datetime="created_at",
        ),
        archives=True,
    ),
    ListRoot(
        "shipments",
        "Shipment",
        "ShipmentFilterType",
        _filters(
            String="reference status",
            Id="carrier_id=carrier.id warehouse_id=warehouse.id goods_out_id=goods_out.id",
        ),
    ),
    ListRoot(
        "packages",
        "Package",
        "PackageFilterType",
        _filters(
            Id="shipment_id=shipment.id storage_unit_id=storage_unit.id",
            String="shipment_reference=shipment.reference storage_unit_type_code=storage_unit_type.code"
            " tracking_number",
        ),
    ),
    ListRoot(
        "carriers",
        "Carrier",
        "CarrierFilterType",
        _filters(
            String="code name carrier_type external_system_reference1",
            Boolean="active carrier_externally_registered",
            Datetime="created_at",
        ),
    ),
    ListRoot(
        "carrier_services",
        "CarrierService",
        "CarrierServiceFilterType",
        _filters(String="code name carrier_code=carrier.code", Boolean="active", Id="carrier_id=carrier.id"),
    ),
    ListRoot(
        "order_types",
        "OrderType",
        "OrderTypeFilterType",
        _filters(String="code name", Boolean="duty_payable", Datetime="created_at"),
    ),
    ListRoot(
        "reason_codes",
        "ReasonCode",
        "ReasonCodeFilterType",
        _filters(String="code name", ReasonType="reason_type", Boolean="active generic"),
    ),
    ListRoot(
        "stock_unit_types",
        "StockUnitType",
        "StockUnitTypeFilterType",
        _filters(String="code name description", Datetime="created_at"),
    ),
    ListRoot(
        "customers",
        "Customer",
        "CustomerFilterType",
        _filters(String="code name external_system_reference1", Integer="shelf_life_min shelf_life_max"),
    ),
    ListRoot(
        "suppliers",
        "Supplier",
        "SupplierFilterType",
        _filters(
            Id="id",
            String="code name description external_system_reference1",
            Boolean="active",
            Datetime="created_at",
        ),
    ),
    ListRoot(
        "automations",
        "Automation",
        "AutomationFilterType",
        _filters(
            String="name",
            ResourceName="resource_name",
            Event="event",
            Boolean="enabled",
            FewId="integration_id",
            Datetime="created_at",
        ),
    ),
)

NODES = """
type Address {
  id: ID name: String address_1: String address_2: String address_3: String address_4: String address_5: String
  postcode: String country_code: String
}
type Account {
  id: ID! code: String name: String is_short_pickable: Boolean external_system_reference1: String
  vat_number: String
}
type Warehouse {
  id: ID! code: String name: String consolidate_pick_enabled: Boolean loading_validation_setting: String
  opening_times_enabled: Boolean address: Address
}
type Location { id: ID! code: String description: String active: Boolean warehouse: Warehouse }
type Product {
  id: ID! code: String barcode: String description: String long_description: String product_type: String
  units_per_case: Int shelf_life_min: Int shelf_life_max: Int commodity_code: String country_of_manufacture: String
  "not in the vendor's sample:" external_system_reference1: String
}
type AccountProduct { id: ID! account: Account product: Product }
type GoodsOutStatus { id: ID code: String name: String }
type GoodsOut {
  id: ID! reference: String priority: Int expected_date_of_dispatch: String goods_out_status: GoodsOutStatus
  account: Account warehouse: Warehouse carrier: Carrier
  "not in the vendor's sample, like the next two:" actual_date_of_dispatch: String
  external_system_reference1: String created_at: String
}
type GoodsOutLine {
  id: ID! order_quantity: Float allocated_quantity: Float pick_quantity: Float dispatch_quantity: Float
  short_status: String product: Product goods_out: GoodsOut carrier: Carrier
  "not in the vendor's sample, like the next two:" alt_line_number: String
  alt_line_reference: String created_at: String
}
type PickProcessingRequest {
  status: String process_reference: String message: String goods_out: GoodsOut created_at: String
}
type GoodsInReceipt {
  id: ID! reference: String status: String receipt_type: String expected_date_of_receipt: String
  actual_date_of_receipt: String notes: String account: Account warehouse: Warehouse
  "not in the vendor's sample:" external_system_reference1: String
}
type GoodsInReceiptLine { id: ID! alt_line_number: String alt_line_reference: String }
type StorageUnit { id: ID! reference: String }
type StorageUnitType { id: ID! code: String name: String }
type Stock {
  id: ID! quantity: Float status: String fifo_date: String product: Product location: Location account: Account
  storage_unit: StorageUnit
}
type StockBalance {
  available: Float allocated: Float ordered: Float received: Float picked: Float product: Product
  account: Account warehouse: Warehouse
}
type User { id: ID! }
type Transaction {
  id: ID! subtype: String category: String quantity: Float created_at: String product: Product account: Account
  location_from: Location location_to: Location completing_user: User
  "not in the vendor's sample, like all that follows:" description: String
  warehouse: Warehouse goods_out: GoodsOut goods_in_receipt: GoodsInReceipt
  goods_in_receipt_line: GoodsInReceiptLine reason_code: ReasonCode
}
type Shipment {
  id: ID! reference: String name: String status: String delivery_notes: String collection_datetime: String
  label_filename: String packages_count: Int carrier: Carrier carrier_service: CarrierService warehouse: Warehouse
}
type Package {
  id: ID! tracking_number: String shipment: Shipment storage_unit_type: StorageUnitType
  "not in the vendor's sample:" storage_unit: StorageUnit
}
type Carrier {
  id: ID! code: String name: String description: String active: Boolean carrier_type: String
  carrier_externally_registered: Boolean
}
type CarrierService {
  id: ID! code: String name: String active: Boolean is_default: Boolean carrier: Carrier
}
type OrderType { id: ID! code: String name: String duty_payable: Boolean }
type ReasonCode {
  id: ID! code: String name: String description: String reason_type: String active: Boolean generic: Boolean
}
type StockUnitType { id: ID! code: String name: String description: String }
type Customer {
  id: ID! code: String name: String shelf_life_min: Int shelf_life_max: Int external_system_reference1: String
}
type Supplier {
  id: ID! code: String name: String description: String active: Boolean external_system_reference1: String
  address: Address
}
type Automation {
  id: ID! name: String resource_name: String event: String enabled: Boolean integration_id: Int created_at: String
}
"""
"""The node types, in the schema language."""
