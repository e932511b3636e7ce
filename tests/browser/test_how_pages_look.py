"""The main pictures of a page, beside those that somebody looked at (`golden/`).

Both are compared when they are made small, so that another machine's letters do not count, and what stands
elsewhere, in another colour or not at all does. `KEEP_GOLDEN=1` writes them anew: look at each before it is kept.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GOLDEN = Path(__file__).parent / "golden"
MOST = 400_000
"""Bytes of all pictures together."""
TOLERANCE = 3.0
"""How far a small picture may be from the other, on average, of 255."""
COMPARED = """async ([one, other]) => {
    const small = async (data) => {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
        const canvas = new OffscreenCanvas(bitmap.width >> 3, bitmap.height >> 3);
        const context = canvas.getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        return context.getImageData(0, 0, canvas.width, canvas.height);
    };
    const [a, b] = [await small(one), await small(other)];
    if (a.width !== b.width || a.height !== b.height) return 255;
    return a.data.reduce((sum, value, at) => sum + Math.abs(value - b.data[at]), 0) / a.data.length;
}"""


def first(page: Page) -> None:
    """What is seen at eight o'clock."""


def value(page: Page) -> None:
    page.locator("#section-value").evaluate("(it) => it.scrollIntoView()")


def documents(page: Page) -> None:
    page.get_by_role("link", name="Unexplained, net").click()
    page.wait_for_selector("#table-documents .shown")


@pytest.mark.parametrize(
    ("name", "width", "look", "at"),
    [
        ("first", 1280, "light", first),
        ("first", 360, "dark", first),
        ("value", 768, "dark", value),
        ("documents", 1280, "light", documents),
    ],
)
def test_it_looks_as_it_did(
    browser: Browser, written: dict[str, Path], name: str, width: int, look: str, at: Callable[[Page], None]
):
    page = browser.new_page(viewport={"width": width, "height": 720}, color_scheme=look)
    page.goto(written["sample_everything"].as_uri())
    at(page)
    page.wait_for_timeout(300)
    shot = page.screenshot()
    page.close()
    golden = GOLDEN / f"{name}-{width}-{look}.png"
    if os.environ.get("KEEP_GOLDEN"):
        golden.write_bytes(shot)
    told = [base64.b64encode(each).decode() for each in (shot, golden.read_bytes())]
    blank = browser.new_page()
    assert blank.evaluate(COMPARED, told) < TOLERANCE
    blank.close()


def test_the_pictures_are_few_and_small():
    assert sum(path.stat().st_size for path in GOLDEN.glob("*.png")) < MOST
