"""What may be sold, from exports: print it, write it, tell the channels what changed, and explain one figure.

Law of this module: what is printed, written and sent comes from one `SellableStock`. What was told is written down
after the channels have taken it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

from attrs import frozen
from rich.table import Column

from clarus_bluecherry.cli.door import note, say_next
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.naming import item_called
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError
from clarus_bluecherry.finance.availability import (
    FigureChange,
    SellableFigure,
    SellableStock,
    StockSum,
    SumTerm,
    changes,
    sellable,
)
from clarus_bluecherry.finance.close import known, moment
from clarus_bluecherry.flows.availability import (
    SellingRead,
    post_changes,
    read_selling_folder,
    read_selling_site,
    told_before,
)
from clarus_bluecherry.report.availability import (
    availability_json,
    change_lines,
    change_rows,
    changes_json,
    figure_rows,
    sum_json,
)
from clarus_bluecherry.report.closing import json_text, plain_number
from clarus_bluecherry.tables import write_csv

_SHOWN = 20
"""Figures that the screen shows; the files have all."""


@frozen(kw_only=True)
class SellingSource:
    """Where it is asked of: a folder of exports, or a site with the folder of Blue Cherry's."""

    folder: Path | None = None
    site: Path | None = None
    books: Path | None = None

    @property
    def options(self) -> Sequence[str]:
        """The options by which it is named."""
        named = {"--from": self.folder, "--site": self.site, "--books": self.books}
        return [word for name, path in named.items() if path is not None for word in (name, str(path))]

    def read(self) -> SellingRead:
        """What it says."""
        if self.folder is not None:
            return read_selling_folder(self.folder)
        assert self.site is not None
        with import_module("clarus_bluecherry.cli.close_site").learnt(self.site) as here:
            return read_selling_site(here, self.books)


def run(
    source: SellingSource,
    *,
    as_of: str,
    known_until: str,
    out: Path | None,
    changed_since: Path | None,
    webhook: str,
    token_variable: str,
    as_json: bool,
) -> int:
    """Say what may be sold; the exit code is 1 when a row could not be read, or nothing at all is sellable."""
    if out is not None:
        folder_to_write(out, "--out")
    before = {} if changed_since is None else told_before(changed_since)
    read, stock = _asked(source, as_of, known_until)
    changed = changes(before, stock.figures)
    if webhook:
        step(f"telling {len(changed):,} changes")
        post_changes(webhook, changed, stock.as_of, token=_token(token_variable))
    if out is not None:
        _write(stock, changed, read.notes, out)
    is_feed = changed_since is not None
    if as_json:
        print_json(changes_json(changed, stock.as_of) if is_feed else availability_json(stock, read.notes))
    else:
        _show(stock, changed if is_feed else None, read, out, source)
    return ExitCode.of(read.problems or not any(each.is_sellable for each in stock.figures))


def explain(source: SellingSource, item: str, *, channel: str, as_of: str, known_until: str, as_json: bool) -> int:
    """Show how the figure of one SKU came about; the exit code is 1 where it is not sellable."""
    _, stock = _asked(source, as_of, known_until)
    told = stock.explain(item_called(item, (each.item for each in stock.figures)), channel)
    if as_json:
        print_json(sum_json(told))
    else:
        _show_sum(told, stock)
    return ExitCode.of(not told.figure.is_sellable)


def _asked(source: SellingSource, as_of: str, known_until: str) -> tuple[SellingRead, SellableStock]:
    step("reading what both sides say")
    read = source.read()
    zone = read.settings.books
    at = moment(as_of, zone, read.years).instant if as_of else _now(read, is_site=source.site is not None)
    until = known(known_until, zone, read.years).until
    return read, sellable(read.given, read.policy, as_of=at, known_until=until)


def _now(read: SellingRead, *, is_site: bool) -> dt.datetime:
    """By this machine's clock; of a site that was just read, after its stock by the warehouse's own."""
    now = dt.datetime.now(dt.UTC)
    taken = [each.taken_at for each in read.given.floors if is_site and each.taken_at is not None]
    return max([now, *(at + dt.timedelta.resolution for at in taken)])


def _token(variable: str) -> str:
    if variable and not os.environ.get(variable):
        raise ConfigurationError(f"the variable {variable} is not set", field="--token-variable")
    return os.environ.get(variable, "")


def _write(stock: SellableStock, changed: Sequence[FigureChange], notes: Sequence[str], out: Path) -> None:
    with writing(out, "--out"):
        write_csv(out / "availability.csv", figure_rows(stock))
        write_csv(out / "changes.csv", change_rows(changed, stock.as_of))
        lines = (f"{line}\n" for line in change_lines(changed, stock.as_of))
        (out / "changes.jsonl").write_text("".join(lines), "utf-8")
        snapshot = out / "availability.json.part"
        snapshot.write_text(json_text(availability_json(stock, notes)) + "\n", "utf-8")
        snapshot.replace(out / "availability.json")  # last: it says that all of it was told


