"""Writing the codes of a whole master: the recipe, with the text of every part remembered.

Law of this module: it writes exactly what `Recipe.spelling` writes. A master has millions of SKUs and only some
thousand styles, colours and sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.recipe import Part, Recipe

MASTER_PARTS = ("style", "color", "label", "dimension", "size", "division")
"""The order in which a writer takes the parts."""


class _Texts(dict[str, str]):
    """What the recipe makes of each value of one part."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part

    def __missing__(self, value: str) -> str:
        others = {} if self._part.name == "style" else {"style": "-"}
        text = self[value] = self._part.text(Sku(**others, **{self._part.name: value})) if value else ""
        return text


def code_writer(recipe: Recipe) -> Callable[[Sequence[object]], str]:
    """A function from the parts of a SKU, in the order of `MASTER_PARTS`, to its code.

    >>> code_writer(Recipe())(("01234", "blk", "", "", "30/32", ""))
    '01234-BLK-30/32'
    """
    join = recipe.separator.join
    texts = [(_Texts(part), itemgetter(MASTER_PARTS.index(part.name))) for part in recipe.parts]

    def write(parts: Sequence[object]) -> str:
        return join([text for known, value in texts if (text := known[value(parts)])])

    return write
