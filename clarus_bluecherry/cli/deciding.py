"""What commands by which a person decides have in common: who and why, told first, many at once.

Law of this module: of one that is named the decision is made; of several it is told first, and made when somebody
confirms it. One that is refused stops no other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from clarus_bluecherry.cli.door import complain, say_again
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import FLAG, print_json, shown
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ConfigurationError

if TYPE_CHECKING:
    from clarus_bluecherry.finance.exceptions import ExceptionStanding
    from clarus_bluecherry.flows import Decided
    from clarus_bluecherry.ledger import InboxItem, Posting
    from clarus_bluecherry.ledger.store import Ledger

KeysFile = Annotated[
    str, typer.Option("--keys", metavar="FILE", help="More of them, one a line; `-` reads standard input.")
]
Who = Annotated[str, typer.Option(help="Who decides it, for the history.")]
Why = Annotated[str, typer.Option(help="Why, for the history.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", metavar=FLAG, help="Only tell what would happen, for each of them.")
]
Yes = Annotated[bool, typer.Option("--yes", metavar=FLAG, help="Do it, however many there are, without asking.")]


def decides(*lines: str) -> str:
    """The end of the help of a command by which a person decides."""
    return helped(
        *lines,
        well="each was done",
        found="one was refused",
        failed="it could not be done, or nobody confirmed it",
    )


@frozen(kw_only=True)
class Ways:
    """How a decision is made and told."""

    dry: bool
    yes: bool
    as_json: bool


def keys_of(keys: Iterable[str], file: str) -> list[str]:
    """What was named, and what stands in `file`, a line each. Raises `ConfigurationError` for one that is none."""
    return list(dict.fromkeys([*keys, *(_lines(file) if file else ())]))


def _lines(file: str) -> list[str]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = f"it cannot be read: {type(error).__name__}"
        raise ConfigurationError(what, record=file, field="--keys", action="Name a text file.") from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def run(
    ledger: Ledger,
    keys: Sequence[str],
    decide: Callable[[str], Posting | InboxItem | ExceptionStanding],
    ways: Ways,
    *,
    is_one: bool,
) -> None:
    """Decide about each of `keys`, and end with the exit code. Unless it `is_one`, somebody has to confirm it."""
    decide_all = import_module("clarus_bluecherry.flows.deciding").decide_all  # needs the ledger's packages
    is_tried = ways.dry or not (ways.yes or is_one)
    decided = decide_all(ledger, keys, decide, dry=is_tried)
    if is_tried and not ways.dry and keys and _is_confirmed(decided, ways):
        decided, is_tried = decide_all(ledger, keys, decide), False
    _tell(decided, ways, is_tried=is_tried)
    if is_tried and not ways.dry and keys:
        complain("Nothing was done: say --yes.")
        say_again("--yes")
        raise typer.Exit(ExitCode.FAILED)
    raise typer.Exit(ExitCode.of(any(each.refused for each in decided)))


def _is_confirmed(decided: Sequence[Decided], ways: Ways) -> bool:
    """Whether a person at the keyboard says so, who has read what would happen."""
    if ways.as_json or not sys.stdin.isatty():
        return False
    _tell(decided, ways, is_tried=True)
    return typer.confirm("Do it?")


def _tell(decided: Sequence[Decided], ways: Ways, *, is_tried: bool) -> None:
    if ways.as_json:
        print_json({"dry_run": is_tried, "decided": [_row(each) for each in decided]})
        return
    console = screen()
    table = FoldedTable("key", "what", "was", "would be" if is_tried else "is", "refused, because")
    table.columns[0].overflow = "fold"
    for each in decided:
        why = f"{each.refused}. {each.action}" if each.refused else ""
        cells = (each.key, each.what, each.before or "", each.after or "", why)
        table.add_row(*(shown(str(cell)) for cell in cells))
    console.print(table if decided else "Nothing.")


def _row(each: Decided) -> dict[str, object]:
    return {
        "key": each.key,
        "what": each.what,
        "before": each.before,
        "after": each.after,
        "done": not each.refused,
        "refused": each.refused,
        "action": each.action,
    }
