"""The quickstart runs as it stands, against both systems as real HTTP servers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flows_world import BLACK, NAVY, ODD, loop

from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.py"


def quickstart(*picks: str, code: int = 0, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(QUICKSTART), *picks],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout.strip()


def test_the_quickstart_sends_an_order_out_and_brings_its_dispatch_back() -> None:
    with loop() as here:
        here.release("1001", ((NAVY, 2), (BLACK, 1)))
        here.release("1002", ((BLACK, 3), (ODD, 1)))
        environment = {
            "CLARUS_URL": here.clarus_url,
            "CLARUS_SUBDOMAIN": here.warehouse.subdomain,
            "CLARUS_ACCOUNT": "BRAND",
            "CLARUS_WAREHOUSES": "WH-NJ=NJ",
            "CLARUS_CLIENT_ID": CLIENT_ID,
            "CLARUS_CLIENT_SECRET": CLIENT_SECRET,
            "BLUECHERRY_URL": here.bluecherry_url,
            "BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
            "OUR_ID": "WAREHOUSE",
            "CGS_ID": "BRAND",
        }
        sent, waits, unheard = quickstart("1001", "1002", "9", code=1, **environment).splitlines()
        assert sent == f"1001: sent out as {here.goods_out().id}"
        assert waits.startswith("1002 waits. Sku 07777 RED O/S: the warehouse has no product for 07777 RED O/S.")
        assert "'LEGACY-9'" in waits
        told = "9 waits. Pick 9: it is not an open pick. Retrying will not help. Correct its number."
        assert unheard == told
        assert quickstart("9", code=1, **environment) == told
        assert quickstart("1001", **environment) == "1001: the warehouse has it: PENDING"
        here.ship("1001", short=1)
        assert quickstart("1001", **environment) == "1001: confirmed as 100001"
        assert quickstart("1001", **environment) == "1001: confirmed already: staged in Blue Cherry"
        (staged,) = here.erp.staged
        assert (staged.entity, staged.isa_num) == ("OrderShipment", "000001001")
        here.erp.process_staging()
        here.erp.run_invoicing()
        assert here.erp.on_hand()[NAVY.key, "NJ"] == 19
        assert here.erp.on_hand()[BLACK.key, "NJ"] == 19
        assert quickstart("1001", **environment) == "1001: confirmed already: posted in Blue Cherry"


NOWHERE = {
    "CLARUS_URL": "http://127.0.0.1:9",
    "CLARUS_SUBDOMAIN": "acme",
    "CLARUS_ACCOUNT": "BRAND",
    "CLARUS_WAREHOUSES": "WH-NJ=NJ",
    "CLARUS_CLIENT_ID": "id",
    "CLARUS_CLIENT_SECRET": "s3cret-Value",
    "BLUECHERRY_URL": "http://127.0.0.1:9",
    "BLUECHERRY_SUBSCRIPTION_KEY": "k3y-Value",
    "OUR_ID": "WAREHOUSE",
    "CGS_ID": "BRAND",
}


def not_begun(environment: dict[str, str]) -> str:
    """The one line that the quickstart says where it cannot begin."""
    ours = ("CLARUS_", "BLUECHERRY_", "OUR_ID", "CGS_ID")
    others = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(QUICKSTART), "1001"],
        env={**others, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


def test_the_quickstart_says_in_a_sentence_which_variables_are_missing() -> None:
    told = not_begun({name: value for name, value in NOWHERE.items() if name not in ("OUR_ID", "BLUECHERRY_URL")})
    assert "BLUECHERRY_URL is not set (the address of your Blue Cherry API" in told
    assert "OUR_ID is not set" in told
    assert "CLARUS_SUBDOMAIN is not set" in not_begun({**NOWHERE, "CLARUS_SUBDOMAIN": ""})
    assert "CLARUS_WAREHOUSES is not written as it should be" in not_begun({**NOWHERE, "CLARUS_WAREHOUSES": "NJ"})


def test_the_quickstart_says_in_a_sentence_that_a_server_cannot_be_reached() -> None:
    assert "did not reach 127.0.0.1" in not_begun(NOWHERE)
