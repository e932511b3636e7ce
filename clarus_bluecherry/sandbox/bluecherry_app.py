"""Blue Cherry's web services over HTTP, as a Starlette application.

Law of this module: paths, envelopes and the four error shapes are those that running integrations show. It decides
nothing: it asks the `Erp`.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping

from pydantic import BaseModel

from clarus_bluecherry._lazy import need
from clarus_bluecherry.bluecherry.kinds import Kind, RestRead, every_kind
from clarus_bluecherry.sandbox.dated import dated
from clarus_bluecherry.sandbox.erp import Erp, Staged, columns
from clarus_bluecherry.sandbox.erp.checks import control_number, problems
from clarus_bluecherry.sandbox.erp.query import BadQuery, Condition, asked, page
from clarus_bluecherry.sandbox.faults import AsgiApp

need("starlette", extra="sandbox", purpose="the sandbox's ERP")

from starlette.applications import Starlette  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse, PlainTextResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

SUBSCRIPTION_KEY = "sandbox-key"
VERSION = "2026.1"
POSTED = frozenset({"OrderShipment", "ProductionReceiptAdvice", "PhysicalInventoryTM"})
_HEADER = "Ocp-Apim-Subscription-Key"
Handler = Callable[[Request], Awaitable[Response]]


def bluecherry_app(erp: Erp, subscription_key: str = SUBSCRIPTION_KEY) -> AsgiApp:
    """The web services of `erp`, behind a subscription key.

    `/exports/inventory.csv` stands for the inventory report that a user exports by hand.
    """

    def guarded(handler: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            given = request.headers.get(_HEADER, "").encode("latin-1")
            if not hmac.compare_digest(given, subscription_key.encode()):
                what = "Access denied due to missing or invalid subscription key."
                return JSONResponse({"statusCode": 401, "message": what}, 401)
            try:
                return await handler(request)
            except BadQuery as error:
                return JSONResponse({"errors": [{"message": str(error)}]}, 400)

        return answer

    async def entity(request: Request) -> Response:
        name = request.path_params["entity"]
        if request.method == "POST":
            return _posted(erp, name, await request.body())
        return _read(erp, name, dict(request.query_params))

    async def export(request: Request) -> Response:
        return PlainTextResponse(columns.inventory_report(erp), media_type="text/csv")

    routes = [
        Route("/api/{entity}", guarded(entity), methods=["GET", "POST"]),
        Route("/exports/inventory.csv", guarded(export)),
    ]
    return dated(Starlette(routes=routes), lambda: erp.clock())


_KINDS: Mapping[str, tuple[Kind[BaseModel], RestRead[BaseModel]]] = {
    kind.rest.entity: (kind, kind.rest) for kind in every_kind() if isinstance(kind.rest, RestRead)
}
"""Kind and way by entity. One that is not usual is there once it has rows."""


def _read(erp: Erp, name: str, parameters: Mapping[str, str]) -> Response:
    wanted = asked(parameters)
    if name in POSTED:
        late = erp.quirks.shows_late
        found = columns.staged(one for one in _staged(erp, name, wanted) if one.reference not in late)
    elif name in _KINDS and (_KINDS[name][0].is_usual or erp.others[_KINDS[name][0].name]):
        found = columns.rows(erp, _KINDS[name][0].name)
    else:
        return JSONResponse({"message": [{"message": f"there is no entity {name}"}]}, 404)
    rows = page([row for row in found if all(one.holds(row) for one in wanted)], parameters)
    if name in POSTED or not _KINDS[name][1].is_document:
        return JSONResponse({"version": VERSION, "data": rows})
    if parameters.get("_include") != "all":
        rows = [{name: value for name, value in row.items() if not isinstance(value, dict)} for row in rows]
    return JSONResponse({"version": VERSION, "data": {"header": rows}})


def _staged(erp: Erp, name: str, wanted: Iterable[Condition]) -> list[Staged]:
    """What came in of an entity; where control numbers are asked for, those alone: there may be many others."""
    asked_for = {one.comparison: one.literal for one in wanted if one.column == "isa_num"}
    if "eq" in asked_for:
        return erp.staged_as(name, asked_for["eq"])
    first, last = (asked_for.get(near, asked_for.get(at)) for near, at in (("gt", "ge"), ("lt", "le")))
    if first is not None and last is not None:
        return erp.staged_between(name, first, last)
    return erp.staged_in(name)


def _posted(erp: Erp, name: str, body: bytes) -> Response:
    if name not in POSTED:
        return JSONResponse({"message": [{"message": f"nothing can be posted to {name}"}]}, 404)
    try:
        records = json.loads(body)
    except ValueError:
        return JSONResponse({"message": "The request body is not JSON."}, 400)
    if not isinstance(records, list) or not records or not all(isinstance(one, dict) for one in records):
        return JSONResponse({"message": "The request body must be an array of records."}, 400)
    found = [problem for record in records for problem in problems(name, record)]
    sound = [record for record in records if not found or (erp.takes_in_part and not problems(name, record))]
    staged = [erp.stage(name, control_number(name, record), record).pkey for record in sound]
    if found:
        return JSONResponse({"errors": [{"errorMessage": problem} for problem in found]}, 400)
    return JSONResponse({"pkey": staged if len(staged) > 1 else staged[0]})
