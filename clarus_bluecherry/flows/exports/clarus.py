"""Clarus's side: its stock as a reading, its transactions as entries.

Law of this module: every transaction that changes a SKU's quantity is an entry, whether anybody was told of it or
not; one that changes only a status is an entry of nothing. Which way it goes is its subtype's word, and where that
is open the sign's. A subtype that nobody knows is named: silence could hide a movement.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.calendar import PostingCalendar
from clarus_bluecherry.finance.close import EntrySide, LeftOut, Moved, Position, Reading, StockEntry
from clarus_bluecherry.finance.close._entries import NONE
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows, When
from clarus_bluecherry.flows.exports.settings import SETTINGS_NAME, CloseSettings
from clarus_bluecherry.flows.exports.skus import SkuBook
from clarus_bluecherry.flows.exports.units import CloseUnits
from clarus_bluecherry.tables import quoted

_AS_TOLD = 0


@frozen
class Movement:
    """What a subtype means: the class, and which way (0: as the sign says). `moved` None: stock stays where it
    is.
    """

    moved: Moved | None
    sign: int = _AS_TOLD


_NOTHING = Movement(None)
SUBTYPES: Mapping[str, Movement] = {
    **dict.fromkeys(("RCV", "RECEIVE", "RECEIPT", "RECEIVED", "GRN"), Movement(Moved.RECEIVED, 1)),
    **dict.fromkeys(("UNRCV", "UNRECEIVE", "UNRECEIPT"), Movement(Moved.RECEIVED, -1)),
    **dict.fromkeys(
        ("POSADJ", "PADJ", "ADJUP", "ADJPOS", "ADJIN", "POSITIVEADJUSTMENT", "ADJPLUS"),
        Movement(Moved.ADJUSTED, 1),
    ),
    **dict.fromkeys(
        ("NEGADJ", "NADJ", "ADJDOWN", "ADJNEG", "ADJOUT", "NEGATIVEADJUSTMENT", "ADJMINUS", "SCRAP", "WRITEOFF"),
        Movement(Moved.ADJUSTED, -1),
    ),
    **dict.fromkeys(("ADJ", "ADJUST", "ADJUSTMENT", "ADJUSTED"), Movement(Moved.ADJUSTED)),
    **dict.fromkeys(("COUNT", "COUNTED", "STKCHK", "STOCKCHECK", "CYCLECOUNT", "CHK"), Movement(Moved.COUNTED)),
    **dict.fromkeys(
        ("DISP", "DISPATCH", "DISPATCHED", "DESP", "DESPATCH", "SHIP", "PARTDISP", "PARTDISPATCH", "PARTDESPATCH"),
        Movement(Moved.DISPATCHED, -1),
    ),
    **dict.fromkeys(
        ("UNDISP", "UNDISPATCH", "UNDISPATCHED", "UNDESP", "UNDESPATCH", "UNSHIP"), Movement(Moved.UNDISPATCHED, 1)
    ),
    **dict.fromkeys(("RTN", "RET", "RETURN", "RETURNED", "RESTOCK"), Movement(Moved.RETURNED, 1)),
    **dict.fromkeys(
        ("WHTRAN", "WTRAN", "TRANSFER", "TRANSFERRED", "XFER", "TRF", "WHTRANSFER", "WAREHOUSETRANSFER"),
        Movement(Moved.TRANSFERRED),
    ),
    **dict.fromkeys(
        ("TRANOUT", "TROUT", "XFEROUT", "TRANSFEROUT", "TRFOUT", "WHTRANOUT"), Movement(Moved.TRANSFERRED, -1)
    ),
    **dict.fromkeys(
        ("TRANIN", "TRIN", "XFERIN", "TRANSFERIN", "TRFIN", "WHTRANIN"), Movement(Moved.TRANSFERRED, 1)
    ),
    **dict.fromkeys(
        ("ACCTRAN", "ACTRAN", "ACCTTRAN", "ACCOUNTTRANSFER", "ACCOUNTTRANSFERRED", "OWNTRAN", "ATRAN", "ACCXFER"),
        Movement(Moved.REOWNED),
    ),
    **dict.fromkeys(("CONV", "CONVERT", "CONVERSION", "CONVERTED"), Movement(Moved.CONVERTED)),
    **dict.fromkeys(("HOLD", "OFFHOLD", "RELEASE", "UNHOLD", "HELD", "QUARANTINE"), Movement(Moved.HELD)),
    **dict.fromkeys(
        ("ALLOC", "ALLOCATE", "ALLOCATED", "DEALLOC", "UNALLOC", "UNALLOCATE", "SHORT", "SHORTED", "SHORTPICK"),
        _NOTHING,
    ),
    **dict.fromkeys(
        ("PICK", "UNPICK", "PWAY", "PUTAWAY", "REPLEN", "LOAD", "UNLOAD", "ATTRUP", "MOVE", "PACK"), _NOTHING
    ),
}
"""Subtypes by their letters. `RCV`, `PICK`, `TRAN`, `ATTRUP` are documented, `UNRCV` is a draft's; the others are
ours or usage (L), and a site says its own."""
_TRAN = "TRAN"
"""A move of any kind: within a warehouse nothing, between two a transfer."""
_ORDERS = (Moved.DISPATCHED, Moved.UNDISPATCHED)
_TWO_SIDED = (Moved.TRANSFERRED, Moved.REOWNED, Moved.CONVERTED)
_RETURN = frozenset({"return", "rtn", "customer return", "rma"})


def folded_word(word: str) -> str:
    """A subtype by its letters and digits alone."""
    return re.sub(r"[^A-Z0-9]", "", word.upper())


def subtypes(settings: CloseSettings) -> Mapping[str, Movement]:
    """What every subtype means: ours, and the site's own (`XYZ = "adjusted -"`, `ABC = "none"`)."""
    return {**SUBTYPES, **{folded_word(word): _told(word, meaning) for word, meaning in settings.subtypes.items()}}


