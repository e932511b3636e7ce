"""A SKU and a product that a spreadsheet parted are damaged: never two that are missing, and one to be created."""

from pathlib import Path

import pytest

from clarus_bluecherry.flows.sku_audit import products_to_create, read_master, read_products
from clarus_bluecherry.model import Product
from clarus_bluecherry.report.sku_audit import AuditReport, write_crosswalk
from clarus_bluecherry.sku import (
    AuditClass,
    Crosswalk,
    Decision,
    MasterRow,
    Matched,
    Part,
    ProductRow,
    Recipe,
    WarehouseProduct,
    audit,
)
from clarus_bluecherry.sku.codes._barcode import fault, mended

FIELD = Path(__file__).parents[2].parent / "shared" / "cases" / "field"
UPC, EAN, ISBN, SMALL = "036000291452", "4006381333931", "9780306406157", "042100005264"
DATES = [
    ("10-12", "12-Oct"),
    ("1-2", "02-Jan"),
    ("1/2", "2-Jan"),
    ("01-02", "02-Jan"),
    ("3-4", "4-Mar-26"),
    ("6-12", "12-Jun-2026"),
    ("10-12", "Oct-12"),
    ("7/8", "07/08/2026"),
    ("7/8", "8/7/26"),
    ("3-4", "04.03.2026"),
    ("3-4", "04-03-2026"),
    ("5-6", "2026-05-06"),
    ("5-6", "2026-05-06 00:00:00"),
    ("5-6", "2026-05-06T00:00:00"),
    ("10-12", "46307"),
    ("MAR1", "1-Mar"),
    ("SEPT2", "2-Sep"),
    ("7-8", "8. Jul"),
]
NUMBERS = [
    ("90.750", "90.75"),
    ("1.50", "1.5"),
    ("90,750", "90,75"),
    ("90,750", "90.75"),
    ("0090.100", "90.1"),
    ("1234567890123456", "1234567890123450"),
    ("1234567890123456", "1234567890123460"),
    ("123456789012345678", "123456789012345000"),
    ("001234567890123456", "1234567890123450"),
    ("1234567890123456", "1.23456789012345E+15"),
    ("1234567890123456", "1.23456789012346E+15"),
]
BARCODES = [
    (UPC, "36000291452"),
    (UPC, "0-36000-29145-2"),
    (UPC, "036000 291452"),
    (UPC, "036000291452.0"),
    (UPC, "(01)00036000291452"),
    (UPC, "0100036000291452"),
    (EAN, "(01)04006381333931(17)261231(10)AB1"),
    (EAN, "]C10104006381333931"),
    (ISBN, "978-0-306-40615-7"),
    (ISBN, "0-306-40615-2"),
    (SMALL, "04252614"),
    (SMALL, "4252614"),
    (SMALL, "425261"),
    ("0000123456784", "123456784"),
]


def line(size="", style="100", color="BLK", **other):
    return MasterRow(style, color, size=size, **other)


def lines(found):
    """Each line as its class, its SKU's code, its product's code, and what either may be."""
    return [
        (one.kind.value, one.code if one.sku else "", one.product.code if one.product else "", one.near)
        for one in found.entries()
    ]


def created(found):
    return [document.header["Code"] for document in products_to_create(found, "BRAND", {})]


def the_only(found):
    """The one line, which ties nothing, proposes nothing for creation, and halts both halves."""
    (entry,) = found.entries()
    assert (entry.kind, entry.paired, created(found)) == (AuditClass.DAMAGED, False, [])
    assert entry.halts == ("orders", "receipts", "stock")
    return entry


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("sku-size-became-a-date", "in Blue Cherry: made into a date: 100-BLK-12-OCT"),
        ("sku-trailing-zero", "zeros behind the point lost: 90.75"),
        ("sku-upc-lost-zero", "the barcodes agree once mended: '075678164125' here, '75678164125' in Clarus"),
    ],
)
def test_what_the_field_showed(name, why):
    if not FIELD.exists():
        pytest.skip("the cases of the field are not here")
    ours, theirs = read_master(FIELD / f"{name}-bluecherry.csv"), read_products(FIELD / f"{name}-clarus.csv")
    assert the_only(audit(ours.rows, theirs.rows)).why == why


