"""What is asked in an odd way, or for what just went away, is answered as what it is: nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from live_world import TOKEN, dashboard, planted

from clarus_bluecherry.dashboard import AccessTerms
from clarus_bluecherry.dashboard._access import Doorkeeper, Sessions
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.ledger.store import Ledger
from tests.unit.ledger_databases import a_place


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    place = a_place(request.param, tmp_path)
    planted(place)
    return place


def test_a_story_of_what_can_be_no_name_is_not_there(place: Path | str) -> None:
    words = "%20".join(map(str, range(2_500)))
    names = ("%00", "10%0001", "%ED%A0%80", "%FF", "x" * 5_000, "%7C" * 5 + "%00", words)
    with dashboard(place, access={"token": TOKEN}) as url:
        began = time.monotonic()
        for of in ("orders", "skus"):
            for name in names:
                answer = httpx.get(f"{url}/{of}/{name}", headers={"authorization": f"Bearer {TOKEN}"})
                assert answer.status_code == 404, (of, name[:20])
        assert time.monotonic() - began < 3


def test_a_ledger_that_is_upgraded_meanwhile_is_no_ledger_without_the_order(place: Path | str) -> None:
    with Ledger.open(place) as works, dashboard(place, access={"token": TOKEN}) as url:
        with works._database.write() as connection:
            connection.execute(sa.text("UPDATE meta SET value = '99' WHERE name = 'schema_version'"))
        told = {"authorization": f"Bearer {TOKEN}"}
        for page in ("/", "/orders/1001", "/skus/01234", "/health"):
            assert httpx.get(f"{url}{page}", headers=told).status_code == 503, page
        assert "version 99" in httpx.get(f"{url}/health", headers=told).text


@pytest.mark.parametrize(
    "token", ["a token of thirty-two characters", "ein-schlüssel-mit-zweiunddreißig", "x" * 20 + "\n"]
)
def test_a_token_that_no_header_can_carry_is_refused_at_once(token: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        AccessTerms(token=token)
    assert token not in str(refused.value)


@pytest.mark.parametrize("address", ["proxy.example.com", "10.0.0.0/8", "10.0.0.2:80", ""])
def test_a_proxy_that_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(ConfigurationError, match="trusted-proxy"):
        AccessTerms(host="10.0.0.5", trusted_header="X-User", trusted_proxies=[address])


def test_a_proxy_is_known_however_its_address_is_written() -> None:
    terms = AccessTerms(
        host="::", trusted_header="X-User", trusted_proxies=["2001:DB8::0:1", "10.0.0.2"], allowed_hosts=["live"]
    )
    keeper = Doorkeeper(terms, Sessions())
    heads = [(b"host", b"live"), (b"x-user", b"jo")]
    for peer in ("2001:db8::1", "::ffff:10.0.0.2", "10.0.0.2"):
        scope = {"method": "GET", "path": "/", "headers": heads, "client": (peer, 1)}
        assert keeper.asked(scope) == "jo"
    for peer in ("2001:db8::2", "::ffff:10.0.0.3", "nobody", ""):
        scope = {"method": "GET", "path": "/", "headers": heads, "client": (peer, 1)}
        assert keeper.asked(scope) != "jo"


def test_a_page_of_an_odd_time_hides_no_other(tmp_path: Path) -> None:
    planted(tmp_path / "ledger.sqlite")
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("odd.html", "sound.html"):
        (folder / name).write_text("<p>x</p>")
    os.utime(folder / "odd.html", (2**40, 2**40))
    with dashboard(tmp_path / "ledger.sqlite", pages=folder) as url:
        listed = httpx.get(f"{url}/pages/")
        assert listed.status_code == 200
        assert "sound.html" in listed.text
        assert httpx.get(f"{url}/pages/odd.html").status_code == 200
