"""What a folder says where its files are called, headed or written otherwise than we read them."""

import pytest
from twin_world import asked, folder_of, holds, place, said
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.errors import ConfigurationError

AS_OF = ("--as-of", "2026-10-31")
# ruff: noqa: E501 (files as they stand)
STOCK = "product,site,qty\nA,NJ,3\n"
LEDGER = "pkey,type,sku,loc,qty,date,ref\n1,SA,A,NJ,3,2026-10-05,X1\n"
MOVES = "id,type,qty,date,product,whs,ref\n1,ADJ,3,2026-10-05,A,NJ,X1\n"
USUAL = {"stock.csv": STOCK, "transactions.csv": MOVES, "stock_ledger.csv": LEDGER}


def refused(path):
    error = CliRunner().invoke(app, ["close", "--from", str(path), *AS_OF]).exception
    assert isinstance(error, ConfigurationError)
    return str(error)


@pytest.mark.parametrize(
    ("files", "side"),
    [
        ({}, "Clarus"),
        ({"SOH.csv": STOCK}, "Clarus"),
        ({"stock.csv": STOCK}, "Blue Cherry"),
        ({"stock_ledger.csv": LEDGER}, "Clarus"),
        ({"stock_ledger.csv": LEDGER, "transactions.csv": MOVES}, "Clarus"),
    ],
    ids=["nothing", "unknown", "warehouse", "books", "moves alone"],
)
def test_a_folder_without_one_side_is_no_close(tmp_path, files, side):
    assert side in refused(folder_of(tmp_path, files))


def test_what_the_warehouse_held_at_the_opening_is_its_stock_too(tmp_path):
    files = {
        "stock_ledger.csv": LEDGER,
        "transactions.csv": MOVES,
        "opening.csv": "sku,loc,book,physical\nA,NJ,5,4\n",
    }
    document = asked(folder_of(tmp_path, files), *AS_OF)
    holds(document, {"A NJ": place(7, 8, unexplained=-1)})


def test_a_missing_column_is_told_with_the_line_to_write(tmp_path):
    text = refused(folder_of(tmp_path, {**USUAL, "stock.csv": "Artikel,Ort,Menge\nA,NJ,3\n"}))
    assert "[columns.stock]" in text
    assert 'product_code = "' in text
    assert "'Artikel', 'Ort', 'Menge'" in text
    text = refused(folder_of(tmp_path, {"stock.csv": "product,Ort,Menge\nA,NJ,3\n"}))
    assert "[columns.stock]" in text
    assert 'quantity = "' in text
    assert "'product', 'Ort', 'Menge'" in text


def test_a_file_of_another_name_is_told_with_the_line_to_write(tmp_path):
    document = asked(folder_of(tmp_path, {**USUAL, "what was told.csv": "document,state\nX1,posted\n"}), *AS_OF)
    (unread,) = said(document, "unread_file")
    assert "[files]" in unread["what"]
    assert 'postings = "what was told.csv"' in unread["what"]


def test_columns_that_nobody_looks_at_are_named(tmp_path):
    document = asked(
        folder_of(tmp_path, {**USUAL, "postings.csv": "document,state,stamp\nX1,posted,2026-10-05\n"}), *AS_OF
    )
    (unread,) = said(document, "unread_columns")
    assert "postings.csv" in unread["what"]
    assert "'stamp'" in unread["what"]
    assert "[columns.postings]" in unread["what"]


def test_an_unknown_subtype_is_told_with_the_line_to_write(tmp_path):
    files = {**USUAL, "transactions.csv": MOVES + "2,ZAP,1,2026-10-06,A,NJ,Z1\n"}
    (bad,) = said(asked(folder_of(tmp_path, files), *AS_OF), "bad_row")
    assert "[subtypes]" in bad["what"]
    assert "'ZAP' = \"adjusted -\"" in bad["what"]
    (tmp_path / "close.toml").write_text("[subtypes]\n'ZAP' = \"adjusted -\"\n")
    document = asked(tmp_path, *AS_OF)
    assert not said(document, "bad_row")
    holds(document, {"A NJ": place(3, 3, {"adjusted not_told Z1": -1}, 1)})


def test_a_subtype_of_a_known_category_is_what_its_category_is(tmp_path):
    files = {
        **USUAL,
        "transactions.csv": "id,category,subtype,qty,date,product,whs,ref\n1,ADJ,Found in cellar,3,2026-10-05,A,NJ,X1\n",
    }
    assert not asked(folder_of(tmp_path, files), *AS_OF)["lines"]


@pytest.mark.parametrize("sign", ["ADJ-", "Adjustment -", "NADJ", "Negative adjustment", "ADJ_OUT"])
def test_a_subtype_may_say_which_way(tmp_path, sign):
    files = {
        "stock.csv": STOCK,
        "transactions.csv": f"id,type,qty,date,product,whs,ref\n1,{sign},2,2026-10-05,A,NJ,X1\n",
        "stock_ledger.csv": LEDGER.replace("NJ,3", "NJ,-2"),
        "opening.csv": "sku,loc,book\nA,NJ,5\n",
    }
    assert not asked(folder_of(tmp_path, files), *AS_OF)["lines"]


