"""What a caller of Clarus cannot have meant is refused before anything is sent, with the name of the argument."""

import datetime as dt
import pkgutil
from decimal import Decimal
from importlib import import_module

import pytest
from clarus_world import Face
from clarus_world import Tenant as World
from pydantic import ValidationError

from clarus_bluecherry.clarus import _writing as writing
from clarus_bluecherry.clarus import (
    any_of,
    between,
    calls,
    eq,
    filled,
    gt,
    gteq,
    ilike,
    like,
    lt,
    lteq,
    since,
    until,
)
from clarus_bluecherry.clarus._writing.base import Attributes
from clarus_bluecherry.errors import InvalidRecord


def refused(make, field):
    with pytest.raises(InvalidRecord) as caught:
        make()
    assert caught.value.field == field
    return caught.value


# One where several are due ----------------------------------------------------------------------------------

SEVERAL = {
    "products": lambda ids: calls.products.delete_all(ids),
    "delivery addresses": lambda ids: calls.delivery_addresses.delete_all(ids),
    "collection addresses": lambda ids: calls.collection_addresses.delete_all(ids),
    "short lines": lambda ids: calls.goods_outs.short_order_lines(ids, "short"),
    "picks": lambda ids: calls.goods_outs.process_picks(ids),
    "one pick list": lambda ids: calls.goods_outs.process_and_consolidate_picks(ids),
    "hold": lambda ids: calls.stocks.hold(ids, "damp"),
    "off hold": lambda ids: calls.stocks.offhold(ids, "dry"),
    "checks": lambda ids: calls.stock_checks.resolve(ids, 3),
    "allocate": lambda ids: calls.tasks.allocate_all(ids),
    "unallocate": lambda ids: calls.tasks.unallocate_all(ids),
}


@pytest.mark.parametrize("ids", ["78", b"78", 78, None], ids=repr)
@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL.keys())
def test_one_value_is_not_taken_for_several_ids(make, ids):
    assert "a list" in str(refused(lambda: make(ids), "ids"))


@pytest.mark.parametrize(
    "kind", [list, tuple, set, iter, dict.fromkeys], ids=["list", "tuple", "set", "iterator", "dict"]
)
@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL.keys())
def test_any_collection_of_ids_is_taken(make, kind):
    call = make(kind([78]))
    assert "78" in f"{call.body}{call.query}"


@pytest.mark.parametrize("codes", ["SKU1", b"SKU1", 5, None], ids=repr)
def test_one_value_is_no_choice_of_several(codes):
    assert "a list" in str(refused(lambda: any_of(codes), "filter"))


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("codes", ["ABC", b"ABC"], ids=repr)
def test_one_code_is_not_primed_as_its_letters(kind, codes):
    face = Face(kind, World())
    assert "a list" in str(refused(lambda: face.wait(face.client.ids.prime("product", codes)), "codes"))
    face.close()


# Instants ---------------------------------------------------------------------------------------------------

NO_INSTANTS = [
    "20260120",
    20260120,
    20260120.5,
    Decimal(20260120),
    "1768903200",
    "-1768903200",
    "1e-9",
    "2026-01-20",
    "2026-01-20T10:00:00",
    dt.datetime(2026, 1, 20),  # noqa: DTZ001
    dt.date(2026, 1, 20),
    True,
    "",
    "0001-01-01T00:00:00Z",
]
ORDER = {"account_id": 1, "reference": "SO-1", "lines": [{"product_id": 1, "order_quantity": 1}]}
IN_BRADFORD = dt.datetime(2026, 1, 20, 10, tzinfo=dt.timezone(dt.timedelta(hours=1)))


@pytest.mark.parametrize("value", NO_INSTANTS, ids=repr)
def test_a_number_or_half_a_date_is_no_instant(value):
    refused(lambda: calls.goods_outs.create(**ORDER, expected_date_of_dispatch=value), "expected_date_of_dispatch")
    refused(lambda: calls.goods_outs.update(7, datetime1=value), "datetime1")


def written_models():
    for found in pkgutil.iter_modules(writing.__path__):
        held = vars(import_module(f"{writing.__name__}.{found.name}")).values()
        yield from (each for each in held if isinstance(each, type) and issubclass(each, Attributes))


