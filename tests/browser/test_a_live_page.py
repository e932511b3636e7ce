"""A page that a server gives is loaded again by itself, and not under the hands of who reads it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from sample_everything import page as sample

from clarus_bluecherry.report.pages import LiveLinks, page_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_it_is_loaded_again_unless_somebody_types_or_stops_it(browser: Browser, tmp_path: Path):
    path = tmp_path / "live.html"
    path.write_text(page_html(sample(50), live=LiveLinks(refresh=dt.timedelta(seconds=1))), "utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.evaluate("window.isOld = true")
    page.wait_for_function("!window.isOld")
    page.get_by_label("Search Where they differ").fill("crew")
    page.evaluate("window.isOld = true")
    page.wait_for_timeout(2500)
    assert page.evaluate("window.isOld")
    page.get_by_role("button", name="Stop updating").click()
    page.evaluate("window.isOld = true")
    page.wait_for_timeout(2500)
    assert page.evaluate("window.isOld")
    assert page.get_by_role("button", name="Stop updating").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Stop updating").click()
    page.wait_for_function("!window.isOld")
    assert page.get_by_label("Search Where they differ").input_value() == "crew"
    page.close()
