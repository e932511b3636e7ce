"""The audit of a small season before go-live: classes halt, each worth another amount, and 388 lines agree."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.report.pages import ReportPage
from clarus_bluecherry.report.sku_audit import AuditReport, Source, audit_page
from clarus_bluecherry.sku import MasterRow, ProductRow, Recipe, audit

ZONE = ZoneInfo("America/New_York")
_SIZES = ("XS", "S", "M", "L")
_HOSTILE = "<script>alert(1)</script>"


def page() -> ReportPage:
    return audit_page(
        AuditReport(
            audit=audit(_master(), _products()),
            problems=[
                InvalidRecord("'=1+1' is not a number", record="inventory.csv, line 412", field="Total QOH"),
                InvalidRecord("'<b>' is no barcode", record="products.csv, line 7", field="\x1b[2J"),
            ],
            made_at=dt.datetime(2026, 10, 30, 17, 5, tzinfo=ZONE),
            blue_cherry=Source(["inventory.csv"], 412),
            clarus=Source(["products.csv"], 403, ["units of 2 places are added up: NJ 300, LA 103"]),
            recipe=Recipe(),
            currency="USD",
        )
    )


def _master() -> list[MasterRow]:
    agree = [_row(f"{style:05}", size, 12, "7.25") for style in range(1, 98) for size in _SIZES]
    lost = [_row(f"{style:05}", "M", 2_480 + style, "18.50") for style in range(700, 712)]
    no_cost = [MasterRow("00999", "TAN", size="M", on_hand=Decimal(34))]
    return [*agree, *lost, *no_cost, _row("00800", "S", 310, "6.40"), _row("00801", "10-12", 90, "41.00")]


def _row(style: str, size: str, on_hand: int, cost: str) -> MasterRow:
    return MasterRow(style, "BLK", size=size, on_hand=Decimal(on_hand), cost=Decimal(cost))


def _products() -> list[ProductRow]:
    agree = [ProductRow(f"{style}-BLK-{size}", on_hand=Decimal(12)) for style in range(1, 98) for size in _SIZES]
    twice = [ProductRow("800-BLK-S", "", "501", Decimal(155)), ProductRow("0800-BLK-S", "", "502", Decimal(155))]
    return [
        *agree,
        *twice,
        ProductRow("00801-BLK-12-Oct", "", "503", Decimal(90)),
        ProductRow(_HOSTILE, "", "504", Decimal(1_250)),
        ProductRow("=1+1", "", "505", Decimal(3)),
    ]
