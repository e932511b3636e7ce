"""One part of a product code: how a value of the SKU is written, and how what is written is read.

Law of this module: pure text in, text out, both ways. What a policy cannot give back is told by `fault`, before it
is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.sku.codes._text import SEPARATORS, fold
from clarus_bluecherry.sku.recipe import _checks as checks

LetterCase = Literal["upper", "lower", "keep"]
Words = tuple[tuple[str, str], ...]


def _known_part(part: Part, attribute: object, name: str) -> None:
    if name not in SKU_PARTS:
        raise ConfigurationError(f"{name!r} is not a part of a SKU: {', '.join(SKU_PARTS)}", field="name")


def _known_case(part: Part, attribute: object, case: str) -> None:
    if case not in get_args(LetterCase):
        raise ConfigurationError(f"{case!r} is not one of {', '.join(get_args(LetterCase))}", field="case")


def _characters(part: Part, attribute: object, allowed: str) -> None:
    try:
        re.compile(f"[{allowed}]" if allowed else "")
    except re.error as error:
        raise ConfigurationError(f"{allowed!r} is no set of characters: {error}", field="allowed") from None


def _both_ways(part: Part, attribute: object, words: Words) -> None:
    """That each word is written in its own way, and told from an empty value: else it could not be read back."""
    for pair in words:
        if not _is_pair(pair):
            raise ConfigurationError(f"{pair!r} is not a value with the text that it is written as", field="words")
    if len({part.plain(value) for value, _ in words}) < len(words):
        raise ConfigurationError("a value is named twice, once in other letters", field="words")
    if len({text for _, text in words}) < len(words):
        raise ConfigurationError("two values are written alike", field="words")
    if part.absent and any(text == part.absent for _, text in words):
        raise ConfigurationError(f"{part.absent!r} stands for an empty {part.name} already", field="words")


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(text, str) and text for text in pair)


def _pairs(words: Mapping[str, str] | Iterable[tuple[str, str]]) -> Words:
    if not isinstance(words, Iterable):
        raise ConfigurationError(f"{words!r} are not values with their texts", field="words")
    return tuple(words.items()) if isinstance(words, Mapping) else tuple(words)


@frozen
class Part:
    """How one part of the SKU is written.

    A value is folded if `fold` says so (forms, dashes and look-alikes of the world), put in upper or lower case or
    kept. `words` are values with a text of their own, both ways (`{"O/S": "OS"}`), in any case unless that is
    kept. The others are written without the zeros in front if `strip_zeros`, and padded on the left to `pad_to`
    characters. `inside` is what a separator inside a value becomes (`30/32` as `30.32`); None keeps it. `absent`
    stands for an empty value, which is else left out; `needed` says that the part is never empty. `allowed` are
    the characters that may stand in the text, as in a regular expression's set (`A-Z0-9`); empty allows all.
    `before` is the separator in front of the part, where it is not the recipe's.

    >>> Part("style", pad_to=5).text(Sku("1234"))
    '01234'
    >>> size = Part("size", inside=".", words={"O/S": "OS"})
    >>> size.text(Sku("1", size="30/32")), size.text(Sku("1", size="O/S")), size.value("OS")
    ('30.32', 'OS', 'O/S')
    """

    name: str = field(validator=[checks.text, _known_part])
    pad_to: int = field(default=0, validator=checks.whole, kw_only=True)
    pad_with: str = field(default="0", validator=checks.one_character, kw_only=True)
    case: LetterCase = field(default="upper", validator=_known_case, kw_only=True)
    strip_zeros: bool = field(default=False, validator=checks.flag, kw_only=True)
    fold: bool = field(default=False, validator=checks.flag, kw_only=True)
    allowed: str = field(default="", validator=[checks.text, _characters], kw_only=True)
    inside: str | None = field(default=None, validator=checks.text_or_none, kw_only=True)
    words: Words = field(default=(), converter=_pairs, validator=_both_ways, kw_only=True)
    absent: str = field(default="", validator=checks.text, kw_only=True)
    needed: bool = field(default=False, validator=checks.flag, kw_only=True)
    before: str | None = field(default=None, validator=checks.joint_or_none, kw_only=True)

    def text(self, sku: Sku) -> str:
        """The part of `sku` as the code holds it; what stands for an empty one when the SKU does not have it."""
        return self.written(getattr(sku, self.name))

    def written(self, value: str) -> str:
        """A value as the code holds it."""
        value = self.plain(value)
        if not value:
            return self.absent
        for word, text in self.words:
            if self.plain(word) == value:
                return text
        if self.inside is not None:
            value = "".join(self.inside if character in SEPARATORS else character for character in value)
        if self.strip_zeros:
            value = value.lstrip("0") or "0"
        return value.rjust(self.pad_to, self.pad_with)

    def plain(self, value: str) -> str:
        """A value in the letters it is written in: those that are the same value are equal."""
        value = value.strip()
        if self.fold:
            value = fold(value).text
        match self.case:
            case "upper":
                return value.upper()
            case "lower":
                return value.lower()
            case _:
                return value

    def value(self, text: str) -> str:
        """The value that is written as `text`; what was padded, folded or stripped stays so."""
        if text == self.absent:
            return ""
        return next((word for word, written in self.words if written == text), text)

    @property
    def own_texts(self) -> tuple[str, ...]:
        """The texts that stand for one value only: of the words, and of an empty value."""
        texts = (text for _, text in self.words)
        return (self.absent, *texts) if self.absent else tuple(texts)

    def gives_back(self, value: str, read: str) -> bool:
        """Whether `value` was read as itself, but for what is folded, stripped or padded."""
        return self.plain(read) == self.plain(value) or (read == self.written(value) and read != "")

    def fault(self, sku: Sku) -> str:
        """Why the part of `sku` may not be written, in words; empty when it may."""
        text = self.text(sku)
        if self.needed and not text:
            return f"its {self.name} is empty"
        if self.allowed and text and not re.fullmatch(f"[{self.allowed}]*", text):
            return f"its {self.name} {text!r} holds other characters than {self.allowed}"
        return ""


@frozen
class Text:
    """A text that stands in every code, such as a prefix; `before` is the separator in front of it."""

    fixed: str = field()
    before: str | None = field(default=None, validator=checks.joint_or_none, kw_only=True)

    @fixed.validator
    def _stands(self, attribute: object, fixed: str) -> None:
        if not isinstance(fixed, str) or not fixed:
            raise ConfigurationError(f"{fixed!r} is no text that could stand in every code", field="text")
