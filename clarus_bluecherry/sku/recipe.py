"""The recipe by which a site writes a Blue Cherry SKU as one Clarus product code.

Law of this module: building a code loses nothing but what its parts say; two SKUs that end up with the same code
are the catalogue's finding, never an equality. A code is read back only where there is one way to read it. Neither
vendor publishes a recipe: every default here is our reading of integrators' practice (confidence M).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.part import Part, Text
from clarus_bluecherry.sku.text import SEPARATORS, key

PRODUCT_CODE_LENGTH = 50
"""The longest product code Clarus takes (its OpenAPI: `code`, maxLength 50; confidence H)."""


def _parts_make_sense(recipe: Recipe, attribute: object, parts: tuple[Part | Text, ...]) -> None:
    names = [part.name for part in parts if isinstance(part, Part)]
    if "style" not in names:
        raise ConfigurationError("a product code needs the style", field="parts")
    if len(set(names)) < len(names):
        raise ConfigurationError("a part is named twice", field="parts")


def _separates(recipe: Recipe, attribute: object, separator: str) -> None:
    joints = {separator, *(part.before for part in recipe.parts if part.before is not None)}
    for joint in joints:
        if joint and (len(joint) != 1 or joint not in SEPARATORS):
            raise ConfigurationError(f"{joint!r} is not one of {' '.join(SEPARATORS)!r}", field="separator")


def _fits_clarus(recipe: Recipe, attribute: object, length: int) -> None:
    if not 0 < length <= PRODUCT_CODE_LENGTH:
        raise ConfigurationError(f"Clarus takes 1 to {PRODUCT_CODE_LENGTH} characters", field="max_length")


@frozen(kw_only=True)
class Recipe:
    """The order, the padding and the separator of a site's product codes.

    `division` is left out by default: name it where the same style number exists in two divisions. `separator`
    may be empty. `readable` refuses to write a SKU whose code could not be read back; else that is only a fault.

    >>> Recipe().code(Sku("01234", "blk", size="30/32"))
    '01234-BLK-30/32'
    >>> recipe = Recipe(parts=(Text("AC"), Part("style"), Part("color"), Part("size", needed=True)), separator="_")
    >>> recipe.code(Sku("01234", size="M")), str(recipe.parse("AC_01234_BLK_M"))
    ('AC_01234_M', '01234 BLK M')
    """

    parts: tuple[Part | Text, ...] = field(
        default=(Part("style"), Part("color"), Part("label"), Part("dimension"), Part("size")),
        validator=_parts_make_sense,
    )
    separator: str = field(default="-", validator=_separates)
    max_length: int = field(default=PRODUCT_CODE_LENGTH, validator=_fits_clarus)
    readable: bool = False

    def code(self, sku: Sku) -> str:
        """The Clarus product code of `sku`. Raises `InvalidRecord` when it may not be written so."""
        code = self.spelling(sku)
        if len(code) > self.max_length:
            raise InvalidRecord(
                f"the product code {code!r} has {len(code)} characters, Clarus takes {self.max_length}",
                record=f"Sku {sku}",
                field="code",
            )
        faults = self.faults(sku) if self.readable else self._faults_of_parts(sku)
        if faults:
            raise InvalidRecord(faults[0], record=f"Sku {sku}", field="code")
        return code

    def spelling(self, sku: Sku) -> str:
        """The code of `sku` at whatever length: what a shortened or damaged code is compared with."""
        return self.joined([part.text(sku) if isinstance(part, Part) else part.fixed for part in self.parts])

    def joined(self, texts: Sequence[str]) -> str:
        """The texts of all parts, in the recipe's order, as a code."""
        code = ""
        for part, text in zip(self.parts, texts, strict=True):
            if text:
                code += self.joint(part) + text if code else text
        return code

    def parse(self, code: str) -> Sku:
        """The SKU whose code this is. Values are taken to hold no separator of the recipe: see `faults`.

        Raises `InvalidRecord` when no SKU has this code, and with the readings when several could have it.
        """
        skus = self._readings(code)
        if len(skus) == 1:
            return skus[0]
        what = "the recipe writes no such code" if not skus else "it can be read as " + " or ".join(map(str, skus))
        raise InvalidRecord(what, record=f"product code {code!r}", field="code")

    def translate(self, code: str, to: Recipe) -> str:
        """The code that the recipe `to` writes for the SKU that this one wrote `code` for. Raises as both do.

        >>> Recipe().translate("01234-BLK-R-30-M", Recipe(separator="_"))
        '01234_BLK_R_30_M'
        """
        return to.code(self.parse(code))

    def faults(self, sku: Sku) -> tuple[str, ...]:
        """Why the code of `sku` should not be written, in words: parts that may not be, or no way to read it back.

        >>> Recipe(parts=(Part("style"), Part("size"))).faults(Sku("01234", size="XS-S"))
        ("its code '01234-XS-S' cannot be read back",)
        """
        faults = self._faults_of_parts(sku)
        code = self.spelling(sku)
        skus = self._readings(code)
        if len(skus) > 1:
            faults.append(f"its code {code!r} can be read as {' or '.join(map(str, skus))}")
        elif not skus or self.spelling(skus[0]) != code:
            faults.append(f"its code {code!r} cannot be read back")
        elif any(part.text(skus[0]) != part.text(sku) for part in self.parts if isinstance(part, Part)):
            faults.append(f"its code {code!r} is read back as {skus[0]}")
        return tuple(faults)

    def _faults_of_parts(self, sku: Sku) -> list[str]:
        return [why for part in self.parts if isinstance(part, Part) and (why := part.fault(sku))]

    def joint(self, part: Part | Text) -> str:
        """The separator in front of `part`, where it is not the first."""
        return self.separator if part.before is None else part.before

    def _readings(self, code: str) -> list[Sku]:
        """Every SKU whose values hold no separator of the recipe and whose code this is."""
        joints = frozenset(self.joint(part) for part in self.parts)
        found = {
            Sku(**values): None
            for values in self._values(code, 0, joints)
            if values.get("style") and self.spelling(Sku(**values)) == code
        }
        return list(found)

    def _values(
        self, rest: str, at: int, joints: frozenset[str], *, is_first: bool = True
    ) -> Iterator[dict[str, str]]:
        """Every way to read `rest` by the parts from `at` on."""
        if at == len(self.parts):
            if not rest:
                yield {}
            return
        part = self.parts[at]
        if isinstance(part, Part) and not part.absent and not part.needed and part.name != "style":
            yield from self._values(rest, at + 1, joints, is_first=is_first)
        joint = "" if is_first else self.joint(part)
        if not rest.startswith(joint):
            return
        rest = rest[len(joint) :]
        for end in self._ends(part, rest, joints):
            for others in self._values(rest[end:], at + 1, joints, is_first=False):
                yield others if isinstance(part, Text) else {part.name: part.value(rest[:end]), **others}

    def _ends(self, part: Part | Text, rest: str, joints: frozenset[str]) -> Iterator[int]:
        """Where the text of `part` at the beginning of `rest` may end."""
        if isinstance(part, Text):
            if rest.startswith(part.fixed):
                yield len(part.fixed)
            return
        if "" not in joints:
            stop = next((place for place, character in enumerate(rest) if character in joints), len(rest))
            if stop:
                yield stop
            return
        for end in range(1, len(rest) + 1):
            if rest[end - 1] in joints:
                return
            if not part.pad_to or end == part.pad_to:
                yield end

    def folded(self, sku: Sku) -> str:
        """The code of `sku` in the form that every undamaged spelling of it folds to.

        >>> Recipe().folded(Sku("01234", "BLK", size="30/32"))
        '01234-BLK-30-32'
        """
        return key(self.spelling(sku))
