"""Four weeks of a brand in London and Manchester, until the eve of the night on which the clocks go back.

Clarus writes days as 24/10/2026 and instants in UTC, signs its quantities, drops leading zeros, and exports twice
what was archived. Blue Cherry's ledger names SKUs by their barcode and has its signs; the books go back from an
inventory report with a title, decimal commas and a total. Another account and another division lie beside.
"""

import io
from decimal import Decimal

import pytest
from twin_world import asked, folder_of, holds, place, proof, said

xlsxwriter = pytest.importorskip("xlsxwriter")

SETTINGS = """
    zone = "Europe/London"
    as_of = "2026-P09"
    currency = "GBP"
    account = "NORD"
    division = ["01"]
    clarus_zone = "UTC"
    decimal_mark = ","
    [files]
    stock = "Stock balances 28-10.xlsx"
    transactions = ["Transactions export.csv", "Transactions archived.csv"]
    stock_ledger = "ZZXSSUMH.csv"
    inventory_report = "Inventory Report.csv"
    [warehouses]
    UK1 = "LDN"
    UK2 = "MAN"
    [kinds]
    TRN = "in_transit"
    ATL = "foreign"
    [units]
    DZ = "12"
    [subtypes]
    SAMPLE = "adjusted -"
    [taken_at]
    stock = "2026-10-28T14:37:00+00:00"
    inventory_report = "2026-10-28T08:00:00+00:00"
"""
FILES = {
    "close.toml": SETTINGS,
    "Transactions archived.csv": """
        Txn Id,Type,Qty,Date,Product,Account,Warehouse,Order Reference,Receipt,Line,Document,Returned Order,UOM
        501,RECEIVE,44,01/10/2026 10:00,7004/BLK/10,NORD,UK1,,PO900,1,,,EA
        502,RECEIVE,10,02/10/2026 10:00,7005/BLK/10,NORD,UK1,,PO901,1,,,EA
        503,RECEIVE,20,02/10/2026 10:00,7005/BLK/10,NORD,UK1,,PO901,2,,,EA
        504,DISPATCH,-3,05/10/2026 10:00,7017/BLK/10,NORD,UK1,SO-17,,,,,EA
        505,DISPATCH,-6,06/10/2026,7015/BLK/10,NORD,UK1,PT-9,,,,,EA
    """,
    "Transactions export.csv": """
        Txn Id,Type,Qty,Date,Product,Account,Warehouse,Order Reference,Receipt,Line,Document,Returned Order,UOM
        505,DISPATCH,-6,06/10/2026,7015/BLK/10,NORD,UK1,PT-9,,,,,EA
        506,DISPATCH,-6,24/10/2026 22:15,7001/BLK/10,NORD,UK1,SO-1,,,,,EA
        507,DISPATCH,-4,24/10/2026 23:30,7002/BLK/10,NORD,UK1,SO-2,,,,,EA
        508,DISPATCH,-2,20/10/2026 10:00,7003/BLK/10,NORD,UK1,SO-3,,,,,CS
        509,TRANSFER,-8,23/10/2026 10:00,7006/BLK/10,NORD,UK1,,,,TR-1,,EA
        510,TRANSFER,8,26/10/2026 10:00,7006/BLK/10,NORD,UK2,,,,TR-1,,EA
        511,TRANSFER,-5,22/10/2026 10:00,7006/BLK/10,NORD,UK1,,,,TR-2,,EA
        512,TRANSFER,5,22/10/2026 16:00,7006/BLK/10,NORD,UK2,,,,TR-2,,EA
        513,TRANSFER,-10,22/10/2026 10:00,7007/BLK/10,NORD,UK1,,,,TR-3,,EA
        514,TRANSFER,9,22/10/2026 18:00,7007/BLK/10,NORD,UK2,,,,TR-3,,EA
        515,STOCK CHECK,3,21/10/2026 10:00,7008/BLK/10,NORD,UK1,,,,SC-1,,EA
        516,SCRAP,-2,22/10/2026 10:00,7009/BLK/10,NORD,UK1,,,,ADJ-9,,EA
        517,RETURN,5,22/10/2026 10:00,7010/BLK/10,NORD,UK1,,,,RMA-1,SO-99,EA
        518,CONVERT,-1,21/10/2026 10:00,7011/BLK/PK6,NORD,UK1,,,,CV-1,,EA
        519,CONVERT,6,21/10/2026 10:00,7011/BLK/10,NORD,UK1,,,,CV-1,,EA
        520,HOLD,4,21/10/2026 10:00,7020/BLK/10,NORD,UK1,,,,H-1,,EA
        521,ADJUSTMENT,-1,19/10/2026 10:00,7014/BLK/10,NORD,UK1,,,,ADJ-14,,EA
        522,DISPATCH,-5,21/10/2026 10:00,7016/BLK/10,NORD,UK1,SO-10,,,,,EA
        523,UNDISPATCH,5,21/10/2026 12:00,7016/BLK/10,NORD,UK1,SO-10,,,,,EA
        524,DISPATCH,-5,22/10/2026 10:00,7016/BLK/10,NORD,UK1,SO-10,,,,,EA
        525,DISPATCH,-2,20/10/2026 10:00,7019/BLK/10,NORD,UK1,SO-19,,,,,EA
        526,DISPATCH,-10,23/10/2026 10:00,7021/BLK/10,NORD,UK1,SO-21,,,,,EA
        527,DISPATCH,-5,28/10/2026 11:00,7022/BLK/10,NORD,UK1,SO-22,,,,,EA
        528,SAMPLE,-1,23/10/2026 10:00,7023/BLK/10,NORD,UK1,,,,SMP-1,,EA
        529,DISPATCH,-24,23/10/2026 10:00,7024/BLK/10,NORD,UK1,SO-24,,,,,EA
        530,DISPATCH,-3,16/10/2026 10:00,7025/BLK/10,NORD,UK2,SO-25,,,,,EA
        531,DISPATCH,-1,16/10/2026 10:00,7026/BLK/10,NORD,UK1,SO-26,,,,,EA
        532,RETURN,2,17/10/2026 10:00,7027/BLK/10,NORD,UK1,,,,RMA-2,SO-98,EA
        533,RECEIVE,2,17/10/2026 10:00,7028/BLK/10,NORD,UK1,,PO902,1,,,DZ
        534,DISPATCH,-6,12/10/2026 10:00,7029/BLK/10,NORD,UK1,SO-29,,,,,EA
        535,DISPATCH,-4,13/10/2026 10:00,7030/BLK/10,NORD,UK1,SO-30,,,,,EA
        536,DISPATCH,-2,14/10/2026 10:00,7030/BLK/10,NORD,UK1,SO-31,,,,,EA
        537,RECEIVE,18,14/10/2026 10:00,7031/BLK/10,NORD,UK1,,PO903,1,,,EA
        538,UNRECEIVE,18,15/10/2026 10:00,7031/BLK/10,NORD,UK1,,PO903,1,,,EA
        539,RECEIVE,18,15/10/2026 13:00,7031/BLK/10,NORD,UK1,,PO903,1,,,EA
        540,DISPATCH,-10,24/10/2026 10:00,7032/BLK/10,NORD,UK1,SO-32,,,,,EA
        541,DISPATCH,-5,23/10/2026 10:00,7033/BLK/10,NORD,UK2,SO-33,,,,,EA
        542,UNDISPATCH,5,26/10/2026 10:00,7033/BLK/10,NORD,UK2,SO-33,,,,,EA
        543,ACCTRAN,-3,20/10/2026 10:00,7036/BLK/10,NORD,UK1,,,,AT-1,,EA
        544,ACCTRAN,3,20/10/2026 10:00,7036/BLK/10,OTHER,UK1,,,,AT-1,,EA
        545,DISPATCH,-9,20/10/2026 10:00,7001/BLK/10,OTHER,UK1,X-1,,,,,EA
        546,DISPATCH,-7,20/10/2026 10:00,7090/BLK/10,NORD,UK1,SO-90,,,,,EA
        547,ATTRUP,0,20/10/2026 10:00,7001/BLK/10,NORD,UK1,,,,,,EA
        548,PUTAWAY,44,01/10/2026 11:00,7004/BLK/10,NORD,UK1,,,,,,EA
    """,
    "ZZXSSUMH.csv": """
        pkey;Rec Type;UPC;Loc;Signed Qty;Posting Date;Entry Date;Doc Num;Line Seq;Ext Cost
        101;R1;5012345007004;LDN;40;10/01/2026;10/01/2026 18:00;PO900;1;
        102;R1;5012345007005;LDN;10;10/02/2026;10/02/2026 18:00;PO901;1;
        103;IN;5012345007017;LDN;-3;10/05/2026;10/05/2026 18:00;SO-17;;
        104;IN;5012345007017;LDN;-3;10/05/2026;10/05/2026 18:00;SO-17;;
        105;IN;5012345007017;LDN;3;10/26/2026;10/26/2026 18:00;SO-17;;
        106;IN;5012345007015;LDN;-6;10/06/2026;10/06/2026 18:00;INV-55;;
        107;IN;5012345007001;LDN;-6;10/25/2026;10/26/2026 07:00;SO-1;;
        108;IN;5012345007002;LDN;-4;10/24/2026;10/25/2026 02:00;SO-2;;
        109;IN;5012345007003;LDN;-2;10/20/2026;10/20/2026 18:00;SO-3;;
        110;SA;5012345007006;LDN;-8;10/23/2026;10/23/2026 18:00;TR-1;;
        111;SA;5012345007006;TRN;8;10/23/2026;10/23/2026 18:00;TR-1;;
        112;SA;5012345007006;TRN;-8;10/26/2026;10/26/2026 18:00;TR-1;;
        113;SA;5012345007006;MAN;8;10/26/2026;10/26/2026 18:00;TR-1;;
        114;SA;5012345007006;LDN;-5;10/26/2026;10/26/2026 18:00;TR-2;;
        115;SA;5012345007006;MAN;5;10/26/2026;10/26/2026 18:00;TR-2;;
        116;SA;5012345007007;LDN;-10;10/22/2026;10/22/2026 18:00;TR-3;;
        117;SA;5012345007007;MAN;10;10/22/2026;10/22/2026 18:00;TR-3;;
        118;SA;5012345007009;LDN;-2;10/22/2026;10/22/2026 18:00;ADJ-9;;
        119;SA;5012345007009;LDN;-2;10/22/2026;10/22/2026 18:00;ADJ-9;;
        120;RT;5012345007010;LDN;3;10/22/2026;10/22/2026 18:00;RMA-1;;
        121;SA;5012345007099;LDN;-1;10/21/2026;10/21/2026 18:00;CV-1;;
        122;SA;5012345007014;LDN;-1;10/19/2026;10/19/2026 18:00;000000077;;
        123;IN;5012345007016;LDN;-5;10/22/2026;10/22/2026 18:00;SO-10;;
        124;SA;5012345007019;LDN;-2;10/22/2026;10/23/2026 09:00;J-100;;
        125;IN;5012345007021;LDN;-8;10/23/2026;10/23/2026 18:00;SO-21;;
        126;SA;5012345007023;LDN;-1;10/23/2026;10/23/2026 18:00;SMP-1;;
        127;IN;5012345007024;LDN;-24;10/23/2026;10/23/2026 18:00;SO-24;;
        128;IN;5012345007025;ATL;-3;10/16/2026;10/16/2026 18:00;SO-25;;
        129;IN;5012345007026;LDN;-1;10/20/2026;10/27/2026 12:00;SO-26;;
        130;RT;5012345007027;LDN;2;10/17/2026;10/17/2026 18:00;RMA-2;;
        131;R1;5012345007028;LDN;2;10/17/2026;10/17/2026 18:00;PO902;1;
        132;IN;5012345007029;LDN;-6;10/12/2026;10/12/2026 18:00;SO-29;;
        133;SA;5012345007029;LDN;6;10/12/2026;10/12/2026 18:00;J-101;;
        134;IN;5012345007030;LDN;-6;10/14/2026;10/14/2026 18:00;SO-30;;
        135;R2;5012345007031;LDN;18;10/15/2026;10/15/2026 18:00;PO903;1;
        136;IN;5012345007032;LDN;-10;10/24/2026;10/24/2026 23:50;SO-32;;
        137;IN;5012345007033;MAN;-5;10/23/2026;10/23/2026 18:00;SO-33;;
        138;SA;5012345007034;LDN;-1;10/27/2026;10/27/2026 12:00;J-102;;
        139;RV;5012345007035;LDN;4;10/10/2026;10/10/2026 18:00;LNK-1;;
        140;RI;5012345007035;LDN;-4;10/10/2026;10/10/2026 18:00;LNK-1;;
        141;RS;5012345007035;LDN;-9;10/10/2026;10/10/2026 18:00;RS-1;;
        142;IN;5012345007090;LDN;-7;10/20/2026;10/20/2026 18:00;SO-90;;
        143;SA;5012345007037;LDN;2;10/20/2026;10/20/2026 18:00;J-103;;
        144;SA;5012345007037;LDN;-2;10/20/2026;10/20/2026 18:00;J-104;;
    """,
    "postings.csv": """
        Document,Status,Since,Control No,SKU,Qty,Reason
        SO-1,accepted,2026-10-24T23:10:00Z,,,,
        SO-2,posted,2026-10-25T02:00:00Z,,,,
        ADJ-14,posted,2026-10-19T12:00:00Z,000000077,,,
        PO901,posted,2026-10-02T12:00:00Z,,7005/BLK/10,10,
        SO-19,cancelled,2026-10-21T12:00:00Z,,,,
        TR-2,parked,2026-10-22T17:00:00Z,,,,no route
        TR-2,posted,2026-10-26T17:00:00Z,,,,
        SC-1,rejected,2026-10-21T17:00:00Z,,,,bad reason
        SC-1,cancelled,2026-10-27T17:00:00Z,,,,
        SO-22,accepted,2026-10-28T11:05:00Z,,,,
        SMP-1,posted,2026-10-23T17:00:00Z,,,,
        SO-30,posted,2026-10-14T17:00:00Z,,,,
        SO-31,in_doubt,2026-10-14T17:00:00Z,,,,
        PO903,posted,2026-10-15T17:00:00Z,,,,
        SO-17,posted,2026-10-05T20:00:00Z,,,,
        PO900,posted,2026-10-01T20:00:00Z,,,,
        ADJ-9,posted,2026-10-22T20:00:00Z,,,,
        RMA-1,posted,2026-10-22T20:00:00Z,,,,
        SO-25,posted,2026-10-16T20:00:00Z,,,,
    """,
    "orders.csv": """
        Order Number,Pick Ticket,Invoice No,Revision,SKU,Ordered,Unit Price,Said At
        ORD-9,PT-9,INV-55,1,7015/BLK/10,6,30,
        SO-21,,,1,7021/BLK/10,10,30,2026-10-18T09:00:00Z
        SO-21,,,2,7021/BLK/10,8,30,2026-10-22T09:00:00Z
        SO-99,,,1,7010/BLK/10,9,31,
        SO-98,,,1,7027/BLK/10,2,29,
    """,
    "po.csv": """
        PO Number,PO Line,Item,Ordered,UOM
        PO900,1,7004/BLK/10,40,EA
        PO901,1,7005/BLK/10,10,EA
        PO901,2,7005/BLK/10,20,EA
        PO902,1,7028/BLK/10,2,DZ
        PO903,1,7031/BLK/10,18,EA
    """,
    "credits.csv": """
        Credit Memo,RMA,Qty,Unit Price,Credit Date
        CM-1,RMA-2,2,29,10/19/2026
    """,
    "units.csv": """
        UOM,Factor,SKU
        CS,6,7003/BLK/10
    """,
    "fiscal_periods.csv": """
        Fiscal Period;Start Date;End Date;Status;Closed At
        2026-P09;2026-09-27;2026-10-24;open;
        2026-P09;2026-09-27;2026-10-24;closed;2026-10-26T18:00:00+00:00
        2026-P10;2026-10-25;2026-11-28;open;
    """,
}

