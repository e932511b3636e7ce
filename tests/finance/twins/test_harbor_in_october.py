"""October 2026 of a brand with two warehouses, asked by what was known four days later, and on 1 November.

What the vendors' words give is what stands here: Clarus's flattened queries (UTC instants, `product.code`), Blue
Cherry's ledger by the parts of a SKU (its own days and clock), postings with every state that they went through.
Clarus's stock was read on 4 November at 14:37 in New York. Worked on paper before anything was run.
"""

from decimal import Decimal

import pytest
from twin_world import asked, folder_of, holds, place, proof, roll, said

SETTINGS = """
    zone = "America/New_York"
    as_of = "2026-10-31"

    [files]
    stock = ["CLARUS STOCK NJ 1104.csv", "CLARUS STOCK LA 1104.csv"]
    transactions = ["transactions october.csv", "transactions november.csv"]

    [taken_at]
    stock = "2026-11-04T14:37:00-05:00"

    [accounts]
    HARBOR = "01"
    HARBOR2 = "02"
"""
OPENING = """
01NJ:100 02NJ:50 03NJ:40 04NJ:10 05NJ:30 06LA:60 07NJ:20 08NJ:90 09NJ:15 10NJ:50 11NJ:80 12NJ:40 13LA:25
14NJ:50 14LA:10 16NJ:30 17NJ:33 18NJ:40 19NJ:20 20NJ:0 21NJ:12 22LA:60 24NJ:30 25LA:30 26LA:30 27NJ:50
28NJ:5 29NJ:6 30NJ:10 31NJ:40 32NJ:3 33NJ:100 34NJ:20 35NJ:25 35LA:9 36NJ:14 37NJ:14 38NJ:8 39NJ:7 40NJ:200
41NJ:50 42NJ:70 43NJ:5 44LA:11
"""
"""Both sides alike, by the last two digits of a style: 23, the pack and what was open stand below."""
EAST = """
01:81 02:63 03:36 04:34 05:27 07:18 08:81 09:15 10:46 11:68 12:40 14:42 16:42 17:28 18:40 19:20 20:120 21:10
23:50 24:24 27:38 28:53 29:6 30:12 31:35 32:8 33:95 34:16 35:20 36:10 37:14 38:14 39:6 40:197 41:46 42:92
43:5
"""
WEST = "06:55 13:28 14:18 22:53 25:26 26:27 35:9 44:11"
OCTOBER = """
DISP 10 10-12T15:00 20101 EAST out=P5001
DISP 6 11-01T02:30 20101 EAST out=P5002
PICK 7 10-30T12:00 20102 EAST out=P5010
DISP 7 10-30T15:00 20102 EAST out=P5010
DISP 4 10-29T15:00 20103 EAST out=P5011
RCV 24 10-20T15:00 20104 EAST in=C700 line=1
ADJ -3 10-25T15:00 20105 EAST ref=ADJ-31
DISP 5 10-31T18:00 20106 WEST out=P5020
DISP 2 10-31T15:00 20107 EAST out=P5021
DISP 9 10-15T15:00 20108 EAST out=P5022
DISP 4 10-30T15:00 20110 EAST out=P5023
DISP 12 10-23T15:00 20111 EAST out=P5024
DISP 6 10-26T15:00 20112 EAST out=P5025
UNDISP 6 10-27T15:00 20112 EAST out=P5025
RTN 3 10-29T15:00 20113 WEST ref=RMA-41 back=P4700
WHTRAN 8 10-30T15:00 20114 EAST ref=T-60 to=WEST came=2026-11-03T17:00:00Z
CONV -2 10-21T15:00 20115-AST-PP6 EAST ref=CV-9
CONV 12 10-21T15:00 20116 EAST ref=CV-9
HOLD 5 10-24T15:00 20117 EAST ref=H-3
RCV 11 10-14T15:00 2O118 EAST in=C701 line=1
RCV 8 10-13T15:00 20119 EAST in=C702 line=1
RCV 10 10-17T15:00 20120 EAST in=C703 line=1 unit=CS
DISP 2 10-28T15:00 20121 EAST out=P5027
DISP 5 10-31T15:00 20123 EAST out=P5028
DISP 6 10-10T15:00 20124 EAST out=P5029
DISP 4 11-01T03:30 20125 WEST out=P5030
PARTDISP 5 10-28T15:00 20127 EAST out=P5032
RCV 48 10-16T15:00 20128 EAST in=C705 line=2
RCV 30 10-16T15:00 20129 EAST in=C705 line=3
UNRCV 30 10-18T15:00 20129 EAST in=C705 line=3
RTN 2 10-20T15:00 20130 EAST ref=RMA-42 back=P4701
ACCTRAN 5 10-22T15:00 20131 EAST ref=AT-5 owner=HARBOR2
RCV 10 10-05T15:00 20132 EAST in=C706 line=1
DISP 5 10-09T15:00 20132 EAST out=P5033
DISP 3 10-10T15:00 20133 EAST out=P5034
DISP 2 10-20T15:00 20133 EAST out=P5035
DISP 4 10-11T15:00 20134 EAST out=P5036
DISP 5 10-19T15:00 20135 EAST out=P5037
DISP 4 10-19T15:00 20136 EAST out=P5038
ADJ 6 10-22T15:00 20138 EAST ref=ADJ-40
ADJ -1 10-22T15:00 20139 EAST ref=ADJ-41
DISP 5 10-26T15:00 20140 EAST out=P5040
DISP 3 10-27T15:00 20140 EAST out=P5041
RTN 1 10-30T15:00 20140 EAST ref=RMA-43 back=P4702 told=2026-11-03T14:00:00Z
COUNT 4 10-28T15:00 20140 EAST ref=CC-5
ADJ -4 10-23T15:00 20141 EAST ref=ADJ-44
RCV 22 10-08T15:00 20142 EAST in=C707 line=1
MOVE 5 10-08T15:00 20143 EAST
TRAN 5 10-08T15:00 20143 EAST
"""
NOVEMBER = """
DISP 3 11-01T04:30 20126 WEST out=P5031
DISP 7 11-02T15:00 20127 EAST out=P5032
RCV 20 11-02T16:00 20102 EAST in=C710 line=1
DISP 3 11-03T16:00 20101 EAST out=P5003
"""
LEDGER = """
IN 10 10/12 20101 NJ pick=P5001 inv=I1
OP 10 10/11 20101 NJ pick=P5001
PK 10 10/11 20101 NJ pick=P5001
IN 6 11/02 20101 NJ pick=P5002 inv=I2
IN 5 10/31 20106 LA pick=P5020 inv=I3 at=11/02T09:00
IN 9 10/15 20108 NJ pick=P5022 inv=I4
IN 9 10/15 20108 NJ pick=P5022 inv=I5
SA -2 10/28 20109 NJ ref=MANUAL-7 by=jd
SA -4 10/31 20110 NJ ref=MANUAL-8 by=jd
IN 10 10/23 20111 NJ pick=P5024 inv=I6
IN 6 10/26 20112 NJ pick=P5025 inv=I7
SA -8 10/30 20114 NJ ref=T-60
SA 8 10/30 20114 LA ref=T-60
SA -5 10/24 20117 NJ ref=H-3
R1 11 10/14 20118 NJ po=C701 line=1
R1 8 10/13 20119 NJ po=C702 line=1
R1 10 10/17 20120 NJ po=C703 line=1
IN 5 10/02 20123 NJ pick=P4900 inv=I8
IN 5 11/01 20123 NJ pick=P5028 inv=I9 at=11/02T08:00
IN 6 10/12 20124 NJ pick=P5029 inv=I10
IN 4 11/01 20125 LA pick=P5030 inv=I11 at=11/02T08:00
IN 3 10/31 20126 LA pick=P5031 inv=I12 at=11/01T06:00
IN 12 10/28 20127 NJ pick=P5032 inv=I13
R1 50 10/16 20128 NJ po=C705 line=2
R1 30 10/16 20129 NJ po=C705 line=3
RT 2 10/20 20130 NJ ref=RMA-42
IN 5 10/09 20132 NJ pick=P5033 inv=I14
SA -4 11/02 20134 NJ ref=MAN-88 by=jd
IN 5 10/19 20135 LA pick=P5037 inv=I15
IN 4 10/19 20137 NJ pick=P5038 inv=I16
SA 2 10/29 20140 NJ ref=MANUAL-9 by=jd
SA 4 10/23 20141 NJ ref=ADJ-44
R1 22 10/08 20142 NJ po=C707 line=1
SA 13 10/08 20143 3PL ref=X1
SA 9 10/08 20143 FOB ref=X2
R1 20 11/02 20102 NJ po=C710 line=1
IN 3 11/03 20101 NJ pick=P5003 inv=I17
"""
POSTINGS = """
P5001 dispatched posted 10-12T23:10 10-12
P5002 dispatched pending 11-01T02:31 10-31
P5002 dispatched accepted 11-01T02:40 10-31
P5010 dispatched accepted 10-30T15:10 10-30
P5011 dispatched pending 10-29T15:10 10-29
P5011 dispatched retrying 10-30T15:10 10-29
P5011 dispatched accepted 11-03T15:10 10-29
C700 received rejected 10-20T16:00 10-20
ADJ-31 adjusted pending 10-25T15:01 10-25
ADJ-31 adjusted in_doubt 10-25T15:02 10-25
ADJ-31 adjusted parked 10-25T18:02 10-25
P5020 dispatched in_doubt 10-31T18:30 10-31
P5020 dispatched posted 11-02T14:30 10-31
P5022 dispatched posted 10-15T23:30 10-15
P5024 dispatched posted 10-23T23:30 10-23
P5025 dispatched posted 10-26T23:30 10-26
T-60 transferred posted 10-30T23:30 10-30
C701 received posted 10-14T23:30 10-14
C702 received posted 10-13T23:30 10-13
C703 received posted 10-17T23:30 10-17
P5027 dispatched accepted 10-28T23:30 10-28
P4900 dispatched accepted 09-30T23:30 09-30
P4900 dispatched posted 10-02T23:30 09-30
P5028 dispatched accepted 10-31T23:30 10-31
P5029 dispatched posted 10-12T23:30 10-10
P5030 dispatched accepted 11-01T03:40 10-31
P5031 dispatched posted 11-01T11:30 11-01
P5032 dispatched posted 10-28T23:30 10-28
C705 received posted 10-16T23:30 10-16
RMA-42 returned posted 10-20T23:30 10-20
C706 received rejected 10-05T23:30 10-05
P5033 dispatched posted 10-09T23:30 10-09
P5034 dispatched accepted 10-10T23:30 10-10
P5035 dispatched accepted 10-20T23:30 10-20
P5037 dispatched posted 10-19T23:30 10-19
P5038 dispatched posted 10-19T23:30 10-19
ADJ-40 adjusted posted 10-22T23:30 10-22
ADJ-41 adjusted cancelled 10-22T23:30 10-22
P5040 dispatched accepted 10-26T23:30 10-26
P5041 dispatched retrying 10-27T23:30 10-27
CC-5 counted rejected 10-28T23:30 10-28
ADJ-44 adjusted posted 10-23T23:30 10-23
C707 received posted 10-08T23:30 10-08
P5036 dispatched pending 10-11T15:05 10-11
P5036 dispatched rejected 10-12T15:05 10-11
P5036 dispatched cancelled 10-13T15:05 10-11 with=MAN-88
"""
PAPER = """
20101 NJ 84 90 10: -6 dispatched posted_in_another_period P5002
20102 NJ 43 50 10: -7 dispatched shipped_not_invoiced P5010
20103 NJ 36 40 10: -4 dispatched shipped_not_invoiced P5011
20104 NJ 34 10 10: +24 received rejected C700
20105 NJ 27 30 10: -3 adjusted parked ADJ-31
20107 NJ 18 20 10: -2 dispatched not_told P5021
20108 NJ 81 72 10: +9 dispatched posted_twice P5022
20109 NJ 15 13 10: +2 adjusted booked_by_hand MANUAL-7
20110 NJ 46 46 10: +4 adjusted booked_by_hand MANUAL-8, -4 dispatched not_told P5023
20111 NJ 68 70 10: -2 dispatched edited_order P5024
20112 NJ 40 34 10: +6 undispatched undone_dispatch P5025
20113 LA 28 25 9: +3 returned restocked_not_in_books RMA-41
20114 LA 10 18 9: -8 transferred in_transit T-60
20115-AST-PP6 NJ 8 10 60: -2 converted pack_opened CV-9
20116 NJ 42 30 10: +12 converted pack_opened CV-9
20117 NJ 33 28 10: +5 held held H-3
20118 NJ 40 51 10: -11 received unmapped_sku C701
20119! NJ 8 0 -: +8 received conflicting_sku C702
20119 NJ 20 28 10: -8 received conflicting_sku C702
20120 NJ 120 10 10: +110 received unit_of_measure C703
20121 NJ 10 12 -: -2 dispatched shipped_not_invoiced P5027
20122 LA 53 60 8.25:
20123 NJ 50 55 10: -5 dispatched posted_in_another_period P5028
20125 LA 26 30 9: -4 dispatched posted_in_another_period P5030
20126 LA 30 27 9: +3 dispatched posted_in_another_period P5031
20127 NJ 45 38 10: +7 dispatched posted_in_another_period P5032
20128 NJ 53 55 10: -2 received quantity_differs C705
20129 NJ 6 36 10: -30 received not_told C705
20131 NJ 35 40 10: -5 account_transferred not_told AT-5
20131/02 NJ 5 0 10: +5 account_transferred not_told AT-5
20132 NJ 8 -2 10: +10 received rejected C706
20133 NJ 95 100 11: -3 dispatched shipped_not_invoiced P5034, -2 dispatched shipped_not_invoiced P5035
20134 NJ 16 20 10: -4 dispatched posted_in_another_period P5036
20135 LA 9 4 9: +5 dispatched booked_at_another_location P5037
20135 NJ 20 25 10: -5 dispatched booked_at_another_location P5037
20136 NJ 10 14 10: -4 dispatched booked_as_another_sku P5038
20137 NJ 14 10 10: +4 dispatched booked_as_another_sku P5038
20138 NJ 14 8 10: +6 adjusted posted_not_found ADJ-40
20139 NJ 6 7 10: -1 adjusted cancelled ADJ-41
20140 NJ 197 202 10: +4 counted rejected CC-5, -2 adjusted booked_by_hand MANUAL-9,
    -5 dispatched shipped_not_invoiced P5040, -3 dispatched retrying P5041,
    +1 returned restocked_not_in_books RMA-43
20141 NJ 46 54 10: -8 adjusted quantity_differs ADJ-44
2O118 NJ 11 0 -: +11 received unmapped_sku C701
"""
"""Item, location, physical, book, cost of an each; units by class, status and document."""
EARLIER = """
20101 NJ 84 90 10: -6 dispatched shipped_not_invoiced P5002
20103 NJ 36 40 10: -4 dispatched retrying P5011
20106 LA 55 60 9: -5 dispatched in_doubt P5020
20123 NJ 50 55 10: -5 dispatched shipped_not_invoiced P5028
20125 LA 26 30 9: -4 dispatched shipped_not_invoiced P5030
20127 NJ 45 38 10: +7 dispatched quantity_differs P5032
20134 NJ 16 20 10: -4 dispatched rejected P5036
20140 NJ 196 202 10: +4 counted rejected CC-5, -2 adjusted booked_by_hand MANUAL-9,
    -5 dispatched shipped_not_invoiced P5040, -3 dispatched retrying P5041
"""
"""The places that were otherwise on 1 November; 20115 to 20141 agree with the paper above."""

