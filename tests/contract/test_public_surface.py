"""The names a user may rely on, written down: a change of this list is a change that the changelog announces."""

import importlib
from pathlib import Path

import pytest
from public_names import PACKAGES

LIST = Path(__file__).with_name("public_surface.txt")


def written_down():
    lines = LIST.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def exported():
    return sorted(f"{package}.{name}" for package in PACKAGES for name in importlib.import_module(package).__all__)


def test_the_public_names_are_those_that_are_written_down():
    assert exported() == written_down(), f"announce the change in CHANGELOG.md and write it down in {LIST.name}"


@pytest.mark.parametrize("name", written_down())
def test_a_public_name_leads_somewhere(name):
    package, _, attribute = name.rpartition(".")
    assert getattr(importlib.import_module(package), attribute) is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_names_each_export_once_and_in_order(package):
    names = importlib.import_module(package).__all__
    assert len(set(names)) == len(names)
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[:1].isupper(), name))
