"""The demo holds for many seasons with faults on, and its verdict is one that can fail.

One season is whole; by files some days around the month's end are enough. `DEMO_SEEDS` and `DEMO_DAYS` say more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clarus_bluecherry.cli.demo.show import closed, play
from clarus_bluecherry.config import load_site
from clarus_bluecherry.flows.stories import order_story
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.report import Closing
from tests.demo_days import DAYS, shorten

SEEDS = range(1, 1 + int(os.environ.get("DEMO_SEEDS", "1")))


def nothing_is_wrong(closing: Closing, *happened: str) -> None:
    assert [check for check in closing.checks if not check.holds] == []
    told = " ".join(closing.story)
    assert [each for each in ("worker was killed", *happened) if each not in told] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_or_posted_twice_and_nothing_is_unexplained(
    seed: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    is_played = seed == 1
    closing = closed(request.getfixturevalue("story"), tmp_path) if is_played else play(seed=seed, scale="small")
    nothing_is_wrong(closing, "tied 2 codes by hand", "connection dropped after the effect", "429")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", ["x12", "csv"])
def test_it_holds_by_files_as_it_holds_by_calls(way: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch, DAYS)
    nothing_is_wrong(play(seed=seed, scale="small", way=way))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", ["rest", "x12"])
def test_it_holds_with_the_warehouse_by_file(way: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With import rows that are refused, exports that are cut, come twice or late, on either side of the ERP."""
    shorten(monkeypatch, max(DAYS, 3))  # by X12, two days of season 1 do not show three of the planted documents
    closing = play(seed=seed, scale="small", way=way, warehouse="files")
    nothing_is_wrong(closing, "import refused", "export cut off", "export left")


def test_the_command_prints_one_json_document_writes_both_reports_and_exits_with_0(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clarus_bluecherry.cli", "demo", "--seed", "11", "--json", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((tmp_path / "summary.json").read_text("utf-8"))
    first, now = json.loads(done.stdout)["closes"]
    assert (first["as_of"], first["known_until"]) == ("2026-01-31", "2026-01-31")
    assert (now["as_of"], now["known_until"]) == ("2026-01-31", None)
    assert {cause["status"] for line in first["lines"] for cause in line["causes"]} >= {"not_told", "posted_twice"}
    assert (tmp_path / "month" / "stock_ledger.csv").exists()
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Why the warehouse and the books differ" in page
    assert "The close as of 2026-01-31, by all that is known" in page
    assert "booked twice (dispatched)" in page
    assert "movements went round while" in page
    file = load_site(tmp_path / "site.toml")
    with Ledger.open(file.ledger.path) as ledger:
        assert order_story(ledger, "900001", file.ledger.zone).messages
    assert "http" not in page.replace("http-equiv", "")
