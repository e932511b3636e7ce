"""What persons decide, and a look at exceptions that is kept, read no growing table from end to end."""

from __future__ import annotations

from pathlib import Path

import pytest
from flows_world import CODES, ODD, loop
from ledger_databases import a_place
from plans_world import grow, heard, scans
from test_exceptions_kept import item
from test_ledger_plans import _A_MONTH, ROWS, _engine

from clarus_bluecherry.flows import (
    acknowledge_exception,
    cancel_posting,
    decide_all,
    edit_posting,
    exception_history,
    exception_trend,
    keep_look,
    open_exceptions,
    resolve_exception,
    retry_posting,
    settle_posting,
)
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Sku

BY_ADA = {"actor": "Ada", "reason": "we know"}


def decisions(here) -> None:
    """Every way to decide, about orders and movements; and exceptions that open, rest, end and come back."""
    ledger = here.site.ledger
    here.release("1001")
    for place in range(4):
        here.warehouse.adjust(CODES[ODD], place + 1, "FOUND")
    here.turn()
    here.erp.change_pick("1001", [])
    here.turn()
    parked = ledger.in_state(State.PARKED)
    orders = [each.key for each in parked if each.kind == "goods_out"]
    first, second, third, fourth = (each.key for each in parked if each.kind == "inventory_adjustment")
    decide_all(ledger, [first, "no:such:key"], lambda key: retry_posting(ledger, key, **BY_ADA), dry=True)
    retry_posting(ledger, first, **BY_ADA)
    edit_posting(ledger, second, {"item": Sku("01234", "BLK", size="M")}, **BY_ADA)
    settle_posting(ledger, third, document="ADJ-7", booked=None, **BY_ADA)
    for key in (fourth, *orders):
        cancel_posting(ledger, key, **BY_ADA)
    here.turn()
    for found in ([item("order 1"), item("order 2")], [item("order 1")], [item("order 1"), item("order 2")]):
        keep_look(ledger, found, began=here.time)
        here.later(hours=1)
    acknowledge_exception(ledger, "parked:order 1", **BY_ADA)
    resolve_exception(ledger, "parked:order 2", **BY_ADA)
    exception_history(ledger, "parked:order 1")
    exception_trend(ledger, here.time.date(), here.time.date())
    assert len(open_exceptions(ledger)) == 1


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_no_statement_reads_a_growing_table_from_end_to_end(tmp_path: Path, system: str) -> None:
    place = str(a_place(system, tmp_path))
    with loop(ledger=place) as here, heard() as statements:
        decisions(here)
    engine = _engine(system, place)
    with engine.begin() as connection:
        grow(connection, ROWS)
    with engine.connect() as connection:
        if system == "postgres":
            connection.exec_driver_sql("SET enable_seqscan = off")
        found = scans(connection, statements, most=max(ROWS // 5, _A_MONTH))
    engine.dispose()
    assert any("FROM exceptions" in short for short in statements)
    assert found == {}, "\n".join(f"{short}: {plan}" for short, plan in found.items())
