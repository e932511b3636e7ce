"""Twins of what the field showed of SKU lists, and beside each two SKUs that look like it and are two.

A twin is an article that a spreadsheet or a feed parted: nothing ties it, and it is never missing or created.
Its counter-twin is two articles that nobody may take for one. Each goes through every door, in both directions.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter

import openpyxl
import pytest
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.flows.sku_audit import products_to_create, read_master, read_products
from clarus_bluecherry.sku import AuditClass, MasterRow, Part, ProductRow, Recipe, Text, audit

BLACK = ("100", "BLK")
OURS = ("Style", "Color #", "Label", "Dm/Pk", "Size", "UPC Number")
THEIRS = ("Code", "Barcode")
APART = [("missing in Clarus", True, False), ("missing in Blue Cherry", False, True)]
DOORS = ("rows", "csv", "excel")


def table(text, *names):
    """The lines of a compact table, whose columns are two blanks apart; each is its own name."""
    lines = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.strip().splitlines()]
    return pytest.mark.parametrize(names, [pytest.param(*line, id=" | ".join(line)) for line in lines])


def line(size="", style=BLACK[0], color=BLACK[1], upc="", **other):
    return MasterRow(style, color, size=size, upc=upc, **other)


def write_csv(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def write_excel(path, header, rows):
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def looked(tmp_path):
    """Both lists through one door; every row is in exactly one class, and nothing is tied that should not be."""

    def look(ours, theirs, door="rows", recipe=None):
        rows, items = list(ours), [one if isinstance(one, ProductRow) else ProductRow(one) for one in theirs]
        if door != "rows":
            write, name = (write_csv, "csv") if door == "csv" else (write_excel, "xlsx")
            styles = [
                (row.style, row.color, row.label, row.dimension, row.size, row.upc or row.ean) for row in rows
            ]
            rows = read_master(write(tmp_path / f"ours.{name}", OURS, styles)).rows
            listed = [(item.code, item.barcode) for item in items]
            items = read_products(write(tmp_path / f"theirs.{name}", THEIRS, listed)).rows
        found = audit(rows, items, recipe)
        for of_case, listed in (("left", found.master), ("right", found.products)):
            places = Counter(place for cases in found.cases.values() for place in getattr(cases, of_case))
            assert places == Counter(range(len(listed)))
        return found

    return look


def classes(found):
    return [(entry.kind.value, entry.sku is not None, entry.product is not None) for entry in found.entries()]


def created(found):
    return [document.header["Code"] for document in products_to_create(found, "BRAND", {})]


def parted(found):
    """That both are one damaged line that ties nothing, and nothing is to be created; why it says so."""
    assert classes(found) == [("damaged", True, True)]
    (entry,) = found.entries()
    assert (entry.paired, created(found)) == (False, [])
    assert entry.halts == ("orders", "receipts", "stock")
    return entry.why


def kinds(found):
    return {(entry.kind.value, entry.code) for entry in found.entries()}


# A size became a date ------------------------------------------------------------------------------------------

as_dates = table(
    """
    8-10   10-Aug
    8-10   08-Oct
    11-12  Nov-12
    2-4    4-Feb
    12-18  18-Dec
    12-18  Dec-18
    12-18  2018-12-01
    12-18  43435
    10-11  44845
    10-12  2026-10-12 00:00:00
    10-12  10/12/2026
    8-32   Aug-32
    8-32   1932-08-01 00:00:00
    8-32   11902
    10-12  10/12/2026 12:00:00 AM
    10-12  2026-10-12T00:00:00Z
    10-12  2026-10-12T00:00:00.000Z
    10-12  2026/10/12
    10-12  2026.10.12
    10-12  October 12, 2026
    10-12  12 October 2026
    10-12  Oct 12
    10-12  12. Okt
    3-4    04. Mrz
    3-4    4-Mär
    5-6    6. Mai
    10-12  10. Dez
    10-12  12-oct.
    8-10   10-août
    2-3    03-févr.
    4-5    05-avr
    10-12  10-déc
    1-2    02-ene
    8-10   10-ago
    10-12  10-dic
    10-12  12-ott
    5-6    06-mag
    10-12  12-out
    5-6    06-mei
    MARCH1  1-Mar
    DEC1   1-Dec
    OCT4   4-Oct
    MAY5   5-May
    1/4    4-Jan
    5/8    08.05.2026
    """,
    "size",
    "seen",
)
no_dates = table(
    """
    10-12  13-Oct
    10-12  12-Nov
    10-12  2026-11-12
    10-12  46308
    10-12  10/13/2026
    0-3    3-Mar
    18-24  24-Jun
    8-10   Aug-12
    30/32  30-Mar
    10-12  12. Nov
    10-12  12-Octo
    12-W   12-Mar
    XMAR1  X1-Mar
    10-12  12-Oct-L
    10-12  10-okto
    10-12  99999
    """,
    "size",
    "seen",
)


@as_dates
def test_a_size_became_a_date(looked, size, seen):
    for door in DOORS:
        why = parted(looked([line(size)], [f"100-BLK-{seen}"], door))
        assert why == f"made into a date: 100-BLK-{seen}"
        assert parted(looked([line(seen)], [f"100-BLK-{size}"], door)).startswith(
            "in Blue Cherry: made into a date"
        )


@no_dates
def test_a_size_beside_a_date_of_another_day(looked, size, seen):
    for door in DOORS:
        assert classes(looked([line(size)], [f"100-BLK-{seen}"], door)) == APART
        assert classes(looked([line(seen)], [f"100-BLK-{size}"], door)) == APART


@pytest.mark.parametrize("seen", ["12-Oct", "44846", "2022-10-12", "12. Okt"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(line("R", dimension="10-12"), "100-BLK-{}-R", id="the dimension"),
        pytest.param(line("R", label="10-12"), "100-BLK-{}-R", id="the label"),
        pytest.param(line("R", color="10-12"), "100-{}-R", id="the colour"),
        pytest.param(line("10-12", style="0100"), "100-BLK-{}", id="and a zero was lost"),
        pytest.param(line("10-12"), "100_blk_{}", id="written otherwise"),
    ],
)
def test_any_part_became_a_date(looked, ours, theirs, seen):
    for door in DOORS:
        assert "made into a date" in parted(looked([ours], [theirs.format(seen)], door))


@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(Recipe(separator="_"), id="underscores"),
        pytest.param(Recipe(separator="/"), id="slashes"),
        pytest.param(Recipe(parts=(Part("style", pad_to=6), Part("size"), Part("color"))), id="colour last"),
        pytest.param(Recipe(parts=(Part("style"), Part("size"))), id="no colour"),
        pytest.param(Recipe(parts=(Text("EU"), Part("style"), Part("size", inside="."))), id="a point inside"),
    ],
)
@pytest.mark.parametrize(("size", "seen"), [("10-12", "12-Oct"), ("8-10", "44842"), ("90.750", "90.75")])
def test_by_whatever_recipe(looked, recipe, size, seen):
    true, shown = (recipe.code(line(one).sku) for one in (size, seen))
    for door in ("rows", "csv"):
        parted(looked([line(size)], [shown], door, recipe))
        parted(looked([line(seen)], [true], door, recipe))
        assert classes(looked([line(size)], [true], door, recipe)) == [("identical", True, True)]
        assert classes(looked([line(size)], [shown.replace("100", "200")], door, recipe)) == APART


# Zeros behind the point ----------------------------------------------------------------------------------------

without_zeros = table(
    """
    12.30     12.3
    0.50      0.5
    1234.500  1234.5
    7.10      7.1
    100.20    100.2
    1,50      1,5
    1,50      1.5
    5.01000   5.01
    12,500    12,5
    007.50    7.5
    90.7500   90.75
    2026.10   2026.1
    33.3330   33.333
    """,
    "true",
    "seen",
)
other_numbers = table(
    """
    A90.750  A90.75
    90.750A  90.75A
    1.2.3.40  1.2.3.4
    90.750   90.7
    90.705   90.75
    90.750   9.75
    90.75    90.76
    190.750  90.75
    90.750   90-75
    1.50     15
    12.30    1.23
    0.50     0.05
    """,
    "true",
    "seen",
)
PLACES = pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(lambda one: MasterRow(one), "{}", id="the whole code"),
        pytest.param(lambda one: MasterRow(one, "BLK", size="M"), "{}-BLK-M", id="the style"),
        pytest.param(line, "100-BLK-{}", id="the size"),
        pytest.param(lambda one: line("R", dimension=one), "100-BLK-{}-R", id="the dimension"),
    ],
)


@PLACES
@without_zeros
def test_zeros_behind_the_point_were_lost(looked, row, code, true, seen):
    for door in DOORS:
        parted(looked([row(true)], [code.format(seen)], door))
        parted(looked([row(seen)], [code.format(true)], door))


@PLACES
@other_numbers
def test_a_number_beside_another_one(looked, row, code, true, seen):
    for door in ("rows", "csv"):
        for ours, theirs in ((true, seen), (seen, true)):
            found = looked([row(ours)], [code.format(theirs)], door)
            lines = list(found.entries())
            assert not any(one.paired or "zeros behind" in one.why for one in lines)
            assert classes(found) == APART or ["cut off" in one.why for one in lines] == [True]


@PLACES
@pytest.mark.parametrize(("true", "seen"), [("5.0", "5"), ("7.00", "7"), ("10,0", "10"), ("12.000", "12")])
def test_a_number_without_its_point_waits_for_a_person(looked, row, code, true, seen):
    for door in DOORS:
        for ours, theirs in ((true, seen), (seen, true)):
            found = looked([row(ours)], [code.format(theirs)], door)
            assert {one.kind for one in found.entries()} <= {AuditClass.DAMAGED, AuditClass.COLLISION}
            assert (any(one.paired for one in found.entries()), created(found)) == (False, [])


# Digits past the 15th ------------------------------------------------------------------------------------------

rounded = table(
    """
    1234567890123456      1234567890123450
    4006381333931001      4006381333931000
    98765432109876543     98765432109876500
    987654321098765432    987654321098765000
    987654321098765432    987654321098765400
    9007199254740993      9007199254740992
    12345678901234567890  12345678901234567000
    12345678901234567890  12345678901234567168
    12345678901234567890  12345678901234500000
    1234567890123456789   1234567890123456800
    1234567890123456789   1.2345678901234568e+18
    1234567890123456789   1.23456789012346E+18
    1234567890123456789   1.23457E+18
    1234567890123456789   1,23457E+18
    1234567890123456789   1.23E+18
    841234000017          8.41E+11
    841234000017          8.4E+11
    840234000017          8.40E+11
    841234000017          8.41234e+11
    12E5                  1.20E+06
    3E10                  3.00E+10
    """,
    "true",
    "seen",
)
other_digits = table(
    """
    123456789012345    123456789012340
    1234567890123456   1234567890123440
    1234567890123456   1234567890123457
    A1234567890123456  A1234567890123450
    9007199254740993   9007199254740994
    12345678901234567  1234567890123450
    1234567890123456X  1234567890123450X
    841234000017       841234000018
    841234000017       8.42E+11
    841234000017       8.41234E+12
    12E5               1.30E+06
    12F5               1.20E+06
    """,
    "true",
    "seen",
)


@PLACES
@rounded
def test_digits_of_a_long_number_were_lost(looked, row, code, true, seen):
    for door in DOORS:
        parted(looked([row(true)], [code.format(seen)], door))
        parted(looked([row(seen)], [code.format(true)], door))


@PLACES
@other_digits
def test_a_long_number_beside_another_one(looked, row, code, true, seen):
    for door in ("rows", "csv"):
        for found in (
            looked([row(true)], [code.format(seen)], door),
            looked([row(seen)], [code.format(true)], door),
        ):
            is_alone = "E+" in seen and code == "{}"  # such a code is damaged by itself, whatever it was
            assert {one.kind.value for one in found.entries()} - ({"damaged"} if is_alone else set()) <= {
                "missing in Clarus",
                "missing in Blue Cherry",
            }
            assert len(list(found.entries())) == 2


# Several that may be meant, and those that are known ------------------------------------------------------------

NEIGHBOURS = [
    pytest.param(
        ["10-12", "12-14"],
        ["12-Oct", "12-14"],
        {"100-BLK-10-12": "damaged", "100-BLK-12-14": "identical"},
        id="a sound neighbour",
    ),
    pytest.param(
        ["10-12", "OCT-12"],
        ["Oct-12"],
        dict.fromkeys(["100-BLK-10-12", "100-BLK-OCT-12", "100-BLK-Oct-12"], "collision"),
        id="a size that is called so",
    ),
    pytest.param(
        ["10-12", "46307"],
        ["10-12", "46307"],
        {"100-BLK-10-12": "identical", "100-BLK-46307": "identical"},
        id="a number of a day that is a size",
    ),
    pytest.param(
        ["8-10", "10-8"],
        ["10-Aug"],
        {"100-BLK-8-10": "damaged", "100-BLK-10-8": "damaged", "100-BLK-10-Aug": "damaged"},
        id="day or month first",
    ),
    pytest.param(
        ["99.1", "99.10"],
        ["99.1"],
        {"100-BLK-99.1": "identical", "100-BLK-99.10": "missing in Clarus"},
        id="two numbers of which one is there",
    ),
    pytest.param(
        ["10.5", "10.50"],
        ["10.5", "10.50"],
        {"100-BLK-10.5": "identical", "100-BLK-10.50": "identical"},
        id="two numbers that are both there",
    ),
    pytest.param(
        ["10.50", "10.500"],
        ["10.5"],
        {"100-BLK-10.50": "damaged", "100-BLK-10.500": "damaged", "100-BLK-10.5": "damaged"},
        id="two numbers that become one",
    ),
    pytest.param(
        ["1234567890123451", "1234567890123452"],
        ["1234567890123450"],
        dict.fromkeys([f"100-BLK-123456789012345{one}" for one in (1, 2, 0)], "damaged"),
        id="two long numbers that become one",
    ),
    pytest.param(
        ["1234567890123450", "1234567890123456"],
        ["1234567890123450", "1234567890123456"],
        dict.fromkeys([f"100-BLK-123456789012345{one}" for one in (0, 6)], "identical"),
        id="two long numbers that are both there",
    ),
    pytest.param(
        ["1234567890123451", "1234567890123452"],
        ["1234567890123451"],
        {"100-BLK-1234567890123451": "identical", "100-BLK-1234567890123452": "missing in Clarus"},
        id="two long numbers of which one is there",
    ),
]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("sizes", "shown", "right"), NEIGHBOURS)
def test_near_neighbours(looked, door, sizes, shown, right):
    found = looked(map(line, sizes), [f"100-BLK-{one}" for one in shown], door)
    assert {code: kind for kind, code in kinds(found)} == right
    missing = {code for code, kind in right.items() if kind == "missing in Clarus"}
    assert set(created(found)) == missing


# Barcodes that can be mended -----------------------------------------------------------------------------------

mended = table(
    """
    012345678905   12345678905
    042100005264   42100005264
    075678164125   75678164125.0
    000123456784   123456784
    000012345670   00012345670
    012345678905   0012345678905.0
    0012345678905  12345678905,0
    0001234567895  1234567895
    0012345678905  012345678905.00
    5012345678900  5012345678900.0
    614141000036   614141000036.00
    012345678905   "12345678905"
    012345678905   '12345678905
    """,
    "right",
    "seen",
)
upcs_e = table(
    """
    012000003455  01234505
    012100003454  01234514
    065200004326  06543226
    042500000265  04252635
    042520000061  04252641
    012345000058  01234558
    012345000065  01234565
    098765000076  09876576
    055555000081  05555581
    012345000096  01234596
    142500000262  14252632
    198760000054  19876544
    123000004561  12345601
    012345000058  1234558
    012345000065  123456
    012345000058  0-123455-8
    0012345000058  01234558.0
    """,
    "right",
    "seen",
)
of_gs1 = table(
    """
    012345678905   (01)00012345678905
    4006381333931  (01)04006381333931
    012345678905   (01) 00012345678905
    012345678905   (01)00012345678905 42
    012345678905   (01)00012345678905(17)271231(10)LOT7
    012345678905   (10)LOT7(01)00012345678905
    012345678905   (240)A7(01)00012345678905(21)12
    012345678905   0100012345678905
    012345678905   010001234567890517271231
    012345678905   ]C10100012345678905
    012345678905   ]d20100012345678905
    012345678905   ]Q30100012345678905
    012345678905   ]e00100012345678905
    012345678905   (01)0 00 12345 67890 5
    012345678905   01 00012345678905
    012345678905   https://id.gs1.org/01/00012345678905
    012345678905   https://example.com/01/00012345678905/10/LOT7?17=271231
    """,
    "right",
    "seen",
)
dashed = table(
    """
    012345678905   0-12345-67890-5
    012345678905   0 12345 67890 5
    012345678905   012345-678905
    012345678905   0\u201312345\u201367890\u20135
    012345678905   0\u201012345\u201067890\u20105
    012345678905   0\u221212345\u221267890\u22125
    012345678905   0\u00a012345\u00a067890\u00a05
    012345678905   0\u200912345\u200967890\u20095
    012345678905   0123\u00ad45678905
    012345678905   0.12345.67890.5
    012345678905   0_12345_67890_5
    012345678905   0/12345/67890/5
    4006381333931  4-006381-333931
    4006381333931  4 006381 333931
    5012345678900  50-12345-67890-0
    7612345000015  76.12345.00001.5
    012345678905   12345-67890-5
    012345678905   *012345678905*
    """,
    "right",
    "seen",
)
isbns = table(
    """
    9780306406157  978-0-306-40615-7
    9780306406157  0-306-40615-2
    9780306406157  0306406152
    9780306406157  306406152
    9780306406157  978 0 306 40615 7
    9783161484100  3-16-148410-X
    9789992158104  99921-58-10-7
    9789971502102  9971-5-0210-0
    9789604250592  960-425-059-0
    9788090273412  80-902734-1-6
    9788535902778  85-359-0277-5
    9780804429573  0-8044-2957-X
    9780804429573  0-8044-2957-x
    9780804429573  080442957X
    9780804429573  80442957X
    9780975229804  0\u20139752298\u20130\u2013X
    9780306406157  ISBN 0-306-40615-2
    9783161484100  ISBN: 978-3-16-148410-0
    9783161484100  ISBN-13: 978-3-16-148410-0
    9783161484100  ISBN-10 3-16-148410-X
    9781030000017  ISBN 1030000018
    """,
    "right",
    "seen",
)
not_mended = table(
    """
    012345678905   12345678906
    012345678905   22345678905
    012345678905   1.23457E+10
    012345678905   1234567890
    042100005264   75678164125
    012345000058   01234559
    012345000058   91234558
    012345000065   01234558
    198760000054   09876544
    012345678905   (01)00012345678906
    012345678905   (02)00012345678905(37)10
    012345678905   (00)100123456789000013
    012345678905   (01)10012345678902
    012345678905   (01)
    012345678905   https://example.com/02/00012345678905
    012345678905   https://example.com/100012345678905
    012345678905   0-12345-67890-6
    012345678905   012345678905/042100005264
    012345678905   012345678905 042100005264
    012345678905   012345678905 BLK
    9780306406157  0-306-40615-3
    9780306406157  978-0-306-40615-8
    9780306406157  3-16-148410-X
    9780804429573  0-8044-2957-0
    9780804429573  ISSN 0-8044-2957
    """,
    "right",
    "seen",
)


def assert_barcodes_part(looked, right, seen):
    for door in DOORS:
        for ours, theirs in ((right, seen), (seen, right)):
            for row in (line("M", upc=ours), line("M", ean=ours)):
                why = parted(looked([row], [ProductRow("OLD-77", theirs)], door))
                assert why.startswith("the barcodes agree once mended: ")


@mended
def test_zeros_of_a_barcode_were_lost(looked, right, seen):
    assert_barcodes_part(looked, right, seen)


@upcs_e
def test_a_barcode_of_a_small_package(looked, right, seen):
    assert_barcodes_part(looked, right, seen)


@of_gs1
def test_a_barcode_in_an_element_string(looked, right, seen):
    assert_barcodes_part(looked, right, seen)


@dashed
def test_a_barcode_with_marks(looked, right, seen):
    assert_barcodes_part(looked, right, seen)


@isbns
def test_the_number_of_a_book(looked, right, seen):
    assert_barcodes_part(looked, right, seen)


@not_mended
def test_a_barcode_beside_another_one(looked, right, seen):
    for door in DOORS:
        for ours, theirs in ((right, seen), (seen, right)):
            assert classes(looked([line("M", upc=ours)], [ProductRow("OLD-77", theirs)], door)) == APART


UPC, OTHER = "012345678905", "042100005264"
BARCODES = [
    pytest.param(
        [line("M", upc=UPC), line("L", upc=OTHER)],
        [ProductRow("OLD-1", "12345678905"), ProductRow("OLD-2", "42100005264")],
        {("damaged", "100-BLK-M"), ("damaged", "100-BLK-L")},
        id="two pairs",
    ),
    pytest.param(
        [line("M", upc=UPC), line("L", upc=UPC)],
        [ProductRow("OLD-1", "12345678905")],
        {("damaged", "100-BLK-M"), ("damaged", "100-BLK-L"), ("damaged", "OLD-1")},
        id="two SKUs of one barcode",
    ),
    pytest.param(
        [line("M", upc=UPC)],
        [ProductRow("OLD-1", "12345678905"), ProductRow("OLD-2", "0-12345-67890-5")],
        {("damaged", "100-BLK-M"), ("damaged", "OLD-1"), ("damaged", "OLD-2")},
        id="two products",
    ),
    pytest.param(
        [line("M", upc=UPC), line("L")],
        [ProductRow("100-BLK-L", "12345678905")],
        {("missing in Clarus", "100-BLK-M"), ("identical", "100-BLK-L")},
        id="the code says another SKU",
    ),
    pytest.param(
        [line("M", upc=UPC)],
        [ProductRow("OLD-1", "12345678905"), ProductRow("OLD-2", UPC)],
        {("same by barcode only", "100-BLK-M"), ("missing in Blue Cherry", "OLD-1")},
        id="a right one is there",
    ),
    pytest.param(
        [line("M", upc=UPC)],
        [ProductRow("100-BLK-M", "12345678905")],
        {("identical", "100-BLK-M")},
        id="the codes agree",
    ),
    pytest.param(
        [line("M", upc="12345678905")],
        [ProductRow("OLD-1", "12345678905")],
        {("damaged", "100-BLK-M")},
        id="both lost it",
    ),
    pytest.param(
        [line("10-12", upc=UPC)],
        [ProductRow("100-BLK-12-Oct", "12345678905")],
        {("damaged", "100-BLK-10-12")},
        id="two signs for one pair",
    ),
    pytest.param(
        [line("10-12", upc=UPC)],
        [ProductRow("100-BLK-12-Oct", UPC)],
        {("same by barcode only", "100-BLK-10-12")},
        id="a right barcode beside a date",
    ),
]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("ours", "theirs", "right"), BARCODES)
def test_barcodes_of_neighbours(looked, door, ours, theirs, right):
    found = looked(ours, theirs, door)
    assert kinds(found) == right
    assert set(created(found)) == {code for kind, code in right if kind == "missing in Clarus"}


# What a list says besides: prepacks, units, owners, stores, repeats, headers -------------------------------------


@pytest.fixture
def told(tmp_path):
    """The units of each article of one list, by its code or its parts, with what is told and what is a problem."""

    def read(text, account="", write=write_csv, name="list.csv"):
        head, *lines = [[cell.strip() for cell in row.split(",")] for row in text.strip().splitlines()]
        path = write(tmp_path / name, head, lines)
        if "Style" in head:
            found = read_master(path)
            rows = audit(found.rows, []).master
            units = {"-".join(filter(None, row.parts)): int(row.on_hand) for row in rows}
        else:
            found = read_products(path, account=account)
            units = {row.code: int(row.on_hand) for row in audit([], found.rows).products}
        return units, found.notes, [problem.what for problem in found.problems]

    return read


def assert_told(told, text, units, notes="", problems="", account=""):
    for write, name in ((write_csv, "list.csv"), (write_excel, "list.xlsx")):
        counted, said, wrong = told(text, account, write, name)
        assert counted == units
        assert all(one in " | ".join(said) for one in notes.split("; ")) if notes else not said
        assert all(one in " | ".join(wrong) for one in problems.split("; ")) if problems else not wrong


def lists(*cases):
    return pytest.mark.parametrize(
        ("text", "expected"), [pytest.param(text, right, id=name) for name, text, right in cases]
    )


ONCE = "further components of a prepack, whose units count once"


@lists(
    ("two sizes", "Code,Component,Qty\nPP1,S,10\nPP1,M,10", ({"PP1": 10}, f"{ONCE}: 1")),
    (
        "six sizes",
        "Code,Component,Qty\n" + "\n".join(f"PP1,{one},4" for one in "ABCDEF"),
        ({"PP1": 4}, f"{ONCE}: 5"),
    ),
    ("one component", "Code,Component,Qty\nPP1,S,10", ({"PP1": 10},)),
    ("no component", "Code,Component,Qty\nA,,3\nB,,3", ({"A": 3, "B": 3},)),
    (
        "two prepacks of the same",
        "Code,Component,Qty\nP1,S,5\nP1,M,5\nP2,S,5\nP2,M,5",
        ({"P1": 5, "P2": 5}, f"{ONCE}: 2"),
    ),
    ("two prepacks of as many", "Code,Component,Qty\nP1,S,5\nP2,M,5", ({"P1": 5, "P2": 5},)),
    (
        "two stores of as many",
        "Code,Store,Component,Qty\nP1,N,S,5\nP1,N,M,5\nP1,L,S,5\nP1,L,M,5",
        ({"P1": 10}, f"{ONCE}: 2"),
    ),
    ("units that differ", "Code,Component,Qty\nP1,S,5\nP1,M,6", ({"P1": 11},)),
    ("a loose piece beside it", "Code,Component,Qty\nP1,S,5\nP1,M,5\nX,,7", ({"P1": 5, "X": 7}, f"{ONCE}: 1")),
    ("named by its code", "Code,Component SKU,Qty\nP1,100-BLK-S,8\nP1,100-BLK-M,8", ({"P1": 8}, f"{ONCE}: 1")),
    (
        "of Blue Cherry",
        "Style,Dm/Pk,Component Size,QOH\n1,PP,S,9\n1,PP,M,9\n1,,,2",
        ({"1-PP": 9, "1": 2}, f"{ONCE}: 1"),
    ),
    (
        "two places of Blue Cherry",
        "Style,Location,Component Size,QOH\n1,NJ,S,9\n1,NJ,M,9\n1,LA,S,4\n1,LA,M,4",
        ({"1": 13}, f"{ONCE}: 2"),
    ),
    (
        "two seasons of as many",
        "Style,Season,Component Size,QOH\n1,SP,S,9\n1,SP,M,9\n1,FA,S,9\n1,FA,M,9",
        ({"1": 18}, f"{ONCE}: 2; columns not used: 'Season'"),
    ),
)
def test_a_prepack_counts_once(told, text, expected):
    assert_told(told, text, *expected)


NOBODY = "how many eaches that is nobody says: taken for nothing"


@lists(
    ("a case", "Code,UOM,Qty\nA,CS,3", ({"A": 0}, "", f"in 'CS', and {NOBODY}")),
    ("a dozen", "Code,Unit of Measure,Qty\nA,DZ,3", ({"A": 0}, "", f"in 'DZ', and {NOBODY}")),
    ("a pair", "Code,UOM,Qty\nA,PR,3\nB,EA,1", ({"A": 0, "B": 1}, "", f"in 'PR', and {NOBODY}")),
    ("a carton beside pieces", "Code,UOM,Qty\nA,CTN,3\nA,PCS,7", ({"A": 7}, "", f"in 'CTN', and {NOBODY}")),
    ("pieces", "Code,UOM,Qty\nA,pcs,3\nB,Each,2\nC,,1\nD,UNITS,4", ({"A": 3, "B": 2, "C": 1, "D": 4},)),
    (
        "two lines of one",
        "Code,UOM,Qty\nA,BOX,3\nB,BOX,2",
        ({"A": 0, "B": 0}, "", f"2 lines count in 'BOX', and {NOBODY}"),
    ),
    (
        "two packs",
        "Code,UOM,Qty\nA,CS,3\nB,DZ,2",
        ({"A": 0, "B": 0}, "", f"in 'CS', and {NOBODY}; in 'DZ', and {NOBODY}"),
    ),
    ("nothing of it", "Code,UOM,Qty\nA,CS,0\nB,EA,1", ({"A": 0, "B": 1},)),
    ("less than nothing", "Code,UOM,Qty\nA,CS,-2", ({"A": 0}, "", f"in 'CS', and {NOBODY}")),
    ("a price", "Code,Unit,Qty\nA,4.50,3", ({"A": 3},)),
    ("a pack with its number", "Code,UOM,Qty\nA,CS12,3", ({"A": 0}, "", f"in 'CS12', and {NOBODY}")),
    ("of Blue Cherry", "Style,UOM,QOH\n1,DZ,3\n2,EA,4", ({"1": 0, "2": 4}, "", f"in 'DZ', and {NOBODY}")),
    ("two that look alike", "Code,UOM,Qty\nA,EA,3\nA,EACH,2", ({"A": 5},)),
)
def test_only_eaches_count(told, text, expected):
    assert_told(told, text, *expected)


@lists(
    (
        "another owner",
        "Code,Account Code,Qty\nA,ME,5\nA,YOU,7",
        ({"A": 5}, "lines of other accounts left out: YOU 1", "", "ME"),
    ),
    ("in other letters", "Code,Owner,Qty\nA,Me,5\nB,you,7", ({"A": 5}, "left out: you 1", "", "ME")),
    (
        "two others",
        "Code,Client,Qty\nA,ME,5\nB,YOU,7\nC,THEY,1\nD,YOU,1",
        ({"A": 5}, "left out: YOU 2, THEY 1", "", "ME"),
    ),
    ("nobody's", "Code,Account,Qty\nA,ME,5\nB,,7", ({"A": 5, "B": 7}, "", "", "ME")),
    (
        "none asked for",
        "Code,Account,Qty\nA,ME,5\nA,YOU,7",
        ({"A": 12}, "", "lines of 2 accounts are compared as one list: ME 1, YOU 1; name yours"),
    ),
    (
        "one that is not there",
        "Code,Account,Qty\nA,ME,5",
        ({"A": 5}, "", "no line is of the account 'WE', and all are compared: ME 1", "WE"),
    ),
    ("one that is like it", "Code,Account,Qty\nA,ME,5\nB,ME2,7", ({"A": 5}, "left out: ME2 1", "", "ME")),
    ("only one", "Code,Account,Qty\nA,ME,5", ({"A": 5},)),
    ("two stores", "Code,Store,Qty\nA,N,5\nA,S,7", ({"A": 12}, "units of 2 places are added up: N 1, S 1")),
    (
        "three warehouses",
        "Code,Warehouse,Qty\nA,N,5\nA,S,7\nB,W,1\nB,N,1",
        ({"A": 12, "B": 2}, "units of 3 places are added up: N 2, S 1, W 1"),
    ),
    ("one store", "Code,Store,Qty\nA,N,5\nB,N,7", ({"A": 5, "B": 7},)),
    (
        "stores of two owners",
        "Code,Account,Store,Qty\nA,ME,N,5\nA,ME,S,6\nA,YOU,W,7",
        ({"A": 11}, "left out: YOU 1; units of 2 places are added up: N 1, S 1", "", "ME"),
    ),
    (
        "places of Blue Cherry",
        "Style,Location,QOH\n1,NJ,5\n1,LA,7\n1,FOB,9",
        ({"1": 12}, "units of 3 places are added up"),
    ),
    ("at sea only", "Style,Location,QOH\n1,POE,5", ({"1": 0},)),
)
def test_owners_and_stores(told, text, expected):
    assert_told(told, text, *expected)


@lists(
    ("a size by another name", "Style,Sz,QOH\n1,M,2", ({"1": 2}, "columns not used: 'Sz'")),
    ("a colour by another name", "Style,Shade,Size\n1,BLK,M", ({"1-M": 0}, "columns not used: 'Shade'")),
    ("a season", "Style,Season\n1,SP", ({"1": 0}, "columns not used: 'Season'")),
    ("two", "Style,Vendor,Buyer\n1,a,b", ({"1": 0}, "columns not used: 'Vendor', 'Buyer'")),
    ("none", "Style,Size\n1,M", ({"1-M": 0},)),
    ("one without a name", "Style,,Size\n1,x,M", ({"1-M": 0},)),
    ("a barcode by another name", "Code,Strichcode\nA,012345678905", ({"A": 0}, "columns not used: 'Strichcode'")),
    (
        "a barcode of a case",
        "Code,Barcode,Case Barcode\nA,012345678905,1",
        ({"A": 0}, "columns not used: 'Case Barcode'"),
    ),
    (
        "a quantity that is promised",
        "Code,Qty,Allocated Qty\nA,5,2",
        ({"A": 5}, "columns not used: 'Allocated Qty'"),
    ),
    ("a date", "Code,Last Counted\nA,2026-03-02", ({"A": 0}, "columns not used: 'Last Counted'")),
    ("a shelf", "Code,Bin,Qty\nA,A-01,5\nA,A-02,3", ({"A": 8}, "columns not used: 'Bin'")),
    ("in another language", "Style,Größe\n1,M", ({"1": 0}, "columns not used: 'Größe'")),
)
def test_headers_that_nothing_is_read_from(told, text, expected):
    assert_told(told, text, *expected)


# The command: repeats are counted aloud, divisions stay two ------------------------------------------------------


@pytest.fixture
def command(tmp_path):
    """What `sku audit` says of two lists as text, and what it writes."""

    def run(ours, theirs, *more):
        for name, text in (("ours.csv", ours), ("theirs.csv", theirs)):
            (tmp_path / name).write_text(text, "utf-8")
        paths = ["--blue-cherry", str(tmp_path / "ours.csv"), "--clarus", str(tmp_path / "theirs.csv")]
        done = CliRunner().invoke(app, ["sku", "audit", *paths, *more], env={"COLUMNS": "200"})
        assert done.exit_code in (0, 1), done.output
        return done

    return run


OURS_AGAIN = "of Blue Cherry {} of a SKU that another line has as well: units are added up"
THEIRS_AGAIN = "of Clarus {} of a product that another line has as well: units are added up"


@pytest.mark.parametrize(
    ("ours", "theirs", "repeats"),
    [
        pytest.param("Style\n1\n2\n", "Code\n1\n2\n", [], id="none"),
        pytest.param("Style\n1\n1\n", "Code\n1\n", ["1 line " + OURS_AGAIN.format("is")], id="a line twice"),
        pytest.param("Style\n1\n1\n1\n", "Code\n1\n", ["2 lines " + OURS_AGAIN.format("are")], id="thrice"),
        pytest.param("Style\n1\n", "Code\n1\n1\n", ["1 line " + THEIRS_AGAIN.format("is")], id="a product twice"),
        pytest.param(
            "Style,Season\n1,SP\n1,FA\n", "Code\n1\n", ["1 line " + OURS_AGAIN.format("is")], id="seasons"
        ),
        pytest.param(
            "Style,Location,QOH\n1,NJ,1\n1,LA,2\n", "Code\n1\n", ["1 line " + OURS_AGAIN.format("is")], id="places"
        ),
        pytest.param("Style,Cost\n1,2\n1,3\n", "Code\n1\n", ["1 line " + OURS_AGAIN.format("is")], id="costs"),
        pytest.param(
            "Style,UPC\n1,012345678905\n1,042100005264\n",
            "Code\n1\n",
            ["1 line " + OURS_AGAIN.format("is")],
            id="barcodes",
        ),
        pytest.param(
            "Style\n1\n1\n2\n2\n", "Code\n1\n2\n", ["2 lines " + OURS_AGAIN.format("are")], id="two SKUs"
        ),
        pytest.param(
            "Style\n1\n1\n",
            "Code\n1\n1\n",
            ["1 line " + OURS_AGAIN.format("is"), "1 line " + THEIRS_AGAIN.format("is")],
            id="both",
        ),
        pytest.param("Style\n01\n1\n", "Code\n01\n1\n", [], id="a zero parts them"),
        pytest.param("Style,Size\n1,S\n1,M\n", "Code\n1-S\n1-M\n", [], id="a size parts them"),
    ],
)
def test_repeats_are_counted_aloud(command, ours, theirs, repeats):
    done = command(ours, theirs)
    assert [line for line in done.stdout.splitlines() if "another line has as well" in line] == repeats


MEN_FIRST = Recipe(parts=(Part("division"), Part("style"), Part("size")))


@pytest.mark.parametrize("door", ["rows", "csv"])
@pytest.mark.parametrize(
    ("ours", "theirs", "recipe", "right"),
    [
        pytest.param("M 1, K 1", "1", None, "collision 1, collision 1, collision 1", id="one code for both"),
        pytest.param("M 1, K 1", "M-1, K-1", MEN_FIRST, "identical M-1, identical K-1", id="a code for each"),
        pytest.param("M 1, K 1", "M-1", MEN_FIRST, "identical M-1, missing in Clarus K-1", id="one has none"),
        pytest.param(
            "M 1, K 1",
            "W-1",
            MEN_FIRST,
            "missing in Clarus M-1, missing in Clarus K-1, missing in Blue Cherry W-1",
            id="a third one",
        ),
        pytest.param(
            "M 1 012345678905, K 1 042100005264",
            "A 012345678905, B 042100005264",
            None,
            "same by barcode only 1, same by barcode only 1",
            id="a barcode for each",
        ),
        pytest.param(
            "M 1 012345678905, K 1 042100005264",
            "A 012345678905",
            MEN_FIRST,
            "same by barcode only M-1, missing in Clarus K-1",
            id="a barcode of one",
        ),
        pytest.param(
            "M 1 012345678905, K 1 012345678905",
            "A 012345678905",
            MEN_FIRST,
            "conflict A, conflict M-1, conflict K-1",
            id="one barcode for both",
        ),
        pytest.param(
            "M 1 012345678905, K 1 042100005264",
            "A 12345678905, B 42100005264",
            MEN_FIRST,
            "damaged M-1, damaged K-1",
            id="barcodes to be mended",
        ),
        pytest.param("01 1, 1 1", "01-1, 1-1", MEN_FIRST, "identical 01-1, identical 1-1", id="a zero parts them"),
        pytest.param(
            "01 1, 1 1", "1-1", MEN_FIRST, "collision 01-1, collision 1-1, collision 1-1", id="a zero may be lost"
        ),
        pytest.param("M 1, K 2", "M-1, K-2", MEN_FIRST, "identical M-1, identical K-2", id="two styles"),
        pytest.param(
            "M 10-12, K 10-12",
            "M-12-Oct, K-10-12",
            MEN_FIRST,
            "damaged M-10-12, identical K-10-12",
            id="a date in one",
        ),
        pytest.param(
            "M 10-12, K 10-12",
            "M-12-Oct, K-12-Oct",
            MEN_FIRST,
            "damaged M-10-12, damaged K-10-12",
            id="a date in both",
        ),
    ],
)
def test_two_divisions_of_one_style_are_two_skus(tmp_path, door, ours, theirs, recipe, right):
    split = [[*one.strip().split(" "), ""][:3] for one in ours.split(",")]
    rows = [MasterRow(style, division=division, upc=upc) for division, style, upc in split]
    items = [ProductRow(*one.strip().split(" ")) for one in theirs.split(",")]
    if door == "csv":
        lines = [(row.division, row.style, row.upc) for row in rows]
        rows = read_master(write_csv(tmp_path / "ours.csv", ("Div", "Style", "UPC"), lines)).rows
    found = audit(rows, items, recipe)
    said = [f"{one.kind.value} {one.code}" for one in found.entries()]
    assert sorted(said) == sorted(one.strip() for one in right.split(","))
    assert Counter(place for cases in found.cases.values() for place in cases.left) == Counter(range(len(rows)))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("Style,Size\n100,10-12\n", "Code\n100-12-Oct\n", id="a date"),
        pytest.param("Style\n90.750\n", "Code\n90.75\n", id="a number"),
        pytest.param("Style\n12345678901234567890\n", "Code\n12345678901234567000\n", id="digits"),
        pytest.param("Style,UPC\n1,012345678905\n", "Code,Barcode\nA,12345678905\n", id="a barcode"),
        pytest.param("Style\n8.41E+11\n", "Code\n841234000017\n", id="an exponent in Blue Cherry"),
    ],
)
def test_the_command_creates_nothing_of_what_was_parted(command, tmp_path, ours, theirs):
    done = command(ours, theirs, "--json", "--out", str(tmp_path / "out"))
    tallies = json.loads(done.stdout)["classes"].items()
    assert {name: (one["skus"], one["products"]) for name, one in tallies if one["skus"] or one["products"]} == {
        "damaged": (1, 1)
    }
    written = (tmp_path / "out" / "clarus-products-to-create.csv").read_text("utf-8-sig")
    assert len(written.splitlines()) == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(("100", dt.date(2026, 10, 12), ""), ("100-10-12", ""), id="a day"),
        pytest.param(("100", dt.date(2026, 12, 10), ""), ("100-10-12", ""), id="month and day the other way"),
        pytest.param(("100", 46307, ""), ("100-10-12", ""), id="the number of a day"),
        pytest.param((90.75, "", ""), ("90.750", ""), id="a number"),
        pytest.param(("100", 10.5, ""), ("100-10.50", ""), id="a size"),
        pytest.param((1234567890123450, "", ""), ("1234567890123456", ""), id="digits"),
        pytest.param((1.23456789012345e17, "", ""), ("123456789012345678", ""), id="a binary number"),
        pytest.param(("1", "", 12345678905), ("A", "012345678905"), id="a barcode"),
        pytest.param(("1", "", "012345678905"), ("A", 12345678905), id="a barcode of Clarus"),
        pytest.param(("1", "", "012345678905"), ("A", 12345678905.0), id="a barcode as a binary number"),
        pytest.param(("90.750", "", ""), (90.75, ""), id="a number of Clarus"),
        pytest.param(("1234567890123456", "", ""), (1234567890123450, ""), id="digits of Clarus"),
    ],
)
def test_cells_that_hold_no_text(tmp_path, ours, theirs):
    rows = read_master(write_excel(tmp_path / "ours.xlsx", ("Style", "Size", "UPC"), [ours])).rows
    parted(audit(rows, read_products(write_excel(tmp_path / "theirs.xlsx", THEIRS, [theirs])).rows))
