"""Learn the crosswalk: both complete SKU lists, and what people decided, become the pairs a site works with.

Law of this flow: it writes nothing to either system. What it could not pair is in the crosswalk's findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from clarus_bluecherry.clarus import calls
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.derive import BLUECHERRY
from clarus_bluecherry.flows.keep import keep_refused
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import Crosswalk, Decision, Recipe, WarehouseProduct


def learn_crosswalk(site: Site, recipe: Recipe, decisions: Iterable[Decision] = ()) -> Site:
    """Read both product lists and return the site that knows their crosswalk; a person's decisions come first."""
    products = read_master(site)
    listed = [
        WarehouseProduct(node.code, barcode=node.barcode or "", id=node.id)
        for node in site.clarus.iterate(calls.products())
    ]
    crosswalk = Crosswalk.build(products, listed, recipe, decisions, since=site.clock())
    return site.knowing(crosswalk, products)


def read_master(site: Site) -> list[Product]:
    """Every SKU of Blue Cherry's item master.

    A style that cannot be read is kept as such, for a person; so is a SKU that stands in two divisions, which its
    other parts cannot tell apart: it is left out, never merged.
    """
    products: list[Product] = []
    divisions: defaultdict[Sku, set[str]] = defaultdict(set)
    for style in site.bluecherry.styles():
        if isinstance(style, InvalidRecord):
            keep_refused(site, style, source=BLUECHERRY)
            continue
        found = bluecherry.products(style, currency=site.currency)
        for product in found:
            divisions[product.sku].add(style.division)
        products += found
    return [product for product in products if _is_one(site, product.sku, divisions[product.sku])]


def _is_one(site: Site, sku: Sku, divisions: set[str]) -> bool:
    if len(divisions) == 1:
        return True
    what = f"stands in the divisions {', '.join(sorted(divisions))}: one product code cannot mean both"
    keep_refused(site, InvalidRecord(what, record=f"SKU {sku.key}"), source=BLUECHERRY)
    return False
