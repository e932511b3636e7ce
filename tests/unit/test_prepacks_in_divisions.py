"""Prepacks of SKUs that stand in several divisions: a composition tells none, an order's lines may."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import evolve
from prepack_world import BLACK_SKU, IN_ONE, NAVY_SKU, PACK_SKU

from clarus_bluecherry.mapping.prepacks import PacksSent
from clarus_bluecherry.model import DispatchLine, OrderLine, SalesOrder, Sku, UnmatchedCode

TEN = evolve(PACK_SKU, division="10")


def order(*loose: Sku) -> SalesOrder:
    pack = OrderLine(number="1", item=TEN, quantity=3, pack=IN_ONE)
    lines = (OrderLine(number=str(place), item=item, quantity=2) for place, item in enumerate(loose, 2))
    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    return SalesOrder(reference="1001", location="NJ", requested_dispatch=at, lines=(pack, *lines))


def test_whole_packs_of_a_division_are_told_piece_by_piece() -> None:
    packs = PacksSent.of(order(), UnmatchedCode)
    pieces = packs.in_pieces(DispatchLine(number="1", item=TEN, ordered=3, shipped=2))
    assert pieces == {BLACK_SKU: 4, NAVY_SKU: 2}


def test_a_loose_line_of_a_division_is_not_counted_to_the_pack() -> None:
    packs = PacksSent.of(order(evolve(BLACK_SKU, division="10")), UnmatchedCode)
    moves = [(BLACK_SKU, Decimal(2)), (NAVY_SKU, Decimal(1))]
    assert packs.packed_moves(moves)[0] == (BLACK_SKU, 2)
