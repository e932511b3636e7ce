"""Two warehouses in two zones and two currencies, SKUs by their parts, days as each side of the ocean writes them.

October 2026, books in New York. Clarus's exports have Manchester's wall clock and no offset; the United Kingdom left
summer time on 25 October, New York on 1 November, so midnight in New York after 31 October is 04:00 in Manchester.
"""

import pytest
from twin_world import asked, folder_of, holds, place, proof, roll

# ruff: noqa: E501 (exports as they stand)
FILES = {
    "close.toml": """
        zone = "America/New_York"
        currency = "USD"
        clarus_zone = "Europe/London"

        [taken_at]
        stock = "2026-11-03T07:00:00Z"
        """,
    "locations.csv": """
        Code,Location Kind,Clarus Warehouse
        NYC,warehouse,BX1
        MAN,warehouse,MCR
        POE,pseudo,
        """,
    "sku_master.csv": """
        Clarus Code,SKU Code,Div,Style,Color #,Label,Dm/Pk,Size,UPC Number
        00417-NVY-S,00417-NVY-S,01,00417,NVY,,,S,0012345678905
        00417-NVY-M,00417-NVY-M,01,00417,NVY,,,M,0012345678912
        00417-NVY-L,00417-NVY-L,01,00417,NVY,,,L,0012345678929
        02-00417-NVY-S,02-00417-NVY-S,02,00417,NVY,,,S,0012345678936
        A-77/B-WHT-32x30,A-77/B-WHT-32x30,01,A-77/B,WHT,,,32x30,0012345678943
        0090-BLK-OS,0090-BLK-OS,01,0090,BLK,,,OS,0012345678950
        0090-RED-OS,0090-RED-OS,01,0090,RED,,,OS,0012345678967
        """,
    # Manchester's export: products by code, days first, thousands with a comma
    "clarus_stock.csv": """
        Product Code,Account Code,Warehouse Code,Location Code,Status,On Hand,UOM
        00417-NVY-S,LUMEN,BX1,A-01-1,available,900,EA
        00417-NVY-S,LUMEN,BX1,A-01-2,held,88,EA
        00417-NVY-M,LUMEN,BX1,A-02-1,available,290,EA
        00417-NVY-L,LUMEN,BX1,A-03-1,available,72,EA
        02-00417-NVY-S,LUMEN,BX1,A-04-1,available,47,EA
        A-77/B-WHT-32x30,LUMEN,BX1,A-05-1,available,21,EA
        0090-BLK-OS,LUMEN,BX1,A-06-1,available,60,EA
        0090-RED-OS,LUMEN,BX1,A-07-1,available,10,EA
        0090-REDD-OS,LUMEN,BX1,A-07-2,available,3,EA
        00417-NVY-S,LUMEN,MCR,B-01,available,100,EA
        00417-NVY-M,LUMEN,MCR,B-02,available,84,EA
        00417-NVY-L,LUMEN,MCR,B-03,available,70,EA
        A-77/B-WHT-32x30,LUMEN,MCR,B-04,available,93,EA
        0090-BLK-OS,LUMEN,MCR,B-05,available,484,EA
        """,
    "clarus_transactions.csv": """
        Transaction Id,Transaction Type,Qty,Date,Product Code,Account Code,Warehouse Code,To Warehouse,Arrived,Order Reference,Receipt Reference,Line,Document Reference,Type Of Receipt,Reason,UOM
        1001,DISP,200,12/10/2026 15:04:05,00417-NVY-S,LUMEN,BX1,,,P501,,,,,,EA
        1002,DISP,12,01/11/2026 01:45,00417-NVY-S,LUMEN,BX1,,,P502,,,,,,EA
        1003,DISP,5,30/10/2026 16:00,00417-NVY-M,LUMEN,BX1,,,P503,,,,,,EA
        1004,DISP,5,01/11/2026 15:00,00417-NVY-M,LUMEN,BX1,,,P504,,,,,,EA
        1005,DISP,8,20/10/2026 11:00,00417-NVY-L,LUMEN,BX1,,,P505,,,,,,EA
        1006,DISP,3,15/10/2026 10:30,02-00417-NVY-S,LUMEN,BX1,,,P506,,,,,,EA
        1007,RCV,5,05/10/2026 09:10,A-77/B-WHT-32x30,LUMEN,MCR,,,,C900,2,,,,DZ
        1008,DISP,7,28/10/2026 09:59,A-77/B-WHT-32x30,LUMEN,MCR,,,P510,,,,,,EA
        1009,RCV,4,18/10/2026 13:00,0090-BLK-OS,LUMEN,MCR,,,,,,RMA1,return,,EA
        1010,TRAN,20,29/10/2026 17:00,0090-BLK-OS,LUMEN,MCR,BX1,,,,,T1,,,EA
        1011,ADJ,-3,22/10/2026 08:00,00417-NVY-S,LUMEN,MCR,,,,,,ADJ7,,DAMAGED,EA
        1012,COUNT,3,30/10/2026 08:00,00417-NVY-S,LUMEN,MCR,,,,,,CNT8,,RECOUNT,EA
        1013,DISP,6,29/10/2026 12:00,00417-NVY-M,LUMEN,MCR,,,P511,,,,,,EA
        1014,RCV,3,09/10/2026 14:00,0090-REDD-OS,LUMEN,BX1,,,,C901,1,,,,EA
        """,
    "units.csv": "UOM,Factor\nDZ,12\n",
    # Blue Cherry's exports: months first
    "stock_movements.csv": """
        pkey,REC_TYPE,Div,Style,Color #,Label,Dm/Pk,Size,Location,size_qty,Booked Date,Entered,ref_num,PO Line
        1,IN,01,00417,NVY,,,S,NYC,200,10/12/2026,10/12/2026 6:30 PM,P501,
        2,IN,01,00417,NVY,,,S,NYC,12,11/02/2026,11/02/2026 9:00 AM,P502,
        3,IN,01,00417,NVY,,,M,NYC,5,11/02/2026,11/02/2026 9:01 AM,P503,
        4,IN,01,00417,NVY,,,M,NYC,5,10/31/2026,11/02/2026 9:02 AM,P504,
        5,IN,01,00417,NVY,,,L,NYC,8,10/20/2026,10/20/2026 7:00 PM,P505,
        6,IN,01,00417,NVY,,,L,NYC,8,10/20/2026,11/03/2026 8:15 AM,P505,
        7,R1,01,A-77/B,WHT,,,32x30,MAN,60,10/05/2026,10/05/2026 11:00 AM,C900,2
        8,IN,01,A-77/B,WHT,,,32x30,MAN,9,10/28/2026,10/28/2026 5:00 PM,P510,
        9,SA,01,0090,BLK,,,OS,MAN,-20,10/29/2026,10/29/2026 4:00 PM,T1,
        10,SA,01,0090,BLK,,,OS,NYC,20,10/29/2026,10/29/2026 4:00 PM,T1,
        11,SA,01,00417,NVY,,,S,MAN,3,10/30/2026,10/30/2026 4:00 PM,CNT8,
        12,SA,01,00417,NVY,,,L,MAN,2,10/25/2026,10/26/2026 10:00 AM,HAND9,
        13,R1,01,0090,RED,,,OS,NYC,3,10/09/2026,10/09/2026 11:00 AM,C901,1
        14,PK,01,00417,NVY,,,S,NYC,40,10/30/2026,10/30/2026 11:00 AM,P599,
        15,SA,01,00417,NVY,,,S,POE,25,10/30/2026,10/30/2026 11:00 AM,C903,
        """,
    "opening.csv": """
        Div,Style,Color #,Label,Dm/Pk,Size,Loc,Book Qty,As At
        01,00417,NVY,,,S,NYC,"1,200",09/30/2026
        01,00417,NVY,,,M,NYC,300,09/30/2026
        01,00417,NVY,,,L,NYC,80,09/30/2026
        02,00417,NVY,,,S,NYC,50,09/30/2026
        01,A-77/B,WHT,,,32x30,NYC,25,09/30/2026
        01,0090,BLK,,,OS,NYC,60,09/30/2026
        01,0090,RED,,,OS,NYC,10,09/30/2026
        01,00417,NVY,,,S,MAN,100,09/30/2026
        01,00417,NVY,,,M,MAN,90,09/30/2026
        01,00417,NVY,,,L,MAN,70,09/30/2026
        01,A-77/B,WHT,,,32x30,MAN,40,09/30/2026
        01,0090,BLK,,,OS,MAN,500,09/30/2026
        """,
    "costs.csv": """
        Div,Style,Color #,Size,Loc,Effective Date,Cost Basis,Std Cost,Loc Curr,Exchange Rate
        01,00417,NVY,S,NYC,07/01/2026,standard,$10.50,USD,
        01,00417,NVY,M,NYC,07/01/2026,standard,10.50,USD,
        01,00417,NVY,L,NYC,07/01/2026,standard,10.50,USD,
        02,00417,NVY,S,NYC,07/01/2026,standard,99.00,USD,
        01,A-77/B,WHT,32x30,NYC,07/01/2026,standard,"1,020.00",USD,
        01,0090,BLK,OS,NYC,07/01/2026,standard,4.00,USD,
        01,0090,RED,OS,NYC,07/01/2026,standard,4.25,USD,
        01,00417,NVY,S,MAN,07/01/2026,standard,8.00,GBP,1.25
        01,00417,NVY,L,MAN,07/01/2026,standard,8.00,GBP,1.25
        01,A-77/B,WHT,32x30,MAN,07/01/2026,standard,800.00,GBP,1.25
        01,0090,BLK,OS,MAN,07/01/2026,standard,3.00,GBP,1.25
        """,
    "orders.csv": """
        Pick Ticket,Order No,Revision,Div,Style,Color #,Size,bk_qty,Unit Price,last_mod
        P510,70510,1,01,A-77/B,WHT,32x30,7,"2,000.00",10/27/2026 9:00 AM
        P510,70510,2,01,A-77/B,WHT,32x30,9,"2,000.00",10/28/2026 8:00 AM
        """,
    "purchase_orders.csv": """
        PO Number,PO Line,Div,Style,Color #,Size,Location,prod_qty,UOM
        C900,2,01,A-77/B,WHT,32x30,MAN,5,DZ
        C901,1,01,0090,RED,OS,NYC,4,EA
        """,
    "postings.csv": """
        Doc,Kind,Status,Updated At,isa_num,Accounting Date
        P501,dispatched,posted,2026-10-12T23:00:00Z,000000501,2026-10-12
        P502,dispatched,accepted,2026-11-01T02:00:00Z,000000502,2026-10-31
        P502,dispatched,posted,2026-11-02T15:00:00Z,000000502,2026-10-31
        P503,dispatched,accepted,2026-10-30T17:00:00Z,000000503,2026-10-30
        P503,dispatched,posted,2026-11-02T15:00:00Z,000000503,2026-10-30
        P504,dispatched,accepted,2026-11-01T16:00:00Z,000000504,2026-11-01
        P504,dispatched,posted,2026-11-02T15:00:00Z,000000504,2026-11-01
        P505,dispatched,posted,2026-10-20T23:30:00Z,000000505,2026-10-20
        P506,dispatched,accepted,2026-10-15T15:00:00Z,000000506,2026-10-15
        P506,dispatched,rejected,2026-10-15T18:00:00Z,000000506,2026-10-15
        C900,received,posted,2026-10-05T16:00:00Z,000000900,2026-10-05
        P510,dispatched,posted,2026-10-28T22:00:00Z,000000510,2026-10-28
        T1,transferred,posted,2026-10-29T21:00:00Z,000000601,2026-10-29
        ADJ7,adjusted,pending,2026-10-22T07:10:00Z,,2026-10-22
        ADJ7,adjusted,in_doubt,2026-10-22T07:11:00Z,000000602,2026-10-22
        CNT8,counted,posted,2026-10-30T21:00:00Z,000000603,2026-10-30
        P511,dispatched,retrying,2026-10-29T13:00:00Z,000000511,2026-10-29
        C901,received,posted,2026-10-09T16:00:00Z,000000901,2026-10-09
        """,
}

