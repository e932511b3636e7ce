"""What a SKU is called on either side, where it may lie, and what a pack is: small months, each worked by hand."""

import pytest
from twin_world import asked, folder_of, holds, place, said

AS_OF = ("--as-of", "2026-10-31")
MOVES = "id,type,qty,date,product,whs,to_warehouse,order,receipt,ref\n"
LEDGER = "pkey,type,sku,loc,qty,date,ref\n"
TAKEN = '[taken_at]\nstock = "2026-11-05T12:00:00Z"\n'


@pytest.fixture
def month(tmp_path):
    def written(**files):
        told = {"close": TAKEN, "transactions": MOVES, "stock_ledger": LEDGER} | files
        names = {name: f"{name}.toml" if name == "close" else f"{name}.csv" for name in told}
        return asked(folder_of(tmp_path, {names[name]: text for name, text in told.items()}), *AS_OF)

    return written


def test_two_codes_of_the_warehouse_are_one_sku(month):
    document = month(
        sku_master="clarus code,sku\nOLD-1,A\nNEW-1,A\n",
        stock="product,site,qty\nOLD-1,NJ,4\nNEW-1,NJ,6\n",
        transactions=MOVES + "1,DISP,2,2026-10-05,OLD-1,NJ,,O1,,\n2,DISP,1,2026-10-06,NEW-1,NJ,,O2,,\n",
        stock_ledger=LEDGER + "1,IN,A,NJ,2,2026-10-05,O1\n",
        opening="sku,loc,book\nA,NJ,13\n",
    )
    holds(document, {"A NJ": place(10, 11, {"dispatched not_told O2": -1})})


def test_a_ledger_may_know_barcodes_alone(month):
    document = month(
        sku_master="clarus code,sku,upc\nA,A,0012345678905\nB,B,0012345678912\n",
        stock="product,site,qty\nA,NJ,8\nB,NJ,9\n",
        transactions=MOVES + "1,DISP,2,2026-10-05,A,NJ,,O1,,\n",
        stock_ledger="pkey,type,upc,loc,qty,date,ref\n1,IN,0012345678905,NJ,2,2026-10-05,O1\n",
        opening="upc,loc,book\n0012345678905,NJ,10\n0012345678912,NJ,9\n",
    )
    assert not document["lines"]


def test_an_order_edited_to_another_sku(month):
    document = month(
        stock="product,site,qty\nA,NJ,7\nB,NJ,10\n",
        transactions=MOVES + "1,DISP,3,2026-10-05,A,NJ,,O1,,\n",
        stock_ledger=LEDGER + "1,IN,B,NJ,3,2026-10-05,O1\n",
        opening="sku,loc,book\nA,NJ,10\nB,NJ,10\n",
        orders="order,version,sku,quantity\nO1,1,A,3\nO1,2,B,3\n",
        postings="document,kind,state\nO1,dispatched,posted\n",
    )
    due = {
        "A NJ": place(7, 10, {"dispatched edited_order O1": -3}),
        "B NJ": place(10, 7, {"dispatched edited_order O1": 3}),
    }
    holds(document, due)


def test_locations_that_the_warehouse_does_not_run_are_counted_aside(month):
    document = month(
        close=TAKEN + '[kinds]\nST01 = "foreign"\nTRN = "in_transit"\n',
        stock="product,site,qty\nA,NJ,90\n",
        transactions=MOVES + "1,TRANOUT,10,2026-10-30,A,NJ,,,,T1\n",
        stock_ledger=LEDGER
        + "1,SA,A,NJ,-10,2026-10-30,T1\n2,SA,A,TRN,10,2026-10-30,T1\n3,R1,A,ST01,4,2026-10-02,C1\n",
        opening="sku,loc,book\nA,NJ,100\nA,ST01,20\nA,POE,7\n",
    )
    assert not document["lines"]
    aside = {(each["what"], each["location"]): each["units"] for each in document["out_of_scope"]}
    assert aside == {("foreign", "ST01"): "24", ("in_transit", "TRN"): "10", ("pseudo", "POE"): "7"}


