"""`story`: what it shows, what it writes, its exit codes; the ledger is read and nobody is asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest
from attrs import evolve
from flows_world import ODD, loop
from test_cli import SITE, run

from clarus_bluecherry.flows import collect_orders, deliver
from clarus_bluecherry.ledger.store import Ledger


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose servers are gone, with what its ledger has."""
    folder = tmp_path_factory.mktemp("story")
    path = folder / "site.toml"
    with loop() as here, Ledger.open(folder / "ledger.sqlite", now=lambda: here.time) as ledger:
        text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=folder / "ledger.sqlite")
        path.write_text(text, "utf-8")
        world = evolve(here.site, ledger=ledger)
        here.release("1001")
        here.release("1002", ((ODD, 1),))
        collect_orders(world)
        deliver(world)
    return str(path)


def test_an_order_is_told_on_screen_with_what_to_type_next(site):
    done = run("story", "order", "1001", "--site", site)
    assert done.returncode == 0, done.stderr
    assert "Blue Cherry: pick 1001: 7 ordered" in done.stdout
    assert "Clarus: order 1001: done there" in done.stdout
    assert "Order 1001: 7 units are ordered, and nothing has left yet." in done.stdout
    assert f"story order 1001 --site {site} --out story.html" in done.stderr
    assert "Jane" not in done.stdout


def test_without_the_package_for_workbooks_it_says_how_to_have_one(site, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    done = run("story", "order", "1001", "--site", site, "--out", str(tmp_path / "told"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "told" / "order-story.html").exists()
    assert "clarus-bluecherry[excel]" in done.stdout


def test_what_waits_is_found_and_says_who_does_what(site):
    done = run("story", "order", "1002", "--site", site, "--json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert (told["page"], [step["owner"] for step in told["steps"]]) == ("order-story", ["operations"])


def test_what_nobody_knows_is_2(site):
    done = run("story", "order", "9999", "--site", site)
    assert done.returncode == 2
    assert "nothing is known of an order of this number" in done.stderr


def test_a_day_that_is_none_is_refused_by_its_option(site):
    done = run("story", "sku", "|01234|BLK|||M", "--since", "yesterday", "--site", site)
    assert done.returncode == 2
    assert "--since" in done.stderr


def test_a_sku_is_told_by_its_parts(site):
    done = run("story", "sku", "|01234|BLK|||M", "--since", "2026-03-01", "--site", site)
    assert done.returncode == 0, done.stderr
    assert "01234 BLK M: 1 document since 2026-03-01" in done.stdout