# every cost in the books' currency: Manchester's pounds at 1.25
EVERY = {
    "02-00417-NVY-S NYC": place(47, 50, {"dispatched rejected P506": -3}, cost="99", value="-297"),
    "A-77/B-WHT-32x30 NYC": place(21, 25, unexplained=-4, cost="1020", value="-4080"),
    "A-77/B-WHT-32x30 MAN": place(93, 91, {"dispatched edited_order P510": 2}, cost="1000", value="2000"),
    "0090-BLK-OS NYC": place(60, 80, {"transferred in_transit T1": -20}, cost="4", value="-80"),
    "0090-BLK-OS MAN": place(484, 480, {"returned restocked_not_in_books RMA1": 4}, cost="3.75", value="15"),
    "00417-NVY-S MAN": place(100, 103, {"adjusted in_doubt ADJ7": -3}, cost="10", value="-30"),
    "00417-NVY-M MAN": place(84, 90, {"dispatched retrying P511": -6}),  # no cost: no value
    "00417-NVY-L MAN": place(70, 72, {"adjusted booked_by_hand HAND9": -2}, cost="10", value="-20"),
    "0090-REDD-OS NYC": place(3, 0, {"received unmapped_sku C901": 3}),
    "0090-RED-OS NYC": place(10, 13, {"received unmapped_sku C901": -3}, cost="4.25", value="-12.75"),
}
# by 1 November nobody knew the invoices of the 2nd, nor the second one of P505
EARLY = EVERY | {
    "00417-NVY-S NYC": place(988, 1000, {"dispatched shipped_not_invoiced P502": -12}, cost="10.5", value="-126"),
    "00417-NVY-M NYC": place(295, 300, {"dispatched shipped_not_invoiced P503": -5}, cost="10.5", value="-52.5"),
}
LATE = EVERY | {
    "00417-NVY-S NYC": place(
        988, 1000, {"dispatched posted_in_another_period P502": -12}, cost="10.5", value="-126"
    ),
    # two wrong days that hide each other
    "00417-NVY-M NYC": place(
        295,
        295,
        {"dispatched posted_in_another_period P503": -5, "dispatched posted_in_another_period P504": 5},
        cost="10.5",
        value="0",
    ),
    "00417-NVY-L NYC": place(72, 64, {"dispatched posted_twice P505": 8}, cost="10.5", value="84"),
}


