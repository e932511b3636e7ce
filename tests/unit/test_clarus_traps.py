"""The traps of Clarus's API that concern what is written, each by its name."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from clarus_world import Face
from clarus_world import Tenant as World

from clarus_bluecherry.clarus import (
    PickProgress,
    Tenant,
    added,
    any_of,
    automation_action,
    calls,
    eq,
    removed,
    updated,
    wire,
)
from clarus_bluecherry.errors import InvalidRecord, UnreadableAnswer
from clarus_bluecherry.http import Answer

SUPPLIER = {"code": "MILL", "name": "The Mill"}
ADDRESS = {"name": "The Mill", "address_3": "Bradford"}
CONDITION = {"condition_code": "warehouse_id", "source_path": "data.warehouse_id", "operator": "eq", "value": 2}


def sent(call):
    return json.loads(call.body)


def attributes(call):
    return sent(call)["data"]["attributes"]


# Where things are ------------------------------------------------------------------------------------------------


def test_the_address_of_a_customer_and_a_supplier_is_inside_the_attributes():
    body = sent(calls.suppliers.create(**SUPPLIER, address=ADDRESS))
    assert body["data"]["attributes"]["address"] == ADDRESS
    assert "relationships" not in body["data"]
    customer = sent(calls.customers.update(7, address=ADDRESS))
    assert customer["data"]["attributes"] == {"address": ADDRESS}


def test_the_address_of_a_warehouse_and_a_shipment_is_beside_the_attributes():
    for call in (calls.warehouses.update(7, address=ADDRESS), calls.shipments.update(7, address=ADDRESS)):
        data = sent(call)["data"]
        assert data["attributes"] == {}
        assert data["relationships"]["address"]["data"] == {"type": "addresses", "attributes": ADDRESS}


def test_a_town_travels_as_the_third_line_and_there_is_no_field_called_town():
    assert attributes(calls.delivery_addresses.create(code="D1", **ADDRESS))["address_3"] == "Bradford"
    with pytest.raises(InvalidRecord) as caught:
        calls.delivery_addresses.create(code="D1", name="A", town="Bradford")
    assert caught.value.field == "town"


def test_every_path_begins_with_api_until_a_tenant_says_otherwise():
    call = calls.suppliers.create(**SUPPLIER)
    assert call.path == "/api/suppliers"
    assert Tenant("acme", rest_prefix="/api/v1").applied(call).path == "/api/v1/suppliers"


def test_a_receive_task_speaks_of_tasks_and_a_count_names_no_type():
    assert sent(calls.tasks.receive(7)) == {"data": {"type": "tasks", "attributes": {}}}
    count = sent(calls.stock_checks.record_attempt(7, product_id=3, physical_count="4"))
    assert count == {"data": {"attributes": {"product_id": 3, "physical_count": 4}}}


def test_several_records_are_deleted_by_ids_in_the_query():
    call = calls.delivery_addresses.delete_all(["7", 8])
    assert (call.method, call.path, call.query) == ("DELETE", "/api/delivery_addresses", (("ids", "7,8"),))
    with pytest.raises(InvalidRecord):
        calls.products.delete_all([])


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (calls.tasks.allocate_all([7], 5), {"ids", "user_id"}),
        (calls.tasks.unallocate_all([7]), {"ids"}),
        (calls.load_drops.sequence(7, 2), {"sequence"}),
        (calls.product_storage_units.prioritise(7, 0), {"priority"}),
        (calls.documents.send_to_ftp(7, 3), {"ftp_user_id"}),
        (calls.stock_checks.resolve([7], 4), {"stock_check_record_ids", "reason_code_id"}),
        (calls.tasks.complete_all(1, "PICK", product_id=3), {"warehouse_id", "task_type_code", "filters"}),
        (calls.goods_outs.process_and_consolidate_picks([7]), {"ids"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_flat_bodies_have_no_data_and_nothing_that_was_not_given(call, names):
    assert sent(call).keys() == names


@pytest.mark.parametrize(
    "call",
    [
        calls.shipments.submit(7),
        calls.shipments.cancel(7),
        calls.stock_checks.complete(7),
        calls.automations.run(7),
        calls.integrations.synchronize(7),
        calls.tasks.unload_storage_unit(7),
        calls.tasks.unallocate(7),
    ],
    ids=lambda call: call.name,
)
def test_steps_without_a_body_send_none_and_still_say_json(call):
    assert call.body is None
    assert ("Content-Type", "application/json") in call.headers


# What is written -------------------------------------------------------------------------------------------------


def test_a_change_sends_only_what_changed_and_none_clears_it():
    assert attributes(calls.carriers.update(7, description=None)) == {"description": None}
    assert attributes(calls.loads.update(7, reference="L-2")) == {"reference": "L-2"}


def test_a_change_of_nothing_is_refused():
    for make in (
        lambda: calls.suppliers.update(
            7,
        ),
        lambda: calls.warehouses.update(7),
        lambda: calls.tasks.update(
            7,
        ),
    ):
        with pytest.raises(InvalidRecord):
            make()


def test_what_only_a_create_can_say_is_refused_by_a_change():
    for changes in ({"tote_dispatch_strategy": "auto"}, {"boolean1": True}, {"external_system_reference1": "A"}):
        with pytest.raises(InvalidRecord) as caught:
            calls.accounts.update(7, **changes)
        assert caught.value.field == next(iter(changes))
    assert calls.accounts.create(code="A", name="A", external_system_reference1="1").body


def test_a_change_of_parcels_is_not_repeated_because_it_may_add_them():
    assert not calls.shipments.update(7, packages=[{"weight": "1.2"}]).repeatable
    assert calls.shipments.update(7, reference="S").repeatable


def test_a_task_is_completed_in_lower_case_and_not_twice():
    call = calls.tasks.complete(7, confirmed_quantity="2.5")
    assert attributes(call) == {"confirmed_quantity": 2.5, "status": "completed"}
    assert not call.repeatable
    assert calls.tasks.update(7, notes="fragile").repeatable
    assert not calls.tasks.update(7, status="completed").repeatable


def test_tasks_are_completed_together_only_when_it_is_said_which():
    with pytest.raises(InvalidRecord) as caught:
        calls.tasks.complete_all(1, "PICK")
    assert caught.value.field == "filters"


def test_instants_need_a_zone_and_dates_have_none():
    with pytest.raises(InvalidRecord):
        calls.loads.create(expected_date_of_dispatch="2026-01-01T00:00:00")
    count = {"product_id": 3, "physical_count": 4, "sell_by_date": dt.date(2026, 1, 31)}
    assert attributes(calls.stock_checks.record_attempt(7, **count))["sell_by_date"] == "2026-01-31"


def test_quantities_keep_every_digit():
    material = {"child_product_id": 3, "quantity": Decimal("0.1")}
    assert b'"quantity":0.1}' in calls.product_materials.create(7, **material).body


def test_rows_of_an_automation_are_changed_with_the_verbs_of_the_schema():
    call = calls.automations.update(7, conditions=[added(CONDITION), updated("3", {"value": 4}), removed(9)])
    assert attributes(call)["conditions_changes"] == [
        {"type": "ADD", "attributes": CONDITION},
        {"type": "UPDATE", "id": 3, "attributes": {"value": 4}},
        {"type": "DESTROY", "id": 9},
    ]
    assert not call.repeatable


def test_an_automation_is_created_with_both_of_its_lists_even_when_one_is_empty():
    action = automation_action("webhook", {"webhook_url": "https://erp.example/h"})
    call = calls.automations.create(resource_name="stock", event="held", actions=[action])
    assert attributes(call)["conditions_changes"] == []
    assert [each["type"] for each in attributes(call)["actions_changes"]] == ["ADD"]


def test_secrets_and_personal_values_do_not_show():
    user = wire.FtpUserAttributes(direction="upload", name="Feed", username="feeder", password="hunter2!")
    carrier = wire.CarrierChanges(carrier_authentication={"api_key": "k3y"})
    address = wire.DeliveryAddressAttributes(code="D1", name="A. Buyer", address_1="1 High Street")
    link = wire.DocumentLink(url="https://bucket.example/x?signature=s")
    shown = " ".join(map(repr, (user, carrier, address, link, calls.ftp_users.create.of(user))))
    assert [secret for secret in ("hunter2", "k3y", "Buyer", "High Street", "signature") if secret in shown] == []


# What is answered ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "body", "record_id"),
    [
        (
            calls.suppliers.create(**SUPPLIER),
            {"data": {"id": "7", "type": "suppliers", "attributes": SUPPLIER}},
            "7",
        ),
        (calls.accounts.create(code="A", name="A"), {"data": {"id": 7, "attributes": {}}}, "7"),
        (calls.order_types.create(code="H", name="H", duty_payable=False), {"id": 7, "code": "H"}, "7"),
        (calls.integration_product_mappings.create(9, product_id=1, integration_product_id=2), {"id": "7"}, "7"),
    ],
    ids=["data, text id", "data, number", "flat", "only an id"],
)
def test_a_create_answers_200_wrapped_or_flat_with_an_id_of_either_kind(call, body, record_id):
    assert call.result(Answer(200, body=json.dumps(body).encode())).id == record_id


def test_a_change_may_answer_with_no_body_at_all():
    assert calls.order_types.update(7, name="H").result(Answer(204)) == wire.Saved()


def test_a_create_that_answers_without_an_id_is_unreadable():
    with pytest.raises(UnreadableAnswer):
        calls.suppliers.create(**SUPPLIER).result(Answer(200, body=b"{}"))


def test_answers_with_a_shape_of_their_own_are_typed():
    check = calls.stock_checks.create(location_id=3, expected_completion_date="2026-01-20T10:00:00Z")
    assert check.repeatable
    assert check.result(Answer(200, body=b'{"stock_check_id": 5, "task_id": 6}')).task_id == "6"
    count = calls.stock_checks.record_attempt(5, product_id=3, physical_count=1)
    assert not count.repeatable
    assert not count.result(Answer(200, body=b'{"attempt_result": "failure", "attempt_number": 2}')).matched
    ended = calls.stock_checks.complete(5).result(Answer(200, body=b'{"status": "passed"}'))
    assert ended.status == "passed"
    link = calls.documents.download(7).result(Answer(200, body=b'{"url": "https://bucket.example/x"}'))
    assert link.url == "https://bucket.example/x"
    assert calls.tasks.export_receipt_confirmation(7).result(Answer(200, body=b"a;b\r\n")) == b"a;b\r\n"
    with pytest.raises(UnreadableAnswer):
        calls.stock_checks.complete(5).result(Answer(200, body=b"[]"))


# Picking ---------------------------------------------------------------------------------------------------------


def request(reference, status, message=None):
    return wire.PickProcessingRequestNode(process_reference=reference, status=status, message=message)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], "pending"),
        ([request("A", "completed")], "pending"),
        ([request("A", "Completed"), request("B", "completed")], "done"),
        ([request("A", "failed", "not enough stock"), request("B", "completed")], "failed"),
        ([request("A", "failed"), request("B", "pending")], "pending"),
        ([request("A", "completed"), request("A", "pending"), request("B", "completed")], "pending"),
        ([request("A", "paused"), request("B", "completed")], "pending"),
        ([request("A", "completed"), request("B", "completed"), request("C", "failed")], "done"),
    ],
)
def test_picking_is_done_when_every_reference_is_and_failed_when_none_is_under_way(rows, state):
    assert PickProgress.of(["A", "B"], rows).state == state


def test_a_failed_reference_says_why():
    progress = PickProgress.of(["A"], [request("A", "failed", "not enough stock")])
    assert progress.failed == ("A",)
    assert progress.messages == {"A": "not enough stock"}


def test_progress_is_asked_for_by_the_references_that_the_answer_named():
    call = calls.goods_outs.process_and_consolidate_picks([1, 2], {"goods_out_pick_list_reference": "BATCH"})
    references = call.result(Answer(200, body=b'{"process_references": ["A", "B"]}'))
    assert calls.pick_processing_requests.list(process_reference=any_of(references)).where == {
        "process_reference": {"in": ["A", "B"]}
    }
    assert sent(call)["goods_out_pick_list_attributes"] == {"goods_out_pick_list_reference": "BATCH"}


def test_a_generic_listing_with_a_filter_needs_the_filters_type():
    with pytest.raises(InvalidRecord) as caught:
        calls.listing("trailers", "id reference", where={"reference": eq("T")})
    assert caught.value.field == "filter_type"


# Codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_same_location_code_in_two_warehouses_is_told_apart_by_the_warehouse(kind):
    rows = [
        {"id": number, "code": "A-01", "warehouse_code": code, "warehouse": {"id": number, "code": code}}
        for number, code in ((1, "EAST"), (2, "WEST"))
    ]
    face = Face(kind, World(locations=rows, storage_unit_types=[{"id": 5, "code": "PAL"}]))
    assert face.wait(face.client.ids.location("A-01", warehouse="WEST")) == "2"
    assert face.wait(face.client.ids.storage_unit_type("PAL")) == "5"
    with pytest.raises(InvalidRecord):
        face.wait(face.client.ids.location("A-01"))
    face.close()
