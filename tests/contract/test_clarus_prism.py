"""Every call against a mock server that Prism generates from the vendor's own file: an opinion that is not ours.

Set PRISM to the command (`npm install @stoplight/prism-cli`, then `PRISM=node_modules/.bin/prism`): nothing is
downloaded here.
"""

import copy
import json
import os
import shutil
import socket
import subprocess

import pytest
from clarus_samples import LISTINGS, SAMPLES
from clarus_spec import SPEC, load, resolved

from clarus_bluecherry.clarus import Clarus, calls
from clarus_bluecherry.errors import Unprocessable
from clarus_bluecherry.http import Sender, StaticToken

PRISM = shutil.which(os.environ.get("PRISM", ""))

pytestmark = [
    pytest.mark.skipif(not SPEC.exists(), reason=f"the vendor's OpenAPI file is not at {SPEC}"),
    pytest.mark.skipif(not PRISM, reason="PRISM names no command: the independent mock server was NOT asked"),
]


def served(spec):
    """The file as a server can take it: one `/graphql`, and read as its guides do where it contradicts itself.

    A PATCH reuses the create's required fields, which the guides do not send; `nullable` stands beside an `allOf`
    that is not, so that null is refused to the letter; uploads take any media type, and one is declared.
    """
    spec = plainly(spec, copy.deepcopy(spec))
    lists = {path: each for path, each in spec["paths"].items() if path.startswith("/graphql")}
    spec["paths"] = {path: each for path, each in spec["paths"].items() if path not in lists}
    kept = lists["/graphql#ListProducts"]
    kept["post"]["responses"]["200"]["content"] = {"application/json": {"example": {"data": {}}}}
    spec["paths"]["/graphql"] = kept
    for methods in spec["paths"].values():
        if "patch" in methods:
            make_optional(spec, methods["patch"])
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        if "application/octet-stream" in content:
            content["text/csv"] = content["text/plain"] = content["application/octet-stream"]
    return spec


def plainly(spec, node):
    """`node` with every nullable `allOf` as one schema."""
    match node:
        case {"nullable": True, "allOf": list(joined), **rest}:
            merged = {key: value for each in joined for key, value in resolved(spec, each).items()}
            return plainly(spec, {**merged, **rest, "nullable": True})
        case dict():
            return {key: plainly(spec, each) for key, each in node.items()}
        case list():
            return [plainly(spec, each) for each in node]
        case _:
            return node


def make_optional(spec, operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content and "data" in resolved(spec, content["schema"]).get("properties", {}):
        content["schema"] = schema = copy.deepcopy(resolved(spec, content["schema"]))
        data = schema["properties"]["data"] = copy.deepcopy(resolved(spec, schema["properties"]["data"]))
        attributes = copy.deepcopy(resolved(spec, data["properties"]["attributes"]))
        attributes.pop("required", None)
        data["properties"]["attributes"] = attributes


@pytest.fixture(scope="module")
def clarus(tmp_path_factory):
    file = tmp_path_factory.mktemp("prism") / "clarus.json"
    file.write_text(json.dumps(served(load())), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [PRISM, "mock", str(file), "--port", str(port), "--host", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            heard = next((line for line in server.stdout if "listening on" in line), None)
            assert heard, "Prism ended before it listened"
            yield from wired(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.stdout.read()


def wired(url):
    with Clarus("acme", sender=Sender(url, auth=StaticToken("t0k3n"))) as client:
        yield client


@pytest.mark.parametrize("name", SAMPLES)
def test_the_mock_server_accepts_the_call_and_its_answer_is_read(name, clarus):
    clarus.send(SAMPLES[name]())


@pytest.mark.parametrize("name", LISTINGS)
def test_the_mock_server_accepts_the_query(name, clarus):
    page = LISTINGS[name]().page(first=10)
    clarus.send(calls.query(json.loads(page.body)["query"], {"first": 10}))


def test_the_mock_server_refuses_what_the_file_forbids(clarus):
    order = {"goods_out_type": "sales_order", "account_id": 1, "reference": "SO-1"}
    with pytest.raises(Unprocessable):
        clarus.send(calls.jsonapi("POST", "/api/goods_outs", "goods_outs", order))
