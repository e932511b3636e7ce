"""What stands beside both sides' books: orders, purchase orders, credits, periods, costs, packs, postings, places.

Law of this module: a row is what it says. A name that two rows share is one document; nothing is tied by likeness.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance import Period, PeriodEvent, PeriodHistory
from clarus_bluecherry.finance.close import (
    CostRow,
    CreditMemo,
    ExpectedLine,
    LocationKind,
    Moved,
    OpenItem,
    OrderVersion,
    PostingStep,
    StockLocation,
)
from clarus_bluecherry.flows.exports.bluecherry import PSEUDO, Books, moved_of
from clarus_bluecherry.flows.exports.columns import NAMES_SKU
from clarus_bluecherry.flows.exports.kinds_finance import PACK
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows
from clarus_bluecherry.flows.exports.settings import SETTINGS_NAME, CloseSettings
from clarus_bluecherry.flows.exports.skus import PARTS, SkuBook
from clarus_bluecherry.ledger.states import State
from clarus_bluecherry.model import PeriodState

_KINDS: Mapping[str, LocationKind] = {
    "w": LocationKind.WAREHOUSE,
    "whs": LocationKind.WAREHOUSE,
    "": LocationKind.WAREHOUSE,
    "transit": LocationKind.IN_TRANSIT,
    "intransit": LocationKind.IN_TRANSIT,
    "in transit": LocationKind.IN_TRANSIT,
    "external": LocationKind.FOREIGN,
    "store": LocationKind.FOREIGN,
}
_OF_WORDS = {
    **dict.fromkeys(("queued", "new", "open", "waiting", "not_told", "untold"), "pending"),
    **dict.fromkeys(("done", "booked", "confirmed", "invoiced"), "posted"),
    "sent": "sending",
    "staged": "accepted",
    "retry": "retrying",
    "doubt": "in_doubt",
    "refused": "rejected",
}
"""Other words for the states of a posting (L)."""
_LIFE = ["pending", "sending", "retrying", "in_doubt", "parked", "rejected", "accepted", "posted", "cancelled"]
"""The life of a posting: which of two words of one moment is the later one, where no number tells."""
_BOOKS = frozenset({"", "bluecherry", "blue cherry", "erp", "book", "books"})
"""Targets of postings that change the books; others are orders to the warehouse."""
CLOSED = frozenset({"closed", "complete", "completed", "cancelled", "canceled", "done"})
"""Words for a purchase order of which nothing more comes."""


def _item(row: CloseRow, books: Books) -> str:
    """The SKU of a row that may name none."""
    return books.skus.item_of(row) if any(row.text(name) for name in NAMES_SKU) else ""


def _filled(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, names)))


def orders(file: FileRows, books: Books, problems: list[InvalidRecord]) -> list[OrderVersion]:
    """Every version of every line."""

    def version(row: CloseRow) -> OrderVersion:
        edited = row.text("edited")
        version = row.text("version")
        return OrderVersion(
            names=_filled(row.need("order"), row.text("pick"), row.text("invoice")),
            version=version,
            item=_item(row, books),
            line=row.text("line"),
            qty=row.number("quantity"),
            price=row.number("price"),
            is_edit=bool(edited and row.flag("edited")) or row.when("edited_at") is not None or _is_later(version),
            known_at=row.until("known_at") or row.until("edited_at"),
        )

    return list(file.made(version, problems))


def _is_later(version: str) -> bool:
    """Whether it is not the first version, or says that there are several."""
    return version.isdecimal() and int(version) > 1


def purchase_orders(file: FileRows, books: Books, problems: list[InvalidRecord]) -> list[ExpectedLine]:
    """Every line of every purchase order."""

    def line(row: CloseRow) -> ExpectedLine:
        item = _item(row, books)
        return ExpectedLine(
            names=_filled(row.need("order"), row.text("reference"), _with_line(row)),
            line=row.text("line"),
            item=item,
            location=row.text("location"),
            qty=books.units.eaches(row, item).qty if row.text("quantity") else None,
            is_closed=row.text("status").casefold() in CLOSED,
        )

    return list(file.made(line, problems))


def _with_line(row: CloseRow) -> str:
    """How Blue Cherry's stock ledger calls what came for a line."""
    return f"{row.text('order')}/{row.text('line')}" if row.text("line") else ""


def credit_memos(file: FileRows, books: Books, problems: list[InvalidRecord]) -> list[CreditMemo]:
    """Every line of every credit memo."""

    def memo(row: CloseRow) -> CreditMemo:
        when, qty, amount = row.when("date"), row.number("quantity"), row.number("amount")
        each = amount / qty if amount is not None and qty else None
        return CreditMemo(
            memo=row.text("memo"),
            names=_filled(row.text("return_reference") or row.text("order")),
            item=_item(row, books),
            qty=None if qty is None else abs(qty),
            price=row.number("price") if row.text("price") else each and abs(each),
            credited_on=None if when is None else when.day,
            known_at=row.until("entered_at"),
        )

    return list(file.made(memo, problems))


def periods(file: FileRows, problems: list[InvalidRecord]) -> PeriodHistory:
    """What was said of each period, and when."""

    def event(row: CloseRow) -> PeriodEvent:
        word = row.text("state").casefold().replace("-", "").replace(" ", "") or PeriodState.OPEN
        if word not in {*PeriodState, _REOPENED}:
            raise row.refused(f"{row.text('state')!r} is none of {', '.join(PeriodState)}", "state")
        first, last = row.need_when("first_day").day, row.need_when("last_day").day
        period = Period(row.need("period"), first, last)
        state = PeriodState.OPEN if word == _REOPENED else PeriodState(word)
        return PeriodEvent(period, state, row.until("at") or _ALWAYS, section=row.text("section"))

    made = list(file.made(event, problems))
    try:
        return PeriodHistory(made)
    except InvalidRecord as error:
        raise ConfigurationError(error.what, record=error.record, field="first_day") from None


