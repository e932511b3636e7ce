"""What must hold for plain data: nothing is lost on the way out, and nothing hostile gets in."""

import datetime as dt
import json
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import attrs
import pytest
from how_many import examples
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from model_strategies import RECORDS, items, skus

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import (
    Adjustment,
    OrderLine,
    Record,
    SalesOrder,
    Sku,
    UnmatchedCode,
    from_plain,
    to_plain,
)

every_kind = pytest.mark.parametrize("kind", sorted(get_args(Record), key=lambda kind: kind.__name__))
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def through_json(plain):
    return json.loads(json.dumps(plain, allow_nan=False))


def instants_of(record):
    values = attrs.asdict(record, recurse=False).values()
    return [value for value in values if isinstance(value, dt.datetime)]


def an_adjustment(**changes):
    fields = {"id": "77", "occurred_at": NOON, "location": "WH1", "item": Sku("01234"), "quantity": 1}
    return Adjustment(**{**fields, **changes})


def test_every_kind_of_record_is_generated_here():
    assert set(RECORDS) == set(get_args(Record))


@every_kind
@given(data=st.data())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_a_record_comes_back_from_json_as_it_went(kind, data):
    record = data.draw(RECORDS[kind])
    plain = to_plain(record)
    back = from_plain(through_json(plain))
    assert back == record
    assert type(back) is kind
    assert hash(back) == hash(record)
    assert to_plain(back) == plain, "every digit, zero and offset is written again as it was"
    assert [one.utcoffset() for one in instants_of(back)] == [one.utcoffset() for one in instants_of(record)]


@every_kind
@given(data=st.data())
@settings(max_examples=examples(20))
def test_a_record_that_names_no_kind_is_read_as_the_kind_asked_for(kind, data):
    record = data.draw(RECORDS[kind])
    plain = to_plain(record)
    assert from_plain(plain, kind) == record
    del plain["record"]
    assert from_plain(plain, kind) == record


@pytest.mark.parametrize("fold", [0, 1])
def test_both_instants_of_a_repeated_hour_come_back(fold):
    """01:30 happens twice on 1 November 2026 in New York, and no two zones' readings of it compare equal."""
    moment = dt.datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=fold)
    record = an_adjustment(occurred_at=moment)
    back = from_plain(through_json(to_plain(record)))
    assert back == record
    assert back.occurred_at.astimezone(dt.UTC) == dt.datetime(2026, 11, 1, 5 + fold, 30, tzinfo=dt.UTC)
    assert back.occurred_at.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize("number", ["24.000", "1E+3", "-0.10", "1.20E-7"])
def test_a_decimal_keeps_its_digits(number):
    back = from_plain(through_json(to_plain(an_adjustment(quantity=number))))
    assert back.quantity.as_tuple() == Decimal(number).as_tuple()


@given(items)
@example(UnmatchedCode("01234"))
@example(Sku("01234"))
def test_a_sku_and_an_unmatched_code_are_never_confused(item):
    back = from_plain(through_json(to_plain(an_adjustment(item=item)))).item
    assert back == item
    assert type(back) is type(item)


@pytest.mark.parametrize(
    "item", [{}, {"style": "1", "code": "1"}, {"size": "M"}, {"barcode": "5"}, "01234", 1234, None, []]
)
def test_an_item_that_is_neither_is_refused(item):
    with pytest.raises(InvalidRecord, match=r"Adjustment 77.*field item"):
        from_plain({**to_plain(an_adjustment()), "item": item})


# Hostile data ------------------------------------------------------------------------------------------------

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2026-03-02T12:00:00")
)
keys = st.text(max_size=6) | st.sampled_from(["record", "style", "code", "number", "item", "quantity", "lines"])
jsonish = st.recursive(
    scalars, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(keys, inside, max_size=3), max_leaves=8
)
not_json = st.dictionaries(st.integers() | st.none(), scalars, max_size=2) | st.binary(max_size=4) | st.just(NOON)
hostile = jsonish | not_json


def outcome(data, *kind):
    try:
        return from_plain(data, *kind)
    except InvalidRecord as error:
        return error


def refused_or_a_record(data, *kind):
    found = outcome(data, *kind)
    if isinstance(found, InvalidRecord):
        assert found.record, "the error names the record"
        assert found.what in str(found)
    else:
        assert isinstance(found, Record)
        assert from_plain(to_plain(found)) == found


@given(hostile)
@example([1, 2])
@example("abc")
@example({"record": "Adjustment", 5: 1})
@example({"record": "Adjustment", 5: 1, "x": 2})
def test_random_data_is_refused_in_our_own_words(data):
    refused_or_a_record(data)
    refused_or_a_record(data, SalesOrder)


