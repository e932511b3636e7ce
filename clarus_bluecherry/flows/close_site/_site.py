"""A site, as what a close is made of: the warehouse's stock and transactions, the ledger, and Blue Cherry's books.

Law of this module: both systems are read and neither is written to; nothing of the ledger is held meanwhile. Both
readings stand in one run, between two instants; what moved between them is rolled and called no variance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from attrs import evolve

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import Reading, ReadingRun, Trouble
from clarus_bluecherry.flows.close_files._given import CloseRead, close_read
from clarus_bluecherry.flows.close_site._facts import fact_lines, facts_since, problems_of, tied
from clarus_bluecherry.flows.close_site._known import (
    locations,
    periods,
    prepacks,
    settings_of,
    sku_master,
    units,
)
from clarus_bluecherry.flows.close_site._packs import in_pieces
from clarus_bluecherry.flows.close_site._reports import stock_ledger
from clarus_bluecherry.flows.close_site._told import postings_told
from clarus_bluecherry.flows.close_site._warehouse import (
    Taken,
    moved_while_read,
    stock_lines,
    transaction_lines,
)
from clarus_bluecherry.flows.exports.clarus import number_in, number_pattern, subtypes
from clarus_bluecherry.flows.exports.kinds import BESIDE, FILES
from clarus_bluecherry.flows.exports.kinds_clarus import STOCK, TRANSACTIONS
from clarus_bluecherry.flows.exports.rows import FileRows, names_in, read_files
from clarus_bluecherry.flows.exports.settings import CloseSettings, load_settings
from clarus_bluecherry.flows.exports.unread import unread_columns, unread_files
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact

_RUN = "close"
_EDGE = dt.timedelta(days=7)
"""So far behind the first facts transactions are read: a fact may be dated otherwise than what moved."""
_OWN = frozenset({"stock", "transactions", "postings", "sku_master"})
"""What the site tells itself, whatever a folder has of it."""


def read_site(site: Site, books: Path | None = None, *, as_of: str = "", known_until: str = "") -> CloseRead:
    """Read what a close of `site` is made of: the warehouse and the ledger now, Blue Cherry's exports in `books`.

    `books` is a folder as `flows.close_files.read_folder` reads it, with its `close.toml`; Clarus's stock and
    transactions, the postings, the SKUs and the buildings are the site's own, whatever lies there of them. Learn
    the crosswalk first: what it does not tie is unmapped. `as_of` and `known_until` are as for `read_folder`.

    An entry's `source` is `ledger` where its `row` is the key of a fact (`site.ledger.fact(row)`), else it is the
    warehouse's list, and `row` the transaction. A warehouse that cannot be asked is known by the ledger's facts
    alone, and its stock by an opening position; whatever else is not there is named in `given.missing`. A run
    takes a number from the ledger; nothing else is written.

    Raises `ConfigurationError` for what cannot be a close, and the wire's errors when the warehouse does not
    answer.
    """
    settings = settings_of(site, CloseSettings() if books is None else load_settings(books))
    files, unread = _books(books, settings)
    if not files["stock_ledger"].is_there:
        files["stock_ledger"] = stock_ledger(site, settings)
    begin = _begin(site, files)
    facts = facts_since(site, begin)
    taken = Taken(site.clock())
    files |= _warehouse(site, settings, begin, facts, taken, unread)
    settings = evolve(settings, taken_at={**settings.taken_at, "stock": taken.last.isoformat()})
    files["postings"] = postings_told(site, facts, settings)
    files |= {
        "sku_master": sku_master(site, settings, _codes(files)),
        "locations": locations(site, settings, files["locations"], _seen(site, files)),
    }
    for name, tell in (("periods", periods), ("prepacks", prepacks), ("units", units)):
        if not files[name].is_there:
            files[name] = tell(site, settings)
    read = close_read(settings, files, unread, as_of=as_of, known_until=known_until, years=site.years)
    given = in_pieces(read.given, _stocked(files["sku_master"]))
    problems = [*given.problems, *problems_of(facts)]
    readings = _in_one_run(site, given.readings, taken)
    return evolve(read, given=evolve(given, problems=problems, readings=readings))


def _books(books: Path | None, settings: CloseSettings) -> tuple[dict[str, FileRows], list[Trouble]]:
    """Blue Cherry's exports, and what of the folder nobody looks at."""
    if books is None:
        return {kind.name: FileRows(kind) for kind in FILES}, []
    files = dict(read_files(books, settings, but=_OWN))
    aside = names_in(books, settings, _OWN.union(kind.name for kind in BESIDE))
    return files, [*unread_files(books, files, but=_OWN, aside=aside), *unread_columns(files)]


def _begin(site: Site, files: Mapping[str, FileRows]) -> dt.datetime:
    """From when on movements are needed: the first day that the books tell of, and what may belong to it still."""
    days = [*_days(files["opening_positions"], "as_of")] or [*_days(files["stock_ledger"], "move_date")]
    first = dt.datetime.combine(min(days), dt.time(), site.calendar.zone) if days else site.go_live
    return (first - site.reopen_window).astimezone(dt.UTC)


def _days(file: FileRows, name: str) -> Iterator[dt.date]:
    for row in file.rows:
        with suppress(InvalidRecord):  # it is named where the row is read
            when = row.when(name)
            if when is not None:
                yield when.day


def _warehouse(
    site: Site,
    settings: CloseSettings,
    begin: dt.datetime,
    facts: Sequence[Fact],
    taken: Taken,
    troubles: list[Trouble],
) -> dict[str, FileRows]:
    """The warehouse's stock and transactions: by its API, else by what the ledger was told."""
    if not site.has_api:
        return {"stock": FileRows(STOCK), "transactions": fact_lines(site, facts).as_file(TRANSACTIONS, settings)}
    stock = stock_lines(site, taken).as_file(STOCK, settings)
    words, number = subtypes(settings), number_pattern(settings)
    told = transaction_lines(site, begin - _EDGE, partial(number_in, number=number, words=words))
    made, unmoved = tied(site, told, facts, words)
    troubles += [*unmoved, *moved_while_read(made, taken)]
    return {"stock": stock, "transactions": made.as_file(TRANSACTIONS, settings)}


def _codes(files: Mapping[str, FileRows]) -> Iterator[str]:
    """Every product code that the warehouse tells of."""
    for name in ("stock", "transactions", "postings"):
        yield from (row.text("product_code") for row in files[name].rows)


def _stocked(master: FileRows) -> frozenset[str]:
    """The SKUs that the warehouse has a product for, or may have."""
    return frozenset(row.text("sku") for row in master.rows if row.text("product_code"))


def _seen(site: Site, files: Mapping[str, FileRows]) -> Iterator[str]:
    """Every location that the books tell of, and every building that moved something."""
    for name in ("stock_ledger", "inventory_report", "opening_positions"):
        yield from (row.text("location") for row in files[name].rows)
    codes = (row.text("warehouse") for row in files["transactions"].rows)
    yield from (site.warehouses.get(code, code) for code in codes)


def _in_one_run(site: Site, readings: Sequence[Reading], taken: Taken) -> list[Reading]:
    """The readings with the run that they were taken in: those of the beginning are of an earlier day."""
    instants = [each.taken_at for each in readings if each.taken_at is not None and not each.is_opening]
    run = ReadingRun(
        number=site.ledger.next_control_number(_RUN),
        first_taken=min([taken.first, *instants]),
        last_taken=max([taken.last, *instants]),
    )
    return [each if each.is_opening else evolve(each, run=run) for each in readings]