LONDON = """
01:94 02:46 03:38 04:40 05:20 06:87 07:40 08:30 09:16 10:23 11:36 12:60 14:9 15:30 16:35 17:27 19:10 20:50 21:22
22:20 23:40 24:12 26:30 27:11 28:4 29:20 30:32 31:18 32:50 34:9 35:19 36:34 37:36
"""
MANCHESTER = "06:18 07:20 18:20 33:40 25:25"
"""What the books held on 28 October at 08:00, by the last two digits of a style."""
UK1 = """
01:94 02:46 03:28 04:44 05:40 06:87 07:40 08:33 09:18 10:25 11:42 12:60 14:9 15:30 16:35 17:27 19:10 20:46 21:20
22:15 23:40 24:12 26:30 27:11 28:26 29:14 30:32 31:18 32:50 34:10 35:19 36:31 37:36
"""
UK2 = "06:18 07:19 18:27 33:45 25:22"
"""What lay there on 28 October at 14:37."""
PAPER = """
01 LDN 94 100 12.5: -6 dispatched posted_in_another_period SO-1
02 LDN 50 46 12.5: +4 dispatched posted_in_another_period SO-2
03 LDN 28 38 12.5: -10 dispatched unit_of_measure SO-3
04 LDN 44 40 12.5: +4 received quantity_differs PO900
05 LDN 40 20 12.5: +20 received not_told PO901
06 LDN 87 92 12.5: -5 transferred posted_in_another_period TR-2
06 MAN 10 5 13: +5 transferred posted_in_another_period TR-2
07 MAN 19 20 13: -1 transferred in_transit TR-3
08 LDN 33 30 -: +3 counted rejected SC-1
09 LDN 18 16 12.5: +2 adjusted posted_twice ADJ-9
10 LDN 25 23 12.5: +2 returned quantity_differs RMA-1
11 LDN 42 36 12.5: +6 converted pack_opened CV-1
17 LDN 27 24 12.5: +3 dispatched posted_in_another_period SO-17
18 MAN 27 20 8:
19 LDN 10 10 12.5: -2 dispatched cancelled SO-19, +2 adjusted booked_by_hand J-100
21 LDN 20 22 12.5: -2 dispatched edited_order SO-21
25 MAN 22 25 13: -3 dispatched shipped_not_invoiced SO-25
28 LDN 26 4 12.5: +22 received unit_of_measure PO902
29 LDN 14 20 12.5: -6 adjusted booked_by_hand J-101
30 LDN 32 32 12.5: -2 dispatched in_doubt SO-31, +2 dispatched quantity_differs SO-30
35 LDN 19 19 12.5: -4 received booked_by_hand LNK-1, +4 dispatched booked_by_hand LNK-1
36 LDN 31 34 12.5: -3 account_transferred not_told AT-1
37 LDN 36 36 12.5: -2 adjusted booked_by_hand J-103, +2 adjusted booked_by_hand J-104
"""
"""Style, location, physical, book, cost (of 18 in EUR, without a rate); units by class, status and document."""
EARLIER = """
01 LDN 94 100 12.5: -6 dispatched shipped_not_invoiced SO-1
06 LDN 87 92 12.5: -5 transferred parked TR-2
06 MAN 10 5 13: +5 transferred parked TR-2
17 LDN 27 24 12.5: +3 dispatched posted_twice SO-17
26 LDN 30 31 12.5: -1 dispatched not_told SO-26
"""
"""By what was known on 25 October; SO-17 was taken back on the 26th."""


