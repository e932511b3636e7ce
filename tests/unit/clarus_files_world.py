"""A site that reaches its warehouse by file, opened from a site file; the warehouse's end plays in the sandbox."""

import datetime as dt
from contextlib import ExitStack, contextmanager

from attrs import define, evolve, field
from flows_world import BLACK, CODES, NAVY, ODD, Loop, _stock

from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.flows import (
    collect_movements,
    collect_orders,
    deliver,
    learn,
    open_site,
    reprocess,
)
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, bluecherry_app
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET, clarus_app
from clarus_bluecherry.sandbox.clarus_files import EXPORTS, FileFaults, WarehouseFileSide
from clarus_bluecherry.sandbox.erp import Erp
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.warehouse import Warehouse

SITE = """
[clarus]
transport = "files"
subdomain = "sandbox"
account = "BRAND"
zone = "Europe/London"
base_url = "CLARUS_URL"
warehouses = { WH-NJ = "NJ" }

[clarus.files]
settle = 0
{products}

[clarus.files.dispatched]
names = ["DISPATCHED_*.csv"]
columns = {dispatched}

[clarus.files.received]
names = ["RECEIVED_*.csv"]
columns = {received}

[bluecherry]
base_url = "BLUECHERRY_URL"
zone = "America/New_York"
currency = "USD"
own_id = "WAREHOUSE"
partner_id = "BRAND"

[bluecherry.carriers.UPSGRND]
shipper = "UPS"

[ledger]
path = "ledger.sqlite"
zone = "America/New_York"
go_live = 2026-01-01

[sku]
decisions = "decisions.csv"

[delivery]
latest_effect = 0
"""
DECISIONS = "clarus_code,division,style,color,label,dimension,size,origin\n1234_blk_m,,01234,BLK,,,M,person\n"


def columns(kind):
    pairs = (f'{name} = "{header}"' for name, header in EXPORTS[kind].layout.columns.items())
    return "{ " + ", ".join(pairs) + " }"


def site_text(more="", products="", **changes):
    text = SITE.replace("{dispatched}", columns("dispatched")).replace("{received}", columns("received"))
    for before, after in changes.items():
        text = text.replace(before, after)
    return text.replace("{products}", products) + more


def _to_noon():
    """How far it is to tomorrow's noon: a test that began near midnight would see a day end."""
    now = dt.datetime.now(dt.UTC)
    return dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(12), dt.UTC) - now


@define(kw_only=True)
class ByFile:
    """Everything that a test of a site by file touches. `turn` is a turn of the loop, with both sides at work."""

    erp: Erp
    warehouse: Warehouse
    side: WarehouseFileSide
    folder: object
    secrets: Secrets
    urls: dict
    text: str = ""
    ahead: dt.timedelta = field(factory=_to_noon)
    stack: ExitStack = field(factory=ExitStack)
    site: object = None

    time = property(lambda self: dt.datetime.now(dt.UTC) + self.ahead)
    release, issue, goods_out, ship = Loop.release, Loop.issue, Loop.goods_out, Loop.ship
    postings, states = Loop.postings, Loop.states

    @property
    def root(self):
        return self.folder / "clarus_exchange"

    def open(self, **told):
        """Open the site anew, by the site file as `told` changes it."""
        self.stack.close()
        text = site_text(**told)
        for name, url in self.urls.items():
            text = text.replace(name, url)
        path = self.folder / "site.toml"
        path.write_text(text, "utf-8")
        file = load_site(path)
        site = self.stack.enter_context(open_site(file, self.secrets))
        ledger = self.stack.enter_context(Ledger.open(self.folder / "ledger.sqlite", now=lambda: self.time))
        self.site = learn(evolve(site, ledger=ledger, clock=lambda: self.time), file)

    def out(self):
        """The names of the files that wait for the warehouse."""
        return [path.name for path in self.site.files.folder.left()]

    def work(self):
        """What a worker does in a turn."""
        collect_orders(self.site)
        collected = collect_movements(self.site)
        reprocess(self.site)
        deliver(self.site)
        self.ahead += dt.timedelta(hours=1)
        return collected

    def turn(self):
        """A turn of the worker, the warehouse's look into its folders, and another turn."""
        self.work()
        self.side.meet()
        return self.work()

    def unread(self):
        """What could not be read and waits for a person: name and reason."""
        return [(each.record_name, each.reason) for each in self.site.ledger.inbox(kind="unread")]


@contextmanager
def by_file(folder, *, api=False, root=None, **told):
    """A site by file with 20 of each article but the odd one in NJ. `api`: it may ask the API as well."""
    here = None

    def clock():
        return here.time if here else dt.datetime.now(dt.UTC) + _to_noon()

    erp, warehouse = Erp(clock=clock), Warehouse(clock=clock)
    _stock(erp, warehouse)
    warehouse.create_reference("customers", {"code": "NORDST", "name": "Nordstrom"})
    (folder / "decisions.csv").write_text(DECISIONS, "utf-8")
    told.setdefault("products", "" if api else 'products = "products.csv"')
    lines = "".join(f"{CODES[each]},{each.upc}\n" for each in (BLACK, NAVY, ODD))
    (folder / "products.csv").write_text(f"Code,Barcode\n{lines}", "utf-8")
    known = {"CLARUS_CLIENT_ID": CLIENT_ID, "CLARUS_CLIENT_SECRET": CLIENT_SECRET} if api else {}
    secrets = Secrets.from_environment(
        {
            **known,
            "BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
            "CLARUS_UPLOAD_PASSWORD": "s3cret-pass",
            "CLARUS_DOWNLOAD_PASSWORD": "s3cret-pass",
            "SECRETS_FOLDER": "/nowhere",
        }
    )
    with LocalServer(clarus_app(warehouse)) as clarus, LocalServer(bluecherry_app(erp)) as bluecherry:
        here = ByFile(
            erp=erp,
            warehouse=warehouse,
            side=WarehouseFileSide(warehouse, root or folder / "clarus_exchange", FileFaults()),
            folder=folder,
            secrets=secrets,
            urls={"CLARUS_URL": clarus.url if api else "http://127.0.0.1:9", "BLUECHERRY_URL": bluecherry.url},
        )
        here.open(**told)
        try:
            yield here
        finally:
            here.stack.close()
