"""A page with every kind of block: 20,000 documents, fifty lines, three currencies, and hostile texts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import (
    CellKind,
    ChartKind,
    NextStep,
    PageBlock,
    PageCell,
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
NOW = dt.datetime(2026, 11, 30, 8, 0, tzinfo=ZONE)
HOSTILE = ("<script>alert(1)</script>", "</script><!--", "=1+1", "\x1b[2J", "\u202egnp.exe", "a'b\"c&amp;d")
CLASSES = ("Invoice missing", "Posted in another period", "On hold in the warehouse", "Received, not posted")
OWNERS = ("Order desk", "Warehouse", "Accounts payable")


def documents(count: int = 20_000) -> PageTable:
    """What every figure opens to."""
    return PageTable(
        name="documents",
        title="Documents behind the figures",
        columns=(
            PageColumn(name="document", title="Document", kind=CellKind.CODE, story="order"),
            PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku"),
            PageColumn(name="class", title="Class"),
            PageColumn(name="owner", title="Owner", is_wide_only=True),
            PageColumn(
                name="units",
                title="Units",
                kind=CellKind.UNITS,
                unit="eaches",
                sign="+ the warehouse has more",
                is_added=True,
            ),
            PageColumn(
                name="value",
                title="Value",
                kind=CellKind.MONEY,
                is_added=True,
                note="Units at the cost of the day.",
            ),
            PageColumn(name="happened", title="Happened", kind=CellKind.INSTANT),
            PageColumn(name="age", title="Age", kind=CellKind.SPAN, is_wide_only=True),
            PageColumn(name="remark", title="Remark", is_wide_only=True),
        ),
        rows=tuple(_document(number) for number in range(count)),
        source="the message ledger, joined with the stock ledger's rows of November",
        is_detail=True,
        group_by=("class", "owner"),
    )


def _document(number: int) -> tuple[PageCell, ...]:
    units = Decimal(number * 7919 % 401 - 200)
    happened = NOW - dt.timedelta(minutes=37 * number)
    value = None if number % 97 == 5 else Money(units * Decimal("12.37"), "EUR" if number % 50 == 7 else "USD")
    return (
        f"SO-{100_000 + number}",
        f"{10_000 + number % 700:05}-BLK-M",
        CLASSES[number % len(CLASSES)],
        OWNERS[number % len(OWNERS)],
        units,
        value,
        happened,
        NOW - happened,
        HOSTILE[number % 6] if number % 11 == 0 else "",
    )


def lines() -> PageTable:
    """Fifty lines, each with its documents."""
    rows = [
        (
            f"{10_000 + number:05}-BLK-M",
            f"Crew neck, long sleeve, size M, colour of season {number}",
            Decimal(number * 37 % 91 - 40),
            Decimal(number * 3711 % 9001) * Decimal("1.25") - 4000,
            Decimal(number) / 49,
            dt.date(2026, 11, 1) + dt.timedelta(days=number % 28),
            int(number % 3 == 0),
        )
        for number in range(50)
    ]
    return PageTable(
        name="lines",
        title="Where they differ",
        columns=(
            PageColumn(name="sku", title="SKU", kind=CellKind.CODE, opens="documents", by=("sku",)),
            PageColumn(name="style", title="Style"),
            PageColumn(name="units", title="Variance", kind=CellKind.UNITS, unit="eaches", is_added=True),
            PageColumn(name="value", title="Value", kind=CellKind.MONEY, is_added=True, sign="+ debits stock"),
            PageColumn(name="share", title="Of all", kind=CellKind.SHARE),
            PageColumn(name="day", title="Since", kind=CellKind.DAY, is_wide_only=True),
            PageColumn(name="counted", title="Counted", kind=CellKind.YES_NO, is_wide_only=True),
        ),
        rows=rows,
        note="The lines with a difference, the largest value first.",
    )


def bridge() -> PageTable:
    """From the books to the warehouse, at cost."""
    steps = (
        ("Book value", "1204381.55", 1),
        ("Invoice missing", "-38106.00", 0),
        ("Posted in another period", "-12455.10", 0),
        ("Received, not posted", "61220.25", 0),
        ("Unexplained", "-6720.92", 0),
        ("Physical at cost", "0", 1),
    )
    total = sum((Decimal(amount) for _, amount, _ in steps), Decimal(0))
    rows = [
        (label, total if label.startswith("Phys") else Decimal(amount), is_total)
        for label, amount, is_total in steps
    ]
    return PageTable(
        name="bridge",
        title="From the books to the warehouse",
        columns=(
            PageColumn(name="step", title="Step"),
            PageColumn(name="amount", title="Amount", kind=CellKind.MONEY),
            PageColumn(name="total", title="Is a total", kind=CellKind.YES_NO, is_wide_only=True),
        ),
        rows=rows,
    )


def classes() -> PageTable:
    """A few bars on both sides of zero, in two currencies, one not known."""
    rows = (
        ("Invoice missing", Money(Decimal("-38106"), "USD")),
        ("Received, not posted", Money(Decimal("61220.25"), "USD")),
        ("On hold in the warehouse, waiting for quality to look at it", Money(Decimal("910"), "EUR")),
        ("Tokyo", Money(Decimal("1204000"), "JPY")),
        ("Without a cost", None),
    )
    return PageTable(
        name="classes",
        title="Variance by class",
        columns=(
            PageColumn(name="class", title="Class", opens="documents", by=("class",)),
            PageColumn(name="value", title="Value", kind=CellKind.MONEY, is_added=True),
        ),
        rows=rows,
    )


def steps() -> PageSteps:
    """Three things to do of different impact, one with no value known."""
    return PageSteps(
        steps=(
            NextStep(
                what="3,080 units left without an invoice",
                owner="Order desk",
                action="Invoice the 41 orders of 28 November, or say why not.",
                units=Decimal(-3080),
                value=Money(Decimal("-38106"), "USD"),
                document="SO-100004 and 40 more",
                since=NOW - dt.timedelta(days=2, hours=3),
                due=dt.date(2026, 11, 30),
                opens=PageOpening(table="documents", where={"class": "Invoice missing"}),
            ),
            NextStep(
                what=f"Nothing is known of {HOSTILE[0]}",
                owner="Warehouse",
                action="Ask who booked it: <b>=1+1</b>",
                since=NOW - dt.timedelta(hours=30),
            ),
            NextStep(
                what="Container MSKU-1 is received and not posted",
                owner="Accounts payable",
                action="Post the receipt of PO-7710.",
                units=Decimal(240),
                value=Money(Decimal("2968.80"), "USD"),
                document="PO-7710",
                identity="exc-000123",
            ),
        ),
        more="385 more are in the table of documents; none is worth more than 900.00 USD.",
    )


def figures() -> tuple[PageBlock, ...]:
    """Figures of each kind: with a sum, one not known, of another time."""
    return (
        PageFigures(
            parts_of="cogs",
            figures=(
                PageFigure(
                    name="cogs_right",
                    title="In the books, right period",
                    value=Decimal("38106"),
                    kind=CellKind.MONEY,
                ),
                PageFigure(
                    name="cogs_waits",
                    title="Awaiting invoice",
                    value=Decimal("6720.92"),
                    kind=CellKind.MONEY,
                    tone=Tone.WARNING,
                    opens=PageOpening(
                        table="documents", where={"class": "Invoice missing", "owner": "Order desk"}
                    ),
                ),
                PageFigure(
                    name="cogs_refused", title="Refused", value=Decimal(0), kind=CellKind.MONEY, tone=Tone.GOOD
                ),
                PageFigure(
                    name="cogs",
                    title="COGS dispatched on 29 November",
                    value=Decimal("44826.92"),
                    kind=CellKind.MONEY,
                ),
            ),
        ),
        PageFigures(
            figures=(
                PageFigure(
                    name="unexplained",
                    title="Unexplained, net",
                    value=Decimal("-543"),
                    kind=CellKind.UNITS,
                    unit="eaches",
                    sign="+ the warehouse has more",
                    tone=Tone.BAD,
                    opens=PageOpening(table="documents", where={"class": CLASSES[1]}),
                ),
                PageFigure(
                    name="value",
                    title="Unexplained, value",
                    value=Money(Decimal("-6720.92"), "USD"),
                    kind=CellKind.MONEY,
                    sign="+ debits stock",
                    note="12 places have no cost and are not in it.",
                ),
                PageFigure(
                    name="exposure",
                    title="Oversell exposure",
                    value=None,
                    kind=CellKind.MONEY,
                    why_not="The shop's feed of 06:00 has not come. Ask the web team to send it again.",
                ),
                PageFigure(
                    name="lag",
                    title="Lag of dispatches, p95",
                    value=dt.timedelta(hours=3, minutes=12),
                    kind=CellKind.SPAN,
                ),
                PageFigure(
                    name="accuracy",
                    title="Accuracy by location",
                    value=Decimal("0.98765"),
                    kind=CellKind.SHARE,
                    as_of=dt.date(2026, 11, 27),
                    known_until=dt.datetime(2026, 11, 28, 6, 30, tzinfo=ZONE),
                ),
                PageFigure(
                    name="yen", title="Held in Tokyo", value=Money(Decimal(1204000), "JPY"), kind=CellKind.MONEY
                ),
            ),
        ),
    )


def page(count: int = 20_000) -> ReportPage:
    """The page, with so many documents."""
    return ReportPage(
        name="everything",
        title="Eight o'clock, Monday",
        verdict="41 orders left without an invoice: the order desk invoices them first; 6,720.92 USD are open.",
        tone=Tone.BAD,
        head=PageHead(
            as_of=NOW,
            zone=ZONE,
            known_until=NOW - dt.timedelta(minutes=4),
            currency="USD",
            made_at=NOW + dt.timedelta(seconds=8),
            facts={"Site": "North Bergen", "Period": "2026-11, open", "Remark": HOSTILE[1]},
        ),
        sections=(
            PageSection(name="first", title="What to do first", blocks=(steps(),)),
            PageSection(
                name="figures", title="How it stands", blocks=figures(), note="Yesterday against the books."
            ),
            PageSection(
                name="value",
                title="Where the value is",
                blocks=(
                    PageChart(
                        of="bridge",
                        kind=ChartKind.WATERFALL,
                        label="step",
                        value="amount",
                        total="total",
                        says="Of 1,204,381.55 USD in the books, the warehouse has 1,208,319.78 at cost: what is "
                        "received and not posted is more than what left without an invoice.",
                    ),
                    bridge(),
                    PageChart(
                        of="classes",
                        kind=ChartKind.BARS,
                        label="class",
                        value="value",
                        says="Received and not posted is the largest class in dollars.",
                    ),
                    classes(),
                    lines(),
                ),
            ),
            PageSection(
                name="how",
                title="How it was made",
                blocks=(
                    PageText(paragraphs=("Both systems were read at 07:56.", f"A hostile text: {HOSTILE[0]}")),
                    PageText(paragraphs=("The feed of Tokyo is 26 hours old.",), tone=Tone.WARNING),
                    PageCode(
                        text="SELECT sku, SUM(units)\nFROM lines\nWHERE note <> '</script>'\n\x1b[2J",
                        language="sql",
                    ),
                    PageTable(
                        name="nothing",
                        title="Stuck picks",
                        columns=(PageColumn(name="pick", title="Pick"),),
                        rows=(),
                        empty="No pick is stuck.",
                    ),
                ),
            ),
            PageSection(name="documents", title="Documents", blocks=(documents(count),)),
        ),
    )
