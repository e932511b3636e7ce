"""Closing a site: reconcile, list what waits, write the report, and say whether all is well.

Law of this module: what is printed, written and returned comes from one `Closing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from clarus_bluecherry.bluecherry.inventory_report import Report, read_inventory_report
from clarus_bluecherry.cli.door import tell_document
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.ledger_view import INBOX
from clarus_bluecherry.cli.options import shown
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import Cause, Reconciliation
from clarus_bluecherry.finance.exceptions import ExceptionTerms, cost_by, ledger_exceptions
from clarus_bluecherry.flows.crosswalk import learn
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.flows.reconcile import reconcile_now
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.units import units_of
from clarus_bluecherry.model import Money, Plain, Sku
from clarus_bluecherry.model._units import capitals
from clarus_bluecherry.report import Check, Closing, pages, to_json, total_text, words
from clarus_bluecherry.report.close import CLOSE_COLUMNS, NUMBERS, close_table, close_title
from clarus_bluecherry.report.closing_page import closing_page, closing_verdict, first_step


def run(file: SiteFile, secrets: Secrets, *, inventory_report: Path, out: Path | None, as_json: bool) -> int:
    """Reconcile the site that `file` describes; the exit code is 1 when something is unexplained."""
    if out is not None:
        folder_to_write(out, "--out")
    report = report_of(file, inventory_report)
    with open_site(file, secrets) as opened:
        step("reading what both systems call their SKUs")
        site = learn(opened, file)
        step(f"comparing {len(report.rows):,} lines of the report with the warehouse's stock")
        found = reconcile_now(site, report.rows)
        checks = (*_unread(report.bad), *_unread_stock(found), unexplained(found))
        closing = closing_of(site, found, "Clarus and Blue Cherry", checks)
    show(closing, out=out, as_json=as_json)
    return ExitCode.of(not closing.holds)


def report_of(file: SiteFile, path: Path) -> Report:
    """The exported inventory report at `path`, as this site writes it."""
    written = dict(file.bluecherry.inventory_report)
    return read_inventory_report(path, eaches=capitals(file.bluecherry.eaches), units=units_of(file), **written)


def closing_of(
    site: Site,
    found: Reconciliation,
    title: str,
    checks: Sequence[Check] = (),
    story: Sequence[str] = (),
    closes: Sequence[Plain] = (),
    proof: str = "",
) -> Closing:
    """The closing of `site`, with what waits for people and where the postings stand.

    `closes` are closes of its month, as `close_json` shows them; `proof` is what was tried and came out.
    """
    costs: dict[tuple[Sku, str], Money] = {
        (line.item, line.location): line.unit_cost
        for line in found.lines
        if isinstance(line.item, Sku) and line.unit_cost is not None
    }
    now = site.clock()
    terms = ExceptionTerms(now=now, cost_of=cost_by(costs), sku_of=site.warehouse_terms.sku_of)
    counts = site.ledger.counts().items()
    return Closing(
        title=title,
        as_of=now,
        reconciliation=found,
        exceptions=ledger_exceptions(site.ledger, terms),
        postings=(
            *((target, kind, state.value, count) for (target, kind, state), count in counts),
            *((INBOX, kind, state.value, count) for (kind, state), count in site.ledger.inbox_counts().items()),
        ),
        checks=tuple(checks),
        story=tuple(story),
        closes=tuple(closes),
        zone=site.calendar.zone,
        proof=proof,
    )


def unexplained(found: Reconciliation) -> Check:
    """Whether every difference has a cause."""
    lines = found.unexplained
    return Check("no variance is unexplained", not lines, f"{len(lines)} positions" if lines else "")


def _unread(bad: Sequence[InvalidRecord]) -> list[Check]:
    return [Check("a line of the inventory report was read", False, str(error)) for error in bad]


def _unread_stock(found: Reconciliation) -> list[Check]:
    return [Check("a stock record of the warehouse was read", False, problem) for problem in found.unread]


def show(closing: Closing, *, out: Path | None, as_json: bool, more: Sequence[str] = ()) -> None:
    """Print the closing, as JSON or for a person, and write both reports to `out`; `more` is said before the last.

    The last line says which page to open, and what is first there.
    """
    if out is not None:
        with writing(out, "--out"):
            out.mkdir(parents=True, exist_ok=True)
            (out / "summary.json").write_text(to_json(closing), "utf-8")
            pages.write_page(closing_page(closing), out / "report.html")
    if as_json:
        tell_document(to_json(closing))
        return
    console = screen()
    console.print(closing.title, style="bold")
    for line in closing.story:
        console.print(f"- {shown(line)}")
    console.print(_causes(closing.reconciliation))
    for close in closing.closes:
        console.print(_closed(close))
    if closing.exceptions:
        console.print(_waiting(closing))
    for check in closing.checks:
        mark = ("yes", "green") if check.holds else ("NO ", "red")
        console.print(Text.assemble(mark, f"  {shown(check.name)}", (f"  {shown(check.detail)}".rstrip(), "dim")))
    console.print(f"\n{closing_verdict(closing)}")
    for line in (*([f"Written: {out / 'report.html'}, {out / 'summary.json'}"] if out else []), *more):
        console.print(line, soft_wrap=True)
    if out is not None:
        console.print(f"Open {out / 'report.html'}. {first_step(closing)}", soft_wrap=True)


def _causes(found: Reconciliation) -> FoldedTable:
    table = FoldedTable("Why the warehouse and the books differ", title_justify="left")
    table.add_column("Units", justify="right")
    table.add_column("Value", justify="right")
    for cause in Cause:
        total = found.totals[cause]
        table.add_row(cause.value, words.units(total.units), total_text(total))
    variance = found.variance
    table.add_section()
    table.add_row("all", words.units(variance.units), total_text(variance))
    return table


def _closed(close: Plain) -> FoldedTable:
    """Why both sides differ at a moment, place by place, down to the document."""
    table = FoldedTable(title=close_title(close), title_justify="left", title_style="bold")
    for header in CLOSE_COLUMNS:
        table.add_column(header, justify="right" if header in NUMBERS else "left")
    for row in close_table(close):
        table.add_row(*map(shown, row))
    return table


def _waiting(closing: Closing) -> FoldedTable:
    table = FoldedTable("What waits for somebody", "State", "Why", "What to do")
    for item in closing.exceptions:
        table.add_row(*map(shown, (item.what, item.state, item.reason, item.action)))
    return table
