"""Errors say what the very reader can do who meets them: a caller, an operator, whoever set it up."""

import asyncio
import datetime as dt
import logging
import pickle
import sqlite3
import subprocess
import sys

import httpx
import pytest
from bluecherry_world import Site as Erp
from bluecherry_world import documents, pick_row
from clarus_world import Face as ClarusFace
from clarus_world import Tenant
from http_world import READ, Face, Loopback, Time, answer_bytes, call
from test_cli import run

from clarus_bluecherry import AsyncClarus, BlueCherry, Clarus
from clarus_bluecherry.bluecherry import RestTransport, subscription
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.config import load_site
from clarus_bluecherry.errors import (
    ConfigurationError,
    InvalidRecord,
    NotAuthenticated,
    NotFound,
    Retry,
)
from clarus_bluecherry.http import AsyncSender, ClientCredentials, Sender, StaticHeaders, StaticToken
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import OrderLine, Sku, from_plain

RUN = "next run"
FRESH = "fresh token"
NOON = dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC)


# A caller's own data -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: OrderLine(number="1", item=Sku("01234"), quantity="-1"),
        lambda: Sku(""),
        lambda: from_plain({"record": "Adjustment", "id": "1", "quantty": "2"}),
        lambda: calls.suppliers.create(cod="MILL"),
        lambda: calls.goods_outs.update(
            7,
        ),
    ],
)
def test_a_typo_of_the_caller_is_not_read_again_on_any_run(mistake):
    with pytest.raises(InvalidRecord) as caught:
        mistake()
    assert RUN not in str(caught.value)
    assert "Correct" in caught.value.action


def test_a_record_that_a_system_sent_is_corrected_there_and_read_again():
    web = httpx.MockTransport(Erp(documents(pick_row(pick_num=[1]))).handle)
    with BlueCherry(RestTransport(Sender("https://erp.example", auth=subscription("k"), transport=web))) as erp:
        (problem,) = erp.picks()
    assert isinstance(problem, InvalidRecord)
    assert "the system it came from" in problem.action
    assert RUN in str(problem)


# Credentials -------------------------------------------------------------------------------------------------

REFUSED = answer_bytes(b"{}", "401 Unauthorized")
TOKEN = answer_bytes(b'{"access_token":"t0k","expires_in":3600}')


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("auth", [None, StaticToken("t0k"), StaticHeaders({"Ocp-Apim-Subscription-Key": "k"})])
def test_a_fresh_token_is_not_spoken_of_where_none_can_be_bought(kind, auth):
    with Loopback(REFUSED) as server:
        face = Face(kind, server.url, Time(), auth=auth)
        with pytest.raises(NotAuthenticated) as caught:
            face.send(call(READ))
        face.close()
    assert FRESH not in str(caught.value)
    assert "the key or the token" in caught.value.action


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_fresh_token_was_tried_where_one_was(kind):
    auth = ClientCredentials(token_url="/token", client_id="i", client_secret="s")
    with Loopback(TOKEN, REFUSED, TOKEN, REFUSED) as server:
        face = Face(kind, server.url, Time(), auth=auth)
        with pytest.raises(NotAuthenticated) as caught:
            face.send(call(READ))
        face.close()
    assert "a fresh token was already tried" in str(caught.value)


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("answers", [(REFUSED,), (TOKEN, REFUSED, REFUSED)])
def test_credentials_that_buy_no_token_are_not_said_to_have_bought_one(kind, answers):
    auth = ClientCredentials(token_url="/token", client_id="i", client_secret="s")
    with Loopback(*answers) as server:
        face = Face(kind, server.url, Time(), auth=auth)
        with pytest.raises(NotAuthenticated) as caught:
            face.send(call(READ))
        face.close()
    assert FRESH not in str(caught.value)
    assert caught.value.action == "Check the client id, the secret and the token URL."


# Codes -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sync", "async"])
def clarus(request):
    face = ClarusFace(
        request.param,
        Tenant(accounts=[{"id": 4, "code": "BRAND"}], products=[{"id": "1", "code": "S", "account_id": "4"}]),
    )
    yield face
    face.close()


