"""A retail August (4-5-4, 2 to 29 August 2026) that ends at six in the evening: no opening, no postings, no costs.

The files are called and headed as the systems' own readings are: Clarus's as its GraphQL nodes, Blue Cherry's as
its tables and its inventory report. Nobody kept what was told, so nothing is *posted*: what lacks was not told, what
is too much was booked by hand.
"""

import pytest
from twin_world import asked, folder_of, holds, place, proof, roll, said

# ruff: noqa: E501 (exports as they stand)
FILES = {
    "close.toml": """
        zone = "America/Los_Angeles"
        currency = "USD"
        account = "BRAND"
        clarus_zone = "UTC"
        calendar = "4-5-4"
        first_month = 2
        cut_off = "18:00"

        [warehouses]
        LAX1 = "LA"
        NJ1 = "NJ"

        [taken_at]
        stock = "2026-09-01T13:00:00Z"
        inventory_report = "2026-09-01T06:30:00-07:00"
        """,
    "stock_balances.csv": """
        product.code,account.code,warehouse.code,total
        0007-001-XS,BRAND,LAX1,41.0
        0007-001-S,BRAND,LAX1,50.0
        0007-001-S,OTHER,LAX1,5.0
        0007-001-M,BRAND,LAX1,137.0
        0007-001-L,BRAND,LAX1,112.0
        PP-0007-12,BRAND,LAX1,8.0
        0007-002-S,BRAND,LAX1,35.0
        0007-002-M,BRAND,LAX1,16.0
        0007-002-L,BRAND,LAX1,45.0
        0007-001-XS,BRAND,NJ1,22.0
        0007-001-S,BRAND,NJ1,60.0
        0007-001-M,BRAND,NJ1,27.0
        0007-001-L,BRAND,NJ1,95.0
        0007-002-S,BRAND,NJ1,30.0
        0007-002-M,BRAND,NJ1,18.0
        7,BRAND,NJ1,4.0
        """,
    "transactions.csv": """
        id,subtype,category,quantity,created_at,product.code,account.code,account_to.code,warehouse.code,location_from.code,location_to.code,goods_out.reference,goods_in_receipt.reference,goods_in_receipt_line.number,document_reference,receipt_type
        9001,DISP,DISP,3.0,2026-08-28T14:30:16.787-07:00,0007-001-XS,BRAND,,LAX1,L1,,PT22,,,,
        9002,DISP,DISP,6.0,2026-08-20T18:00:00Z,0007-001-S,BRAND,,LAX1,L2,,PT20,,,,
        9003,DISP,DISP,4.0,2026-08-27T18:00:00Z,0007-001-S,BRAND,,LAX1,L2,,PT20,,,,
        9004,XFER,XFER,5.0,2026-08-21T10:00:00Z,0007-001-S,BRAND,OTHER,LAX1,L2,L2,,,,AT1,
        9005,CONV,CONV,-2.0,2026-08-22T10:00:00Z,PP-0007-12,BRAND,,LAX1,L3,,,,,CV1,
        9006,CONV,CONV,12.0,2026-08-22T10:00:00Z,0007-001-M,BRAND,,LAX1,,L4,,,,CV1,
        9007,CONV,CONV,12.0,2026-08-22T10:00:00Z,0007-001-L,BRAND,,LAX1,,L5,,,,CV1,
        9008,DISP,DISP,5.0,2026-08-18T10:00:00Z,0007-002-S,BRAND,,LAX1,L6,,PT21,,,,
        9009,UNDISP,UNDISP,5.0,2026-08-21T10:00:00Z,0007-002-S,BRAND,,LAX1,,L6,PT21,,,,
        9010,HOLD,HOLD,4.0,2026-08-19T10:00:00Z,0007-002-M,BRAND,,LAX1,L7,L7,,,,H5,
        9011,PICK,PICK,5.0,2026-08-24T09:00:00Z,0007-002-L,BRAND,,LAX1,L8,STAGE,PT24,,,,
        9012,DISP,DISP,5.0,2026-08-24T10:00:00Z,0007-002-L,BRAND,,LAX1,STAGE,,PT24,,,,
        9013,DISP,DISP,8.0,2026-08-30T01:30:00Z,0007-001-XS,BRAND,,NJ1,N1,,PT25,,,,
        9014,TRAN,TRAN,-8.0,2026-08-27T15:00:00Z,0007-001-S,BRAND,,NJ1,N2,,,,,T9,
        9015,TRAN,TRAN,8.0,2026-09-02T15:00:00Z,0007-001-S,BRAND,,LAX1,,L2,,,,T9,
        9016,NADJ,NADJ,2.0,2026-08-10T15:00:00Z,0007-001-M,BRAND,,NJ1,N3,,,,,AJ6,
        9017,DISP,DISP,1.0,2026-08-29T23:59:00Z,0007-001-L,BRAND,,NJ1,N4,,PT26,,,,
        9018,DISP,DISP,2.0,2026-08-30T01:00:00Z,0007-001-L,BRAND,,NJ1,N4,,PT27,,,,
        9019,RCV,RCV,4.0,2026-08-14T15:00:00Z,7,BRAND,,NJ1,,N9,,C70,1,,
        9020,TRAN,TRAN,4.0,2026-08-14T16:00:00Z,7,BRAND,,NJ1,N9,N10,,,,,
        9021,RCV,RCV,10.0,2026-08-03T15:00:00Z,0007-002-S,BRAND,,NJ1,,N11,,C71,1,,
        9022,UNRCV,UNRCV,10.0,2026-08-04T15:00:00Z,0007-002-S,BRAND,,NJ1,N11,,,C71,1,,
        9023,RCV,RCV,6.0,2026-08-05T15:00:00Z,0007-002-S,BRAND,,NJ1,,N11,,C71,1,,
        """,
    "zzxssumh.csv": """
        pkey,rec_type,division,style,color_code,lbl_code,dimension,size_desc,location,size_qty,move_date,last_mod,ref_num,prod_line
        1,IN,01,0007,001,,,XS,LA,3,2026-08-31,2026-08-31 08:00:00,PT22,
        2,IN,01,0007,001,,,S,LA,6,2026-08-20,2026-08-20 20:00:00,PT20,
        3,IN,01,0007,001,,,S,LA,4,2026-08-27,2026-08-27 20:00:00,PT20,
        4,IN,01,0007,002,,,S,LA,5,2026-08-18,2026-08-18 20:00:00,PT21,
        5,SA,01,0007,002,,,M,LA,-4,2026-08-19,2026-08-19 20:00:00,H5,
        6,IN,01,0007,002,,,L,LA,4,2026-08-24,2026-08-24 20:00:00,PT24,
        7,IN,01,0007,001,,,XS,NJ,8,2026-08-31,2026-08-31 08:00:00,PT25,
        8,SA,01,0007,001,,,S,NJ,-8,2026-08-27,2026-08-27 20:00:00,T9,
        9,SA,01,0007,001,,,S,LA,8,2026-08-27,2026-08-27 20:00:00,T9,
        10,SA,01,0007,001,,,M,NJ,-2,2026-08-10,2026-08-10 20:00:00,AJ6,
        11,SA,01,0007,001,,,M,NJ,-2,2026-08-10,2026-08-11 20:00:00,AJ6,
        12,IN,01,0007,001,,,L,NJ,1,2026-08-29,2026-08-29 20:00:00,PT26,
        13,IN,01,0007,001,,,L,NJ,2,2026-08-30,2026-08-31 20:00:00,PT27,
        14,R1,01,0007,002,,,S,NJ,10,2026-08-03,2026-08-03 20:00:00,C71,1
        15,R1,01,0007,002,,,S,NJ,-10,2026-08-04,2026-08-04 20:00:00,C71,1
        16,R1,01,0007,002,,,S,NJ,6,2026-08-05,2026-08-05 20:00:00,C71,1
        17,OP,01,0007,001,,,S,LA,70,2026-08-05,2026-08-05 20:00:00,70022,
        """,
    # as the report of 1 September counts: after all of the above
    "inventory_report.csv": """
        Div,Loc Org,BRAND,Style,Color #,Style Name,Color Name,Label,Dm/Pk,Size,SzBk,UOM,UPC Number,Season,Location,Total QOH,Total Pick,Avail QOH,Loc Std Cost,Loc Curr
        01,LA,B,0007,001,Tee,White,,,XS,01,EA,,SP26,LA,41,0,41,5.10,USD
        01,LA,B,0007,001,Tee,White,,,S,02,EA,,SP26,LA,63,0,63,5.10,USD
        01,LA,B,0007,001,Tee,White,,,M,03,EA,,SP26,LA,125,0,125,5.10,USD
        01,LA,B,0007,001,Tee,White,,,L,04,EA,,SP26,LA,100,0,100,5.10,USD
        01,LA,B,PP-0007,12,Pack,Pack,,,OS,01,EA,,SP26,LA,10,0,10,61.20,USD
        01,LA,B,0007,002,Tee,Black,,,S,02,EA,,SP26,LA,30,0,30,5.30,USD
        01,LA,B,0007,002,Tee,Black,,,M,03,EA,,SP26,LA,12,0,12,5.30,USD
        01,LA,B,0007,002,Tee,Black,,,L,04,EA,,SP26,LA,46,0,46,5.30,USD
        01,NJ,B,0007,001,Tee,White,,,XS,01,EA,,SP26,NJ,22,0,22,5.60,USD
        01,NJ,B,0007,001,Tee,White,,,S,02,EA,,SP26,NJ,60,0,60,5.60,USD
        01,NJ,B,0007,001,Tee,White,,,M,03,EA,,SP26,NJ,25,0,25,5.60,USD
        01,NJ,B,0007,001,Tee,White,,,L,04,EA,,SP26,NJ,88,0,88,5.60,USD
        01,NJ,B,0007,002,Tee,Black,,,S,02,EA,,SP26,NJ,30,0,30,5.80,USD
        01,NJ,B,0007,002,Tee,Black,,,M,03,EA,,SP26,NJ,18,0,18,5.80,USD
        """,
    "sku_master.csv": """
        Clarus Product Code,division,style,color_code,lbl_code,dimension,size_desc
        0007-001-XS,01,0007,001,,,XS
        0007-001-S,01,0007,001,,,S
        0007-001-M,01,0007,001,,,M
        0007-001-L,01,0007,001,,,L
        PP-0007-12,01,PP-0007,12,,,OS
        0007-002-S,01,0007,002,,,S
        0007-002-M,01,0007,002,,,M
        0007-002-L,01,0007,002,,,L
        7,01,0007,001,,,XS
        7,01,0007,002,,,S
        """,
    "prepacks.csv": """
        parent_product_code,child_product_code,quantity
        PP-0007-12,0007-001-M,6
        PP-0007-12,0007-001-L,6
        """,
}

