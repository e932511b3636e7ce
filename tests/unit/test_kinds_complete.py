"""Every kind of message is whole: it travels by each way or says why not, is played, and has a route.

The tables are walked, so that a kind which is added tomorrow is looked at without anybody naming it here.
"""

import datetime as dt
import io
from pathlib import Path

import pytest
from attrs import evolve
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Found
from clarus_bluecherry.bluecherry.kinds import FileHolds, Kind, RestPost, RestRead, every_kind, kind_named
from clarus_bluecherry.bluecherry.sheets import fields, read_sheet, template, write_sheet
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.names import ORDER_SHIPMENT
from clarus_bluecherry.flows.routes import order_kinds, order_routes
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES
from clarus_bluecherry.sandbox.bluecherry_x12 import PROFILE
from clarus_bluecherry.testing import messages as made

KINDS = {kind.name: kind for kind in every_kind()}
READ = {name: kind for name, kind in KINDS.items() if not kind.is_sent}
SENT = {name: kind for name, kind in KINDS.items() if kind.is_sent}

ROUTED_OTHERWISE = {
    "style": "the crosswalk and the products are learnt from it",
    "location": "a script reads it",
    "carrier": "a script reads it",
    "shipment_status": "probes are answered by it",
    "interface_status": "probes are answered by it",
    "acknowledgement": "nobody reads it as a sheet yet; a 997 is the codec's own",
    "stock_movement": "finance reads it",
    "period_status": "finance reads it",
}
"""Kinds that are read and are no order: who takes them."""
RECORDS = {
    **{
        message.kind: message
        for message in (
            made.order_shipment(),
            made.production_receipt_advice(),
            made.inventory_adjustment(),
            made.return_advice(),
            made.stock_position_advice(),
        )
    },
    "pick_ticket": made.pick_ticket(),
    "production_order": made.production_order(),
    "style": made.style(),
    "transfer_order": made.transfer_order(),
}
"""One record of each kind that a set carries."""

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def test_every_module_is_a_kind_of_its_name_and_a_wrong_name_is_told_the_nearest():
    assert all(
        kind.name == name and kind.stands_for and kind.key in kind.model.model_fields
        for name, kind in KINDS.items()
    )
    with pytest.raises(ConfigurationError, match="did you mean pick_ticket"):
        kind_named("pick_tickt")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_travels_by_each_way_or_says_why_not(name):
    kind = KINDS[name]
    ways = {"rest": kind.rest, "x12": kind.x12, "sheet": kind.sheet}
    assert any(not isinstance(way, str) for way in ways.values()), "it travels by no way at all"
    assert all(way.strip() for way in ways.values() if isinstance(way, str)), "a way is missing without a word"
    if not isinstance(kind.rest, str):
        assert isinstance(kind.rest, RestPost if kind.is_sent else RestRead)
        assert kind.rest.sure in "HML"


@pytest.mark.parametrize("name", sorted(READ))
def test_a_kind_that_is_read_has_a_route_or_somebody_who_takes_it(name):
    assert (READ[name] in order_kinds()) is not (name in ROUTED_OTHERWISE), "give it a route, or say who reads it"


def test_the_routes_are_told_apart():
    assert len({route.fact for route in order_routes()}) == len(order_routes())
    assert len({route.title for route in order_routes()}) == len(order_routes())
    assert ORDER_SHIPMENT in SENT


@pytest.mark.parametrize("name", sorted(READ))
def test_the_sandbox_names_the_files_of_each_kind_that_is_read(name):
    assert name in NAMES


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_has_columns_that_it_is_known_by(name):
    kind, known = KINDS[name], fields(name)
    assert any(each.rpartition(".")[2] == kind.key for each in known)


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if kind.sets))
def test_a_record_comes_back_as_it_was_through_each_set(name):
    kind, record = KINDS[name], RECORDS[name]
    for set_id in kind.sets:
        chosen = PROFILE if set_id == next(iter(kind.sets)) else with_set(name, set_id)
        codec = X12Codec(chosen, now=lambda: NOW)
        content = codec.encode_as(kind, record, "000000077", NOW)
        back = X12Codec(reading(chosen), now=lambda: NOW)
        (found,) = [each for each in back.decode("one.x12", io.BytesIO(content)) if isinstance(each, Found)]
        assert found.kind is kind, f"a {set_id} of it is read as a {found.kind}"
        assert kind.number_of(found.record) == kind.number_of(record)


@pytest.mark.parametrize(
    "name", sorted(set(RECORDS) & {n for n, k in KINDS.items() if not isinstance(k.sheet, str)})
)
def test_a_record_comes_back_as_it_was_through_a_sheet(name):
    layout = template(name)
    (back,) = read_sheet(layout, write_sheet(layout, [RECORDS[name]]))
    assert KINDS[name].number_of(back) == KINDS[name].number_of(RECORDS[name])


def test_documents_are_settled_and_the_others_are_kept_by_the_transport():
    documents = {name for name, kind in READ.items() if kind.holds is FileHolds.DOCUMENTS}
    assert documents == {kind.name for kind in order_kinds()}


def with_set(name, set_id):
    return evolve(PROFILE, sets={name: set_id})


def reading(profile):
    return evolve(profile, partners=profile.partners.swapped())


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.name)
def test_every_kind_stands_in_the_table_of_messages_and_in_the_reference(kind: Kind[BaseModel]) -> None:
    docs = Path(__file__).parents[2] / "docs"
    table, reference = (docs / page for page in ("bluecherry.md", "reference/bluecherry.md"))
    assert f"| `{kind.name}` | {kind.stands_for}" in table.read_text("utf-8")
    assert f"::: clarus_bluecherry.bluecherry.kinds.{kind.name}\n" in reference.read_text("utf-8")
