"""Single questions that a controller asks of the close, each a folder of its own."""

import json

import pytest
from twin_world import asked, folder_of, places, said
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app

SETTINGS = """
    zone = "America/New_York"
    as_of = "2026-10-31"
    [warehouses]
    EAST = "NJ"
"""
MOVES = (
    "id,subtype,quantity,created_at,product_code,warehouse,account,account_to,goods_out,reference,goes_back_to\n"
)
LINES = "entry_id,rec_type,sku,location,quantity,move_date,reference\n"
OPENING = "sku,location,quantity,physical\n"


def month(moves="", lines="", opening="A,NJ,20,20\n", **more):
    return {
        "close.toml": SETTINGS,
        "transactions.csv": MOVES + moves,
        "stock_ledger.csv": LINES + lines,
        "opening_positions.csv": OPENING + opening,
        **{f"{name}.csv": text for name, text in more.items()},
    }


def test_a_return_that_the_books_have_by_the_order_it_goes_back_to_is_in_the_books(tmp_path):
    moves = "1,DISP,5,2026-10-10T15:00:00Z,A,EAST,,,P1,,\n2,RTN,2,2026-10-20T15:00:00Z,A,EAST,,,,RMA-1,P1\n"
    lines = "9,IN,A,NJ,5,2026-10-10,P1\n10,RT,A,NJ,2,2026-10-20,P1\n"
    document = asked(folder_of(tmp_path, month(moves, lines)))
    assert document["lines"] == []
    (back,) = document["returns_not_credited"]
    assert (back["document"], back["in_books"], back["restocked"]) == ("RMA-1", "2", "2")


def test_of_two_returns_for_one_order_each_line_is_that_of_its_own_quantity(tmp_path):
    moves = "".join(
        f"{number},RTN,{qty},2026-10-20T15:00:00Z,A,EAST,,,,RMA-{number},P1\n" for number, qty in ((1, 2), (2, 3))
    )
    document = asked(folder_of(tmp_path, month(moves, "10,RT,A,NJ,3,2026-10-21,P1\n")))
    (causes,) = [found[2] for found in places(document).values()]
    assert causes == {"returned restocked_not_in_books RMA-1": 2}


@pytest.mark.parametrize("line", ["Grand Total,,,20,20\n", "Total,,20\n"])
def test_a_report_with_a_total_does_not_keep_a_month_from_closing(tmp_path, line):
    files = month(opening="A,NJ,20,20\n" + line)
    done = CliRunner().invoke(app, ["close", "--from", str(folder_of(tmp_path, files)), "--json"])
    assert done.exit_code == 0, done.output
    assert len(said(json.loads(done.stdout), "total_line")) == 1


MASTER = "product_code,sku,division\nA,A,01\nA,A2,02\n"
ACCOUNTS = SETTINGS + '[accounts]\nONE = "01"\nTWO = "02"\n'


def test_what_changes_its_account_changes_its_division(tmp_path):
    moves = "1,ACCTRAN,5,2026-10-10T15:00:00Z,A,EAST,ONE,TWO,,AT-1,\n"
    files = month(moves, "", "A,NJ,20,20\n", sku_master=MASTER)
    document = asked(folder_of(tmp_path, files | {"close.toml": ACCOUNTS}))
    assert {name: found[2] for name, found in places(document).items()} == {
        "A NJ": {"account_transferred not_told AT-1": -5},
        "A2 NJ": {"account_transferred not_told AT-1": 5},
    }


def test_what_changes_its_account_within_a_division_moves_nothing(tmp_path):
    moves = "1,ACCTRAN,5,2026-10-10T15:00:00Z,A,EAST,ONE,ALSO,,AT-1,\n"
    files = month(moves, "", "A,NJ,20,20\n", sku_master=MASTER)
    settings = ACCOUNTS + 'ALSO = "01"\n'
    assert asked(folder_of(tmp_path, files | {"close.toml": settings}))["lines"] == []


def causes(document):
    """The causes of each place."""
    return {name: found[2] for name, found in places(document).items()}


STEPS = "document,state,said_at\n"


