"""The commands that talk to Blue Cherry: what they print, what they never print, and their exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows_world import BLACK, NAVY, Loop, loop
from test_cli import SITE, run

from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, VERSION

KEY = {"BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY}
"""The only credential that these commands need."""


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as world:
        yield world


@pytest.fixture
def site(here: Loop, tmp_path: Path) -> str:
    path = tmp_path / "site.toml"
    text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=tmp_path / "ledger.sqlite")
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("command", [["bluecherry"], ["bluecherry", "ping"], ["bluecherry", "picks"]])
def test_every_command_explains_itself(command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert len(command) == 1 or "Example" in done.stdout


def test_ping_shows_what_answers(site: str) -> None:
    done = run("bluecherry", "ping", "--site", site, **KEY)
    assert (done.returncode, done.stdout) == (0, f"Blue Cherry answers: {VERSION}\n")
    assert json.loads(run("bluecherry", "ping", "--site", site, "--json", **KEY).stdout) == {"answer": VERSION}


def test_ping_with_a_wrong_key_or_without_one_exits_with_2_and_shows_no_key(site: str) -> None:
    wrong = run("bluecherry", "ping", "--site", site, BLUECHERRY_SUBSCRIPTION_KEY="wrong-key-0123456789")
    assert (wrong.returncode, wrong.stdout, "401" in wrong.stderr) == (2, "", True)
    assert "wrong-key-0123456789" not in wrong.stderr
    without = run("bluecherry", "ping", "--site", site, BLUECHERRY_SUBSCRIPTION_KEY="")
    assert (without.returncode, "BLUECHERRY_SUBSCRIPTION_KEY" in without.stderr) == (2, True)


def test_picks_lists_the_open_tickets_without_addresses(here: Loop, site: str) -> None:
    here.release("1001", ((BLACK, 5), (NAVY, 2)))
    here.release("1002", ((BLACK, 3), (NAVY, 0)))
    done = run("bluecherry", "picks", "--site", site, "--json", **KEY)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["set_aside"] == []
    assert [(one["pick_num"], one["lines"], one["units"]) for one in found["picks"]] == [
        ("1001", 2, "7"),
        ("1002", 1, "3"),
    ]
    assert found["picks"][0].keys() == {"pick_num", "customer", "location", "lines", "units", "last_mod"}
    assert (found["picks"][0]["customer"], found["picks"][0]["location"]) == ("NORDST", "NJ")
    table = run("bluecherry", "picks", "--site", site, **KEY).stdout
    assert "1002" in table
    for personal in ("Jane Doe", "1 Main St", "Newark", "07102"):
        assert personal not in table + done.stdout


def test_picks_since_an_instant_are_those_that_changed_in_the_sites_own_zone(here: Loop, site: str) -> None:
    """Released at 14:00 and 17:00 UTC on 2 March: 09:00 and 12:00 in New York."""
    here.release("1001")
    here.later(hours=3)
    here.release("1002")

    def listed(since: str) -> list[str]:
        done = run("bluecherry", "picks", "--site", site, "--json", "--since", since, **KEY)
        assert done.returncode == 0, done.stderr
        return [one["pick_num"] for one in json.loads(done.stdout)["picks"]]

    assert listed("2026-03-02T10:00") == listed("2026-03-02T15:00Z") == ["1002"]
    assert listed("2026-03-02") == ["1001", "1002"]
    assert listed("2026-03-03") == []


@pytest.mark.parametrize("since", ["yesterday", "03/02/2026"])
def test_picks_since_what_is_no_instant_exits_with_2(site: str, since: str) -> None:
    done = run("bluecherry", "picks", "--site", site, "--since", since, **KEY)
    assert (done.returncode, "--since" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_a_ticket_that_cannot_be_read_is_listed_with_its_error_and_exits_with_1(here: Loop, site: str) -> None:
    here.release("1001")
    here.release("1002")
    here.erp.picks["1001"].ship_to = {"name": {"first": "Jane Doe"}}  # type: ignore[dict-item]
    done = run("bluecherry", "picks", "--site", site, "--json", **KEY)
    found = json.loads(done.stdout)
    assert (done.returncode, [one["pick_num"] for one in found["picks"]]) == (1, ["1002"])
    (aside,) = found["set_aside"]
    assert (aside["record"], aside["field"]) == ("pick ticket 1001", "addresses.1.name")
    table = run("bluecherry", "picks", "--site", site, **KEY)
    assert (table.returncode, "pick ticket 1001, field addresses.1.name" in table.stdout) == (1, True)
    assert "Jane Doe" not in done.stdout + table.stdout


def test_no_open_ticket_is_said_in_words(site: str) -> None:
    done = run("bluecherry", "picks", "--site", site, **KEY)
    assert (done.returncode, done.stdout) == (0, "No pick ticket is open.\n")


BY_FILE = """
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = {{ WH1 = "NJ" }}
[bluecherry]
transport = "{transport}"
own_id = "WAREHOUSE"
partner_id = "{partner}"
zone = "America/New_York"
currency = "USD"
{more}
[ledger]
zone = "America/New_York"
go_live = 2026-01-01
"""


@pytest.mark.parametrize(
    ("transport", "partner", "more", "told"),
    [
        ("X12", "BRAND", "", "ours: rest, x12, csv"),
        ("x12", "", "", "site file, field bluecherry.partner_id: X12 needs it"),
        ("x12", "BRAND", 'x12 = { sets = { return_to_stok = "180" } }', "bluecherry.x12.sets.return_to_stok"),
        ("x12", "BRAND", 'x12 = { sets = { return_to_stock = "181" } }', "site file, field bluecherry.x12.sets: "),
        ("csv", "", "[bluecherry.sheets.pick_tickt]", "site file, field bluecherry.sheets.pick_tickt: "),
        ("csv", "", 'files = { sftp = { host = "x", user = "y", password = "z" } }', "never in the file"),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_its_place_in_the_site_file(
    tmp_path: Path, transport: str, partner: str, more: str, told: str
) -> None:
    site = tmp_path / "site.toml"
    site.write_text(BY_FILE.format(transport=transport, partner=partner, more=more), "utf-8")
    done = run("bluecherry", "check", "--site", str(site))
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr


def test_a_kind_that_no_sheet_holds_is_told_with_the_setting_that_would(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    more = 'kinds = ["style"]\n[bluecherry.sheets.pick_ticket]'
    site.write_text(BY_FILE.format(transport="csv", partner="", more=more), "utf-8")
    done = run("bluecherry", "check", "--site", str(site), "--json")
    (found,) = json.loads(done.stdout)["kinds"]
    assert "`[bluecherry.sheets.style]` says how one looks" in found["why"]
