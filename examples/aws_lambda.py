"""Two steps behind API Gateway or a function URL: orders out, ship confirms back. No network, no state.

The last word of the path says which step. `…/pick` takes a row of Blue Cherry's `GET /api/pick?_include=all` and
answers with the body of Clarus `POST /api/goods_outs`. `…/dispatched` takes `order` (the body of a webhook, or a
node), all its `lines`, the `pick`, and where there are some `shipments` and `packages`; it answers with the body
of Blue Cherry `POST /api/OrderShipment`. What is refused is answered with the problem and what to do about it.

Handler: `aws_lambda.handler`; the package in a layer; `SETTINGS_FILE` names the table of docs/ipaas.md, as JSON.
Let only your own callers in (IAM, or an authorizer): a pick holds an address.
"""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, InvalidRecord
from clarus_bluecherry.mapping import plain


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


STEPS: dict[str, Callable[[dict[str, Any], plain.StepSettings], object]] = {"pick": pick, "dispatched": dispatched}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """One request in, its answer out: 200 with the body to send on, else a problem and an action."""
    name = str(event.get("rawPath") or event.get("path") or "").rpartition("/")[2]
    if name not in STEPS:
        return told(404, f"there is no step {name!r}", f"End the path with one of: {', '.join(STEPS)}.")
    try:
        return answer(200, STEPS[name](sent(event), settings()))
    except ConfigurationError as error:
        return told(500, error.problem, error.action)
    except ClarusBluecherryError as error:
        return told(422, error.problem, error.action)


def settings() -> plain.StepSettings:
    """The table that `SETTINGS_FILE` names, checked."""
    path = Path(os.environ.get("SETTINGS_FILE", "settings.json"))
    try:
        table: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        what = f"{path.name} is not there or is not JSON"
        raise ConfigurationError(what, field="SETTINGS_FILE", action="Deploy it with the function.") from None
    return plain.settings(table)


def sent(event: dict[str, Any]) -> dict[str, Any]:
    """The JSON object that the request carries."""
    body = event.get("body") or ""
    try:
        given: Any = json.loads(base64.b64decode(body) if event.get("isBase64Encoded") else body)
    except (ValueError, RecursionError):
        raise InvalidRecord("it is not JSON", record="body", action="Send the record as JSON.") from None
    if not isinstance(given, dict):
        raise InvalidRecord("it is not a JSON object", record="body", action="Send one record, not a list.")
    return {**given}


def told(status: int, problem: str, action: str) -> dict[str, Any]:
    """An answer for a person: what is wrong, and what to do."""
    return answer(status, {"problem": problem, "action": action})


def answer(status: int, body: object) -> dict[str, Any]:
    """An answer as API Gateway wants it."""
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
