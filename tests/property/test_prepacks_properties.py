"""Prepacks: in whatever pieces they come back, packs are told whole and once, and what is left over is named."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, chain

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import WarehouseTerms
from clarus_bluecherry.mapping.parts import OrderOnTheWay, dispatches, waiting_for_packs
from clarus_bluecherry.mapping.prepacks import PacksSent, components, exploded
from clarus_bluecherry.model import (
    Dispatch,
    DispatchLine,
    OrderLine,
    PackPart,
    Prepack,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    Sku,
    UnmatchedCode,
)

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
SIZES = ("S", "M", "L", "XL")


def sku_of(code: str) -> Sku:
    return Sku("01234", "BLK", size=code)


def never(item: object) -> bool:
    return False


packs_strategy = st.dictionaries(st.sampled_from(SIZES), st.integers(1, 6), min_size=1).map(
    lambda told: Prepack(
        source="prepacks.csv",
        parts=tuple(PackPart(item=sku_of(size), eaches=eaches) for size, eaches in told.items()),
    )
)
numbers_strategy = st.lists(st.tuples(packs_strategy, st.integers(1, 9)), min_size=1, max_size=4)


def order_of(packs: Sequence[tuple[Prepack, int]], loose: int = 0) -> SalesOrder:
    lines = [
        OrderLine(number=str(number), item=Sku(f"PACK{number}"), quantity=quantity, pack=pack)
        for number, (pack, quantity) in enumerate(packs, 1)
    ]
    if loose:
        lines.append(OrderLine(number="90", item=sku_of("S"), quantity=loose))
    return SalesOrder(reference="1001", location="NJ", requested_dispatch=NOON, lines=tuple(lines))


def shipped(order: SalesOrder) -> list[DispatchLine]:
    """All of an order in components, as the warehouse tells it: under its codes."""
    return [
        DispatchLine(
            number=line.number,
            item=UnmatchedCode(line.item.size if isinstance(line.item, Sku) else ""),
            ordered=line.quantity,
            shipped=line.quantity,
        )
        for line in exploded(order, never).lines
    ]


@given(numbers_strategy, st.integers(0, 5), st.randoms())
def test_what_goes_out_whole_comes_back_whole(packs, loose, random) -> None:
    order = order_of(packs, loose)
    lines = shipped(order)
    random.shuffle(lines)
    sent = PacksSent.of(order, sku_of)
    assert sent.left_over(lines) == []
    told = {
        line.number: (line.item, line.ordered, line.shipped)
        for line in sent.composed(lines)
        if line.number != "90"
    }
    assert told == {
        line.number: (line.item, line.quantity, line.quantity) for line in order.lines if line.pack is not None
    }


@given(numbers_strategy)
def test_an_explosion_has_just_the_pieces_of_its_packs_under_its_numbers(packs) -> None:
    order = order_of(packs)
    out = [(line.number, line.item, line.quantity) for line in exploded(order, never).lines]
    assert out == [
        (line.number, part.item, line.quantity * part.eaches)
        for line in order.lines
        if line.pack is not None
        for part in line.pack.parts
    ]
    bought = PurchaseOrder(
        reference="C55",
        location="NJ",
        lines=tuple(
            PurchaseOrderLine(number=line.number, item=line.item, quantity=line.quantity, pack=line.pack)
            for line in order.lines
        ),
    )
    assert [(line.number, line.item, line.quantity) for line in exploded(bought, never).lines] == out
    assert exploded(order, lambda item: True) == order


@given(packs_strategy, st.integers(1, 9), st.data())
def test_any_sequence_of_parts_tells_the_whole_packs_once_and_names_what_is_left_over(pack, ordered, data) -> None:
    order = order_of([(pack, ordered)])
    everything = [part.item.size for part in pack.parts for _ in range(int(part.eaches) * ordered)]
    left = data.draw(st.permutations(everything))[: data.draw(st.integers(0, len(everything)))]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(left)), max_size=4)))
    told, gone = [], 0
    sent = PacksSent.of(order, sku_of)
    for cut in (*cuts, len(left)):
        lines = so_far(order, left[:cut])
        (line,) = sent.composed(lines)
        assert line.shipped >= gone, "a pack that was told is never taken back"
        told.append(line.shipped - gone)
        gone = line.shipped
    whole = min(left.count(part.item.size) // int(part.eaches) for part in pack.parts)
    assert sum(told) == whole <= ordered
    rest = {part.item: left.count(part.item.size) - whole * int(part.eaches) for part in pack.parts}
    words = sent.left_over(so_far(order, left))
    assert bool(words) == any(rest.values())
    for item, units in rest.items():
        assert not units or f"{units} of {item}" in str(words[0]).partition("leaves")[2]


def so_far(order: SalesOrder, left: Sequence[str]) -> list[DispatchLine]:
    lines = [evolve(line, shipped=Decimal(0)) for line in shipped(order)]
    return [evolve(line, shipped=left.count(line.item.code)) for line in lines]


@given(packs_strategy, st.lists(st.tuples(st.sampled_from(SIZES), st.integers(1, 9)), max_size=12))
def test_moves_complete_each_pack_once_in_whatever_order_they_come(pack, moves) -> None:
    sent = PacksSent.of(order_of([(pack, 9)]), sku_of)
    told = sent.packed_moves([(UnmatchedCode(size), Decimal(units)) for size, units in moves])
    came = {size: sum(units for each, units in moves if each == size) for size in SIZES}
    packs = [units for item, units in told if item == Sku("PACK1")]
    assert sum(packs) == min(came[part.item.size] // int(part.eaches) for part in pack.parts)
    assert all(units >= 0 for units in packs)
    assert len(told) == len(moves)


@given(packs_strategy, st.integers(0, 99))
def test_a_position_in_components_has_just_its_pieces(pack, quantity) -> None:
    item = Sku("PACK1", division="D1")
    pieces = components(item, {Sku("PACK1"): pack}, never)
    assert sum(pieces.values()) * quantity == sum(part.eaches for part in pack.parts) * quantity
    assert components(item, {Sku("PACK1"): pack}, lambda item: True) == {}
    assert components(sku_of("S"), {Sku("PACK1"): pack}, never) == {}


parts_strategy = st.lists(
    st.tuples(st.integers(0, 2), st.dictionaries(st.sampled_from(SIZES[:3]), st.integers(1, 4), min_size=1)),
    min_size=1,
    max_size=5,
)
"""Each part: how many days after the one before, and the pieces of each size that leave in it."""
PACK = Prepack(
    source="prepacks.csv",
    parts=tuple(PackPart(item=sku_of(each), eaches=2 if each == "M" else 1) for each in SIZES[:3]),
)


def day_of(moment: dt.datetime) -> dt.date:
    return moment.date()


def seen(parts, left, *, closed_at=None) -> OrderOnTheWay:
    """An order of 20 packs after the first `left` of its parts, each part's last instant in its own shipment."""
    order = order_of([(PACK, 20)])
    days = list(accumulate(days for days, _ in parts))
    when = [NOON + dt.timedelta(days=day, minutes=place) for place, day in enumerate(days)]
    gone = Counter(chain.from_iterable(Counter(units).elements() for _, units in parts[:left]))
    status = {"code": "COMPLETED" if closed_at else "PART_ALLOCATED"}
    return OrderOnTheWay(
        order=wire.GoodsOutNode.model_validate(
            {"id": "77", "reference": "1001", "warehouse": {"code": "NJ"}, "goods_out_status": status}
            | {"actual_date_of_dispatch": closed_at and closed_at.isoformat()}
        ),
        lines=[
            wire.GoodsOutLineNode.model_validate(
                {"id": line.item.size, "alt_line_number": line.number, "product": {"code": line.item.size}}
                | {"order_quantity": line.quantity, "dispatch_quantity": gone[line.item.size]}
            )
            for line in exploded(order, never).lines
        ],
        shipments=[
            wire.ShipmentNode(id=str(place), status="dispatched", collection_datetime=when[place].isoformat())
            for place in range(left)
        ],
        packages=[],
        transactions=[
            wire.TransactionNode.model_validate(
                {"id": f"{place}{size}", "subtype": "DISP", "quantity": units, "created_at": when[place]}
                | {"product": {"code": size}}
            )
            for place in range(left)
            for size, units in parts[place][1].items()
        ],
        packs=PacksSent.of(order, sku_of),
    )