def pairs(text):
    return [told.split(":") for told in text.split()]


def report():
    yield "Inventory Report" + ";" * 10
    yield "Run 10/28/2026" + ";" * 10
    yield "Div;Style;Color #;Label;Dm/Pk;Size;UPC Number;Location;Total QOH;Loc Std Cost;Loc Curr"
    held = 77
    for location, text in (("LDN", LONDON), ("MAN", MANCHESTER)):
        for style, qty in pairs(text):
            cost = {"LDN08": "", "MAN18": "8,00"}.get(location + style, "12,50" if location == "LDN" else "13,00")
            currency = "EUR" if style == "18" else "GBP"
            yield f"01;070{style};BLK;STD;;10;50123450070{style};{location};{qty};{cost};{currency}"
            held += int(qty)
    yield "01;07011;BLK;STD;PK6;10;5012345007099;LDN;7;75,00;GBP"
    yield "02;07090;BLK;STD;;10;5012345007090;LDN;70;5,00;GBP"
    yield f"Grand Total;;;;;;;;{held};;"


def master():
    yield "Clarus Code;Div;Style;Color #;Label;Dm/Pk;Size;UPC Number;Season"
    for number in range(1, 41):
        yield f"70{number:02}/BLK/10;01;070{number:02};BLK;STD;;10;50123450070{number:02};FW26"
    yield "7011/BLK/PK6;01;07011;BLK;STD;PK6;10;5012345007099;FW26"
    yield "7090/BLK/10;02;07090;BLK;STD;;10;5012345007090;FW26"


