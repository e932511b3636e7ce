import datetime as dt
from decimal import Decimal
from typing import get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import (
    Address,
    Adjustment,
    Carton,
    CartonLine,
    CrosswalkEntry,
    Dispatch,
    DispatchLine,
    Hold,
    Money,
    Notification,
    OrderLine,
    PeriodChange,
    PeriodState,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Record,
    ReturnToStock,
    SalesOrder,
    Sku,
    StockPosition,
    SystemOfRecord,
    Undispatch,
    UnmatchedCode,
    Unread,
    decimal,
)

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
NAIVE = NOON.replace(tzinfo=None)
SKU = Sku("01234", "BLK", size="M")
MOVED = {"id": "77", "occurred_at": NOON, "location": "WH1", "item": SKU, "quantity": 1}
HOME = Address(
    name="Jo Doe",
    lines=("1 High Street", "Flat 2"),
    city="Leeds",
    region="West Yorkshire",
    postcode="LS1 4AP",
    country="GB",
    phone="+44 7700 900123",
    email="jo@example.com",
)
PERSONAL = (
    "Jo",
    "Doe",
    "High Street",
    "Flat 2",
    "Leeds",
    "Yorkshire",
    "LS1",
    "7700",
    "example.com",
    "leave with",
)

VALID = {
    Address: HOME,
    Money: Money("12.50", "USD"),
    OrderLine: OrderLine(number="1", item=SKU, quantity=2, note="leave with Jo"),
    PurchaseOrderLine: PurchaseOrderLine(number="1", item=SKU, quantity=2),
    DispatchLine: DispatchLine(number="1", item=SKU, ordered=2, shipped=2),
    CartonLine: CartonLine(number="1", item=SKU, quantity=2),
    Carton: Carton(number="4711", weight_kg="1.2"),
    Product: Product(sku=SKU),
    SalesOrder: SalesOrder(
        reference="1001",
        location="WH1",
        requested_dispatch=NOON,
        ship_to=HOME,
        lines=(OrderLine(number="1", item=SKU, quantity=2, note="leave with Jo"),),
        note="leave with the neighbour",
    ),
    PurchaseOrder: PurchaseOrder(reference="PO9", location="WH1", due=NOON, lines=()),
    Dispatch: Dispatch(id="9", occurred_at=NOON, order_reference="1001", location="WH1", lines=()),
    Undispatch: Undispatch(
        id="9/1", occurred_at=NOON, dispatch_id="9", order_reference="1001", location="WH1", lines=()
    ),
    Receipt: Receipt(order_reference="PO9", line_number="1", **MOVED),
    Adjustment: Adjustment(**MOVED, note="found by Jo Doe"),
    ReturnToStock: ReturnToStock(**MOVED),
    Hold: Hold(**MOVED),
    StockPosition: StockPosition(
        keeper=SystemOfRecord.WAREHOUSE, item=SKU, location="WH1", quantity=0, as_of=NOON
    ),
    Notification: Notification(id="5", occurred_at=NOON, resource="goods_out", event="completed"),
    CrosswalkEntry: CrosswalkEntry(code="1234-BLK-M", sku=SKU, origin="rule", rules=("a zero was lost",)),
    PeriodChange: PeriodChange(
        period="2026-03",
        first_day=dt.date(2026, 3, 1),
        last_day=dt.date(2026, 3, 31),
        state=PeriodState.CLOSED,
        section="stock",
    ),
    Unread: Unread(id="5", kind="transaction", occurred_at=NOON, problem="an unknown subtype"),
}


def fields_of(*types):
    """(record, field name) of every field declared as one of `types`, as it is written in the class.

    Not `attrs.fields`: whoever builds a converter for a record first changes the types in there.
    """
    return [
        (record, name)
        for record, made in VALID.items()
        for name, declared in type(made).__annotations__.items()
        if declared in types
    ]


def refusal(record, field, value):
    with pytest.raises(InvalidRecord) as caught:
        attrs.evolve(VALID[record], **{field: value})
    return caught.value


def test_every_kind_of_record_is_held_to_its_invariants_here():
    assert set(get_args(Record)) <= set(VALID)


