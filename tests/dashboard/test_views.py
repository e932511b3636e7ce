"""What the live view shows, over a real loopback address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_world import CANARIES, HOSTILE, NOW, dashboard, planted

VIEWS = ["/", "/flows", "/waiting", "/pages/", "/health"]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    place = tmp_path_factory.mktemp("live") / "ledger.sqlite"
    planted(place)
    with dashboard(place) as url, httpx.Client(base_url=url, headers={"accept": "text/html"}) as client:
        yield client


@pytest.mark.parametrize("path", VIEWS)
def test_each_view_is_a_page_as_of_now_in_the_books_zone(live: httpx.Client, path: str) -> None:
    answer = live.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text
    assert path == "/pages/" or "2026-03-02 08:05" in answer.text


def test_flows(live: httpx.Client) -> None:
    print(live.get("/flows").text[-3000:])
