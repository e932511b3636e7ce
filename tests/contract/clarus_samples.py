"""One sample of every call that `calls` can make, and what they cover: the tests and the documentation share it.

Run this file to print the table of `docs/clarus.md`.
"""

import datetime as dt
import inspect
import re
from decimal import Decimal

from clarus_bluecherry.clarus import calls, wire

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
    header=wire.GoodsOutAttributes(
        account_id="1", reference="SO-1", expected_date_of_dispatch=NOON, warehouse_id=2, carrier_id=None
    ),
    lines=(
        wire.GoodsOutLineAttributes(product_id=3, order_quantity=Decimal("2.5"), alt_line_number="1"),
        wire.GoodsOutLineAttributes(product_id=4, order_quantity=Decimal(1), alt_line_number="2"),
    ),
    address=ADDRESS,
)
RECEIPT = wire.PreReceipt(
    header=wire.GoodsInReceiptAttributes(
        account_id=1, warehouse_id=2, reference="PO-1", expected_date_of_arrival=NOON
    ),
    lines=(wire.GoodsInLineAttributes(product_id=3, expected_quantity=Decimal(10), alt_line_number="1"),),
)
PRODUCT = wire.ProductAttributes(code="SKU-1", description="A shirt", stock_unit_type_id=1, barcode="0501")
CONDITION = {"condition_code": "account_id", "source_path": "data.account_id", "operator": "eq", "value": "1"}

RESOURCES = {
    "account": (wire.AccountAttributes, wire.AccountChanges, ()),
    "account_warehouse": (wire.AccountWarehouseAttributes, wire.AccountWarehouseChanges, ()),
    "warehouse": (wire.WarehouseAttributes, wire.WarehouseChanges, ()),
    "site": (wire.SiteAttributes, wire.SiteChanges, ()),
    "customer": (wire.CustomerAttributes, wire.CustomerChanges, ()),
    "supplier": (wire.SupplierAttributes, wire.SupplierChanges, ()),
    "delivery_address": (wire.DeliveryAddressAttributes, wire.DeliveryAddressChanges, ()),
    "collection_address": (wire.CollectionAddressAttributes, wire.CollectionAddressChanges, ()),
    "material": (wire.MaterialAttributes, wire.MaterialChanges, (9,)),
    "product_storage_unit": (wire.ProductStorageUnitAttributes, wire.ProductStorageUnitChanges, ()),
    "alternative_code": (wire.AlternativeCodeAttributes, wire.AlternativeCodeChanges, ()),
    "alternative_code_type": (wire.AlternativeCodeTypeAttributes, wire.AlternativeCodeTypeChanges, ()),
    "stock_unit_type": (wire.StockUnitTypeAttributes, wire.StockUnitTypeChanges, ()),
    "storage_unit_type": (wire.StorageUnitTypeAttributes, wire.StorageUnitTypeChanges, ()),
    "order_type": (wire.OrderTypeAttributes, wire.OrderTypeChanges, ()),
    "reason_code": (wire.ReasonCodeAttributes, wire.ReasonCodeChanges, ()),
    "carrier": (wire.CarrierAttributes, wire.CarrierChanges, ()),
    "carrier_service": (wire.CarrierServiceAttributes, wire.CarrierServiceChanges, ()),
    "shipment": (wire.ShipmentAttributes, wire.ShipmentChanges, ()),
    "package": (wire.PackageAttributes, wire.PackageChanges, ()),
    "load": (wire.LoadAttributes, wire.LoadChanges, ()),
    "load_drop": (wire.LoadDropAttributes, wire.LoadDropChanges, ()),
    "integration": (wire.IntegrationAttributes, wire.IntegrationChanges, ()),
    "external_entity": (wire.ExternalEntityAttributes, wire.ExternalEntityChanges, ()),
    "mapping_group": (wire.MappingGroupAttributes, wire.MappingGroupChanges, ()),
    "mapping": (wire.MappingAttributes, wire.MappingChanges, ()),
    "product_mapping": (wire.ProductMappingAttributes, wire.ProductMappingChanges, (9,)),
    "import_template": (wire.ImportTemplateAttributes, wire.ImportTemplateChanges, ()),
    "ftp_user": (wire.FtpUserAttributes, wire.FtpUserChanges, ()),
}
"""Resources that are described once: what they take, and the parents that their calls name first."""


def samples_of(noun):
    attributes, changes, parents = RESOURCES[noun]
    made = {
        f"create_{noun}": lambda: getattr(calls, f"create_{noun}")(*parents, whole(attributes)),
        f"update_{noun}": lambda: getattr(calls, f"update_{noun}")(*parents, 7, whole(changes)),
        f"delete_{noun}": lambda: getattr(calls, f"delete_{noun}")(*parents, 7),
    }
    return {name: make for name, make in made.items() if hasattr(calls, name)}


