"""Calls that create, change and delete the records that orders and receipts refer to.

Law of this module: nothing is sent, and nothing is written twice: a line here describes a resource, `described`
makes its calls. What a call takes is its model in `wire`.
"""

from clarus_bluecherry.clarus import writing as w
from clarus_bluecherry.clarus.calls.described import AddressedResource, ChildResource, Resource

# Who and where -----------------------------------------------------------------------------------------------

_ACCOUNTS = Resource("accounts", "account", w.AccountAttributes, w.AccountChanges)
create_account, update_account, delete_account = _ACCOUNTS.create, _ACCOUNTS.update, _ACCOUNTS.delete

_ACCOUNT_WAREHOUSES = Resource(
    "account_warehouses",
    "account warehouse",
    w.AccountWarehouseAttributes,
    w.AccountWarehouseChanges,
    named_by="account_id",
)
create_account_warehouse = _ACCOUNT_WAREHOUSES.create
update_account_warehouse = _ACCOUNT_WAREHOUSES.update
delete_account_warehouse = _ACCOUNT_WAREHOUSES.delete

_WAREHOUSES = AddressedResource("warehouses", "warehouse", w.WarehouseAttributes, w.WarehouseChanges)
create_warehouse, update_warehouse, delete_warehouse = _WAREHOUSES.create, _WAREHOUSES.update, _WAREHOUSES.delete

_SITES = Resource("sites", "site", w.SiteAttributes, w.SiteChanges)
create_site, update_site, delete_site = _SITES.create, _SITES.update, _SITES.delete

_CUSTOMERS = Resource("customers", "customer", w.CustomerAttributes, w.CustomerChanges)
create_customer, update_customer, delete_customer = _CUSTOMERS.create, _CUSTOMERS.update, _CUSTOMERS.delete

_SUPPLIERS = Resource("suppliers", "supplier", w.SupplierAttributes, w.SupplierChanges)
create_supplier, update_supplier, delete_supplier = _SUPPLIERS.create, _SUPPLIERS.update, _SUPPLIERS.delete

# No list of addresses is published: keep the id that a create answers.
_DELIVERY_ADDRESSES = Resource(
    "delivery_addresses", "delivery address", w.DeliveryAddressAttributes, w.DeliveryAddressChanges
)
create_delivery_address = _DELIVERY_ADDRESSES.create
update_delivery_address = _DELIVERY_ADDRESSES.update
delete_delivery_address = _DELIVERY_ADDRESSES.delete
delete_delivery_addresses = _DELIVERY_ADDRESSES.delete_all

_COLLECTION_ADDRESSES = Resource(
    "collection_addresses", "collection address", w.CollectionAddressAttributes, w.CollectionAddressChanges
)
create_collection_address = _COLLECTION_ADDRESSES.create
update_collection_address = _COLLECTION_ADDRESSES.update
delete_collection_address = _COLLECTION_ADDRESSES.delete
delete_collection_addresses = _COLLECTION_ADDRESSES.delete_all

# Products ----------------------------------------------------------------------------------------------------

_MATERIALS = ChildResource(
    "products", "materials", "product_materials", "material", w.MaterialAttributes, w.MaterialChanges
)
create_material, update_material, delete_material = _MATERIALS.create, _MATERIALS.update, _MATERIALS.delete

_PRODUCT_STORAGE_UNITS = Resource(
    "product_storage_units",
    "product storage unit",
    w.ProductStorageUnitAttributes,
    w.ProductStorageUnitChanges,
    named_by="product_id",
)
create_product_storage_unit = _PRODUCT_STORAGE_UNITS.create
update_product_storage_unit = _PRODUCT_STORAGE_UNITS.update
delete_product_storage_unit = _PRODUCT_STORAGE_UNITS.delete

_ALTERNATIVE_CODES = Resource(
    "alternative_codes", "alternative code", w.AlternativeCodeAttributes, w.AlternativeCodeChanges
)
create_alternative_code = _ALTERNATIVE_CODES.create
update_alternative_code = _ALTERNATIVE_CODES.update
delete_alternative_code = _ALTERNATIVE_CODES.delete

_ALTERNATIVE_CODE_TYPES = Resource(
    "alternative_code_types",
    "alternative code type",
    w.AlternativeCodeTypeAttributes,
    w.AlternativeCodeTypeChanges,
)
create_alternative_code_type = _ALTERNATIVE_CODE_TYPES.create
update_alternative_code_type = _ALTERNATIVE_CODE_TYPES.update
delete_alternative_code_type = _ALTERNATIVE_CODE_TYPES.delete

_STOCK_UNIT_TYPES = Resource(
    "stock_unit_types", "stock unit type", w.StockUnitTypeAttributes, w.StockUnitTypeChanges
)
create_stock_unit_type = _STOCK_UNIT_TYPES.create
update_stock_unit_type = _STOCK_UNIT_TYPES.update
delete_stock_unit_type = _STOCK_UNIT_TYPES.delete

_STORAGE_UNIT_TYPES = Resource(
    "storage_unit_types", "storage unit type", w.StorageUnitTypeAttributes, w.StorageUnitTypeChanges
)
create_storage_unit_type = _STORAGE_UNIT_TYPES.create
update_storage_unit_type = _STORAGE_UNIT_TYPES.update
delete_storage_unit_type = _STORAGE_UNIT_TYPES.delete

