"""One sample of every call that `calls` can make, and what they cover: the tests and the documentation share it.

Run this file to print the table of `docs/clarus.md`.
"""

import datetime as dt
import re
from decimal import Decimal

from clarus_bluecherry.clarus import added, automation_action, calls, removed, updated, wire
from clarus_bluecherry.clarus._resources._doors import operation
from clarus_bluecherry.clarus._resources._lists import ListOptions
from clarus_bluecherry.clarus._rooms import Rooms

ROOMS = {name: getattr(calls, name) for name in Rooms.__annotations__}
NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)


# Values for every field ------------------------------------------------------------------------------------------


def whole(model):
    """Plain data with every field of `model` set, children too."""
    schema = model.model_json_schema()
    return {name: value_of(schema, each, name) for name, each in schema["properties"].items()}


def value_of(root, schema, name=""):
    """Some value that the field takes."""
    if "$ref" in schema:
        return value_of(root, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], name)
    if "anyOf" in schema:
        return value_of(root, next(each for each in schema["anyOf"] if each.get("type") != "null"), name)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {key: value_of(root, each, key) for key, each in schema["properties"].items()}
        case "object":
            return {"key": "value"}
        case "array":
            return [value_of(root, schema["items"])]
        case "boolean":
            return True
        case "integer":
            return 7
        case "number":
            return "1.5"
        case _:
            return text_of(schema, name)


def text_of(schema, name):
    formats = {"date-time": NOON, "date": NOON.date()}
    return formats.get(schema.get("format")) or ("a@example.com" if name == "email_address" else "GBGBGB")


# Every call ------------------------------------------------------------------------------------------------------

ADDRESS = wire.AddressAttributes(
    name="A. Buyer", address_1="1 High Street", address_3="Leeds", postcode="LS1 1AA", country_code="GB"
)
ORDER = wire.GoodsOutOrder(
    account_id="1",
    reference="SO-1",
    expected_date_of_dispatch=NOON,
    warehouse_id=2,
    carrier_id=None,
    lines=(
        wire.GoodsOutLineAttributes(product_id=3, order_quantity=Decimal("2.5"), alt_line_number="1"),
        wire.GoodsOutLineAttributes(product_id=4, order_quantity=Decimal(1), alt_line_number="2"),
    ),
    address=ADDRESS,
)
RECEIPT = wire.PreReceipt(
    account_id=1,
    warehouse_id=2,
    reference="PO-1",
    expected_date_of_arrival=NOON,
    lines=(wire.GoodsInLineAttributes(product_id=3, expected_quantity=Decimal(10), alt_line_number="1"),),
)
PRODUCT = wire.ProductAttributes(code="SKU-1", description="A shirt", stock_unit_type_id=1, barcode="0501")
CONDITION = {"condition_code": "account_id", "source_path": "data.account_id", "operator": "eq", "value": "1"}

