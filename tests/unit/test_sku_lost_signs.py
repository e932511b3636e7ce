"""A sign before or behind a part gets lost, or is read as a separator: +2, -2 and 2 are three sizes."""

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


def sizes(*names):
    return [Sku("GLS", "BLK", size=name) for name in names]


CASES = [
    (sizes("-1.50", "+1.50"), "GLS-BLK-1.50"),
    (sizes("+2", "2"), "GLS-BLK-2"),
    (sizes("+2", "2"), "gls_blk_2"),
    (sizes("2"), "GLS-BLK--2"),
    (sizes("2"), "GLS_BLK_-2"),
    (sizes("2"), "GLS BLK -2"),
    (sizes("2"), "GLS-BLK-+2"),
    (sizes("-2"), "GLS-BLK-2"),
    (sizes("-2"), "GLSBLK2"),
    (sizes("+2"), "GLS-BLK-2"),
    (sizes("-2", "+02"), "GLS-BLK-2"),
    ([Sku("A-", "BLK"), Sku("A+", "BLK")], "A-BLK"),
    ([Sku("A+", "BLK"), Sku("A", "BLK")], "A-BLK"),
    ([Sku("A-", "BLK")], "A-BLK"),
    ([Sku("7", "BLK", size="+1.50"), Sku("07", "BLK", size="1.50")], "7-BLK-1.50"),
]


@pytest.mark.parametrize(("skus", "code"), CASES)
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_code_whose_sign_may_be_lost_is_no_sku(skus, code, is_listed):
    listed = [WarehouseProduct(code)] if is_listed else []
    found = Crosswalk.build([Product(sku=sku) for sku in skus], listed, Recipe()).match(code)
    assert not isinstance(found, Matched), found


@pytest.mark.parametrize(("skus", "code"), CASES)
def test_the_audit_pairs_none_of_them(skus, code):
    rows = [MasterRow(sku.style, sku.color, size=sku.size) for sku in skus]
    assert not any(entry.paired for entry in audit(rows, [ProductRow(code)]).entries())


def test_each_sign_is_itself_where_the_code_shows_it():
    skus = sizes("-1.50", "+1.50")
    codes = ["GLS-BLK--1.50", "GLS-BLK-+1.50"]
    crosswalk = Crosswalk.build([Product(sku=sku) for sku in skus], map(WarehouseProduct, codes), Recipe())
    assert [crosswalk.sku(code) for code in codes] == skus


def test_who_doubles_each_separator_adds_no_sign():
    assert isinstance(Crosswalk.build([Product(sku=sizes("2")[0])], [], Recipe()).match("GLS--BLK--2"), Matched)


@pytest.mark.parametrize("code", ["gls_blk_-2", "GLS-BLK- -2", "GLS/BLK/-2", "GLS-BLK-\u22122"])
def test_another_spelling_that_shows_the_sign_is_the_sku(code):
    assert isinstance(Crosswalk.build([Product(sku=sizes("-2")[0])], [], Recipe()).match(code), Matched)


@pytest.mark.parametrize("code", ["gls-blk-2", "GLS-BLK--2"])
def test_a_listed_code_does_not_speak_for_another_sign(code):
    crosswalk = Crosswalk.build(
        [Product(sku=sku) for sku in sizes("2")], [WarehouseProduct("GLS-BLK-2")], Recipe()
    )
    assert isinstance(crosswalk.match(code), Matched) == (code == "gls-blk-2")
