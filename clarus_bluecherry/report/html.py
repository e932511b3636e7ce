"""A closing as one HTML page that needs nothing else: no script, no font, no picture from anywhere.

Law of this module: every text is escaped; a figure on the page is a figure of the closing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from clarus_bluecherry.finance import Cause, Reconciliation
from clarus_bluecherry.model import Plain
from clarus_bluecherry.report.closing import (
    CLOSE_COLUMNS,
    NOT_KNOWN,
    NUMBERS,
    Check,
    Closing,
    close_table,
    close_title,
    money_text,
    plain_number,
    total_text,
)
from clarus_bluecherry.report.page import page, section, table


def to_html(closing: Closing) -> str:
    """The closing as a complete HTML document."""
    found = closing.reconciliation
    verdict = ("good", "Every check holds.") if closing.holds else ("bad", "Something does not hold.")
    sections = [
        f'<p class="soft">As of {escape(closing.as_of.isoformat(timespec="minutes"))}</p>',
        f'<p class="{verdict[0]}">{verdict[1]}</p>',
        _checks(closing.checks),
        section("What happened", _list(closing.story)),
        section("Why the warehouse and the books differ", _causes(found)),
        section("Where they differ", _lines(found)),
        *(section(close_title(close), _close(close)) for close in closing.closes),
        section("What waits for somebody", _exceptions(closing)),
        section("Postings", table(("To", "Kind", "State", "Count"), closing.postings, numbers=(3,))),
    ]
    return page(closing.title, sections)


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
        f'<td class="n">{escape(total_text(found.totals[cause]))}</td>'
        f'<td class="chart"><span class="bar" style="width:{int(100 * gross[cause] / most)}%"></span></td></tr>'
        for cause in Cause
    )
    return (
        '<div class="wide"><table><tr><th>Cause</th><th class="n">Units</th><th class="n">Value</th><th></th></tr>'
        f'{rows}<tr><th>All</th><th class="n">{plain_number(found.variance.units)}</th>'
        f'<th class="n">{escape(total_text(found.variance))}</th><th></th></tr></table></div>'
        f"{_without_cost(found)}{_unread(found)}"
    )


def _unread(found: Reconciliation) -> str:
    names = "; ".join(found.unread)
    return f'<p class="bad">Incomplete, because stock could not be read: {escape(names)}</p>' if names else ""


def _without_cost(found: Reconciliation) -> str:
    names = ", ".join(f"{line.item} at {line.location}" for line in found.without_cost)
    return f'<p class="soft">Without a cost, so counted in units only: {escape(names)}</p>' if names else ""


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
    return table(headers, rows, numbers=(2, 3, 4, 5)) if rows else "<p>Nowhere.</p>"


def _close(close: Plain) -> str:
    numbers = [CLOSE_COLUMNS.index(name) for name in NUMBERS]
    return table(CLOSE_COLUMNS, close_table(close), numbers=numbers)


def _exceptions(closing: Closing) -> str:
    rows = [
        (
            item.what,
            item.state,
            item.reason,
            ", ".join(item.candidates),
            NOT_KNOWN if item.units is None else plain_number(item.units),
            "" if item.units == 0 else money_text(item.value),
            f"{item.age(closing.as_of).days} d",
            item.action,
        )
        for item in closing.exceptions
    ]
    headers = ("What", "State", "Why", "Nearest", "Units", "Value", "Age", "What to do")
    return table(headers, rows, numbers=(4, 5, 6)) if rows else "<p>Nothing.</p>"
