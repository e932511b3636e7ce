"""One part of a product code: how a value of the SKU is written, and how what is written is read.

Law of this module: pure text in, text out, both ways. What a policy cannot give back is told by `fault`, before it
is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model.values import SKU_PARTS
from clarus_bluecherry.sku.text import SEPARATORS, fold

Words = tuple[tuple[str, str], ...]


def _known_part(part: Part, attribute: object, name: str) -> None:
    if name not in SKU_PARTS:
        raise ConfigurationError(f"{name!r} is not a part of a SKU: {', '.join(SKU_PARTS)}", field="name")


def _one_character(part: Part, attribute: object, text: str) -> None:
    if len(text) != 1:
        raise ConfigurationError(f"{text!r} is not one character", field="pad_with")


def _not_negative(part: Part, attribute: object, width: int) -> None:
    if width < 0:
        raise ConfigurationError(f"{width} is negative", field="pad_to")


def _characters(part: Part, attribute: object, allowed: str) -> None:
    try:
        re.compile(f"[{allowed}]" if allowed else "")
    except re.error as error:
        raise ConfigurationError(f"{allowed!r} is no set of characters: {error}", field="allowed") from None


def _one_to_one(part: Part, attribute: object, words: Words) -> None:
    if len({written for _, written in words}) < len(words):
        raise ConfigurationError("two values are written alike", field="words")


def _pairs(words: Mapping[str, str] | Words) -> Words:
    return tuple(words.items()) if isinstance(words, Mapping) else tuple(words)


@frozen
class Part:
    """How one part of the SKU is written.

    `words` are values with a text of their own, both ways (`{"O/S": "OS"}`); the others are folded if `fold` says
    so (forms, dashes and look-alikes of the world), put in upper case or kept, written without the zeros in front
    if `strip_zeros`, and padded on the left to `pad_to` characters. `inside` is what a separator inside a value
    becomes (`30/32` as `30.32`); None keeps it. `absent` stands for an empty value, which is else left out;
    `needed` says that the part is never empty. `allowed` are the characters that may stand in the text, as in a
    regular expression's set (`A-Z0-9`); empty allows all. `before` is the separator in front of the part, where it
    is not the recipe's.

    >>> Part("style", pad_to=5).text(Sku("1234"))
    '01234'
    >>> size = Part("size", inside=".", words={"O/S": "OS"})
    >>> size.text(Sku("1", size="30/32")), size.text(Sku("1", size="O/S")), size.value("OS")
    ('30.32', 'OS', 'O/S')
    """

    name: str = field(validator=_known_part)
    pad_to: int = field(default=0, validator=_not_negative, kw_only=True)
    pad_with: str = field(default="0", validator=_one_character, kw_only=True)
    case: Literal["upper", "keep"] = field(default="upper", kw_only=True)
    strip_zeros: bool = field(default=False, kw_only=True)
    fold: bool = field(default=False, kw_only=True)
    allowed: str = field(default="", validator=_characters, kw_only=True)
    inside: str | None = field(default=None, kw_only=True)
    words: Words = field(default=(), converter=_pairs, validator=_one_to_one, kw_only=True)
    absent: str = field(default="", kw_only=True)
    needed: bool = field(default=False, kw_only=True)
    before: str | None = field(default=None, kw_only=True)

    def text(self, sku: Sku) -> str:
        """The part of `sku` as the code holds it; what stands for an empty one when the SKU does not have it."""
        return self.written(getattr(sku, self.name))

    def written(self, value: str) -> str:
        """A value as the code holds it."""
        value = value.strip()
        if not value:
            return self.absent
        for word, text in self.words:
            if word == value:
                return text
        if self.fold:
            value = fold(value).text
        if self.case == "upper":
            value = value.upper()
        if self.inside is not None:
            value = "".join(self.inside if character in SEPARATORS else character for character in value)
        if self.strip_zeros:
            value = value.lstrip("0") or "0"
        return value.rjust(self.pad_to, self.pad_with)

    def value(self, text: str) -> str:
        """The value that is written as `text`; what was padded, folded or stripped stays so."""
        if text == self.absent:
            return ""
        return next((word for word, written in self.words if written == text), text)

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
    before: str | None = field(default=None, kw_only=True)

    @fixed.validator
    def _stands(self, attribute: object, fixed: str) -> None:
        if not fixed:
            raise ConfigurationError("a fixed text cannot be empty", field="text")
