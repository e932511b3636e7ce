"""Both systems as real HTTP servers on loopback with three articles, and a site that works between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import define, field

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.inventory_report import read_inventory_report
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.rest import RestTransport, subscription
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.finance import PostingCalendar, Reconciliation
from clarus_bluecherry.flows.crosswalk import learn_crosswalk
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.flows.reconcile import reconcile_now
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.http import ClientCredentials, Sender, Settings
from clarus_bluecherry.ledger import InboxItem, InboxState, Posting, State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import CarrierCodes, ErpTerms, WarehouseTerms
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, bluecherry_app
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET, clarus_app
from clarus_bluecherry.sandbox.erp import Article, Erp, Pick, PickLine, ProductionLine, ProductionOrder, columns
from clarus_bluecherry.sandbox.faults import Faults, FaultyApp
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.warehouse import GoodsOut, Warehouse
from clarus_bluecherry.sku import Decision, Recipe

ZONE = ZoneInfo("America/New_York")
PROFILE = RestProfile(our_id="WAREHOUSE", vnd_id="BRAND", zone=ZONE)
MORNING = dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)

BLACK = Article(style="01234", color_code="BLK", size_desc="M", upc="036000291452", std_cost=Decimal("7.50"))
NAVY = Article(style="01234", color_code="NVY", size_desc="30/32", std_cost=Decimal("8.25"))
ODD = Article(style="07777", color_code="RED", size_desc="O/S", std_cost=Decimal("3.00"))
SHIP_TO = {"name": "Jane Doe", "addr1": "1 Main St", "city": "Newark", "zipcode": "07102", "country": "US"}
Ordered = tuple[tuple[Article, int], ...]
CODES = {BLACK: "1234_blk_m", NAVY: "01234-NVY-30/32", ODD: "LEGACY-9"}


@define(kw_only=True)
class Loop:
    """Everything a test of the flows touches."""

    erp: Erp
    warehouse: Warehouse
    clarus_faults: Faults
    bluecherry_faults: Faults
    site: Site
    clarus_url: str
    bluecherry_url: str
    time: dt.datetime = MORNING
    place: str = ":memory:"
    decisions: list[Decision] = field(factory=list)

    def later(self, **step: float) -> None:
        self.time += dt.timedelta(**step)

    def learn(self) -> None:
        self.site = learn_crosswalk(self.site, Recipe(), self.decisions)

    def turn(self) -> None:
        """One turn of the loop; the clock moves, so that what waited is due."""
        collect_orders(self.site)
        collect_movements(self.site)
        reprocess(self.site)
        deliver(self.site)
        self.later(hours=1)

    def release(
        self,
        number: str = "1001",
        lines: tuple[tuple[Article, int], ...] = ((BLACK, 5), (NAVY, 2)),
        unit: str = "",
    ) -> None:
        self.erp.release(
            Pick(
                pick_num=number,
                ord_num=f"SO{number}",
                po_num="PO-9",
                customer="NORDST",
                location="NJ",
                shipper="UPS",
                pick_date=self.time.date(),
                ship_to={
                    "name": "Jane Doe",
                    "addr1": "1 Main St",
                    "city": "Newark",
                    "zipcode": "07102",
                    "country": "US",
                },
                lines=tuple(
                    PickLine(line_seq=str(place), article=article, bk_qty=units, price=Decimal("19.90"), uom=unit)
                    for place, (article, units) in enumerate(lines, 1)
                ),
                last_mod=self.time,
            )
        )

    def issue(self, number: str = "C55", article: Article = BLACK, units: int = 12) -> None:
        line = ProductionLine(prod_line="3", article=article, prod_qty=units, cost=Decimal("7.10"))
        order = ProductionOrder(
            prod_num=number,
            vendor="MILL",
            location="NJ",
            due_date=self.time.date(),
            lines=(line,),
            last_mod=self.time,
        )
        self.erp.issue(order)

    def goods_out(self, reference: str = "1001") -> GoodsOut:
        """The one order of this reference in the warehouse."""
        (order,) = [each for each in self.warehouse.goods_outs if each.reference == reference]
        return order

    def ship(self, reference: str = "1001", short: int = 0) -> None:
        """The warehouse picks and dispatches an order, `short` units short on its first line."""
        order = self.goods_out(reference)
        self.warehouse.process_picks([order.id])
        quantities = {line.id: line.order_quantity for line in order.lines}
        quantities[order.lines[0].id] -= short
        self.warehouse.pick(order.id, quantities)
        self.warehouse.dispatch(order.id)

    def postings(self, kind: str) -> list[Posting]:
        return self.site.ledger.in_state(*State, kind=kind)

    def states(self, kind: str) -> list[State]:
        return [posting.state for posting in self.postings(kind)]

    def unread(self) -> list[InboxItem]:
        """All that could ever not be read."""
        return self.site.ledger.inbox(*InboxState, kind="unread")

    def unread_states(self) -> list[InboxState]:
        return [item.state for item in self.unread()]

    def waiting(self) -> list[InboxItem]:
        """What of the inbox waits, for a worker or for a person."""
        return self.site.ledger.inbox()

    def for_people(self) -> list[Posting | InboxItem]:
        """What waits for somebody: parked postings, and what is in the inbox."""
        return [*self.site.ledger.in_state(State.PARKED), *self.waiting()]

    def notices(self) -> list[InboxItem]:
        return self.site.ledger.inbox(*InboxState, kind="notification")

    def notice_states(self) -> list[InboxState]:
        return [item.state for item in self.notices()]

    def reconcile(self) -> Reconciliation:
        return reconcile_now(self.site, read_inventory_report(columns.inventory_report(self.erp)).rows)


@contextmanager
def loop(
    *, ledger: str = ":memory:", closed_through: dt.date | None = None, own_clock: bool = False
) -> Iterator[Loop]:
    """A world with 20 of each article but the odd one in NJ, the crosswalk learnt, and only scripted faults.

    With `own_clock` the ledger goes by its database's clock, not by the world's.
    """

    def clock() -> dt.datetime:
        return here.time if here else MORNING

    here: Loop | None = None
    erp, warehouse = Erp(clock=clock, zone=ZONE), Warehouse(clock=clock, zone=ZONE)
    _stock(erp, warehouse)
    clarus_faults, bluecherry_faults = Faults(), Faults()
    with (
        LocalServer(FaultyApp(clarus_app(warehouse), clarus_faults)) as clarus_server,
        LocalServer(FaultyApp(bluecherry_app(erp), bluecherry_faults)) as bluecherry_server,
        Clarus.with_credentials(
            warehouse.subdomain,
            CLIENT_ID,
            CLIENT_SECRET,
            base_url=clarus_server.url,
            settings=Settings(max_retries=0),
        ) as clarus,
        BlueCherry.rest(
            bluecherry_server.url,
            subscription_key=SUBSCRIPTION_KEY,
            profile=PROFILE,
            settings=Settings(max_retries=0),
        ) as bluecherry,
        Ledger.open(ledger, now=None if own_clock else clock, personal=PERSONAL) as book,
    ):
        site = site_at(clarus, bluecherry, book, clock=clock, closed_through=closed_through)
        here = Loop(
            erp=erp,
            warehouse=warehouse,
            clarus_faults=clarus_faults,
            bluecherry_faults=bluecherry_faults,
            site=site,
            clarus_url=clarus_server.url,
            bluecherry_url=bluecherry_server.url,
        )
        here.learn()
        yield here


def site_at(
    clarus: Clarus,
    bluecherry: BlueCherry,
    ledger: Ledger,
    *,
    clock: Callable[[], dt.datetime],
    closed_through: dt.date | None = None,
) -> Site:
    """A site between both servers, its crosswalk not learnt."""
    return Site(
        clarus=clarus,
        bluecherry=bluecherry,
        ledger=ledger,
        account="BRAND",
        warehouses={"WH-NJ": "NJ"},
        erp_zone=ZONE,
        currency="USD",
        warehouse_terms=WarehouseTerms(zone=ZONE, locations={"WH-NJ": "NJ"}),
        erp_terms=ErpTerms(
            zone=ZONE,
            carriers={"UPSGRND": CarrierCodes("UPS", "UPSN")},
            count_reasons=frozenset({"COUNT"}),
        ),
        calendar=PostingCalendar(ZONE, closed_through=closed_through),
        go_live=MORNING,
        latest_effect=dt.timedelta(0),
        clock=clock,
    )


def _stock(erp: Erp, warehouse: Warehouse) -> None:
    erp.add_location("NJ")
    erp.add_shipper("UPS")
    warehouse.add_account("BRAND")
    warehouse.add_warehouse("WH-NJ")
    warehouse.add_carrier("UPSGRND")
    for code, kind in (
        ("FOUND", "positive_adjustment"),
        ("LOST", "negative_adjustment"),
        ("COUNT", "stock_check"),
    ):
        warehouse.add_reason(code, kind)
    for article, code in CODES.items():
        erp.add_article(article)
        warehouse.add_product(code, barcode=article.upc or None)
        if article is not ODD:
            erp.open_stock(article, "NJ", 20)
            warehouse.open_stock(code, 20)


def clarus_through(url, transport):
    """A sender for the sandbox's Clarus, whose requests go through `transport`, once each."""
    auth = ClientCredentials(token_url="/oauth/token", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    return Sender(url, auth=auth, settings=Settings(max_retries=0), transport=transport)


def bluecherry_through(url, transport):
    """A transport for the sandbox's Blue Cherry, whose requests go through `transport`, once each."""
    auth = subscription(SUBSCRIPTION_KEY, PROFILE)
    sender = Sender(url, auth=auth, settings=Settings(max_retries=0), transport=transport)
    return RestTransport(sender, PROFILE)
