"""Clarus by file: imports byte for byte as its templates are, and confirmations read through a tenant's layout."""

import csv
import datetime as dt
import io
import re
import tracemalloc
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus.files import (
    ADDRESSES,
    ORDERS,
    PRE_RECEIPTS,
    PRODUCT_ACCOUNTS,
    PRODUCTS,
    ExportLayout,
    ImportRecord,
    Refused,
    read_export,
    takers,
    write_import,
)
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, UnknownSku
from clarus_bluecherry.mapping import WarehouseTerms, clarus_files
from clarus_bluecherry.mapping.clarus_files import WarehouseCodes
from clarus_bluecherry.model import (
    Address,
    Dispatch,
    OrderLine,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReturnToStock,
    SalesOrder,
    Sku,
    UnmatchedCode,
)

LONDON = ZoneInfo("Europe/London")
BLACK, NAVY = Sku("01234", "BLK", size="M"), Sku("01234", "NVY", size="30/32")
CODES = WarehouseCodes(
    account="BRAND",
    warehouse="WH1",
    zone=LONDON,
    product_of={BLACK: "01234-BLK-M", NAVY: "01234-NVY-30/32"}.get,
    carrier="UPS",
)
LATE = dt.datetime(2026, 6, 9, 23, 30, tzinfo=dt.UTC)
HOME = Address(name="Jo  Doe ", lines=("1 High St", "Flat 2"), city="Leeds", postcode="LS1 4AP", country="GB")
ORDER = SalesOrder(
    reference="1001",
    order_number="SO1",
    customer="NORDST",
    location="NJ",
    requested_dispatch=LATE,
    ship_to=HOME,
    note="ring,\nthen wait",
    lines=(
        OrderLine(number="1", item=BLACK, quantity=5),
        OrderLine(number="2", item=NAVY, quantity="2.50", note='say "hi"'),
    ),
)
FACTS = Path(__file__).parents[2].parent / "shared" / "reference" / "clarus.md"


def written(template, *documents):
    out = io.BytesIO()
    told = write_import(template, documents, out)
    return out.getvalue(), told


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def filled(row):
    return {name: value for name, value in row.items() if value}


# Imports -------------------------------------------------------------------------------------------------------


def test_an_order_is_a_row_for_each_line_with_the_header_on_the_first():
    content, told = written(ORDERS, clarus_files.order_document(ORDER, CODES))
    first, second = table(content)
    assert filled(first) == {
        "order_reference": "1001",
        "account_code": "BRAND",
        "customer_code": "NORDST",
        "warehouse_code": "WH1",
        "carrier_code": "UPS",
        "expected_date_of_dispatch": "2026-06-10",
        "notes": "ring, then wait",
        "external_system_reference1": "1001",
        "external_system_reference2": "SO1",
        "address1": "1 High St",
        "address2": "Flat 2",
        "address3": "Leeds",
        "postcode": "LS1 4AP",
        "recipient_name": "Jo Doe",
        "country_code": "GB",
        "product_code": "01234-BLK-M",
        "quantity": "5",
        "quantity_dimension": "unit",
        "alt_line_number": "1",
        "alt_product_code": "01234 BLK M",
    }
    assert filled(second) == {
        "order_reference": "1001",
        "account_code": "BRAND",
        "product_code": "01234-NVY-30/32",
        "quantity": "2.50",
        "quantity_dimension": "unit",
        "alt_line_number": "2",
        "alt_product_code": "01234 NVY 30/32",
        "alt_line_note": 'say "hi"',
    }
    assert (told.documents, told.rows, told.refused) == (1, 2, ())


def test_the_bytes_are_those_of_the_vendors_templates():
    content, _ = written(PRODUCT_ACCOUNTS, clarus_files.product_account_document("01234-BLK-M", "BRAND"))
    assert content == b"Product Code,Account Code,Operation\r\n01234-BLK-M,BRAND,ASSIGN\r\n"
    content, _ = written(ORDERS, clarus_files.order_document(ORDER, CODES))
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    header, _, second = content.decode().split("\r\n")[:3]
    assert header == ",".join(ORDERS.columns)
    assert second.endswith("," * 20), "empty columns at the end are kept"


