"""What a list asks for by default is what the vendor's documentation shows: one field too many fails the query."""

import re
from typing import Annotated

import pytest
from attrs import evolve
from pydantic.errors import PydanticUndefinedAnnotation

from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS, Listing, calls, wire
from clarus_bluecherry.clarus._rooms import Rooms

SHOWN = {
    "account_products": "id account { id code } product { id code }",
    "account_warehouses": "id account_id warehouse_id account { id code name } warehouse { id code name }",
    "accounts": "id code name is_short_pickable external_system_reference1 vat_number",
    "alternative_code_types": "id code name description system_type",
    "automations": "id name resource_name event enabled integration_id created_at",
    "carrier_services": "id code name active is_default carrier { id code }",
    "carriers": "id code name description active carrier_type carrier_externally_registered",
    "customers": "id code name shelf_life_min shelf_life_max external_system_reference1",
    "documents": "id file_name file_type category status created_at updated_at",
    "external_entities": "id code description entity_type external_system_reference1 integration { id name }",
    "goods_in_receipts": (
        "id reference status receipt_type expected_date_of_receipt actual_date_of_receipt notes account { "
        "id code name } warehouse { id code name }"
    ),
    "goods_out_lines": (
        "id order_quantity allocated_quantity pick_quantity dispatch_quantity short_status product { id "
        "code } goods_out { id reference } carrier { id }"
    ),
    "goods_out_pick_lists": (
        "id reference pick_reference pick_type load_reference goods_out_status { code name } account { id "
        "code } warehouse { id code }"
    ),
    "goods_outs": (
        "id reference priority expected_date_of_dispatch goods_out_status { code name } account { id code } "
        "warehouse { id code } carrier { id code }"
    ),
    "import_templates": (
        "id file_regexp template_type account { id code } ftp_user { id name } mapping_group { id }"
    ),
    "integration_product_mappings": (
        "id product { id code } integration_product { id code } mapping_fields mapping_group_id"
    ),
    "integrations": "id name integration_provider integration_type status enabled created_at",
    "loads": (
        "id reference status expected_storage_unit_quantity number_of_storage_units_loaded load_by carrier "
        "{ id code name } warehouse { id code name }"
    ),
    "locations": (
        "id code description active is_pickface zone aisle row column slot walk_sequence warehouse { id "
        "code name }"
    ),
    "mapping_groups": (
        "id name description operation_type integration { id } mapping_group_fields { id field_name field_type }"
    ),
    "mappings": "id mapping_group_id mapping_fields { id code value }",
    "order_types": "id code name duty_payable",
    "packages": "id tracking_number shipment { id reference } storage_unit_type { id code }",
    "pick_processing_requests": "status process_reference message goods_out { id reference } created_at",
    "product_materials": "id quantity parent_product { id code } child_product { id code }",
    "product_storage_units": (
        "id priority stock_configuration unit_of_measure per_layer number_of_layers total product { id code "
        "} storage_unit_type { id code }"
    ),
    "products": (
        "id code barcode description long_description product_type units_per_case shelf_life_min "
        "shelf_life_max commodity_code country_of_manufacture"
    ),
    "reason_codes": "id code name description reason_type active generic",
    "shipments": (
        "id reference name status delivery_notes collection_datetime label_filename packages_count carrier "
        "{ id code name } carrier_service { id code name } warehouse { id code name }"
    ),
    "sites": "id code name default tier external_system_reference1",
    "stock_balances": (
        "available allocated ordered received picked product { id code } account { id code } warehouse { id }"
    ),
    "stock_unit_types": "id code name description",
    "stocks": (
        "id quantity status fifo_date product { id code } location { id code } account { id code } "
        "storage_unit { id reference }"
    ),
    "storage_unit_types": (
        "id code name unit_name is_pickable has_check_digit dimensions { length width height weight "
        "unit_of_measure }"
    ),
    "storage_units": (
        "id reference active dispatched dispatched_at created_at storage_unit_type { id code name } "
        "warehouse { id code name }"
    ),
    "suppliers": "id code name description active external_system_reference1 address { id address_1 postcode }",
    "tasks": (
        "id status subtype start_quantity confirmed_quantity created_at account { id code } warehouse { id "
        "code } product { id code } task_type { id code } location_from { id code } location_to { id code }"
    ),
    "transactions": (
        "id subtype category quantity created_at product { id code } account { id code } location_from { id "
        "code } location_to { id code } completing_user { id }"
    ),
    "warehouses": (
        "id code name consolidate_pick_enabled loading_validation_setting opening_times_enabled address { "
        "address_1 address_2 address_3 address_4 postcode country_code }"
    ),
}
"""By list, the fields of the vendor's published example."""

