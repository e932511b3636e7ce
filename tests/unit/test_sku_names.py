"""The names of `clarus_bluecherry.sku` that the changelog and the pages promise."""

from __future__ import annotations

import pytest

from clarus_bluecherry import sku


@pytest.mark.parametrize("name", ["audit", "infer", "malformed", "suspicions", "decisions_from_csv", "Text"])
def test_a_promised_name_can_be_imported(name):
    assert name in sku.__all__
    assert callable(getattr(sku, name))


def test_the_names_are_listed_once_and_in_order():
    assert sku.__all__ == sorted(
        set(sku.__all__), key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
