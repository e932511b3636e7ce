"""The go-live audit as one HTML page that needs nothing else: no script, no font, no picture from anywhere.

Law of this module: every text is escaped; every figure is of the audit; a table that is cut says how many lines
are left out and what they come to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape
from itertools import islice

from clarus_bluecherry.report.closing import NOT_KNOWN
from clarus_bluecherry.report.page import page, section, table
from clarus_bluecherry.report.sku_audit._report import (
    FINDING_COLUMNS,
    PROBLEM_COLUMNS,
    AuditReport,
    Source,
    added,
    figures,
    finding_rows,
    in_blue_cherry,
    is_costless,
    largest,
    problem_rows,
    stakes,
)
from clarus_bluecherry.report.sku_recipe import recipe_toml, spelled
from clarus_bluecherry.report.words import counted, instant, units
from clarus_bluecherry.sku import AGREED, Audit, AuditClass, Entry, Tally

_TITLE = "Go-live audit of all SKUs"


def audit_html(report: AuditReport, *, lines: int = 200) -> str:
    """The audit as a complete HTML document, with the `lines` of each class that have most value at stake."""
    audit = report.audit
    sections = [
        _soft(f"Made at {instant(report.made_at)}" if report.made_at else ""),
        f'<p class="{"good" if report.is_clean else "bad"}">{escape(report.verdict)}</p>',
        section("What was compared", _compared(report)),
        section("What is at stake", _stakes(report)),
        section("By class", _summary(report)),
        section("Rows by class, besides the identical ones", _chart(_rows(audit), units)),
        section(f"{_value(report)} by class, besides what agrees", _chart(_at_stake(audit), report.money)),
        *(_class(report, kind, lines) for kind in report.listed),
        _part("Wrong with the data", FINDING_COLUMNS, finding_rows(audit.findings), len(audit.findings), lines),
        _part("Not read", PROBLEM_COLUMNS, problem_rows(report.problems), len(report.problems), lines),
        section("The recipe, as the site file says it", _recipe(report)),
    ]
    return page(_TITLE, sections)


# The head ----------------------------------------------------------------------------------------------------


def _compared(report: AuditReport) -> str:
    audit = report.audit
    lists = (
        ("Blue Cherry", report.blue_cherry, counted(len(audit.master), "SKU")),
        ("Clarus", report.clarus, counted(len(audit.products), "product")),
    )
    rows = [(system, *_source(source), distinct) for system, source, distinct in lists]
    notes = [
        *(f"{line}." for line in report.repeats),
        *(f"{system}: {note}." for system, source, _ in lists if source for note in source.notes),
        f"A SKU's code is written {spelled(report.recipe)}; see the end." if report.recipe else "",
        f"{counted(len(report.decisions), 'decision')} of persons counted." if report.decisions else "",
    ]
    return table(("System", "From", "Rows", "Which are"), rows, numbers=(2, 3)) + _soft(
        " ".join(filter(None, notes))
    )


def _source(source: Source | None) -> tuple[str, str]:
    return (", ".join(source.names), f"{source.rows:,}") if source else ("", "")


def _stakes(report: AuditReport) -> str:
    found = stakes(report.audit)
    everything = added(found.values())
    headers = ("", "SKUs", "Products", _value(report), "of all")
    rows = [(name.capitalize(), *_stake(report, tally, everything)) for name, tally in found.items()]
    return table(headers, rows, numbers=(1, 2, 3, 4), total=("Total", *_stake(report, everything, everything)))


def _stake(report: AuditReport, tally: Tally, everything: Tally) -> tuple[str, ...]:
    share = f"{100 * tally.value / everything.value:.1f} %" if everything.value else ""
    return f"{tally.skus:,}", f"{tally.products:,}", report.money(tally.value), share


def _value(report: AuditReport) -> str:
    return f"Value at cost, {report.currency}" if report.currency else "Value at cost"


def _summary(report: AuditReport) -> str:
    audit = report.audit
    headers = ("Class", "SKUs", "Products", "Units in Blue Cherry", "Units in Clarus", _value(report), "Halts")
    rows = [
        (_capitalized(kind), *_figures(report, tally), ", ".join(audit.cases[kind].halts))
        for kind, tally in audit.tallies.items()
    ]
    total = ("Total", *_figures(report, added(audit.tallies.values())), "")
    note = (
        "Value is the units in Blue Cherry at Blue Cherry's cost"
        + ("" if report.currency else ", in the currency of its list")
        + ". What only Clarus has is counted in units: its value is not known."
    )
    costless = sum(1 for cost in _costs_of_stock(audit) if not cost)
    if costless:
        note += f" Without a cost, and so without a value: {counted(costless, 'SKU')} with units in Blue Cherry."
    return table(headers, rows, numbers=(1, 2, 3, 4, 5), total=total) + _soft(note)


def _costs_of_stock(audit: Audit) -> Iterable[Decimal]:
    """The costs of the SKUs that are on hand."""
    pairs = zip(audit.master.numbers("on_hand"), audit.master.numbers("cost"), strict=True)
    return (cost for on_hand, cost in pairs if on_hand)


def _figures(report: AuditReport, tally: Tally) -> tuple[str, ...]:
    return f"{tally.skus:,}", f"{tally.products:,}", *_known_figures(report, tally)


def _known_figures(report: AuditReport, tally: Tally) -> tuple[str, ...]:
    """Units on both sides and value, empty where they are not known."""
    _, _, on_hand, in_warehouse, value = figures(tally)
    return (
        units(on_hand) if isinstance(on_hand, Decimal) else "",
        units(in_warehouse),
        report.money(value) if isinstance(value, Decimal) else "",
    )


def _capitalized(kind: AuditClass) -> str:
    return kind.value[0].upper() + kind.value[1:]


# The lines ---------------------------------------------------------------------------------------------------


def _class(report: AuditReport, kind: AuditClass, lines: int) -> str:
    cases, tally = report.audit.cases[kind], report.audit.tallies[kind]
    if not cases:
        return ""
    shown = largest(report.entries(kind), lines)
    said = {header: {words(entry) for entry in shown} for header, words in _WORDS.items()}
    once = [f"{header}: {min(texts)}." for header, texts in said.items() if len(texts) == 1 and any(texts)]
    told = {header: words for header, words in _WORDS.items() if len(said[header]) > 1}
    rows = ((*_figured(report, entry), *(words(entry) for words in told.values())) for entry in shown)
    total = ("Total", "", *_known_figures(report, tally), *[""] * len(told))
    content = table((*_FIGURED, *told), rows, numbers=(2, 3, 4), codes=(0, 1), total=total)
    title = f"{_capitalized(kind)}: {counted(len(cases), 'line')}"
    return section(title, _soft(" ".join(once)) + content + _soft(_left_out(report, shown, len(cases), tally)))


_FIGURED = ("In Blue Cherry", "In Clarus", "Units in Blue Cherry", "Units in Clarus", "Value")
_WORDS: Mapping[str, Callable[[Entry], str]] = {
    "Why": lambda entry: entry.why,
    "Halts": lambda entry: ", ".join(entry.halts),
    "What to do": lambda entry: entry.fix,
}
"""What lines say in words; where all lines of a class say the same, it stands once above them."""


def _figured(report: AuditReport, entry: Entry) -> tuple[str, ...]:
    is_listed, product = in_blue_cherry(entry), entry.product
    return (
        entry.code if is_listed else "",
        product.code if product else "",
        units(entry.on_hand) if is_listed else "",
        units(entry.in_warehouse) if product else "",
        "" if not is_listed else NOT_KNOWN if is_costless(entry) else report.money(entry.value),
    )


def _left_out(report: AuditReport, shown: Sequence[Entry], count: int, tally: Tally) -> str:
    """How many lines of the class are not shown, and what they come to."""
    if count == len(shown):
        return ""
    on_hand = tally.on_hand - sum((entry.on_hand for entry in shown), Decimal(0))
    in_warehouse = tally.in_warehouse - sum((entry.in_warehouse for entry in shown), Decimal(0))
    value = tally.value - sum((entry.value for entry in shown), Decimal(0))
    return (
        f"Not shown: {counted(count - len(shown), 'line')} of less value, with {units(on_hand)} units in Blue "
        f"Cherry, {units(in_warehouse)} in Clarus, and {report.money(value)} in value."
    )


def _soft(text: str) -> str:
    return f'<p class="soft">{escape(text)}</p>' if text else ""


def _part(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]], count: int, lines: int) -> str:
    """A table of the first lines with its heading, and the count of the rest; nothing where there are none."""
    if not count:
        return ""
    left_out = f"Not shown: {counted(count - lines, 'line')}." if count > lines else ""
    names = [header.capitalize() for header in headers]
    return section(f"{title}: {counted(count, 'line')}", table(names, islice(rows, lines)) + _soft(left_out))


def _recipe(report: AuditReport) -> str:
    return f"<pre>{escape(recipe_toml(report.recipe))}</pre>" if report.recipe else ""


# The charts --------------------------------------------------------------------------------------------------


def _rows(audit: Audit) -> dict[AuditClass, Decimal]:
    return {kind: Decimal(len(cases)) for kind, cases in audit.cases.items() if kind is not AuditClass.IDENTICAL}


def _at_stake(audit: Audit) -> dict[AuditClass, Decimal]:
    return {kind: tally.value for kind, tally in audit.tallies.items() if kind not in AGREED}


_NAMES, _BARS, _FIGURES, _ROW = 190, 560, 140, 26


def _chart(values: Mapping[AuditClass, Decimal], written: Callable[[Decimal], str]) -> str:
    """Horizontal bars, one for each class that has something; what agrees in one colour, what stops in another."""
    shown = {kind: value for kind, value in values.items() if value}
    if not shown:
        return "<p>None.</p>"
    most = max(map(abs, shown.values()))
    bars = "".join(
        _bar(place * _ROW, kind, written(value), round(abs(value) / most * _BARS))
        for place, (kind, value) in enumerate(shown.items())
    )
    size = f"0 0 {_NAMES + _BARS + _FIGURES} {len(shown) * _ROW}"
    return f'<svg viewBox="{size}" role="img" xmlns="http://www.w3.org/2000/svg">{bars}</svg>'


def _bar(top: int, kind: AuditClass, figure: str, length: int) -> str:
    return (
        f'<text x="{_NAMES - 10}" y="{top + 17}" text-anchor="end">{escape(_capitalized(kind))}</text>'
        f'<rect class="{"good" if kind in AGREED else "bad"}" x="{_NAMES}" y="{top + 5}" height="16" '
        f'width="{max(1, length)}" rx="2"/>'
        f'<text x="{_NAMES + length + 8}" y="{top + 17}">{escape(figure)}</text>'
    )
