"""Prepacks whose order is under way: the sheet may change or go, the order's own word counts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from attrs import evolve
from flows_world import BLACK, ZONE, Loop
from prepack_world import BLACK_SKU, IN_ONE, NAVY_SKU, PACK_SKU
from test_prepacks import expected, here, leaves, ordered, received, told, unexplained, waiting

from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.ingest import fact, ingest
from clarus_bluecherry.flows.units import read_prepack_sheet
from clarus_bluecherry.ledger import State
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import PackPart, ReturnToStock, ShipmentPart, Units

__all__ = ["here"]

OTHERWISE = evolve(IN_ONE, parts=(PackPart(item=BLACK_SKU, eaches=1), PackPart(item=NAVY_SKU, eaches=2)))
SHEETS = {"emptied": Units(), "changed": Units(prepacks={PACK_SKU: OTHERWISE})}


@pytest.mark.parametrize("sheet", SHEETS)
def test_components_are_received_as_the_packs_that_their_order_names(here: Loop, sheet: str) -> None:
    black, navy = expected(here, 2)
    here.site = here.site.with_units(SHEETS[sheet])
    here.warehouse.receive(black, 4)
    here.warehouse.receive(navy, 2)
    here.turn()
    assert [packs for packs, *_ in received(here)] == [2]
    assert here.states("production_receipt_advice").count(State.ACCEPTED) == 1


@pytest.mark.parametrize("sheet", SHEETS)
def test_components_leave_as_the_packs_that_their_order_names(here: Loop, sheet: str) -> None:
    ordered(here)
    here.site = here.site.with_units(SHEETS[sheet])
    leaves(here, 6, 3, part=False)
    here.turn()
    assert [(part, units) for part, _, units in told(here)] == [(ShipmentPart.WHOLE, {"1": 3})]
    assert waiting(here) == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_returned_components_are_held_against_the_packs_as_they_left(here: Loop, sheet: str) -> None:
    ordered(here)
    leaves(here, 6, 3, part=False)
    here.turn()
    here.site = here.site.with_units(SHEETS[sheet])
    back = ReturnToStock(
        id="91", occurred_at=here.time, location="NJ", item=BLACK_SKU, quantity=6, order_reference="1001"
    )
    ingest(
        here.site,
        fact(back, source="clarus", kind="transaction", source_id="91", version="", occurred_at=here.time),
    )
    assert waiting(here) == []


def test_an_order_that_closes_on_a_broken_pack_explains_all_of_its_pieces(here: Loop) -> None:
    ordered(here, (BLACK, 2))
    leaves(here, 3, 1, 0)
    here.turn()
    here.later(days=1)
    leaves(here, 2, 1, 2, part=False)
    here.turn()
    assert [units for *_, units in told(here)] == [{"1": 1}]
    (waits,) = waiting(here)
    assert waits.reason_code == "broken_pack"
    assert "5 of 01234 BLK M and 2 of 01234 NVY 30/32 left, which makes 2 whole" in waits.reason
    assert unexplained(here) == {}


def test_what_a_person_booked_by_hand_and_cancelled_does_not_wait_again(here: Loop) -> None:
    ordered(here)
    leaves(here, 3, 1)
    here.turn()
    (waits,) = waiting(here)
    here.site.ledger.cancel(waits.key, "booked by hand", actor="jane")
    here.turn()
    assert waiting(here) == []
    leaves(here, 1, 0)
    here.turn()
    assert ["leaves 2 of 01234 BLK M over" in one.reason for one in waiting(here)] == [True]


def test_pieces_that_wait_again_after_others_came_and_went_wait_by_their_name(here: Loop) -> None:
    ordered(here)
    leaves(here, 3, 1)
    here.turn()
    shipment = leaves(here, 1, 1)
    here.turn()
    assert waiting(here) == []
    here.warehouse.undispatch(shipment.id)
    here.turn()
    assert any(one.reason_code == "broken_pack" for one in waiting(here))


def test_a_part_of_a_pack_is_refused_by_its_line(here: Loop) -> None:
    half = {"line_seq": "1", "style": "PACKA", "color_code": "BLK", "size_desc": "PPK", "bk_qty": "1.5"}
    pick = PickTicket.model_validate(
        {"pick_num": "7", "location": "NJ", "pick_date": "2026-03-02", "lines": [half]}
    )
    units = here.site.erp_terms.units
    with pytest.raises(InvalidRecord, match=r"pick 7, line 1, field bk_qty: 1\.5 is no whole number of packs"):
        bluecherry.sales_order(pick, zone=ZONE, units=units)
    half = {**half, "prod_line": "1", "prod_qty": "0.5"}
    order = ProductionOrder.model_validate({"prod_num": "C7", "lines": [half]})
    with pytest.raises(InvalidRecord, match=r"line 1, field prod_qty: 0\.5 is no whole number of packs"):
        bluecherry.purchase_order(order, zone=ZONE, units=units)


def test_a_sheet_of_one_great_pack_is_read_in_no_time(tmp_path: Path) -> None:
    sheet = tmp_path / "packs.csv"
    lines = (f"PACKA,01234,{color},1" for color in range(5_000))
    sheet.write_text("\n".join(("pack_style,style,color,pieces", *lines)) + "\n", "utf-8")
    began = time.process_time()
    (pack,) = read_prepack_sheet(sheet).values()
    assert len(pack.parts) == 5_000
    assert time.process_time() - began < 2


def test_a_pack_that_left_as_a_product_may_come_back_as_one(here: Loop) -> None:
    here.warehouse.add_product("PACKA-BLK-PPK")
    here.warehouse.open_stock("PACKA-BLK-PPK", 4)
    here.learn()
    here.site = here.site.with_units(SHEETS["changed"])
    ordered(here)
    here.ship()
    here.turn()
    back = ReturnToStock(
        id="92", occurred_at=here.time, location="NJ", item=PACK_SKU, quantity=3, order_reference="1001"
    )
    ingest(
        here.site,
        fact(back, source="clarus", kind="transaction", source_id="92", version="", occurred_at=here.time),
    )
    assert waiting(here) == []