SAMPLES = {
    **{name: make for noun in RESOURCES for name, make in samples_of(noun).items()},
    "create_warehouse": lambda: calls.create_warehouse(whole(wire.WarehouseAttributes), address=ADDRESS),
    "update_warehouse": lambda: calls.update_warehouse(7, address=ADDRESS),
    "create_shipment": lambda: calls.create_shipment(whole(wire.ShipmentAttributes), address=ADDRESS),
    "delete_delivery_addresses": lambda: calls.delete_delivery_addresses([7, "8"]),
    "delete_collection_addresses": lambda: calls.delete_collection_addresses([7]),
    "add_mapping_group_field": lambda: calls.add_mapping_group_field(7, {"field_name": "reason"}),
    "create_product": lambda: calls.create_product(PRODUCT),
    "update_product": lambda: calls.update_product(7, {"barcode": "0502", "commodity_code": None}),
    "delete_product": lambda: calls.delete_product(7),
    "delete_products": lambda: calls.delete_products(["7", 8]),
    "assign_account_product": lambda: calls.assign_account_product("7", "3"),
    "unassign_account_product": lambda: calls.unassign_account_product(7, 9),
    "prioritise_product_storage_unit": lambda: calls.prioritise_product_storage_unit(7, 0),
    "create_goods_out": lambda: calls.create_goods_out(ORDER),
    "update_goods_out": lambda: calls.update_goods_out(
        7,
        {"priority": 3, "delivery_notes": None},
        lines=[
            calls.added({"product_id": 5, "order_quantity": 1}),
            calls.updated(61, {"order_quantity": "4"}),
            calls.removed("62"),
        ],
        address=ADDRESS,
    ),
    "delete_goods_out": lambda: calls.delete_goods_out(7),
    "cancel_goods_out": lambda: calls.cancel_goods_out(7),
    "process_picks": lambda: calls.process_picks(["7", 8]),
    "process_and_consolidate_picks": lambda: calls.process_and_consolidate_picks(
        [7, 8], whole(wire.ConsolidatedPickList)
    ),
    "short_order_lines": lambda: calls.short_order_lines([7], "no more stock", 5),
    "trigger_replenishment": lambda: calls.trigger_replenishment(1, 2, 3),
    "update_pick_list": lambda: calls.update_pick_list(7, whole(wire.PickListChanges)),
    "delete_pick_list": lambda: calls.delete_pick_list(7),
    "create_goods_in_receipt": lambda: calls.create_goods_in_receipt(RECEIPT),
    "update_goods_in_receipt": lambda: calls.update_goods_in_receipt(
        7, {"notes": "late"}, lines=[calls.updated(61, {"expected_quantity": 4}), calls.removed(62)]
    ),
    "delete_goods_in_receipt": lambda: calls.delete_goods_in_receipt(7),
    "receive_goods_in_receipt": lambda: calls.receive_goods_in_receipt(7),
    "revert_goods_in_receipt": lambda: calls.revert_goods_in_receipt(7),
    "receive_task": lambda: calls.receive_task(7, whole(wire.Received)),
    "receive_task_to_putaway_location": lambda: calls.receive_task_to_putaway_location(
        7, whole(wire.ReceivedToPutaway)
    ),
    "export_receipt_confirmation": lambda: calls.export_receipt_confirmation(7),
    "update_task": lambda: calls.update_task(7, whole(wire.TaskChanges)),
    "complete_task": lambda: calls.complete_task(7, {"confirmed_quantity": 4, "location_to_id": 3}),
    "complete_tasks": lambda: calls.complete_tasks(1, "PICK", product_id=42, changes={"notes": "all of it"}),
    "allocate_task": lambda: calls.allocate_task(7, 5),
    "unallocate_task": lambda: calls.unallocate_task(7),
    "allocate_tasks": lambda: calls.allocate_tasks([7, 8], 5),
    "unallocate_tasks": lambda: calls.unallocate_tasks([7, 8]),
    "assign_storage_unit": lambda: calls.assign_storage_unit(7, load_id=3),
    "load_storage_unit": lambda: calls.load_storage_unit(7, load_drop_id=3),
    "unload_storage_unit": lambda: calls.unload_storage_unit(7),
    "hold_stocks": lambda: calls.hold_stocks([1, "2"], "quality check", 4),
    "offhold_stocks": lambda: calls.offhold_stocks([1], "checked"),
    "move_stock": lambda: calls.move_stock(7, Decimal("2.5"), "12", 4),
    "transfer_stock": lambda: calls.transfer_stock(7, 3, 2),
    "negative_adjustment": lambda: calls.negative_adjustment(7, Decimal(1), 4),
    "update_stock": lambda: calls.update_stock(
        7, wire.StockChanges(string1="LOT", unit_dimensions=wire.StockDimensions(weight=Decimal("15.5")))
    ),
    "create_stock_check": lambda: calls.create_stock_check(whole(wire.StockCheckAttributes)),
    "record_stock_count": lambda: calls.record_stock_count(7, whole(wire.StockCheckAttempt)),
    "complete_stock_check": lambda: calls.complete_stock_check(7),
    "resolve_stock_checks": lambda: calls.resolve_stock_checks([7, 8], 4),
    "submit_shipment": lambda: calls.submit_shipment(7),
    "cancel_shipment": lambda: calls.cancel_shipment(7),
    "sequence_load_drop": lambda: calls.sequence_load_drop(7, 2),
    "download_document": lambda: calls.download_document(7),
    "send_document_to_ftp": lambda: calls.send_document_to_ftp(7, 3),
    "upload_document": lambda: calls.upload_document(7, b"a,b\n", filename="a.csv", media_type="text/csv"),
    "create_automation": lambda: calls.create_automation(
        {"resource_name": "goods_out", "event": "completed", "name": "ERP"},
        actions=[calls.automation_action("process_picks", {"pick_type": "standard"})],
        conditions=[CONDITION],
    ),
    "create_webhook": lambda: calls.create_webhook(
        "goods_out", "completed", "https://erp.example/hooks/goods_out.completed", "ERP"
    ),
    "update_automation": lambda: calls.update_automation(
        7,
        {"enabled": False},
        conditions=[calls.added(CONDITION), calls.updated(3, {"value": 2}), calls.removed(4)],
        actions=[calls.updated(5, {"destination_code": "default"})],
    ),
    "delete_automation": lambda: calls.delete_automation(7),
    "run_automation": lambda: calls.run_automation(7),
    "upload_automation_attachment": lambda: calls.upload_automation_attachment(7, b"{}", filename="body.liquid"),
    "delete_automation_attachment": lambda: calls.delete_automation_attachment(7),
    "synchronize_integration": lambda: calls.synchronize_integration(7),
}