def test_a_pre_receipt_a_product_and_an_address_are_written_in_their_own_columns():
    line = PurchaseOrderLine(number="3", item=BLACK, quantity=12)
    order = PurchaseOrder(reference="C55", location="NJ", due=LATE, lines=(line,))
    (row,) = table(written(PRE_RECEIPTS, clarus_files.pre_receipt_document(order, CODES))[0])
    assert filled(row) == {
        "receipt_reference": "C55",
        "account_code": "BRAND",
        "warehouse_code": "WH1",
        "carrier_code": "UPS",
        "expected_date_of_receipt": "2026-06-10",
        "delivery_method": "delivery",
        "receipt_type": "receipt",
        "external_system_reference1": "C55",
        "product_code": "01234-BLK-M",
        "item_quantity": "12",
        "quantity_dimension": "unit",
        "alt_line_number": "3",
        "alt_line_reference": "C55",
    }
    product = Product(sku=BLACK, description="Dress", upc="036000291452")
    (row,) = table(written(PRODUCTS, clarus_files.product_document(product, "01234-BLK-M", "BRAND"))[0])
    assert filled(row) == {
        "Code": "01234-BLK-M",
        "Description": "Dress",
        "allow_update": "TRUE",
        "Account Code": "BRAND",
        "Barcode": "036000291452",
        "External System Reference 1": BLACK.key,
    }
    (row,) = table(written(ADDRESSES, clarus_files.address_document(HOME, "HOME-1", "BRAND"))[0])
    assert filled(row) == {
        "code": "HOME-1",
        "address_type": "DeliveryAddress",
        "name": "Jo Doe",
        "address_1": "1 High St",
        "address_2": "Flat 2",
        "address_3": "Leeds",
        "postcode": "LS1 4AP",
        "country": "GB",
        "account_code": "BRAND",
    }


def test_one_bad_document_is_refused_by_name_and_never_stops_the_others():
    good = {"Product Code": "A", "Account Code": "B", "Operation": "ASSIGN"}
    content, told = written(
        PRODUCT_ACCOUNTS,
        ImportRecord("first", good),
        ImportRecord("second", {**good, "Operation": ""}),
        ImportRecord("third", {**good, "Product Code": "A "}),
        ImportRecord("fourth", good),
    )
    assert len(table(content)) == told.documents == 2
    assert [(error.record, error.field) for error in told.refused] == [
        ("second", "Operation"),
        ("third", "Product Code"),
    ]


@pytest.mark.parametrize("value", [" A", "A ", "A\nB", "A\tB", "\ud800", Decimal("NaN"), LATE])
def test_what_would_fail_the_import_is_refused_with_its_column(value):
    content, told = written(
        PRODUCT_ACCOUNTS, ImportRecord("it", {"Product Code": value, "Account Code": "B", "Operation": "ASSIGN"})
    )
    assert (told.rows, told.refused[0].record, told.refused[0].field) == (0, "it", "Product Code")
    assert content.count(b"\n") == 1


@pytest.mark.parametrize(
    ("header", "lines", "field"),
    [
        ({"colour": "red"}, ({"product_code": "A", "quantity": 1},), "colour"),
        ({"product_code": "A"}, ({"product_code": "A", "quantity": 1},), "product_code"),
        ({}, ({"notes": "x"},), "notes"),
        ({}, ({"product_code": "A"},), "quantity"),
        ({}, (), "lines"),
    ],
)
def test_a_document_that_does_not_fit_its_template_is_refused(header, lines, field):
    good = {
        "order_reference": "1",
        "account_code": "B",
        "warehouse_code": "W",
        "expected_date_of_dispatch": dt.date(2026, 6, 10),
    }
    (error,) = written(ORDERS, ImportRecord("order 1", {**good, **header}, lines))[1].refused
    assert error.field == field


def test_an_order_needs_an_address_or_its_code():
    homeless = SalesOrder(reference="1", location="NJ", requested_dispatch=LATE, lines=ORDER.lines)
    with pytest.raises(InvalidRecord) as caught:
        clarus_files.order_document(homeless, CODES)
    assert caught.value.field == "ship_to"
    coded = WarehouseCodes(
        account="B", warehouse="W", zone=LONDON, product_of=CODES.product_of, more={"address_code": "A1"}
    )
    (first, _) = table(written(ORDERS, clarus_files.order_document(homeless, coded))[0])
    assert first["address_code"] == "A1"


