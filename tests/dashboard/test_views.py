"""What the live view shows, over a real loopback address."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from live_world import CANARIES, NOW, Clock, dashboard, many_wait, one_is_refused, planted

from clarus_bluecherry.ledger.store import Ledger
from tests.unit.ledger_databases import a_place

VIEWS = ["/", "/flows", "/waiting", "/pages/", "/health"]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    place = tmp_path_factory.mktemp("live") / "ledger.sqlite"
    planted(place)
    with dashboard(place) as url, httpx.Client(base_url=url, headers={"accept": "text/html"}) as client:
        yield client


@pytest.mark.parametrize("path", VIEWS)
def test_each_view_is_a_page_as_of_now_in_the_books_zone(live: httpx.Client, path: str) -> None:
    answer = live.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text
    assert path == "/pages/" or "Mon 2 Mar 2026, 08:05 EST" in answer.text


def test_today_has_the_largest_impact_first_with_owner_and_action(live: httpx.Client) -> None:
    text = live.get("/").text
    assert text.index("1,234,567.80") < text.index("6,720.92") < text.index("88.10")
    assert "Ask why Blue Cherry has not booked it" in text


def test_flows_say_what_moves_and_how_long_it_takes(live: httpx.Client) -> None:
    text = live.get("/flows").text
    for words in ("Orders to pick", "In doubt", "Refused", "Pick tickets, from Blue Cherry"):
        assert words in text


def test_what_waits_says_for_whom_and_leads_to_its_order(live: httpx.Client) -> None:
    text = live.get("/waiting").text
    assert '/orders/1002"' in text
    assert "pick 1003" in text
    assert "no answer came" in text


def test_what_waits_has_a_first_step_before_anybody_looked_for_exceptions(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    many_wait(place, count=1)
    with dashboard(place) as url:
        text = httpx.get(f"{url}/waiting", headers={"accept": "text/html"}).text
    assert "1 exception is open, and 1 message waits for somebody. First, for operations: " in text
    assert "Nothing waits for anybody" not in text
    assert text.index("What to do first") < text.index("pick 2001") < text.index("Messages by reason</h2>")


def test_an_order_and_a_sku_have_their_story(live: httpx.Client) -> None:
    answer = live.get("/orders/1002")
    assert answer.status_code == 200
    assert "Order 1002" in answer.text
    for unknown in ("/orders/9999", "/skus/unknown", "/skus/|", "/orders/a/../../b", "/orders/%00"):
        assert live.get(unknown).status_code == 404


def test_the_same_page_is_not_sent_again(live: httpx.Client) -> None:
    for path in VIEWS:
        first = live.get(path)
        again = live.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert live.get(path, headers={"if-none-match": '"another"'}).status_code == 200


def test_a_page_is_another_one_once_something_changed(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    planted(place)
    with dashboard(place, every=0) as url:
        etag = httpx.get(f"{url}/flows").headers["etag"]
        with Ledger.open(place, now=Clock()) as works:
            works.set_watermark("worker.read", NOW)
        time.sleep(1.1)  # a look is fresh for a second
        assert httpx.get(f"{url}/flows", headers={"if-none-match": etag}).status_code == 200


# Persons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [*VIEWS, "/orders/1001", "/orders/1002", "/metrics", "/orders/1001?personal=yes", "/nothing"]
)
def test_no_person_and_nothing_that_acts_is_in_any_answer(live: httpx.Client, path: str) -> None:
    for accept in ("text/html", "application/json"):
        text = live.get(path, headers={"accept": accept}).text
        assert [canary for canary in CANARIES if canary in text] == []
        assert "<script>alert" not in text
        assert "\x1b" not in text


def test_personal_data_is_shown_only_where_it_is_let_and_asked_and_that_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "ledger.sqlite"
    planted(place)
    with dashboard(place) as url:
        refused = httpx.get(f"{url}/orders/1001?personal=yes")
    assert refused.status_code == 403
    assert "--allow-personal" in refused.text
    with (
        dashboard(place, shows_personal=True, access={"trusted_header": "X-User"}) as url,
        caplog.at_level(logging.INFO, "clarus_bluecherry.dashboard"),
    ):
        jo = {"x-user": "jo"}
        assert CANARIES[0] not in httpx.get(f"{url}/orders/1001", headers=jo).text
        assert not [record for record in caplog.records if hasattr(record, "personal")]
        shown = httpx.get(f"{url}/orders/1001?personal=yes", headers=jo).text
        assert all(canary in shown for canary in CANARIES)
        assert CANARIES[0] not in httpx.get(f"{url}/orders/1002?personal=no", headers=jo).text
    [told] = [record.personal for record in caplog.records if hasattr(record, "personal")]
    assert told == {"who": "jo", "order": "1001"}
    assert not any(canary in caplog.text for canary in CANARIES)


# The ledger --------------------------------------------------------------------------------------------------


def test_a_worker_may_write_while_it_is_looked_at_and_nothing_is_written_by_looking(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    planted(place)
    with dashboard(place) as url, Ledger.open(place, now=Clock()) as works:
        with closing(sqlite3.connect(place, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("DELETE FROM watermarks")
            assert "worker.read" in httpx.get(f"{url}/flows").text
            writer.execute("ROLLBACK")
        before = works.counts(), works.marks(), works.open_exceptions()
        for path in (*VIEWS, "/orders/1001", "/metrics"):
            httpx.get(f"{url}{path}")
        assert (works.counts(), works.marks(), works.open_exceptions()) == before


def test_a_ledger_that_is_gone_is_a_page_and_a_check_that_fails(tmp_path: Path) -> None:
    planted(tmp_path / "ledger.sqlite")
    with dashboard(tmp_path / "ledger.sqlite") as url:
        with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as file:
            file.execute("DROP TABLE watermarks")
            file.execute("DROP TABLE heads")
        for path in ("/flows", "/waiting", "/orders/1001"):
            answer = httpx.get(f"{url}{path}")
            assert answer.status_code == 503
            assert "Traceback" not in answer.text
        health = httpx.get(f"{url}/health")
        assert (health.status_code, health.json()["status"]) == (503, "failing")
        assert httpx.get(f"{url}/metrics").text.count("ledger_up 0.0") == 1


def test_what_breaks_inside_is_a_page_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    planted(tmp_path / "ledger.sqlite")

    def broken(*_: object) -> None:
        raise RuntimeError(CANARIES[0])

    monkeypatch.setattr("clarus_bluecherry.dashboard._pages.flows_page", broken)
    with dashboard(tmp_path / "ledger.sqlite") as url:
        answer = httpx.get(f"{url}/flows")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert not any(word in answer.text for word in ("Traceback", "RuntimeError", CANARIES[0]))
    assert "RuntimeError while answering /flows" in caplog.text
    assert CANARIES[0] not in caplog.text


def test_health_fails_where_no_worker_reads(tmp_path: Path) -> None:
    planted(tmp_path / "ledger.sqlite")
    later = NOW + dt.timedelta(minutes=30)
    with dashboard(tmp_path / "ledger.sqlite", at=later) as url:
        answer = httpx.get(f"{url}/health")
    assert answer.status_code == 503
    told = answer.json()
    assert [name for name, check in told["checks"].items() if not check["ok"]] == ["workers"]
    assert told["worker_read_seconds"] == 32 * 60
    assert httpx.codes(503) == answer.status_code


# Files of commands -------------------------------------------------------------------------------------------


def test_pages_that_commands_wrote_are_served_and_nothing_else(tmp_path: Path) -> None:
    planted(tmp_path / "ledger.sqlite")
    folder = tmp_path / "pages"
    (folder / "deeper").mkdir(parents=True)
    for name in ("close.html", "close.json", "close.xlsx", ".hidden.html", "secret.txt", "Upper.html", "a b.html"):
        (folder / name).write_text(f"content of {name}")
    (folder / "deeper" / "deep.html").write_text("deep")
    (folder / "linked.html").symlink_to(tmp_path / "ledger.sqlite")
    with dashboard(tmp_path / "ledger.sqlite", pages=folder) as url:
        assert httpx.get(f"{url}/pages/close.html").text == "content of close.html"
        book = httpx.get(f"{url}/pages/close.xlsx")
        assert book.headers["content-disposition"] == 'attachment; filename="close.xlsx"'
        assert "sha256-" in httpx.get(f"{url}/pages/close.html").headers["content-security-policy"]
        listed = httpx.get(f"{url}/pages/").text
        assert "close.html" in listed
        for name in (
            *(
                "secret.txt",
                ".hidden.html",
                "Upper.html",
                "a%20b.html",
                "linked.html",
                "deeper/deep.html",
                "deeper",
            ),
            *("..%2fledger.sqlite", "../ledger.sqlite", "%2e%2e/ledger.sqlite", "close.html%00", "/etc/passwd"),
        ):
            assert httpx.get(f"{url}/pages/{name}").status_code == 404
            assert name not in listed


def test_it_is_the_same_over_postgresql(tmp_path: Path) -> None:
    place = a_place("postgres", tmp_path)
    planted(place)
    with dashboard(place) as url:
        for path in ("/", "/flows", "/waiting", "/orders/1002", "/health"):
            answer = httpx.get(f"{url}{path}", headers={"accept": "text/html"})
            assert (path, answer.status_code) == (path, 200)
            assert "Mon 2 Mar 2026, 08:05 EST" in answer.text
        assert 'state="in_doubt",target="clarus"} 1.0' in httpx.get(f"{url}/metrics").text


def test_of_a_refusal_without_a_code_it_is_said_why_it_waits(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    one_is_refused(place)
    with dashboard(place) as url:
        text = httpx.get(f"{url}/waiting", headers={"accept": "text/html"}).text
    assert "the other system refused it, in words that stand with the message" in text
    assert 'Messages <span class="unit">messages' not in text


def test_health_says_what_it_does_not_check(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    many_wait(place, count=1)
    with dashboard(place) as url:
        text = httpx.get(f"{url}/health", headers={"accept": "text/html"}).text
    assert "Nothing stops the integration. What waits for a person is told at Waiting." in text
    assert "No worker has ever read both systems, so none is missed" in text
