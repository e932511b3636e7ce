"""The page of the architecture has each room on its floor, as the import rules of `pyproject.toml` have it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PRIVATE = {"_lazy", "_ours", "_version"}
"""Modules that hold no room: the page leaves them out."""


def _ruled() -> dict[str, int]:
    """By room, its floor in the import rules, counted from below."""
    rules = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [layers] = [rule["layers"] for rule in rules if rule["name"] == "A room imports only rooms below it"]
    return {room: floor for floor, layer in enumerate(reversed(layers)) for room in layer.split(" | ")}


def test_each_room_has_a_row_with_its_floor() -> None:
    page = (_ROOT / "docs" / "architecture.md").read_text("utf-8")
    told = {room: int(floor) for floor, room in re.findall(r"^\| (\d+) \| `(\w+?)(?:/|\.py)` \|", page, re.M)}
    assert told == {room: floor for room, floor in _ruled().items() if room not in _PRIVATE}
