"""Packages that re-export heavy modules do it on first use, so that importing a light name stays light."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

from clarus_bluecherry.errors import MissingExtra


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
