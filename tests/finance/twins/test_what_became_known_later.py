"""October of a British house, asked on Monday 2 November and again four days later.

In between some of it was told, settled, found and closed. SKUs are one text, locations have leading zeros, days are
written the British way on both sides, and costs are averages.
"""

import pytest
from twin_world import asked, folder_of, holds, place, proof, roll, said

# ruff: noqa: E501 (exports as they stand)
FILES = {
    "close.toml": """
        zone = "Europe/London"
        currency = "GBP"
        basis = "average"
        as_of = "P07"
        bluecherry_dates = "%d/%m/%Y"

        [warehouses]
        W-01 = "01"
        W-02 = "02"

        [taken_at]
        stock = "2026-11-05T07:00:00Z"
        """,
    "periods.csv": """
        Fiscal Period,Starts On,Ends On,Status,Since
        P06,01/09/2026,30/09/2026,closed,03/10/2026 17:00
        P07,01/10/2026,31/10/2026,open,
        P07,01/10/2026,31/10/2026,closed,04/11/2026 17:00
        P08,01/11/2026,30/11/2026,open,
        """,
    "skus.csv": """
        Clarus SKU,BC SKU,Div,Units Per Case,Case Unit
        0100-30,0100-30,01,,
        0100-32,0100-32,01,,
        0200-30,0200-30,01,,
        0200-32,0200-32,01,,
        0300-OS,0300-OS,01,,
        0400-OS,0400-OS,01,,
        0500-30,0500-30,01,,
        0500-32,0500-32,01,,
        0600-OS,0600-OS,01,12,DZ
        0700-OS,0700-OS,01,,
        0800-OS,0800-OS,01,,
        0900-OS,0900-OS,01,,
        0901-OS,0901-OS,01,,
        1000-OS,1000-OS,01,,
        1100-OS,1100-OS,01,,
        1200-OS,1200-OS,01,,
        1300-OS,1300-OS,01,,
        1400-OS,1400-OS,01,,
        """,
    "stock.csv": """
        SKU,Whs,Physical
        0100-30,W-01,90
        0100-32,W-01,45
        0200-30,W-01,26
        0200-32,W-01,14
        0300-OS,W-01,15
        0400-OS,W-01,5
        0400-OS,W-02,24
        0500-30,W-02,10
        0500-32,W-02,7
        0600-OS,W-02,36
        0700-OS,W-02,25
        0800-OS,W-02,-3
        0900-OS,W-02,36
        0901-OS,W-02,18
        1000-OS,W-01,60
        1100-OS,W-01,32
        1200-OS,W-01,9
        1300-OS,W-01,25
        1300-OS,W-02,35
        1400-OS,W-01,70
        """,
    "movements.csv": """
        Txn Id,Type,Qty,Moved At,Recorded,SKU,Whs,Warehouse To,Arrived At,Order,Receipt,Line,Ref,Receipt Type,UOM
        1,DISP,10,29/10/2026 10:00,,0100-30,W-01,,,O1,,,,,
        2,DISP,5,28/10/2026 10:00,,0100-32,W-01,,,O2,,,,,
        3,DISP,4,30/10/2026 10:00,,0200-30,W-01,,,O3,,,,,
        4,DISP,6,30/10/2026 10:00,,0200-32,W-01,,,O4,,,,,
        5,RCV,24,10/10/2026 10:00,,0400-OS,W-02,,,,C10,1,,,
        6,RCV,10,11/10/2026 10:00,,0500-30,W-02,,,,C11,1,,,
        7,RCV,3,12/10/2026 10:00,,0600-OS,W-02,,,,C12,1,,,DZ
        8,RCV,2,13/10/2026 10:00,,0700-OS,W-02,,,,,,RMA5,return,
        9,RCV,3,14/10/2026 10:00,,0700-OS,W-02,,,,,,RMA6,return,
        10,DISP,5,15/10/2026 10:00,,0800-OS,W-02,,,O10,,,,,
        11,DISP,4,29/09/2026 10:00,,0900-OS,W-02,,,O90,,,,,
        12,DISP,2,29/09/2026 11:00,,0901-OS,W-02,,,O91,,,,,
        13,ADJ,-4,12/10/2026 10:00,,1000-OS,W-01,,,,,,ADJ20,,
        14,ADJ,4,20/10/2026 10:00,,1000-OS,W-01,,,,,,CNT21,,
        15,DISP,8,21/10/2026 10:00,,1100-OS,W-01,,,O12,,,,,
        16,ADJ,-1,31/10/2026 22:00,04/11/2026 09:00,1200-OS,W-01,,,,,,ADJ30,,
        17,TRANSFER,5,30/10/2026 09:00,,1300-OS,W-01,W-02,31/10/2026 15:00,,,,T5,,
        18,DISP,6,20/10/2026 10:00,,1400-OS,W-01,,,O13,,,,,
        19,UNDISP,6,03/11/2026 10:00,,1400-OS,W-01,,,O13,,,,,
        """,
    "bluecherry_stock_ledger.csv": """
        Id,Record Type,SKU Code,Loc,Signed Qty,Posting Date,Entry Date,Document Number,Line Number
        1,IN,0100-30,01,10,31/10/2026,05/11/2026 09:00,O1,
        2,IN,0100-32,01,5,31/10/2026,05/11/2026 09:05,INV77,
        3,IN,0200-32,01,6,30/10/2026,30/10/2026 18:00,INV900,
        4,R1,0400-OS,01,24,10/10/2026,10/10/2026 18:00,C10,1
        5,R1,0500-32,02,10,11/10/2026,11/10/2026 18:00,C11,1
        6,R1,0600-OS,02,3,12/10/2026,12/10/2026 18:00,C12,1
        7,RT,0700-OS,02,2,13/10/2026,13/10/2026 18:00,RMA5,
        8,RT,0700-OS,02,3,14/10/2026,14/10/2026 18:00,RMA6,
        9,IN,0800-OS,02,5,15/10/2026,15/10/2026 18:00,O10,
        10,IN,0900-OS,02,4,02/10/2026,02/10/2026 18:00,O90,
        11,IN,1100-OS,01,7,21/10/2026,21/10/2026 18:00,O12,
        12,SA,1300-OS,01,-5,02/11/2026,02/11/2026 15:00,T5,
        13,SA,1300-OS,02,5,02/11/2026,02/11/2026 15:00,T5,
        14,IN,1400-OS,01,6,20/10/2026,20/10/2026 18:00,O13,
        """,
    "opening_balances.csv": """
        SKU Code,Loc,Book,Physical Qty,As At
        0100-30,01,100,100,30/09/2026
        0100-32,01,50,50,30/09/2026
        0200-30,01,30,30,30/09/2026
        0200-32,01,20,20,30/09/2026
        0300-OS,01,15,15,30/09/2026
        0400-OS,01,5,5,30/09/2026
        0500-32,02,7,7,30/09/2026
        0700-OS,02,20,20,30/09/2026
        0800-OS,02,2,2,30/09/2026
        0900-OS,02,40,36,30/09/2026
        0901-OS,02,20,18,30/09/2026
        1000-OS,01,60,60,30/09/2026
        1100-OS,01,40,40,30/09/2026
        1200-OS,01,10,10,30/09/2026
        1300-OS,01,30,30,30/09/2026
        1300-OS,02,30,30,30/09/2026
        1400-OS,01,70,70,30/09/2026
        """,
    "carried_forward.csv": """
        Doc,SKU Code,Loc,Qty,Class
        O90,0900-OS,02,-4,dispatched
        O91,0901-OS,02,-2,dispatched
        """,
    "unit_costs.csv": """
        SKU Code,Loc,Effective,Method,Unit Cost,Curr
        0100-30,01,01/07/2026,standard,9.00,GBP
        0100-30,01,01/07/2026,average,9.40,GBP
        0100-32,01,01/07/2026,average,9.50,GBP
        0200-30,01,01/07/2026,average,11.00,GBP
        0200-32,01,01/07/2026,average,11.00,GBP
        0300-OS,01,01/07/2026,average,12.00,GBP
        0300-OS,01,15/10/2026,average,13.50,GBP
        0400-OS,,01/07/2026,average,2.00,GBP
        0500-30,02,01/07/2026,average,3.00,GBP
        0500-32,02,01/07/2026,average,3.10,GBP
        0600-OS,02,01/07/2026,average,0.255,GBP
        0700-OS,02,01/07/2026,average,14.00,GBP
        0800-OS,02,01/07/2026,average,5.00,GBP
        0900-OS,02,01/07/2026,average,6.00,GBP
        0901-OS,02,01/07/2026,average,6.00,GBP
        1000-OS,01,01/07/2026,average,7.00,GBP
        1100-OS,01,01/07/2026,average,8.00,GBP
        1200-OS,01,01/07/2026,average,8.00,GBP
        1300-OS,,01/07/2026,average,4.00,GBP
        1400-OS,01,01/07/2026,average,8.00,GBP
        """,
    "sales_orders.csv": """
        Order Number,Pick Number,Invoice Number,Version,SKU Code,Line No,Ordered Qty,Sales Price,Valid From
        4444,O4,INV900,1,0200-32,1,6,25.00,
        9999,O99,,1,0700-OS,1,8,40.00,
        """,
    "credit_memos.csv": """
        Credit Memo Number,RMA,SKU Code,Qty,Unit Price,Memo Date
        CM1,RMA5,0700-OS,2,40.00,20/10/2026
        ,RMA6,0700-OS,3,40.00,
        """,
    "production_orders.csv": """
        PO Number,PO Line,SKU Code,Loc,Ordered Qty
        C10,1,0400-OS,02,20
        C11,1,0500-30,02,10
        C12,1,0600-OS,02,36
        """,
    "outbox.csv": """
        Document,Kind,State,At,Seq,Control No,Settled By
        O1,dispatched,parked,29/10/2026 10:05,1,,
        O1,dispatched,posted,05/11/2026 09:00,2,500001,
        O2,dispatched,accepted,28/10/2026 10:05,1,500002,
        O2,dispatched,rejected,28/10/2026 12:00,2,500002,
        O2,dispatched,cancelled,02/11/2026 09:00,3,500002,INV77
        O3,dispatched,pending,30/10/2026 10:05,1,,
        O4,dispatched,posted,30/10/2026 18:00,1,500004,
        C10,received,posted,10/10/2026 18:00,1,500010,
        C11,received,posted,11/10/2026 18:00,1,500011,
        C12,received,posted,12/10/2026 18:00,1,500012,
        RMA5,returned,posted,13/10/2026 18:00,1,500013,
        RMA6,returned,posted,14/10/2026 18:00,1,500014,
        O10,dispatched,posted,15/10/2026 18:00,1,500015,
        O90,dispatched,accepted,29/09/2026 10:05,1,500090,
        O90,dispatched,posted,02/10/2026 18:00,2,500090,
        O91,dispatched,accepted,29/09/2026 11:05,1,500091,
        ADJ20,adjusted,rejected,12/10/2026 10:05,1,500020,
        O12,dispatched,posted,21/10/2026 18:00,1,500021,
        T5,transferred,posted,02/11/2026 15:00,1,500022,
        O13,dispatched,posted,20/10/2026 18:00,1,500023,
        """,
}

