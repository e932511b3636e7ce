"""Owners, places, units, prepacks and unknown columns of both lists: what lies there counts once."""

import json

import pytest
from test_cli_sku_audit import files, run  # noqa: F401 - a fixture

from clarus_bluecherry.flows.sku_audit import read_master, read_products
from clarus_bluecherry.sku import AuditClass, MasterRow, ProductRow, audit


@pytest.fixture
def listed(tmp_path):
    def read(text, how=read_products, **named):
        path = tmp_path / "list.csv"
        path.write_text(text, "utf-8")
        return how(path, **named)

    return read


def stock(read):
    return {row.code: int(row.on_hand) for row in audit([], read.rows).products}


def whats(read):
    return [problem.what for problem in read.problems]


# Owners ------------------------------------------------------------------------------------------------------

OWNERS = "Code,Account Code,Quantity\n1,BRAND,5\n1,OTHER,70\n2,OTHER,8\n3,,2\n"


def test_only_the_lines_of_the_account_that_is_asked_for_count_and_the_others_are_told(listed):
    read = listed(OWNERS, account="brand")
    assert (stock(read), read.problems) == ({"1": 5, "3": 2}, [])
    assert read.notes == ["lines of other accounts left out: OTHER 2"]


def test_several_accounts_of_which_none_is_asked_for_are_a_problem_and_all_are_compared(listed):
    read = listed(OWNERS)
    assert whats(read) == ["lines of 2 accounts are compared as one list: OTHER 2, BRAND 1; name yours"]
    assert (read.problems[0].record, read.problems[0].field) == ("list.csv", "Account Code")
    assert stock(read) == {"1": 75, "2": 8, "3": 2}


def test_an_account_that_no_line_has_leaves_nothing_out_and_is_a_problem(listed):
    read = listed(OWNERS, account="TYPO")
    assert whats(read) == ["no line is of the account 'TYPO', and all are compared: OTHER 2, BRAND 1"]
    assert len(read.rows) == 4


@pytest.mark.parametrize(
    "text", ["Code,Account,Quantity\n1,BRAND,5\n", "Code,Quantity\n1,5\n", "Code,Owner\n1,\n"]
)
@pytest.mark.parametrize("account", ["", "BRAND"])
def test_one_account_or_none_is_nothing_to_tell(listed, text, account):
    read = listed(text, account=account)
    assert (len(read.rows), read.problems, read.notes) == (1, [], [])


def test_an_account_column_may_be_named_or_left_out(listed):
    text = "Code,Besitzer,Account\n1,A,x\n2,B,y\n"
    assert stock(listed(text, account="A", columns={"account": "besitzer"})) == {"1": 0}
    assert listed(text, columns={"account": ""}).problems == []


# Places and units --------------------------------------------------------------------------------------------


def test_a_product_in_several_stores_is_one_whatever_its_lines_are_called(listed):
    read = listed("Code,Store,ID,Barcode,Qty\n1,N,11,036000291452,5\n1,S,12,,2\n2,N,13,,1\n")
    found = audit([MasterRow("1"), MasterRow("2")], read.rows)
    assert {one.kind for one in found.entries()} == {AuditClass.IDENTICAL}
    assert stock(read) == {"1": 7, "2": 1}
    assert read.notes == ["units of 2 places are added up: N 2, S 1"]


def test_two_products_of_one_code_in_one_store_stay_a_duplicate(listed):
    read = listed("Code,Store,ID\n1,N,11\n1,N,12\n")
    assert {one.kind for one in audit([MasterRow("1")], read.rows).entries()} == {AuditClass.DUPLICATE}


def test_places_of_blue_cherry_are_told(listed):
    read = listed("Style,Location,Total QOH\n1,NJ,5\n1,LA,2\n1,POE,9\n", read_master)
    assert audit(read.rows, []).master[0].on_hand == 7
    assert read.notes == ["units of 3 places are added up: LA 1, NJ 1, POE 1"]


def test_a_pack_of_a_product_is_no_second_product_and_its_quantity_is_refused_by_name(listed):
    read = listed("Code,UOM,Barcode,Qty\n1,CASE,10036000291459,4\n1,ea,036000291452,7\n2,DZ,,0\n")
    found = audit([MasterRow("1", upc="036000291452"), MasterRow("2")], read.rows)
    assert {one.kind for one in found.entries()} == {AuditClass.IDENTICAL}
    assert stock(read) == {"1": 7, "2": 0}
    assert whats(read) == [
        "a line counts in 'CASE', and how many eaches that is nobody says: taken for nothing",
    ]


