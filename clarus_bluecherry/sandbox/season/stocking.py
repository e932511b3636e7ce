"""A season into the sandbox's warehouse: its owner, its buildings, its products and what lies there."""

from __future__ import annotations

from clarus_bluecherry.sandbox.season.plan import ACCOUNT, CARRIERS, LOCATIONS, Season
from clarus_bluecherry.sandbox.warehouse import Warehouse

FOUND, DAMAGED, COUNTED, HELD, RELEASED = "FOUND", "DAMAGED", "COUNT", "QA", "QA-OK"
_REASONS = {
    FOUND: "positive_adjustment",
    DAMAGED: "negative_adjustment",
    COUNTED: "stock_check",
    HELD: "hold",
    RELEASED: "release",
    "NOSTOCK": "short_order_lines",
}


def stock_warehouse(season: Season, warehouse: Warehouse) -> None:
    """Load reference data, products and opening stock into an empty warehouse."""
    warehouse.add_account(ACCOUNT, is_short_pickable=True)
    for code in LOCATIONS:
        warehouse.add_warehouse(code)
    for code in CARRIERS:
        warehouse.add_carrier(code, services=(f"{code}-GROUND",))
    for reason, kind in _REASONS.items():
        warehouse.add_reason(reason, kind)
    for article in season.articles:
        description = f"{article.name} {article.color} {article.size}"
        warehouse.add_product(
            article.warehouse_code, description=description, barcode=article.warehouse_barcode or None
        )
    buildings = {location: code for code, location in LOCATIONS.items()}
    for stock in season.opening:
        warehouse.open_stock(stock.article.warehouse_code, stock.units, warehouse=buildings[stock.location])
    stray = season.stray
    warehouse.add_product(stray.code, description="Display stand")
    warehouse.open_stock(stray.code, stray.units, warehouse=stray.warehouse)