def test_the_divisions_of_one_style_are_two_skus(month):
    document = month(
        sku_master="clarus code,division,style\n01-S,01,S\n02-S,02,S\n",
        stock="product,site,qty\n01-S,NJ,5\n02-S,NJ,5\n",
        stock_ledger="pkey,type,division,style,loc,qty,date,ref\n1,SA,01,S,NJ,1,2026-10-05,X1\n2,SA,02,S,NJ,-1,2026-10-05,X2\n",
        opening="division,style,loc,book\n01,S,NJ,5\n02,S,NJ,5\n",
    )
    due = {
        "01-S NJ": place(5, 6, {"adjusted booked_by_hand X1": -1}),
        "02-S NJ": place(5, 4, {"adjusted booked_by_hand X2": 1}),
    }
    holds(document, due)


def test_a_code_without_its_zeros_is_another_one(month):
    document = month(
        sku_master="clarus code,sku\n00417,00417\n",
        stock="product,site,qty\n00417,NJ,5\n417,NJ,2\n",
        stock_ledger=LEDGER + "1,R1,00417,NJ,2,2026-10-05,C1\n",
        transactions=MOVES + "1,RCV,2,2026-10-05,417,NJ,,,C1,\n",
        opening="sku,loc,book\n00417,NJ,5\n",
    )
    due = {
        "417 NJ": place(2, 0, {"received unmapped_sku C1": 2}),
        "00417 NJ": place(5, 7, {"received unmapped_sku C1": -2}),
    }
    holds(document, due)


@pytest.mark.parametrize(
    "rows",
    [
        "1,CONV,-2,2026-10-05,P,NJ,,,,K1\n2,CONV,12,2026-10-05,A,NJ,,,,K1\n",
        "1,CONV,2,2026-10-05,P,NJ,,,,K1\n2,CONV,12,2026-10-05,A,NJ,,,,K1\n",
        "1,CONV,-2,2026-10-05,P,NJ,,,,K1\n",
        "1,CONV,-2,2026-10-05,P,NJ,,,,K1\n1,CONV,12,2026-10-05,A,NJ,,,,K1\n",
        "K1,CONV,-2,2026-10-05,P,NJ,,,,\nK1,CONV,12,2026-10-05,A,NJ,,,,\n",
    ],
    ids=["signed", "plain", "the pack alone", "one number for both rows", "no document but its number"],
)
def test_a_pack_that_was_opened(month, rows):
    document = month(
        stock="product,site,qty\nP,NJ,8\nA,NJ,32\n",
        transactions=MOVES + rows,
        opening="sku,loc,book\nP,NJ,10\nA,NJ,20\n",
        prepacks="pack,component,quantity\nP,A,6\n",
    )
    due = {
        "P NJ": place(8, 10, {"converted pack_opened K1": -2}),
        "A NJ": place(32, 20, {"converted pack_opened K1": 12}),
    }
    holds(document, due)


def test_a_pack_that_was_made_and_that_the_books_know_in_part(month):
    document = month(
        stock="product,site,qty\nP,NJ,11\nA,NJ,14\n",
        transactions=MOVES + "1,CONV,1,2026-10-05,P,NJ,,,,K2\n2,CONV,-6,2026-10-05,A,NJ,,,,K2\n",
        stock_ledger=LEDGER + "1,CM,A,NJ,6,2026-10-05,K2\n",
        opening="sku,loc,book\nP,NJ,10\nA,NJ,20\n",
    )
    holds(document, {"P NJ": place(11, 10, {"converted pack_opened K2": 1})})


def test_rows_of_one_number_are_not_one_row(month):
    """A ledger whose number is that of the document, not of the line."""
    document = month(
        stock="product,site,qty\nA,NJ,8\nB,NJ,7\n",
        transactions=MOVES + "7,DISP,2,2026-10-05,A,NJ,,O1,,\n7,DISP,3,2026-10-05,B,NJ,,O1,,\n",
        stock_ledger=LEDGER + "500,IN,A,NJ,2,2026-10-05,O1\n500,IN,B,NJ,3,2026-10-05,O1\n",
        opening="sku,loc,book\nA,NJ,10\nB,NJ,10\n",
    )
    assert not document["lines"]


