"""`exceptions ack`, `assign`, `resolve`: what a person does about an exception; its history; and counts by day.

Law of this module: it only keeps what somebody says, in the site's ledger: neither system is asked or told.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry.cli.completing import CLASSES, open_identities
from clarus_bluecherry.cli.deciding import DryRun, KeysFile, Ways, Who, Why, Yes, decides, keys_of, run
from clarus_bluecherry.cli.door import say_next
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.ledger_place import opened
from clarus_bluecherry.cli.options import AsJson, SiteFileOption, print_json, shown
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.ledger.reasons import Owner

if TYPE_CHECKING:
    from clarus_bluecherry.finance.exceptions import ExceptionStanding
    from clarus_bluecherry.ledger.store import Ledger

Identities = Annotated[
    list[str] | None,
    typer.Argument(
        help="What `exceptions` calls them: `parked:order 1001`.",
        show_default=False,
        autocompletion=open_identities,
    ),
]
OfClass = Annotated[
    str,
    typer.Option(
        "--class",
        metavar="CLASS",
        help="All open ones of this class, such as `feed_silent`.",
        autocompletion=CLASSES,
    ),
]
OfOwner = Annotated[Owner | None, typer.Option("--for", help="Of those, or of all that are open: whose they are.")]


def add_to(app: typer.Typer) -> None:
    """Add what persons do to the commands of exceptions."""
    name = "clarus-bluecherry exceptions"
    said = "--why 'the supplier knows' --who Ada --site site.toml"
    app.command("ack", epilog=decides(f"{name} ack 'receipt_short:receipt PO7/1' {said} --until 7d"))(ack)
    app.command("assign", epilog=decides(f"{name} assign --class parked --to 'night shift' {said} --dry-run"))(
        assign
    )
    app.command("resolve", epilog=decides(f"{name} resolve 'parked:order 1001' {said}"))(resolve)
    past, days = f"{name} history 'parked:order 1001' --site site.toml", f"{name} trend --site site.toml"
    app.command(
        "history",
        epilog=helped(
            past, well="it is shown", failed="it could not be done, or no such exception was ever listed"
        ),
    )(history)
    app.command("trend", epilog=helped(days, f"{days} --since 2026-03-01", well="it is shown"))(trend)


def ack(
    site: SiteFileOption,
    why: Why,
    who: Who,
    identities: Identities = None,
    until: Annotated[
        str,
        typer.Option(
            metavar="WHEN", help="Until then: a day (its beginning in the books' zone), an instant, or `7d`."
        ),
    ] = "",
    keys_file: KeysFile = "",
    kind: OfClass = "",
    owner: OfOwner = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Acknowledge: somebody knows, and it breaches no limit until a date, or for as long as it is so."""
    ends = _instant(until, site) if until else None
    act = partial(_doors().acknowledge_exception, actor=who, reason=why, until=ends)
    _run(site, identities, keys_file, kind, owner, act, Ways(dry=dry_run, yes=yes, as_json=as_json))


