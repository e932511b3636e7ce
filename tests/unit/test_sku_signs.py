"""A sign that holds a digit is not that digit: a half is not twelve, and a mark above a text adds nothing."""

import pytest

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import Crosswalk, MasterRow, Matched, ProductRow, Recipe, WarehouseProduct, audit, fold

SKUS = [Sku("12", "BLK"), Sku("102", "BLK"), Sku("712", "BLK"), Sku("ATM", "BLK"), Sku("01234", "BLK")]
CODES = ("½-BLK", "10²-BLK", "10₂-BLK", "7½-BLK", "①②-BLK", "⒈2-BLK", "A™-BLK", "⑴2-BLK")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_code_with_a_sign_is_no_code_of_digits(code, is_listed):
    listed = [WarehouseProduct(code)] if is_listed else []
    crosswalk = Crosswalk.build([Product(sku=sku) for sku in SKUS], listed, Recipe())
    assert not isinstance(crosswalk.match(code), Matched)


def test_the_audit_pairs_none_of_them():
    found = audit([MasterRow(sku.style, sku.color) for sku in SKUS], [ProductRow(code) for code in CODES])
    assert not any(entry.paired for entry in found.entries())


@pytest.mark.parametrize("code", ["０１２３４-BLK", "01234－ＢＬＫ", "𝟎𝟏𝟐𝟑𝟒-𝐁𝐋𝐊"])
def test_wide_and_other_forms_of_a_digit_are_the_digit(code):
    assert fold(code).text == "01234-BLK"


def test_a_sign_is_itself_in_another_case():
    crosswalk = Crosswalk.build([Product(sku=Sku("A", "BLK", size="7½"))], [], Recipe())
    assert isinstance(crosswalk.match("a_blk_7½"), Matched)