_REOPENED = "reopened"
"""Others' word for what is open again."""
_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC)


def costs(file: FileRows, books: Books, problems: list[InvalidRecord]) -> list[CostRow]:
    """What an each costs; a row without an amount says that nobody knows."""

    def cost(row: CloseRow) -> list[tuple[int, CostRow]]:
        amount, when = row.number("cost"), row.when("effective_from")
        if amount is None:
            return []
        items = books.skus.items_of(row)
        return [
            (
                len(items),
                CostRow(
                    item=item,
                    location=row.text("location"),
                    effective_from=None if when is None else when.day,
                    basis=row.text("basis").casefold(),
                    amount=amount,
                    currency=row.text("currency"),
                    rate=row.number("rate"),
                    entered_at=row.until("entered_at"),
                ),
            )
            for item in items
        ]

    told = [each for rows in file.made(cost, problems) for each in rows]
    narrowest: dict[tuple[object, ...], int] = {}
    for width, row in told:
        narrowest[_of_cost(row)] = min(width, narrowest.get(_of_cost(row), width))
    return [row for width, row in told if width == narrowest[_of_cost(row)]]


def _of_cost(row: CostRow) -> tuple[object, ...]:
    """What a cost is of: one of the SKU itself goes before one of its style."""
    return row.item, row.location, row.effective_from, row.basis, row.entered_at


def packs(file: FileRows, skus: SkuBook, problems: list[InvalidRecord]) -> None:
    """What is in one of each prepack, into the book of SKUs."""

    def part(row: CloseRow) -> None:
        pack, component = _of_pack(row, "pack", PACK, skus), _of_pack(row, "component", "", skus)
        skus.add_part(pack, component, row.need_number("quantity"))

    for _ in file.made(part, problems):
        pass


def _of_pack(row: CloseRow, name: str, begins: str, skus: SkuBook) -> str:
    """The pack, or what is in it: by one code, else by its parts."""
    if row.text(name) or not row.text(f"{begins}style"):
        return skus.of_code(row.need(name))
    return skus.item_of(evolve(row, cells={part: row.text(f"{begins}{part}") for part in ("division", *PARTS)}))


def postings(file: FileRows, books: Books, problems: list[InvalidRecord]) -> list[PostingStep]:
    """What every posting was, and since when."""

    def step(row: CloseRow) -> PostingStep | None:
        word = row.need("state").casefold().replace(" ", "_").replace("-", "_")
        state = _OF_WORDS.get(word, word)
        if row.text("target").casefold() not in _BOOKS:
            return None
        if state not in set(State):
            raise row.refused(f"{word!r} is none of {', '.join(State)}", "state")
        asked, number = row.when("asked_date"), row.number("number")
        return PostingStep(
            document=row.need("document"),
            state=state,
            names=_filled(*(row.text(name) for name in _NAMES)),
            moved=moved_of(row, "kind"),
            item=_item(row, books),
            location=row.text("location"),
            qty=row.number("quantity"),
            said_at=row.until("said_at"),
            asked_date=None if asked is None else asked.day,
            number=_LIFE.index(state) if number is None else int(number),
            settled_with=row.text("settled_with"),
        )

    return [each for each in file.made(step, problems) if each is not None]


_NAMES = ("control_number", "posting", "book_reference")
"""What else a posting is known by."""


def open_items(file: FileRows, books: Books, problems: list[InvalidRecord]) -> list[OpenItem]:
    """What an earlier close left open."""

    def item(row: CloseRow) -> OpenItem:
        place = books.place(row)
        return OpenItem(
            document=row.need("document"),
            item=place[0],
            location=place[1],
            qty=row.need_number("quantity"),
            moved=moved_of(row, "kind") or Moved.OPENING,
        )

    return list(file.made(item, problems))


def locations(
    file: FileRows, settings: CloseSettings, problems: list[InvalidRecord]
) -> tuple[dict[str, StockLocation], dict[str, str]]:
    """What each location is, and which location each Clarus warehouse is."""
    found = {code: StockLocation(location=code, kind=LocationKind.PSEUDO) for code in PSEUDO}
    names: dict[str, str] = {}

    def told(row: CloseRow) -> None:
        code = row.need("location")
        found[code] = StockLocation(location=code, kind=_kind(row, code), zone=row.text("zone"))
        if row.text("warehouse"):
            names[row.text("warehouse")] = code

    for _ in file.made(told, problems):
        pass
    for code, word in settings.kinds.items():
        found[code] = StockLocation(location=code, kind=_kind_of(word, f"{SETTINGS_NAME}, kinds"))
    return found, {**names, **settings.warehouses}


def _kind(row: CloseRow, code: str) -> LocationKind:
    if code in PSEUDO and not row.text("kind"):
        return LocationKind.PSEUDO
    return _kind_of(row.text("kind"), row.place)


def _kind_of(word: str, record: str) -> LocationKind:
    plain = word.casefold().replace("-", "_").replace(" ", "_").strip()
    try:
        return _KINDS.get(word.casefold().strip()) or LocationKind(plain)
    except ValueError:
        what = f"{word!r} is none of {', '.join(LocationKind)}"
        raise ConfigurationError(what, record=record, field="kind") from None


def told_names(rows: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Tellings, each once."""
    return tuple(dict.fromkeys(map(tuple, rows)))