PAPER = {
    # gone on 28 August, invoiced on the 31st: the same month of the calendar, and another of the trade
    "0007-001-XS LA": place(41, 44, {"dispatched posted_in_another_period PT22": -3}, cost="5.1", value="-15.3"),
    # two parts, two invoices; five pieces given to another account; eight on the road that the books have already
    "0007-001-S LA": place(
        50,
        63,
        {"account_transferred not_told AT1": -5, "transferred in_transit T9": -8},
        cost="5.1",
        value="-66.3",
    ),
    "0007-001-M LA": place(137, 125, {"converted pack_opened CV1": 12}, cost="5.1", value="61.2"),
    "0007-001-L LA": place(112, 100, {"converted pack_opened CV1": 12}, cost="5.1", value="61.2"),
    "PP-0007-12 LA": place(8, 10, {"converted pack_opened CV1": -2}, cost="61.2", value="-122.4"),
    "0007-002-S LA": place(35, 30, {"undispatched undone_dispatch PT21": 5}, cost="5.3", value="26.5"),
    "0007-002-M LA": place(16, 12, {"held held H5": 4}, cost="5.3", value="21.2"),
    "0007-002-L LA": place(45, 46, {"dispatched not_told PT24": -1}, cost="5.3", value="-5.3"),
    "0007-001-M NJ": place(27, 25, {"adjusted booked_by_hand AJ6": 2}, cost="5.6", value="11.2"),
    # 16:59 on the 29th is in; 18:00 is the next day's, and so is 18:30. No document tells of seven
    "0007-001-L NJ": place(97, 90, unexplained=7, cost="5.6", value="39.2"),
    "7 NJ": place(4, 0, {"received conflicting_sku C70": 4}),
}


