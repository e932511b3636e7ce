"""Who may look at a dashboard, by which name, in which way; what each answer's head and the log say."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_world import CANARIES, TOKEN, dashboard, planted

from clarus_bluecherry.dashboard import AccessTerms, DashboardServer
from clarus_bluecherry.dashboard._access import Receive, Scope, Send
from clarus_bluecherry.errors import ConfigurationError

PATHS = ["/", "/flows", "/waiting", "/orders/1001", "/skus/x", "/health", "/metrics", "/pages/", "/nothing"]
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("live") / "ledger.sqlite"
    planted(place)
    return place


@pytest.fixture(scope="module")
def locked(place: Path) -> Iterator[str]:
    with dashboard(place, access={"token": TOKEN}) as url:
        yield url


@pytest.fixture(scope="module")
def open_to_all(place: Path) -> Iterator[str]:
    with dashboard(place) as url:
        yield url


WRONG = ({}, {"authorization": "Bearer wrong-but-long-enough-token"}, {"authorization": TOKEN})


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_nothing_is_shown(locked: str, path: str) -> None:
    for headers in WRONG if path == "/" else WRONG[:1]:
        answer = httpx.get(f"{locked}{path}", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "1001" not in answer.text


def test_a_token_in_the_address_is_none(locked: str) -> None:
    for name in ("token", "access_token"):
        assert httpx.get(f"{locked}/", params={name: TOKEN}).status_code == 401


def test_a_monitor_shows_its_token_in_the_head(locked: str) -> None:
    answer = httpx.get(f"{locked}/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert "clarus_bluecherry_ledger_up 1.0" in answer.text


def test_a_person_logs_in_by_a_form_and_the_cookie_holds_nothing_of_the_token(locked: str) -> None:
    with httpx.Client(base_url=locked, headers={"accept": "text/html"}, follow_redirects=True) as browser:
        form = browser.get("/")
        assert (form.url.path, form.status_code) == ("/login", 200)
        assert "form-action 'self'" in form.headers["content-security-policy"]
        origin = {"origin": locked}
        refused = browser.post("/login", data={"token": "wrong"}, headers=origin)
        assert (refused.status_code, "set-cookie" in refused.headers) == (401, False)
        assert (
            browser.post("/login", data={"token": TOKEN}, headers=origin, follow_redirects=False).status_code
            == 303
        )
        page = browser.get("/")
        assert (page.url.path, page.status_code) == ("/", 200)
        [cookie] = browser.cookies.jar
        assert TOKEN not in cookie.value
        browser.cookies.set(cookie.name, cookie.value[:-1] + ("0" if cookie.value[-1] != "0" else "1"))
    assert httpx.get(f"{locked}/", cookies={cookie.name: cookie.value[:-1] + "x"}).status_code == 401


def test_the_cookie_is_for_this_site_alone_and_for_no_script(locked: str) -> None:
    answer = httpx.post(f"{locked}/login", data={"token": TOKEN}, headers={"origin": locked})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    with_name = httpx.get(f"{locked}/", headers=BEARER)
    assert "set-cookie" not in with_name.headers


def test_a_form_of_another_site_is_refused(locked: str) -> None:
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert httpx.post(f"{locked}/login", data={"token": TOKEN}, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_one_can_look_and_nothing_else(locked: str, method: str) -> None:
    answer = httpx.request(method, f"{locked}/orders/1001", headers=BEARER)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "evil"]
)
def test_by_another_name_it_is_not_asked(open_to_all: str, host: str) -> None:
    answer = httpx.get(f"{open_to_all}/", headers={"host": host})
    assert answer.status_code == 421
    assert "1001" not in answer.text


def test_by_its_own_names_it_is_asked(open_to_all: str) -> None:
    for own in ("localhost:1", "127.0.0.1", "[::1]:80", "LOCALHOST."):
        assert httpx.get(f"{open_to_all}/alive", headers={"host": own}).status_code == 200


def test_a_proxy_says_who_asks(place: Path) -> None:
    with dashboard(place, access={"trusted_header": "X-Forwarded-User"}) as url:
        assert httpx.get(f"{url}/").status_code == 403
        assert httpx.get(f"{url}/", headers={"x-forwarded-user": ""}).status_code == 403
        assert (
            httpx.get(f"{url}/", headers=[("x-forwarded-user", "a"), ("x-forwarded-user", "b")]).status_code == 403
        )
        assert httpx.get(f"{url}/", headers={"x-forwarded-user": "jo"}).status_code == 200
    elsewhere = {"trusted_header": "X-Forwarded-User", "trusted_proxies": ["192.0.2.7"]}
    with dashboard(place, access=elsewhere) as url:
        assert httpx.get(f"{url}/", headers={"x-forwarded-user": "jo"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/orders/1002", "/health", "/metrics", "/nothing", "/orders/nothing", "/alive"]
)
def test_every_answer_says_the_same_to_the_browser(open_to_all: str, path: str) -> None:
    head = httpx.get(f"{open_to_all}{path}").headers
    policy = head["content-security-policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "connect-src 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert head["x-content-type-options"] == "nosniff"
    assert head["referrer-policy"] == "no-referrer"
    assert head["cache-control"] == "no-store"
    assert "server" not in head
    assert "set-cookie" not in head


# Terms under which anybody could look ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"host": "0.0.0.0"}, "--host"),
        ({"host": "10.0.0.5"}, "--host"),
        ({"host": "0.0.0.0", "token": TOKEN}, "--allowed-host"),
        ({"host": "10.0.0.5", "trusted_header": "X-Forwarded-User"}, "--trusted-proxy"),
        ({"token": "short"}, "--token-variable"),
    ],
    ids=["all-addresses", "an-address", "no-name", "no-proxy", "short-token"],
)
def test_terms_under_which_anybody_could_look_are_refused(terms: dict[str, str], field: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        AccessTerms(**terms)
    assert refused.value.field == field
    assert TOKEN not in str(refused.value)


def test_terms_never_show_the_token() -> None:
    assert TOKEN not in repr(AccessTerms(token=TOKEN))


# The log -----------------------------------------------------------------------------------------------------


def _looks_at(path: str, caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What the log says of looks at `path`, once the server has ended: a line is written behind its answer."""
    looks = [record.access for record in caplog.records if hasattr(record, "access")]
    return [look for look in looks if look["path"].startswith(path)]


