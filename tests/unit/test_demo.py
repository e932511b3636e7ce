"""The demo holds for many seasons with faults on, and its verdict is one that can fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clarus_bluecherry.bluecherry.inventory_report import read_inventory_report
from clarus_bluecherry.cli.demo import verdict, worker
from clarus_bluecherry.cli.demo.show import play
from clarus_bluecherry.cli.demo.story import Story, job_for
from clarus_bluecherry.cli.demo.world import World, world
from clarus_bluecherry.finance import Reconciliation
from clarus_bluecherry.flows.reconcile import reconcile_now
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.erp import columns

SEEDS = range(1, 1 + int(os.environ.get("DEMO_SEEDS", "4")))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_or_posted_twice_and_nothing_is_unexplained(seed: int) -> None:
    closing = play(seed=seed, scale="small")
    assert [check for check in closing.checks if not check.holds] == []
    told = " ".join(closing.story)
    for happened in ("worker was killed", "tied 2 codes by hand", "connection dropped after the effect", "429"):
        assert happened in told


@pytest.mark.parametrize("seed", range(1, 1 + int(os.environ.get("DEMO_SEEDS", "1"))))
@pytest.mark.parametrize("way", ["x12", "csv"])
def test_it_holds_by_files_as_it_holds_by_calls(way: str, seed: int) -> None:
    closing = play(seed=seed, scale="small", way=way)
    assert [check for check in closing.checks if not check.holds] == []
    assert "worker was killed" in " ".join(closing.story)


@pytest.mark.parametrize("seed", range(1, 1 + int(os.environ.get("DEMO_SEEDS", "1"))))
@pytest.mark.parametrize("way", ["rest", "x12"])
def test_it_holds_with_the_warehouse_by_file(way: str, seed: int) -> None:
    """With import rows that are refused, exports that are cut, come twice or late, on either side of the ERP."""
    closing = play(seed=seed, scale="small", way=way, warehouse="files")
    assert [check for check in closing.checks if not check.holds] == []
    told = " ".join(closing.story)
    for happened in ("worker was killed", "import refused", "export cut off", "export left"):
        assert happened in told


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
    assert json.loads(done.stdout)["reconciliation"]["causes"]["unexplained"]["units"] == "0"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Why the warehouse and the books differ" in page
    assert "http" not in page.replace("http-equiv", "")


def failing(there: World, ledger: Ledger, found: Reconciliation) -> list[str]:
    return [check.name for check in verdict.checks(there, ledger, found) if not check.holds]


def test_the_verdict_notices_a_message_too_many_too_few_and_stock_that_vanished(tmp_path: Path) -> None:
    with world(seed=1, scale="small") as there:
        story = Story(there, job_for(there, tmp_path), worker.silent, tmp_path)
        story.play()
        there.clarus_faults.pause()
        there.bluecherry_faults.pause()
        with worker.site_of(story.job, clock=there.clock) as site:
            found = reconcile_now(site, read_inventory_report(columns.inventory_report(there.erp)).rows)
            assert failing(there, site.ledger, found) == []
            again = there.erp.staged[3]
            there.erp.stage(again.entity, again.isa_num, again.body)
            assert failing(there, site.ledger, found) == ["nothing was lost", "nothing was posted twice"]
            there.erp.staged.pop()
            there.erp.staged.pop(3)
            assert failing(there, site.ledger, found) == ["nothing was lost"]
            there.erp.staged.insert(3, again)
            stock = next(iter(there.warehouse.stocks))
            stock.quantity -= 1
            found = reconcile_now(site, read_inventory_report(columns.inventory_report(there.erp)).rows)
            assert failing(there, site.ledger, found) == ["no unit is unexplained", "no value is unexplained"]
