"""The go-live audit as a page: what halts first, with its value and whose it is, then what is to be looked at.

Law of this module: every figure is of the audit; what agrees never stands before what is at stake; a table that is
cut says how many lines are left out, and what they come to.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from zoneinfo import ZoneInfo

from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import (
    CellKind,
    ChartKind,
    NextStep,
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
from clarus_bluecherry.report.sku_audit._report import (
    AGREES,
    HALTS,
    LOOK,
    AuditReport,
    Source,
    added,
    finding_rows,
    halting,
    in_blue_cherry,
    is_costless,
    problem_rows,
    stakes,
)
from clarus_bluecherry.report.sku_recipe import recipe_toml, spelled
from clarus_bluecherry.report.steps import first_said
from clarus_bluecherry.report.words import counted, units
from clarus_bluecherry.sku import AGREED, Audit, AuditClass, Entry, Tally
from clarus_bluecherry.x12._findings import printable

LINES_ON_A_PAGE = 20_000
"""More of them stand in the workbook and in the files of the classes."""

_HALTED = (
    "Halted means that it stops where the code is needed. An order of a SKU that has no product in Clarus waits "
    "and is not picked. What Clarus receives, counts or takes back of a product that is no SKU of Blue Cherry "
    "cannot be booked there, and its stock stands apart. All other orders and movements go on."
)
_FIRST: Mapping[AuditClass, tuple[Owner, str]] = {
    AuditClass.CONFLICT: (
        Owner.OPERATIONS,
        "Find out which is right, the code or the barcode, and correct the other in its system.",
    ),
    AuditClass.COLLISION: (
        Owner.INTEGRATION,
        "Tell them apart: by barcode, by a further part in the recipe, or in crosswalk.csv.",
    ),
    AuditClass.DUPLICATE: (Owner.OPERATIONS, "Keep one product in Clarus and close the others."),
    AuditClass.DAMAGED: (
        Owner.OPERATIONS,
        "Load the codes again as text, at full length, or decide the pairs in crosswalk.csv.",
    ),
    AuditClass.MALFORMED: (Owner.OPERATIONS, "Correct or remove them at their source."),
    AuditClass.MISSING_IN_CLARUS: (
        Owner.OPERATIONS,
        "Load clarus-products-to-create.csv into Clarus, with its import of products.",
    ),
    AuditClass.MISSING_IN_BLUE_CHERRY: (
        Owner.OPERATIONS,
        "Create the SKUs in Blue Cherry, or close the products in Clarus.",
    ),
}
"""Whose the lines of a class are that halt, and what to do with them."""


def audit_page(report: AuditReport, *, lines: int = LINES_ON_A_PAGE) -> ReportPage:
    """The page of an audit, with up to `lines` lines: those that halt first, the most value first.

    Amounts are in the report's currency. Without one they are in that of Blue Cherry's list, whatever that is.
    """
    steps = audit_steps(report)
    audit = report.audit
    now = report.made_at or dt.datetime.now(dt.UTC)
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else ZoneInfo("UTC")
    table, left_out = _lines(report, lines)
    is_whole = not left_out
    sections = [
        PageSection(name="first", title="What to do first", blocks=[steps]),
        PageSection(
            name="stake",
            title="What is halted",
            blocks=[PageText(paragraphs=[_HALTED]), _figures(report, is_whole=is_whole), _stakes(report)],
        ),
        PageSection(
            name="classes",
            title="What does not agree, class by class",
            blocks=[_chart(report), _classes("open", "Does not agree", report, _open_kinds(audit))],
            note=_value_note(report),
        ),
        PageSection(
            name="agrees",
            title="What agrees",
            blocks=[_classes("agreed", "Agrees", report, [(kind, audit.tallies[kind]) for kind in AGREED])],
            note="The crosswalk ties these: nothing of them halts.",
        ),
        PageSection(
            name="lines",
            title="Line by line",
            blocks=[*([PageText(paragraphs=[left_out], tone=Tone.WARNING)] if left_out else []), table],
        ),
        PageSection(name="data", title="Wrong with the data", blocks=[*_findings(report, lines)]),
        PageSection(name="compared", title="What was compared", blocks=[*_compared(report)]),
    ]
    return ReportPage(
        name="sku-audit",
        title="Go-live audit of all SKUs",
        verdict=" ".join(filter(None, (report.verdict, first_said(steps, acts=True)))),
        tone=_tone(report),
        head=PageHead(as_of=now, zone=zone, currency=report.currency, made_at=now, facts=_facts(report)),
        sections=sections,
    )


def audit_steps(report: AuditReport) -> PageSteps:
    """What to do first: a step for each class of which something halts, the most value first."""
    halted = ((kind, halting(report.audit, kind)) for kind, _ in _open_kinds(report.audit))
    steps = [_step(report, kind, found) for kind, found in halted if found.skus or found.products]
    unread = [_unread_step(report)] if report.problems else []
    return PageSteps(steps=[*steps, *unread], empty="Nothing halts.")


def _tone(report: AuditReport) -> Tone:
    found = stakes(report.audit)[HALTS]
    if report.is_clean:
        return Tone.GOOD
    return Tone.BAD if found.skus or found.products or report.empty else Tone.WARNING


def _step(report: AuditReport, kind: AuditClass, found: Tally) -> NextStep:
    owner, action = _FIRST[kind]
    return NextStep(
        what=f"{_capital(kind)}: {_how_much(report, found)}",
        owner=owner.value,
        action=action,
        units=found.on_hand if found.skus else None,
        value=_worth(report, found),
        identity=kind.value,
        opens=PageOpening(table="lines", where={"class": kind.value, "halting": True}),
    )


def _worth(report: AuditReport, found: Tally) -> Money | Decimal | None:
    """What the SKUs of a class are worth; of products nobody knows it, nor where no SKU with units has a cost."""
    if not found.skus or (found.on_hand and not found.value):
        return None
    return Money(found.value, report.currency) if report.currency else found.value


def _how_much(report: AuditReport, found: Tally) -> str:
    """SKUs with their units and value, products with their units."""
    parts = []
    if found.skus:
        worth = f", worth {report.worth(found.value)} at cost" if found.value else ""
        parts.append(f"{counted(found.skus, 'SKU')} with {units(found.on_hand)} units in Blue Cherry{worth}")
    if found.products:
        parts.append(f"{counted(found.products, 'product')} with {units(found.in_warehouse)} units in Clarus")
    return " and ".join(parts)


def _unread_step(report: AuditReport) -> NextStep:
    return NextStep(
        what=f"{counted(len(report.problems), 'line')} could not be read",
        owner=Owner.INTEGRATION.value,
        action="Mend what the table names in the lists, and run the audit again.",
        opens=PageOpening(table="not_read"),
    )


def _capital(kind: AuditClass) -> str:
    return kind.value[0].upper() + kind.value[1:]


# Figures and classes -----------------------------------------------------------------------------------------


def _figures(report: AuditReport, *, is_whole: bool) -> PageFigures:
    """What is halted; each opens its lines, and is their sum where all of them are there."""
    found = stakes(report.audit)[HALTS]
    opens = PageOpening(table="lines", where={"halting": True})
    sums = {"units": "on_hand", "value": "value"} if is_whole else {}
    return PageFigures(
        figures=[
            PageFigure(
                name="halted_value",
                title="Halted, at cost",
                value=found.value,
                kind=CellKind.MONEY,
                unit=report.currency,
                note="Units in Blue Cherry at its cost.",
                tone=Tone.BAD if found.value else Tone.PLAIN,
                opens=opens,
                sums=sums.get("value", ""),
            ),
            PageFigure(
                name="halted_units",
                title="Halted units in Blue Cherry",
                value=found.on_hand,
                kind=CellKind.UNITS,
                unit="eaches",
                opens=opens,
                sums=sums.get("units", ""),
            ),
            PageFigure(
                name="halted_skus",
                title="Halted SKUs",
                value=found.skus,
                kind=CellKind.COUNT,
                unit=f"of {len(report.audit.master):,} SKUs",
                opens=opens,
            ),
            PageFigure(
                name="halted_products",
                title="Halted products",
                value=found.products,
                kind=CellKind.COUNT,
                unit=f"of {len(report.audit.products):,} products",
                opens=opens,
            ),
        ]
    )


_AMOUNTS = (
    PageColumn(name="skus", title="SKUs", kind=CellKind.COUNT, is_added=True),
    PageColumn(name="products", title="Products", kind=CellKind.COUNT, is_added=True, is_wide_only=True),
    PageColumn(name="on_hand", title="Units in Blue Cherry", kind=CellKind.UNITS, unit="eaches", is_added=True),
    PageColumn(
        name="in_warehouse",
        title="Units in Clarus",
        kind=CellKind.UNITS,
        unit="eaches",
        is_added=True,
        is_wide_only=True,
    ),
    PageColumn(name="value", title="Value at cost", kind=CellKind.MONEY, is_added=True),
)


def _amounts(tally: Tally) -> Sequence[PageCell]:
    """Products without any SKU have nothing in Blue Cherry's list, and a value that nobody knows."""
    known = bool(tally.skus or not tally.products)
    value = tally.value if known else None
    return tally.skus, tally.products, tally.on_hand if known else "", tally.in_warehouse, value


