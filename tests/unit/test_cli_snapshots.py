"""`bluecherry held` and `bluecherry accept`: a person sees what is held and lets it through."""

import json

import pytest
from test_cli import run

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.sheets import template, write_sheet

SITE = """
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = {{ WH1 = "NJ" }}

[bluecherry]
transport = "{transport}"
base_url = "http://127.0.0.1:9"
zone = "America/New_York"
currency = "USD"

[bluecherry.files]
root = '{root}'
settle = 0
snapshot_loss = 0.5

[bluecherry.sheets.carrier]
names = ["CARR*.csv"]

[ledger]
path = ":memory:"
zone = "Europe/London"
go_live = 2026-03-01
"""


@pytest.fixture
def site(tmp_path):
    def written(transport="csv"):
        path = tmp_path / "site.toml"
        path.write_text(SITE.format(transport=transport, root=tmp_path / "exchange"), "utf-8")
        return str(path)

    return written


def leave(tmp_path, name, count):
    incoming = tmp_path / "exchange" / "in"
    incoming.mkdir(parents=True, exist_ok=True)
    carriers = [messages.Carrier(shipper=f"C{number}") for number in range(count)]
    (incoming / name).write_bytes(write_sheet(template("carrier"), carriers))


def held(site):
    done = run("bluecherry", "held", "--site", site, "--json")
    assert done.returncode == (1 if json.loads(done.stdout) else 0), done.stderr
    return json.loads(done.stdout)


def test_what_is_held_is_listed_and_let_through(tmp_path, site):
    path = site()
    leave(tmp_path, "CARR1.csv", 10)
    assert held(path) == []
    leave(tmp_path, "CARR2.csv", 4)
    assert held(path) == [{"name": "CARR2.csv", "kind": "Carrier", "size": 4, "size_before": 10, "missing": 6}]
    assert "CARR2.csv" in run("bluecherry", "held", "--site", path).stdout
    done = run("bluecherry", "accept", "CARR2.csv", "--site", path)
    assert (done.returncode, done.stdout) == (0, "It stands from now on.\n")
    leave(tmp_path, "CARR3.csv", 1)
    assert [one["name"] for one in held(path)] == ["CARR3.csv"]
    done = run("bluecherry", "accept", "CARR3.csv", "--site", path, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"accepted": "CARR3.csv"})
    assert held(path) == []
    again = run("bluecherry", "accept", "CARR2.csv", "--site", path)
    assert again.returncode != 0
    assert "no snapshot of this name is held" in again.stderr


def test_a_site_without_files_says_so(site):
    done = run("bluecherry", "held", "--site", site("rest"), BLUECHERRY_SUBSCRIPTION_KEY="k")
    assert done.returncode != 0
    assert "no snapshots come by this transport" in done.stderr
