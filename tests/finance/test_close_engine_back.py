"""A movement back that the books lack, by the engine: who was told of it, before what an edited order explains."""

import datetime as dt
from decimal import Decimal

import pytest
from close_histories import BEGAN, LAST, ZONE, noon

pytest.importorskip("duckdb")

from clarus_bluecherry.finance.close import (
    CloseInput,
    EntrySide,
    Moved,
    OrderVersion,
    PostingStep,
    StockEntry,
    close_books,
    end_of,
)
from clarus_bluecherry.finance.close.engine import close_by_engine

AT = end_of(LAST, ZONE)
DAY = BEGAN + dt.timedelta(days=3)


def a_line(number, side, qty):
    when = {"own_date": DAY, "occurred_at": noon(DAY)} if side is EntrySide.PHYSICAL else {"booked_date": DAY}
    return StockEntry(
        entry_id=f"e{number}",
        side=side,
        item="A",
        location="NJ",
        qty=qty,
        moved=Moved.DISPATCHED,
        document="D1",
        **when,
    )


def a_history(moved, booked, *told):
    lines = [(EntrySide.PHYSICAL, qty) for qty in moved] + [(EntrySide.BOOK, qty) for qty in booked]
    return CloseInput(
        zone=ZONE,
        entries=[a_line(number, side, Decimal(qty)) for number, (side, qty) in enumerate(lines)],
        postings=[PostingStep(document="D1", state=state, qty=qty) for state, qty in told],
        orders=[OrderVersion(names=("D1",), version=version) for version in ("1", "2")],
    )


@pytest.mark.parametrize(
    ("moved", "booked", "told", "causes"),
    [
        ((-5, 2, -3), (-1,), (("posted", -1),), {("not_told", -5)}),
        ((-5, 2, -3), (-1,), (("accepted", -2),), {("not_told", -4), ("edited_order", -1)}),
        ((-5, 2, -3), (-1,), (("rejected", -2),), {("not_told", -3), ("edited_order", -2)}),
        ((-5, 2, -3), (-2,), (("posted", -2),), {("edited_order", -4)}),
        ((-5, 2, -3), (-1,), (("accepted", -6),), {("shipped_not_invoiced", -5)}),
        ((-5, 5), (-5,), (), {("not_told", 5)}),
    ],
)
def test_what_was_taken_back_is_named_by_its_telling(moved, booked, told, causes):
    history = a_history(moved, booked, *told)
    lines = close_books(history, AT).lines
    assert {(str(each.status), each.units) for line in lines for each in line.causes} == causes
    assert close_by_engine(history, AT) == lines
