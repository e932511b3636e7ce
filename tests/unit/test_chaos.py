"""Chaos in small: processes are killed, servers fail, and in the end all books are the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from flows_world import Loop, loop
from simulate.verdict import Books, faults

from clarus_bluecherry.ledger import State

ROOT = Path(__file__).parents[2]


def test_nothing_is_lost_and_nothing_doubled_whoever_is_killed() -> None:
    command = [sys.executable, "-m", "tests.chaos", "--facts", "40", "--kills", "4", "--workers", "2"]
    command += ["--late", "0.1", "--pauses", "1"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert "lost 0, doubled 0, anything else 0" in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == 0


def _kinds(here: Loop) -> set[str]:
    books = Books(here.erp, here.warehouse, here.site.ledger.in_state(*State))
    return {fault.kind for fault in faults(books)}


def test_the_verdict_sees_what_is_lost_doubled_and_untrue() -> None:
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 2, "FOUND")
        assert _kinds(here) == {"lost"}
        here.turn()
        assert _kinds(here) == set()
        (message,) = here.erp.staged
        here.erp.stage(message.entity, message.isa_num, message.body)
        assert _kinds(here) == {"doubled"}
        here.erp.staged.clear()
        assert _kinds(here) == {"lost", "untrue"}
