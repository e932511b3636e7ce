"""Learn the crosswalk: both complete SKU lists, and what people decided, become the pairs a site works with.

Law of this flow: it writes nothing to either system. What it could not pair is in the crosswalk's findings. The
ledger keeps every version of every pair.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.messages import Style
from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.config import SiteFile
from clarus_bluecherry.errors import FactChanged, InvalidRecord
from clarus_bluecherry.flows.ingest import keep_refused
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, CROSSWALK, PAIR
from clarus_bluecherry.flows.reading import deliveries
from clarus_bluecherry.flows.rows import iterate
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.sku_audit import read_products
from clarus_bluecherry.flows.units import ask_clarus
from clarus_bluecherry.flows.wall import Wall, evidence, why
from clarus_bluecherry.ledger import Fact
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import CrosswalkEntry, Product, Sku
from clarus_bluecherry.sku import (
    DEFAULT_STAGES,
    Crosswalk,
    Decision,
    Origin,
    Pair,
    Recipe,
    SkuRule,
    Stage,
    WarehouseProduct,
    read_decisions,
)

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger


def learn_crosswalk(
    site: Site,
    recipe: Recipe,
    decisions: Iterable[Decision] = (),
    *,
    stages: Sequence[Stage | SkuRule] = DEFAULT_STAGES,
    product_list: Path | None = None,
) -> Site:
    """Read both product lists and return the site that knows their crosswalk; a person's decisions come first.

    The warehouse's products are read from the file `product_list` (CSV, Excel) where there is one, else over its
    API. A site that has neither gets the codes that `recipe` writes for Blue Cherry's SKUs: nobody has looked
    whether the warehouse has them. Where Blue Cherry does not tell the styles that it should, what was learnt
    before stands.
    """
    learnt_at = site.clock()
    products = read_master(site)
    if products is None:
        return site
    nodes = list(iterate(site, calls.products.list())) if site.has_api and product_list is None else []
    if product_list is not None:
        listed = _listed_in(site, product_list)
    elif site.has_api:
        listed = _listed_by_api(site, nodes)
    else:
        listed = _as_written(site, products, recipe)
    crosswalk = Crosswalk.build(products, listed, recipe, decisions, stages=stages, since=site.clock())
    kept = remember(site.ledger, crosswalk, site.clock())
    units = ask_clarus(site, nodes, kept.sku)
    return site.with_units(units).with_crosswalk(kept, products, learnt_at=learnt_at)


def learn(site: Site, file: SiteFile) -> Site:
    """As `learn_crosswalk`, with the recipe, the order of matching and the decisions that the site file names.

    A worker calls it at each turn, or whenever the decisions have changed: what waited for them goes on. Raises
    `InvalidRecord` when the sheet of decisions cannot be read or obeyed, or the list of products cannot be read.
    """
    decisions = read_decisions(file.sku.decisions) if file.sku.decisions else ()
    product_list = file.clarus.files.products if file.clarus.transport == "files" else None
    return learn_crosswalk(site, file.recipe, decisions, stages=file.stages, product_list=product_list)


def remember(ledger: Ledger, crosswalk: Crosswalk, at: dt.datetime) -> Crosswalk:
    """Keep every line of `crosswalk` that changed since the ledger saw it last; return it with the true dates.

    A pair by rule is dated with the instant it first stood so; a person's pair keeps the person's date. A code
    that lost its pair is a line too. Workers that learn the same crosswalk at once keep it once; what another one
    kept meanwhile is looked at anew.
    """
    while True:
        try:
            with ledger.transaction():
                return _remembered(ledger, crosswalk, at)
        except FactChanged:
            continue


def pair_history(ledger: Ledger, code: str = "") -> list[tuple[dt.datetime, CrosswalkEntry]]:
    """Every version of every line of the crosswalk, or of the line of `code`, oldest first, and since when."""
    found = ledger.facts(kind=PAIR, source=CROSSWALK)
    entries = [(fact.occurred_at, fact.record) for fact in found]
    return [(at, one) for at, one in entries if isinstance(one, CrosswalkEntry) and code in ("", one.code)]


def _remembered(ledger: Ledger, crosswalk: Crosswalk, at: dt.datetime) -> Crosswalk:
    known, versions = {}, Counter[str]()
    for since, entry in pair_history(ledger):
        known[entry.code] = since, entry
        versions[entry.code] += 1
    paired = {pair.code: _entry(pair) for pair in crosswalk.pairs}
    lost = {code: CrosswalkEntry(code=code, sku=None) for code in known.keys() - paired.keys()}
    dates = {}
    for code, entry in {**paired, **lost}.items():
        since, before = known.get(code, (at, None))
        if entry != before:
            since = at
            fact = Fact(
                source=CROSSWALK,
                kind=PAIR,
                source_id=code,
                version=str(versions[code] + 1),
                occurred_at=at,
                record=entry,
            )
            ledger.record(fact)
        dates[code] = since
    return crosswalk.dated(
        {pair.code: dates[pair.code] for pair in crosswalk.pairs if pair.origin is not Origin.PERSON}
    )


def _entry(pair: Pair) -> CrosswalkEntry:
    return CrosswalkEntry(
        code=pair.code,
        sku=pair.sku,
        origin=pair.origin.value,
        rules=pair.rules,
        product_id=pair.product.id if pair.product else "",
        barcode=pair.product.barcode if pair.product else "",
        note=pair.note,
    )


def _listed_by_api(site: Site, nodes: Iterable[wire.ProductNode]) -> list[WarehouseProduct]:
    listed, wall = list[WarehouseProduct](), Wall()
    for node in nodes:
        listed += wall.round(partial(_listed, node), partial(_not_listed, site, node))
    return listed


def _listed_in(site: Site, product_list: Path) -> list[WarehouseProduct]:
    """The products of a file; what is wrong with one of its lines is kept for a person."""
    found = read_products(product_list)
    for problem in found.problems:
        keep_refused(site, problem, source=CLARUS)
    return [row.product for row in found.rows if row.code]


def _as_written(site: Site, products: Iterable[Product], recipe: Recipe) -> list[WarehouseProduct]:
    """The products of a warehouse that has what the recipe writes; a SKU that it cannot write has none."""
    listed, wall = list[WarehouseProduct](), Wall()
    for product in products:
        listed += wall.round(partial(_written, product, recipe), partial(_not_written, site, product))
    return listed


def _written(product: Product, recipe: Recipe) -> list[WarehouseProduct]:
    return [WarehouseProduct(recipe.code(product.sku), barcode=next(iter(product.barcodes), ""))]


def _not_written(site: Site, product: Product, error: Exception) -> list[WarehouseProduct]:
    keep_refused(site, InvalidRecord(why(error).reason, record=f"SKU {product.sku.key}"), source=BLUECHERRY)
    return []


def _listed(node: wire.ProductNode) -> list[WarehouseProduct]:
    return [WarehouseProduct(node.code, barcode=node.barcode or "", id=node.id)]


def _not_listed(site: Site, node: wire.ProductNode, error: Exception) -> list[WarehouseProduct]:
    _keep_raw(site, node, f"product {node.id}", error, source=CLARUS)
    return []


def read_master(site: Site) -> list[Product] | None:
    """Every SKU of Blue Cherry's item master; None where it is not there, although the site has it.

    A SKU that stands in several divisions, which its other parts cannot tell apart, has its division: it is many
    SKUs, never one. What stands there without a division as well is left out and kept for a person, as a style is
    that cannot be read.
    """
    styles = deliveries(site, STYLE)
    if styles is None and site.has(STYLE):
        return None
    found, wall = list[tuple[Product, Product]](), Wall()
    divisions: defaultdict[Sku, set[str]] = defaultdict(set)
    for delivery in styles or ():
        site.go_on()
        style = delivery.entry
        if isinstance(style, InvalidRecord):
            keep_refused(site, style, source=BLUECHERRY)
            continue
        for bare, divided in wall.round(partial(_products, site, style), partial(_refused, site, style)):
            divisions[bare.sku].add(style.division)
            found.append((bare, divided))
    return [
        divided if len(divisions[bare.sku]) > 1 else bare
        for bare, divided in found
        if _is_told(site, bare.sku, divisions[bare.sku])
    ]


def _products(site: Site, style: Style) -> list[tuple[Product, Product]]:
    """The SKUs of a style, without its division and with it."""
    return [
        (bare, evolve(bare, sku=evolve(bare.sku, division=style.division)))
        for bare in bluecherry.products(style, currency=site.currency)
    ]


def _is_told(site: Site, sku: Sku, divisions: set[str]) -> bool:
    if len(divisions) == 1 or "" not in divisions:
        return True
    others = ", ".join(sorted(divisions - {""}))
    what = f"stands in the divisions {others}, and without one: nobody can say which it is there"
    keep_refused(site, InvalidRecord(what, record=f"SKU {sku.key}"), source=BLUECHERRY)
    return False


def _refused(site: Site, style: Style, error: Exception) -> list[tuple[Product, Product]]:
    _keep_raw(site, style, f"style {style.style}", error, source=BLUECHERRY)
    return []


def _keep_raw(site: Site, row: BaseModel, name: str, error: Exception, *, source: str) -> None:
    refused = InvalidRecord(why(error).reason, record=name)
    refused.raw = evidence(row)
    keep_refused(site, refused, source=source)
