"""A word means one thing: a class name stands once in the package, the sandbox aside (it plays the other side)."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import clarus_bluecherry

ROOT = Path(clarus_bluecherry.__file__).parent

CLARUS_ROOM = "when Clarus's room is rebuilt around one definition of a resource"
HTTP_ROOM = "when http is rebuilt around one pending call"

NOT_YET = {
    "Document": CLARUS_ROOM,
    "_Named": HTTP_ROOM,
    "_Part": CLARUS_ROOM,
}
"""Names that still stand more than once, each with when that ends. The list only shrinks."""


def classes(path):
    return [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]


def homes():
    found = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        inside = path.relative_to(ROOT)
        if inside.parts[0] != "sandbox":
            for name in classes(path):
                found[name].append(inside.as_posix())
    return found


SEVERAL = {name: places for name, places in homes().items() if len(places) > 1}


def test_a_class_name_stands_once():
    assert {name: places for name, places in SEVERAL.items() if name not in NOT_YET} == {}


@pytest.mark.parametrize("name", NOT_YET)
def test_what_stands_once_is_no_exception_any_more(name):
    assert name in SEVERAL, f"{name} stands once now: take it off the list"