def test_a_sku_without_a_product_and_an_order_without_a_due_date_are_refused_by_name():
    line = PurchaseOrderLine(number="3", item=UnmatchedCode("?"), quantity=1)
    order = PurchaseOrder(reference="C55", location="NJ", due=LATE, lines=(line,))
    with pytest.raises(UnknownSku) as caught:
        clarus_files.pre_receipt_document(order, CODES)
    assert caught.value.field == "line 3"
    with pytest.raises(InvalidRecord) as refused:
        clarus_files.pre_receipt_document(PurchaseOrder(reference="C55", location="NJ", lines=()), CODES)
    assert refused.value.field == "due"


def test_a_tenants_own_template_is_read_from_its_first_line():
    own = PRODUCTS.of_header(
        "\ufeffCode,Description,Account Code,allow_update,Barcode,External System Reference 1,Abv\r\n"
    )
    product = Product(sku=BLACK, description="Dress")
    content, told = written(own, clarus_files.product_document(product, "C", "B"))
    assert content.startswith(
        b"Code,Description,Account Code,allow_update,Barcode,External System Reference 1,Abv\r\n"
    )
    assert told.refused == ()
    for wrong, field in (("Code", "Description"), ("Code,Description,Code", "Code")):
        with pytest.raises(ConfigurationError) as caught:
            PRODUCTS.of_header(wrong)
        assert caught.value.field == field


def test_a_file_name_is_checked_against_the_tenants_templates():
    orders, receipts, silent = (
        wire.ImportTemplateNode(id=number, file_regexp=pattern)
        for number, pattern in (("1", r"^ORDERS_.*\.csv$"), ("2", r"^ASN_.*\.csv$"), ("3", None))
    )
    assert takers("ORDERS_1.csv", [orders, receipts, silent]) == [orders]
    assert takers("orders.csv", [orders, receipts, silent]) == []
    with pytest.raises(ConfigurationError, match="import template 9"):
        takers("x", [wire.ImportTemplateNode(id="9", file_regexp="(")])


@pytest.mark.parametrize(
    ("template", "title"),
    [
        (ORDERS, "**Orders**"),
        (PRE_RECEIPTS, "**Pre-receipts**"),
        (ADDRESSES, "**Others**: addresses"),
        (PRODUCT_ACCOUNTS, "product–account"),
    ],
)
def test_the_columns_are_the_documented_ones_in_their_order(template, title):
    if not FACTS.exists():
        pytest.skip("the vendor's facts are not here")
    text = FACTS.read_text("utf-8").partition(title)[2]
    listed = re.search(r"`([^`]*,[^`]*)`", text)[1]
    assert list(template.columns) == [name for each in listed.split(",") for name in expanded(each.strip())]


def expanded(name):
    """`line_string1–5` → five names; `line_datetime1_from, line_datetime1_to … line_datetime5_from` as well."""
    if "…" in name:
        first, last = (int(re.search(r"(\d)_", part)[1]) for part in name.split("…"))
        names = [f"line_datetime{number}_{end}" for number in range(first, last + 1) for end in ("from", "to")]
        return names[1:-1]
    found = re.fullmatch(r"(.*?)(\d)–(\w*?)(\d)", name)
    if not found:
        return [name]
    return [f"{found[1]}{number}" for number in range(int(found[2]), int(found[4]) + 1)]


texts = st.text(max_size=12)
quantities = st.decimals(allow_nan=True, places=3) | st.booleans() | st.integers()
FINE = re.compile("[^\x00-\x1f\ud800-\udfff]*")


def an_order(number, reference, note, quantity):
    header = {
        "order_reference": reference,
        "account_code": "B",
        "warehouse_code": "W",
        "expected_date_of_dispatch": dt.date(2026, 1, 2),
        "notes": note,
    }
    return ImportRecord(str(number), header, [{"product_code": "A", "quantity": quantity}])


def is_fine(document):
    words, quantity = (document.header["order_reference"], document.header["notes"]), document.lines[0]["quantity"]
    is_number = not isinstance(quantity, Decimal) or quantity.is_finite()
    return is_number and all(word == word.strip() and FINE.fullmatch(word) for word in words)


