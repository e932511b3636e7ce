"""A folder of exports, as what availability looks at.

Law of this module: files are read as a close reads them, by the same `close.toml`; how the site sells stands in
`availability.toml`. What is not there is said, and nothing is asked of a system or the network.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import FiscalYears
from clarus_bluecherry.finance.availability import (
    AvailabilityInput,
    BookReading,
    IncomingLine,
    MoveKind,
    SellingPolicy,
    StockMove,
)
from clarus_bluecherry.finance.close import ExpectedLine, ItemState, OrderVersion, PostingStep
from clarus_bluecherry.flows.availability._books import (
    BookSide,
    ledger_reading,
    report_reading,
    tells_promises,
)
from clarus_bluecherry.flows.availability._floor import (
    FloorSide,
    documents_with_numbers,
    floor_reading,
    moves_of,
)
from clarus_bluecherry.flows.availability._refused import RefusedRows
from clarus_bluecherry.flows.availability._settings import SELLING_NAME, SellingSettings, load_selling
from clarus_bluecherry.flows.exports import others
from clarus_bluecherry.flows.exports.bluecherry import Books
from clarus_bluecherry.flows.exports.clarus import Warehouse
from clarus_bluecherry.flows.exports.kinds_channels import CHANNEL_ORDERS
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows, end_of_day, read_file, read_files, taken_at
from clarus_bluecherry.flows.exports.settings import CloseSettings, load_settings
from clarus_bluecherry.flows.exports.skus import sku_book
from clarus_bluecherry.flows.exports.units import units_told
from clarus_bluecherry.ledger.states import State

Documents = Callable[[dt.datetime | None], frozenset[str]]
"""Which documents a figure has that was taken at an instant."""


@frozen
class SellingRead:
    """What a folder or a site gives: what availability looks at, the site's policy, rows that could not be read,
    and what a reader should know. `years` are the books' periods, for moments that are called by one."""

    given: AvailabilityInput
    policy: SellingPolicy
    problems: Sequence[InvalidRecord]
    notes: Sequence[str]
    settings: CloseSettings
    years: FiscalYears


def read_selling_folder(folder: Path) -> SellingRead:
    """Read the exports in `folder`. Raises `ConfigurationError` for settings or files that cannot be read."""
    settings = load_settings(folder)
    shop = read_file(folder, CHANNEL_ORDERS, settings)
    return selling_read(settings, load_selling(folder), read_files(folder, settings), shop)


def selling_read(
    settings: CloseSettings,
    selling: SellingSettings,
    files: Mapping[str, FileRows],
    shop: FileRows,
    years: FiscalYears | None = None,
) -> SellingRead:
    """What the rows of `files` and of a `shop` say may be sold, whatever door they came through."""
    refusals = RefusedRows([problem for file in (*files.values(), shop) for problem in file.problems])
    problems = refusals.problems
    skus = sku_book(files["sku_master"], settings.accounts, problems)
    others.packs(files["prepacks"], skus, problems)
    units = units_told(settings, files, skus, problems)
    places, names = others.locations(files["locations"], settings, problems)
    books = Books(settings, skus, units)
    warehouse = Warehouse(settings, skus, units, settings.calendar(places.values()), names)
    floor = FloorSide(warehouse, refusals, books.is_compared, _words(selling.pickable), selling.kinds())
    side = BookSide(books, places, refusals)

    orders = others.orders(files["orders"], books, problems)
    steps = others.postings(files["postings"], books, problems)
    expected = others.purchase_orders(files["purchase_orders"], books, problems)
    moves = [*moves_of(files["transactions"], floor), *_sold(shop, side)]
    notes: list[str] = []
    reading = _reading(files, side, selling, notes, _known(orders, steps))
    stock = floor_reading(files["stock"], floor, taken_at("stock", settings))
    told_periods = others.periods(files["periods"], problems).events
    years = settings.years((each.period for each in told_periods), years)
    unclear = {
        item: f"{each.state.value.replace('_', ' ')}: it is no SKU of the master"
        for item, each in skus.items.items()
        if each.state is not ItemState.KNOWN
    }
    given = AvailabilityInput(
        books=[] if reading is None else [reading],
        floors=[] if stock is None else [stock],
        moves=moves,
        incoming=[*_incoming(files["purchase_orders"], side)],
        names=[*_own_names(_tellings(orders, steps, expected, moves))],
        items=frozenset(item for item in skus.items if skus.has_master and item not in unclear),
        refused=tuple(sorted({**unclear, **refusals.items}.items())),
    )
    policy = evolve(selling.policy(), zone=settings.books)
    return SellingRead(given, policy, problems, notes, settings, years)


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


# Blue Cherry's reading ---------------------------------------------------------------------------------------


