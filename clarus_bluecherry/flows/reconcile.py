"""Reconcile: the warehouse's physical stock against Blue Cherry's book stock, every difference with its cause.

Law of this flow: it reads both systems and writes to neither. What was accepted is asked about first, so that the
ledger knows what the books show. A stock record that cannot be read is kept for a
person, and the outcome says that it is incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from attrs import evolve

from clarus_bluecherry.bluecherry.messages import OnHand
from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.clarus._graphql import UnreadRow
from clarus_bluecherry.clarus._paging import Teller, Told
from clarus_bluecherry.errors import AmbiguousSku, InvalidRecord
from clarus_bluecherry.finance import InFlight, Reconciliation, in_flight, reconcile
from clarus_bluecherry.flows.deliver import confirm_all
from clarus_bluecherry.flows.rows import keep_row, unread_node
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.writing import is_stocked
from clarus_bluecherry.mapping import bluecherry, clarus
from clarus_bluecherry.mapping.prepacks import components
from clarus_bluecherry.model import Item, StockPosition

ToldT = TypeVar("ToldT", StockPosition, InFlight)


def physical_stock(site: Site, *, unread: Told | None = None) -> list[StockPosition]:
    """What the warehouse holds now, per item and location, tied to SKUs as far as the crosswalk goes.

    Stock records that cannot be read, or that cannot be (less than nothing, of no product, in another unit), go to
    `unread`; without it `UnreadRows` is raised: a list with a hole in it is not all there is.
    """
    account = site.clarus.ids.account(site.account)
    positions: list[StockPosition] = []
    for code in site.warehouses:
        listing = calls.stocks.list(account_id=account, warehouse_id=site.clarus.ids.warehouse(code))
        stocks = _possible(site.clarus.iterate(listing, unread=unread), site, unread)
        positions += clarus.stock_positions(stocks, warehouse=code, as_of=site.clock(), terms=site.warehouse_terms)
    return positions


def _possible(stocks: Iterable[wire.StockNode], site: Site, unread: Told | None) -> Iterator[wire.StockNode]:
    """Those that can lie in a warehouse; each other one is told, and the rest of the list goes on."""
    teller, terms = Teller("stocks", unread), site.warehouse_terms
    for stock in stocks:
        try:
            clarus.item_in_stock(stock, terms)
        except InvalidRecord as error:
            teller.tell([unread_node(stock, error.what, field=error.field)])
        else:
            yield stock
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
    book = list(chain.from_iterable(_in_components(site, position) for position in book))
    physical = physical_stock(site, unread=told)
    moving = in_flight(site.ledger, sku_of=site.warehouse_terms.sku_of)
    moving = list(chain.from_iterable(_in_components(site, movement) for movement in moving))
    return evolve(reconcile(physical, book, moving), unread=tuple(unread))


def _stays(site: Site, pack: Item) -> bool:
    """Whether a prepack is one of the warehouse's products, or may be: what is not clear stays as it was told."""
    try:
        return is_stocked(site, pack)
    except AmbiguousSku:
        return True


def _in_components(site: Site, told: ToldT) -> list[ToldT]:
    """What was told of a prepack, piece by piece: nobody says what one piece of it costs."""
    parts = components(told.item, site.erp_terms.units.prepacks, partial(_stays, site))
    if not parts:
        return [told]
    bare: dict[str, Any] = {"unit_cost": None} if isinstance(told, StockPosition) else {}
    return [evolve(told, item=item, quantity=told.quantity * eaches, **bare) for item, eaches in parts.items()]
