"""Generated canonical records of every kind, at the edges of what they may hold."""

import datetime as dt

from hypothesis import strategies as st

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
    ReturnToStock,
    SalesOrder,
    Sku,
    StockPosition,
    SystemOfRecord,
    Undispatch,
    UnmatchedCode,
    Unread,
)

any_text = st.text(max_size=12)
filled = any_text.filter(str.strip)
part = st.text(
    st.characters(min_codepoint=32, exclude_characters="|", exclude_categories=["Cs"]), max_size=8
) | st.sampled_from(["", "00", "0A", "10.5", "30/32", "O/S", " ", "–", "ß", "Ⅷ", "👗"])
skus = st.builds(Sku, part.filter(str.strip), part, label=part, dimension=part, size=part, division=part)
items = skus | st.builds(UnmatchedCode, any_text, any_text)

digits = st.decimals(allow_nan=False, allow_infinity=False)
exponents = st.sampled_from(["0E+3", "-0", "1E+30", "1.2300E-20", "24.000", "0.1", "7E-6"])
positive = st.decimals(min_value="0.0001", allow_nan=False, allow_infinity=False)
not_negative = positive | st.sampled_from([0, "0.00", "-0.0"])
not_zero = digits.filter(bool)
any_number = digits | exponents
amounts = st.builds(Money, any_number, st.sampled_from(["USD", "GBP", "JPY", "€"]))

# Offsets of whole seconds, as local mean times have; Python's own reader loses smaller parts.
fixed_zones = st.integers(-86399, 86399).map(lambda seconds: dt.timezone(dt.timedelta(seconds=seconds)))
instants = st.datetimes(
    dt.datetime(1901, 1, 1),  # noqa: DTZ001 - the strategy puts the zone to it
    dt.datetime(8999, 1, 1),  # noqa: DTZ001
    timezones=st.timezones() | fixed_zones | st.just(dt.UTC),
)
"""Those that have a day in every time zone: others are refused where they are read."""

addresses = st.builds(
    Address,
    name=any_text,
    lines=st.lists(any_text, max_size=3).map(tuple),
    city=any_text,
    region=any_text,
    postcode=any_text,
    country=any_text,
    phone=any_text,
    email=any_text,
)


def _some(elements):
    return st.lists(elements, max_size=3).map(tuple)


order_lines = st.builds(
    OrderLine,
    number=filled,
    item=items,
    quantity=positive,
    upc=any_text,
    unit_price=st.none() | amounts,
    note=any_text,
)
purchase_order_lines = st.builds(
    PurchaseOrderLine,
    number=filled,
    item=items,
    quantity=positive,
    upc=any_text,
    unit_cost=st.none() | amounts,
)
dispatch_lines = st.builds(DispatchLine, number=filled, item=items, ordered=not_negative, shipped=not_negative)
cartons = st.builds(
    Carton,
    number=filled,
    tracking=any_text,
    weight_kg=st.none() | not_negative,
    lines=_some(st.builds(CartonLine, number=filled, item=items, quantity=positive)),
)
_own = {"own_date": st.none() | st.dates()}
_moved = {"id": filled, "occurred_at": instants, "location": filled, "item": items, "quantity": not_zero}

RECORDS = {
    Product: st.builds(
        Product,
        sku=skus,
        description=any_text,
        upc=any_text,
        ean=any_text,
        season=any_text,
        unit_cost=st.none() | amounts,
    ),
    SalesOrder: st.builds(
        SalesOrder,
        reference=filled,
        order_number=any_text,
        purchase_order=any_text,
        customer=any_text,
        location=filled,
        carrier=any_text,
        requested_dispatch=instants,
        ship_to=addresses,
        lines=_some(order_lines),
        note=any_text,
    ),
    PurchaseOrder: st.builds(
        PurchaseOrder,
        reference=filled,
        supplier=any_text,
        location=filled,
        due=st.none() | instants,
        lines=_some(purchase_order_lines),
    ),
    Dispatch: st.builds(
        Dispatch,
        id=filled,
        occurred_at=instants,
        order_reference=filled,
        location=filled,
        carrier=any_text,
        service=any_text,
        lines=_some(dispatch_lines),
        cartons=_some(cartons),
        **_own,
    ),
    Undispatch: st.builds(
        Undispatch,
        id=filled,
        occurred_at=instants,
        dispatch_id=filled,
        order_reference=filled,
        location=filled,
        lines=_some(dispatch_lines),
    ),
    Receipt: st.builds(Receipt, order_reference=filled, line_number=filled, **_own, **_moved),
    Adjustment: st.builds(Adjustment, reason=any_text, note=any_text, **_own, **_moved),
    ReturnToStock: st.builds(ReturnToStock, order_reference=any_text, reason=any_text, **_own, **_moved),
    Hold: st.builds(Hold, reason=any_text, **_moved),
    StockPosition: st.builds(
        StockPosition,
        keeper=st.just(SystemOfRecord.ERP),
        item=items,
        location=filled,
        quantity=any_number,
        as_of=instants,
        unit_cost=st.none() | amounts,
    )
    | st.builds(
        StockPosition,
        keeper=st.just(SystemOfRecord.WAREHOUSE),
        item=items,
        location=filled,
        quantity=not_negative,
        as_of=instants,
    ),
    Notification: st.builds(
        Notification,
        id=filled,
        occurred_at=instants,
        resource=filled,
        event=filled,
        subject_id=any_text,
        subject_reference=any_text,
    ),
    CrosswalkEntry: st.builds(
        CrosswalkEntry,
        code=filled,
        sku=st.none() | skus,
        origin=any_text,
        rules=st.lists(any_text, max_size=3).map(tuple),
        product_id=any_text,
        barcode=any_text,
        note=any_text,
    ),
    PeriodChange: st.builds(
        PeriodChange,
        period=filled,
        first_day=st.dates(),
        last_day=st.dates(),
        state=st.sampled_from(PeriodState),
        section=any_text,
        since=any_text,
    ),
    Unread: st.builds(Unread, id=filled, kind=filled, occurred_at=instants, problem=filled),
}
