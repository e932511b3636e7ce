"""Calls as data: what they send, what they refuse, and what may be repeated."""

import datetime as dt
import json
import pickle
import subprocess
import sys
from decimal import Decimal

import pytest

from clarus_bluecherry.clarus import Tenant, added, calls, removed, updated, wire
from clarus_bluecherry.clarus._refusal import refusal
from clarus_bluecherry.errors import (
    ConfigurationError,
    InvalidRecord,
    NotAuthenticated,
    Retry,
    Unprocessable,
    UnreadableAnswer,
)
from clarus_bluecherry.http import Answer

HEADER = {"account_id": 1, "reference": "SO-1", "expected_date_of_dispatch": "2026-01-20T10:00:00+01:00"}
LINE = {"product_id": 3, "order_quantity": "2.50"}


def order(**changes):
    return {**HEADER, "lines": [LINE], **changes}


def sent(call):
    return json.loads(call.body)


# What is sent ----------------------------------------------------------------------------------------------------


def test_an_order_travels_with_lines_inside_attributes_and_the_address_beside_them():
    address = {"name": "A. Buyer", "address_3": "Leeds", "country_code": "GB"}
    data = sent(calls.goods_outs.create(**order(address=address)))["data"]
    assert data["type"] == "goods_outs"
    assert data["attributes"]["lines_changes"] == [
        {"type": "ADD", "attributes": {"product_id": 3, "order_quantity": 2.5}}
    ]
    assert data["relationships"]["address"]["data"] == {"type": "addresses", "attributes": address}


def test_an_order_says_its_type_and_keeps_the_offset_of_its_date():
    attributes = sent(calls.goods_outs.create(**order()))["data"]["attributes"]
    assert attributes["goods_out_type"] == "sales_order"
    assert attributes["expected_date_of_dispatch"] == "2026-01-20T10:00:00+01:00"


def test_an_order_without_an_address_has_no_relationships():
    assert "relationships" not in sent(calls.goods_outs.create(**order()))["data"]


def test_a_field_that_was_not_set_is_not_sent_and_one_set_to_none_is_cleared():
    body = sent(calls.goods_outs.update(7, carrier_id=None, priority=2))
    assert body == {"data": {"type": "goods_outs", "attributes": {"carrier_id": None, "priority": 2}}}


def test_line_changes_name_the_line_exactly_when_it_exists():
    changes = [added(LINE), updated("61", {"order_quantity": 4}), removed(62, verb="REMOVE")]
    lines = sent(calls.goods_outs.update(7, lines=changes))["data"]["attributes"]["lines_changes"]
    assert lines == [
        {"type": "ADD", "attributes": {"product_id": 3, "order_quantity": 2.5}},
        {"type": "UPDATE", "id": 61, "attributes": {"order_quantity": 4}},
        {"type": "REMOVE", "id": 62},
    ]


def test_a_call_names_its_record():
    receipt = {"account_id": 1, "warehouse_id": 2, "reference": "PO-9"}
    receipt["lines"] = [{"product_id": 1, "expected_quantity": 1}]
    named = [
        calls.goods_outs.create(**order()),
        calls.goods_in_receipts.create(**receipt),
        calls.products.create(code="SKU-1", description="A shirt", stock_unit_type_id=1),
        calls.stocks.hold([4, 5], "wet"),
    ]
    assert [call.record for call in named] == [
        "goods out SO-1",
        "goods in receipt PO-9",
        "product SKU-1",
        "stock ids 4, 5",
    ]


def test_optional_reasons_are_left_out_of_flat_bodies():
    assert sent(calls.stocks.hold(["4"], "wet")) == {"ids": [4], "description": "wet"}


def test_a_call_survives_being_pickled_to_a_queue():
    call = calls.goods_outs.create(**order())
    assert pickle.loads(pickle.dumps(call)).body == call.body