def _reading(
    files: Mapping[str, FileRows],
    side: BookSide,
    selling: SellingSettings,
    notes: list[str],
    documents: Documents | None,
) -> BookReading | None:
    """The stock ledger, where it tells what is promised; else the inventory report."""
    ledger, report = files["stock_ledger"], files["inventory_report"]
    settings = side.books.settings
    if ledger.is_there:
        taken = taken_at("stock_ledger", settings)
        closed = dict(side.refusals.items)
        reading = ledger_reading(ledger, files["opening_positions"], side, taken)
        if tells_promises(reading) or selling.ledger_tells_promises:
            return reading
        notes.append(
            "the stock ledger has no line of an open or picked order (OP, PK), so it does not tell what is open "
            f"to sell; where there is none, write ledger_tells_promises = true in {SELLING_NAME}"
        )
        side.refusals.items.clear()  # of the ledger's own rows
        side.refusals.items.update(closed)
    if not report.is_there:
        notes.append("there is no reading of Blue Cherry's open to sell: nothing is sellable")
        return None
    if documents is None:
        notes.append(
            "the inventory report tells no documents: what went shortly before it is taken off, what came is not "
            "added until the report has it"
        )
    return report_reading(report, side, taken_at("inventory_report", settings), documents)


def _known(orders: Sequence[OrderVersion], steps: Sequence[PostingStep]) -> Documents | None:
    """Which documents a figure has, by when it was taken; nobody can say where no posting is told."""
    if not steps:
        return None

    def at(taken: dt.datetime | None) -> frozenset[str]:
        if taken is None:
            return frozenset()
        released = (each.names for each in orders if each.known_at is not None and each.known_at <= taken)
        posted = (
            (each.document,)
            for each in steps
            if each.state == State.POSTED and each.said_at is not None and each.said_at <= taken
        )
        return frozenset(name for names in (*released, *posted) for name in names)

    return at


# Channels, what comes, and names -----------------------------------------------------------------------------


def _sold(file: FileRows, side: BookSide) -> Iterator[StockMove]:
    """What the channels sold. Lines of an order that have no number are told apart by how many like them the file
    had before: too much is taken off where a file has a row twice, never too little where an order has two."""
    like: Counter[tuple[str, str]] = Counter()
    for row in file.rows:
        move = side.refusals.made(row, lambda row: _sale(row, side))
        if move is None or not side.books.is_compared(move.item):
            continue
        if not row.text("line"):
            like[row.source, move.move_id] += 1
            move = evolve(move, move_id=f"{move.move_id}/{like[row.source, move.move_id]}")
        yield move


def _sale(row: CloseRow, side: BookSide) -> StockMove:
    item, location = side.books.place(row)
    side.refusals.about(item)
    order, when = row.need("order"), row.need_when("sold_at")
    qty = side.books.units.eaches(row, item).qty
    begins = end_of_day(when.day, side.books.settings.zone_of(is_warehouse=False)) - dt.timedelta(days=1)
    return StockMove(
        move_id=f"sold:{order}/{row.text('line')}/{item}/{location}",
        item=item,
        location=location,
        kind=MoveKind.SOLD,
        qty=0 if row.flag("cancelled") else qty,
        document=order,
        occurred_at=when.instant or begins + dt.timedelta.resolution,
        source=row.place,
    )


def _incoming(file: FileRows, side: BookSide) -> Iterator[IncomingLine]:
    """What purchase orders should bring, where they say when."""

    def line(row: CloseRow) -> IncomingLine | None:
        due = row.when("due")
        if due is None:
            return None
        item, location = side.books.place(row)
        is_over = row.text("status").casefold() in others.CLOSED
        return IncomingLine(
            document=row.need("order"),
            line=row.text("line"),
            item=item,
            location=location,
            qty=0 if is_over else side.books.units.eaches(row, item).qty,
            due_on=due.day,
        )

    for row in file.rows if "due" in file.columns else ():
        made = side.refusals.made(row, line)
        if made is not None and side.books.is_compared(made.item):
            yield made


def _tellings(
    orders: Sequence[OrderVersion],
    steps: Sequence[PostingStep],
    expected: Sequence[ExpectedLine],
    moves: Sequence[StockMove],
) -> Iterator[Sequence[str]]:
    """Every telling of what a document is called, its own name first. What is an order's number is no name of
    another, as of a pick ticket."""
    numbers = {each.names[0] for each in orders}
    for own, *rest in (each.names for each in orders):
        yield own, *(name for name in rest if name not in numbers)
    yield from (each.names for each in expected)
    yield from ((each.document, *each.names) for each in steps)
    yield from documents_with_numbers(moves)


def _own_names(tellings: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Those by which a document can be known. A name that several share, such as the invoice of two orders, ties
    nothing: two orders taken for one would hide what one of them takes."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    told = [names for names in dict.fromkeys(map(tuple, tellings)) if len(names) > 1]
    for own, *rest in told:
        for name in rest:
            owners[name].add(own)
    for own, *rest in told:
        mine = [name for name in rest if owners[name] == {own} and name != own]
        if mine:
            yield own, *mine