@pytest.fixture
def month(tmp_path):
    return folder_of(tmp_path, FILES)


@pytest.mark.parametrize(("known", "paper"), [("2026-11-01", EARLY), ("2026-11-05", LATE)], ids=["early", "late"])
def test_every_place_is_as_on_paper(month, known, paper):
    document = asked(month, "--as-of", "2026-10-31", "--known-until", known)
    holds(document, paper)
    assert not [each for each in document["exceptions"] if each["kind"] == "bad_row"]


def test_totals_add_only_what_has_a_rate(month):
    totals = asked(month, "--as-of", "2026-10-31", "--known-until", "2026-11-05")["totals"]
    assert (totals["places"], totals["differing"]) == (13, 12)
    # -3 -4 +2 -20 +4 -3 -6 -2 +3 -3 -12 0 +8
    assert (totals["units"]["net"], totals["units"]["gross"]) == ("-36", "70")
    # New York: -297 -4080 -80 -12.75 -126 +84 = -4511.75; Manchester: 2000 +15 -30 -20 = 1965
    assert totals["value"]["net"] == "-2546.75"
    assert totals["unexplained"] == {"units": "-4", "gross": "4", "places": 1}
    assert totals["without_cost"] == {"places": 2, "units": "9"}


def test_what_was_sold_is_proven_by_document(month):
    document = asked(month, "--as-of", "2026-10-31", "--known-until", "2026-11-05")
    shipped, booked, missing, strange = proof(document)
    # 200 + 12 + 5 + 8 + 3 + 7 + 6 left; 200 + 5 + 8 + 8 + 9 were invoiced
    assert (shipped, booked) == (241, 230)
    assert missing == {
        "P502 00417-NVY-S NYC": 12,
        "P503 00417-NVY-M NYC": 5,
        "P506 02-00417-NVY-S NYC": 3,
        "P511 00417-NVY-M MAN": 6,
    }
    assert strange == {"P504 00417-NVY-M NYC": 5, "P505 00417-NVY-L NYC": 8, "P510 A-77/B-WHT-32x30 MAN": 2}


