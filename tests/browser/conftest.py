"""What the tests in a browser stand on: Chromium, and each sample as a file. They run with BROWSER=1 alone."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

for room in ("pages", "dashboard"):  # where their samples and their world are
    sys.path.insert(0, str(Path(__file__).parents[1] / room))

WHY_NOT = "needs a browser: BROWSER=1, and pip install playwright axe-playwright-python"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say why they are skipped where nobody asked for them."""
    if not os.environ.get("BROWSER"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=WHY_NOT))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where it is, else the one that playwright brings."""
    sync_api = pytest.importorskip("playwright.sync_api", reason=WHY_NOT)
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each sample as an HTML file, by its name."""
    from every_sample import SAMPLES, sample

    from clarus_bluecherry.report.pages import page_html

    folder = tmp_path_factory.mktemp("pages")
    files = {name: folder / f"{name}.html" for name in SAMPLES}
    for name, path in files.items():
        path.write_text(page_html(sample(name)), "utf-8")
    return files