def stock():
    """The workbook of Clarus's stock, with a title above."""
    rows = [
        ["Stock balances"],
        [],
        ["Warehouse", "Account", "Product Code", "Description", "Status", "UOM", "Quantity"],
    ]
    for house, text in (("UK1", UK1), ("UK2", UK2)):
        rows += [
            [house, "NORD", f"70{style}/BLK/10", "Coat", "available", "EA", int(q)] for style, q in pairs(text)
        ]
    rows += [
        ["UK1", "NORD", "7020/BLK/10", "Coat", "quarantine", "EA", 4],
        ["UK1", "NORD", "7011/BLK/PK6", "Pack", "available", "EA", 7],
        ["UK1", "NORD", "7090/BLK/10", "Kids", "available", "EA", 70],
        ["UK1", "OTHER", "7001/BLK/10", "Coat", "available", "EA", 55],
    ]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def files():
    return {
        **FILES,
        "Stock balances 28-10.xlsx": stock(),
        "Inventory Report.csv": "\n".join(report()) + "\n",
        "sku_master.csv": "\n".join(master()) + "\n",
    }


def paper(*texts):
    """What is written above, as places; a later text goes before an earlier one."""
    told = {}
    for row in filter(None, "".join(texts).splitlines()):
        head, causes = row.split(":", 1)
        style, where, physical, book, cost = head.split()
        named = {
            name: units for units, name in (each.split(" ", 1) for each in causes.strip().split(", ") if each)
        }
        gap = int(physical) - int(book)
        rest = gap - sum(map(int, named.values()))
        price = None if cost == "-" else cost
        value = None if cost == "-" else str(gap * Decimal(cost))
        told[f"70{style}/BLK/10 {where}"] = place(physical, book, named, rest, price, value)
    return told


