"""The files that hold what people wrote are their owner's alone, whatever the process's umask, old ones too."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ledger_databases import a_fact

from clarus_bluecherry.exchange.database import JournalFile
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.ledger.upgrade import upgrade

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX has these rights")


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


@pytest.mark.parametrize("form", ["path", "url", "uri"])
def test_a_new_ledger_is_its_owners_alone(form: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    places = {"path": path, "url": f"sqlite:///{path}", "uri": f"sqlite:///file:{path}?uri=true"}
    with Ledger.open(places[form]) as ledger:
        ledger.record(a_fact())
        assert modes(tmp_path) == dict.fromkeys(
            ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"), "0o600"
        )


def test_an_old_one_that_others_can_read_is_closed_to_them_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger.open(path).close()
    path.chmod(0o644)
    with closing(sqlite3.connect(path)) as reader, caplog.at_level(logging.WARNING):
        reader.execute("SELECT * FROM facts").fetchall()
        assert modes(tmp_path)["ledger.sqlite-wal"] == "0o644"
        with Ledger.open(path):
            assert set(modes(tmp_path).values()) == {"0o600"}
    assert f"others could read or write {path}" in caplog.text


def test_an_upgrade_closes_it_too(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger.open(path).close()
    path.chmod(0o666)
    upgrade(path)
    assert modes(tmp_path) == {"ledger.sqlite": "0o600"}


def test_of_the_owners_rights_none_is_given_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger.open(path).close()
    caplog.clear()
    with Ledger.open(path):
        assert modes(tmp_path)["ledger.sqlite"] == "0o600"
    assert not caplog.records, "nothing had to be changed, so nothing is told"


def test_the_journal_of_an_exchange_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "journal.sqlite"
    JournalFile(path).close()
    path.chmod(0o664)
    journal = JournalFile(path)
    assert set(modes(tmp_path).values()) == {"0o600"}
    journal.close()
    assert f"others could read or write {path}" in caplog.text
