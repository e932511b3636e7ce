"""Users import from packages: where a room is done its modules are private, and no page shows another way."""

import re
from pathlib import Path

import pytest

import clarus_bluecherry

ROOT = Path(clarus_bluecherry.__file__).parent
SHOWN = [
    *ROOT.parent.glob("*.md"),
    *(
        page for page in (ROOT.parent / "docs").glob("*.md") if page.stem != "contributing"
    ),  # it shows our own rooms
    *(ROOT.parent / "examples").rglob("*.py"),
]
# The page for those who add to the package shows our own rooms.
IMPORTED = re.compile(r"(?:from|import)\s+(clarus_bluecherry(?:\.\w+)+)")


@pytest.mark.parametrize("room", ["config", "flows/sku_audit", "http", "model", "report/sku_audit", "sku", "x12"])
def test_every_module_of_a_room_that_is_done_is_private(room):
    assert [path.name for path in (ROOT / room).rglob("*.py") if not path.name.startswith("_")] == []


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_nothing_that_users_read_imports_from_a_private_module(page):
    assert [name for name in IMPORTED.findall(page.read_text("utf-8")) if "._" in name] == []