ALWAYS = {
    "0200-30 01": place(26, 30, {"dispatched not_told O3": -4}, cost="11", value="-44"),
    "0400-OS 02": place(24, 0, {"received booked_at_another_location C10": 24}, cost="2", value="48"),
    "0400-OS 01": place(5, 29, {"received booked_at_another_location C10": -24}, cost="2", value="-48"),
    "0500-30 02": place(10, 0, {"received booked_as_another_sku C11": 10}, cost="3", value="30"),
    "0500-32 02": place(7, 17, {"received booked_as_another_sku C11": -10}, cost="3.1", value="-31"),
    "0600-OS 02": place(36, 3, {"received unit_of_measure C12": 33}, cost="0.255", value="8.415"),
    "0901-OS 02": place(18, 20, {"dispatched shipped_not_invoiced O91": -2}, cost="6", value="-12"),
    # a count that puts back what an adjustment took, and the books know neither
    "1000-OS 01": place(
        60, 60, {"adjusted rejected ADJ20": -4, "adjusted not_told CNT21": 4}, cost="7", value="0"
    ),
    "1100-OS 01": place(32, 33, {"dispatched shipped_not_invoiced O12": -1}, cost="8", value="-8"),
    "1300-OS 01": place(25, 30, {"transferred posted_in_another_period T5": -5}, cost="4", value="-20"),
    "1300-OS 02": place(35, 30, {"transferred posted_in_another_period T5": 5}, cost="4", value="20"),
}
MONDAY = ALWAYS | {
    "0100-30 01": place(90, 100, {"dispatched parked O1": -10}, cost="9.4", value="-94"),
    "0100-32 01": place(45, 50, {"dispatched rejected O2": -5}, cost="9.5", value="-47.5"),
}
FRIDAY = ALWAYS | {
    "1200-OS 01": place(9, 10, {"adjusted not_told ADJ30": -1}, cost="8", value="-8"),
}


