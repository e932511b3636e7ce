"""A feed that fell silent since the last look is silent on every page: nobody has to look first."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import httpx
from live_world import DAY, HOUR, NOW, Clock, dashboard

from clarus_bluecherry.ledger.store import Ledger
from tests.unit.ledger_databases import a_fact

HTML = {"accept": "text/html"}


def test_a_feed_is_silent_by_what_it_told_until_now(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    with Ledger.open(place, now=Clock()) as ledger:
        for hours in range(0, 80, 8):
            ledger.record(a_fact(str(hours), kind="transaction", occurred_at=NOW - hours * HOUR))
    assert _told(place, NOW + 15 * HOUR) == (200, "No feed is silent", "no", "0", "read", "0.0")
    silent = "Silent for much longer than usual: Stock movements, from Clarus"
    assert _told(place, NOW + 299 * DAY) == (503, silent, "yes", "1", "silent", "1.0")


def _told(place: Path, at: dt.datetime) -> tuple[int, str, str, str, str, str]:
    """What Health says of it, what Flows does, how many are silent by Today, its state there, the metric."""
    with dashboard(place, at=at) as url:
        health = httpx.get(f"{url}/health")
        flows = httpx.get(f"{url}/flows", headers=HTML).text
        today = httpx.get(f"{url}/", headers=HTML).text
        figures = httpx.get(f"{url}/metrics").text
    told = health.json()["checks"]["feeds"]["told"]
    figure = today.partition('id="figure-silent_feeds"')[2]
    [value] = re.findall(r'class="value[^>]*>(\d+)', figure.partition("</div>")[0])
    return (
        health.status_code,
        told,
        _last_cell(flows, "Stock movements, from Clarus"),
        value,
        _last_cell(today, "Stock movements, from Clarus"),
        figures.partition('feed_silent{feed="clarus transaction"} ')[2].partition("\n")[0],
    )


def _last_cell(page: str, row: str) -> str:
    """What the last cell says of the row of a table that begins so."""
    return re.findall(r"<td[^>]*>([^<]*)</td>", page.partition(f">{row}</td>")[2].partition("</tr>")[0])[-1]
