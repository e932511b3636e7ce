"""A recipe as the site file says it, and what was inferred as JSON.

Law of this module: what is written is read back as the same recipe.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from attrs import fields

from clarus_bluecherry.report.closing import json_text
from clarus_bluecherry.sku import Inference, Part, Recipe, Text
from clarus_bluecherry.sku.codes._shape import CodeShape

SHAPES_SHOWN = 10


def recipe_toml(recipe: Recipe) -> str:
    """The recipe as the table `[sku]` of the site file; what is the default is left out.

    >>> print(recipe_toml(Recipe(parts=(Part("style", pad_to=5), Part("size", before="/")))))
    [sku]
    separator = "-"
    parts = [
      { name = "style", pad_to = 5 },
      { name = "size", before = "/" },
    ]
    <BLANKLINE>
    """
    lines = ["[sku]", f"separator = {_toml(recipe.separator)}"]
    if recipe.max_length != Recipe().max_length:
        lines.append(f"max_length = {recipe.max_length}")
    if recipe.readable:
        lines.append("readable = true")
    return "\n".join([*lines, "parts = [", *(f"  {_entry(part)}," for part in recipe.parts), "]", ""])


def spelled(recipe: Recipe) -> str:
    """The parts of a code in their order, with what stands between them.

    >>> spelled(Recipe(parts=(Part("style"), Part("color"), Part("size", before="/"))))
    'style-color/size'
    """
    texts = [part.fixed if isinstance(part, Text) else part.name for part in recipe.parts]
    return texts[0] + "".join(
        recipe.joint(part) + text for part, text in zip(recipe.parts[1:], texts[1:], strict=True)
    )


def inference_json(found: Inference) -> str:
    """What was inferred, as one JSON document; `toml` are the recipe and its rivals for the site file."""
    content = {
        "is_certain": found.is_certain,
        "toml": recipe_toml(found.recipe) if found.recipe else None,
        "codes": found.codes,
        "exact": found.exact,
        "otherwise": found.otherwise,
        "evidence": found.evidence,
        "doubts": found.doubts,
        "rivals": [recipe_toml(rival) for rival in found.rivals],
        "otherwise_written": [{"code": code, "recipe_writes": meant} for code, meant in found.otherwise_written],
        "unexplained": found.unexplained,
    }
    return json_text(content)


def shapes_json(found: Sequence[CodeShape]) -> str:
    """The shapes of codes, as one JSON document."""
    return json_text({"is_certain": False, "toml": None, "shapes": found[:SHAPES_SHOWN]})


def _entry(part: Part | Text) -> str:
    if isinstance(part, Text):
        settings: dict[str, object] = {"text": part.fixed}
        if part.before is not None:
            settings["before"] = part.before
        return _toml(settings)
    values = {field.name: getattr(part, field.name) for field in fields(Part)}
    changed = {name: value for name, value in values.items() if value != getattr(Part(part.name), name)}
    if part.words:
        changed["words"] = dict(part.words)
    return _toml({"name": part.name, **changed})


def _toml(value: object) -> str:
    """A value as TOML has it: its strings are those of JSON, but for the one control character JSON leaves."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_toml(one)}" for name, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else _toml(name)
