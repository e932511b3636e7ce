"""What a first step costs is what it loads: only the records that it reads and writes, and only those are built.

Timing tells nothing on a busy machine (`tests/benchmarks/step_cost.py` measures); these lists do.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = ("bluecherry.messages", "clarus._resources", "clarus._reading", "clarus._writing", "model")

STEPS = {
    "pick_to_goods_out(a_pick(), SETTINGS)": (
        "AddressAttributes GoodsOutLineAttributes GoodsOutOrder PickTicket StyleSku",
        "bluecherry.messages.columns bluecherry.messages.delivery bluecherry.messages.picks "
        "bluecherry.messages.styles clarus._resources._doors clarus._resources._lists clarus._resources._records "
        "clarus._resources.goods_outs clarus._writing.base clarus._writing.goods_out clarus._writing.lines "
        "model._currencies model._numbers model._orders model._prepacks model._units model._values",
    ),
    "production_order_to_pre_receipt(a_production_order(), SETTINGS)": (
        "GoodsInLineAttributes PreReceipt ProductionOrder StyleSku",
        "bluecherry.messages.columns bluecherry.messages.delivery bluecherry.messages.production "
        "bluecherry.messages.styles clarus._resources._doors clarus._resources._lists clarus._resources._records "
        "clarus._resources.goods_in_receipts clarus._writing.base clarus._writing.goods_in "
        "clarus._writing.lines model._currencies model._numbers model._orders model._prepacks model._units "
        "model._values",
    ),
    "style_to_products(a_style(), SETTINGS)": (
        "ProductAttributes Style StyleSku",
        "bluecherry.messages.columns bluecherry.messages.delivery bluecherry.messages.styles "
        "clarus._resources._doors clarus._resources._lists clarus._resources._records clarus._resources.products "
        "clarus._writing.base clarus._writing.lines clarus._writing.products model._currencies model._numbers "
        "model._orders model._prepacks model._units model._values",
    ),
    "goods_out_to_order_shipment(a_goods_out(), the_lines(), a_pick(), SETTINGS, [a_shipment()], [a_package()])": (
        "GoodsOutLineNode GoodsOutNode OrderShipment PackageNode PickEcho PickTicket ShipmentCarton "
        "ShipmentCartonLine ShipmentLine ShipmentNode StyleSku",
        "bluecherry.messages.columns bluecherry.messages.delivery bluecherry.messages.picks "
        "bluecherry.messages.sent bluecherry.messages.styles bluecherry.messages.writing clarus._reading.node "
        "clarus._reading.orders clarus._reading.transport model._currencies model._movements model._numbers "
        "model._orders model._prepacks model._units model._values",
    ),
    "transaction_to_advice(a_transaction('NEGADJ'), SETTINGS)": (
        "InventoryAdjustment SkuSent StyleSku TransactionNode",
        "bluecherry.messages.columns bluecherry.messages.delivery bluecherry.messages.picks "
        "bluecherry.messages.sent bluecherry.messages.styles bluecherry.messages.writing clarus._reading.node "
        "clarus._reading.stock model._currencies model._movements model._numbers model._orders model._prepacks "
        "model._units model._values",
    ),
    "stock_to_positions([a_stock()], SETTINGS, as_of='2026-04-01T02:30:00Z', control_number='7')": (
        "SkuSent StockNode StockPositionAdvice StyleSku",
        "bluecherry.messages.columns bluecherry.messages.delivery bluecherry.messages.picks "
        "bluecherry.messages.sent bluecherry.messages.styles bluecherry.messages.writing clarus._reading.node "
        "clarus._reading.stock model._currencies model._movements model._numbers model._orders model._prepacks "
        "model._records model._units model._values",
    ),
    "accounting_date('2026-04-01T02:30:00Z', SETTINGS)": (
        "StyleSku",
        "bluecherry.messages.columns bluecherry.messages.delivery bluecherry.messages.styles "
        "clarus._reading.node model._currencies model._numbers model._units model._values",
    ),
}
"""Step → the wires' records that it builds, and the modules of records and calls that it imports."""

A_FRESH_PROCESS = """
import sys
from plain_world import *
from clarus_bluecherry.mapping import plain

assert plain.{step}

from clarus_bluecherry._wire import WireRecord

records = [WireRecord]
for each in records:
    records += each.__subclasses__()
print(*sorted({{each.__name__ for each in records[1:] if each.__pydantic_complete__}}))
ours = [name.removeprefix("clarus_bluecherry.") for name in sys.modules if name.startswith("clarus_bluecherry.")]
print(*sorted(name for name in ours if name.rpartition(".")[0] in {rooms}))
"""


def run(step):
    here = Path(__file__).parent
    path = os.pathsep.join(filter(None, (str(here), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", A_FRESH_PROCESS.format(step=step, rooms=ROOMS)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.partition("(")[0])
def test_a_first_step_builds_the_records_it_needs_and_imports_no_others(step):
    built, imported = map(str.split, STEPS[step])
    assert run(step) == [built, imported]
