"""The live view in a browser: it keeps itself fresh, disturbs nobody, says when it is old, asks nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_world import TOKEN, Clock, dashboard, many_wait, planted

from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger

PlaywrightError: type[Exception] = Exception
with suppress(ImportError):
    from playwright.sync_api import Error as PlaywrightError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VIEWS = ["/", "/flows", "/waiting", "/health", "/pages/", "/orders/1002", "/nothing"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    planted(tmp_path / "ledger.sqlite")
    many_wait(tmp_path / "ledger.sqlite")
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def live(place: Path) -> Iterator[str]:
    with dashboard(place, every=1) as url:
        yield url


def opened(browser: Browser, address: str, width: int = 1280, **more: object) -> tuple[Page, list[str]]:
    """The page in a window, and what its console says and it asks of others from now on."""
    page = browser.new_page(viewport={"width": width, "height": 700}, **more)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: None if "127.0.0.1" in request.url else told.append(request.url))
    page.goto(address)
    return page, told


def refuse_another(place: Path) -> None:
    """Something happens in the ledger: one more message is refused."""
    with Ledger.open(place, now=Clock()) as works:
        [taken] = works.claim("clarus", worker="w1", limit=1)
        works.advance(taken.key, State.REJECTED, worker="w1", reason="refused too", reason_code="http_422")


def until(page: Page, holds: str) -> None:
    """Wait for it. Playwright's own way is code from a text, and the policy of the page lets nobody do that."""
    last = time.monotonic() + 15
    while time.monotonic() < last:
        with suppress(PlaywrightError):  # it is being loaded
            if page.evaluate(holds):
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"{holds} did not come to hold: {page.evaluate('document.body.innerText')[:2000]}")


def told_live(page: Page) -> str:
    return page.locator("#live-told").inner_text()


def test_what_changed_is_shown_and_what_the_reader_did_stays(browser: Browser, place: Path, live: str):
    page, told = opened(browser, f"{live}/waiting")
    page.get_by_label("Search Messages that wait for somebody").fill("pick")
    page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    page.get_by_role("button", name="Light or dark").click()
    page.evaluate("scrollTo(0, 420)")
    look = page.evaluate("document.documentElement.dataset.look")
    was = page.evaluate("scrollY")
    assert was > 0
    assert "refused too" not in page.content()
    refuse_another(place)
    until(page, "document.body.textContent.includes('refused too')")
    until(page, "document.getElementById('live-told')?.textContent.startsWith('Up to date')")
    assert page.get_by_label("Search Messages that wait for somebody").input_value() == "pick"
    assert page.evaluate("[...document.querySelectorAll('details')].every((it) => it.open)")
    assert page.evaluate("document.activeElement.dataset.act") == "look"
    assert page.evaluate("document.documentElement.dataset.look") == look
    assert abs(page.evaluate("scrollY") - was) < 60
    assert told == []


def test_nobody_is_disturbed_who_types(browser: Browser, place: Path, live: str):
    page, _ = opened(browser, f"{live}/waiting")
    search = page.get_by_label("Search Messages that wait for somebody")
    search.fill("pick 10")
    refuse_another(place)
    until(page, "document.getElementById('live-told').textContent.includes('newer version')")
    assert search.input_value() == "pick 10"
    assert page.evaluate("document.activeElement.matches('input')")
    search.blur()
    until(page, "document.body.textContent.includes('refused too')")


def test_who_stopped_it_sees_no_change(browser: Browser, place: Path, live: str):
    page, _ = opened(browser, f"{live}/waiting")
    page.get_by_role("button", name="Stop updating").click()
    refuse_another(place)
    until(page, "document.getElementById('live-told').textContent.includes('you have stopped it')")
    page.wait_for_timeout(2500)
    assert "refused too" not in page.content()


def test_what_is_old_says_so_and_is_fresh_again(browser: Browser, place: Path):
    with dashboard(place, every=1) as live:
        page, _ = opened(browser, f"{live}/flows")
        assert told_live(page).startswith("Up to date at")
        zones = {word for word in page.locator(".facts").inner_text().split() if word in ("EST", "EDT", "UTC")}
        assert told_live(page).split()[-1].rstrip(".") in zones, "the clock is the page's, not the reader's"
        page.route("**/flows", lambda route: route.abort())
        until(page, "document.getElementById('live-told').textContent.startsWith('Not updated since')")
        assert page.locator("#live-told").get_attribute("role") == "alert"
        assert "by kind of message" in page.content().lower()
        page.unroute("**/flows")
        until(page, "document.getElementById('live-told').textContent.startsWith('Up to date')")


def test_while_nothing_changes_nothing_is_sent_again(browser: Browser, live: str):
    page, told = opened(browser, f"{live}/flows")
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status))
    page.wait_for_timeout(3500)
    assert len(answers) >= 2
    assert set(answers) == {304}
    assert told == []


def test_a_figure_leads_to_an_order_and_its_story(browser: Browser, live: str):
    page, told = opened(browser, f"{live}/waiting")
    page.locator("#table-messages").get_by_role("link", name="1002").first.click()
    page.wait_for_url("**/orders/1002")
    assert "Order 1002" in page.locator("h1").inner_text()
    assert told == []


def test_who_has_to_say_who_he_is_logs_in_once(browser: Browser, place: Path):
    with dashboard(place, access={"token": TOKEN}) as url:
        page, told = opened(browser, url)
        page.wait_for_url("**/login")
        page.get_by_label("The token of this dashboard").fill(TOKEN)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{url}/")
        page.get_by_role("link", name="Flows and lag").click()
        page.wait_for_url("**/flows")
        assert told == []
        assert TOKEN not in page.content()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious_in_any_view(browser: Browser, place: Path, width: int, look: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with dashboard(place, every=60) as open_to_all, dashboard(place, access={"token": TOKEN}) as locked:
        for address in [*(f"{open_to_all}{path}" for path in VIEWS), f"{locked}/login"]:
            page, _ = opened(browser, address, width, color_scheme=look, bypass_csp=True)
            page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
            page.wait_for_timeout(100)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = axe.run(page).response["violations"]
            serious = [
                (each["id"], each["nodes"][0]["html"][:160])
                for each in found
                if each["impact"] in ("serious", "critical")
            ]
            assert (address, serious) == (address, [])
            page.close()
