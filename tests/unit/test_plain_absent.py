"""What a database or a table library writes for nothing is nothing, and what cannot be read is refused."""

import json
from math import inf, nan

import pytest
from plain_world import SETTINGS, a_pick, a_transaction, an_address
from pydantic import ValidationError

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import plain


def addressed(**changes):
    return a_pick(pickaddress={"rows": [an_address(**changes)]})


def made(pick):
    return plain.pick_to_goods_out(pick, SETTINGS)


@pytest.mark.parametrize("pick", [a_pick(pick_num=nan), addressed(name=nan), addressed(city=nan)])
def test_nan_is_missing_where_something_is_needed(pick):
    with pytest.raises(InvalidRecord):
        made(pick)


def test_nan_is_absent_where_nothing_is_needed():
    pick = addressed(addr2=nan, state=nan, email=nan)
    pick["pickdetail"]["rows"][0]["dimension"] = nan
    pick["notes"] = nan
    body = made(pick)
    assert body == made({**addressed(addr2=None, state=None, email=None), "notes": None})
    assert "nan" not in json.dumps(body, allow_nan=False).lower()


def test_the_typed_road_reads_no_nan_either():
    assert messages.PickAddress(addr_type="ST", name=nan).name == ""
    with pytest.raises(ValidationError):
        messages.PickAddress(addr_type="ST", name=inf)


@pytest.mark.parametrize("null", ["1900-01-01", "1900-01-01 00:00:00", "1900-01-01T00:00:00", "01/01/1900"])
def test_a_null_date_is_no_date(null):
    body = made(a_pick(pick_date=null))
    assert body == made(a_pick(pick_date=None))
    with pytest.raises(InvalidRecord, match="pick_date"):
        made(a_pick(pick_date=null, end_date=null))


@pytest.mark.parametrize("word", [" return", "Return "])
def test_a_return_is_one_with_blanks_around_the_word(word):
    moved = a_transaction()
    moved["goods_in_receipt"]["receipt_type"] = word
    (told,) = plain.transaction_to_advice(moved, SETTINGS)
    moved["goods_in_receipt"]["receipt_type"] = "return"
    assert [told] == plain.transaction_to_advice(moved, SETTINGS)
    assert "prod_num" not in told


def test_a_reason_that_cannot_be_read_is_refused():
    with pytest.raises(InvalidRecord) as caught:
        plain.transaction_to_advice(a_transaction("ADJ", reason_code="DMG"), SETTINGS)
    assert caught.value.field == "reason_code"


@pytest.mark.parametrize("column", ["addr3", "address_3"])
def test_a_line_of_an_address_that_has_no_place_is_refused(column):
    with pytest.raises(InvalidRecord) as caught:
        made(addressed(**{column: "Floor 3"}))
    assert caught.value.field.endswith(column)
