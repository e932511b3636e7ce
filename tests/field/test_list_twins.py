"""Lists of the field that never say that they end: twelve twins, each asked of a server on this machine.

What is right was decided before: each row is given once, a list ends where nothing new comes, and a server whose
lists cannot be read says so by a typed error after few requests.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import define

from clarus_bluecherry.bluecherry import BlueCherry, RestProfile, RestTransport, subscription
from clarus_bluecherry.bluecherry.profile import Query
from clarus_bluecherry.clarus import AsyncClarus, Clarus, calls
from clarus_bluecherry.errors import ConfigurationError, UnreadableAnswer, WireError
from clarus_bluecherry.http import AsyncSender, Sender, StaticToken, no_wait, no_wait_async

MOST = 60
"""Requests after which a list counts as endless."""


@contextmanager
def served(answer):
    """A server that answers each request as `answer` says, and the list of what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.reply(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def do_GET(self):
            self.reply({name: value[0] for name, value in parse_qs(urlsplit(self.path).query).items()})

        def reply(self, question):
            asked.append(question)
            content = json.dumps(answer(question)).encode() if len(asked) <= MOST else b"it never ends"
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *told):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# graphql-has-next-for-ever: a list of Clarus whose every page says that another follows --------------------------


@define
class Endless:
    """Rows behind cursors that are positions; every page says that more follows."""

    count: int
    cap: int = 1000
    """Rows that it gives at most, whatever is asked for."""
    has_cursors: bool = True
    has_end_cursor: bool = True
    has_next: object = True
    beyond: str = "nothing"
    """What it gives behind the end: nothing, the last page again, or the first."""
    keys: bool = False
    bad: frozenset[int] = frozenset()
    grows_until: int = 0

    def __call__(self, question):
        asked = question["variables"]
        root = re.search(r"\{ (\w+) \{ all", question["query"])[1]
        size, start = min(asked["first"], self.cap), self.place(asked.get("after"))
        if start >= self.count:
            start = {"nothing": start, "last": max(self.count - size, 0), "first": 0}[self.beyond]
        places = range(start + 1, min(start + size, self.count) + 1)
        self.count += self.count < self.grows_until
        edges = [{"cursor": self.cursor(n) if self.has_cursors else None, "node": self.row(n)} for n in places]
        end = self.cursor(places[-1]) if self.has_end_cursor and places else None
        return {
            "data": {root: {"all": {"pageInfo": {"hasNextPage": self.has_next, "endCursor": end}, "edges": edges}}}
        }

    def row(self, place):
        return {"id": str(place), "code": {"no": "code"} if place in self.bad else f"A{place}"}

    def cursor(self, place):
        return f"key-{place}" if self.keys else str(place)

    def place(self, after):
        return int(after.removeprefix("key-")) if after else 0


def codes_of(url, kind, told):
    if kind == "sync":
        with Sender(url, auth=StaticToken("t"), sleep=no_wait) as sender:
            client = Clarus("acme", sender=sender, page_size=10)
            return [int(row.id) for row in client.iterate(calls.accounts.list(), unread=told.append)]

    async def gathered():
        async with AsyncSender(url, auth=StaticToken("t"), sleep=no_wait_async) as sender:
            client = AsyncClarus("acme", sender=sender, page_size=10)
            return [int(row.id) async for row in client.iterate(calls.accounts.list(), unread=told.append)]

    return asyncio.run(gathered())


LISTS = {
    "a last page that is full": lambda: Endless(40),
    "one row": lambda: Endless(1),
    "no row": lambda: Endless(0),
    "pages smaller than asked for": lambda: Endless(41, cap=7),
    "all pages smaller, the last as large": lambda: Endless(42, cap=7),
    "pages of three": lambda: Endless(31, cap=3),
    "cursors of the rows alone": lambda: Endless(41, has_end_cursor=False),
    "cursors that are keys": lambda: Endless(41, keys=True),
    "the last page again behind the end": lambda: Endless(40, beyond="last"),
    "the first page again behind the end": lambda: Endless(41, beyond="first"),
    "the first page again behind a full end": lambda: Endless(40, beyond="first"),
    "rows at its end that cannot be read": lambda: Endless(43, bad=frozenset({40, 41, 42, 43})),
    "a list that grows while it is read": lambda: Endless(38, grows_until=45),
}


@pytest.mark.parametrize("make", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_list_ends_where_nothing_new_comes(make, kind):
    server, told = make(), []
    with served(server) as (url, asked):
        found = codes_of(url, kind, told)
    assert found == [place for place in range(1, server.count + 1) if place not in server.bad]
    assert len(told) == len(server.bad)
    assert len(asked) <= server.count // (min(server.cap, 10) - 2) + 8


@pytest.mark.parametrize("word", ["true", "yes", 1, None])
def test_whether_more_follows_is_true_or_false_and_no_other_word(word):
    with served(Endless(41, has_next=word)) as (url, asked), pytest.raises(UnreadableAnswer):
        codes_of(url, "sync", [])
    assert len(asked) <= 10


def test_a_list_that_only_its_pages_have_cursors_of_is_told_and_not_cut():
    with served(Endless(41, has_cursors=False)) as (url, asked), pytest.raises(WireError, match="no cursors"):
        codes_of(url, "sync", [])
    assert len(asked) <= 3


# The same in Blue Cherry's lists, whose pages have numbers -------------------------------------------------------


def location(number):
    return {"location": f"L{number}", "loc_name": "A", "loc_type": "W"}


def pages(count, size=25, beyond="nothing"):
    """Pages by their numbers; what stands behind the last is nothing, the last again, or the first ones again."""

    def answer(question):
        number, last = int(question["_pgno"]), max(-(-count // size), 1)
        if number > last:
            number = {"nothing": number, "last": last, "first": (number - 1) % last + 1}[beyond]
        rows = [location(n) for n in range((number - 1) * size + 1, min(number * size, count) + 1)]
        return {"version": "2.1", "data": rows}

    return answer


SMALL = Query(masters_per_page=25)


def locations(url, query=SMALL):
    profile = RestProfile(our_id="WAREHOUSE", vnd_id="CGS", query=query)
    with Sender(url, auth=subscription("0" * 32, profile), sleep=no_wait) as sender:
        return [int(row.location[1:]) for row in BlueCherry(RestTransport(sender, profile)).locations()]


@pytest.mark.parametrize("count", [0, 1, 24, 25, 26, 50, 75])
def test_numbered_pages_end_behind_the_last_row(count):
    with served(pages(count)) as (url, asked):
        assert locations(url) == list(range(1, count + 1))
    assert len(asked) == count // 25 + 1


@pytest.mark.parametrize("count", [199, 200, 250, 400, 401])
def test_a_page_that_the_server_cut_is_not_the_last(count):
    with served(pages(count, size=200)) as (url, asked):
        assert locations(url, Query()) == list(range(1, count + 1))
    assert len(asked) == count // 200 + 1


@pytest.mark.parametrize("beyond", ["last", "first"])
@pytest.mark.parametrize("count", [25, 50, 75, 100])
def test_numbered_pages_that_never_end_are_told_after_few_requests(beyond, count):
    with served(pages(count, beyond=beyond)) as (url, asked), pytest.raises(ConfigurationError, match="page"):
        locations(url)
    assert len(asked) <= count // 25 + 5
