"""`[sku]`: how a product code is built, and how codes are tied to SKUs.

Law of this module: a recipe that cannot be made stops the start by the setting's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from clarus_bluecherry.config._beside import BESIDE
from clarus_bluecherry.config._section import Section, in_setting
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sku import DEFAULT_STAGES, PRODUCT_CODE_LENGTH, Part, Recipe, Text
from clarus_bluecherry.sku.matching._rules import refuse_unknown


class PartSection(Section):
    """One entry of `[sku].parts`: the part called `name` (see `sku.Part`), or a `text` that is in every code."""

    name: str = ""
    text: str = ""
    pad_to: int = 0
    pad_with: str = "0"
    case: Literal["upper", "lower", "keep"] = "upper"
    strip_zeros: bool = False
    fold: bool = False
    allowed: str = ""
    inside: str | None = None
    words: Mapping[str, str] = Field(default_factory=dict)
    absent: str = ""
    needed: bool = False
    before: str | None = None

    @property
    def part(self) -> Part | Text:
        """What the recipe calls it. Raises `ConfigurationError` naming the setting of this entry."""
        if bool(self.name) == bool(self.text):
            raise ConfigurationError("write either the name of a part, or a text", field="name")
        if self.name:
            return Part(**self.model_dump(exclude={"text"}))
        others = self.model_fields_set - {"text", "before"}
        if others:
            raise ConfigurationError("a text has no other setting than before", field=min(others))
        return Text(self.text, before=self.before)


class SkuSection(Section):
    """`[sku]`: how a product code is built from Blue Cherry's parts, and where people's decisions are kept.

    `match` are the ways of tying a code to a SKU, in their order: ours (`sku.Stage`) and the names of rules that
    other packages register. `unmatched` says what waits when a line of a pick ticket has no product: the whole
    `document`, or the `line`.
    """

    separator: str = "-"
    parts: tuple[PartSection, ...] = ()
    max_length: int = PRODUCT_CODE_LENGTH
    readable: bool = False
    match: tuple[str, ...] = tuple(stage.value for stage in DEFAULT_STAGES)
    decisions: Annotated[Path | None, BESIDE] = None
    unmatched: Literal["document", "line"] = "document"

    @field_validator("match")
    @classmethod
    def _named_once(cls, match: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(match)) < len(match):
            raise ValueError("a way of matching is named twice")
        with in_setting("sku"):
            refuse_unknown(match, field="match")
        return match

    @model_validator(mode="after")
    def _recipe_can_be_made(self) -> SkuSection:
        _ = self.recipe
        return self

    @property
    def recipe(self) -> Recipe:
        """The recipe that this section describes."""
        parts = []
        for number, entry in enumerate(self.parts):
            with in_setting(f"sku.parts.{number}"):
                parts.append(entry.part)
        with in_setting("sku"):
            return Recipe(
                parts=tuple(parts) or Recipe().parts,
                separator=self.separator,
                max_length=self.max_length,
                readable=self.readable,
            )
