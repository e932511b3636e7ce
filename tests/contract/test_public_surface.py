"""What a user may rely on, names and how they are called, written down: a change of it is for the changelog."""

import importlib
from types import ModuleType

import pytest
import surface
from public_names import PACKAGES, ROOT, SHOWN, imports

OF_PAGES = {page: list(imports(page)) for page in SHOWN}


def written_down():
    lines = surface.LIST.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_public_surface_is_what_is_written_down():
    now, then = surface.lines(), written_down()
    changed = [f"+ {line}" for line in now if line not in then] + [f"- {line}" for line in then if line not in now]
    assert changed == [], "say it in CHANGELOG.md and run: python tests/contract/surface.py"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_names_each_export_once_and_in_order(package):
    names = importlib.import_module(package).__all__
    assert len(set(names)) == len(names)
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[:1].isupper(), name))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_public_name_leads_somewhere(package):
    module = importlib.import_module(package)
    assert [name for name in module.__all__ if getattr(module, name, None) is None] == []


def test_a_module_among_the_public_names_is_a_public_package():
    found = {f"{package}.{name}": getattr(importlib.import_module(package), name) for package, name in exported()}
    assert [name for name, thing in found.items() if isinstance(thing, ModuleType) and name not in PACKAGES] == []


def exported():
    return [(package, name) for package in PACKAGES for name in importlib.import_module(package).__all__]


def is_public(module, name):
    whole = f"{module}.{name}" if name else module
    return whole in PACKAGES or (module in PACKAGES and name in importlib.import_module(module).__all__)


# The page for those who add to the package shows our own rooms.
READ_BY_USERS = [page for page in SHOWN if page.stem != "contributing"]


@pytest.mark.parametrize("page", READ_BY_USERS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_users_read_imports_from_public_packages_only(page):
    assert [(module, name) for module, name in OF_PAGES[page] if not is_public(module, name)] == []