RESOURCES = {
    "accounts": (wire.AccountAttributes, wire.AccountChanges, ()),
    "account_warehouses": (wire.AccountWarehouseAttributes, wire.AccountWarehouseChanges, ()),
    "warehouses": (wire.WarehouseAttributes, wire.WarehouseChanges, ()),
    "sites": (wire.SiteAttributes, wire.SiteChanges, ()),
    "customers": (wire.CustomerAttributes, wire.CustomerChanges, ()),
    "suppliers": (wire.SupplierAttributes, wire.SupplierChanges, ()),
    "delivery_addresses": (wire.DeliveryAddressAttributes, wire.DeliveryAddressChanges, ()),
    "collection_addresses": (wire.CollectionAddressAttributes, wire.CollectionAddressChanges, ()),
    "product_materials": (wire.MaterialAttributes, wire.MaterialChanges, (9,)),
    "product_storage_units": (wire.ProductStorageUnitAttributes, wire.ProductStorageUnitChanges, ()),
    "alternative_codes": (wire.AlternativeCodeAttributes, wire.AlternativeCodeChanges, ()),
    "alternative_code_types": (wire.AlternativeCodeTypeAttributes, wire.AlternativeCodeTypeChanges, ()),
    "stock_unit_types": (wire.StockUnitTypeAttributes, wire.StockUnitTypeChanges, ()),
    "storage_unit_types": (wire.StorageUnitTypeAttributes, wire.StorageUnitTypeChanges, ()),
    "order_types": (wire.OrderTypeAttributes, wire.OrderTypeChanges, ()),
    "reason_codes": (wire.ReasonCodeAttributes, wire.ReasonCodeChanges, ()),
    "carriers": (wire.CarrierAttributes, wire.CarrierChanges, ()),
    "carrier_services": (wire.CarrierServiceAttributes, wire.CarrierServiceChanges, ()),
    "shipments": (wire.ShipmentAttributes, wire.ShipmentChanges, ()),
    "packages": (wire.PackageAttributes, wire.PackageChanges, ()),
    "loads": (wire.LoadAttributes, wire.LoadChanges, ()),
    "load_drops": (wire.LoadDropAttributes, wire.LoadDropChanges, ()),
    "integrations": (wire.IntegrationAttributes, wire.IntegrationChanges, ()),
    "external_entities": (wire.ExternalEntityAttributes, wire.ExternalEntityChanges, ()),
    "mapping_groups": (wire.MappingGroupAttributes, wire.MappingGroupChanges, ()),
    "mappings": (wire.MappingAttributes, wire.MappingChanges, ()),
    "integration_product_mappings": (wire.ProductMappingAttributes, wire.ProductMappingChanges, (9,)),
    "import_templates": (wire.ImportTemplateAttributes, wire.ImportTemplateChanges, ()),
    "ftp_users": (wire.FtpUserAttributes, wire.FtpUserChanges, ()),
}
"""Resources that are described once: what they take, and the parents that their calls name first."""


def samples_of(name):
    attributes, changes, parents = RESOURCES[name]
    room = getattr(calls, name)
    made = {
        "create": lambda: room.create(*parents, **whole(attributes)),
        "update": lambda: room.update(*parents, 7, **whole(changes)),
        "delete": lambda: room.delete(*parents, 7),
    }
    return {f"{name}.{operation}": make for operation, make in made.items() if hasattr(room, operation)}