# SKUs --------------------------------------------------------------------------------------------------------

parts = st.text(st.characters(min_codepoint=32, exclude_characters="|"), max_size=4)
skus = st.builds(Sku, parts.filter(str.strip), parts, label=parts, dimension=parts, size=parts, division=parts)


@pytest.mark.parametrize("part", [field.name for field in attrs.fields(Sku)])
@pytest.mark.parametrize("value", [1234, 10.5, None, True, b"01234"])
def test_a_part_of_a_sku_is_never_a_number(part, value):
    with pytest.raises(InvalidRecord) as caught:
        attrs.evolve(SKU, **{part: value})
    assert (caught.value.record, caught.value.field) == ("Sku", part)


@given(skus, skus)
def test_two_skus_share_a_key_only_when_they_are_the_same(one, other):
    assert (one.key == other.key) == (one == other)


@given(st.lists(st.sampled_from(["", "1", "01"]), min_size=12, max_size=12))
def test_a_part_in_another_column_is_another_key(values):
    one, other = ({"style": "S", **dict(zip(COLUMNS, half, strict=True))} for half in (values[:5], values[5:10]))
    assert (Sku(**one).key == Sku(**other).key) == (one == other)


COLUMNS = ("color", "label", "dimension", "size", "division")


@given(skus)
def test_a_sku_is_read_back_from_its_key(sku):
    assert Sku.from_key(sku.key) == sku
    assert Sku.from_key(sku.key).key == sku.key


@pytest.mark.parametrize("key", ["", "01234", "|01234|BLK", "|01234|BLK|||M|", "||BLK|||M", "| |BLK|||M"])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(InvalidRecord, match="Sku"):
        Sku.from_key(key)


@pytest.mark.parametrize("part", ["A|B", "A\nB", "\x00", "\x1f"])
def test_a_part_that_would_break_the_key_is_refused(part):
    with pytest.raises(InvalidRecord):
        Sku("01234", part)
    with pytest.raises(InvalidRecord):
        Sku(part)


def test_parts_are_kept_exactly_as_they_are_written():
    assert Sku("01234") != Sku("1234")
    assert Sku("01234 ") != Sku("01234")
    assert Sku("A", "blk") != Sku("A", "BLK")
    assert Sku("A", size="10.5") != Sku("A", size="10.50")


def test_an_unmatched_code_equals_no_sku():
    assert UnmatchedCode("01234") != Sku("01234")
    assert len({UnmatchedCode("01234"), Sku("01234")}) == 2


@pytest.mark.parametrize(("record", "field"), [one for one in fields_of("Item") if one[0] is not Product])
@pytest.mark.parametrize("value", ["01234", 1234, None])
def test_a_line_is_about_an_item_and_not_a_bare_code(record, field, value):
    error = refusal(record, field, value)
    assert error.field == field


# Numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1.0, 0.1, float("nan"), True, False, None, b"1", "one", "NaN", "Infinity", ""])
def test_only_exact_numbers_are_quantities(value):
    with pytest.raises(InvalidRecord):
        decimal(value)


@pytest.mark.parametrize(("record", "field"), fields_of("Decimal", "Decimal | None"))
@pytest.mark.parametrize("value", [1.0, float("nan"), float("inf"), True, "NaN", "sNaN", Decimal("Infinity")])
def test_a_float_or_bool_is_refused_wherever_a_number_stands(record, field, value):
    error = refusal(record, field, value)
    assert (error.record, error.field) == (record.__name__, field)


@pytest.mark.parametrize(
    ("record", "field", "values"),
    [
        (OrderLine, "quantity", ["-1", "0"]),
        (PurchaseOrderLine, "quantity", ["-1", "0"]),
        (CartonLine, "quantity", ["-1", "0"]),
        (DispatchLine, "ordered", ["-0.001"]),
        (DispatchLine, "shipped", ["-1"]),
        (Carton, "weight_kg", ["-0.1"]),
        (StockPosition, "quantity", ["-1"]),
        (Receipt, "quantity", ["0", "0.00"]),
        (Adjustment, "quantity", ["0", "-0"]),
        (ReturnToStock, "quantity", ["0"]),
        (Hold, "quantity", ["0"]),
    ],
)
def test_a_quantity_that_cannot_be_is_refused(record, field, values):
    for value in values:
        error = refusal(record, field, value)
        assert record.__name__ in error.record
        assert error.field == field


