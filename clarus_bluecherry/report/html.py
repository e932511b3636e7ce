"""A closing as one HTML page that needs nothing else: no script, no font, no picture from anywhere.

Law of this module: every text is escaped; a figure on the page is a figure of the closing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from clarus_bluecherry.finance import Cause, Reconciliation, Total
from clarus_bluecherry.report.closing import Check, Closing, money_text, plain_number

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --line: #d9dee7; --paper: #fff;
  --good: #18794e; --bad: #c0362c; --bar: #3b6ea5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #344054; --paper: #14181f;
  --good: #4cc38a; --bad: #ff8b7e; --bar: #6fa3d8; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 68rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
.soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--soft); font-weight: 500; } td.n, th.n { text-align: right; }
.chart { width: 40%; }
.bar { background: var(--bar); height: .7rem; border-radius: 2px; min-width: 1px; display: inline-block; }
"""


def to_html(closing: Closing) -> str:
    """The closing as a complete HTML document."""
    found = closing.reconciliation
    verdict = ("good", "Every check holds.") if closing.holds else ("bad", "Something does not hold.")
    sections = [
        f"<h1>{escape(closing.title)}</h1>",
        f'<p class="soft">As of {escape(closing.as_of.isoformat(timespec="minutes"))}</p>',
        f'<p class="{verdict[0]}">{verdict[1]}</p>',
        _checks(closing.checks),
        _section("What happened", _list(closing.story)),
        _section("Why the warehouse and the books differ", _causes(found)),
        _section("Where they differ", _lines(found)),
        _section("What waits for somebody", _exceptions(closing)),
        _section("Postings", _table(("To", "Kind", "State", "Count"), closing.postings, numbers=(3,))),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(closing.title)}</title><style>{_STYLE}</style></head><body>"
        f"{''.join(sections)}</body></html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>{content}" if content else ""


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _checks(checks: Sequence[Check]) -> str:
    rows = [
        f'<tr><td class="{"good" if check.holds else "bad"}">{"holds" if check.holds else "fails"}</td>'
        f'<td>{escape(check.name)}</td><td class="soft">{escape(check.detail)}</td></tr>'
        for check in checks
    ]
    return f'<div class="wide"><table>{"".join(rows)}</table></div>' if rows else ""


def _causes(found: Reconciliation) -> str:
    gross = {cause: sum((abs(line.causes[cause]) for line in found.lines), Decimal(0)) for cause in Cause}
    most = max(gross.values()) or Decimal(1)
    rows = "".join(
        f'<tr><td>{escape(cause.value)}</td><td class="n">{plain_number(found.totals[cause].units)}</td>'
        f'<td class="n">{_values(found.totals[cause])}</td>'
        f'<td class="chart"><span class="bar" style="width:{int(100 * gross[cause] / most)}%"></span></td></tr>'
        for cause in Cause
    )
    return (
        '<div class="wide"><table><tr><th>Cause</th><th class="n">Units</th><th class="n">Value</th><th></th></tr>'
        f'{rows}<tr><th>All</th><th class="n">{plain_number(found.variance.units)}</th>'
        f'<th class="n">{_values(found.variance)}</th><th></th></tr></table></div>{_without_cost(found)}'
    )


def _without_cost(found: Reconciliation) -> str:
    names = ", ".join(f"{line.item} at {line.location}" for line in found.without_cost)
    return f'<p class="soft">Without a cost, so counted in units only: {escape(names)}</p>' if names else ""


def _values(total: Total) -> str:
    return escape(", ".join(money_text(value) for value in total.values))


def _lines(found: Reconciliation) -> str:
    rows = [
        (
            str(line.item),
            line.location,
            plain_number(line.physical),
            plain_number(line.book),
            plain_number(line.variance),
            money_text(line.value),
            "; ".join(f"{cause.value} {plain_number(units)}" for cause, units in line.causes.items() if units),
        )
        for line in found.differing
    ]
    headers = ("Item", "Location", "Warehouse", "Books", "Variance", "Value", "Because")
    return _table(headers, rows, numbers=(2, 3, 4, 5)) if rows else "<p>Nowhere.</p>"


def _exceptions(closing: Closing) -> str:
    rows = [
        (
            item.what,
            item.state.value,
            item.reason,
            ", ".join(item.candidates),
            plain_number(item.units),
            money_text(item.value),
            f"{item.age.days} d",
            item.action,
        )
        for item in closing.exceptions
    ]
    headers = ("What", "State", "Why", "Nearest", "Units", "Value", "Age", "What to do")
    return _table(headers, rows, numbers=(4, 5, 6)) if rows else "<p>Nothing.</p>"


def _table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()) -> str:
    kind = ['class="n"' if place in numbers else "" for place in range(len(headers))]
    head = "".join(f"<th {kind[place]}>{escape(text)}</th>" for place, text in enumerate(headers))
    body = "".join(
        f"<tr>{''.join(f'<td {kind[place]}>{escape(str(cell))}</td>' for place, cell in enumerate(row))}</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
