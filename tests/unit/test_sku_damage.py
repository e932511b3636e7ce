"""What spreadsheets and feeds do to codes is recognised and said; which SKU it was is proposed, never decided."""

from itertools import permutations, product

import pytest

from clarus_bluecherry.sku import Damage, malformed, suspicions
from clarus_bluecherry.sku.audit._partition import Side, partition
from clarus_bluecherry.sku.codes._barcode import fault
from clarus_bluecherry.sku.codes._near_duplicates import (
    are_near_duplicates,
    parts_without_zeros,
    skeleton,
    skeletons,
)
from clarus_bluecherry.sku.codes._originals import Originals, spreadsheets_marks
from clarus_bluecherry.sku.codes._text import key, keys


@pytest.mark.parametrize(
    ("code", "damage", "text"),
    [
        ("8.41234E+11", Damage.SCIENTIFIC, "841234000000"),
        ("8,41234E+11", Damage.SCIENTIFIC, "841234000000"),
        ("1E5", Damage.SCIENTIFIC, "100000"),
        ("MAR-12", Damage.DATE, "3-12"),
        ("12-Mar", Damage.DATE, "MAR-12"),
        ("2026-03-12", Damage.DATE, "12-3"),
        ("3/12/2026", Damage.DATE, "3-12-26"),
        ("1-Dec-99", Damage.DATE, "DEC99"),
        ("1234.0", Damage.DECIMAL, "1234"),
        ("1234,00", Damage.DECIMAL, "1234"),
        ("01234-BLK-M.0", Damage.DECIMAL, "01234-BLK-M"),
        ("01234-BLK-.00", Damage.DECIMAL, "01234-BLK"),
        ("1234.0-BLK-M", Damage.DECIMAL, "1234-BLK-M"),
        ("1,234,567", Damage.THOUSANDS, "1234567"),
        ("1.234.567", Damage.THOUSANDS, "1234567"),
        ("1.234.567,00", Damage.THOUSANDS, "1234567"),
        ("1\u202f234\u202f567", Damage.THOUSANDS, "1234567"),
        ("'01234-BLK", Damage.QUOTES, "01234-BLK"),
        ('="01234"', Damage.QUOTES, "01234"),
        ("01234%2DBLK", Damage.ESCAPED, "01234-BLK"),
        ("01234&amp;BLK", Damage.ESCAPED, "01234&BLK"),
        ("01234%252DBLK", Damage.ESCAPED, "01234-BLK"),
        ("CAFÃ‰", Damage.ENCODING, "CAFÉ"),
    ],
)
def test_damage_is_recognised_with_what_the_code_may_have_been(code, damage, text):
    found = [one for one in suspicions(code) if text in one.texts]
    assert [one.damage for one in found] == [damage]
    assert found[0].what == f"{damage}: {code}"


@pytest.mark.parametrize(
    "code",
    ["01234-BLK-M", "10.5", "30/32", "123456", "MARINE-12", "13-45", "CAFÉ", "", " ", "1234.BLK.10.05", "1-234"],
)
def test_a_sound_code_shows_no_trace(code):
    assert suspicions(code) == ()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("01234\nBLK", "control character"),
        ("01234\ufffdBLK", "unreadable"),
        (" - ", "nothing but separators"),
        ("", "nothing but separators"),
        ("#REF!", "placeholder"),
        (" tbd ", "placeholder"),
        ("product code", "placeholder"),
        ("A" * 51, "51 characters"),
    ],
)
def test_what_can_be_no_code_is_told(code, why):
    assert why in malformed(code)


def test_a_code_may_have_been_damaged_twice():
    one = Originals(["1234-BLK"], ["'1234%2DBLK"]).damaged("'1234%2DBLK")
    assert one
    assert (one.keys, one.what) == (("1234-BLK",), f"quotes: '1234%2DBLK; {Damage.ESCAPED}: 1234%2DBLK")


@pytest.mark.parametrize(
    ("code", "damage", "keys"),
    [
        ("8.41234E+11", Damage.SCIENTIFIC, ("841234000017", "0841234000024")),
        ("O1234-BLK-M", Damage.SWAPPED, ("01234-BLK-M",)),
        ("01234-BLK", Damage.TRUNCATED, ("01234-BLK-L", "01234-BLK-M")),
        ("MAR-12", Damage.DATE, ("3-12",)),
        ("MAY-30", Damage.DATE, ()),
        ("1234.0-BLK-M", Damage.DECIMAL, ("01234-BLK-M",)),
        ("841.234.000.017", Damage.THOUSANDS, ("841234000017",)),
        ("1234-1O-M", Damage.SWAPPED, ("01234-10-M",)),
        ("1234-BL", Damage.TRUNCATED, ("01234-BLK-L", "01234-BLK-M")),
        ("01234-?CRU", Damage.ENCODING, ("01234-ÉCRU",)),
        ("CAF??-BLK-M", Damage.ENCODING, ("CAFÉ-BLK-M",)),
    ],
)
def test_what_a_code_may_have_been_is_looked_up_in_the_list(code, damage, keys):
    master = ["01234-BLK-M", "01234-BLK-L", "841234000017", "0841234000024", "842000000000", "3-12"]
    master += ["01234-10-M", "01234-ÉCRU", "CAFÉ-BLK-M", "01234-S"]
    one = Originals(master, [code]).damaged(code)
    assert one
    assert (one.damage, one.keys) == (damage, keys)
    assert Originals(master).damaged(code) == one


