"""The quickstart runs as it stands, against both systems as real HTTP servers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flows_world import NAVY, loop

from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.py"


def quickstart(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(QUICKSTART), "1001"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_quickstart_sends_an_order_out_and_brings_its_dispatch_back() -> None:
    with loop() as here:
        here.warehouse.add_warehouse("NJ")
        here.warehouse.open_stock("01234-NVY-30/32", 20, warehouse="NJ")
        here.release("1001", ((NAVY, 2),))
        environment = {
            "CLARUS_URL": here.clarus_url,
            "CLARUS_SUBDOMAIN": here.warehouse.subdomain,
            "CLARUS_ACCOUNT": "BRAND",
            "CLARUS_CLIENT_ID": CLIENT_ID,
            "CLARUS_CLIENT_SECRET": CLIENT_SECRET,
            "BLUECHERRY_URL": here.bluecherry_url,
            "BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
            "OUR_ID": "WAREHOUSE",
            "CGS_ID": "BRAND",
        }
        assert quickstart(**environment) == f"sent out as {here.goods_out().id}"
        assert quickstart(**environment) == "the warehouse has it: PENDING"
        here.ship("1001")
        assert quickstart(**environment).startswith("confirmed as 1")
        (staged,) = here.erp.staged
        assert staged.entity == "OrderShipment"
        here.erp.process_staging()
        here.erp.run_invoicing()
        assert here.erp.on_hand()[NAVY.key, "NJ"] == 18
