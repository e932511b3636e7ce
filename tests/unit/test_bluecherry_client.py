"""The Blue Cherry clients over real HTTP, and what they never show."""

import asyncio
import datetime as dt
import inspect
import json
import logging
import pickle
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bluecherry_world import KEY, SITE, documents, pick_row

from clarus_bluecherry.bluecherry import (
    AsyncBlueCherry,
    AsyncRestTransport,
    AsyncTransport,
    BlueCherry,
    RestTransport,
    Transport,
    messages,
)
from clarus_bluecherry.errors import ConfigurationError, NotAuthenticated
from clarus_bluecherry.http import Settings

COUNT = messages.StockPositionAdvice(
    adj_num="C1",
    location="MAIN",
    count_date=dt.date(2026, 1, 31),
    article=messages.SkuSent(style="01234"),
    size_qty=40,
)


class _Api(BaseHTTPRequestHandler):
    def do_GET(self):
        good = self.headers["Ocp-Apim-Subscription-Key"] == KEY
        self._answer(200, documents(pick_row())) if good else self._answer(401, {"message": "wrong key"})

    def do_POST(self):
        records = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(200, {"pkey": records[0]["isa_num"]})

    def _answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_pick_tickets_come_over_real_http(url):
    with BlueCherry.rest(url, subscription_key=KEY, profile=SITE) as erp:
        assert [ticket.pick_num for ticket in erp.picks()] == ["P1001"]
        assert erp.send(COUNT, "42").pkey == "000000042"


def test_pick_tickets_come_over_real_http_to_asyncio_too(url):
    async def read():
        async with AsyncBlueCherry.rest(url, subscription_key=KEY, profile=SITE) as erp:
            return [ticket.pick_num async for ticket in erp.picks()], await erp.send(COUNT, "42")

    picks, accepted = asyncio.run(read())
    assert (picks, accepted.pkey) == (["P1001"], "000000042")


def test_the_subscription_key_is_never_shown(url, caplog):
    caplog.set_level(logging.DEBUG)
    with BlueCherry.rest(url, subscription_key=KEY, profile=SITE, settings=Settings(max_retries=0)) as erp:
        list(erp.picks())
        shown = [repr(erp), repr(erp.transport), str(vars(erp))]
    wrong = "ffff0000ffff0000ffff0000ffff0000"
    with BlueCherry.rest(url, subscription_key=wrong, settings=Settings(max_retries=0)) as erp:
        with pytest.raises(NotAuthenticated) as caught:
            erp.ping()
        shown += [
            repr(erp),
            str(caught.value),
            repr(caught.value),
            str(vars(pickle.loads(pickle.dumps(caught.value)))),
        ]
    shown += [record.getMessage() for record in caplog.records]
    assert not [text for text in shown if KEY in text or wrong in text]


@pytest.mark.parametrize("key", ["", "  ", f"{KEY}\n"])
def test_a_key_that_was_misread_is_refused_without_being_shown(key):
    with pytest.raises(ConfigurationError) as caught:
        BlueCherry.rest("https://erp.example", subscription_key=key)
    assert KEY not in str(caught.value)


def _public(kind):
    return {name: member for name, member in vars(kind).items() if callable(member) and not name.startswith("_")}


@pytest.mark.parametrize(
    ("sync", "other"),
    [(BlueCherry, AsyncBlueCherry), (RestTransport, AsyncRestTransport), (Transport, AsyncTransport)],
)
def test_sync_and_async_have_the_same_methods_with_the_same_parameters(sync, other):
    mine, theirs = _public(sync), _public(other)
    assert mine.keys() == theirs.keys()
    for name, method in mine.items():
        assert list(inspect.signature(method).parameters) == list(inspect.signature(theirs[name]).parameters), name


@pytest.mark.parametrize(("client", "protocol"), [(BlueCherry, Transport), (RestTransport, Transport)])
def test_nothing_of_the_protocol_is_missing(client, protocol):
    assert _public(protocol).keys() <= _public(client).keys()


def test_the_vocabulary_and_the_calls_need_no_http_library():
    code = (
        "import sys, clarus_bluecherry.bluecherry as room\n"
        "from clarus_bluecherry.bluecherry import messages, profile, calls, transport, inventory_report\n"
        "assert not {'httpx', 'tenacity'} & sys.modules.keys()\n"
        "room.BlueCherry\n"
        "assert 'httpx' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
