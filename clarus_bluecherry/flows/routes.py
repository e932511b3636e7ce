"""What becomes of each kind of order that Blue Cherry tells: one table, a row for each kind of fact.

Law of this module: the flows look up, they do not dispatch. A new kind of order is a row here and a function in
`mapping`; a kind may have several rows, where one document is several facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from attrs import evolve, frozen

from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.transfer_order import TRANSFER_ORDER
from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder, Row
from clarus_bluecherry.flows.names import GOODS_OUT, PRE_RECEIPT
from clarus_bluecherry.mapping import ErpTerms, bluecherry
from clarus_bluecherry.model import Item, PurchaseOrder, SalesOrder

R = TypeVar("R", bound=Row)


class OrderTerms(Protocol):
    """What of a site says how its orders are read: all that a route needs of a `Site`."""

    @property
    def erp_zone(self) -> dt.tzinfo:
        """The time zone of Blue Cherry's own dates."""
        ...

    def in_division(self, item: Item, division: str) -> Item:
        """`item` in `division`, where it stands in several."""
        ...

    @property
    def erp_terms(self) -> ErpTerms:
        """Which units of measure mean the each."""
        ...

    @property
    def warehouses(self) -> Mapping[str, str]:
        """Clarus warehouse codes and their Blue Cherry locations."""
        ...

    @property
    def withdrawn_statuses(self) -> frozenset[str]:
        """Words by which Blue Cherry says that a pick ticket is withdrawn, in small letters."""
        ...


@frozen(kw_only=True)
class OrderRoute(Generic[R]):
    """The way of one kind of fact from Blue Cherry to the warehouse.

    `fact` is the kind of fact that a record of `kind` becomes, `posting` what it calls for, `title` what a person
    calls it. `number` is its reference in both systems, which no other kind of order may share. `order` maps it,
    without lines where it is withdrawn. `place` is the location that it asks something of, where that may be no
    warehouse of this site: then nothing is asked of us. `untold` says why what the
    warehouse does with it is not told to Blue Cherry; empty: it is.
    """

    kind: Kind[R]
    fact: str
    posting: str
    title: str
    number: Callable[[R], str]
    order: Callable[[R, OrderTerms], SalesOrder | PurchaseOrder]
    place: Callable[[R], str] | None = None
    untold: str = ""

    def is_ours(self, row: R, site: OrderTerms) -> bool:
        """Whether a record asks something of one of the site's warehouses."""
        return self.place is None or self.place(row) in site.warehouses.values()


def _sales_order(pick: PickTicket, site: OrderTerms) -> SalesOrder | PurchaseOrder:
    if bluecherry.is_withdrawn(pick, statuses=site.withdrawn_statuses):
        return bluecherry.withdrawn(pick, zone=site.erp_zone)
    terms = site.erp_terms
    order = bluecherry.sales_order(pick, zone=site.erp_zone, eaches=terms.eaches, units=terms.units)
    lines = [evolve(line, item=site.in_division(line.item, pick.division)) for line in order.lines]
    return evolve(order, lines=tuple(lines))


def _purchase_order(order: ProductionOrder, site: OrderTerms) -> SalesOrder | PurchaseOrder:
    if bluecherry.is_withdrawn(order):
        return bluecherry.withdrawn(order, zone=site.erp_zone)
    terms = site.erp_terms
    return bluecherry.purchase_order(order, zone=site.erp_zone, eaches=terms.eaches, units=terms.units)


_NOT_TOLD = "no message tells Blue Cherry what became of a transfer order (L): book it there by hand"

ORDER_ROUTES: tuple[OrderRoute[Any], ...] = (
    OrderRoute(
        kind=PICK_TICKET,
        fact=PICK_TICKET.name,
        posting=GOODS_OUT,
        title="pick",
        number=lambda pick: pick.pick_num,
        order=_sales_order,
    ),
    OrderRoute(
        kind=PRODUCTION_ORDER,
        fact=PRODUCTION_ORDER.name,
        posting=PRE_RECEIPT,
        title="production order",
        number=lambda order: order.prod_num,
        order=_purchase_order,
    ),
    OrderRoute(
        kind=TRANSFER_ORDER,
        fact="transfer_out",
        posting=GOODS_OUT,
        title="transfer out",
        number=bluecherry.transfer_number,
        order=lambda order, site: _sales_order(bluecherry.transfer_out(order), site),
        place=lambda order: bluecherry.transfer_places(order)[0],
        untold=_NOT_TOLD,
    ),
    OrderRoute(
        kind=TRANSFER_ORDER,
        fact="transfer_in",
        posting=PRE_RECEIPT,
        title="transfer in",
        number=bluecherry.transfer_number,
        order=lambda order, site: _purchase_order(bluecherry.transfer_in(order), site),
        place=lambda order: bluecherry.transfer_places(order)[1],
        untold=_NOT_TOLD,
    ),
)


def route_of(fact: str) -> OrderRoute[Any] | None:
    """The route of a kind of fact; None where it is none of an order."""
    return next((route for route in ORDER_ROUTES if route.fact == fact), None)


def routes_of(row: Row) -> list[OrderRoute[Any]]:
    """Every way that a record goes."""
    return [route for route in ORDER_ROUTES if type(row) is route.kind.model]


def order_kinds() -> list[Kind[Any]]:
    """The kinds that become orders, each once."""
    return list(dict.fromkeys(route.kind for route in ORDER_ROUTES))