def packs_in(parts) -> int:
    gone = Counter(chain.from_iterable(Counter(units).elements() for _, units in parts))
    return min(gone[part.item.size] // int(part.eaches) for part in PACK.parts)


@given(parts_strategy, st.data())
def test_packs_are_told_on_the_day_of_the_part_that_completes_them_and_never_twice(parts, data) -> None:
    terms, told = WarehouseTerms(zone=dt.UTC), list[Dispatch]()
    when = [NOON + dt.timedelta(days=day) for day in accumulate(days for days, _ in parts)]
    for left in range(1, len(parts) + 1):
        for _ in range(data.draw(st.integers(0, 2))):
            looked = seen(parts, left)
            told += dispatches(looked, told, terms, now=when[left - 1] + dt.timedelta(hours=1), day_of=day_of)
    closing = seen(parts, len(parts), closed_at=when[-1] + dt.timedelta(hours=1))
    if waiting_for_packs(seen(parts, len(parts)), terms):
        with pytest.raises(InvalidRecord, match=r"goods out 1001.*line 1 is a prepack of .* over"):
            dispatches(closing, told, terms, now=when[-1] + dt.timedelta(hours=1), day_of=day_of)
    else:
        told += dispatches(closing, told, terms, now=when[-1] + dt.timedelta(hours=1), day_of=day_of)
        assert sum(line.shipped for each in told for line in each.lines) == packs_in(parts)
    by_day = Counter[dt.date]()
    for each in told:
        assert {(line.number, line.item) for line in each.lines} <= {("1", Sku("PACK1"))}
        by_day[day_of(each.occurred_at)] += sum(int(line.shipped) for line in each.lines)
    for day, packs in by_day.items():
        until = [part for part, at in zip(parts, when, strict=True) if day_of(at) <= day]
        before = [part for part, at in zip(parts, when, strict=True) if day_of(at) < day]
        assert packs <= packs_in(until) - packs_in(before)