PARTS = "division,style,color_code,lbl_code,dimension,size_desc"
MOVE = {
    "acc": "account.code",
    "out": "goods_out.reference",
    "in": "goods_in_receipt.reference",
    "line": "goods_in_receipt_line.alt_line_number",
    "ref": "reference",
    "back": "Returned Order",
    "to": "warehouse_to.code",
    "came": "arrived_at",
    "owner": "account_to.code",
    "told": "recorded_at",
    "unit": "unit_of_measure",
}
LINE = {
    "pick": "pick_num",
    "po": "prod_num",
    "line": "prod_line",
    "inv": "inv_num",
    "ref": "ref_num",
    "by": "User",
}


def code(style):
    """Clarus's code; one with a letter or a mark behind it is told whole."""
    return style[:-1] if style.endswith("!") else style if "-" in style else f"{style}-BLK-M"


def by_parts(style):
    return "01,20115,AST,,PP6," if style.startswith("20115") else f"01,{style},BLK,,,M"


def pairs(words):
    return dict(word.split("=", 1) for word in words)


def moves(text):
    yield ",".join(("id,subtype,category,quantity,created_at,product.code,warehouse.code", *MOVE.values()))
    for number, row in enumerate(text.strip().splitlines()):
        subtype, qty, at, style, house, *more = row.split()
        told = {"acc": "HARBOR", **pairs(more)}
        cells = [told.get(name, "") for name in MOVE]
        start = f"{at}-{number},{subtype},{subtype},{qty}.0,2026-{at}:00Z"
        item = "20119" if style == "20119" else code(style)
        yield ",".join((start, item, house, *cells))