def _stakes(report: AuditReport) -> PageTable:
    found = stakes(report.audit)
    everything = added(found.values())
    order = (HALTS, LOOK, AGREES)
    return PageTable(
        name="stakes",
        title="What is at stake",
        columns=(
            PageColumn(name="stake", title="Which"),
            *_AMOUNTS,
            PageColumn(name="share", title="Of all value", kind=CellKind.SHARE),
        ),
        rows=[
            (
                name[0].upper() + name[1:],
                *_amounts(found[name]),
                found[name].value / everything.value if everything.value else "",
            )
            for name in order
        ],
    )


def _open_kinds(audit: Audit) -> Sequence[tuple[AuditClass, Tally]]:
    """The classes that do not agree, with all that is in them: the most value halted first."""
    kinds = [kind for kind in AuditClass if kind not in AGREED]

    def at_stake(kind: AuditClass) -> tuple[Decimal, int, Decimal]:
        found = halting(audit, kind)
        return abs(found.value), found.skus + found.products, abs(audit.tallies[kind].value)

    return [(kind, audit.tallies[kind]) for kind in sorted(kinds, key=at_stake, reverse=True)]


def _classes(name: str, title: str, report: AuditReport, kinds: Iterable[tuple[AuditClass, Tally]]) -> PageTable:
    return PageTable(
        name=name,
        title=title,
        columns=(
            PageColumn(name="class", title="Class", opens="lines", by=("class",)),
            *_AMOUNTS,
            PageColumn(name="halts", title="Halts"),
            PageColumn(name="owner", title="Owner"),
            PageColumn(name="action", title="What to do"),
        ),
        rows=[
            (
                kind.value,
                *_amounts(tally),
                ", ".join(report.audit.cases[kind].halts),
                *((_FIRST[kind][0].value, _FIRST[kind][1]) if kind in _FIRST else ("", "")),
            )
            for kind, tally in kinds
        ],
        source="Both lists, compared line by line.",
    )