INSTANTS = {
    (model.__name__, name): model
    for model in written_models()
    if model.model_rebuild() is not False
    for name, field in model.model_fields.items()
    if "datetime" in str(field.annotation).lower()
}


@pytest.mark.parametrize(("name", "field"), INSTANTS)
def test_every_instant_that_is_written_is_written_out(name, field):
    for value in ("20260120", 20260120):
        with pytest.raises(ValidationError) as caught:
            INSTANTS[name, field].model_validate({field: value})
        assert any(each["loc"] == (field,) and ", such as 2026" in each["msg"] for each in caught.value.errors())


def test_the_instants_that_are_written_are_many():
    assert len(INSTANTS) > 60


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("2026-01-20T10:00:00Z", "2026-01-20T10:00:00Z"),
        ("2026-01-20T10:00:00+01:00", "2026-01-20T10:00:00+01:00"),
        (IN_BRADFORD, "2026-01-20T10:00:00+01:00"),
        (IN_BRADFORD.astimezone(dt.UTC), "2026-01-20T09:00:00Z"),
    ],
    ids=str,
)
def test_an_instant_that_is_written_out_is_sent(value, sent):
    call = calls.goods_outs.create(**ORDER, expected_date_of_dispatch=value)
    assert call.json["data"]["attributes"]["expected_date_of_dispatch"] == sent


@pytest.mark.parametrize("value", ["20260120", 20260120, 1768903200, True], ids=repr)
def test_a_number_is_no_date_of_a_count(value):
    count = {"product_id": 1, "physical_count": 1}
    refused(lambda: calls.stock_checks.record_attempt(7, **count, sell_by_date=value), "sell_by_date")


# Ids --------------------------------------------------------------------------------------------------------

NO_IDS = ["", " 7", "-1", -1, "1_0", "1.0", "1e1", 1.0, True, b"7", "\uff17", "\u0667", "abc", "7\n", "9" * 5000]


@pytest.mark.parametrize("wrong", [*NO_IDS, None], ids=lambda value: repr(value)[:20])
def test_what_merely_reads_as_a_number_is_no_id_in_a_path(wrong):
    refused(lambda: calls.goods_outs.cancel(wrong), "goods_out_id")
    refused(lambda: calls.products.update(wrong, code="A"), "record_id")
    refused(lambda: calls.product_materials.delete(7, wrong), "record_id")
    refused(lambda: calls.tasks.allocate(task_id=wrong), "task_id")


@pytest.mark.parametrize("wrong", NO_IDS, ids=lambda value: repr(value)[:20])
def test_what_merely_reads_as_a_number_is_no_id_in_a_body(wrong):
    account = {**ORDER, "account_id": wrong}
    refused(lambda: calls.goods_outs.create(**account, expected_date_of_dispatch=IN_BRADFORD), "account_id")
    refused(lambda: calls.goods_outs.update(7, carrier_id=wrong), "carrier_id")
    refused(lambda: calls.stocks.hold([wrong], "damp"), "ids")
    refused(lambda: calls.stocks.move(7, 1, wrong), "to_location_id")
    refused(lambda: calls.tasks.allocate(7, wrong), "user_id")


@pytest.mark.parametrize("given", [7, "7", "007"], ids=repr)
def test_an_id_is_sent_as_a_number(given):
    assert calls.goods_outs.update(7, carrier_id=given).json["data"]["attributes"] == {"carrier_id": 7}
    assert calls.tasks.allocate(7, given).json == {"user_id": 7}


# A record that is handed over -------------------------------------------------------------------------------