def test_a_quantity_of_blue_cherry_in_another_unit_is_refused_by_name(listed):
    read = listed("Style,UOM,Total QOH,Cost\n1,EA,5,2\n2,DZ,3,2\n3,DZ,4,2\n", read_master)
    assert [row.on_hand for row in read.rows] == [5, 0, 0]
    assert whats(read) == ["2 lines count in 'DZ', and how many eaches that is nobody says: taken for nothing"]
    assert read.problems[0].field == "UOM"


def test_a_column_of_numbers_is_no_unit(listed):
    assert stock(listed("Code,Unit,Qty\n1,1,5\n2,4.50,6\n")) == {"1": 5, "2": 6}


# Prepacks ----------------------------------------------------------------------------------------------------


def test_a_prepack_is_counted_once_however_many_components_its_lines_name(listed):
    head = "Style,Color,Dm/Pk,Location,Component Size,Component Qty,UPC,Total QOH,Cost"
    lines = ["1,BLK,PP1,NJ,S,2,,10,54", "1,BLK,PP1,NJ,M,4,036000291452,10,54", "1,BLK,PP1,LA,S,2,,3,54"]
    read = listed("\n".join([head, *lines, "1,BLK,,NJ,,,,7,9"]), read_master)
    assert [(row.dimension, row.on_hand) for row in audit(read.rows, []).master] == [("PP1", 13), ("", 7)]
    assert "lines of further components of a prepack, whose units count once: 1" in read.notes


def test_lines_of_two_seasons_that_name_the_same_components_are_still_two(listed):
    lines = ["1,SP,S,5", "1,SP,M,5", "1,FA,S,5", "1,FA,M,5", "2,SP,S,5", "2,FA,S,5"]
    read = listed("\n".join(["Style,Season,Component Size,QOH", *lines]), read_master)
    assert [row.on_hand for row in audit(read.rows, []).master] == [10, 10]


def test_lines_whose_figures_differ_are_added_up_whatever_they_name(listed):
    read = listed("Code,Component,Qty\n1,A,5\n1,B,6\n", read_products)
    assert (stock(read), read.notes) == ({"1": 11}, [])


# What is told ------------------------------------------------------------------------------------------------


def test_columns_that_nothing_is_read_from_are_told(listed):
    read = listed("Style,Sz,Color,,Season\n1,M,BLK,,SP26\n", read_master)
    assert read.notes == ["columns not used: 'Sz', 'Season'"]
    assert listed("Code,Unit,unit\n1,EA,DZ\n").notes == ["columns not used: 'Unit', 'unit'"]
    many = ",".join(f"X{number}" for number in range(30))
    assert listed(f"Code,{many}\n1{',' * 30}\n").notes[0].endswith("'X19' and 10 more")


def test_the_command_tells_repeats_owners_and_unused_columns(files):  # noqa: F811
    ours = "Style,Season,Total QOH\n1,SP,5\n1,FA,2\n2,SP,1\n"
    done = run(*files(ours, "Code,Account Code\n1,BRAND\n1,BRAND\n2,BRAND\n3,OTHER\n"), "--account", "BRAND")
    assert done.exit_code == 0
    assert "columns not used: 'Season'" in done.stderr
    assert "lines of other accounts left out: OTHER 1" in done.stderr
    assert "1 line of Blue Cherry is of a SKU that another line has as well: units are added up" in done.stdout
    assert "1 line of Clarus is of a product that another line has as well: units are added up" in done.stdout


def test_scripts_and_pages_are_told_as_well(files, tmp_path):  # noqa: F811
    ours = "Style,Season\n1,SP\n1,FA\n"
    done = run(*files(ours, "Code\n1\n"), "--json", "--out", str(tmp_path / "out"))
    compared = json.loads(done.stdout)["compared"]["blue_cherry"]
    assert (compared["rows"], compared["distinct"], compared["notes"]) == (2, 1, ["columns not used: 'Season'"])
    page = (tmp_path / "out" / "sku-audit.html").read_text("utf-8")
    assert "1 line of Blue Cherry is of a SKU that another line has as well" in page
    assert "Blue Cherry: columns not used: &#39;Season&#39;." in page


def test_rows_are_as_they_were_where_a_list_says_nothing_of_all_this(listed):
    assert listed("Code,Barcode\n1,036000291452\n").rows == [ProductRow("1", "036000291452")]
