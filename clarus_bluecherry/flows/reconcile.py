"""Reconcile: the warehouse's physical stock against Blue Cherry's book stock, every difference with its cause.

Law of this flow: it reads both systems and writes to neither. What was accepted is asked about first, so that the
ledger knows what the books show. A stock record that cannot be read is kept for a
person, and the outcome says that it is incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from clarus_bluecherry.bluecherry.messages import OnHand
from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.clarus._graphql import UnreadRow
from clarus_bluecherry.clarus._paging import Teller, Told
from clarus_bluecherry.finance import Reconciliation, in_flight, reconcile
from clarus_bluecherry.flows.deliver import confirm_all
from clarus_bluecherry.flows.rows import keep_row, unread_node
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import bluecherry, clarus
from clarus_bluecherry.model import StockPosition


def physical_stock(site: Site, *, unread: Told | None = None) -> list[StockPosition]:
    """What the warehouse holds now, per item and location, tied to SKUs as far as the crosswalk goes.

    Stock records that cannot be read, or that name no product, go to `unread`; without it `UnreadRows` is raised:
    a list with a hole in it is not all there is.
    """
    account = site.clarus.ids.account(site.account)
    positions: list[StockPosition] = []
    for code in site.warehouses:
        listing = calls.stocks.list(account_id=account, warehouse_id=site.clarus.ids.warehouse(code))
        stocks = _of_products(site.clarus.iterate(listing, unread=unread), unread)
        positions += clarus.stock_positions(stocks, warehouse=code, as_of=site.clock(), terms=site.warehouse_terms)
    return positions


def _of_products(stocks: Iterable[wire.StockNode], unread: Told | None) -> Iterator[wire.StockNode]:
    teller = Teller("stocks", unread)
    for stock in stocks:
        if stock.product is not None and stock.product.code:
            yield stock
        else:
            teller.tell([unread_node(stock, "it names no product", field="product.code")])
    teller.end()


def reconcile_now(site: Site, inventory_report: Iterable[OnHand]) -> Reconciliation:
    """Compare both systems now. `inventory_report` is Blue Cherry's exported inventory report, read to rows.

    What is wrong with stock records that cannot be read stands in the outcome's `unread`; they are kept, too.
    """
    confirm_all(site)
    unread: list[str] = []

    def told(row: UnreadRow) -> None:
        unread.append(row.problem.problem)
        keep_row(site, row)

    terms = site.erp_terms
    book = bluecherry.book_positions(
        inventory_report, as_of=site.clock(), eaches=terms.eaches, units=terms.units, divided=site.divided
    )
    physical = physical_stock(site, unread=told)
    moving = in_flight(site.ledger, sku_of=site.warehouse_terms.sku_of)
    return evolve(reconcile(physical, book, moving), unread=tuple(unread))