def _chart(report: AuditReport) -> PageChart:
    found = ((kind, tally) for kind, tally in _open_kinds(report.audit) if tally.value)
    says = "; ".join(f"{kind.value}: {report.worth(tally.value)}" for kind, tally in found)
    return PageChart(
        of="open",
        kind=ChartKind.BARS,
        label="class",
        value="value",
        says=f"Value at cost: {says}." if says else "Nothing of value does not agree.",
    )


def _value_note(report: AuditReport) -> str:
    currency = "" if report.currency else ", in the currency of its list (--currency says which)"
    note = (
        f"Value is the units in Blue Cherry at Blue Cherry's cost{currency}. What only Clarus has is counted in "
        "units: its value is not known."
    )
    pairs = zip(report.audit.master.numbers("on_hand"), report.audit.master.numbers("cost"), strict=True)
    costless = sum(1 for on_hand, cost in pairs if on_hand and not cost)
    if costless:
        note += f" Without a cost, and so without a value: {counted(costless, 'SKU')} with units in Blue Cherry."
    return note


# Lines -------------------------------------------------------------------------------------------------------


def _lines(report: AuditReport, most: int) -> tuple[PageTable, str]:
    """The lines that are shown, what halts first, and what is said of those that are not."""
    kinds = sorted(report.listed, key=lambda kind: kind in AGREED)
    count = sum(len(report.audit.cases[kind]) for kind in kinds)
    shown = heapq.nlargest(most, (entry for kind in kinds for entry in report.entries(kind)), key=_at_stake)
    table = PageTable(
        name="lines",
        title="Lines",
        columns=_LINE_COLUMNS,
        rows=[_line(entry) for entry in shown],
        source="Both lists, compared line by line.",
        empty="Every line is identical; those are counted, and not listed.",
        note="" if report.with_identical else "Identical lines are counted; --include-identical lists them.",
        group_by=("class", "halts"),
    )
    return table, _left_out(report, shown, count, kinds)


def _at_stake(entry: Entry) -> tuple[bool, bool, Decimal, Decimal]:
    moved = abs(entry.on_hand) + abs(entry.in_warehouse)
    return bool(entry.halts), entry.kind not in AGREED, abs(entry.value), moved