@pytest.mark.parametrize(("size", "seen"), DATES)
def test_a_size_that_became_a_date_is_damage_in_either_list(size, seen):
    entry = the_only(audit([line(size)], [ProductRow(f"100-BLK-{seen}")]))
    assert (entry.why, entry.near) == (f"made into a date: 100-BLK-{seen}", (entry.code,))
    entry = the_only(audit([line(seen)], [ProductRow(f"100-BLK-{size}")]))
    assert entry.why == f"in Blue Cherry: made into a date: 100-BLK-{seen.upper()}"
    assert entry.near == (f"100-BLK-{size}",)
    assert entry.fix.endswith(f"it may be 100-BLK-{size}")


@pytest.mark.parametrize(
    ("master", "product"),
    [
        (line("R", dimension="10-12"), "100-BLK-12-Oct-R"),
        (line("32", dimension="10-12"), "100-BLK-12-Oct-32"),
        (line("10-12", style="0100"), "100-BLK-12-Oct"),
        (MasterRow("12-Oct"), "10-12"),
        (line("10-12"), "100_blk_12-oct"),
    ],
)
def test_a_date_may_stand_anywhere_and_other_zeros_may_be_lost_too(master, product):
    assert "made into a date" in the_only(audit([master], [ProductRow(product)])).why


@pytest.mark.parametrize(("true", "seen"), NUMBERS)
@pytest.mark.parametrize("rest", ["", "-BLK", "-BLK-10"])
def test_a_number_that_a_spreadsheet_wrote_anew_is_damage_in_either_list(true, seen, rest):
    _, color, size = f"{rest}--".split("-")[:3]
    what = "digits past the 15th lost" if len(true) > 10 else "zeros behind the point lost"
    entry = the_only(audit([line(size, true, color)], [ProductRow(seen + rest)]))
    assert entry.why == f"{what}: {seen}{rest}"
    entry = the_only(audit([line(size, seen, color)], [ProductRow(true + rest)]))
    assert (entry.why, entry.near) == (f"in Blue Cherry: {what}: {seen}{rest}", (true + rest,))


def test_a_part_that_a_spreadsheet_shows_short_is_damage_as_a_whole_code_is():
    entry = the_only(audit([line("M", "841234000017")], [ProductRow("8.41234E+11-BLK-M")]))
    assert entry.why == "scientific notation: 8.41234E+11-BLK-M"
    entry = the_only(audit([line("M", "8.41234E+11")], [ProductRow("841234000017-BLK-M")]))
    assert entry.why == "in Blue Cherry: scientific notation: 8.41234E+11-BLK-M"
    found = audit([line("M", "841234000017")], [ProductRow("841234000000-BLK-M")])
    assert AuditClass.DAMAGED not in {one.kind for one in found.entries()}


@pytest.mark.parametrize(("barcode", "seen"), BARCODES)
def test_barcodes_that_agree_once_mended_are_a_pair_to_be_decided(barcode, seen):
    for ours, theirs in ((barcode, seen), (seen, barcode)):
        found = audit([line("M", upc=ours)], [ProductRow("OLD-77", theirs)])
        entry = the_only(found)
        assert entry.why == f"the barcodes agree once mended: {ours!r} here, {theirs!r} in Clarus"
        decided = [Decision(code="OLD-77", sku=entry.sku)]
        again = audit(found.master, found.products, decisions=decided)
        assert [one.kind for one in again.entries()] == [AuditClass.DECIDED]


@pytest.mark.parametrize(
    "barcode", ["", "12345", "000000000000", "11111111111", "036000291453", "(01)", "(01)123", "X", "1234567", "-"]
)
def test_what_cannot_be_mended_is_nothing(barcode):
    assert mended(barcode) == ()


@pytest.mark.parametrize(
    ("barcode", "what"),
    [
        ("0-36000-29145-2", "the barcode in it is 036000291452"),
        ("(01)04006381333931", "the barcode in it is 4006381333931"),
        ("04252614", "the UPC-E of 042100005264"),
    ],
)
def test_what_is_wrong_with_a_barcode_names_the_one_that_it_was(barcode, what):
    assert what in fault(barcode)


@pytest.mark.parametrize(("size", "seen"), DATES)
def test_nothing_of_this_ties(size, seen):
    skus = [line(size).sku, line("99").sku]
    products = [WarehouseProduct(f"100-BLK-{seen}")]
    crosswalk = Crosswalk.build([Product(sku=sku) for sku in skus], products, Recipe())
    assert not isinstance(crosswalk.match(products[0].code), Matched)


