"""A damaged row of a ledger takes no page down: what stands in the others is shown all the same."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path

import httpx
import pytest
from live_world import NOW, TERMS, Clock, many_wait, planted

from clarus_bluecherry.dashboard import DashboardTerms, dashboard_app
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.ledger.store import Ledger

PAGES = ("/", "/flows", "/waiting", "/orders/1001", "/health", "/metrics")
NO_TIME = ("not a time", "2026-13-45", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00")
INSTANTS = (
    ("watermarks", "instant", "name = 'exceptions'"),
    ("facts", "occurred_at", "source_id = '1004'"),
    ("postings", "occurred_at", "reference = '1004'"),
    ("inbox", "occurred_at", "true"),
    ("inbox", "heard_at", "true"),
    ("steps", "at", "posting_key LIKE '%1002'"),
    ("breakers", "left_alone_until", "true"),
)
WORDS = (
    ("breakers", "failures", "true", "many"),
    ("exceptions", "state", "subject = 'order 1001'", "forgotten"),
    ("personal", "fields", "owner LIKE '%1004'", "[]"),
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("damage") / "ledger.sqlite"
    planted(place)
    with sqlite3.connect(place) as connection:
        connection.execute("INSERT INTO breakers (system, failures) VALUES ('clarus', 5)")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return place


def looked(place: Path, *pages: str) -> dict[str, httpx.Response]:
    """Some pages, or all, of the ledger at `place`."""
    with Ledger.open_to_read(place, now=Clock(NOW), personal=PERSONAL) as ledger:
        app = dashboard_app(ledger, DashboardTerms(watch=TERMS))

        async def ask() -> dict[str, httpx.Response]:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            heads = {"accept": "text/html"}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost", headers=heads
            ) as reader:
                return {page: await reader.get(page) for page in pages or PAGES}

        return asyncio.run(ask())


def damaged(sound: Path, place: Path, *damages: tuple[str, str, str, str]) -> Path:
    shutil.copy(sound, place)
    with sqlite3.connect(place) as connection:
        for table, column, where, value in damages:
            assert connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", [value]).rowcount
    connection.close()
    return place


@pytest.mark.parametrize("text", [*NO_TIME, ""])
def test_what_is_no_time_takes_no_page_down(sound: Path, tmp_path: Path, text: str) -> None:
    told = looked(damaged(sound, tmp_path / "ledger.sqlite", *((*where, text) for where in INSTANTS)))
    assert {page: answer.status_code for page, answer in told.items()} == dict.fromkeys(PAGES, 200)
    assert "pick 1002" in told["/waiting"].text
    newest = 'feed_newest_record_timestamp_seconds{feed="bluecherry pick_ticket"}'
    assert newest in told["/metrics"].text


def test_a_word_that_is_none_takes_no_page_down(sound: Path, tmp_path: Path) -> None:
    told = looked(damaged(sound, tmp_path / "ledger.sqlite", *WORDS))
    assert {page: answer.status_code for page, answer in told.items()} == dict.fromkeys(PAGES, 200)
    assert "receipt PO7/1" in told["/waiting"].text


def test_a_message_without_a_time_is_counted_with_those_that_have_one(sound: Path, tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    shutil.copy(sound, place)
    many_wait(place, count=3)
    figure = 'clarus_bluecherry_open_messages{kind="goods_out",state="parked",target="clarus"} 3.0'
    assert figure in looked(place, "/metrics")["/metrics"].text
    for text in (*NO_TIME, ""):
        with sqlite3.connect(place) as connection:
            connection.execute("UPDATE postings SET occurred_at = ? WHERE reference = '2001'", [text])
        connection.close()
        assert figure in looked(place, "/metrics")["/metrics"].text, text


def test_a_story_is_told_without_what_of_it_is_damaged(sound: Path, tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    damages = (
        ("steps", "at", "posting_key LIKE '%1001'", "never"),
        ("heads", "seen_at", "source_id = '1001'", "never"),
        ("postings", "detail", "reference = '1001'", '{"booked": "some day"}'),
        ("postings", "edited", "reference = '1001'", '{"/location": "NJ"}'),
    )
    for damage in damages:
        told = looked(damaged(sound, place, damage), "/", "/orders/1001")
        assert {answer.status_code for answer in told.values()} == {200}, damage
        assert "pick 1001" in told["/orders/1001"].text
        assert ("steps cannot be read" in told["/orders/1001"].text) is (damage[0] == "steps")


def test_a_ledger_whose_version_cannot_be_read_is_refused(sound: Path, tmp_path: Path) -> None:
    place = damaged(sound, tmp_path / "ledger.sqlite", ("meta", "value", "name = 'schema_version'", "seven"))
    with pytest.raises(LedgerError, match="version of its tables"):
        Ledger.open_to_read(place)
