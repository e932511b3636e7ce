"""What sheets of the field say: twelve twins of each fault that was met there, at every door that takes a table.

Of each it was decided before which outcome is right: half is not whole, one bad record stops no other and never
disappears, and a number that may be two is none.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from edi_world import PROFILE, STYLE, encoded
from files_world import looked
from x12_texts import interchange, order, records

from clarus_bluecherry.bluecherry import messages, read_inventory_report
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import kind_named
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
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.clarus.files import ExportLayout, Refused, read_export
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate
from clarus_bluecherry.flows.sku_audit import read_master, read_products
from clarus_bluecherry.sku import decisions_from_csv

STYLES = ",".join(each.header for each in STYLE_REPORT.columns)
NBSP, ZERO_WIDTH = "\u00a0", "\u200b"


def text(*lines, end="\r\n"):
    return "".join(f"{line}{end}" for line in lines)


def columns(kind, *names, **dialect):
    return SheetLayout(kind, [Column(name, name) for name in names], Dialect(**dialect))


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def split(found):
    """What was read, and what was refused."""
    found = list(found)
    bad = [each for each in found if isinstance(each, InvalidRecord | Refused)]
    return [each for each in found if each not in bad], bad


# inventory-decimal-comma: a number that may be a thousand times more or less is none -----------------------------

REPORT = "Div,Style,Color #,Label,Dm/Pk,Size,UPC Number,Season,Location,Total QOH,Loc Std Cost,Loc Curr"


def report(quantity, cost, delimiter=";", **how):
    cells = ["01", "01234", "BLK", "", "", "M", "", "SP25", "MAIN", quantity, cost, "EUR"]
    lines = [delimiter.join(REPORT.split(",")), delimiter.join(cells)]
    return read_inventory_report(text(*lines), delimiter=delimiter, **how)


DOUBTFUL = {
    "a tab and three digits": lambda: report("5", "7,125", "\t"),
    "a bar and thousands": lambda: report("1,000", "7", "|"),
    "a point and three digits": lambda: report("1.000", "7"),
    "two digits behind a comma": lambda: report("5", "7,50"),
    "a sign behind": lambda: report("1,000-", "7"),
    "in parentheses": lambda: report("(1,000)", "7"),
    "both marks": lambda: report("1.234,500", "7", "|"),
    "Swiss thousands": lambda: report("1'234.50", "7", decimal_mark="."),
    "a currency before it": lambda: report("5", "€ 7,125", decimal_mark=","),
    "points where commas were told": lambda: report("5", "7.50", decimal_mark=","),
    "commas in the wrong places": lambda: report("1,00,000", "7", decimal_mark="."),
    "text of a workbook": lambda: read_inventory_report(
        workbook(REPORT.split(","), ["01", "1", "B", "", "", "M", "", "S", "MAIN", "5", "7,125", "EUR"])
    ),
    "in UTF-16": lambda: read_inventory_report(
        text(REPORT.replace(",", ";"), "01;1;B;;;M;;S;MAIN;5;7,125;EUR").encode("utf-16")
    ),
}


@pytest.mark.parametrize("read", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_number_that_may_be_two_is_set_aside(read):
    found = read()
    assert (found.rows, len(found.bad)) == ((), 1)
    assert found.bad[0].field in ("Total QOH", "Loc Std Cost")


CERTAIN = {
    "as the site says": (lambda: report("5", "7,125", decimal_mark=","), "5", "7.125"),
    "thousands with points": (lambda: report("1.234,50", "7", decimal_mark=","), "1234.50", "7"),
    "thousands alone": (lambda: report("1.234", "7", decimal_mark=","), "1234", "7"),
    "thousands with blanks": (lambda: report(f"1{NBSP}234,5", "7", decimal_mark=","), "1234.5", "7"),
    "a sign behind": (lambda: report("7,125-", "7", decimal_mark=","), "-7.125", "7"),
    "points in a file of semicolons": (lambda: report("7,125", "7", decimal_mark="."), "7125", "7"),
    "a number of Excel": (
        lambda: read_inventory_report(
            workbook(REPORT.split(","), ["01", "1", "B", "", "", "M", "", "S", "MAIN", 5, 7.125, "EUR"])
        ),
        "5",
        "7.125",
    ),
}


@pytest.mark.parametrize(("read", "quantity", "cost"), CERTAIN.values(), ids=CERTAIN)
def test_a_number_whose_mark_is_known_is_exact(read, quantity, cost):
    (row,) = read().rows
    assert (row.total_qoh, row.loc_std_cost) == (Decimal(quantity), Decimal(cost))


ORDERED = ("pick_num", "line.line_seq", "line.style", "line.bk_qty")
RECEIVED = {"receipt_reference": "PO", "product_code": "SKU", "received": "Qty"}
OTHER_DOORS = {
    "a pick ticket": lambda cell: read_sheet(
        columns("pick_ticket", *ORDERED, delimiter=";"), text(";".join(ORDERED), f"P1;1;S;{cell}").encode()
    ),
    "a pick ticket with commas": lambda cell: read_sheet(
        columns("pick_ticket", *ORDERED, delimiter=";", decimal_comma=True),
        text(";".join(ORDERED), f"P1;1;S;{cell.replace(',', '.')}").encode(),
    ),
    "what was received": lambda cell: read_export(
        ExportLayout(kind="received", columns=RECEIVED, delimiter=";"), text("PO;SKU;Qty", f"C5;S;{cell}").encode()
    ),
    "a workbook of picks": lambda cell: read_sheet(
        columns("pick_ticket", *ORDERED), workbook(ORDERED, ["P1", "1", "S", cell])
    ),
}


@pytest.mark.parametrize("read", OTHER_DOORS.values(), ids=OTHER_DOORS)
@pytest.mark.parametrize("cell", ["7,125", "1,000"])
def test_at_every_other_door_too(read, cell):
    good, bad = split(read(cell))
    assert (good, len(bad)) == ([], 1)


# sheet-blank-behind-pick: blanks around what names a document make no second one ---------------------------------

PICK = ("pick_num", "line.line_seq", "line.style", "line.bk_qty")
SHIPPED = ("pick_num", "location", "ship_date", "line.line_seq", "line.style", "line.size_qty", "line.total_qty")
PACKED = (*SHIPPED, "carton.carton_num", "packed.ship_qty")
RECEIPTS = ExportLayout(kind="received", columns={**RECEIVED, "line_number": "Line"})
DISPATCHED = ExportLayout(
    kind="dispatched",
    columns={"order_reference": "Order", "product_code": "SKU", "dispatched": "Qty", "line_number": "Line"},
)


def documents(kind, names, *lines, **dialect):
    """What a sheet holds."""
    layout = columns(kind, *names, **dialect)
    delimiter = layout.dialect.delimiter
    return list(read_sheet(layout, text(delimiter.join(names), *lines).encode(layout.dialect.encoding)))


def of_rows(*rows):
    return list(read_sheet(columns("pick_ticket", *PICK), workbook(PICK, *rows)))


def of_export(layout, header, *references):
    lines = (f"{each},S,5,{number}" for number, each in enumerate(references, start=1))
    return list(read_export(layout, text(header, *lines).encode()))


def of_orders(*bodies):
    return records(interchange(*bodies))


CARTON = "00012345678901234567"


def shipped(pick="P1", line="1", carton=CARTON, units=2, of=5):
    return f"{pick},NJ,03/02/2026,{line},S,{of},{of},{carton},{units}"


BLANKS = {
    "a width of nothing": lambda: documents("pick_ticket", PICK, "P1,1,S,5", f"P1{ZERO_WIDTH},2,S,7"),
    "in quotation marks": lambda: documents("pick_ticket", PICK, "P1,1,S,5", '"P1 ",2,S,7'),
    "no break, in Windows' letters": lambda: documents(
        "pick_ticket", PICK, "P1;1;S;5", f"P1{NBSP};2;S;7", delimiter=";", encoding="cp1252"
    ),
    "between tabs": lambda: documents("pick_ticket", PICK, "P1\t1\tS\t5", " P1\t2\tS\t7", delimiter="\t"),
    "a number of Excel and its text": lambda: of_rows([1001, "1", "S", 5], ["1001 ", "2", "S", 7]),
    "a line break in a cell of Excel": lambda: of_rows(["P1", "1", "S", 5], ["P1\n", "2", "S", 7]),
    "a production order": lambda: documents(
        "production_order", ("prod_num", "line.prod_line", "line.style", "line.prod_qty"), "C5,1,S,5", "C5 ,2,S,7"
    ),
    "a transfer order": lambda: documents(
        "transfer_order",
        ("transfer_num", "line.line_seq", "line.style", "line.bk_qty"),
        "T1,1,S,5",
        f"{NBSP}T1,2,S,7",
    ),
    "a style's season": lambda: list(
        read_sheet(STYLE_REPORT, text(STYLES, "1,D,01,S1,7,B,,,M,", "1,D,01,S1 ,7,B,,,L,").encode())
    ),
    "a dispatch's order": lambda: of_export(DISPATCHED, "Order,SKU,Qty,Line", "P1", "P1 ", f"{NBSP}P1"),
    "a receipt's order": lambda: of_export(RECEIPTS, "PO,SKU,Qty,Line", "C5", f"C5{ZERO_WIDTH}", "C5\t"),
    "a shipment": lambda: documents(
        "order_shipment", SHIPPED, "P1,NJ,03/02/2026,1,S,5,5", "P1 ,NJ,03/02/2026,2,S,7,7"
    ),
    "an X12 order": lambda: of_orders(order(), ["W05*N*P1 ", *order()[1:]]),
}
NAMED_BY = ("pick_num", "prod_num", "transfer_num", "order_reference", "receipt_reference", "season")


@pytest.mark.parametrize("read", BLANKS.values(), ids=BLANKS)
def test_blanks_around_what_names_a_document_make_no_second_one(read):
    found = read()
    assert not any(isinstance(each, InvalidRecord | Refused) for each in found), found
    names = [getattr(each, name) for each in found for name in NAMED_BY if hasattr(each, name)]
    assert len(set(names)) == 1, names
    assert len(found) == 1 or not hasattr(found[0], "lines") or read is BLANKS["an X12 order"]


@pytest.mark.parametrize(
    "second",
    [{"line": "1 "}, {"line": f"1{NBSP}"}, {"line": " 1"}, {"line": "1 ", "pick": "P1 "}],
    ids=["behind", "no break", "before", "both"],
)
def test_blanks_around_the_number_of_a_line_do_not_double_its_goods(second):
    lines = shipped(units=2), shipped(carton=CARTON[::-1], units=3, **second)
    (one,) = documents("order_shipment", PACKED, *lines)
    assert [line.size_qty for line in one.lines] == [5]


@pytest.mark.parametrize(
    "carton", [f"{CARTON} ", f"{CARTON}{ZERO_WIDTH}", f"\t{CARTON}"], ids=["behind", "unseen", "before"]
)
def test_blanks_around_the_number_of_a_carton_make_no_second_carton(carton):
    layout = columns("order_shipment", *PACKED)
    lines = shipped(units=2), shipped(line="2", carton=carton, units=3)
    (one,) = read_sheet(layout, text(",".join(PACKED), *lines).encode())
    (packed,) = one.cartons
    assert [line.ship_qty for line in packed.lines] == [2, 3]


# sheet-unquoted-comma: a line with more or fewer cells than headers is never taken -------------------------------

GOOD = "P2,1,S,7"


def sheets(kind, names, bad, good, **dialect):
    layout = columns(kind, *names, **dialect)
    header = layout.dialect.delimiter.join(names)
    return lambda: read_sheet(layout, text(header, bad, good).encode())


def of_report(bad):
    found = read_inventory_report(text(REPORT, bad, "01,1,B,,,M,,S,MAIN,5,7,EUR"))
    return [*found.rows, *found.bad]


NAMED = ("pick_num", "ship_to.name", "line.line_seq", "line.style", "line.bk_qty")
SHIFTED = {
    "a bar in a name": sheets("pick_ticket", NAMED, "P1|A|B|1|S|5", "P2|A|1|S|7", delimiter="|"),
    "a semicolon in a name": sheets("pick_ticket", NAMED, "P1;A;B;1;S;5", "P2;A;1;S;7", delimiter=";"),
    "a tab in a name": sheets("pick_ticket", NAMED, "P1\tA\tB\t1\tS\t5", "P2\tA\t1\tS\t7", delimiter="\t"),
    "a decimal comma": sheets("pick_ticket", PICK, "P1,1,S,7,5", GOOD),
    "thousands": sheets("pick_ticket", PICK, "P1,1,S,1,200", GOOD),
    "a cell too few": sheets("pick_ticket", PICK, "P1,1,5", GOOD),
    "half quoted": sheets("pick_ticket", NAMED, 'P1,"A", B,1,S,5', "P2,A,1,S,7"),
    "a transfer order": sheets(
        "transfer_order",
        ("transfer_num", "line.line_seq", "line.style", "line.bk_qty"),
        "T1,1,S,1,200",
        "T2,1,S,7",
    ),
    "a workbook beside its headers": lambda: read_sheet(
        columns("pick_ticket", *PICK), workbook(PICK, ["P1", "A", "1", "S", 5], ["P2", "1", "S", 7])
    ),
    "the inventory report": lambda: of_report("01,1,B,,,M,,S,MAIN,1,200,7,EUR"),
    "the style report": lambda: read_sheet(
        STYLE_REPORT, text(STYLES, "1,D, E,01,S1,7,B,,,M,", "2,D,01,S1,7,B,,,M,").encode()
    ),
    "what was dispatched": lambda: read_export(
        DISPATCHED, text("Order,SKU,Qty,Line", "P1,S,1,200,1", "P2,S,7,1").encode()
    ),
    "what was received, one cell less": lambda: read_export(
        ExportLayout(kind="received", columns=RECEIVED), text("PO,SKU,Qty", "C5,7", "C6,S,7").encode()
    ),
}


@pytest.mark.parametrize("read", SHIFTED.values(), ids=SHIFTED)
def test_a_line_out_of_shape_is_told_alone(read):
    good, bad = split(read())
    assert (len(good), len(bad)) == (1, 1)
    error = bad[0].error if isinstance(bad[0], Refused) else bad[0]
    assert "cells under" in str(error)


def test_a_line_of_the_master_out_of_shape_is_told(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(text("Style,Color #,Label,Dm/Pk,Size,UPC Number", "1,B,,,M, L,036000291452", "2,B,,,M,"))
    read = read_master(path)
    assert ([row.style for row in read.rows], len(read.problems)) == (["2"], 1)


def test_a_line_of_the_products_out_of_shape_is_told(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(text("code,name,barcode", "1-B-M,Dress, red,036000291452", "2-B-M,Dress,"))
    read = read_products(path)
    assert ([row.code for row in read.rows], len(read.problems)) == (["2-B-M"], 1)


def test_a_decision_out_of_shape_stops_all_of_them():
    header = "clarus_code,division,style,color,label,dimension,size,origin"
    with pytest.raises(InvalidRecord, match="cells under"):
        decisions_from_csv(text(header, "X,,1,B,,,M,L,person"))


# snapshot-styles-cut: what lacks too much of what the one before said is held, and that one stands ---------------

NAMES = {
    "style": ["STYLE*"],
    "location": ["LOC*"],
    "carrier": ["CARR*"],
    "period_status": ["PER*"],
    "stock_movement": ["MOVE*"],
}
LAYOUTS = {kind: template(kind) for kind in NAMES}


def style(number, *sizes, division="01"):
    name = f"S{number:04}"
    skus = [{"style": name, "color_code": "BLK", "size_desc": size} for size in sizes or ("M",)]
    return messages.Style(style=name, division=division, skus=skus)


def styles(numbers, **how):
    return write_sheet(LAYOUTS["style"], [style(number, **how) for number in numbers])


def simple(kind, model, field, numbers):
    return write_sheet(LAYOUTS[kind], [model(**{field: f"X{number}"}) for number in numbers])


def periods(numbers):
    first = dt.date(2026, 1, 1)
    made = [messages.PeriodStatus(period=f"P{n}", first_day=first, last_day=first, state="open") for n in numbers]
    return write_sheet(LAYOUTS["period_status"], made)


def movements(numbers):
    made = [messages.StockMovement(rec_type="R1", style="S", location="NJ", size_qty=n) for n in numbers]
    return write_sheet(LAYOUTS["stock_movement"], made)


def catalog(numbers):
    skus = [{"style": "01234", "color_code": "BLK", "size_desc": f"Z{number}"} for number in numbers]
    return encoded(
        PROFILE,
        STYLE.model_copy(update={"skus": tuple(messages.StyleSku(**sku) for sku in skus)}),
        "000000007",
        NOON,
    )


def next_catalog(numbers):
    return catalog(numbers).replace(b"000000007", b"000000008")


NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HUNDRED = range(100)
WHOLE = styles(HUNDRED)
CUT = {
    "at a line's end": ("style", "STYLE{}.csv", WHOLE, b"".join(WHOLE.splitlines(keepends=True)[:11])),
    "a workbook": (
        "style",
        "STYLE{}.xlsx",
        write_workbook(LAYOUTS["style"], map(style, HUNDRED)),
        write_workbook(LAYOUTS["style"], map(style, range(10))),
    ),
    "a workbook after a sheet": (
        "style",
        "STYLE{}.csv",
        WHOLE,
        write_workbook(LAYOUTS["style"], map(style, range(10))),
    ),
    "a catalog": ("style", "CAT{}.x12", catalog(HUNDRED), next_catalog(range(10))),
    "sizes lost": (
        "style",
        "STYLE{}.csv",
        write_sheet(LAYOUTS["style"], [style(n, *"ABCDE") for n in range(20)]),
        write_sheet(LAYOUTS["style"], [style(n, "A") for n in range(20)]),
    ),
    "the header alone": ("style", "STYLE{}.csv", WHOLE, WHOLE.splitlines(keepends=True)[0]),
    "one style a hundred times": ("style", "STYLE{}.csv", WHOLE, styles([1] * 100)),
    "another division's styles": ("style", "STYLE{}.csv", WHOLE, styles(HUNDRED, division="02")),
    "other styles altogether": ("style", "STYLE{}.csv", WHOLE, styles(range(500, 600))),
    "half of them others": ("style", "STYLE{}.csv", WHOLE, styles(range(50, 150))),
    "lines that cannot be read": ("style", "STYLE{}.csv", WHOLE, WHOLE.replace(b"BLK", b"BLK,", 20)),
    "locations": (
        "location",
        "LOC{}.csv",
        simple("location", messages.Location, "location", HUNDRED),
        simple("location", messages.Location, "location", range(90)),
    ),
    "other carriers": (
        "carrier",
        "CARR{}.csv",
        simple("carrier", messages.Carrier, "shipper", HUNDRED),
        simple("carrier", messages.Carrier, "shipper", range(90, 190)),
    ),
    "periods": ("period_status", "PER{}.csv", periods(HUNDRED), periods(range(50))),
    "movements": ("stock_movement", "MOVE{}.csv", movements(HUNDRED), movements(range(94))),
}


class There:
    """A folder exchange in which snapshots are left, an hour apart."""

    def __init__(self, root):
        self.root, self.now, self.incidents = root, NOON, []
        folder = Folder(root, settle=dt.timedelta(0), now=lambda: self.now, on_incident=self.incidents.append)
        codec = Codecs(SheetCodec(LAYOUTS, NAMES), X12Codec(PROFILE, now=lambda: NOON))
        profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
        self.transport = FileTransport(folder, codec, profile, store=root / "store", now=lambda: self.now)

    def leave(self, name, content):
        self.now += dt.timedelta(hours=1)
        (self.root / "in" / name).write_bytes(content)

    def stands(self, kind):
        return looked(self.transport, kind_named(kind))


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    there.transport.close()


@pytest.mark.parametrize(("kind", "name", "before", "after"), CUT.values(), ids=CUT)
def test_a_snapshot_that_lacks_what_the_one_before_said_is_held(there, kind, name, before, after):
    there.leave(name.format(1), before)
    whole = there.stands(kind)
    there.leave(name.format(2), after)
    assert there.stands(kind) == whole
    assert [(each.kind, each.name) for each in there.incidents] == [(IncidentKind.HELD, name.format(2))]


GROWN = {
    "more than before": (range(100), range(150)),
    "a twentieth gone, others come": (range(100), range(5, 200)),
    "one in their place": (range(100), range(1, 101)),
}


@pytest.mark.parametrize(("before", "after"), GROWN.values(), ids=GROWN)
def test_a_snapshot_that_lacks_little_is_let_through(there, before, after):
    there.leave("STYLE1.csv", styles(before))
    there.leave("STYLE2.csv", styles(after))
    assert len(there.stands("style")) == len(after)
    assert there.incidents == []
