"""A prepack: it goes out in its components, comes back in whole packs, and what makes none has a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve
from flows_world import BLACK, CODES, ODD, Loop
from prepack_world import BLACK_SKU, IN_ONE, NAVY_SKU, PACK, PACK_SKU, packed_loop

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import Cause
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows import plan_products
from clarus_bluecherry.flows.ingest import fact, ingest
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.flows.units import read_prepack_sheet
from clarus_bluecherry.ledger import InboxItem, Posting, State
from clarus_bluecherry.mapping import ProductTerms
from clarus_bluecherry.model import (
    Dispatch,
    Item,
    PackPart,
    Receipt,
    ReturnToStock,
    SalesOrder,
    ShipmentPart,
    Sku,
    Undispatch,
    Units,
    UnmatchedCode,
    from_plain,
    to_plain,
)
from clarus_bluecherry.sandbox.erp import Article
from clarus_bluecherry.sandbox.warehouse.documents import Shipment
from clarus_bluecherry.sku import Decision

LAST_OF_MONTH = dt.datetime(2026, 3, 31, 20, tzinfo=dt.UTC)


@pytest.fixture
def here() -> Iterator[Loop]:
    with packed_loop() as here:
        yield here


def ordered(here: Loop, *loose: tuple[Article, int]) -> None:
    """A line of 3 packs, and `loose` lines, wait in the warehouse on the last of March."""
    here.release(lines=((PACK, 3), *loose))
    here.turn()
    here.time = LAST_OF_MONTH


def leaves(here: Loop, *units: int, part: bool = True) -> Shipment:
    """So much of each line in the warehouse leaves."""
    order = here.goods_out()
    if order.status.name in {"PENDING", "PART_ALLOCATED"}:
        here.warehouse.process_picks([order.id])
    here.warehouse.pick(order.id, {line.id: each for line, each in zip(order.lines, units, strict=True)})
    return here.warehouse.dispatch(order.id, part=part)


def told(here: Loop) -> list[tuple[ShipmentPart, dt.date | None, dict[str, int]]]:
    """What Blue Cherry is told of each dispatch: its part, its day, its units by line."""
    found = []
    for posting in here.postings("order_shipment"):
        kept = here.site.ledger.fact(posting.fact_key)
        assert kept is not None
        assert isinstance(kept.record, Dispatch)
        units = {line.number: int(line.shipped) for line in kept.record.lines if line.shipped}
        found.append((kept.record.part, posting.accounting_date, units))
    return found


def waiting(here: Loop) -> list[Posting | InboxItem]:
    return here.for_people()


def unexplained(here: Loop) -> dict[Item, Decimal]:
    lines = here.reconcile().lines
    return {line.item: each for line in lines if (each := line.causes[Cause.UNEXPLAINED])}


def received(here: Loop) -> list[tuple[int, State, dt.date | None]]:
    """What Blue Cherry is told of packs received: how many, what became of it, and its day."""
    found = []
    for posting in here.postings("production_receipt_advice"):
        kept = here.site.ledger.fact(posting.fact_key)
        assert kept is not None
        assert isinstance(kept.record, Receipt)
        if kept.record.item == PACK_SKU:
            found.append((int(kept.record.quantity), posting.state, posting.accounting_date))
    return found


# Out -------------------------------------------------------------------------------------------------------------


def test_a_pack_goes_out_as_its_components_under_the_number_of_its_line(here: Loop) -> None:
    ordered(here, (BLACK, 2))
    lines = here.goods_out().lines
    assert [(line.alt_line_number, line.order_quantity) for line in lines] == [("1", 6), ("1", 3), ("2", 2)]


def test_a_pack_that_the_warehouse_stocks_itself_goes_out_and_comes_back_as_it_is(here: Loop) -> None:
    here.warehouse.add_product("PACKA-BLK-PPK")
    here.warehouse.open_stock("PACKA-BLK-PPK", 4)
    here.learn()
    ordered(here, (BLACK, 2))
    assert [line.order_quantity for line in here.goods_out().lines] == [3, 2]
    here.ship()
    here.turn()
    assert [units for *_, units in told(here)] == [{"1": 3, "2": 2}]


def test_a_pack_whose_composition_nobody_knows_waits_by_its_name(here: Loop) -> None:
    here.site = here.site.with_units(Units())
    here.release(lines=((PACK, 3),))
    here.turn()
    (posting,) = waiting(here)
    assert "PACKA" in posting.reason
    assert not list(here.warehouse.goods_outs)


def test_a_pack_in_an_unknown_unit_is_refused_by_the_unit(here: Loop) -> None:
    here.release(lines=((PACK, 3),), unit="PK")
    here.turn()
    (posting,) = waiting(here)
    assert "the unit is 'PK'" in posting.reason


def test_a_pack_with_an_unknown_component_keeps_its_order_waiting_whole() -> None:
    with packed_loop() as here:
        here.site = evolve(here.site, unmatched="line")
        odd = PackPart(item=Sku("NOBODY"), eaches=1)
        packs = {PACK_SKU: evolve(IN_ONE, parts=(*IN_ONE.parts, odd))}
        here.site = here.site.with_units(Units(prepacks=packs))
        here.release(lines=((PACK, 3), (BLACK, 2)))
        here.turn()
        (posting,) = waiting(here)
        assert "NOBODY" in posting.reason
        assert not list(here.warehouse.goods_outs)


def test_a_pack_that_goes_out_in_components_is_not_created_as_a_product(here: Loop) -> None:
    green = Article(style="08888", color_code="GRN", size_desc="S", upc="012345678905", std_cost=Decimal(9))
    here.erp.add_article(green)
    here.decisions.append(Decision(code=CODES[ODD], sku=Sku("07777", "RED", size="O/S"), since=here.time))
    packs = here.site.erp_terms.units
    here.site = evolve(here.site, products=ProductTerms(create=True))
    here.learn()
    here.site = here.site.with_units(packs)
    assert [new.product.sku.style for new in plan_products(here.site).created] == ["08888"]


def test_the_composition_is_kept_with_the_order(here: Loop) -> None:
    ordered(here, (BLACK, 2))
    (posting,) = here.postings("goods_out")
    kept = here.site.ledger.fact(posting.fact_key)
    assert kept is not None
    assert isinstance(kept.record, SalesOrder)
    assert [line.pack for line in kept.record.lines] == [IN_ONE, None]
    assert from_plain(to_plain(kept.record)) == kept.record
    assert "pack" not in to_plain(kept.record.lines[1])


# Back ------------------------------------------------------------------------------------------------------------


def test_a_part_that_makes_no_whole_pack_waits_by_its_name_and_is_told_when_it_is_whole(here: Loop) -> None:
    ordered(here)
    leaves(here, 6, 0)
    here.turn()
    assert told(here) == []
    (waits,) = waiting(here)
    assert "pick 1001: line 1 is a prepack of 2 of 01234 BLK M, 1 of 01234 NVY 30/32" in waits.reason
    assert "6 of 01234 BLK M and 0 of 01234 NVY 30/32 left" in waits.reason
    assert unexplained(here) == {}
    here.later(days=1)
    leaves(here, 0, 3, part=False)
    here.turn()
    assert told(here) == [(ShipmentPart.WHOLE, dt.date(2026, 4, 1), {"1": 3})]
    assert waiting(here) == []


def test_packs_are_told_on_the_day_of_the_part_that_makes_them_whole(here: Loop) -> None:
    ordered(here)
    leaves(here, 3, 1)
    here.turn()
    here.later(days=1)
    leaves(here, 0, 1)
    here.later(days=1)
    leaves(here, 3, 1, part=False)
    here.turn()
    assert told(here) == [
        (ShipmentPart.PARTIAL, dt.date(2026, 3, 31), {"1": 1}),
        (ShipmentPart.LAST, dt.date(2026, 4, 2), {"1": 2}),
    ]
    assert waiting(here) == []


def test_loose_units_of_a_part_are_told_though_the_pack_beside_them_waits(here: Loop) -> None:
    here.release(lines=((PACK, 3), (BLACK, 2)))
    here.turn()
    here.time = LAST_OF_MONTH
    leaves(here, 3, 0, 2)
    here.turn()
    assert [units for *_, units in told(here)] == [{"2": 2}]
    assert len(waiting(here)) == 1


def test_a_component_that_is_on_a_line_of_its_own_too_waits_where_nobody_tells_which_left_when(here: Loop) -> None:
    ordered(here, (BLACK, 2))
    leaves(here, 6, 0, 0)
    here.turn()
    here.later(days=1)
    leaves(here, 0, 3, 2, part=False)
    here.turn()
    assert told(here) == []
    assert any("nor its shipments tell on which day" in posting.reason for posting in waiting(here))


def test_looking_again_tells_no_pack_twice(here: Loop) -> None:
    ordered(here)
    leaves(here, 3, 1)
    for _ in range(3):
        here.turn()
    assert [units for *_, units in told(here)] == [{"1": 1}]
    assert len(waiting(here)) == 1


def test_an_order_that_closes_on_a_broken_pack_waits_with_its_name_and_numbers(here: Loop) -> None:
    ordered(here)
    leaves(here, 5, 2, part=False)
    here.turn()
    assert told(here) == []
    (waits,) = waiting(here)
    assert waits.reason.startswith("pick 1001, completed: line 1 is a prepack of")
    assert "makes 2 whole and leaves 1 of 01234 BLK M over" in waits.reason


def test_an_order_that_closes_short_of_whole_packs_is_told(here: Loop) -> None:
    ordered(here)
    leaves(here, 4, 2, part=False)
    here.turn()
    assert [units for *_, units in told(here)] == [{"1": 2}]
    assert waiting(here) == []


def test_a_part_that_the_warehouse_takes_back_is_taken_back_in_packs(here: Loop) -> None:
    ordered(here)
    shipment = leaves(here, 4, 2)
    here.turn()
    here.warehouse.undispatch(shipment.id)
    collect_reversals(here.site)
    (reversal,) = here.postings("shipment_reversal")
    kept = here.site.ledger.fact(reversal.fact_key)
    assert kept is not None
    assert isinstance(kept.record, Undispatch)
    assert [(line.number, line.item, line.shipped) for line in kept.record.lines] == [("1", PACK_SKU, 2)]


def test_packs_that_are_not_invoiced_yet_explain_the_difference_in_components(here: Loop) -> None:
    ordered(here, (BLACK, 2))
    leaves(here, 6, 3, 2, part=False)
    here.turn()
    lines = {line.item: line for line in here.reconcile().differing}
    assert {item: int(line.causes[Cause.SHIPPED_NOT_INVOICED]) for item, line in lines.items()} == {
        BLACK_SKU: -8,
        NAVY_SKU: -3,
    }
    assert unexplained(here) == {}


def test_pieces_that_come_back_before_their_pack_was_whole_wait_no_more(here: Loop) -> None:
    ordered(here)
    shipment = leaves(here, 6, 0)
    here.turn()
    assert len(waiting(here)) == 1
    here.warehouse.undispatch(shipment.id)
    here.turn()
    assert waiting(here) == []
    assert unexplained(here) == {}


def test_a_component_that_was_unknown_is_counted_once_its_code_is_tied(here: Loop) -> None:
    black, navy = expected(here, 2)
    known = here.site.warehouse_terms
    here.site = evolve(here.site, warehouse_terms=evolve(known, sku_of=UnmatchedCode))
    here.warehouse.receive(black, 4)
    here.warehouse.receive(navy, 2)
    here.turn()
    assert {posting.reason_code for posting in waiting(here)} == {"unknown_sku"}
    here.site = evolve(here.site, warehouse_terms=known)
    here.turn()
    assert [packs for packs, *_ in received(here)] == [2]
    assert waiting(here) == []


def test_a_pack_that_stands_in_several_divisions_stops_no_comparison(here: Loop) -> None:
    ordered(here)
    leaves(here, 6, 3, part=False)
    here.turn()
    in_each = tuple(evolve(PACK_SKU, division=division) for division in ("10", "20"))
    here.site = evolve(here.site, divided={PACK_SKU: in_each})
    lines = {line.item: line for line in here.reconcile().lines}
    assert lines[PACK_SKU].causes[Cause.SHIPPED_NOT_INVOICED] == -3


def test_returned_components_are_held_against_the_packs_that_left(here: Loop) -> None:
    ordered(here)
    leaves(here, 6, 3, part=False)
    here.turn()
    for number, units in ((1, 6), (2, 1)):
        returned = fact(
            ReturnToStock(
                id=f"9{number}",
                occurred_at=here.time,
                location="NJ",
                item=BLACK_SKU,
                quantity=units,
                order_reference="1001",
            ),
            source="clarus",
            kind="transaction",
            source_id=f"9{number}",
            version="",
            occurred_at=here.time,
        )
        ingest(here.site, returned)
    (beyond,) = waiting(here)
    assert beyond.reason_code == "more_returned"
    assert "6 units of 01234 BLK M left on pick 1001, 6 came back before, and 1 more" in beyond.reason


def expected(here: Loop, packs: int) -> tuple[int, int]:
    here.issue(article=PACK, units=packs)
    here.turn()
    (receipt,) = here.warehouse.goods_in_receipts
    here.warehouse.begin_receiving(receipt.id)
    black, navy = receipt.lines
    assert (black.expected_quantity, navy.expected_quantity) == (2 * packs, packs)
    return black.id, navy.id


def test_received_components_are_told_as_packs_when_they_are_whole(here: Loop) -> None:
    black, navy = expected(here, 5)
    here.warehouse.receive(black, 5)
    here.turn()
    assert received(here) == []
    (waits,) = waiting(here)
    (item,) = ledger_exceptions(here.site.ledger, ExceptionTerms(now=here.time + dt.timedelta(days=1)))
    assert (item.reason_code, item.units) == ("broken_pack", 5)
    assert "book the pieces by hand" in item.action
    assert "production order C55, line 3" in waits.reason
    assert "leaves 5 of 01234 BLK M over" in waits.reason
    assert unexplained(here) == {}
    here.time = LAST_OF_MONTH
    here.warehouse.receive(navy, 3)
    here.turn()
    assert received(here) == [(2, State.ACCEPTED, dt.date(2026, 3, 31))]
    assert unexplained(here) == {}
    came = "5 of 01234 BLK M and 3 of 01234 NVY 30/32 came, which makes 2 whole"
    assert [came in one.reason for one in waiting(here)] == [True, True]
    here.warehouse.receive(black, 5)
    here.warehouse.receive(navy, 2)
    here.turn()
    assert sum(packs for packs, *_ in received(here)) == 5
    assert waiting(here) == []


def test_a_received_component_that_is_taken_back_takes_its_pack_back(here: Loop) -> None:
    black, navy = expected(here, 2)
    here.warehouse.receive(black, 4)
    here.warehouse.receive(navy, 2)
    here.turn()
    here.warehouse.unreceive(navy, 1)
    here.turn()
    assert [packs for packs, *_ in received(here)] == [2, -1]
    (waits,) = waiting(here)
    assert "makes 1 whole and leaves 2 of 01234 BLK M over" in waits.reason
    assert unexplained(here) == {}


def test_reading_receipts_again_counts_none_twice(here: Loop) -> None:
    black, navy = expected(here, 2)
    here.warehouse.receive(black, 4)
    here.warehouse.receive(navy, 2)
    for _ in range(3):
        here.turn()
    assert [packs for packs, *_ in received(here)] == [2]


# The sheet -------------------------------------------------------------------------------------------------------

HEADER = "pack_style,pack_color,pack_size,style,color,size,pieces"


def sheet(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "prepacks.csv"
    path.write_text("\n".join((header, *lines)) + "\n", "utf-8")
    return path


def test_a_sheet_says_what_is_in_a_pack(tmp_path: Path) -> None:
    told = read_prepack_sheet(sheet(tmp_path, "PACKA,BLK,PPK,01234,BLK,M,2", "PACKA,BLK,PPK,01234,NVY,30/32,1"))
    assert told == {PACK_SKU: IN_ONE}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("PACKA,BLK,PPK,01234,BLK,M,two", "prepacks.csv, line 3: 'two' is not a number"),
        ("PACKA,BLK,PPK,01234,BLK,M,1.5", "prepacks.csv, line 3, field parts: 1.5 of 01234 BLK M is no whole"),
        ("PACKA,BLK,PPK,01234,BLK,M,0", "prepacks.csv, line 3, field eaches"),
        ("PACKA,BLK,PPK,0777,,,3", "prepacks.csv, line 3, field parts: a prepack names one SKU twice"),
        ("PACKB,,,PACKA,BLK,PPK,1", "PACKA BLK PPK is a prepack itself"),
        ("PACKB,,,PACKB,,,1", "PACKB is a prepack itself"),
        (",BLK,PPK,01234,BLK,M,1", "prepacks.csv, line 3, field style: a SKU needs a style"),
    ],
)
def test_a_line_that_cannot_be_read_stops_the_sheet(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(InvalidRecord, match=told):
        read_prepack_sheet(sheet(tmp_path, "PACKA,BLK,PPK,0777,,,2", line))


def test_a_sheet_without_components_is_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord, match="the columns pieces, style are missing"):
        read_prepack_sheet(sheet(tmp_path, "PACKA", header="pack_style"))
