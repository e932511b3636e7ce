"""What could be about a person in a record that reaches a ledger is kept apart, or its room says it is not."""

from __future__ import annotations

import datetime as dt
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from clarus_bluecherry.bluecherry import _personal as bluecherry
from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import _personal as clarus
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.flows import PERSONAL
from clarus_bluecherry.ledger import Ledger, PersonalTerms
from clarus_bluecherry.model._personal import apart

PERSONS = re.compile(
    r"name|street|addr|phone|mobile|fax|mail|contact|recipient|attn|attention|city|town|zip|post_?code|postal"
    r"|person|note|comment|remark|signa|consignee|county|region|descr",
    re.IGNORECASE,
)
TYPED = {"TransactionNode": "transaction"}
"""Records whose kind of fact says what somebody typed."""
INSIDE = {"PickAddress", "AddressAttributes", "AddressNode", "DeliveryAddressAttributes"}
"""Records that stand in a field called address."""
REACHES = {
    "clarus": (
        clarus.ABOUT_GOODS,
        (
            *(wire.GoodsOutAttributes, wire.GoodsOutOrder, wire.GoodsOutUpdate, wire.GoodsOutLineAttributes),
            *(wire.TransactionNode, wire.GoodsOutNode, wire.GoodsOutLineNode, wire.ShipmentNode),
        ),
    ),
    "bluecherry": (
        bluecherry.ABOUT_GOODS,
        tuple(
            each
            for each in (getattr(messages, name) for name in messages.__all__)
            if isinstance(each, type) and issubclass(each, BaseModel)
        ),
    ),
}


def models(kind: object) -> Iterator[type[BaseModel]]:
    """The models that an annotation names."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in typing.get_args(kind):
        yield from models(part)


def reached(roots: tuple[type[BaseModel], ...]) -> set[type[BaseModel]]:
    """They, and all that stands in them."""
    found: set[type[BaseModel]] = set()
    left = list(roots)
    while left:
        model = left.pop()
        if model not in found:
            found.add(model)
            left += [each for field in model.model_fields.values() for each in models(field.annotation)]
    return found


def is_text(kind: object) -> bool:
    return kind is str or any(map(is_text, typing.get_args(kind)))


def suspects(system: str) -> set[tuple[str, str]]:
    _, roots = REACHES[system]
    return {
        (model.__name__, name)
        for model in reached(roots)
        for name, field in model.model_fields.items()
        if PERSONS.search(name) and is_text(field.annotation)
    }


def is_taken(model: str, name: str) -> bool:
    """Whether the ledger keeps a value of this field apart."""
    plain = {name: "canary"}
    whole = {"address": plain} if model in INSIDE else plain
    kind = TYPED.get(model, "of this kind")
    return bool(apart(whole, column="raw", kind=kind, terms=PERSONAL)[1])


@pytest.mark.parametrize("system", REACHES)
def test_a_field_that_could_be_a_person_s_is_kept_apart_or_declared(system: str) -> None:
    about_goods, _ = REACHES[system]
    harmless = {("PickAddress", "addr_type")}
    untold = {f"{model}.{name}" for model, name in suspects(system) - harmless if not is_taken(model, name)}
    assert untold == about_goods, "say it in the room's _personal.py, or name the field so that it is known"


def test_a_new_field_that_nobody_declared_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Parcel(BaseModel):
        signature: str = ""

    monkeypatch.setitem(REACHES, "clarus", (clarus.ABOUT_GOODS, (Parcel,)))
    assert suspects("clarus") == {("Parcel", "signature")}
    assert not is_taken("Parcel", "signature")


def test_a_ledger_that_is_told_nothing_takes_more_to_be_personal() -> None:
    plain = {"description": "typed by Jo", "address": {"country": "US", "addr_type": "S"}}
    rest, fields = apart(plain, column="raw", kind="transaction", terms=PersonalTerms())
    assert set(fields) == {"/description", "/address/addr_type"}
    _, told = apart(plain, column="raw", kind="product", terms=PERSONAL)
    assert told == {}
    assert rest["address"] == {"country": "US", "addr_type": "[personal]"}


def test_a_ledger_that_is_told_nothing_does_not_seem_to_find_all(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        with pytest.raises(LedgerError, match="was not told what is personal"):
            ledger.holding(order="1001")
        with pytest.raises(LedgerError, match="was not told what is personal"):
            ledger.prune(dt.datetime.now(dt.UTC), actor="me")
        assert ledger.holding(person="Jane Doe") == []