# What may be repeated --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "repeatable"),
    [
        (calls.goods_outs.create(**order()), False),
        (calls.goods_outs.update(7, priority=1), True),
        (calls.goods_outs.update(7, lines=[updated(1, {"order_quantity": 1})]), True),
        (calls.goods_outs.update(7, lines=[added(LINE)]), False),
        (calls.goods_outs.update(7, lines=[removed(1)]), False),
        (calls.goods_outs.delete(7), True),
        (calls.goods_outs.cancel(7), False),
        (calls.goods_outs.process_picks([7]), False),
        (calls.stocks.move(7, 1, 2), False),
        (calls.stocks.update(7, string1="LOT"), False),
        (calls.products.list().page(10), True),
        (calls.rest("GET", "/api/documents/7/download"), True),
        (calls.rest("POST", "/api/loads", json={}), False),
        (calls.rest("POST", "/api/loads", json={}, repeatable=True), True),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_only_what_changes_nothing_the_second_time_is_repeatable(call, repeatable):
    assert call.repeatable is repeatable


# What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "record", "field"),
    [
        (lambda: calls.goods_outs.create(**order(lines=[])), "goods out SO-1", "lines"),
        (
            lambda: calls.goods_outs.create(**order(reference="x" * 51)),
            f"goods out {'x' * 51}",
            "reference",
        ),
        (
            lambda: calls.goods_outs.create(**order(priority=100)),
            "goods out SO-1",
            "priority",
        ),
        (
            lambda: calls.goods_outs.create(**order(colour="red")),
            "goods out SO-1",
            "colour",
        ),
        (
            lambda: calls.goods_outs.create(**order(expected_date_of_dispatch="2026-01-01T00:00:00")),
            "goods out SO-1",
            "expected_date_of_dispatch",
        ),
        (
            lambda: calls.goods_outs.create(**order(lines=[{**LINE, "order_quantity": 0}])),
            "goods out SO-1",
            "lines.0.order_quantity",
        ),
        (
            lambda: calls.products.create(code="SKU-1", description="x"),
            "product SKU-1",
            "stock_unit_type_id",
        ),
        (lambda: calls.goods_outs.update(7, reference=None), "goods out id 7", "reference"),
        (
            lambda: calls.goods_outs.update(7, lines=[added({"product_id": 1})]),
            "goods out id 7",
            "order_quantity",
        ),
        (lambda: calls.goods_outs.update(7), "goods out id 7", ""),
        (
            lambda: calls.automations.create_webhook("goods_outs", "completed", "https://x", "n"),
            "webhook n",
            "resource_name",
        ),
        (lambda: calls.stocks.negative_adjustment(7, 0), "stock id 7", "quantity"),
        (lambda: calls.stocks.negative_adjustment(7, 1.5), "stock id 7", "quantity"),
        (lambda: calls.goods_outs.process_picks([]), "", "ids"),
        (lambda: calls.goods_outs.process_picks(["SO-1"]), "", "ids"),
        (lambda: calls.products.delete(""), "", "record_id"),
        (lambda: calls.products.delete("7/../8"), "", "record_id"),
        (lambda: calls.rest("POST", "/api/loads/{id}"), "", "path"),
        (lambda: calls.rest("POST", "/oauth/token"), "", "path"),
        (lambda: calls.upload("/api/documents/7/upload", b"", filename='a"b'), "", "filename"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_record_and_field(make, record, field):
    with pytest.raises(InvalidRecord) as caught:
        make()
    assert (caught.value.record, caught.value.field) == (record, field)


def test_a_refusal_or_a_repr_never_shows_the_customers_address():
    address = {"name": "Jo Secret", "postcode": "SW1A 1AA TOO LONG", "email_address": "jo@example.com"}
    with pytest.raises(InvalidRecord) as caught:
        calls.goods_outs.create(**order(address=address))
    known = wire.AddressAttributes(name="Jo Secret", postcode="SW1A 1AA", phone_number="020 7946")
    shown = f"{caught.value} {known!r} {calls.goods_outs.create(**order(address=known))!r}"
    for part in ("Secret", "SW1A", "jo@", "7946"):
        assert part not in shown


# How answers are read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "id_", "attributes"),
    [
        (
            b'{"data": {"id": 1, "type": "goods_outs", "attributes": {"reference": "SO-1"}}}',
            "1",
            {"reference": "SO-1"},
        ),
        (b'{"data": {"id": "1", "type": null, "attributes": null}}', "1", {"type": None, "attributes": None}),
        (b'{"id": 1, "account_id": 3}', "1", {"account_id": 3}),
    ],
)
def test_a_create_is_read_wrapped_or_flat_with_its_id_as_text(body, id_, attributes):
    saved = calls.goods_outs.create(**order()).result(Answer(200, body=body))
    assert (saved.id, saved.attributes) == (id_, attributes)


def test_a_create_that_answers_without_an_id_is_in_doubt():
    for body in (b"", b"{}", b'{"data": []}', b"<html>"):
        with pytest.raises(UnreadableAnswer) as caught:
            calls.goods_outs.create(**order()).result(Answer(200, body=body))
        assert caught.value.retry is Retry.ASK_FIRST
        assert caught.value.record == "goods out SO-1"


def test_an_action_may_answer_with_nothing_or_with_several_records():
    hold = calls.stocks.hold([4, 5], "wet")
    assert hold.result(Answer(204)).id == ""
    assert hold.result(Answer(200, body=b'{"data": [{"id": 4}]}')).attributes == {"data": [{"id": 4}]}


def test_process_picks_gives_the_references_to_follow():
    body = b'{"process_references": ["abc", "def"]}'
    assert calls.goods_outs.process_picks([1, 2]).result(Answer(200, body=body)) == ("abc", "def")
    with pytest.raises(UnreadableAnswer):
        calls.goods_outs.process_picks([1, 2]).result(Answer(200, body=b"{}"))


# How refusals are read -------------------------------------------------------------------------------------------


def test_a_401_body_and_an_error_list_are_both_understood():
    with pytest.raises(NotAuthenticated, match="token expired"):
        calls.products.delete(7).result(Answer(401, body=b'{"error": "token expired"}'))
    errors = [
        {"code": 37, "symbol": "invalid_ids_provided", "details": "Ids are invalid", "context": {"ids": [1]}}
    ]
    with pytest.raises(Unprocessable) as caught:
        calls.goods_outs.process_picks([1]).result(Answer(422, body=json.dumps({"errors": errors}).encode()))
    assert (caught.value.code, caught.value.symbol) == ("37", "invalid_ids_provided")


@pytest.mark.parametrize(
    ("error", "field"),
    [
        ({"details": "Reference has already been taken"}, "reference"),
        ({"details": "order_quantity must be greater than 0"}, "order_quantity"),
        ({"details": "Order quantity must be greater than 0"}, "order_quantity"),
        ({"details": "Product must exist"}, "product_id"),
        ({"details": "invalid", "context": {"field": "lines[0].product_id"}}, "lines[0].product_id"),
        ({"details": "invalid", "context": {"postcode": ["is too long"]}}, "postcode"),
        ({"details": "The order is locked", "context": None}, ""),
        ({"symbol": "product_code_exists"}, ""),
    ],
)
def test_the_field_at_fault_is_named_where_the_vendor_names_it(error, field):
    assert refusal(Answer(422, body=json.dumps({"errors": [error]}).encode())).field == field


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"[]",
        b'"no"',
        b'{"errors": []}',
        b'{"errors": "x"}',
        b'{"errors": [3]}',
        b'{"error": {}}',
        b'{"errors": [{}]}',
        b"\xff\xfe",
    ],
)
def test_a_body_that_is_no_clarus_error_is_told_by_its_status(body):
    assert refusal(Answer(502, body=body)).what == "the server answered 502"


