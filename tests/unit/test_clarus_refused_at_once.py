"""What a caller of Clarus cannot have meant is refused before anything is sent, with the name of the argument."""

import pytest
from clarus_world import Face
from clarus_world import Tenant as World

from clarus_bluecherry.clarus import any_of, calls
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


@pytest.mark.parametrize("ids", ["78", b"78", {"7": "8"}, 78, None], ids=repr)
@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL.keys())
def test_one_value_is_not_taken_for_several_ids(make, ids):
    assert "a list" in str(refused(lambda: make(ids), "ids"))


@pytest.mark.parametrize("kind", [list, tuple, set, iter], ids=["list", "tuple", "set", "iterator"])
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