def _told(word: str, meaning: str) -> Movement:
    name, sign = meaning.rstrip("+- ").strip().lower(), meaning.strip()[-1:]
    if name == "none":
        return _NOTHING
    try:
        return Movement(Moved(name), {"+": 1, "-": -1}.get(sign, _AS_TOLD))
    except ValueError:
        what = f"{meaning!r} is none of {', '.join(Moved)}, or none"
        raise ConfigurationError(what, record=f"{SETTINGS_NAME}, subtypes", field=word) from None


@frozen
class Warehouse:
    """How Clarus's side is read: whose stock, which warehouse is which location, and whose day it is there."""

    settings: CloseSettings
    skus: SkuBook
    units: CloseUnits
    calendar: PostingCalendar
    names: Mapping[str, str]
    """Clarus warehouse → location of the books."""

    def location(self, code: str) -> str:
        """The location of the books that a warehouse is; a code that it has none for is its own."""
        return self.names.get(code, code)

    def location_of(self, row: CloseRow) -> str:
        """The location of a row's warehouse; where the file has no such column, its location, else the only one
        there is."""
        code = row.text("warehouse")
        if not code and "warehouse" not in row.headers:
            code = row.text("location")
            only = {*self.names.values()}
            if not code and len(only) == 1:
                return only.pop()
        if not code:
            raise row.refused("it names no warehouse", "warehouse")
        return self.location(code)

    def own_day(self, when: When, location: str, told: When | None = None) -> dt.date:
        """The day of an event where it happened: a day that was told, without a time or apart, stays that day."""
        if told is not None or when.instant is None:
            return (told or when).day
        return self.calendar.own_date(when.instant, location=location)

    def is_ours(self, row: CloseRow, name: str = "account") -> bool:
        """Whether it is the account's that the site compares; without such a word everything is."""
        account = row.text(name)
        return not self.settings.account or not account or account == self.settings.account


# Stock -------------------------------------------------------------------------------------------------------