@every_kind
@given(data=st.data())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_a_record_with_one_damaged_field_is_refused_in_our_own_words(kind, data):
    plain = through_json(to_plain(data.draw(RECORDS[kind])))
    damaged, step = plain, data.draw(st.sampled_from(sorted(plain)))
    while isinstance(damaged[step], dict | list) and damaged[step] and data.draw(st.booleans()):
        damaged = damaged[step]
        step = data.draw(st.sampled_from(sorted(damaged) if isinstance(damaged, dict) else range(len(damaged))))
    damaged[step] = data.draw(hostile)
    refused_or_a_record(plain)


@every_kind
@given(data=st.data(), name=st.text(min_size=1) | st.integers())
@settings(max_examples=examples(20))
def test_an_extra_field_is_refused_by_name(kind, data, name):
    plain = to_plain(data.draw(RECORDS[kind]))
    assume(name not in plain and name not in attrs.fields_dict(kind))
    with pytest.raises(InvalidRecord) as caught:
        from_plain({**plain, name: "x"})
    assert str(name) in caught.value.what
    assert caught.value.record.startswith(kind.__name__)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", 1.5),
        ("quantity", float("nan")),
        ("quantity", "NaN"),
        ("quantity", "Infinity"),
        ("quantity", True),
        ("quantity", "a dozen"),
        ("quantity", None),
        ("quantity", 0),
        ("occurred_at", "2026-03-02T12:00:00"),
        ("occurred_at", "2026-03-02"),
        ("occurred_at", "yesterday"),
        ("occurred_at", 1772452800),
        ("occurred_at", dt.datetime(2026, 3, 2, 12)),  # noqa: DTZ001 - that it is naive is the point
        ("location", ""),
        ("location", 1),
        ("id", 77),
    ],
)
def test_a_wrong_value_is_refused_with_its_field(field, value):
    with pytest.raises(InvalidRecord) as caught:
        from_plain({**to_plain(an_adjustment()), field: value})
    assert caught.value.field == field
    assert caught.value.record == ("Adjustment" if field == "id" else "Adjustment 77")


def test_a_missing_field_is_named():
    plain = to_plain(an_adjustment())
    del plain["location"]
    with pytest.raises(InvalidRecord, match="Adjustment 77, field location"):
        from_plain(plain)


def test_the_error_names_the_line_and_the_field():
    plain = through_json(to_plain(an_order()))
    plain["lines"][1]["quantity"] = "-4"
    with pytest.raises(InvalidRecord, match="SalesOrder 1001, field lines") as caught:
        from_plain(plain)
    assert caught.value.field == "lines[1].quantity"
    plain = through_json(to_plain(an_order()))
    plain["lines"][1]["item"]["style"] = 1234
    with pytest.raises(InvalidRecord) as caught:
        from_plain(plain)
    assert caught.value.field == "lines[1].item.style"


@pytest.mark.parametrize("lines", ["", "ab", {}, {"0": "1 High Street"}, 5, None])
def test_a_list_is_a_list_and_not_text_or_a_dict(lines):
    plain = to_plain(an_order())
    with pytest.raises(InvalidRecord) as caught:
        from_plain({**plain, "lines": lines})
    assert caught.value.field == "lines"
    with pytest.raises(InvalidRecord) as caught:
        from_plain({**plain, "ship_to": {"lines": lines}})
    assert caught.value.field == "ship_to.lines"


@pytest.mark.parametrize(
    "damage",
    [
        {"ship_to": {"name": ["Jo Doe"]}},
        {"ship_to": {"phone": 447700900123}},
        {"ship_to": {"lines": "1 High Street"}},
        {"ship_to": {"lines": [{"street": "1 High Street"}]}},
        {"ship_to": "Jo Doe, 1 High Street"},
        {"reference": {"name": "Jo Doe"}},
        {"requested_dispatch": {"name": "Jo Doe"}},
        {"record": {"name": "Jo Doe"}},
    ],
)
def test_an_error_quotes_no_personal_data(damage):
    with pytest.raises(InvalidRecord) as caught:
        from_plain({**to_plain(an_order()), **damage})
    shown = f"{caught.value} {caught.value!r}"
    assert not any(secret in shown for secret in ("Jo", "High Street", "447700900123"))


def test_a_record_of_another_kind_is_refused():
    with pytest.raises(InvalidRecord, match=r"Adjustment 77.*field record"):
        from_plain(to_plain(an_adjustment()), SalesOrder)
    with pytest.raises(InvalidRecord, match="field record"):
        from_plain({"record": "Invoice", "id": "77"})


def an_order():
    lines = tuple(OrderLine(number=str(number), item=Sku("01234", "BLK"), quantity=2) for number in (1, 2))
    return SalesOrder(reference="1001", location="WH1", requested_dispatch=NOON, lines=lines)


@given(skus)
def test_a_sku_needs_no_other_part_than_its_style(sku):
    assert from_plain({"record": "Product", "sku": {"style": sku.style}}).sku == Sku(sku.style)
