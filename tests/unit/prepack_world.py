"""A pack of 2 black and 1 navy that Blue Cherry orders and books, and of which the warehouse keeps the pieces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from flows_world import BLACK, CODES, NAVY, Loop, loop

from clarus_bluecherry.model import PackPart, Prepack, Sku, Units
from clarus_bluecherry.sandbox.erp import Article

PACK = Article(style="PACKA", color_code="BLK", size_desc="PPK", std_cost=Decimal("23.00"))
PACK_SKU = Sku(PACK.style, PACK.color_code, size=PACK.size_desc)
BLACK_SKU = Sku(BLACK.style, BLACK.color_code, size=BLACK.size_desc)
NAVY_SKU = Sku(NAVY.style, NAVY.color_code, size=NAVY.size_desc)
IN_ONE = Prepack(
    source="prepacks.csv", parts=(PackPart(item=BLACK_SKU, eaches=2), PackPart(item=NAVY_SKU, eaches=1))
)


@contextmanager
def packed_loop(units: Units | None = None, *, ledger: str = ":memory:") -> Iterator[Loop]:
    """The world with 4 packs in the book, and their components in the warehouse."""
    with loop(ledger=ledger) as here:
        here.erp.add_article(PACK)
        here.erp.open_stock(PACK, "NJ", 4)
        here.warehouse.open_stock(CODES[BLACK], 8)
        here.warehouse.open_stock(CODES[NAVY], 4)
        here.learn()
        here.site = here.site.with_units(Units((units or Units()).sources, {PACK_SKU: IN_ONE}))
        yield here
