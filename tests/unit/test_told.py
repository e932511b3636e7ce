"""What everything is as plain data: each value exact, in one way, and nothing that JSON could not hold."""

import datetime as dt
import enum
import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import pytest
from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Money, Sku, SystemOfRecord
from clarus_bluecherry.model._plain import built, telling, told

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.timezone(dt.timedelta(hours=-5)))


class Size(enum.Enum):
    SMALL = Decimal("1.50")


class Rank(enum.IntEnum):
    FIRST = 1


@frozen
class Line:
    number: int
    sku: Sku
    price: Money | None
    sizes: tuple[Size, ...] = ()
    detail: object = None
    standing: Literal["in", "out"] = "in"


def test_every_value_has_one_form():
    line = Line(1, Sku("01234"), Money("9.90", "GBP"), (Size.SMALL,), {"at": [NOON, NOON.date()]})
    assert told({"line": line, "n": None, "yes": True, "f": 0.5, "s": Rank.FIRST}) == {
        "line": {
            "number": 1,
            "sku": dict(told(Sku("01234"))),
            "price": {"amount": "9.90", "currency": "GBP"},
            "sizes": ["1.50"],
            "standing": "in",
            "detail": {"at": ["2026-03-02T12:00:00-05:00", "2026-03-02"]},
        },
        "n": None,
        "yes": True,
        "f": 0.5,
        "s": 1,
    }


@pytest.mark.parametrize(
    "value",
    [
        SystemOfRecord.ERP,
        [SystemOfRecord.ERP],
        {"a": (SystemOfRecord.ERP,)},
        MappingProxyType({"a": SystemOfRecord.ERP}),
    ],
)
def test_an_enum_is_its_value_and_no_enum_any_more(value):
    plain = told(value)
    while not isinstance(plain, str):
        (plain,) = plain.values() if isinstance(plain, dict) else plain
    assert type(plain) is str


def test_keys_are_told_too_and_every_mapping_is_a_dict():
    (key,) = told(MappingProxyType({SystemOfRecord.ERP: Counter(a=1)}))
    assert (type(key), told(Counter(a=1))) == (str, {"a": 1})


@pytest.mark.parametrize("value", [object(), [object()], {"a": {1}}, b"x", frozenset(), iter([])])
def test_what_json_cannot_hold_is_refused_by_its_kind_and_not_quoted(value):
    with pytest.raises(InvalidRecord, match="is not plain data"):
        told(value)


def test_a_view_says_how_a_type_is_told_wherever_it_stands_and_what_it_gives_is_told_in_turn():
    tell = telling(
        {Sku: str, Line: lambda line: {"what": line.sku, "price": line.price}, Decimal: "{:.1f}".format}
    )
    line = Line(1, Sku("01234", "BLK"), Money("9.90", "GBP"))
    assert tell({"a": [line], "b": (Sku("9"),)}) == {
        "a": [{"what": "01234 BLK", "price": {"amount": "9.9", "currency": "GBP"}}],
        "b": ["9"],
    }
    assert told(Sku("9"))["style"] == "9", "a view belongs to whoever has it"


def test_a_record_is_built_as_it_was_told():
    line = Line(1, Sku("01234"), Money("9.90", "GBP"))
    assert built(json.loads(json.dumps(told(line))) | {"detail": None}, Line, record="a line") == line


@pytest.mark.parametrize(
    ("change", "field", "what"),
    [
        ({"number": "x"}, "number", "not a whole number"),
        ({"number": 1.5}, "number", "not a whole number"),
        ({"number": True}, "number", "not a whole number"),
        ({"sku": {"style": 1234}}, "sku.style", "int is not text"),
        ({"price": {"amount": 9.9, "currency": "GBP"}}, "price.amount", "float is not a Decimal"),
        ({"more": 1}, "", "unknown fields: more"),
    ],
)
def test_what_cannot_be_built_names_the_record_and_the_field(change, field, what):
    data = {"number": 1, "sku": {"style": "01234"}, "price": None} | change
    with pytest.raises(InvalidRecord, match=what) as caught:
        built(data, Line, record="line 7")
    assert (caught.value.record, caught.value.field) == ("line 7", field)


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_what_is_no_dict_is_refused(data):
    with pytest.raises(InvalidRecord, match="is not a dict"):
        built(data, Line, record="line 7")


def test_no_converter_is_made_before_it_is_needed():
    script = """
import cattrs
class Refused(cattrs.Converter):
    def __init__(self, *arguments, **more):
        raise AssertionError("a converter was made")
cattrs.Converter = Refused
import clarus_bluecherry.model, clarus_bluecherry.ledger.store, clarus_bluecherry.report.sku_audit
import clarus_bluecherry.cli.app
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