SAMPLES = {
    **{name: make for room in RESOURCES for name, make in samples_of(room).items()},
    "warehouses.create": lambda: calls.warehouses.create(**whole(wire.WarehouseAttributes), address=ADDRESS),
    "warehouses.update": lambda: calls.warehouses.update(7, address=ADDRESS),
    "shipments.create": lambda: calls.shipments.create(**whole(wire.ShipmentAttributes), address=ADDRESS),
    "delivery_addresses.delete_all": lambda: calls.delivery_addresses.delete_all([7, "8"]),
    "collection_addresses.delete_all": lambda: calls.collection_addresses.delete_all([7]),
    "mapping_group_fields.create": lambda: calls.mapping_group_fields.create(7, field_name="reason"),
    "products.create": lambda: calls.products.create.of(PRODUCT),
    "products.update": lambda: calls.products.update(7, barcode="0502", commodity_code=None),
    "products.delete": lambda: calls.products.delete(7),
    "products.delete_all": lambda: calls.products.delete_all(["7", 8]),
    "account_products.assign": lambda: calls.account_products.assign("7", "3"),
    "account_products.unassign": lambda: calls.account_products.unassign(7, 9),
    "product_storage_units.prioritise": lambda: calls.product_storage_units.prioritise(7, 0),
    "goods_outs.create": lambda: calls.goods_outs.create.of(ORDER),
    "goods_outs.update": lambda: calls.goods_outs.update(
        7,
        priority=3,
        delivery_notes=None,
        lines=[
            added({"product_id": 5, "order_quantity": 1}),
            updated(61, {"order_quantity": "4"}),
            removed("62"),
        ],
        address=ADDRESS,
    ),
    "goods_outs.delete": lambda: calls.goods_outs.delete(7),
    "goods_outs.cancel": lambda: calls.goods_outs.cancel(7),
    "goods_outs.process_picks": lambda: calls.goods_outs.process_picks(["7", 8]),
    "goods_outs.process_and_consolidate_picks": lambda: calls.goods_outs.process_and_consolidate_picks(
        [7, 8], wire.ConsolidatedPickList(**whole(wire.ConsolidatedPickList))
    ),
    "goods_outs.short_order_lines": lambda: calls.goods_outs.short_order_lines([7], "no more stock", 5),
    "goods_outs.trigger_replenishment": lambda: calls.goods_outs.trigger_replenishment(1, 2, 3),
    "goods_out_pick_lists.update": lambda: calls.goods_out_pick_lists.update(7, **whole(wire.PickListChanges)),
    "goods_out_pick_lists.delete": lambda: calls.goods_out_pick_lists.delete(7),
    "goods_in_receipts.create": lambda: calls.goods_in_receipts.create.of(RECEIPT),
    "goods_in_receipts.update": lambda: calls.goods_in_receipts.update(
        7, notes="late", lines=[updated(61, {"expected_quantity": 4}), removed(62)]
    ),
    "goods_in_receipts.delete": lambda: calls.goods_in_receipts.delete(7),
    "goods_in_receipts.receive": lambda: calls.goods_in_receipts.receive(7),
    "goods_in_receipts.revert": lambda: calls.goods_in_receipts.revert(7),
    "tasks.receive": lambda: calls.tasks.receive(7, **whole(wire.Received)),
    "tasks.receive_to_putaway_location": lambda: calls.tasks.receive_to_putaway_location(
        7, **whole(wire.ReceivedToPutaway)
    ),
    "tasks.export_receipt_confirmation": lambda: calls.tasks.export_receipt_confirmation(7),
    "tasks.update": lambda: calls.tasks.update(7, **whole(wire.TaskChanges)),
    "tasks.complete": lambda: calls.tasks.complete(7, confirmed_quantity=4, location_to_id=3),
    "tasks.complete_all": lambda: calls.tasks.complete_all(
        1, "PICK", product_id=42, changes=wire.TaskChanges(notes="all of it")
    ),
    "tasks.allocate": lambda: calls.tasks.allocate(7, 5),
    "tasks.unallocate": lambda: calls.tasks.unallocate(7),
    "tasks.allocate_all": lambda: calls.tasks.allocate_all([7, 8], 5),
    "tasks.unallocate_all": lambda: calls.tasks.unallocate_all([7, 8]),
    "tasks.assign_storage_unit": lambda: calls.tasks.assign_storage_unit(7, load_id=3),
    "tasks.load_storage_unit": lambda: calls.tasks.load_storage_unit(7, load_drop_id=3),
    "tasks.unload_storage_unit": lambda: calls.tasks.unload_storage_unit(7),
    "stocks.hold": lambda: calls.stocks.hold([1, "2"], "quality check", 4),
    "stocks.offhold": lambda: calls.stocks.offhold([1], "checked"),
    "stocks.move": lambda: calls.stocks.move(7, Decimal("2.5"), "12", 4),
    "stocks.transfer": lambda: calls.stocks.transfer(7, 3, 2),
    "stocks.negative_adjustment": lambda: calls.stocks.negative_adjustment(7, Decimal(1), 4),
    "stocks.update": lambda: calls.stocks.update(
        7, string1="LOT", unit_dimensions=wire.StockDimensions(weight=Decimal("15.5"))
    ),
    "stock_checks.create": lambda: calls.stock_checks.create(**whole(wire.StockCheckAttributes)),
    "stock_checks.record_attempt": lambda: calls.stock_checks.record_attempt(7, **whole(wire.StockCheckAttempt)),
    "stock_checks.complete": lambda: calls.stock_checks.complete(7),
    "stock_checks.resolve": lambda: calls.stock_checks.resolve([7, 8], 4),
    "shipments.submit": lambda: calls.shipments.submit(7),
    "shipments.cancel": lambda: calls.shipments.cancel(7),
    "load_drops.sequence": lambda: calls.load_drops.sequence(7, 2),
    "documents.download": lambda: calls.documents.download(7),
    "documents.send_to_ftp": lambda: calls.documents.send_to_ftp(7, 3),
    "documents.upload": lambda: calls.documents.upload(7, b"a,b\n", filename="a.csv", media_type="text/csv"),
    "automations.create": lambda: calls.automations.create(
        resource_name="goods_out",
        event="completed",
        name="ERP",
        actions=[automation_action("process_picks", {"pick_type": "standard"})],
        conditions=[wire.ConditionAttributes(**CONDITION)],
    ),
    "automations.create_webhook": lambda: calls.automations.create_webhook(
        "goods_out", "completed", "https://erp.example/hooks/goods_out.completed", "ERP"
    ),
    "automations.update": lambda: calls.automations.update(
        7,
        enabled=False,
        conditions=[added(CONDITION), updated(3, {"value": 2}), removed(4)],
        actions=[updated(5, {"destination_code": "default"})],
    ),
    "automations.delete": lambda: calls.automations.delete(7),
    "automations.run": lambda: calls.automations.run(7),
    "automations.upload_attachment": lambda: calls.automations.upload_attachment(7, b"{}", filename="body.liquid"),
    "automations.delete_attachment": lambda: calls.automations.delete_attachment(7),
    "integrations.synchronize": lambda: calls.integrations.synchronize(7),
}