def stock_reading(
    file: FileRows, side: Warehouse, problems: list[InvalidRecord]
) -> tuple[Reading | None, list[LeftOut]]:
    """What lay in the warehouse, and what was left out of it, being another account's."""
    if not file.is_there:
        return None, []
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    others: Counter[str] = Counter()
    units_of_others: defaultdict[str, Decimal] = defaultdict(Decimal)
    taken: list[dt.datetime] = []
    rows = 0

    def told(row: CloseRow) -> tuple[str, str, Decimal, bool, dt.datetime | None]:
        item = side.skus.item_of(row, account=row.text("account"))
        eaches = side.units.eaches(row, item).qty
        return item, side.location_of(row), eaches, side.is_ours(row), row.until("taken_at")

    for item, location, qty, is_ours, at in file.made(told, problems):
        rows += 1
        if at is not None:
            taken.append(at)
        if is_ours:
            found[item, location] += qty
        else:
            others[location] += 1
            units_of_others[location] += qty
    positions = tuple(Position(item=item, location=where, qty=qty) for (item, where), qty in sorted(found.items()))
    reading = Reading(
        side=EntrySide.PHYSICAL,
        positions=positions,
        source=", ".join(file.names),
        taken_at=max(taken, default=None),
        rows=rows,
        total=sum(found.values(), NONE),
        digest=file.digest,
        parameters=dict(file.columns),
    )
    left = [
        LeftOut("another account's stock", EntrySide.PHYSICAL, where, count, units_of_others[where])
        for where, count in sorted(others.items())
    ]
    return reading, left


# Transactions ------------------------------------------------------------------------------------------------


@frozen
class _Read:
    """A transaction, as far as it can be read alone."""

    row: CloseRow
    movement: Movement
    item: str
    location: str
    qty: Decimal
    unit: str
    factor: Decimal
    when: When
    document: str
    entry_id: str


def transactions(
    file: FileRows, side: Warehouse, problems: list[InvalidRecord]
) -> tuple[list[StockEntry], list[tuple[str, str]], list[LeftOut]]:
    """The entries, the names that are one document's, and what was left out."""
    words = subtypes(side.settings)
    file = _numbered(file, side.settings, words)
    apart = _apart(file)
    left: Counter[str] = Counter()
    read: list[_Read] = []
    for one in file.made(lambda row: _read(row, side, words, apart), problems):
        if one.movement.moved is None:
            left["moves within the warehouse"] += 1
        elif not side.is_ours(one.row) and not _says_both_accounts(one):
            left["another account's movements"] += 1
        else:
            read.append(one)
    entries: list[StockEntry] = []
    names: list[tuple[str, str]] = []
    for group in _grouped(read):
        made = _converted(group, side) if group[0].movement.moved is Moved.CONVERTED else _moved(group, side)
        entries.extend(made)
        names.extend(_names(one) for one in group if _has_own_number(one))
        names.extend(_goes_back(one) for one in group if one.movement.moved is Moved.RETURNED)
    return entries, names, [LeftOut(what, EntrySide.PHYSICAL, rows=count) for what, count in sorted(left.items())]


def _numbered(file: FileRows, settings: CloseSettings, words: Mapping[str, Movement]) -> FileRows:
    """With the number of a transfer or conversion from its description, where no column tells one."""
    number = number_pattern(settings)
    if number is None:
        return file
    return evolve(file, rows=tuple(_with_number(row, number, words) for row in file.rows))


def number_pattern(settings: CloseSettings) -> re.Pattern[str] | None:
    """How a description tells the number of a transfer, where the settings say so."""
    try:
        return re.compile(settings.numbers) if settings.numbers else None
    except re.error as error:
        raise ConfigurationError(f"it is no pattern: {error}", record=SETTINGS_NAME, field="numbers") from None


def _with_number(row: CloseRow, number: re.Pattern[str], words: Mapping[str, Movement]) -> CloseRow:
    found = number_in(row.text("description"), row.text("subtype"), number, words)
    if not found or _document(row, Moved.TRANSFERRED):
        return row
    return evolve(row, cells={**row.cells, "reference": found})


def number_in(
    description: str, subtype: str, number: re.Pattern[str] | None, words: Mapping[str, Movement]
) -> str:
    """The number of a transfer or conversion in its description; nothing for other transactions."""
    word = folded_word(subtype)
    is_two_sided = word == _TRAN or words.get(word, _NOTHING).moved in _TWO_SIDED
    found = number.search(description) if number is not None and is_two_sided else None
    return "" if found is None else found[found.lastindex or 0]


def _says_both_accounts(one: _Read) -> bool:
    return one.movement.moved is Moved.REOWNED and bool(one.row.text("account_to"))


