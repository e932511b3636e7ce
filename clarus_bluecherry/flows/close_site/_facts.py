"""The ledger's facts and the warehouse's transactions: which row tells of which fact, and facts as rows alone.

Law of this module: where both tell of one movement, it is one row. The quantity and the instant are the
warehouse's; the order, its line and the place that it leads to are the fact's. A fact that no transaction tells of
is named, and never added to what was told.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import define, evolve

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import Moved, Trouble
from clarus_bluecherry.flows.close_site._lines import (
    LEDGER,
    SKU_CELLS,
    SiteLine,
    SiteLines,
    cells_of,
    moment,
    number,
)
from clarus_bluecherry.flows.exports.clarus import Movement, folded_word
from clarus_bluecherry.flows.names import CLARUS, DISPATCH, PACKS, TRANSACTION, UNDISPATCH, WAITS
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    DispatchLine,
    Hold,
    Item,
    Receipt,
    ReturnToStock,
    Sku,
    Undispatch,
    Unread,
)

_NONE = Decimal(0)
_KINDS = (DISPATCH, UNDISPATCH, TRANSACTION, PACKS, WAITS)
"""Facts that tell of movements, and those that stand for several."""
_STOCK = (DISPATCH, UNDISPATCH, TRANSACTION)
"""Those of them that are movements themselves."""
_COLUMNS = (
    *("id", "subtype", "quantity", "created_at", "product_code", *SKU_CELLS, "warehouse", "goods_out"),
    *("goods_in", "goods_in_line", "receipt_type", "goes_back_to", "reason_code"),
)


def facts_since(site: Site, begin: dt.datetime) -> list[Fact]:
    """What the warehouse told the ledger of movements from `begin` (aware) on."""
    return [fact for kind in _KINDS for fact in site.ledger.facts(kind=kind, source=CLARUS, since=begin)]


def problems_of(facts: Iterable[Fact]) -> tuple[InvalidRecord, ...]:
    """Facts that this version cannot read: each is a problem, and no other's."""
    unread = ((fact, fact.record) for fact in facts)
    return tuple(
        InvalidRecord(record.problem, record=fact.key) for fact, record in unread if isinstance(record, Unread)
    )


# Tied to transactions ----------------------------------------------------------------------------------------


@define
class _Left:
    """What a line of a dispatch tells of, as far as no transaction was found for it."""

    fact: Fact
    line: DispatchLine
    moved: Moved
    code: str
    warehouse: str
    reference: str
    rest: Decimal


@define
class _Row:
    """A transaction by which goods left or came back, as far as no fact was found for it."""

    line: SiteLine
    moved: Moved
    at: dt.datetime
    rest: Decimal

    @property
    def where(self) -> tuple[Moved, str, str]:
        return self.moved, self.line.cells["product_code"], self.line.cells["warehouse"]

    @property
    def reference(self) -> str:
        return self.line.cells["goods_out"]


def tied(
    site: Site, told: SiteLines, facts: Sequence[Fact], words: Mapping[str, Movement]
) -> tuple[SiteLines, list[Trouble]]:
    """The transactions with the facts that tell of them; and the facts of which no transaction tells."""
    by_number = {fact.source_id: fact for fact in facts if fact.kind == TRANSACTION}
    lines: list[SiteLine] = []
    rows: list[_Row] = []
    for line in told.lines:
        moved = _moved(line, words)
        if moved is Moved.DISPATCHED or moved is Moved.UNDISPATCHED:
            at = dt.datetime.fromisoformat(line.cells["created_at"])
            rows.append(_Row(line, moved, at, abs(Decimal(line.cells["quantity"]))))
        else:
            lines.append(_led_to(line, by_number.get(line.cells["id"])))
    left = [each for fact in facts for each in _left_of(site, fact)]
    lines += _with_orders(sorted(rows, key=lambda row: row.at), left)
    orders = {row.reference for row in rows}
    return evolve(told, lines=lines), [
        _unmoved(each) for each in left if each.rest and each.reference not in orders
    ]


def _moved(line: SiteLine, words: Mapping[str, Movement]) -> Moved | None:
    found = words.get(folded_word(line.cells["subtype"]))
    return None if found is None else found.moved


def _led_to(line: SiteLine, fact: Fact | None) -> SiteLine:
    return line if fact is None else evolve(line, source=LEDGER, place=fact.key)


def _left_of(site: Site, fact: Fact) -> Iterator[_Left]:
    record = fact.record
    if fact.kind not in _STOCK or not isinstance(record, Dispatch | Undispatch):
        return
    moved = Moved.DISPATCHED if isinstance(record, Dispatch) else Moved.UNDISPATCHED
    warehouse = site.warehouse_at(record.location)
    for line in record.lines:
        if line.shipped:
            code = _code_of(site, line.item)
            yield _Left(fact, line, moved, code, warehouse, record.order_reference, line.shipped)


def _code_of(site: Site, item: Item) -> str:
    if not isinstance(item, Sku):
        return item.code
    return (site.crosswalk.code_of(item) if site.crosswalk else None) or str(item)