def test_a_row_that_was_exported_again_with_its_document_is_still_one(month):
    document = month(
        stock="product,site,qty\nA,NJ,8\n",
        transactions=MOVES + "7,DISP,2,2026-10-05,A,NJ,,,,\n7,DISP,2,2026-10-05,A,NJ,,O1,,\n",
        stock_ledger=LEDGER + "500,IN,A,NJ,2,2026-10-05,O1\n",
        opening="sku,loc,book\nA,NJ,10\n",
    )
    (told,) = said(document, "told_in_several_ways")
    assert told["units"] == "-2"
    assert (
        sum(
            int(each["units"])
            for each in document["rollforward"]["physical"]["lines"]
            if each["class"] == "dispatched"
        )
        == -2
    )


def test_what_was_wrong_before_the_month_is_unexplained_until_somebody_carries_it(month):
    files = {"stock": "product,site,qty\nA,NJ,43\n", "opening": "sku,loc,book,physical\nA,NJ,50,43\n"}
    holds(month(**files), {"A NJ": place(43, 50, unexplained=-7)})
    carried = month(**files, open_items="document,sku,loc,qty,kind\nSHRINK-9,A,NJ,-7,adjusted\n")
    holds(carried, {"A NJ": place(43, 50, {"adjusted not_told SHRINK-9": -7})})


def test_a_report_of_the_books_that_says_otherwise_is_told(month):
    document = month(
        stock="product,site,qty\nA,NJ,8\n",
        transactions=MOVES + "1,DISP,2,2026-10-05,A,NJ,,O1,,\n",
        stock_ledger=LEDGER + "1,IN,A,NJ,2,2026-10-05,O1\n",
        opening="sku,loc,book\nA,NJ,10\n",
        inventory_report="sku,location,total qoh,as of\nA,NJ,9,2026-11-02T12:00:00Z\n",
    )
    assert not document["lines"]
    (differs,) = said(document, "report_differs")
    assert (differs["item"], differs["location"], differs["units"]) == ("A", "NJ", "1")


def test_a_move_between_bins_is_no_transfer_and_one_between_warehouses_is(month):
    header = "id,type,qty,date,product,warehouse.code,location_from.code,location_to.code,ref\n"
    document = month(
        stock="product,site,qty\nA,NJ,8\nA,LA,12\n",
        transactions=header
        + "1,TRAN,5,2026-10-05,A,NJ,N1,N2,\n"
        + "2,TRAN,2,2026-10-06,A,NJ,N2,,T1\n3,TRAN,2,2026-10-08,A,LA,,L1,T1\n",
        opening="sku,loc,book\nA,NJ,10\nA,LA,10\n",
    )
    due = {
        "A NJ": place(8, 10, {"transferred not_told T1": -2}),
        "A LA": place(12, 10, {"transferred not_told T1": 2}),
    }
    holds(document, due)


def test_an_order_its_pick_and_its_invoice_are_one_document(month):
    document = month(
        stock="product,site,qty\nA,NJ,5\n",
        transactions=MOVES + "1,DISP,3,2026-10-05,A,NJ,,1001,,\n2,DISP,2,2026-10-06,A,NJ,,1002,,\n",
        stock_ledger=LEDGER + "1,IN,A,NJ,3,2026-10-05,INV-1\n2,IN,A,NJ,2,2026-11-02,INV-2\n",
        opening="sku,loc,book\nA,NJ,10\n",
        orders="order,pick,invoice,sku\n1001,P1001,INV-1,A\n1002,P1002,INV-2,A\n",
        postings="document,kind,state\nP1001,dispatched,posted\nP1002,dispatched,posted\n",
    )
    holds(document, {"A NJ": place(5, 7, {"dispatched posted_in_another_period 1002": -2})})


def test_within_one_period_it_is_another_day(tmp_path):
    files = {
        "close.toml": TAKEN,
        "stock.csv": "product,site,qty\nA,NJ,7\n",
        "transactions.csv": MOVES + "1,DISP,3,2026-10-14,A,NJ,,O1,,\n",
        "stock_ledger.csv": LEDGER + "1,IN,A,NJ,3,2026-10-17,O1\n",
        "opening.csv": "sku,loc,book\nA,NJ,10\n",
    }
    document = asked(folder_of(tmp_path, files), "--as-of", "2026-10-15")
    holds(document, {"A NJ": place(7, 10, {"dispatched posted_on_another_day O1": -3})})


