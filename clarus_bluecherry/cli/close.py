"""The close at the command line: read what both systems said, answer, print and write.

Law of this module: what is printed, written and returned comes from one answer. A source is read in one place, so
that every command takes every source.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType

from attrs import frozen
from rich.console import Console

from clarus_bluecherry._lazy import need
from clarus_bluecherry._nearest import nearest
from clarus_bluecherry.cli.door import note, say_next
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.naming import item_called
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.progress import counted, step
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.close import (
    CauseStatus,
    Close,
    CloseInput,
    CloseLine,
    EntrySide,
    Explainer,
    Known,
    Materiality,
    Moment,
    Moved,
    close_books,
)
from clarus_bluecherry.flows.close_files import read_folder, write_template
from clarus_bluecherry.flows.close_files._template import TEMPLATE_NAMES
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import cause_name, close_head, close_json, side_words
from clarus_bluecherry.report.close_answers import (
    document_answer,
    figure_answer,
    ledger_keys,
    period_answer,
    places_answer,
    position_answer,
    roll_answer,
    with_facts,
)
from clarus_bluecherry.report.close_out import (
    FILE_ENDINGS,
    AnswerTable,
    Cell,
    CloseAnswer,
    answer_json,
    cell_shown,
    write_answer,
    write_document,
)
from clarus_bluecherry.report.closing import NOT_KNOWN, money_text
from clarus_bluecherry.report.month_end import CAUSES, month_end_page, month_steps, month_verdict
from clarus_bluecherry.report.month_end._view import MonthView
from clarus_bluecherry.report.pack import PackCheck, write_evidence_pack
from clarus_bluecherry.report.pages import PAGE_ENDINGS, PageFiles, ReportPage, write_page, write_table_csv

_ITEM = "item"
_NO_THRESHOLD = Materiality()
_SHOWN = 20
"""Exceptions that the screen shows; the files have all."""
_ROWS_SHOWN = 60
"""Rows of a table that the screen shows."""


@frozen(kw_only=True)
class Question:
    """What every command of the close is asked: of which source, as of when, known until when, and for whom.

    The source is a folder of exports, or a `site` file with a folder of what Blue Cherry exports (`books`).
    """

    source: Path | None = None
    site: Path | None = None
    books: Path | None = None
    as_of: str = ""
    known_until: str = ""
    out: Path | None = None
    pack: Path | None = None
    as_json: bool = False


def read_source(question: Question) -> tuple[CloseInput, Moment, Known]:
    """What the source of a question gives: the input of a close, and the moments at which it is asked."""
    moments = {"as_of": question.as_of, "known_until": question.known_until}
    if question.source is not None:
        read = read_folder(question.source, **moments)
    else:
        read = _site().read(question.site, question.books, **moments)
    return read.given, read.as_of, read.known


def _site() -> ModuleType:
    """What reads a site; it needs the ledger's packages."""
    need("sqlalchemy", extra="ledger", purpose="the close of a site")
    return import_module("clarus_bluecherry.cli.close_site")


def close(question: Question, materiality: Sequence[str] = ()) -> int:
    """Close the books; the exit code is 1 when something is unexplained, or could not be read."""
    matters = Materiality.of(materiality)
    is_paged = question.out is not None and question.out.suffix.lower() not in (".json", ".csv")
    if is_paged or question.pack is not None:
        need("jinja2", extra="pages", purpose="an HTML page")
    closed = _closed(question, is_paged=True)

    @cache
    def page() -> ReportPage:
        step("laying out the page, down to its entries")
        return month_end_page(closed, materiality=matters, source=_named_source(question))

    written = _page_written(question, closed, page)
    packed = _packed(question, closed, page)
    if question.as_json:
        print_json(close_json(closed))
    else:
        _show_close(closed)
        _tell_page(question.out, written)
        if packed is not None:
            told = f"Evidence: {shown(str(question.pack))}, SHA-256 {packed.digest}: write it down elsewhere"
            screen().print(told)
            say_next("pack", "verify", str(question.pack), why="to hold it against its manifest")
        _say_next(question, closed.unexplained)
        _say_open(question, written)
    return ExitCode.of(closed.unexplained or closed.given.problems)