def stock(text, house):
    yield "id,quantity,status,product.code,location.code,account.code,warehouse.code"
    for number, told in enumerate(text.split()):
        style, qty = told.split(":")
        yield f"{number},{qty}.0,available,{code(f'201{style}')},A-{number},HARBOR,{house}"
    if house == "EAST":  # held stock lies where it lay; what lay under codes that are none; the other account's
        yield "901,5.0,held,20117-BLK-M,Q-1,HARBOR,EAST"
        yield "902,8.0,available,20115-AST-PP6,A-1,HARBOR,EAST"
        yield "903,11.0,available,2O118-BLK-M,A-1,HARBOR,EAST"
        yield "904,8.0,available,20119,A-1,HARBOR,EAST"
        yield "905,5.0,available,20131-BLK-M,A-1,HARBOR2,EAST"


def ledger():
    yield ",".join(("pkey,rec_type", PARTS, "location,size_qty,move_date,Entered At", *LINE.values()))
    for number, row in enumerate(LEDGER.strip().splitlines()):
        kind, qty, day, style, where, *more = row.split()
        told = pairs(more)
        entered = told.pop("at", f"{day}T19:05").replace("T", "/2026 ")
        cells = [told.get(name, "") for name in LINE]
        start = f"{88001 + number},{kind},{by_parts(style)},{where},{qty},{day}/2026,{entered}"
        yield ",".join((start, *cells))


