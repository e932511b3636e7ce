"""The demo with four workers, each a process: on a file and on PostgreSQL the verdict is the same.

Two days of the season are enough; `DEMO_DAYS` says how many.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ledger_databases import postgres

from clarus_bluecherry.cli.demo.places import ledger_at
from clarus_bluecherry.cli.demo.show import play
from clarus_bluecherry.errors import ConfigurationError
from tests.demo_days import DAYS, shorten


@pytest.fixture(autouse=True)
def shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch, DAYS)


def server() -> str:
    """A PostgreSQL, without a schema of its own."""
    return postgres().partition("&options")[0]


def schemas(url: str) -> list[str]:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        found = connection.scalars(sa.text("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%demo%'")).all()
    engine.dispose()
    return list(found)


@pytest.mark.parametrize(("database", "way"), [("file", "rest"), ("postgresql", "x12")])
def test_four_workers_lose_nothing_and_post_nothing_twice(database: str, way: str) -> None:
    url = server() if database == "postgresql" else ""
    closing = play(seed=1, scale="small", way=way, database=url, workers=4)
    assert [check for check in closing.checks if not check.holds] == []
    told = " ".join(closing.story)
    assert "worker was killed" in told
    assert f"the ledger was {'on PostgreSQL' if url else 'a file'}; 4 workers, each a process, moved" in told
    if url:
        assert schemas(url) == []


def test_a_database_may_be_named_by_its_variable_and_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    url = server()
    monkeypatch.setenv("SCRATCH", url)
    with ledger_at("SCRATCH") as place:
        (schema,) = schemas(url)
        assert schema in place
    assert schemas(url) == []


@pytest.mark.parametrize("place", ["ledger.sqlite", "sqlite:///ledger.sqlite", "mysql://localhost/x"])
def test_what_is_no_postgresql_is_refused(place: str) -> None:
    with pytest.raises(ConfigurationError, match="a PostgreSQL one"), ledger_at(place):
        pass
