"""The site builds without a warning, its contents hold each page, links lead somewhere, no name is missing.

The builder passes over pages in the contents that do not exist and links to anchors that do not: so we look.
"""

from __future__ import annotations

import html.parser
import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from public_names import PACKAGES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("zensical") is None, reason="the site needs: pip install '.[docs]'"
)


class Page(html.parser.HTMLParser):
    """What a page links to, and what can be linked to on it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := given.get(name))]
        self.anchors |= {value for name in ("id", "name") if (value := given.get(name))}


@pytest.fixture(scope="module")
def site() -> dict[Path, Page]:
    """The pages of the site, built anew."""
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", ".mkdocs.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path: Page(path) for path in sorted((ROOT / ".site").rglob("*.html"))}


def test_every_link_leads_somewhere(site: dict[Path, Page]) -> None:
    lost = []
    for path, page in site.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = site.get(target)
            if not target.exists() or (parts.fragment and there and unquote(parts.fragment) not in there.anchors):
                lost.append(f"{path.name}: {link}")
    assert lost == []


def test_the_site_asks_nobody_else_for_anything(site: dict[Path, Page]) -> None:
    sources = {link for page in site.values() for link in page.links if link.endswith((".js", ".css", ".woff2"))}
    assert [link for link in sources if urlsplit(link).netloc] == []


def test_every_public_name_has_its_place(site: dict[Path, Page]) -> None:
    anchors = set().union(*(page.anchors for page in site.values()))
    names = [f"{package}.{name}" for package in PACKAGES for name in importlib.import_module(package).__all__]
    assert [name for name in names if name not in anchors] == []


def test_every_page_is_in_the_contents() -> None:
    contents = (ROOT / ".mkdocs.yml").read_text("utf-8")
    listed = {word for word in contents.split() if word.endswith(".md")}
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page.parent.name != "decisions"}
    assert {page for page in listed if not (DOCS / page).exists()} == set()
    assert pages - listed == set()


def test_every_decision_is_in_its_index() -> None:
    index = (DOCS / "decisions" / "index.md").read_text("utf-8")
    assert [page.name for page in (DOCS / "decisions").glob("0*.md") if f"]({page.name})" not in index] == []