def postings():
    yield "document,kind,state,said_at,asked_date,settled_with"
    for row in POSTINGS.strip().splitlines():
        document, kind, state, at, day, *settled = row.split()
        by = pairs(settled).get("with", "")
        yield f"{document},{kind},{state},2026-{at}:00Z,2026-{day},{by}"


def opening():
    yield "Div,Style,Color #,Label,Dm/Pk,Size,Location,Opening Qty,Physical Qty"
    for told in OPENING.split():
        where, qty = told.split(":")
        yield f"{by_parts(f'201{where[:2]}')},{where[2:]},{qty},{qty}"
    yield "01,20123,BLK,,,M,NJ,60,55"
    yield "01,20115,AST,,PP6,,NJ,10,10"


def master():
    yield "Clarus Code,SKU Code,Div,Style,Color #,Label,Dm/Pk,Size,Eaches Per Case,Case Unit"
    for number in range(1, 45):
        style, case = f"201{number:02}", "12,CS" if number == 20 else ","
        if number != 15:
            yield f"{code(style)},{code(style)},{by_parts(style)},{case}"
    yield "20115-AST-PP6,20115-AST-PP6,01,20115,AST,,PP6,,,"
    yield "20119,20119-BLK-M,01,20119,BLK,,,M,,"
    yield "20119,20119-NVY-M,01,20119,NVY,,,M,,"
    yield "20131-BLK-M,20131-BLK-M/02,02,20131,BLK,,,M,,"


