"""A mistake under `[delivery]` is told with what to write."""

import pytest

from clarus_bluecherry.config import load_site
from clarus_bluecherry.errors import ConfigurationError

BASE = """
[clarus]
subdomain = "acme"
account = "ACME"
zone = "Europe/London"
warehouses = { WH1 = "NJ" }
[bluecherry]
base_url = "https://bc.example.com"
zone = "America/New_York"
currency = "USD"
own_id = "WAREHOUSE"
partner_id = "BRAND"
[ledger]
path = "ledger.sqlite"
zone = "America/New_York"
go_live = 2026-11-01
[delivery]
"""
WRONG = {
    'quiet = { bluecheri = ["22:00-23:30"] }': "neither clarus nor bluecherry",
    'quiet = { bluecherry = ["22-23"] }': "write for example 22:00-23:30",
    "messages_per_minute = { clarus = 0 }": "greater than or equal to 1",
    "most_questions = 0": "greater than or equal to 1",
    "in_doubt_grace = 60": "in_doubt_grace",
}


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_it_is_refused_by_name(tmp_path, wrong):
    path = tmp_path / "site.toml"
    path.write_text(BASE + wrong, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_site(path)
    assert WRONG[wrong] in str(caught.value)
    assert "delivery" in str(caught.value)


def test_windows_and_budgets_are_read(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(
        BASE + 'quiet = { bluecherry = ["22:00-23:30"] }\nmessages_per_minute = { clarus = 60 }', "utf-8"
    )
    delivery = load_site(path).delivery
    assert delivery.quiet == {"bluecherry": ("22:00-23:30",)}
    assert delivery.messages_per_minute == {"clarus": 60}
