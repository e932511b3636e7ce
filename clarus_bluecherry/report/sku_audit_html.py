"""The go-live audit as one HTML page that needs nothing else: no script, no font, no picture from anywhere.

Law of this module: every text is escaped; a table that is cut says how many lines are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape
from itertools import islice

from clarus_bluecherry.report.page import page, section, table
from clarus_bluecherry.report.sku_audit import (
    FINDING_COLUMNS,
    PROBLEM_COLUMNS,
    AuditReport,
    Cell,
    finding_rows,
    line_rows,
    plain,
    problem_rows,
)
from clarus_bluecherry.sku import AGREED, Audit, AuditClass

_SUMMARY = ("Class", "SKUs", "Products", "Units in Blue Cherry", "Units in Clarus", "Value at cost", "Halts")
_LINES = ("SKU", "In Clarus", "Units", "Units in Clarus", "Value", "Why", "It may be", "Halts", "What to do")
_COLUMNS_OF_LINE = (0, 7, 10, 11, 12, 13, 14, 15, 16)
_TITLE = "Go-live audit of all SKUs"


def audit_html(report: AuditReport, *, lines: int = 200) -> str:
    """The audit as a complete HTML document, with the first `lines` of each class."""
    audit = report.audit
    verdict = ("good", "Everything agrees.") if report.is_clean else ("bad", "Something does not agree.")
    sections = [
        f'<p class="{verdict[0]}">{verdict[1]}</p>',
        f'<p class="soft">Blue Cherry: {len(audit.master):,} SKUs. Clarus: {len(audit.products):,} products.</p>',
        _summary(report),
        section("Rows by class, besides the identical ones", _chart(_rows(audit))),
        section("Value at stake by class", _chart(_at_stake(audit))),
        *(_class(report, kind, lines) for kind in report.listed),
        _part("Wrong with the data", FINDING_COLUMNS, finding_rows(audit.findings), len(audit.findings), lines),
        _part("Not read", PROBLEM_COLUMNS, problem_rows(report.problems), len(report.problems), lines),
    ]
    return page(_TITLE, sections)


def _summary(report: AuditReport) -> str:
    audit = report.audit
    rows = [
        (
            kind.value,
            f"{tally.skus:,}",
            f"{tally.products:,}",
            _grouped(tally.on_hand),
            _grouped(tally.in_warehouse),
            _grouped(tally.value),
            ", ".join(audit.cases[kind].halts),
        )
        for kind, tally in audit.tallies.items()
    ]
    return table(_SUMMARY, rows, numbers=(1, 2, 3, 4, 5))


def _class(report: AuditReport, kind: AuditClass, lines: int) -> str:
    cases = report.audit.cases[kind]
    rows = ([row[place] for place in _COLUMNS_OF_LINE] for row in line_rows(islice(report.entries(kind), lines)))
    return _part(kind.value.capitalize(), _LINES, rows, len(cases), lines, numbers=(2, 3, 4), codes=(0, 1))


def _part(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    count: int,
    lines: int,
    *,
    numbers: Sequence[int] = (),
    codes: Sequence[int] = (),
) -> str:
    """A table of the first lines with its heading, and the count of the rest; nothing where there are none."""
    if not count:
        return ""
    left_out = f'<p class="soft">and {count - lines:,} more</p>' if count > lines else ""
    shown = (list(map(plain, row)) for row in islice(rows, lines))
    return section(f"{title}: {count:,}", table(headers, shown, numbers=numbers, codes=codes) + left_out)


def _rows(audit: Audit) -> dict[AuditClass, Decimal]:
    return {kind: Decimal(len(cases)) for kind, cases in audit.cases.items() if kind is not AuditClass.IDENTICAL}


def _at_stake(audit: Audit) -> dict[AuditClass, Decimal]:
    return {kind: tally.value for kind, tally in audit.tallies.items() if kind not in AGREED}


_NAMES, _BARS, _FIGURES, _ROW = 190, 560, 140, 26


def _chart(figures: Mapping[AuditClass, Decimal]) -> str:
    """Horizontal bars, one for each class that has something; what agrees in one colour, what stops in another."""
    shown = {kind: figure for kind, figure in figures.items() if figure}
    if not shown:
        return "<p>None.</p>"
    most = max(map(abs, shown.values()))
    bars = "".join(
        _bar(place * _ROW, kind, figure, round(abs(figure) / most * _BARS))
        for place, (kind, figure) in enumerate(shown.items())
    )
    size = f"0 0 {_NAMES + _BARS + _FIGURES} {len(shown) * _ROW}"
    return f'<svg viewBox="{size}" role="img" xmlns="http://www.w3.org/2000/svg">{bars}</svg>'


def _bar(top: int, kind: AuditClass, figure: Decimal, length: int) -> str:
    return (
        f'<text x="{_NAMES - 10}" y="{top + 17}" text-anchor="end">{escape(kind.value)}</text>'
        f'<rect class="{"good" if kind in AGREED else "bad"}" x="{_NAMES}" y="{top + 5}" height="16" '
        f'width="{max(1, length)}" rx="2"/>'
        f'<text x="{_NAMES + length + 8}" y="{top + 17}">{_grouped(figure)}</text>'
    )


def _grouped(number: Decimal) -> str:
    return f"{Decimal(plain(number)):,f}"
