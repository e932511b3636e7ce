"""Importing a light name must stay light: each import is tried in an interpreter of its own."""

import pkgutil
import subprocess
import sys

import pytest

import clarus_bluecherry.clarus._resources
import clarus_bluecherry.mapping.plain
import clarus_bluecherry.model

HEAVY = (
    "asyncssh",
    "graphql",
    "httpx",
    "psycopg",
    "requests",
    "rich",
    "sqlalchemy",
    "starlette",
    "tenacity",
    "typer",
    "uvicorn",
)

BLOCK = f"""
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {set(HEAVY)}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""

A_ROUND_TRIP = """
import json
from clarus_bluecherry.mapping import plain

agreed = {
    "zone": "America/New_York", "account_id": 1, "warehouses": {"WH1": {"id": 2}}, "products": {"01234-BLK-M": 9},
    "our_id": "WAREHOUSE", "vnd_id": "CGS",
}
to = {"addr_type": "ST", "name": "A", "addr1": "1 High St", "city": "Leeds", "zipcode": "LS1", "country": "GB"}
line = {"line_seq": "1", "bk_qty": 3, "style": "01234", "color_code": "BLK", "size_desc": "M"}
pick = {
    "pick_num": "1001", "ord_num": "500", "location": "WH1", "pick_date": "2026-03-09 00:00:00", "customer": "C1",
    "pickaddress": {"rows": [to]}, "pickdetail": {"rows": [line]},
}
sent = plain.pick_to_goods_out(pick, agreed)
assert sent["data"]["attributes"]["lines_changes"][0]["attributes"]["product_id"] == 9
told = plain.goods_out_to_order_shipment(
    {"id": 8, "reference": "1001", "goods_out_status": {"code": "COMPLETED"}, "warehouse": {"code": "WH1"},
     "actual_date_of_dispatch": "2026-03-10T09:00:00Z"},
    [{"id": 1, "alt_line_number": "1", "order_quantity": 3, "dispatch_quantity": 2,
      "product": {"code": "01234-BLK-M"}}],
    pick, agreed,
)
assert plain.accounting_date("2026-03-10", agreed) == "2026-03-10"
print(json.loads(json.dumps(told))[0]["pickDetail"][0]["size_qty"])
"""


def modules_of(package):
    return [
        package.__name__,
        *(each.name for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")),
    ]


LIGHT = [
    "clarus_bluecherry",
    "clarus_bluecherry.errors",
    *modules_of(clarus_bluecherry.model),
    *modules_of(clarus_bluecherry.mapping),
    *modules_of(clarus_bluecherry.mapping.plain),
    "clarus_bluecherry.exchange",
    "clarus_bluecherry.bluecherry.messages",
    "clarus_bluecherry.clarus.wire",
    "clarus_bluecherry.clarus",
    "clarus_bluecherry.clarus._rooms",
    *modules_of(clarus_bluecherry.clarus._resources),
    "clarus_bluecherry.sku",
]


def run(script):
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", LIGHT)
def test_a_light_module_loads_nothing_heavy(name):
    loaded = run(f"import sys, {name}; print(*sorted({{each.partition('.')[0] for each in sys.modules}}))").split()
    assert sorted(set(HEAVY) & set(loaded)) == []


def test_the_mapping_works_where_nothing_heavy_is_installed():
    assert run(BLOCK + A_ROUND_TRIP) == "2"


def test_what_is_blocked_here_really_cannot_be_imported():
    script = """
try:
    from clarus_bluecherry import Ledger
except ImportError as error:
    print(error)
"""
    assert 'pip install "clarus-bluecherry[ledger]"' in run(BLOCK + script)


def test_importing_opens_no_connection_and_starts_no_process():
    script = """
import sys
touched = []
sys.addaudithook(lambda event, args: touched.append(event) if event[:6] in ("socket", "subpro") else None)
import clarus_bluecherry.mapping
print(touched)
"""
    assert run(script) == "[]"


def test_a_name_that_is_not_there_is_an_attribute_error():
    assert not hasattr(clarus_bluecherry, "Invoice")
