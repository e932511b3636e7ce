"""Two steps as Azure Functions (Python v2 model): orders out, ship confirms back. No network, no state.

`POST /api/pick` takes a row of Blue Cherry's `GET /api/pick?_include=all` and answers with the body of Clarus
`POST /api/goods_outs`. `POST /api/dispatched` takes `order` (the body of a webhook, or a node), all its `lines`,
the `pick`, and where there are some `shipments` and `packages`; it answers with the body of Blue Cherry
`POST /api/OrderShipment`. What is refused is answered with the problem and what to do about it.

Deploy it as `function_app.py`, with clarus-bluecherry and azure-functions in `requirements.txt`. `SETTINGS_FILE`
names the table of docs/ipaas.md, as JSON. `answer` is a plain function, bytes in, status and bytes out.
"""

import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, InvalidRecord
from clarus_bluecherry.mapping import plain

Step = Callable[[dict[str, Any], plain.StepSettings], object]


def pick(given: dict[str, Any], agreed: plain.StepSettings) -> object:
    """A pick row as the order of the warehouse."""
    return plain.pick_to_goods_out(given, agreed)


def dispatched(given: dict[str, Any], agreed: plain.StepSettings) -> object:
    """A completed order, with what was read of it, as Blue Cherry's ship confirm."""
    missing = [name for name in ("order", "lines", "pick") if name not in given]
    if missing:
        raise InvalidRecord("it is missing", record="body", field=missing[0], action="Send it along.")
    more = {name: given[name] for name in ("shipments", "packages") if name in given}
    return plain.goods_out_to_order_shipment(given["order"], given["lines"], given["pick"], agreed, **more)


def answer(step: Step, body: bytes) -> tuple[int, bytes]:
    """200 with the body to send on; else a status with a problem and an action, for a person."""
    try:
        return 200, json.dumps(step(sent(body), settings())).encode()
    except ClarusBluecherryError as error:
        status = 500 if isinstance(error, ConfigurationError) else 422
        return status, json.dumps({"problem": error.problem, "action": error.action}).encode()


def settings() -> plain.StepSettings:
    """The table that `SETTINGS_FILE` names, checked."""
    path = Path(os.environ.get("SETTINGS_FILE", "settings.json"))
    try:
        table: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        what = f"{path.name} is not there or is not JSON"
        raise ConfigurationError(what, field="SETTINGS_FILE", action="Deploy it with the function.") from None
    return plain.settings(table)


def sent(body: bytes) -> dict[str, Any]:
    """The JSON object that the request carries."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidRecord("it is not JSON", record="body", action="Send the record as JSON.") from None
    if not isinstance(given, dict):
        raise InvalidRecord("it is not a JSON object", record="body", action="Send one record, not a list.")
    return {**given}


if find_spec("azure") and find_spec("azure.functions"):
    import azure.functions as func  # type: ignore[import-not-found,unused-ignore]

    def response(step: Step, request: func.HttpRequest) -> func.HttpResponse:
        """The answer to a request, as Azure wants it."""
        status, body = answer(step, request.get_body())
        return func.HttpResponse(body, status_code=status, mimetype="application/json")

    def pick_route(request: func.HttpRequest) -> func.HttpResponse:
        """`POST /api/pick`."""
        return response(pick, request)

    def dispatched_route(request: func.HttpRequest) -> func.HttpResponse:
        """`POST /api/dispatched`."""
        return response(dispatched, request)

    app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)  # a pick holds an address: callers need a key
    app.route(route="pick", methods=["POST"], trigger_arg_name="request")(pick_route)
    app.route(route="dispatched", methods=["POST"], trigger_arg_name="request")(dispatched_route)
