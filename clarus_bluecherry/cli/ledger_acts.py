"""`ledger retry`, `cancel`, `settle` and `leave`: what a person decides, with name and reason.

Law of this module: of one that is named by its key the decision is made; of several it is told first, and made when
somebody confirms it. One that is refused stops no other. No payload is shown.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import field, frozen
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clarus_bluecherry.cli.ledger_place import LedgerPlace, opened
from clarus_bluecherry.cli.options import FLAG, AsJson, print_json
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.ledger import InboxItem, Posting, State
from clarus_bluecherry.ledger.states import OPEN

if TYPE_CHECKING:
    from clarus_bluecherry.flows import DecidedPosting
    from clarus_bluecherry.ledger.store import Ledger

Keys = Annotated[
    list[str] | None, typer.Argument(help="Keys as `ledger show --json` has them.", show_default=False)
]
KeysFile = Annotated[
    str, typer.Option("--keys", metavar="FILE", help="Keys too, one a line; `-` reads them from standard input.")
]
InState = Annotated[
    list[State] | None, typer.Option("--state", help="All that stands in this state (repeatable).")
]
ForReason = Annotated[
    str, typer.Option("--reason", help="Of those, or of all that is open: what waits for this reason (its code).")
]
OfKind = Annotated[str, typer.Option("--kind", help="Of those: messages of this kind, such as `order_shipment`.")]
Who = Annotated[str, typer.Option(help="Who decides it, for the history.")]
Why = Annotated[str, typer.Option(help="Why, for the history.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", metavar=FLAG, help="Only tell what would happen, for each of them.")
]
Yes = Annotated[bool, typer.Option("--yes", metavar=FLAG, help="Do it, however many there are, without asking.")]


def add_to(app: typer.Typer) -> None:
    """Add the decisions to the commands of the ledger."""
    name = "clarus-bluecherry ledger"
    bulk = "--state parked --reason unknown_sku --why 'the crosswalk is mended' --who Ada --dry-run"
    one = "'KEY' --why 'booked by hand' --who Ada"
    app.command("retry", epilog=f"Example: `{name} retry ledger.sqlite {bulk}`. {_CODES}")(ledger_retry)
    app.command("cancel", epilog=f"Example: `{name} cancel ledger.sqlite {one} --settled-with ADJ-7`. {_CODES}")(
        ledger_cancel
    )
    settled = "--document SHIP-9 --booked 2026-03-02"
    app.command("settle", epilog=f"Example: `{name} settle ledger.sqlite {one} {settled}`. {_CODES}")(
        ledger_settle
    )
    app.command("leave", epilog=f"Example: `{name} leave ledger.sqlite --keys keys.txt --why 'a test' --who Ada`")(
        ledger_leave
    )


_CODES = "Exit codes: 0 each was done; 1 one was refused; 2 it could not be done, or nobody confirmed it"


def ledger_retry(
    place: LedgerPlace,
    why: Why,
    who: Who,
    keys: Keys = None,
    keys_file: KeysFile = "",
    state: InState = None,
    reason: ForReason = "",
    kind: OfKind = "",
    not_there: Annotated[
        bool,
        typer.Option(
            "--not-there",
            metavar=FLAG,
            help="What is in doubt: somebody has looked, and it does not stand in the other system.",
        ),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Send again what was rejected, is in doubt or waits for its next attempt; try again what is parked.

    What is parked is written again at the next turn, before all others. What may stand in the other system is not
    sent again unless you say that it does not.
    """
    chosen = Chosen(keys or [], keys_file, state or [], reason, kind)
    retry = import_module("clarus_bluecherry.flows.deciding").retry_posting
    _run(place, chosen, partial(retry, actor=who, reason=why, is_absent=not_there), Ways(dry_run, yes, as_json))


