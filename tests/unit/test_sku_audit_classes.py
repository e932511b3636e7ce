"""In which class the audit puts a row, and what it says of stock and value: cases that people ran into."""

from collections import Counter
from decimal import Decimal
from itertools import permutations

import pytest

from clarus_bluecherry.sku import DEFAULT_STAGES, AuditClass, Decision, FindingKind, MasterRow, ProductRow, audit

UPC, OTHER_UPC, THIRD_UPC = "036000291452", "036000291469", "036000291476"


def line(style, *parts, units=0, cost="0", upc="", ean="", size=""):
    return MasterRow(style, *parts, size=size, upc=upc, ean=ean, on_hand=Decimal(units), cost=Decimal(cost))


def classes(found):
    return {(one.code, one.kind) for one in found.entries()}


def test_each_line_of_a_sku_is_valued_at_its_own_cost():
    lines = [line("01234", "BLK", units=5, cost="2.50"), line("01234", "BLK", units=2, cost="3.50")]
    for order in permutations(lines):
        found = audit(order, [ProductRow("01234-BLK")])
        (entry,) = found.entries()
        assert (entry.on_hand, entry.value) == (7, Decimal("19.50"))
        assert found.tallies[AuditClass.IDENTICAL].value == Decimal("19.50")


def test_every_barcode_that_a_line_of_a_sku_gives_counts():
    lines = [
        line("01234", "BLK", upc=UPC),
        line("01234", "BLK", upc=OTHER_UPC),
        line("01234", "BLK", ean=THIRD_UPC),
    ]
    for order in permutations(lines):
        for barcode in (UPC, OTHER_UPC, THIRD_UPC):
            assert audit(order, [ProductRow("01234-BLK", barcode)]).is_clean
            (entry,) = audit(order, [ProductRow("ANOTHER", barcode)]).entries()
            assert entry.kind is AuditClass.BARCODE


def test_a_barcode_of_a_second_line_is_looked_at_and_may_contradict():
    lines = [line("01234", "BLK", upc=UPC), line("01234", "BLK", upc=OTHER_UPC), line("01234", "BLK", upc="123")]
    found = audit([*lines, line("5", upc=OTHER_UPC)], [ProductRow("01234-BLK", THIRD_UPC)])
    assert ("01234-BLK", AuditClass.CONFLICT) in classes(found)
    assert Counter(one.kind for one in found.findings) == {
        FindingKind.BARCODE_SHARED_BY_SKUS: 1,
        FindingKind.BARCODE_INVALID: 1,
    }


def test_products_listed_twice_are_one_with_the_sum_of_their_stock():
    rows = [ProductRow("8-M", "", "1", Decimal(3)), ProductRow("9"), ProductRow("8-M", "", "1", Decimal(4))]
    found = audit([line("8", size="M")], rows)
    assert [(one.code, one.in_warehouse) for one in found.entries()] == [("8-M", 7), ("9", 0)]
    assert len(rows) == 3
    assert rows[0].on_hand == 3


@pytest.mark.parametrize("style", ["12|34", "12\n34", " "])
def test_a_row_that_makes_no_sku_is_malformed_and_stops_nothing(style):
    found = audit(
        [line(style, "BLK", units=3, cost="2"), line("5")], [ProductRow("5"), ProductRow(f"{style}-BLK")]
    )
    malformed = [one for one in found.entries(AuditClass.MALFORMED) if one.product is None]
    assert [(one.sku, one.on_hand, one.value) for one in malformed] == [(None, 3, 6)]
    assert ("5", AuditClass.IDENTICAL) in classes(found)


@pytest.mark.parametrize("code", ["8.41234E+11", "'01234-BLK", "ROSÃ‰-BLK"])
def test_a_code_that_blue_cherry_holds_damaged_is_not_to_be_created_in_clarus(code):
    style, _, color = code.partition("-")
    found = audit([line(style, color)], [ProductRow("777")])
    (entry,) = found.entries(AuditClass.DAMAGED)
    assert (entry.code, entry.product) == (code.upper(), None)
    assert "Blue Cherry" in entry.why


def test_a_damaged_code_of_blue_cherry_names_the_products_that_it_may_be():
    found = audit([line("8.41234E+11")], [ProductRow("841234000017")])
    (entry,) = found.entries(AuditClass.DAMAGED)
    assert entry.near == ("841234000017",)
    assert (entry.product.code, entry.paired) == ("841234000017", False)
    assert not found.cases[AuditClass.MISSING_IN_BLUE_CHERRY]


def test_a_code_that_only_looks_like_a_date_is_missing_unless_a_product_may_be_meant():
    assert classes(audit([line("MAR", "12")], [])) == {("MAR-12", AuditClass.MISSING_IN_CLARUS)}
    found = audit([line("12", "MAR")], [ProductRow("MAR-12")])
    assert ("12-MAR", AuditClass.DAMAGED) in classes(found)


class Words:
    name = "colour-words"

    def reading(self, code):
        return code.replace("BLACK", "BLK") if "BLACK" in code else None


def test_a_tie_by_a_rule_of_the_site_is_told_as_one():
    found = audit([line("01234", "BLK")], [ProductRow("01234-BLACK")], stages=(*DEFAULT_STAGES, Words()))
    (entry,) = found.entries()
    assert entry.kind is AuditClass.NORMALISED
    assert entry.why.startswith("colour-words: 01234-BLACK → 01234-BLK")


def test_a_person_beats_a_rule_of_the_site():
    decision = Decision(code="01234-BLACK", sku=line("5").sku)
    rows = [line("01234", "BLK"), line("5")]
    found = audit(rows, [ProductRow("01234-BLACK")], stages=(*DEFAULT_STAGES, Words()), decisions=[decision])
    assert ("5", AuditClass.DECIDED) in classes(found)


def test_sizes_of_zeros_that_only_a_barcode_ties_are_told_so():
    found = audit([line("1234", "BLK", size="0", upc=UPC)], [ProductRow("1234-BLK-00", UPC)])
    assert classes(found) == {("1234-BLK-0", AuditClass.BARCODE)}
    found = audit([line("1234", "BLK", size="0")], [ProductRow("1234-BLK-00")])
    assert {one.kind for one in found.entries() if one.halts} == {AuditClass.COLLISION}


def test_a_number_of_a_spreadsheet_is_not_tied_while_it_may_be_another_sku():
    found = audit([line("12340", "0"), line("1234", "0")], [ProductRow("12340.0")])
    assert ("12340.0", AuditClass.COLLISION) in classes(found)


def test_a_short_barcode_for_use_inside_a_company_is_a_finding():
    (finding,) = audit([line("8", upc="20000004")], [ProductRow("8")]).findings
    assert finding.kind is FindingKind.BARCODE_INTERNAL