def assign(
    site: SiteFileOption,
    why: Why,
    who: Who,
    to: Annotated[str, typer.Option(help="Who is to do it: a person or a team.")],
    identities: Identities = None,
    keys_file: KeysFile = "",
    kind: OfClass = "",
    owner: OfOwner = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Say who is to do it."""
    act = partial(_doors().assign_exception, to=to, actor=who, reason=why)
    _run(site, identities, keys_file, kind, owner, act, Ways(dry=dry_run, yes=yes, as_json=as_json))


def resolve(
    site: SiteFileOption,
    why: Why,
    who: Who,
    identities: Identities = None,
    keys_file: KeysFile = "",
    kind: OfClass = "",
    owner: OfOwner = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Say that it is done. Where the next look finds it still, it is open again."""
    act = partial(_doors().resolve_exception, actor=who, reason=why)
    _run(site, identities, keys_file, kind, owner, act, Ways(dry=dry_run, yes=yes, as_json=as_json))


def history(
    site: SiteFileOption,
    identity: Annotated[str, typer.Argument(help="What `exceptions` calls it.", autocompletion=open_identities)],
    as_json: AsJson = False,
) -> None:
    """Show every step that an exception took: opened, acknowledged, cleared by what, open again."""
    with _ledger(site) as ledger:
        steps = _doors().exception_history(ledger, identity) if identity.isprintable() else ()
    if not steps:
        action = "Take its identity from `clarus-bluecherry exceptions`."
        raise ConfigurationError("there is no such exception", record=identity, action=action)
    rows = [
        {
            "at": step.at.isoformat(timespec="seconds"),
            "event": step.event,
            "actor": step.actor,
            "note": step.note,
        }
        for step in steps
    ]
    _show(rows, as_json=as_json)
    said = ("--why", "REASON", "--who", "NAME")
    say_next("exceptions", "resolve", identity, "--site", str(site), *said, why="once it is done")


def trend(
    site: SiteFileOption,
    since: Annotated[str, typer.Option(metavar="DATE", help="The first day. Default: 13 days before.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day. Default: today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show by day and class how many were opened, cleared and resolved, and how many were open at its end."""
    zone = config.load_site(site).ledger.zone
    last = _day(until, "--until") if until else dt.datetime.now(zone).date()
    first = _day(since, "--since") if since else last - dt.timedelta(days=13)
    with _ledger(site) as ledger:
        tallies = _doors().exception_trend(ledger, first, last, zone=zone)
    rows = [
        {
            "day": tally.day.isoformat(),
            "class": tally.kind,
            "opened": tally.opened,
            "cleared": tally.cleared,
            "resolved": tally.resolved,
            "open": tally.open,
        }
        for tally in tallies
    ]
    _show(rows, as_json=as_json)


# Common ------------------------------------------------------------------------------------------------------


def _doors() -> ModuleType:
    return import_module("clarus_bluecherry.flows.exceptions_kept")  # needs the ledger's packages


def _ledger(site: Path) -> Ledger:
    return opened(config.load_site(site).ledger.path)


def _run(
    site: Path,
    identities: Sequence[str] | None,
    file: str,
    kind: str,
    owner: Owner | None,
    act: Callable[[Ledger, str], ExceptionStanding],
    ways: Ways,
) -> None:
    named = identities or []
    with _ledger(site) as ledger:
        keys = keys_of(named, file)
        if kind or owner is not None:
            keys += [each for each in _standing(ledger, kind, owner) if each not in keys]
        elif not named and not file:
            action = "Name them, or what they have in common: --keys, --class, --for."
            raise ConfigurationError("nothing was chosen", action=action)
        is_one = len(named) == 1 and not (file or kind or owner)
        run(ledger, keys, partial(act, ledger), ways, is_one=is_one)


def _standing(ledger: Ledger, kind: str, owner: Owner | None) -> list[str]:
    """The identities of what is open, of a class, of an owner."""
    classes = import_module("clarus_bluecherry.finance.exceptions").ExceptionClass
    if kind and classes.of(kind) is None:
        action = f"Take one of {', '.join(classes)}."
        raise ConfigurationError(f"{kind!r} is no class", field="--class", action=action)
    return [
        each.identity
        for each in ledger.open_exceptions()
        if kind in ("", each.kind) and owner in (None, each.owner)
    ]


def _instant(text: str, site: Path) -> dt.datetime:
    """An instant as it is typed; a day begins in the zone of the books."""
    if days := re.fullmatch(r"([1-9][0-9]{0,3})d", text.strip(), re.ASCII):
        return dt.datetime.now(dt.UTC) + dt.timedelta(days=int(days[1]))
    try:
        instant = dt.datetime.fromisoformat(text)
        here = instant if instant.tzinfo else instant.replace(tzinfo=config.load_site(site).ledger.zone)
        return here.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        action = "Write it as 2026-03-09, 2026-03-09T12:00 or 7d."
        raise ConfigurationError(f"{text!r} is no time", field="--until", action=action) from error


def _day(text: str, option: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is no day", field=option, action="Write it as 2026-03-02.") from error


def _show(rows: Sequence[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    table = FoldedTable(*(rows[0] if rows else ()))
    for row in rows:
        table.add_row(*(shown(str(cell)) for cell in row.values()))
    screen().print(table if rows else "Nothing.")
