"""The first page: its commands, typed from an empty folder beside a running sandbox, do what it says.

Only the installation is not done again, as in `test_first_hour`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from docs_world import README, ROOT, blocks
from test_first_hour import folder, running, shell

PAGE = ROOT / "docs" / "getting-started.md"
INSTALL, SANDBOX, *REST = blocks(PAGE, "console")

__all__ = ["folder"]


def test_what_is_installed_brings_all_that_the_page_uses() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert "'clarus-bluecherry[demo]'" in INSTALL
    brought = set(re.findall(r"[a-z]+", "".join(extras["demo"])))
    assert {"excel", "ledger", "cli", "sandbox", "dashboard"} <= brought


def test_the_readme_sends_its_readers_there() -> None:
    assert "(docs/getting-started.md)" in README.read_text("utf-8")


def test_the_commands_of_the_page_do_what_it_says(folder: Path) -> None:
    (script,) = blocks(PAGE, "python")
    (folder / "loop.py").write_text(script, "utf-8")
    check, turn, dispatch, daily, pages = REST
    with running(SANDBOX, folder):
        checked = "\n".join(shell(check, folder))
        first, back, left = (
            "\n".join(shell(f". ./sandbox.env\n{each}", folder)) for each in (turn, dispatch, daily)
        )
        opened = " ".join(" ".join(shell(f". ./sandbox.env\n{pages}", folder, code=3)).split())
    assert "Order 500101: 18 of 18 units left, 18 are in the books. Nothing waits for anybody." in opened
    assert (folder / "story.html").exists()
    assert "Open morning/morning.html" in opened
    assert (folder / "morning" / "morning.html").exists()
    assert "Blue Cherry answers" in checked
    assert "the tenant lacks: none" in checked
    assert "orders from Blue Cherry: 80 new, 1 parked" in first
    assert "sent and asked about: 80 posted" in first
    assert [int(count) for count in re.findall(r"posted │ (\d+)", first)] == [72, 8]
    assert re.findall(r"^sent and asked about: (.*)$", back, re.MULTILINE) == ["1 accepted", "1 posted"]
    shown_then, shown_now = back.split("worked 1 message off")
    assert ("accepted" in shown_then, "accepted" in shown_now) == (True, False)
    assert "500117" in left
    assert "500101" not in left
