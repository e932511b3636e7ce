"""`ledger retry`, `cancel`, `settle`, `edit`, `leave`: what a person decides, with name and reason.

Law of this module: a command says what is chosen and by which door it is decided, no more; no payload is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import field, frozen

from clarus_bluecherry.cli.deciding import DryRun, KeysFile, Ways, Who, Why, Yes, decides, keys_of, run
from clarus_bluecherry.cli.ledger_place import LedgerPlace, opened
from clarus_bluecherry.cli.options import FLAG, AsJson
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.ledger import InboxItem, Posting, State
from clarus_bluecherry.ledger.states import OPEN
from clarus_bluecherry.model import Sku

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

Keys = Annotated[
    list[str] | None, typer.Argument(help="Keys as `ledger show --json` has them.", show_default=False)
]
InState = Annotated[
    list[State] | None, typer.Option("--state", help="All that stands in this state (repeatable).")
]
ForReason = Annotated[
    str, typer.Option("--reason", help="Of those, or of all that is open: what waits for this reason (its code).")
]
OfKind = Annotated[str, typer.Option("--kind", help="Of those: messages of this kind, such as `order_shipment`.")]


def add_to(app: typer.Typer) -> None:
    """Add the decisions to the commands of the ledger."""
    name = "clarus-bluecherry ledger"
    bulk = "--state parked --reason unknown_sku --why 'the crosswalk is mended' --who Ada --dry-run"
    one = "'KEY' --why 'booked by hand' --who Ada"
    app.command("retry", epilog=decides(f"{name} retry ledger.sqlite {bulk}"))(ledger_retry)
    app.command("cancel", epilog=decides(f"{name} cancel ledger.sqlite {one} --settled-with ADJ-7"))(ledger_cancel)
    settled = "--document SHIP-9 --booked 2026-03-02"
    app.command("settle", epilog=decides(f"{name} settle ledger.sqlite {one} {settled}"))(ledger_settle)
    edit = f"{name} edit ledger.sqlite 'KEY' --sku '|01234|BLK|||M' --why 'mislabelled' --who Ada"
    app.command("edit", epilog=decides(edit))(ledger_edit)
    leave = f"{name} leave ledger.sqlite --keys keys.txt --why 'a test' --who Ada"
    app.command("leave", epilog=decides(leave))(ledger_leave)


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
    _run(
        place,
        chosen,
        partial(retry, actor=who, reason=why, is_absent=not_there),
        Ways(dry=dry_run, yes=yes, as_json=as_json),
    )


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
    _run(place, chosen, partial(cancel, actor=who, reason=why, **how), Ways(dry=dry_run, yes=yes, as_json=as_json))


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
    _run(place, chosen, partial(settle, actor=who, reason=why, **how), Ways(dry=dry_run, yes=yes, as_json=as_json))


def ledger_edit(
    place: LedgerPlace,
    why: Why,
    who: Who,
    keys: Keys = None,
    keys_file: KeysFile = "",
    sku: Annotated[
        str,
        typer.Option(
            help="The SKU that it is: division, style, colour, label, dimension, size with `|` between them.",
        ),
    ] = "",
    line: Annotated[str, typer.Option(help="With `--sku`: the number of the line that it is on.")] = "",
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="A field of the movement (repeatable): `quantity=3`, of a line `lines/2/shipped=3`.",
        ),
    ] = None,
    state: InState = None,
    reason: ForReason = "",
    kind: OfKind = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Correct what a movement says that was not sent; its message is written again at the next turn.

    What the warehouse said stays as it is, and the history shows both.
    """
    chosen = Chosen(keys or [], keys_file, state or [], reason, kind)
    edit = import_module("clarus_bluecherry.flows.deciding").edit_posting
    changes = _changes(sku, line, fields or [])

    def edited(ledger: Ledger, key: str) -> Posting:
        found: Posting = edit(ledger, key, changes, actor=who, reason=why)
        return found

    _run(place, chosen, edited, Ways(dry=dry_run, yes=yes, as_json=as_json))


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

    _run(place, Chosen(keys or [], keys_file), leave, Ways(dry=dry_run, yes=yes, as_json=as_json))


# What is decided about -------------------------------------------------------------------------------------------


@frozen
class Chosen:
    """What somebody decides about: keys, and all that stands in some states, for a reason, of a kind."""

    keys: Sequence[str]
    file: str
    states: list[State] = field(factory=list)
    reason: str = ""
    kind: str = ""

    def found(self, ledger: Ledger) -> list[str]:
        """The keys of it all. Raises `ConfigurationError` where nothing was chosen."""
        keys = keys_of(self.keys, self.file)
        if self.states or self.reason or self.kind:
            stands = ledger.in_state(*(self.states or OPEN), kind=self.kind or None)
            keys += [each.key for each in stands if self.reason in ("", each.reason_code)]
        elif not keys and not self.file:
            action = "Name keys, or what they have in common: --keys, --state, --reason, --kind."
            raise ConfigurationError("nothing was chosen", action=action)
        return keys

    @property
    def is_one(self) -> bool:
        """Whether somebody named just one, by its key."""
        return len(self.keys) == 1 and not (self.file or self.states or self.reason or self.kind)


def _changes(sku: str, line: str, fields: Sequence[str]) -> dict[str, object]:
    """The fields that are set, by their names."""
    changes: dict[str, object] = {f"lines/{line}/item" if line else "item": Sku.from_key(sku)} if sku else {}
    for said in fields:
        name, sign, value = said.partition("=")
        if not sign or not name.strip():
            raise ConfigurationError(f"{said!r} sets nothing", field="--set", action="Write it as quantity=3.")
        changes[name.strip()] = value
    if not changes:
        raise ConfigurationError("nothing is set", action="Say what: --sku, --set.")
    return changes


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        what = f"{text!r} is no day"
        raise ConfigurationError(what, field="--booked", action="Write it as 2026-03-02.") from error


def _run(place: str, chosen: Chosen, decide: Callable[[Ledger, str], Posting | InboxItem], ways: Ways) -> None:
    with opened(place, knows_persons=True) as ledger:
        run(ledger, chosen.found(ledger), partial(decide, ledger), ways, is_one=chosen.is_one)
