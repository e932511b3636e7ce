"""A database that says nothing, or is started again, under a dashboard: that says so, and goes on by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import httpx
import pytest
import sqlalchemy as sa
from live_world import dashboard, planted

from clarus_bluecherry.dashboard import _asking
from clarus_bluecherry.dashboard._asking import FewAtOnce, OneLook
from clarus_bluecherry.errors import LedgerError
from tests.unit.ledger_databases import postgres

READ = ("/health", "/", "/flows", "/waiting", "/orders/1001", "/metrics")


@contextmanager
def locked(place: str) -> Iterator[None]:
    """Somebody holds a table alone, as an upgrade does."""
    engine = sa.create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE postings IN ACCESS EXCLUSIVE MODE")
        yield
    engine.dispose()


@contextmanager
def away(place: str) -> Iterator[None]:
    """The server ends every session and takes no other, as while it is started again."""
    url = sa.make_url(place.replace("postgresql://", "postgresql+psycopg://"))
    engine = sa.create_engine(
        url.set(database="template1", query={"host": url.query["host"]}), poolclass=sa.NullPool
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = connection.dialect.identifier_preparer.quote(str(url.database))
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            ends = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
            connection.exec_driver_sql(ends, (url.database,))
            yield
        finally:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_a_monitor_hears_in_time_of_a_ledger_that_says_nothing_however_many_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = postgres()
    planted(place)
    with dashboard(place) as url, ThreadPoolExecutor(50) as readers, httpx.Client(base_url=url, timeout=60) as web:
        with locked(place), monkeypatch.context() as hurry:
            hurry.setattr("clarus_bluecherry.dashboard._app.HURRY_SECONDS", 0.1)
            pages = [readers.submit(web.get, "/skus/x") for _ in range(50)]
            health = web.get("/health")
            assert (health.status_code, "answer in time" in health.text) == (503, True)
            assert "clarus_bluecherry_ledger_up 0.0" in web.get("/metrics").text
            assert web.get("/alive").status_code == 200
        assert {page.result().status_code for page in pages} == {404}
        assert web.get("/health").status_code == 200


def test_who_asks_waits_no_longer_and_what_was_asked_is_asked_once() -> None:
    may_end, asked = threading.Event(), list[int]()

    def look() -> int:
        asked.append(1)
        may_end.wait()
        return len(asked)

    seen = OneLook(look)
    for _ in range(3):
        with pytest.raises(LedgerError, match="answer in time"):
            seen(within=0.01)
    may_end.set()
    assert seen() == 1


def test_a_look_that_fails_is_taken_again() -> None:
    fails = [LedgerError("gone")]

    def look() -> str:
        if fails:
            raise fails.pop()
        return "there"

    seen = OneLook(look)
    with pytest.raises(LedgerError, match="gone"):
        seen()
    assert seen() == "there"


def test_what_nobody_waits_for_any_more_still_counts_among_the_few() -> None:
    may_end, few = threading.Event(), FewAtOnce(1)
    for ask in (may_end.wait, lambda: True):
        with pytest.raises(LedgerError, match="answer in time"):
            few(ask, within=0.01)
    may_end.set()
    assert few(lambda: "told") == "told"


def test_who_has_waited_for_his_turn_waits_for_the_rest_of_his_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = list[float]()
    monkeypatch.setattr(_asking, "time", SimpleNamespace(monotonic=iter([100.0, 115.0]).__next__))
    monkeypatch.setattr(_asking, "_in_time", lambda under_way, within: waited.append(within))
    FewAtOnce(1)(lambda: None, within=20.0)
    assert waited == [5.0]


def test_a_server_that_is_back_is_read_again_and_health_says_when_it_is_away() -> None:
    place = postgres()
    planted(place)
    with dashboard(place) as url:
        assert {path: httpx.get(f"{url}{path}").status_code for path in READ} == dict.fromkeys(READ, 200)
        with away(place):
            assert httpx.get(f"{url}/orders/1001").status_code == 503
            while (health := httpx.get(f"{url}/health")).status_code == 200:
                time.sleep(0.05)  # what was seen within the last second is told
            assert health.json()["checks"]["ledger"]["ok"] is False
        assert {path: httpx.get(f"{url}{path}").status_code for path in READ} == dict.fromkeys(READ, 200)
