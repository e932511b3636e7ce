"""Every sample in a browser: on a phone, a tablet, a desk, light and dark, on paper, and for a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from every_sample import SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Files = dict[str, Path]


def opened(browser: Browser, path: Path, width: int = 1280, look: str = "light", **more: object) -> Page:
    """The page in a window; whatever its console says is an error of the test."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=look, **more)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(path.as_uri())
    assert told == []
    return page


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_wider_than_the_screen(browser: Browser, written: Files, name: str, width: int, look: str):
    page = opened(browser, written[name], width, look)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wider = page.evaluate(
        """[...document.querySelectorAll('main *, header *')].filter((it) => {
            const scroll = it.closest('.scroll, pre, nav.parts ul');
            const box = it.getBoundingClientRect();
            return box.width && !scroll && !it.closest('.hidden') && box.right > innerWidth + 1;
        }).map((it) => it.outerHTML.slice(0, 80))"""
    )
    assert wider == []
    page.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_table_that_is_wider_says_so(browser: Browser, written: Files, name: str):
    page = opened(browser, written[name], 360)
    page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    page.wait_for_timeout(200)
    silent = page.evaluate(
        """[...document.querySelectorAll('.scroll')].filter((it) => it.scrollWidth > it.clientWidth + 1
            && getComputedStyle(it.parentElement.querySelector('.edge')).display === 'none').length"""
    )
    assert silent == 0
    page.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_phone_shows_what_to_do_first_on_its_first_screen(browser: Browser, written: Files, name: str):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(written[name].as_uri())
    first = page.locator(".steps li").first
    if first.count():
        said = first.evaluate("(it) => it.querySelector('.action').getBoundingClientRect().bottom")
        assert said < 740
    page.close()


@pytest.mark.parametrize(("width", "look"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize("name", SAMPLES)
def test_axe_finds_nothing_serious(browser: Browser, written: Files, name: str, width: int, look: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(browser, written[name], width, look, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    page.wait_for_timeout(200)
    found = axe.run(page).response["violations"]
    told = [
        (each["id"], each["nodes"][0]["html"][:120]) for each in found if each["impact"] in ("serious", "critical")
    ]
    assert told == []
    page.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_there_on_paper(browser: Browser, written: Files, name: str):
    page = opened(browser, written[name])
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.startswith(b"%PDF")
    assert len(paper) > 10_000
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type/Page\n") + paper.count(b"/Type /Page ") < 40
    page.close()


def test_on_paper_a_table_has_its_header_on_each_sheet_and_all_of_its_right_side(browser: Browser, written: Files):
    page = opened(browser, written["sample_sku_audit"], 768)
    page.emulate_media(media="print")
    boxes = "[...document.querySelectorAll('th button')].map((it) => getComputedStyle(it).display)"
    assert set(page.evaluate(boxes)) == {"contents"}, "a box in a header is on the first sheet alone"
    faded = "[...document.querySelectorAll('.scroll')].map((it) => getComputedStyle(it).maskImage)"
    assert set(page.evaluate(faded)) == {"none"}
    page.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_without_script_it_is_read_all_the_same(browser: Browser, written: Files, name: str):
    page = opened(browser, written[name], java_script_enabled=False)
    assert page.locator("h1").is_visible()
    assert page.locator("button").filter(visible=True).count() == 0
    page.close()