@pytest.mark.parametrize("record", [Receipt, Adjustment, ReturnToStock, Hold])
def test_a_movement_may_go_either_way(record):
    assert attrs.evolve(VALID[record], quantity="-3").quantity == -3


def test_only_the_books_may_hold_less_than_nothing():
    assert attrs.evolve(VALID[StockPosition], keeper=SystemOfRecord.ERP, quantity="-4").quantity == -4
    assert "01234" in refusal(StockPosition, "quantity", -4).record


def test_whose_count_it_is_is_never_a_word():
    """`"warehouse"` is no `SystemOfRecord`: it would pass the rule that a shelf holds no less than nothing."""
    assert refusal(StockPosition, "keeper", "warehouse").field == "keeper"


# Instants, texts and lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("record", "field"), fields_of("dt.datetime", "dt.datetime | None"))
@pytest.mark.parametrize("value", [NAIVE, NOON.date(), "2026-03-02T12:00:00Z", 1772452800])
def test_an_instant_without_a_time_zone_is_refused(record, field, value):
    error = refusal(record, field, value)
    assert (error.record, error.field) == (record.__name__, field)


@pytest.mark.parametrize(("record", "field"), fields_of("str"))
@pytest.mark.parametrize("value", [1234, None, 10.5])
def test_text_that_arrives_as_a_number_is_refused_without_being_quoted(record, field, value):
    error = refusal(record, field, value)
    assert (error.record, error.field) == (record.__name__, field)
    assert "1234" not in str(error)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (SalesOrder, "reference"),
        (SalesOrder, "location"),
        (PurchaseOrder, "reference"),
        (OrderLine, "number"),
        (Dispatch, "id"),
        (Dispatch, "order_reference"),
        (Receipt, "line_number"),
        (Adjustment, "id"),
        (Carton, "number"),
        (Money, "currency"),
    ],
)
@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_what_records_are_found_by_is_never_empty(record, field, value):
    assert refusal(record, field, value).field == field


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (SalesOrder, "lines"),
        (PurchaseOrder, "lines"),
        (Dispatch, "lines"),
        (Dispatch, "cartons"),
        (Carton, "lines"),
    ],
)
@pytest.mark.parametrize("value", [[], "12", None, ("1",), (SKU,)])
def test_lines_are_a_tuple_of_lines(record, field, value):
    """A list could be changed under a frozen record, and would not equal itself after a trip through text."""
    error = refusal(record, field, value)
    assert (error.record, error.field) == (record.__name__, field)


@pytest.mark.parametrize("record", VALID)
def test_a_record_cannot_be_changed(record):
    made = VALID[record]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, attrs.fields(record)[0].name, None)
    assert hash(made) == hash(attrs.evolve(made))


# Privacy -----------------------------------------------------------------------------------------------------


def test_an_address_shows_no_more_than_its_country():
    assert repr(HOME) == "Address(country='GB')"


@pytest.mark.parametrize("record", VALID)
def test_no_repr_shows_a_person(record):
    shown = f"{VALID[record]!r} {VALID[record]}"
    assert [secret for secret in PERSONAL if secret in shown] == []


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Address)])
@pytest.mark.parametrize("value", [447700900123, ["1 High Street"], {"name": "Jo Doe"}])
def test_no_refusal_shows_a_person(field, value):
    error = refusal(Address, field, value)
    assert error.field == field
    assert not any(secret in f"{error} {error!r}" for secret in (*PERSONAL, "447700900123"))


def test_barcodes_are_what_is_filled_once():
    product = Product(sku=SKU, upc="012345678905", ean="")
    assert product.barcodes == ("012345678905",)
    assert Product(sku=SKU, upc="5", ean="5").barcodes == ("5",)
    assert Product(sku=SKU, upc="5", ean="6").barcodes == ("5", "6")
    assert Product(sku=SKU).barcodes == ()
