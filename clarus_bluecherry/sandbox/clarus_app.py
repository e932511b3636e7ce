"""The warehouse's HTTP face: token, GraphQL and the REST calls of this project, as a Starlette application.

Law of this module: paths, envelopes and success codes are the vendor's OpenAPI file's, with its inconsistencies
(creates answer 200, some without `data`, some ids are text). It decides nothing: it asks the `Warehouse`.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import cast

from attrs import define, field, frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.sandbox.clarus_schema import execute
from clarus_bluecherry.sandbox.dated import dated
from clarus_bluecherry.sandbox.faults import AsgiApp
from clarus_bluecherry.sandbox.warehouse import Refused, Warehouse, rules
from clarus_bluecherry.sandbox.warehouse.tables import Row
from clarus_bluecherry.sandbox.warehouse.tenant import REFERENCE_DATA

need("starlette", extra="sandbox", purpose="the sandbox's warehouse")

from starlette.applications import Starlette  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

CLIENT_ID = "sandbox"
CLIENT_SECRET = "sandbox-secret"
GRAPHQL = "/graphql"

Json = Mapping[str, object]


@define(kw_only=True)
class Tokens:
    """The tokens that were given out. `lifetime` is in seconds; `revoke` ends all of them at once."""

    client_id: str = CLIENT_ID
    client_secret: str = field(default=CLIENT_SECRET, repr=False)
    lifetime: float = 3600
    _until: dict[str, float] = field(init=False, repr=False, factory=dict)
    _lock: threading.Lock = field(init=False, repr=False, factory=threading.Lock)

    def give(self, client_id: str, client_secret: str) -> str | None:
        """A fresh token for the right credentials."""
        if (client_id, client_secret) != (self.client_id, self.client_secret):
            return None
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._until[token] = time.monotonic() + self.lifetime
        return token

    def good(self, token: str) -> bool:
        """Whether a token is known and has not ended."""
        with self._lock:
            return self._until.get(token, 0) > time.monotonic()

    def revoke(self) -> None:
        """End every token: the next call with one is answered 401."""
        with self._lock:
            self._until.clear()


def clarus_app(warehouse: Warehouse, tokens: Tokens | None = None) -> AsgiApp:
    """The ASGI application that serves `warehouse`. The default credentials are `CLIENT_ID`, `CLIENT_SECRET`."""
    api = _Api(warehouse, tokens or Tokens())
    calls = (
        ("POST", GRAPHQL, api.graphql),
        ("POST", "/api/products", api.create_product),
        ("DELETE", "/api/products", api.delete_products),
        ("PATCH", "/api/products/{id:int}", api.change_product),
        ("DELETE", "/api/products/{id:int}", api.delete_product),
        ("POST", "/api/products/{id:int}/account_products", api.assign_product),
        ("DELETE", "/api/products/{id:int}/account_products/{child:int}", api.unassign_product),
        ("POST", "/api/goods_outs", api.create_goods_out),
        ("PATCH", "/api/goods_outs/{id:int}", api.change_goods_out),
        ("DELETE", "/api/goods_outs/{id:int}", api.delete_goods_out),
        ("POST", "/api/goods_outs/{id:int}/cancel", api.cancel_goods_out),
        ("POST", "/api/goods_out_processes/process_picks_async", api.process_picks),
        ("POST", "/api/goods_out_processes/short_order_lines", api.short_order_lines),
        ("POST", "/api/goods_in_receipts", api.create_receipt),
        ("PATCH", "/api/goods_in_receipts/{id:int}", api.change_receipt),
        ("DELETE", "/api/goods_in_receipts/{id:int}", api.delete_receipt),
        ("POST", "/api/goods_in_receipts/{id:int}/receive", api.begin_receiving),
        ("POST", "/api/goods_in_receipts/{id:int}/revert", api.revert_receipt),
        ("POST", "/api/stocks/hold", api.hold),
        ("POST", "/api/stocks/offhold", api.off_hold),
        ("POST", "/api/stocks/{id:int}/move", api.move_stock),
        ("POST", "/api/stocks/{id:int}/negative_adjustment", api.adjust_stock_down),
        ("POST", "/api/stocks/{id:int}/transfer", api.transfer_stock),
        ("POST", "/api/automations", api.create_automation),
        ("PATCH", "/api/automations/{id:int}", api.change_automation),
        ("DELETE", "/api/automations/{id:int}", api.delete_automation),
        *(("POST", f"/api/{kind}", api.creator(kind)) for kind in REFERENCE_DATA),
    )
    routes = [Route(path, api.endpoint(call), methods=[method]) for method, path, call in calls]
    routes.append(Route("/oauth/token", api.token, methods=["POST"]))
    return dated(Starlette(routes=routes), lambda: warehouse.clock())


# Requests and answers ----------------------------------------------------------------------------------------


@frozen
class _Asked:
    """A request, read."""

    path: Mapping[str, int]
    query: Mapping[str, str]
    body: Json

    @property
    def id(self) -> int:
        return self.path["id"]

    @property
    def attributes(self) -> Json:
        """`data.attributes`, refused when the envelope is not the vendor's."""
        data = self.body.get("data")
        if not isinstance(data, Mapping) or not isinstance(data.get("attributes"), Mapping):
            raise Refused("the body must be {data: {type, attributes}}", code=9002, symbol="malformed_body")
        return cast("Json", data["attributes"])

    @property
    def address(self) -> Json | None:
        """The address, which stands in the relationships and nowhere else."""
        found: object = self.body.get("data")
        for step in ("relationships", "address", "data", "attributes"):
            found = found.get(step) if isinstance(found, Mapping) else None
        return cast("Json", found) if isinstance(found, Mapping) else None

    def typed(self, kind: str) -> Json:
        """`data.attributes` of an envelope whose `data.type` is `kind`."""
        attributes = self.attributes
        if cast("Json", self.body["data"]).get("type") != kind:
            raise Refused(f"data.type must be {kind}", code=9002, symbol="malformed_body", field="type")
        return attributes