UNDOCUMENTED = {
    "goods_outs": "actual_date_of_dispatch",
    "goods_out_lines": "alt_line_number",
    "packages": "storage_unit { id reference }",
    "transactions": (
        "description warehouse { id code } reason_code { id code name } "
        "goods_in_receipt { id reference receipt_type external_system_reference1 } "
        "goods_in_receipt_line { id alt_line_number alt_line_reference }"
    ),
}
"""By list, what the vendor's other texts let us expect."""


def dotted(text):
    """The fields of a selection, each with the way to it, as they stand."""
    found, way = [], ()
    for mark in re.findall(r"\w+|[{}]", text):
        if mark == "{":
            way = (*way, found.pop())
        elif mark == "}":
            way = way[:-1]
        else:
            found.append(".".join((*way[-1:], mark)))
    return found


def asked(listing):
    """The fields that a page of `listing` asks of each row."""
    text = listing.page(10).json["query"]
    return dotted(re.search(r"node \{ (.*) \} \} \} \} \}$", text)[1])


def test_every_list_is_pinned():
    lists = {name for name in Rooms.__annotations__ if hasattr(getattr(calls, name), "list")}
    assert lists == SHOWN.keys()


@pytest.mark.parametrize("name", SHOWN)
def test_a_list_asks_for_what_the_vendor_shows_and_for_nothing_else(name):
    found = asked(getattr(calls, name).list())
    assert set(found) == set(dotted(SHOWN[name]))
    assert len(found) == len(set(found))


def test_what_the_vendor_does_not_show_is_marked_on_the_model_and_can_be_asked_for():
    told = {name: set(dotted(" ".join(fields))) for name, fields in UNDOCUMENTED_FIELDS.items()}
    assert told == {name: set(dotted(fields)) for name, fields in UNDOCUMENTED.items()}
    more = calls.packages.list(extra_fields=UNDOCUMENTED_FIELDS["packages"])
    assert set(asked(more)) == set(dotted(f"{SHOWN['packages']} {UNDOCUMENTED['packages']}"))


class TrailerNode(wire.NamedNode):
    """A node model of one's own."""

    carrier: wire.CodedReference | None = None
    doors: tuple[wire.TitledReference, ...] = ()
    seals: tuple[str, ...] | None = None
    weight: Annotated[wire.Quantity | None, wire.UNDOCUMENTED] = None


def test_a_model_of_ones_own_is_all_that_its_list_needs():
    listing = Listing(root="trailers", filter_type="TrailerFilterType", model=TrailerNode)
    assert asked(listing) == [
        "id",
        "code",
        "name",
        "carrier.id",
        "carrier.code",
        "doors.id",
        "doors.name",
        "seals",
    ]
    assert asked(evolve(listing, fields="id")) == ["id"]


def test_a_model_that_is_not_whole_asks_for_nothing():
    class HalfNode(wire.Node):
        carrier: "Unheard | None" = None  # noqa: F821

    with pytest.raises(PydanticUndefinedAnnotation):
        Listing(root="trailers", filter_type="TrailerFilterType", model=HalfNode)
