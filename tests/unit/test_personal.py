"""What is about a person is taken out of a document, and put back, exactly."""

from __future__ import annotations

import copy
import html
import json
import re
import unicodedata
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry.messages import PickAddress, PickLine, PickTicket
from clarus_bluecherry.clarus._writing.base import AddressAttributes
from clarus_bluecherry.errors import AnswerError
from clarus_bluecherry.http import Answer, Call, Refusal, nothing
from clarus_bluecherry.model import Address
from clarus_bluecherry.model._personal import ERASED, apart, concealed, erased, whole

_TEXTS = ("name", "city", "region", "postcode", "phone", "email", "contact")


def filled(kind, *but):
    """Every field of an address, each with a text of its own."""
    return {name: f"canary of {name}" for name in kind if name not in but}


ADDRESSES = [
    ("record", "pick_ticket", {"ship_to": {**filled(_TEXTS), "lines": ["1 canary", "canary 2"], "country": "US"}}),
    ("raw", "pick_ticket", {"addresses": [filled(PickAddress.model_fields, "country", "addr_type", "code")]}),
    ("raw", "pick_ticket", {"notes": "canary", "lines": [{"line_seq": "1", "notes": "canary"}]}),
    ("payload", "goods_out", {"address": filled(AddressAttributes.model_fields, "country_code")}),
    ("payload", "goods_out", {"order_notes": "canary", "lines": [{"alt_line_note": "canary"}]}),
    ("payload", "goods_out", {"rows": [{"recipient_name": "canary", "address1": "canary", "notes": "canary"}]}),
    ("raw", "unread", {"cells": ["canary"]}),
    ("raw", "notification", {"body": "canary"}),
    ("record", "transaction", {"note": "canary"}),
    ("raw", "transaction", {"description": "canary"}),
    ("payload", "order_shipment", {"echo": {"notes": "canary"}}),
    ("raw", "pick_ticket", {"a/b": {"c~d": {"notes": "canary"}}}),
]


@pytest.mark.parametrize(("column", "kind", "plain"), ADDRESSES)
def test_nothing_personal_stays_and_all_of_it_comes_back(column, kind, plain):
    before = copy.deepcopy(plain)
    rest, fields = apart(plain, column=column, kind=kind)
    assert "canary" not in json.dumps(rest)
    assert plain == before, "what was handed in is not changed"
    assert whole(json.loads(json.dumps(rest)), json.loads(json.dumps(fields))) == before
    gone = whole(json.loads(json.dumps(rest)), erased(fields))
    assert "canary" not in json.dumps(gone)
    assert ERASED in json.dumps(gone)


def test_every_field_of_an_address_is_one_of_those():
    """A new field of an address is personal until somebody says that it is not."""
    assert {"name", "lines", "country"} | set(_TEXTS) == {each.name for each in Address.__attrs_attrs__}
    assert "notes" in PickTicket.model_fields
    assert "notes" in PickLine.model_fields


@pytest.mark.parametrize(
    ("column", "kind", "plain"),
    [
        ("record", "product", {"description": "T-shirt", "upc": "036000291452", "sku": {"style": "01234"}}),
        ("raw", "transaction", {"id": "5", "product": {"name": "T-shirt"}, "description": None}),
        ("record", "pick_ticket", {"ship_to": {"name": "", "country": "US"}, "customer": "NORDST"}),
        ("payload", "goods_out", {"reference": "1001", "address": {"country": "US"}}),
    ],
)
def test_what_is_about_goods_stays_as_it_is(column, kind, plain):
    rest, fields = apart(plain, column=column, kind=kind)
    assert rest is plain
    assert fields == {}


def test_a_refusal_that_quotes_the_person_is_told_without():
    sent = {"address": {"name": "Jane Doe", "address_1": "1 Main St", "address_3": "Al"}, "reference": "1001"}
    said = "order 1001: JANE DOE of 1 Main St, 1 main street is unknown in Alabama"
    assert concealed(said, sent) == "order 1001: [personal] of [personal], 1 main street is unknown in Alabama"


_TOLD = {
    "address": {
        "name": "Zo\u00eb O'Brien & S\u00f6hne",
        "address_1": "17 Canary Row",
        "phone_number": "+1 (555) 010-0199",
        "email": "zoe.canary@example.com",
    },
    "notes": "leave with\nthe neighbour",
}


@pytest.mark.parametrize(
    "quoted",
    [
        html.escape("Zo\u00eb O'Brien & S\u00f6hne"),
        "Zo&euml; O&#39;Brien &amp; S&#xF6;hne",
        json.dumps("Zo\u00eb O'Brien & S\u00f6hne")[1:-1],
        "Zo\\u00eb O\\u0027Brien \\u0026 S\\u00f6hne",
        quote("Zo\u00eb O'Brien & S\u00f6hne"),
        quote_plus("17 Canary Row"),
        unicodedata.normalize("NFD", "Zo\u00eb O'Brien & S\u00f6hne"),
        "ZOE O'BRIEN & SOHNE",
        "17  Canary\tRow",
        "leave with the neighbour",
        "leave with\\nthe neighbour",
        "\\n17 Canary Row",
        "%2217 Canary Row",
        "+15550100199",
        "555-010-0199",
        "001 555 010 0199",
        quote("zoe.canary@example.com", safe=""),
    ],
)
def test_a_value_is_known_however_a_system_writes_it(quoted):
    said = concealed(f"order 1001: {quoted} is unknown at door 17", _TOLD)
    assert said.startswith("order 1001: ")
    assert said.endswith("[personal] is unknown at door 17")
    assert not re.search("brien|canary|neighbour|0199", said, re.IGNORECASE)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("order 1001 555-0199 is refused", "order 1001 [personal] is refused"),
        ("order 1001, 5550199", "order 1001, [personal]"),
        ("12 units 010 555 0199", "12 units 010 [personal]"),
        ("(010) 555-0199, 010-555-0199, 0105550199", "[personal], [personal], [personal]"),
        ("+44 10 555 0199 or 0044105550199", "[personal] or [personal]"),
    ],
)
def test_a_number_takes_nothing_along_that_stands_apart_before_it(said, told):
    assert concealed(said, {"address": {"phone_number": "555-0199"}}) == told


@pytest.mark.parametrize("told", [3, 6, 8])
def test_a_long_refusal_tells_no_beginning_of_a_value_where_it_is_cut(told):
    """What was concealed makes room for what stands behind it."""
    note = "x" * (3_999 - told)
    call = Call(
        name="orders.create",
        method="POST",
        path="/orders",
        json={"notes": note, "address": {"name": "Jane Canary"}},
        read=nothing,
        refusal=lambda answer: Refusal(answer.body.decode()),
    )
    with pytest.raises(AnswerError) as caught:
        call.result(Answer(status=422, body=f"{note} Jane Canary is unknown".encode()))
    assert "[personal]" in str(caught.value)
    assert "Jan" not in str(caught.value)


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["notes", "address", "a/b", "~", "country", "x"]) | st.text(), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["ship_to", "lines", "notes"]) | st.text(), _PLAIN, max_size=4))
def test_any_document_comes_back(plain):
    rest, fields = apart(plain, column="raw", kind="pick_ticket")
    assert whole(json.loads(json.dumps(rest)), json.loads(json.dumps(fields))) == plain