def test_a_receipt_that_was_reversed_here_and_in_the_next_period_there_is_a_matter_of_periods(tmp_path):
    moves = "".join(
        f"{number},{kind},30,2026-10-{day}T15:00:00Z,A,EAST,,,,C1,\n"
        for number, kind, day in ((1, "RCV", 10), (2, "UNRCV", 12))
    )
    lines = "9,R1,A,NJ,30,2026-10-10,C1\n10,R1,A,NJ,-30,2026-11-02,C1\n"
    files = month(moves, lines, postings=STEPS + "C1,posted,2026-10-10T16:00:00Z\n")
    document = asked(folder_of(tmp_path, files))
    assert causes(document) == {"A NJ": {"received posted_in_another_period C1": -30}}


def test_an_undone_dispatch_whose_invoice_is_voided_in_the_next_period_too(tmp_path):
    moves = "1,DISP,5,2026-10-10T15:00:00Z,A,EAST,,,P1,,\n2,UNDISP,5,2026-10-12T15:00:00Z,A,EAST,,,P1,,\n"
    head = LINES.replace("reference", "reference,entered_at")
    lines = "9,IN,A,NJ,5,2026-10-10,P1,2026-10-10\n10,IN,A,NJ,-5,2026-11-02,P1,2026-11-02\n"
    files = month(moves) | {"stock_ledger.csv": head + lines}
    folder = folder_of(tmp_path, files)
    assert causes(asked(folder)) == {"A NJ": {"dispatched posted_in_another_period P1": 5}}
    earlier = asked(folder, "--known-until", "2026-11-01")
    assert causes(earlier) == {"A NJ": {"undispatched undone_dispatch P1": 5}}


def test_what_left_under_a_code_that_is_no_sku_lay_there_before(tmp_path):
    moves = "1,DISP,3,2026-10-10T15:00:00Z,ZZ,EAST,,,P1,,\n"
    stock = "product_code,warehouse,quantity\nA,EAST,20\nZZ,EAST,4\n"
    document = asked(folder_of(tmp_path, month(moves, stock=stock, sku_master="product_code,sku\nA,A\n")))
    assert causes(document) == {"ZZ NJ": {"dispatched unmapped_sku P1": -3, "opening unmapped_sku ZZ": 7}}
    assert document["totals"]["unexplained"]["places"] == 0


def test_a_line_that_was_taken_off_an_order_after_its_release_is_an_edit(tmp_path):
    moves = "1,DISP,5,2026-10-10T15:00:00Z,A,EAST,,,P1,,\n2,DISP,3,2026-10-10T15:00:00Z,B,EAST,,,P1,,\n"
    files = month(
        moves,
        "9,IN,A,NJ,5,2026-10-10,P1\n",
        "A,NJ,20,20\nB,NJ,20,20\n",
        postings=STEPS + "P1,posted,2026-10-10T16:00:00Z\n",
        order_versions="order,versions\nP1,2\n",
    )
    assert causes(asked(folder_of(tmp_path, files))) == {"B NJ": {"dispatched edited_order P1": -3}}


@pytest.mark.parametrize("signed", [True, False])
def test_a_ledger_has_its_signs_where_most_invoices_have_a_minus(tmp_path, signed):
    moves = "".join(f"{n},DISP,5,2026-10-1{n}T15:00:00Z,A,EAST,,,P{n},,\n" for n in range(4))
    lines = "".join(f"9{n},IN,A,NJ,{'-' if signed else ''}5,2026-10-1{n},P{n}\n" for n in range(4))
    again = (
        f"99,IN,A,NJ,{'-' if signed else ''}5,2026-10-20,P0\n98,IN,A,NJ,{'' if signed else '-'}5,2026-10-21,P0\n"
    )
    assert asked(folder_of(tmp_path, month(moves, lines + again)))["lines"] == []


def test_what_was_settled_by_hand_is_settled_from_the_moment_somebody_said_so(tmp_path):
    moves = "1,DISP,5,2026-10-10T15:00:00Z,A,EAST,,,P1,,\n"
    steps = "P1,rejected,2026-10-10T16:00:00Z,\nP1,cancelled,2026-11-03T15:00:00Z,M1\n"
    files = month(moves, "9,SA,A,NJ,-5,2026-10-12,M1\n", postings="document,state,said_at,settled_with\n" + steps)
    folder = folder_of(tmp_path, files)
    assert asked(folder)["lines"] == []
    assert causes(asked(folder, "--known-until", "2026-11-02")) == {
        "A NJ": {"dispatched rejected P1": -5, "adjusted booked_by_hand M1": 5}
    }