@pytest.mark.parametrize(
    ("pattern", "day", "entered"),
    [
        ("%d/%m/%Y", "05/10/2026", "06/10/2026 09:30"),
        ("%d/%m/%Y", "05/10/2026", "06/10/2026 9:30:15 AM"),
        ("%d-%b-%Y", "05-Oct-2026", "06-Oct-2026 09:30:15"),
        ("%d.%m.%y", "05.10.26", "2026-10-06T09:30:00-04:00"),
        ("", "10/05/2026", "10/6/2026 9:30AM"),
        ("", "2026-10-05", "2026-10-06 09:30:00.000"),
        ("", "2026-10-05 00:00:00", "2026-10-06T13:30:00Z"),
    ],
    ids=["day first", "of twelve hours", "name of the month", "iso beside it", "month first", "sql", "midnight"],
)
def test_days_as_a_site_writes_them_with_a_time_behind(tmp_path, pattern, day, entered):
    files = {
        **USUAL,
        "close.toml": f'zone = "America/New_York"\nbluecherry_dates = "{pattern}"\n',
        "stock_ledger.csv": f"pkey,type,sku,loc,qty,date,ref,entered\n1,SA,A,NJ,3,{day},X1,{entered}\n",
    }
    before = asked(folder_of(tmp_path, files), *AS_OF, "--known-until", "2026-10-06T09:29:59-04:00")
    assert [line["variance"] for line in before["lines"]] == ["3"]
    after = asked(tmp_path, *AS_OF, "--known-until", "2026-10-06T09:31:00-04:00")
    assert not after["lines"]
    assert not said(after, "bad_row")


@pytest.mark.parametrize(
    ("header", "invoices", "found"),
    [("Qty", (2, 3), 5), ("Signed Qty", (2, 3), 5), ("Signed Qty", (-2, -3), 5), ("Qty", (-2, -3), 5)],
    ids=["plain", "called signed", "signed", "all have a minus"],
)
def test_invoices_tell_whether_the_ledger_has_its_sign(tmp_path, header, invoices, found):
    files = {
        "stock.csv": STOCK.replace("A,NJ,3", "A,NJ,5"),
        "transactions.csv": "id,type,qty,date,product,whs,order\n1,DISP,2,2026-10-05,A,NJ,P1\n2,DISP,3,2026-10-05,A,NJ,P2\n",
        "stock_ledger.csv": f"pkey,type,sku,loc,{header},date,ref\n1,IN,A,NJ,{invoices[0]},2026-10-05,P1\n2,IN,A,NJ,{invoices[1]},2026-10-05,P2\n",
        "opening.csv": "sku,loc,book\nA,NJ,10\n",
    }
    document = asked(folder_of(tmp_path, files), *AS_OF)
    assert not document["lines"]
    assert document["cogs"]["booked"]["units"] == str(found)


def test_amounts_may_name_their_currency(tmp_path):
    files = {
        **USUAL,
        "stock.csv": STOCK.replace("A,NJ,3", "A,NJ,4"),
        "costs.csv": 'sku,loc,cost,currency\nA,NJ,"$1,250.50",USD\n',
    }
    (line,) = asked(folder_of(tmp_path, files), *AS_OF)["lines"]
    assert (line["unexplained"], line["value"]) == ("1", "1250.5")


def test_a_document_may_have_a_column_for_each_kind(tmp_path):
    files = {
        **USUAL,
        "transactions.csv": "id,type,qty,date,product,whs,order,grn,ref\n1,RCV,5,2026-10-05,A,NJ,,C1,\n2,DISP,2,2026-10-05,A,NJ,P1,,\n",
        "close.toml": '[columns.transactions]\ngoods_in = "grn"\n',
        "stock_ledger.csv": "pkey,type,sku,loc,qty,date,ord_num,inv_num,prod_num\n1,R1,A,NJ,5,2026-10-05,,,C1\n2,IN,A,NJ,2,2026-10-05,P1,INV9,\n",
    }
    assert not asked(folder_of(tmp_path, files), *AS_OF)["lines"]


def test_examples_that_nobody_touched_say_nothing_of_a_site(tmp_path):
    assert CliRunner().invoke(app, ["close", "--template", str(tmp_path)]).exit_code == 0
    document = asked(folder_of(tmp_path, {**USUAL, "close.toml": 'zone = "America/New_York"\n'}), *AS_OF)
    assert not document["lines"]
    assert document["out_of_scope"] == document["returns_not_credited"] == document["gr_ir"] == []
    left = {each["what"].split()[0] for each in said(document, "unread_file")}
    assert {"postings.csv", "open_items.csv", "credits.csv"} <= left


def test_an_example_that_somebody_tries_is_read_with_the_others(tmp_path):
    assert CliRunner().invoke(app, ["close", "--template", str(tmp_path)]).exit_code == 0
    stock = tmp_path / "stock.csv"
    stock.write_text(stock.read_text().replace(",291,", ",290,"))
    (line,) = asked(tmp_path, *AS_OF)["lines"]
    assert (line["book"], line["unexplained"]) == ("300", "-1")


def test_the_template_says_which_subtypes_are_known_and_each_is_read(tmp_path):
    assert CliRunner().invoke(app, ["close", "--template", str(tmp_path)]).exit_code == 0
    about = (tmp_path / "README.md").read_text()
    words = [
        word
        for line in about.splitlines()
        if line.startswith("- ")
        for word in line.partition(": ")[2].rpartition(": ")[2].split(", ")
        if word.isupper()
    ]
    assert {"RCV", "DISP", "UNDISP", "CONV", "HOLD", "PICK", "RTN", "COUNT"} <= set(words)
    rows = "".join(f"{n},{word},1,2026-10-05,A,NJ,X1\n" for n, word in enumerate(words))
    files = {**USUAL, "transactions.csv": "id,type,qty,date,product,whs,ref\n" + rows}
    (tmp_path / "month").mkdir()
    assert not said(asked(folder_of(tmp_path / "month", files), *AS_OF), "bad_row")
