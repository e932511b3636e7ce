"""Writing the codes of a whole master: the recipe, with the text of every value written once.

Law of this module: it writes exactly what `Recipe.spelling` writes. A master has millions of SKUs and only some
thousand styles, colours and sizes.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat

from clarus_bluecherry.sku.audit._rows import ColumnarRows, MasterRow
from clarus_bluecherry.sku.recipe._part import Part, Text
from clarus_bluecherry.sku.recipe._recipe import Recipe


class _Texts(dict[str, str]):
    """What the recipe makes of each value of one part, with the separator in front of it."""

    def __init__(self, part: Part, joint: str) -> None:
        super().__init__()
        self._part, self._joint = part, joint

    def __missing__(self, value: str) -> str:
        text = self._part.written(value)
        self[value] = self._joint + text if text else ""
        return self[value]


def codes_of(recipe: Recipe, rows: Iterable[MasterRow]) -> list[str]:
    """The code of every row.

    >>> codes_of(Recipe(), [MasterRow("01234", "blk", size="30/32")])
    ['01234-BLK-30/32']
    """
    rows = ColumnarRows.of(MasterRow, rows)
    first, *others = recipe.parts
    written = [part for part in others if _is_written(part, rows)]
    columns = [_column(first, rows, ""), *(_column(part, rows, recipe.joint(part)) for part in written)]
    codes = list(map("".join, zip(*columns, strict=True)))
    for place in _without_beginning(first, rows):
        codes[place] = _one_by_one(recipe, rows[place])
    return codes


def _is_written(part: Part | Text, rows: ColumnarRows[MasterRow]) -> bool:
    """Whether any code has the part."""
    return isinstance(part, Text) or bool(part.absent) or any(rows.texts(part.name))


def _without_beginning(first: Part | Text, rows: ColumnarRows[MasterRow]) -> list[int]:
    """The rows whose first part is empty, so that another one begins the code."""
    if isinstance(first, Text):
        return []
    values = rows.texts(first.name)
    nothing = {value for value in set(values) if not first.written(value)}
    return [place for place, value in enumerate(values) if value in nothing] if nothing else []


def _column(part: Part | Text, rows: ColumnarRows[MasterRow], joint: str) -> Iterable[str]:
    if isinstance(part, Text):
        return repeat(joint + part.fixed, len(rows))
    return map(_Texts(part, joint).__getitem__, rows.texts(part.name))


def _one_by_one(recipe: Recipe, row: MasterRow) -> str:
    parts = recipe.parts
    return recipe.joined(
        [part.written(getattr(row, part.name)) if isinstance(part, Part) else part.fixed for part in parts]
    )