def costs():
    yield f"{PARTS},location,effective_from,std_cost,curr_code"
    for number in range(1, 45):
        style = f"201{number:02}"
        if number not in {15, 21}:
            yield f"{by_parts(style)},NJ,2026-07-01,10.00,USD"
            yield f"{by_parts(style)},LA,2026-07-01,{'8.25' if number == 22 else '9.00'},USD"
    yield "01,20133,BLK,,,M,NJ,2026-10-16,11.00,USD"
    yield "02,20131,BLK,,,M,NJ,2026-07-01,10.00,USD"
    yield "01,20115,AST,,PP6,,NJ,2026-07-01,60.00,USD"


EXPECTED = """
C700 1 20104 24
C701 1 20118 11
C702 1 20119 8
C703 1 20120 120
C705 2 20128 50
C705 3 20129 30
C706 1 20132 10
C707 1 20142 20
C710 1 20102 20
"""


def purchase_orders():
    yield f"prod_num,prod_line,{PARTS},location,prod_qty,uom"
    for row in EXPECTED.strip().splitlines():
        order, line, style, qty = row.split()
        yield f"{order},{line},{by_parts(style)},NJ,{qty},EA"


FILES = {
    "close.toml": SETTINGS,
    "locations.csv": """
        pkey,location,loc_name,loc_type,Clarus Warehouse
        1,NJ,Secaucus,W,EAST
        2,LA,Vernon,W,WEST
        3,3PL,A partner of Leeds,foreign,
        4,FOB,Free on board,pseudo,
    """,
    "open_items.csv": """
        document,division,style,color_code,size_desc,location,quantity,kind
        P4900,01,20123,BLK,M,NJ,-5,dispatched
    """,
    "prepacks.csv": "pack,component,quantity\n20115-AST-PP6,20116-BLK-M,6\n",
    "orders.csv": """
        ord_num,pick_num,version,edited_at,style,color_code,size_desc,division,line_seq,bk_qty,price
        8024,P5024,1,,20111,BLK,M,01,1,12,40.00
        8024,P5024,2,2026-10-22T15:00:00Z,20111,BLK,M,01,1,10,40.00
        7700,P4700,1,,20113,BLK,M,01,1,3,48.00
        7701,P4701,1,,20130,BLK,M,01,1,2,35.00
        7702,P4702,1,,20140,BLK,M,01,1,4,20.00
    """,
    "credits.csv": """
        credit_num,return_reference,quantity,price,date,division,style,color_code,size_desc
        CM1,RMA-42,2,35.00,2026-11-03,01,20130,BLK,M
    """,
    "periods.csv": """
        period,first_day,last_day,state,at
        2026-10,2026-10-01,2026-10-31,open,
        2026-10,2026-10-01,2026-10-31,closed,2026-11-03T18:00:00-05:00
        2026-11,2026-11-01,2026-11-30,open,
    """,
    **{
        name: "\n".join(rows) + "\n"
        for name, rows in (
            ("CLARUS STOCK NJ 1104.csv", stock(EAST, "EAST")),
            ("CLARUS STOCK LA 1104.csv", stock(WEST, "WEST")),
            ("transactions october.csv", moves(OCTOBER)),
            ("transactions november.csv", moves(NOVEMBER)),
            ("stock_ledger.csv", ledger()),
            ("postings.csv", postings()),
            ("opening_positions.csv", opening()),
            ("sku_master.csv", master()),
            ("costs.csv", costs()),
            ("purchase_orders.csv", purchase_orders()),
        )
    },
}


