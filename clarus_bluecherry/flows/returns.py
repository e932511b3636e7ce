"""Returns to stock: which order each came back from, and in what condition its product lies in the warehouse now.

Law of this flow: it reads and never writes. Clarus links no return to an order and does not say what becomes of
returned stock; the order is found by the reference that the receipt carries, and the condition is read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, PICK, TRANSACTION
from clarus_bluecherry.flows.rows import Rows, read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.model import Item, ReturnToStock, SalesOrder, UnmatchedCode

UNKNOWN_STATUS = ""


@frozen(kw_only=True)
class ReturnedStock:
    """A return, the pick tickets it may have come back from, and its product's stock there now, by status.

    `picks` is empty when the receipt names no order that was sent out, and holds several when it names a sales
    order that was cut into several. `by_status` has Clarus's own words (`available`, `held`; no list of them is
    published) and counts all stock of the product in that warehouse: no stock row names its receipt. `unread` says
    what is wrong with stock rows that cannot be read and are not counted.
    """

    returned: ReturnToStock
    picks: tuple[str, ...]
    by_status: Mapping[str, Decimal]
    unread: tuple[str, ...] = ()


def returned_stock(site: Site, *, since: dt.datetime) -> list[ReturnedStock]:
    """The returns that the ledger knows from `since` on, oldest first. Raises the wire's errors."""
    facts = site.ledger.facts(kind=TRANSACTION, source=CLARUS, since=since)
    returns = [fact.record for fact in facts if isinstance(fact.record, ReturnToStock)]
    picks = _picks_by_reference(site) if returns else {}
    stock = {place: _stock(site, *place) for place in dict.fromkeys(map(_place, returns))}
    return [
        ReturnedStock(
            returned=each,
            picks=tuple(picks.get(each.order_reference, ())),
            by_status=_by_status(stock[_place(each)].nodes),
            unread=tuple(row.problem.problem for row in stock[_place(each)].unread),
        )
        for each in returns
    ]


def _place(returned: ReturnToStock) -> tuple[Item, str]:
    return returned.item, returned.location


def _picks_by_reference(site: Site) -> Mapping[str, Mapping[str, None]]:
    """Pick numbers, in order, by every reference that a return may name: their own, and their sales order's."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for fact in site.ledger.facts(kind=PICK, source=BLUECHERRY):
        if isinstance(fact.record, SalesOrder):
            for reference in filter(None, (fact.record.reference, fact.record.order_number)):
                found[reference][fact.record.reference] = None
    return found


def _stock(site: Site, item: Item, location: str) -> Rows[wire.StockNode]:
    """Facts keep the product's code as the warehouse wrote it, so that is what is asked for."""
    code = item.code if isinstance(item, UnmatchedCode) else str(item)
    stocks = calls.stocks.list(
        account_id=site.clarus.ids.account(site.account),
        warehouse_id=site.clarus.ids.warehouse(site.warehouse_at(location)),
        product_id=site.clarus.ids.product(code),
    )
    return read_whole(site, stocks)


def _by_status(rows: Iterable[wire.StockNode]) -> Mapping[str, Decimal]:
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        total[row.status or UNKNOWN_STATUS] += row.quantity
    return dict(total)
