"""Learn the crosswalk: both complete SKU lists, and what people decided, become the pairs a site works with.

Law of this flow: it writes nothing to either system. What it could not pair is in the crosswalk's findings.
"""

from __future__ import annotations

from collections.abc import Iterable

from clarus_bluecherry.clarus import calls
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import Product
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
    """Every SKU of Blue Cherry's item master."""
    styles = site.bluecherry.styles()
    return [
        product
        for style in styles
        if not isinstance(style, InvalidRecord)
        for product in bluecherry.products(style, currency=site.currency)
    ]
