"""A month of the sandbox's, in which disagreements were planted, as a folder that a close reads.

Law of this module: both systems' files are those that they export. What neither knows comes beside them, as a
site's finance keeps it: which code is which SKU, and what a close takes for granted.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.sandbox import Planter
from clarus_bluecherry.sandbox.planting.planted import key_of

SETTINGS = """\
zone = "America/New_York"
currency = "USD"
basis = "standard"
account = "BRAND"
clarus_zone = "UTC"

[files]
sku_master = "crosswalk.csv"

[warehouses]
NJ1 = "01"
LA1 = "02"

[taken_at]
"""


def exported(planter: Planter, folder: Path) -> Path:
    """The exports of both systems at this moment, with the crosswalk and the settings of a close."""
    planter.staff.write_exports(folder)
    now = planter.warehouse.clock().isoformat()
    taken = "".join(f'{name} = "{now}"\n' for name in ("stock", "inventory_report"))
    (folder / "close.toml").write_text(SETTINGS + taken, "utf-8")
    with (folder / "crosswalk.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["product_code", "sku", "division", "style", "color", "label", "dimension", "size"])
        for code, item in planter.items.items():
            key = key_of(item)
            writer.writerow([code, item, planter.erp.articles[key].division, *key])
    return folder


def closed(folder: Path, as_of: str, *options: str):
    """The document of `close --from`."""
    told = ["close", "--from", str(folder), "--as-of", as_of, "--json", *options]
    done = CliRunner().invoke(app, told)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return json.loads(done.stdout)
