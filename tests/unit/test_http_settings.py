"""One value holds every setting; `with_options` gives a light copy with other patience."""

import asyncio
import math

import httpx
import pytest
from http_world import READ, WRITE, Face, Time, call

from clarus_bluecherry import AsyncBlueCherry, AsyncClarus, BlueCherry, Clarus
from clarus_bluecherry.bluecherry import RestTransport, subscription
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.errors import ConfigurationError, RateLimited, ServerFailed
from clarus_bluecherry.http import (
    AsyncSender,
    ClientCredentials,
    Retries,
    Sender,
    Settings,
    StaticToken,
    Timeouts,
)

URL = "https://wms.test"
SECRET = "s3cr3t-Value.0123456789"


class Server:
    """Answers with `status`, and keeps the timeouts of what came."""

    def __init__(self, status=200):
        self.status = status
        self.timeouts = []
        self.tokens = 0

    def __call__(self, request):
        if request.url.path == "/oauth/token":
            self.tokens += 1
            return httpx.Response(200, json={"access_token": "t1", "token_type": "bearer"})
        self.timeouts.append(request.extensions["timeout"])
        return httpx.Response(self.status, json={"version": "2.1"})

    @property
    def transport(self):
        return httpx.MockTransport(self)


@pytest.fixture(params=["sync", "async"])
def face(request):
    made = []

    def make(server, **settings):
        made.append(Face(request.param, URL, Time(), transport=server.transport, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


# The value ---------------------------------------------------------------------------------------------------


def test_a_number_is_taken_where_a_number_says_enough():
    settings = Settings(timeout=5, max_retries=2, deadline=20)
    assert settings == Settings(timeout=Timeouts(5, 5, 5, 5), max_retries=Retries(attempts=3), deadline=20)
    assert Settings(max_retries=0).max_retries.attempts == 1


@pytest.mark.parametrize(
    "wrong", [{"timeout": 0}, {"max_retries": -1}, {"deadline": 0}, {"deadline": math.nan}, {"longest_answer": 0}]
)
def test_a_setting_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ConfigurationError):
        Settings(**wrong)


def test_no_secret_is_shown():
    settings = Settings(headers={"X-Key": SECRET}, proxy=f"http://me:{SECRET}@proxy.test")
    assert SECRET not in repr(settings)
    assert "X-Key" in repr(settings)
    assert "proxy.test" in repr(settings)


def test_what_is_changed_later_in_a_dict_or_list_that_was_given_changes_nothing():
    headers, observers = {"X-Tenant": "acme"}, []
    settings = Settings(headers=headers, observers=observers)
    headers["X-Tenant"] = "other"
    observers.append(print)
    assert (settings.headers, settings.observers) == ({"X-Tenant": "acme"}, ())


def test_settings_reach_the_request(face):
    server = Server()
    face(server, timeout=Timeouts(connect=3, read=7, write=8, pool=9)).send(call(READ))
    assert server.timeouts == [{"connect": 3, "read": 7, "write": 8, "pool": 9}]


# A copy with other patience ----------------------------------------------------------------------------------


def test_a_copy_has_other_patience_and_the_first_keeps_its_own(face):
    server = Server(503)
    one = face(server, timeout=9, max_retries=Retries(attempts=2, first_wait=0.25), deadline=60)
    first = one.sender.settings
    with pytest.raises(ServerFailed):
        one.send(call(READ), timeout=5, max_retries=3, deadline=20)
    assert [waits["read"] for waits in server.timeouts] == [5] * 4
    assert one.sender.settings is first
    copy = one.sender.with_options(timeout=5, max_retries=3, deadline=20)
    assert (copy.settings.timeout, copy.settings.deadline) == (Timeouts(5, 5, 5, 5), 20)
    assert copy.settings.max_retries == Retries(attempts=4, first_wait=0.25)


def test_what_is_left_out_stays_as_it_was(face):
    one = face(Server(), timeout=9, max_retries=1, deadline=60).sender
    assert one.with_options().settings == one.settings
    assert one.with_options(max_retries=4).with_options(timeout=5).settings.max_retries.attempts == 5
    assert one.with_options(deadline=math.inf).settings.deadline == math.inf


def test_an_option_that_makes_no_sense_is_refused_when_it_is_said(face):
    with pytest.raises(ConfigurationError, match="deadline"):
        face(Server()).sender.with_options(deadline=-1)


def test_a_copy_shares_the_token(face):
    server = Server()
    auth = ClientCredentials(token_url="/oauth/token", client_id="me", client_secret=SECRET)
    one = face(server, auth=auth)
    one.send(call(READ), timeout=5)
    one.send(call(READ), timeout=6)
    one.send(call(READ))
    assert server.tokens == 1


def test_a_copy_closes_nothing_that_it_shares():
    with Sender(URL, transport=Server().transport) as sender:
        with sender.with_options(timeout=5) as quick:
            quick.send(call(READ))
        sender.send(call(READ))

    async def the_same_async():
        async with AsyncSender(URL, transport=Server().transport) as sender:
            async with sender.with_options(timeout=5) as quick:
                await quick.send(call(READ))
            await sender.send(call(READ))

    asyncio.run(the_same_async())


def test_a_copy_of_what_is_closed_sends_nothing(face):
    one = face(Server())
    copy = one.sender.with_options(timeout=5)
    one._wait(one.sender.close())
    with pytest.raises(ConfigurationError, match="closed"):
        one._wait(copy.send(call(READ)))


# The clients -------------------------------------------------------------------------------------------------


def clarus(kind, server, **settings):
    made, client = (AsyncSender, AsyncClarus) if kind == "async" else (Sender, Clarus)
    sender = made(URL, auth=StaticToken("t"), settings=Settings(**settings), transport=server.transport)
    return client("acme", sender=sender)


def wait(outcome):
    return asyncio.run(awaited(outcome)) if asyncio.iscoroutine(outcome) else outcome


async def awaited(outcome):
    return await outcome


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_clarus_has_copies_too(kind):
    server = Server(429)
    tenant = clarus(kind, server, max_retries=0)
    quick = tenant.with_options(timeout=5)
    assert type(quick) is type(tenant)
    with pytest.raises(RateLimited):
        wait(quick.goods_outs.cancel(7))
    with pytest.raises(RateLimited):
        wait(tenant.send(calls.goods_outs.cancel(7)))
    with pytest.raises(RateLimited):
        wait(quick.ids.account("BRAND"))
    assert [waits["read"] for waits in server.timeouts] == [5, 60, 5]
    assert quick.tenant is tenant.tenant


@pytest.mark.parametrize("made", [BlueCherry, AsyncBlueCherry])
def test_blue_cherry_has_copies_over_rest(made):
    async def both():
        erp = made.rest(URL, subscription_key="k", settings=Settings(timeout=9))
        assert erp.with_options(timeout=5).transport.sender.settings.timeout.read == 5
        assert erp.transport.sender.settings.timeout.read == 9
        outcome = erp.close()
        if outcome is not None:
            await outcome

    asyncio.run(both())


def test_blue_cherry_keeps_its_profile_and_its_connections_in_a_copy():
    server = Server()
    erp = BlueCherry(RestTransport(Sender(URL, auth=subscription("k"), transport=server.transport)))
    with erp, erp.with_options(timeout=5) as quick:
        assert quick.ping() == erp.ping() == "2.1"
        assert quick.transport.profile is erp.transport.profile
    assert [waits["read"] for waits in server.timeouts] == [5, 60]


@pytest.mark.parametrize("made", [BlueCherry, AsyncBlueCherry])
def test_a_transport_without_http_has_no_patience_to_set(made):
    class Folder:
        read = send = probe = ping = close = None.__ne__  # what a transport has, and nothing of HTTP

    with pytest.raises(ConfigurationError, match="Folder makes no HTTP requests"):
        made(Folder()).with_options(timeout=5)


def test_a_write_is_sent_with_its_options_too(face):
    server = Server(201)
    face(server).send(call(WRITE), timeout=2)
    assert server.timeouts[0]["write"] == 2
