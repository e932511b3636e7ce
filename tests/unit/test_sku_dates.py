"""What a spreadsheet shows as `12-Mar` was `12-MAR`, `MAR-12` or `3-12`: where two of them are SKUs it is none."""

import pytest

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    Ambiguous,
    Crosswalk,
    MasterRow,
    Matched,
    ProductRow,
    Recipe,
    WarehouseProduct,
    audit,
)

MAROON, MARCH, THIRD = Sku("12", "MAR"), Sku("MAR", size="12"), Sku("3", size="12")


def outcome(skus, code, listed=()):
    products = [WarehouseProduct(one) for one in listed]
    return Crosswalk.build([Product(sku=sku) for sku in skus], products, Recipe()).match(code)


@pytest.mark.parametrize("other", [MARCH, THIRD])
@pytest.mark.parametrize("code", ["12-Mar", "12 mar", "012-Mar", "12/MAR"])
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_date_that_may_be_two_skus_is_ambiguous(other, code, is_listed):
    found = outcome([MAROON, other], code, [code] if is_listed else [])
    assert isinstance(found, Ambiguous), found


@pytest.mark.parametrize("code", ["12-Mar", "12-mar"])
def test_a_listed_code_does_not_tell_what_the_date_was(code):
    assert isinstance(outcome([MAROON, MARCH], code, ["12-MAR", "MAR-12"]), Ambiguous)


@pytest.mark.parametrize("code", ["12-Mar", "12-MAR"])
def test_what_may_be_one_sku_only_is_that_one(code):
    assert isinstance(outcome([MAROON, Sku("4", size="12")], code), Matched)
    assert isinstance(outcome([MAROON, MARCH], "12-MAR"), Matched)


@pytest.mark.parametrize(
    "codes", [["12-Mar"], ["12-Mar", "MAR-12"], ["12-Mar", "3-12", "MAR-12"], ["12-mar", "3/12"]]
)
def test_the_audit_says_the_same(codes):
    skus = [MAROON, MARCH, THIRD]
    rows = [MasterRow(sku.style, sku.color, size=sku.size) for sku in skus]
    for entry in audit(rows, [ProductRow(code) for code in codes]).entries():
        if entry.product:
            code = entry.product.code
            assert entry.paired == isinstance(outcome(skus, code, codes), Matched), entry
            assert entry.paired or code in ("12-Mar", "12-mar")