@pytest.mark.parametrize("day", ["", "2026-09-30", "2026-10-01", "2026-10-01 00:00:00"])
def test_an_opening_of_the_first_day_is_what_that_day_began_with(month, day):
    document = month(
        stock="product,site,qty\nA,NJ,7\n",
        transactions=MOVES + "1,DISP,3,2026-10-01,A,NJ,,O1,,\n",
        stock_ledger=LEDGER + "1,IN,A,NJ,3,2026-10-01,O1\n",
        opening=f"sku,loc,book,as at\nA,NJ,10,{day}\n",
    )
    assert not document["lines"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Not told", "not_told"),
        ("In doubt", "in_doubt"),
        ("in-doubt", "in_doubt"),
        ("RETRY", "retrying"),
        ("Sent", "not_told"),
        ("Staged", "shipped_not_invoiced"),
        ("Booked", "shipped_not_invoiced"),
    ],
)
def test_where_a_posting_stands_in_the_words_of_its_list(month, word, status):
    document = month(
        stock="product,site,qty\nA,NJ,7\n",
        transactions=MOVES + "1,DISP,3,2026-10-05,A,NJ,,O1,,\n",
        opening="sku,loc,book\nA,NJ,10\n",
        postings=f"document,status\nO1,{word}\n",
    )
    assert not said(document, "bad_row")
    holds(document, {"A NJ": place(7, 10, {f"dispatched {status} O1": -3})})


def test_a_cost_that_rose_between_the_dispatch_and_its_invoice(month):
    document = month(
        stock="product,site,qty\nA,NJ,90\n",
        transactions=MOVES + "1,DISP,5,2026-10-14,A,NJ,,O1,,\n2,DISP,5,2026-10-30,A,NJ,,O2,,\n",
        stock_ledger=LEDGER + "1,IN,A,NJ,5,2026-10-20,O1\n",
        opening="sku,loc,book\nA,NJ,100\n",
        costs="sku,loc,effective,cost,currency\nA,NJ,2026-07-01,10,USD\nA,NJ,2026-10-16,12,USD\n",
    )
    holds(document, {"A NJ": place(90, 95, {"dispatched not_told O2": -5}, cost="12", value="-60")})
    cogs = document["cogs"]
    # left: 5 at 10 and 5 at 12; invoiced: 5 at 12. 110 - 60 = 60 that lack - 10 too dear
    assert (cogs["true"]["value"], cogs["booked"]["value"]) == ("110", "60")
    assert [(each["document"], each["units"], each["value"]) for each in cogs["not_in_it"]] == [("O2", "5", "60")]
    assert [(each["document"], each["units"], each["value"]) for each in cogs["does_not_belong"]] == [
        ("O1", "0", "10")
    ]
    value = document["totals"]["value"]
    assert (value["quantity"], value["revaluation"], value["net"]) == ("-50", "-10", "-60")
    rolled = {each["class"]: each["value"] for each in document["rollforward"]["physical"]["lines"]}
    # 100 at 10, less 5 at 10, 95 dearer by 2, less 5 at 12: 90 at 12
    assert (rolled["opening"], rolled["dispatched"], rolled["revalued"], rolled["closing"]) == (
        "1000",
        "-110",
        "190",
        "1080",
    )


@pytest.mark.parametrize(("rate", "exchange", "value"), [("1.10", "0", "-44"), ("1.20", "-4", "-48")])
def test_a_rate_that_changed_is_exchange_and_no_revaluation(month, rate, exchange, value):
    document = month(
        close='currency = "USD"\n' + TAKEN,
        stock="product,site,qty\nA,NJ,90\n",
        opening="sku,loc,book\nA,NJ,100\n",
        costs=f"sku,loc,effective,cost,currency,rate\nA,NJ,2026-07-01,4,EUR,1.10\nA,NJ,2026-10-10,4,EUR,{rate}\n",
    )
    found = document["totals"]["value"]
    assert (found["quantity"], found["revaluation"], found["exchange"], found["net"]) == (
        "-44",
        "0",
        exchange,
        value,
    )