def test_a_code_that_clarus_does_not_know_is_a_not_found_that_names_code_and_account(clarus):
    account = clarus.id_of("account", "BRAND")
    with pytest.raises(
        NotFound, match=r"no product with the code 'NOPE' for the account BRAND \(id 4\)"
    ) as caught:
        clarus.id_of("product", "NOPE", account_id=account)
    assert isinstance(caught.value, InvalidRecord)
    assert (caught.value.record, caught.value.field) == ("product NOPE", "code")
    assert caught.value.retry is Retry.POINTLESS
    assert "Create the product in Clarus, or correct the code" in caught.value.action
    back = pickle.loads(pickle.dumps(caught.value))
    assert (type(back), str(back)) == (type(caught.value), str(caught.value))


def test_what_is_not_known_of_the_account_is_not_made_up(clarus):
    with pytest.raises(NotFound, match="'NOPE' for the account with the id 77"):
        clarus.id_of("product", "NOPE", account_id="77")
    with pytest.raises(NotFound, match="'NOPE' for any account"):
        clarus.id_of("product", "NOPE")
    with pytest.raises(NotFound, match=r"no warehouse with the code 'NOPE'\."):
        clarus.id_of("warehouse", "NOPE")


# The site file -----------------------------------------------------------------------------------------------

SITE = """
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = { WH1 = "NJ" }

[bluecherry]
base_url = "http://127.0.0.1:9"
zone = "America/New_York"
currency = "USD"

[bluecherry.carriers.DHL]
shipper = "DHL"

[[sku.parts]]
name = "style"
pad_to = 5

[ledger]
path = ":memory:"
zone = "Europe/London"
go_live = 2026-03-01
"""


