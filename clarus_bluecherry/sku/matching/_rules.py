"""Rules of a site's own: other ways of reading a product code, found by the name their package registers.

Law of this module: a rule only says what a code stands for; whether that ties it to a SKU is judged as strictly as
everything else. Nothing is imported until a site asks for it by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, cast

from attrs import frozen

from clarus_bluecherry._lazy import plugin, registered
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sku.matching._matcher import SkuRule, Stage

GROUP = "clarus_bluecherry.sku_rules"
"""The entry point group: `[project.entry-points."clarus_bluecherry.sku_rules"]` in the package's pyproject."""

_OURS: Mapping[str, Stage] = {stage.value: stage for stage in Stage}
_WHAT = "SKU rule"


class MakeRule(Protocol):
    """What a package registers: a class, or a function, that makes the rule and needs no arguments."""

    def __call__(self) -> SkuRule:
        """Make the rule."""
        ...


def stages_named(names: Iterable[str], *, field: str = "sku.match") -> tuple[Stage | SkuRule, ...]:
    """The stages of matching in the order of `names`: ours, and those that other packages register.

    Raises `ConfigurationError` naming `field` for a name that nobody brings, or whose package brings no rule.

    >>> stages_named(["exact", "barcode"])
    (<Stage.EXACT: 'exact'>, <Stage.BARCODE: 'barcode'>)
    """
    return tuple(_OURS[name] if name in _OURS else _rule(name, field) for name in names)


def refuse_unknown(names: Iterable[str], *, field: str = "sku.match") -> None:
    """Raise `ConfigurationError` naming `field` for a name that nobody brings. No rule is imported."""
    for name in names:
        if name not in _OURS:
            registered(GROUP, name, what=_WHAT, field=field)


@frozen(eq=False)
class _Checked:
    """A rule of another package: what it reads is text or nothing, or it is told which rule it was."""

    registered: str
    name: str
    rule: SkuRule
    field: str

    def reading(self, code: str) -> str | None:
        text: object = self.rule.reading(code)
        if text is None or isinstance(text, str):
            return text
        kind = type(text).__name__
        what = f"reads {code!r} as something of type {kind}: it must give text, or None for nothing to say"
        raise _wrong(self.registered, what, self.field)


def _rule(name: str, field: str) -> SkuRule:
    make = plugin(GROUP, name, what=_WHAT, field=field)
    if not callable(make):
        raise _wrong(name, "is not a class or a function that makes it", field)
    try:
        rule = cast(MakeRule, make)()
    except TypeError as error:
        raise _wrong(name, f"cannot be made without arguments ({error})", field) from error
    called: object = getattr(rule, "name", None)
    if not isinstance(called, str) or not called:
        raise _wrong(name, "has no `name`, the text it is called by in explanations", field)
    if not callable(getattr(rule, "reading", None)):
        raise _wrong(name, "has no method `reading` that takes a code", field)
    return _Checked(name, called, rule, field)


def _wrong(name: str, what: str, field: str) -> ConfigurationError:
    return ConfigurationError(
        f"the {_WHAT} {name!r} {what}",
        field=field,
        action="Mend the package that brings it (see examples/sku_rule.py), or leave its name out.",
    )
