"""What every HTML report is made of: one page that needs no script, font or picture from anywhere.

Law of this module: every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --line: #d9dee7; --paper: #fff;
  --good: #18794e; --bad: #c0362c; --bar: #3b6ea5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #344054; --paper: #14181f;
  --good: #4cc38a; --bad: #ff8b7e; --bar: #6fa3d8; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
.soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--soft); font-weight: 500; } td.n, th.n { text-align: right; } td.n { white-space: nowrap; }
tr.total td { font-weight: 600; border-top: 2px solid var(--line); }
td.code { font-family: ui-monospace, monospace; white-space: pre; }
.chart { width: 40%; }
.bar { background: var(--bar); height: .7rem; border-radius: 2px; min-width: 1px; display: inline-block; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 13px; }
svg .good { fill: var(--good); } svg .bad { fill: var(--bad); }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff;
  --good: #18794e; --bad: #c0362c; --bar: #3b6ea5; }
  @page { size: landscape; margin: 12mm; }
  body { font-size: 8.5pt; max-width: none; margin: 0; padding: 0; } .wide { overflow: visible; }
  h2 { font-size: 11pt; margin-top: 1.2rem; break-after: avoid; } th, td { padding: .12rem .6rem .12rem 0; }
  tr, svg { break-inside: avoid; } tr.total { break-before: avoid; } thead { display: table-header-group; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def page(title: str, sections: Iterable[str]) -> str:
    """A complete HTML document under its title; the sections are HTML."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{''.join(sections)}</body></html>\n"
    )


def section(title: str, content: str) -> str:
    """HTML under a heading; nothing where there is none."""
    return f"<h2>{escape(title)}</h2>{content}" if content else ""


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Sequence[int] = (),
    codes: Sequence[int] = (),
    total: Sequence[object] = (),
) -> str:
    """A table of texts; `numbers` and `codes` are the columns that are set as such, `total` is the last row."""
    kinds = ["n" if place in numbers else "code" if place in codes else "" for place in range(len(headers))]
    head = "".join(f'<th class="{kind}">{escape(text)}</th>' for kind, text in zip(kinds, headers, strict=True))
    body = "".join(f"<tr>{_cells(kinds, row)}</tr>" for row in rows)
    last = f'<tr class="total">{_cells(kinds, total)}</tr>' if total else ""
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}{last}</tbody></table></div>'


def _cells(kinds: Sequence[str], row: Sequence[object]) -> str:
    return "".join(f'<td class="{kind}">{escape(str(cell))}</td>' for kind, cell in zip(kinds, row, strict=True))