_LINE_COLUMNS = (
    PageColumn(name="class", title="Class"),
    PageColumn(name="code", title="In Blue Cherry", kind=CellKind.CODE, note="The SKU's code by the recipe."),
    PageColumn(name="clarus_code", title="In Clarus", kind=CellKind.CODE),
    PageColumn(name="on_hand", title="Units in Blue Cherry", kind=CellKind.UNITS, unit="eaches", is_added=True),
    PageColumn(name="in_warehouse", title="Units in Clarus", kind=CellKind.UNITS, unit="eaches", is_added=True),
    PageColumn(name="value", title="Value at cost", kind=CellKind.MONEY, is_added=True),
    PageColumn(name="halts", title="Halts"),
    PageColumn(name="why", title="Why"),
    PageColumn(name="fix", title="What to do"),
    PageColumn(name="near", title="It may be", kind=CellKind.CODE, is_wide_only=True),
    PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku", is_wide_only=True),
    PageColumn(name="clarus_id", title="Clarus id", kind=CellKind.CODE, is_wide_only=True),
    PageColumn(name="clarus_barcode", title="Clarus barcode", kind=CellKind.CODE, is_wide_only=True),
    PageColumn(name="halting", title="Is halted", kind=CellKind.YES_NO, is_wide_only=True),
)


def _line(entry: Entry) -> Sequence[PageCell]:
    is_listed, product = in_blue_cherry(entry), entry.product
    return (
        *(
            entry.kind.value,
            printable(entry.code) if is_listed else "",
            printable(product.code) if product else "",
        ),
        *(entry.on_hand if is_listed else "", entry.in_warehouse if product else ""),
        None if not is_listed or is_costless(entry) else entry.value,
        *(", ".join(entry.halts), printable(entry.why), printable(entry.fix)),
        *(printable(", ".join(entry.near)), printable(entry.sku.key) if entry.sku else ""),
        *(map(printable, (product.id, product.barcode)) if product else ("", "")),
        bool(entry.halts),
    )


def _left_out(report: AuditReport, shown: Sequence[Entry], count: int, kinds: Iterable[AuditClass]) -> str:
    """How many lines are not shown, and what they come to."""
    if count <= len(shown):
        return ""
    total = added(report.audit.tallies[kind] for kind in kinds)
    on_hand = total.on_hand - sum((entry.on_hand for entry in shown), Decimal(0))
    in_warehouse = total.in_warehouse - sum((entry.in_warehouse for entry in shown), Decimal(0))
    value = total.value - sum((entry.value for entry in shown), Decimal(0))
    return (
        f"Not shown: {counted(count - len(shown), 'line')} of less value, with {units(on_hand)} units in Blue "
        f"Cherry, {units(in_warehouse)} in Clarus, and {report.worth(value)} in value. The workbook and the CSV "
        "file of each class have them."
    )


# The rest ----------------------------------------------------------------------------------------------------


def _findings(report: AuditReport, most: int) -> Iterator[PageTable | PageText]:
    findings = report.audit.findings
    for name, title, columns, rows, count in (
        ("findings", "Findings", ("finding", "what", "codes"), finding_rows(findings), len(findings)),
        (
            "not_read",
            "Not read",
            ("where", "column", "what"),
            problem_rows(report.problems),
            len(report.problems),
        ),
    ):
        yield PageTable(
            name=name,
            title=title,
            columns=[PageColumn(name=each, title=each.capitalize()) for each in columns],
            rows=[[printable(str(cell)) for cell in row] for row in islice(rows, most)],
            note=f"Not shown: {counted(count - most, 'line')}; the CSV file has all." if count > most else "",
            group_by=columns[:1],
        )


def _compared(report: AuditReport) -> Iterator[PageTable | PageText | PageCode]:
    audit = report.audit
    lists = (
        ("Blue Cherry", report.blue_cherry, counted(len(audit.master), "SKU")),
        ("Clarus", report.clarus, counted(len(audit.products), "product")),
    )
    yield PageTable(
        name="compared",
        title="What was compared",
        columns=(
            PageColumn(name="system", title="System"),
            PageColumn(name="from", title="From"),
            PageColumn(name="rows", title="Rows", kind=CellKind.COUNT),
            PageColumn(name="which", title="Which are"),
        ),
        rows=[(system, *_source(source), distinct) for system, source, distinct in lists],
    )
    notes = [
        *(f"{line}." for line in report.repeats),
        *(f"{system}: {printable(note)}." for system, source, _ in lists if source for note in source.notes),
        *([f"{counted(len(report.decisions), 'decision')} of persons counted."] if report.decisions else []),
    ]
    if notes:
        yield PageText(paragraphs=notes)
    if report.recipe:
        yield PageText(paragraphs=[f"A SKU's code is written {spelled(report.recipe)}, by this recipe:"])
        yield PageCode(text=recipe_toml(report.recipe), language="toml")


def _source(source: Source | None) -> tuple[str, PageCell]:
    return (printable(", ".join(source.names)), source.rows) if source else ("", "")


def _facts(report: AuditReport) -> Mapping[str, str]:
    named = {"Blue Cherry": report.blue_cherry, "Clarus": report.clarus}
    return {system: printable(", ".join(source.names)) for system, source in named.items() if source}
