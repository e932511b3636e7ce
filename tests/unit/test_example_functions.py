"""The functions of AWS Lambda and Azure, called as their platforms call them, with a sandbox on both sides."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from examples_world import Platform, loaded, platform

from clarus_bluecherry.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=1) as running:
        yield running


@pytest.fixture
def there(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    with platform(sandbox) as connected:
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(connected.settings), "utf-8")
        monkeypatch.setenv("SETTINGS_FILE", str(path))
        yield connected


def lambda_answers(path: str, given: object, **event: object) -> tuple[int, Any]:
    sent = {"rawPath": path, "body": json.dumps(given), **event}
    answer = loaded("aws_lambda").handler(sent, None)
    assert answer["headers"] == {"content-type": "application/json"}
    return answer["statusCode"], json.loads(answer["body"])


def azure_answers(path: str, given: object) -> tuple[int, Any]:
    """What the function of Azure answers to the bytes of a request, without Azure's own package."""
    example = loaded("azure_function")
    status, body = example.answer(getattr(example, path.rpartition("/")[2]), json.dumps(given).encode())
    return status, json.loads(body)


def azure_routes(path: str, given: object) -> tuple[int, Any]:
    """The same over the routes that Azure finds, with its own requests and responses."""
    func = pytest.importorskip(
        "azure.functions", reason="azure-functions is not installed: its routes were not tried"
    )
    found = {each.get_trigger().route: each for each in loaded("azure_function").app.get_functions()}
    route = path.rpartition("/")[2]
    request = func.HttpRequest("POST", f"https://acme.example/api/{route}", body=json.dumps(given).encode())
    answer = found[route].get_user_function()(request)
    assert answer.mimetype == "application/json"
    return answer.status_code, json.loads(answer.get_body())


Answers = Callable[[str, object], tuple[int, Any]]
everywhere = pytest.mark.parametrize("answers", [lambda_answers, azure_answers, azure_routes])


def webhook_of(order: dict[str, Any]) -> dict[str, Any]:
    """The order as a webhook tells it (docs/ipaas.md: the record under `data`)."""
    return {"data": order}


@everywhere
def test_an_order_goes_out_and_its_ship_confirm_comes_back(
    answers: Answers, sandbox: Sandbox, there: Platform
) -> None:
    pick, *_ = there.ready()
    status, body = answers("/steps/pick", pick)
    assert status == 200
    there.to_clarus(body)
    sandbox.dispatch(pick["pick_num"])
    order = there.order(pick["pick_num"])
    given = {"order": webhook_of(order), "lines": there.lines(order), "pick": pick}
    status, confirm = answers("/steps/dispatched", given)
    assert status == 200
    there.to_bluecherry(confirm)
    sandbox.invoice()
    ordered = [line["bk_qty"] for line in pick["pickdetail"]["rows"]]
    assert sorted(-row["quantity"] for row in sandbox.books().facts["booked"]) == sorted(ordered)


def test_a_body_in_base64_is_the_same_body(there: Platform) -> None:
    pick, *_ = there.ready()
    coded = base64.b64encode(json.dumps(pick).encode()).decode()
    assert lambda_answers("/pick", None, body=coded, isBase64Encoded=True) == lambda_answers("/pick", pick)


@everywhere
def test_a_refusal_is_an_answer_that_a_person_can_act_on(answers: Answers, there: Platform) -> None:
    pick, *_ = there.ready()
    del pick["pickdetail"]["rows"][0]["bk_qty"]
    status, told = answers("/pick", pick)
    assert status == 422
    assert pick["pick_num"] in told["problem"]
    assert "bk_qty" in told["problem"]
    assert told["action"].startswith("Correct the record")
    assert answers("/pick", [pick]) == (
        422,
        {"problem": "body: it is not a JSON object", "action": "Send one record, not a list."},
    )
    assert answers("/dispatched", {"order": {}, "lines": []})[1]["problem"] == "body, field pick: it is missing"
    assert answers("/dispatched", {"order": 1, "lines": 2, "pick": 3})[0] == 422


def test_what_is_no_json_and_what_is_no_step_is_told(there: Platform) -> None:
    no_json = "Send the record as JSON."
    assert lambda_answers("/pick", None, body="<html>")[1]["action"] == no_json
    assert lambda_answers("/pick", None, body="_", isBase64Encoded=True)[1]["action"] == no_json
    assert lambda_answers("/picks", {}) == (
        404,
        {"problem": "there is no step 'picks'", "action": "End the path with one of: pick, dispatched."},
    )
    azure = loaded("azure_function")
    status, body = azure.answer(azure.pick, b"\xff")
    assert (status, json.loads(body)["action"]) == (422, no_json)


@everywhere
def test_a_mistake_in_the_settings_is_the_servers_and_is_told(
    answers: Answers, there: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick, *_ = there.ready()
    (tmp_path / "settings.json").write_text('{"acount_id": 1}', "utf-8")
    status, told = answers("/pick", pick)
    assert status == 500
    assert "acount_id" in told["problem"]
    (tmp_path / "settings.json").write_text("[]", "utf-8")
    assert answers("/pick", pick)[0] == 500
    monkeypatch.setenv("SETTINGS_FILE", str(tmp_path / "nowhere.json"))
    status, told = answers("/pick", pick)
    assert (status, told["action"]) == (500, "Deploy it with the function.")