@pytest.mark.parametrize(
    "code",
    [
        "99999-RED",
        "01234",
        "01234-BLK-O-M",
        "CAFE?",
        "?-BLK",
        "01234-BLK-M",
        "99.123",
        "01234.RED.0",
        "99999-10.0",
    ],
)
def test_a_code_without_a_sign_is_not_called_spoiled(code):
    assert Originals(["01234-BLK-M"], [code]).damaged(code) is None


@pytest.mark.parametrize(
    ("true", "code", "what"),
    [
        ("1000234", "1.000.234", "thousands separators: 1.000.234"),
        ("1", "1.000", "a trailing .0: 1.000"),
        ("12340", "1234.0", "a trailing .0: 1234.0"),
        ("1000", "1.000", "thousands separators: 1.000"),
        ("1234-10-0", "1234-10.0", ""),
        ("12340", " 12\u200b340\ufeff  .00", "a trailing .0: 12340 .00"),
        ("1000234", "1\u202f000\u200b\u202f234", "thousands separators: 1 000 234"),
        ("01234-BLK", "1234-BLK", ""),
    ],
)
def test_marks_of_a_spreadsheet_are_told_where_they_alone_part_a_code_from_a_key(true, code, what):
    assert spreadsheets_marks(true, code) == what


@pytest.mark.parametrize(
    ("barcode", "what"),
    [
        ("036000291452", ""),
        (" ", ""),
        ("03600029145X", "more than digits"),
        ("000000000000", "placeholder"),
        ("036000291453", "should be 2"),
        ("36000291452", "036000291452"),
        ("12345", "it has 5 digits"),
        ("2000000000015", "inside a company"),
        ("02345673", "inside a company"),
        ("20123451", "inside a company"),
        ("96385074", ""),
        ("3.60003E+11", "scientific notation"),
        ("036000291452.0", "added .0 to it: without that, it is 036000291452"),
        ("36000291452.0", "without that, it has 11 digits: with the zero in front"),
        ("٠٣٦٠٠٠٢٩١٤٥٢", "more than digits"),
    ],
)
def test_what_is_wrong_with_a_barcode_is_told(barcode, what):
    assert what in fault(barcode)
    assert bool(fault(barcode)) == bool(what)


def test_whole_lists_are_read_as_one_by_one():
    codes = ["01234_blk 30/32", "-", "", "01234\u2013BLK", "A\nB", "..A--B..", "x" * 60] * 300
    assert keys(codes) == [key(code) for code in codes]
    assert skeletons(keys(codes)) == [skeleton(key(code)) for code in codes]
    assert (keys([]), skeletons([])) == ([], [])


def test_kin_with_as_many_parts_differ_in_zeros_in_front_of_them_alone():
    texts = {key("".join(told)) for size in range(1, 7) for told in product("01-", repeat=size)}
    alike = [
        (one, other)
        for one, other in permutations(sorted(texts), 2)
        if one.count("-") == other.count("-") and are_near_duplicates(one, other)
    ]
    assert len(alike) > 500
    assert all(parts_without_zeros(one) == parts_without_zeros(other) for one, other in alike)


def test_rows_are_set_apart_only_when_nothing_else_could_be_meant():
    left = Side(["1-A", "01-B", "1-B", "2-C", "3-D", "9-Z", "04-E"], [["", "", "", "77", "88", "", ""]])
    right = Side(["1-A", "1-B", "X", "3-D", "Y", "4-E"], [["", "", "77", "88", "88", ""]])
    found = partition(left, right)
    assert (list(found.plain), list(found.by_text)) == ([(0, 0)], [(6, 5)])
    assert list(found.by_barcode) == [(3, 2)]
    assert (found.left, found.right) == ([5], [])
    assert (found.unresolved_left, found.unresolved_right) == ([1, 2, 4], [1, 3, 4])


def test_keys_that_somebody_speaks_of_are_left_to_the_judge():
    found = partition(Side(["1-A", "2-B"]), Side(["1-A", "2-B"]), ["01-A"])
    assert (list(found.plain), found.unresolved_left, found.unresolved_right) == ([(1, 1)], [0], [0])
