"""One style in two divisions is two SKUs, from the order to the books; where nobody says which, it waits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, NAVY, loop

from clarus_bluecherry.bluecherry.messages import OnHand, PickTicket, ProductionOrder
from clarus_bluecherry.errors import AmbiguousSku
from clarus_bluecherry.flows.crosswalk import learn_crosswalk
from clarus_bluecherry.flows.orders_out import ingest_order
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import ErpTerms, bluecherry
from clarus_bluecherry.model import Adjustment, Sku, UnmatchedCode
from clarus_bluecherry.sku import Decision, Part, Recipe

KIDS = Sku(NAVY.style, NAVY.color_code, size=NAVY.size_desc, division="KIDS")
MEN = evolve(KIDS, division="MEN")
BARE = evolve(KIDS, division="")
LINE = {"style": NAVY.style, "color_code": NAVY.color_code, "size_desc": NAVY.size_desc}
PICK = {"pick_num": "1001", "ord_num": "500", "location": "NJ", "pick_date": "2026-03-02 00:00:00"}
ORDER = {"prod_num": "C9", "lines": [{**LINE, "prod_line": "1", "prod_qty": 3, "location": "NJ"}]}


def divided(here, divisions=("KIDS", "MEN")):
    """Navy stands in two divisions, and the warehouse has a product for each."""
    for division in divisions:
        here.erp.articles[division] = evolve(NAVY, division=division)
    del here.erp.articles[NAVY.key]
    for code in ("N-KIDS", "N-MEN"):
        here.warehouse.add_product(code)
        here.warehouse.open_stock(code, 20)
    here.decisions += [Decision(code="N-KIDS", sku=KIDS), Decision(code="N-MEN", sku=MEN)]
    here.learn()


def ordered(here, **header):
    line = {**LINE, "line_seq": "1", "bk_qty": 2}
    ingest_order(here.site, PickTicket.model_validate({**PICK, **header, "lines": [line]}))


def test_each_division_has_its_own_product():
    with loop() as here:
        divided(here)
        assert [here.site.crosswalk.sku(code) for code in ("N-KIDS", "N-MEN")] == [KIDS, MEN]
        assert here.unread() == []


def test_by_a_recipe_that_names_the_division_both_are_paired_without_a_decision():
    with loop() as here:
        divided(here)
        here.warehouse.add_product("KIDS-01234-NVY-30/32")
        here.warehouse.add_product("MEN-01234-NVY-30/32")
        parts = tuple(map(Part, ("division", "style", "color", "size")))
        crosswalk = learn_crosswalk(here.site, Recipe(parts=parts)).crosswalk
        assert [crosswalk.sku(f"{name}-01234-NVY-30/32") for name in ("KIDS", "MEN")] == [KIDS, MEN]


def test_one_code_for_both_is_neither_of_them():
    with loop() as here:
        divided(here)
        assert isinstance(here.site.crosswalk.sku("01234-NVY-30/32"), UnmatchedCode)


def test_what_stands_without_a_division_as_well_is_told_and_left_out():
    with loop() as here:
        divided(here, ("KIDS", "MEN", ""))
        (kept,) = here.unread()
        assert "stands in the divisions KIDS, MEN, and without one" in kept.reason
        assert not {KIDS, MEN, BARE} & here.site.master.keys()


def test_an_order_that_tells_its_division_goes_out_and_comes_back_as_that_one():
    with loop() as here:
        divided(here)
        ordered(here, division="MEN", last_mod="2026-03-02 09:00:00")
        here.turn()
        (line,) = here.goods_out().lines
        assert line.product.code == "N-MEN"
        here.ship()
        here.turn()
        assert here.states("order_shipment") == [State.ACCEPTED]
        (posting,) = here.postings("order_shipment")
        assert [each["division"] for each in posting.payload["lines"]] == ["MEN"]


@pytest.mark.parametrize("division", ["", "WOMEN"])
def test_an_order_that_does_not_say_which_waits_with_both(division):
    with loop() as here:
        divided(here)
        ordered(here, division=division)
        (waiting,) = here.postings("goods_out")
        assert (waiting.state, waiting.reason_code) == (State.PARKED, Reason.AMBIGUOUS_SKU)
        assert waiting.detail["candidates"] == [str(KIDS), str(MEN)]


def test_a_production_order_tells_no_division_and_waits():
    with loop() as here:
        divided(here)
        ingest_order(here.site, ProductionOrder.model_validate(ORDER))
        (waiting,) = here.postings("pre_receipt")
        assert (waiting.state, waiting.reason_code) == (State.PARKED, Reason.AMBIGUOUS_SKU)


def test_a_sku_of_one_division_is_as_it_was():
    with loop() as here:
        divided(here)
        here.release(lines=((BLACK, 1),))
        here.turn()
        assert here.states("goods_out") == [State.POSTED]
        assert all(not sku.division for sku in here.site.master if sku.style == BLACK.style and sku.color == "BLK")


# The books ------------------------------------------------------------------------------------------------------

AT = dt.datetime(2026, 3, 2, 17, tzinfo=dt.UTC)


def test_book_stock_of_both_divisions_is_not_one_sum():
    columns = {**LINE, "location": "NJ", "total_qoh": 5}
    rows = [OnHand.model_validate({**columns, "div": division}) for division in ("KIDS", "MEN")]
    told = bluecherry.book_positions(rows, as_of=AT, divided={BARE})
    assert [(one.item, one.quantity) for one in told] == [(KIDS, 5), (MEN, 5)]
    assert [one.item for one in bluecherry.book_positions(rows, as_of=AT)] == [BARE, BARE]


def adjusted(*, tells_division=False, barcode="", item=KIDS):
    moved = Adjustment(id="7", occurred_at=AT, location="NJ", item=item, quantity=Decimal(-1), reason="LOST")
    terms = ErpTerms(zone=dt.UTC, tells_division=tells_division, barcode_of=lambda sku: barcode)
    return bluecherry.inventory_adjustment(moved, AT.date(), terms).article


def test_an_adjustment_that_blue_cherry_could_book_to_either_division_is_refused():
    with pytest.raises(AmbiguousSku, match="stands in several divisions, Blue Cherry is not told which"):
        adjusted()


def test_an_adjustment_is_told_apart_by_its_division_or_its_barcode():
    assert adjusted(tells_division=True).division == "KIDS"
    assert adjusted(barcode="036000291452").upc == "036000291452"
    assert adjusted(item=BARE).division == ""