GENERIC = {
    "rest": lambda: calls.rest("POST", "/api/roles/7/x", json={"a": 1}),
    "jsonapi": lambda: calls.jsonapi("POST", "/api/trailers", "trailers", {"reference": "T-1"}),
    "upload": lambda: calls.upload("/api/templates/7/attachment", b"x", filename="x.txt"),
    "download": lambda: calls.download("/api/tasks/7/export_receipt_task_confirmation"),
    "query": lambda: calls.query("{ __schema { queryType { name } } }"),
}
"""The calls that know no resource."""

LISTINGS = {name: room.list for name, room in ROOMS.items() if hasattr(room, "list")}
FILTERS = {
    name: [each for each in type(room).__dict__["list"].filters if each not in ListOptions.__annotations__]
    for name, room in ROOMS.items()
    if name in LISTINGS
}
"""What each list is narrowed by."""


def calls_that_can_be_made():
    """Every operation that there is: those of resources, and those that know none."""
    operations = {
        f"{name}.{each}" for name, room in ROOMS.items() for each in dir(room) if not each.startswith("_")
    }
    return {name for name in operations if not name.endswith(".list")} | {
        name for name, each in vars(Rooms).items() if isinstance(each, operation)
    }


# What they cover -------------------------------------------------------------------------------------------------


def coverage():
    """The table of the documentation: resource by resource, the filters of its list and its operations."""
    written = {}
    for name, make in SAMPLES.items():
        room, _, each = name.partition(".")
        call = make()
        path = re.sub(r"/\d+(?=/|$)", "/{id}", call.path.removeprefix("/api"))
        written.setdefault(room, {})[each] = f"{call.method} {path}"
    rows = ["| resource | `list` filters by | operations |", "|---|---|---|"]
    for room in sorted(ROOMS):
        made = "<br>".join(f"`{name}` {sent}" for name, sent in written.get(room, {}).items())
        rows.append(f"| `{room}` | {_listed(room)} | {made or '–'} |")
    return "\n".join(rows)


def _listed(room):
    if room not in LISTINGS:
        return "no list"
    return ", ".join(FILTERS[room]) or "none published"


if __name__ == "__main__":
    print(coverage())
