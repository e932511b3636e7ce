"""Any order, in any parts, looked at whenever: each unit is told once, on its day, and the last part closes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.mapping import WarehouseTerms
from clarus_bluecherry.mapping.parts import OrderOnTheWay, dispatches, is_part
from clarus_bluecherry.model import Dispatch, ShipmentPart

ZONE = ZoneInfo("America/New_York")
TERMS = WarehouseTerms(zone=ZONE)
BEGIN = dt.datetime(2026, 3, 30, 15, tzinfo=dt.UTC)
LINES = ("1", "2", "3")

Units = dict[str, int]
parts_strategy = st.lists(
    st.tuples(st.integers(0, 2), st.dictionaries(st.sampled_from(LINES), st.integers(1, 5), min_size=1)),
    min_size=1,
    max_size=5,
)
"""Each part: how many days after the one before, and what of which line leaves in it."""


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZONE).date()


def instants(parts: list[tuple[int, Units]]) -> list[dt.datetime]:
    days = accumulate(days for days, _ in parts)
    return [BEGIN + dt.timedelta(days=day, minutes=place) for place, day in enumerate(days)]


def seen(parts: list[tuple[int, Units]], short: int, left: int, *, closed_at: dt.datetime | None) -> OrderOnTheWay:
    """The order after the first `left` of its parts; `short` units of line 1 never leave."""
    ordered = Counter({"1": short} if short else {})
    gone: Counter[str] = Counter()
    for place, (_, units) in enumerate(parts):
        ordered.update(units)
        gone.update(units if place < left else {})
    when = instants(parts)
    order = {"id": "77", "reference": "1001", "warehouse": {"code": "NJ"}}
    status = {"code": "COMPLETED" if closed_at else "PART_ALLOCATED"}
    return OrderOnTheWay(
        order=wire.GoodsOutNode.model_validate(
            {**order, "goods_out_status": status, "actual_date_of_dispatch": closed_at and closed_at.isoformat()}
        ),
        lines=[
            wire.GoodsOutLineNode.model_validate(
                {"id": line, "alt_line_number": line, "product": {"code": f"P{line}"}}
                | {"order_quantity": ordered[line], "dispatch_quantity": gone[line]}
            )
            for line in LINES
        ],
        shipments=[
            wire.ShipmentNode(id=str(place), status="dispatched", collection_datetime=when[place].isoformat())
            for place in range(left)
        ],
        packages=[],
        transactions=[
            wire.TransactionNode.model_validate(
                {"id": f"{place}{line}", "subtype": "DISP", "quantity": units, "created_at": when[place]}
                | {"product": {"code": f"P{line}"}}
            )
            for place in range(left)
            for line, units in parts[place][1].items()
        ],
    )


def told_by_day(told: list[Dispatch]) -> dict[tuple[dt.date, str], Decimal]:
    found: dict[tuple[dt.date, str], Decimal] = {}
    for each in told:
        for line in each.lines:
            if line.shipped:
                key = day_of(each.occurred_at), line.number
                found[key] = found.get(key, Decimal(0)) + line.shipped
    return found


def left_by_day(parts: list[tuple[int, Units]]) -> dict[tuple[dt.date, str], Decimal]:
    found: dict[tuple[dt.date, str], Decimal] = {}
    for moment, (_, units) in zip(instants(parts), parts, strict=True):
        for line, quantity in units.items():
            key = day_of(moment), line
            found[key] = found.get(key, Decimal(0)) + quantity
    return found


@given(parts_strategy, st.integers(0, 3), st.data())
def test_each_unit_is_told_once_on_its_own_day_and_the_last_part_closes_once(
    parts: list[tuple[int, Units]], short: int, data: st.DataObject
) -> None:
    when, told = instants(parts), list[Dispatch]()

    def look(left: int, now: dt.datetime, closed_at: dt.datetime | None = None) -> list[Dispatch]:
        """Look, as often as may be; after the first time there is nothing new."""
        known = [each for each in told if is_part(each.id)]
        return dispatches(seen(parts, short, left, closed_at=closed_at), known, TERMS, now=now, day_of=day_of)

    for left in range(1, len(parts) + (1 if short else 0)):
        for _ in range(data.draw(st.integers(0, 2))):
            told += look(left, when[left - 1])
    closed_at = when[-1] + dt.timedelta(days=data.draw(st.integers(0, 2)) if short else 0)
    told += look(len(parts), closed_at, closed_at)
    assert told_by_day(told) == left_by_day(parts)
    assert [each.part is ShipmentPart.PARTIAL for each in told] == [True] * (len(told) - 1) + [False]
    assert told[-1].part is (ShipmentPart.WHOLE if len(told) == 1 else ShipmentPart.LAST)
    assert len({each.id for each in told}) == len(told)
    assert look(len(parts), closed_at, closed_at) == told[-1:]