def test_the_roll_forward_names_each_class(month):
    document = asked(month, "--as-of", "2026-10-31", "--known-until", "2026-11-05")
    assert roll(document, "book") == {
        "opening": 2525,
        "received": 63,
        "dispatched": -230,
        "counted": 3,
        "adjusted": 2,
        "closing": 2363,
    }
    # all that lies there at the end: 988 295 72 47 21 60 10 3 + 100 84 70 93 484
    assert roll(document, "physical")["closing"] == 2327


def test_a_night_in_manchester_is_still_october_in_new_york(month):
    document = asked(month, "--as-of", "2026-10-31", "--known-until", "2026-11-05")
    by = {each["document"]: each for each in document["cut_off"]}
    assert (by["P502"]["own"], by["P502"]["asked"], by["P502"]["booked"]) == (
        "2026-10-31",
        "2026-10-31",
        "2026-11-02",
    )
    assert by["P502"]["verdict"] == by["P503"]["verdict"] == "wrong_period"
    assert (by["P504"]["own"], by["P504"]["booked"], by["P504"]["verdict"]) == (
        "2026-11-01",
        "2026-10-31",
        "wrong_period",
    )


def test_receipts_by_line_in_eaches(month):
    by = {(each["document"], each["item"]): each for each in asked(month, "--as-of", "2026-10-31")["gr_ir"]}
    names = ("line", "ordered", "received", "booked", "verdicts")
    assert [by["C900", "A-77/B-WHT-32x30"][name] for name in names] == ["2", "60", "60", "60", []]
    # three came under a code that nobody knows: of the SKU that was ordered none
    assert [by["C901", "0090-RED-OS"][name] for name in names] == ["1", "4", "0", "3", ["short", "booked_more"]]
    assert [by["C901", "0090-REDD-OS"][name] for name in names] == ["1", None, "3", "0", ["not_booked"]]


def test_a_return_without_credit_is_told_with_its_sign(month):
    (back,) = asked(month, "--as-of", "2026-10-31")["returns_not_credited"]
    assert (back["document"], back["restocked"], back["asset_understated"]) == ("RMA1", "4", "15")
