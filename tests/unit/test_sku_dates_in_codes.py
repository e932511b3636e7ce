"""A size that a spreadsheet made a date of before the code was put together: 03/05 was 3-5, 5-3 or 5-MAR."""

import pytest

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    Crosswalk,
    MasterRow,
    Matched,
    ProductRow,
    Recipe,
    WarehouseProduct,
    audit,
)

CODES = ("777-BLK-03/05", "777-blk-3/05", "777-BLK-5-Mar")


def sizes(*names):
    return [Sku("777", "BLK", size=name) for name in names]


def paired(skus, codes):
    rows = [MasterRow(sku.style, sku.color, size=sku.size) for sku in skus]
    found = audit(rows, map(ProductRow, codes)).entries()
    return {entry.product.code for entry in found if entry.paired and entry.product}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("skus", [sizes("3-5", "05-MAR"), sizes("3/5", "5-3", "5-MAR")])
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_date_in_a_code_that_may_be_two_skus_is_none(skus, code, is_listed):
    listed = [WarehouseProduct(code)] if is_listed else []
    found = Crosswalk.build([Product(sku=sku) for sku in skus], listed, Recipe()).match(code)
    assert not isinstance(found, Matched), found
    assert paired(skus, [code]) == set()


def test_it_is_one_where_every_other_has_its_own_product():
    skus, codes = sizes("3-5", "5-3"), ["777-BLK-03/05", "777-BLK-5-3"]
    crosswalk = Crosswalk.build([Product(sku=sku) for sku in skus], map(WarehouseProduct, codes), Recipe())
    assert [crosswalk.sku(code) for code in codes] == skus
    assert paired(skus, codes) == set(codes)


def test_a_range_that_is_no_date_is_itself():
    skus = sizes("30/32", "32/30")
    crosswalk = Crosswalk.build([Product(sku=sku) for sku in skus], [], Recipe())
    assert isinstance(crosswalk.match("777_BLK_30/32"), Matched)
