"""The recipe by which a site writes a Blue Cherry SKU as one Clarus product code.

Law of this module: building a code loses nothing but blanks, case where told so, and empty parts; two SKUs that
end up with the same code are the catalogue's finding, never an equality. Reading a code back needs the
catalogue, because a size may hold the separator. Neither vendor publishes a recipe: every default here is our
reading of integrators' practice (confidence M).
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model.values import SKU_PARTS
from clarus_bluecherry.sku.text import SEPARATORS, key

PRODUCT_CODE_LENGTH = 50
"""The longest product code Clarus takes (its OpenAPI: `code`, maxLength 50; confidence H)."""


def _known_part(part: Part, attribute: object, name: str) -> None:
    if name not in SKU_PARTS:
        raise ConfigurationError(f"{name!r} is not a part of a SKU: {', '.join(SKU_PARTS)}", field="name")


def _one_character(part: Part, attribute: object, text: str) -> None:
    if len(text) != 1:
        raise ConfigurationError(f"{text!r} is not one character", field="pad_with")


def _not_negative(part: Part, attribute: object, width: int) -> None:
    if width < 0:
        raise ConfigurationError(f"{width} is negative", field="pad_to")


@frozen
class Part:
    """How one part of the SKU is written: padded on the left to `pad_to` characters, in upper case or as it is.

    >>> Part("style", pad_to=5).text(Sku("1234"))
    '01234'
    """

    name: str = field(validator=_known_part)
    pad_to: int = field(default=0, validator=_not_negative, kw_only=True)
    pad_with: str = field(default="0", validator=_one_character, kw_only=True)
    case: Literal["upper", "keep"] = field(default="upper", kw_only=True)

    def text(self, sku: Sku) -> str:
        """The part of `sku` as the code holds it; empty when the SKU does not have it."""
        value = str(getattr(sku, self.name)).strip()
        if not value:
            return ""
        return (value.upper() if self.case == "upper" else value).rjust(self.pad_to, self.pad_with)


def _parts_make_sense(recipe: Recipe, attribute: object, parts: tuple[Part, ...]) -> None:
    names = [part.name for part in parts]
    if "style" not in names:
        raise ConfigurationError("a product code needs the style", field="parts")
    if len(set(names)) < len(names):
        raise ConfigurationError("a part is named twice", field="parts")


def _separates(recipe: Recipe, attribute: object, separator: str) -> None:
    if len(separator) != 1 or separator not in SEPARATORS:
        raise ConfigurationError(f"{separator!r} is not one of {' '.join(SEPARATORS)!r}", field="separator")


def _fits_clarus(recipe: Recipe, attribute: object, length: int) -> None:
    if not 0 < length <= PRODUCT_CODE_LENGTH:
        raise ConfigurationError(f"Clarus takes 1 to {PRODUCT_CODE_LENGTH} characters", field="max_length")


@frozen(kw_only=True)
class Recipe:
    """The order, the padding and the separator of a site's product codes.

    `division` is left out by default: name it where the same style number exists in two divisions.

    >>> Recipe().code(Sku("01234", "blk", size="30/32"))
    '01234-BLK-30/32'
    """

    parts: tuple[Part, ...] = field(
        default=(Part("style"), Part("color"), Part("label"), Part("dimension"), Part("size")),
        validator=_parts_make_sense,
    )
    separator: str = field(default="-", validator=_separates)
    max_length: int = field(default=PRODUCT_CODE_LENGTH, validator=_fits_clarus)

    def code(self, sku: Sku) -> str:
        """The Clarus product code of `sku`. Raises `InvalidRecord` when Clarus could not hold it."""
        code = self.spelling(sku)
        if len(code) > self.max_length:
            raise InvalidRecord(
                f"the product code {code!r} has {len(code)} characters, Clarus takes {self.max_length}",
                record=f"Sku {sku}",
                field="code",
            )
        return code

    def spelling(self, sku: Sku) -> str:
        """The code of `sku` at whatever length: what a shortened or damaged code is compared with."""
        return self.separator.join(text for part in self.parts if (text := part.text(sku)))

    def folded(self, sku: Sku) -> str:
        """The code of `sku` in the form that every undamaged spelling of it folds to.

        >>> Recipe().folded(Sku("01234", "BLK", size="30/32"))
        '01234-BLK-30-32'
        """
        return key(self.spelling(sku))
