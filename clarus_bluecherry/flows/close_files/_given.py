"""The rows of both sides, as what a close is made of: the one way from rows to the input of `finance.close`.

Law of this module: whatever door the rows came through, they become the same. What is not there is named, with
what cannot be told without it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance import FiscalYears
from clarus_bluecherry.finance.close import (
    CloseInput,
    CostRow,
    EntrySide,
    Known,
    LeftOut,
    Moment,
    Reading,
    StockEntry,
    Trouble,
    end_of,
    known,
    moment,
)
from clarus_bluecherry.finance.close._entries import NONE
from clarus_bluecherry.flows.exports import others
from clarus_bluecherry.flows.exports.apart import told_apart
from clarus_bluecherry.flows.exports.bluecherry import (
    Books,
    openings,
    report_reading,
    sign_word,
    stock_ledger,
)
from clarus_bluecherry.flows.exports.clarus import Warehouse, stock_reading, transactions
from clarus_bluecherry.flows.exports.kinds import FILES
from clarus_bluecherry.flows.exports.rows import FileRows, taken_at
from clarus_bluecherry.flows.exports.settings import SETTINGS_NAME, CloseSettings
from clarus_bluecherry.flows.exports.skus import sku_book
from clarus_bluecherry.flows.exports.units import units_told
from clarus_bluecherry.flows.exports.unread import added_files, empty_files, refuse_one_side

_DAY = dt.timedelta(days=1)


@frozen
class CloseRead:
    """What was read for a close: its input, the moments that it is asked at, and the rows that it is made of."""

    given: CloseInput
    as_of: Moment
    known: Known
    files: Mapping[str, FileRows]
    settings: CloseSettings


def close_read(
    settings: CloseSettings,
    files: Mapping[str, FileRows],
    unread: Iterable[Trouble],
    *,
    as_of: str,
    known_until: str,
    years: FiscalYears | None = None,
) -> CloseRead:
    """What the rows of `files` are for a close. `unread` is what stands beside them and nobody looks at; `years`
    divides the days that no file of periods lists, by default as the settings say.

    Raises `ConfigurationError` where the rows do not tell what one side had, or nobody says as of when.
    """
    sign_word(settings)
    unread = list(unread)
    refuse_one_side(files, unread)
    problems = [problem for file in files.values() for problem in file.problems]
    skus = sku_book(files["sku_master"], settings.accounts, problems)
    others.packs(files["prepacks"], skus, problems)
    units = units_told(settings, files, skus, problems)
    places, names = others.locations(files["locations"], settings, problems)
    warehouse = Warehouse(settings, skus, units, settings.calendar(places.values()), names)
    books = Books(settings, skus, units)
    history = others.periods(files["periods"], problems)
    years = settings.years((each.period for each in history.events), years)

    moved, numbers, left = transactions(files["transactions"], warehouse, problems)
    lines = stock_ledger(files["stock_ledger"], books, problems)
    stock, others_stock = stock_reading(files["stock"], warehouse, problems)
    report, report_costs = report_reading(files["inventory_report"], books, problems)
    entries = told_apart([*moved, *lines.entries])
    troubles: list[Trouble] = []
    stock = _taken(stock, "stock", settings, moved, troubles)
    report = _taken(report, "inventory_report", settings, lines.entries, troubles)
    at = _as_of(as_of or settings.as_of, settings, years, stock)
    before = years.of(at.last_day).first_day - _DAY
    begun = openings(files["opening_positions"], books, before, problems)
    told_costs = others.costs(files["costs"], books, problems)
    troubles.extend(
        [*_assumed(settings), *unread, *_totals(files.values()), *added_files(files), *empty_files(files)]
    )
    shelves = _places(EntrySide.PHYSICAL, entries, [stock])
    has = _places(EntrySide.BOOK, entries, [report, *begun])
    troubles.extend(_strangers(shelves - {*names.values(), *places}, has, are_any=not has.isdisjoint(shelves)))
    if lines.is_signed and settings.signed_ledger is None:
        what = "the stock ledger's lines are taken to have their sign already: an invoice takes stock by its minus"
        troubles.append(Trouble("assumed", what))
    readings = [each for each in (stock, report) if each is not None]
    given = CloseInput(
        zone=settings.books,
        entries=[each for each in entries if books.is_compared(each.item)],
        readings=[_compared(each, books) for each in (*readings, *begun)],
        items=skus.items,
        locations=places,
        costs=[*told_costs, *_beside(report_costs, told_costs)],
        postings=others.postings(files["postings"], books, problems),
        orders=others.orders(files["orders"], books, problems),
        expected=others.purchase_orders(files["purchase_orders"], books, problems),
        credits=others.credit_memos(files["credits"], books, problems),
        open_items=others.open_items(files["open_items"], books, problems),
        names=others.told_names(numbers),
        years=years,
        history=history,
        section=settings.section,
        currency=settings.currency,
        basis=settings.basis,
        left_out=[
            *left,
            *others_stock,
            *lines.left,
            *_other_divisions(entries, books),
            *_positions_aside("another division's stock", readings, books),
            *_positions_aside("another division's opening", begun, books),
        ],
        uncounted=frozenset(lines.uncounted),
        problems=problems,
        troubles=troubles,
        missing=[f"{kind.name}: {kind.without}" for kind in FILES if not files[kind.name].is_there],
    )
    return CloseRead(given, at, known(known_until or settings.known_until, settings.books, years), files, settings)


def _strangers(unknown: set[str], locations: set[str], *, are_any: bool) -> Sequence[Trouble]:
    """The warehouses that are no place of the books. Raises `ConfigurationError` where none is one (`are_any`),
    since nothing could be compared then.
    """
    lines = [f'"{each}" = "..."' for each in sorted(unknown - locations)] if locations else []
    if lines and not are_any:
        raise ConfigurationError(
            "no location of Blue Cherry's is called as a warehouse of Clarus's; "
            f"the books have {', '.join(sorted(locations))}",
            record=SETTINGS_NAME,
            field="warehouses",
            action=f"Write under [warehouses] which location each one is: {'; '.join(lines)}.",
        )
    what = "the books have nothing at this warehouse of Clarus's; if they call it otherwise, [warehouses] of"
    return [Trouble("assumed", f"{what} {SETTINGS_NAME} can say so: {line}") for line in lines]


def _places(side: EntrySide, entries: Iterable[StockEntry], readings: Iterable[Reading | None]) -> set[str]:
    """Where one side has anything."""
    read = {position.location for each in readings if each is not None for position in each.positions}
    return {*read, *(entry.location for entry in entries if entry.side is side)} - {""}


def _assumed(settings: CloseSettings) -> Iterable[Trouble]:
    """What a reader should know before believing anything."""
    if not settings.zone:
        yield Trouble("assumed", "no zone is told: days end in UTC")


def _totals(files: Iterable[FileRows]) -> Iterator[Trouble]:
    """Lines that were left aside, being sums of others."""
    for place in (place for file in files for place in file.totals):
        yield Trouble("total_line", f"{place}: a total of other lines, and no line of its own")


def _taken(
    reading: Reading | None,
    name: str,
    settings: CloseSettings,
    entries: Iterable[StockEntry],
    troubles: list[Trouble],
) -> Reading | None:
    """A reading with its instant: its own, that of the settings, else after everything that moved."""
    if reading is None:
        return None
    said = taken_at(name, settings)
    if said is not None:
        return evolve(reading, taken_at=said)
    if reading.taken_at is None:
        what = f"{', '.join([reading.source])} does not say when it was taken: it counts as after every movement"
        troubles.append(Trouble("assumed", what))
    return reading


def _as_of(text: str, settings: CloseSettings, years: FiscalYears, stock: Reading | None) -> Moment:
    if text:
        return moment(text, settings.books, years)
    if stock is None or stock.taken_at is None:
        raise ConfigurationError(
            "nobody says as of when to close",
            field="--as-of",
            action="Give --as-of, or as_of in close.toml: a day, an instant with its offset, or a period's name.",
        )
    taken = stock.taken_at.astimezone(settings.books).date()
    return end_of(years.of(taken).first_day - _DAY, settings.books)


def _beside(report: Iterable[CostRow], told: Sequence[CostRow]) -> list[CostRow]:
    """The report's costs, where there is no list of costs: what such a list does not tell is missing."""
    return [] if told else list(report)


def _compared(reading: Reading, books: Books) -> Reading:
    return evolve(reading, positions=tuple(each for each in reading.positions if books.is_compared(each.item)))


def _other_divisions(entries: Iterable[StockEntry], books: Books) -> list[LeftOut]:
    left = [each for each in entries if not books.is_compared(each.item)]
    return [
        LeftOut(
            "another division's movements",
            side,
            rows=len(mine),
            units=sum((each.qty for each in mine), start=NONE),
        )
        for side in EntrySide
        if (mine := [each for each in left if each.side is side])
    ]


def _positions_aside(what: str, readings: Iterable[Reading], books: Books) -> Iterator[LeftOut]:
    """The positions of divisions that are not compared, of each reading by location; each counts as a row."""
    for reading in readings:
        aside: defaultdict[str, list[Decimal]] = defaultdict(list)
        for each in reading.positions:
            if not books.is_compared(each.item):
                aside[each.location].append(each.qty)
        for location, units in sorted(aside.items()):
            yield LeftOut(what, reading.side, location, len(units), sum(units, NONE))