def test_of_several_that_may_be_meant_each_stands_for_itself_and_none_is_to_be_created():
    found = audit([line("10-12"), line("12-10")], [ProductRow("100-BLK-12-Oct")])
    assert lines(found) == [
        ("damaged", "100-BLK-10-12", "", ("100-BLK-12-Oct",)),
        ("damaged", "100-BLK-12-10", "", ("100-BLK-12-Oct",)),
        ("damaged", "", "100-BLK-12-Oct", ("100-BLK-10-12", "100-BLK-12-10")),
    ]
    assert created(found) == []
    found = audit([line("12-Oct")], [ProductRow("100-BLK-10-12"), ProductRow("100-BLK-12-10")])
    assert {kind for kind, *_ in lines(found)} == {"damaged"}
    found = audit([line(upc=UPC)], [ProductRow("OLD-1", "36000291452"), ProductRow("OLD-2", "0-36000-29145-2")])
    assert [kind for kind, *_ in lines(found)] == ["damaged"] * 3


def test_a_product_that_is_listed_twice_is_meant_twice():
    found = audit([line("12-Oct")], [ProductRow("100-BLK-10-12", id="1"), ProductRow("100-BLK-10-12", id="2")])
    assert [(kind, product) for kind, _, product, _ in lines(found)] == [
        ("damaged", ""),
        ("damaged", "100-BLK-10-12"),
        ("damaged", "100-BLK-10-12"),
    ]


def test_two_signs_that_point_to_two_skus_tie_neither():
    found = audit([line("10-12"), line("M", upc=UPC)], [ProductRow("100-BLK-12-Oct", "36000291452")])
    assert [(kind, code) for kind, code, *_ in lines(found)] == [
        ("damaged", "100-BLK-10-12"),
        ("damaged", "100-BLK-M"),
        ("damaged", ""),
    ]


def test_a_line_of_one_report_that_became_a_date_is_not_created_beside_the_sound_one():
    found = audit([line("10-12"), line("12-Oct", on_hand=5)], [ProductRow("100-BLK-10-12")])
    assert lines(found) == [
        ("identical", "100-BLK-10-12", "100-BLK-10-12", ()),
        ("damaged", "100-BLK-12-OCT", "", ("100-BLK-10-12",)),
    ]


@pytest.mark.parametrize(
    ("sizes", "codes"),
    [
        (["10-12", "12-Oct"], ["100-BLK-10-12", "100-BLK-12-OCT"]),
        (["10.5", "10.50"], ["100-BLK-10.5", "100-BLK-10.50"]),
        (["30/32"], ["100-BLK-30/32"]),
    ],
)
def test_what_both_lists_have_agrees_as_before(sizes, codes):
    assert audit(map(line, sizes), map(ProductRow, codes)).is_clean


@pytest.mark.parametrize(
    ("master", "products"),
    [
        ([line(style="99.1"), line(style="99.10")], ["99.10-BLK"]),
        ([line(style="99.1")], ["99.2-BLK"]),
        ([line("5-MAR")], ["100-BLK-3-6"]),
        ([line("10-12")], ["200-BLK-12-Oct"]),
        ([line(style="1234567890123456")], ["1234567890123440-BLK"]),
        ([line("M", upc=UPC)], ["OLD-77"]),
        ([line("M", upc="3.6E+10")], ["OLD-77"]),
    ],
)
def test_what_nothing_leads_to_stays_missing(master, products):
    found = audit(master, [ProductRow(code, "4006381333931") for code in products])
    assert AuditClass.DAMAGED not in {one.kind for one in found.entries()}
    assert found.cases[AuditClass.MISSING_IN_CLARUS]


def test_a_point_between_two_parts_is_not_that_of_a_number():
    recipe = Recipe(parts=(Part("style"), Part("size")), separator=".")
    found = audit([MasterRow("12", size="50")], [ProductRow("12.5")], recipe)
    assert [one.kind for one in found.entries()] == [
        AuditClass.MISSING_IN_CLARUS,
        AuditClass.MISSING_IN_BLUE_CHERRY,
    ]


def test_the_crosswalk_has_an_open_line_that_names_the_pair(tmp_path):
    found = audit([line("M", upc=UPC)], [ProductRow("OLD-77", "36000291452")])
    sheet = write_crosswalk(AuditReport(audit=found), tmp_path / "crosswalk.csv").read_text("utf-8-sig")
    assert "the barcodes agree once mended" in sheet
    assert "it may be 100-BLK-M (100 BLK M)" in sheet
    assert "OLD-77 is not decided" in sheet
