"""Messages in a site's own columns: what is written is read again, and what is wrong is named and alone."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry import kinds, messages
from clarus_bluecherry.bluecherry.sheets import (
    STYLE_REPORT,
    Column,
    Dialect,
    SheetLayout,
    read_sheet,
    template,
    write_sheet,
    write_workbook,
)
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

ARTICLE = {"style": "01234", "color_code": "BLK", "size_desc": "M", "upc": "036000291452"}
OTHER = {"style": "01234", "color_code": "NVY", "size_desc": "30/32"}
CARTON = "00012345678901234567"
GERMAN = Dialect(delimiter=";", encoding="cp1252", dates="%d.%m.%Y", decimal_comma=True, empty="NULL")

PICK = messages.PickTicket(
    pick_num="1001",
    customer="NORDST",
    pick_date="2026-03-02",
    last_mod="2026-03-02 08:15:00",
    altpo="ALT-1",
    addresses=[
        {"addr_type": "ST", "name": 'Doe, "Jane"', "addr1": "1 Main St", "city": "Newark"},
        {"addr_type": "BT", "name": "Head office"},
    ],
    lines=[
        {**ARTICLE, "line_seq": "1", "bk_qty": "5", "price": "19.90"},
        {**OTHER, "line_seq": "2", "bk_qty": "2"},
    ],
)
SHIPMENT = messages.OrderShipment(
    pick_num="1001",
    location="NJ",
    ship_date=dt.date(2026, 3, 2),
    echo={"inv_num": "INV1", "tax_amt": "1.50"},
    lines=[
        {**ARTICLE, "line_seq": "1", "size_qty": 5, "total_qty": 5},
        {**OTHER, "line_seq": "2", "size_qty": 0, "total_qty": 2},
    ],
    cartons=[
        {"carton_num": CARTON, "track_no": "1Z999", "lines": [{**ARTICLE, "line_seq": "1", "ship_qty": 3}]},
        {"carton_num": CARTON[:-1] + "8", "lines": [{**ARTICLE, "line_seq": "1", "ship_qty": 2}]},
        {"carton_num": CARTON[:-1] + "9", "carton_wgt": "1.25"},
    ],
)
DATED = {"location": "NJ", "article": ARTICLE}
EXAMPLES = {
    "pick_ticket": PICK,
    "production_order": messages.ProductionOrder(
        prod_num="C55",
        due_date="2026-04-01",
        lines=[{**ARTICLE, "prod_line": "3", "prod_qty": 12, "cost": "7.10"}],
    ),
    "style": messages.Style(style="01234", std_cost="7.50", skus=[ARTICLE, OTHER]),
    "location": messages.Location(location="NJ", loc_type="W"),
    "carrier": messages.Carrier(shipper="UPS", ship_name="United Parcel"),
    "order_shipment": SHIPMENT,
    "production_receipt_advice": messages.ProductionReceiptAdvice(
        prod_num="C55", prod_line="3", receipt_date=dt.date(2026, 3, 2), size_qty="-3", **DATED
    ),
    "inventory_adjustment": messages.InventoryAdjustment(
        adj_num="77",
        adjustment="count",
        adj_date=dt.date(2026, 3, 2),
        reason_code="LOST",
        size_qty="-2.5",
        **DATED,
    ),
    "return_to_stock": messages.ReturnAdvice(
        adj_num="78", order_reference="1001", adj_date=dt.date(2026, 3, 2), size_qty=1, **DATED
    ),
    "shipment_status": messages.ShipmentStatus(pick_num="1001", inv_num="INV1", inv_date="2026-03-03"),
    "interface_status": messages.InterfaceStatus(isa_num="000000042", status="rejected", error="no such pick"),
    "stock_movement": messages.StockMovement(rec_type="IN", location="NJ", size_qty=5, **ARTICLE),
    "period_status": messages.PeriodStatus(
        period="2026-02", first_day=dt.date(2026, 2, 1), last_day=dt.date(2026, 2, 28), state="closed"
    ),
    "acknowledgement": messages.Acknowledgement(
        control_number="000000042",
        verdict="rejected",
        errors=[{"place": "line 3", "code": "7", "text": "no such"}],
    ),
    "stock_position": messages.StockPositionAdvice(
        adj_num="9", count_date=dt.date(2026, 3, 2), size_qty=0, **DATED
    ),
    "transfer_order": messages.TransferOrder(
        transfer_num="T0010",
        from_location="NJ",
        to_location="PA",
        ship_date="2026-03-02",
        lines=[{**ARTICLE, "line_seq": "1", "bk_qty": "5"}],
    ),
}
KINDS = [kind.name for kind in kinds.every_kind() if not isinstance(kind.sheet, str)]
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_every_kind_has_an_example_here():
    assert set(EXAMPLES) == set(KINDS)


@every_kind
@pytest.mark.parametrize("dialect", [Dialect(), GERMAN, Dialect(quoting="all", delimiter="\t", header=False)])
def test_what_is_written_is_read_again(kind, dialect):
    layout = template(kind, dialect)
    written = write_sheet(layout, [EXAMPLES[kind]])
    assert list(read_sheet(layout, written)) == [EXAMPLES[kind]]
    assert write_sheet(layout, read_sheet(layout, written)) == written


def test_a_file_is_written_in_the_sites_own_columns():
    layout = SheetLayout(
        "pick_ticket",
        [
            Column("Beleg", "pick_num"),
            Column("Leer", ""),
            Column("Datum", "pick_date"),
            Column("Ort", "ship_to.city"),
            Column("Artikel", "line.style"),
            Column("Menge", "line.bk_qty"),
            Column("Preis", "line.price"),
        ],
        GERMAN,
    )
    assert write_sheet(layout, [PICK]).decode("cp1252") == (
        "Beleg;Leer;Datum;Ort;Artikel;Menge;Preis\r\n"
        "1001;NULL;02.03.2026;Newark;01234;5;19,90\r\n"
        "1001;NULL;02.03.2026;Newark;01234;2;NULL\r\n"
    )


def test_headers_are_found_in_any_order_and_more_columns_do_no_harm():
    layout = SheetLayout("carrier", [Column("Code", "shipper"), Column("Carrier Name", "ship_name")])
    content = b"\xef\xbb\xbfExtra, carrier  name ,CODE\r\nx,United Parcel,UPS\r\n\r\n"
    assert list(read_sheet(layout, content)) == [messages.Carrier(shipper="UPS", ship_name="United Parcel")]


@pytest.mark.parametrize(
    ("content", "what"), [(b"Name\r\nx\r\n", "missing"), (b"Code,code\r\nx,y\r\n", "2 times"), (b"", "missing")]
)
def test_a_missing_column_stops_everything_before_any_line(content, what):
    layout = SheetLayout("carrier", [Column("Code", "shipper")])
    with pytest.raises(ConfigurationError, match=what) as caught:
        list(read_sheet(layout, content))
    assert caught.value.field == "Code"


LINES = SheetLayout(
    "pick_ticket",
    [
        Column("Pick", "pick_num"),
        Column("Customer", "customer"),
        Column("Line", "line.line_seq"),
        Column("Qty", "line.bk_qty"),
    ],
)


def test_lines_of_one_document_need_not_stand_together():
    content = b"Pick,Customer,Line,Qty\n1,A,1,5\n2,B,1,7\n1,,2,6\n"
    first, second = read_sheet(LINES, content)
    assert [(line.line_seq, line.bk_qty) for line in first.lines] == [("1", 5), ("2", 6)]
    assert (first.customer, second.pick_num) == ("A", "2")


@pytest.mark.parametrize(
    ("line", "place", "field"),
    [
        (b"1,A,2,many", "pick ticket 1, line 3", "Qty"),
        (b"1,A,2", "pick ticket 1, line 3", "Qty"),
        (b"1,Z,2,1", "pick ticket 1", "customer"),
    ],
)
def test_one_bad_document_is_named_and_never_stops_the_good_ones(line, place, field):
    content = b"Pick,Customer,Line,Qty\n1,A,1,5\n" + line + b"\n2,B,1,7\n"
    bad, good = read_sheet(LINES, content)
    assert isinstance(bad, InvalidRecord)
    assert (bad.record, bad.field) == (place, field)
    assert good.pick_num == "2"


def test_a_document_that_breaks_a_rule_of_its_message_is_named():
    layout = SheetLayout(
        "order_shipment",
        [Column(name, name) for name in ("pick_num", "location", "ship_date", "line.line_seq", "line.style")],
    )
    (bad,) = read_sheet(layout, b"pick_num,location,ship_date,line.line_seq,line.style\n1,NJ,03/02/2026,1,S\n")
    assert (bad.record, bad.field) == ("order shipment 1", "lines.0.size_qty")


def test_a_file_in_another_encoding_is_refused_whole():
    with pytest.raises(InvalidRecord, match="not text in utf-8"):
        list(read_sheet(template("carrier"), "shipper\nÄ\n".encode("cp1252")))


def test_an_unclosed_quotation_mark_never_swallows_the_rest_in_silence():
    with pytest.raises(
        InvalidRecord, match="lines 2 to 3: unexpected end of data: is a quotation mark not closed"
    ):
        list(read_sheet(LINES, b'Pick,Customer,Line,Qty\n1,"A,1,5\n2,B,1,7\n'))


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        (Dialect(quoting="none"), "comma, and\nline"),
        (Dialect(empty="NULL"), "NULL"),
        (Dialect(encoding="ascii"), "Straße"),
    ],
)
def test_what_a_file_cannot_hold_is_refused_before_anything_is_written(dialect, name):
    with pytest.raises(InvalidRecord):
        write_sheet(template("carrier", dialect), [messages.Carrier(shipper="UPS", ship_name=name)])


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ([Column("A", "pick_num"), Column("B", "line.colour")], "line.colour"),
        ([Column("A", "pick_num"), Column("A", "customer")], "A"),
        ([Column("A", "pick_num"), Column("B", "pick_num")], "pick_num"),
        ([Column("A", "customer")], "pick_num"),
    ],
)
def test_a_wrong_layout_is_refused_when_it_is_made(columns, field):
    with pytest.raises(ConfigurationError) as caught:
        SheetLayout("pick_ticket", columns)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("setting", "value"), [("delimiter", ";;"), ("quote", ""), ("encoding", "utf-99"), ("decimal_comma", True)]
)
def test_a_wrong_dialect_is_refused_when_it_is_made(setting, value):
    with pytest.raises(ConfigurationError):
        Dialect(**{"quoting": "none", setting: value})


def test_a_kind_there_is_not_is_refused():
    with pytest.raises(ConfigurationError, match="'invoice' is no kind of message"):
        template("invoice")


# Reports and workbooks ----------------------------------------------------------------------------------------


def test_the_exported_style_report_is_read_as_styles_with_their_skus():
    report = (
        "Style,Style Name,Div,Season,VENDOR,Color #,Label,Dm/Pk,Size,UPC Number,Loc Std Cost\r\n"
        "01234,Dress,01,SP25,MILL,BLK,,,M,036000291452,7.50\r\n"
        "01234,Dress,01,SP25,MILL,BLK,,,L,,7.50\r\n"
        "01234,Dress,01,SP25,MILL,NVY,,,M,,8.25\r\n"
    )
    black, navy = read_sheet(STYLE_REPORT, report.encode())
    assert [(sku.color_code, sku.size_desc) for sku in black.skus] == [("BLK", "M"), ("BLK", "L")]
    assert (black.std_cost, navy.std_cost, navy.division) == (Decimal("7.50"), Decimal("8.25"), "01")


@every_kind
def test_a_workbook_holds_the_same(kind):
    layout = template(kind, GERMAN)
    assert list(read_sheet(layout, write_workbook(layout, [EXAMPLES[kind]]))) == [EXAMPLES[kind]]


def test_what_a_spreadsheet_has_made_of_a_cell_is_read_as_it_shows():
    book = openpyxl.Workbook()
    book.active.append(["pick", "date", "line.line_seq", "units"])
    book.active.append([1001, dt.datetime(2026, 3, 2), 7, 2.5])  # noqa: DTZ001 - a spreadsheet has no zones
    content = io.BytesIO()
    book.save(content)
    columns = {"Pick": "pick_num", "Date": "pick_date", "line.line_seq": "line.line_seq", "Units": "line.bk_qty"}
    layout = SheetLayout("pick_ticket", [Column(header, field) for header, field in columns.items()])
    (pick,) = read_sheet(layout, content.getvalue())
    assert (pick.pick_num, pick.pick_date) == ("1001", "2026-03-02")
    assert (pick.lines[0].line_seq, pick.lines[0].bk_qty) == ("7", Decimal("2.5"))


def test_a_file_that_is_no_workbook_is_refused():
    with pytest.raises(InvalidRecord, match="no Excel workbook"):
        list(read_sheet(LINES, b"PK\x03\x04Pick,Customer\r\n"))
    with pytest.raises(InvalidRecord, match=r"of the old kind \(\.xls\)"):
        list(read_sheet(LINES, b"\xd0\xcf\x11\xe0\xa1\xb1"))


# What must hold for anything -----------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8).map(str.rstrip)
numbers = st.decimals("-999999", "999999", places=3)
dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from(["minimal", "all"]),
    dates=st.sampled_from(["%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d"]),
    decimal_comma=st.booleans(),
    empty=st.sampled_from(["", "NULL"]),
    line_end=st.sampled_from(["\r\n", "\n"]),
    header=st.booleans(),
)


@given(dialects, st.lists(st.tuples(words.filter(str), words, numbers), max_size=5))
def test_any_text_and_any_number_comes_back_or_is_refused(dialect, rows):
    layout = template("inventory_adjustment", dialect)
    sent = [
        messages.InventoryAdjustment(
            adj_num=number,
            adjustment="adjustment",
            location="NJ",
            adj_date=dt.date(2026, 2, 28),
            reason_code=reason,
            article=ARTICLE,
            size_qty=quantity,
        )
        for number, reason, quantity in rows
    ]
    try:
        written = write_sheet(layout, sent)
    except InvalidRecord:
        assert dialect.empty in {word for row in rows for word in row[:2]}
        return
    assert list(read_sheet(layout, written)) == sent


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_our_own_errors(content):
    for kind in ("carrier", "pick_ticket"):
        try:
            found = list(read_sheet(template(kind, Dialect(header=False)), content))
        except InvalidRecord:
            continue
        assert all(isinstance(each, InvalidRecord | messages.Carrier | messages.PickTicket) for each in found)
