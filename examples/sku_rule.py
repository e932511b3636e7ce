"""A SKU rule of your own: the warehouse writes colours as words, Blue Cherry as codes.

Register it in your package's pyproject, then name it in the order of matching, after ours:

    [project.entry-points."clarus_bluecherry.sku_rules"]
    colour-words = "sku_rule:ColourWords"

    from clarus_bluecherry.sku import stages_named
    stages = stages_named(["barcode", "exact", "folded", "loose", "colour-words"])  # or `match` of the site file

A rule has a `name` for explanations, and says what a code stands for as text, or None for nothing. The library
still refuses the tie when two SKUs or two products could be meant, or when a barcode says otherwise.
"""

from __future__ import annotations

COLOURS = {"BLACK": "BLK", "WHITE": "WHT", "NAVY": "NVY"}


class ColourWords:
    """`01234-BLACK-M` stands for `01234-BLK-M`."""

    name = "colour-words"

    def reading(self, code: str) -> str | None:
        """`code` with its colour as Blue Cherry writes it; None when it names no colour in words.

        >>> ColourWords().reading("01234-BLACK-M")
        '01234-BLK-M'
        """
        style, *rest = code.upper().split("-")
        if not rest or rest[0] not in COLOURS:
            return None
        return "-".join([style, COLOURS[rest[0]], *rest[1:]])