def paper(*texts):
    """What is written above, as places; a later text goes before an earlier one."""
    told = {}
    for row in filter(None, "".join(texts).replace(",\n   ", ",").splitlines()):
        head, causes = row.split(":", 1)
        style, where, physical, book, cost = head.split()
        named = {}
        for cause in filter(None, causes.strip().split(", ")):
            units, name = cause.split(" ", 1)
            named[name] = units
        style, _, division = style.partition("/")
        item = f"{code(style)}/{division}" if division else code(style)
        rest = int(physical) - int(book) - sum(map(int, named.values()))
        value = None if cost == "-" else (int(physical) - int(book)) * Decimal(cost)
        cost = None if cost == "-" else cost
        told[f"{item} {where}"] = place(physical, book, named, rest, cost, None if value is None else str(value))
    return told


@pytest.fixture
def month(tmp_path):
    return folder_of(tmp_path, FILES)


def test_every_place_is_as_on_paper(month):
    document = asked(month)
    holds(document, paper(PAPER))
    assert [line["item"] for line in document["lines"] if line["unexplained"] != "0"] == ["20122-BLK-M"]
    totals = document["totals"]
    assert totals["unexplained"] == {"units": "-7", "gross": "7", "places": 1}
    assert (totals["value"]["net"], totals["value"]["quantity"], totals["value"]["revaluation"]) == (
        "638.25",
        "643.25",  # five pieces of 20133 at what they cost in September
        "-5",
    )
    assert totals["value"]["currency"] == "USD"
    assert totals["without_cost"] == {"places": 3, "units": "21"}
    assert document["period"]["state"] == "closed"
    assert [(each["item"], each["units"]) for each in said(document, "negative_on_hand")] == [
        ("20132-BLK-M", "-2")
    ]
    assert not said(document, "bad_row")
    (lost,) = said(document, "opening_differs")  # what went without a document, went in October
    assert (lost["item"], lost["location"], lost["units"]) == ("20122-BLK-M", "LA", "-7")


