"""`drift`: what it shows, what it writes, its exit codes, and that nobody's address is in any of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from attrs import evolve
from flows_world import SHIP_TO, loop
from test_cli import SECRETS, SITE, run

from clarus_bluecherry.flows import collect_orders, deliver
from clarus_bluecherry.ledger.store import Ledger

SECRET = {"name": "Zebedee Quux", "addr1": "99 Hidden Lane", "email": "zeb@example.com"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drift")
    with loop() as here:
        path = folder / "site.toml"
        text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=folder / "ledger.sqlite")
        path.write_text(text, "utf-8")
        with Ledger.open(folder / "ledger.sqlite", now=lambda: here.time) as ledger:
            site = evolve(here.site, ledger=ledger)
            for number in ("1001", "1002"):
                here.release(number)
            collect_orders(site)
            deliver(site)
            here.later(minutes=5)
            pick = here.erp.picks["1001"]
            pick.ship_to = {**SHIP_TO, **SECRET}
            here.erp.change_pick("1001", [evolve(line, bk_qty=1) for line in pick.lines])
            collect_orders(site)
        yield str(path)


def test_it_shows_what_drifted_and_what_to_do_and_sends_nothing(world):
    done = run("drift", "--site", world, **SECRETS)
    assert done.returncode == 1, done.stderr
    assert "1 of 2 orders drifted" in done.stdout
    assert "The invoice will be off by: units 5, revenue 99.50 USD, cost 38.25 USD" in done.stdout
    assert "Proposed, and not sent: PATCH /api/goods_outs/" in done.stdout
    assert run("drift", "--site", world, **SECRETS).stdout == done.stdout
    assert "In the warehouse" in done.stdout
    assert "In Blue Cherry" in done.stdout


def test_as_json_and_as_csv_it_says_the_same_without_a_person(world, tmp_path):
    out = tmp_path / "drift.csv"
    done = run("drift", "--site", world, "--order", "1001", "--json", "--out", str(out), **SECRETS)
    found = json.loads(done.stdout)
    (order,) = found["orders"]
    assert (found["schema"], found["looked_at"], order["order"], order["status"]) == ("1.0", 1, "1001", "PENDING")
    assert [(each["aspect"], each["field"] or each["line"]) for each in order["differences"]] == [
        ("address", "ship_to.name"),
        ("address", "ship_to.lines"),
        ("address", "ship_to.email"),
        ("quantity", "1"),
        ("quantity", "2"),
    ]
    assert order["invoice"]["revenue"] == {"amount": "99.5", "currency": "USD"}
    body = order["proposal"]["body"]["data"]
    assert [each["attributes"] for each in body["attributes"]["lines_changes"]] == [{"order_quantity": 1}] * 2
    assert body["relationships"] == "(not shown)"
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["aspect"] for row in rows] == ["address"] * 3 + ["quantity"] * 2 + ["invoice"] * 2
    assert [row["units"] for row in rows[-2:]] == ["4", "1"]
    shown = done.stdout + done.stderr + Path(out).read_text("utf-8")
    assert not any(value in shown for value in (*SECRET.values(), "Jane Doe", "1 Main St"))


def test_an_order_that_did_not_drift_is_well(world):
    done = run("drift", "--site", world, "--order", "1002", "--json", **SECRETS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"schema": "1.0", "looked_at": 1, "orders": [], "unread": []}