# For a person ------------------------------------------------------------------------------------------------


def _show(
    stock: SellableStock,
    changed: Sequence[FigureChange] | None,
    read: SellingRead,
    out: Path | None,
    source: SellingSource,
) -> None:
    console = screen()
    console.print(f"What may be sold {_moment(stock)}, in eaches", style="bold")
    console.print(_figures(stock.figures) if changed is None else _changes(changed))
    count = len(stock.figures) if changed is None else len(changed)
    if count > _SHOWN:
        console.print(f"and {count - _SHOWN} more: see --json or --out")
    for remark in read.notes:
        console.print(f"- {shown(remark)}")
    for problem, more in _alike(read.problems)[:_SHOWN]:
        console.print(f"- could not be read: {shown(str(problem))}{f' And {more} more like it.' if more else ''}")
    silent = [each for each in stock.figures if not each.is_sellable]
    for each in silent[:1]:
        say_next("availability", "explain", each.item, *source.options, "--channel", each.channel)
    if out is not None:
        note(f"Written to {out}: availability.json, availability.csv, changes.csv and .jsonl")


def _moment(stock: SellableStock) -> str:
    return f"just before {stock.as_of:%Y-%m-%d %H:%M %Z}".rstrip()


def _alike(problems: Iterable[ClarusBluecherryError]) -> list[tuple[ClarusBluecherryError, int]]:
    """One of each reason, the first, and how many more there are."""
    kinds: dict[tuple[str, str], list[ClarusBluecherryError]] = {}
    for each in problems:
        kinds.setdefault((each.what, each.field), []).append(each)
    return [(each[0], len(each) - 1) for each in kinds.values()]


def _figures(figures: Sequence[SellableFigure]) -> FoldedTable:
    table = FoldedTable("Channel", _sku(), title_justify="left")
    for name in ("May be sold", "Pre-order", "Blue Cherry says", "Floor could give"):
        table.add_column(name, justify="right")
    table.add_column("Why not")
    for each in figures[:_SHOWN]:
        table.add_row(
            shown(each.channel),
            shown(each.item),
            plain_number(each.available),
            plain_number(each.preorder),
            _or_unknown(each.books),
            _or_unknown(each.free),
            shown(_why(each)),
        )
    return table


def _sku() -> Column:
    return Column("SKU", overflow="fold")  # one that is cut is none


def _changes(changed: Sequence[FigureChange]) -> FoldedTable:
    table = FoldedTable("Channel", _sku(), "Was", "May be sold", "Pre-order", "Why not")
    for each in changed[:_SHOWN]:
        table.add_row(
            shown(each.channel),
            shown(each.item),
            "new" if each.was is None else plain_number(each.was.available),
            plain_number(each.now.available),
            plain_number(each.now.preorder),
            "" if each.now.why is None else each.now.why.value.replace("_", " "),
        )
    return table


def _show_sum(told: StockSum, stock: SellableStock) -> None:
    figure, console = told.figure, screen()
    console.print(f"{shown(figure.item)} in {shown(figure.channel)}, {_moment(stock)}", style="bold")
    table = FoldedTable("What", "Document", title_justify="left")
    table.add_column("Eaches", justify="right")
    _add(table, told.open_terms, "open to sell now", figure.open)
    _add(table, told.free_terms, "the floor could give", figure.free)
    table.add_row("the lesser of both, less the buffer", "", plain_number(-figure.buffer))
    if told.share != 1:
        table.add_row(
            f"of which {shown(figure.channel)} may sell {plain_number(told.share)}, in whole eaches", "", ""
        )
    table.add_row("may be sold", "", plain_number(figure.available), style="bold")
    for each in told.incoming_terms:
        table.add_row(each.what, shown(each.document), plain_number(each.qty))
    if told.incoming_terms:
        table.add_row("may be sold as pre-order", "", plain_number(figure.preorder), style="bold")
    console.print(table)
    if figure.why is not None:
        console.print(f"It is not sellable: {shown(_why(figure))}")
    if figure.age is not None and figure.tells is not None:
        minutes = int(figure.age.total_seconds() // 60)
        console.print(f"The older source is {minutes} minutes old; the reading tells {figure.tells.value}.")


def _add(table: FoldedTable, terms: Iterable[SumTerm], what: str, total: object) -> None:
    for each in terms:
        table.add_row(shown(each.what), shown(each.document), plain_number(each.qty))
    table.add_row(what, "", _or_unknown(total), style="bold")
    table.add_section()


def _why(figure: SellableFigure) -> str:
    why = "" if figure.why is None else figure.why.value.replace("_", " ")
    return f"{why}: {figure.detail}" if figure.detail else why


def _or_unknown(number: object) -> str:
    return "not known" if number is None else str(number)
