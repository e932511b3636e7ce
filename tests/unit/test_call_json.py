"""`Call.json` is for every HTTP connector: what `json.dumps` writes of it is what our own senders send."""

import json
from decimal import Decimal

import pytest

from clarus_bluecherry.clarus import calls
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http import Call, nothing


def a_call(value):
    return Call(name="any", method="POST", path="/any", json=value, read=nothing, record="order 7")


@pytest.mark.parametrize(
    ("quantity", "written"), [("24.0", "24"), ("0.10", "0.1"), ("1E+3", "1000"), ("-2.50", "-2.5"), ("0.7", "0.7")]
)
def test_json_dumps_takes_the_json_of_a_call(quantity, written):
    call = a_call({"lines": [{"quantity": Decimal(quantity)}]})
    assert json.dumps(call.json) == f'{{"lines": [{{"quantity": {written}}}]}}'
    assert json.loads(call.body) == call.json


def test_an_order_can_be_sent_by_any_connector():
    order = {
        "account_id": 1,
        "reference": "SO-1",
        "expected_date_of_dispatch": "2026-01-20T10:00:00Z",
        "lines": [{"product_id": 123, "order_quantity": "2.10"}],
    }
    call = calls.goods_outs.create(**order)
    assert json.loads(json.dumps(call.json, allow_nan=False)) == json.loads(call.body)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+999999", "0.12345678901234567890"])
def test_a_number_that_json_cannot_carry_is_refused(value):
    with pytest.raises(InvalidRecord, match=r"order 7: .*(not a number|more digits)"):
        a_call([Decimal(value)])


def test_json_that_is_nested_without_end_is_refused_in_our_own_words():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(InvalidRecord, match="order 7"):
        a_call(nested)
