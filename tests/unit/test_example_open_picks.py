"""The report of picks that the warehouse does not have, run as a reader runs it, against a sandbox."""

from __future__ import annotations

import os
import subprocess
import sys

from attrs import evolve
from examples_world import EXAMPLES, platform

from clarus_bluecherry.mapping import plain
from clarus_bluecherry.sandbox import Sandbox

SCRIPT = EXAMPLES / "open_picks.py"


def reported(environment: dict[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SCRIPT)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_it_names_the_picks_that_the_warehouse_does_not_have_and_no_other() -> None:
    with Sandbox(seed=1) as sandbox, platform(sandbox) as there:
        environment = {**os.environ, **sandbox.environment}
        everything = {pick["pick"] for pick in sandbox.picks().facts["picks"]}
        both = there.ready()[:2]
        for pick in both:
            there.to_clarus(plain.pick_to_goods_out(pick, there.settings))
        sent, cancelled = (pick["pick_num"] for pick in both)
        (order,) = sandbox.warehouse.goods_outs.find("reference", cancelled)
        sandbox.warehouse.process_picks([order.id])  # one that is not begun would be deleted
        sandbox.warehouse.cancel_goods_out(order.id)
        code, said, wrong = reported(environment)
        assert (code, wrong) == (1, "")
        *lines, last = said.splitlines()
        assert {line.split()[0] for line in lines} == everything - {sent}
        assert last == f"{len(lines)} in all."
        assert f"{cancelled} for {both[1]['location']}: cancelled there" in said
        assert said.count("not sent") == len(everything) - 2


def test_when_the_warehouse_has_them_all_it_says_so_with_exit_code_0() -> None:
    with Sandbox(seed=1) as sandbox, platform(sandbox) as there:
        sent = there.ready()[0]
        there.to_clarus(plain.pick_to_goods_out(sent, there.settings))
        sandbox.erp.picks = {sent["pick_num"]: sandbox.erp.picks[sent["pick_num"]]}
        assert reported({**os.environ, **sandbox.environment}) == (0, "The warehouse has them all.\n", "")


def test_a_pick_that_cannot_be_read_is_named_and_hides_no_other() -> None:
    with Sandbox(seed=1) as sandbox:
        environment = {**os.environ, **sandbox.environment}
        spoiled, whole, *_ = sandbox.erp.picks.values()
        first, *others = spoiled.lines
        spoiled = evolve(spoiled, lines=(evolve(first, bk_qty="many"), *others))
        sandbox.erp.picks = {spoiled.pick_num: spoiled, whole.pick_num: whole}
        code, said, wrong = reported(environment)
    other, unread, last = said.splitlines()  # what was read comes first
    assert (code, wrong, last) == (1, "", "2 in all.")
    assert unread.startswith("cannot be read. ")
    assert spoiled.pick_num in unread
    assert other == f"{whole.pick_num} for {whole.location}: not sent"


def test_it_does_not_say_that_all_is_well_when_it_could_not_read() -> None:
    with Sandbox(seed=1) as sandbox:
        environment = {**os.environ, **sandbox.environment, "CLARUS_URL": "http://127.0.0.1:9"}
        code, said, wrong = reported(environment)
    assert (code, said) == (2, "")
    assert wrong.startswith("Not finished: ")
    assert "did not reach 127.0.0.1" in wrong


def test_it_is_short() -> None:
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= 30