@given(st.lists(st.tuples(texts.filter(bool), texts, quantities), max_size=6))
def test_any_value_is_read_back_as_it_was_or_its_document_is_refused(rows):
    documents = [an_order(number, *row) for number, row in enumerate(rows)]
    content, told = written(ORDERS, *documents)
    good = [document.header for document in documents if is_fine(document)]
    assert [(row["order_reference"], row["notes"]) for row in table(content)] == [
        (header["order_reference"], header["notes"]) for header in good
    ]
    assert len(told.refused) == len(documents) - len(good)


def test_a_long_file_is_written_without_being_held():
    class Counted(io.RawIOBase):
        size = 0

        def writable(self):
            return True

        def write(self, piece):
            self.size += len(piece)
            return len(piece)

    document = clarus_files.order_document(ORDER, CODES)
    out = Counted()
    tracemalloc.start()
    told = write_import(ORDERS, (document for _ in range(5000)), out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.rows == 10_000
    assert out.size > 10 * peak


# Exports -------------------------------------------------------------------------------------------------------

TERMS = WarehouseTerms(zone=LONDON, locations={"WH1": "NJ"}, sku_of={"01234-BLK-M": BLACK}.get)
DISPATCHED = ExportLayout(
    kind="dispatched",
    columns={
        "order_reference": "Order",
        "line_number": "Line",
        "product_code": "SKU",
        "ordered": "Ordered",
        "dispatched": "Shipped",
        "dispatched_at": "When",
        "warehouse_code": "WH",
        "tracking": "Tracking",
    },
    moments="%d/%m/%Y %H:%M",
)
RECEIVED = ExportLayout(
    kind="received",
    columns={
        "receipt_reference": "PO",
        "line_number": "Line",
        "product_code": "SKU",
        "received": "Qty",
        "received_at": "When",
        "warehouse_code": "WH",
        "receipt_type": "Type",
    },
)
SHIPPED = (
    "Order,Line,SKU,Ordered,Shipped,When,WH,Tracking\r\n"
    "1001,1,01234-BLK-M,5,4,10/06/2026 09:30,WH1,1Z1\r\n"
    "1002,1,01234-BLK-M,1,1,10/06/2026 09:30,WH1,\r\n"
    "1001,2,01234-BLK-M,2,0,10/06/2026 09:30,WH1,1Z1\r\n"
)


def read(layout, text):
    return list(read_export(layout, text.encode()))


def test_a_confirmation_of_orders_is_a_dispatch_for_each_order():
    first, second = clarus_files.dispatches(read(DISPATCHED, SHIPPED), TERMS)
    assert isinstance(first, Dispatch)
    assert (first.order_reference, first.location, first.occurred_at.isoformat()) == (
        "1001",
        "NJ",
        "2026-06-10T09:30:00+01:00",
    )
    assert [(line.number, line.ordered, line.shipped) for line in first.lines] == [("1", 5, 4), ("2", 2, 0)]
    assert first.cartons == second.cartons == (), "a tracking number is no carton number"


def test_parcels_are_told_where_every_row_names_its_carton():
    layout = evolve(DISPATCHED, columns={**DISPATCHED.columns, "carton_number": "Carton"})
    header, one, two, *_ = SHIPPED.splitlines()
    text = f"{header},Carton\r\n{one},77\r\n{two},77\r\n"
    first, *_ = clarus_files.dispatches(read(layout, text), TERMS)
    assert [(carton.number, carton.tracking, len(carton.lines)) for carton in first.cartons] == [("77", "1Z1", 1)]


def test_the_same_rows_in_another_file_are_the_same_dispatch_and_the_same_receipts():
    again = SHIPPED.replace("1Z1", "1Z2")
    assert [one.id for one in clarus_files.dispatches(read(DISPATCHED, SHIPPED), TERMS)] == [
        one.id for one in clarus_files.dispatches(read(DISPATCHED, again), TERMS)
    ]
    line = "C55,3,01234-BLK-M,12,2026-06-10 08:00:00,WH1,standard\n"
    rows = read(RECEIVED, "PO,Line,SKU,Qty,When,WH,Type\n" + line * 2)
    one, other = clarus_files.receipts(rows, TERMS)
    assert one.id != other.id
    assert [each.id for each in clarus_files.receipts(rows[:1], TERMS)] == [one.id]


def test_a_confirmation_of_receipts_tells_receipts_and_returns_and_skips_what_received_nothing():
    rows = read(
        RECEIVED,
        "PO,Line,SKU,Qty,When,WH,Type\n"
        "C55,3,01234-BLK-M,12,2026-06-10 08:00:00,WH1,standard\n"
        "C55,4,01234-BLK-M,0,2026-06-10 08:00:00,WH1,standard\n"
        "1001,,01234-BLK-M,1,2026-06-10 08:00:00,WH1,RETURN\n"
        "C56,,01234-BLK-M,1,2026-06-10 08:00:00,WH1,standard\n",
    )
    receipt, back, bad = clarus_files.receipts(rows, TERMS)
    assert isinstance(receipt, Receipt)
    assert (receipt.order_reference, receipt.line_number, receipt.quantity) == ("C55", "3", 12)
    assert isinstance(back, ReturnToStock)
    assert back.order_reference == "1001"
    assert (bad.record, bad.field) == ("receipt C56, line 5", "line_number")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("1001,1,01234-BLK-M,5,many,10/06/2026 09:30,WH1,", "Shipped"),
        ("1001,1,01234-BLK-M,5,4,2026-06-10,WH1,", "When"),
        ("1001,1,,5,4,10/06/2026 09:30,WH1,", "SKU"),
        ("1001,1,01234-BLK-M", "Ordered"),
    ],
)
def test_a_bad_row_is_kept_with_its_cells_and_never_stops_the_good_ones(line, field):
    good, bad, other = read(DISPATCHED, SHIPPED.replace("1002,1,01234-BLK-M,1,1,10/06/2026 09:30,WH1,", line))
    assert isinstance(bad, Refused)
    assert (bad.error.record, bad.error.field) == ("export of what was dispatched, line 3", field)
    assert bad.cells[0] == "1001"
    assert (good.number, other.number) == (2, 4)
    assert "1001" not in repr(bad)


