"""Writing the codes of a whole master: the recipe, with the text of every part remembered.

Law of this module: it writes exactly what `Recipe.spelling` writes. A master has millions of SKUs and only some
thousand styles, colours and sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clarus_bluecherry.sku.part import Part, Text
from clarus_bluecherry.sku.recipe import Recipe

MASTER_PARTS = ("style", "color", "label", "dimension", "size", "division")
"""The order in which a writer takes the parts."""


class _Texts(dict[str, str]):
    """What the recipe makes of each value of one part."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part

    def __missing__(self, value: str) -> str:
        text = self[value] = self._part.written(value)
        return text


def code_writer(recipe: Recipe) -> Callable[[Sequence[str]], str]:
    """A function from the parts of a SKU, in the order of `MASTER_PARTS`, to its code.

    >>> code_writer(Recipe())(("01234", "blk", "", "", "30/32", ""))
    '01234-BLK-30/32'
    """
    texts = [(_Texts(part), MASTER_PARTS.index(part.name)) for part in recipe.parts if isinstance(part, Part)]
    if len(texts) == len(recipe.parts) and all(part.before is None for part in recipe.parts):
        join = recipe.separator.join
        return lambda parts: join([text for known, place in texts if (text := known[parts[place]])])
    fixed = [part.fixed if isinstance(part, Text) else "" for part in recipe.parts]

    def write(parts: Sequence[str]) -> str:
        values = (known[parts[place]] for known, place in texts)
        return recipe.joined([text or next(values) for text in fixed])

    return write
