"""One definition of a resource, three doors: data, threads, asyncio."""

import inspect
import pkgutil
from importlib import import_module

import pytest
from clarus_world import Face
from clarus_world import Tenant as World

from clarus_bluecherry.clarus import _resources as resources
from clarus_bluecherry.clarus import any_of, calls, wire
from clarus_bluecherry.clarus._resources._doors import Deletable, Resource
from clarus_bluecherry.clarus._rooms import Rooms
from clarus_bluecherry.errors import InvalidRecord

ROOMS = sorted(Rooms.__annotations__)
PRODUCTS = [{"id": str(number), "code": f"SKU-{number}"} for number in range(1, 8)]


@pytest.fixture
def world():
    return World(products=PRODUCTS)


@pytest.fixture(params=["sync", "async"])
def face(request, world):
    face = Face(request.param, world, page_size=3)
    yield face
    face.close()


def rows_of(face, listed):
    async def gathered():
        return [row async for row in listed]

    return face.runner.run(gathered()) if face.runner else list(listed)


# Three doors ----------------------------------------------------------------------------------------------


def test_what_is_data_behind_one_door_is_sent_behind_the_others(face, world):
    made = face.wait(face.client.goods_outs.cancel(7))
    face.send(calls.goods_outs.cancel(7))
    assert made == wire.Saved(id="7", type="things")
    ours, theirs = world.requests
    assert (ours.method, ours.url, ours.content) == (theirs.method, theirs.url, theirs.content)
    assert str(ours.url).endswith("/api/goods_outs/7/cancel")


def test_a_list_is_one_object_that_reads_when_it_is_asked(face, world):
    listed = face.client.products.list(code=any_of([each["code"] for each in PRODUCTS]))
    assert world.requests == []
    assert [row.code for row in rows_of(face, listed)] == [each["code"] for each in PRODUCTS]
    assert [row.id for row in face.wait(listed.all())] == [each["id"] for each in PRODUCTS]
    assert face.wait(listed.first()).id == "1"
    pages = rows_of(face, listed.pages())
    assert [row.id for page in pages for row in page.nodes] == [each["id"] for each in PRODUCTS]
    assert len(pages) > 1


def test_rows_that_cannot_be_read_go_where_they_are_told(face, world):
    world.rows["products"] = [*PRODUCTS, {"id": "9", "code": None}]
    told = []
    assert len(face.wait(face.client.products.list().all(unread=told.append))) == 7
    assert [row.id for row in told] == ["9"]


def test_calls_that_know_no_resource_stand_beside_them(face, world):
    assert face.wait(face.client.rest("POST", "/api/trailers/7/close"))["data"]["id"] == 7
    assert face.wait(face.client.listing("products", "id code").first()).id == "1"


# Filters ----------------------------------------------------------------------------------------------


def test_a_filter_that_is_misspelt_is_refused_before_anything_is_sent_and_the_nearest_is_named(face, world):
    with pytest.raises(InvalidRecord, match="did you mean 'account_id'") as caught:
        face.client.products.list(acount_id=1)
    assert caught.value.field == "acount_id"
    assert "page_size" not in caught.value.action
    assert world.requests == []


def test_what_only_a_tenant_filters_by_goes_into_where():
    listing = calls.products.list(code="A", where={"season": {"eq": "SP26"}}, page_size=9, extra_fields=["season"])
    assert listing.where == {"season": {"eq": "SP26"}, "code": {"eq": "A"}}
    assert (listing.page_size, listing.extra_fields) == (9, ("season",))


def test_an_id_may_be_a_number_and_travels_as_text():
    assert calls.stocks.list(account_id=3, quantity=3).where == {"account_id": {"eq": "3"}, "quantity": {"eq": 3}}


@pytest.mark.parametrize("value", [None, ["A", "B"], 1.5])
def test_what_no_field_is_equal_to_is_refused(value):
    with pytest.raises(InvalidRecord, match="nothing to filter by") as caught:
        calls.products.list(code=value)
    assert caught.value.field == "code"


def test_a_filter_is_given_once():
    with pytest.raises(InvalidRecord, match="given twice"):
        calls.products.list(code="A", where={"code": {"eq": "B"}})


# Writes ----------------------------------------------------------------------------------------------

PRODUCT = {"code": "SKU-9", "description": "Dress", "stock_unit_type_id": 1}


def test_a_record_goes_in_by_its_fields_or_whole():
    whole = wire.ProductAttributes(**PRODUCT)
    assert calls.products.create.of(whole).json == calls.products.create(**PRODUCT).json
    changes = wire.ProductChanges(barcode=None)
    assert calls.products.update.of(7, changes).json == calls.products.update(7, barcode=None).json


def test_half_a_record_is_refused_whole_too():
    header = wire.GoodsOutAttributes(
        account_id=1, reference="SO-1", expected_date_of_dispatch="2026-01-20T10:00:00Z"
    )
    with pytest.raises(InvalidRecord) as caught:
        calls.goods_outs.create.of(header)
    assert (caught.value.record, caught.value.field) == ("goods out SO-1", "lines")


@pytest.mark.parametrize(
    ("make", "record"),
    [
        (lambda: calls.products.create(**PRODUCT, barcod="5"), "product SKU-9"),
        (lambda: calls.products.update(7, barcod="5"), "product id 7"),
        (lambda: calls.product_materials.create(9, child_product=1, quantity=2), "material of products id 9"),
        (lambda: calls.product_materials.update(9, 7, quantiti=2), "material id 7"),
    ],
)
def test_a_field_that_is_misspelt_is_refused_and_the_nearest_is_named(make, record):
    with pytest.raises(InvalidRecord, match="did you mean") as caught:
        make()
    assert caught.value.record == record


@pytest.mark.parametrize(
    "make", [lambda: calls.products.update(barcode="5"), lambda: calls.products.create("SKU-9", **PRODUCT)]
)
def test_ids_stand_in_their_places(make):
    with pytest.raises(TypeError, match="by place and the fields by name"):
        make()


# What a reader sees ----------------------------------------------------------------------------------------------


def test_completion_shows_every_resource_on_a_client(face):
    assert set(ROOMS) <= set(dir(face.client))
    assert set(ROOMS) <= set(dir(calls))


def test_help_shows_filters_and_fields():
    listed = inspect.signature(calls.products.list).parameters
    assert {"code", "account_id", "where", "page_size"} <= listed.keys()
    created = inspect.signature(calls.products.create).parameters
    assert [*created][:2] == ["description", "stock_unit_type_id"]
    assert created["code"].annotation == "Code50 | None"
    assert [*inspect.signature(calls.product_materials.update).parameters][:2] == ["parent_id", "record_id"]


@pytest.mark.parametrize("name", ROOMS)
def test_every_list_and_operation_says_what_it_is_for(name):
    room = getattr(calls, name)
    assert inspect.getdoc(type(room))
    for each in dir(room):
        if not each.startswith("_"):
            assert inspect.getdoc(getattr(room, each)), each
            assert inspect.signature(getattr(room, each)) is not None


def test_every_resource_has_its_room():
    modules = [
        import_module(f"{resources.__name__}.{each.name}") for each in pkgutil.iter_modules(resources.__path__)
    ]
    defined = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Resource) and kind.__module__ == module.__name__
    }
    assert {type(getattr(calls, name)) for name in ROOMS} == defined - {Resource, Deletable}