def test_by_what_was_known_on_the_first_of_november(month):
    document = asked(month, "--known-until", "2026-11-01")
    holds(document, paper(PAPER, EARLIER))
    assert document["period"]["state"] == "open"


def test_both_sides_roll_forward_through_october(month):
    document = asked(month)
    assert roll(document, "physical") == {
        "opening": 1660,
        "received": 24 + 11 + 8 + 120 + 48 + 10 + 22,
        "returned": 6,
        "adjusted": -3 + 6 - 1 - 4,
        "counted": 4,
        "dispatched": -118,
        "undispatched": 6,
        "transferred": -8,
        "converted": 10,
        "closing": 1801,
    }
    assert roll(document, "book") == {
        "opening": 1672,
        "received": 11 + 8 + 10 + 50 + 30 + 22,
        "returned": 2,
        "dispatched": -89,
        "held": -5,
        "closing": 1711,
    }
    changes = {
        side: {each["class"]: each["value"] for each in document["rollforward"][side]["lines"]}["revalued"]
        for side in ("physical", "book")
    }
    assert changes == {"physical": "97", "book": "100"}  # 97 and 100 pieces lay there when it rose by 1.00


def test_the_proof_of_cogs(month):
    document = asked(month)
    true, booked, not_in_it, does_not_belong = proof(document)
    assert (true, booked, document["cogs"]["true"]["value"], document["cogs"]["booked"]["value"]) == (
        112,
        89,
        "1093",
        "877",
    )
    assert sum(not_in_it.values()) - sum(does_not_belong.values()) == 112 - 89
    assert does_not_belong == {
        "P4900 20123-BLK-M NJ": 5,  # September's
        "P5022 20108-BLK-M NJ": 9,
        "P5025 20112-BLK-M NJ": 6,
        "P5031 20126-BLK-M LA": 3,
        "P5032 20127-BLK-M NJ": 7,
        "P5037 20135-BLK-M LA": 5,
        "P5038 20137-BLK-M NJ": 4,
    }


def test_the_lists_beside_the_close(month):
    document = asked(month)
    wrong = {
        (each["document"], each["item"][:5]) for each in document["cut_off"] if each["verdict"] == "wrong_period"
    }
    assert wrong == {
        ("P5002", "20101"),
        ("P5028", "20123"),
        ("P5030", "20125"),
        ("P5031", "20126"),
        ("P5032", "20127"),
        ("T-60", "20114"),
    }
    told = {
        (each["document"], each["line"], each["item"]): (each["received"], each["booked"], each["verdicts"])
        for each in document["gr_ir"]
    }
    assert told["C705", "2", "20128-BLK-M"] == ("48", "50", ["short", "booked_more"])
    assert told["C705", "3", "20129-BLK-M"] == ("0", "30", ["short", "reversed", "booked_more"])
    assert told["C707", "1", "20142-BLK-M"] == ("22", "22", ["over"])
    assert told["C710", "1", "20102-BLK-M"] == ("0", "0", [])  # it came in November: nothing is short yet
    returns = {
        each["document"]: (each["value"], each["asset_understated"]) for each in document["returns_not_credited"]
    }
    assert returns == {"RMA-41": ("144", "27"), "RMA-42": ("70", "0"), "RMA-43": ("20", "10")}
    aside = {(each["what"], each["location"]): each["units"] for each in document["out_of_scope"]}
    assert (aside["foreign", "3PL"], aside["pseudo", "FOB"]) == ("13", "9")