def test_a_name_in_the_place_of_an_instant_is_not_told():
    _, bad, _ = read(
        DISPATCHED, SHIPPED.replace("1002,1,01234-BLK-M,1,1,10/06/2026 09:30", "1002,1,01234-BLK-M,1,1,Jane Doe")
    )
    assert "a text of 8 characters is not written as" in str(bad.error)
    assert "Jane" not in str(bad.error)


def test_a_dispatch_without_an_instant_or_with_two_warehouses_is_refused():
    rows = read(DISPATCHED, SHIPPED.replace("10/06/2026 09:30", "").replace("4,,WH1", "4,,WH2"))
    first, second = clarus_files.dispatches(rows, TERMS)
    assert [error.field for error in (first, second)] == ["dispatched_at", "dispatched_at"]
    rows = read(DISPATCHED, SHIPPED.replace("4,10/06/2026 09:30,WH1", "4,10/06/2026 09:30,WH2"))
    assert next(clarus_files.dispatches(rows, TERMS)).field == "warehouse_code"


@pytest.mark.parametrize("text", ["Order,Line\n", SHIPPED.replace("WH,", "SKU,", 1), ""])
def test_a_missing_column_stops_everything(text):
    with pytest.raises(ConfigurationError):
        read(DISPATCHED, text)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'Order,"Line\n1'])
def test_a_file_that_is_no_table_is_refused(content):
    with pytest.raises((InvalidRecord, ConfigurationError)):
        list(read_export(DISPATCHED, content))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"kind": "invoiced", "columns": {}}, "kind"),
        ({"kind": "received", "columns": {"receipt_reference": "PO", "colour": "C"}}, "colour"),
        ({"kind": "received", "columns": {"receipt_reference": "PO"}}, "product_code"),
    ],
)
def test_a_wrong_layout_is_refused_when_it_is_made(settings, field):
    with pytest.raises(ConfigurationError) as caught:
        ExportLayout(**settings)
    assert caught.value.field == field


def test_numbers_may_have_a_decimal_comma():
    layout = ExportLayout(
        kind="received",
        columns={"receipt_reference": "PO", "product_code": "SKU", "received": "Qty"},
        delimiter=";",
        decimal_comma=True,
    )
    (row,) = read(layout, "PO;SKU;Qty\nC55;A;2,5\n")
    assert row.received == Decimal("2.5")
