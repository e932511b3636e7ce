"""Both clients: the same names, the same requests, the same rows."""

import inspect

import httpx
import pytest
from clarus_world import URL, Face, Tenant
from http_world import Loopback, answer_bytes

from clarus_bluecherry.clarus import AsyncClarus, Clarus, calls
from clarus_bluecherry.errors import ConfigurationError, NotFound, OutcomeUnknown, QueryFailed
from clarus_bluecherry.http import ClientCredentials, Sender, Settings, StaticToken

ROWS = [{"id": str(number), "code": f"A{number}"} for number in range(1, 24)]


@pytest.fixture
def tenant():
    return Tenant(accounts=ROWS)


@pytest.fixture(params=["sync", "async"])
def clarus(request, tenant):
    face = Face(request.param, tenant, page_size=10)
    yield face
    face.close()


def test_both_clients_have_the_same_doors():
    def doors(kind):
        return {
            name: list(inspect.signature(member).parameters)
            for name, member in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        }

    assert doors(Clarus) == doors(AsyncClarus)
    settings = inspect.signature(Clarus.__init__).parameters.keys()
    assert settings == inspect.signature(AsyncClarus.__init__).parameters.keys()


def test_every_request_names_the_tenant(clarus, tenant):
    clarus.send(calls.goods_outs.cancel(7))
    clarus.first(calls.accounts.list())
    assert [request.headers["x-clarus-subdomain"] for request in tenant.requests] == ["acme", "acme"]
    assert tenant.requests[0].url == f"{URL}/api/goods_outs/7/cancel"


def test_a_list_is_iterated_whole_over_its_pages(clarus, tenant):
    assert [node.code for node in clarus.iterate(calls.accounts.list())] == [row["code"] for row in ROWS]
    assert len(tenant.requests) == 3
    assert [node.id for node in clarus.all(calls.accounts.list(page_size=100))] == [row["id"] for row in ROWS]
    assert len(tenant.requests) == 4


def test_the_first_row_is_one_small_request_or_none(clarus, tenant):
    assert clarus.first(calls.accounts.list(code="A3")).id == "3"
    assert clarus.first(calls.accounts.list(code="B")) is None
    assert tenant.bodies[0]["variables"]["first"] == 1


def test_the_fields_that_we_infer_are_asked_for_and_can_be_left_out(clarus, tenant):
    tenant.rows["goods_outs"] = []
    clarus.all(calls.goods_outs.list())
    assert "actual_date_of_dispatch" in tenant.bodies[-1]["query"]
    shown_only = Face("sync", tenant, extra_fields={})
    shown_only.all(calls.goods_outs.list())
    shown_only.close()
    assert "actual_date_of_dispatch" not in tenant.bodies[-1]["query"]


def test_a_response_keeps_the_raw_answer(clarus):
    response = clarus.wait(clarus.client.send_with_response(calls.goods_outs.cancel(7)))
    assert (response.value.id, response.answer.status, response.attempts) == ("7", 200, 1)


def test_a_lost_answer_to_a_create_is_in_doubt_and_not_sent_again(clarus, tenant):
    def hang_up(request):
        raise httpx.ReadTimeout("", request=request)

    tenant.before_answering = hang_up
    product = {"code": "SKU-1", "description": "A shirt", "stock_unit_type_id": 1}
    with pytest.raises(OutcomeUnknown) as caught:
        clarus.send(calls.products.create(**product))
    assert caught.value.record == "product SKU-1"
    assert len(tenant.requests) == 1


def test_a_lost_answer_to_a_query_is_asked_again(clarus, tenant):
    failures = [httpx.ReadTimeout("")]

    def hang_up_once(request):
        if failures:
            raise failures.pop()

    tenant.before_answering = hang_up_once
    assert clarus.first(calls.accounts.list()).id == "1"
    assert len(tenant.requests) == 2


def test_errors_say_what_they_mean(clarus, tenant):
    tenant.answer = httpx.Response(
        404, json={"errors": [{"code": 1, "symbol": "not_found", "details": "no such"}]}
    )
    with pytest.raises(NotFound) as caught:
        clarus.send(calls.goods_outs.delete(7))
    assert (caught.value.symbol, caught.value.record) == ("not_found", "goods out id 7")
    tenant.answer = httpx.Response(200, json={"errors": [{"message": "no field"}]})
    with pytest.raises(QueryFailed):
        clarus.send(calls.query("{ x }").moved("/other"))


def test_a_dry_run_shows_the_exact_request_and_sends_nothing(clarus, tenant):
    prepared = clarus.client.prepare(calls.goods_outs.process_picks([7]))
    assert (prepared.method, prepared.body) == ("POST", b'{"ids":[7]}')
    assert ("X-Clarus-Subdomain", "acme") in prepared.headers
    assert "Bearer t" not in repr(prepared)
    assert not tenant.requests


# Who we are ------------------------------------------------------------------------------------------------------


TOKEN, DONE = answer_bytes(b'{"access_token": "t0k3n"}'), answer_bytes(b'{"data": {"id": 7}}')


def test_a_client_with_credentials_buys_a_token_and_names_the_tenant_there_too():
    with (
        Loopback(TOKEN, DONE) as server,
        Clarus.with_credentials("acme", "me", "s3cret", base_url=server.url) as clarus,
    ):
        assert clarus.send(calls.goods_outs.cancel(7)).id == "7"
        assert "s3cret" not in repr(clarus)
    token, call = (request.decode().lower() for request in server.requests)
    assert token.startswith("post /oauth/token")
    assert "x-clarus-subdomain: acme" in token
    assert "authorization: bearer t0k3n" in call


def test_the_token_request_can_leave_the_tenant_out():
    auth = ClientCredentials(token_url="/oauth/token", client_id="me", client_secret="s3cret")
    with (
        Loopback(TOKEN, DONE) as server,
        Clarus("acme", auth=auth, base_url=server.url, tenant_header_on_token=False) as clarus,
    ):
        clarus.send(calls.goods_outs.cancel(7))
    token, call = (request.decode().lower() for request in server.requests)
    assert "x-clarus-subdomain" not in token
    assert "x-clarus-subdomain: acme" in call


def test_a_sender_of_ones_own_brings_its_own_settings():
    with Sender(URL, auth=StaticToken("t")) as sender:
        for more in ({"auth": StaticToken("u")}, {"base_url": "https://x.test"}, {"settings": Settings()}):
            with pytest.raises(ConfigurationError):
                Clarus("acme", sender=sender, **more)


def test_a_client_without_credentials_is_refused():
    with pytest.raises(ConfigurationError):
        Clarus("acme")
