"""`products`: what it shows, what it does, and that a dry run leaves nothing anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve
from flows_world import loop
from test_cli import SECRETS, SITE, run
from test_flows_products import CODE, GREEN, product

from clarus_bluecherry.flows import collect_orders
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger

LETS = "create = true\nupdate = true\nbeside_untied = true"


def site_file(here, folder: Path, lets: str = LETS) -> str:
    path = folder / "site.toml"
    text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=folder / "ledger.sqlite")
    path.write_text(f"{text}\n[products]\n{lets}\n", "utf-8")
    return str(path)


@pytest.fixture
def here():
    with loop() as world:
        world.erp.add_article(GREEN)
        yield world


def test_a_dry_run_shows_what_would_be_done_and_leaves_nothing(here, tmp_path):
    done = run("products", "--site", site_file(here, tmp_path), "--dry-run", **SECRETS)
    assert done.returncode == 0, done.stderr
    assert CODE in done.stdout
    assert "Rain coat" in done.stdout
    assert "LEGACY" not in done.stdout
    assert "1 products of Clarus are tied to no SKU" in done.stdout
    assert product(here) is None
    assert [path.name for path in tmp_path.iterdir()] == ["site.toml"]


def test_a_dry_run_as_json_says_the_same(here, tmp_path):
    there = product(here, "1234_blk_m")
    here.warehouse.change_product(there.id, {"barcode": "4006381333931"})
    done = run("products", "--site", site_file(here, tmp_path), "--dry-run", "--json", **SECRETS)
    found = json.loads(done.stdout)
    assert found["dry_run"] is True
    assert found["lets"] == {"create": True, "update": True}
    assert {each["code"] for each in found["create"]} == {CODE, "07777-RED-O/S"}
    made = next(each for each in found["create"] if each["code"] == CODE)
    assert made["fields"]["description"] == "Rain coat GRN S"
    assert "kept" not in found


def test_without_a_dry_run_it_is_done_once(here, tmp_path):
    site = site_file(here, tmp_path)
    here.release("1001", ((GREEN, 2),))
    done = run("products", "--site", site, "--json", **SECRETS)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["delivered"] == {"posted": 2}
    assert product(here).description == "Rain coat GRN S"
    again = json.loads(run("products", "--site", site, "--json", **SECRETS).stdout)
    assert (again["create"], again["update"], again["kept"]) == ([], [], {})


def test_only_messages_about_products_are_sent(here, tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite", now=lambda: here.time) as ledger:
        here.release()
        collect_orders(evolve(here.site, ledger=ledger))
    run("products", "--site", site_file(here, tmp_path), **SECRETS)
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        assert [each.state for each in ledger.in_state(*State, kind="goods_out")] == [State.PENDING]
        assert [each.state for each in ledger.in_state(*State, kind="product")] == [State.POSTED] * 2


def test_what_is_refused_is_shown_with_its_candidates_and_found(here, tmp_path):
    here.erp.add_article(evolve(GREEN, style="8888", upc=""))
    here.warehouse.add_product("8888-GRN-S")
    command = ["products", "--site", site_file(here, tmp_path), "--dry-run"]
    done = run(*command, **SECRETS)
    assert done.returncode == 1
    assert "Refused: 2" in done.stdout
    assert "Decide in the file that `sku.decisions` names" in " ".join(done.stdout.split())
    found = json.loads(run(*command, "--json", **SECRETS).stdout)["refused"]
    assert {(each["why"], *each["candidates"]) for each in found} == {("ambiguous_sku", "8888-GRN-S")}


def test_a_style_that_cannot_be_read_is_told_and_stops_no_other(here, tmp_path):
    here.erp.add_article(evolve(GREEN, style="09999", upc="", color_code="A|B"))
    done = run("products", "--site", site_file(here, tmp_path), **SECRETS)
    assert done.returncode == 1
    assert "Cannot be read: style 09999" in done.stdout
    assert product(here) is not None


def test_nothing_is_created_beside_a_product_that_nobody_knows(here, tmp_path):
    done = run("products", "--site", site_file(here, tmp_path, "create = true"), **SECRETS)
    assert done.returncode == 1
    assert "LEGACY-9" in done.stdout
    assert product(here) is None


def test_what_the_site_does_not_let_happen_is_shown_and_not_done(here, tmp_path):
    done = run("products", "--site", site_file(here, tmp_path, "update = true"), **SECRETS)
    assert "the site does not set products.create" in done.stdout
    assert product(here) is None


def test_the_command_explains_itself():
    done = run("products", "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout
    assert "--dry-run" in done.stdout


@pytest.mark.parametrize(
    ("setting", "named"),
    [('description = "{colour}"', "products.description"), ('owned = ["weight"]', "products.owned")],
    ids=["a description of other words", "a field that Blue Cherry cannot tell"],
)
def test_a_wrong_setting_stops_the_start_with_its_name(here, tmp_path, setting, named):
    done = run("products", "--site", site_file(here, tmp_path, setting), "--dry-run", **SECRETS)
    assert done.returncode == 2
    assert named in done.stderr
