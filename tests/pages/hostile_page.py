"""A page in which every text that can be data means harm, or is none."""

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

HOSTILE = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<!--<script>",
    "]]>",
    "a\u2028b\u2029c",
    *("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "'=1", "\uff1d1+1", '"=1+1"'),
    '=HYPERLINK("https://x.example","y")',
    "=cmd|' /C calc'!A1;=1+1",
    "\x00\x01\x1b[2J\x7f\x9b",
    "\u202eabc\u2066",
    "x" * 40_000,
    "\ud800",
    "\udfff\ud800x",
    "\ufffe\uffff",
    "_x000D_",
    "javascript:alert(1)",
    'x" onerror=alert(1) y="',
    "a?b#c&d=e%41+f g|h'i",
    "{{7*7}}{% raw %}",
    "é\u0301ß中\U0001f600",
    '<r><t>x</t></r></is></c><c r="ZZ1"><f>HYPERLINK("http://x.example")</f></c><c><is><r></r>',
)
ALL = "".join(text[:50] for text in HOSTILE)


def page() -> ReportPage:
    blocks = [
        PageSteps(steps=[_step(text) for text in HOSTILE], more=ALL),
        PageFigures(figures=list(_figures())),
        PageChart(of="lines", kind=ChartKind.BARS, label="text", value="value", says=ALL),
        PageText(paragraphs=HOSTILE),
        PageCode(text=ALL, language=ALL),
        _lines(),
        PageTable(name="none", title=ALL, columns=[PageColumn(name="a", title=ALL)], rows=[], empty=ALL),
    ]
    return ReportPage(
        name="hostile",
        title=ALL,
        verdict=ALL,
        tone=Tone.BAD,
        head=PageHead(
            as_of=dt.date(2026, 10, 31),
            zone=ZoneInfo("America/New_York"),
            facts={text: text for text in HOSTILE},
        ),
        sections=[PageSection(name="all", title=ALL, note=ALL, blocks=blocks)],
    )


def _step(text: str) -> NextStep:
    return NextStep(
        what=text,
        owner=text,
        action=text,
        document=text,
        identity=text,
        value=Money(Decimal(1), text),
        opens=_opened(text),
    )


def _opened(text: str) -> PageOpening:
    return PageOpening(table="lines", where={"code": text, "text": text})


def _figures():
    for place, text in enumerate(HOSTILE):
        told = {"title": text, "unit": text, "sign": text, "note": text, "opens": _opened(text)}
        yield PageFigure(name=f"text_{place}", value=text, kind=CellKind.TEXT, **told)
        yield PageFigure(name=f"units_{place}", value=Decimal(place), kind=CellKind.UNITS, sums="units", **told)
    yield PageFigure(name="unknown", title=ALL, value=None, kind=CellKind.MONEY, why_not=ALL)


def _lines() -> PageTable:
    return PageTable(
        name="lines",
        title=ALL,
        columns=[
            PageColumn(name="code", title=ALL, kind=CellKind.CODE, opens="lines", by=("text",)),
            PageColumn(name="text", title=ALL, note=ALL, sign=ALL),
            PageColumn(name="units", title="Units", kind=CellKind.UNITS, unit=ALL[:200], is_added=True),
            PageColumn(name="value", title="Value", kind=CellKind.MONEY, is_added=True),
            PageColumn(name="since", title="Since", kind=CellKind.INSTANT),
        ],
        rows=[
            [text, text, Decimal(place), Money(Decimal(place), text), text] for place, text in enumerate(HOSTILE)
        ],
        note=ALL,
        source=ALL,
        sheets_by="text",
        group_by=["text"],
    )