def test_several_errors_are_told_together_without_secrets():
    errors = [{"details": "first"}, {"symbol": "second"}, {"details": "sent to jo@example.com"}]
    told = refusal(Answer(422, body=json.dumps({"errors": errors}).encode())).what
    assert told == "first; second; sent to ***"


# The tenant's own ways -------------------------------------------------------------------------------------------


def test_a_tenant_may_have_another_prefix_and_another_word_for_removing():
    tenant = Tenant("acme", rest_prefix="/api/v1", delete_verb="REMOVE")
    call = calls.goods_outs.update(7, lines=[removed(1), updated(2, {"alt_line_note": "DESTROY"})])
    applied = tenant.applied(call)
    assert applied.path == "/api/v1/goods_outs/7"
    assert [line["type"] for line in sent(applied)["data"]["attributes"]["lines_changes"]] == ["REMOVE", "UPDATE"]
    assert sent(applied)["data"]["attributes"]["lines_changes"][1]["attributes"] == {"alt_line_note": "DESTROY"}
    assert tenant.applied(calls.products.list().page(10)).path == "/graphql"
    assert sent(call)["data"]["attributes"]["lines_changes"][0]["type"] == "DESTROY"


@pytest.mark.parametrize(
    "settings", [{"subdomain": ""}, {"subdomain": "a\r\nb"}, {"rest_prefix": "api"}, {"rest_prefix": "/"}]
)
def test_a_tenant_that_cannot_be_is_refused(settings):
    with pytest.raises(ConfigurationError):
        Tenant(**{"subdomain": "acme", **settings})


def test_calls_and_records_need_no_http_library():
    code = "import sys; from clarus_bluecherry.clarus import calls, wire, Tenant; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Reading records -------------------------------------------------------------------------------------------------


def test_what_the_vendor_adds_later_survives_and_does_not_show():
    node = wire.GoodsOutNode.model_validate({"id": 7, "reference": "SO-1", "customer_email": "jo@example.com"})
    assert node.id == "7"
    assert node.model_extra == {"customer_email": "jo@example.com"}
    assert "jo@" not in repr(node)


def test_quantities_stay_exact():
    node = wire.StockNode.model_validate({"id": "1", "quantity": 0.1})
    assert node.quantity == Decimal("0.1")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-11", dt.datetime(2026, 3, 11, tzinfo=dt.UTC)),
        ("2026-03-10T08:00:00Z", dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC)),
        ("2024-07-17T14:30:16.787+01:00", dt.datetime(2024, 7, 17, 13, 30, 16, 787_000, tzinfo=dt.UTC)),
    ],
)
def test_the_three_shapes_of_an_instant(text, instant):
    assert wire.instant(text, zone=dt.UTC) == instant


def test_what_is_no_instant_is_refused():
    with pytest.raises(InvalidRecord):
        wire.instant("11/03/2026", zone=dt.UTC)
