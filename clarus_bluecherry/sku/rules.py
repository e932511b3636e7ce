"""Rules of a site's own: other ways of reading a product code, found by the name their package registers.

Law of this module: a rule only says what a code stands for; whether that ties it to a SKU is judged as strictly as
everything else. Nothing is imported until a site asks for it by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, cast

from clarus_bluecherry._lazy import plugin
from clarus_bluecherry.sku.judge import Reader, Stage

GROUP = "clarus_bluecherry.sku_rules"
"""The entry point group: `[project.entry-points."clarus_bluecherry.sku_rules"]` in the package's pyproject."""


class MakeRule(Protocol):
    """What a package registers: a class, or a function, that makes the rule and needs no arguments."""

    def __call__(self) -> Reader:
        """Make the rule."""
        ...


def stages_named(names: Iterable[str], *, field: str = "sku.match") -> tuple[Stage | Reader, ...]:
    """The stages of matching in the order of `names`: ours, and those that other packages register.

    Raises `ConfigurationError` naming `field` for a name that nobody brings.

    >>> stages_named(["exact", "barcode"])
    (<Stage.EXACT: 'exact'>, <Stage.BARCODE: 'barcode'>)
    """
    ours = {stage.value: stage for stage in Stage}
    return tuple(ours[name] if name in ours else _rule(name, field) for name in names)


def _rule(name: str, field: str) -> Reader:
    return cast(MakeRule, plugin(GROUP, name, what="SKU rule", field=field))()
