"""The people of the sandbox: what they do when they are told, in the same process and through the door."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import test_cli

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.cli.sandbox_commands import sandbox_app
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, ServerFailed
from clarus_bluecherry.http import Settings
from clarus_bluecherry.sandbox import Door, NotDone, Sandbox
from clarus_bluecherry.sandbox.warehouse import Refused


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=5) as running:
        yield running


@pytest.fixture
def door(sandbox: Sandbox) -> Door:
    return Door.from_environment(sandbox.environment)


def sent_out(sandbox: Sandbox, units: int = 3) -> tuple[str, str]:
    """A pick of one line in the warehouse, and its product code."""
    pick, code = sandbox.easy_picks()[0], sandbox.season.opening[0].article.warehouse_code
    warehouse = sandbox.warehouse
    warehouse.create_goods_out(
        {
            "goods_out_type": "sales_order",
            "account_id": warehouse.owner("").id,
            "reference": pick,
            "expected_date_of_dispatch": "2026-07-14T16:00:00Z",
            "lines_changes": [
                {
                    "type": "ADD",
                    "attributes": {
                        "product_id": warehouse.coded(warehouse.products, code, "product").id,
                        "order_quantity": units,
                        "alt_line_number": "1",
                    },
                }
            ],
        }
    )
    return pick, code


def test_an_order_is_picked_in_part_dispatched_short_and_partly_returned(sandbox: Sandbox, door: Door) -> None:
    pick, code = sent_out(sandbox)
    before = sandbox.warehouse.on_hand(code)
    assert door.do("pick", pick=pick, line="1", units=2).said.startswith(f"picked pick {pick}: 2 of 3 units")
    done = door.do("dispatch", pick=pick, parcels=2)
    assert done.said == f"dispatched pick {pick}: 2 of 3 units, the order is COMPLETED in the warehouse"
    assert done.facts["lines"] == [{"line": "1", "product": code, "ordered": 3, "dispatched": 2}]
    assert len(sandbox.warehouse.packages) == 2
    assert door.do("take_back", pick=pick).said == f"took back 1 unit of {code!r} in NJ1"
    assert sandbox.warehouse.on_hand(code) == before - 1
    with pytest.raises(NotDone, match="2 units of the line left and 1 are back: 2 more cannot be"):
        door.do("take_back", pick=pick, units="2")
    with pytest.raises(NotDone, match="done with it: COMPLETED"):
        door.do("dispatch", pick=pick)
    assert [row["quantity"] for row in door.do("books").facts["warehouse"]] == [-2, 1]


def test_the_lists_among_the_facts_are_rows_and_one_that_is_none_is_named(sandbox: Sandbox, door: Door) -> None:
    done = door.do("orders")
    assert done.rows("orders") == done.facts["orders"]
    with pytest.raises(InvalidRecord, match="field worked: it is no list; of these there are: rejected"):
        door.do("invoice").rows("worked")
    with pytest.raises(InvalidRecord, match="field order: it is no list; of these there are: orders"):
        done.rows("order")


def test_an_order_without_stock_says_what_would_help_and_can_be_given_up(sandbox: Sandbox, door: Door) -> None:
    pick, code = sent_out(sandbox)
    sandbox.adjust(code, -sandbox.warehouse.on_hand(code))
    with pytest.raises(NotDone) as refused:
        door.do("dispatch", pick=pick)
    assert f"sandbox short {pick}" in str(refused.value)
    assert door.do("short", pick=pick).said.startswith(f"shorted pick {pick}: 0 of 3 units")
    listed = door.do("picks").facts["picks"]
    assert next(row for row in listed if row["pick"] == pick)["warehouse"] == "COMPLETED"


def test_a_production_order_is_received_in_part_and_whole_once_announced(sandbox: Sandbox, door: Door) -> None:
    order, announced = list(sandbox.erp.production)[:2]
    with pytest.raises(NotDone, match=r"no pre-receipt of this number.*--announce"):
        door.do("receive", order=order)
    line = sandbox.erp.production[order].lines[0]
    part = door.do("receive", order=order, line=line.prod_line, units=5, announce=True)
    assert (part.facts["status"], part.facts["transactions"][0]["quantity"]) == ("part", 5)
    assert door.do("receive", order=order).facts["status"] == "completed"
    units = sum(one.prod_qty for one in sandbox.erp.production[order].lines)
    assert sum(row["quantity"] for row in door.do("books").facts["warehouse"]) == units
    with pytest.raises(NotDone, match="received already"):
        door.do("receive", order=order)
    listed = {row["order"]: row["warehouse"] for row in door.do("orders").facts["orders"]}
    assert (listed[order], listed[announced]) == ("completed", "not sent")
    with pytest.raises(NotDone, match="has issued no production order"):
        door.do("receive", order="9", announce=True)


def test_stock_is_found_written_off_counted_and_held(sandbox: Sandbox, door: Door) -> None:
    code = sandbox.season.opening[0].article.warehouse_code
    there = sandbox.warehouse.on_hand(code)
    assert door.do("adjust", product=code, units="2").said == f"found 2 units of {code!r} in NJ1"
    assert door.do("adjust", product=code, units=-1, reason="DAMAGED").said.startswith("wrote off 1 unit")
    assert door.do("count", product=code, counted=there + 1).said == f"counted {code!r}: as expected"
    assert door.do("count", product=code, counted=there).facts["transactions"][0]["quantity"] == 1
    assert door.do("hold", product=code, units=there).said.startswith("held")
    with pytest.raises(NotDone, match="lie free"):
        door.do("hold", product=code, units=1)
    assert sandbox.release(code, Decimal(1)).said == f"released 1 unit of {code!r} in NJ1"
    assert sandbox.warehouse.on_hand(code) == there


@pytest.mark.parametrize(
    ("verb", "arguments", "says"),
    [
        ("dance", {}, "there is no verb 'dance'"),
        ("dispatch", {}, "pick: missing"),
        ("dispatch", {"pick": "1", "by": "air"}, "by: unexpected"),
        ("dispatch", {"pick": "1"}, "Blue Cherry has released no pick of this number"),
        ("dispatch", {"pick": "500101"}, "nobody has sent it out"),
        ("hold", {"product": "X", "units": "-1"}, "-1 units cannot be moved"),
        ("hold", {"product": "X", "units": "many"}, "units: "),
        ("hold", {"product": "X", "units": "1"}, "no product has the code 'X'"),
        ("fault", {"fault": "fire"}, "'fire' is none of too-many"),
        ("webhook", {"url": "http://127.0.0.1:9", "event": "goods_out.eaten"}, "has no event eaten"),
        ("pick", {"pick": "500101", "units": 0}, "units of which line?"),
        ("receive", {"order": "70201", "line": "99", "announce": True}, "'99' is none of 1, 2"),
        ("__init__", {}, "there is no verb"),
        ("receive", {"order": "70201", "units": 2, "announce": True}, "units of which line?"),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    sandbox: Sandbox, door: Door, verb: str, arguments: dict[str, object], says: str
) -> None:
    with pytest.raises(NotDone) as refused:
        door.do(verb, **arguments)
    assert says in refused.value.problem
    assert door.do("books").facts == {"warehouse": [], "staged": [], "booked": []}
    assert {row["warehouse"] for row in door.do("orders").facts["orders"]} == {"not sent"}


def test_in_the_same_process_the_warehouse_speaks_for_itself(sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="no product has the code"):
        sandbox.hold("X", Decimal(1))


def test_a_fault_strikes_the_system_it_was_meant_for_and_no_request_more(sandbox: Sandbox, door: Door) -> None:
    env = sandbox.environment
    door.do("fault", fault="failed-before", system="bluecherry", path="/api/Location")
    with (
        BlueCherry.rest(
            env["BLUECHERRY_URL"],
            subscription_key=env["BLUECHERRY_SUBSCRIPTION_KEY"],
            settings=Settings(max_retries=0),
        ) as erp,
        Clarus.with_credentials(
            env["CLARUS_SUBDOMAIN"],
            env["CLARUS_CLIENT_ID"],
            env["CLARUS_CLIENT_SECRET"],
            base_url=env["CLARUS_URL"],
            settings=Settings(max_retries=0),
        ) as wms,
    ):
        assert len(wms.all(calls.warehouses.list())) == 2
        with pytest.raises(ServerFailed):
            list(erp.locations())
        assert len(list(erp.locations())) == 2


def test_a_webhook_is_told_what_happens(sandbox: Sandbox, door: Door) -> None:
    heard: list[dict[str, object]] = []
    rang = threading.Event()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            rang.set()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        door.do("webhook", url=f"http://127.0.0.1:{server.server_port}/hook")
        pick, _ = sent_out(sandbox)
        door.do("dispatch", pick=pick)
        assert rang.wait(10)
        server.shutdown()
    assert [one["data"]["reference"] for one in heard] == [pick]


def test_the_door_opens_only_with_its_key_and_only_while_the_sandbox_runs(sandbox: Sandbox, door: Door) -> None:
    address, _, key = sandbox.environment["SANDBOX_DOOR"].rpartition("/")
    assert len(key) >= 32
    assert key not in repr(door)
    with pytest.raises(urllib.error.HTTPError) as unheard:
        urllib.request.urlopen(f"{address}/picks", b"{}")
    unheard.value.close()
    assert unheard.value.code == 404
    with pytest.raises(ConfigurationError, match=r"not this sandbox \(404\)"):
        Door(f"{address}/{'x' * 32}").do("picks")
    with pytest.raises(ConfigurationError, match="is not this machine"):
        Door("http://10.0.0.1/key")
    with pytest.raises(ConfigurationError, match=r"SANDBOX_DOOR.*Start one"):
        Door.from_environment({})
    with Sandbox(seed=5) as other:
        gone = Door.from_environment(other.environment)
    with pytest.raises(ConfigurationError, match="no sandbox answers there"):
        gone.do("picks")


@pytest.mark.parametrize("seed", [2, 3, 7])
def test_the_five_picks_that_are_named_need_no_decision(seed: int) -> None:
    sandbox = Sandbox(seed)
    undecidable = {article.style for article in sandbox.season.undecidable}
    picks = sandbox.easy_picks()
    assert len(set(picks)) == 5
    assert all(line.article.style not in undecidable for pick in picks for line in sandbox.erp.picks[pick].lines)


def run(sandbox: Sandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
    return test_cli.run("sandbox", *arguments, **sandbox.environment)


def test_the_commands_knock_at_the_door(sandbox: Sandbox) -> None:
    pick, code = sent_out(sandbox)
    order = next(iter(sandbox.erp.production))
    done = {
        words: run(sandbox, *words.split())
        for words in (
            f"dispatch {pick} --parcels 1 --json",
            f"return {pick} --line 1 --units 1",
            f"receive {order} --announce",
            "invoice --json",
            "orders",
        )
    }
    done["adjust"] = run(sandbox, "adjust", code, "-1", "--warehouse", "NJ1")
    assert {words: (each.returncode, each.stderr) for words, each in done.items()} == dict.fromkeys(done, (0, ""))
    assert json.loads(done[f"dispatch {pick} --parcels 1 --json"].stdout)["status"] == "COMPLETED"
    assert json.loads(done["invoice --json"].stdout)["invoiced"] == 0
    assert done["adjust"].stdout == f"wrote off 1 unit of {code!r} in NJ1\n"
    refused = run(sandbox, "dispatch", pick)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"pick {pick}: the warehouse is done with it: COMPLETED. Retrying will not")
    assert run(sandbox, "--seed", "3", "picks").returncode == 2


def test_the_page_tells_of_every_command_and_every_variable(sandbox: Sandbox) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    commands = {one.name or one.callback.__name__ for one in sandbox_app.registered_commands if one.callback}
    assert [name for name in sorted(commands) if not re.search(rf"^\|.*`{name}[ `].*\|", page, re.MULTILINE)] == []
    assert [name for name in sandbox.environment if f"`{name}`" not in page] == []
