"""Every code block of the documentation runs, and what is generated from code agrees with it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from docs_world import PAGES, README, ROOT, blocks

from clarus_bluecherry.config import PartSection, SkuSection, load_site
from clarus_bluecherry.ledger.states import mermaid
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import DEFAULT_STAGES, stages_named


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    """The site file that the settings page shows, with the files it names."""
    (text,) = blocks(ROOT / "docs" / "settings.md", "toml")
    path = tmp_path / "site.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_python_block_runs(page: Path, site_file: Path) -> None:
    namespace: dict[str, object] = {"SITE_FILE": site_file}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec", dont_inherit=True), namespace)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_is_one_that_the_command_line_has(page: Path, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite"):
        pass
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            command = shlex.split(line, comments=True)
            assert command[0] == "clarus-bluecherry"
            words = [*takewhile(lambda word: not word.startswith("-"), command[1:])]
            is_asked = command[1:3] == ["ledger", "show"]  # else it would change something
            runs = [*command[1:]] if is_asked else [*words, "--help"]
            done = subprocess.run(
                [sys.executable, "-m", "clarus_bluecherry.cli", *runs],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            for option in (word for word in command if word.startswith("--")):
                assert is_asked or option in done.stdout


def test_the_table_of_the_recipe_page_is_valid() -> None:
    (text,) = blocks(ROOT / "docs" / "sku-recipe.md", "toml")
    section = SkuSection.model_validate(tomllib.loads(text)["sku"])
    assert section.recipe.code(Sku("123", "BLK", size="O/S")) == "AC-00123-BLK-OS"
    assert stages_named(section.match) == DEFAULT_STAGES


def test_every_setting_of_a_part_is_on_the_recipe_page() -> None:
    page = (ROOT / "docs" / "sku-recipe.md").read_text("utf-8")
    assert [
        name for name in PartSection.model_fields if f"`{name}`" not in page and f"{name} = " not in page
    ] == []


def test_the_site_file_of_the_settings_page_is_valid(site_file: Path) -> None:
    assert load_site(site_file).ledger.zone.key == "America/New_York"


def test_the_diagram_of_the_states_is_drawn_from_the_table() -> None:
    (drawn,) = blocks(ROOT / "docs" / "architecture.md", "mermaid")
    assert drawn.strip() == mermaid()


def test_the_readme_shows_the_quickstart_as_it_is() -> None:
    (shown,) = blocks(README, "python")
    example = (ROOT / "examples" / "quickstart.py").read_text("utf-8")
    assert shown.strip() in example


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in [*PAGES, README]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_as_long_as_the_addresses_are_placeholders_whoever_publishes_is_told() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    if any(urlsplit(url).hostname.endswith(".example") for url in urls.values()):
        for page in ("contributing", "versions"):
            assert "`[project.urls]`" in (ROOT / "docs" / f"{page}.md").read_text("utf-8")