def position(question: Question, item: str, location: str, *, differing: bool = False) -> int:
    """Tell what both sides have; the exit code is 1 when something of it is unexplained, or could not be read."""
    closed = _closed(question)
    item = _item(closed, item)
    lines = [line for line in Explainer(closed).positions if _is_wanted(line, item, location)]
    if not lines and (item or location):
        raise _nowhere(closed, item, location)
    if differing:
        lines = [line for line in lines if line.variance or line.causes]
    _answered(question, position_answer(closed, lines), closed.given)
    _say_next(question, [line for line in lines if line.unexplained])
    return ExitCode.of(closed.given.problems or any(line.unexplained for line in lines))


def rollforward(question: Question, item: str, location: str) -> int:
    """Tell how either side came to the moment; the exit code is 1 where it does not foot."""
    closed = _closed(question)
    item = _item(closed, item)
    rolls = Explainer(closed).roll_forward(item, location) if item or location else closed.roll_forward
    if not any(line.units for roll in rolls for line in roll.lines) and (item or location):
        raise _nowhere(closed, item, location)
    _answered(question, roll_answer(closed, rolls, item, location), closed.given)
    for roll in rolls:
        if not roll.foots:
            say_next("explain", *_options(question), "--line", "closing", "--side", roll.side.value)
    return ExitCode.of(closed.given.problems or not all(roll.foots for roll in rolls))


def explain_place(question: Question, item: str, location: str) -> int:
    """Take an item's places apart; the exit code is 1 when something of them is unexplained."""
    closed = _closed(question)
    explainer, item = Explainer(closed), _item(closed, item)
    named = [line.location for line in explainer.positions if _is_wanted(line, item, "")]
    places = [explainer.place(item, each) for each in ([location] if location else named)]
    if not places:
        raise _nowhere(closed, item, location)
    _answered(question, places_answer(closed, places), closed.given)
    return ExitCode.of(closed.given.problems or any(place.line.unexplained for place in places))


def explain_document(question: Question, document: str) -> int:
    """Tell what both sides have of a document."""
    closed = _closed(question)
    _answered(question, document_answer(closed, Explainer(closed).document(document)), closed.given)
    return ExitCode.of(closed.given.problems)


def explain_status(question: Question, status: CauseStatus, moved: Moved | None) -> int:
    """Tell what a status comes to, document by document."""
    closed = _closed(question)
    _answered(question, figure_answer(closed, Explainer(closed).cause(status, moved)), closed.given)
    return ExitCode.of(closed.given.problems)


def explain_line(question: Question, side: EntrySide, line: str, item: str, location: str) -> int:
    """Tell what a line of the roll-forward is made of."""
    closed = _closed(question)
    figure = Explainer(closed).roll_line(side, line, _item(closed, item), location)
    _answered(question, figure_answer(closed, figure), closed.given)
    return ExitCode.of(closed.given.problems)


def period(question: Question) -> int:
    """Tell the periods, and in which one the moment lies."""
    _check(question)
    given, as_of, known = read_source(question)
    _answered(question, period_answer(given, as_of, known), given)
    return ExitCode.of(given.problems)


def template(folder: Path, *, as_json: bool) -> int:
    """Write an example of every file, and of the settings, to `folder`."""
    with writing(folder_to_write(folder, "--template"), "--template"):
        written = [path.name for path in write_template(folder)]
    left = [name for name in TEMPLATE_NAMES if name not in written]
    if as_json:
        print_json({"written": written, "left": left})
    else:
        console = screen()
        console.print(f"Written to {shown(str(folder))}: {', '.join(written) or 'nothing'}")
        if left:
            console.print(f"There already, and left as they are: {', '.join(left)}")
        console.print("Each column and what it means stands in README.md there.")
        console.print(
            "Put your exports in place of the examples, delete those that you have not, and say in close.toml "
            "which warehouse is which location."
        )
        say_next("close", "--from", str(folder), "--out", "closed")
    return ExitCode.WELL


# Asking and answering -----------------------------------------------------------------------------------------


