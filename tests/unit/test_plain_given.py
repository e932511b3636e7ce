"""What a step is handed by mistake: several records, text, a whole answer. It says what to hand over instead."""

from __future__ import annotations

import json

import pytest
from plain_world import SETTINGS, a_goods_out, a_pick, a_production_order, a_style, the_lines

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.mapping import plain


def refused(step, *given):
    with pytest.raises(InvalidRecord) as told:
        step(*given, SETTINGS)
    return told.value


STEPS = {
    "pick ticket": (plain.pick_to_goods_out, a_pick),
    "production order": (plain.production_order_to_pre_receipt, a_production_order),
    "style": (plain.style_to_products, a_style),
}


@pytest.mark.parametrize("kind", STEPS)
def test_a_whole_answer_of_blue_cherry_is_taken_apart_first(kind):
    step, row = STEPS[kind]
    error = refused(step, {"data": {"header": [row()]}})
    assert (error.record, error.what) == (kind, "it is a whole answer, and no row of one")
    assert error.action == "Give the step one row of its data.header at a time."


@pytest.mark.parametrize("kind", STEPS)
def test_rows_are_given_one_at_a_time_and_parsed(kind):
    step, row = STEPS[kind]
    assert refused(step, [row()]).action == "Give the step one record at a time."
    assert refused(step, json.dumps(row())).action == "Parse the text first, with json.loads."
    assert refused(step, json.dumps(row()).encode()).action == "Parse the text first, with json.loads."


@pytest.mark.parametrize("lines", [{"edges": []}, {"data": {"goods_out_lines": {"edges": []}}}])
def test_a_page_of_clarus_is_taken_apart_first(lines):
    error = refused(plain.goods_out_to_order_shipment, a_goods_out(), lines, a_pick())
    assert error.action == "Give the step its nodes or edges, those of all pages together in one list."


def test_an_answer_of_clarus_is_no_goods_out():
    answer = {"data": {"goods_outs": {"edges": [{"node": a_goods_out()}]}}}
    error = refused(plain.goods_out_to_order_shipment, answer, the_lines(), a_pick())
    assert (error.record, error.field, error.what) == ("goods out", "id", "it has no id")
    assert error.action == "Give the step the record itself: its node, the edge around it, or a webhook's body."


def test_a_child_collection_that_was_not_asked_for_says_how_to_ask():
    pick = a_pick()
    del pick["pickdetail"]
    assert "_include=all" in str(refused(plain.pick_to_goods_out, pick))


def test_a_pick_without_its_addresses_says_how_to_ask():
    pick = a_pick()
    del pick["pickaddress"]
    error = refused(plain.pick_to_goods_out, pick)
    assert (error.field, "_include=all" in str(error)) == ("pickaddress", True)


def test_one_zone_stands_for_all():
    with pytest.raises(ConfigurationError, match="needs erp_zone; `zone` sets every zone at once"):
        plain.pick_to_goods_out(a_pick(), {**SETTINGS, "zone": None})