def test_ids_and_record_are_told_apart_by_their_names():
    changes = {"quantity": 2}
    by_place = calls.product_materials.update.of(9, 5, changes)
    assert by_place.path == "/api/products/9/materials/5"
    assert calls.product_materials.update.of(record_id=5, parent_id=9, changes=changes) == by_place
    assert calls.product_materials.update.of(changes=changes, record_id=5, parent_id=9) == by_place
    assert calls.product_materials.update.of(9, changes=changes, record_id=5) == by_place


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: calls.products.create.of(), "product"),
        (lambda: calls.products.create.of(None), "product"),
        (lambda: calls.products.create.of("abc"), "product"),
        (lambda: calls.products.create.of([("code", "A")]), "product"),
        (lambda: calls.products.update.of(7), "changes"),
        (lambda: calls.products.update.of(changes={"code": "A"}), "record_id"),
        (lambda: calls.products.update.of(7, None), "changes"),
        (lambda: calls.products.update.of(7, {"code": "A"}, id=8), "id"),
        (lambda: calls.products.update.of(7, {"code": "A"}, {"code": "B"}), "changes"),
        (lambda: calls.goods_outs.process_and_consolidate_picks(["7"], "x"), "pick_list"),
        (lambda: calls.tasks.complete_all(1, "PICK", product_id=7, changes="x"), "changes"),
    ],
)
def test_what_is_no_record_is_refused_by_the_name_of_its_argument(make, field):
    refused(make, field)


# Conditions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [None, 1.5, ["A"], {"eq": "A"}, b"A", dt.date(2026, 1, 20)], ids=repr)
@pytest.mark.parametrize("condition", [eq, gt, gteq, lt, lteq, like, ilike, since, until, filled])
def test_a_value_that_got_lost_is_no_condition(condition, lost):
    refused(lambda: condition(lost), "filter")


@pytest.mark.parametrize("lost", ["", "20260120", "2026-01-20", 20260120, True], ids=repr)
@pytest.mark.parametrize("condition", [since, until])
def test_from_and_to_take_an_instant_only(condition, lost):
    refused(lambda: condition(lost), "filter")


@pytest.mark.parametrize(
    "make",
    [
        lambda: any_of([None]),
        lambda: any_of(["A", None]),
        lambda: between(None, None),
        lambda: between(1, None),
        lambda: between(None, 1),
        lambda: like(""),
        lambda: ilike(""),
    ],
)
def test_a_choice_with_nothing_in_it_is_no_condition(make):
    refused(make, "filter")


@pytest.mark.parametrize(
    "operators",
    [
        {},
        {"in": []},
        {"in": ()},
        {"in": set()},
        {"in": [None]},
        {"eq": None},
        {"from": None},
        {"between": [1, None]},
    ],
    ids=repr,
)
def test_operators_that_compare_with_nothing_are_refused(operators):
    refused(lambda: calls.products.list(where={"season": operators}), "season")
    refused(lambda: calls.products.list(code=operators), "code")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"where": ""}, "where"),
        ({"where": 0}, "where"),
        ({"where": []}, "where"),
        ({"extra_fields": None}, "extra_fields"),
        ({"extra_fields": 7}, "extra_fields"),
        ({"extra_fields": [None]}, "extra_fields"),
        ({"account_id": ""}, "account_id"),
        ({"account_id": True}, "account_id"),
        ({"account_id": None}, "account_id"),
        ({"code": None}, "code"),
        ({"code": any_of}, "code"),
    ],
    ids=lambda value: getattr(next(iter(value.values())), "__name__", None) if isinstance(value, dict) else value,
)
def test_an_argument_of_a_list_that_says_nothing_is_refused(given, field):
    refused(lambda: calls.products.list(**given), field)


# Parts of a change ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [None, {}], ids=repr)
@pytest.mark.parametrize("others", [{}, {"external_system_reference1": "x"}], ids=["alone", "with another"])
@pytest.mark.parametrize(
    "resource", [calls.goods_outs, calls.goods_in_receipts, calls.shipments, calls.suppliers, calls.customers]
)
def test_an_address_is_not_dropped_in_silence(resource, others, address):
    refused(lambda: resource.update(7, address=address, **others), "address")


@pytest.mark.parametrize("address", [None, {}], ids=repr)
def test_the_address_of_a_warehouse_is_not_dropped_in_silence(address):
    refused(lambda: calls.warehouses.update(7, name="North", address=address), "address")


def test_a_field_of_an_address_can_be_cleared():
    call = calls.goods_outs.update(7, address={"address_2": None})
    assert call.json["data"]["relationships"]["address"]["data"]["attributes"] == {"address_2": None}
