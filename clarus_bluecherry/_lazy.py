"""What is imported only when used: heavy modules behind light names, extras, and plug-ins by entry point."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from clarus_bluecherry.errors import ConfigurationError, MissingExtra

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class _Package(ModuleType):
    """A package that lists its public names unloaded, and keeps them when a submodule is called so."""

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.__dict__.get("__all__", ())})

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in self.__dict__.get("__lazy__", ())):
            super().__setattr__(name, value)


def lazy(package: str, names: Mapping[str, str]) -> Callable[[str], object]:
    """Return a module `__getattr__` that imports `names` (public name → its home) when first asked for.

    A home is a submodule, or a module of ours by its full name; `.` says that the name is a submodule itself. What
    was found stays in the package.
    """
    module = sys.modules[package]
    module.__dict__["__lazy__"] = frozenset(name for name, home in names.items() if home != ".")
    module.__class__ = _Package

    def __getattr__(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = _found(package, names[name], name)
        setattr(module, name, found)
        return found

    return __getattr__


def _found(package: str, home: str, name: str) -> object:
    if home == ".":
        return importlib.import_module(f"{package}.{name}")
    is_full = home.startswith(f"{package.partition('.')[0]}.")
    return getattr(importlib.import_module(home if is_full else f"{package}.{home}"), name)


def homes(written: str) -> dict[str, str]:
    """Public name → submodule, as written down in groups: `submodule: name name ...`.

    >>> homes("orders: GoodsOut GoodsIn base: Attributes")
    {'GoodsOut': 'orders', 'GoodsIn': 'orders', 'Attributes': 'base'}
    """
    found, home = {}, ""
    for word in written.split():
        if word.endswith(":"):
            home = word.removesuffix(":")
        else:
            found[word] = home
    return found


def need(module: str, *, extra: str, purpose: str) -> None:
    """Raise `MissingExtra` with the `pip install` that fixes it when `module` cannot be imported."""
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise
        raise MissingExtra(f"{purpose} needs the package {module}", extra=extra) from error


def registered(group: str, name: str, *, what: str, field: str, ours: Sequence[str] = ()) -> EntryPoint:
    """Return the entry point that another package registers as `name` in `group`; nothing of it is imported.

    `what` says in words what it is, `field` which setting named it, `ours` which ones need no package. Raises
    `ConfigurationError` when there is none, or two packages claim the name.
    """
    from importlib.metadata import entry_points  # slow, and only a plug-in needs it

    found = entry_points(group=group)
    named = found.select(name=name)
    if not named:
        known = ", ".join(sorted(found.names)) or "none"
        told = f"ours: {', '.join(ours)}; " if ours else ""
        raise ConfigurationError(
            f"there is no {what} {name!r} ({told}installed besides ours: {known})",
            field=field,
            action="Install the package that brings it, or correct the name.",
        )
    if len(named) > 1:
        claimed = " and ".join(sorted(entry.value for entry in named))
        raise ConfigurationError(f"{claimed} both claim the name {name!r}", field=field)
    (entry,) = named
    return entry


def plugin(group: str, name: str, *, what: str, field: str, ours: Sequence[str] = ()) -> object:
    """Return what another package registers; see `registered`. Raises as well when it cannot be imported."""
    entry = registered(group, name, what=what, field=field, ours=ours)
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        problem = f"the {what} {name!r} cannot be imported from {entry.value} ({error})"
        raise ConfigurationError(problem, field=field) from error
