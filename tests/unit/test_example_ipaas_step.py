"""The pasted step, with a platform's own connections on both sides, against a sandbox."""

from __future__ import annotations

import json

from examples_world import loaded, platform

from clarus_bluecherry.sandbox import Sandbox


def test_what_the_step_gives_is_an_order_of_the_warehouse_with_every_unit_of_the_pick() -> None:
    step = loaded("ipaas_step").main
    with Sandbox(seed=1) as sandbox, platform(sandbox) as there:
        pick, *_ = there.ready()
        given = json.loads(json.dumps(step(pick=pick, settings=there.settings)))
        assert given["ok"] is True
        there.to_clarus(given["body"])
        ordered = sum(line["bk_qty"] for line in pick["pickdetail"]["rows"])
        (order,) = sandbox.warehouse.goods_outs.find("reference", pick["pick_num"])
        assert sum(line.order_quantity for line in order.lines) == ordered


def test_what_it_refuses_it_says_with_what_to_do() -> None:
    step = loaded("ipaas_step").main
    with Sandbox(seed=1) as sandbox, platform(sandbox) as there:
        pick, another, *_ = there.ready()
        del pick["pickdetail"]["rows"][0]["bk_qty"]
        refused = step(pick=pick, settings=there.settings)
        assert refused["ok"] is False
        assert "bk_qty" in refused["problem"]
        assert refused["action"] == "Correct the record that the step was given, and run the step again."
        unknown = step(pick=another, settings={**there.settings, "products": {"ANOTHER": 1}})
        assert "no product id for" in unknown["problem"]
        assert "`products`" in unknown["action"]