def _apart(file: FileRows) -> Mapping[str, Movement]:
    """The documents of moves that stand at more than one account or warehouse, and what those are."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in file.rows:
        document = _document(row, Moved.TRANSFERRED)
        if document and folded_word(row.text("subtype")) == _TRAN:
            places[document].add(row.text("warehouse"))
            owners[document].add(row.text("account"))
    told = {document: Movement(Moved.TRANSFERRED) for document, codes in places.items() if len(codes) > 1}
    return told | {document: Movement(Moved.REOWNED) for document, codes in owners.items() if len(codes) > 1}


def _read(row: CloseRow, side: Warehouse, words: Mapping[str, Movement], apart: Mapping[str, Movement]) -> _Read:
    movement = _movement(row, words, apart)
    if movement.moved is None:
        return _Read(row, movement, "-", "", NONE, "", Decimal(1), When(dt.date.min), "", row.place)
    item = side.skus.item_of(row, account=row.text("account"))
    told = side.units.eaches(row, item)
    entry_id = row.text("id") or row.place
    return _Read(
        row=row,
        movement=movement,
        item=item,
        location=side.location_of(row),
        qty=told.qty,
        unit=told.unit,
        factor=told.factor,
        when=row.need_when("created_at"),
        document=_document(row, movement.moved) or entry_id,
        entry_id=entry_id,
    )


def _tran(row: CloseRow, apart: Mapping[str, Movement]) -> Movement:
    """What a move is: of another owner, to another warehouse, or within one.

    What has left a bin and come to none, or the other way round, has left the warehouse or come to it.
    """
    if _is_of_account(row):
        return Movement(Moved.REOWNED)
    document = _document(row, Moved.TRANSFERRED)
    if document in apart:
        return apart[document]
    is_other = row.text("warehouse_to") not in ("", row.text("warehouse"))
    has_bins = {"location_from", "location_to"} <= row.headers.keys()
    is_half = has_bins and bool(row.text("location_from")) != bool(row.text("location_to"))
    is_transfer = is_other or is_half or (row.number("quantity") or NONE) < 0
    return Movement(Moved.TRANSFERRED) if is_transfer else _NOTHING


def _is_of_account(row: CloseRow) -> bool:
    """Whether goods change their owner, and not their warehouse."""
    is_other = row.text("warehouse_to") not in ("", row.text("warehouse"))
    return row.text("account_to") not in ("", row.text("account")) and not is_other


def _movement(row: CloseRow, words: Mapping[str, Movement], apart: Mapping[str, Movement]) -> Movement:
    word = _word(row, words)
    if word == _TRAN and word not in words:
        return _tran(row, apart)
    movement = words[word]
    if movement.sign == _AS_TOLD:
        movement = evolve(movement, sign={"+": 1, "-": -1}.get(row.text("subtype")[-1:], _AS_TOLD))
    if movement.moved is Moved.TRANSFERRED and _is_of_account(row):
        return Movement(Moved.REOWNED)
    is_return = row.text("receipt_type").casefold() in _RETURN
    return Movement(Moved.RETURNED, movement.sign) if movement.moved is Moved.RECEIVED and is_return else movement


def _word(row: CloseRow, words: Mapping[str, Movement]) -> str:
    """What a transaction is: its subtype, else its category, which may be the wider word for one that is new."""
    told = row.need("subtype")
    known = [
        word for word in (folded_word(told), folded_word(row.text("category"))) if word == _TRAN or word in words
    ]
    if not known:
        what = f"the subtype {quoted(told)} is not known: say in {SETTINGS_NAME} what it does, under [subtypes], "
        raise row.refused(f'{what}as in {quoted(told)} = "adjusted -"', "subtype")
    return known[0]


def _document(row: CloseRow, moved: Moved) -> str:
    if moved in _ORDERS:
        return row.text("goods_out") or row.text("reference")
    if moved in (Moved.RECEIVED, Moved.RETURNED):
        return row.text("goods_in") or row.text("reference")
    return row.text("reference") or row.text("goods_out") or row.text("goods_in")


def _has_own_number(one: _Read) -> bool:
    """Whether its own number may be what the books call it, beside its document."""
    return (
        bool(one.row.text("id"))
        and one.document != one.entry_id
        and one.movement.moved not in (*_ORDERS, Moved.RECEIVED)
    )


def _names(one: _Read) -> tuple[str, str]:
    return one.document, one.entry_id


def _goes_back(one: _Read) -> tuple[str, str]:
    """A return with the order that it goes back to."""
    return one.document, one.row.text("goods_out") or one.row.text("goes_back_to")


def _grouped(read: Iterable[_Read]) -> Iterator[Sequence[_Read]]:
    """Conversions by their document, everything else alone."""
    packs: defaultdict[str, list[_Read]] = defaultdict(list)
    for one in read:
        if one.movement.moved is Moved.CONVERTED:
            packs[one.document].append(one)
        else:
            yield [one]
    yield from packs.values()


def _signed(one: _Read) -> Decimal:
    """The quantity with its sign: the subtype's, else its own; without one, out where it only left a bin."""
    if one.movement.sign:
        return one.movement.sign * abs(one.qty)
    row = one.row
    only_left = row.text("location_from") and not row.text("location_to") and "location_to" in row.headers
    return -one.qty if one.qty > 0 and only_left else one.qty


