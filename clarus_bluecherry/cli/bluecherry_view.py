"""What the commands of `bluecherry` do.

Law of this module: nothing is sent to Blue Cherry, and of a pick ticket nothing is shown that names a person.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from attrs import frozen
from pydantic import BaseModel
from rich.table import Column

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FileTransport
from clarus_bluecherry.bluecherry.kinds import Kind, kind_named
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.bluecherry.transport import NotCarried
from clarus_bluecherry.cli.door import option_given, say_next, tell, tell_document
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.progress import counted
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, NotFound
from clarus_bluecherry.flows.opening import bluecherry_of
from clarus_bluecherry.flows.routes import order_kinds
from clarus_bluecherry.flows.units import units_of


@frozen
class OpenPick:
    """A pick ticket as a list shows it. `units` is exact, as text; empty where a line does not tell its own."""

    pick_num: str
    customer: str
    location: str
    lines: int
    units: str
    last_mod: str


ANSWERS, NOT_THERE, NOT_CARRIED = "answers", "is not there", "not carried by this transport"


@frozen
class Presence:
    """Whether a kind of message is there, and if not, why not."""

    kind: str
    state: str
    why: str = ""


def ping(file: SiteFile, secrets: Secrets, *, as_json: bool) -> None:
    """Show what answers. Raises the transport's errors."""
    with bluecherry_of(file.bluecherry, secrets, units_of(file), file.ledger.path) as erp:
        answer = erp.ping()
    if as_json:
        tell_document(json.dumps({"answer": answer}))
    else:
        tell(f"Blue Cherry answers: {answer}")


def check(file: SiteFile, secrets: Secrets, *, as_json: bool) -> int:
    """Show of each kind that the site reads whether it is there; the exit code is 1 when one is not."""
    with bluecherry_of(file.bluecherry, secrets, units_of(file), file.ledger.path) as erp:
        found = [_asked(erp, kind) for kind in counted(_kinds_read(file), "asking for each kind of message")]
    if as_json:
        print_json({"kinds": found})
    else:
        table = FoldedTable("Kind", "State", Column("Why", overflow="fold"))  # names of settings stay whole
        for one in found:
            table.add_row(*map(shown, (one.kind, one.state, one.why)))
        screen().print(table)
    return ExitCode.of(any(one.state != ANSWERS for one in found))


def _kinds_read(file: SiteFile) -> Sequence[Kind[BaseModel]]:
    """Those that the site file names; without it those that the flows ask every site for."""
    if file.bluecherry.kinds is not None:
        return [kind_named(name) for name in file.bluecherry.kinds]
    return [kind for kind in (*order_kinds(), STYLE) if kind.is_usual]


def _asked(erp: BlueCherry, kind: Kind[BaseModel]) -> Presence:
    try:
        found = erp.read(kind)
        if not isinstance(erp.transport, FileTransport):  # files are taken when they are read
            next(found, None)
    except NotCarried as error:
        return Presence(kind.name, NOT_CARRIED, error.what)
    except NotFound as error:
        return Presence(kind.name, NOT_THERE, error.problem)
    return Presence(kind.name, ANSWERS)


def picks(file: SiteFile, secrets: Secrets, *, since: dt.datetime | None, as_json: bool) -> int:
    """Show the open pick tickets; the exit code is 1 when one of them was set aside."""
    tickets: list[OpenPick] = []
    aside: list[InvalidRecord] = []
    with bluecherry_of(file.bluecherry, secrets, units_of(file), file.ledger.path) as erp:
        for found in erp.picks(since):
            if isinstance(found, InvalidRecord):
                aside.append(found)
            else:
                tickets.append(_open_pick(found))
    _show(tickets, aside, as_json=as_json)
    return ExitCode.of(aside)


def held(file: SiteFile, secrets: Secrets, *, as_json: bool) -> int:
    """Show the snapshots that wait for a person; the exit code is 1 when there are any."""
    with _through_files(file, secrets) as transport:
        found = transport.held_snapshots()
    if as_json:
        print_json(found)
        return ExitCode.of(found)
    table = FoldedTable("File", "Kind", "Says", "The one that stands says", "Of that missing")
    for one in found:
        before = "" if one.size_before is None else str(one.size_before)
        table.add_row(*map(shown, (one.name, one.kind, str(one.size), before, str(one.missing))))
    screen().print(table if found else "No snapshot is held.")
    for one in found[:1]:
        say_next(
            "bluecherry",
            "accept",
            one.name,
            "--site",
            option_given("--site"),
            why="where it is right all the same",
        )
    return ExitCode.of(found)


def accept(file: SiteFile, secrets: Secrets, name: str, *, as_json: bool) -> None:
    """Let a held snapshot stand. Raises `InvalidRecord` when none of this name is held."""
    with _through_files(file, secrets) as transport:
        transport.accept_snapshot(name)
    if as_json:
        print_json({"accepted": name})
    else:
        tell("It stands from now on.")


@contextmanager
def _through_files(file: SiteFile, secrets: Secrets) -> Iterator[FileTransport]:
    with bluecherry_of(file.bluecherry, secrets, units_of(file), file.ledger.path) as erp:
        if not isinstance(erp.transport, FileTransport):
            raise ConfigurationError("no snapshots come by this transport", field="bluecherry.transport")
        yield erp.transport


def _open_pick(ticket: PickTicket) -> OpenPick:
    """Lines of quantity zero were removed. Where the header names no location, the lines do."""
    lines = [line for line in ticket.lines if line.bk_qty != 0]
    return OpenPick(
        pick_num=ticket.pick_num,
        customer=ticket.customer,
        location=ticket.location or " ".join(sorted({line.location for line in lines if line.location})),
        lines=len(lines),
        units="" if ticket.units is None else f"{ticket.units:f}",
        last_mod=ticket.last_mod,
    )


def _show(tickets: Sequence[OpenPick], aside: Sequence[InvalidRecord], *, as_json: bool) -> None:
    if as_json:
        set_aside = [{"record": one.record, "field": one.field, "problem": one.what} for one in aside]
        print_json({"picks": tickets, "set_aside": set_aside})
        return
    table = FoldedTable("Pick ticket", "Customer", "Location", "Lines", "Units", "Last change")
    for one in tickets:
        cells = (one.pick_num, one.customer, one.location, str(one.lines), one.units, one.last_mod)
        table.add_row(*map(shown, cells))
    console = screen()
    console.print(table if tickets else "No pick ticket is open.")
    for error in aside:
        console.print(f"Cannot be read: {error.problem}")
