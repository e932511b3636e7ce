"""All commands as one tree, built once for the tests that walk it; who imports `one_tree` runs with it."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from clarus_bluecherry.cli import running

TREE = running.tree()
COMMANDS = dict(running.walk(TREE))


@pytest.fixture(autouse=True)
def one_tree() -> Iterator[None]:
    """The tree is the same each time; building it takes longer than most of what is asked."""
    with mock.patch.object(running, "tree", return_value=TREE):
        yield
