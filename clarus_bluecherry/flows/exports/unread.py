"""What a folder has that nobody reads, and what it lacks.

Law of this module: nothing is left aside in silence, and who named it otherwise is told the line to write. What
is not there is not zero: a folder without one of the sides is no close.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.close import Trouble
from clarus_bluecherry.flows.exports.kinds import FILES
from clarus_bluecherry.flows.exports.rows import FileRows, is_example, tables_in
from clarus_bluecherry.flows.exports.settings import SETTINGS_NAME
from clarus_bluecherry.tables import quoted


def refuse_one_side(files: Mapping[str, FileRows], unread: Iterable[Trouble]) -> None:
    """Raise `ConfigurationError` for a folder that does not tell what one side had."""
    opening = files["opening_positions"]
    is_begun = any(row.text("physical") or row.text("side") for row in opening.rows)
    has_books = any(files[name].is_there for name in ("stock_ledger", "inventory_report"))
    told = {
        "Clarus's stock: no stock, and no physical in opening_positions": files["stock"].is_there or is_begun,
        "Blue Cherry's: no stock_ledger, inventory_report or opening_positions": has_books or opening.is_there,
    }
    for missing in (missing for missing, is_told in told.items() if not is_told):
        what = "; ".join([f"there is nothing of {missing}", *(each.what for each in unread)])
        action = (
            "Put its export into that folder (with --site it is the one that --books names), or say in "
            f"{SETTINGS_NAME}, under [files], what it is called."
        )
        raise ConfigurationError(what, action=action)


def unread_files(
    folder: Path, files: Mapping[str, FileRows], *, but: Collection[str] = (), aside: Iterable[str] = ()
) -> Iterable[Trouble]:
    """The files that may be tables, and are none of a close by their names.

    Nobody asks for the kinds of `but`, and those called as in `aside` are passed over.
    """
    read = {*aside, *(name for file in files.values() for name in file.names)}
    missing = [kind.name for kind in FILES if not files[kind.name].is_there and kind.name not in but]
    for path in tables_in(folder):
        if path.name not in read:
            yield Trouble("unread_file", f"{path.name} was not read: {_why_unread(path, missing)}")


def _why_unread(path: Path, missing: Iterable[str]) -> str:
    if is_example(path):
        return "it is an example of the template's that nobody touched"
    lines = " or ".join(f'{name} = "{path.name}"' for name in missing) or "its name beside the others"
    return f"none is called so; if it is a file of the close, write in {SETTINGS_NAME}, under [files]: {lines}"


_HELD = ("stock", "inventory_report", "opening_positions", "open_items")
_FIGURES = frozenset({"quantity", "physical", "cost", "taken_at"})


def added_files(files: Mapping[str, FileRows]) -> Iterable[Trouble]:
    """The files of a kind that tell of the same stock: its rows have no number by which one could be known again,
    so that exports of two moments count twice.
    """
    for file in (files[name] for name in _HELD if len(files[name].names) > 1):
        sources: defaultdict[frozenset[tuple[str, str]], set[str]] = defaultdict(set)
        for row in file.rows:
            sources[frozenset((name, text) for name, text in row.cells.items() if name not in _FIGURES)].add(
                row.source
            )
        both = {source for told in sources.values() if len(told) > 1 for source in told}
        if both:
            named = ", ".join(sorted(both))
            what = f"{named} tell of the same stock, and were added: leave out one of another moment"
            yield Trouble("assumed", what)


def empty_files(files: Mapping[str, FileRows]) -> Iterable[Trouble]:
    """The files that a close lives by and that say nothing: an export that failed looks just so."""
    for name in ("stock", "transactions", "stock_ledger", "inventory_report", "sku_master"):
        file = files[name]
        if file.is_there and not file.rows and not file.problems:
            what = f"{', '.join(file.names)}: it has no row, and counts as a list of nothing"
            yield Trouble("empty_file", what)


def unread_columns(files: Mapping[str, FileRows]) -> Iterable[Trouble]:
    """The columns of a file that nobody looks at, with those that it seems to lack."""
    for kind in FILES:
        file = files[kind.name]
        lost = [each.name for each in kind.columns if each.name not in file.columns]
        if file.unread and lost:
            what = f"{', '.join(file.names)}: nobody looks at {', '.join(map(quoted, file.unread))}"
            line = f"[columns.{kind.name}] of {SETTINGS_NAME} can say which is {', '.join(lost)}"
            yield Trouble("unread_columns", f"{what}; {line}")
