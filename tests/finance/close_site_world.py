"""A site between both sandboxes on loopback, and the same month end by its exports alone."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from contextlib import contextmanager

from attrs import define, evolve

from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.flows.close_site import read_site
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.http import Settings
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET, clarus_app
from clarus_bluecherry.sandbox.exports import write_exports
from clarus_bluecherry.sandbox.season import ACCOUNT, LOCATIONS
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sku import Crosswalk, Decision, Recipe, WarehouseProduct
from clarus_bluecherry.tables import csv_bytes
from tests.unit.flows_world import CODES, site_at

NUMBERS = "(?:TO|CV|AT)-[0-9]+"
_CROSSWALK = ("product_code", "sku", "style", "color_code", "lbl_code", "dimension", "size_desc")


def exported(here, folder):
    """Both systems' exports of this moment, with what a site's finance keeps beside them."""
    write_exports(folder, here.warehouse, here.erp)
    rows = [(code, sku_of(article).key, *article.key) for article, code in tied(here).items()]
    (folder / "crosswalk.csv").write_bytes(csv_bytes([_CROSSWALK, *rows]))
    (folder / "close.toml").write_text("\n".join(_settings(here)) + "\n", "utf-8")
    return folder


def tied(here):
    """The articles that the site's crosswalk ties, with their codes."""
    return {article: code for article, code in CODES.items() if here.site.crosswalk.code_of(sku_of(article))}


def sku_of(article):
    style, color, label, dimension, size = article.key
    return Sku(style, color, label=label, dimension=dimension, size=size)


def _settings(here):
    taken = here.time.isoformat()
    yield from ('zone = "America/New_York"', 'clarus_zone = "UTC"', 'account = "BRAND"', 'currency = "USD"')
    yield from ('basis = "standard"', f'numbers = "{NUMBERS}"', "", "[files]", 'sku_master = "crosswalk.csv"')
    yield from ("", "[warehouses]", 'WH-NJ = "NJ"')
    yield from ("", "[taken_at]", f'stock = "{taken}"', f'inventory_report = "{taken}"')


def without_warehouse(folder):
    """The same folder, without anything of the warehouse's or of a ledger's."""
    books = folder.with_name(f"{folder.name} of the books")
    shutil.copytree(folder, books)
    for name in ("clarus_stock", "clarus_transactions", "clarus_products", "postings", "crosswalk", "skus"):
        (books / f"{name}.csv").unlink(missing_ok=True)
    text = (books / "close.toml").read_text("utf-8")
    if "numbers" not in text:
        (books / "close.toml").write_text(f'numbers = "{NUMBERS}"\n{text}', "utf-8")
    return books


def with_physical_opening(books):
    """The same folder, whose opening says that the warehouse held what the books did."""
    opening = books / "opening_positions.csv"
    header, *rows = opening.read_text("utf-8").splitlines()
    at = header.split(",").index("units")
    told = [f"{header},physical", *(f"{row},{row.split(',')[at]}" for row in rows)]
    opening.write_text("\n".join(told) + "\n", "utf-8")


@contextmanager
def site_of(planter, ledger):
    """A site at whose ledger nobody has worked, over the warehouse of a planter."""
    began = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    with client_of(planter.warehouse) as clarus, Ledger.open(ledger, now=planter.clock, personal=PERSONAL) as book:
        bare = site_at(clarus, None, book, clock=planter.clock)
        site = evolve(
            bare,
            account=ACCOUNT,
            warehouses=LOCATIONS,
            warehouse_terms=evolve(bare.warehouse_terms, locations=LOCATIONS),
            calendar=PostingCalendar(planter.erp.zone),
            go_live=began,
        )
        decisions = [Decision(code=code, sku=Sku.from_key(item)) for code, item in planter.items.items()]
        products = [Product(sku=decision.sku) for decision in decisions]
        listed = [WarehouseProduct(decision.code) for decision in decisions]
        yield site.with_crosswalk(Crosswalk.build(products, listed, Recipe(), decisions), products)


@contextmanager
def client_of(warehouse, asked=None):
    """A client of a warehouse. `asked` hears each query, and may answer in the warehouse's place."""
    app = clarus_app(warehouse)
    with (
        LocalServer(app if asked is None else Overheard(app, asked)) as server,
        Clarus.with_credentials(
            warehouse.subdomain,
            CLIENT_ID,
            CLIENT_SECRET,
            base_url=server.url,
            settings=Settings(max_retries=0),
        ) as clarus,
    ):
        yield clarus


@define
class Overheard:
    """An application before which somebody reads each GraphQL query."""

    app: object
    asked: object

    async def __call__(self, scope, receive, send):
        if scope["path"] != "/graphql":
            await self.app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        answer = self.asked(json.loads(body)["query"])
        if answer is None:
            heard = iter([{"type": "http.request", "body": body}])

            async def again():
                return next(heard, {"type": "http.disconnect"})

            await self.app(scope, again, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


def by_site(site, books, **asked):
    read = read_site(site, books, **asked)
    return close_books(read.given, read.as_of, read.known)


def by_files(folder, **asked):
    read = read_folder(folder, **asked)
    return close_books(read.given, read.as_of, read.known)


def causes(close):
    """Every cause and what is unexplained, in words."""
    told = []
    for line in close.lines:
        place = line.item, line.location
        told += [(*place, str(c.moved), str(c.status), c.document, int(c.units)) for c in line.causes]
        if line.unexplained:
            told.append((*place, "", "unexplained", "", int(line.unexplained)))
    return sorted(told)


@contextmanager
def with_empty_ledger(site, place):
    """The same site, at whose ledger nobody has worked."""
    with Ledger.open(place, now=site.clock, personal=PERSONAL) as ledger:
        yield evolve(site, ledger=ledger)
