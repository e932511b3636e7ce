"""What `exceptions` does: look at everything that stands, and show what is wrong, whose it is and what to do.

Law of this module: nothing is sent, and neither system is changed. What is wrong now is kept in the ledger; what
would be at another time is only told. What is printed, written and returned comes from one `ExceptionList`; no
customer's name or address is in it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from clarus_bluecherry.cli.door import complain, note, option_given, say_next
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import screen
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
from clarus_bluecherry.report import words
from clarus_bluecherry.report.closing import money_text
from clarus_bluecherry.report.exceptions import exceptions_json, exceptions_rows, unrested
from clarus_bluecherry.tables import write_csv
from clarus_bluecherry.x12._findings import printable

_SHOWN = 50
"""Exceptions that the screen shows; `--json` and `--out` have all."""


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
        step("reading what both systems call their SKUs")
        site, unlearnt = learnt(opened, file)
        step("looking at everything that stands")
        if at is None:
            found, _ = keep_exceptions(site, books, close=close, unlearnt=unlearnt)
            say_whether_kept(found.as_of, site.ledger.last_look())
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
        _show(items, found, policy, out, standings, file.ledger.zone, has_books=books is not None)
    if policy.breaches(unrested(items, standings, found.as_of), found.as_of):
        return ExitCode.OVER_LIMIT
    return ExitCode.of(items or found.unread)


def say_whether_kept(began: dt.datetime, last: dt.datetime | None) -> None:
    """Say it where what a look found that `began` then (aware) was not kept: one that began later is."""
    if last is not None and last > began:
        later = f"{last.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"
        complain(f"Not kept: a look that began on {later} is kept already. Is a clock wrong?")


def learnt(opened: Site, file: SiteFile) -> tuple[Site, str]:
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
    zone: dt.tzinfo,
    *,
    has_books: bool,
) -> None:
    console = screen()
    awake = unrested(items, standings, found.as_of)
    over = len(policy.breaches(awake, found.as_of))
    console.print(_title(len(items), found.as_of.astimezone(zone)), style="bold")
    for item in items[:_SHOWN]:
        _show_one(console, item, found.as_of, standings.get(item.identity))
        if item in awake:
            _show_limits(console, policy.breach(item, found.as_of), policy.escalated_to(item, found.as_of))
    if items:
        console.print()
        if len(items) > _SHOWN:
            console.print(f"and {len(items) - _SHOWN} more: see --json or --out")
        counts = Counter(item.kind.value for item in items)
        console.print(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())))
    if over:
        console.print(f"{over} over a limit (exit code {ExitCode.OVER_LIMIT:d})")
    for reason in found.unread:
        console.print(printable(f"Cannot be read: {reason}"))
    if found.not_looked_for:
        how = "" if has_books else ". Most of them only the books tell: --books FOLDER"
        console.print(f"Not looked for: {', '.join(sorted(found.not_looked_for))}{how}")
    if out is not None:
        note(f"Written: {out}")
    if items:
        site = ("--site", option_given("--site"))
        say_next("exceptions", "history", items[0].identity, *site, why="what became of the first so far")
        said = ("--why", "REASON", "--who", "NAME")
        say_next("exceptions", "ack", items[0].identity, *site, *said, why="somebody knows of it")


def _show_one(console: Console, item: ExceptionItem, as_of: dt.datetime, kept: ExceptionStanding | None) -> None:
    units = "units not known" if item.units is None else words.unit_count(item.units)
    value = "" if item.units == 0 and item.value is None else _value(item)
    told = (item.what, *_whose(item, kept), _age(item, as_of), units, value, *_impact(item))
    console.print()
    console.print(
        printable(item.identity), markup=False, soft_wrap=True, style="bold"
    )  # one that is cut cannot be typed
    console.print(_part("; ".join(filter(None, told))))
    console.print(_part(item.action))


def _show_limits(console: Console, breach: str, to: str) -> None:
    if breach:
        console.print(_part(f"Over a limit: {breach}{f' (to {to})' if to else ''}"))
    elif to:
        console.print(_part(f"Goes to: {to}"))


def _part(text: str) -> Padding:
    return Padding(Text(printable(text)), (0, 0, 0, 2), expand=False)


def _value(item: ExceptionItem) -> str:
    return "value not known" if item.value is None else money_text(item.value)


def _title(count: int, as_of: dt.datetime) -> str:
    many = "1 exception" if count == 1 else f"{count} exceptions"
    return f"{many} as of {as_of:%Y-%m-%d %H:%M %Z}".rstrip()


def _whose(item: ExceptionItem, kept: ExceptionStanding | None) -> Iterable[str]:
    """Its owner, who was named to do it, and who said that it rests, until when."""
    yield f"for {item.owner.value}"
    if kept is not None and kept.assigned_to:
        yield f"assigned to {kept.assigned_to}"
    if kept is not None and kept.acknowledged_by:
        yield f"known to {kept.acknowledged_by}{f' until {kept.until:%Y-%m-%d}' if kept.until else ''}"


def _age(item: ExceptionItem, as_of: dt.datetime) -> str:
    age = item.age(as_of)
    return f"{age.days} d" if age.days else f"{int(age.total_seconds() // 3600)} h"


def _impact(item: ExceptionItem) -> Iterable[str]:
    if item.close is not None:
        yield f"period {item.close.period}{', closed' if item.close.is_closed else ''}"
    if item.promise is not None:
        yield f"promised {item.promise.promised} ({item.promise.order})"
