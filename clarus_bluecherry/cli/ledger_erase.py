"""`ledger erase` and `ledger prune`: what the ledger knows of persons, and when it forgets them.

Law of this module: nothing is erased before `--yes`; what would be is told first. No personal value is shown.
"""

from __future__ import annotations

import datetime as dt
import getpass
import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from clarus_bluecherry.cli.door import complain, say_again
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.ledger_place import LedgerPlace, opened
from clarus_bluecherry.cli.options import FLAG, AsJson, print_json, shown
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ConfigurationError

if TYPE_CHECKING:
    from clarus_bluecherry.ledger import HeldData

ERASE_HELP = helped(
    "clarus-bluecherry ledger erase ledger.sqlite --order 1001  # shows it; with --yes it is done",
    "clarus-bluecherry ledger erase LEDGER_URL --person - --by 'privacy desk' --yes < name.txt",
    found="a document is kept, because a message of it may still leave",
)
PRUNE_HELP = helped(
    "clarus-bluecherry ledger prune ledger.sqlite --older-than 400d  # shows it",
    "clarus-bluecherry ledger prune ledger.sqlite --older-than 400d --yes",
)

_AWAITED = ("goods_out",)
"""Messages that are over once what they led to has come: an order out, when it has left."""

By = Annotated[str, typer.Option(help="Who does it, for the history. Without it: the user of this machine.")]
Yes = Annotated[bool, typer.Option("--yes", metavar=FLAG, help="Do it. Without it, it is only told.")]


def ledger_erase(
    place: LedgerPlace,
    order: Annotated[str, typer.Option(help="The number of an order, with all that is held with it.")] = "",
    person: Annotated[
        str,
        typer.Option(
            help="A text that names the person: name, street, phone, e-mail. `-` reads it from standard input, so "
            "that it stands in no shell's history."
        ),
    ] = "",
    by: By = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase what is held of a person with an order, or with every document that names the person.

    `[erased]` is read in its place from then on; quantities, dates, states and the history stay. A document of
    which a message may still leave is kept: deliver it or cancel it first.
    """
    with opened(place, knows_persons=True) as ledger:
        found = ledger.holding(order=order, person=_line() if person == "-" else person)
        if yes:
            ledger.erase(found, actor=by or getpass.getuser())
    rows = [
        {"document": str(held.document), "values": held.values, "became": _became(held, yes=yes)} for held in found
    ]
    if as_json:
        print_json({"erased": yes, "documents": rows})
    else:
        _show(rows, yes=yes)
        if order and not person and not yes and rows:  # who the person is stands nowhere but where it was typed
            say_again("--yes")
    raise typer.Exit(ExitCode.of(any(held.is_open for held in found)))


def ledger_prune(
    place: LedgerPlace,
    older_than: Annotated[str, typer.Option(help="What nobody has changed for so many days, such as `400d`.")],
    by: By = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase personal data and raw records of what is old and closed; drop notices and alerts that are done with.

    Closed is a document of which every message is posted or cancelled, and an order out that has left. Facts,
    messages and the history stay: finance needs them.
    """
    before = dt.datetime.now(dt.UTC) - _days(older_than)
    step("looking for what is old and closed")
    with opened(place, knows_persons=True) as ledger:
        pruned = ledger.prune(before, actor=by or getpass.getuser(), awaited=_AWAITED, dry=not yes)
    told = {
        "documents": pruned.documents,
        "raw_records": pruned.raw_records,
        "notices": pruned.notices,
        "alerts": pruned.alerts,
    }
    if as_json:
        print_json({"pruned": yes, "before": before, **told})
        return
    did = "Pruned" if yes else "Would be pruned, with --yes"
    screen().print(
        f"{did}: the personal data of {pruned.documents} documents, {pruned.raw_records} raw records, "
        f"{pruned.notices} notices, {pruned.alerts} alerts."
    )
    if not yes:
        say_again("--yes")


def _line() -> str:
    return sys.stdin.readline().strip()


def _days(text: str) -> dt.timedelta:
    if not re.fullmatch(r"[1-9][0-9]{0,4}d", text, re.ASCII):
        raise ConfigurationError(
            f"{text!r} is no number of days", field="--older-than", action="Write it as 400d."
        )
    return dt.timedelta(days=int(text[:-1]))


def _became(held: HeldData, *, yes: bool) -> str:
    if held.is_open:
        return "kept: still to be delivered"
    return "erased" if yes else "to be erased"


def _show(rows: list[dict[str, object]], *, yes: bool) -> None:
    if not rows:
        screen().print("Nothing is held.")
        return
    table = FoldedTable("document", "values", "became")
    for row in rows:
        table.add_row(*(shown(str(cell)) for cell in row.values()))
    screen().print(table)
    if not yes:
        complain("Nothing was erased: say --yes.")