def _with_orders(rows: Sequence[_Row], left: Sequence[_Left]) -> list[SiteLine]:
    """Each row with its order: by the order that it names itself, else by the same instant, else by the nearest.

    A row of which a fact tells a part is as many rows.
    """
    by_order = _grouped(left, lambda one: (one.moved, one.code, one.warehouse, one.reference))
    by_instant = _grouped(left, lambda one: (one.moved, one.code, one.warehouse, one.fact.occurred_at))
    by_place = _grouped(left, lambda one: (one.moved, one.code, one.warehouse))
    ways: Sequence[Callable[[_Row], Iterable[_Left]]] = (
        lambda row: by_order.get((*row.where, row.reference), ()) if row.reference else (),
        lambda row: () if row.reference else by_instant.get((*row.where, row.at), ()),
        lambda row: () if row.reference else _nearest(by_place.get(row.where, ()), row.at),
    )
    made: list[SiteLine] = []
    for way in ways:
        for row in rows:
            made += _taken(row, way(row))
    return made + [_piece(row, row.rest, None) for row in rows if row.rest]


def _grouped(left: Iterable[_Left], key: Callable[[_Left], Hashable]) -> Mapping[Hashable, Sequence[_Left]]:
    found: defaultdict[Hashable, list[_Left]] = defaultdict(list)
    for one in left:
        found[key(one)].append(one)
    return found


def _nearest(left: Iterable[_Left], at: dt.datetime) -> Sequence[_Left]:
    return sorted((one for one in left if one.rest), key=lambda one: abs(one.fact.occurred_at - at))


def _taken(row: _Row, left: Iterable[_Left]) -> Iterator[SiteLine]:
    for one in left:
        part = min(row.rest, one.rest)
        if part:
            yield _piece(row, part, one)
            row.rest -= part
            one.rest -= part


def _piece(row: _Row, quantity: Decimal, one: _Left | None) -> SiteLine:
    whole = abs(Decimal(row.line.cells["quantity"]))
    cells = {**row.line.cells, "quantity": number(quantity)}
    if one is None:
        return evolve(row.line, cells=cells)
    cells |= {"goods_out": one.reference, "goods_in_line": one.line.number}
    if quantity != whole:
        cells["id"] = f"{cells['id']}/{one.reference}/{one.line.number}"
    own = one.fact.record.own_date if isinstance(one.fact.record, Dispatch) else None
    if own is not None:
        cells["own_date"] = own.isoformat()
    return SiteLine(one.fact.key, LEDGER, cells)


def _unmoved(one: _Left) -> Trouble:
    what = f"the ledger has {one.fact.key}, and no transaction of the warehouse tells of it"
    return Trouble("fact_without_transaction", what, one.code, one.warehouse, one.reference, one.rest)


# Alone -------------------------------------------------------------------------------------------------------


def fact_lines(site: Site, facts: Iterable[Fact]) -> SiteLines:
    """The facts as the transactions that they were, where the warehouse itself cannot be asked."""
    lines = [line for fact in facts if fact.kind in _STOCK for line in _lines_of(site, fact)]
    return SiteLines(lines=lines, source=LEDGER, columns=_COLUMNS)


def _lines_of(site: Site, fact: Fact) -> Iterator[SiteLine]:
    match fact.record:
        case Dispatch() as record:
            yield from _dispatched(site, fact, record, "DISP", moment(record.occurred_at, record.own_date))
        case Undispatch() as record:
            yield from _dispatched(site, fact, record, "UNDISP", moment(record.occurred_at))
        case Receipt() as record:
            more = {"goods_in": record.order_reference, "goods_in_line": record.line_number}
            yield _alone(site, fact, record, "RCV" if record.quantity > 0 else "UNRCV", more)
        case ReturnToStock() as record:
            more = {"receipt_type": "return", "goes_back_to": record.order_reference}
            yield _alone(site, fact, record, "RCV" if record.quantity > 0 else "UNRCV", more)
        case Adjustment() as record:
            more = {"reason_code": record.reason}
            yield _alone(site, fact, record, "POSADJ" if record.quantity > 0 else "NEGADJ", more)
        case Hold() as record:
            yield _alone(site, fact, record, "HOLD", {})
        case _:
            return


def _dispatched(
    site: Site, fact: Fact, record: Dispatch | Undispatch, subtype: str, at: str
) -> Iterator[SiteLine]:
    for line in record.lines:
        if line.shipped:
            cells = {
                "id": f"{record.id}/{fact.version}/{line.number}",
                "subtype": subtype,
                "quantity": number(line.shipped),
                "created_at": at,
                "warehouse": site.warehouse_at(record.location),
                "goods_out": record.order_reference,
                "goods_in_line": line.number,
                **cells_of(line.item),
            }
            yield SiteLine(fact.key, LEDGER, cells)


def _alone(
    site: Site,
    fact: Fact,
    record: Receipt | ReturnToStock | Adjustment | Hold,
    subtype: str,
    more: Mapping[str, str],
) -> SiteLine:
    own = None if isinstance(record, Hold) else record.own_date
    cells = {
        "id": record.id,
        "subtype": subtype,
        "quantity": number(abs(record.quantity)),
        "created_at": moment(record.occurred_at, own),
        "warehouse": site.warehouse_at(record.location),
        **cells_of(record.item),
        **more,
    }
    return SiteLine(fact.key, LEDGER, cells)