def _entry(one: _Read, moved: Moved, qty: Decimal, side: Warehouse) -> StockEntry:
    return StockEntry(
        entry_id=one.entry_id,
        side=EntrySide.PHYSICAL,
        item=one.item,
        location=one.location,
        qty=qty,
        moved=moved,
        document=one.document,
        line=one.row.text("goods_in_line"),
        occurred_at=one.when.instant,
        own_date=side.own_day(one.when, one.location, one.row.when("own_date")),
        recorded_at=one.row.until("recorded_at"),
        unit=one.unit,
        factor=one.factor,
        source=one.row.source,
        row=one.row.place,
    )


def _moved(group: Sequence[_Read], side: Warehouse) -> Iterator[StockEntry]:
    (one,) = group
    moved = one.movement.moved or Moved.ADJUSTED
    if moved is Moved.HELD:
        yield _entry(one, moved, NONE, side)
    elif moved is Moved.TRANSFERRED and one.row.text("warehouse_to") not in ("", one.row.text("warehouse")):
        yield from _both_legs(one, side)
    elif moved is Moved.REOWNED and one.row.text("account_to"):
        yield from _of_account(one, side)
    else:
        yield _entry(one, moved, _signed(one), side)


def _both_legs(one: _Read, side: Warehouse) -> Iterator[StockEntry]:
    """A transfer told in one row: out here; in there, when it arrived, where the file says when."""
    out = _entry(one, Moved.TRANSFERRED, -abs(one.qty), side)
    yield out
    arrived = one.row.when("arrived_at")
    if arrived is None and "arrived_at" in one.row.headers:
        return
    there = side.location(one.row.text("warehouse_to"))
    when = arrived or one.when
    yield evolve(
        out,
        entry_id=f"{one.entry_id}:in",
        location=there,
        qty=abs(one.qty),
        occurred_at=when.instant,
        own_date=side.own_day(when, there),
    )


def _of_account(one: _Read, side: Warehouse) -> Iterator[StockEntry]:
    """A transfer of ownership: out where it was ours, in where it becomes so; of ours, from one SKU to another
    where accounts are divisions.
    """
    was, becomes = side.is_ours(one.row), side.is_ours(one.row, "account_to")
    if was != becomes:
        yield _entry(one, Moved.REOWNED, abs(one.qty) * (1 if becomes else -1), side)
    elif was:
        item = side.skus.item_of(one.row, account=one.row.text("account_to"))
        out = _entry(one, Moved.REOWNED, -abs(one.qty), side)
        if item != one.item:
            yield from (out, evolve(out, entry_id=f"{one.entry_id}:in", item=item, qty=-out.qty))


def _converted(group: Sequence[_Read], side: Warehouse) -> Iterator[StockEntry]:
    """A pack opened: as its rows say; where they tell no sign, the pack is out and its components are in."""
    signed = [(one, _signed(one)) for one in group]
    packs = [one for one in group if side.skus.items.get(one.item) and side.skus.items[one.item].parts]
    if packs and all(qty > 0 for _, qty in signed):
        signed = [(one, -qty if one in packs else qty) for one, qty in signed]
    for one, qty in signed:
        yield _entry(one, Moved.CONVERTED, qty, side)
    if len(packs) == len(group):  # its rows tell the pack alone
        for one, qty in signed:
            yield from _components(one, qty, side)


def _components(one: _Read, qty: Decimal, side: Warehouse) -> Iterator[StockEntry]:
    out = _entry(one, Moved.CONVERTED, qty, side)
    for component, eaches in sorted(side.skus.items[one.item].parts.items()):
        yield evolve(out, entry_id=f"{one.entry_id}:{component}", item=component, qty=-qty * eaches)
