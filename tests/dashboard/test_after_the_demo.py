"""What the live view shows of the ledger that a demo leaves, on a day when both of its systems are long gone."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from live_world import Clock, dashboard

from clarus_bluecherry.cli.demo.exports import write_month
from clarus_bluecherry.cli.demo.left import leave_site
from clarus_bluecherry.cli.demo.story import Story
from clarus_bluecherry.config import load_site
from clarus_bluecherry.flows.exceptions_kept import keep_look, open_exceptions
from clarus_bluecherry.ledger.store import Ledger

NOVEMBER = dt.datetime(2026, 11, 2, 14, tzinfo=dt.UTC)
_STEP = re.compile(r'<li>\n<div class="what">(.*?)</li>', re.DOTALL)
_WORTH = re.compile(r'<span class="value">([-,.\d]+) USD</span>')


@pytest.fixture(scope="module")
def left(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger that is left."""
    folder = tmp_path_factory.mktemp("left")
    with Ledger.open_to_read(story.job.ledger, now=story.world.clock) as ledger:
        write_month(story.world, ledger, folder / "month")
        before = ledger.last_look()
        leave_site(story.job, folder, clock=story.world.clock)
        assert (ledger.last_look(), open_exceptions(ledger)) == (before, [])  # its own ledger is as it was
    return Path(load_site(folder / "site.toml").ledger.path)


@pytest.fixture(scope="module")
def live(left: Path) -> Iterator[httpx.Client]:
    html = {"accept": "text/html"}
    with dashboard(left, at=NOVEMBER) as url, httpx.Client(base_url=url, headers=html) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/waiting"])
def test_what_to_do_first_has_its_value_the_largest_first_with_owner_and_action(
    live: httpx.Client, path: str
) -> None:
    steps = _STEP.findall(live.get(path).text)
    worth = [abs(Decimal(each.replace(",", ""))) for step in steps for each in _WORTH.findall(step)]
    assert len(worth) == len(steps) >= 3
    assert worth == sorted(worth, reverse=True)
    assert all('class="owner"' in step and 'class="action"' in step for step in steps)


def test_it_says_when_the_systems_were_looked_at(live: httpx.Client, story: Story) -> None:
    at = story.world.clock.now.astimezone(story.world.erp.zone)
    assert f"<dt>Systems looked at</dt><dd>{at:%Y-%m-%d %H:%M %Z}</dd>" in live.get("/").text


def test_a_look_of_later_is_kept(left: Path, tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(left)) as source, closing(sqlite3.connect(place)) as copy:
        source.backup(copy)
    with Ledger.open(place, now=Clock(NOVEMBER)) as ledger:
        known = open_exceptions(ledger)
        keep_look(ledger, [each.item for each in known], began=NOVEMBER)
        assert known
        assert {each.seen_at for each in open_exceptions(ledger)} == {ledger.last_look()} == {NOVEMBER}