GENERIC = {
    "rest": lambda: calls.rest("POST", "/api/roles/7/x", json={"a": 1}),
    "jsonapi": lambda: calls.jsonapi("POST", "/api/trailers", "trailers", {"reference": "T-1"}),
    "upload": lambda: calls.upload("/api/templates/7/attachment", b"x", filename="x.txt"),
    "download": lambda: calls.download("/api/tasks/7/export_receipt_task_confirmation"),
    "query": lambda: calls.query("{ __schema { queryType { name } } }"),
}
"""The calls that know no resource."""

LISTS = {name: each for name in calls.__all__ if isinstance(each := getattr(calls, name), calls.ListOf)}
LISTINGS = {**LISTS, "transactions": calls.transactions}


def calls_that_can_be_made():
    """The public functions of `calls` that return a `Call`."""
    functions = {name: getattr(calls, name) for name in calls.__all__ if inspect.isroutine(getattr(calls, name))}
    return {
        name
        for name, function in functions.items()
        if str(inspect.signature(function).return_annotation).startswith("Call[")
    }


# What they cover -------------------------------------------------------------------------------------------------


def coverage():
    """The table of the documentation: resource by resource, the list and the calls."""
    written = {}
    for name, make in SAMPLES.items():
        call = make()
        path = re.sub(r"/\d+(?=/|$)", "/{id}", call.path.removeprefix("/api"))
        written.setdefault(call.name.partition(".")[0], {})[name] = f"{call.method} {path}"
    rows = ["| resource | list and its filters | calls |", "|---|---|---|"]
    for resource in sorted({*written, *LISTINGS}):
        made = "<br>".join(f"`{name}` {sent}" for name, sent in written.get(resource, {}).items())
        rows.append(f"| {resource.replace('_', ' ')} | {_listed(resource)} | {made or '–'} |")
    return "\n".join(rows)


def _listed(resource):
    if resource not in LISTINGS:
        return "–"
    described = LISTS.get(resource)
    filters = (
        described.filters if described else inspect.getdoc(calls.transactions).split("Filters: ")[1].split(". ")[0]
    )
    return f"`{resource}`: {', '.join(re.findall(r'[a-z_0-9]+', filters)) or 'none published'}"


if __name__ == "__main__":
    print(coverage())