@pytest.fixture
def month(tmp_path):
    return folder_of(tmp_path, FILES)


def test_every_place_is_as_on_paper(month):
    document = asked(month, "--as-of", "2026-08-29")
    holds(document, PAPER)
    assert not said(document, "bad_row")


def test_the_period_is_the_trade_s_and_can_be_asked_for_by_its_name(month):
    document = asked(month, "--as-of", "2026-08-29")
    assert (document["period"]["first_day"], document["period"]["last_day"]) == ("2026-08-02", "2026-08-29")
    holds(asked(month, "--as-of", document["period"]["name"]), PAPER)


def test_what_other_owners_have_is_counted_and_not_compared(month):
    document = asked(month, "--as-of", "2026-08-29")
    assert [each["units"] for each in document["out_of_scope"] if each["what"] == "another account's stock"] == [
        "5"
    ]


def test_no_posting_leaves_the_unexplained_figure_alone(month):
    (month / "postings.csv").write_text(
        "document,state,said_at\nPT22,posted,2026-08-31T16:00:00Z\nAJ6,posted,2026-08-10T16:00:00Z\n"
    )
    document = asked(month, "--as-of", "2026-08-29")
    holds(
        document,
        PAPER | {"0007-001-M NJ": place(27, 25, {"adjusted posted_twice AJ6": 2}, cost="5.6", value="11.2")},
    )


