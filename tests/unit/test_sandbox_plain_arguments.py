"""The sandbox's people take units and lines as a person writes them, in this process and through the door."""

from decimal import Decimal

import pytest
from test_sandbox_staff import door, sandbox, sent_out

from clarus_bluecherry.errors import Retry
from clarus_bluecherry.sandbox import Door, NotDone, Sandbox
from clarus_bluecherry.sandbox.staff import LineNumber, Units

__all__ = ["door", "sandbox"]


@pytest.mark.parametrize("units", [2, "2", Decimal(2), "2.0"])
@pytest.mark.parametrize("line", [1, "1"])
def test_units_and_lines_are_numbers_or_text(sandbox: Sandbox, units: Units, line: LineNumber) -> None:
    pick, code = sent_out(sandbox)
    assert Decimal(2) in [row["picked"] for row in sandbox.pick(pick, line=line, units=units).rows("lines")]
    sandbox.dispatch(pick)
    assert sandbox.take_back(pick, line=line, units=units).said.startswith("took back 2")
    assert sandbox.adjust(code, units).said.startswith("found 2")
    assert sandbox.hold(code, units).said.startswith("held 2")
    assert sandbox.release(code, units).said.startswith("released 2")
    there = str(sandbox.warehouse.on_hand(code, warehouse="NJ1"))
    assert "as expected" in sandbox.count(code, there, warehouse="NJ1").said


def test_a_line_may_be_a_number_when_goods_come_in_too(sandbox: Sandbox) -> None:
    order, whole = next(iter(sandbox.erp.production.items()))
    line = int(whole.lines[0].prod_line)
    assert sandbox.receive(order, line=line, units="5", announce=True).said.startswith("received 5")


def test_the_door_means_the_same(sandbox: Sandbox, door: Door) -> None:
    pick, code = sent_out(sandbox)
    assert door.do("pick", pick=pick, line=1, units="2").said.startswith(f"picked pick {pick}: 2 of 3")
    assert door.do("adjust", product=code, units=Decimal(2)).said.startswith("found 2")


@pytest.mark.parametrize("units", ["many", "", "NaN", "Infinity"])
def test_what_is_no_number_of_units_is_refused(sandbox: Sandbox, units: str) -> None:
    with pytest.raises(NotDone, match="no number of units") as caught:
        sandbox.adjust("X", units)
    assert caught.value.field == "units"


def test_what_a_person_must_correct_is_not_called_safe_to_retry(sandbox: Sandbox, door: Door) -> None:
    pick, _ = sent_out(sandbox)
    for refused in (
        lambda: sandbox.pick(pick, line="9"),
        lambda: door.do("pick", pick=pick, line="9"),
        lambda: sandbox.pick(pick, units=1),
    ):
        with pytest.raises(NotDone) as caught:
            refused()
        assert caught.value.retry is Retry.POINTLESS
