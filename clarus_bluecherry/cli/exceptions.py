"""What `exceptions` does: look at everything that stands, and show what is wrong, whose it is and what to do.

Law of this module: nothing is sent, and neither system is changed. What is wrong now is kept in the ledger; what
would be at another time is only told. What is printed, written and returned comes from one `ExceptionList`; no
customer's name or address is in it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Column, Table

from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.errors import WireError
from clarus_bluecherry.finance import moment
from clarus_bluecherry.finance.exceptions import ExceptionItem, ExceptionPolicy, ExceptionStanding
from clarus_bluecherry.flows.crosswalk import learn
from clarus_bluecherry.flows.exceptions import ExceptionList, exceptions_of
from clarus_bluecherry.flows.exceptions_kept import keep_exceptions, open_exceptions
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import why
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.report.closing import money_text, plain_number
from clarus_bluecherry.report.exceptions import exceptions_json, exceptions_rows, unrested
from clarus_bluecherry.tables import write_csv
from clarus_bluecherry.x12._findings import printable

_SHOWN = 50
"""Exceptions that the screen shows; `--json` and `--out` have all."""
_BREACHED = 3


def run(
    file: SiteFile,
    secrets: Secrets,
    *,
    books: Path | None,
    close: bool,
    owner: Owner | None,
    as_of: str,
    out: Path | None,
    as_json: bool,
) -> int:
    """Look and show; the exit code is 3 when a limit is breached, else 1 when there is something, or a source
    could not be read.
    """
    if out is not None:
        folder_to_write(out.parent, "--out")
    with open_site(file, secrets) as opened:
        at = moment(as_of, opened.calendar, opened.years) if as_of else None
        site, unlearnt = _learnt(opened, file)
        if at is None:
            found, _ = keep_exceptions(site, books, close=close, unlearnt=unlearnt)
            _say_whether_kept(found, site.ledger.last_look())
        else:
            found = exceptions_of(site, books, as_of=at, close=close, unlearnt=unlearnt)
        policy = opened.exceptions
        standings = {each.identity: each for each in open_exceptions(site.ledger)}
    items = [item for item in found.items if owner in (None, item.owner)]
    if out is not None:
        with writing(out, "--out"):
            write_csv(out, exceptions_rows(items, policy, found.as_of, standings))
    if as_json:
        document = exceptions_json(
            items,
            policy,
            found.as_of,
            standings=standings,
            not_looked_for=found.not_looked_for,
            unread=found.unread,
        )
        print_json(document)
    else:
        _show(items, found, policy, out, standings)
    if policy.breaches(unrested(items, standings, found.as_of), found.as_of):
        return _BREACHED
    return 1 if items or found.unread else 0


def _say_whether_kept(found: ExceptionList, last: dt.datetime | None) -> None:
    if last is not None and last > found.as_of:
        began = f"{last.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"
        typer.echo(f"Not kept: a look that began on {began} is kept already. Is a clock wrong?", err=True)


def _learnt(opened: Site, file: SiteFile) -> tuple[Site, str]:
    """The site with its crosswalk; as it is, and why, where a system did not answer."""
    try:
        return learn(opened, file), ""
    except WireError as error:
        return opened, why(error).reason


def _show(
    items: Sequence[ExceptionItem],
    found: ExceptionList,
    policy: ExceptionPolicy,
    out: Path | None,
    standings: Mapping[str, ExceptionStanding],
) -> None:
    console = Console(highlight=False)
    console.print(_title(len(items), found.as_of), style="bold")
    if items:
        console.print(_table(items[:_SHOWN], found.as_of, standings))
        if len(items) > _SHOWN:
            console.print(f"and {len(items) - _SHOWN} more: see --json or --out")
        counts = Counter(item.kind.value for item in items)
        console.print(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())), markup=False)
    for breach in policy.breaches(unrested(items, standings, found.as_of), found.as_of):
        to = policy.escalated_to(breach.item, found.as_of)
        whose = f" (to {to})" if to else ""
        console.print(printable(f"Over a limit: {breach.item.what}: {breach.why}{whose}"), markup=False)
    for reason in found.unread:
        console.print(printable(f"Cannot be read: {reason}"), markup=False)
    if found.not_looked_for:
        console.print(f"Not looked for: {', '.join(sorted(found.not_looked_for))}", markup=False)
    if out is not None:
        console.print(f"\nWritten: {out}", markup=False)


def _title(count: int, as_of: dt.datetime) -> str:
    many = "1 exception" if count == 1 else f"{count} exceptions"
    return f"{many} as of {as_of:%Y-%m-%d %H:%M %Z}".rstrip()


def _table(
    items: Sequence[ExceptionItem], as_of: dt.datetime, standings: Mapping[str, ExceptionStanding]
) -> Table:
    table = Table("What", Column("Exception", overflow="fold"), "Whose")  # an identity that is cut is none
    table.add_column("Units", justify="right")
    table.add_column("Value", justify="right")
    table.add_column("Age", justify="right")
    table.add_column("Close, promise")
    table.add_column("Do")
    for item in items:
        units = "not known" if item.units is None else plain_number(item.units)
        value = "" if item.units == 0 and item.value is None else money_text(item.value)
        cells = (item.what, item.identity, _whose(item, standings), units, value)
        table.add_row(*map(shown, (*cells, _age(item, as_of), _impact(item), item.action)))
    return table


def _whose(item: ExceptionItem, standings: Mapping[str, ExceptionStanding]) -> str:
    """Its owner, who was named to do it, and who said that it rests, until when."""
    kept = standings.get(item.identity)
    if kept is None:
        return item.owner.value
    told = [item.owner.value, f"for {kept.assigned_to}" if kept.assigned_to else ""]
    if kept.acknowledged_by:
        ends = f" until {kept.until:%Y-%m-%d}" if kept.until else ""
        told.append(f"known to {kept.acknowledged_by}{ends}")
    return ", ".join(filter(None, told))


def _age(item: ExceptionItem, as_of: dt.datetime) -> str:
    age = item.age(as_of)
    return f"{age.days} d" if age.days else f"{int(age.total_seconds() // 3600)} h"


def _impact(item: ExceptionItem) -> str:
    told = []
    if item.close is not None:
        told.append(f"{item.close.period}{', closed' if item.close.is_closed else ''}")
    if item.promise is not None:
        told.append(f"{item.promise.order}, {item.promise.promised}")
    return "; ".join(told)
