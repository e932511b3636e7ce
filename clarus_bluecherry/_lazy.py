"""What is imported only when used: heavy modules behind light names, extras, and plug-ins by entry point."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from clarus_bluecherry.errors import ConfigurationError, MissingExtra

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def lazy(package: str, names: Mapping[str, str]) -> Callable[[str], object]:
    """Return a module `__getattr__` that imports `names` (public name → submodule) when first asked for."""

    def __getattr__(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{names[name]}"), name)

    return __getattr__


def need(module: str, *, extra: str, purpose: str) -> None:
    """Raise `MissingExtra` with the `pip install` that fixes it when `module` cannot be imported."""
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise
        raise MissingExtra(f"{purpose} needs the package {module}", extra=extra) from error


def registered(group: str, name: str, *, what: str, field: str) -> EntryPoint:
    """Return the entry point that another package registers as `name` in `group`; nothing of it is imported.

    `what` says in words what it is, `field` which setting named it. Raises `ConfigurationError` when there is
    none, or two packages claim the name.
    """
    from importlib.metadata import entry_points  # slow, and only a plug-in needs it

    found = entry_points(group=group)
    named = found.select(name=name)
    if not named:
        known = ", ".join(sorted(found.names)) or "none"
        raise ConfigurationError(
            f"there is no {what} {name!r} (installed besides ours: {known})",
            field=field,
            action="Install the package that brings it, or correct the name.",
        )
    if len(named) > 1:
        claimed = " and ".join(sorted(entry.value for entry in named))
        raise ConfigurationError(f"{claimed} both claim the name {name!r}", field=field)
    (entry,) = named
    return entry


def plugin(group: str, name: str, *, what: str, field: str) -> object:
    """Return what another package registers; see `registered`. Raises as well when it cannot be imported."""
    entry = registered(group, name, what=what, field=field)
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        problem = f"the {what} {name!r} cannot be imported from {entry.value} ({error})"
        raise ConfigurationError(problem, field=field) from error