def test_each_look_is_a_line_of_who_and_what(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), dashboard(place, access={"token": TOKEN}) as url:
        httpx.get(f"{url}/orders/1001", params={"q": CANARIES[1]}, headers=BEARER)
        httpx.get(f"{url}/flows")
    [order] = _looks_at("/orders/1001", caplog)
    [flows] = _looks_at("/flows", caplog)
    assert (order["who"], order["method"], order["status"]) == ("token", "GET", 200)
    assert order["bytes"] > 1000
    assert order["milliseconds"] > 0
    assert (flows["who"], flows["status"]) == ("nobody", 401)
    assert not any(text in caplog.text for text in (*CANARIES, TOKEN))


def test_nothing_of_a_reader_steers_the_log(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), dashboard(place, access={"trusted_header": "X-User"}) as url:
        httpx.get(f"{url}/a%0d%0aWARNING%1b[2J{'x' * 900}", headers=[(b"x-user", b"jo\x85\x9b2J")])
    [told] = _looks_at("/a", caplog)
    for text in (told["path"], told["who"]):
        assert text.isprintable()
        assert len(text) <= 1000
    assert told["who"].startswith("jo")


# Nobody keeps others waiting ---------------------------------------------------------------------------------


def test_who_never_says_what_he_wants_is_left(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clarus_bluecherry.dashboard._server._ASKS_SECONDS", 0.2)
    with dashboard(place) as url, _connected(url) as silent, _connected(url) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: local")
        assert httpx.get(f"{url}/alive").text == "alive\n"
        for each in (silent, slow):
            assert _is_ended(each)


@pytest.mark.parametrize(
    "says", [b"", b"GET / HTTP/1.1\r\nHost: ", b"POST /login HTTP/1.1\r\nHost: localhost\r\n"]
)
def test_who_says_nothing_makes_room_for_who_asks(
    place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, says: bytes
) -> None:
    monkeypatch.setattr("clarus_bluecherry.dashboard._server._AT_ONCE", 3)
    if says.startswith(b"POST"):
        says += b"Origin: http://localhost\r\nContent-Length: 9\r\n\r\ntok"
    with dashboard(place, access={"token": TOKEN}) as url, ExitStack() as held:
        idle = [held.enter_context(_connected(url)) for _ in range(5)]
        for each in idle:
            with suppress(ConnectionError):  # it may have made room already
                each.sendall(says)
        for _ in range(4):
            assert httpx.get(f"{url}/alive").status_code == 200
        assert _is_ended(idle[0])
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_who_is_being_answered_is_not_sent_away_and_who_is_one_too_many_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clarus_bluecherry.dashboard._server._AT_ONCE", 2)
    may_answer, asked = threading.Event(), threading.Semaphore(0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.release()
        await asyncio.to_thread(may_answer.wait)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    with DashboardServer(app) as server, ThreadPoolExecutor(2) as readers:
        try:
            answered = [readers.submit(httpx.get, server.url) for _ in range(2)]
            assert asked.acquire(timeout=20)
            assert asked.acquire(timeout=20)
            told = httpx.get(server.url)
        finally:
            may_answer.set()
        assert (told.status_code, told.headers["cache-control"]) == (503, "no-store")
        assert [each.result().status_code for each in answered] == [204, 204]


def test_what_is_no_request_is_told_as_everything_is(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), dashboard(place) as url, _connected(url) as odd:
        odd.sendall(b"GET / HTTP/1.1\r\n\r\n")  # by no name
        told = b"".join(iter(lambda: odd.recv(4096), b"")).lower()
    assert told.startswith(b"http/1.1 400")
    for head in (b"content-security-policy: default-src 'none'", b"cache-control: no-store", b"nosniff"):
        assert head in told
    [look] = _looks_at("", caplog)
    assert (look["who"], look["status"], look["from"]) == ("nobody", 400, "127.0.0.1")


def test_what_is_no_request_behind_an_early_answer_ends_it(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    with dashboard(place, access={"token": TOKEN}) as url, _connected(url) as odd:
        odd.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n1388\r\n" + b"x" * 5000)
        assert odd.recv(4096).startswith(b"HTTP/1.1 413")
        with suppress(ConnectionError):
            odd.sendall(b"\r\nno length\r\n")
        assert _is_ended(odd)
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_who_takes_his_answer_slowly_gets_all_of_it_and_makes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made at once and taken for long: a workbook over a slow line."""
    times = "clarus_bluecherry.dashboard._server"
    monkeypatch.setattr(f"{times}._AT_ONCE", 1)
    monkeypatch.setattr(f"{times}._REST_SECONDS", 0)
    whole = b"x" * 20_000_000

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        with monkeypatch.context() as soon:
            soon.setattr(f"{times}._ASKS_SECONDS", 0.0)
            await send({"type": "http.response.body", "body": whole})

    with DashboardServer(app) as server, _connected(server.url) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        taken = slow.recv(4096)
        assert httpx.get(server.url).status_code == 503
        while some := slow.recv(1 << 20):
            taken += some
    assert taken.partition(b"\r\n\r\n")[2].count(b"x") == len(whole)


def test_a_head_without_end_is_refused(open_to_all: str) -> None:
    with _connected(open_to_all) as endless:
        endless.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        with suppress(ConnectionError):  # it may be ended while it is still being said
            for _ in range(20):
                endless.sendall(b"x" * 4096)
        assert _is_ended(endless)
    assert httpx.get(f"{open_to_all}/alive").status_code == 200


def _connected(url: str) -> socket.socket:
    return socket.create_connection((httpx.URL(url).host, httpx.URL(url).port), timeout=5)


def _is_ended(connection: socket.socket) -> bool:
    """Whether the other side ends it, whatever it says before."""
    try:
        while connection.recv(4096):
            pass
    except (ConnectionResetError, BrokenPipeError):
        pass
    return True