@pytest.fixture
def month(tmp_path):
    return folder_of(tmp_path, FILES)


@pytest.mark.parametrize(
    ("known", "paper"), [("2026-11-02", MONDAY), ("2026-11-06", FRIDAY)], ids=["monday", "friday"]
)
def test_every_place_is_as_on_paper_and_stays_so(month, known, paper):
    document = asked(month, "--known-until", known)
    holds(document, paper)
    assert not said(document, "bad_row")
    assert asked(month, "--known-until", known) == document
    holds(asked(month, "--as-of", "2026-10-31", "--known-until", known), paper)


def test_monday_s_answer_needs_no_knowledge_of_friday(month):
    """The same files without what came after Monday give the same answer, stock's own reading excepted."""
    then = asked(month, "--known-until", "2026-11-02")["lines"]
    for name, later in {"bluecherry_stock_ledger.csv": "05/11/2026", "outbox.csv": "05/11/2026"}.items():
        rows = (month / name).read_text().splitlines()
        (month / name).write_text("\n".join(row for row in rows if later not in row))
    assert asked(month, "--known-until", "2026-11-02")["lines"] == then


def test_what_was_entered_into_the_closed_month_is_listed(month):
    document = asked(month, "--known-until", "2026-11-06")
    assert document["period"] == {
        "name": "P07",
        "first_day": "2026-10-01",
        "last_day": "2026-10-31",
        "state": "closed",
    }
    assert {each["document"] for each in document["exceptions"] if "clos" in each["kind"]} == {"O1", "INV77"}
    assert asked(month, "--known-until", "2026-11-02")["period"]["state"] == "open"