@pytest.mark.parametrize(
    ("right", "wrong", "setting", "meant"),
    [
        ("subdomain", "subdomian", "clarus.subdomian", "is subdomain meant?"),
        ("subdomain", "Subdomain", "clarus.Subdomain", "is subdomain meant?"),
        ("currency", "curency", "bluecherry.curency", "is currency meant?"),
        ("[ledger]", "[leger]", "leger", "is ledger meant?"),
        ("shipper", "shiper", "bluecherry.carriers.DHL.shiper", "is shipper meant?"),
        ("pad_to", "padto", "sku.parts.0.padto", "is pad_to meant?"),
        ("go_live", "xyz", "ledger.xyz", "known are closed_through, cut_off, fiscal_year, go_live, "),
        ("go_live", "begin", "ledger.begin", "is go_live meant?"),
    ],
)
def test_a_setting_that_is_none_names_the_nearest_that_is_one(tmp_path, right, wrong, setting, meant):
    path = tmp_path / "site.toml"
    path.write_text(SITE.replace(right, wrong), "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_site(path)
    assert caught.value.field == setting
    assert meant in caught.value.what


# The ledger --------------------------------------------------------------------------------------------------


def ledger_show(*arguments):
    return run("ledger", "show", *map(str, arguments))


def _text(path):
    path.write_text("date,sku\n")


def _empty(path):
    path.touch()


def _other(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (name TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("make", [_text, _empty, _other])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_ledger_show_of_something_that_is_none_says_so_and_leaves_it_alone(tmp_path, make, more):
    path = tmp_path / "thing.sqlite"
    make(path)
    before = path.read_bytes()
    done = ledger_show(path, *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("file thing.sqlite: is no ledger")
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["thing.sqlite"]


def test_ledger_show_of_a_ledger_with_nothing_in_it_and_of_a_posting_that_is_none(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path):
        pass
    assert ledger_show(path).stdout == "Nothing.\n"
    done = ledger_show(path, "--key", "NOPE")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("posting: there is none with this key or name in the ledger")


# Clients of other libraries ----------------------------------------------------------------------------------


def another_library(name):
    """A client of a library that looks like httpx and is none."""
    return type(name, (), {"__module__": "httpx2", "send": lambda *_, **__: None})()


@pytest.mark.parametrize(
    ("make", "brought"),
    [
        (lambda client: Sender("https://x.test", client=client), "Client"),
        (lambda client: AsyncSender("https://x.test", client=client), "AsyncClient"),
        (lambda client: Sender("https://x.test", transport=client), "BaseTransport"),
    ],
)
def test_a_client_of_another_library_is_refused_when_it_is_handed_over(make, brought):
    with pytest.raises(ConfigurationError, match=rf"httpx2\.Session is no httpx\.{brought}\."):
        make(another_library("Session"))


def test_a_client_for_threads_is_none_for_asyncio_and_the_other_way_round():
    with httpx.Client() as client, pytest.raises(ConfigurationError, match=r"Client is no httpx\.AsyncClient"):
        AsyncSender("https://x.test", client=client)

    async def other():
        async with httpx.AsyncClient() as client:
            with pytest.raises(ConfigurationError, match=r"AsyncClient is no httpx\.Client"):
                Sender("https://x.test", client=client)

    asyncio.run(other())


def test_a_client_in_the_place_of_a_sender_is_told_how_to_be_wrapped():
    with httpx.Client() as client:
        with pytest.raises(ConfigurationError, match=r"client=yours"):
            Clarus("acme", sender=client)
        with pytest.raises(ConfigurationError, match=r"is no http\.AsyncSender"):
            AsyncClarus("acme", sender=Sender("https://x.test", client=client))


# The log lines of httpx --------------------------------------------------------------------------------------

ORDERS = (("$filter", "pick_num eq '500101'"),)


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "httpx"]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_no_log_line_of_any_library_carries_our_queries(kind, level, caplog):
    caplog.set_level(level)
    with Loopback(answer_bytes()) as server:
        face = Face(kind, server.url, Time())
        face.send(call(READ, query=ORDERS))
        face.close()
    assert "500101" in server.requests[0].decode()
    assert lines(caplog) == [f'HTTP Request: GET {server.url}/orders/7 "HTTP/1.1 200 OK"']
    assert "500101" not in caplog.text
    assert "filter" not in caplog.text


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_log_line_of_any_library_carries_what_a_server_says_in_its_head(kind, caplog):
    caplog.set_level(logging.DEBUG)
    head = "Set-Cookie: session=a-canary\r\nLocation: https://x.test/?sig=a-canary\r\nX-Echo: a-canary\r\n"
    with Loopback(answer_bytes(headers=head)) as server:
        face = Face(kind, server.url, Time())
        face.send(call(READ))
        face.close()
    said = "receive_response_headers.complete return_value=(b'HTTP/1.1', 200, b'OK', ***)"
    assert said in caplog.text
    assert "a-canary" not in caplog.text


def test_other_peoples_requests_are_logged_as_ever(caplog):
    caplog.set_level(logging.INFO)
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json={})))
    with client, Sender("https://x.test", client=client) as sender:
        sender.send(call(READ, query=ORDERS))
        client.get("https://other.test/", params={"q": "theirs"})
    ours, theirs = lines(caplog)
    assert ours == 'HTTP Request: GET https://x.test/orders/7 "HTTP/1.1 200 OK"'
    assert theirs == 'HTTP Request: GET https://other.test/?q=theirs "HTTP/1.1 200 OK"'


def test_the_logging_of_the_host_is_left_as_it_is():
    found = {}
    probe = (
        "import logging, sys; from clarus_bluecherry import BlueCherry\n"
        "def seen(): return [(n, x.level, x.handlers, x.propagate, x.disabled) for n, x in"
        " [('root', logging.root), *((n, logging.getLogger(n)) for n in ('httpx', 'httpcore'))]]\n"
        "before = seen()\n"
        "for _ in range(3): BlueCherry.rest('https://x.test', subscription_key='k').close()\n"
        "assert before == seen(); assert len(logging.getLogger('httpx').filters) == 1"
    )
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False, timeout=60)
    assert (found.returncode, found.stderr) == (0, "")
