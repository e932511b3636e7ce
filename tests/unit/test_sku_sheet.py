"""The crosswalk's sheet, there and back: what a spreadsheet does to it on the way is undone, or noticed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    Crosswalk,
    Decision,
    FindingKind,
    Recipe,
    WarehouseProduct,
    decisions_from_csv,
    read_decisions,
)
from clarus_bluecherry.tables import escaped, unescaped

PADDED, BARE = Sku("01234", "BLK", size="M"), Sku("1234", "BLK", size="M")
UPC = "036000291452"
OLD = "clarus_code,division,style,color,label,dimension,size,barcode,origin,rules,since,note,check\n"


def crosswalk(products, decisions=(), master=(PADDED, BARE)):
    return Crosswalk.build([Product(sku=sku, upc=UPC) for sku in master], products, Recipe(), decisions)


def lines(walk):
    return list(csv.DictReader(io.StringIO(walk.to_csv(), newline="")))


def written(rows):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def decided(row, **changes):
    return {**row, "style": "01234", "color": "BLK", "size": "M", "origin": "person", **changes}


# What stands in it --------------------------------------------------------------------------------------------


def test_a_line_has_clarus_s_id_and_the_barcodes_of_both_sides():
    (line,) = lines(crosswalk([WarehouseProduct("01234-BLK-M", UPC, "88")], master=[PADDED]))
    assert (line["clarus_id"], line["clarus_barcode"]) == ("88", UPC)
    assert line["bluecherry_barcodes"] == "00036000291452"


def test_an_open_line_has_them_too():
    (line,) = lines(crosswalk([WarehouseProduct("WHO", "X", "89")], master=[]))
    assert (line["clarus_id"], line["clarus_barcode"], line["bluecherry_barcodes"]) == ("89", "X", "")


def test_a_sheet_from_before_these_columns_is_read():
    text = f"{OLD}X,,01234,BLK,,,M,{UPC},person,,,seen,X is |01234|BLK|||M\n"
    assert decisions_from_csv(text) == (Decision(code="X", sku=PADDED, note="seen"),)


# The check ----------------------------------------------------------------------------------------------------


def test_an_open_line_that_a_person_decides_needs_no_other_change():
    (row,) = lines(crosswalk([WarehouseProduct("0012")], master=[]))
    assert decisions_from_csv(written([decided(row)])) == (Decision(code="0012", sku=PADDED),)


def test_a_code_that_a_spreadsheet_ate_is_noticed_on_an_open_line_too():
    (row,) = lines(crosswalk([WarehouseProduct("0012")], master=[]))
    with pytest.raises(InvalidRecord, match="its check says '0012 is not decided'") as caught:
        decisions_from_csv(written([decided(row, clarus_code="12")]))
    assert caught.value.field == "check"


# Formulas -----------------------------------------------------------------------------------------------------


@given(st.text(max_size=6) | st.text("'=+-@\t\r\n ＝A;", max_size=6))
def test_every_text_comes_back_and_none_begins_a_formula(text):
    assert unescaped(escaped(text)) == text
    assert not escaped(text).lstrip(" '").startswith(("=", "+", "-", "@")) or escaped(text).startswith("'")
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.text("'=+-@\r\n ＝A;", max_size=9))
def test_no_piece_of_a_text_begins_a_formula_where_lists_have_semicolons(text):
    """There a sheet divides a line with commas at its semicolons, and takes no quotes for that."""
    pieces = re.split(r"[;\r\n]", escaped(text))
    assert not [each for each in pieces if each.lstrip().startswith(("=", "@", "＝"))]
    assert not [each for each in pieces if each.startswith(("+", "-"))]


@pytest.mark.parametrize("plain", ["01234-BLK-M", "'quoted'", "a=b", "", "O/S", "3; -50.00 USD; 'a'", "a; b"])
def test_what_is_no_formula_is_left_alone(plain):
    assert escaped(plain) == plain


def test_a_code_that_is_a_formula_runs_nowhere_in_the_sheet_and_comes_back():
    code = "=HYPERLINK(1)"
    decision = Decision(code=code, sku=PADDED, note="-10 of them")
    text = crosswalk([WarehouseProduct(code), WarehouseProduct("@SUM")], [decision]).to_csv()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert decisions_from_csv(text) == (decision,)


# Files --------------------------------------------------------------------------------------------------------

SHEET = written([decided({**dict.fromkeys(OLD.strip().split(","), ""), "clarus_code": "0012-É"})])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_sheet_is_read_as_excel_saves_it(tmp_path, encoding, delimiter):
    path = tmp_path / "reviewed.csv"
    path.write_text(SHEET.replace(",", delimiter), encoding)
    assert read_decisions(path) == (Decision(code="0012-É", sku=PADDED),)


def test_a_workbook_is_read_too(tmp_path):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(SHEET, newline="")):
        book.active.append(row)
    book.save(tmp_path / "reviewed.xlsx")
    assert read_decisions(tmp_path / "reviewed.xlsx") == (Decision(code="0012-É", sku=PADDED),)


@pytest.mark.parametrize(
    ("text", "names", "place"),
    [
        ("code,sku\n", "no column 'clarus_code'", "reviewed.csv"),
        ("clarus_code,style\n", "color, dimension, division, label, origin, size are missing", "reviewed.csv"),
        (SHEET.replace("person", ""), "write person", "reviewed.csv, line 2"),
    ],
)
def test_what_cannot_be_read_names_the_file(tmp_path, text, names, place):
    path = tmp_path / "reviewed.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidRecord, match=names) as caught:
        read_decisions(path)
    assert caught.value.record == place
    assert "--map" not in caught.value.action


def test_a_sheet_that_is_not_there_is_said_to_be_not_there(tmp_path):
    with pytest.raises(ClarusBluecherryError, match=r"decisions\.csv: cannot be read \(No such file"):
        read_decisions(tmp_path / "decisions.csv")


# Findings on decisions ----------------------------------------------------------------------------------------


def findings(walk):
    return {finding.kind: finding.what for finding in walk.findings}


def test_a_decision_on_a_code_that_clarus_does_not_list_is_a_finding():
    found = findings(crosswalk([WarehouseProduct("0012")], [Decision(code="12", sku=PADDED)]))
    assert "'12' was decided to be 01234 BLK M, but Clarus" in found[FindingKind.DECISION_FOR_UNKNOWN_CODE]


def test_two_undated_decisions_for_one_sku_are_a_finding():
    products = [WarehouseProduct("OLD"), WarehouseProduct("NEW")]
    walk = crosswalk(products, [Decision(code=code, sku=PADDED) for code in ("OLD", "NEW")])
    assert walk.product_of(PADDED) is None
    assert "'NEW', 'OLD'" in findings(walk)[FindingKind.DECISIONS_SHARE_SKU]


def test_the_newest_of_two_decisions_for_one_sku_settles_it():
    products = [WarehouseProduct("OLD"), WarehouseProduct("NEW")]
    newer = Decision(code="NEW", sku=PADDED, since=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    walk = crosswalk(products, [Decision(code="OLD", sku=PADDED), newer])
    assert walk.product_of(PADDED).code == "NEW"
    assert FindingKind.DECISIONS_SHARE_SKU not in findings(walk)
