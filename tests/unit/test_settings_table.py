"""The page of settings has every setting of the site file, with its default and how sure we are of it.

After a change of the model run this file and put what it prints into docs/settings.md, under "Every setting".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from clarus_bluecherry.config._explain import shown
from clarus_bluecherry.config._sure import sure
from clarus_bluecherry.config._walk import REQUIRED, Setting, settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
LONGEST = 120


def table() -> Iterator[str]:
    """The lines of the table, a heading for each section."""
    section = ""
    for setting in settings():
        if setting.place[0] != section:
            section = setting.place[0]
            yield from ("", f"### {section}", "", "| setting | default | sure |", "|---|---|---|")
        yield f"| `{setting.name}` | {default(setting)} | {sure(setting.name)} |"


def default(setting: Setting) -> str:
    """As a cell shows it."""
    if setting.default is REQUIRED:
        return "required"
    if setting.default is None:
        return "none"
    text = json.dumps(shown(setting.place, setting.default), ensure_ascii=False).replace("|", "\\|")
    return f"`{text}`" if len(text) <= LONGEST else "long: `config explain` shows it"


def test_the_page_has_every_setting_with_its_default_and_letter() -> None:
    told = [line for line in PAGE.read_text("utf-8").partition("## Every setting")[2].splitlines() if line]
    expected = [line for line in table() if line]
    assert [line for line in told if line.startswith(("|", "###"))] == expected


def test_every_setting_that_the_page_names_is_one() -> None:
    """Of its prose and its first tables: a name with dots that begins with a section."""
    known = {part for setting in settings() for part in ways(setting)}
    sections = {setting.place[0] for setting in settings()}
    named = re.findall(r"`([a-z]+(?:\.[a-z0-9_]+)+)`", PAGE.read_text("utf-8").partition("## Every setting")[0])
    assert [name for name in named if name.partition(".")[0] in sections and name not in known] == []


def ways(setting: Setting) -> Iterator[str]:
    """The setting, and the tables that it stands in."""
    for length in range(1, len(setting.place) + 1):
        yield ".".join(setting.place[:length])


if __name__ == "__main__":
    print("\n".join(table()))