def _closed(question: Question, *, is_paged: bool = False) -> Close:
    _check(question, is_paged=is_paged)
    step("reading what both sides say")
    given, as_of, known = read_source(question)
    step(f"closing: {len(given.entries):,} entries")
    return close_books(given, as_of, known)


def _say_next(question: Question, unexplained: Sequence[CloseLine]) -> None:
    """By what to take the first place apart that nobody can explain; where there is none, what differs."""
    if unexplained:
        place = ("--item", unexplained[0].item, "--location", unexplained[0].location)
        say_next("explain", *_options(question), *place, why="down to the documents")
    else:
        say_next("position", *_options(question), "--differing", why="place by place")


def _options(question: Question) -> Sequence[str]:
    """The options by which another command is asked of the same source and moment."""
    asked = {
        "--from": question.source,
        "--site": question.site,
        "--books": question.books,
        "--as-of": question.as_of,
        "--known-until": question.known_until,
    }
    return [word for name, value in asked.items() if value for word in (name, str(value))]


def _item(closed: Close, name: str) -> str:
    """The item that is called so, of those that either side ever had."""
    return item_called(name, _items(closed)) if name else ""


def _items(closed: Close) -> Iterator[str]:
    moved = (entry.item for entry in closed.given.entries)
    read = (position.item for reading in closed.given.readings for position in reading.positions)
    return chain(moved, read)


def _is_wanted(line: CloseLine, item: str, location: str) -> bool:
    return item in ("", line.item) and location in ("", line.location)


def _nowhere(closed: Close, item: str, location: str) -> InvalidRecord:
    what = " at ".join(repr(each) for each in (item, location) if each)
    near = nearest(item, set(_items(closed)) - {item}) if item else ""
    action = f"See `position` without it{f'; the nearest that there is: {near}' if near else ''}."
    return InvalidRecord(f"neither side has {what}, or it is not compared", action=action)


def _answered(question: Question, answer: CloseAnswer, given: CloseInput) -> None:
    if question.site is not None and answer.name == "explain":
        answer = with_facts(answer, _site().facts(question.site, ledger_keys(answer)))
    written = _written(answer, question.out)
    if question.as_json:
        print_json(answer_json(answer))
        return
    console = screen()
    console.print(_title(answer.head), style="bold")
    for table in answer.tables:
        _show_table(console, table, str(answer.head.get("currency") or ""))
    if given.problems:
        console.print(f"{len(given.problems)} rows could not be read")
        say_next("close", *_options(question), why="what could not be read")
    _tell(question.out, written)


def _title(head: Mapping[str, object]) -> str:
    until = head["known_until"]
    known = "everything that is known" if until is None else f"what was known {until}"
    values = f"; values in {head['currency']}" if head.get("currency") else ""
    return f"As of {head['as_of']}, by {known} ({head['zone']}{values})"


