"""Styles: the item master with its SKUs.

Law of this module: as in `reading`.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.messages.columns import Code, Cost, Key, Row, SkuColumns


class StyleSku(SkuColumns):
    """One colour and size of a style, with its barcodes (H)."""


class Style(Row):
    """A style of the item master with its SKUs. `std_cost` is per unit (H)."""

    pkey: Code = ""
    style: Key
    style_name: Code = ""
    division: Code = ""
    season: Code = ""
    std_cost: Cost = None
    last_mod: Code = ""
    skus: tuple[StyleSku, ...] = ()
