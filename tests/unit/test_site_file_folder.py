"""Whatever folder a program starts in, a site file names the same files: those beside itself."""

import logging
from pathlib import Path

import pytest

from clarus_bluecherry.config import Secrets, explain, load_site
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.ledger import Ledger

SITE = """
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = { WH1 = "NJ" }
HTTP

[bluecherry]
base_url = "http://127.0.0.1:9"
zone = "America/New_York"
currency = "USD"
BLUECHERRY

[ledger]
PATH
zone = "Europe/London"
go_live = 2026-03-01

[sku]
DECISIONS
"""
SECRETS = Secrets.from_environment({"CLARUS_TOKEN": "t", "BLUECHERRY_SUBSCRIPTION_KEY": "k"})
FILES = """
[bluecherry.files]
root = "exchange"
store = "kept"
journal = "memory.sqlite"
[bluecherry.files.sftp]
host = "sftp.example"
user = "us"
key_file = "key"
known_hosts = "known_hosts"
"""


def written(folder: Path, *, path: str = "", bluecherry: str = "", decisions: str = "", http: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "site.toml"
    told = SITE.replace("HTTP", http).replace("BLUECHERRY", bluecherry)
    told = told.replace("PATH", f'path = "{path}"' if path else "").replace("DECISIONS", decisions)
    file.write_text(told, "utf-8")
    return file


@pytest.mark.parametrize("path", ["", "ledger.sqlite", "sqlite:///ledger.sqlite", "books/ledger.sqlite"])
def test_the_same_site_file_from_two_folders_is_one_ledger(tmp_path, monkeypatch, path):
    site, elsewhere = written(tmp_path / "site", path=path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "site" / "books").mkdir()
    seen = []
    for here, told in ((tmp_path / "site", Path("site.toml")), (elsewhere, Path("../site/site.toml"))):
        monkeypatch.chdir(here)
        with open_site(load_site(told), SECRETS) as opened:
            seen.append(repr(opened.ledger))
    assert seen[0] == seen[1]
    assert len([*tmp_path.rglob("*ledger.sqlite")]) == 1
    assert next(site.parent.rglob("*ledger.sqlite"))
    assert not [*elsewhere.iterdir()]


def test_every_path_is_beside_the_file(tmp_path, monkeypatch):
    http = '[clarus.http]\nverify = "ca.pem"'
    site = written(tmp_path / "site", bluecherry=FILES, decisions='decisions = "decisions.csv"', http=http)
    monkeypatch.chdir(tmp_path)
    file, beside = load_site("site/site.toml"), site.parent.resolve()
    files = file.bluecherry.files
    assert (files.root, files.store, files.journal) == tuple(
        beside / name for name in ("exchange", "kept", "memory.sqlite")
    )
    assert files.sftp is not None
    assert (files.sftp.key_file, files.sftp.known_hosts) == (beside / "key", beside / "known_hosts")
    assert (file.sku.decisions, file.clarus.http.verify) == (beside / "decisions.csv", str(beside / "ca.pem"))


@pytest.mark.parametrize("more", ["", "[bluecherry.files]\nattempts = 3"])
def test_the_default_exchange_folder_is_beside_the_file(tmp_path, monkeypatch, more):
    site = written(tmp_path / "site", bluecherry=more)
    monkeypatch.chdir(tmp_path)
    assert load_site(site).bluecherry.files.root == site.parent.resolve() / "exchange"


@pytest.mark.parametrize(
    "path",
    [
        ":memory:",
        "/var/lib/ledger.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////var/lib/ledger.sqlite",
        "sqlite:///file:/var/lib/ledger.sqlite?uri=true",
        "postgresql://us@books.example/ledger",
    ],
)
def test_what_does_not_depend_on_a_folder_stays(tmp_path, path):
    assert load_site(written(tmp_path, path=path)).ledger.path == path


def test_what_stands_behind_a_relative_address_stays(tmp_path):
    told = load_site(written(tmp_path, path="sqlite:///file:ledger.sqlite?uri=true&mode=rw")).ledger.path
    assert told == f"sqlite:///file:{tmp_path.resolve()}/ledger.sqlite?uri=true&mode=rw"


def test_a_file_that_is_linked_into_the_folder_has_its_ledger_there(tmp_path):
    real = written(tmp_path / "version-7")
    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "site.toml").symlink_to(real)
    told = load_site(tmp_path / "mounted" / "site.toml").ledger.path
    assert told == str(tmp_path.resolve() / "mounted" / "ledger.sqlite")


def test_explain_shows_where_the_ledger_is(tmp_path, monkeypatch):
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    [told] = [each for each in explain("site.toml") if each.setting == "ledger.path"]
    assert (told.value, told.default) == (str(tmp_path.resolve() / "ledger.sqlite"), "ledger.sqlite")


def test_a_new_ledger_says_its_full_path_once(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            Ledger.open("ledger.sqlite").close()
        Ledger.open(":memory:").close()
    assert [each.getMessage() for each in caplog.records] == [
        f"a new, empty ledger was made: {tmp_path.resolve() / 'ledger.sqlite'}"
    ]