def ledger_cancel(
    place: LedgerPlace,
    why: Why,
    who: Who,
    keys: Keys = None,
    keys_file: KeysFile = "",
    state: InState = None,
    reason: ForReason = "",
    kind: OfKind = "",
    settled_with: Annotated[
        str, typer.Option(metavar="DOCUMENT", help="The other side's document, where it was booked there by hand.")
    ] = "",
    stands_as_sent: Annotated[
        bool,
        typer.Option(
            "--stands-as-sent",
            metavar=FLAG,
            help="An order that changed after it was sent: the warehouse keeps the version that it was sent. "
            "Without it, the newest one counts from now on.",
        ),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """End for good what will not be posted, or was booked by hand."""
    chosen = Chosen(keys or [], keys_file, state or [], reason, kind)
    cancel = import_module("clarus_bluecherry.flows.deciding").cancel_posting
    how = {"settled_with": settled_with, "stands_as_sent": stands_as_sent}
    _run(place, chosen, partial(cancel, actor=who, reason=why, **how), Ways(dry_run, yes, as_json))


def ledger_settle(
    place: LedgerPlace,
    why: Why,
    who: Who,
    document: Annotated[str, typer.Option(help="The other side's document.")],
    keys: Keys = None,
    keys_file: KeysFile = "",
    booked: Annotated[str, typer.Option(metavar="DATE", help="The day under which it stands in its books.")] = "",
    state: InState = None,
    reason: ForReason = "",
    kind: OfKind = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Say that it stands in the other system's books, under this document.

    What was sent is *posted* then; what never left, and was entered there by hand, is *cancelled*, settled with
    that document.
    """
    chosen = Chosen(keys or [], keys_file, state or [], reason, kind)
    settle = import_module("clarus_bluecherry.flows.deciding").settle_posting
    how = {"document": document, "booked": _day(booked)}
    _run(place, chosen, partial(settle, actor=who, reason=why, **how), Ways(dry_run, yes, as_json))


def ledger_leave(
    place: LedgerPlace,
    why: Why,
    who: Who,
    keys: Keys = None,
    keys_file: KeysFile = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Leave as it is, for good, what of the inbox nobody will read or look at any more."""

    def leave(ledger: Ledger, key: str) -> InboxItem:
        return ledger.leave(key, why, who)

    _run(place, Chosen(keys or [], keys_file), leave, Ways(dry_run, yes, as_json))


# What is decided about, and how ------------------------------------------------------------------------------


@frozen
class Chosen:
    """What somebody decides about: keys, and all that stands in some states, for a reason, of a kind."""

    keys: Iterable[str]
    file: str
    states: list[State] = field(factory=list)
    reason: str = ""
    kind: str = ""

    def found(self, ledger: Ledger) -> list[str]:
        """The keys of it all. Raises `ConfigurationError` where nothing was chosen."""
        keys = [*self.keys, *(_lines(self.file) if self.file else ())]
        if self.states or self.reason or self.kind:
            stands = ledger.in_state(*(self.states or OPEN), kind=self.kind or None)
            keys += [each.key for each in stands if self.reason in ("", each.reason_code)]
        elif not keys and not self.file:
            action = "Name keys, or what they have in common: --keys, --state, --reason, --kind."
            raise ConfigurationError("nothing was chosen", action=action)
        return list(dict.fromkeys(keys))

    @property
    def is_one(self) -> bool:
        """Whether somebody named just one, by its key."""
        return len([*self.keys]) == 1 and not (self.file or self.states or self.reason or self.kind)


@frozen
class Ways:
    """How a decision is made and told."""

    dry: bool
    yes: bool
    as_json: bool


def _lines(file: str) -> list[str]:
    if file == "-":
        text = sys.stdin.read()
    else:
        try:
            text = Path(file).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            what = f"it cannot be read: {type(error).__name__}"
            raise ConfigurationError(what, record=file, field="--keys", action="Name a text file.") from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        what = f"{text!r} is no day"
        raise ConfigurationError(what, field="--booked", action="Write it as 2026-03-02.") from error


def _run(place: str, chosen: Chosen, decide: Callable[[Ledger, str], Posting | InboxItem], ways: Ways) -> None:
    """Decide about all that was chosen, and end with the exit code."""
    decide_all = import_module("clarus_bluecherry.flows.deciding").decide_all  # needs the ledger's packages
    with opened(place, knows_persons=True) as ledger:
        keys = chosen.found(ledger)
        is_tried = ways.dry or not (ways.yes or chosen.is_one)
        decided = decide_all(ledger, keys, partial(decide, ledger), dry=is_tried)
        if is_tried and not ways.dry and keys and _is_confirmed(decided, chosen, ways):
            decided, is_tried = decide_all(ledger, keys, partial(decide, ledger)), False
    _tell(decided, ways, is_tried=is_tried)
    if is_tried and not ways.dry and keys:
        typer.echo("Nothing was done: say --yes.", err=True)
        raise typer.Exit(2)
    raise typer.Exit(1 if any(each.refused for each in decided) else 0)


def _is_confirmed(decided: list[DecidedPosting], chosen: Chosen, ways: Ways) -> bool:
    """Whether a person at the keyboard says so, who has read what would happen."""
    if ways.as_json or chosen.file == "-" or not sys.stdin.isatty():
        return False
    _tell(decided, ways, is_tried=True)
    return typer.confirm("Do it?")


def _tell(decided: list[DecidedPosting], ways: Ways, *, is_tried: bool) -> None:
    if ways.as_json:
        print_json({"dry_run": is_tried, "postings": [_row(each) for each in decided]})
        return
    console = Console(highlight=False)
    table = Table("key", "what", "was", "would be" if is_tried else "is", "refused, because")
    table.columns[0].overflow = "fold"
    for each in decided:
        row = _row(each)
        why = f"{each.refused}. {each.action}" if each.refused else ""
        table.add_row(*(escape(str(row[name] or "")) for name in ("key", "what", "before", "after")), escape(why))
    console.print(table if decided else "Nothing.")


def _row(each: DecidedPosting) -> dict[str, object]:
    return {
        "key": each.key,
        "what": each.what,
        "before": each.before,
        "after": each.after,
        "done": not each.refused,
        "refused": each.refused,
        "action": each.action,
    }
