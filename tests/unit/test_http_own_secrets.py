"""What we prove ourselves with stands in no error, whatever the other side echoes."""

import base64
import copy
import json
import pickle
import traceback

import httpx
import pytest
from http_world import READ, WRITE, Face, Time, call

from clarus_bluecherry.errors import NotAuthenticated, WireError
from clarus_bluecherry.http import ClientCredentials, StaticHeaders, StaticToken

URL = "http://wms.test"
SECRET = 'S3CR&T/v"alue'
WRITTEN = (SECRET, json.dumps(SECRET)[1:-1], "S3CR%26T%2Fv%22alue")


@pytest.fixture(params=["sync", "async"])
def sent(request):
    """The error that a call ends in, with a server that answers as `answer` says."""

    def send(auth, answer, kind=READ):
        face = Face(request.param, URL, Time(), auth=auth, transport=httpx.MockTransport(answer), max_retries=1)
        try:
            with pytest.raises(WireError) as caught:
                face.send(call(kind))
        finally:
            face.close()
        return caught.value

    return send


def assert_hidden(error, *written):
    shown = "".join(traceback.format_exception(error))
    kept = pickle.dumps(error)
    for each in written:
        assert each not in str(error)
        assert each not in repr(error)
        assert each not in shown
        assert each.encode() not in kept
        assert each not in repr(vars(copy.copy(error)))


@pytest.mark.parametrize("style", ["body", "basic"])
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_token_endpoint_that_echoes_the_secret(sent, style, status):
    def answer(request):
        echo = (
            f"the secret {SECRET} of {request.content.decode()} is wrong, {request.headers.get('authorization')}"
        )
        body = {"error": SECRET, "error_description": echo}
        return httpx.Response(status, json=body, headers={"X-Echo": "S3CR%26T%2Fv%22alue"})

    auth = ClientCredentials(token_url="/token", client_id="me", client_secret=SECRET, style=style)
    pair = base64.b64encode(b"me:S3CR%26T%2Fv%22alue").decode()
    error = sent(auth, answer)
    assert_hidden(error, *WRITTEN, pair)
    if isinstance(error, NotAuthenticated):
        assert "***" in str(error)
        assert b"***" in error.body


def test_a_token_endpoint_that_answers_with_something_else(sent):
    auth = ClientCredentials(token_url="/token", client_id="me", client_secret=SECRET)
    for body in (SECRET.encode(), json.dumps({"token": SECRET}).encode()):
        assert_hidden(sent(auth, lambda request, body=body: httpx.Response(200, content=body)), *WRITTEN)


@pytest.mark.parametrize("kind", [READ, WRITE])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 422, 500])
@pytest.mark.parametrize(
    ("auth", "secret"),
    [
        (StaticToken("T0KENvalue"), "T0KENvalue"),
        (StaticHeaders({"Ocp-Apim-Subscription-Key": "K3Yvalue"}), "K3Yvalue"),
        (StaticHeaders({"Authorization": "Bearer T0KENvalue"}), "T0KENvalue"),
        (ClientCredentials(token_url="/token", client_id="me", client_secret=SECRET), "B0UGHTvalue"),
    ],
    ids=["token", "key", "header", "bought"],
)
def test_a_server_that_echoes_what_we_sent(sent, auth, secret, status, kind):
    def answer(request):
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": secret})
        echo = f"not known: {secret} in {dict(request.headers)}"
        headers = {"X-Echo": secret, "X-Request-Id": secret, "Location": f"http://{secret}/"}
        return httpx.Response(status, content=echo.encode(), headers=headers)

    error = sent(auth, answer, kind)
    assert_hidden(error, secret)
    if not isinstance(error, NotAuthenticated) or error.body:
        assert b"not known: ***" in error.body


def test_what_is_no_secret_stays(sent):
    auth = StaticHeaders({"X-Tenant": "acme-warehouse", "Ocp-Apim-Subscription-Key": "K3Yvalue"})
    error = sent(auth, lambda request: httpx.Response(422, content=b"acme-warehouse K3Yvalue"))
    assert error.body == b"acme-warehouse ***"
    assert error.record == "order SO-7"


def test_an_answer_that_is_read_is_not_touched():
    face = Face(
        "sync",
        URL,
        Time(),
        auth=StaticToken("T0KENvalue"),
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json={"said": "T0KENvalue"})),
    )
    assert face.send(call(READ)) == {"said": "T0KENvalue"}
    face.close()