@pytest.fixture
def month(tmp_path):
    return folder_of(tmp_path, files())


def test_every_place_is_as_on_paper(month):
    document = asked(month)
    holds(document, paper(PAPER))
    assert document["totals"]["unexplained"] == {"units": "7", "gross": "7", "places": 1}
    assert document["totals"]["value"]["other_currencies"] == {"EUR": "56"}
    assert document["totals"]["without_cost"] == {"places": 1, "units": "3"}
    assert document["period"] == {
        "name": "2026-P09",
        "first_day": "2026-09-27",
        "last_day": "2026-10-24",
        "state": "closed",
    }
    late = [(each["document"], each["units"]) for each in said(document, "booked_into_a_closed_period")]
    assert late == [("SO-26", "-1")]


def test_by_what_was_known_the_day_after(month):
    holds(asked(month, "--known-until", "2026-10-25"), paper(PAPER, EARLIER))


def test_the_proof_of_cogs(month):
    document = asked(month)
    true, booked, not_in_it, does_not_belong = proof(document)
    assert (true, booked) == (99, 87)
    assert (document["cogs"]["true"]["value"], document["cogs"]["booked"]["value"]) == ("1241.5", "1090")
    assert not_in_it == {
        f"{order} 70{style}/BLK/10 {where}": units
        for order, style, where, units in (
            ("SO-1", "01", "LDN", 6),
            ("SO-3", "03", "LDN", 10),
            ("SO-19", "19", "LDN", 2),
            ("SO-21", "21", "LDN", 2),
            ("SO-25", "25", "MAN", 3),
            ("SO-31", "30", "LDN", 2),
        )
    }
    assert does_not_belong == {
        f"{order} 70{style}/BLK/10 LDN": units
        for order, style, units in (("SO-2", "02", 4), ("SO-17", "17", 3), ("SO-30", "30", 2), ("LNK-1", "35", 4))
    }


def test_the_lists_beside_the_close(month):
    document = asked(month)
    told = {
        (each["document"], each["line"]): (each["ordered"], each["received"], each["booked"], each["verdicts"])
        for each in document["gr_ir"]
    }
    assert told["PO900", "1"] == ("40", "44", "40", ["over", "not_booked"])
    assert told["PO901", "1"] == ("10", "10", "10", [])
    assert told["PO901", "2"] == ("20", "20", "0", ["not_booked"])
    assert told["PO902", "1"] == ("24", "24", "2", ["not_booked"])
    assert told["PO903", "1"] == ("18", "18", "18", ["reversed"])
    (back,) = document["returns_not_credited"]
    assert (back["document"], back["value"], back["asset_understated"]) == ("RMA-1", "155", "25")
    aside = {(each["what"], each["location"]): each["rows"] for each in document["out_of_scope"]}
    assert aside["in_transit", "TRN"] == 1
    assert aside["foreign", "ATL"] == 1  # SO-25 is invoiced where Clarus holds nothing
    assert aside["another account's stock", "LDN"] == 1
    (total,) = said(document, "total_line")
    assert "Inventory Report.csv, line 44" in total["what"]
    assert not said(document, "bad_row")
