"""A folder that a close reads: both systems' exports, and beside them what a site's finance keeps.

Law of this module: the exports stay what the systems know. Which code is which SKU, whose stock is compared, the
zones and the warehouses are known to neither, and stand in files of their own: `crosswalk.csv` and `close.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.sandbox.planting.ground import Ground
from clarus_bluecherry.sandbox.planting.planted import key_of
from clarus_bluecherry.tables import csv_bytes

_CROSSWALK = ("product_code", "sku", "division", "style", "color_code", "lbl_code", "dimension", "size_desc")

SISTER = "KD"
"""A division whose books are not these, and whose SKUs have the same parts."""


def write_month_end(ground: Ground, folder: Path) -> Path:
    """Write the exports of this moment into `folder`, which is made, with a crosswalk and a close's settings."""
    ground.staff.write_exports(folder)
    (folder / "crosswalk.csv").write_bytes(csv_bytes([_CROSSWALK, *_crosswalk(ground)]))
    (folder / "close.toml").write_text("\n".join(_settings(ground)) + "\n", "utf-8")
    return folder


def _crosswalk(ground: Ground) -> Iterator[tuple[str, ...]]:
    for code, item in ground.items.items():
        key = key_of(item)
        yield (code, item, ground.erp.articles[key].division, *key)
    for code, key in ground.sisters.items():
        yield (code, code, SISTER, *key)


def _settings(ground: Ground) -> Iterator[str]:
    taken = ground.erp.clock().isoformat()
    yield f'zone = "{ground.erp.zone}"'
    yield 'clarus_zone = "UTC"'
    yield f'account = "{seasons.ACCOUNT}"'
    yield from ('currency = "USD"', 'basis = "standard"')
    if ground.sisters:
        ours = sorted({one.division for one in ground.erp.articles.values()})
        yield f"division = [{', '.join(map(repr, ours))}]"
    yield from ("", "[files]", 'sku_master = "crosswalk.csv"')
    yield from ("", "[warehouses]", *(f'{code} = "{place}"' for code, place in seasons.LOCATIONS.items()))
    yield from ("", "[taken_at]", *(f'{name} = "{taken}"' for name in ("stock", "inventory_report")))