# Kinds and reasons -------------------------------------------------------------------------------------------

_ORDER_TYPES = Resource("order_types", "order type", w.OrderTypeAttributes, w.OrderTypeChanges)
create_order_type, update_order_type, delete_order_type = (
    _ORDER_TYPES.create,
    _ORDER_TYPES.update,
    _ORDER_TYPES.delete,
)

_REASON_CODES = Resource("reason_codes", "reason code", w.ReasonCodeAttributes, w.ReasonCodeChanges)
create_reason_code = _REASON_CODES.create
update_reason_code = _REASON_CODES.update
delete_reason_code = _REASON_CODES.delete

# Transport ---------------------------------------------------------------------------------------------------

_CARRIERS = Resource("carriers", "carrier", w.CarrierAttributes, w.CarrierChanges)
create_carrier, update_carrier, delete_carrier = _CARRIERS.create, _CARRIERS.update, _CARRIERS.delete

_CARRIER_SERVICES = Resource(
    "carrier_services", "carrier service", w.CarrierServiceAttributes, w.CarrierServiceChanges
)
create_carrier_service = _CARRIER_SERVICES.create
update_carrier_service = _CARRIER_SERVICES.update
delete_carrier_service = _CARRIER_SERVICES.delete

# Submitted shipments cannot be deleted: cancel them. Whether `packages` adds or replaces is not published.
_SHIPMENTS = AddressedResource(
    "shipments",
    "shipment",
    w.ShipmentAttributes,
    w.ShipmentChanges,
    named_by="reference",
    adds=frozenset({"packages"}),
)
create_shipment, update_shipment, delete_shipment = _SHIPMENTS.create, _SHIPMENTS.update, _SHIPMENTS.delete

_PACKAGES = Resource("packages", "package", w.PackageAttributes, w.PackageChanges, named_by="tracking_number")
create_package, update_package, delete_package = _PACKAGES.create, _PACKAGES.update, _PACKAGES.delete

_LOADS = Resource("loads", "load", w.LoadAttributes, w.LoadChanges, named_by="reference")
create_load, update_load, delete_load = _LOADS.create, _LOADS.update, _LOADS.delete

# A drop cannot be deleted over REST.
_LOAD_DROPS = Resource(
    "load_drops", "load drop", w.LoadDropAttributes, w.LoadDropChanges, named_by="booking_reference"
)
create_load_drop, update_load_drop = _LOAD_DROPS.create, _LOAD_DROPS.update

# Set-up ------------------------------------------------------------------------------------------------------

_INTEGRATIONS = Resource(
    "integrations", "integration", w.IntegrationAttributes, w.IntegrationChanges, named_by="name"
)
create_integration = _INTEGRATIONS.create
update_integration = _INTEGRATIONS.update
delete_integration = _INTEGRATIONS.delete

_EXTERNAL_ENTITIES = Resource(
    "external_entities", "external entity", w.ExternalEntityAttributes, w.ExternalEntityChanges
)
create_external_entity = _EXTERNAL_ENTITIES.create
update_external_entity = _EXTERNAL_ENTITIES.update
delete_external_entity = _EXTERNAL_ENTITIES.delete

_MAPPING_GROUPS = Resource(
    "mapping_groups", "mapping group", w.MappingGroupAttributes, w.MappingGroupChanges, named_by="name"
)
create_mapping_group = _MAPPING_GROUPS.create
update_mapping_group = _MAPPING_GROUPS.update
delete_mapping_group = _MAPPING_GROUPS.delete

_MAPPING_GROUP_FIELDS = ChildResource(
    "mapping_groups",
    "mapping_group_fields",
    "mapping_group_fields",
    "mapping group field",
    w.MappingGroupFieldAttributes,
    w.MappingGroupFieldAttributes,
)
add_mapping_group_field = _MAPPING_GROUP_FIELDS.create

_MAPPINGS = Resource("mappings", "mapping", w.MappingAttributes, w.MappingChanges, named_by="mapping_group_id")
create_mapping, update_mapping, delete_mapping = _MAPPINGS.create, _MAPPINGS.update, _MAPPINGS.delete

_PRODUCT_MAPPINGS = ChildResource(
    "integration_product_mapping_groups",
    "mappings",
    "integration_product_mappings",
    "product mapping",
    w.ProductMappingAttributes,
    w.ProductMappingChanges,
)
create_product_mapping = _PRODUCT_MAPPINGS.create
update_product_mapping = _PRODUCT_MAPPINGS.update
delete_product_mapping = _PRODUCT_MAPPINGS.delete

_IMPORT_TEMPLATES = Resource(
    "import_templates",
    "import template",
    w.ImportTemplateAttributes,
    w.ImportTemplateChanges,
    named_by="file_regexp",
)
create_import_template = _IMPORT_TEMPLATES.create
update_import_template = _IMPORT_TEMPLATES.update
delete_import_template = _IMPORT_TEMPLATES.delete

_FTP_USERS = Resource("ftp_users", "SFTP user", w.FtpUserAttributes, w.FtpUserChanges, named_by="name")
create_ftp_user, update_ftp_user, delete_ftp_user = _FTP_USERS.create, _FTP_USERS.update, _FTP_USERS.delete
