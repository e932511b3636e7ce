"""`exceptions`: what it shows, what it writes, its exit codes, and that nobody's address is in any of it."""

from __future__ import annotations

import csv
import datetime as dt
import json

import pytest
from attrs import evolve
from flows_world import SHIP_TO, loop
from test_cli import SECRETS, SITE, run

from clarus_bluecherry.flows import collect_movements, collect_orders, deliver
from clarus_bluecherry.ledger.store import Ledger

SECRET = {"name": "Zebedee Quux", "addr1": "99 Hidden Lane", "email": "zeb@example.com"}
LIMITS = '\n[exceptions]\nwithin_of = { dispatch_not_posted = "30 d" }\n'


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """One order has left and is not invoiced, one is past its promise and drifted; a bit of stock is held."""
    folder = tmp_path_factory.mktemp("exceptions")
    with loop() as here:
        path = folder / "site.toml"
        text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=folder / "ledger.sqlite")
        path.write_text(text + LIMITS, "utf-8")
        with Ledger.open(folder / "ledger.sqlite", now=lambda: here.time) as ledger:
            site = evolve(here.site, ledger=ledger)
            for number in ("1001", "1002"):
                here.release(number)
            here.erp.picks["1002"].pick_date = dt.date(2026, 3, 20)
            collect_orders(site)
            deliver(site)
            here.later(minutes=5)
            pick = here.erp.picks["1002"]
            pick.ship_to = {**SHIP_TO, **SECRET}
            here.erp.change_pick("1002", [evolve(line, bk_qty=1) for line in pick.lines])
            here.ship("1001")
            collect_orders(site)
            collect_movements(site)
            deliver(site)
        yield str(path), here


def listed(path, *options):
    done = run("exceptions", "--site", path, "--json", *options, **SECRETS)
    return done, json.loads(done.stdout)


def test_it_shows_each_with_its_owner_value_and_action_and_sends_nothing(world):
    path, _ = world
    done = run("exceptions", "--site", path, "--as-of", "2026-03-04T12:00:00Z", **SECRETS)
    assert done.returncode == 1, done.stderr
    assert "2 exceptions as of 2026-03-04 07:00 EST" in done.stdout
    assert "1 dispatch_not_posted, 1 order_drifted" in done.stdout
    assert "order_drifted:order 1002" in done.stdout, "what `exceptions ack` is to be told"
    assert "Goes to: lead" in done.stdout, "before it is over any limit"
    assert "Not looked for: " in done.stdout
    again = run("exceptions", "--site", path, "--as-of", "2026-03-04T12:00:00Z", **SECRETS)
    assert again.stdout == done.stdout


def test_on_a_narrow_screen_nothing_that_is_typed_or_added_up_is_cut(world):
    path, _ = world
    told = run("exceptions", "--site", path, "--as-of", "2026-03-04T12:00:00Z", COLUMNS="40", **SECRETS).stdout
    lines = told.splitlines()
    assert {"dispatch_not_posted:order 1001", "order_drifted:order 1002"} <= set(lines), (
        "each on a line of its own"
    )
    flowing = " ".join(told.split())
    assert "for finance; 1 d; -7 units; -54.00 USD; period 2026-03" in flowing
    assert "promised 2026-03-20 (SO1002)" in flowing
    assert "…" not in told


def test_what_is_over_a_limit_says_so_itself_and_is_counted_once_below(world):
    path, _ = world
    told = run("exceptions", "--site", path, "--as-of", "2026-03-06T12:00:00Z", **SECRETS).stdout
    assert told.count("it has been listed for more than 3 days") == 1
    (over,) = [line for line in told.splitlines() if "over a limit" in line.lower() and "listed" in line]
    assert over.endswith("it has been listed for more than 3 days (to management)")
    assert "1 over a limit (exit code 3)" in told


def test_what_was_not_looked_for_says_how_to_look(world, tmp_path):
    path, _ = world
    how = "Most of them only the books tell: --books FOLDER"
    asked = ("exceptions", "--site", path, "--as-of", "2026-03-04T12:00:00Z")
    assert how in run(*asked, **SECRETS).stdout
    assert how in run(*asked, "--close", **SECRETS).stdout, "and there were none without a folder"
    assert how not in run(*asked, "--books", str(tmp_path), **SECRETS).stdout


def test_as_json_and_as_csv_it_says_the_same_without_a_person(world, tmp_path):
    path, _ = world
    out = tmp_path / "exceptions.csv"
    done, found = listed(path, "--as-of", "2026-03-04T12:00:00Z", "--out", str(out))
    assert (found["schema"], found["breaches"], found["unread"]) == ("1.0", 0, [])
    by_class = {each["class"]: each for each in found["exceptions"]}
    late = by_class["dispatch_not_posted"]
    assert (late["subject"], late["owner"], late["units"]) == ("order 1001", "finance", "-7")
    assert late["value"] == {"amount": "-54", "currency": "USD"}
    assert late["close"] == {"period": "2026-03", "is_closed": False, "value": late["value"]}
    assert late["evidence"][0]["sent"].startswith("order_shipment to bluecherry, control number ")
    drifted = by_class["order_drifted"]
    assert drifted["promise"] == {"order": "SO1002", "promised": "2026-03-20", "units": "2"}
    assert drifted["escalated_to"] == "lead"
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["identity"] for row in rows] == [each["identity"] for each in found["exceptions"]]
    shown = done.stdout + done.stderr + out.read_text("utf-8")
    assert not any(value in shown for value in (*SECRET.values(), "Jane Doe", "1 Main St"))


def test_it_shows_those_of_one_owner(world):
    path, _ = world
    _, found = listed(path, "--as-of", "2026-03-04T12:00:00Z", "--for", "finance")
    assert {each["owner"] for each in found["exceptions"]} == {"finance"}


def test_it_ends_with_3_when_a_limit_is_breached(world):
    path, _ = world
    done, found = listed(path, "--as-of", "2026-03-06T12:00:00Z")
    assert done.returncode == 3
    (over,) = [each for each in found["exceptions"] if each["breach"]]
    assert (over["class"], over["breach"]) == ("order_drifted", "it has been listed for more than 3 days")
    done, _ = listed(path, "--as-of", "2026-03-06T12:00:00Z", "--for", "finance")
    assert done.returncode == 1


def test_a_close_that_cannot_be_read_is_said_and_the_others_are_listed(world):
    path, _ = world
    done, found = listed(path, "--as-of", "2026-03-04T12:00:00Z", "--close")
    assert (done.returncode, len(found["exceptions"])) == (1, 2)
    (why,) = found["unread"]
    assert why.startswith("close: ")
    assert "receipt_over" in found["not_looked_for"]


def test_what_cannot_be_done_ends_with_2(tmp_path):
    assert run("exceptions").returncode == 2
    assert run("exceptions", "--site", str(tmp_path / "none.toml")).returncode == 2
