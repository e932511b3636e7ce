"""Webhooks of the sandbox's warehouse as a receiver gets them: headers, body, duplicates, disorder, retries."""

import json
import threading

import pytest
from sandbox_world import DRESS, brand_warehouse, id_of, order, served

from clarus_bluecherry.sandbox import LocalServer, WebhookSender
from clarus_bluecherry.sandbox.warehouse import Refused


class Receiver:
    """Remembers what it was sent and answers what it was told to."""

    def __init__(self):
        self.got = []
        self.answers = []
        self._lock = threading.Lock()

    async def __call__(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        with self._lock:
            self.got.append((scope["method"], scope["path"], headers, body))
            status = self.answers.pop(0) if self.answers else 204
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @property
    def records(self):
        return [json.loads(body)["data"] for _, _, _, body in self.got]


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def address(receiver):
    with LocalServer(receiver) as server:
        yield f"{server.url}/hooks/secret"


def automation(url, resource="goods_out", event="created", method="POST", conditions=()):
    parameters = {"webhook_url": url, "webhook_method": method}
    return {
        "resource_name": resource,
        "event": event,
        "name": "ERP",
        "enabled": True,
        "conditions_changes": [{"type": "ADD", "attributes": one} for one in conditions],
        "actions_changes": [
            {
                "type": "ADD",
                "attributes": {
                    "destination_type": "webhook",
                    "destination_code": "default",
                    "parameters_changes": [
                        {"type": "ADD", "attributes": {"parameter_code": code, "value": value}}
                        for code, value in parameters.items()
                    ],
                },
            }
        ],
    }


def orders(warehouse, count):
    for number in range(count):
        warehouse.create_goods_out(order(warehouse, (DRESS, 1), reference=f"SO-{number:02d}"))


def references(receiver):
    return [record["reference"] for record in receiver.records]


def test_a_completed_order_arrives_with_its_record_and_the_documented_headers(receiver, address):
    warehouse = brand_warehouse()
    warehouse.open_stock(DRESS, 5)
    with served(warehouse) as clarus, WebhookSender(warehouse=warehouse, api_domain="http://api") as sender:
        made = clarus.send("POST", "/api/automations", "automations", automation(address, event="completed"))
        warehouse_order = warehouse.create_goods_out(order(warehouse, (DRESS, 2)))
        warehouse.process_picks([warehouse_order.id])
        warehouse.pick(warehouse_order.id)
        warehouse.dispatch(warehouse_order.id)
        sender.flush()
    ((method, path, headers, _),) = receiver.got
    assert (method, path) == ("POST", "/hooks/secret")
    assert headers["x-claruswms-subdomain"] == "sandbox"
    assert headers["x-claruswms-automation-id"] == str(made.json()["data"]["id"])
    assert headers["x-claruswms-api-domain"] == "http://api"
    assert headers["x-claruswms-domain"]
    (record,) = receiver.records
    assert (record["id"], record["goods_out_status"]["code"]) == (warehouse_order.id, "COMPLETED")
    assert record["lines"][0]["dispatch_quantity"] == 2.0


def test_without_faults_each_webhook_comes_once_and_in_order(receiver, address):
    warehouse = brand_warehouse()
    warehouse.create_automation(automation(address))
    with WebhookSender(warehouse=warehouse) as sender:
        orders(warehouse, 12)
        sender.flush()
    assert references(receiver) == [f"SO-{number:02d}" for number in range(12)]


def test_webhooks_come_twice_and_out_of_order_on_request_and_none_is_lost(receiver, address):
    warehouse = brand_warehouse()
    warehouse.create_automation(automation(address))
    orders(warehouse, 20)
    with WebhookSender(warehouse=warehouse, seed=1, duplicates=0.4, window=5) as sender:
        sender.flush()
    got = references(receiver)
    first_seen = list(dict.fromkeys(got))
    assert sender.sent == len(got) > 20
    assert sorted(first_seen) == [f"SO-{number:02d}" for number in range(20)]
    assert first_seen != sorted(first_seen)
    assert sorted(first_seen[:5]) == sorted(first_seen)[:5]


def test_a_failed_delivery_is_tried_again_and_then_dropped_and_counted(receiver, address):
    warehouse = brand_warehouse()
    warehouse.create_automation(automation(address))
    receiver.answers = [500, 500, 204, 500, 500, 500]
    orders(warehouse, 2)
    with WebhookSender(warehouse=warehouse, pause=0) as sender:
        sender.flush()
    assert (sender.sent, sender.dropped, len(receiver.got)) == (1, 1, 6)


def test_a_receiver_that_is_away_costs_its_webhooks_and_nothing_else():
    warehouse = brand_warehouse()
    with LocalServer(Receiver()) as server:
        url = server.url
    warehouse.create_automation(automation(url))
    orders(warehouse, 1)
    with WebhookSender(warehouse=warehouse, pause=0) as sender:
        sender.flush()
    assert (sender.sent, sender.dropped) == (0, 1)


def test_conditions_are_and_ed_and_a_disabled_automation_is_silent(receiver, address):
    warehouse = brand_warehouse()
    account = id_of(warehouse.accounts, "BRAND")
    mine = {"source_path": "data.account_id", "operator": "eq", "value": str(account)}
    picky = {"source_path": "data.reference", "operator": "in", "value": "SO-01, SO-02"}
    warehouse.create_automation(automation(address, conditions=(mine, picky)))
    silent = warehouse.create_automation(automation(address))
    warehouse.change_automation(silent.id, {"enabled": False})
    with WebhookSender(warehouse=warehouse) as sender:
        orders(warehouse, 4)
        sender.flush()
    assert references(receiver) == ["SO-01", "SO-02"]


def test_stock_events_carry_the_transaction(receiver, address):
    warehouse = brand_warehouse()
    warehouse.create_automation(automation(address, resource="stock", event="negatively_adjusted"))
    warehouse.open_stock(DRESS, 5)
    with WebhookSender(warehouse=warehouse) as sender:
        (moved,) = warehouse.adjust(DRESS, -2, "DAMAGED")
        warehouse.adjust(DRESS, 1, "FOUND")
        sender.flush()
    (record,) = receiver.records
    assert (record["id"], record["quantity"], record["reason_code"]["code"]) == (moved.id, 2.0, "DAMAGED")


@pytest.mark.parametrize(
    "wrong",
    [
        automation("http://x", event="exploded"),
        automation("ftp://x"),
        automation("http://x", method="DELETE"),
        automation("http://x", conditions=({"operator": "resembles"},)),
    ],
)
def test_an_automation_that_the_vendor_does_not_know_is_refused(wrong):
    with pytest.raises(Refused):
        brand_warehouse().create_automation(wrong)