def test_what_was_sold_is_proven_by_document(month):
    shipped, booked, missing, strange = proof(asked(month, "--as-of", "2026-08-29"))
    # PT22 3, PT20 10, PT24 5, PT26 1; PT21 went and came back. PT25 and PT27 left after six
    assert (shipped, booked) == (19, 20)
    assert missing == {"PT22 0007-001-XS LA": 3, "PT24 0007-002-L LA": 1}
    assert strange == {"PT21 0007-002-S LA": 5}


def test_a_receipt_taken_back_and_made_again_is_one(month):
    (month / "po.csv").write_text(
        "prod_num,prod_line,style,color_code,size_desc,division,prod_qty\nC71,1,0007,002,S,01,5\n"
    )
    document = asked(month, "--as-of", "2026-08-29")
    (line,) = [each for each in document["gr_ir"] if each["document"] == "C71"]
    assert [line[name] for name in ("ordered", "received", "booked")] == ["5", "6", "6"]
    assert set(line["verdicts"]) == {"over", "reversed"}


def test_both_sides_roll_forward(month):
    document = asked(month, "--as-of", "2026-08-29")
    # book at the end: 44 63 125 100 10 30 12 46 + 30 60 25 90 30 18
    # before: +6 came, -20 invoiced, -4 taken away as held, -4 adjusted, T9 moved within
    assert (roll(document, "book")["opening"], roll(document, "book")["closing"]) == (705, 683)
    # physical: 41 50 137 112 8 35 16 45 + 30 60 27 97 30 18 4
    assert roll(document, "physical")["closing"] == 710