def _show_table(console: Console, table: AnswerTable, currency: str) -> None:
    if not table.rows:
        return
    columns = table.shown or table.columns
    places = [table.columns.index(name) for name in columns]
    made = FoldedTable(title=table.name.replace("_", " "), title_justify="left")
    for name, place in zip(columns, places, strict=True):
        is_number = any(isinstance(row[place], Decimal | int) for row in table.rows[:_ROWS_SHOWN])
        made.add_column(name.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    for row in _in_words(table)[:_ROWS_SHOWN]:
        told = dict(zip(table.columns, row, strict=True))
        made.add_row(*(shown(_cell_said(name, told, currency)) for name in columns))
    console.print(made)
    if len(table.rows) > _ROWS_SHOWN:
        console.print(f"and {len(table.rows) - _ROWS_SHOWN} more: see --json or --out")


_AMOUNTS = frozenset({"value", "unit_cost", "unexplained_value"})


def _cell_said(name: str, row: Mapping[str, Cell], books: str) -> str:
    """A cell as a page has it: amounts with their decimals, and their currency where it is not the books'."""
    cell = row[name]
    if cell is None and name in _AMOUNTS:
        return NOT_KNOWN
    if not isinstance(cell, Decimal):
        return cell_shown(cell)
    if name not in _AMOUNTS:
        return words.units(cell)
    currency = str(row.get("currency") or books)
    return " ".join(filter(None, (words.money(cell, currency), currency if currency != books else "")))


def _in_words(table: AnswerTable) -> Sequence[Sequence[Cell]]:
    """The rows, in which each item is said as on a page; files and JSON keep its name."""
    if _ITEM not in table.columns:
        return table.rows
    place = table.columns.index(_ITEM)
    said = words.items(str(row[place]) for row in table.rows)
    return [(*row[:place], said[str(row[place])], *row[place + 1 :]) for row in table.rows]


# Writing --------------------------------------------------------------------------------------------------------


def _check(question: Question, *, is_paged: bool = False) -> None:
    """Refuse what cannot be written before anything is worked out, and the folder of the exports: an answer in it
    would be read as one of them next time, or be written over one. Only a close `is_paged`.
    """
    out, pack = question.out, question.pack
    if pack is not None:
        if pack.suffix.lower() != ".zip":
            raise ConfigurationError(f"{pack.name} is no name of a pack", field="--pack", action="End it in .zip.")
        _check_folder(question, pack.parent, "--pack")
    if out is None:
        return
    is_file = out.suffix.lower() in (*FILE_ENDINGS, *PAGE_ENDINGS)
    if is_file and not is_paged and out.suffix.lower() not in FILE_ENDINGS:
        what, action = f"{out.name} would be a page", "`close` writes one; else end it in .xlsx, .json or .csv."
        raise ConfigurationError(what, field="--out", action=action)
    _check_folder(question, out.parent if is_file else out, "--out")
    if out.suffix.lower() == ".xlsx":
        need("xlsxwriter", extra="excel", purpose="writing Excel workbooks")


def _check_folder(question: Question, folder: Path, option: str) -> None:
    if folder.resolve() in [each.resolve() for each in (question.source, question.books) if each is not None]:
        what = f"{folder} is the folder of the exports, which are only read"
        raise ConfigurationError(what, field=option, action="Name another folder, or one within it.")
    folder_to_write(folder, option)


def _written(answer: CloseAnswer, out: Path | None) -> Sequence[str]:
    """The names of the files that were written."""
    if out is None:
        return ()
    step(f"writing to {out}")
    with writing(out, "--out"):
        return write_answer(answer, out)


def _page_written(question: Question, closed: Close, page: Callable[[], ReportPage]) -> PageFiles:
    """The page of a close in every shape, or in that which `--out` ends in."""
    out = question.out
    if out is None:
        return PageFiles()
    ending = out.suffix.lower()
    step(f"writing to {out}")
    with writing(out, "--out"):
        if ending == ".json":
            return PageFiles([write_document(close_json(closed), out)])
        if ending == ".csv":
            return PageFiles([write_table_csv(page(), CAUSES, out, count=counted)])
        written = write_page(page(), out, count=counted)
        if ending not in PAGE_ENDINGS:
            written.append(write_document(close_json(closed), out / "close.json"))
        return written


def _packed(question: Question, closed: Close, page: Callable[[], ReportPage]) -> PackCheck | None:
    """The evidence of a close in one file, if it is wanted."""
    if question.pack is None:
        return None
    source = _named_source(question)
    with writing(question.pack, "--pack"):
        inputs = _inputs(question)
        return write_evidence_pack(closed, [page()], question.pack, inputs=inputs, source=source, count=counted)


def _inputs(question: Question) -> Sequence[Path]:
    """The files of the source: what a close is made of, and what can be held against their digests."""
    folders = [each for each in (question.source, question.books) if each is not None]
    found = [path for folder in folders for path in folder.iterdir() if path.is_file() and path.name[0] != "."]
    return sorted(found if question.site is None else [*found, question.site])


def _named_source(question: Question) -> str:
    """How a command is told the source; by its last name, for the rest of a path may name a person."""
    if question.source is not None:
        return f"--from {shlex.quote(question.source.name)}"
    books = "" if question.books is None else f" --books {shlex.quote(question.books.name)}"
    return f"--site {shlex.quote(question.site.name if question.site else '')}{books}"


def _tell_page(out: Path | None, written: PageFiles) -> None:
    console = screen()
    if out is not None:
        told = [path.relative_to(out).as_posix() if out.is_dir() else path.name for path in written]
        beside = [name for name in told if "/" not in name]
        folders = {name.partition("/")[0] for name in told if "/" in name}
        files = ", ".join([*beside, *(f"{each}/" for each in sorted(folders))])
        console.print(f"\nWritten to {shown(str(out))}{f': {files}' if out.is_dir() else ''}")
        if written.left_out:
            console.print(shown(written.left_out))


def _say_open(question: Question, written: PageFiles) -> None:
    """Last of all, what to open; without any page, how to have it."""
    page = next((path for path in written if path.suffix.lower() == ".html"), None)
    if page is not None:
        screen().print(f"Open {shown(str(page))}", soft_wrap=True)
    elif question.out is None:
        say_next("close", *_options(question), "--out", "month-end", why="the page that finance opens")


def _tell(out: Path | None, written: Sequence[str]) -> None:
    if out is not None:
        files = f": {', '.join(written)}" if out.is_dir() else ""
        note(f"Written to {out}{files}")


# The close on a screen ------------------------------------------------------------------------------------------


def _show_close(close: Close) -> None:
    console = screen()
    console.print(_title(close_head(close.given, close.as_of, close.known)), style="bold")
    console.print(cell_shown(month_verdict(close)))
    console.print(_first(close))
    view = MonthView(close, _NO_THRESHOLD, "")
    console.print(_causes(view))
    console.print(_figures(view))
    said = words.items(each.item for each in close.exceptions)
    for each in close.exceptions[:_SHOWN]:
        named = " ".join(filter(None, (said[each.item], each.location, each.document)))
        what = f"- {each.kind.replace('_', ' ')}: {each.what}" + (f" ({named})" if named else "")
        console.print(shown(cell_shown(what)))
    if len(close.exceptions) > _SHOWN:
        console.print(f"- and {len(close.exceptions) - _SHOWN} more: see --json or --out")


def _first(close: Close) -> FoldedTable | str:
    """What to do first, the largest impact first."""
    told = month_steps(close)
    if not told.steps:
        return told.empty
    table = FoldedTable(title="What to do first", title_justify="left", caption=told.more, caption_justify="left")
    for name in ("What", "Whose", "What to do"):
        table.add_column(name, overflow="fold")
    for name in ("Units", "Value"):
        table.add_column(name, justify="right")
    for each in told.steps:
        units = "not known" if each.units is None else words.units(each.units)
        cells = (each.document or each.what, each.owner, each.action, units, money_text(each.value))
        table.add_row(*map(cell_shown, cells))
    return table


def _causes(view: MonthView) -> FoldedTable:
    table = FoldedTable("Why the warehouse and the books differ", title_justify="left")
    for name in ("Units", "Value", "Places"):
        table.add_column(name, justify="right")
    totals = view.totals
    for each in view.bridge.steps:
        value = words.money(each.value, totals.currency) if each.is_valued else "not known"
        name = cause_name(each.moved, each.status)
        table.add_row(name, words.units(each.units), value, f"{each.places:,}")
    table.add_section()
    value = "not known" if view.value is None else words.money(view.value, totals.currency)
    table.add_row("all", words.units(totals.net), value, f"{totals.differing:,}")
    return table


def _figures(view: MonthView) -> str:
    """What else has to hold, a line each."""
    close, cogs = view.close, view.close.cogs
    lines: Sequence[str] = (
        *(
            f"roll-forward of the {side_words(each.side)} {'foots' if each.foots else 'DOES NOT FOOT'}"
            for each in close.roll_forward
        ),
        f"COGS: true {view.money(view.cogs_true)}, booked {view.money(view.cogs_booked)}; "
        f"{len(cogs.not_in_it)} not in it, {len(cogs.does_not_belong)} do not belong"
        + ("" if cogs.holds else ", and the proof DOES NOT HOLD"),
        f"returns not credited: {len(close.uncredited)}",
        f"places without a value: {close.totals.stock.unvalued_places}",
    )
    return "\n".join(lines)
