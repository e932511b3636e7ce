"""The recipe by which a site writes a Blue Cherry SKU as one Clarus product code.

Law of this module: building a code loses nothing but what its parts say; two SKUs that end up with the same code
are the catalogue's finding, never an equality. A code is read back only where there is one way to read it. Neither
vendor publishes a recipe: every default here is our reading of integrators' practice (confidence M).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.sku.codes._text import PRODUCT_CODE_LENGTH, key
from clarus_bluecherry.sku.recipe import _checks as checks
from clarus_bluecherry.sku.recipe._part import Part, Text

_READINGS_TOLD = 3


def _parts_make_sense(recipe: Recipe, attribute: object, parts: tuple[Part | Text, ...]) -> None:
    for part in parts:
        if not isinstance(part, Part | Text):
            raise ConfigurationError(f"{part!r} is neither a Part nor a Text", field="parts")
    names = [part.name for part in parts if isinstance(part, Part)]
    if "style" not in names:
        raise ConfigurationError("a product code needs the style", field="parts")
    if len(set(names)) < len(names):
        raise ConfigurationError("a part is named twice", field="parts")


def _in_order(parts: Iterable[Part | Text]) -> tuple[Part | Text, ...]:
    if not isinstance(parts, Iterable):
        raise ConfigurationError(f"{parts!r} is not a list of parts", field="parts")
    return tuple(parts)


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
        converter=_in_order,
        validator=_parts_make_sense,
    )
    separator: str = field(default="-", validator=checks.joint)
    max_length: int = field(default=PRODUCT_CODE_LENGTH, validator=[checks.whole, _fits_clarus])
    readable: bool = field(default=False, validator=checks.flag)

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

    def parse(self, code: str, *, among: Container[Sku] | None = None) -> Sku:
        """The SKU whose code this is; of several, the only one `among` those that are known.

        See `readings`. Raises `InvalidRecord` when no SKU has this code, and with the readings when several could.

        >>> Recipe().parse("01234-BLK-M", among={Sku("01234", "BLK", size="M")})
        Sku(style='01234', color='BLK', label='', dimension='', size='M', division='')
        """
        read = self.readings(code)
        skus = read if among is None else [sku for sku in read if sku in among]
        if len(skus) == 1:
            return skus[0]
        record, action = f"product code {code!r}", None
        if not read:
            what = "the recipe writes no such code"
        elif not skus:
            what = f"none of its readings is a SKU that is known: {_told(read)}"
        else:
            what = f"it can be read as {_told(skus)}"
            action = (
                "Say among which SKUs to look, or set in the recipe which parts are `needed`, or `absent` texts."
            )
        raise InvalidRecord(what, record=record, field="code", action=action)

    def translate(self, code: str, to: Recipe, *, among: Container[Sku] | None = None) -> str:
        """The code that the recipe `to` writes for the SKU that this one wrote `code` for. Raises as both do."""
        return to.code(self.parse(code, among=among))

    def readings(self, code: str) -> tuple[Sku, ...]:
        """Every SKU whose code this is, the parts as the code holds them: padded, folded and stripped.

        Values are taken to hold no separator of the recipe, but for `words`; where no separator stands between
        parts, padding is the width of a part.

        >>> read = Recipe(parts=(Part("style"), Part("color"), Part("size"))).readings("01234-S")
        >>> [(sku.color, sku.size) for sku in read]
        [('S', ''), ('', 'S')]
        """
        joints = frozenset(self.joint(part) for part in self.parts)
        found = {
            Sku(**values): None
            for values in self._values(code, 0, joints)
            if values.get("style") and self.spelling(Sku(**values)) == code
        }
        return tuple(found)

    def faults(self, sku: Sku) -> tuple[str, ...]:
        """Why the code of `sku` should not be written, in words: parts that may not be, or no way to read it back.

        >>> Recipe(parts=(Part("style"), Part("size"))).faults(Sku("01234", size="XS-S"))
        ("its code '01234-XS-S' cannot be read back",)
        """
        faults = self._faults_of_parts(sku)
        code = self.spelling(sku)
        read = self.readings(code)
        if not read:
            faults.append(f"its code {code!r} cannot be read back")
        elif len(read) > 1:
            faults.append(f"its code {code!r} can be read as {_told(read)}")
        elif not self._gives_back(sku, read[0]):
            faults.append(f"its code {code!r} is read back as {_told(read)}")
        return tuple(faults)

    def _gives_back(self, sku: Sku, read: Sku) -> bool:
        parts = (part for part in self.parts if isinstance(part, Part))
        return all(part.gives_back(getattr(sku, part.name), getattr(read, part.name)) for part in parts)

    def _faults_of_parts(self, sku: Sku) -> list[str]:
        return [why for part in self.parts if isinstance(part, Part) and (why := part.fault(sku))]

    def joint(self, part: Part | Text) -> str:
        """The separator in front of `part`, where it is not the first."""
        return self.separator if part.before is None else part.before

    def _values(
        self, rest: str, at: int, joints: frozenset[str], *, is_first: bool = True
    ) -> Iterator[dict[str, str]]:
        """Every way to read `rest` by the parts from `at` on."""
        if at == len(self.parts):
            if not rest:
                yield {}
            return
        part = self.parts[at]
        joint = "" if is_first else self.joint(part)
        if rest.startswith(joint):
            after = rest[len(joint) :]
            for end in self._ends(part, after, joints):
                for others in self._values(after[end:], at + 1, joints, is_first=False):
                    yield others if isinstance(part, Text) else {part.name: part.value(after[:end]), **others}
        if isinstance(part, Part) and not part.absent and not part.needed and part.name != "style":
            yield from self._values(rest, at + 1, joints, is_first=is_first)

    def _ends(self, part: Part | Text, rest: str, joints: frozenset[str]) -> Iterable[int]:
        """Where the text of `part` at the beginning of `rest` may end."""
        if isinstance(part, Text):
            return [len(part.fixed)] if rest.startswith(part.fixed) else []
        stop = next((place for place, character in enumerate(rest) if character in joints), len(rest))
        if "" not in joints:
            ends = {stop}
        else:
            ends = {end for end in range(1, stop + 1) if end == part.pad_to or not part.pad_to}
        ends.update(len(text) for text in part.own_texts if rest.startswith(text))
        return sorted(ends - {0})

    def folded(self, sku: Sku) -> str:
        """The code of `sku` in the form that every undamaged spelling of it folds to.

        >>> Recipe().folded(Sku("01234", "BLK", size="30/32"))
        '01234-BLK-30-32'
        """
        return key(self.spelling(sku))


def _told(skus: Sequence[Sku]) -> str:
    """The first few of the SKUs, part by part, and how many more there are."""
    told = [
        ", ".join(f"{name}={value}" for name in SKU_PARTS if (value := getattr(sku, name)))
        for sku in skus[:_READINGS_TOLD]
    ]
    more = len(skus) - len(told)
    return " or ".join([*told, f"in {more} more ways"] if more else told)
