"""Reconcile: the warehouse's physical stock against Blue Cherry's book stock, every difference with its cause.

Law of this flow: it reads both systems and the ledger and writes to none of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from clarus_bluecherry.bluecherry.messages import OnHand
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.finance import Reconciliation, in_flight, reconcile
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import bluecherry, clarus
from clarus_bluecherry.model import StockPosition


def physical_stock(site: Site) -> list[StockPosition]:
    """What the warehouse holds now, per item and location, tied to SKUs as far as the crosswalk goes."""
    account = site.clarus.ids.account(site.account)
    positions: list[StockPosition] = []
    for code in site.warehouses:
        where = {
            "account_id": calls.eq(account),
            "warehouse_id": calls.eq(site.clarus.ids.warehouse(code)),
        }
        stocks = site.clarus.iterate(calls.stocks(where=where))
        positions += clarus.stock_positions(stocks, warehouse=code, as_of=site.clock(), terms=site.warehouse_terms)
    return positions


def reconcile_now(site: Site, inventory_report: Iterable[OnHand]) -> Reconciliation:
    """Compare both systems now. `inventory_report` is Blue Cherry's exported inventory report, read to rows."""
    book = bluecherry.book_positions(inventory_report, as_of=site.clock(), eaches=site.erp_terms.eaches)
    moving = in_flight(site.ledger, sku_of=site.warehouse_terms.sku_of)
    return reconcile(physical_stock(site), book, moving)
