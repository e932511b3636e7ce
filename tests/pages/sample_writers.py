"""A page of everything that a writer has to write: each kind of cell, several currencies, what is not known, and
texts that mean harm."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import (
    CellKind,
    ChartKind,
    NextStep,
    PageChart,
    PageCode,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageSteps,
    PageTable,
    PageText,
    ReportPage,
    Tone,
)

ZONE = ZoneInfo("America/New_York")
AT = dt.datetime(2026, 11, 1, 3, 30, tzinfo=dt.UTC)
HOSTILE = (
    "<script>alert(1)</script>",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\x1b[2J",
    '=HYPERLINK("https://x.example")',
)


def page() -> ReportPage:
    return ReportPage(
        name="writers",
        title="All that a writer writes",
        verdict="1,234,567.89 USD differ; look at Newark first.",
        tone=Tone.BAD,
        head=PageHead(
            as_of=dt.date(2026, 10, 31),
            known_until=AT,
            zone=ZONE,
            currency="USD",
            made_at=dt.datetime(2026, 11, 2, 13, 0, tzinfo=dt.UTC),
            facts={"Site": "Newark", "Period": "October 2026 (open)"},
        ),
        sections=[
            PageSection(name="first", title="First", blocks=[_steps(), _figures()], note="What counts."),
            PageSection(name="why", title="Why", blocks=[_classes(), _chart(), _text(), _code()]),
            PageSection(name="documents", title="Documents", blocks=[_documents(), _empty()]),
        ],
    )


def _steps() -> PageSteps:
    return PageSteps(
        steps=[
            NextStep(
                what="Newark counted 1,200 more than the books have",
                owner="operations",
                action="Count NWK again",
                units=Decimal(1200),
                value=Money(Decimal("14400.5"), "USD"),
                document="CNT-1",
                since=AT,
                due=dt.date(2026, 11, 3),
                opens=PageOpening(table="documents", where={"class": "count"}),
            ),
            NextStep(what=HOSTILE[1], owner="finance", action=HOSTILE[0]),
        ],
        more="388 more are harmless: see Documents.",
    )


def _figures() -> PageFigures:
    opens = PageOpening(table="documents")
    return PageFigures(
        figures=[
            _figure("units", "Units that differ", Decimal("1187"), CellKind.UNITS, "eaches", opens, "units"),
            _figure(
                "dollars", "Value in USD", Money(Decimal("1234567.89"), "USD"), CellKind.MONEY, "", opens, "value"
            ),
            _figure("yen", "Yen", Money(Decimal(-120000), "JPY"), CellKind.MONEY, "", opens, "value"),
            _figure(
                "counted",
                "Units counted",
                Decimal(1200),
                CellKind.UNITS,
                "eaches",
                PageOpening(table="documents", where={"class": "count", "is_late": False}),
                "units",
            ),
            _figure("share", "Accuracy", Decimal("0.9975"), CellKind.SHARE),
            _figure("oldest", "Oldest", dt.timedelta(hours=49, minutes=30), CellKind.SPAN),
            _figure("since", "Since", AT, CellKind.INSTANT),
            _figure("day", "Day", dt.date(2026, 10, 31), CellKind.DAY),
            _figure("late", "Late", value=True, kind=CellKind.YES_NO),
            _figure("places", "Places", 1234, CellKind.COUNT, "places"),
            _figure("long", "Digits", Decimal("12345678901234567.89"), CellKind.UNITS),
            PageFigure(
                name="in_transit",
                title="In transit",
                value=None,
                kind=CellKind.MONEY,
                why_not="no cost of SKU X-1; tell its cost in costs.csv",
                tone=Tone.WARNING,
            ),
        ],
    )


def _figure(
    name: str,
    title: str,
    value: object,
    kind: CellKind,
    unit: str = "",
    opens: PageOpening | None = None,
    sums: str = "",
) -> PageFigure:
    return PageFigure(
        name=name,
        title=title,
        value=value,
        kind=kind,
        unit=unit,
        sign="+ the warehouse has more",
        opens=opens,
        sums=sums,
    )


def _classes() -> PageTable:
    return PageTable(
        name="by_class",
        title="By class: what/why?",
        columns=[
            PageColumn(name="class", title="Class", opens="documents", by=["class"]),
            PageColumn(
                name="value", title="Value", kind=CellKind.MONEY, is_added=True, sign="+ the warehouse has more"
            ),
            PageColumn(name="is_total", title="Total", kind=CellKind.YES_NO),
        ],
        rows=[
            ["count", Decimal("14400.5"), False],
            ["in transit", Decimal("-0.01"), False],
            ["of both", None, True],
        ],
    )


def _chart() -> PageChart:
    return PageChart(
        of="by_class",
        kind=ChartKind.WATERFALL,
        label="class",
        value="value",
        total="is_total",
        says="Counts lead.",
    )


def _text() -> PageText:
    return PageText(paragraphs=["A count is not a correction.", HOSTILE[1]])


def _code() -> PageCode:
    return PageCode(text="SELECT 1\nFROM lines", language="sql")


def _documents() -> PageTable:
    rows = [
        ["CNT-1", "count", Decimal(1200), Money(Decimal("1234567.89"), "USD"), Decimal("12.0004"), AT, False],
        ["=1+1", "in transit", Decimal("-12.5"), Money(Decimal(-120000), "JPY"), None, None, True],
        ["00042", "In Transit", Decimal("-0.5"), None, Decimal("7.125"), AT, True],
        *([text, "other", Decimal(0), Money(Decimal(0), "USD"), Decimal(1), AT, None] for text in HOSTILE),
    ]
    return PageTable(
        name="documents",
        title="Documents",
        columns=[
            PageColumn(name="document", title="Document", kind=CellKind.CODE, note="As the books have it."),
            PageColumn(name="class", title="Class"),
            PageColumn(name="units", title="Units", kind=CellKind.UNITS, unit="eaches", is_added=True),
            PageColumn(name="value", title="Value", kind=CellKind.MONEY, is_added=True),
            PageColumn(name="cost", title="Unit cost", kind=CellKind.MONEY),
            PageColumn(name="at", title="At", kind=CellKind.INSTANT),
            PageColumn(name="is_late", title="Late", kind=CellKind.YES_NO),
        ],
        rows=rows,
        source="bluecherry_stock_ledger.csv",
        note="Every document.",
        is_detail=True,
        group_by=["class"],
        sheets_by="class",
    )


def _empty() -> PageTable:
    column = PageColumn(name="units", title="Units", kind=CellKind.UNITS, is_added=True)
    return PageTable(name="left_out", title="Left out", columns=[column], rows=[], empty="Nothing was left out.")
