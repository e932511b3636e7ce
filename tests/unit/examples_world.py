"""The reader's world for the examples: a sandbox as its program sees it, asked with nothing but HTTP."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from clarus_bluecherry import Clarus
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.errors import UnknownSku
from clarus_bluecherry.mapping import plain
from clarus_bluecherry.sandbox import Sandbox

EXAMPLES = Path(__file__).parents[2] / "examples"


def loaded(name: str) -> ModuleType:
    """The example of that name as a module of its own, anew."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.pop(name, None)
    spec.loader.exec_module(module)
    return module


class Platform:
    """What an iPaaS or a function platform brings along: both connections, and the ids it looked up once."""

    def __init__(self, sandbox: Sandbox, wms: Clarus, erp: httpx.Client) -> None:
        env = sandbox.environment
        self._sandbox, self._wms, self._erp = sandbox, wms, erp
        pairs = dict(pair.split("=") for pair in env["CLARUS_WAREHOUSES"].split())
        self.settings: dict[str, object] = {
            "zone": "America/New_York",
            "account_id": wms.ids.account(env["CLARUS_ACCOUNT"]),
            "warehouses": {code: {"id": wms.ids.warehouse(code), "location": at} for code, at in pairs.items()},
            "products": {each.code: each.id for each in wms.iterate(calls.products.list())},
            "our_id": env["OUR_ID"],
            "vnd_id": env["CGS_ID"],
        }

    def ready(self) -> list[dict[str, Any]]:
        """Open picks of the first page that can leave whole, with products that are written as the recipe does."""
        rows = self._erp.get("/api/pick", params={"_include": "all"}).json()["data"]["header"]
        easy = set(self._sandbox.easy_picks(1000))
        return [row for row in rows if row["pick_num"] in easy and self._is_ready(row)]

    def _is_ready(self, row: dict[str, Any]) -> bool:
        try:
            plain.pick_to_goods_out(row, self.settings)
        except UnknownSku:
            return False
        return True

    def to_clarus(self, body: object) -> None:
        self._wms.send(calls.rest("POST", "/api/goods_outs", json=body))

    def order(self, number: str) -> dict[str, Any]:
        (found,) = self._wms.all(calls.goods_outs.list(reference=number))
        return found.model_dump(mode="json")

    def lines(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        found = self._wms.all(calls.goods_out_lines.list(goods_out_id=order["id"]))
        return [line.model_dump(mode="json") for line in found]

    def to_bluecherry(self, body: object) -> None:
        self._erp.post("/api/OrderShipment", json=body).raise_for_status()


@contextmanager
def platform(sandbox: Sandbox) -> Iterator[Platform]:
    """A platform that is connected to both systems of `sandbox`."""
    env = sandbox.environment
    key = {"Ocp-Apim-Subscription-Key": env["BLUECHERRY_SUBSCRIPTION_KEY"]}
    with (
        Clarus.from_environment(env) as wms,
        httpx.Client(base_url=env["BLUECHERRY_URL"], headers=key) as erp,
    ):
        yield Platform(sandbox, wms, erp)
