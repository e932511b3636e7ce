"""Closing from files: read a folder of exports, say why both sides differ, and write what was found.

Law of this module: what is printed, written and returned comes from one `Close`. Nothing is asked of a system.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clarus_bluecherry.cli.options import print_json
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.finance.close import Close, close_books
from clarus_bluecherry.flows.close_files import read_folder, write_template
from clarus_bluecherry.report.close import close_json, entry_rows, line_rows, words_of
from clarus_bluecherry.report.closing import json_text, plain_number
from clarus_bluecherry.tables import write_csv

_SHOWN = 20
"""Exceptions that the screen shows; the files have all."""


def run(folder: Path, *, as_of: str, known_until: str, out: Path | None, as_json: bool) -> int:
    """Close the exports in `folder`; the exit code is 1 when something is unexplained, or could not be read."""
    if out is not None:
        folder_to_write(out, "--out")
    read = read_folder(folder, as_of=as_of, known_until=known_until)
    close = close_books(read.given, read.as_of, read.known)
    if out is not None:
        _write(close, out)
    if as_json:
        print_json(close_json(close))
    else:
        _show(close, out)
    return 1 if close.unexplained or read.given.problems else 0


def template(folder: Path, *, as_json: bool) -> int:
    """Write an example of every file, and of the settings, to `folder`."""
    written = write_template(folder_to_write(folder, "--template"))
    if as_json:
        print_json({"written": [path.name for path in written]})
    else:
        console = Console(highlight=False)
        console.print(f"Written to {escape(str(folder))}: {', '.join(path.name for path in written)}")
        console.print("Each column and what it means stands in README.md there.")
    return 0


def _write(close: Close, out: Path) -> None:
    with writing(out, "--out"):
        (out / "close.json").write_text(json_text(close_json(close)) + "\n", "utf-8")
        write_csv(out / "lines.csv", line_rows(close))
        write_csv(out / "entries.csv", entry_rows(close.entries))


def _show(close: Close, out: Path | None) -> None:
    console = Console(highlight=False)
    until = "everything that is known" if close.known.until is None else f"what was known {close.known.until}"
    console.print(f"Closed as of {close.as_of.last_day}, by {until} ({close.given.zone.key})", style="bold")
    console.print(_causes(close))
    console.print(_figures(close))
    for each in close.exceptions[:_SHOWN]:
        named = " ".join(filter(None, (each.item, each.location, each.document)))
        console.print(escape(f"- {each.kind.replace('_', ' ')}: {each.what}" + (f" ({named})" if named else "")))
    if len(close.exceptions) > _SHOWN:
        console.print(f"- and {len(close.exceptions) - _SHOWN} more: see --json or --out")
    if out is not None:
        console.print(f"\nWritten to {escape(str(out))}: close.json, lines.csv, entries.csv")


def _causes(close: Close) -> Table:
    table = Table("Why the warehouse and the books differ", title_justify="left")
    for name in ("Units", "Value", "Places"):
        table.add_column(name, justify="right")
    totals = close.totals
    for each in totals.by_cause:
        value = "not known" if each.value is None else plain_number(each.value)
        name = f"{words_of(each.status)} ({each.moved.value.replace('_', ' ')})"
        table.add_row(name, plain_number(each.units), value, str(each.places))
    table.add_row("unexplained", plain_number(totals.unexplained), "", str(totals.unexplained_places))
    table.add_section()
    table.add_row("all", plain_number(totals.net), plain_number(totals.value), str(totals.differing))
    return table


def _figures(close: Close) -> str:
    """What else has to hold, a line each."""
    cogs = close.cogs
    lines: Sequence[str] = (
        *(
            f"roll-forward of the {each.side.value} side {'foots' if each.foots else 'DOES NOT FOOT'}"
            for each in close.roll_forward
        ),
        f"COGS: true {plain_number(cogs.true_value)}, booked {plain_number(cogs.booked_value)}; "
        f"{len(cogs.not_in_it)} not in it, {len(cogs.does_not_belong)} do not belong"
        + ("" if cogs.holds else ", and the proof DOES NOT HOLD"),
        f"returns not credited: {len(close.uncredited)}",
        f"places without a value: {close.totals.without_cost_places}",
    )
    return "\n".join(lines)
