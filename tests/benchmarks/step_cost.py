"""What a fresh process pays until its first plain step is done, beside one that makes a single pydantic model.

    python tests/benchmarks/step_cost.py --processes 30

CPU time of whole processes, in turns, so that a busy machine is busy for all of them: the least, the median, and
both against the first line. Two clients of other vendors stand beside it where they are installed
(`pip install openai stripe`, into an environment of its own: this library needs neither).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

ONE_MODEL = """
from pydantic import BaseModel

class Line(BaseModel):
    code: str
    quantity: int = 0

Line.model_validate({"code": "01234-BLK-M", "quantity": 3})
"""

SETTINGS = """
from clarus_bluecherry.mapping import plain

SETTINGS = {
    "zone": "America/New_York", "account_id": 1, "warehouses": {"WH1": {"id": 2}}, "products": {"01234-BLK-M": 9},
    "stock_unit_type_id": 7, "our_id": "WAREHOUSE", "vnd_id": "CGS",
}
SKU = {"style": "01234", "color_code": "BLK", "size_desc": "M"}
"""

PICK = """
TO = {"addr_type": "ST", "name": "A", "addr1": "1 High St", "city": "Leeds", "zipcode": "LS1", "country": "GB"}
PICK = {
    "pick_num": "1001", "ord_num": "500", "location": "WH1", "pick_date": "2026-03-09 00:00:00", "customer": "C1",
    "pickaddress": {"rows": [TO]}, "pickdetail": {"rows": [{"line_seq": "1", "bk_qty": 3, **SKU}]},
}
"""

STEPS = {
    "pick_to_goods_out": PICK + "done = plain.pick_to_goods_out(PICK, SETTINGS)",
    "production_order_to_pre_receipt": """
row = {
    "prod_num": "P77", "due_date": "2026-04-15", "productionorderaddressbystage": {"rows": []},
    "productionorderdetailbystage": {"rows": [{"prod_line": 1, "location": "WH1", "prod_qty": 4, **SKU}]},
}
done = plain.production_order_to_pre_receipt(row, SETTINGS)
""",
    "style_to_products": """
row = {"style": "01234", "styledetail": {"rows": [{"stylecolorsizes": {"rows-i": [SKU]}}]}}
done = plain.style_to_products(row, SETTINGS)
""",
    "goods_out_to_order_shipment": PICK
    + """
order = {
    "id": 8, "reference": "1001", "goods_out_status": {"code": "COMPLETED"}, "warehouse": {"code": "WH1"},
    "actual_date_of_dispatch": "2026-03-10T09:00:00Z",
}
line = {
    "id": 1, "alt_line_number": "1", "order_quantity": 3, "dispatch_quantity": 2,
    "product": {"code": "01234-BLK-M"},
}
done = plain.goods_out_to_order_shipment(order, [line], PICK, SETTINGS)
""",
    "transaction_to_advice": """
moved = {
    "id": "904512", "subtype": "NEGADJ", "quantity": 3.0, "created_at": "2026-04-01T02:30:00Z",
    "product": {"code": "01234-BLK-M"}, "warehouse": {"code": "WH1"}, "reason_code": {"code": "DMG"},
}
skus = {"01234-BLK-M": {**SKU, "upc": "012345678905"}}
done = plain.transaction_to_advice(moved, {**SETTINGS, "skus": skus})
""",
    "stock_to_positions": """
stock = {"id": 1, "quantity": 240.0, "product": {"code": "01234-BLK-M"}}
skus = {"01234-BLK-M": {**SKU, "upc": "012345678905"}}
settings = {**SETTINGS, "skus": skus}
done = plain.stock_to_positions([stock], settings, as_of="2026-04-01T02:30:00Z", control_number="7")
""",
    "accounting_date": 'done = plain.accounting_date("2026-11-01T02:30:00Z", SETTINGS)',
}

PEERS = {
    "openai": 'import openai\nopenai.OpenAI(api_key="none")',
    "stripe": 'import stripe\nstripe.StripeClient("sk_test_none")',
}


def scripts() -> Iterator[tuple[str, str]]:
    """What is measured, by name."""
    yield "one pydantic model", ONE_MODEL
    for name, step in STEPS.items():
        yield name, f"{SETTINGS}{step}\nassert done\n"
    for name, script in PEERS.items():
        if importlib.util.find_spec(name):
            yield f"{name}, client made", script
        else:
            print(f"{name}: skipped, it is not installed here")


def cpu(script: str, environment: dict[str, str], cache: str) -> float:
    """Milliseconds of CPU that a process of its own takes for `script`."""
    command = [sys.executable, "-X", f"pycache_prefix={cache}", "-c", script]
    _, status, used = os.wait4(os.posix_spawn(sys.executable, command, environment), 0)
    if status:
        raise SystemExit("a script failed: see above")
    return (used.ru_utime + used.ru_stime) * 1000


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--processes", type=int, default=20, help="for each script")
    wanted = arguments.parse_args().processes
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    found = dict(scripts())
    measured: dict[str, list[float]] = {name: [] for name in found}
    with tempfile.TemporaryDirectory() as cache:
        for script in found.values():  # the first time, Python compiles: an installed package is compiled
            cpu(script, environment, cache)
        for _ in range(wanted):
            for name, script in found.items():
                measured[name].append(cpu(script, environment, cache))
    (first, *_) = measured.values()
    print(f"{'CPU of a fresh process':34} {'least':>9} {'':7} {'median':>9}")
    for name, times in measured.items():
        least, median = min(times), statistics.median(times)
        print(
            f"{name:34} {least:6.0f} ms {least / min(first):5.2f} x "
            f"{median:6.0f} ms {median / statistics.median(first):5.2f} x"
        )


if __name__ == "__main__":
    main()