def test_less_than_nothing_is_told_and_is_no_difference(month):
    document = asked(month, "--known-until", "2026-11-06")
    assert "0800-OS" in {each.get("item") for each in document["exceptions"] if "negative" in each["kind"]}


def test_the_average_rose_in_the_month(month):
    document = asked(month, "--known-until", "2026-11-06")
    for side in ("physical", "book"):
        values = {each["class"]: each["value"] for each in document["rollforward"][side]["lines"]}
        assert values["revalued"] == "22.5"  # 15 x (13.50 - 12.00)
    assert roll(document, "book")["opening"] == 549
    # 100 50 30 20 15 5 7 20 2 40 20 60 40 10 30 30 70, less 4 and 2 that had left
    assert roll(document, "physical")["opening"] == 543


def test_returns_and_their_credits(month):
    (back,) = asked(month, "--known-until", "2026-11-06")["returns_not_credited"]
    assert (back["document"], back["restocked"], back["value"]) == ("RMA6", "3", "120")


def test_what_was_sold_is_proven_by_document(month):
    shipped, booked, missing, strange = proof(asked(month, "--known-until", "2026-11-06"))
    # O1 10, O2 5, O3 4, O4 6, O10 5, O12 8, O13 6; O90 and O91 left in September. Invoiced: 10 5 6 5 4 7 6
    assert (shipped, booked) == (44, 43)
    assert missing == {"O3 0200-30 01": 4, "O12 1100-OS 01": 1}
    assert strange == {"O90 0900-OS 02": 4}


def test_receipts_against_their_orders(month):
    by = {each["document"]: each for each in asked(month)["gr_ir"]}
    assert [by["C10"][name] for name in ("ordered", "received", "booked")] == ["20", "24", "24"]
    assert "over" in by["C10"]["verdicts"]
    assert [by["C12"][name] for name in ("ordered", "received", "booked")] == ["36", "36", "3"]
    assert by["C12"]["verdicts"]