Call = Callable[[_Asked], Response]


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body, default=_plain), status, media_type="application/json")


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _data(kind: str, row_id: object, attributes: Json) -> Response:
    shown = {name: value for name, value in attributes.items() if not name.endswith("_changes")}
    return _json(200, {"data": {"id": row_id, "type": kind, "attributes": shown}})


def _no_content() -> Response:
    return Response(status_code=204)


def _refusal(error: Refused) -> Response:
    found = {"code": error.code, "symbol": error.symbol, "details": error.what, "source": "sandbox"}
    context = {"attribute": error.field} if error.field else {}
    return _json(error.status, {"errors": [{**found, **({"context": context} if context else {})}]})


def _unauthorised(why: str) -> Response:
    return JSONResponse({"error": why}, status_code=401)


# Calls -------------------------------------------------------------------------------------------------------


class _Api:
    """One method per documented call."""

    def __init__(self, warehouse: Warehouse, tokens: Tokens) -> None:
        self._warehouse = warehouse
        self._tokens = tokens

    def endpoint(self, call: Call) -> Callable[[Request], Awaitable[Response]]:
        """`call` behind the token, the tenant header and the error envelope."""

        async def answered(request: Request) -> Response:
            body = await request.body()
            refused = self._not_let_in(request)
            if refused:
                return _unauthorised(refused)
            try:
                return call(_asked(request, body))
            except Refused as error:
                return _refusal(error)

        return answered

    def _not_let_in(self, request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._tokens.good(token.strip()):
            return "The access token is missing, wrong or expired"
        if request.headers.get("x-clarus-subdomain") != self._warehouse.subdomain:
            return "The subdomain is missing or unknown"
        return ""

    async def token(self, request: Request) -> Response:
        """Client credentials, in the form or as HTTP Basic: the vendor does not say which."""
        form = dict(urllib.parse.parse_qsl((await request.body()).decode()))
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        given = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        token = self._tokens.give(*given)
        if token is None:
            return _unauthorised("invalid_client")
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": int(self._tokens.lifetime)}
        )

    def graphql(self, asked: _Asked) -> Response:
        """Every read."""
        query, variables = asked.body.get("query"), asked.body.get("variables")
        operation = asked.body.get("operationName")
        return _json(
            200,
            execute(
                self._warehouse,
                str(query or ""),
                variables if isinstance(variables, Mapping) else None,
                operation if isinstance(operation, str) else None,
            ),
        )

    def creator(self, kind: str) -> Call:
        """Create reference data. Order types and carrier services answer flat; the ids of most are text."""

        def create(asked: _Asked) -> Response:
            attributes = asked.typed(kind)
            row = self._warehouse.create_reference(kind, attributes, asked.address)
            if kind in {"order_types", "carrier_services"}:
                return _json(200, {"id": row.id, **attributes})
            return _data(kind, row.id if kind in {"accounts", "warehouses"} else str(row.id), attributes)

        return create

    def create_product(self, asked: _Asked) -> Response:
        attributes = asked.typed("products")
        row = self._warehouse.create_product(attributes)
        return _data("products", row.id, {**attributes, "code": row.code})

    def change_product(self, asked: _Asked) -> Response:
        attributes = asked.typed("products")
        return _data("products", self._warehouse.change_product(asked.id, attributes).id, attributes)

    def delete_product(self, asked: _Asked) -> Response:
        self._warehouse.delete_product(asked.id)
        return _no_content()

    def delete_products(self, asked: _Asked) -> Response:
        ids = [one for one in asked.query.get("ids", "").split(",") if one.isdecimal()]
        if not ids:
            raise Refused("no ids", code=36, symbol="empty_ids_provided", field="ids")
        for one in ids:
            self._warehouse.delete_product(int(one))
        return _no_content()

    def assign_product(self, asked: _Asked) -> Response:
        row = self._warehouse.assign_product(asked.id, asked.typed("account_products"))
        return _json(200, {"id": row.id, "account_id": row.account.id, "product_id": row.product.id})

    def unassign_product(self, asked: _Asked) -> Response:
        self._warehouse.unassign_product(asked.id, asked.path["child"])
        return _no_content()

    def create_goods_out(self, asked: _Asked) -> Response:
        attributes = asked.typed("goods_outs")
        return _data("goods_outs", self._warehouse.create_goods_out(attributes, asked.address).id, attributes)

    def change_goods_out(self, asked: _Asked) -> Response:
        attributes = asked.typed("goods_outs")
        row = self._warehouse.change_goods_out(asked.id, attributes, asked.address)
        return _data("goods_outs", row.id, attributes)

    def delete_goods_out(self, asked: _Asked) -> Response:
        self._warehouse.delete_goods_out(asked.id)
        return _no_content()

    def cancel_goods_out(self, asked: _Asked) -> Response:
        row = self._warehouse.cancel_goods_out(asked.id)
        status = {"goods_out_status_id": row.goods_out_status.id}
        return _data("goods_outs", row.id, {"reference": row.reference, **status})

    def process_picks(self, asked: _Asked) -> Response:
        return _json(200, {"process_references": self._warehouse.process_picks(_ids(asked.body))})

    def short_order_lines(self, asked: _Asked) -> Response:
        ids = _ids(asked.body)
        rules.check("goods_out_processes/short_order_lines", asked.body)
        self._warehouse.short_order_lines(ids, str(asked.body["description"]), asked.body.get("reason_code_id"))
        return _no_content()

    def create_receipt(self, asked: _Asked) -> Response:
        attributes = asked.typed("goods_in_receipts")
        row = self._warehouse.create_receipt(attributes, asked.address)
        return _data("goods_in_receipts", row.id, {**attributes, "status": row.status})

    def change_receipt(self, asked: _Asked) -> Response:
        attributes = asked.typed("goods_in_receipts")
        row = self._warehouse.change_receipt(asked.id, attributes)
        return _data("goods_in_receipts", row.id, {**attributes, "status": row.status})

    def delete_receipt(self, asked: _Asked) -> Response:
        self._warehouse.delete_receipt(asked.id)
        return _no_content()

    def begin_receiving(self, asked: _Asked) -> Response:
        """The vendor's sample answers `received` though nothing is: the lists say `receiving`."""
        row = self._warehouse.begin_receiving(asked.id)
        return _data("goods_in_receipts", row.id, {"reference": row.reference, "status": "received"})

    def revert_receipt(self, asked: _Asked) -> Response:
        row = self._warehouse.revert_receipt(asked.id)
        return _data("goods_in_receipts", row.id, {"reference": row.reference, "status": row.status})

    def hold(self, asked: _Asked) -> Response:
        return self._condition(asked, "hold")

    def off_hold(self, asked: _Asked) -> Response:
        return self._condition(asked, "release")

    def _condition(self, asked: _Asked, kind: str) -> Response:
        ids = _ids(asked.body)
        rules.check("stocks/hold", asked.body)
        reason = asked.body.get("reason_code_id")
        self._warehouse.change_condition(ids, kind, str(asked.body["description"]), reason)
        return _data("stocks", ids[0], {"status": "held" if kind == "hold" else "available"})

    def move_stock(self, asked: _Asked) -> Response:
        return self._stock(asked, self._warehouse.move_stock)

    def adjust_stock_down(self, asked: _Asked) -> Response:
        return self._stock(asked, self._warehouse.adjust_stock_down)

    def transfer_stock(self, asked: _Asked) -> Response:
        return self._stock(asked, self._warehouse.transfer_stock)

    def _stock(self, asked: _Asked, work: Callable[[int, Json], Row]) -> Response:
        attributes = asked.typed("stocks")
        work(asked.id, attributes)
        return _data("stocks", asked.id, attributes)

    def create_automation(self, asked: _Asked) -> Response:
        row = self._warehouse.create_automation(asked.typed("automations"))
        shown = {"resource_name": row.resource_name, "event": row.event, "enabled": row.enabled}
        return _data("automations", row.id, shown)

    def change_automation(self, asked: _Asked) -> Response:
        row = self._warehouse.change_automation(asked.id, asked.typed("automations"))
        shown = {"resource_name": row.resource_name, "event": row.event, "enabled": row.enabled}
        return _data("automations", row.id, shown)

    def delete_automation(self, asked: _Asked) -> Response:
        self._warehouse.delete_automation(asked.id)
        return _no_content()


def _ids(body: Json) -> list[object]:
    ids = body.get("ids")
    if not isinstance(ids, list) or not ids:
        raise Refused("no ids", code=36, symbol="empty_ids_provided", field="ids")
    return ids


def _asked(request: Request, body: bytes) -> _Asked:
    try:
        found = json.loads(body, parse_float=Decimal if request.url.path != GRAPHQL else None) if body else {}
    except ValueError:
        raise Refused("the body is not JSON", status=400, code=9400, symbol="malformed_body") from None
    if not isinstance(found, Mapping):
        raise Refused("the body is not an object", status=400, code=9400, symbol="malformed_body")
    return _Asked(dict(request.path_params), dict(request.query_params), found)


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return urllib.parse.unquote(user), urllib.parse.unquote(secret)
