"""A word means one thing: a class name stands once in the package, the sandbox aside (it plays the other side)."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import clarus_bluecherry

ROOT = Path(clarus_bluecherry.__file__).parent


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


def test_a_class_name_stands_once():
    assert {name: places for name, places in homes().items() if len(places) > 1} == {}


def test_an_alert_is_told_to_people_and_a_notice_is_not():
    rooms = (path for path in (ROOT / "flows" / "alerts").rglob("*.py"))
    assert [path.name for path in rooms if re.search(r"(?i)\bnotices?\b", path.read_text("utf-8"))] == []


def test_a_notice_is_what_a_webhook_told_and_no_word_of_the_exchange_of_files():
    rooms = (path for room in ("exchange", "bluecherry", "x12") for path in (ROOT / room).rglob("*.py"))
    found = [
        path.name for path in rooms if re.search(r"(?i)\bnotif(y|ication)\b|notices?\b", path.read_text("utf-8"))
    ]
    assert found == []
