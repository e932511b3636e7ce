"""The plain steps with any HTTP connector: `urllib` carries them between both systems, and the books agree."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

import pytest
from flows_world import BLACK, NAVY, Loop, loop

from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS, Operators, calls, eq
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import plain
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET


def asked(url: str, headers: Mapping[str, str], body: object = None) -> Any:
    data = None if body is None else json.dumps(body, allow_nan=False).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Connector:
    """What an iPaaS has: two connections, and the ids it looked up."""

    def __init__(self, here: Loop) -> None:
        self.here = here
        login = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        form = urllib.parse.urlencode(login).encode()
        with urllib.request.urlopen(f"{here.clarus_url}/oauth/token", form, timeout=10) as answer:
            token = json.load(answer)["access_token"]
        self.clarus = {"Authorization": f"Bearer {token}", "X-Clarus-Subdomain": here.warehouse.subdomain}
        self.bluecherry = {"Ocp-Apim-Subscription-Key": SUBSCRIPTION_KEY}
        ids = here.site.clarus.ids
        self.settings = {
            "zone": "America/New_York",
            "account_id": ids.account("BRAND"),
            "warehouses": {"WH-NJ": {"id": ids.warehouse("WH-NJ"), "location": "NJ"}},
            "products": {code: ids.product(code) for code in ("1234_blk_m", "01234-NVY-30/32", "LEGACY-9")},
            "skus": {
                "1234_blk_m": {"style": "01234", "color_code": "BLK", "size_desc": "M", "upc": BLACK.upc},
                "01234-NVY-30/32": {"style": "01234", "color_code": "NVY", "size_desc": "30/32"},
            },
            "stock_unit_type_id": 1,
            "carriers": {"UPSGRND": {"id": ids.carrier("UPSGRND"), "shipper": "UPS", "scac": "UPSN"}},
            "our_id": "WAREHOUSE",
            "vnd_id": "BRAND",
        }

    def rows(self, entity: str) -> list[dict[str, Any]]:
        answer = asked(f"{self.here.bluecherry_url}/api/{entity}?_include=all", self.bluecherry)
        found: list[dict[str, Any]] = answer["data"]["header"]
        return found

    def nodes(self, name: str, **where: Operators) -> list[dict[str, Any]]:
        fields = UNDOCUMENTED_FIELDS.get(name, ())
        question = getattr(calls, name).list(where=where, extra_fields=fields).page(100).json
        answer = asked(f"{self.here.clarus_url}/graphql", self.clarus, question)
        return [edge["node"] for edge in answer["data"][name]["all"]["edges"]]

    def to_clarus(self, path: str, body: object) -> str:
        made: str = asked(f"{self.here.clarus_url}/api/{path}", self.clarus, body)["data"]["id"]
        return made

    def to_bluecherry(self, entity: str, body: object) -> str:
        made: str = asked(f"{self.here.bluecherry_url}/api/{entity}", self.bluecherry, body)["pkey"]
        return made


def test_an_order_goes_out_and_its_dispatch_comes_back() -> None:
    with loop() as here:
        here.release()
        connector = Connector(here)
        (pick,) = connector.rows("pick")
        made = connector.to_clarus("goods_outs", plain.pick_to_goods_out(pick, connector.settings))
        order = here.goods_out()
        assert str(order.id) == str(made)
        assert [(line.product.code, line.order_quantity, line.alt_line_number) for line in order.lines] == [
            ("1234_blk_m", 5, "1"),
            ("01234-NVY-30/32", 2, "2"),
        ]
        assert order.address["address_3"] == "Newark"
        here.ship(short=1)
        (node,) = connector.nodes("goods_outs", reference=eq("1001"))
        lines = connector.nodes("goods_out_lines", goods_out_id=eq(made))
        confirm = plain.goods_out_to_order_shipment(node, lines, pick, connector.settings)
        connector.to_bluecherry("OrderShipment", confirm)
        here.erp.process_staging()
        here.erp.run_invoicing()
        on_hand = here.erp.on_hand()
        assert (on_hand[BLACK.key, "NJ"], on_hand[NAVY.key, "NJ"]) == (16, 18)


def test_before_it_has_left_an_order_is_no_ship_confirm() -> None:
    with loop() as here:
        here.release()
        connector = Connector(here)
        (pick,) = connector.rows("pick")
        made = connector.to_clarus("goods_outs", plain.pick_to_goods_out(pick, connector.settings))
        (node,) = connector.nodes("goods_outs", reference=eq("1001"))
        lines = connector.nodes("goods_out_lines", goods_out_id=eq(made))
        with pytest.raises(InvalidRecord):
            plain.goods_out_to_order_shipment(node, lines, pick, connector.settings)


def test_goods_are_announced_received_and_counted() -> None:
    with loop() as here:
        here.issue(units=12)
        connector = Connector(here)
        (row,) = connector.rows("productionOrderByStage")
        body = plain.production_order_to_pre_receipt(row, connector.settings)
        made = connector.to_clarus("goods_in_receipts", body)
        (receipt,) = here.warehouse.goods_in_receipts
        assert str(receipt.id) == str(made)
        here.warehouse.receive(receipt.lines[0].id, 7)
        here.warehouse.receive(receipt.lines[0].id, 5)
        moved = connector.nodes("transactions", subtype=eq("RCV"))
        for node in [each for each in moved if each["goods_in_receipt"]]:
            connector.to_bluecherry(
                "ProductionReceiptAdvice", plain.transaction_to_advice(node, connector.settings)
            )
        here.erp.process_staging()
        assert here.erp.on_hand()[BLACK.key, "NJ"] == 32
        stocks = connector.nodes("stocks")
        counts = plain.stock_to_positions(
            stocks, connector.settings, as_of=here.time.isoformat(), control_number="900"
        )
        assert {(row["style"], row["color_code"]): row["size_qty"] for row in counts} == {
            ("01234", "BLK"): 32,
            ("01234", "NVY"): 20,
        }
