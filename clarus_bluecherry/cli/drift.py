"""What `drift` does: compare the orders on their way with what Blue Cherry says now, and show what is found.

Law of this module: it changes neither system. What is printed, written and returned comes from one `Drifts`; a
person's name or address is never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from clarus_bluecherry.cli.door import note, option_given, say_next
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.finance.drift import OrderDifference, OrderDrift
from clarus_bluecherry.flows.crosswalk import learn
from clarus_bluecherry.flows.drift import Drifts, drift_of
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.report.closing import money_text, plain_number
from clarus_bluecherry.report.drift import drift_json, drift_rows
from clarus_bluecherry.tables import write_csv
from clarus_bluecherry.x12._findings import printable

_SHOWN = 50
"""Orders that the screen shows; `--json` and `--out` have all."""


def run(file: SiteFile, secrets: Secrets, *, orders: Sequence[str], out: Path | None, as_json: bool) -> int:
    """Compare and show; the exit code is 1 when an order drifted, or one could not be compared."""
    if out is not None:
        folder_to_write(out.parent, "--out")
    step("comparing the orders on their way with Blue Cherry")
    with open_site(file, secrets) as opened:
        found = drift_of(learn(opened, file), list(orders) or None)
    if out is not None:
        with writing(out, "--out"):
            write_csv(out, drift_rows(found.orders))
    if as_json:
        print_json(drift_json(found.orders, looked_at=found.looked_at, unread=found.unread))
    else:
        _show(found, out)
    return ExitCode.of(found.orders or found.unread)


def _show(found: Drifts, out: Path | None) -> None:
    console = screen()
    console.print(f"{len(found.orders)} of {found.looked_at} orders drifted", style="bold")
    for drift in found.orders[:_SHOWN]:
        _show_order(console, drift)
    if len(found.orders) > _SHOWN:
        console.print(f"and {len(found.orders) - _SHOWN} orders more: see --json or --out")
    for reason in found.unread:
        console.print(printable(f"Cannot be compared: {reason}"))
    if out is not None:
        note(f"Written: {out}")
    for drift in found.orders[:1]:
        site = ("--site", option_given("--site"))
        say_next("drift", *site, "--order", drift.reference, "--json", why="the call that would mend the first")


def _show_order(console: Console, drift: OrderDrift) -> None:
    title = f"Order {drift.reference}, {drift.status.lower() or 'not asked of the warehouse'}"
    table = FoldedTable(
        "What", "In the warehouse", "In Blue Cherry", "What to do", title=shown(title), title_justify="left"
    )
    for each in drift.differences:
        table.add_row(*map(shown, (_what(each), each.accepted, each.present, each.action)))
    console.print(table)
    if drift.mismatches:
        units = "not known" if drift.units is None else plain_number(drift.units)
        off = f"units {units}, revenue {money_text(drift.revenue)}, cost {money_text(drift.cost)}"
        console.print(f"The invoice will be off by: {off}")
    if drift.refused:
        console.print(printable(f"Nothing of it will be invoiced: {drift.refused}"))
    if drift.released_again:
        console.print(printable(f"Released again: {', '.join(drift.released_again)}"))
    if drift.proposal is not None:
        console.print(f"Proposed, and not sent: {drift.proposal.method} {drift.proposal.path}")


def _what(each: OrderDifference) -> str:
    name = each.aspect.value.replace("_", " ")
    return f"{name} {each.field}" if each.field else f"{name} of line {each.line}" if each.line else name
